/* The billing provider of a claim, completed from its profile. Pure. */
#ifndef CLAIMLINE_CLAIMS_FILL_H
#define CLAIMLINE_CLAIMS_FILL_H

#include "common/payer/payer.h"
#include "schemas/records/claim_body.h"

/* Fills what is missing: tax id, taxonomy, the whole address when there is none; and the last four digits of
 * the postal code (837P 2010AA N403 has nine) when the five given are those of the profile. What was given is
 * never changed. Texts point into the profile. True when anything was filled. */
bool fill_billing(struct party *billing, const struct provider *provider);

#endif
