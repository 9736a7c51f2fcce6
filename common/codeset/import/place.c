/*
 * Places of service as a table: a first line with pos_code, pos_type (Facility, Non-Facility), pos_name, pos_description. The
 * year is in the name. A number whose type is Unassigned is nobody's yet: it may not be billed.
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
take_place(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    (void)count;
    if (fields[0].length != 2)
        return codeset_wrong(reading, "a place has two digits");
    struct codeset_give give = {.first = fields[0], .words = fields[2]};
    give.flags = text_is(text_trim(fields[1]), "Facility") ? CODESET_FACILITY : 0;
    give.flags |= text_is(text_trim(fields[1]), "Unassigned") ? CODESET_HEADER : 0;
    return codeset_reading_give(reading, context, &give);
}

static enum status
read_place(struct codeset_reading *reading)
{
    struct codeset_builder *builder = codeset_year_edition(reading, "place", true);
    return builder == NULL ? STATUS_INVALID : codeset_records(reading, ',', 3, 1, take_place, builder);
}

const struct codeset_importer import_place = {"place", "places of service", recognise_place, read_place};
