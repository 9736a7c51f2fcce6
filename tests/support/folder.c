#include "tests/support/folder.h"

#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void
folder_make(char path[256])
{
    const char *base = getenv("TMPDIR");
    snprintf(path, 256, "%s/claimline-test-XXXXXX", base == NULL ? "/tmp" : base);
    char *made = mkdtemp(path);
    assert(made != NULL);
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

void
folder_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
folder_make_key(const char *folder, const char *name)
{
    char path[512];
    uint8_t key[32];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 7 + 1);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0400);
    assert(fd >= 0);
    ssize_t wrote = write(fd, key, sizeof key);
    assert(wrote == (ssize_t)sizeof key);
    close(fd);
}

static struct text sought;
static bool found;

static int
search_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)at;
    if (kind != FTW_F || status->st_size == 0)
        return 0;
    char *bytes = malloc((size_t)status->st_size);
    assert(bytes != NULL);
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? 0 : read(fd, bytes, (size_t)status->st_size);
    if (fd >= 0)
        close(fd);
    if (got > 0 && memmem(bytes, (size_t)got, sought.data, sought.length) != NULL) {
        fprintf(stderr, "found in %s\n", path);
        found = true;
    }
    free(bytes);
    return 0;
}

bool
folder_holds(const char *folder, struct text needle)
{
    sought = needle;
    found = false;
    nftw(folder, search_one, 16, FTW_PHYS);
    return found;
}
