#include "common/duplicate/duplicate_space.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Not every file system has files that never had a name. */
static int
open_nameless(const char *folder)
{
    char path[PATH_MAX];
    int fd = open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    int length = snprintf(path, sizeof path, "%s/claimline.XXXXXX", folder);
    if (fd >= 0 || length < 0 || (size_t)length >= sizeof path)
        return fd;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0 && unlink(path) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static enum status
map_file(struct duplicate_space *space, size_t length, const char *folder)
{
    int fd = open_nameless(folder), refused = fd < 0 ? EIO : posix_fallocate(fd, 0, (off_t)length);
    void *bytes = refused != 0 ? MAP_FAILED : mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (bytes == MAP_FAILED)
        return refused == ENOSPC || refused == EDQUOT || refused == EFBIG ? STATUS_FULL : STATUS_IO;
    (void)madvise(bytes, length, MADV_RANDOM);
#ifdef MADV_POPULATE_WRITE
    (void)madvise(bytes, length, MADV_POPULATE_WRITE); /* one page fault instead of thousands, where the kernel can */
#endif
    *space = (struct duplicate_space){bytes, length, true};
    return STATUS_OK;
}

enum status
duplicate_space_make(struct duplicate_space *space, size_t length, size_t memory_bytes, const char *folder)
{
    if (length > memory_bytes)
        return map_file(space, length, folder);
    char *bytes = calloc(1, length);
    if (bytes == NULL)
        return STATUS_FULL;
    *space = (struct duplicate_space){bytes, length, false};
    return STATUS_OK;
}

void
duplicate_space_free(struct duplicate_space *space)
{
    if (space->in_file)
        munmap(space->bytes, space->length);
    else
        free(space->bytes);
    *space = (struct duplicate_space){0};
}
