#include "tests/pipeline/segment.h"

#include <string.h>

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
    *splitter = (struct splitter){bytes, bytes + length, bytes[3], bytes[104], bytes[82], bytes[105], NULL, 0};
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
    const char element = splitter->element, terminator = splitter->terminator;
    uint32_t count = 0;
    segment->start = at;
    /* Elements are short: one pass over the bytes is cheaper than a search for each of them. */
    for (const char *begin = at;; at++) {
        if (at == limit)
            return SPLITTER_DAMAGED;
        if (*at != element && *at != terminator)
            continue;
        if (count < SEGMENT_ELEMENTS)
            segment->element[count++] = (struct slice){begin, (uint32_t)(at - begin)};
        if (*at == terminator)
            break;
        begin = at + 1;
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
