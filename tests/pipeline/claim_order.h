/* What the claim generator is told to write: its command line. */
#ifndef CLAIMLINE_PIPELINE_CLAIM_ORDER_H
#define CLAIMLINE_PIPELINE_CLAIM_ORDER_H

#include "tests/pipeline/invented_claim.h"

#include <stdbool.h>

struct order {
    struct claim_plan plan;
    uint64_t seed, first, claims, per_set, control;
    uint64_t bad_set; /* 0: none */
    const char *broken_envelope;
    const char *out, *expect, *sender, *receiver;
    int32_t file_date;
    uint32_t fault_per_mille[FAULT_COUNT];
    uint64_t fault_count[FAULT_COUNT];
    uint64_t earlier_seed, earlier_first, earlier_claims; /* of which duplicates may be made as well */
};

/* Reads the command line; texts point into it. False: the program ends with `*code` (help, or what is wrong, was printed). */
bool order_read(struct order *order, int argc, char **argv, int *code);

#endif
