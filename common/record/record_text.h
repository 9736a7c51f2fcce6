/*
 * What reading and writing of records share: which texts, days and instants may stand in a record, and the
 * place of a field number in its table. Inside common/record only.
 */
#ifndef CLAIMLINE_RECORD_TEXT_H
#define CLAIMLINE_RECORD_TEXT_H

#include "common/record/record.h"

extern const char record_missing[], record_no_day[], record_no_instant[], record_control_character[];

/* Instants from 1970 to the end of 2999. */
static inline bool
record_instant_valid(int64_t instant)
{
    return instant >= 0 && instant < INT64_C(32503680000) * 1000000;
}

static inline uint64_t
record_load_8(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline uint64_t
record_load_4(const char *from)
{
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* True when some byte of the word is below 0x1D. */
static inline bool
record_word_controls(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    return ((word - ones * 0x1d) & ~word & ones * 0x80) != 0;
}

/* No control character below 0x20 but the separators 0x1D, 0x1E, 0x1F. Eight bytes at a time, the last
 * overlapping. */
static inline bool
record_text_clean(struct text text)
{
    const char *at = text.data;
    size_t left = text.length;
    if (left >= 8) {
        for (; left > 8; at += 8, left -= 8) {
            if (record_word_controls(record_load_8(at)))
                return false;
        }
        return !record_word_controls(record_load_8(at + left - 8));
    }
    if (left >= 4) {
        uint64_t word = record_load_4(at) << 32 | record_load_4(at + left - 4);
        return !record_word_controls(word);
    }
    for (; left > 0; at++, left--) {
        if ((uint8_t)*at < 0x1d)
            return false;
    }
    return true;
}

/* Index of the field with this number, -1 when the table does not know it. Tables are mostly 1, 2, 3 ... */
static inline int
record_place(const struct record_type *type, uint16_t id)
{
    if (id <= type->field_count && type->fields[id - 1].id == id)
        return id - 1;
    for (int i = 0; i < type->field_count; i++) {
        if (type->fields[i].id == id)
            return i;
    }
    return -1;
}

#endif
