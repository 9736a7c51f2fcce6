/*
 * Preloaded into every daemon of a power-loss run: passes each call on, and appends what it did to the record
 * of trace.h. Files are known by the path at which they were opened; paths are those of the kernel
 * (/proc/self/fd).
 */
#include "tests/power/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void power_mark(const char *word);

static int
opened(int fd, int flags, uint64_t begun)
{
    char from[64], path[PATH_MAX];
    int error = errno;
    if (fd < 0 || recorder.log < 0)
        return fd;
    if (fd < DESCRIPTORS)
        recorder.known[fd].handle = 0;
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(from, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    const char *place = recorder_place(path);
    if (place != NULL && fd >= DESCRIPTORS)
        recorder_fail("more open files than it can follow");
    if (place != NULL) {
        struct known *known = &recorder.known[fd];
        known->durable = (flags & O_DSYNC) != 0 /* a part of O_SYNC */ && !recorder_ends_so(place, recorder.weaken);
        known->append = (flags & O_APPEND) != 0;
        known->swallowed = recorder_ends_so(place, recorder.swallow);
        recorder_append(TRACE_OPEN, 0, begun, begun, flags, place, NULL, NULL, 0, 0);
        known->handle = begun;
    }
    errno = error;
    return fd;
}

static uint64_t
draw_if_on(void)
{
    return recorder.log < 0 ? 0 : recorder_draw();
}

#define TAKE_MODE(flags, last)                                                                               \
    mode_t mode = 0;                                                                                         \
    if (((flags)&O_CREAT) != 0 || ((flags)&O_TMPFILE) == O_TMPFILE) {                                        \
        va_list list;                                                                                        \
        va_start(list, last);                                                                                \
        mode = va_arg(list, mode_t);                                                                         \
        va_end(list);                                                                                        \
    }

int
open(const char *path, int flags, ...)
{
    TAKE_MODE(flags, flags)
    REAL(int, open, const char *, int, ...);
    uint64_t begun = draw_if_on();
    return opened(next_open(path, flags, mode), flags, begun);
}

int
open64(const char *path, int flags, ...)
{
    TAKE_MODE(flags, flags)
    REAL(int, open64, const char *, int, ...);
    uint64_t begun = draw_if_on();
    return opened(next_open64(path, flags, mode), flags, begun);
}

int
openat(int folder, const char *path, int flags, ...)
{
    TAKE_MODE(flags, flags)
    REAL(int, openat, int, const char *, int, ...);
    uint64_t begun = draw_if_on();
    return opened(next_openat(folder, path, flags, mode), flags, begun);
}

int
openat64(int folder, const char *path, int flags, ...)
{
    TAKE_MODE(flags, flags)
    REAL(int, openat64, int, const char *, int, ...);
    uint64_t begun = draw_if_on();
    return opened(next_openat64(folder, path, flags, mode), flags, begun);
}

/* What a compiler with fortified headers calls. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);
int
__open_2(const char *path, int flags)
{
    return open(path, flags, 0);
}
int
__open64_2(const char *path, int flags)
{
    return open(path, flags | O_LARGEFILE, 0);
}
int
__openat_2(int folder, const char *path, int flags)
{
    return openat(folder, path, flags, 0);
}
int
__openat64_2(int folder, const char *path, int flags)
{
    return openat(folder, path, flags | O_LARGEFILE, 0);
}

int
creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int
creat64(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_LARGEFILE, mode);
}

int
close(int fd)
{
    REAL(int, close, int);
    if (fd >= 0 && fd < DESCRIPTORS)
        recorder.known[fd].handle = 0;
    return next_close(fd);
}

/* A write that has happened: where it went, by the place that the descriptor has now, or by the one given. */
static ssize_t
written(struct known *known, int fd, uint64_t begun, off_t offset, const struct iovec *parts, size_t count,
        ssize_t result)
{
    int error = errno;
    if (result > 0) {
        if (offset < 0)
            offset = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) - result;
        recorder_append(TRACE_WRITE, known->durable ? TRACE_DURABLE : 0, begun, known->handle, offset, NULL, NULL,
               parts, count, (size_t)result);
    }
    errno = error;
    return result;
}

