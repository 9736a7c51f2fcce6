/*
 * NUCC provider taxonomy, nucc_taxonomy_VVV.csv: Code, Grouping, Classification, Specialization, Definition, Notes, Display Name,
 * Section. Version YY.0 is published in January and holds from 1 April, YY.1 in July, from 1 October (nucc.org).
 */
#include "common/codeset/import/import.h"

#include <stdio.h>

enum { FIELD_CODE = 0, FIELD_CLASSIFICATION = 2, FIELD_DISPLAY = 6 };

static bool
recognise_taxonomy(const char *name, struct text head)
{
    (void)name;
    return text_starts(head, TEXT("Code,Grouping,Classification,Specialization,Definition"));
}

static enum status
take_taxonomy(struct codeset_reading *reading, void *context, const struct text *fields, size_t count)
{
    bool display = count > FIELD_DISPLAY && fields[FIELD_DISPLAY].length > 0;
    if (fields[FIELD_CODE].length != 10)
        return codeset_wrong(reading, "a taxonomy code has ten characters");
    struct codeset_give give = {.first = fields[FIELD_CODE], .words = fields[display ? FIELD_DISPLAY : FIELD_CLASSIFICATION]};
    return codeset_reading_give(reading, context, &give);
}

static enum status
read_taxonomy(struct codeset_reading *reading)
{
    int32_t version = codeset_name_number(codeset_source_name(codeset_reading_source(reading)), 3, 100, 999);
    int32_t year = 2000 + version / 10, from = 0, to = 0;
    char edition[CODESET_EDITION_BYTES] = "undated";
    if (version != 0) {
        from = year * 10000 + (version % 10 == 0 ? 401 : 1001);
        to = version % 10 == 0 ? year * 10000 + 930 : (year + 1) * 10000 + 331;
        snprintf(edition, sizeof edition, "%d.%d", version / 10, version % 10);
    }
    struct codeset_builder *builder = codeset_reading_edition(reading, "taxonomy", edition, from, to, true);
    return codeset_records(reading, ',', 3, 1, take_taxonomy, builder);
}

const struct codeset_importer import_taxonomy = {"taxonomy", "NUCC provider taxonomy", recognise_taxonomy, read_taxonomy};
