/*
 * The notes of the tabular list that are about a diagnosis: those at the code and at all that it begins with, the category, and the
 * chapter and section (which stand at their categories). common/codeset/import/tabular.h says what a row is.
 */
#ifndef CLAIMLINE_NOTES_H
#define CLAIMLINE_NOTES_H

#include "common/codeset/import/tabular.h"
#include "services/coding/steps/coding.h"

enum { NOTES_ANCHORS = 5 /* beginnings of three to seven characters */ };

struct notes {
    struct codeset_rows rows[NOTES_ANCHORS];
    uint64_t anchors[NOTES_ANCHORS]; /* the beginning that the rows stand at */
    uint64_t after[NOTES_ANCHORS];   /* first key that does not begin with it */
    uint32_t count;                  /* those that have rows */
};

/* Of a key (codeset_key) in one edition. A damaged file: as far as it could be read, and the sets are marked. */
void notes_take(struct notes *notes, const struct coding_case *c, struct codeset_data *data, uint64_t key);

/* One row of the notes, with its numbers. */
struct note {
    const struct codeset_row *row;
    const int32_t *numbers;
    uint64_t anchor, after;
};
/* The next row of a kind that names codes, is understood and is not behind a condition unless `conditional`; `*at` from 0. */
bool notes_next(const struct notes *notes, enum tabular_kind kind, bool conditional, uint32_t *at, struct note *note);
/* Does it name this code? Not when the code itself stands under the note. */
bool note_names(const struct note *note, uint64_t key);
int32_t note_group(const struct note *note);
bool note_is_conditional(const struct note *note);

#endif
