/*
 * Does one ST-SE of an 835 balance? Three equations, and the rules of a payment of zero:
 *
 *     line   SVC02 - CAS of the line = SVC03
 *     claim  CLP03 - CAS of the claim - CAS of its lines = CLP04
 *     check  BPR02 = sum of CLP04 - sum of PLB amounts, never negative
 *     zero   BPR02 = 0 is BPR01 H with BPR04 NON; anything else is read with a warning. NON with an amount is wrong.
 *
 * AMT segments enter nothing. Fed claim by claim, so that a remittance of any size needs no memory. What does not
 * balance is told with its place and by how much; nothing is ever forced.
 */
#ifndef CLAIMLINE_REMITTANCE_BALANCE_H
#define CLAIMLINE_REMITTANCE_BALANCE_H

#include "common/text/text.h"
#include "schemas/records/remittance.h"

enum balance_equation {
    BALANCE_LINE = 1,
    BALANCE_CLAIM,
    BALANCE_CHECK,
    BALANCE_NEGATIVE, /* BPR02 below zero */
    BALANCE_ZERO_PAY, /* an amount with method NON */
    BALANCE_OVERFLOW, /* a sum passed its bound */
    BALANCE_EQUATION_COUNT
};

struct balance_difference {
    enum balance_equation equation;
    uint32_t claim, line; /* ordinals from 1; 0: the whole */
    int64_t expected_cents, found_cents;
};

enum { BALANCE_DIFFERENCES_KEPT = 8 };
struct balance {
    int64_t paid_cents;     /* BPR02 */
    int64_t claims_cents;   /* sum of CLP04 */
    int64_t provider_cents; /* sum of PLB amounts */
    uint32_t claim_count;
    bool zero_warning; /* a payment of zero that is not said as H and NON */
    uint32_t difference_count;
    struct balance_difference differences[BALANCE_DIFFERENCES_KEPT]; /* the first ones */
};

/* Kinds of the equations as words for people ("line"). */
const char *balance_equation_name(enum balance_equation equation);
/* The finding of schemas/findings.tsv for it. */
uint16_t balance_finding(enum balance_equation equation);

void balance_begin(struct balance *balance, const struct remittance_head *head);
void balance_claim(struct balance *balance, const struct remittance_claim *claim);
void balance_provider(struct balance *balance, const struct provider_adjustments *provider);
/* The check equation; true when everything balances. Call it once, last. */
bool balance_end(struct balance *balance);
/* The amount of the first difference: found less expected. */
int64_t balance_first_cents(const struct balance *balance);

#endif
