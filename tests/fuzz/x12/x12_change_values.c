#include "tests/fuzz/x12/x12_change.h"

static unsigned
any_element(struct mutation *m)
{
    return 1 + chance_below(&m->chance, x12_piece_elements(&m->pieces->items[m->at]));
}

void
x12_change_set_value(struct mutation *m)
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

void
x12_change_clear_value(struct mutation *m)
{
    unsigned element = any_element(m);
    if (chance_one_in(&m->chance, 3))
        x12_pieces_shorten(m->pieces, m->at, element);
    else
        x12_pieces_set(m->pieces, m->at, element, (struct text){0});
}

/* The same element, or any, of another piece: so do ids, amounts and dates agree. */
void
x12_change_copy_value(struct mutation *m)
{
    unsigned from = x12_change_elsewhere(m), element = any_element(m), count = m->pieces->count;
    uint32_t id = x12_piece_id(&m->pieces->items[m->at]);
    bool same = !chance_one_in(&m->chance, 3);
    for (unsigned i = 0; same && i < count && x12_piece_id(&m->pieces->items[(from + i) % count]) != id; i++)
        from = (from + 1) % count;
    const struct x12_piece *other = &m->pieces->items[from % count];
    unsigned its = same ? element : 1 + chance_below(&m->chance, x12_piece_elements(other));
    x12_pieces_set(m->pieces, m->at, element, x12_piece_element(other, its));
}

static char
any_separator(struct mutation *m, const struct x12_piece *piece)
{
    const char all[] = {piece->delimiters.component, piece->delimiters.repetition, piece->delimiters.element};
    return all[chance_below(&m->chance, sizeof all)];
}

/* An element with a part more: a component, a repetition, or an element, before which the rest moves on. */
void
x12_change_add_part(struct mutation *m)
{
    char value[2 * INVENT_VALUE_BYTES];
    struct x12_piece *piece = &m->pieces->items[m->at];
    unsigned element = any_element(m);
    struct text old = x12_piece_element(piece, element);
    size_t length = old.length < INVENT_VALUE_BYTES ? old.length : INVENT_VALUE_BYTES;
    if (length > 0)
        memcpy(value, old.data, length);
    char sign = any_separator(m, piece);
    value[length++] = sign;
    size_t again = chance_one_in(&m->chance, 2) ? old.length : 1;
    if (again > 0 && again <= INVENT_VALUE_BYTES - 1 && old.length >= again)
        memcpy(value + length, old.data, again), length += again;
    x12_pieces_set(m->pieces, m->at, element, text_of(value, length));
}

/* An element's bytes as the engine would change them, with what it knows of comparisons. */
void
x12_change_bend_value(struct mutation *m)
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
void
x12_change_case(struct mutation *m)
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

/* One byte of an element becomes one that may not stand there, or one that separates. */
void
x12_change_spoil(struct mutation *m)
{
    static const char odd[] = "\x01\x7F\x80\xC3\n\t aZ0.-@";
    char value[INVENT_VALUE_BYTES];
    const struct x12_piece *piece = &m->pieces->items[m->at];
    unsigned element = any_element(m);
    struct text old = x12_piece_element(piece, element);
    if (old.length == 0 || old.length > sizeof value)
        return;
    memcpy(value, old.data, old.length);
    unsigned at = chance_below(&m->chance, (unsigned)old.length),
             drawn = chance_below(&m->chance, sizeof odd + 2);
    value[at] = drawn < sizeof odd    ? odd[drawn]
                : drawn == sizeof odd ? piece->delimiters.component
                                      : piece->delimiters.repetition;
    x12_pieces_set(m->pieces, m->at, element, text_of(value, old.length));
}

/* An element many times over, as repetitions, components or elements, to and beyond what is counted and kept.
 */
void
x12_change_repeat(struct mutation *m)
{
    char value[PIECE_BYTES_MAX / 2];
    const struct x12_piece *piece = &m->pieces->items[m->at];
    unsigned element = any_element(m),
             times = 2 + chance_below(&m->chance, chance_one_in(&m->chance, 3) ? 300 : 12);
    struct text old = x12_piece_element(piece, element);
    char sign = any_separator(m, piece);
    size_t length = 0;
    for (; times > 0 && sizeof value - length > old.length + 1; times--) {
        if (old.length > 0)
            memcpy(value + length, old.data, old.length);
        length += old.length;
        value[length++] = sign;
    }
    if (length > 0)
        x12_pieces_set(m->pieces, m->at, element, text_of(value, length - 1));
}
