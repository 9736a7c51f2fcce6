#include "common/file/file.h"
#include "common/store/store_lmdb.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <xxhash.h>

static const char lock_name[] = "store.lock";
static const char data_name[] = "data.mdb";
static const char making_name[] = "data.new";

#ifndef V9FS_MAGIC
#define V9FS_MAGIC 0x01021997
#endif

/* File systems that promise too little for a memory map, a lock or a sync. */
static bool
is_refused_file_system(long magic)
{
    enum { CIFS = 0xFF534D42u, SMB2 = 0xFE534D42u, FUSE = 0x65735546 };
    static const uint32_t refused[] = {NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, (uint32_t)CIFS,
                                       (uint32_t)SMB2,  V9FS_MAGIC,      FUSE};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if ((uint32_t)magic == refused[i])
            return true;
    return false;
}

static void
path_of(const struct store_lmdb *lmdb, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", lmdb->folder, name);
}

/* The lock file's 32 bytes. */
struct mark {
    char magic[4];
    uint32_t failed;
    uint64_t commit, unused, sum;
};

static uint64_t
mark_sum(const struct mark *mark)
{
    return XXH3_64bits(mark, offsetof(struct mark, sum));
}

void
store_lmdb_write_mark(struct store_lmdb *lmdb, uint64_t commit, bool failed)
{
    struct mark mark = {{'C', 'L', 'M', '1'}, failed, commit, 0, 0};
    mark.sum = mark_sum(&mark);
    /* A mark that cannot be written only weakens the check at the next open. */
    ssize_t wrote = pwrite(lmdb->lock_fd, &mark, sizeof mark, 0);
    (void)wrote;
    lmdb->marked_commit = commit;
}

static enum status
read_mark(struct store_lmdb *lmdb)
{
    struct mark mark;
    ssize_t got = pread(lmdb->lock_fd, &mark, sizeof mark, 0);
    if (got < 0)
        return STATUS_IO;
    static const struct mark none;
    /* Empty before the first commit; short or zero after a power loss, which syncs no mark. */
    if (got < (ssize_t)sizeof mark || memcmp(&mark, &none, sizeof mark) == 0)
        return STATUS_OK;
    if (memcmp(mark.magic, "CLM1", 4) != 0 || mark.sum != mark_sum(&mark))
        return STATUS_CORRUPT;
    lmdb->marked_commit = mark.commit;
    lmdb->commit_failed = mark.failed != 0;
    return STATUS_OK;
}

static enum status
take_lock(struct store_lmdb *lmdb)
{
    char path[PATH_MAX];
    path_of(lmdb, lock_name, path);
    lmdb->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lmdb->lock_fd < 0)
        return STATUS_CONFIG;
    if (flock(lmdb->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? STATUS_BUSY : STATUS_IO;
    return STATUS_OK;
}

/* LMDB's meta page as 0.9 lays it out on this machine, behind a page header of 16 bytes. */
struct meta_table {
    uint32_t pad;
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries, root;
};
struct meta_page {
    uint64_t number;
    uint16_t unused, flags;
    uint32_t unused2;
    uint32_t magic, version;
    uint64_t address, map_bytes;
    struct meta_table tables[2];
    uint64_t last_page, transaction;
};
_Static_assert(sizeof(struct meta_page) == 16 + 24 + 2 * 48 + 16, "the layout of LMDB's meta page");

static bool
meta_table_fits(const struct meta_table *table, uint64_t last_page)
{
    bool empty = table->root == UINT64_MAX;
    return (empty ? table->depth == 0 : table->root <= last_page && table->depth > 0 && table->depth < 32) &&
           table->branch_pages <= last_page && table->leaf_pages <= last_page &&
           table->overflow_pages <= last_page;
}

static bool
meta_page_fits(const struct meta_page *meta, uint64_t number, uint32_t page_bytes)
{
    /* The free list has integer keys, and keeps the flag under which the file was made (MDB_NOSUBDIR or
     * none). */
    enum { LMDB_MAGIC = 0xBEEFC0DE, LMDB_META = 0x08, FREE_FLAGS = MDB_INTEGERKEY };
    return meta->number == number && meta->flags == LMDB_META && meta->magic == (uint32_t)LMDB_MAGIC &&
           meta->version == 1 && meta->tables[0].pad == page_bytes &&
           (meta->tables[0].flags & ~MDB_NOSUBDIR) == FREE_FLAGS && meta->tables[1].flags == 0 &&
           meta_table_fits(&meta->tables[0], meta->last_page) &&
           meta_table_fits(&meta->tables[1], meta->last_page) &&
           meta->last_page < UINT64_MAX / page_bytes - 1;
}

/* What a data file lacks of the pages that its meta page speaks of. */
struct shortness {
    uint64_t size, end; /* of the file as it was, and as it is now; equal when nothing lacks */
};

static enum status
lengthen(struct store_lmdb *lmdb, int fd, uint64_t end, struct shortness *shortness)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return STATUS_IO;
    shortness->size = shortness->end = (uint64_t)about.st_size;
    if (shortness->size < end) {
        if (end > lmdb->map_bytes)
            return STATUS_CORRUPT;
        if (ftruncate(fd, (off_t)end) != 0)
            return STATUS_IO;
        shortness->end = end;
    }
    if (end > lmdb->map_bytes) /* a store larger than it is now allowed to be can still be read and drained */
        lmdb->map_bytes = end;
    return STATUS_OK;
}

