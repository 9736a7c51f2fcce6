/*
 * The chunks of units on their way in, also in memory: a unit whose chunks came one behind the other is read from here, and
 * its rows need not be read and opened. Rows are written as ever and are what a start reads; memory is dropped with every
 * aborted batch.
 */
#ifndef CLAIMLINE_REMITTANCE_STAGED_H
#define CLAIMLINE_REMITTANCE_STAGED_H

#include "common/text/text.h"

enum { STAGED_UNITS = 4, STAGED_BYTES_MAX = 4 << 20 };

struct staged {
    struct staged_unit {
        uint64_t unit;   /* 0: none */
        uint64_t chunks; /* 1 to this one are here */
        char *bytes;
        size_t length, room;
    } units[STAGED_UNITS];
    unsigned next; /* the place of the next unit: the oldest one gives way */
};

/* A chunk was put into its row. One out of order, or one too many bytes, ends the unit's place here. */
void staged_add(struct staged *staged, uint64_t unit, uint64_t number, struct text bytes);
/* All `chunks` of the unit, when they are here: valid until the next call. */
bool staged_whole(struct staged *staged, uint64_t unit, uint64_t chunks, struct text *bytes);
void staged_drop(struct staged *staged, uint64_t unit);
void staged_clear(struct staged *staged);

#endif
