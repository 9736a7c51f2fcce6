/*
 * The rows of claims that wait for their batch (SUBMISSION_PENDING). A row holds one claim, as it came, or several that came
 * one behind the other: each then stands behind its sequence u64 and its length u32. The first byte tells which: a
 * claim is a MessagePack map (0x80 and above), and no sequence reaches that far.
 */
#ifndef CLAIMLINE_SUBMISSION_PENDING_ROWS_H
#define CLAIMLINE_SUBMISSION_PENDING_ROWS_H

#include "common/service/service.h"

struct payer;
/* Of a row of several claims, which may end with one that is longer; and before each of them. */
enum { PENDING_ROW_BYTES = 64 * 1024, PENDING_HEAD_BYTES = 8 + 4 };

struct pending_claim {
    uint64_t sequence; /* of its stream, with the bits of its form (pending.c) */
    uint64_t row;      /* sequence of the first claim of its row; PENDING_NO_ROW: it has none yet */
    struct text claim; /* as it came */
};
#define PENDING_NO_ROW UINT64_MAX

struct store_key pending_row_key(const struct payer *payer, uint64_t sequence);
/* How many of the first claims, which have no row and follow each other, go into one row. */
size_t pending_row_fill(const struct pending_claim *claims, size_t count);
/* Puts the row of these claims and notes it in each. */
void pending_row_put(struct step *step, const struct payer *payer, struct pending_claim *claims, size_t count);
/* The next claim of a row: `*rest` is the row's value at first, and what follows afterwards; `claim->sequence` is set by the caller
 * to that of the row's key, and stays when the row is one claim. NOT_FOUND: no more; CORRUPT. */
enum status pending_row_next(struct text *rest, struct pending_claim *claim);

#endif
