#include "tests/power/world_names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void *
world_grown(void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room == 0 ? 16 : 2 * *room;
    list = realloc(list, *room * size);
    assert(list != NULL);
    return list;
}

char *
world_text(const char *bytes, size_t length)
{
    char *text = strndup(bytes, length);
    assert(text != NULL);
    return text;
}

struct name *
names_find(const struct names *names, const char *path)
{
    for (size_t i = names->count; i-- > 0;)
        if (strcmp(names->list[i].path, path) == 0)
            return &names->list[i];
    return NULL;
}

static void
names_remove(struct names *names, const char *path)
{
    struct name *name = names_find(names, path);
    if (name == NULL)
        return;
    free(name->path);
    *name = names->list[--names->count];
}

void
names_set(struct names *names, const char *path, uint32_t file)
{
    struct name *name = names_find(names, path);
    if (name != NULL) {
        name->file = file;
        return;
    }
    names->list = world_grown(names->list, names->count, &names->room, sizeof *names->list);
    names->list[names->count++] = (struct name){world_text(path, strlen(path)), file};
}

void
names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i].path);
    free(names->list);
}

void
names_change(struct names *names, const struct change *change)
{
    struct name *from;
    switch (change->kind) {
    case TRACE_OPEN:
    case TRACE_FOLDER_MADE:
        names_set(names, change->path, change->file);
        break;
    case TRACE_UNLINK:
        names_remove(names, change->path);
        break;
    case TRACE_RENAME:
    case TRACE_LINK:
        from = names_find(names, change->path);
        if (from != NULL)
            names_set(names, change->other, from->file);
        if (change->kind == TRACE_RENAME)
            names_remove(names, change->path);
        break;
    default:
        assert(!"a change of names");
    }
}

static bool
lies_in(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Directly in the folder. */
bool
name_is_entry_of(const char *path, const char *folder)
{
    const char *slash = strrchr(path, '/');
    size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    return slash != NULL && (size_t)(slash - path) == length && strncmp(path, folder, length) == 0;
}

/* The later of two changes cannot have happened without the earlier one. */
bool
change_needs(const struct change *later, const struct change *earlier)
{
    const char *mine[] = {later->path, later->other}, *its[] = {earlier->path, earlier->other};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            if (mine[i] != NULL && its[k] != NULL &&
                (strcmp(mine[i], its[k]) == 0 || lies_in(mine[i], its[k]) || lies_in(its[k], mine[i])))
                return true;
    return false;
}
