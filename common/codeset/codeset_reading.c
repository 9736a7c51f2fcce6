#include "common/codeset/codeset_run.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct codeset_source *
codeset_reading_source(struct codeset_reading *reading)
{
    return reading->source;
}

/* Cut to the room, without what would break a line of `current`. */
static void
put_name(const char *from, char *to, size_t size)
{
    text_copy(text_from(from), to, size);
    for (char *at = to; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 127)
            *at = '_';
    }
}

static struct codeset_about
about_of(const struct codeset_reading *reading, const char *set, const char *edition, int32_t from, int32_t to, bool complete)
{
    const struct codeset_import_options *options = &reading->import->options;
    const struct codeset_kind *kind = codeset_kind_named(set);
    struct codeset_about about = {
        .from = options->from != 0 ? options->from : from,
        .to = options->to != 0 ? options->to : to,
        .complete = complete,
        .imported = options->now,
    };
    for (const char *at = kind == NULL ? NULL : kind->numbers; at != NULL; at = strchr(at, '|') == NULL ? NULL : strchr(at, '|') + 1)
        about.number_count++;
    put_name(set, about.set, sizeof about.set);
    put_name(options->edition != NULL ? options->edition : edition, about.edition, sizeof about.edition);
    put_name(codeset_source_path(reading->source), about.source, sizeof about.source);
    put_name(reading->importer->name, about.importer, sizeof about.importer);
    memcpy(about.digest, reading->digest, sizeof about.digest);
    return about;
}

/* Of two files one digest, whatever their order. */
static void
mix(uint8_t digest[32], const uint8_t other[32])
{
    for (size_t i = 0; i < 32; i++)
        digest[i] ^= other[i];
}

struct codeset_builder *
codeset_reading_edition(struct codeset_reading *reading, const char *set, const char *edition, int32_t from, int32_t to,
                        bool complete)
{
    struct codeset_import *import = reading->import;
    struct codeset_about about = about_of(reading, set, edition, from, to, complete);
    for (size_t i = 0; i < import->edition_count; i++) {
        struct run_edition *made = &import->editions[i];
        struct codeset_about *old = codeset_builder_about(made->builder);
        if (strcmp(old->set, about.set) != 0 || strcmp(old->edition, about.edition) != 0)
            continue;
        if (made->file != import->file)
            mix(old->digest, about.digest);
        made->file = import->file;
        return made->builder;
    }
    if (import->edition_count == import->edition_room) {
        import->edition_room = import->edition_room == 0 ? 16 : import->edition_room * 2;
        import->editions = realloc(import->editions, import->edition_room * sizeof *import->editions);
        assert(import->editions != NULL);
    }
    struct codeset_builder *builder = codeset_builder_new(&about);
    import->editions[import->edition_count++] = (struct run_edition){builder, import->file, false};
    return builder;
}

enum status
codeset_wrong(struct codeset_reading *reading, const char *format, ...)
{
    va_list arguments;
    int length = snprintf(reading->reason, CODESET_REASON_BYTES, "%s:%llu: ", codeset_source_path(reading->source),
                          (unsigned long long)codeset_source_line_number(reading->source));
    if (length < 0 || length >= CODESET_REASON_BYTES)
        return STATUS_INVALID;
    va_start(arguments, format);
    vsnprintf(reading->reason + length, CODESET_REASON_BYTES - (size_t)length, format, arguments);
    va_end(arguments);
    for (char *at = reading->reason; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || (unsigned char)*at >= 127)
            *at = '?';
    }
    return STATUS_INVALID;
}

static void
progress(struct codeset_reading *reading)
{
    const struct codeset_import_options *options = &reading->import->options;
    uint64_t done, size;
    if (options->progress == NULL)
        return;
    codeset_source_progress(reading->source, &done, &size);
    if (done - reading->told < 1 << 18)
        return;
    reading->told = done;
    options->progress(options->context, codeset_source_path(reading->source), done, size);
}

enum status
codeset_reading_give(struct codeset_reading *reading, struct codeset_builder *builder, const struct codeset_give *give)
{
    enum status status = codeset_builder_row(builder, give);
    if (status == STATUS_INVALID)
        return codeset_wrong(reading, "\"%.*s\"%s%.*s is no code", (int)(give->first.length < 40 ? give->first.length : 40),
                             give->first.data, give->second.length > 0 ? " or " : "",
                             (int)(give->second.length < 40 ? give->second.length : 40), give->second.data);
    if (status == STATUS_LIMIT) {
        codeset_wrong(reading, "too many rows or words");
        return STATUS_LIMIT;
    }
    progress(reading);
    return status;
}

void
codeset_note(struct codeset_reading *reading, const char *words)
{
    struct codeset_import *import = reading->import;
    for (size_t i = 0; i < import->note_count; i++) {
        if (import->notes[i].words == words && import->notes[i].importer == reading->importer->name) {
            import->notes[i].count++;
            return;
        }
    }
    if (import->note_count < RUN_NOTES_LIMIT)
        import->notes[import->note_count++] = (struct codeset_note_line){words, reading->importer->name, 1};
}

static struct codeset_builder *
edition_of_year(struct codeset_reading *reading, const char *set, bool complete, bool fiscal)
{
    const struct codeset_import_options *options = &reading->import->options;
    int32_t from = 0, to = 0, year = codeset_name_number(codeset_source_name(reading->source), 4, 1990, 2099);
    char edition[CODESET_EDITION_BYTES];
    if (year == 0 && (options->edition == NULL || options->from == 0)) {
        codeset_wrong(reading, "the year is not in its name: give edition, first and last day (--edition, --first, --last)");
        return NULL;
    }
    snprintf(edition, sizeof edition, "%s%d", fiscal ? "FY" : "", year);
    if (year != 0 && fiscal) {
        codeset_fiscal_year(year, &from, &to);
    } else if (year != 0) {
        from = year * 10000 + 101;
        to = year * 10000 + 1231;
    }
    return codeset_reading_edition(reading, set, edition, from, to, complete);
}

struct codeset_builder *
codeset_fiscal_edition(struct codeset_reading *reading, const char *set, bool complete)
{
    return edition_of_year(reading, set, complete, true);
}

struct codeset_builder *
codeset_year_edition(struct codeset_reading *reading, const char *set, bool complete)
{
    return edition_of_year(reading, set, complete, false);
}

struct codeset_builder *
codeset_undated_edition(struct codeset_reading *reading, const char *set, bool complete)
{
    struct text name = text_from(codeset_source_name(reading->source)), rest, stem = text_cut(name, '.', &rest);
    char edition[CODESET_EDITION_BYTES];
    text_copy(stem.length > 0 ? stem : name, edition, sizeof edition);
    return codeset_reading_edition(reading, set, edition, 0, 0, complete);
}

enum status
codeset_records(struct codeset_reading *reading, char delimiter, size_t least, size_t skip, codeset_record take, void *context)
{
    struct text fields[CODESET_FIELDS_LIMIT];
    size_t count;
    enum status status = STATUS_OK;
    for (size_t number = 0; status == STATUS_OK; number++) {
        status = codeset_source_fields(reading->source, delimiter, fields, CODESET_FIELDS_LIMIT, &count);
        if (status != STATUS_OK || number < skip || (count == 1 && fields[0].length == 0))
            continue;
        if (count < least)
            return codeset_wrong(reading, "%zu fields, and not %zu", count, least);
        status = take(reading, context, fields, count);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
