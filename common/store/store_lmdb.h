/* What the two files of the LMDB backend share. */
#ifndef CLAIMLINE_STORE_LMDB_H
#define CLAIMLINE_STORE_LMDB_H

#include "common/store/store_backend.h"
#include "common/store/store_meta.h"

#include <limits.h>
#include <lmdb.h>

struct store_lmdb {
    struct store_backend base;
    char folder[PATH_MAX / 2];
    char name[32]; /* of the data file: another one while a store is being made */
    MDB_env *env;
    int data_fd; /* LMDB's own: allocated ahead through it */
    int lock_fd; /* held under flock for the life of the process; carries the commit mark */
    unsigned page_bytes;
    uint64_t allocated_bytes, map_bytes;
    uint64_t marked_commit;
    bool commit_failed;
    MDB_dbi tables[STORE_TABLES + 1];
    unsigned table_count;
    MDB_txn *write, *read;
    bool viewing;
    MDB_cursor *writers[STORE_TABLES + 1]; /* of the write transaction, made when first used */
};

/* LMDB's and the system's errors as ours. */
enum status store_lmdb_status(int error);
extern const struct store_backend_ops store_lmdb_ops;

/* The mark: which commit was reported as durable, and whether one failed. Not synced: it only ever tells of
 * commits that were durable before it was written, so a store that is behind it has lost one. */
void store_lmdb_write_mark(struct store_lmdb *lmdb, uint64_t commit, bool failed);
void store_lmdb_close(struct store_backend *backend);

#endif
