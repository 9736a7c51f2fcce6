/* A store in a fresh folder, with its key; shared by the tests of the store. */
#ifndef CLAIMLINE_TESTS_STORE_PLACE_H
#define CLAIMLINE_TESTS_STORE_PLACE_H

#include "common/store/store.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS, GUARD, LOG, BULK, BEHIND, TABLES };
static const struct store_table tables[TABLES] = {
    {"rows", STORE_ORDERED, 1, 1, 0},
    {"guard", STORE_GUARD, 1, 1, 0},
    {"log", STORE_LOG, 1, 1, 0},
    {"bulk", STORE_ORDERED, 3, 2, 0},
    {"behind", STORE_GUARD, 1, 1, 48},
};

struct place {
    char folder[256], path[300];
    struct store_options options;
};

/* Only the folder, the key and the options; no store. */
static inline void
prepare_place(struct place *place, bool memory)
{
    folder_make(place->folder);
    folder_make_key(place->folder, "key");
    snprintf(place->path, sizeof place->path, "%s/state", place->folder);
    place->options = (struct store_options){.path = place->path,
                                            .credential_directory = place->folder,
                                            .credential_name = "key",
                                            .tables = tables,
                                            .table_count = TABLES,
                                            .map_bytes = 1 << 30,
                                            .reserve_bytes = 1 << 20,
                                            .memory = memory};
}

static inline void
make_place(struct place *place, bool memory)
{
    prepare_place(place, memory);
    cr_assert_eq(store_create(&place->options), STATUS_OK);
}

static inline struct store *
open_place(struct place *place)
{
    struct store *store = NULL;
    char reason[256] = "";
    enum status status = store_open(&place->options, &store, reason);
    cr_assert_eq(status, STATUS_OK, "%s: %s", status_name(status), reason);
    return store;
}

static inline void
remove_place(struct place *place)
{
    if (place->options.memory)
        store_forget_memory(place->path);
    folder_remove(place->folder);
}

/* All bytes of a file of the store, malloc'd. */
static inline char *
read_store_file(const char *folder, const char *name, size_t *length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY);
    struct stat about;
    cr_assert(fd >= 0 && fstat(fd, &about) == 0);
    char *bytes = malloc((size_t)about.st_size + 1);
    cr_assert_eq(read(fd, bytes, (size_t)about.st_size), about.st_size);
    close(fd);
    *length = (size_t)about.st_size;
    return bytes;
}

static inline void
write_store_file(const char *folder, const char *name, const char *bytes, size_t length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, bytes, length), (ssize_t)length);
    close(fd);
}

#endif
