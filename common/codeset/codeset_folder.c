#include "common/codeset/codeset_builder.h"
#include "common/codeset/codeset_data.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct codeset {
    const char *name;
    struct codeset_data **editions; /* by first day, then as by_set says: the last that covers a day judges */
    size_t count;
};

struct codeset_folder {
    char *current; /* path of the pointer */
    char name[CODESET_FOLDER_NAME_BYTES];
    struct stat seen;
    struct codeset_data **editions; /* by set, first day, name */
    size_t edition_count;
    struct codeset *sets;
    size_t count;
};

static int
by_set(const void *a, const void *b)
{
    const struct codeset_about *x = codeset_edition_about(*(struct codeset_data *const *)a);
    const struct codeset_about *y = codeset_edition_about(*(struct codeset_data *const *)b);
    int order = strcmp(x->set, y->set);
    if (order == 0)
        order = (x->from > y->from) - (x->from < y->from);
    if (order == 0) /* the one that knows its last day judges before the one that does not */
        order = (y->to == 0) - (x->to == 0);
    if (order == 0) /* the publisher's whole list before another's copy, and of two copies the one that holds more */
        order = (x->complete > y->complete) - (x->complete < y->complete);
    if (order == 0)
        order = (x->codes > y->codes) - (x->codes < y->codes);
    return order != 0 ? order : strcmp(x->edition, y->edition);
}

static void
gather(struct codeset_folder *folder)
{
    qsort(folder->editions, folder->edition_count, sizeof(struct codeset_data *), by_set);
    for (size_t i = 0; i < folder->edition_count; i++) {
        const char *name = codeset_edition_about(folder->editions[i])->set;
        struct codeset *last = folder->count == 0 ? NULL : &folder->sets[folder->count - 1];
        if (last == NULL || strcmp(last->name, name) != 0)
            folder->sets[folder->count++] = (struct codeset){name, folder->editions + i, 1};
        else
            last->count++;
    }
}

/* Each open edition keeps a descriptor, and while an import is taken over the old ones and the new ones are open. A process that begins
 * with 1,024 may have as many as its hard limit allows. */
static void
make_room(size_t editions)
{
    enum { OTHERS = 512 }; /* what else a daemon has open */
    struct rlimit limit;
    rlim_t wanted = 2 * editions + OTHERS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit); /* when it fails, what cannot be opened is said */
}

static enum status
open_editions(struct codeset_folder *folder, const char *path, const struct codeset_pointer *pointer,
              char reason[CODESET_REASON_BYTES])
{
    folder->editions = calloc(pointer->count + 1, sizeof(struct codeset_data *));
    folder->sets = calloc(pointer->count + 1, sizeof *folder->sets);
    assert(folder->editions != NULL && folder->sets != NULL);
    make_room(pointer->count);
    for (size_t i = 0; i < pointer->count; i++) {
        char file[4096];
        const struct codeset_pointer_line *line = &pointer->lines[i];
        snprintf(file, sizeof file, "%s/%s", path, line->file);
        enum status status = codeset_data_open(&folder->editions[i], file, reason);
        if (status != STATUS_OK)
            return status;
        folder->edition_count++;
        const struct codeset_about *about = codeset_edition_about(folder->editions[i]);
        if (strcmp(about->set, line->about.set) != 0 || strcmp(about->edition, line->about.edition) != 0) {
            snprintf(reason, CODESET_REASON_BYTES, "%s: holds %s %s, and not what the folder's list says", file, about->set,
                     about->edition);
            return STATUS_INVALID;
        }
    }
    gather(folder);
    return STATUS_OK;
}

static enum status
open_once(struct codeset_folder **folder, const char *path, char reason[CODESET_REASON_BYTES])
{
    struct codeset_folder *made = calloc(1, sizeof *made);
    struct codeset_pointer pointer = {0};
    assert(made != NULL);
    enum status status = asprintf(&made->current, "%s/%s", path, CODESET_CURRENT) < 0 ? STATUS_INTERNAL : STATUS_OK;
    if (status == STATUS_OK && stat(made->current, &made->seen) != 0) {
        snprintf(reason, CODESET_REASON_BYTES, "%s: no code sets are there", path);
        status = STATUS_NOT_FOUND;
    }
    if (status == STATUS_OK)
        status = codeset_pointer_read(path, &pointer, reason);
    if (status == STATUS_OK) {
        codeset_pointer_name(&pointer, made->name);
        status = open_editions(made, path, &pointer, reason);
        status = status == STATUS_NOT_FOUND ? STATUS_RETRY : status;
    }
    codeset_pointer_free(&pointer);
    if (status == STATUS_OK)
        *folder = made;
    else
        codeset_folder_close(made);
    return status;
}

