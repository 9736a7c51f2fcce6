/*
 * What pass 1 read of a unit's claims, kept in memory for pass 2: only what posting looks at, so that thousands of claims are
 * a few megabytes and need not be read from X12 twice. Never on disk; what is lost with it is read again.
 */
#ifndef CLAIMLINE_REMITTANCE_MEMO_H
#define CLAIMLINE_REMITTANCE_MEMO_H

#include "common/arena/arena.h"
#include "schemas/records/remittance.h"

enum { MEMO_BYTES_MAX = 8 << 20 }; /* some twenty thousand claims of four lines */

struct memo {
    char *bytes; /* NULL: nothing was added */
    size_t length, room;
    size_t limit_bytes; /* 0 takes MEMO_BYTES_MAX */
    bool full;          /* a claim did not fit: from there on nothing is kept */
    /* where pass 2 stands: behind claim `claim` of set `set` */
    uint64_t set, claim;
    size_t at;
};

/* Keeps the claim behind those before it. False, and the memo is full, when it would pass the limit. */
bool memo_add(struct memo *memo, const struct remittance_claim *claim);
/* The claim at `*at`, which moves behind it: what posting needs of it, all else zero. Its texts lie in the memo and are valid
 * until the next memo_add or memo_clear; its lists are taken from the arena. */
void memo_read(const struct memo *memo, size_t *at, struct arena *arena, struct remittance_claim *claim);
/* Moves `*at` behind the claim there. */
void memo_pass(const struct memo *memo, size_t *at);
/* Nothing is kept any more; the limit stays. */
void memo_clear(struct memo *memo);

#endif
