#include "tests/power/world.h"

#include "tests/power/world_names.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What one write did to one page, or a change of the size. */
struct version {
    enum { VERSION_PAGE, VERSION_CUT, VERSION_GROWN } kind;
    const struct trace_entry *entry;
    uint64_t offset; /* where it begins, or the new size */
    size_t length;
    const uint8_t *bytes;
    bool settled, over;
};

struct file {
    bool folder;
    char *first_path;
    uint8_t *bytes; /* durable */
    size_t size, room;
    size_t live_size;
    struct version *versions; /* not durable, in order */
    size_t count, versions_room;
};

struct world {
    struct file *files;
    size_t file_count, file_room;
    struct names durable, live;
    struct change *changes;
    size_t change_count, change_room;
    uint32_t *handles; /* file + 1 by handle */
    uint64_t numbers;
};

static const char *
path_bytes(const struct trace_entry *entry)
{
    return (const char *)(entry + 1);
}

static void
settle_changes(struct world *world)
{
    for (size_t i = world->change_count; i-- > 0;)
        for (size_t k = 0; world->changes[i].settled && k < i; k++)
            if (change_needs(&world->changes[i], &world->changes[k]))
                world->changes[k].settled = true;
    size_t kept = 0;
    for (size_t i = 0; i < world->change_count; i++) {
        struct change *change = &world->changes[i];
        if (!change->settled) {
            world->changes[kept++] = *change;
            continue;
        }
        names_change(&world->durable, change);
        free(change->path);
        free(change->other);
    }
    world->change_count = kept;
}

/* ---- files ---- */
static uint32_t
make_file(struct world *world, bool folder, const char *path)
{
    world->files = world_grown(world->files, world->file_count, &world->file_room, sizeof *world->files);
    world->files[world->file_count] =
        (struct file){.folder = folder, .first_path = world_text(path, strlen(path))};
    return (uint32_t)world->file_count++;
}

static void
set_size(uint8_t **bytes, size_t *size, size_t *room, size_t new_size)
{
    if (new_size > *room) {
        *room = new_size + new_size / 4;
        *bytes = realloc(*bytes, *room);
        assert(*bytes != NULL);
    }
    if (new_size > *size)
        memset(*bytes + *size, 0, new_size - *size);
    *size = new_size;
}

static void
apply_version(const struct version *version, uint8_t **bytes, size_t *size, size_t *room)
{
    size_t end = version->offset + version->length;
    if (version->kind == VERSION_CUT || end > *size)
        set_size(bytes, size, room, end);
    if (version->kind == VERSION_PAGE)
        memcpy(*bytes + version->offset, version->bytes, version->length);
}

/* Whatever is settled takes with it what came before it on its page, and a size everything before it. */
static void
settle_versions(struct file *file)
{
    for (size_t i = file->count; i-- > 0;)
        for (size_t k = 0; file->versions[i].settled && k < i; k++) {
            const struct version *later = &file->versions[i];
            struct version *earlier = &file->versions[k];
            if (later->kind == VERSION_CUT || earlier->kind == VERSION_CUT ||
                (later->kind == VERSION_PAGE && earlier->kind == VERSION_PAGE &&
                 later->offset / WORLD_PAGE == earlier->offset / WORLD_PAGE))
                earlier->settled = true;
        }
    size_t kept = 0;
    for (size_t i = 0; i < file->count; i++)
        if (file->versions[i].settled)
            apply_version(&file->versions[i], &file->bytes, &file->size, &file->room);
        else
            file->versions[kept++] = file->versions[i];
    file->count = kept;
}

static void
add_version(struct file *file, struct version version)
{
    file->versions = world_grown(file->versions, file->count, &file->versions_room, sizeof *file->versions);
    file->versions[file->count++] = version;
    size_t end = version.offset + version.length;
    if (version.kind == VERSION_CUT || end > file->live_size)
        file->live_size = end;
}

static void
add_write(struct file *file, const struct trace_entry *entry)
{
    const uint8_t *bytes = (const uint8_t *)(entry + 1) + entry->path_length + entry->other_length;
    uint64_t at = (uint64_t)entry->offset, end = at + entry->data_length;
    while (at < end) {
        size_t length = WORLD_PAGE - at % WORLD_PAGE;
        if (length > end - at)
            length = end - at;
        add_version(file, (struct version){VERSION_PAGE, entry, at, length, bytes, false, false});
        at += length;
        bytes += length;
    }
}

static struct file *
file_of(const struct world *world, const struct trace_entry *entry)
{
    uint32_t file = entry->handle < world->numbers ? world->handles[entry->handle] : 0;
    return file == 0 ? NULL : &world->files[file - 1];
}

static void
add_change(struct world *world, struct change change)
{
    world->changes = world_grown(world->changes, world->change_count, &world->change_room, sizeof *world->changes);
    world->changes[world->change_count++] = change;
    names_change(&world->live, &change);
}

