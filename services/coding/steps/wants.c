#include "services/coding/steps/wants.h"

#include "common/payer/payer.h"

struct coding_wants
wants_of(const struct payer *payer)
{
    return (struct coding_wants){.ndc = payer->needs_ndc,
                                 .authorization = payer->needs_authorization,
                                 .referral = payer->needs_referral,
                                 .telehealth = payer->telehealth_modifiers,
                                 .locality = payer->fee_locality,
                                 .percent = payer->fee_percent,
                                 .cause = payer->needs_external_cause};
}

bool
wants_any(const struct coding_wants *wants)
{
    return wants->ndc.length + wants->authorization.length + wants->referral.length + wants->telehealth.length +
               wants->locality.length + wants->percent + wants->cause >
           0;
}
