#include "common/codeset/import/coverage.h"

#include "common/codeset/import/import.h"
#include "common/codeset/import/published.h"

enum { PROCEDURE, FIRST, LAST, FROM, UNTIL, POLICY, NOT, FIELDS };

size_t
coverage_length(uint64_t key)
{
    char buffer[CODESET_KEY_LENGTH + 1];
    return codeset_key_text(key, buffer).length;
}

static bool
recognise_coverage(const char *name, struct text head)
{
    (void)name;
    return head.length > 9 && text_starts(head, TEXT("coverage")) && strchr("\t|;,", head.data[8]) != NULL;
}

static struct text
field_at(const struct text *fields, size_t count, size_t index)
{
    return index < count ? text_trim(fields[index]) : (struct text){0};
}

static enum status
take_row(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    char first[8], last[8], procedure[CODESET_KEY_LENGTH + 1];
    int32_t numbers[COVERAGE_NUMBERS];
    struct text code, end, word = field_at(fields, count, NOT);
    struct codeset_give give = {.words = field_at(fields, count, POLICY), .kind = COVERAGE_SUPPORTS, .numbers = numbers};
    if (fields[0].length > 0 && fields[0].data[0] == '#')
        return STATUS_OK;
    if (!codeset_code(fields[PROCEDURE], procedure, &give.first) || !published_procedure(give.first))
        return codeset_wrong(reading, "a procedure has five characters");
    if (!published_diagnosis(field_at(fields, count, FIRST), first, &code))
        return codeset_wrong(reading, "no diagnosis");
    if (give.words.length == 0)
        return codeset_wrong(reading, "no number of a policy");
    end = field_at(fields, count, LAST);
    if (end.length == 0)
        end = code;
    else if (!published_diagnosis(end, last, &end))
        return codeset_wrong(reading, "the last diagnosis is none");
    give.second = code;
    codeset_key_to_numbers(codeset_key(end), numbers);
    if (codeset_key(end) < codeset_key(code))
        return codeset_wrong(reading, "the last diagnosis stands before the first");
    if (!codeset_day(field_at(fields, count, FROM), &give.from) || !codeset_day(field_at(fields, count, UNTIL), &give.to))
        return codeset_wrong(reading, "first or last day is no day");
    if (word.length > 0 && !text_is(word, "not"))
        return codeset_wrong(reading, "neither empty nor not");
    if (word.length > 0)
        give.kind = COVERAGE_EXCLUDES;
    return codeset_reading_give(reading, context, &give);
}

static enum status
read_coverage(struct codeset_reading *reading)
{
    struct codeset_source *source = codeset_reading_source(reading);
    struct text head, fields[FIELDS];
    size_t count;
    int32_t from, to;
    char edition[CODESET_EDITION_BYTES];
    enum status status = codeset_source_head(source, &head);
    if (status != STATUS_OK)
        return status;
    char delimiter = head.data[8];
    status = codeset_source_fields(source, delimiter, fields, FIELDS, &count);
    if (status != STATUS_OK)
        return status;
    struct text name = field_at(fields, count, 1), state = field_at(fields, count, 4);
    if (name.length == 0 || name.length >= sizeof edition)
        return codeset_wrong(reading, "the first line is: coverage, edition, first day, last day, complete or partial");
    if (!codeset_day(field_at(fields, count, 2), &from) || !codeset_day(field_at(fields, count, 3), &to))
        return codeset_wrong(reading, "first or last day is no day");
    if (!text_is(state, "complete") && !text_is(state, "partial"))
        return codeset_wrong(reading, "neither complete nor partial");
    text_copy(name, edition, sizeof edition);
    struct codeset_builder *builder =
        codeset_reading_edition(reading, "coverage", edition, from, to, text_is(state, "complete"));
    return codeset_records(reading, delimiter, 1, 0, take_row, builder);
}

const struct codeset_importer import_coverage = {"coverage", "coverage policies (LCD, NCD)", recognise_coverage, read_coverage};
