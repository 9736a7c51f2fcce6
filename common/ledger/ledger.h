/*
 * The double-entry ledger of claims and payments: accounts, entries, postings. Append-only: a correction is a new entry,
 * a balance is always derived. Pure; who keeps the entries numbers them (services/remittance).
 *
 * An entry moves one amount from one account to another: it debits one and credits the other, so a posting, which is a
 * list of entries, has debits = credits whatever it says. A balance is debits less credits; all balances add up to 0.
 *
 * The way of a claim's money:
 *     sent        receivable / charges            the charge
 *     remittance  cash / clearing                 BPR02, once a transaction set
 *     claim       clearing / receivable           CLP04
 *                 contractual, patient, denied, other reduction / receivable    the adjustments by class
 *     PLB         provider level / clearing       what the payer took from (or added to) the payment
 * When everything of a remittance is posted, clearing holds exactly what could not be matched to a claim.
 */
#ifndef CLAIMLINE_LEDGER_H
#define CLAIMLINE_LEDGER_H

#include "common/text/text.h"

/* Numbers are kept in entries: only append. */
enum ledger_account {
    LEDGER_RECEIVABLE = 1,  /* what payers owe for claims sent and not decided */
    LEDGER_CHARGES,         /* gross charges: the counter account of what was billed */
    LEDGER_CASH,            /* what payers paid */
    LEDGER_CLEARING,        /* paid, and not yet assigned to claims */
    LEDGER_CONTRACTUAL,     /* given up by contract */
    LEDGER_DENIED,          /* denied: still claimed, in dispute */
    LEDGER_PATIENT,         /* left to the patient by the payer */
    LEDGER_PROVIDER_LEVEL,  /* PLB: withheld, recovered, interest, forwarded balances */
    LEDGER_OTHER_REDUCTION, /* other reasons: sequestration, prior payer, payer's initiative */
    LEDGER_WRITE_OFF,       /* given up by a person, with a reason */
    LEDGER_ACCOUNT_COUNT
};

enum ledger_kind {
    LEDGER_CHARGE = 1,  /* a claim was sent */
    LEDGER_RECEIPT,     /* a remittance's payment */
    LEDGER_PAYMENT,     /* of a claim */
    LEDGER_ADJUSTMENT,  /* of a claim */
    LEDGER_PLB,         /* of a remittance */
    LEDGER_REVERSAL,    /* the opposite of an earlier posting of the payer */
    LEDGER_CORRECTION,  /* by a person */
    LEDGER_END,         /* a claim ended without payment: its charge is taken back */
    LEDGER_KIND_COUNT
};

struct ledger_entry {
    uint64_t number;     /* its place in the ledger, from 1; 0 until it is kept */
    int64_t instant;     /* step time of the posting */
    uint64_t claim_id;   /* 0: of a remittance */
    uint16_t version;
    uint64_t remittance; /* 0: of no remittance */
    enum ledger_account debit, credit;
    int64_t cents;       /* always above 0 */
    enum ledger_kind kind;
    struct text reference; /* CLM01, CARC or trace; no patient data */
};

/* A posting that is being put together. Its texts live as long as what they point into. */
enum { LEDGER_POSTING_ENTRIES = 16 };
struct ledger_posting {
    struct ledger_entry head; /* instant, unit and reference that every entry gets */
    struct ledger_entry entries[LEDGER_POSTING_ENTRIES];
    unsigned count;
    bool overflow; /* an amount or a sum passed its bound, or there were too many entries: must not be kept */
};

/* Begins a posting whose entries take all but the accounts, cents and kind from `head`. */
void ledger_begin(struct ledger_posting *posting, const struct ledger_entry *head);
/* Debits one account and credits the other; a negative amount the other way round, 0 adds nothing. The same pair of
 * accounts and kind again is added to the entry that is there. The accounts differ (assert). */
void ledger_move(struct ledger_posting *posting, enum ledger_kind kind, enum ledger_account debit,
                 enum ledger_account credit, int64_t cents);
/* The opposite of every entry of `made`, as kind LEDGER_REVERSAL, under the unit of `posting`. */
void ledger_reverse(struct ledger_posting *posting, const struct ledger_posting *made);

struct ledger_balances {
    int64_t cents[LEDGER_ACCOUNT_COUNT]; /* debits less credits by account */
    int64_t debits_cents, credits_cents; /* of all entries */
};
/* False on overflow; the balances are then unchanged. */
bool ledger_apply(struct ledger_balances *balances, const struct ledger_posting *posting);
/* Debits less credits over all accounts: 0, or the ledger is broken. */
int64_t ledger_difference(const struct ledger_balances *balances);

/* Lower case with underscores. Static memory. */
const char *ledger_account_name(enum ledger_account account);
const char *ledger_kind_name(enum ledger_kind kind);

#endif
