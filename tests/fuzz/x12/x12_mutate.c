#include "tests/fuzz/x12/x12_mutate.h"

#include "tests/fuzz/x12/x12_invent.h"
#include "tests/fuzz/x12/x12_repair.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct mutation {
    struct chance chance;
    struct x12_pieces *pieces;
    mutate_bytes fallback;
    struct x12_invent invent; /* of the set in which `at` lies */
    unsigned at;              /* the piece that is changed */
};

/* One of each for the process: they are large, and the fuzzer asks for them with each input. */
static struct x12_pieces first, second;

/* ---- where ---- */

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

static bool
is_of_envelope(uint32_t id)
{
    return id == X12_ID('I', 'S', 'A') || id == X12_ID('I', 'E', 'A') || id == X12_ID('G', 'S', 0) ||
           id == X12_ID('G', 'E', 0) || id == X12_ID('T', 'A', '1');
}

static void
choose(struct mutation *m)
{
    m->at = chance_below(&m->chance, m->pieces->count);
    const struct x12_piece *piece = &m->pieces->items[m->at];
    bool envelope = is_of_envelope(x12_piece_id(piece));
    m->invent = (struct x12_invent){&m->chance, envelope ? &x12_guide_envelope : guide_at(m, m->at),
                                    piece->delimiters};
}

/* The id of the trailer that ends what a segment begins; 0: it begins none. */
static uint32_t
trailer_of(uint32_t id)
{
    return id == X12_ID('I', 'S', 'A') ? X12_ID('I', 'E', 'A')
           : id == X12_ID('G', 'S', 0) ? X12_ID('G', 'E', 0)
           : id == X12_ID('S', 'T', 0) ? X12_ID('S', 'E', 0)
                                       : 0;
}

/* Up to the trailer; else up to the next piece with the same id, or one that ends what this one is in. */
static unsigned
loop_length(const struct mutation *m)
{
    const uint32_t id = x12_piece_id(&m->pieces->items[m->at]), trailer = trailer_of(id);
    unsigned length = 1;
    if (trailer != 0) {
        while (m->at + length < m->pieces->count &&
               x12_piece_id(&m->pieces->items[m->at + length - 1]) != trailer)
            length++;
        return length;
    }
    for (; m->at + length < m->pieces->count; length++) {
        uint32_t next = x12_piece_id(&m->pieces->items[m->at + length]);
        if (next == id || next == X12_ID('S', 'E', 0) || next == X12_ID('H', 'L', 0) || is_of_envelope(next))
            break;
    }
    return length;
}

/* Mostly a few, sometimes a loop. */
static unsigned
span(struct mutation *m)
{
    unsigned length = chance_one_in(&m->chance, 3) ? loop_length(m) : 1 + chance_below(&m->chance, 3);
    return length < m->pieces->count - m->at ? length : m->pieces->count - m->at;
}

/* Near, or anywhere. */
static unsigned
elsewhere(struct mutation *m)
{
    unsigned near = m->at + chance_below(&m->chance, 12);
    if (near > 6 && near - 6 <= m->pieces->count && !chance_one_in(&m->chance, 3))
        return near - 6;
    return chance_below(&m->chance, m->pieces->count + 1);
}

/* ---- segments ---- */

static void
drop(struct mutation *m)
{
    x12_pieces_drop(m->pieces, m->at, span(m));
}

static void
twice(struct mutation *m)
{
    unsigned count = span(m);
    x12_pieces_double(m->pieces, m->at, count, chance_one_in(&m->chance, 4) ? elsewhere(m) : m->at + count);
}

static void
move(struct mutation *m)
{
    unsigned count = span(m), to = elsewhere(m), before = m->pieces->count;
    x12_pieces_double(m->pieces, m->at, count, to);
    if (m->pieces->count > before)
        x12_pieces_drop(m->pieces, to <= m->at ? m->at + count : m->at, count);
}

static void
swap(struct mutation *m)
{
    x12_pieces_swap(m->pieces, m->at, elsewhere(m));
}