/* All pages that the file lacked have to be on LMDB's list of free ones. */
static bool
lacks_only_free_pages(struct store_lmdb *lmdb, const struct shortness *shortness)
{
    uint64_t first = shortness->size / lmdb->page_bytes, end = shortness->end / lmdb->page_bytes, found = 0;
    MDB_txn *txn;
    MDB_cursor *cursor;
    if (mdb_txn_begin(lmdb->env, NULL, MDB_RDONLY, &txn) != 0)
        return false;
    if (mdb_cursor_open(txn, 0, &cursor) == 0) {
        MDB_val key, value;
        while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
            size_t count = value.mv_size / sizeof(uint64_t);
            for (size_t i = 1; i < count; i++) {
                uint64_t page;
                memcpy(&page, (const char *)value.mv_data + i * sizeof page, sizeof page);
                found += page >= first && page < end;
            }
        }
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    return found == end - first;
}

/*
 * Reads both meta pages before LMDB does: it has no checksums, and takes a damaged one at its word. The two
 * are written in turn, so their transactions are neighbours. As a file may end before pages that were
 * allocated and given back in one transaction, it is lengthened to what the newer one speaks of: reading
 * there finds zeros, not SIGBUS.
 */
static enum status
verify_meta(struct store_lmdb *lmdb, const char *path, struct shortness *shortness)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    struct meta_page meta[2];
    long page_bytes = sysconf(_SC_PAGESIZE);
    if (lmdb->commit_failed) /* what was cached when the sync failed may never have reached the disk */
        posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    enum status status = STATUS_OK;
    for (int i = 0; i < 2 && status == STATUS_OK; i++) {
        ssize_t got = pread(fd, &meta[i], sizeof meta[i], i * page_bytes);
        if (got != (ssize_t)sizeof meta[i])
            status = got < 0 ? STATUS_IO : STATUS_CORRUPT;
        else if (!meta_page_fits(&meta[i], (uint64_t)i, (uint32_t)page_bytes))
            status = STATUS_CORRUPT;
    }
    if (status == STATUS_OK) {
        bool second = meta[1].transaction > meta[0].transaction;
        uint64_t newer = meta[second].transaction, older = meta[!second].transaction;
        if (newer - older > 1 || (newer > 0 && (newer & 1) != second))
            status = STATUS_CORRUPT;
        if (status == STATUS_OK)
            status = lengthen(lmdb, fd, (meta[second].last_page + 1) * (uint64_t)page_bytes, shortness);
    }
    close(fd);
    return status;
}

static enum status
open_env(struct store_lmdb *lmdb, unsigned flags)
{
    char path[PATH_MAX];
    path_of(lmdb, lmdb->name, path);
    int error = mdb_env_create(&lmdb->env);
    if (error == 0)
        error = mdb_env_set_maxdbs(lmdb->env, STORE_TABLES + 1);
    if (error == 0)
        error = mdb_env_set_mapsize(lmdb->env, lmdb->map_bytes);
    if (error == 0)
        error = mdb_env_open(lmdb->env, (flags & MDB_NOSUBDIR) != 0 ? path : lmdb->folder,
                             MDB_NOTLS | MDB_NORDAHEAD | flags, 0600);
    if (error != 0)
        return store_lmdb_status(error);
    int stale = 0;
    mdb_reader_check(lmdb->env, &stale);
    MDB_stat stat;
    mdb_env_stat(lmdb->env, &stat);
    lmdb->page_bytes = stat.ms_psize;
    return store_lmdb_status(mdb_env_get_fd(lmdb->env, &lmdb->data_fd));
}

static struct store_lmdb *
make(const struct store_options *options, const char *name)
{
    struct store_lmdb *lmdb = calloc(1, sizeof *lmdb);
    assert(lmdb != NULL);
    lmdb->base.ops = &store_lmdb_ops;
    lmdb->lock_fd = lmdb->data_fd = -1;
    lmdb->map_bytes = options->map_bytes == 0 ? (uint64_t)64 << 30 : options->map_bytes;
    snprintf(lmdb->folder, sizeof lmdb->folder, "%s", options->path);
    snprintf(lmdb->name, sizeof lmdb->name, "%s", name);
    return lmdb;
}

