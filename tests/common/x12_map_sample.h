/* Samples of maps (tests/data/x12_map) and the records that a file gives, for the tests of maps. */
#ifndef CLAIMLINE_TESTS_X12_MAP_SAMPLE_H
#define CLAIMLINE_TESTS_X12_MAP_SAMPLE_H

#include "common/x12/map/x12_map.h"
#include "tests/common/x12_sample.h"

static inline struct text
map_sample(const char *name)
{
    return sample_in("x12_map", name);
}

/* Reads through a check and hands what the map makes to `give`: in small pieces, so that the reader's window moves between and
 * inside claims. */
static inline void
read_all(struct text bytes, const struct x12_map *map, x12_map_give give, void *context)
{
    struct x12_check check;
    struct pieces from = {bytes, 7};
    struct x12_map_reader reader;
    enum x12_event event;
    x12_check_open(&check, &(struct x12_check_options){.snip = 2}, give_piece, &from);
    x12_map_reader_open(&reader, map, give, context);
    do {
        event = x12_check_next(&check);
        cr_assert_eq(x12_map_event(&reader, &check, event), STATUS_OK);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    x12_map_reader_close(&reader);
    x12_check_close(&check);
}

#endif
