/*
 * Former claims of the same patient, as the passes see them: those that this site judged and passed on. The coding daemon
 * fills it from its own table (passed.h); `claimline check` has none (NULL in the case: rules that need it are not assessed).
 */
#ifndef CLAIMLINE_CODING_STEPS_HISTORY_H
#define CLAIMLINE_CODING_STEPS_HISTORY_H

#include "schemas/records/coding.h"
#include "services/coding/steps/coding.h"

struct coding_history {
    const struct past_claim *claims; /* no order; neither this claim nor a former version of it */
    uint32_t count;
    int32_t since; /* first day of receipt that it holds all claims of; 0: not known */
    bool partial;  /* there may be more: only the latest were read, or what this claim replaces is not known */
};

/* The days that the rules over history look back: of a global period, 90 days and the day itself; of a new patient, three
 * years (CPT, Evaluation and Management guidelines). */
enum { CODING_HISTORY_DAYS = 91, CODING_HISTORY_PATIENT_YEARS = 3 };
/* Does this claim ask for all of the patient's history, not only for the days next to it? Then it bills a new patient. */
bool coding_history_wants_all(const struct claim_body *body);

#endif
