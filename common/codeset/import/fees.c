/* Relative values and payment indicators. */
#include "common/codeset/import/fees.h"

#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"

#include <stdio.h>

enum { FEE_COLUMNS = 31, FEE_PLACE_STATUS = 3 };

enum form { HUNDREDTHS, TEN_THOUSANDTHS, WHOLE, NOT_APPLICABLE, PLUS, GLOBAL_DAYS, CODE };

/* Column of the file, from 0, by number. */
static const struct {
    uint8_t column, number;
    enum form form;
} columns[] = {
    {4, FEE_NOT_FOR_MEDICARE, PLUS},
    {5, FEE_WORK, HUNDREDTHS},
    {6, FEE_NONFACILITY_PE, HUNDREDTHS},
    {7, FEE_NONFACILITY_NA, NOT_APPLICABLE},
    {8, FEE_FACILITY_PE, HUNDREDTHS},
    {9, FEE_FACILITY_NA, NOT_APPLICABLE},
    {10, FEE_MALPRACTICE, HUNDREDTHS},
    {11, FEE_NONFACILITY_TOTAL, HUNDREDTHS},
    {12, FEE_FACILITY_TOTAL, HUNDREDTHS},
    {13, FEE_PCTC, WHOLE},
    {14, FEE_GLOBAL, GLOBAL_DAYS},
    {15, FEE_PRE, HUNDREDTHS},
    {16, FEE_INTRA, HUNDREDTHS},
    {17, FEE_POST, HUNDREDTHS},
    {18, FEE_MULTIPLE, WHOLE},
    {19, FEE_BILATERAL, WHOLE},
    {20, FEE_ASSISTANT, WHOLE},
    {21, FEE_CO_SURGEON, WHOLE},
    {22, FEE_TEAM, WHOLE},
    {23, FEE_ENDOSCOPY_BASE, CODE},
    {24, FEE_CONVERSION, TEN_THOUSANDTHS},
    {25, FEE_SUPERVISION, CODE},
    {26, FEE_CALCULATION, WHOLE},
    {27, FEE_IMAGING_FAMILY, WHOLE},
    {28, FEE_OPPS_NONFACILITY_PE, HUNDREDTHS},
    {29, FEE_OPPS_FACILITY_PE, HUNDREDTHS},
    {30, FEE_OPPS_MALPRACTICE, HUNDREDTHS},
};

const char *const fee_global_concepts[FEE_GLOBAL_CONCEPTS] = {"MMM", "XXX", "YYY", "ZZZ"};

static bool
read_global(struct text field, int32_t *days)
{
    for (int i = 0; i < FEE_GLOBAL_CONCEPTS; i++)
        if (text_is(field, fee_global_concepts[i])) {
            *days = -1 - i;
            return true;
        }
    return codeset_number(field, days) && *days >= 0;
}

/* Nothing is 0. */
static bool
read_number(struct text field, enum form form, int32_t *number)
{
    if (field.length == 0)
        return true;
    switch (form) {
    case HUNDREDTHS:
        return codeset_decimal(field, 2, number);
    case TEN_THOUSANDTHS:
        return codeset_decimal(field, 4, number);
    case WHOLE:
        return codeset_number(field, number);
    case NOT_APPLICABLE:
        *number = 1;
        return text_is(field, "NA");
    case PLUS:
        *number = 1;
        return text_is(field, "+");
    case GLOBAL_DAYS:
        return read_global(field, number);
    case CODE:
        if (codeset_key(field) == 0)
            return false;
        codeset_key_to_numbers(codeset_key(field), number);
        return true;
    }
    return false;
}

bool
fee_read(const struct text *fields, struct fee *fee, struct sheet_wrong *wrong)
{
    *fee = (struct fee){.procedure = fields[0], .modifier = fields[1]};
    if (!published_procedure(fee->procedure))
        return sheet_fault(wrong, "no procedure code (five digits or upper-case letters)", fields[0]);
    if (fee->modifier.length != 0 && (fee->modifier.length != 2 || codeset_key(fee->modifier) == 0))
        return sheet_fault(wrong, "no modifier of two characters", fields[1]);
    struct text status = fields[FEE_PLACE_STATUS];
    if (status.length != 1 || status.data[0] < 'A' || status.data[0] > 'Z')
        return sheet_fault(wrong, "no status code (a letter)", status);
    fee->status = status.data[0];
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (!read_number(fields[columns[i].column], columns[i].form, &fee->numbers[columns[i].number]))
            return sheet_fault(wrong, "a value or indicator that the layout does not have", fields[columns[i].column]);
    return true;
}

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
};

static enum status
give_fee(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct fee fee;
    if (!fee_read(fields, &fee, wrong))
        return STATUS_INVALID;
    struct codeset_give give = {
        .first = fee.procedure, .second = fee.modifier, .kind = (uint16_t)fee.status, .numbers = fee.numbers};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

/* Publishers write the titles over four lines, of which the last begins so. */
const struct sheet_layout fee_layout = {
    .columns = {{"hcpcs"}, {"mod"}, {"description"}},
    .by_place = FEE_COLUMNS,
    .row = give_fee,
};

unsigned
fee_quarter_number(const char *path)
{
    static const char *const months[] = {"_JAN", "_APR", "_JUL", "_OCT"};
    for (unsigned quarter = 0; quarter < 4; quarter++)
        if (codeset_name_has(path, months[quarter]))
            return quarter + 1;
    return 0;
}

bool
fee_quarter(const char *path, struct published_edition *edition)
{
    int32_t quarter = (int32_t)fee_quarter_number(path);
    int32_t year = codeset_name_number(path, 2, 10, 99);
    if (year == 0)
        year = codeset_name_number(path, 4, 2010, 2099) % 100;
    if (year == 0 || quarter == 0)
        return false;
    codeset_quarter((2000 + year) * 10000 + (quarter * 3 - 2) * 100 + 1, &edition->from, &edition->to);
    snprintf(edition->name, sizeof edition->name, "%dQ%d", 2000 + year, quarter);
    return true;
}

static bool
recognise_fees(const char *name, struct text head)
{
    return codeset_name_has(name, "PPRRVU") && !workbook_recognise(head) && sheet_titled(&fee_layout, head);
}

static enum status
read_fees(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    struct published_edition edition;
    enum status status = STATUS_OK;
    if (!fee_quarter(codeset_source_path(codeset_reading_source(reading)), &edition))
        status = published_unknown(reading, &edition, "year and quarter (\"PPRRVU24_JUL\")");
    if (status != STATUS_OK)
        return status;
    giving.builder = codeset_reading_edition(reading, "fees", edition.name, edition.from, edition.to, true);
    return sheet_read(reading, &fee_layout, &giving);
}

const struct codeset_importer import_fees = {"fees", "physician fee schedule, relative values", recognise_fees, read_fees};
