/*
 * Which keys the tree of a guard table may hold: a Bloom filter in blocks of a cache line (Putze, Sanders, Singler 2007). Most
 * keys that a guard is asked for were never there, and a search for a key without neighbours costs several pages that are in
 * no cache; the filter says "not there" from one line of memory.
 *
 * It is not kept on disk. After a start it is filled from the tree, some rows at each commit in the order of their keys, while
 * every row that comes into the tree is added to it, too; only then does it answer. When the table outgrows it, a larger one
 * is filled in the same way beside it, and takes its place. A row that is deleted leaves its mark: then the tree is asked.
 */
#ifndef CLAIMLINE_STORE_FILTER_H
#define CLAIMLINE_STORE_FILTER_H

#include "common/store/store.h"

enum {
    STORE_FILTER_KEY = STORE_BEHIND_KEY,
    STORE_FILTER_ROW_BITS = 12,      /* bits a row when full: one of a hundred keys that are not there is searched for */
    STORE_FILTER_LEAST = 1 << 17,    /* rows of the smallest one */
    STORE_FILTER_MOST = 1 << 24,     /* of the largest, 24 MiB: with more rows it errs more often, and still helps */
};

/* The marks of some rows. */
struct store_filter_bits {
    uint64_t *words; /* blocks of eight; NULL: none */
    uint64_t blocks, room; /* room: rows for which it was made */
};

struct store_filter {
    struct store_filter_bits ready; /* answers, when there is one */
    struct store_filter_bits made;  /* being filled; then: */
    uint8_t position[STORE_FILTER_KEY], position_committed[STORE_FILTER_KEY]; /* the last key read of the tree */
    size_t position_length, position_committed_length;
    bool whole; /* all were read, in a batch that is not committed yet */
};

void store_filter_free(struct store_filter *filter);

/* False: the tree does not hold the key. */
bool store_filter_may_hold(const struct store_filter *filter, struct text key);
/* A row comes into the tree, in the running batch. */
void store_filter_add(struct store_filter *filter, struct text key);

/* Whether rows are to be read from the tree: begins a filter when there is none yet for so many rows as the tree has. */
bool store_filter_wants(struct store_filter *filter, uint64_t rows);
/* The next key of the tree behind `position`, and that there is none any more. */
void store_filter_read(struct store_filter *filter, struct text key);
void store_filter_end(struct store_filter *filter);

/* The batch is durable, or gone: keys that it had deleted may have been passed over. */
void store_filter_committed(struct store_filter *filter);
void store_filter_aborted(struct store_filter *filter);

#endif