static void
remove_unfinished(const struct store_lmdb *lmdb)
{
    char path[PATH_MAX], lock[PATH_MAX];
    path_of(lmdb, making_name, path);
    unlink(path);
    path_of(lmdb, "data.new-lock", lock);
    unlink(lock);
}

enum status
store_lmdb_create(const struct store_options *options, struct store_backend **backend)
{
    if (strlen(options->path) >= sizeof((struct store_lmdb *)0)->folder)
        return STATUS_CONFIG;
    struct store_lmdb *lmdb = make(options, making_name);
    char path[PATH_MAX];
    path_of(lmdb, data_name, path);
    enum status status = STATUS_OK;
    if (access(path, F_OK) == 0)
        status = STATUS_CONFLICT;
    if (status == STATUS_OK)
        status = file_make_folder(lmdb->folder);
    struct statfs about;
    if (status == STATUS_OK && (statfs(lmdb->folder, &about) != 0 || is_refused_file_system(about.f_type)))
        status = STATUS_CONFIG;
    if (status == STATUS_OK)
        status = take_lock(lmdb);
    if (status == STATUS_OK && access(path, F_OK) == 0)
        status = STATUS_CONFLICT;
    if (status == STATUS_OK) {
        remove_unfinished(lmdb);
        status = open_env(lmdb, MDB_NOSUBDIR);
    }
    if (status == STATUS_OK)
        *backend = &lmdb->base;
    else
        store_lmdb_close(&lmdb->base);
    return status;
}

enum status
store_lmdb_finish(struct store_backend *backend, bool keep)
{
    struct store_lmdb *lmdb = (struct store_lmdb *)backend;
    enum status status = STATUS_OK;
    mdb_env_close(lmdb->env);
    lmdb->env = NULL;
    if (keep)
        status = file_move(lmdb->folder, making_name, lmdb->folder, data_name);
    remove_unfinished(lmdb);
    store_lmdb_close(backend);
    return status;
}

/* What must hold before anything is opened; nothing is created where there is no store. */
static enum status
check_place(struct store_lmdb *lmdb, char path[PATH_MAX], char reason[256])
{
    path_of(lmdb, data_name, path);
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        store_say(reason, "there is no store in %s (claimline init makes one)", lmdb->folder);
        return STATUS_CONFIG;
    }
    struct statfs system;
    if (statfs(lmdb->folder, &system) != 0) {
        store_say(reason, "the folder %s cannot be read", lmdb->folder);
        return STATUS_IO;
    }
    if (is_refused_file_system(system.f_type)) {
        store_say(reason, "the store %s lies on a network or user-space file system", lmdb->folder);
        return STATUS_CONFIG;
    }
    enum status status = take_lock(lmdb);
    if (status == STATUS_BUSY)
        store_say(reason, "another process has the store %s open", lmdb->folder);
    else if (status != STATUS_OK)
        store_say(reason, "the store %s cannot be locked for writing", lmdb->folder);
    return status;
}

enum status
store_lmdb_open(const struct store_options *options, struct store_backend **backend, char reason[256])
{
    if (strlen(options->path) >= sizeof((struct store_lmdb *)0)->folder) {
        store_say(reason, "the path of the store is too long");
        return STATUS_CONFIG;
    }
    struct store_lmdb *lmdb = make(options, data_name);
    char path[PATH_MAX];
    enum status status = check_place(lmdb, path, reason);
    if (status == STATUS_OK) {
        status = read_mark(lmdb);
        if (status != STATUS_OK)
            store_say(reason, "the commit mark of the store %s is damaged", lmdb->folder);
    }
    struct shortness shortness = {0};
    if (status == STATUS_OK) {
        status = verify_meta(lmdb, path, &shortness);
        if (status != STATUS_OK)
            store_say(reason, "the meta pages of the store %s do not verify", lmdb->folder);
    }
    if (status == STATUS_OK) {
        status = open_env(lmdb, 0);
        if (status != STATUS_OK)
            store_say(reason, "the store %s cannot be opened: %s", lmdb->folder, status_name(status));
    }
    if (status == STATUS_OK && shortness.size < shortness.end && !lacks_only_free_pages(lmdb, &shortness)) {
        store_say(reason, "the data file of the store %s has lost its end", lmdb->folder);
        status = STATUS_CORRUPT;
        if (ftruncate(lmdb->data_fd, (off_t)shortness.size) != 0) /* so that the next open sees it too */
            status = STATUS_IO;
    }
    if (status == STATUS_OK)
        *backend = &lmdb->base;
    else
        store_lmdb_close(&lmdb->base);
    return status;
}
