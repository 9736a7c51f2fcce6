/*
 * What passed, by patient: the history that later claims are judged against (steps/history.h). A row of the table `history` for
 * each claim that passed or was released, written in the transaction in which it does; `history.patients` has the patient's
 * newest one, and each row names the next older. So a claim costs one look-up of the patient, one row behind the last one (its key
 * is the claim's id, which grows), and one of the guard, which is written behind; former claims are read only when they reach
 * into the days that a rule looks at, which the guard's value tells.
 *
 * The patient is the first 16 bytes of an HMAC under the store's key over member id and birth date, of a dependent his first name,
 * too: no name, number or date stands in a key. A claim without either is nobody's: nothing is kept of it, and rules over history
 * are not assessed. Kept are professional and outpatient claims: no rule asks for others.
 *
 * A row never goes while it is young: what a replacement (CLM05-3 7), a void (8) or a later version stands for is marked and
 * counts no more. What a replacement replaces is the claim of the same patient and billing provider with the same number of the
 * sender (CLM01). Rows go by age, `history_days` behind the day on which they passed, some at a step.
 */
#ifndef CLAIMLINE_CODING_PASSED_H
#define CLAIMLINE_CODING_PASSED_H

#include "common/service/service.h"
#include "services/coding/steps/history.h"

enum {
    PASSED_PATIENT_BYTES = 16,
    PASSED_READ = 64,       /* former claims that are read for one judgement: with more of them the history is partial */
    PASSED_PRUNED = 256,    /* rows that are looked at in one step of pruning */
    PASSED_BEHIND = 262144, /* rows of the guard that are gathered before they go into the tree */
};

/* A claim's place in the history. Lies in the caller's memory; rows in the arena of the step or query. */
struct passed {
    struct identity identity;  /* as it leaves */
    bool keeps;                /* the claim is one of those that are kept, and says who the patient is */
    uint8_t patient[PASSED_PATIENT_BYTES];
    uint64_t newest;           /* the patient's newest claim, 0 none; its version; the last day of service of all of them */
    uint32_t newest_version;
    int32_t latest;
    const struct past_claim *own, *replaced; /* a row of this version that is there already; the row that it stands for */
    struct coding_history history;
    const struct coding_history *given; /* for the case; NULL: there is none */
};

/* Reads what the rules need of this claim's patient, in a step or for a query. OK, or what the store said. */
enum status passed_read(struct passed *passed, struct step *step, const struct identity *identity, const struct coding_case *c);
enum status passed_look(struct passed *passed, struct service *service, struct arena *arena, const struct identity *identity,
                        const struct coding_case *c);
/* Puts the row of a claim that leaves now, behind passed_read in the same step. */
enum status passed_keep(struct step *step, const struct passed *passed, const struct claim_body *body);

/* Source: forgets rows that are too old, every ten minutes. */
int64_t passed_poll(struct service *service);
enum status passed_prune(struct step *step);

#endif
