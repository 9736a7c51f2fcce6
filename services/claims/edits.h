/*
 * Payer edits: what a payer would refuse a claim for, told before it is sent. An ordered list of pure
 * functions of the claim, the payer's profile and the local date. A finding with a coding cause is a coder's
 * to answer, any other a biller's.
 */
#ifndef CLAIMLINE_CLAIMS_EDITS_H
#define CLAIMLINE_CLAIMS_EDITS_H

#include "common/finding/finding.h"
#include "common/payer/payer.h"
#include "schemas/records/claim_body.h"

struct edits_case {
    const struct claim_body *body;
    const struct payer *payer;
    int32_t due_date; /* last day of timely filing, 0 when no date of service is given */
    int32_t today;    /* local date of the step */
};

/* Adds what each edit finds, in the order of the list. */
void edits_find(const struct edits_case *c, struct findings *findings);
/* Is it a coder's question? False for numbers that are not of these edits. */
bool edits_is_coding(uint64_t number);

/* The last date of service of all lines, 0 when none is given. */
int32_t edits_last_service(const struct claim_body *body);
/* Frequency 7 or 8: the claim replaces or voids one that the payer has. */
bool edits_is_correction(const struct claim_body *body);

#endif
