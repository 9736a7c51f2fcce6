/*
 * The components of a composite element, one after the other. Where they end is known of the first 64 bytes of a segment
 * (struct x12_segment, `components`), which is nearly all there is: no byte is looked at a second time. What lies further
 * behind is searched when it is asked for.
 */
#ifndef CLAIMLINE_X12_COMPOSITE_H
#define CLAIMLINE_X12_COMPOSITE_H

#include "common/x12/x12_reader.h"

/* Bit n: a component ends before base[n]. */
struct x12_composite_marks {
    const char *base;
    uint64_t marks;
};

struct x12_composite {
    const char *at;  /* first byte of the next component; behind `end` when there is none */
    const char *end; /* of the element */
    struct x12_composite_marks ahead; /* of those that end at `at` or behind it; 0: to be searched */
    char separator;
};

/* From `from` on, the first ends that lie together; not 0. */
struct x12_composite_marks x12_composite_search(const char *from, const char *end, char separator);

/* An element of the segment that is not empty. */
static inline struct x12_composite
x12_composite_of(const struct x12_segment *segment, struct text element, char separator)
{
    struct x12_composite composite = {.at = element.data, .end = element.data + element.length, .separator = separator};
    const size_t first = (size_t)(element.data - segment->data), behind = first + element.length;
    if (behind < X12_MARKED_BYTES) {
        const uint64_t last = UINT64_C(1) << behind;
        composite.ahead.base = segment->data;
        composite.ahead.marks = ((segment->components & (last - 1)) | last) & UINT64_MAX << first;
    }
    return composite;
}

/* The next component, perhaps empty; false behind the last. */
static inline bool
x12_composite_next(struct x12_composite *composite, struct text *component)
{
    const char *const start = composite->at;
    if (composite->ahead.marks == 0) {
        if (start > composite->end)
            return false;
        composite->ahead = x12_composite_search(start, composite->end, composite->separator);
    }
    const char *const stop = composite->ahead.base + (unsigned)__builtin_ctzll(composite->ahead.marks);
    composite->ahead.marks &= composite->ahead.marks - 1;
    composite->at = stop + 1;
    *component = text_of(start, (size_t)(stop - start));
    return true;
}

#endif
