#include "common/x12/map/x12_map_reading.h"

#include "schemas/records/claim_body.h"

#include <assert.h>

void
x12_map_begin(struct x12_map_reader *reader, struct x12_delimiters delimiters)
{
    reader->delimiters = delimiters;
    reader->pending = 0;
    reader->carry_loop = X12_NO_LOOP;
    reader->dropping = false;
    reader->in_set = true;
    reader->kept_count = 0;
    memset(reader->faults, 0, sizeof reader->faults);
    for (unsigned i = 0; i < reader->map->record_count; i++)
        memset(reader->bases[i], 0, reader->map->records[i]->size);
    for (unsigned i = reader->map->record_count; i < X12_MAP_BASES_MAX; i++)
        reader->bases[i] = NULL;
}

void
x12_map_hand_out(struct x12_map_reader *reader, unsigned record)
{
    const uint32_t bit = 1u << record;
    if ((reader->pending & bit) == 0 || reader->failed != STATUS_OK)
        return;
    reader->pending &= ~bit;
    const struct x12_map_fault *fault = NULL;
    for (unsigned level = 0; level <= reader->layout.record_levels[record] && fault == NULL; level++)
        if (reader->faults[level].place != NULL)
            fault = &reader->faults[level];
    reader->failed = reader->give(reader->context, reader, record, reader->bases[record], fault);
}

void
x12_map_hand_out_all(struct x12_map_reader *reader, uint32_t records)
{
    for (unsigned i = 0; (reader->pending & records) >> i != 0; i++)
        if ((records >> i & 1) != 0)
            x12_map_hand_out(reader, i);
}

enum status
x12_map_claim_end(struct x12_map_reader *reader)
{
    x12_map_hand_out_all(reader, reader->layout.claim_records);
    return reader->failed;
}

enum status
x12_map_end(struct x12_map_reader *reader)
{
    x12_map_hand_out_all(reader, UINT32_MAX);
    reader->in_set = false;
    return reader->failed;
}

static void
clear_ranges(struct x12_map_reader *reader, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct x12_map_range *range = &reader->map->ranges[first + i];
        if (range->end > range->start)
            memset((char *)reader->bases[range->base] + range->start, 0, range->end - range->start);
    }
}

static void
begin_level(struct x12_map_reader *reader, unsigned level)
{
    arena_reset(&reader->arenas[level]);
    for (unsigned i = level; i < reader->map->level_count; i++)
        reader->faults[i].place = NULL;
}

void
x12_map_begin_given(struct x12_map_reader *reader, const struct x12_map_place *rule)
{
    begin_level(reader, rule->level);
    clear_ranges(reader, rule->clear_first, rule->clear_count);
}

static void
begin_record(struct x12_map_reader *reader, const struct x12_map_loop *rule)
{
    unsigned record = rule->begins - 1u;
    reader->pending |= 1u << record;
    if (rule->sets)
        *(uint32_t *)(void *)((char *)reader->bases[rule->set_base] + rule->set_offset) = rule->set_value;
    if (reader->kept_count == 0 || !rule->has_carried || rule->carried.base != record)
        return;
    char *base = reader->bases[record];
    struct carried_segment **items = (struct carried_segment **)(void *)(base + rule->carried.offset);
    for (uint32_t i = 0; i < reader->kept_count; i++) {
        struct carried_segment *item = x12_map_append(&reader->arenas[rule->level], base, &rule->carried);
        assert(item != NULL && *items != NULL);
        *item = reader->kept[i];
    }
}

void
x12_map_open_loop(struct x12_map_reader *reader, struct reading *reading, uint16_t loop)
{
    const struct x12_map_loop *rule = &reader->map->loops[loop];
    uint16_t parent = reader->layout.loops[loop].parent;
    reader->stamps[loop] = ++reader->stamp;
    if (reader->carry_loop != X12_NO_LOOP)
        return;
    if (rule->level != 0) {
        begin_level(reader, rule->level);
        if (rule->kept)
            reader->kept_count = 0;
        clear_ranges(reader, rule->clear_first, rule->clear_count);
        if (rule->begins != 0)
            begin_record(reader, rule);
    }
    if (rule->is_list) {
        void *item = x12_map_append(reading->arena, reader->bases[rule->each.base], &rule->each);
        if (item == NULL) {
            x12_map_say(reading, 0, 0, "there are more of this loop than a record can hold");
            reader->carry_loop = loop;
            reader->dropping = true;
            return;
        }
        reader->bases[rule->slot] = item;
    }
    if (rule->adds.item_size > 0) {
        reader->bases[rule->adds_slot] = x12_map_append(reading->arena, reader->bases[rule->adds.base], &rule->adds);
        assert(reader->bases[rule->adds_slot] != NULL); /* its record, or the item of its list, has just begun */
    }
    if (rule->into_size > 0) {
        bool again = parent != X12_NO_LOOP && reader->parents[loop] == reader->stamps[parent];
        if (again || !x12_map_constants_hold(reading, &reader->map->places[reading->at->number])) {
            reader->carry_loop = loop;
            reader->dropping = false;
        } else if (parent != X12_NO_LOOP) {
            reader->parents[loop] = reader->stamps[parent];
        }
    }
}

void
x12_map_close_loop(struct x12_map_reader *reader, uint16_t loop)
{
    if (reader->carry_loop == loop)
        reader->carry_loop = X12_NO_LOOP;
    if (reader->map->loops[loop].begins != 0)
        x12_map_hand_out(reader, reader->map->loops[loop].begins - 1u);
}
