/*
 * What remains of a claim's findings when it is answered. A release goes only over what was shown before: what the claim is held for, and
 * what the refusal of its last answer named. What is new is named by a refusal, kept with the claim, and shown with it from then on. Places
 * are by the numbers that people were shown, since a claim whose answer is refused stays as it is.
 */
#ifndef CLAIMLINE_CODING_REMAINING_H
#define CLAIMLINE_CODING_REMAINING_H

#include "services/coding/numbering.h"
#include "services/coding/plan.h"

struct remaining {
    const struct coding *state;
    const struct held_claim *held;
    const struct findings *findings; /* of the claim as it was answered */
    const struct numbering *numbering;
    struct arena *arena;
};

/* Was every query and warning shown before? */
bool remaining_all_shown(const struct remaining *r);
/* A row for each finding: number, severity, shown before or new, place, sentence, what to do. */
void remaining_show(const struct remaining *r, bool reveal, struct control_rows *rows);
/* Puts the row of the held claim, with what remains beside what holds it, and keeps it with the refusal. */
enum status remaining_keep(const struct remaining *r, struct step *step);

#endif
