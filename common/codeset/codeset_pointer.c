#include "common/codeset/codeset_builder.h"
#include "common/codeset/codeset_format.h"
#include "common/date/date.h"
#include "common/file/file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { FIELDS_BEFORE = 13, FIELD_COUNT = FIELDS_BEFORE + 1 + CODESET_PASSING_COUNT };
/* The first line: of the lists of now, and of those before records were counted. */
static const char version_now[] = "claimline-codes\t2", version_before[] = "claimline-codes\t1";

static enum status
wrong(char reason[CODESET_REASON_BYTES], size_t line, const char *words)
{
    snprintf(reason, CODESET_REASON_BYTES, "%s:%zu: %s", CODESET_CURRENT, line, words);
    return STATUS_INVALID;
}

static bool
take(struct text field, char *buffer, size_t size)
{
    if (field.length >= size)
        return false;
    text_copy(field, buffer, size);
    return true;
}

static bool
take_day(struct text field, int32_t *day)
{
    *day = 0;
    return text_is(field, "0") || date_parse(field, day);
}

static bool
take_digest(struct text field, uint8_t digest[32])
{
    if (field.length != 64)
        return false;
    for (size_t i = 0; i < 64; i++) {
        char c = field.data[i];
        int nibble = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (nibble < 0)
            return false;
        digest[i / 2] = (uint8_t)(digest[i / 2] << 4 | nibble);
    }
    return true;
}

/* A file's name in the folder, and nothing else. */
static bool
take_file(struct text field, char file[256])
{
    return field.length > 0 && field.data[0] != '.' && memchr(field.data, '/', field.length) == NULL && take(field, file, 256);
}

static bool
take_read(const struct text *fields, struct codeset_read *read)
{
    bool good = text_to_u64(fields[0], &read->records);
    for (size_t i = 0; good && i < CODESET_PASSING_COUNT; i++)
        good = text_to_u64(fields[1 + i], &read->passed[i]);
    return good;
}

static bool
take_line(struct text line, size_t count, struct codeset_pointer_line *out)
{
    struct text fields[FIELD_COUNT], rest = line;
    struct codeset_about *about = &out->about;
    uint64_t instant = 0;
    for (size_t i = 0; i < count; i++) {
        if (rest.length == 0)
            return false;
        fields[i] = text_cut(rest, '\t', &rest);
    }
    bool good = rest.length == 0 && take(fields[0], about->set, sizeof about->set) &&
                take(fields[1], about->edition, sizeof about->edition) && take_file(fields[2], out->file) &&
                take_day(fields[3], &about->from) && take_day(fields[4], &about->to) && text_to_u64(fields[5], &about->codes) &&
                text_to_u64(fields[6], &about->rows) && text_to_u64(fields[7], &about->headers) &&
                text_to_u64(fields[8], &about->never) && take(fields[9], about->source, sizeof about->source) &&
                take_digest(fields[10], about->digest) && take(fields[11], about->importer, sizeof about->importer) &&
                text_to_u64(fields[12], &instant) && instant <= INT64_MAX &&
                (count == FIELDS_BEFORE || take_read(fields + FIELDS_BEFORE, &out->read));
    about->imported = (int64_t)instant;
    return good && about->set[0] != '\0' && about->edition[0] != '\0';
}

static bool
ends_well(struct text before, struct text line)
{
    char expected[24];
    snprintf(expected, sizeof expected, "end\t%016llx", (unsigned long long)XXH3_64bits(before.data, before.length));
    return text_is(line, expected);
}

enum status
codeset_pointer_parse(struct text bytes, struct codeset_pointer *pointer, char reason[CODESET_REASON_BYTES])
{
    struct text rest = bytes, line = text_cut(rest, '\n', &rest);
    *pointer = (struct codeset_pointer){0};
    size_t fields = text_is(line, version_now) ? FIELD_COUNT : FIELDS_BEFORE;
    if (fields == FIELDS_BEFORE && !text_is(line, version_before))
        return wrong(reason, 1, "not a list of code sets");
    if (bytes.data[bytes.length - 1] != '\n')
        return wrong(reason, 1, "the list is cut");
    for (size_t number = 2;; number++) {
        struct text before = text_of(bytes.data, bytes.length - rest.length);
        bool over = rest.length == 0;
        line = text_cut(rest, '\n', &rest);
        if (!over && text_starts(line, TEXT("end\t")) && rest.length == 0 && ends_well(before, line))
            return STATUS_OK;
        struct codeset_pointer_line taken = {0};
        enum status status = over || !take_line(line, fields, &taken) ? wrong(reason, number, "the list is damaged") : STATUS_OK;
        if (status == STATUS_OK)
            status = codeset_pointer_put(pointer, &taken);
        if (status != STATUS_OK) {
            codeset_pointer_free(pointer);
            return status == STATUS_LIMIT ? (void)wrong(reason, number, "too many editions"), STATUS_LIMIT : status;
        }
    }
}

