/*
 * Which claims and payments of a run over X12 files were met before, and where the first one stands: the index behind
 * struct x12_seen. It answers at once, so a finding comes in the order of the file, with the others of its claim, and
 * not at the file's end.
 *
 * A message (what makes two claims the same) is kept as the first 128 bits of its HMAC-SHA-256 under a key that is drawn
 * for this index and never leaves the process: nothing of a patient stands in the index, and what is left of it on a disk
 * says nothing. An entry has 32 bytes (key, set, offset) in a hash table with open addressing, 3/8 or more of it free. It is
 * memory until it is larger than `memory_bytes`; then a mapped file without a name in `folder`, twice as large each time
 * that it is full. A million claims have two million entries: 128 MiB of file, for a moment 192.
 *
 * Not a guard against sending twice: intake has its own (services/intake/duplicate.c), which outlives the process.
 */
#ifndef CLAIMLINE_DUPLICATE_H
#define CLAIMLINE_DUPLICATE_H

#include "common/status/status.h"
#include "common/x12/check/identity/x12_seen.h"

struct duplicate_options {
    const char *folder;  /* NULL: $TMPDIR, else /var/tmp */
    size_t memory_bytes; /* 0: 8 MiB, about 80,000 claims; a quarter of it again for the list of sets */
};

struct duplicate;

struct duplicate *duplicate_open(const struct duplicate_options *options);
void duplicate_close(struct duplicate *duplicate); /* NULL is nothing */

/* The next file begins. The name must outlive the index. */
void duplicate_file(struct duplicate *duplicate, const char *name);
/* The last file is read once more, from its first byte: its sets are the same sets, its claims the same claims. */
void duplicate_again(struct duplicate *duplicate);

/* For x12_check_options.seen; valid until the index is closed. */
const struct x12_seen *duplicate_seen(const struct duplicate *duplicate);

/* OK, or FULL or IO when there was no room in `folder`: from there on nothing is kept, and nothing found. */
enum status duplicate_status(const struct duplicate *duplicate);
/* Entries, and whether they lie in a file, for figures and tests. */
uint64_t duplicate_count(const struct duplicate *duplicate);
bool duplicate_in_file(const struct duplicate *duplicate);

#endif
