/*
 * The numbers of lines and codes over an answer. An answer that takes something off, or puts a diagnosis first, gives numbers anew; a place
 * ("diagnosis 3", "line 3, SV101") is of one numbering: the one that was shown, by which people speak, or the one of the claim afterwards.
 */
#ifndef CLAIMLINE_CODING_NUMBERING_H
#define CLAIMLINE_CODING_NUMBERING_H

#include "common/arena/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum numbering_kind {
    NUMBERING_LINE,
    NUMBERING_DIAGNOSIS,
    NUMBERING_REASON,    /* for the visit */
    NUMBERING_CAUSE,     /* external */
    NUMBERING_PROCEDURE, /* of an inpatient */
    NUMBERING_KIND_COUNT
};

struct numbering {
    /* In the arena: of each that was shown, those that were added behind them, its number now; 0 when it was taken off. */
    const uint32_t *now[NUMBERING_KIND_COUNT];
    uint32_t count[NUMBERING_KIND_COUNT]; /* 0: they stand as they stood */
};

/* The place afterwards of one that was shown; its own text, when it is of no number or did not move. True in `*gone`: it was taken off,
 * and the place is as it was given. */
struct text numbering_follow(const struct numbering *numbering, struct text place, struct arena *arena, bool *gone);

/* The place as it was shown of one of the claim afterwards. */
struct text numbering_shown(const struct numbering *numbering, struct text place, struct arena *arena);

#endif
