#include "tests/fuzz/x12/x12_change.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool
x12_change_is_of_envelope(uint32_t id)
{
    return id == X12_ID('I', 'S', 'A') || id == X12_ID('I', 'E', 'A') || id == X12_ID('G', 'S', 0) ||
           id == X12_ID('G', 'E', 0) || id == X12_ID('T', 'A', '1');
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
        if (next == id || next == X12_ID('S', 'E', 0) || next == X12_ID('H', 'L', 0) ||
            x12_change_is_of_envelope(next))
            break;
    }
    return length;
}

/* Mostly a few, sometimes a loop. */
unsigned
x12_change_span(struct mutation *m)
{
    unsigned length = chance_one_in(&m->chance, 3) ? loop_length(m) : 1 + chance_below(&m->chance, 3);
    return length < m->pieces->count - m->at ? length : m->pieces->count - m->at;
}

/* Near, or anywhere. */
unsigned
x12_change_elsewhere(struct mutation *m)
{
    unsigned near = m->at + chance_below(&m->chance, 12);
    if (near > 6 && near - 6 <= m->pieces->count && !chance_one_in(&m->chance, 3))
        return near - 6;
    return chance_below(&m->chance, m->pieces->count + 1);
}

void
x12_change_drop(struct mutation *m)
{
    x12_pieces_drop(m->pieces, m->at, x12_change_span(m));
}

void
x12_change_twice(struct mutation *m)
{
    unsigned count = x12_change_span(m);
    x12_pieces_double(m->pieces, m->at, count,
                      chance_one_in(&m->chance, 4) ? x12_change_elsewhere(m) : m->at + count);
}

void
x12_change_move(struct mutation *m)
{
    unsigned count = x12_change_span(m), to = x12_change_elsewhere(m), before = m->pieces->count;
    x12_pieces_double(m->pieces, m->at, count, to);
    if (m->pieces->count > before)
        x12_pieces_drop(m->pieces, to <= m->at ? m->at + count : m->at, count);
}

void
x12_change_swap(struct mutation *m)
{
    x12_pieces_swap(m->pieces, m->at, x12_change_elsewhere(m));
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
void
x12_change_renew(struct mutation *m)
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
void
x12_change_add_next(struct mutation *m)
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

/* A segment with binary data, whose length is right, or nearly, or far beyond. */
void
x12_change_add_binary(struct mutation *m)
{
    static const char *const filters[] = {"ASC", "B64", "", "A~C"};
    static const unsigned lengths[] = {0, 1, 5, 6, 7, 40, 5000, 65520, 65536, 70000};
    char bytes[PIECE_BYTES_MAX], e = m->invent.delimiters.element;
    unsigned given = lengths[chance_below(&m->chance, COUNT(lengths))], real = given, blanks = 0;
    if (given > sizeof bytes / 2 || chance_one_in(&m->chance, 3))
        real = chance_below(&m->chance, 60);
    if (chance_one_in(&m->chance, 3))
        blanks = 1 + chance_below(&m->chance, 3);
    int length = chance_one_in(&m->chance, 2)
                     ? snprintf(bytes, sizeof bytes, "BIN%c%u%c", e, given, e)
                     : snprintf(bytes, sizeof bytes, "BDS%c%s%c%u%c", e,
                                filters[chance_below(&m->chance, COUNT(filters))], e, given, e);
    for (unsigned i = 0; i < real; i++)
        bytes[length++] = (char)chance_below(&m->chance, 256);
    while (blanks-- > 0)
        bytes[length++] = "\n\r \t"[chance_below(&m->chance, 4)];
    x12_pieces_insert(m->pieces, m->at + 1, text_of(bytes, (size_t)length));
}
