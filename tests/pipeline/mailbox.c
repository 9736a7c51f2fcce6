#include "tests/pipeline/mailbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
mailbox_load(struct pen *pen, const char *path)
{
    char piece[65536];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return errno;
    int failed = 0;
    ssize_t got;
    pen->length = 0;
    while ((got = read(descriptor, piece, sizeof piece)) != 0) {
        if (got > 0) {
            pen_bytes(pen, piece, (size_t)got);
        } else if (errno != EINTR) {
            failed = errno;
            break;
        }
    }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED); /* as a transfer does with what it has sent */
    close(descriptor);
    return failed;
}

static int
write_whole(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t wrote = write(descriptor, bytes, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return errno;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

int
mailbox_store(const char *path, const char *bytes, size_t length, bool sync)
{
    char now[4096];
    if (snprintf(now, sizeof now, "%s.tmp", path) >= (int)sizeof now)
        return ENAMETOOLONG;
    int descriptor = open(now, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    if (descriptor < 0)
        return errno;
    int failed = write_whole(descriptor, bytes, length);
    if (failed == 0 && sync && fdatasync(descriptor) != 0)
        failed = errno;
    if (close(descriptor) != 0 && failed == 0)
        failed = errno;
    if (failed == 0 && rename(now, path) != 0)
        failed = errno;
    return failed;
}

static int
is_mail(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".x12") == 0;
}

char **
mailbox_names(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_mail, alphasort);
    if (count < 0)
        return NULL;
    char **names = calloc((size_t)count + 1, sizeof *names);
    for (int i = 0; i < count; i++) {
        if (names != NULL)
            names[i] = strdup(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return names;
}

void
mailbox_free_names(char **names)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        free(names[i]);
    free(names);
}
