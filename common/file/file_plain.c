#include "common/file/file_internal.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum status
file_errno(int error)
{
    switch (error) {
    case ENOENT:
        return STATUS_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STATUS_FULL;
    }
    return STATUS_IO;
}

enum status
file_path(char path[PATH_MAX], const char *folder, const char *name, const char *end)
{
    int length = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, end);
    return length < 0 || length >= PATH_MAX ? STATUS_IO : STATUS_OK;
}

enum status
file_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return file_errno(errno);
    int result = fsync(fd), error = errno;
    close(fd);
    return result == 0 ? STATUS_OK : file_errno(error);
}

enum status
file_write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t wrote = write(fd, at, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return wrote == 0 ? STATUS_FULL : file_errno(errno);
        at += wrote;
        length -= (size_t)wrote;
    }
    return STATUS_OK;
}

enum status
file_publish(int fd, const char *from, const char *to, bool done)
{
    enum status status = done ? STATUS_OK : STATUS_IO;
    if (done && fsync(fd) != 0)
        status = file_errno(errno);
    if (close(fd) != 0 && status == STATUS_OK)
        status = file_errno(errno);
    if (status == STATUS_OK && rename(from, to) != 0)
        status = file_errno(errno);
    else if (status != STATUS_OK)
        unlink(from);
    return status == STATUS_NOT_FOUND ? STATUS_IO : status;
}

enum status
file_place_plain(const char *folder, const char *name, struct text bytes)
{
    char beside[PATH_MAX], path[PATH_MAX];
    if (file_path(beside, folder, name, ".tmp") != STATUS_OK ||
        file_path(path, folder, name, "") != STATUS_OK)
        return STATUS_IO;
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return errno == ENOENT ? STATUS_IO : file_errno(errno);
    enum status written = file_write_all(fd, bytes.data, bytes.length);
    enum status status = file_publish(fd, beside, path, written == STATUS_OK);
    return written == STATUS_OK ? status : written;
}

enum status
file_put_plain(const char *folder, const char *name, struct text bytes)
{
    enum status status = file_place_plain(folder, name, bytes);
    if (status == STATUS_OK)
        status = file_sync_folder(folder);
    return status == STATUS_NOT_FOUND ? STATUS_IO : status;
}

/* A file may grow while it is read: what comes is taken up to the limit, and one byte more tells that it is
 * passed. */
static enum status
read_whole(int fd, size_t limit, size_t size, char **bytes, size_t *length)
{
    size_t room = (size < limit ? size : limit) + 1, at = 0;
    char *memory = malloc(room);
    while (memory != NULL) {
        ssize_t got = read(fd, memory + at, room - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || at + (size_t)got > limit) {
            free(memory);
            return got < 0 ? STATUS_IO : STATUS_LIMIT;
        }
        at += (size_t)got;
        if (got == 0) {
            *bytes = memory;
            *length = at;
            return STATUS_OK;
        }
        if (at < room)
            continue;
        room = room >= limit / 2 ? limit + 1 : 2 * room;
        char *larger = realloc(memory, room);
        if (larger == NULL)
            free(memory);
        memory = larger;
    }
    return STATUS_LIMIT;
}

enum status
file_get_plain(const char *path, size_t limit, char **bytes, size_t *length)
{
    assert(limit < SIZE_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    struct stat about;
    enum status status = STATUS_IO;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        status = (uint64_t)about.st_size > limit
                     ? STATUS_LIMIT
                     : read_whole(fd, limit, (size_t)about.st_size, bytes, length);
    }
    close(fd);
    return status;
}

enum status
file_move(const char *from_folder, const char *from, const char *to_folder, const char *to)
{
    char source[PATH_MAX], target[PATH_MAX];
    if (file_path(source, from_folder, from, "") != STATUS_OK ||
        file_path(target, to_folder, to, "") != STATUS_OK)
        return STATUS_IO;
    int result = renameat2(AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
    if (result != 0 && (errno == EINVAL || errno == ENOSYS)) {
        /* A file system without this flag: the look before the rename is the best there is. */
        if (access(target, F_OK) == 0)
            return STATUS_CONFLICT;
        result = rename(source, target);
    }
    if (result != 0)
        return errno == EEXIST ? STATUS_CONFLICT : file_errno(errno);
    enum status status = file_sync_folder(to_folder);
    if (status == STATUS_OK && strcmp(from_folder, to_folder) != 0)
        status = file_sync_folder(from_folder);
    return status == STATUS_NOT_FOUND ? STATUS_IO : status;
}

enum status
file_make_folder(const char *path)
{
    char whole[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof whole)
        return STATUS_IO;
    memcpy(whole, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (whole[i] != '/' && whole[i] != '\0')
            continue;
        char kept = whole[i];
        whole[i] = '\0';
        if (mkdir(whole, 0750) == 0) {
            char parent[PATH_MAX];
            memcpy(parent, whole, i + 1);
            char *slash = strrchr(parent, '/');
            if (slash == NULL)
                strcpy(parent, ".");
            else
                slash[slash == parent] = '\0';
            enum status status = file_sync_folder(parent);
            if (status != STATUS_OK)
                return status;
        } else {
            struct stat about;
            int error = errno;
            if (error != EEXIST)
                return error == ENOENT ? STATUS_IO : file_errno(error);
            if (stat(whole, &about) != 0 || !S_ISDIR(about.st_mode))
                return STATUS_IO;
        }
        whole[i] = kept;
    }
    return STATUS_OK;
}

static bool
ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

static int
compare_names(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Only what can be read to an end: a folder or a pipe among the files would be met again and again, or stop us. A
 * link stays: its reader decides. */
static bool
is_file(DIR *folder, const struct dirent *entry)
{
    struct stat about;
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_REG || entry->d_type == DT_LNK;
    return fstatat(dirfd(folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
           (S_ISREG(about.st_mode) || S_ISLNK(about.st_mode));
}

enum status
file_list(const char *folder, size_t limit, struct arena *arena, struct text **names, size_t *count)
{
    DIR *open_folder = opendir(folder);
    if (open_folder == NULL)
        return file_errno(errno);
    struct text *found = ARENA_ARRAY(arena, struct text, limit);
    size_t listed = 0;
    errno = 0;
    for (struct dirent *entry = readdir(open_folder); entry != NULL && listed < limit;
         entry = readdir(open_folder)) {
        if (entry->d_name[0] == '.' || ends_with(entry->d_name, ".tmp") || ends_with(entry->d_name, ".part") ||
            !is_file(open_folder, entry))
            continue;
        found[listed++] = arena_copy(arena, text_from(entry->d_name));
        errno = 0;
    }
    int error = errno;
    closedir(open_folder);
    if (error != 0 && listed < limit)
        return STATUS_IO;
    qsort(found, listed, sizeof *found, compare_names);
    *names = found;
    *count = listed;
    return STATUS_OK;
}

void
file_forget(int fd)
{
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}