enum status
codeset_folder_open(struct codeset_folder **folder, const char *path, char reason[CODESET_REASON_BYTES])
{
    enum status status = STATUS_RETRY;
    for (int i = 0; i < 3 && status == STATUS_RETRY; i++)
        status = open_once(folder, path, reason);
    return status == STATUS_RETRY ? STATUS_INVALID : status; /* a file that the list names is gone */
}

struct codeset_folder *
codeset_folder_of(struct codeset_data *const *editions, size_t count, const char *name)
{
    struct codeset_folder *made = calloc(1, sizeof *made);
    assert(made != NULL);
    made->editions = calloc(count + 1, sizeof(struct codeset_data *));
    made->sets = calloc(count + 1, sizeof *made->sets);
    assert(made->editions != NULL && made->sets != NULL);
    for (size_t i = 0; i < count; i++)
        made->editions[made->edition_count++] = editions[i];
    text_copy(text_from(name), made->name, sizeof made->name);
    gather(made);
    return made;
}

void
codeset_folder_close(struct codeset_folder *folder)
{
    if (folder == NULL)
        return;
    for (size_t i = 0; i < folder->edition_count; i++)
        codeset_data_close(folder->editions[i]);
    free(folder->editions);
    free(folder->sets);
    free(folder->current);
    free(folder);
}

bool
codeset_folder_changed(const struct codeset_folder *folder)
{
    struct stat now;
    if (folder->current == NULL || stat(folder->current, &now) != 0)
        return false; /* it is in memory; or what is open stays good */
    return now.st_ino != folder->seen.st_ino || now.st_dev != folder->seen.st_dev || now.st_size != folder->seen.st_size ||
           now.st_mtim.tv_sec != folder->seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != folder->seen.st_mtim.tv_nsec;
}

enum codeset_standing
codeset_folder_look(struct codeset_folder *folder, const struct codeset_about **about)
{
    enum codeset_standing worst = CODESET_WHOLE;
    *about = NULL;
    for (size_t i = 0; i < folder->edition_count; i++) {
        enum codeset_standing standing = codeset_data_look(folder->editions[i]);
        if (standing <= worst)
            continue;
        worst = standing;
        *about = codeset_edition_about(folder->editions[i]);
    }
    return worst;
}

const struct codeset_about *
codeset_folder_damaged(const struct codeset_folder *folder)
{
    for (size_t i = 0; i < folder->edition_count; i++)
        if (folder->editions[i]->damaged)
            return codeset_edition_about(folder->editions[i]);
    return NULL;
}

const char *
codeset_folder_name(const struct codeset_folder *folder)
{
    return folder->name;
}

size_t
codeset_count(const struct codeset_folder *folder)
{
    return folder->count;
}

const struct codeset *
codeset_at(const struct codeset_folder *folder, size_t index)
{
    assert(index < folder->count);
    return &folder->sets[index];
}

const struct codeset *
codeset_named(const struct codeset_folder *folder, const char *set)
{
    for (size_t i = 0; i < folder->count; i++) {
        if (strcmp(folder->sets[i].name, set) == 0)
            return &folder->sets[i];
    }
    return NULL;
}

const char *
codeset_name(const struct codeset *set)
{
    return set->name;
}

size_t
codeset_edition_count(const struct codeset *set)
{
    return set->count;
}

struct codeset_data *
codeset_edition(const struct codeset *set, size_t index)
{
    assert(index < set->count);
    return set->editions[index];
}

static bool
covers(const struct codeset_about *about, int32_t day)
{
    return about->from <= day && (about->to == 0 || day <= about->to);
}

struct codeset_data *
codeset_on(const struct codeset *set, int32_t day)
{
    for (size_t i = set->count; i > 0; i--) {
        if (covers(codeset_edition_about(set->editions[i - 1]), day))
            return set->editions[i - 1];
    }
    return NULL;
}

struct codeset_data *
codeset_edition_named(const struct codeset *set, const char *edition)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(codeset_edition_about(set->editions[i])->edition, edition) == 0)
            return set->editions[i];
    }
    return NULL;
}