ssize_t
write(int fd, const void *bytes, size_t length)
{
    REAL(ssize_t, write, int, const void *, size_t);
    struct known *known = recorder_known(fd);
    if (known == NULL)
        return next_write(fd, bytes, length);
    struct iovec part = {(void *)(uintptr_t)bytes, length};
    uint64_t begun = recorder_draw();
    return written(known, fd, begun, -1, &part, 1, next_write(fd, bytes, length));
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    struct known *known = recorder_known(fd);
    if (known == NULL)
        return next_writev(fd, parts, count);
    uint64_t begun = recorder_draw();
    return written(known, fd, begun, -1, parts, (size_t)count, next_writev(fd, parts, count));
}

#define PWRITE(name)                                                                                         \
    ssize_t name(int fd, const void *bytes, size_t length, off_t offset)                                     \
    {                                                                                                        \
        REAL(ssize_t, name, int, const void *, size_t, off_t);                                               \
        struct known *known = recorder_known(fd);                                                                  \
        if (known == NULL)                                                                                   \
            return next_##name(fd, bytes, length, offset);                                                   \
        struct iovec part = {(void *)(uintptr_t)bytes, length};                                              \
        uint64_t begun = recorder_draw();                                                                             \
        return written(known, fd, begun, offset, &part, 1, next_##name(fd, bytes, length, offset));          \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name)                                                                                        \
    ssize_t name(int fd, const struct iovec *parts, int count, off_t offset)                                 \
    {                                                                                                        \
        REAL(ssize_t, name, int, const struct iovec *, int, off_t);                                          \
        struct known *known = recorder_known(fd);                                                                  \
        if (known == NULL)                                                                                   \
            return next_##name(fd, parts, count, offset);                                                    \
        uint64_t begun = recorder_draw();                                                                             \
        return written(known, fd, begun, offset, parts, (size_t)count,                                       \
                       next_##name(fd, parts, count, offset));                                               \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)

static int
sized(enum trace_kind kind, struct known *known, uint64_t begun, off_t size, int result)
{
    int error = errno;
    if (result == 0)
        recorder_append(kind, known->durable ? TRACE_DURABLE : 0, begun, known->handle, size, NULL, NULL, NULL, 0, 0);
    errno = error;
    return result;
}

#define FTRUNCATE(name)                                                                                      \
    int name(int fd, off_t size)                                                                             \
    {                                                                                                        \
        REAL(int, name, int, off_t);                                                                         \
        struct known *known = recorder_known(fd);                                                                  \
        uint64_t begun = draw_if_on();                                                                       \
        int result = next_##name(fd, size);                                                                  \
        return known == NULL ? result : sized(TRACE_SIZE, known, begun, size, result);                       \
    }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define FALLOCATE(name)                                                                                      \
    int name(int fd, int mode, off_t offset, off_t length)                                                   \
    {                                                                                                        \
        REAL(int, name, int, int, off_t, off_t);                                                             \
        struct known *known = recorder_known(fd);                                                                  \
        uint64_t begun = draw_if_on();                                                                       \
        int result = next_##name(fd, mode, offset, length);                                                  \
        if (known == NULL || mode == FALLOC_FL_KEEP_SIZE)                                                    \
            return result;                                                                                   \
        return sized(mode == 0 ? TRACE_GROW : TRACE_UNKNOWN, known, begun, offset + length, result);         \
    }
FALLOCATE(fallocate)
FALLOCATE(fallocate64)

static int
synced(struct known *known, uint64_t begun, int result)
{
    return sized(TRACE_SYNC, known, begun, 0, result);
}

#define SYNC(name)                                                                                           \
    int name(int fd)                                                                                         \
    {                                                                                                        \
        REAL(int, name, int);                                                                                \
        struct known *known = recorder_known(fd);                                                                  \
        if (known == NULL)                                                                                   \
            return next_##name(fd);                                                                          \
        if (known->swallowed)                                                                                \
            return 0;                                                                                        \
        uint64_t begun = recorder_draw();                                                                             \
        return synced(known, begun, next_##name(fd));                                                        \
    }
SYNC(fsync)
SYNC(fdatasync)

/* Names. */
static int
named(enum trace_kind kind, uint64_t begun, const char *place, const char *other, int result)
{
    int error = errno;
    if (result == 0 && (place != NULL || other != NULL)) {
        /* Into what is recorded or out of it: nothing that can be followed. */
        bool half = (kind == TRACE_RENAME || kind == TRACE_LINK) && (place == NULL || other == NULL);
        recorder_append(half ? TRACE_UNKNOWN : kind, 0, begun, 0, 0, place != NULL ? place : other,
               half ? NULL : other, NULL, 0, 0);
    }
    errno = error;
    return result;
}

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    char a[PATH_MAX], b[PATH_MAX];
    const char *place = recorder_place_of_name(from_folder, from, a), *other = recorder_place_of_name(to_folder, to, b);
    uint64_t begun = draw_if_on();
    int result = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    return named((flags & ~(unsigned)RENAME_NOREPLACE) == 0 ? TRACE_RENAME : TRACE_UNKNOWN, begun, place,
                 other, result);
}

int
renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return renameat2(from_folder, from, to_folder, to, 0);
}

int
rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    char a[PATH_MAX], b[PATH_MAX];
    const char *place = recorder_place_of_name(from_folder, from, a), *other = recorder_place_of_name(to_folder, to, b);
    uint64_t begun = draw_if_on();
    return named(TRACE_LINK, begun, place, other,
                 (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}

int
link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlinkat(int folder, const char *path, int flags)
{
    char a[PATH_MAX];
    const char *place = recorder_place_of_name(folder, path, a);
    uint64_t begun = draw_if_on();
    return named(TRACE_UNLINK, begun, place, NULL, (int)syscall(SYS_unlinkat, folder, path, flags));
}

int
unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
remove(const char *path)
{
    int result = unlinkat(AT_FDCWD, path, 0);
    return result != 0 && (errno == EISDIR || errno == EPERM) ? unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
                                                              : result;
}

int
mkdirat(int folder, const char *path, mode_t mode)
{
    char a[PATH_MAX];
    const char *place = recorder_place_of_name(folder, path, a);
    uint64_t begun = draw_if_on();
    return named(TRACE_FOLDER_MADE, begun, place, NULL, (int)syscall(SYS_mkdirat, folder, path, mode));
}

int
mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}

/* Ways to change a file that are not followed: the run ends when a daemon begins to use one. */
static void
not_followed(int fd)
{
    struct known *known = recorder_known(fd);
    if (known != NULL)
        recorder_append(TRACE_UNKNOWN, 0, recorder_draw(), known->handle, 0, NULL, NULL, NULL, 0, 0);
}

#define MMAP(name)                                                                                           \
    void *name(void *address, size_t length, int protection, int flags, int fd, off_t offset)                \
    {                                                                                                        \
        if ((protection & PROT_WRITE) != 0 && (flags & MAP_TYPE) != MAP_PRIVATE &&                           \
            (flags & MAP_ANONYMOUS) == 0)                                                                    \
            not_followed(fd);                                                                                \
        return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);                    \
    }
MMAP(mmap)
MMAP(mmap64)

int
dup(int fd)
{
    REAL(int, dup, int);
    not_followed(fd);
    return next_dup(fd);
}

int
dup2(int fd, int to)
{
    REAL(int, dup2, int, int);
    not_followed(fd);
    return next_dup2(fd, to);
}

int
dup3(int fd, int to, int flags)
{
    REAL(int, dup3, int, int, int);
    not_followed(fd);
    return next_dup3(fd, to, flags);
}

/* A word of the run's own in the common order: what was acknowledged is in it when it returns. */
void
power_mark(const char *word)
{
    if (recorder.log < 0)
        recorder_begin();
    if (recorder.log < 0)
        return;
    struct iovec part = {(void *)(uintptr_t)word, strlen(word)};
    recorder_append(TRACE_MARK, 0, recorder_draw(), 0, 0, NULL, NULL, &part, 1, part.iov_len);
}
