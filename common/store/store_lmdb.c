#include "common/store/store_lmdb.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct store_lmdb *
of(struct store_backend *backend)
{
    return (struct store_lmdb *)backend;
}

static MDB_val
val_of(struct text bytes)
{
    /* LMDB's interface has no const; it does not write through keys. */
    return (MDB_val){bytes.length, (void *)(uintptr_t)bytes.data};
}

static struct text
text_of_val(MDB_val value)
{
    return text_of(value.mv_data, value.mv_size);
}

enum status
store_lmdb_status(int error)
{
    switch (error) {
    case 0:
        return STATUS_OK;
    case MDB_NOTFOUND:
        return STATUS_NOT_FOUND;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
        return STATUS_FULL;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
        return STATUS_CORRUPT;
    case EIO:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EROFS:
        return STATUS_IO;
    }
    return STATUS_INTERNAL;
}

static MDB_txn *
txn_of(struct store_lmdb *lmdb)
{
    return lmdb->write != NULL ? lmdb->write : lmdb->read;
}

static enum status
lmdb_tables(struct store_backend *backend, const char *const *names, unsigned count, bool create)
{
    struct store_lmdb *lmdb = of(backend);
    assert(count <= STORE_TABLES + 1 && lmdb->write != NULL);
    for (unsigned i = 0; i < count; i++) {
        int error = mdb_dbi_open(lmdb->write, names[i], create ? MDB_CREATE : 0, &lmdb->tables[i]);
        if (error != 0)
            return store_lmdb_status(error);
    }
    lmdb->table_count = count;
    return STATUS_OK;
}

static uint64_t
high_water(struct store_lmdb *lmdb)
{
    MDB_envinfo info;
    mdb_env_info(lmdb->env, &info);
    return (uint64_t)(info.me_last_pgno + 1) * lmdb->page_bytes;
}

/* Allocates up to `end`; the size stays as LMDB made it, what is allocated lies beyond the end of the file.
 * FULL: the disk has not that much. */
static enum status
allocate(struct store_lmdb *lmdb, uint64_t end)
{
    int result;
    do
        result = fallocate(lmdb->data_fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)end);
    while (result != 0 && errno == EINTR);
    if (result == 0)
        lmdb->allocated_bytes = end;
    if (result == 0 || errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return result == 0 ? STATUS_OK : STATUS_FULL;
    return errno == EOPNOTSUPP || errno == ENOSYS ? STATUS_NOT_FOUND : STATUS_IO;
}

/* Where a file system cannot allocate ahead, what is free now has to be enough. */
static enum status
count_free(struct store_lmdb *lmdb, uint64_t *room)
{
    struct statvfs about;
    if (fstatvfs(lmdb->data_fd, &about) != 0)
        return STATUS_IO;
    *room = (uint64_t)about.f_bavail * about.f_frsize;
    return STATUS_OK;
}

static enum status
lmdb_reserve(struct store_backend *backend, uint64_t wanted, uint64_t least, uint64_t *room)
{
    struct store_lmdb *lmdb = of(backend);
    uint64_t mark = high_water(lmdb);
    if (lmdb->allocated_bytes < mark + wanted) {
        /* A quarter more than asked, so that a slowly growing file does not come here at every batch. */
        uint64_t tries[3] = {wanted + wanted / 4, wanted, least};
        enum status status = STATUS_FULL;
        for (int i = 0; i < 3 && status == STATUS_FULL; i++)
            if (mark + tries[i] > lmdb->allocated_bytes)
                status = allocate(lmdb, mark + tries[i]);
        if (status == STATUS_NOT_FOUND) {
            status = count_free(lmdb, room);
            return status == STATUS_OK && *room < least ? STATUS_FULL : status;
        }
        if (status == STATUS_IO)
            return status;
    }
    *room = lmdb->allocated_bytes > mark ? lmdb->allocated_bytes - mark : 0;
    return *room < least ? STATUS_FULL : STATUS_OK;
}

static enum status
lmdb_begin(struct store_backend *backend)
{
    struct store_lmdb *lmdb = of(backend);
    assert(lmdb->write == NULL);
    return store_lmdb_status(mdb_txn_begin(lmdb->env, NULL, 0, &lmdb->write));
}

