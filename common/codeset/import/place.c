/*
 * Places of service as a table: a first line with pos_code, pos_type (Facility, Non-Facility), pos_name, pos_description. The
 * year is in the name.
 */
#include "common/codeset/import/import.h"

static bool
recognise_place(const char *name, struct text head)
{
    struct text rest;
    (void)name;
    return codeset_head_has(text_cut(head, '\n', &rest), "pos_code,pos_type,pos_name");
}

static enum status
read_place(struct codeset_reading *reading)
{
    struct codeset_source *source = codeset_reading_source(reading);
    struct codeset_builder *builder = codeset_year_edition(reading, "place", true);
    struct text fields[4];
    size_t count;
    if (builder == NULL)
        return STATUS_INVALID;
    enum status status = codeset_source_fields(source, ',', fields, 4, &count);
    while (status == STATUS_OK && (status = codeset_source_fields(source, ',', fields, 4, &count)) == STATUS_OK) {
        if (count == 1 && fields[0].length == 0)
            continue;
        if (count < 3)
            return codeset_wrong(reading, "%zu fields, not code, type and name", count);
        if (fields[0].length != 2)
            return codeset_wrong(reading, "a place has two digits");
        struct codeset_give give = {.first = fields[0], .words = fields[2]};
        give.flags = text_is(text_trim(fields[1]), "Facility") ? CODESET_FACILITY : 0;
        status = codeset_reading_give(reading, builder, &give);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

const struct codeset_importer import_place = {"place", "places of service", recognise_place, read_place};