/* The bytes before the segment's id, as they were. */
static struct text
blanks_of(const struct x12_piece *piece)
{
    struct text t = piece->text;
    size_t n = 0;
    while (n < t.length && n < 8 && (t.data[n] == '\n' || t.data[n] == '\r' || t.data[n] == ' '))
        n++;
    return text_of(t.data, n);
}

/* Another segment of the same place. */
static void
renew(struct mutation *m)
{
    char bytes[INVENT_SEGMENT_BYTES + 8];
    struct x12_piece *piece = &m->pieces->items[m->at];
    const struct x12_place *place = x12_invent_place_of(&m->invent, piece);
    struct text blank = blanks_of(piece);
    if (place == NULL || x12_piece_id(piece) == X12_ID('I', 'S', 'A'))
        return;
    if (blank.length > 0)
        memcpy(bytes, blank.data, blank.length);
    size_t length = blank.length + x12_invent_segment(&m->invent, place, bytes + blank.length);
    struct text kept = x12_pieces_keep(m->pieces, text_of(bytes, length));
    if (kept.length > 0)
        piece->text = kept;
}

static const struct x12_loop *
loop_begun_by(const struct x12_guide *guide, const struct x12_place *place)
{
    const struct x12_loop *loop = &guide->loops[place->loop];
    return place->loop > 0 && loop->children[0].place == place->number ? loop : NULL;
}

/* What may follow this piece in the guide, a segment or the loop that it begins. */
static void
add_next(struct mutation *m)
{
    const struct x12_guide *guide = m->invent.guide;
    const struct x12_place *here = x12_invent_place_of(&m->invent, &m->pieces->items[m->at]);
    unsigned number =
        here == NULL ? chance_below(&m->chance, guide->place_count)
                     : here->number + 1u + chance_below(&m->chance, chance_one_in(&m->chance, 3) ? 40 : 6);
    if (number >= guide->place_count)
        return;
    const struct x12_place *place = &guide->places[number];
    const struct x12_loop *loop = loop_begun_by(guide, place);
    if (loop != NULL && !chance_one_in(&m->chance, 4)) {
        x12_invent_loop(&m->invent, m->pieces, m->at + 1, loop->number, 3 + chance_below(&m->chance, 8));
        return;
    }
    char bytes[INVENT_SEGMENT_BYTES + 8];
    struct text blank = m->pieces->blank.length < 8 ? m->pieces->blank : (struct text){0};
    if (blank.length > 0)
        memcpy(bytes, blank.data, blank.length);
    size_t length = blank.length + x12_invent_segment(&m->invent, place, bytes + blank.length);
    x12_pieces_insert(m->pieces, m->at + 1, text_of(bytes, length));
}

/* ---- elements ---- */

static unsigned
any_element(struct mutation *m)
{
    return 1 + chance_below(&m->chance, x12_piece_elements(&m->pieces->items[m->at]));
}

static void
set_value(struct mutation *m)
{
    char value[INVENT_VALUE_BYTES];
    const struct x12_piece *piece = &m->pieces->items[m->at];
    const struct x12_place *place = x12_invent_place_of(&m->invent, piece);
    if (place == NULL || place->element_count == 0)
        return;
    unsigned element =
        chance_one_in(&m->chance, 3) ? 1 + chance_below(&m->chance, place->element_count) : any_element(m);
    if (element > place->element_count)
        return;
    size_t length =
        x12_invent_value(&m->invent, place, element, x12_piece_element(piece, element - 1), value);
    x12_pieces_set(m->pieces, m->at, element, text_of(value, length));
}

static void
clear_value(struct mutation *m)
{
    unsigned element = any_element(m);
    if (chance_one_in(&m->chance, 3))
        x12_pieces_shorten(m->pieces, m->at, element);
    else
        x12_pieces_set(m->pieces, m->at, element, (struct text){0});
}

