/*
 * Facts about diagnoses (schemas/coding-diagnoses.tsv): which two have one code for both, which contradict each other, which stand
 * only with another, which are never first. Each row has its days and its source.
 */
#ifndef CLAIMLINE_CODING_FACTS_H
#define CLAIMLINE_CODING_FACTS_H

#include "schemas/coding_diagnoses.h"
#include "services/coding/steps/coding.h"

/* Tables as bits, so that one search is for several. */
enum facts {
    FACTS_JOINED = 1 << CODING_DIAGNOSIS_JOINED,
    FACTS_BESIDE = 1 << CODING_DIAGNOSIS_BESIDE,
    FACTS_CONTRADICTS = 1 << CODING_DIAGNOSIS_CONTRADICTS,
    FACTS_FOLLOWS = 1 << CODING_DIAGNOSIS_FOLLOWS,
    FACTS_NEEDS = 1 << CODING_DIAGNOSIS_NEEDS,
    FACTS_SECONDARY = 1 << CODING_DIAGNOSIS_SECONDARY,
};

/* The rows of these tables about a diagnosis (its key, codeset_key) on a day (0: not known, every row holds), one after another: `*at`
 * is 0 before the first. NULL: no more. */
const struct coding_diagnosis *facts_next(unsigned tables, uint64_t key, int32_t day, unsigned *at);
/* Is the diagnosis among the row's second codes? */
bool facts_names(const struct coding_diagnosis *fact, uint64_t key);
/* A row of these tables about the claim's diagnosis `i` (from 0) that names its diagnosis `k`; NULL: none. */
const struct coding_diagnosis *facts_of_pair(const struct coding_case *c, unsigned tables, uint32_t i, uint32_t k);

#endif
