/*
 * The store's own rows, as bytes:
 *   "store"       in clear: format, id, key number, wrapped data key, and a sum that tells a damaged row from
 * a wrong key "tables"      sealed: the descriptors, in the order in which the state lists their counts
 *   "state"       sealed: the one row that changes at every commit
 *   "start" + u32 in clear: the salt of that start
 * Readers are given bytes that were sealed by us, and still check every length and bound.
 */
#ifndef CLAIMLINE_STORE_META_H
#define CLAIMLINE_STORE_META_H

#include "common/store/store.h"

enum { STORE_TABLES = 64, STORE_NAME_LIMIT = 31 };

struct store_identity {
    uint16_t format;
    uint8_t id[STORE_ID_BYTES];
    uint16_t key_number;
    uint8_t wrapped[SEAL_WRAPPED_BYTES];
};
enum {
    STORE_IDENTITY_LABEL = 4 + 2 + STORE_ID_BYTES + 2,
    STORE_IDENTITY_BYTES = STORE_IDENTITY_LABEL + SEAL_WRAPPED_BYTES + 8
};

/* The label bound to the wrapped key: all of the row that stands before it. */
void store_meta_label(const struct store_identity *identity, uint8_t label[STORE_IDENTITY_LABEL]);
void store_meta_write_identity(const struct store_identity *identity, uint8_t out[STORE_IDENTITY_BYTES]);
/* OK, CORRUPT. */
enum status store_meta_read_identity(struct text bytes, struct store_identity *identity);

struct store_described {
    char name[STORE_NAME_LIMIT + 1];
    uint8_t kind;
    uint16_t format;
    uint8_t retention;
};
enum { STORE_TABLES_BYTES = 2 + STORE_TABLES * (STORE_NAME_LIMIT + 1 + 4) };

/* Returns the length written. */
size_t store_meta_write_tables(const struct store_table *tables, size_t count,
                               uint8_t out[STORE_TABLES_BYTES]);
enum status store_meta_read_tables(struct text bytes, struct store_described tables[STORE_TABLES],
                                   size_t *count);

struct store_table_state {
    struct store_count count;
    uint64_t first, next; /* of a log: first kept number, next free one */
};
struct store_state {
    uint64_t commit; /* grows by one */
    int64_t time;
    uint64_t incarnation;
    uint32_t start;
    bool open; /* between store_open and store_close */
    int64_t counters[STORE_COUNTERS];
    struct store_table_state tables[STORE_TABLES];
};
enum { STORE_STATE_BYTES = 8 + 8 + 8 + 4 + 1 + 8 * STORE_COUNTERS + 2 + STORE_TABLES * 40 };

size_t store_meta_write_state(const struct store_state *state, size_t table_count,
                              uint8_t out[STORE_STATE_BYTES]);
enum status store_meta_read_state(struct text bytes, struct store_state *state, size_t *table_count);

/* A log's value: u32 count, then entries of u32 length + bytes. Cuts the next entry off; false when the bytes
 * do not hold one. */
bool store_meta_next_entry(struct text *rest, struct text *entry);
/* The entries behind the count, each whole, as many as counted, nothing after them. CORRUPT. */
enum status store_meta_read_frame(struct text value, uint32_t *count, struct text *entries);

#endif
