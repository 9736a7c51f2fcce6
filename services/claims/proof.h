/*
 * A proof of a claim: written as its payer will get it, and judged by the rows of his profile (section [edits], SNIP type 7) before it is
 * sent. Pure; only where he has rows for claims of this form.
 */
#ifndef CLAIMLINE_CLAIMS_PROOF_H
#define CLAIMLINE_CLAIMS_PROOF_H

#include "common/finding/finding.h"
#include "common/payer/payer.h"
#include "schemas/records/claim_body.h"

struct proof {
    const struct claim_body *body;
    const struct payer *payer;
    struct text clm01;         /* that it will have */
    int32_t today;             /* of the file (BHT04), yyyymmdd */
};

/* Does a row of the profile hold for claims of this form (claim_form; none is professional)? Nothing else needs a proof. */
bool proof_is_wanted(const struct payer *payer, uint32_t form);
/* Adds what the rows find (1950 to 1955): detail is the row, code whose question it is (x12_edits.h); the place begins with "line N, "
 * where it is one of a line. A claim that cannot be written adds nothing: submission holds it and says why. */
void proof_find(const struct proof *proof, struct findings *findings);
/* Is it a coder's question? False for findings of another kind. */
bool proof_is_coding(const struct finding *finding);

#endif
