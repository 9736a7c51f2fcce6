/*
 * What one payer wants of claims (SNIP type 7): rows of a profile (docs/profiles.md, section [edits]), each a name and a sentence in
 * the places of schemas/x12/situations.tsv:
 *
 *   need TERM or TERM ... [when TERM and TERM ...] [in LOOP]     one of them must stand there (LOOP: 2300, 2320, 2400)
 *   forbid TERM [when TERM and TERM ...] [in LOOP]               it must not
 *   allow PLACE-EE[-C] = CODES                                   no other value, wherever it stands
 *   length PLACE-EE[-C] <= N                                     at most N characters
 *
 * with "837p,837i: " before it for some of the claims only, and "warn " before the verb for one that is a warning. They are compiled
 * into tables of the same shape as those of the guide, and judged by the same engine (x12_situations.h) as the segments pass.
 *
 * finding.code of an edit whose places are a coder's (diagnoses, procedures, modifiers, pointers) is the claim status code of that
 * (code source 508), of any other 21.
 */
#ifndef CLAIMLINE_X12_EDITS_H
#define CLAIMLINE_X12_EDITS_H

#include "common/status/status.h"
#include "common/text/text.h"

#include <stdbool.h>

enum { X12_EDITS_LIMIT = 256, X12_EDITS_REASON_BYTES = 300 };

struct x12_edit_row {
    const char *name, *text;
};
struct x12_edits;

/* Compiles the rows of the profile called `profile`; all texts are copied. OK: `*edits` is the caller's, constant from then on, and
 * may judge any number of files (x12_check_options.edits). CONFIG: `*wrong` is the row's index, `reason` what is wrong with it and
 * what is allowed. */
enum status x12_edits_make(const char *profile, const struct x12_edit_row *rows, size_t count, struct x12_edits **edits,
                           size_t *wrong, char reason[X12_EDITS_REASON_BYTES]);
void x12_edits_free(struct x12_edits *edits);
/* Is there a row that holds for sets of this version (GS08: 005010X222A1)? */
bool x12_edits_hold_for(const struct x12_edits *edits, struct text version);

struct x12_check;
struct x12_guide;
struct x12_situations;
/* Private to common/x12: the rules of a guide with the payer's behind them; NULL when the payer has none for it. */
const struct x12_situations *x12_edits_rules(const struct x12_edits *edits, const struct x12_guide *guide);
/* Looks at the values of the segment at hand. */
void x12_edits_segment(struct x12_check *check);

#endif
