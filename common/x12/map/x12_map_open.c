#include "common/x12/map/x12_map_reading.h"

#include <assert.h>
#include <stdlib.h>

static struct x12_map_turn *
make_turns(const struct x12_map *map, const struct x12_map_layout *layout)
{
    struct x12_map_turn *turns = aligned_alloc(X12_CACHE_LINE_BYTES, map->guide->place_count * sizeof *turns);
    assert(turns != NULL);
    memset(turns, 0, map->guide->place_count * sizeof *turns);
    for (unsigned i = 0; i < map->before_count; i++)
        turns[map->before[i].place].before |= (uint8_t)(1u << map->before[i].record);
    for (unsigned i = 0; i < map->guide->place_count; i++) {
        const struct x12_place *at = &map->guide->places[i];
        const struct x12_map_place *rule = &map->places[i];
        const struct x12_map_loop_layout *loop = &layout->loops[at->loop];
        struct x12_map_turn *turn = &turns[i];
        turn->ops = &map->ops[rule->first];
        turn->at = &map->op_at[rule->reads.at];
        turn->taken = rule->reads.taken;
        turn->unnamed = ~(rule->covered | 1);
        turn->rule = rule;
        turn->once = rule->list.item_size == 0;
        turn->fields = turn->once && !rule->reads.in_row;
        turn->loop = at->loop;
        turn->level = rule->gives != 0 ? rule->level : loop->level;
        turn->gives = rule->gives;
        turn->copied = !loop->in_claim;
        turn->plain = rule->kind == X12_MAP_PLACE_MAPPED && rule->gives == 0 && turn->before == 0;
        for (unsigned n = 0; n < rule->check_count; n++)
            turn->checked |= !x12_map_is_walked(at, &map->ops[rule->check_first + n]);
    }
    return turns;
}

void
x12_map_reader_open(struct x12_map_reader *reader, const struct x12_map *map, x12_map_give give,
                    void *context)
{
    *reader =
        (struct x12_map_reader){.map = map, .give = give, .context = context, .carry_loop = X12_NO_LOOP};
    x12_map_layout_make(map, &reader->layout);
    for (unsigned i = 0; i < map->record_count; i++) {
        reader->bases[i] = calloc(1, map->records[i]->size);
        assert(reader->bases[i] != NULL);
    }
    for (unsigned i = 0; i < map->level_count; i++)
        arena_init(&reader->arenas[i], 0);
    reader->turns = make_turns(map, &reader->layout);
}

void
x12_map_reader_close(struct x12_map_reader *reader)
{
    for (unsigned i = 0; reader->map != NULL && i < reader->map->record_count; i++)
        free(reader->bases[i]);
    for (unsigned i = 0; i < X12_MAP_LEVELS_MAX; i++)
        arena_free(&reader->arenas[i]);
    free(reader->turns);
    *reader = (struct x12_map_reader){0};
}
