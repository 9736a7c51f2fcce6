/*
 * What an adjustment means: contract, patient, or a denial of some category that somebody must work. Judged by the
 * claim adjustment reason code in a dated table (schemas/adjustments.tsv) and the group code of its CAS.
 *
 * A denial is never read from CLP02. A line is denied when a reason classed as denial took its payment: nothing was paid
 * for it, and such a reason took something. Deductible and contract (PR-1, CO-45) never deny. CARC 24 denies only where
 * this payer's contract with us is not capitated: it is then of category registration, for the patient's plan is another.
 */
#ifndef CLAIMLINE_REMITTANCE_CLASSIFY_H
#define CLAIMLINE_REMITTANCE_CLASSIFY_H

#include "common/ledger/ledger.h"
#include "common/text/text.h"
#include "schemas/records/remittance.h"

/* Kept in rows: only append, before the count. */
enum classify_class {
    CLASSIFY_CONTRACTUAL, /* given up by contract or law */
    CLASSIFY_PATIENT,     /* the patient's share */
    CLASSIFY_OTHER,       /* neither: prior payer, withholding, interest */
    CLASSIFY_CAPITATION,  /* decided by the contract: contractual or registration */
    CLASSIFY_REGISTRATION, /* from here on denials */
    CLASSIFY_AUTHORIZATION,
    CLASSIFY_CODING,
    CLASSIFY_MEDICAL_NECESSITY,
    CLASSIFY_TIMELY,
    CLASSIFY_DUPLICATE,
    CLASSIFY_COVERAGE,
    CLASSIFY_COORDINATION,
    CLASSIFY_INFORMATION,
    CLASSIFY_BUNDLED,
    CLASSIFY_OTHER_DENIAL, /* also a reason that the table does not know */
    CLASSIFY_CLASS_COUNT
};

struct classify_reason {
    const char *code;
    int32_t from, to; /* dates of the remittance */
    enum classify_class class;
    const char *sentence;
};
/* Sorted by code, bytewise, and date. */
extern const struct classify_reason classify_reasons[];
extern const size_t classify_reason_count;

/* The row of a code on a date (0: any); NULL when the table has none. */
const struct classify_reason *classify_find(struct text code, int32_t date);
/* Never CLASSIFY_CAPITATION. A reason that is not known: by its group, CO and PI OTHER_DENIAL, PR PATIENT, OA OTHER. */
enum classify_class classify_adjustment(struct text group, struct text code, int32_t date, bool capitated);
bool classify_is_denial(enum classify_class class);
/* Can a corrected claim of the coders cure it? */
bool classify_is_coding(enum classify_class class);
/* Where the money of an adjustment goes. PR is always the patient's, whatever the reason; CO never is. */
enum ledger_account classify_account(struct text group, enum classify_class class);
/* Lower case with underscores; static. */
const char *classify_name(enum classify_class class);
/* What to do about a denial of this class: one sentence; static. */
const char *classify_suggestion(enum classify_class class);

/* What the adjustments of a line, or of a claim's own CAS, come to. */
struct classify_sums {
    int64_t contractual_cents, patient_cents, denied_cents, other_cents; /* by account */
    int64_t denial_cents;      /* taken by denial reasons, whatever the account */
    enum classify_class class; /* of the first denial reason */
    struct text group, reason; /* of it; empty when none */
    bool overflow;
};
void classify_add(struct classify_sums *sums, const struct adjustment *adjustments, uint32_t count, int32_t date,
                  bool capitated);
/* Is a line with these sums and this payment denied? */
bool classify_line_denied(const struct classify_sums *sums, int64_t paid_cents);

/* The verdict over a whole claim. */
enum classify_verdict {
    CLASSIFY_VERDICT_PAID,
    CLASSIFY_VERDICT_REDUCED,
    CLASSIFY_VERDICT_PARTLY_DENIED,
    CLASSIFY_VERDICT_DENIED,
    CLASSIFY_VERDICT_REVERSED,
    CLASSIFY_VERDICT_COUNT
};

struct classify_claim {
    enum classify_verdict verdict;
    struct classify_sums sums;        /* of the claim and all its lines */
    struct classify_sums claim_level; /* of the claim's own CAS */
    uint32_t denied_lines;
};
/* `line_sums` has room for claim->lines_count; filled. */
void classify_claim(const struct remittance_claim *claim, int32_t date, bool capitated, struct classify_claim *result,
                    struct classify_sums *line_sums);

#endif
