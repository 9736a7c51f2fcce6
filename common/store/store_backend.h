/*
 * What keeps raw rows: tables numbered from 0 (0 is the store's own, the plan's follow), keys and sealed
 * values as bytes, one write transaction at a time. Sealing, counts, write sets and logs lie above it and are
 * shared.
 */
#ifndef CLAIMLINE_STORE_BACKEND_H
#define CLAIMLINE_STORE_BACKEND_H

#include "common/store/store.h"

/* A sum of row hashes, modulo 2^128; low half first. */
struct store_hash {
    uint64_t low, high;
};
/* Of one row: over the key, the value's length, and the seal's header and tag, which stand for the rest. */
struct store_hash store_hash_row(struct text key, struct text sealed);

enum store_move {
    STORE_MOVE_FIRST,
    STORE_MOVE_LAST,
    STORE_MOVE_SEEK, /* to the first key at or above the one given */
    STORE_MOVE_NEXT,
    STORE_MOVE_PREVIOUS,
};

struct store_backend;
struct store_cursor;

/* Keys and values given out are valid until the next write of the transaction or its end. */
struct store_backend_ops {
    /* Opens (and with `create` makes) the named tables. Inside a write transaction, once. */
    enum status (*tables)(struct store_backend *, const char *const *names, unsigned count, bool create);
    /* Room on disk past the high-water mark: `wanted` bytes where the disk has them, FULL with less than
     * `least`. OK, FULL, IO; `room` is what there is. */
    enum status (*reserve)(struct store_backend *, uint64_t wanted, uint64_t least, uint64_t *room);
    enum status (*begin)(struct store_backend *);
    /* OK: durable. FULL: as after abort. IO, INTERNAL: fatal. `number` counts commits. */
    enum status (*commit)(struct store_backend *, uint64_t number);
    void (*abort)(struct store_backend *);
    /* A short view of the last commit, for reads outside a write transaction. */
    enum status (*view)(struct store_backend *);
    void (*unview)(struct store_backend *);

    enum status (*get)(struct store_backend *, unsigned table, struct text key, struct text *sealed);
    /* Makes room for a new row, to be filled at once. CONFLICT: there is one, and `old` is its hash. FULL.
     * `last` promises that the key lies above all others. */
    enum status (*insert)(struct store_backend *, unsigned table, struct text key, size_t size, bool last,
                          void **room, struct store_hash *old);
    /* The same in place of an existing row, directly after the insert of that key was a CONFLICT. */
    enum status (*replace)(struct store_backend *, unsigned table, struct text key, size_t size, void **room);
    enum status (*erase)(struct store_backend *, unsigned table, struct text key, struct store_hash *old);
    uint64_t (*rows)(struct store_backend *, unsigned table);

    enum status (*cursor)(struct store_backend *, unsigned table, struct store_cursor **cursor);
    /* OK, NOT_FOUND past either end, CORRUPT. */
    enum status (*move)(struct store_cursor *, enum store_move move, struct text *key, struct text *sealed);
    void (*end)(struct store_cursor *);

    unsigned (*use_per_mille)(struct store_backend *);
    /* The highest commit that was ever reported as durable, where that is known apart from the data; 0
     * otherwise. */
    uint64_t (*marked_commit)(struct store_backend *);
    /* The last process met an error at a commit: what is cached may not be on the disk. */
    bool (*commit_failed)(struct store_backend *);
    void (*close)(struct store_backend *);
};

/* The first member of each backend's own struct. */
struct store_backend {
    const struct store_backend_ops *ops;
};

enum status store_lmdb_create(const struct store_options *options, struct store_backend **backend);
/* Puts a store that was filled in `backend` into its place and closes it; or removes what was made of it. */
enum status store_lmdb_finish(struct store_backend *backend, bool keep);
enum status store_lmdb_open(const struct store_options *options, struct store_backend **backend,
                            char reason[256]);

enum status store_memory_create(const struct store_options *options, struct store_backend **backend);
enum status store_memory_finish(struct store_backend *backend, bool keep);
enum status store_memory_open(const struct store_options *options, struct store_backend **backend,
                              char reason[256]);

/* Writes a sentence, cut to what fits; nothing when reason is NULL. */
void store_say(char reason[256], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
