/*
 * Walks the segments of one transaction set (ST to SE) along a guide and tells for each the place that it
 * matched and the loops that it closed and opened. What does not fit is a finding (SNIP type 2; IK304 codes),
 * after which the walker stays where it was, so that one wrong segment makes one finding.
 */
#ifndef CLAIMLINE_X12_WALKER_H
#define CLAIMLINE_X12_WALKER_H

#include "common/finding/finding.h"
#include "common/x12/guide/x12_guide.h"

/* What one segment did. The order of effects: closed[0] (the innermost) to the last, then the opened loop,
 * then the segment itself. A segment opens at most one loop, and is then its first place. */
struct x12_step {
    const struct x12_place *place; /* NULL: matched nothing */
    uint8_t closed_count;
    bool opened;                    /* a loop begins with this segment: number in `loop` */
    uint16_t loop;                  /* the loop in which the walker now is */
    uint16_t closed[X12_DEPTH_MAX]; /* numbers of the loops that ended before this segment */
    uint32_t said[X12_DEPTH_MAX];   /* findings in the list after each of these had ended */
    uint32_t before;                /* findings in the list before what is said of the segment that opened a loop */
};

struct x12_frame {
    const struct x12_loop *loop;
    const struct x12_index *cells;     /* of the loop, by segment number */
    uint16_t group;                    /* of the last matched child: siblings before it are past */
    uint16_t counts[X12_CHILDREN_MAX]; /* occurrences of each child */
    uint32_t first_position;           /* of the segment that opened it */
    uint8_t passed;                    /* required children whose turn is over; what they lack was said */
};

struct x12_walker {
    const struct x12_guide *guide;
    struct findings *findings;
    char component;    /* component separator, for qualifiers inside composites */
    uint32_t position; /* of the last segment in the set, ST = 1 */
    uint64_t offset;   /* of the same in the file */
    uint8_t depth;     /* frames[depth - 1] is the innermost */
    uint8_t skip_rank; /* a loop that did not fit is being skipped, up to a segment of this rank or lower; 0:
                          none */
    bool failed;       /* a finding of severity error was made in this set */
    struct x12_frame frames[X12_DEPTH_MAX];
};

/* Before the ST segment of a set. findings NULL: the walk is done, nothing is said. */
void x12_walker_begin(struct x12_walker *walker, const struct x12_guide *guide, char component,
                      struct findings *findings);
/* Each segment from ST to SE. */
void x12_walker_step(struct x12_walker *walker, const struct x12_segment *segment, struct x12_step *step);
/* After SE, or when the set was cut: closes the loops that are open (step->closed) and says what is missing.
 */
void x12_walker_end(struct x12_walker *walker, struct x12_step *step);

#endif
