#include "common/x12/map/x12_map.h"

#include <assert.h>

/* Parents first, so that a loop finds what it inherits. */
static void
place_loop(const struct x12_map *map, struct x12_map_layout *layout, uint16_t number, bool in_claim)
{
    const struct x12_loop *loop = &map->guide->loops[number];
    const struct x12_map_loop *rule = &map->loops[number];
    struct x12_map_loop_layout *own = &layout->loops[number];
    const struct x12_map_loop_layout *above = own->parent == X12_NO_LOOP ? NULL : &layout->loops[own->parent];
    own->in_claim = in_claim || loop->claim;
    own->level = rule->level != 0 ? rule->level : above != NULL ? above->level : 0;
    own->carrier = rule->has_carried ? number : above != NULL ? above->carrier : (uint16_t)X12_NO_LOOP;
    own->first_place = loop->children[0].place;
    own->end_place = own->first_place + 1;
    if (rule->begins != 0) {
        layout->record_levels[rule->begins - 1] = own->level;
        if (own->in_claim)
            layout->claim_records |= 1u << (rule->begins - 1);
    }
    for (uint16_t i = 0; i < loop->child_count; i++) {
        const struct x12_child *child = &loop->children[i];
        if (child->loop == X12_NO_LOOP) {
            if (child->place >= own->end_place)
                own->end_place = child->place + 1;
            continue;
        }
        struct x12_map_loop_layout *inner = &layout->loops[child->loop];
        if (inner->parent != X12_NO_LOOP)
            continue;
        inner->parent = number;
        place_loop(map, layout, child->loop, own->in_claim);
        if (!map->loops[child->loop].driven && inner->end_place > own->end_place)
            own->end_place = inner->end_place;
    }
}

/* Does a writer find anything for this child in the records? Most places of a guide only carry. */
static bool
may_be_written(const struct x12_map *map, const struct x12_child *child)
{
    if (child->loop == X12_NO_LOOP)
        return map->places[child->place].kind == X12_MAP_PLACE_MAPPED;
    const struct x12_map_loop *rule = &map->loops[child->loop];
    return !rule->driven && (rule->is_list || rule->into_size > 0 || rule->mapped);
}

static void
list_written(const struct x12_map *map, struct x12_map_layout *layout)
{
    uint16_t count = 0;
    for (uint16_t number = 0; number < map->guide->loop_count; number++) {
        const struct x12_loop *loop = &map->guide->loops[number];
        layout->loops[number].written_first = count;
        for (uint16_t i = 0; i < loop->child_count; i++) {
            if (!may_be_written(map, &loop->children[i]))
                continue;
            assert(count < sizeof layout->written && i <= UINT8_MAX);
            layout->written[count++] = (uint8_t)i;
        }
        layout->loops[number].written_count = count - layout->loops[number].written_first;
    }
}

void
x12_map_layout_make(const struct x12_map *map, struct x12_map_layout *layout)
{
    assert(map->guide->loop_count <= X12_MAP_LOOPS_MAX && map->base_count <= X12_MAP_BASES_MAX);
    assert(map->level_count <= X12_MAP_LEVELS_MAX && map->record_count <= 8);
    *layout = (struct x12_map_layout){0};
    for (uint16_t i = 0; i < map->guide->loop_count; i++)
        layout->loops[i].parent = layout->loops[i].carrier = X12_NO_LOOP;
    place_loop(map, layout, 0, false);
    list_written(map, layout);
    for (uint16_t i = 0; i < map->guide->place_count; i++)
        if (map->places[i].gives != 0)
            layout->record_levels[map->places[i].gives - 1] = map->places[i].level;
}

enum status
x12_map_event(struct x12_map_reader *reader, const struct x12_check *check, enum x12_event event)
{
    switch (event) {
    case X12_EVENT_SET:
        if (check->set.guide == reader->map->guide)
            x12_map_begin(reader, check->reader.delimiters);
        return reader->failed;
    case X12_EVENT_SEGMENT:
        return reader->in_set ? x12_map_step(reader, check->segment, &check->step) : reader->failed;
    case X12_EVENT_CLAIM_END:
        if (reader->in_set && check->claim.too_large)
            reader->pending &= ~reader->layout.claim_records;
        return reader->in_set ? x12_map_claim_end(reader) : reader->failed;
    case X12_EVENT_SET_END:
        return reader->in_set ? x12_map_end(reader) : reader->failed;
    case X12_EVENT_TA1:
    case X12_EVENT_INTERCHANGE:
    case X12_EVENT_GROUP:
    case X12_EVENT_GROUP_END:
    case X12_EVENT_INTERCHANGE_END:
    case X12_EVENT_END:
    case X12_EVENT_FAILED:
    case X12_EVENT_COUNT:
        break;
    }
    return reader->failed;
}