static bool
begin_open(struct world *world, const struct trace_entry *entry, char reason[512])
{
    char *path = world_text(path_bytes(entry), entry->path_length);
    struct name *name = names_find(&world->live, path);
    int flags = (int)entry->offset;
    uint32_t file;
    if (name != NULL) {
        file = name->file;
        if ((flags & O_TRUNC) != 0 && world->files[file].live_size > 0)
            add_version(&world->files[file], (struct version){VERSION_CUT, entry, 0, 0, NULL, false, false});
    } else if ((flags & O_CREAT) != 0) {
        file = make_file(world, false, path);
        add_change(world,
                   (struct change){entry, TRACE_OPEN, world_text(path, strlen(path)), NULL, file, false});
    } else if ((flags & O_DIRECTORY) != 0) { /* there before the record began */
        file = make_file(world, true, path);
        names_set(&world->live, path, file);
        names_set(&world->durable, path, file);
    } else {
        snprintf(reason, 512, "%.400s was opened, but nobody in the record made it", path);
        free(path);
        return false;
    }
    free(path);
    world->handles[entry->handle] = file + 1;
    return true;
}

static bool
begin_names(struct world *world, const struct trace_entry *entry)
{
    struct change change = {
        entry, (enum trace_kind)entry->kind, world_text(path_bytes(entry), entry->path_length), NULL, 0, false};
    if (entry->other_length > 0)
        change.other = world_text(path_bytes(entry) + entry->path_length, entry->other_length);
    if (change.kind == TRACE_FOLDER_MADE)
        change.file = make_file(world, true, change.path);
    struct name *name = names_find(&world->live, change.path);
    if (name != NULL && change.kind == TRACE_RENAME && world->files[name->file].folder)
        return false;
    /* A program elsewhere has read what it takes away: its bytes are its own now. */
    if (name != NULL && (entry->flags & TRACE_FROM_OUTSIDE) != 0)
        for (size_t i = 0; i < world->files[name->file].count; i++)
            world->files[name->file].versions[i].settled = true;
    if (name != NULL)
        settle_versions(&world->files[name->file]);
    add_change(world, change);
    return true;
}

bool
world_begin(struct world *world, const struct trace_entry *entry, char reason[512])
{
    struct file *file = file_of(world, entry);
    bool needs_file = entry->kind == TRACE_WRITE || entry->kind == TRACE_SIZE || entry->kind == TRACE_GROW ||
                      entry->kind == TRACE_SYNC;
    if (needs_file && file == NULL) {
        snprintf(reason, 512, "handle %llu was never opened", (unsigned long long)entry->handle);
        return false;
    }
    switch ((enum trace_kind)entry->kind) {
    case TRACE_OPEN:
        return begin_open(world, entry, reason);
    case TRACE_WRITE:
        add_write(file, entry);
        return true;
    case TRACE_SIZE:
    case TRACE_GROW:
        add_version(file, (struct version){entry->kind == TRACE_SIZE ? VERSION_CUT : VERSION_GROWN, entry,
                                           (uint64_t)entry->offset, 0, NULL, false, false});
        return true;
    case TRACE_RENAME:
    case TRACE_LINK:
    case TRACE_UNLINK:
    case TRACE_FOLDER_MADE:
        if (begin_names(world, entry))
            return true;
        snprintf(reason, 512, "a folder was renamed: %.*s", (int)entry->path_length, path_bytes(entry));
        return false;
    case TRACE_SYNC:
    case TRACE_MARK:
        return true;
    case TRACE_UNKNOWN:
    case TRACE_KIND_COUNT:
        break;
    }
    char room[4096];
    snprintf(reason, 512, "%.400s was changed in a way that is not recorded", world_path(world, entry, room));
    return false;
}

static void
end_sync(struct world *world, const struct trace_entry *entry)
{
    struct file *file = file_of(world, entry);
    uint32_t number = (uint32_t)(file - world->files);
    for (size_t i = 0; i < file->count; i++)
        file->versions[i].settled |= file->versions[i].entry->ended < entry->begun;
    settle_versions(file);
    bool any = false;
    for (size_t i = 0; i < world->change_count; i++) {
        struct change *change = &world->changes[i];
        if (change->entry->ended >= entry->begun)
            continue;
        const char *where = change->other != NULL ? change->other : change->path;
        bool covered = file->folder ? name_is_entry_of(where, file->first_path)
                                    : change->kind == TRACE_OPEN && change->file == number;
        change->settled |= covered;
        any |= covered;
    }
    if (any)
        settle_changes(world);
}

void
world_end(struct world *world, const struct trace_entry *entry)
{
    if (entry->kind == TRACE_SYNC)
        end_sync(world, entry);
    struct file *file = file_of(world, entry);
    bool outside = (entry->flags & TRACE_FROM_OUTSIDE) != 0;
    if (file != NULL && (outside || (entry->flags & TRACE_DURABLE) != 0)) {
        for (size_t i = 0; i < file->count; i++)
            file->versions[i].settled |= file->versions[i].entry == entry;
        settle_versions(file);
    }
    bool any = false;
    for (size_t i = 0; outside && i < world->change_count; i++)
        any |= world->changes[i].settled |= world->changes[i].entry == entry;
    if (any)
        settle_changes(world);
}