/* The end of a write transaction closes its cursors. */
static void
end_write(struct store_lmdb *lmdb)
{
    lmdb->write = NULL;
    memset(lmdb->writers, 0, sizeof lmdb->writers);
}

static enum status
lmdb_commit(struct store_backend *backend, uint64_t number)
{
    struct store_lmdb *lmdb = of(backend);
    int error = mdb_txn_commit(lmdb->write);
    end_write(lmdb);
    if (error == MDB_MAP_FULL || error == MDB_TXN_FULL)
        return STATUS_FULL;
    /* After a failed write or sync nobody knows what is on the disk: the next process looks, this one ends.
     */
    store_lmdb_write_mark(lmdb, error == 0 ? number : lmdb->marked_commit, error != 0);
    return error == 0 ? STATUS_OK : STATUS_IO;
}

static void
lmdb_abort(struct store_backend *backend)
{
    struct store_lmdb *lmdb = of(backend);
    mdb_txn_abort(lmdb->write);
    end_write(lmdb);
}

static enum status
lmdb_view(struct store_backend *backend)
{
    struct store_lmdb *lmdb = of(backend);
    assert(!lmdb->viewing);
    int error = lmdb->read == NULL ? mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, &lmdb->read)
                                   : mdb_txn_renew(lmdb->read);
    lmdb->viewing = error == 0;
    return store_lmdb_status(error);
}

static void
lmdb_unview(struct store_backend *backend)
{
    struct store_lmdb *lmdb = of(backend);
    mdb_txn_reset(lmdb->read);
    lmdb->viewing = false;
}

static enum status
lmdb_get(struct store_backend *backend, unsigned table, struct text key, struct text *sealed)
{
    struct store_lmdb *lmdb = of(backend);
    MDB_val at = val_of(key), value;
    int error = mdb_get(txn_of(lmdb), lmdb->tables[table], &at, &value);
    if (error == 0)
        *sealed = text_of_val(value);
    return store_lmdb_status(error);
}

/* NULL when there is no memory for it. */
static MDB_cursor *
writer_of(struct store_lmdb *lmdb, unsigned table)
{
    MDB_cursor **cursor = &lmdb->writers[table];
    if (*cursor == NULL && mdb_cursor_open(lmdb->write, lmdb->tables[table], cursor) != 0)
        *cursor = NULL;
    return *cursor;
}

static enum status
lmdb_insert(struct store_backend *backend, unsigned table, struct text key, size_t size, bool last,
            void **room, struct store_hash *old)
{
    MDB_cursor *cursor = writer_of(of(backend), table);
    if (cursor == NULL)
        return STATUS_INTERNAL;
    MDB_val at = val_of(key), value = {size, NULL};
    int error =
        mdb_cursor_put(cursor, &at, &value, last ? MDB_RESERVE | MDB_APPEND : MDB_RESERVE | MDB_NOOVERWRITE);
    if (error == MDB_KEYEXIST && last) /* not above all others after all: the tree is not what was counted */
        return STATUS_CORRUPT;
    if (error == MDB_KEYEXIST) {
        *old = store_hash_row(key, text_of_val(value));
        return STATUS_CONFLICT;
    }
    if (error == 0)
        *room = value.mv_data;
    return store_lmdb_status(error);
}

static enum status
lmdb_replace(struct store_backend *backend, unsigned table, struct text key, size_t size, void **room)
{
    /* The insert before left the cursor on the row, so the tree is not walked again. */
    MDB_val at = val_of(key), value = {size, NULL};
    int error = mdb_cursor_put(of(backend)->writers[table], &at, &value, MDB_RESERVE | MDB_CURRENT);
    if (error == 0)
        *room = value.mv_data;
    return store_lmdb_status(error);
}

static enum status
lmdb_erase(struct store_backend *backend, unsigned table, struct text key, struct store_hash *old)
{
    MDB_cursor *cursor = writer_of(of(backend), table);
    if (cursor == NULL)
        return STATUS_INTERNAL;
    MDB_val at = val_of(key), value;
    int error = mdb_cursor_get(cursor, &at, &value, MDB_SET);
    if (error == 0) {
        *old = store_hash_row(key, text_of_val(value));
        error = mdb_cursor_del(cursor, 0);
    }
    return store_lmdb_status(error);
}

