/*
 * Hierarchical levels (HL) of a set, written from records by their map: numbered from 1, each under the one that is open
 * above it; a level may be shared with what was written before, and is then opened only where it differs.
 *
 *     x12_levels_open(levels, 0, &source, records);     each kind of level from the outermost inwards
 *     x12_map_write(&levels->map, out, LOOP, records);  what stands in the innermost
 */
#ifndef CLAIMLINE_X12_LEVELS_H
#define CLAIMLINE_X12_LEVELS_H

#include "common/x12/map/x12_map.h"

enum { X12_LEVELS_MAX = 5 };

/* A level to write: its loop in the guide, HL03, HL04 (empty: not said). */
struct x12_level {
    uint16_t loop;
    struct text code, children;
    bool shared; /* go on in the open one when it is the same, HL04 too */
};

struct x12_levels {
    struct x12_map_writer map; /* map.fault after INVALID */
    /* private */
    struct x12_writer *out;
    struct x12_writer open[X12_LEVELS_MAX], fresh;
    uint64_t numbers[X12_LEVELS_MAX], last_number;
    bool is_open[X12_LEVELS_MAX], with_children[X12_LEVELS_MAX];
};

/* `out` outlives this. */
void x12_levels_begin(struct x12_levels *levels, const struct x12_map *map, struct x12_writer *out);
void x12_levels_close(struct x12_levels *levels);
/* Levels count from 0, the outermost. Those below it are closed, unless the shared one went on. Status as x12_map_write. */
enum status x12_levels_open(struct x12_levels *levels, unsigned depth, const struct x12_level *level,
                            const void *const *records);
/* Does the loop write, from these records? Nothing is written. Status as x12_map_write. */
enum status x12_levels_try(struct x12_levels *levels, uint16_t loop, const void *const *records);

#endif
