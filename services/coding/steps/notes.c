#include "services/coding/steps/notes.h"

#include "services/coding/steps/sets.h"

/* Places of a row's numbers (codeset_kinds.c). */
enum { LAST, MASK = 2, GROUP = 4, STATE, NUMBERS };
enum { SHORTEST = 3, LONGEST = SHORTEST + NOTES_ANCHORS - 1 };

static void
keep(struct notes *notes, uint64_t anchor, uint64_t step)
{
    notes->anchors[notes->count] = anchor;
    notes->after[notes->count++] = anchor + step;
}

/* Most codes of a small edition have no note: one look says so. True: there may be some; that of the category is kept. */
static bool
take_category(struct notes *notes, const struct coding_case *c, struct codeset_data *data, uint64_t category, uint64_t step)
{
    uint64_t index, key;
    struct codeset_rows rows;
    if (codeset_lower(data, category, &index) != STATUS_OK)
        return coding_rows_in(c, data, category, &rows); /* it says that the file is damaged */
    if (index >= codeset_edition_about(data)->codes || codeset_walk(data, index, &key, &rows) != STATUS_OK || key >= category + step)
        return false;
    if (key == category) {
        notes->rows[notes->count] = rows;
        keep(notes, category, step);
    }
    return true;
}

void
notes_take(struct notes *notes, const struct coding_case *c, struct codeset_data *data, uint64_t key)
{
    uint64_t step = codeset_key_after(0, SHORTEST), category = key - key % step;
    notes->count = 0;
    if (key == 0 || !take_category(notes, c, data, category, step))
        return;
    for (size_t length = SHORTEST + 1; category != key && length <= LONGEST; length++) {
        step = codeset_key_after(0, length);
        uint64_t anchor = key - key % step;
        if (anchor != category && coding_rows_in(c, data, anchor, &notes->rows[notes->count]))
            keep(notes, anchor, step);
        if (anchor == key)
            return;
    }
}

bool
notes_next(const struct notes *notes, enum tabular_kind kind, bool conditional, uint32_t *at, struct note *note)
{
    uint32_t before = 0;
    for (uint32_t i = 0; i < notes->count; before += notes->rows[i].count, i++) {
        const struct codeset_rows *rows = &notes->rows[i];
        for (; *at - before < rows->count;) {
            uint32_t k = (*at)++ - before;
            const struct codeset_row *row = &rows->rows[k];
            if (row->kind != kind || row->second == 0)
                continue;
            int32_t state = rows->numbers[k * NUMBERS + STATE];
            if ((state & TABULAR_UNREAD) != 0 || ((state & TABULAR_IF) != 0 && !conditional))
                continue;
            *note = (struct note){row, rows->numbers + k * NUMBERS, notes->anchors[i], notes->after[i]};
            return true;
        }
    }
    return false;
}

static size_t
length_of(uint64_t key)
{
    size_t length = CODESET_KEY_LENGTH;
    while (length > 1 && key % codeset_key_after(0, length - 1) == 0)
        length--;
    return length;
}

static bool
fits_mask(uint64_t key, uint64_t mask)
{
    char code[CODESET_KEY_LENGTH + 1], places[CODESET_KEY_LENGTH + 1];
    struct text asked = codeset_key_text(mask, places), given = codeset_key_text(key, code);
    for (size_t i = 0; i < asked.length; i++)
        if (asked.data[i] != '-' && (i >= given.length || given.data[i] != asked.data[i]))
            return false;
    return true;
}

/* As icd_codes_hold says it, on keys: beginnings lie between two codes as keys do. */
bool
note_names(const struct note *note, uint64_t key)
{
    if (key < note->row->second || (key >= note->anchor && key < note->after))
        return false;
    uint64_t last = codeset_key_of_numbers(note->numbers + LAST), mask = codeset_key_of_numbers(note->numbers + MASK);
    if (last == 0)
        last = note->row->second;
    if (key >= codeset_key_after(last, SHORTEST) || key >= codeset_key_after(last, length_of(last)))
        return false;
    return mask == 0 || fits_mask(key, mask);
}

int32_t
note_group(const struct note *note)
{
    return note->numbers[GROUP];
}

bool
note_is_conditional(const struct note *note)
{
    return (note->numbers[STATE] & TABULAR_IF) != 0;
}
