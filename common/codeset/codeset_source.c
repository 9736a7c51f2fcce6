#include "common/codeset/codeset_source.h"

#include "common/codeset/codeset_stream.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { BUFFER_BYTES = 1 << 18 };
_Static_assert(BUFFER_BYTES >= 2 * CODESET_LINE_BYTES, "a line and what was read behind it");

struct codeset_source {
    struct codeset_stream *stream;
    char path[1024];
    const char *name;
    uint64_t unpacked, line;
    size_t begin, end; /* what is read and not yet given */
    bool over;
    char *buffer;
    char *record; /* a record whose quotes are taken off */
};

struct codeset_source *
codeset_source_over(const char *path, const char *name, struct codeset_stream *stream)
{
    struct codeset_source *made = calloc(1, sizeof *made);
    assert(made != NULL);
    made->stream = stream;
    made->buffer = malloc(BUFFER_BYTES);
    made->record = malloc(CODESET_LINE_BYTES);
    assert(made->buffer != NULL && made->record != NULL);
    if (name == NULL)
        snprintf(made->path, sizeof made->path, "%s", path);
    else
        snprintf(made->path, sizeof made->path, "%s/%s", path, name);
    for (char *at = made->path; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 127) /* a member's name is shown to people */
            *at = '?';
    }
    size_t length = strlen(made->path);
    const char *slash = strrchr(made->path, '/');
    made->name = slash == NULL ? made->path : slash + 1;
    if (length > 3 && strcasecmp(made->path + length - 3, ".xz") == 0)
        made->path[length - 3] = '\0';
    return made;
}

struct codeset_source *
codeset_source_of(const char *name, struct text bytes)
{
    return codeset_source_over(name, NULL, codeset_stream_bytes(bytes));
}

void
codeset_source_free(struct codeset_source *source)
{
    if (source == NULL)
        return;
    source->stream->close(source->stream);
    free(source->buffer);
    free(source->record);
    free(source);
}

const char *
codeset_source_path(const struct codeset_source *source)
{
    return source->path;
}

const char *
codeset_source_name(const struct codeset_source *source)
{
    return source->name;
}

uint64_t
codeset_source_line_number(const struct codeset_source *source)
{
    return source->line;
}

void
codeset_source_progress(const struct codeset_source *source, uint64_t *done, uint64_t *size)
{
    *done = source->stream->packed_done;
    *size = source->stream->packed_size;
}

/* Reads on behind what is there; what was given is thrown away first. At the end nothing is added. */
static enum status
fill(struct codeset_source *source)
{
    size_t got = 0;
    if (source->begin > 0) {
        memmove(source->buffer, source->buffer + source->begin, source->end - source->begin);
        source->end -= source->begin;
        source->begin = 0;
    }
    if (source->over || source->end == BUFFER_BYTES)
        return STATUS_OK;
    bool first = source->unpacked == 0;
    enum status status = source->stream->read(source->stream, source->buffer + source->end, BUFFER_BYTES - source->end, &got);
    source->unpacked += got;
    source->end += got;
    source->over = got == 0;
    if (status != STATUS_OK)
        return status;
    if (first && source->end >= 3 && memcmp(source->buffer, "\xef\xbb\xbf", 3) == 0)
        source->begin = 3;
    uint64_t bound = source->stream->packed_size * CODESET_UNPACKED_TIMES + (1 << 20);
    return source->unpacked > bound || source->unpacked > CODESET_UNPACKED_LIMIT ? STATUS_LIMIT : STATUS_OK;
}

enum status
codeset_source_head(struct codeset_source *source, struct text *head)
{
    enum status status = STATUS_OK;
    while (source->end - source->begin < CODESET_HEAD_BYTES && !source->over && status == STATUS_OK)
        status = fill(source);
    size_t there = source->end - source->begin;
    *head = text_of(source->buffer + source->begin, there < CODESET_HEAD_BYTES ? there : CODESET_HEAD_BYTES);
    return status;
}