enum status
codeset_pointer_read(const char *folder, struct codeset_pointer *pointer, char reason[CODESET_REASON_BYTES])
{
    char path[4096], *bytes = NULL;
    size_t length;
    *pointer = (struct codeset_pointer){0};
    snprintf(path, sizeof path, "%s/%s", folder, CODESET_CURRENT);
    enum status status = file_get_plain(path, CODESET_POINTER_BYTES_MAX, &bytes, &length);
    if (status == STATUS_OK)
        status = codeset_pointer_parse(text_of(bytes, length), pointer, reason);
    else
        snprintf(reason, CODESET_REASON_BYTES, "%s: %s", path, status_name(status));
    free(bytes);
    return status;
}

enum status
codeset_pointer_put(struct codeset_pointer *pointer, const struct codeset_pointer_line *line)
{
    size_t i = 0;
    const struct codeset_about *about = &line->about;
    while (i < pointer->count && (strcmp(pointer->lines[i].about.set, about->set) != 0 ||
                                  strcmp(pointer->lines[i].about.edition, about->edition) != 0))
        i++;
    if (i == CODESET_EDITION_LIMIT)
        return STATUS_LIMIT;
    if (i == pointer->room) {
        pointer->room = pointer->room == 0 ? 16 : pointer->room * 2;
        pointer->lines = realloc(pointer->lines, pointer->room * sizeof *pointer->lines);
        assert(pointer->lines != NULL);
    }
    pointer->count += i == pointer->count;
    pointer->lines[i] = *line;
    return STATUS_OK;
}

static void
write_line(FILE *out, const struct codeset_pointer_line *line)
{
    const struct codeset_about *about = &line->about;
    fprintf(out, "%s\t%s\t%s\t%d\t%d\t%llu\t%llu\t%llu\t%llu\t%s\t", about->set, about->edition, line->file, about->from, about->to,
            (unsigned long long)about->codes, (unsigned long long)about->rows, (unsigned long long)about->headers,
            (unsigned long long)about->never, about->source);
    for (size_t i = 0; i < sizeof about->digest; i++)
        fprintf(out, "%02x", about->digest[i]);
    fprintf(out, "\t%s\t%lld\t%llu", about->importer, (long long)about->imported, (unsigned long long)line->read.records);
    for (size_t i = 0; i < CODESET_PASSING_COUNT; i++)
        fprintf(out, "\t%llu", (unsigned long long)line->read.passed[i]);
    fputc('\n', out);
}

/* Into place at once, for all to read: the daemons have users of their own. */
static enum status
put_readable(const char *folder, struct text bytes)
{
    char next[4096], place[4096];
    snprintf(next, sizeof next, "%s/%s", folder, CODESET_NEXT);
    snprintf(place, sizeof place, "%s/%s", folder, CODESET_CURRENT);
    enum status status = file_put_plain(folder, CODESET_NEXT, bytes);
    if (status != STATUS_OK)
        return status;
    if (chmod(next, 0644) == 0 && rename(next, place) == 0)
        return file_sync_folder(folder);
    unlink(next);
    return STATUS_IO;
}

enum status
codeset_pointer_write(const char *folder, const struct codeset_pointer *pointer)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    assert(out != NULL);
    fprintf(out, "%s\n", version_now);
    for (size_t i = 0; i < pointer->count; i++)
        write_line(out, &pointer->lines[i]);
    fflush(out);
    fprintf(out, "end\t%016llx\n", (unsigned long long)XXH3_64bits(bytes, length));
    fclose(out);
    enum status status = put_readable(folder, text_of(bytes, length));
    free(bytes);
    return status;
}

/* Of what an edition says, and not of when and from where it came. */
static uint64_t
line_digest(const struct codeset_about *about)
{
    char words[512];
    int length = snprintf(words, sizeof words, "%s\t%s\t%d\t%d\t%llu\t%llu\t%llu\t%llu\t%s\t", about->set, about->edition, (int)about->from,
                          (int)about->to, (unsigned long long)about->codes, (unsigned long long)about->rows,
                          (unsigned long long)about->headers, (unsigned long long)about->never, about->importer);
    assert(length > 0 && (size_t)length + sizeof about->digest <= sizeof words);
    memcpy(words + length, about->digest, sizeof about->digest);
    return XXH3_64bits(words, (size_t)length + sizeof about->digest);
}

/* A sum: in whatever order they were imported. */
void
codeset_pointer_name(const struct codeset_pointer *pointer, char name[CODESET_FOLDER_NAME_BYTES])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < pointer->count; i++)
        sum += line_digest(&pointer->lines[i].about);
    snprintf(name, CODESET_FOLDER_NAME_BYTES, "sets-%012llx", (unsigned long long)(sum >> 16));
}

void
codeset_pointer_free(struct codeset_pointer *pointer)
{
    free(pointer->lines);
    *pointer = (struct codeset_pointer){0};
}
