/* The store's own struct, shared by the files of this folder. */
#ifndef CLAIMLINE_STORE_INTERNAL_H
#define CLAIMLINE_STORE_INTERNAL_H

#include "common/store/store_backend.h"
#include "common/store/store_meta.h"
#include "common/store/store_recent.h"
#include "common/store/store_window.h"
#include "common/store/store_writes.h"

enum { STORE_FRAME_BYTES = 1 << 20, STORE_FORGET_LIMIT = 1024 };

/* The entries of a log that no value holds yet: those of applied steps, then those of the step under way. */
struct store_pending {
    char *bytes; /* u32 length + entry, one after the other */
    size_t length, size, usual; /* usual: the size of the buffer that went to the recent frames */
    uint64_t first; /* number of the first entry in `bytes` */
    uint32_t count;
    size_t applied_length;
    uint32_t applied_count;
    uint64_t forget_before; /* asked by the step; 0 = not asked */
};

/* The highest key of a table, or a bound above it: what lies above it may be appended. */
struct store_last {
    bool known, none;
    uint8_t length;
    char bytes[STORE_KEY_LIMIT];
};

enum store_phase {
    STORE_IDLE,
    STORE_BATCH,
    STORE_STEP,
    STORE_BROKEN /* a failed apply: only abort is left */
};

struct store {
    struct store_backend *backend;
    struct seal *seal;
    struct store_table tables[STORE_TABLES];
    char names[STORE_TABLES][STORE_NAME_LIMIT + 1];
    size_t table_count; /* the plan's tables, then the deltas of those written behind */
    uint64_t reserve_bytes;
    uint8_t id[STORE_ID_BYTES];
    bool unclean;

    enum store_phase phase;
    struct store_state committed, batch;  /* the batch's is valid inside one */
    bool changed;                         /* the batch holds something to commit */
    uint64_t batch_bytes, batch_reserved; /* what it may write at most, what the disk has for it */
    bool tight;
    struct store_writes writes;
    struct store_pending pending[STORE_TABLES];
    struct store_recent recent[STORE_TABLES]; /* of logs that store_log_keep named */
    struct store_last last[STORE_TABLES];
    struct store_window *windows[STORE_TABLES]; /* of tables written behind; NULL else */
    bool writes_behind;                         /* there is one */
    uint64_t step_logs; /* the logs that the step touched, a bit a table */
    bool step_counts;   /* it touched a counter */
    int64_t step_counters[STORE_COUNTERS];
    unsigned views; /* nested reads outside a batch */
};

static inline void
store_pass_seam(const char *operation)
{
    if (store_seam != NULL)
        store_seam(operation);
}

static inline bool
store_in_batch(const struct store *store)
{
    return store->phase != STORE_IDLE;
}

/* Inside a batch: room for so many bytes more and a page for each row, which is what a scattered row dirties.
 * OK, FULL, IO. */
enum status store_reserve_more(struct store *store, uint64_t bytes, uint64_t rows);
/* Before a batch: the disk's room for it. OK, FULL, IO. */
enum status store_reserve(struct store *store);
/* A read of the last commit unless a batch is open; reads may nest. */
enum status store_view_begin(struct store *store);
void store_view_end(struct store *store);

/* Tables of the backend: 0 is the store's own, a table of the plan stands at its index + 1. */
static inline unsigned
store_place(unsigned table)
{
    return table + 1;
}
struct seal_bound store_bound(const struct store *store, unsigned place, struct text key);
enum status store_unseal(struct store *store, unsigned place, struct text key, struct text sealed,
                         struct arena *arena, struct text *value);
/* Seals a row into the batch, and counts it when its table is the plan's. `last`: the key lies above all
 * others. */
enum status store_write_row(struct store *store, unsigned place, struct text key, struct text plain,
                            bool last);
enum status store_erase_row(struct store *store, unsigned place, struct text key);
/* Inside a batch: fetches the highest key of a table that is not written behind, where it is not known. OK, CORRUPT, IO,
 * INTERNAL. */
enum status store_learn_last(struct store *store, unsigned table);
static inline bool
store_is_above(const struct store_last *last, struct text key)
{
    return last->none || text_compare(key, text_of(last->bytes, last->length)) > 0;
}
/* The state row of the batch, with its commit number. */
enum status store_write_state(struct store *store);
bool store_find_salt(void *context, uint32_t start, uint8_t salt[SEAL_SALT_BYTES]);

/* Tables written behind (store_behind.c): the step's writes into the delta before logs are applied, then into the
 * window; a slice of the old half into the tree at the commit; what memory does when the batch is durable or
 * gone; the window of a store that was opened. */
void store_behind_log(struct store *store);
void store_behind_put(struct store *store, unsigned table, struct text key, struct text value, bool deleted);
enum status store_behind_drain(struct store *store);
void store_behind_end(struct store *store, bool committed);
enum status store_behind_load(struct store *store);
/* A write set of all that is not in the table's tree yet, the step's own writes included. To be freed. */
void store_behind_gather(const struct store *store, unsigned table, struct store_writes *gathered);
/* The window's word on a key: OK, NOT_FOUND (deleted), or RETRY: ask the tree. */
enum status store_behind_get(struct store *store, unsigned table, struct text key, struct arena *arena,
                             struct text *value);

/* Appends to what the step adds to a log; the number of the entry, which is head and body. */
uint64_t store_log_add(struct store *store, unsigned table, struct text head, struct text body);
/* Erases values from the front, as far as a batch may, all of whose entries are below `before`. */
enum status store_log_forget_values(struct store *store, unsigned table, uint64_t before);
/* Logs: into the batch (whole values only, or all), back to what was applied, empty. */
enum status store_log_apply(struct store *store);
enum status store_log_flush(struct store *store, unsigned table, bool all);
void store_log_drop_step(struct store *store);
void store_log_reset(struct store *store);

#endif
