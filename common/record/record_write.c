#include "common/date/date.h"
#include "common/money/money.h"
#include "common/record/record.h"
#include "common/record/record_text.h"
#include "common/record/wire.h"

#include <assert.h>

static const char over_bound[] = "past its bound";

/* A key takes at most 3 bytes, a number or the head of a text at most 9. */
enum { KEY_AND_HEAD_BYTES = 16 };

struct writer {
    struct sink sink;
    struct record_fault fault;
    enum status status;
};

static bool write_map(struct writer *writer, const struct record_type *type, const char *in, int depth);

static bool
refuse(struct writer *writer, const struct record_type *type, const struct record_field *field,
       const char *what)
{
    writer->status = what == over_bound || what == wire_deep ? STATUS_LIMIT : STATUS_INVALID;
    writer->fault = (struct record_fault){
        .record = type->name,
        .field = field == NULL ? NULL : field->name,
        .what = what,
        .offset = sink_length(&writer->sink),
    };
    return false;
}

static const char *
check_signed(const struct record_field *field, int64_t number)
{
    if (field->kind == RECORD_MONEY && (number > MONEY_LIMIT_CENTS || number < -MONEY_LIMIT_CENTS))
        return over_bound;
    if (field->kind == RECORD_DATE && !date_valid((int32_t)number))
        return record_no_day;
    return field->kind != RECORD_INSTANT || record_instant_valid(number) ? NULL : record_no_instant;
}

static inline uint8_t *
put_key(uint8_t *at, uint16_t id)
{
    return wire_put_u64(at, id);
}

/* Copies the text; NULL when there is a control character in it. Most texts are a few characters long: no call for them.
 */
static inline uint8_t *
put_clean(uint8_t *to, struct text text)
{
    const char *from = text.data;
    const size_t length = text.length;
    bool controls = false;
    if (length >= 8) {
        for (size_t i = 0; i < length - 8; i += 8) {
            controls |= record_word_controls(record_load_8(from + i));
            memcpy(to + i, from + i, 8);
        }
        controls |= record_word_controls(record_load_8(from + length - 8));
        memcpy(to + length - 8, from + length - 8, 8);
    } else if (length >= 4) {
        controls = record_word_controls(record_load_4(from) << 32 | record_load_4(from + length - 4));
        memcpy(to, from, 4);
        memcpy(to + length - 4, from + length - 4, 4);
    } else {
        const uint8_t first = (uint8_t)from[0], middle = (uint8_t)from[length / 2], last = (uint8_t)from[length - 1];
        controls = (first < 0x1d) | (middle < 0x1d) | (last < 0x1d);
        to[0] = first;
        to[length / 2] = middle;
        to[length - 1] = last;
    }
    return controls ? NULL : to + length;
}

bool
record_field_given(const struct record_field *field, const void *record)
{
    const char *in = record;
    static const char zero[sizeof(uint64_t)];
    struct text text;
    uint32_t count;
    switch ((enum record_kind)field->kind) {
    case RECORD_U64:
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_INSTANT:
        return memcmp(in + field->offset, zero, sizeof(uint64_t)) != 0;
    case RECORD_DATE:
    case RECORD_CODE:
        return memcmp(in + field->offset, zero, sizeof(uint32_t)) != 0;
    case RECORD_BOOL:
        return in[field->offset] != 0;
    case RECORD_TEXT:
    case RECORD_BYTES:
    case RECORD_SECTION:
        memcpy(&text, in + field->offset, sizeof text);
        return text.length != 0;
    case RECORD_ONE:
        return record_given(field->of, in + field->offset);
    case RECORD_LIST:
        memcpy(&count, in + field->count_offset, sizeof count);
        return count != 0;
    case RECORD_KIND_COUNT:
        break;
    }
    assert(false);
    return false;
}

bool
record_given(const struct record_type *type, const void *in)
{
    const char *from = in;
    size_t i = 0;
    /* Nearly all that is absent is all zero bytes, padding included. */
    while (i + 32 <= type->size && (record_load_8(from + i) | record_load_8(from + i + 8) | record_load_8(from + i + 16) |
                                    record_load_8(from + i + 24)) == 0)
        i += 32;
    while (i + 8 <= type->size && record_load_8(from + i) == 0)
        i += 8;
    if (i + 8 > type->size)
        return false;
    struct text unknown;
    memcpy(&unknown, from + type->unknown_offset, sizeof unknown);
    if (unknown.length != 0)
        return true;
    for (const struct record_field *field = type->fields; field < type->fields + type->field_count; field++) {
        if (record_field_given(field, from))
            return true;
    }
    return false;
}