/* ---- images ---- */
uint64_t
world_dice(uint64_t *dice)
{
    uint64_t z = *dice += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static bool
survives(unsigned odds, uint64_t *dice)
{
    return world_dice(dice) % WORLD_SURE < odds;
}

/* Pages go on or stop one by one; a page that stopped keeps what it had. */
static void
choose_versions(const struct file *file, unsigned odds, uint64_t *dice, uint8_t **bytes, size_t *size,
                size_t *room)
{
    bool lost_cut = false;
    for (size_t i = 0; i < file->count; i++) {
        struct version *version = &file->versions[i];
        version->over = lost_cut;
        for (size_t k = 0; version->kind == VERSION_PAGE && k < i && !version->over; k++)
            version->over = file->versions[k].over && file->versions[k].kind == VERSION_PAGE &&
                            file->versions[k].offset / WORLD_PAGE == version->offset / WORLD_PAGE;
        if (!version->over)
            version->over = !survives(odds, dice);
        lost_cut |= version->over && version->kind == VERSION_CUT;
        if (!version->over)
            apply_version(version, bytes, size, room);
    }
}

static bool
make_parents(const char *path)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0750) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return true;
}

static bool
write_file(const char *path, const uint8_t *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    bool good = fd >= 0;
    for (size_t at = 0; good && at < size;) {
        ssize_t wrote = write(fd, bytes + at, size - at);
        good = wrote > 0;
        at += good ? (size_t)wrote : 0;
    }
    return (fd < 0 || close(fd) == 0) && good;
}

static bool
write_name(const struct world *world, const struct names *names, size_t number, unsigned odds, uint64_t *dice,
           const char *folder)
{
    char path[PATH_MAX], first[PATH_MAX];
    const struct name *name = &names->list[number];
    const struct file *file = &world->files[name->file];
    snprintf(path, sizeof path, "%s%s", folder, name->path);
    if (!make_parents(path))
        return false;
    if (file->folder)
        return mkdir(path, 0750) == 0 || errno == EEXIST;
    for (size_t i = 0; i < number; i++)
        if (names->list[i].file == name->file) {
            snprintf(first, sizeof first, "%s%s", folder, names->list[i].path);
            return link(first, path) == 0;
        }
    if (file->count == 0)
        return write_file(path, file->bytes, file->size);
    size_t size = file->size, room = file->size + 1;
    uint8_t *bytes = malloc(room);
    assert(bytes != NULL);
    if (size > 0)
        memcpy(bytes, file->bytes, size);
    choose_versions(file, odds, dice, &bytes, &size, &room);
    bool good = write_file(path, bytes, size);
    free(bytes);
    return good;
}

bool
world_image(const struct world *world, struct world_odds odds, uint64_t *dice, const char *folder)
{
    struct names names = {0};
    for (size_t i = 0; i < world->durable.count; i++)
        names_set(&names, world->durable.list[i].path, world->durable.list[i].file);
    for (size_t i = 0; i < world->change_count; i++) {
        struct change *change = &world->changes[i];
        bool lost = false;
        for (size_t k = 0; k < i && !lost; k++)
            lost = world->changes[k].settled && change_needs(change, &world->changes[k]);
        change->settled = lost || !survives(odds.name, dice); /* here: lost */
        if (!change->settled)
            names_change(&names, change);
    }
    for (size_t i = 0; i < world->change_count; i++)
        world->changes[i].settled = false;
    bool good = true;
    for (size_t i = 0; i < names.count && good; i++)
        good = write_name(world, &names, i, odds.page, dice, folder);
    names_free(&names);
    return good;
}

const char *
world_path(const struct world *world, const struct trace_entry *entry, char room[4096])
{
    const struct file *file = file_of(world, entry);
    for (size_t i = 0; file != NULL && i < world->live.count; i++)
        if (&world->files[world->live.list[i].file] == file)
            return world->live.list[i].path;
    if (file != NULL)
        return file->first_path;
    size_t length = entry->path_length < 4095 ? entry->path_length : 4095;
    memcpy(room, path_bytes(entry), length);
    room[length] = '\0';
    return room;
}

struct world *
world_new(uint64_t numbers)
{
    struct world *world = calloc(1, sizeof *world);
    assert(world != NULL);
    world->numbers = numbers;
    world->handles = calloc(numbers, sizeof *world->handles);
    assert(world->handles != NULL);
    return world;
}

void
world_free(struct world *world)
{
    for (size_t i = 0; i < world->file_count; i++) {
        free(world->files[i].first_path);
        free(world->files[i].bytes);
        free(world->files[i].versions);
    }
    for (size_t i = 0; i < world->change_count; i++) {
        free(world->changes[i].path);
        free(world->changes[i].other);
    }
    names_free(&world->durable);
    names_free(&world->live);
    free(world->files);
    free(world->changes);
    free(world->handles);
    free(world);
}
