#include "tests/pipeline/segment.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

bool
slice_same(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool
slice_number(struct slice slice, uint64_t *number)
{
    uint64_t value = 0;
    if (slice.length == 0 || slice.length > 18)
        return false;
    for (uint32_t i = 0; i < slice.length; i++) {
        if (slice.at[i] < '0' || slice.at[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(slice.at[i] - '0');
    }
    *number = value;
    return true;
}

bool
slice_cents(struct slice slice, int64_t *cents)
{
    const int64_t limit_cents = INT64_C(1000000000000);
    int64_t value = 0;
    uint32_t i = 0, digits = 0;
    int decimals = -1;
    bool negative = slice.length > 0 && slice.at[0] == '-';
    for (i = negative ? 1 : 0; i < slice.length; i++) {
        char c = slice.at[i];
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        digits++;
        if (decimals >= 2 ? c != '0' : value > limit_cents)
            return false;
        if (decimals < 2)
            value = value * 10 + (c - '0');
        if (decimals >= 0 && decimals < 2)
            decimals++;
    }
    if (digits == 0)
        return false;
    for (; decimals < 2; decimals = decimals < 0 ? 1 : decimals + 1)
        value *= 10;
    if (value > limit_cents)
        return false;
    *cents = negative ? -value : value;
    return true;
}

struct slice
slice_component(struct slice slice, char separator, uint32_t n)
{
    const char *at = slice.at, *end = slice.at + slice.length;
    while (at != NULL && at <= end) {
        const char *next = at < end ? memchr(at, separator, (size_t)(end - at)) : NULL;
        if (next == NULL)
            next = end;
        if (n == 0)
            return (struct slice){at, (uint32_t)(next - at)};
        n--;
        at = next + 1;
    }
    return (struct slice){"", 0};
}

/* Bit n: byte n from `at` on, before `end`, ends an element or a segment. */
static uint64_t
marks_at(const char *at, const char *end, char element, char terminator)
{
    enum { BLOCK = 64 };
    uint64_t marks = 0;
#ifdef __SSE2__
    if (end - at >= BLOCK) {
        const __m128i elements = _mm_set1_epi8(element), terminators = _mm_set1_epi8(terminator);
        for (unsigned n = 0; n < BLOCK; n += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + n));
            __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, elements), _mm_cmpeq_epi8(bytes, terminators));
            marks |= (uint64_t)(uint32_t)_mm_movemask_epi8(ends) << n;
        }
        return marks;
    }
#endif
    for (unsigned n = 0; n < BLOCK && n < (size_t)(end - at); n++)
        marks |= (uint64_t)(at[n] == element || at[n] == terminator) << n;
    return marks;
}

/* The first end of an element or a segment from `at` on; `limit` when none stands before it. */
static const char *
next_mark(struct splitter *splitter, const char *at, const char *limit)
{
    while (at < limit) {
        size_t from = (size_t)(at - splitter->marked);
        if (from >= 64) {
            splitter->marked = at;
            splitter->marks = marks_at(at, splitter->end, splitter->element, splitter->terminator);
            from = 0;
        }
        uint64_t marks = splitter->marks >> from;
        if (marks != 0) {
            at += __builtin_ctzll(marks);
            return at < limit ? at : limit;
        }
        at = (size_t)(limit - at) > 64 - from ? at + (64 - from) : limit;
    }
    return limit;
}

bool
splitter_open(struct splitter *splitter, const char *bytes, size_t length)
{
    enum { ISA_LENGTH = 106 };
    static const unsigned char places[] = {3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103};
    if (length < ISA_LENGTH || memcmp(bytes, "ISA", 3) != 0)
        return false;
    for (size_t i = 0; i < sizeof places; i++) {
        if (bytes[places[i]] != bytes[3])
            return false;
    }
    *splitter = (struct splitter){.at = bytes,
                                  .end = bytes + length,
                                  .element = bytes[3],
                                  .component = bytes[104],
                                  .repetition = bytes[82],
                                  .terminator = bytes[105],
                                  .marks = marks_at(bytes, bytes + length, bytes[3], bytes[105]),
                                  .marked = bytes};
    return splitter->element != splitter->terminator && splitter->element != splitter->component &&
           splitter->component != splitter->terminator;
}

enum splitter_result
splitter_next(struct splitter *splitter, struct segment *segment)
{
    const char *at = splitter->at;
    while (at < splitter->end && (*at == '\r' || *at == '\n') && *at != splitter->terminator)
        at++;
    splitter->at = at;
    if (at == splitter->end)
        return SPLITTER_END;
    size_t left = (size_t)(splitter->end - at);
    const char *limit = at + (left < SEGMENT_LIMIT ? left : SEGMENT_LIMIT);
    uint32_t count = 0;
    segment->start = at;
    for (const char *begin = at;; begin = ++at) {
        at = next_mark(splitter, at, limit);
        if (at == limit)
            return SPLITTER_DAMAGED;
        if (count < SEGMENT_ELEMENTS)
            segment->element[count++] = (struct slice){begin, (uint32_t)(at - begin)};
        if (*at == splitter->terminator)
            break;
    }
    segment->count = count;
    segment->end = splitter->at = at + 1;
    uint32_t filled = splitter->filled == segment ? splitter->filled_count : SEGMENT_ELEMENTS;
    for (uint32_t i = count; i < filled; i++)
        segment->element[i] = (struct slice){"", 0};
    splitter->filled = segment;
    splitter->filled_count = count;
    return SPLITTER_SEGMENT;
}
