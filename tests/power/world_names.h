/* Private to the world: which paths lead to which files, and what of it is not durable yet. */
#ifndef CLAIMLINE_POWER_WORLD_NAMES_H
#define CLAIMLINE_POWER_WORLD_NAMES_H

#include "tests/power/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name {
    char *path;
    uint32_t file;
};

struct names {
    struct name *list;
    size_t count, room;
};

/* A change of names that is not durable yet. */
struct change {
    const struct trace_entry *entry;
    enum trace_kind kind; /* TRACE_OPEN: made by it */
    char *path, *other;
    uint32_t file;
    bool settled;
};

/* A list with room for one more item than `count`; malloc'd text. Neither is ever NULL. */
void *world_grown(void *list, size_t count, size_t *room, size_t size);
char *world_text(const char *bytes, size_t length);

struct name *names_find(const struct names *names, const char *path);
void names_set(struct names *names, const char *path, uint32_t file);
/* What the change does to the names. */
void names_change(struct names *names, const struct change *change);
void names_free(struct names *names);

/* Directly in the folder. */
bool name_is_entry_of(const char *path, const char *folder);
/* The later of two changes cannot have happened without the earlier one. */
bool change_needs(const struct change *later, const struct change *earlier);

#endif
