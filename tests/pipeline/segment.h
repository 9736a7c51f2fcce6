/* The simulator's own splitter: X12 bytes into segments and elements, without copying. It shares nothing with
 * the pipeline's reader, so that an error there is not repeated here. */
#ifndef CLAIMLINE_TESTS_PIPELINE_SEGMENT_H
#define CLAIMLINE_TESTS_PIPELINE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the message, which must outlive it. */
struct slice {
    const char *at;
    uint32_t length;
};

/* Always inline: with a literal it is a comparison or two, and it is asked several times of each segment. */
__attribute__((always_inline)) static inline bool
slice_is(struct slice slice, const char *string)
{
    size_t length = strlen(string);
    return slice.length == length && memcmp(slice.at, string, length) == 0;
}

bool slice_same(struct slice a, struct slice b);
/* A number of digits only, at most 18; false when it is not. */
bool slice_number(struct slice slice, uint64_t *number);
/* An amount ("12", "12.5", "-3.25", ".5", trailing zeros after two decimals) in cents; false when it is none.
 */
bool slice_cents(struct slice slice, int64_t *cents);
/* Component `n` from 0; an empty slice where there is none. */
struct slice slice_component(struct slice slice, char separator, uint32_t n);

enum { SEGMENT_ELEMENTS = 32, SEGMENT_LIMIT = 1 << 16 };

struct segment {
    uint32_t
        count; /* elements that there are, the identifier included; those past the limit are not counted */
    struct slice element[SEGMENT_ELEMENTS]; /* 0 is the identifier; from `count` on they are empty */
    const char *start;
    const char *end; /* after the terminator */
};

struct splitter {
    const char *at;
    const char *end;
    char element, component, repetition, terminator;
    uint64_t marks; /* where in the 64 bytes from `marked` on an element or a segment ends, lowest bit first */
    const char *marked;
    const struct segment *filled; /* the segment that the last call filled, and how far */
    uint32_t filled_count;
};

enum splitter_result { SPLITTER_SEGMENT, SPLITTER_END, SPLITTER_DAMAGED };

/* Takes the four separators from the places of a 106-byte ISA. False when the bytes do not begin with one. */
bool splitter_open(struct splitter *splitter, const char *bytes, size_t length);
/* DAMAGED: a segment without its terminator, or longer than SEGMENT_LIMIT. Line ends between segments are
 * passed over. */
enum splitter_result splitter_next(struct splitter *splitter, struct segment *segment);

#endif
