/*
 * A coder's answer as edits of the claim. Numbers are those of the claim as it was shown, also when another edit of the
 * same answer deletes a diagnosis: deletions happen last, and every pointer is renumbered then.
 *
 *   diagnosis.2=E11.9          replaces; one past the last adds; the point is optional
 *   diagnosis.2=               deletes
 *   admitting.1=R10.11         institutional: the admitting diagnosis; reason.N= a reason for the visit, cause.N= an external
 *                              cause; each only replaces
 *   line.1.procedure=99213
 *   line.1.modifier=QW,59      all modifiers of the line; empty takes them away
 *   line.1.pointers=1,2        all pointers of the line
 *   line.1.units=2
 *   line.1.clia=36D0912345     the CLIA number of the line's laboratory; claim.clia= that of the claim
 */
#ifndef CLAIMLINE_CODING_EDIT_H
#define CLAIMLINE_CODING_EDIT_H

#include "common/arena/arena.h"
#include "common/codes/codes.h"
#include "schemas/records/claim_body.h"

enum { CODING_EDITS_LIMIT = 64 };

enum coding_edit_kind {
    CODING_EDIT_DIAGNOSIS,
    CODING_EDIT_ADMITTING,
    CODING_EDIT_REASON,
    CODING_EDIT_CAUSE,
    CODING_EDIT_PROCEDURE,
    CODING_EDIT_MODIFIER,
    CODING_EDIT_POINTERS,
    CODING_EDIT_UNITS,
    CODING_EDIT_CLIA,
    CODING_EDIT_KIND_COUNT
};

struct coding_edit {
    enum coding_edit_kind kind;
    uint32_t ordinal;   /* diagnosis or line, from 1; 0 the claim */
    char value[64];     /* upper case, without point */
};

/* One thing that changed, for the table of changes. Texts lie in the arena. */
struct coding_change {
    struct text place, before, after;
};

struct coding_changes {
    struct coding_change *items; /* in the arena */
    uint32_t count;
};

/* NULL, or a sentence that says what is wrong with `set`. */
const char *coding_edit_parse(struct text set, struct coding_edit *edit);

/*
 * Applies the edits to `*body`, whose lists are copied into the arena first: the caller's arrays are not touched. A line
 * that pointed at a deleted symptom points at the diagnosis that explains it on `date`, and a line that is left with no
 * pointer points at the only diagnosis when one is left. NULL, or a sentence; `*body` is void then.
 */
const char *coding_edits_apply(const struct coding_edit *edits, uint32_t count, const struct codes_edition *edition,
                               int32_t date, struct arena *arena, struct claim_body *body, struct coding_changes *changes);

#endif
