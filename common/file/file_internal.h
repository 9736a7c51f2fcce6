/* What content files and plain files share: paths, whole writes, publishing by rename; and the blocks of a content file. */
#ifndef CLAIMLINE_FILE_INTERNAL_H
#define CLAIMLINE_FILE_INTERNAL_H

#include "common/file/file.h"

#include <limits.h>

/* "folder/name" + end; IO when too long. */
enum status file_path(char path[PATH_MAX], const char *folder, const char *name, const char *end);
/* Syncs and closes fd, renames; the folder is not synced. When `done` is false or anything fails before the rename,
 * `from` is deleted. */
enum status file_publish(int fd, const char *from, const char *to, bool done);

/*
 * A content file is written in blocks of a MiB that go past the page cache (O_DIRECT): it is read back soon or never, what is read
 * back soon its writer has in memory, and a page of the cache costs more than its writing. What is left at the end, and all
 * of it where a file system knows no such writes, goes by way of the cache. Nothing is durable before the file is synced.
 */
enum { FILE_BLOCK_BYTES = 1 << 20, FILE_BLOCK_ROOM = 128 * 1024 };
struct file_block {
    int fd;
    bool direct, refused;
    size_t filled;
    uint8_t *bytes; /* from `filled` on there is always FILE_BLOCK_ROOM */
};
void file_block_begin(struct file_block *block, int fd);
/* So many bytes were put behind `filled`. FULL, IO. */
enum status file_block_add(struct file_block *block, size_t length);
/* What is left goes out. FULL, IO. */
enum status file_block_end(struct file_block *block);
void file_block_free(struct file_block *block);

#endif
