#include "services/submission/content.h"

#include <assert.h>
#include <stdlib.h>

struct content_kept {
    char name[80];
    char *bytes;
    size_t length;
    unsigned readers;
    bool gone; /* from the memory: the last reader frees it */
};

struct content_reader {
    struct content_kept *kept; /* NULL: from the file */
    size_t at;                 /* what was read of it */
    struct file_reader *file;
};

static void
free_kept(struct content_kept *kept)
{
    free(kept->bytes);
    free(kept);
}

static void
take_out(struct content_recent *recent, size_t i)
{
    struct content_kept *kept = recent->kept[i];
    recent->bytes -= kept->length;
    memmove(recent->kept + i, recent->kept + i + 1, (--recent->count - i) * sizeof *recent->kept);
    kept->gone = true;
    if (kept->readers == 0)
        free_kept(kept);
}

static size_t
find(const struct content_recent *recent, struct text name)
{
    size_t i = 0;
    while (i < recent->count && !text_is(name, recent->kept[i]->name))
        i++;
    return i;
}

void
content_let_go(struct content_recent *recent, struct text name)
{
    size_t i = find(recent, name);
    if (i < recent->count)
        take_out(recent, i);
}

void
content_keep(struct content_recent *recent, const char *name, char *bytes, size_t length)
{
    content_let_go(recent, text_from(name));
    if (length > CONTENT_RECENT_BYTES) {
        free(bytes);
        return;
    }
    while (recent->count == CONTENT_RECENT || recent->bytes + length > CONTENT_RECENT_BYTES)
        take_out(recent, 0);
    struct content_kept *kept = calloc(1, sizeof *kept);
    assert(kept != NULL && strlen(name) < sizeof kept->name);
    strcpy(kept->name, name);
    kept->bytes = bytes;
    kept->length = length;
    recent->kept[recent->count++] = kept;
    recent->bytes += length;
}

void
content_forget(struct content_recent *recent)
{
    while (recent->count > 0)
        take_out(recent, recent->count - 1);
}

enum status
content_open(struct content_recent *recent, struct seal *seal, const char *folder, struct text name,
             struct content_reader **reader)
{
    struct file_reader *file = NULL;
    size_t i = find(recent, name);
    if (i == recent->count) {
        char path[256];
        enum status status = file_open(seal, folder, text_copy(name, path, sizeof path), &file);
        if (status != STATUS_OK)
            return status;
    }
    struct content_reader *made = calloc(1, sizeof *made);
    assert(made != NULL);
    made->file = file;
    if (file == NULL) {
        made->kept = recent->kept[i];
        made->kept->readers++;
    }
    *reader = made;
    return STATUS_OK;
}

enum status
content_read(struct content_reader *reader, struct text *chunk)
{
    if (reader->file != NULL)
        return file_read(reader->file, chunk);
    *chunk = text_of(reader->kept->bytes + reader->at, reader->kept->length - reader->at);
    reader->at = reader->kept->length;
    return STATUS_OK;
}

enum status
content_seek(struct content_reader *reader, uint64_t offset)
{
    if (reader->file != NULL)
        return file_seek(reader->file, offset);
    reader->at = offset < reader->kept->length ? (size_t)offset : reader->kept->length;
    return STATUS_OK;
}

void
content_close(struct content_reader *reader, bool last)
{
    if (reader == NULL)
        return;
    if (reader->file != NULL && last)
        file_close_last(reader->file);
    else if (reader->file != NULL)
        file_close(reader->file);
    if (reader->kept != NULL && --reader->kept->readers == 0 && reader->kept->gone)
        free_kept(reader->kept);
    free(reader);
}
