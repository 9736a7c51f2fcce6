#include "common/codeset/codeset_data.h"
#include "common/codeset/codeset_run.h"
#include "common/file/file.h"
#include "common/seal/seal.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum status
codeset_import_begin(struct codeset_import **import, const char *folder, const struct codeset_import_options *options,
                     char reason[CODESET_REASON_BYTES])
{
    char path[4096];
    bool there = access(folder, F_OK) == 0;
    enum status status = file_make_folder(folder);
    if (status == STATUS_OK && !there && chmod(folder, 0755) != 0) /* public lists, read by daemons of other users */
        status = STATUS_IO;
    snprintf(path, sizeof path, "%s/.lock", folder);
    int lock = status == STATUS_OK ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640) : -1;
    if (lock < 0) {
        snprintf(reason, CODESET_REASON_BYTES, "%s: %s", folder, strerror(errno));
        return STATUS_IO;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        snprintf(reason, CODESET_REASON_BYTES, "%s: another import runs", folder);
        return STATUS_BUSY;
    }
    struct codeset_import *made = calloc(1, sizeof *made);
    assert(made != NULL);
    made->folder = strdup(folder);
    assert(made->folder != NULL);
    made->lock = lock;
    made->options = *options;
    status = codeset_pointer_read(folder, &made->pointer, reason);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        *import = made;
        return STATUS_OK;
    }
    codeset_import_end(made);
    return status;
}

void
codeset_import_end(struct codeset_import *import)
{
    if (import == NULL)
        return;
    for (size_t i = 0; i < import->edition_count; i++)
        codeset_builder_free(import->editions[i].builder);
    free(import->editions);
    free(import->changes);
    codeset_pointer_free(&import->pointer);
    close(import->lock);
    free(import->folder);
    free(import);
}

/* The rest of what the visit needs to know. */
struct visit {
    struct codeset_import *import;
    const uint8_t *digest;
    char *reason;
};

static enum status
read_part(void *context, struct codeset_source *source)
{
    struct visit *visit = context;
    struct text head;
    enum status status = codeset_source_head(source, &head);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; codeset_importers[i] != NULL; i++) {
        if (!codeset_importers[i]->recognise(codeset_source_name(source), head))
            continue;
        struct codeset_reading reading = {visit->import, source, codeset_importers[i], visit->digest, 0, visit->reason};
        visit->import->recognised = true;
        status = codeset_importers[i]->read(&reading);
        if (status != STATUS_OK && visit->reason[0] == '\0')
            codeset_wrong(&reading, "%s", status == STATUS_LIMIT     ? "too long, or it unpacks to more than is allowed" :
                                          status == STATUS_NOT_FOUND ? "it ends too early" :
                                          status == STATUS_INVALID   ? "damaged" : status_name(status));
        return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
    }
    return STATUS_OK; /* of a zip: a manual, a sheet with the same content */
}

