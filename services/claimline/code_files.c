#include "services/claimline/code_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1 << 28 };

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The file's bytes, which the kernel lends; empty with words when it cannot be read. */
static struct text
lend(struct claimline *run, const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = MAP_FAILED;
    if (file >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 && about.st_size <= FILE_BYTES_MAX)
        bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        claimline_say(run, "%s: %s", path, file < 0 ? strerror(errno) : "no file of 1 to 268435456 bytes");
    if (file >= 0)
        close(file);
    return bytes == MAP_FAILED ? (struct text){0} : text_of(bytes, (size_t)about.st_size);
}

static int
read_one(struct claimline *run, const char *folder, const char *name, struct codes_lists *lists)
{
    char path[4096], reason[512];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
        claimline_say(run, "%s: the path is too long", folder);
        return CLAIMLINE_CANNOT;
    }
    struct text bytes = lend(run, path);
    if (bytes.length == 0)
        return CLAIMLINE_CANNOT;
    enum status status = codes_lists_read(lists, path, bytes, reason);
    munmap((void *)(uintptr_t)bytes.data, bytes.length);
    if (status != STATUS_OK)
        claimline_say(run, "%s", reason);
    return status == STATUS_OK ? CLAIMLINE_DONE : CLAIMLINE_CANNOT;
}

int
code_files_read(struct claimline *run, const char *folder, struct codes_lists **lists)
{
    struct dirent **entries = NULL;
    int code = CLAIMLINE_DONE, count = folder == NULL ? 0 : scandir(folder, &entries, is_visible, by_bytes);
    if (count < 0) {
        claimline_say(run, "%s: %s", folder, strerror(errno));
        return CLAIMLINE_CANNOT;
    }
    struct codes_lists *made = codes_lists_new();
    for (int i = 0; i < count; i++) {
        if (code == CLAIMLINE_DONE)
            code = read_one(run, folder, entries[i]->d_name, made);
        free(entries[i]);
    }
    free(entries);
    if (code == CLAIMLINE_DONE)
        *lists = made;
    else
        codes_lists_free(made);
    return code;
}
