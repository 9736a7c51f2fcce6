#include "common/file/file_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { ALIGNMENT = 4096 };

void
file_block_begin(struct file_block *block, int fd)
{
    *block = (struct file_block){.fd = fd, .bytes = aligned_alloc(ALIGNMENT, FILE_BLOCK_BYTES + FILE_BLOCK_ROOM)};
    assert(block->bytes != NULL);
}

/* False: the file system cannot do it, or not now. */
static bool
pass_cache(struct file_block *block, bool past)
{
    int flags = fcntl(block->fd, F_GETFL);
    if (flags < 0 || fcntl(block->fd, F_SETFL, past ? flags | O_DIRECT : flags & ~O_DIRECT) != 0)
        return false;
    block->direct = past;
    return true;
}

static enum status
write_direct(struct file_block *block)
{
    size_t done = 0;
    while (done < FILE_BLOCK_BYTES) {
        ssize_t wrote = write(block->fd, block->bytes + done, FILE_BLOCK_BYTES - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0 && errno != EINVAL)
            return file_errno(errno);
        if (wrote <= 0)
            break; /* other alignment is wanted: by way of the cache */
        done += (size_t)wrote;
    }
    if (done == FILE_BLOCK_BYTES)
        return STATUS_OK;
    block->refused = true;
    if (!pass_cache(block, false))
        return STATUS_IO;
    return file_write_all(block->fd, block->bytes + done, FILE_BLOCK_BYTES - done);
}

enum status
file_block_add(struct file_block *block, size_t length)
{
    assert(length <= FILE_BLOCK_ROOM);
    block->filled += length;
    if (block->filled < FILE_BLOCK_BYTES)
        return STATUS_OK;
    if (!block->direct && !block->refused)
        block->refused = !pass_cache(block, true);
    enum status status =
        block->direct ? write_direct(block) : file_write_all(block->fd, block->bytes, FILE_BLOCK_BYTES);
    block->filled -= FILE_BLOCK_BYTES;
    memmove(block->bytes, block->bytes + FILE_BLOCK_BYTES, block->filled);
    return status;
}

enum status
file_block_end(struct file_block *block)
{
    if (block->direct && !pass_cache(block, false))
        return STATUS_IO;
    return file_write_all(block->fd, block->bytes, block->filled);
}

void
file_block_free(struct file_block *block)
{
    free(block->bytes);
    block->bytes = NULL;
}
