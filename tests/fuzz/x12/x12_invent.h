/*
 * What could stand somewhere: values, segments and loops made from the guides that are compiled in, mostly as
 * the guide wants them. The codes of a place come from its guide, from the situational rules that look at it,
 * and from a table of values by data element.
 */
#ifndef CLAIMLINE_FUZZ_X12_INVENT_H
#define CLAIMLINE_FUZZ_X12_INVENT_H

#include "tests/fuzz/x12/x12_chance.h"
#include "tests/fuzz/x12/x12_pieces.h"

#include "common/x12/guide/x12_guide.h"

enum { INVENT_VALUE_BYTES = 256, INVENT_SEGMENT_BYTES = 2048 };

struct x12_invent {
    struct chance *chance;
    const struct x12_guide *guide;
    struct x12_delimiters delimiters;
};

/* A value for element `element` (from 1) of a place, composites with their components; `before` is the
 * element before it, which may say a format. Returns the bytes written. */
size_t x12_invent_value(const struct x12_invent *invent, const struct x12_place *place, unsigned element,
                        struct text before, char out[INVENT_VALUE_BYTES]);
/* The whole segment without terminator: what is required, and some of the rest. */
size_t x12_invent_segment(const struct x12_invent *invent, const struct x12_place *place,
                          char out[INVENT_SEGMENT_BYTES]);
/* Puts a loop of the guide before piece `at`: its first segment, what is required, and of the rest one in
 * `rare`. Returns how many pieces were put in. Loop 0 is the whole set. */
unsigned x12_invent_loop(const struct x12_invent *invent, struct x12_pieces *pieces, unsigned at,
                         uint16_t loop, unsigned rare);
/* A place of the guide that this piece could stand in: one of its id and, if there is one, its qualifier;
 * NULL: none. */
const struct x12_place *x12_invent_place_of(const struct x12_invent *invent, const struct x12_piece *piece);

#endif
