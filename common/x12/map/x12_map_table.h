/*
 * The shapes of the tables that scripts/generate-x12-maps makes of schemas/x12/NAME.map: for each place of a guide what
 * of it stands in which field. A segment needs no search: the walker gives the number of its place, and the place has
 * its operations in a row. Only the map engine looks inside.
 */
#ifndef CLAIMLINE_X12_MAP_TABLE_H
#define CLAIMLINE_X12_MAP_TABLE_H

#include "common/record/record.h"
#include "common/x12/guide/x12_guide.h"

enum { X12_MAP_BASES_MAX = 12, X12_MAP_LEVELS_MAX = 18, X12_MAP_LOOPS_MAX = 96, X12_MAP_ITEM = X12_MAP_BASES_MAX };

enum x12_map_kind {
    X12_MAP_CONSTANT,  /* written as it is; offset: number in constants */
    X12_MAP_NONE,      /* neither read nor written */
    X12_MAP_TEXT,
    X12_MAP_MONEY,
    X12_MAP_DATE,      /* CCYYMMDD */
    X12_MAP_NUMBER,    /* uint64_t */
    X12_MAP_MILLI,     /* decimal in thousandths, int64_t */
    X12_MAP_DATES,     /* CCYYMMDD-CCYYMMDD */
    X12_MAP_PERIOD,    /* two elements: D8 or RD8, then one or two dates */
    X12_MAP_MOMENT,    /* two elements: D8 or DT, then a date, or a date and HHMM (text, `second`) */
    X12_MAP_REST,      /* elements from here to `component` (0: the last) as text with the separators of a carried segment */
    X12_MAP_COMPOSITE, /* the next `component` operations take components; offset: mask of those that are taken */
    X12_MAP_KIND_COUNT
};

struct x12_map_op {
    uint8_t kind, element, component, base;
    bool always; /* a zero is written as 0 and not left out; a constant of an item is asked for */
    uint16_t offset, second;
    uint32_t bound;
};

/* A list inside a struct: a pointer and a count. */
struct x12_map_list {
    uint8_t base;
    uint16_t offset, count_offset;
    uint32_t item_size; /* 0: no list */
    uint32_t bound;
};

/* Bytes of a struct that are set to zero. */
struct x12_map_range {
    uint8_t base;
    uint32_t start, end;
};

/* The operations of a place, found from the elements that are there. */
struct x12_map_reads {
    uint64_t taken; /* bit n: element n (of a group of items: counted from its first, which is 1) has an operation */
    uint16_t at;    /* in op_at: for each n how many operations stand before it in the place */
    bool in_row;    /* one of them takes what stands in several elements: all are asked in a row */
};

enum { X12_MAP_PLACE_CARRIED, X12_MAP_PLACE_SKIP, X12_MAP_PLACE_MAPPED };

struct x12_map_place {
    uint8_t kind;
    uint8_t count, head_count, item_count, check_count, clear_count;
    uint16_t first, head_first, item_first, check_first, clear_first; /* in ops; clear_first in ranges */
    uint8_t group_first, group_by, group_times; /* items: elements from group_first, each group_by further */
    uint8_t gives; /* 1 + number of the record that is handed out after this segment; 0 none */
    uint8_t level; /* of such a record */
    bool shared;   /* several places have the list: written are the items that pass this place's test */
    struct x12_map_list list;
    uint64_t covered; /* bit n: element n is named */
    struct x12_map_reads reads, head_reads, item_reads;
};

struct x12_map_loop {
    uint8_t level;  /* number of the memory that is thrown away when this loop begins; 0 none */
    uint8_t begins; /* 1 + number of the record that begins here */
    uint8_t slot;   /* base of the current item, of a list */
    bool driven;    /* not written from its parent: the caller writes it */
    bool mapped, kept, has_carried, is_list, sets;
    uint8_t clear_count;
    uint16_t clear_first;
    struct x12_map_list carried, each, adds; /* adds: a list of one, whose item begins with the loop */
    uint8_t adds_slot;
    uint8_t into_base, set_base;
    uint16_t into_offset, set_offset;
    uint32_t into_size, set_value;
};

/* A record that is handed out, if it has begun, before a segment at this place. */
struct x12_map_before {
    uint16_t place;
    uint8_t record;
};

struct x12_map {
    const char *name;
    const struct x12_guide *guide;
    const struct text *constants;
    const struct x12_map_op *ops;
    const uint8_t *op_at;
    const struct x12_map_range *ranges;
    const struct x12_map_before *before;
    const struct record_type *const *records;
    const struct x12_map_place *places; /* by number of the guide's place */
    const struct x12_map_loop *loops;   /* by number of the guide's loop */
    uint8_t before_count, record_count, base_count, level_count;
};

/* What follows from map and guide together; worked out once when a reader or writer is opened. */
struct x12_map_layout {
    struct x12_map_loop_layout {
        uint16_t parent;             /* X12_NO_LOOP for the outermost; a shared loop has the first */
        uint16_t carrier;            /* the loop whose list takes what no field names; X12_NO_LOOP none */
        uint16_t first_place, end_place; /* places of the loop and those inside it that are not driven */
        uint16_t written_first, written_count; /* in `written`: the children of which a writer may write something */
        uint8_t level;
        bool in_claim; /* inside the claim loop of the guide: its bytes are pinned until the claim ends */
    } loops[X12_MAP_LOOPS_MAX];
    uint8_t written[X12_MAP_LOOPS_MAX * X12_CHILDREN_MAX / 8]; /* ordinals of children */
    uint8_t record_levels[X12_MAP_BASES_MAX];
    uint32_t claim_records; /* mask of those that begin inside the claim loop */
};
void x12_map_layout_make(const struct x12_map *map, struct x12_map_layout *layout);

#endif
