/*
 * CPT as its owner sells it to those who have a licence: the consolidated code list, lines about the licence, then a table (tabs, or a
 * workbook) with the titles Concept Id, CPT Code, Long, Medium, Short, Consumer, Spanish Consumer, Current Descriptor Effective Date, Test
 * Name, Lab Name, Manufacturer Name. All categories stand in it, one row a code. The day of a descriptor is not the first day of its code:
 * each code is valid since the edition, whose year stands in the file's name. Nothing of CPT is shipped.
 */
#include "common/codeset/import/import.h"
#include "common/codeset/import/published.h"
#include "common/codeset/import/sheet.h"
#include "common/codeset/import/workbook.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
};

enum { CODE, LONG, MEDIUM, SHORT };

static enum status
give_row(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    const struct giving *giving = context;
    struct codeset_give give = {.first = fields[CODE], .flags = CODESET_SINCE_EDITION};
    if (!published_procedure(give.first)) {
        sheet_fault(wrong, "no procedure code (five digits or upper-case letters)", give.first);
        return STATUS_INVALID;
    }
    for (unsigned i = LONG; i <= SHORT && give.words.length == 0; i++)
        give.words = fields[i];
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

static const struct sheet_layout layout = {
    .columns = {{"cptcode"}, {"long"}, {"medium"}, {"short"}, {"currentdescriptoreffectivedate"}},
    .row = give_row,
};

static bool
recognise(const char *name, struct text head)
{
    return sheet_titled(&layout, head) || (workbook_recognise(head) && codeset_name_has(name, "consolidated"));
}

static enum status
read(struct codeset_reading *reading)
{
    struct giving giving = {reading, codeset_year_edition(reading, "cpt", true)};
    return giving.builder == NULL ? STATUS_INVALID : sheet_read(reading, &layout, &giving);
}

const struct codeset_importer import_cpt = {"cpt", "CPT, consolidated code list", recognise, read};
