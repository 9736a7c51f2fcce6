/*
 * What a step looked at of a claim, for the report that is filed: the subjects of its rules, of those alone that are for the claim's setting,
 * payer and day and were not left out.
 */
#ifndef CLAIMLINE_CODING_CHECKED_H
#define CLAIMLINE_CODING_CHECKED_H

#include "schemas/records/coding.h"
#include "services/coding/steps/coding.h"

/* Of which claim; as it is kept with what passed: a letter (P professional, O outpatient, I inpatient, D dental), M behind it: Medicare. */
struct checked_claim {
    bool known; /* false: a former version did not keep it */
    enum coding_setting setting;
    bool medicare;
    int32_t day; /* 0: not kept; rules that have ended are told of no claim then */
};

struct checked_claim checked_claim_of(const struct coding_case *c);
/* At most two letters, terminated. */
void checked_letters(const struct coding_case *c, char letters[3]);
/* Back from the letters; not known: they are none. */
struct checked_claim checked_read(struct text letters);
/* "professional, Medicare"; empty when it is not known. */
struct text checked_words(const struct checked_claim *claim, struct arena *arena);

/* "Place of service; modifiers on their day; ...". */
struct text checked_by_step(const struct checked_claim *claim, unsigned step, const struct coding_basis *left, struct arena *arena);

/* The subject of a rule; NULL: it is of none (the site's own rules that fail). */
const char *checked_subject(uint16_t rule);

#endif
