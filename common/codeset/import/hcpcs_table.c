/*
 * HCPCS as others lay it out: one table with a row a code, titles hcpcs_code, long_description, cov, date_term, date_added, date_action.
 * It is another's copy of CMS's list, so what it lacks may exist: the edition is not complete, and where the publisher's own file
 * (hcpcs.c) covers the day, that one judges. Its edition is the file's name, its days are the quarter there (2024-07), or the year.
 *
 * And the codes that are "not otherwise classified": hcpcs, long_description, add_date, term_date; "noc" and the year stand in the name.
 */
#include "common/codeset/import/import.h"
#include "common/codeset/import/published.h"
#include "common/codeset/import/sheet.h"
#include "common/codeset/import/workbook.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
};

/* Fields as named here; action and coverage may be empty. */
struct fields {
    struct text code, words, added, last, action, coverage;
};

static bool
read_code(const struct fields *fields, struct codeset_give *give, struct sheet_wrong *wrong)
{
    static const char kinds[] = "CDIMS"; /* as in hcpcs.c */
    int32_t action = 0;
    *give = (struct codeset_give){.first = fields->code, .words = fields->words};
    if (!published_procedure(fields->code))
        return sheet_fault(wrong, "no procedure code (five digits or upper-case letters)", fields->code);
    if (!codeset_day(fields->added, &give->from) || !codeset_day(fields->action, &action))
        return sheet_fault(wrong, "no day of being added, or of the last action", fields->added);
    if (!codeset_day(fields->last, &give->to))
        return sheet_fault(wrong, "no last day", fields->last);
    give->from = give->from != 0 ? give->from : action;
    give->flags = give->from == 0 ? CODESET_SINCE_EDITION : 0;
    const char *kind = fields->coverage.length != 1 ? NULL : memchr(kinds, fields->coverage.data[0], sizeof kinds - 1);
    give->kind = kind == NULL ? 0 : (uint16_t)(kind - kinds + 1);
    return true;
}

static enum status
give_code(const struct giving *giving, const struct fields *fields, struct sheet_wrong *wrong)
{
    struct codeset_give give;
    return read_code(fields, &give, wrong) ? codeset_reading_give(giving->reading, giving->builder, &give) : STATUS_INVALID;
}

static enum status
give_row(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    return give_code(context, &(struct fields){fields[0], fields[1], fields[3], fields[2], fields[4], fields[5]}, wrong);
}

static const struct sheet_layout table_layout = {
    .columns = {{"hcpcscode"}, {"longdescription"}, {"dateterm"}, {"dateadded"}, {"dateaction"}, {"cov"}},
    .row = give_row,
};

static enum status
give_noc(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    return give_code(context, &(struct fields){.code = fields[0], .words = fields[1], .added = fields[2], .last = fields[3]}, wrong);
}

static const struct sheet_layout noc_layout = {
    .columns = {{"hcpcs"}, {"longdescription"}, {"adddate"}, {"termdate"}},
    .row = give_noc,
};

static bool
recognise_table(const char *name, struct text head)
{
    (void)name;
    return !workbook_recognise(head) && sheet_titled(&table_layout, head);
}

static bool
recognise_noc(const char *name, struct text head)
{
    return codeset_name_has(name, "noc") && !workbook_recognise(head) && sheet_titled(&noc_layout, head);
}

static enum status
read_table(struct codeset_reading *reading)
{
    const char *name = codeset_source_name(codeset_reading_source(reading));
    int32_t year = codeset_name_number(name, 4, 1990, 2099), month = codeset_name_number(name, 2, 1, 12);
    struct giving giving = {reading, codeset_undated_edition(reading, "hcpcs", false)};
    struct codeset_about *about = codeset_builder_about(giving.builder);
    int32_t from = year * 10000 + 101, to = year * 10000 + 1231;
    if (year == 0 && about->from == 0)
        return codeset_wrong(reading, "the year is not in its name: give edition, first and last day (--edition, --first, --last)");
    if (month % 3 == 1)
        codeset_quarter(year * 10000 + month * 100 + 1, &from, &to);
    about->from = about->from != 0 ? about->from : from;
    about->to = about->to != 0 ? about->to : to;
    return sheet_read(reading, &table_layout, &giving);
}

static enum status
read_noc(struct codeset_reading *reading)
{
    struct giving giving = {reading, codeset_year_edition(reading, "hcpcs_noc", true)};
    return giving.builder == NULL ? STATUS_INVALID : sheet_read(reading, &noc_layout, &giving);
}

const struct codeset_importer import_hcpcs_table = {"hcpcs_table", "HCPCS level II as a table", recognise_table, read_table};
const struct codeset_importer import_hcpcs_noc = {"hcpcs_noc", "HCPCS codes not otherwise classified", recognise_noc, read_noc};