/* The same element, or any, of another piece: so do ids, amounts and dates agree. */
static void
copy_value(struct mutation *m)
{
    unsigned from = elsewhere(m), element = any_element(m), count = m->pieces->count;
    uint32_t id = x12_piece_id(&m->pieces->items[m->at]);
    bool same = !chance_one_in(&m->chance, 3);
    for (unsigned i = 0; same && i < count && x12_piece_id(&m->pieces->items[(from + i) % count]) != id; i++)
        from = (from + 1) % count;
    const struct x12_piece *other = &m->pieces->items[from % count];
    unsigned its = same ? element : 1 + chance_below(&m->chance, x12_piece_elements(other));
    x12_pieces_set(m->pieces, m->at, element, x12_piece_element(other, its));
}

/* An element with a part more: a component or a repetition. */
static void
add_part(struct mutation *m)
{
    char value[2 * INVENT_VALUE_BYTES];
    struct x12_piece *piece = &m->pieces->items[m->at];
    unsigned element = any_element(m);
    struct text old = x12_piece_element(piece, element);
    size_t length = old.length < INVENT_VALUE_BYTES ? old.length : INVENT_VALUE_BYTES;
    if (length > 0)
        memcpy(value, old.data, length);
    char sign = chance_one_in(&m->chance, 2) ? piece->delimiters.component : piece->delimiters.repetition;
    value[length++] = sign;
    size_t again = chance_one_in(&m->chance, 2) ? old.length : 1;
    if (again > 0 && again <= INVENT_VALUE_BYTES - 1 && old.length >= again)
        memcpy(value + length, old.data, again), length += again;
    x12_pieces_set(m->pieces, m->at, element, text_of(value, length));
}

/* An element's bytes as the engine would change them, with what it knows of comparisons. */
static void
bend_value(struct mutation *m)
{
    uint8_t value[INVENT_VALUE_BYTES];
    unsigned element = any_element(m);
    struct text old = x12_piece_element(&m->pieces->items[m->at], element);
    if (old.length == 0 || old.length > sizeof value / 2)
        return;
    memcpy(value, old.data, old.length);
    size_t length = m->fallback(value, old.length, sizeof value);
    x12_pieces_set(m->pieces, m->at, element, text_of(value, length));
}

/* Upper case becomes lower, and lower upper, from some byte on; rarely so long that it no longer fits. */
static void
change_case(struct mutation *m)
{
    char value[3 * INVENT_VALUE_BYTES];
    unsigned element = any_element(m);
    struct text old = x12_piece_element(&m->pieces->items[m->at], element);
    size_t length = old.length < INVENT_VALUE_BYTES ? old.length : INVENT_VALUE_BYTES;
    if (length > 0)
        memcpy(value, old.data, length);
    for (size_t i = chance_below(&m->chance, (unsigned)length); i < length; i++) {
        char lower = (char)(value[i] | 0x20);
        if (lower >= 'a' && lower <= 'z')
            value[i] = (char)(value[i] ^ 0x20);
    }
    for (; length > 0 && length < sizeof value / 2 && chance_one_in(&m->chance, 2); length *= 2)
        memcpy(value + length, value, length);
    x12_pieces_set(m->pieces, m->at, element, text_of(value, length));
}

/* ---- the whole ---- */

/* Another guide or another name of the same, in the group or the set. */
static void
rename_guide(struct mutation *m)
{
    const struct x12_guide *guide = chance_one_in(&m->chance, 2)
                                        ? m->invent.guide
                                        : x12_guides[chance_below(&m->chance, x12_guide_count)];
    char version[32] = "005010";
    if (guide->alias_count == 0)
        return;
    const char *alias = guide->aliases[chance_below(&m->chance, guide->alias_count)];
    size_t head = chance_one_in(&m->chance, 4) ? 0 : 6;
    text_copy(text_from(alias), version + head, sizeof version - head);
    for (unsigned i = m->at; i < m->pieces->count; i++) {
        uint32_t id = x12_piece_id(&m->pieces->items[i]);
        if (id == X12_ID('G', 'S', 0)) {
            x12_pieces_set(m->pieces, i, 1, text_from(guide->functional));
            x12_pieces_set(m->pieces, i, 8, text_from(version));
        } else if (id == X12_ID('S', 'T', 0)) {
            x12_pieces_set(m->pieces, i, 1, text_from(guide->set));
            x12_pieces_set(m->pieces, i, 3,
                           chance_one_in(&m->chance, 4) ? (struct text){0} : text_from(version));
            if (!chance_one_in(&m->chance, 3))
                return;
        }
    }
}

