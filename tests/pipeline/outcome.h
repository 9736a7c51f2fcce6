/* What the simulated payer does with a claim: a pure function of (seed, shares, key, line number, line
 * charge). The key is the sender's own claim number: REF*D9 of loop 2300, or CLM01 where there is none.
 * Simulator, feeder and checker all ask here, so that each knows the end of every claim beforehand. */
#ifndef CLAIMLINE_TESTS_PIPELINE_OUTCOME_H
#define CLAIMLINE_TESTS_PIPELINE_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All shares are per mille, judged in this order; `correct_unbalanced` is 0 or 1. */
struct shares {
    uint32_t reject_interchanges; /* TA1 R, by ISA13 */
    uint32_t reject_sets;         /* 999 with IK5 R, by ISA13, GS06 and ST02 */
    uint32_t reject_claims;       /* 277CA A3 or A7, by key */
    uint32_t silent;              /* accepted, no 835 ever, by key */
    uint32_t unbalanced;          /* its 835 does not balance, by key */
    uint32_t correct_unbalanced;  /* 1: a right 835 with a new TRN follows */
    uint32_t deny_claims;         /* denied as a whole, by key */
    uint32_t deny_lines;          /* by key and line */
    uint32_t reduce_lines;        /* deductible, coinsurance or copayment, by key and line */
    uint32_t pieces;              /* a payment comes in two STs, by the key of its first claim */
    uint32_t status_silent;       /* a 277 leaves the claim out, by CLM01 */
    uint32_t status_not_found;    /* it does not find the claim */
    uint32_t status_pend;         /* it says that the claim is pended */
    uint32_t patient_silent;      /* a 271 leaves the patient out, by member id */
    uint32_t patient_not_found;   /* it does not find the patient */
    uint32_t patient_differs;     /* it says something else than is registered */
    uint32_t twice;               /* an answer file sent twice, by file */
    uint32_t broken;              /* a broken copy sent before the right file, by file */
};

/* The shares that hold when nothing is said. */
extern const struct shares shares_default;
/* `name` is the key of the file, which is also the option's name: "deny-lines-per-mille". False when there is
 * no such key or the value is no number from 0 to 1000. */
bool shares_set(struct shares *shares, const char *name, const char *value);
/* Reads lines "key = value" ('#' and ';' start comments, [sections] are passed over). Returns 0, the number
 * of the first bad line, or -1 when the file cannot be read. */
int shares_read(struct shares *shares, const char *path);
/* All keys as "name=value name=value ...", into `text` of at least 1024 bytes. */
void shares_write(const struct shares *shares, char *text, size_t room);

enum disposition {
    DISPOSITION_REJECTED,
    DISPOSITION_SILENT,
    DISPOSITION_UNBALANCED,
    DISPOSITION_PAID, /* an 835 comes, whatever it pays */
    DISPOSITION_COUNT
};

const char *disposition_name(enum disposition disposition);

struct reason {
    const char *group;  /* CO, PR */
    const char *carc;   /* claim adjustment reason code */
    const char *remark; /* RARC, or "" */
};

struct claim_outcome {
    uint64_t base; /* what the draws of the lines start from */
    enum disposition disposition;
    const char *rejection;       /* STC01 of the 277CA, or NULL */
    const struct reason *denial; /* of the whole claim, or NULL */
    bool at_claim_level;         /* the denial is one CAS of the claim, without lines */
    uint32_t unbalanced_at;      /* 0: CLP04 is off, 1: the first line's SVC03 is */
};

struct line_outcome {
    int64_t paid_cents;
    int64_t contractual_cents;   /* CO-45 */
    int64_t patient_cents;       /* PR with `patient_carc`, or the denied amount of a PR denial */
    const char *patient_carc;    /* "1", "2", "3" or NULL */
    const struct reason *denial; /* takes the whole charge, or NULL */
};

/* The cents that an unbalanced 835 is off by. */
enum { OUTCOME_UNBALANCED_CENTS = 100 };

void outcome_of_claim(uint64_t seed, const struct shares *shares, const char *key, size_t length,
                      struct claim_outcome *outcome);
/* `line` counts from 0. What is denied, contractual, the patient's and paid adds up to `charge_cents`. */
void outcome_of_line(const struct shares *shares, const struct claim_outcome *claim, uint32_t line,
                     int64_t charge_cents, struct line_outcome *outcome);
/* True when a thing named by bytes falls into a share: files, sets, interchanges. */
bool outcome_falls(uint64_t seed, const char *what, const char *name, size_t length, uint32_t per_mille);

#endif
