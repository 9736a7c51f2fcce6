/* What a question to the payer says of a claim: whom it is about and which service. Pure. */
#ifndef CLAIMLINE_CLAIMS_SUBJECT_H
#define CLAIMLINE_CLAIMS_SUBJECT_H

#include "schemas/records/claim_body.h"
#include "schemas/records/question.h"

/* Names, ids, birth dates and days of service; addresses and what is carried are left out. Texts point into the body. */
struct question_subject subject_of(const struct claim_body *body);

#endif
