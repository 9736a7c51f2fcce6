/* The present-on-admission list and the conversion table. */
#include "common/codeset/import/icd_lists.h"

#include "common/codeset/import/icd_codes.h"
#include "common/codeset/import/published.h"
#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"
#include "common/date/date.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
};

/* ---- exempt from present on admission ---- */

bool
poa_exempt_read(const struct text *fields, struct poa_exempt *row, struct sheet_wrong *wrong)
{
    struct text code;
    uint64_t order;
    if (!text_to_u64(fields[0], &order))
        return sheet_fault(wrong, "no order number", fields[0]);
    return published_diagnosis(fields[1], row->code, &code) || sheet_fault(wrong, "no diagnosis code", fields[1]);
}

static enum status
give_poa_exempt(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct poa_exempt row;
    if (!poa_exempt_read(fields, &row, wrong))
        return STATUS_INVALID;
    return codeset_reading_give(giving->reading, giving->builder, &(struct codeset_give){.first = text_from(row.code)});
}

/* The number's title carries the year: "Order24", "OrdFY25". */
const struct sheet_layout poa_exempt_layout = {
    .columns = {{"ord"}, {"poaexemptcode"}, {"description"}},
    .row = give_poa_exempt,
};

/* The lists of what was added, deleted, revised stand beside the whole list and are not read. */
static bool
recognise_poa_exempt(const char *name, struct text head)
{
    return codeset_name_has(name, "POAexemptCodes") && !workbook_recognise(head) && sheet_titled(&poa_exempt_layout, head);
}

static enum status
read_poa_exempt(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    struct published_edition edition;
    enum status status = STATUS_OK;
    if (!published_fiscal_year(codeset_source_path(codeset_reading_source(reading)), false, &edition))
        status = published_unknown(reading, &edition, "a fiscal year (\"FY24\")");
    if (status != STATUS_OK)
        return status;
    giving.builder = codeset_reading_edition(reading, "poa_exempt", edition.name, edition.from, edition.to, true);
    return sheet_read(reading, &poa_exempt_layout, &giving);
}

const struct codeset_importer import_poa_exempt = {"poa_exempt", "codes exempt from present on admission", recognise_poa_exempt,
                                                   read_poa_exempt};

/* ---- conversion ---- */

/* 2023 is the fiscal year that begins on 2023-10-01; 45017 a day. */
static bool
read_first_day(struct text field, int32_t *day)
{
    uint64_t number;
    if (!text_to_u64(field, &number))
        return codeset_day(field, day);
    if (number >= 2015 && number < 2100)
        *day = (int32_t)number * 10000 + 1001;
    else if (number >= 40000 && number < 80000)
        *day = date_from_days((int32_t)number - 25569); /* 1970-01-01 is 25569 */
    else
        return codeset_day(field, day);
    return true;
}

bool
conversion_read(const struct text *fields, struct conversion *row, struct sheet_wrong *wrong)
{
    struct text code;
    if (!published_diagnosis(fields[0], row->code, &code))
        return sheet_fault(wrong, "no diagnosis code", fields[0]);
    if (!read_first_day(fields[1], &row->from) || row->from == 0)
        return sheet_fault(wrong, "neither a year nor a day", fields[1]);
    row->before = text_is(fields[2], "None") || text_is(fields[2], "none") ? (struct text){0} : fields[2];
    return true;
}

/* "Codes in Categories V20-V79": what stands before the first code. */
static struct text
without_introduction(struct text before)
{
    for (size_t i = 0; i + 1 < before.length; i++)
        if ((i == 0 || before.data[i - 1] == ' ') && before.data[i] >= 'A' && before.data[i] <= 'Z' && before.data[i + 1] >= '0' &&
            before.data[i + 1] <= '9')
            return text_of(before.data + i, before.length - i);
    return before;
}

static enum status
give_conversion(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct conversion row;
    struct icd_codes codes[ICD_CODES_LIMIT];
    int32_t numbers[2] = {0, 0};
    size_t count;
    enum status status = STATUS_OK;
    if (!conversion_read(fields, &row, wrong))
        return STATUS_INVALID;
    enum icd_codes_found found = icd_codes_list(without_introduction(row.before), codes, &count);
    struct codeset_give give = {.first = text_from(row.code), .from = row.from, .words = row.before, .numbers = numbers};
    if (row.before.length > 0 && found != ICD_CODES_READ)
        codeset_note(giving->reading, "previous codes that stay words: they were not understood");
    if (count == 0)
        return codeset_reading_give(giving->reading, giving->builder, &give);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        give.second = text_from(codes[i].low);
        codeset_key_to_numbers(codeset_key(text_from(codes[i].high)), numbers);
        status = codeset_reading_give(giving->reading, giving->builder, &give);
    }
    return status;
}

const struct sheet_layout conversion_layout = {
    .columns = {{"currentcodeassignment"}, {"effective"}, {"previouscode"}},
    .row = give_conversion,
};

static bool
recognise_conversion(const char *name, struct text head)
{
    if (workbook_recognise(head))
        return codeset_name_has(name, "CONVERSION") && codeset_name_has(name, "ICD");
    return sheet_titled(&conversion_layout, head);
}

/* The table is of all years since ICD-10-CM came into use: it covers days from then to the end of its own. */
static enum status
read_conversion(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    struct published_edition edition;
    enum status status = STATUS_OK;
    if (!published_fiscal_year(codeset_source_path(codeset_reading_source(reading)), false, &edition))
        status = published_unknown(reading, &edition, "a fiscal year (\"FY2026\")");
    if (status != STATUS_OK)
        return status;
    giving.builder = codeset_reading_edition(reading, "icd10cm_conversion", edition.name, 20151001, edition.to, true);
    return sheet_read(reading, &conversion_layout, &giving);
}

const struct codeset_importer import_conversion = {"icd10cm_conversion", "ICD-10-CM conversion table", recognise_conversion,
                                                   read_conversion};