static enum status
digest_file(const char *path, uint8_t digest[32], char reason[CODESET_REASON_BYTES])
{
    char bytes[1 << 16];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;
    struct seal_hash *hash = seal_hash_begin();
    while (file >= 0 && (got = read(file, bytes, sizeof bytes)) > 0)
        seal_hash_add(hash, text_of(bytes, (size_t)got));
    seal_hash_end(hash, digest);
    enum status status = got == 0 ? STATUS_OK : errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    if (status != STATUS_OK)
        snprintf(reason, CODESET_REASON_BYTES, "%s: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    return status;
}

/* Editions that a refused file has touched are not made. */
static void
spoil(struct codeset_import *import)
{
    for (size_t i = 0; i < import->edition_count; i++)
        import->editions[i].spoiled = import->editions[i].spoiled || import->editions[i].file == import->file;
}

enum status
codeset_import_file(struct codeset_import *import, const char *path, char reason[CODESET_REASON_BYTES])
{
    uint8_t digest[32];
    struct visit visit = {import, digest, reason};
    assert(!import->finished);
    reason[0] = '\0';
    enum status status = digest_file(path, digest, reason);
    if (status != STATUS_OK)
        return status;
    import->file++;
    import->recognised = false;
    status = codeset_source_open(path, read_part, &visit, reason);
    if (status == STATUS_OK && !import->recognised) {
        snprintf(reason, CODESET_REASON_BYTES, "%s: no published layout that is known here", path);
        return STATUS_NOT_FOUND;
    }
    if (status != STATUS_OK)
        spoil(import);
    return status;
}

/* By their days, so that each is compared with the one before it. */
static int
by_day(const void *a, const void *b)
{
    const struct run_edition *x = a, *y = b;
    int32_t left = codeset_builder_about(x->builder)->from, right = codeset_builder_about(y->builder)->from;
    return (left > right) - (left < right);
}

static enum status
write_editions(struct codeset_import *import)
{
    enum status status = STATUS_OK;
    import->changes = calloc(import->edition_count + 1, sizeof *import->changes);
    assert(import->changes != NULL);
    if (import->edition_count > 1)
        qsort(import->editions, import->edition_count, sizeof *import->editions, by_day);
    for (size_t i = 0; i < import->edition_count && status == STATUS_OK; i++) {
        struct codeset_change *change = &import->changes[import->change_count];
        struct codeset_builder *builder = import->editions[i].builder;
        if (import->editions[i].spoiled)
            continue;
        status = codeset_builder_write(builder, import->folder, change->file);
        if (status != STATUS_OK)
            break;
        change->about = *codeset_builder_about(builder);
        struct codeset_pointer_line line = {.about = change->about, .read = *codeset_builder_read(builder)};
        text_copy(text_from(change->file), line.file, sizeof line.file);
        codeset_builder_free(builder);
        import->editions[i] = (struct run_edition){NULL, 0, true};
        import->change_count++;
        codeset_compare(import, change->file, change);
        status = codeset_pointer_put(&import->pointer, &line);
    }
    return status;
}

static bool
is_named(const struct codeset_pointer *pointer, const char *file)
{
    for (size_t i = 0; i < pointer->count; i++) {
        if (strcmp(pointer->lines[i].file, file) == 0)
            return true;
    }
    return false;
}

/* Files of editions that the list does not name, and what an import that was killed has left. Who has them open keeps them. */
static void
sweep(const struct codeset_import *import)
{
    DIR *folder = opendir(import->folder);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        size_t length = strlen(entry->d_name), end = strlen(CODESET_FILE_END);
        bool edition = length > end && strcmp(entry->d_name + length - end, CODESET_FILE_END) == 0;
        bool left = length > 4 && entry->d_name[0] == '.' && strcmp(entry->d_name + length - 4, ".tmp") == 0;
        if (left || (edition && !is_named(&import->pointer, entry->d_name)))
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder != NULL)
        closedir(folder);
}

enum status
codeset_import_finish(struct codeset_import *import, char reason[CODESET_REASON_BYTES])
{
    assert(!import->finished);
    import->finished = true;
    enum status status = write_editions(import);
    if (status == STATUS_OK && import->change_count > 0)
        status = codeset_pointer_write(import->folder, &import->pointer);
    if (status == STATUS_OK) {
        sweep(import);
        return STATUS_OK;
    }
    for (size_t i = 0; i < import->change_count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", import->folder, import->changes[i].file);
        unlink(path);
    }
    import->change_count = 0;
    snprintf(reason, CODESET_REASON_BYTES, "%s: %s", import->folder,
             status == STATUS_FULL ? "the disk is full" : status == STATUS_LIMIT ? "too many editions" : status_name(status));
    return status;
}

const struct codeset_change *
codeset_import_changes(const struct codeset_import *import, size_t *count)
{
    *count = import->change_count;
    return import->changes;
}

const struct codeset_note_line *
codeset_import_notes(const struct codeset_import *import, size_t *count)
{
    *count = import->note_count;
    return import->notes;
}
