/* The edits of one answer at work: what edit.c, edit_diagnosis.c, edit_line.c, edit_stay.c and edit_bill.c share. */
#ifndef CLAIMLINE_CODING_EDITING_H
#define CLAIMLINE_CODING_EDITING_H

#include "services/coding/edit.h"
#include "services/coding/steps/coding.h"

enum {
    EDITING_REASONS = 3,     /* bounds of the lists in institutional_claim */
    EDITING_CAUSES = 12,
    EDITING_PROCEDURES = 25,
    EDITING_BILL_CODES = 24, /* condition, occurrence, span and value codes, each */
    EDITING_LINES = 999      /* bound of claim_body.lines */
};

struct editing {
    const struct codes_edition *edition;
    int32_t date;
    struct arena *arena;
    struct claim_body *body;
    struct coding_changes *changes;
    /* by the numbers that were shown */
    bool deleted[CODING_DIAGNOSES];
    bool reasons_gone[EDITING_REASONS + 1], causes_gone[EDITING_CAUSES + 1], procedures_gone[EDITING_PROCEDURES];
    bool conditions_gone[EDITING_BILL_CODES], occurrences_gone[EDITING_BILL_CODES], spans_gone[EDITING_BILL_CODES],
        values_gone[EDITING_BILL_CODES];
    uint32_t first; /* the diagnosis that goes first, from 1; 0: as they stand */
    uint32_t lines_shown; /* lines behind these were added */
    bool *lines_gone;     /* of each that was shown */
    bool *lines_changed;
    int64_t total_before;
};

/* Keeps what changed; `before` is cut to what the table of changes holds. */
void editing_change(struct editing *e, struct text place, struct text before, struct text after);
void editing_change_money(struct editing *e, struct text place, int64_t before, int64_t after);

/* What is known now of the numbers of a kind; `now` lies in the arena. */
void editing_number(struct editing *e, enum numbering_kind kind, const uint32_t *now, uint32_t count);

/* One edit of diagnoses, reasons, causes or procedures of inpatients. NULL, or a sentence. */
const char *edit_diagnosis_apply(struct editing *e, const struct coding_edit *edit);
/* What was deleted goes, pointers follow. */
void edit_diagnosis_finish(struct editing *e);

/* One edit of a line or of what the claim says for all lines. */
const char *edit_line_apply(struct editing *e, const struct coding_edit *edit);
/* The drug of a line, replaced as a whole. */
const char *edit_drug(struct editing *e, struct service_line *line, struct text value, struct text place);
/* One edit of what a hospital's bill says of the stay. */
const char *edit_stay_apply(struct editing *e, const struct coding_edit *edit);
/* One edit of a condition, occurrence, span or value code. */
const char *edit_bill_apply(struct editing *e, const struct coding_edit *edit);
/* What was taken off goes. */
void edit_bill_finish(struct editing *e);
/* New lines get what they take from others, what was taken off goes, the total follows. */
const char *edit_line_finish(struct editing *e);

#endif