static uint64_t
lmdb_rows(struct store_backend *backend, unsigned table)
{
    struct store_lmdb *lmdb = of(backend);
    MDB_stat stat;
    return mdb_stat(txn_of(lmdb), lmdb->tables[table], &stat) == 0 ? stat.ms_entries : UINT64_MAX;
}

static enum status
lmdb_cursor(struct store_backend *backend, unsigned table, struct store_cursor **cursor)
{
    struct store_lmdb *lmdb = of(backend);
    MDB_cursor *made;
    int error = mdb_cursor_open(txn_of(lmdb), lmdb->tables[table], &made);
    if (error == 0)
        *cursor = (struct store_cursor *)made;
    return store_lmdb_status(error);
}

static enum status
lmdb_move(struct store_cursor *cursor, enum store_move move, struct text *key, struct text *sealed)
{
    static const MDB_cursor_op operations[] = {
        [STORE_MOVE_FIRST] = MDB_FIRST, [STORE_MOVE_LAST] = MDB_LAST,     [STORE_MOVE_SEEK] = MDB_SET_RANGE,
        [STORE_MOVE_NEXT] = MDB_NEXT,   [STORE_MOVE_PREVIOUS] = MDB_PREV,
    };
    MDB_val at = val_of(*key), value;
    int error = mdb_cursor_get((MDB_cursor *)cursor, &at, &value, operations[move]);
    if (error != 0)
        return store_lmdb_status(error);
    if (at.mv_size == 0 || at.mv_size > STORE_KEY_LIMIT)
        return STATUS_CORRUPT;
    *key = text_of_val(at);
    *sealed = text_of_val(value);
    return STATUS_OK;
}

static void
lmdb_end(struct store_cursor *cursor)
{
    mdb_cursor_close((MDB_cursor *)cursor);
}

/* Pages in LMDB's list of free ones: each of its rows begins with a count. */
static uint64_t
free_pages(MDB_txn *txn)
{
    MDB_cursor *cursor;
    uint64_t pages = 0;
    if (mdb_cursor_open(txn, 0, &cursor) != 0)
        return 0;
    MDB_val key, value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        size_t count = 0;
        if (value.mv_size >= sizeof count)
            memcpy(&count, value.mv_data, sizeof count);
        pages += count;
    }
    mdb_cursor_close(cursor);
    return pages;
}

static unsigned
lmdb_use_per_mille(struct store_backend *backend)
{
    struct store_lmdb *lmdb = of(backend);
    uint64_t used = high_water(lmdb) / lmdb->page_bytes;
    uint64_t whole = lmdb->map_bytes / lmdb->page_bytes;
    MDB_txn *txn;
    if (mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, &txn) == 0) {
        uint64_t unused = free_pages(txn);
        used -= unused < used ? unused : used;
        mdb_txn_abort(txn);
    }
    return used >= whole ? 1000 : (unsigned)(used * 1000 / whole);
}

static uint64_t
lmdb_marked_commit(struct store_backend *backend)
{
    return of(backend)->marked_commit;
}

static bool
lmdb_commit_failed(struct store_backend *backend)
{
    return of(backend)->commit_failed;
}

void
store_lmdb_close(struct store_backend *backend)
{
    struct store_lmdb *lmdb = of(backend);
    if (lmdb->write != NULL)
        mdb_txn_abort(lmdb->write);
    if (lmdb->read != NULL)
        mdb_txn_abort(lmdb->read);
    if (lmdb->env != NULL)
        mdb_env_close(lmdb->env);
    if (lmdb->lock_fd >= 0)
        close(lmdb->lock_fd);
    free(lmdb);
}

const struct store_backend_ops store_lmdb_ops = {
    .tables = lmdb_tables,
    .reserve = lmdb_reserve,
    .begin = lmdb_begin,
    .commit = lmdb_commit,
    .abort = lmdb_abort,
    .view = lmdb_view,
    .unview = lmdb_unview,
    .get = lmdb_get,
    .insert = lmdb_insert,
    .replace = lmdb_replace,
    .erase = lmdb_erase,
    .rows = lmdb_rows,
    .cursor = lmdb_cursor,
    .move = lmdb_move,
    .end = lmdb_end,
    .use_per_mille = lmdb_use_per_mille,
    .marked_commit = lmdb_marked_commit,
    .commit_failed = lmdb_commit_failed,
    .close = store_lmdb_close,
};
