#include "tests/fuzz/x12/x12_mutate.h"

#include "tests/fuzz/x12/x12_change.h"
#include "tests/fuzz/x12/x12_repair.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One of each for the process: they are large, and the fuzzer asks for them with each input. */
static struct x12_pieces first, second;

/* The guide of the set around piece `at`: as ST03 or GS08 says, else any. */
static const struct x12_guide *
guide_at(struct mutation *m, unsigned at)
{
    struct text set = {0}, version = {0}, group = {0};
    for (unsigned i = 0; i <= at && i < m->pieces->count; i++) {
        const struct x12_piece *piece = &m->pieces->items[i];
        uint32_t id = x12_piece_id(piece);
        if (id == X12_ID('G', 'S', 0)) {
            group = x12_piece_element(piece, 8);
        } else if (id == X12_ID('S', 'T', 0)) {
            set = x12_piece_element(piece, 1);
            version = x12_piece_element(piece, 3);
        }
    }
    const struct x12_guide *guide = x12_guide_find(group, set);
    if (guide == NULL)
        guide = x12_guide_find(version, set);
    return guide != NULL ? guide : x12_guides[chance_below(&m->chance, x12_guide_count)];
}

static void
choose(struct mutation *m)
{
    m->at = chance_below(&m->chance, m->pieces->count);
    const struct x12_piece *piece = &m->pieces->items[m->at];
    bool envelope = x12_change_is_of_envelope(x12_piece_id(piece));
    m->invent = (struct x12_invent){&m->chance, envelope ? &x12_guide_envelope : guide_at(m, m->at),
                                    piece->delimiters};
}

static const struct {
    void (*change)(struct mutation *m);
    unsigned weight;
} changes[] = {
    {x12_change_drop, 8},         {x12_change_twice, 6},       {x12_change_move, 5},
    {x12_change_swap, 3},         {x12_change_renew, 8},       {x12_change_add_next, 14},
    {x12_change_set_value, 20},   {x12_change_clear_value, 6}, {x12_change_copy_value, 8},
    {x12_change_add_part, 3},     {x12_change_bend_value, 6},  {x12_change_case, 3},
    {x12_change_spoil, 3},        {x12_change_repeat, 3},      {x12_change_add_binary, 1},
    {x12_change_rename_guide, 2}, {x12_change_blanks, 1},      {x12_change_delimiters, 1},
    {x12_change_add_set, 1},      {x12_change_begin_anew, 1},
};

static void
change(struct mutation *m)
{
    unsigned total = 0, drawn;
    for (size_t i = 0; i < COUNT(changes); i++)
        total += changes[i].weight;
    drawn = chance_below(&m->chance, total);
    size_t which = 0;
    for (; drawn >= changes[which].weight; which++)
        drawn -= changes[which].weight;
    choose(m);
    changes[which].change(m);
}

static void
repair(struct mutation *m)
{
    if (!chance_one_in(&m->chance, 8))
        x12_repair_levels(m->pieces);
    if (!chance_one_in(&m->chance, 12))
        x12_repair_envelope(m->pieces);
}

size_t
x12_mutate(uint8_t *data, size_t size, size_t room, unsigned seed, mutate_bytes fallback)
{
    struct mutation m = {.chance = chance_of(seed), .pieces = &first, .fallback = fallback};
    if (chance_one_in(&m.chance, 8) || !x12_pieces_cut(&first, text_of(data, size)))
        return fallback(data, size, room);
    for (unsigned i = 1 + chance_below(&m.chance, chance_one_in(&m.chance, 3) ? 6 : 2);
         i > 0 && first.count > 0; i--)
        change(&m);
    repair(&m);
    static uint8_t joined[PIECES_ROOM_BYTES];
    size_t length = x12_pieces_join(&first, joined, room < sizeof joined ? room : sizeof joined);
    if (chance_one_in(&m.chance, 100)) /* cut off, mostly near the end */
        length -= chance_below(&m.chance, chance_one_in(&m.chance, 2) ? (unsigned)length
                                          : length < 30               ? 1
                                                                      : 30);
    memcpy(data, joined, length);
    return length;
}

size_t
x12_cross(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size, uint8_t *out,
          size_t room, unsigned seed)
{
    struct mutation m = {.chance = chance_of(seed), .pieces = &first},
                    from = {.chance = chance_of(~seed), .pieces = &second};
    if (!x12_pieces_cut(&first, text_of(data, size)) || !x12_pieces_cut(&second, text_of(other, other_size)))
        return 0;
    choose(&m);
    choose(&from);
    if (chance_one_in(&m.chance, 2)) /* beside a segment of the same kind */
        for (unsigned i = 0;
             i < first.count && x12_piece_id(&first.items[m.at]) != x12_piece_id(&second.items[from.at]); i++)
            m.at = (m.at + 1) % first.count;
    if (chance_one_in(&m.chance, 2))
        x12_pieces_drop(&first, m.at, m.at == 0 ? 0 : x12_change_span(&m));
    x12_pieces_insert_from(&first, m.at + (m.at < first.count), &second, from.at, x12_change_span(&from));
    repair(&m);
    return x12_pieces_join(&first, out, room);
}
