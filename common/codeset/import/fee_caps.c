/* Prices under the OPPS cap. */
#include "common/codeset/import/fees.h"

#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
};

bool
fee_cap_read(const struct text *fields, struct fee_cap *row, struct sheet_wrong *wrong)
{
    *row = (struct fee_cap){.procedure = fields[0], .modifier = fields[1]};
    if (!published_procedure(fields[0]))
        return sheet_fault(wrong, "no procedure code (five digits or upper-case letters)", fields[0]);
    if (fields[1].length != 0 && (fields[1].length != 2 || codeset_key(fields[1]) == 0))
        return sheet_fault(wrong, "no modifier of two characters", fields[1]);
    if (fields[2].length != 1 || fields[2].data[0] < 'A' || fields[2].data[0] > 'Z')
        return sheet_fault(wrong, "no status code (a letter)", fields[2]);
    row->status = fields[2].data[0];
    if (!fee_place(fields[3], fields[4], row->locality, wrong))
        return false;
    if (!codeset_decimal(fields[5], 2, &row->facility_cents) || row->facility_cents < 0)
        return sheet_fault(wrong, "no price", fields[5]);
    if (!codeset_decimal(fields[6], 2, &row->nonfacility_cents) || row->nonfacility_cents < 0)
        return sheet_fault(wrong, "no price", fields[6]);
    return true;
}

static enum status
give_cap(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct fee_cap row;
    if (!fee_cap_read(fields, &row, wrong))
        return STATUS_INVALID;
    int32_t numbers[4] = {0, 0, row.facility_cents, row.nonfacility_cents};
    if (row.modifier.length > 0)
        codeset_key_to_numbers(codeset_key(row.modifier), numbers);
    struct codeset_give give = {
        .first = row.procedure, .second = text_from(row.locality), .kind = (uint16_t)row.status, .numbers = numbers};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

const struct sheet_layout fee_cap_layout = {
    .columns = {{"hcpcs"}, {"mod"}, {"procstat"}, {"carrier"}, {"locality"}, {"facilityprice"}, {"nonfacilityprice|nonfacility"}},
    .row = give_cap,
};

static bool
recognise_caps(const char *name, struct text head)
{
    return codeset_name_has(name, "OPPSCAP") && !workbook_recognise(head) && sheet_titled(&fee_cap_layout, head);
}

/* The name tells the quarter; neither it nor titles and rows tell the year, which stands in the name of the zip alone. */
static enum status
unknown_year(struct codeset_reading *reading, struct published_edition *edition)
{
    static const char *const days[][2] = {{"01-01", "03-31"}, {"04-01", "06-30"}, {"07-01", "09-30"}, {"10-01", "12-31"}};
    unsigned quarter = fee_quarter_number(codeset_source_path(codeset_reading_source(reading)));
    if (quarter == 0 || published_given(reading))
        return published_unknown(reading, edition, "year and quarter (\"rvu24c.zip\", \"OPPSCAP24_JUL\")");
    return codeset_wrong(reading,
                         "no name tells the year: import the zip that the file came in (rvu24c.zip), or this file alone with --edition "
                         "YYYYQ%u --first YYYY-%s --last YYYY-%s, YYYY being the year",
                         quarter, days[quarter - 1][0], days[quarter - 1][1]);
}

static enum status
read_caps(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    struct published_edition edition;
    enum status status = STATUS_OK;
    if (!fee_quarter(codeset_source_path(codeset_reading_source(reading)), &edition))
        status = unknown_year(reading, &edition);
    if (status != STATUS_OK)
        return status;
    giving.builder = codeset_reading_edition(reading, "fee_cap", edition.name, edition.from, edition.to, true);
    return sheet_read(reading, &fee_cap_layout, &giving);
}

const struct codeset_importer import_fee_caps = {"fee_caps", "prices under the OPPS cap", recognise_caps, read_caps};
