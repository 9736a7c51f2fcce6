/*
 * Short texts as whole words: codes, amounts and dates are a few characters long, and are read with a few
 * instructions instead of a loop over characters. Nothing beyond the text is read.
 */
#ifndef CLAIMLINE_TEXT_WORD_H
#define CLAIMLINE_TEXT_WORD_H

#include "common/text/text.h"

enum { TEXT_WORD_BYTES = 8 };

static inline uint64_t
text_word_4(const char *from)
{
    uint32_t word;
    memcpy(&word, from, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline uint64_t
text_word_2(const char *from)
{
    uint16_t word;
    memcpy(&word, from, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap16(word);
#endif
    return word;
}

/* A text of at most TEXT_WORD_BYTES as a number, the first character lowest; 0 when it is empty. */
static inline uint64_t
text_word(struct text t)
{
    const size_t n = t.length;
    if (n >= 4)
        return text_word_4(t.data) | text_word_4(t.data + n - 4) << 8 * (n - 4);
    if (n >= 2)
        return text_word_2(t.data) | (uint64_t)(uint8_t)t.data[n - 1] << 8 * (n - 1);
    return n == 0 ? 0 : (uint8_t)t.data[0];
}

/* A decimal without a sign. */
struct text_decimal {
    uint64_t number;         /* its digits, as if there were no point */
    unsigned digits, places; /* how many of them; how many behind the point */
};

/* Of a text of 1 to 8 characters. False: it is none, or longer, or has a sign; then look again character by character.
 */
static inline bool
text_short_decimal(struct text t, struct text_decimal *out)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    if (t.length == 0 || t.length > TEXT_WORD_BYTES)
        return false;
    /* Digits become 0 to 9, behind leading zeros in the low bytes. */
    uint64_t word = (text_word(t) ^ ('0' * ones >> (TEXT_WORD_BYTES - t.length) * 8)) << (TEXT_WORD_BYTES - t.length) * 8;
    const uint64_t others = ((word + 0x76 * ones) | word) & 0x80 * ones; /* the lowest is exact */
    out->digits = (unsigned)t.length;
    out->places = 0;
    if (others != 0) {
        const unsigned at = (unsigned)__builtin_ctzll(others) & ~7u; /* bits below the first that is no digit */
        if ((others & (others - 1)) != 0 || (word >> at & 0xFF) != ('.' ^ '0') || --out->digits == 0)
            return false;
        out->places = TEXT_WORD_BYTES - 1 - at / 8;
        word = (word >> at >> 8 << 8 << at) | (word & ((UINT64_C(1) << at) - 1)) << 8;
    }
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    out->number = (word * 10000 + (word >> 32)) & UINT32_MAX;
    return true;
}

#endif
