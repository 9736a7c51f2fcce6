/* NCCI: pairs, units, add-on codes. */
#include "common/codeset/import/ncci.h"

#include "common/codeset/import/published.h"
#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
    char setting[CODESET_NAME_BYTES]; /* of the MUE table, from its titles or its name */
};

/* A day; "*" and nothing are none. */
static bool
read_day(struct text field, int32_t *day, struct sheet_wrong *wrong)
{
    return codeset_day(field, day) || sheet_fault(wrong, "no date", field);
}

static bool
read_code(struct text field, struct text *code, struct sheet_wrong *wrong)
{
    *code = field;
    return published_procedure(field) || sheet_fault(wrong, "no procedure code (five digits or upper-case letters)", field);
}

/* The single digit at the start of a field, alone or before a blank. */
static bool
read_digit(struct text field, const char *allowed, uint16_t *digit)
{
    if (field.length == 0 || (field.length > 1 && field.data[1] != ' ') || strchr(allowed, field.data[0]) == NULL ||
        field.data[0] == '\0')
        return false;
    *digit = (uint16_t)(field.data[0] - '0');
    return true;
}

/* ---- pairs ---- */

bool
ncci_pair_read(const struct text *fields, struct ncci_pair *pair, struct sheet_wrong *wrong)
{
    if (!read_code(fields[0], &pair->column1, wrong) || !read_code(fields[1], &pair->column2, wrong))
        return false;
    pair->before_1996 = text_is(fields[2], "*");
    if (fields[2].length > 0 && !pair->before_1996)
        return sheet_fault(wrong, "neither \"*\" nor nothing in the column of edits before 1996", fields[2]);
    if (!read_day(fields[3], &pair->from, wrong) || !read_day(fields[4], &pair->to, wrong))
        return false;
    if (fields[5].length != 1 || !read_digit(fields[5], "019", &pair->modifier))
        return sheet_fault(wrong, "no modifier indicator; allowed: 0, 1, 9", fields[5]);
    pair->rationale = fields[6];
    return true;
}

static enum status
give_pair(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct ncci_pair pair;
    if (!ncci_pair_read(fields, &pair, wrong))
        return STATUS_INVALID;
    bool since = pair.from == 0 && !pair.before_1996;
    if (since)
        codeset_note(giving->reading, "rows without a first day: they stand since the edition does");
    struct codeset_give give = {.first = pair.column1,
                                .second = pair.column2,
                                .from = pair.from,
                                .to = pair.to,
                                .kind = pair.modifier,
                                .flags = since ? CODESET_SINCE_EDITION : 0,
                                .words = pair.rationale};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

const struct sheet_layout ncci_pair_layout = {
    .columns = {{"column1"}, {"column2"}, {"inexistence", true}, {"effective"}, {"deletion"}, {"modifier"}, {"ptpeditrationale", true}},
    .row = give_pair,
};

static bool
recognise_pairs(const char *name, struct text head)
{
    return (codeset_name_has(name, "ccipra") || codeset_name_has(name, "ccioph")) && !workbook_recognise(head) &&
           sheet_titled(&ncci_pair_layout, head);
}

/* The edition that the name tells. */
static enum status
begin_quarter(struct giving *giving, const char *set)
{
    struct published_edition edition;
    enum status status = STATUS_OK;
    if (!published_quarter(codeset_source_path(codeset_reading_source(giving->reading)), &edition))
        status = published_unknown(giving->reading, &edition, "a quarter (\"2024-07-01\", \"v302r0\")");
    if (status != STATUS_OK)
        return status;
    giving->builder = codeset_reading_edition(giving->reading, set, edition.name, edition.from, edition.to, true);
    return STATUS_OK;
}

static enum status
read_pairs(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    const char *name = codeset_source_name(codeset_reading_source(reading));
    if (codeset_name_has(name, "-f"))
        codeset_note(reading, "parts of a table: give all of them to one import, an import takes the place of the one before");
    enum status status = begin_quarter(&giving, codeset_name_has(name, "ccipra") ? "ncci_practitioner" : "ncci_hospital");
    return status == STATUS_OK ? sheet_read(reading, &ncci_pair_layout, &giving) : status;
}

const struct codeset_importer import_ncci_pairs = {"ncci_pairs", "NCCI procedure to procedure edits", recognise_pairs, read_pairs};

/* ---- units ---- */

bool
ncci_mue_read(const struct text *fields, struct ncci_mue *mue, struct sheet_wrong *wrong)
{
    if (!read_code(fields[0], &mue->code, wrong))
        return false;
    if (!codeset_number(fields[1], &mue->units) || mue->units < 0)
        return sheet_fault(wrong, "no number of units", fields[1]);
    if (!read_digit(fields[2], "123", &mue->adjudication))
        return sheet_fault(wrong, "no adjudication indicator; allowed: 1, 2, 3 and their words", fields[2]);
    mue->rationale = fields[3];
    return true;
}

/* "Practitioner Services MUE Values" tells the setting. */
static void
note_setting(void *context, const struct text *cells, size_t count)
{
    static const struct {
        const char *words, *set;
    } settings[] = {{"practitioner services mue", "mue_practitioner"},
                    {"hospital services mue", "mue_hospital"},
                    {"supplier services mue", "mue_supplier"}};
    struct giving *giving = context;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < 3; k++)
            if (codeset_head_has(cells[i], settings[k].words))
                strcpy(giving->setting, settings[k].set);
}

