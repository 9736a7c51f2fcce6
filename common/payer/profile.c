#include "common/payer/profile.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int
is_profile(const struct dirent *entry)
{
    struct text name = text_from(entry->d_name);
    return name.length > 5 && name.data[0] != '.' && strcmp(name.data + name.length - 5, ".conf") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

enum status
profile_file(const char *path, const struct profile_kind *kind, void *context, char reason[512])
{
    char name[256];
    struct config *config;
    enum status status = config_read(path, kind->keys, kind->key_count, NULL, &config, reason);
    if (status != STATUS_OK)
        return status;
    const char *slash = strrchr(path, '/');
    struct text file = text_from(slash == NULL ? path : slash + 1), end = TEXT(".conf");
    if (file.length > end.length && text_is(text_of(file.data + file.length - end.length, end.length), end.data))
        file.length -= end.length;
    text_copy(file, name, sizeof name);
    return kind->take(context, name, config, reason);
}

static enum status
read_file(const char *folder, const char *file, const struct profile_kind *kind, void *context, char reason[512])
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path) {
        snprintf(reason, 512, "%.200s: the path is too long", folder);
        return STATUS_CONFIG;
    }
    return profile_file(path, kind, context, reason);
}

enum status
profile_folder(const char *folder, const struct profile_kind *kind, void *context, char reason[512])
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_profile, by_bytes);
    if (count < 0) {
        enum status status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
        snprintf(reason, 512, "%.300s: the folder of %s profiles cannot be read", folder, kind->noun);
        return status;
    }
    enum status status = STATUS_OK;
    if ((size_t)count > kind->limit) {
        snprintf(reason, 512, "%.300s: more than %zu %s profiles", folder, kind->limit, kind->noun);
        status = STATUS_CONFIG;
    }
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK)
            status = read_file(folder, entries[i]->d_name, kind, context, reason);
        free(entries[i]);
    }
    free(entries);
    return status;
}
