/*
 * The codes of a hospital's bill (837I, loop 2300: HI*BG, BH, BI, BE, CL1, CLM05; loop 2400: SV2) and the facts about them
 * (schemas/coding-bills.tsv): what stands only on some types of bill, what asks for what, what does not stand together, which days are
 * days of the bill.
 */
#ifndef CLAIMLINE_CODING_BILL_H
#define CLAIMLINE_CODING_BILL_H

#include "schemas/coding_bills.h"
#include "services/coding/steps/coding.h"

/* The rows of a table that are for this claim on its day, one after another: `*at` is 0 before the first. NULL: no more. */
const struct coding_bill_fact *bill_fact_next(const struct coding_case *c, enum coding_bill_table table, unsigned *at);
/* Is the code among those of the list? */
bool bill_names(const struct coding_bill_code *codes, unsigned count, enum coding_bill_kind kind, struct text code);

/* A code that stands on the bill. */
struct bill_found {
    enum coding_bill_kind kind;
    struct text code; /* empty: there is none */
};
/* The first on the bill (of an 837I) that the list names, in the order of the list. */
struct bill_found bill_find(const struct coding_case *c, const struct coding_bill_code *codes, unsigned count);

/* Is it an 837I with this condition code? */
bool bill_has_condition(const struct coding_case *c, const char *code);

/* "condition code", "revenue code": what stands before a code in a sentence. */
extern const char *const bill_kind_words[CODING_BILL_KINDS];

/* The first codes of a fact, and the second. */
static inline const struct coding_bill_code *
bill_firsts(const struct coding_bill_fact *fact)
{
    return coding_bill_codes + fact->first;
}

static inline const struct coding_bill_code *
bill_seconds(const struct coding_bill_fact *fact)
{
    return coding_bill_codes + fact->second;
}

#endif