static void
change_delimiters(struct mutation *m)
{
    static const struct x12_delimiters sets[] = {{'*', ':', '~', '^'},  {'|', '>', '~', '^'},
                                                 {'*', '>', '\n', 'U'}, {'\x1D', '\x1F', '\x1C', '\x1E'},
                                                 {'*', ':', '~', '*'},  {'^', '<', '\'', '!'}};
    x12_pieces_change_delimiters(m->pieces, sets[chance_below(&m->chance, COUNT(sets))]);
}

/* Blanks before a segment, and behind it. */
static void
change_blanks(struct mutation *m)
{
    static const char *const blanks[] = {"\n", "\r\n", " ", "\n\n", "\t", ""};
    char bytes[PIECE_BYTES_MAX];
    struct x12_piece *piece = &m->pieces->items[m->at];
    struct text blank = text_from(blanks[chance_below(&m->chance, COUNT(blanks))]);
    if (piece->text.length + blank.length > sizeof bytes || piece->text.length == 0)
        return;
    bool before = chance_one_in(&m->chance, 2);
    memcpy(bytes + (before ? blank.length : 0), piece->text.data, piece->text.length);
    memcpy(bytes + (before ? 0 : piece->text.length), blank.data, blank.length);
    struct text kept = x12_pieces_keep(m->pieces, text_of(bytes, piece->text.length + blank.length));
    if (kept.length > 0)
        piece->text = kept;
}

/* A set of any guide behind this piece, in a group of its own when the piece is of the envelope. */
static void
add_set(struct mutation *m)
{
    const struct x12_guide *guide = x12_guides[chance_below(&m->chance, x12_guide_count)];
    struct x12_invent invent = {&m->chance, guide, m->invent.delimiters};
    x12_invent_loop(&invent, m->pieces, m->at + 1, 0, 4 + chance_below(&m->chance, 20));
    if (!chance_one_in(&m->chance, 8))
        m->at = m->at > 3 ? m->at - 3 : 0, rename_guide(m);
}

/* All but the envelope makes room for a set that is made up. */
static void
begin_anew(struct mutation *m)
{
    const struct x12_guide *guide = x12_guides[chance_below(&m->chance, x12_guide_count)];
    unsigned from = 0, to = 0;
    while (from < m->pieces->count && x12_piece_id(&m->pieces->items[from]) != X12_ID('S', 'T', 0))
        from++;
    for (unsigned i = from; i < m->pieces->count; i++)
        if (x12_piece_id(&m->pieces->items[i]) == X12_ID('S', 'E', 0))
            to = i + 1;
    if (from == 0 || to <= from)
        return;
    x12_pieces_drop(m->pieces, from, to - from);
    struct x12_invent invent = {&m->chance, guide, m->pieces->items[0].delimiters};
    x12_invent_loop(&invent, m->pieces, from, 0, 2 + chance_below(&m->chance, 10));
    for (unsigned i = 0; i < from; i++) {
        if (x12_piece_id(&m->pieces->items[i]) != X12_ID('G', 'S', 0))
            continue;
        x12_pieces_set(m->pieces, i, 1, text_from(guide->functional));
        x12_pieces_set(m->pieces, i, 8, text_from(guide->name));
    }
}

static const struct {
    void (*change)(struct mutation *m);
    unsigned weight;
} changes[] = {
    {drop, 8},       {twice, 6},       {move, 5},         {swap, 3},          {renew, 8},
    {add_next, 14},  {set_value, 20},  {clear_value, 6},  {copy_value, 8},    {add_part, 3},
    {bend_value, 6}, {change_case, 3}, {rename_guide, 2}, {change_blanks, 1}, {change_delimiters, 1},
    {add_set, 1},    {begin_anew, 1},
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
        x12_pieces_drop(&first, m.at, m.at == 0 ? 0 : span(&m));
    x12_pieces_insert_from(&first, m.at + (m.at < first.count), &second, from.at, span(&from));
    repair(&m);
    return x12_pieces_join(&first, out, room);
}
