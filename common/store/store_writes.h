/*
 * The write set of one step: what it put and deleted, in order of table and key, found again by its own gets
 * and scans. A skip list in memory that is kept for the next step: cheap for a few writes, ordered for many.
 */
#ifndef CLAIMLINE_STORE_WRITES_H
#define CLAIMLINE_STORE_WRITES_H

#include "common/text/text.h"

enum { STORE_WRITES_LEVELS = 10 };

struct store_write {
    size_t key_at, value_at; /* in the bytes of the write set: places, because the memory moves as it grows */
    uint32_t key_length, value_length;
    uint16_t table;
    bool deleted;
    uint32_t next[STORE_WRITES_LEVELS];
};

struct store_writes {
    struct store_write *nodes; /* node 0 is the head */
    uint32_t count, room;
    char *bytes;
    size_t used, size;
    uint64_t dice;
};

void store_writes_init(struct store_writes *writes);
void store_writes_free(struct store_writes *writes);
/* Empty again; memory past a few MiB is given back. */
void store_writes_clear(struct store_writes *writes);
static inline bool
store_writes_empty(const struct store_writes *writes)
{
    return writes->count == 1;
}

/* The last word on a key: a value or its deletion. Both are copied. */
void store_writes_set(struct store_writes *writes, unsigned table, struct text key, struct text value,
                      bool deleted);
/* Nodes by number, 0 = none: the key's own, the first at or above it (in any table), the one after. */
uint32_t store_writes_find(const struct store_writes *writes, unsigned table, struct text key);
uint32_t store_writes_seek(const struct store_writes *writes, unsigned table, struct text key);
static inline uint32_t
store_writes_next(const struct store_writes *writes, uint32_t node)
{
    return writes->nodes[node].next[0];
}

/* Valid until the next set. */
static inline struct text
store_writes_key(const struct store_writes *writes, uint32_t node)
{
    return text_of(writes->bytes + writes->nodes[node].key_at, writes->nodes[node].key_length);
}
static inline struct text
store_writes_value(const struct store_writes *writes, uint32_t node)
{
    return text_of(writes->bytes + writes->nodes[node].value_at, writes->nodes[node].value_length);
}

#endif
