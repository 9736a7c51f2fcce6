/*
 * Private to the reading half of the map engine: what one segment needs at hand, and the carrying of what no field names.
 */
#ifndef CLAIMLINE_X12_MAP_READING_H
#define CLAIMLINE_X12_MAP_READING_H

#include "common/x12/map/x12_map.h"

/* All that a segment needs to know of its place, side by side: of many, nothing else is looked at. */
struct x12_map_turn {
    _Alignas(X12_CACHE_LINE_BYTES) const struct x12_map_op *ops; /* of the place; `at` says which of them is that of element n */
    const uint8_t *at;
    uint64_t taken, unnamed; /* bit n: element n has an operation; there is no word of it in the map */
    const struct x12_map_place *rule;
    uint32_t stamp; /* the instance of its loop that last had a segment here */
    uint16_t loop;
    uint8_t level;
    uint8_t before; /* mask of records that are handed out first */
    uint8_t gives;  /* 1 + number of the record that is handed out afterwards; 0 none */
    bool copied;    /* texts outlive the segment's bytes */
    bool checked;   /* there are constants of which the walker knows nothing */
    bool once;      /* in an instance of its loop; what comes again is carried */
    bool fields;    /* each operation takes one element into one field */
    bool plain;     /* the segment goes to its fields and that is all, when no loop begins */
};

/* Has the walker seen to it that the constant is there? */
static inline bool
x12_map_is_walked(const struct x12_place *at, const struct x12_map_op *op)
{
    return op->element == at->test_element && op->component == 0 && at->test.count == 1;
}

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

/* Do the constants that make a segment one of the place stand in it? */
static inline bool
x12_map_constants_hold(const struct reading *reading, const struct x12_map_place *rule)
{
    const struct x12_map *map = reading->reader->map;
    for (unsigned i = 0; i < rule->check_count; i++) {
        const struct x12_map_op *op = &map->ops[rule->check_first + i];
        if (x12_map_is_walked(reading->at, op))
            continue;
        struct text t = x12_element(reading->segment, op->element);
        if (op->component > 0)
            t = x12_component(t, reading->reader->delimiters.component, op->component);
        if (!text_equal(t, map->constants[op->offset]))
            return false;
    }
    return true;
}

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

/* Loops and the records that begin with them (x12_map_loop.c). What a loop begins is told by its map: a level (its memory is free
 * again, the fields of its record are empty), a record, an item of a list; what does not fit is carried or dropped. */
void x12_map_open_loop(struct x12_map_reader *reader, struct reading *reading, uint16_t loop);
/* Hands out the record that began with the loop. */
void x12_map_close_loop(struct x12_map_reader *reader, uint16_t loop);
/* The fields of a record that one segment is, before it is read. */
void x12_map_begin_given(struct x12_map_reader *reader, const struct x12_map_place *rule);
/* Hands out a record that is pending, all of the mask `records`; afterwards `failed` says what the taker answered. */
void x12_map_hand_out(struct x12_map_reader *reader, unsigned record);
void x12_map_hand_out_all(struct x12_map_reader *reader, uint32_t records);

#endif
