/* The simulated payer: takes 837 (P, I, D), 276 and 270 files from out/ of its folder, answers into in/, pays later, and writes
 * down what it received, answered and paid. Everything but the moments is a function of the files, the seed
 * and the shares. */
#ifndef CLAIMLINE_TESTS_PIPELINE_SIMULATOR_H
#define CLAIMLINE_TESTS_PIPELINE_SIMULATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/pipeline/outcome.h"

struct simulator_options {
    const char *folder;  /* with out/ and in/, made when missing; taken/ holds files until they are paid */
    const char *journal; /* path of the journal */
    uint64_t seed;
    struct shares shares;
    int64_t delay_us;      /* from receipt to the 835 */
    int64_t correct_us;    /* from an unbalanced 835 to its correction */
    uint32_t remit_claims; /* claims an ST of an 835, at least 1 */
    uint32_t remit_sets;   /* STs an 835 file, at least 1 */
    int32_t date;          /* of the answers, yyyymmdd, at noon; 0: today and now (UTC) */
    bool sync;             /* sync journal and answers */
    bool keep;             /* files stay in taken/ when all is paid */
};

struct simulator_totals {
    uint64_t interchanges, claims, rejected, doubles, faulty, again, conflicts, unreadable, remittances,
        paid_claims, questions;
    int64_t paid_cents;
};

struct simulator;

/* 0 or an errno value; EWOULDBLOCK: another simulator holds the journal; EINVAL: the journal is of another
 * seed or other shares. */
int simulator_open(struct simulator **simulator, const struct simulator_options *options);
void simulator_close(struct simulator *simulator);
/* Takes the files that are there. Returns their number; a negative errno value when the folder fails. */
int simulator_scan(struct simulator *simulator);
/* Sends the 835s that are due at `now_us`. Returns the number of interchanges it dealt with, or as above. */
int simulator_pay(struct simulator *simulator, int64_t now_us);
/* When the next 835 is due; INT64_MAX: none is waited for. */
int64_t simulator_due_us(const struct simulator *simulator);
/* Since simulator_open, what the journal told included. */
const struct simulator_totals *simulator_totals(const struct simulator *simulator);
int64_t simulator_now_us(void);

#endif
