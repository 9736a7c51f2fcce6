#include "tests/fuzz/x12/x12_change.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Another guide or another name of the same, in the group or the set. */
void
x12_change_rename_guide(struct mutation *m)
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

void
x12_change_delimiters(struct mutation *m)
{
    static const struct x12_delimiters sets[] = {
        {'*', ':', '~', '^'}, {'|', '>', '~', '^'},  {'*', '>', '\n', 'U'}, {'\x1D', '\x1F', '\x1C', '\x1E'},
        {'*', ':', '~', '*'}, {'^', '<', '\'', '!'}, {'*', ':', '~', ' '}};
    x12_pieces_change_delimiters(m->pieces, sets[chance_below(&m->chance, COUNT(sets))]);
}

/* Blanks before a segment, and behind it. */
void
x12_change_blanks(struct mutation *m)
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
void
x12_change_add_set(struct mutation *m)
{
    const struct x12_guide *guide = x12_guides[chance_below(&m->chance, x12_guide_count)];
    struct x12_invent invent = {&m->chance, guide, m->invent.delimiters};
    x12_invent_loop(&invent, m->pieces, m->at + 1, 0, 4 + chance_below(&m->chance, 20));
    if (!chance_one_in(&m->chance, 8))
        m->at = m->at > 3 ? m->at - 3 : 0, x12_change_rename_guide(m);
}

/* All but the envelope makes room for a set that is made up. */
void
x12_change_begin_anew(struct mutation *m)
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
