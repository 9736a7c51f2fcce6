#include "tests/fuzz/x12/x12_repair.h"

static void
set_number(struct x12_pieces *pieces, unsigned at, unsigned element, uint64_t number)
{
    char digits[TEXT_DIGITS_BYTES];
    struct text value = text_digits(number, digits);
    if (!text_equal(x12_piece_element(&pieces->items[at], element), value))
        x12_pieces_set(pieces, at, element, value);
}

static void
set_text(struct x12_pieces *pieces, unsigned at, unsigned element, struct text value)
{
    if (!text_equal(x12_piece_element(&pieces->items[at], element), value))
        x12_pieces_set(pieces, at, element, value);
}

void
x12_repair_envelope(struct x12_pieces *pieces)
{
    struct text set = {0}, group = {0}, interchange = {0};
    unsigned begin = 0, sets = 0, groups = 0;
    for (unsigned i = 0; i < pieces->count; i++) {
        const struct x12_piece *piece = &pieces->items[i];
        switch (x12_piece_id(piece)) {
        case X12_ID('I', 'S', 'A'):
            interchange = x12_piece_element(piece, 13);
            groups = 0;
            break;
        case X12_ID('G', 'S', 0):
            group = x12_piece_element(piece, 6);
            groups++;
            sets = 0;
            break;
        case X12_ID('S', 'T', 0):
            set = x12_piece_element(piece, 2);
            begin = i;
            sets++;
            break;
        case X12_ID('S', 'E', 0):
            set_number(pieces, i, 1, i - begin + 1);
            set_text(pieces, i, 2, set);
            break;
        case X12_ID('G', 'E', 0):
            set_number(pieces, i, 1, sets);
            set_text(pieces, i, 2, group);
            break;
        case X12_ID('I', 'E', 'A'):
            set_number(pieces, i, 1, groups);
            set_text(pieces, i, 2, interchange);
            break;
        default:
            break;
        }
    }
}

/* How deep a level stands by its HL03: 20, 21, 19, 22, 23 and PT. */
static unsigned
rank_of(struct text code)
{
    static const char *const order[] = {"20", "21", "19", "22", "23"};
    unsigned rank = 0;
    while (rank < sizeof order / sizeof order[0] && !text_is(code, order[rank]))
        rank++;
    return rank;
}

enum { RANKS = 6 };

static void
repair_level(struct x12_pieces *pieces, unsigned at, uint64_t number, uint64_t latest[RANKS])
{
    unsigned rank = rank_of(x12_piece_element(&pieces->items[at], 3)), above = rank;
    while (above > 0 && latest[above - 1] == 0)
        above--;
    set_number(pieces, at, 1, number);
    if (above > 0)
        set_number(pieces, at, 2, latest[above - 1]);
    else
        set_text(pieces, at, 2, (struct text){0});
    latest[rank] = number;
    for (unsigned i = rank + 1; i < RANKS; i++)
        latest[i] = 0;
}

void
x12_repair_levels(struct x12_pieces *pieces)
{
    uint64_t latest[RANKS] = {0}, level = 0, line = 0;
    for (unsigned i = 0; i < pieces->count; i++) {
        switch (x12_piece_id(&pieces->items[i])) {
        case X12_ID('S', 'T', 0):
            level = line = 0;
            memset(latest, 0, sizeof latest);
            break;
        case X12_ID('H', 'L', 0):
            repair_level(pieces, i, ++level, latest);
            break;
        case X12_ID('C', 'L', 'M'):
            line = 0;
            break;
        case X12_ID('L', 'X', 0):
            set_number(pieces, i, 1, ++line);
            break;
        default:
            break;
        }
    }
}
