/*
 * The generic form, for any list of one's own (CPT, CDT, the UB-04 manual): that of `claimline check --codes` (docs/x12/codes.md). The
 * first line: "codes", set, edition, first and last day, "complete" or "partial"; each other line: code, words, first and last
 * day. The fields stand between tabs, "|", ";" or ",", whichever follows the word "codes". Points in codes are left out.
 */
#include "common/codeset/import/import.h"

static bool
recognise_generic(const char *name, struct text head)
{
    (void)name;
    return head.length > 6 && text_starts(head, TEXT("codes")) && strchr("\t|;,", head.data[5]) != NULL;
}

/* A set's name: small letters, digits and "_", as it stands in names of files. */
static bool
take_name(struct text field, char name[CODESET_NAME_BYTES])
{
    for (size_t i = 0; i < field.length; i++) {
        char c = field.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    if (field.length == 0 || field.length >= CODESET_NAME_BYTES)
        return false;
    text_copy(field, name, CODESET_NAME_BYTES);
    return true;
}

static struct text
field_at(const struct text *fields, size_t count, size_t index)
{
    return index < count ? text_trim(fields[index]) : (struct text){0};
}

static enum status
take_row(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    char buffer[CODESET_KEY_LENGTH + 1];
    struct codeset_give give = {.words = field_at(fields, count, 1)};
    if (fields[0].length > 0 && fields[0].data[0] == '#')
        return STATUS_OK;
    if (!codeset_code(fields[0], buffer, &give.first) || give.first.length == 0)
        return codeset_wrong(reading, "a code has 1 to %d characters", CODESET_KEY_LENGTH);
    if (!codeset_day(field_at(fields, count, 2), &give.from) || !codeset_day(field_at(fields, count, 3), &give.to))
        return codeset_wrong(reading, "first or last day is no day");
    return codeset_reading_give(reading, context, &give);
}

static enum status
read_generic(struct codeset_reading *reading)
{
    struct codeset_source *source = codeset_reading_source(reading);
    struct text head, fields[6];
    size_t count;
    int32_t from, to;
    char set[CODESET_NAME_BYTES], edition[CODESET_EDITION_BYTES];
    enum status status = codeset_source_head(source, &head);
    if (status != STATUS_OK)
        return status;
    char delimiter = head.data[5];
    status = codeset_source_fields(source, delimiter, fields, 6, &count);
    if (status != STATUS_OK)
        return status;
    if (count < 3 || !take_name(text_trim(fields[1]), set))
        return codeset_wrong(reading, "the first line is: codes, set, edition, first day, last day, complete or partial");
    const struct codeset_kind *kind = codeset_kind_named(set);
    if (kind != NULL && kind->relation)
        return codeset_wrong(reading, "%s is no list of codes", set);
    struct text state = field_at(fields, count, 5), name = text_trim(fields[2]);
    if (name.length == 0 || name.length >= sizeof edition)
        return codeset_wrong(reading, "an edition's name has 1 to %d bytes", CODESET_EDITION_BYTES - 1);
    if (!codeset_day(field_at(fields, count, 3), &from) || !codeset_day(field_at(fields, count, 4), &to))
        return codeset_wrong(reading, "first or last day is no day");
    if (state.length > 0 && !text_is(state, "complete") && !text_is(state, "partial"))
        return codeset_wrong(reading, "neither complete nor partial");
    text_copy(name, edition, sizeof edition);
    struct codeset_builder *builder = codeset_reading_edition(reading, set, edition, from, to, !text_is(state, "partial"));
    return codeset_records(reading, delimiter, 1, 0, take_row, builder);
}

const struct codeset_importer import_generic = {"generic", "list of one's own", recognise_generic, read_generic};
