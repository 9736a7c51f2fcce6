/*
 * Write-behind of a guard table. A row of random key costs a page of the tree at its commit; so what a commit
 * changes goes into a log beside the table (its delta, packed and sealed as one value) and into this window in
 * memory, and comes into the tree later, many rows at a time in the order of their keys, where one page takes
 * several of them.
 *
 * Two halves: the young one is filled; when it is full it is put in order and becomes the old one, which is
 * drained, a slice at each commit. When the old half is in the tree, the delta is forgotten up to where that
 * half ended. After a start the delta that is kept fills the young half again; a row that is in the tree too is
 * only written once more. A reader asks the young half, the old half, the filter of the tree's keys, the tree.
 */
#ifndef CLAIMLINE_STORE_WINDOW_H
#define CLAIMLINE_STORE_WINDOW_H

#include "common/store/store_filter.h"

enum { STORE_WINDOW_KEY = STORE_BEHIND_KEY, STORE_WINDOW_VALUE = STORE_BEHIND_VALUE };

struct store_window_row {
    uint8_t key_length, value_length;
    bool deleted;
    char key[STORE_WINDOW_KEY], value[STORE_WINDOW_VALUE];
};

/* Rows in the order of their coming; the last of a key counts, and the index finds it. */
struct store_window_half {
    struct store_window_row *rows;
    uint32_t *index; /* number of a row + 1; 0 free */
    uint32_t count, room, slots;
};

struct store_window {
    unsigned table, delta; /* the guard, and the log that holds what is not in its tree yet */
    uint32_t limit;        /* rows of a full half */
    struct store_window_half young, old;
    uint32_t *order; /* the old half's rows by key, one for a key */
    uint32_t order_count;
    uint32_t drained;                            /* of `order` */
    uint32_t young_committed, drained_committed; /* as of the last commit */
    uint64_t old_end;       /* number of the delta behind the old half */
    uint64_t forget_before; /* the delta below it is in the tree */
    struct store_filter filter; /* of the tree's keys */
};

struct store_window *store_window_make(unsigned table, unsigned delta, uint32_t limit);
void store_window_free(struct store_window *window);

/* The last word of the window on a key; NULL: ask the tree. Valid until the next put. */
const struct store_window_row *store_window_find(const struct store_window *window, struct text key);
/* Into the young half, in the running batch. Key and value are copied. */
void store_window_put(struct store_window *window, struct text key, struct text value, bool deleted);

/* How many rows of the old half the running batch is to drain: a quarter more than it added, up to some 8,000, so that
 * the old half is empty before the young one is full; batches that add more than that let the young one grow meanwhile. */
uint32_t store_window_slice(const struct store_window *window);
/* The next row to drain; only when the slice is not empty. */
const struct store_window_row *store_window_drain(struct store_window *window);

/* The batch is durable (`next` is the delta's next number then), or gone. */
void store_window_committed(struct store_window *window, uint64_t next);
void store_window_aborted(struct store_window *window);

/* An entry of the delta. CORRUPT: it is none. */
enum { STORE_WINDOW_ENTRY = 3 + STORE_WINDOW_KEY + STORE_WINDOW_VALUE };
size_t store_window_write(struct text key, struct text value, bool deleted, char entry[STORE_WINDOW_ENTRY]);
enum status store_window_read(struct text entry, struct text *key, struct text *value, bool *deleted);

static inline struct text
store_window_key(const struct store_window_row *row)
{
    return text_of(row->key, row->key_length);
}
static inline struct text
store_window_value(const struct store_window_row *row)
{
    return text_of(row->value, row->value_length);
}

#endif