static enum status
give_mue(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct ncci_mue mue;
    enum status status = STATUS_OK;
    if (!ncci_mue_read(fields, &mue, wrong))
        return STATUS_INVALID;
    if (giving->builder == NULL && giving->setting[0] == '\0')
        return codeset_wrong(giving->reading, "the titles do not tell the setting (practitioner, outpatient hospital, supplier)");
    if (giving->builder == NULL)
        status = begin_quarter(giving, giving->setting);
    if (status != STATUS_OK)
        return status;
    struct codeset_give give = {
        .first = mue.code, .kind = mue.adjudication, .words = mue.rationale, .numbers = &mue.units};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

const struct sheet_layout ncci_mue_layout = {
    .columns = {{"hcpcscptcode"}, {"muevalues"}, {"mueadjudicationindicator"}, {"muerationale", true}},
    .row = give_mue,
    .before = note_setting,
};

static bool
recognise_mue(const char *name, struct text head)
{
    (void)name;
    return !workbook_recognise(head) && sheet_titled(&ncci_mue_layout, head);
}

static enum status
read_mue(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    return sheet_read(reading, &ncci_mue_layout, &giving);
}

const struct codeset_importer import_ncci_mue = {"ncci_mue", "NCCI medically unlikely edits", recognise_mue, read_mue};

/* ---- add-on codes ---- */

static int32_t
earlier(int32_t a, int32_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

bool
ncci_add_on_read(const struct text *fields, struct ncci_add_on *add_on, struct sheet_wrong *wrong)
{
    int32_t edit_to, add_on_to, primary_to;
    if (!read_code(fields[0], &add_on->add_on, wrong) || !read_code(fields[1], &add_on->primary, wrong))
        return false;
    if (!read_digit(fields[2], "123", &add_on->type) || fields[2].length != 1)
        return sheet_fault(wrong, "no type of add-on code; allowed: 1, 2, 3", fields[2]);
    if (!read_day(fields[3], &add_on->from, wrong) || !read_day(fields[4], &edit_to, wrong) ||
        !read_day(fields[5], &add_on_to, wrong) || !read_day(fields[6], &primary_to, wrong))
        return false;
    add_on->to = earlier(edit_to, earlier(add_on_to, primary_to));
    add_on->notes = fields[7];
    return true;
}

static enum status
give_add_on(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct ncci_add_on add_on;
    if (!ncci_add_on_read(fields, &add_on, wrong))
        return STATUS_INVALID;
    struct codeset_give give = {.first = add_on.add_on,
                                .second = add_on.primary,
                                .from = add_on.from,
                                .to = add_on.to,
                                .kind = add_on.type,
                                .flags = add_on.from == 0 ? CODESET_SINCE_EDITION : 0,
                                .words = add_on.notes};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

/* Dates of the official form are days of a year (CCYYDDD). */
const struct sheet_layout ncci_add_on_layout = {
    .columns = {{"addoncode"},
                {"primarycode"},
                {"aocedittype"},
                {"aocediteffdt", true},
                {"aoceditdeldt", true},
                {"aocdeldt", true},
                {"primarycodedeldt", true},
                {"specialinstruction", true}},
    .row = give_add_on,
};

static bool
recognise_add_on(const char *name, struct text head)
{
    if (workbook_recognise(head))
        return codeset_name_has(name, "AOC_V");
    return sheet_titled(&ncci_add_on_layout, head);
}

static enum status
read_add_on(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    enum status status = begin_quarter(&giving, "add_on");
    return status == STATUS_OK ? sheet_read(reading, &ncci_add_on_layout, &giving) : status;
}

const struct codeset_importer import_ncci_add_on = {"ncci_add_on", "NCCI add-on code edits", recognise_add_on, read_add_on};
