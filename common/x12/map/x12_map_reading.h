/*
 * Private to the reading half of the map engine: what one segment needs at hand, and the carrying of what no field names.
 */
#ifndef CLAIMLINE_X12_MAP_READING_H
#define CLAIMLINE_X12_MAP_READING_H

#include "common/x12/map/x12_map.h"

/* What one segment needs at hand. */
struct reading {
    struct x12_map_reader *reader;
    const struct x12_segment *segment;
    const struct x12_place *at;
    struct arena *arena; /* of the level */
    uint8_t level;
    bool copied;         /* texts outlive the segment's bytes */
    uint64_t left;       /* elements that no field took */
};

/* The first fault of the level is kept. */
void x12_map_say(const struct reading *reading, unsigned element, unsigned component, const char *what);

/* A new item, all zero, at the end of a list in the struct `base`; NULL when the list is full. */
void *x12_map_append(struct arena *arena, char *base, const struct x12_map_list *list);

/* Copies `from` to `out` (of its length) with the separators of the interchange replaced by those of a carried segment;
 * trailing ones go. */
struct text x12_map_carried_text(const struct x12_map_reader *reader, char *out, struct text from);

/* The segment as it is, into the list for what `loop` carries. */
void x12_map_carry_whole(const struct reading *reading, uint16_t loop);

/* The part of a segment that no field took: "+SEG" and these elements, with the qualifier that finds its place. */
void x12_map_carry_rest(const struct reading *reading, const struct x12_map_place *rule);

#endif
