/*
 * What an audit compares: the codes of a claim as a list, and two such lists. The principal diagnosis is the first; the order of the
 * other diagnoses, pointers and units are not compared. Accuracy by code is agreed over all codes that either one has; by
 * claim, claims without a difference over claims reviewed.
 */
#ifndef CLAIMLINE_CODING_ACCURACY_H
#define CLAIMLINE_CODING_ACCURACY_H

#include "services/coding/edit.h"
#include "services/coding/plan.h"

enum { ACCURACY_SECOND_CODES = 300 };

enum accuracy_verdict {
    ACCURACY_AGREED,
    ACCURACY_ONLY_FIRST,  /* coded; the second review does not have it */
    ACCURACY_ONLY_SECOND, /* the second review has it; it was not coded */
    ACCURACY_VERDICT_COUNT
};

struct accuracy_counts {
    uint64_t codes[AUDITED_KIND_COUNT][ACCURACY_VERDICT_COUNT];
    uint64_t claims, claims_agreed;
};

/* The codes of a claim as released, in the arena; each with the finding of the lists that names it. */
void accuracy_first(const struct released_claim *released, const struct claim_body *body, struct arena *arena,
                    struct audited_claim *claim);
/* The codes of the second review from its settings (diagnosis.N, line.N.procedure, line.N.modifier); NULL, or a sentence that
 * says what is wrong. */
const char *accuracy_second(const struct coding_edit *edits, uint32_t count, struct arena *arena, struct audited_claim *claim);

/* Each code of both, once: those of the first in order, then those that only the second has. */
typedef void accuracy_visit(void *context, const struct audited_code *code, enum accuracy_verdict verdict);
void accuracy_compare(const struct audited_claim *claim, accuracy_visit *visit, void *context);
/* Adds a reviewed claim. */
void accuracy_count(const struct audited_claim *claim, struct accuracy_counts *counts);

/* The place of a claim in the random order of a seed: two rounds of splitmix64. The claims of the lowest ranks are the sample,
 * so that whoever has seed and population can draw it again. */
uint64_t accuracy_rank(uint64_t seed, uint64_t claim_id);

#endif
