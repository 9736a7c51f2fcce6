/*
 * Private to the writing half of the map engine: loops and places (x12_map_write.c) are written of elements (x12_map_element.c) and
 * of what was carried (x12_map_carried.c).
 */
#ifndef CLAIMLINE_X12_MAP_WRITING_H
#define CLAIMLINE_X12_MAP_WRITING_H

#include "common/x12/map/x12_map.h"

enum { X12_MAP_CARRIED_MAX = 512 };

/* The carried segments of one list that belong into the loop being written, in the order of the list. */
struct carried_window {
    const struct carried_segment *items;
    uint32_t count, next;
    uint16_t places[X12_MAP_CARRIED_MAX];
};

/* The first fault of a write is kept. */
static inline void
x12_map_refuse(struct x12_map_writer *writer, const char *place, const char *what)
{
    if (writer->fault.place == NULL)
        writer->fault = (struct x12_map_fault){.place = place, .what = what};
}

static inline bool
x12_map_failed(const struct x12_map_writer *writer)
{
    return writer->fault.place != NULL || x12_writer_status(writer->writer) != STATUS_OK;
}

/* Where the field of an operation lies; NULL when its record is not given. */
static inline const char *
x12_map_field(const struct x12_map_writer *writer, const struct x12_map_op *op, const char *item)
{
    const char *base = op->base == X12_MAP_ITEM ? item : writer->bases[op->base];
    return base == NULL ? NULL : base + op->offset;
}

/* Has one of the operations something to write? `item`: of a list, NULL for none. */
bool x12_map_any_field(const struct x12_map_writer *writer, unsigned first, unsigned count, const char *item);
/* Elements of the open segment: of the operations, between and behind them what is carried of it. Returns the next element. */
unsigned x12_map_write_elements(struct x12_map_writer *writer, unsigned first, unsigned count, const char *item, struct text *rest);

/* The carried list of `loop`, as far as it belongs to it. */
void x12_map_carried_open(struct x12_map_writer *writer, uint16_t loop, struct carried_window *window);
/* Of a window with something left (asked before, since most have nothing): writes what is carried for places before `end`; a rest
 * that no mapped segment took is written as its segment. */
void x12_map_carried_flush(struct x12_map_writer *writer, uint16_t end);
/* The rest carried for this place, empty when there is none; it is taken. */
struct text x12_map_carried_take(struct x12_map_writer *writer, uint16_t place);

static inline bool
x12_map_carries(const struct x12_map_writer *writer)
{
    return writer->window != NULL && writer->window->next < writer->window->count;
}

#endif
