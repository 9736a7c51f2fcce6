/* What a payer's profile says of coding, beside the rules that it switches off. Texts of the profile. */
#ifndef CLAIMLINE_CODING_WANTS_H
#define CLAIMLINE_CODING_WANTS_H

#include "common/text/text.h"

struct coding_wants {
    struct text ndc;           /* procedures that need a National Drug Code: codes and spans (payer_lists_code) */
    struct text authorization; /* procedures that need an authorization number (REF*G1) */
    struct text referral;      /* procedures that need a referral number (REF*9F) */
    struct text telehealth;    /* modifiers of which one stands on every line with place 02 or 10 */
    struct text locality;      /* of the physician fee schedule: contractor and locality, seven digits; empty: not known */
    bool cause;                /* an injury needs an external cause */
    uint32_t percent;          /* of the physician fee schedule that this payer allows; 0: not known */
};

struct payer;
struct coding_wants wants_of(const struct payer *payer);
/* Does it say anything? */
bool wants_any(const struct coding_wants *wants);

#endif