/*
 * The fields of a map are written through `at`, which the sink learns of when the map or a map inside it is done. Before
 * a field there is room for the keys and heads of all that may follow in the map (`room`). Each function gives the place
 * after the field, `at` itself when the field is not given, NULL when it was refused.
 */

static uint8_t *
refuse_at(struct writer *writer, uint8_t *at, const struct record_type *type, const struct record_field *field,
          const char *what)
{
    writer->sink.at = at;
    refuse(writer, type, field, what);
    return NULL;
}

static inline uint8_t *
write_text(struct writer *writer, const struct record_type *type, const struct record_field *field, struct text text,
           uint8_t *at, size_t room)
{
    struct sink *sink = &writer->sink;
    if (text.length > field->bound)
        return refuse_at(writer, at, type, field, over_bound);
    if ((size_t)(sink->end - at) < room + text.length) {
        sink->at = at;
        sink_grow(sink, room + text.length);
        at = sink->at;
    }
    at = put_key(at, field->id);
    if (field->kind == RECORD_TEXT) {
        uint8_t *after = put_clean(wire_put_str_head(at, text.length), text);
        return after != NULL ? after : refuse_at(writer, at, type, field, record_control_character);
    }
    at = wire_put_bin_head(at, text.length);
    memcpy(at, text.data, text.length);
    return at + text.length;
}

static uint8_t *
write_list(struct writer *writer, const struct record_type *type, const struct record_field *field, const char *in,
           int depth, uint8_t *at, size_t room)
{
    uint32_t count;
    const char *items;
    memcpy(&count, in + field->count_offset, sizeof count);
    memcpy(&items, in + field->offset, sizeof items);
    if (count == 0)
        return at;
    assert(items != NULL);
    if (count > field->bound || depth + 1 > RECORD_DEPTH_LIMIT)
        return refuse_at(writer, at, type, field, count > field->bound ? over_bound : wire_deep);
    writer->sink.at = wire_put_array_head(put_key(at, field->id), count);
    for (uint32_t i = 0; i < count; i++) {
        if (!write_map(writer, field->of, items + (size_t)field->of->size * i, depth + 2))
            return NULL;
    }
    sink_room(&writer->sink, room);
    return writer->sink.at;
}

static uint8_t *
write_one(struct writer *writer, const struct record_field *field, const char *from, int depth, uint8_t *at, size_t room)
{
    if (!record_given(field->of, from))
        return at;
    writer->sink.at = put_key(at, field->id);
    if (!write_map(writer, field->of, from, depth + 1))
        return NULL;
    sink_room(&writer->sink, room);
    return writer->sink.at;
}

static inline uint8_t *
write_signed(struct writer *writer, const struct record_type *type, const struct record_field *field, int64_t number,
             uint8_t *at)
{
    if (number == 0)
        return at;
    const char *what = check_signed(field, number);
    if (what != NULL)
        return refuse_at(writer, at, type, field, what);
    return wire_put_i64(put_key(at, field->id), number);
}

static inline uint8_t *
write_field(struct writer *writer, const struct record_type *type, const struct record_field *field, const char *in,
            int depth, uint8_t *at, size_t room)
{
    const char *from = in + field->offset;
    struct text text;
    uint64_t number;
    int64_t signed_number;
    uint32_t code;
    int32_t date;
    switch ((enum record_kind)field->kind) {
    case RECORD_TEXT:
    case RECORD_BYTES:
    case RECORD_SECTION:
        memcpy(&text, from, sizeof text);
        return text.length == 0 ? at : write_text(writer, type, field, text, at, room);
    case RECORD_U64:
        memcpy(&number, from, sizeof number);
        if (field->bound != 0 && number > field->bound)
            return refuse_at(writer, at, type, field, over_bound);
        return number == 0 ? at : wire_put_u64(put_key(at, field->id), number);
    case RECORD_CODE:
        memcpy(&code, from, sizeof code);
        return code == 0 ? at : wire_put_u64(put_key(at, field->id), code);
    case RECORD_DATE:
        memcpy(&date, from, sizeof date);
        return write_signed(writer, type, field, date, at);
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_INSTANT:
        memcpy(&signed_number, from, sizeof signed_number);
        return write_signed(writer, type, field, signed_number, at);
    case RECORD_BOOL:
        if (*from == 0)
            return at;
        at = put_key(at, field->id);
        *at = 0xc3;
        return at + 1;
    case RECORD_ONE:
        return write_one(writer, field, from, depth, at, room);
    case RECORD_LIST:
        return write_list(writer, type, field, in, depth, at, room);
    case RECORD_KIND_COUNT:
        break;
    }
    assert(false);
    return NULL;
}

