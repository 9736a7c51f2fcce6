/* The payer's answers: TA1, 999, 277CA, 835. Each is a pure function of the claim file, the verdicts and the
 * stamp, so that the same question gets the same bytes. */
#ifndef CLAIMLINE_TESTS_PIPELINE_ANSWER_H
#define CLAIMLINE_TESTS_PIPELINE_ANSWER_H

#include "tests/pipeline/claim_file.h"
#include "tests/pipeline/outcome.h"
#include "tests/pipeline/pen.h"

/* What makes one answer differ from another with the same content. */
struct stamp {
    uint32_t number; /* ISA13 and GS06 */
    int32_t date;
    uint32_t time;   /* hhmm */
    uint32_t serial; /* of the interchange that is answered */
};

enum verdict { VERDICT_ACCEPTED, VERDICT_REJECTED, VERDICT_DOUBLE, VERDICT_FAULTY, VERDICT_COUNT };
const char *verdict_name(enum verdict verdict);

/* Verdict and STC01 of each claim, indexed like file->claims. */
struct judgement {
    enum verdict verdict;
    const char *status;
};

/* The pen is emptied first by all of them. */
void answer_ta1(struct pen *pen, const struct claim_file *file, const struct stamp *stamp);
/* One set a functional group, one AK2 a transaction set. */
void answer_999(struct pen *pen, const struct claim_file *file, const struct stamp *stamp);
/* One 277 a transaction set that the 999 accepted. Returns the number of them; 0: nothing to send. */
uint32_t answer_277ca(struct pen *pen, const struct claim_file *file, const struct judgement *judgements,
                      const struct stamp *stamp);

/* One ST of an 835: claims of one payee. */
struct remittance {
    const struct claim_file *file;
    const uint32_t *claims; /* indexes */
    uint32_t claim_count;
    uint32_t rest;      /* so many claims behind these are of the same payment, in an ST of their own */
    const struct remittance *first; /* this ST is that rest: the ST that came before it */
    uint32_t set;       /* number in the file, from 1 */
    bool unbalanced;    /* as the claims' outcomes say */
    char trace[32];     /* TRN02, filled in */
    int64_t paid_cents; /* BPR02, filled in */
};
void answer_835_open(struct pen *pen, const struct claim_file *file, const struct stamp *stamp);
void answer_835_set(struct pen *pen, uint64_t seed, const struct shares *shares, const struct stamp *stamp,
                    struct remittance *remittance);
void answer_835_close(struct pen *pen, uint32_t sets, const struct stamp *stamp);

/* Sums of a claim as it is paid when its 835 is right. */
struct claim_payment {
    int64_t paid_cents, patient_cents;
    bool denied; /* every line is, or the claim as a whole */
};
void answer_payment(uint64_t seed, const struct shares *shares, const struct claim_file *file,
                    const struct filed_claim *claim, struct claim_payment *payment);

#endif