enum status
codeset_source_line(struct codeset_source *source, struct text *line)
{
    size_t seen = 0;
    for (;;) {
        size_t there = source->end - source->begin;
        const char *at = source->buffer + source->begin;
        const char *stop = there > seen ? memchr(at + seen, '\n', there - seen) : NULL;
        if (stop == NULL && !source->over && there < CODESET_LINE_BYTES) {
            seen = there;
            enum status status = fill(source);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        size_t length = stop == NULL ? there : (size_t)(stop - at);
        if (length >= CODESET_LINE_BYTES)
            return STATUS_LIMIT;
        if (stop == NULL && there == 0)
            return STATUS_NOT_FOUND;
        source->begin += length + (stop != NULL);
        source->line++;
        *line = text_of(at, length > 0 && at[length - 1] == '\r' ? length - 1 : length);
        return STATUS_OK;
    }
}

enum status
codeset_source_read(struct codeset_source *source, void *bytes, size_t size, size_t *got)
{
    if (source->begin == source->end && !source->over) {
        enum status status = fill(source);
        if (status != STATUS_OK)
            return status;
    }
    size_t there = source->end - source->begin;
    *got = there < size ? there : size;
    for (size_t i = 0; i < *got; i++)
        source->line += source->buffer[source->begin + i] == '\n';
    memcpy(bytes, source->buffer + source->begin, *got);
    source->begin += *got;
    return *got == 0 ? STATUS_NOT_FOUND : STATUS_OK;
}

/* One record being taken apart. */
struct record {
    size_t used; /* of the source's record */
    struct text *fields;
    size_t count, limit;
    size_t start; /* of the field that is read */
};

static enum status
put(struct codeset_source *source, struct record *record, struct text piece)
{
    if (piece.length >= CODESET_LINE_BYTES - record->used)
        return STATUS_LIMIT;
    memcpy(source->record + record->used, piece.data, piece.length);
    record->used += piece.length;
    return STATUS_OK;
}

static enum status
end_field(struct codeset_source *source, struct record *record)
{
    if (record->count == record->limit)
        return STATUS_LIMIT;
    record->fields[record->count++] = text_of(source->record + record->start, record->used - record->start);
    record->start = record->used;
    return STATUS_OK;
}

/* The rest of a quoted field, from behind its first quote; further lines belong to it until the quote ends. `*line` is what
 * follows it. */
static enum status
quoted(struct codeset_source *source, struct record *record, struct text *line)
{
    for (;;) {
        const char *stop = line->length == 0 ? NULL : memchr(line->data, '"', line->length);
        size_t length = stop == NULL ? line->length : (size_t)(stop - line->data);
        enum status status = put(source, record, text_of(line->data, length));
        if (status != STATUS_OK)
            return status;
        if (stop == NULL) {
            status = codeset_source_line(source, line);
            if (status == STATUS_OK)
                status = put(source, record, TEXT("\n"));
            if (status != STATUS_OK)
                return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
            continue;
        }
        *line = text_of(stop + 1, line->length - length - 1);
        if (line->length == 0 || line->data[0] != '"')
            return STATUS_OK;
        *line = text_of(line->data + 1, line->length - 1);
        status = put(source, record, TEXT("\""));
        if (status != STATUS_OK)
            return status;
    }
}

enum status
codeset_source_fields(struct codeset_source *source, char delimiter, struct text *fields, size_t limit, size_t *count)
{
    struct text line;
    struct record record = {.fields = fields, .limit = limit};
    enum status status = codeset_source_line(source, &line);
    for (bool more = true; status == STATUS_OK && more;) {
        if (line.length > 0 && line.data[0] == '"') {
            line = text_of(line.data + 1, line.length - 1);
            status = quoted(source, &record, &line);
        }
        const char *stop = line.length == 0 ? NULL : memchr(line.data, delimiter, line.length);
        size_t length = stop == NULL ? line.length : (size_t)(stop - line.data);
        if (status == STATUS_OK)
            status = put(source, &record, text_of(line.data, length));
        if (status == STATUS_OK)
            status = end_field(source, &record);
        more = stop != NULL;
        if (more)
            line = text_of(stop + 1, line.length - length - 1);
    }
    *count = record.count;
    return status;
}

static bool
ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcasecmp(path + length - tail, end) == 0;
}

static enum status
visit_stream(const char *path, const char *name, struct codeset_stream *stream, codeset_source_visit visit, void *context)
{
    struct codeset_source *source = codeset_source_over(path, name, stream);
    enum status status = visit(context, source);
    codeset_source_free(source);
    return status;
}

static enum status
visit_zip(const char *path, codeset_source_visit visit, void *context)
{
    struct codeset_zip *zip;
    const char *slash = strrchr(path, '/');
    enum status status = codeset_zip_open(&zip, path);
    if (status != STATUS_OK)
        return status;
    if (codeset_zip_count(zip) > CODESET_MEMBERS_LIMIT)
        status = STATUS_LIMIT;
    for (size_t i = 0; i < codeset_zip_count(zip) && status == STATUS_OK; i++) {
        struct codeset_stream *stream;
        const char *name = codeset_zip_name(zip, i);
        if (name == NULL)
            continue;
        status = codeset_zip_member(zip, i, &stream);
        if (status == STATUS_OK)
            status = visit_stream(slash == NULL ? path : slash + 1, name, stream, visit, context);
    }
    codeset_zip_close(zip);
    return status;
}

enum status
codeset_source_open(const char *path, codeset_source_visit visit, void *context, char reason[CODESET_REASON_BYTES])
{
    struct codeset_stream *stream;
    const char *slash = strrchr(path, '/');
    enum status status;
    reason[0] = '\0';
    if (ends_in(path, ".zip")) {
        status = visit_zip(path, visit, context);
    } else {
        status = ends_in(path, ".xz") ? codeset_stream_xz(&stream, path) : codeset_stream_plain(&stream, path);
        if (status == STATUS_OK)
            status = visit_stream(slash == NULL ? path : slash + 1, NULL, stream, visit, context);
    }
    if (status != STATUS_OK && reason[0] == '\0')
        snprintf(reason, CODESET_REASON_BYTES, "%s: %s", path,
                 status == STATUS_INVALID ? "damaged, or not what its name says" :
                 status == STATUS_LIMIT   ? "it unpacks to more than is allowed" :
                 status == STATUS_NOT_FOUND ? "no such file" : status_name(status));
    return status;
}
