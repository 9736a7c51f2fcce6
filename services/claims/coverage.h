/* What a payer says of a patient (271), held against the registration. Pure. */
#ifndef CLAIMLINE_CLAIMS_COVERAGE_H
#define CLAIMLINE_CLAIMS_COVERAGE_H

#include "common/finding/finding.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/question.h"

/*
 * Adds a finding for each thing that does not agree: name, birth date, member id (271 loop 2100C or 2100D NM1 and DMG, or AAA
 * that says so), days of service against days of coverage, coverage that is not active, a patient who is not found, a question
 * that was refused. Its detail holds both values, registered and told; it is private. What the payer does not say agrees.
 * Names are compared without case, blanks and points; a middle name is not compared.
 */
void coverage_compare(const struct question_subject *subject, const struct eligibility_answer *answer,
                      struct findings *findings);

/*
 * Adds why nothing is known (2556): no answer came, or none that says something (AAA03 42, 79, 80, T4). Its place is COVERAGE_UNASKED
 * when the registration has nothing to ask by; a biller then mends that, whatever the profile says of silence.
 */
#define COVERAGE_UNASKED "registration"
void coverage_unknown(const struct eligibility_answer *answer, struct findings *findings);

/* May the claim be corrected from the answer, that is, is the finding one of name, birth date or member id? */
bool coverage_is_correctable(uint64_t finding);
/* Name, birth date and member id of the payer into the body, where he told them. True when anything was changed. */
bool coverage_correct(struct claim_body *body, const struct eligibility_answer *answer);

/* One of the values that are held against each other, for people. */
struct coverage_pair {
    const char *what;
    struct text registered, told;
};
enum { COVERAGE_PAIRS = 4 };
void coverage_pairs(const struct question_subject *subject, const struct eligibility_answer *answer, struct arena *arena,
                    struct coverage_pair pairs[COVERAGE_PAIRS]);

#endif