/* What a newer version left: whole pairs, none of which this table knows. */
static bool
write_unknown(struct writer *writer, const struct record_type *type, struct text unknown, int depth,
              uint32_t *pairs)
{
    struct wire wire = wire_over(unknown);
    while (wire.at < wire.end) {
        uint16_t id;
        const char *what = wire_id(&wire, &id);
        if (what == NULL)
            what =
                record_place(type, id) >= 0 ? wire_twice : wire_skip(&wire, RECORD_DEPTH_LIMIT - depth, true);
        if (what != NULL)
            return refuse(writer, type, NULL, what);
        ++*pairs;
    }
    wire = wire_over(unknown);
    if (!wire_ids_differ(wire, *pairs))
        return refuse(writer, type, NULL, wire_twice);
    sink_room(&writer->sink, unknown.length);
    memcpy(writer->sink.at, unknown.data, unknown.length);
    writer->sink.at += unknown.length;
    return true;
}

/* The head stands before what it counts: room is left for the larger one, and closed when the small one does.
 */
static void
put_map_head(struct sink *sink, size_t head_at, size_t reserved, uint32_t count)
{
    uint8_t *head = sink->data + head_at;
    size_t body = sink_length(sink) - head_at - reserved;
    size_t bytes = count < 16 ? 1 : count <= UINT16_MAX ? 3 : 5;
    if (bytes > reserved) {
        sink_room(sink, bytes - reserved);
        head = sink->data + head_at;
    }
    if (bytes != reserved) {
        memmove(head + bytes, head + reserved, body);
        sink->at = head + bytes + body;
    }
    if (count < 16) {
        *head = (uint8_t)(0x80 | count);
    } else {
        *head = bytes == 3 ? 0xde : 0xdf;
        wire_put_big(head + 1, count, (int)bytes - 1);
    }
}

static bool
write_map(struct writer *writer, const struct record_type *type, const char *in, int depth)
{
    struct sink *sink = &writer->sink;
    if (depth > RECORD_DEPTH_LIMIT)
        return refuse(writer, type, NULL, wire_deep);
    uint32_t count = 0;
    uint64_t filled = 0;
    size_t head_at = sink_length(sink), reserved = type->field_count > 15 ? 3 : 1;
    const size_t room = (size_t)type->field_count * KEY_AND_HEAD_BYTES;
    sink_room(sink, reserved + room);
    uint8_t *at = sink->at + reserved;
    const struct record_field *field = type->fields, *end = field + type->field_count;
    for (; field < end; field++) {
        uint8_t *after;
        if (field->kind == RECORD_TEXT) { /* most fields are, and most are not given */
            struct text text;
            memcpy(&text, in + field->offset, sizeof text);
            if (text.length == 0)
                continue;
            after = write_text(writer, type, field, text, at, room);
        } else {
            after = write_field(writer, type, field, in, depth, at, room);
            if (after == at)
                continue;
        }
        if (after == NULL)
            return false;
        filled |= UINT64_C(1) << (field - type->fields);
        count++;
        at = after;
    }
    sink->at = at;
    if ((type->required & ~filled) != 0)
        return refuse(writer, type, &type->fields[__builtin_ctzll(type->required & ~filled)], record_missing);
    struct text unknown;
    memcpy(&unknown, in + type->unknown_offset, sizeof unknown);
    if (unknown.length > 0) {
        uint32_t pairs = 0;
        if (!write_unknown(writer, type, unknown, depth, &pairs))
            return false;
        count += pairs;
    }
    put_map_head(sink, head_at, reserved, count);
    return sink_length(sink) <= RECORD_BYTES_LIMIT || refuse(writer, type, NULL, over_bound);
}

enum status
record_write(const struct record_type *type, const void *in, struct arena *arena, struct text *bytes,
             struct record_fault *fault)
{
    struct writer writer = {.status = STATUS_OK};
    assert(type->field_count <= RECORD_FIELDS_LIMIT);
    sink_open(&writer.sink, arena, SINK_START_BYTES);
    if (write_map(&writer, type, in, 1))
        *bytes = sink_close(&writer.sink);
    else if (fault != NULL)
        *fault = writer.fault;
    return writer.status;
}
