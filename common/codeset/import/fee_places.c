/* Localities of the fee schedule: indices, counties, factors of anaesthesia. */
#include "common/codeset/import/fees.h"

#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"

#include <stdio.h>

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
};

static bool
all_digits(struct text field)
{
    uint64_t number;
    return text_to_u64(field, &number);
}

bool
fee_place(struct text contractor, struct text locality, char to[8], struct sheet_wrong *wrong)
{
    if (contractor.length != 5 || !all_digits(contractor))
        return sheet_fault(wrong, "no contractor (five digits)", contractor);
    if (locality.length == 0 || locality.length > 2 || !all_digits(locality))
        return sheet_fault(wrong, "no locality (two digits)", locality);
    memcpy(to, contractor.data, 5);
    to[5] = locality.length == 2 ? locality.data[0] : '0';
    to[6] = locality.data[locality.length - 1];
    to[7] = '\0';
    return true;
}

static bool
read_state(struct text field, struct sheet_wrong *wrong)
{
    return field.length == 0 || (field.length == 2 && codeset_key(field) != 0) || sheet_fault(wrong, "no state (two letters)", field);
}

bool
fee_index_read(const struct text *fields, struct fee_index *row, struct sheet_wrong *wrong)
{
    if (!fee_place(fields[0], fields[2], row->locality, wrong) || !read_state(fields[1], wrong))
        return false;
    row->state = fields[1];
    row->name = fields[3];
    for (unsigned i = 0; i < 3; i++)
        if (!codeset_decimal(fields[4 + i], 3, &row->thousandths[i]) || row->thousandths[i] <= 0)
            return sheet_fault(wrong, "no index", fields[4 + i]);
    return true;
}

bool
fee_locality_read(const struct text *fields, struct fee_locality *row, struct sheet_wrong *wrong)
{
    if (!fee_place(fields[0], fields[1], row->locality, wrong) || !read_state(fields[4], wrong))
        return false;
    row->area = fields[2];
    row->counties = fields[3];
    row->state = fields[4];
    return row->area.length > 0 || sheet_fault(wrong, "no fee schedule area", fields[2]);
}

bool
fee_anaesthesia_read(const struct text *fields, struct fee_anaesthesia *row, struct sheet_wrong *wrong)
{
    if (!fee_place(fields[0], fields[1], row->locality, wrong))
        return false;
    row->name = fields[2];
    if (!codeset_decimal(fields[3], 2, &row->factor_cents) || row->factor_cents <= 0)
        return sheet_fault(wrong, "no conversion factor", fields[3]);
    return true;
}

static enum status
give_index(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct fee_index row;
    if (!fee_index_read(fields, &row, wrong))
        return STATUS_INVALID;
    struct codeset_give give = {
        .first = text_from(row.locality), .second = row.state, .words = row.name, .numbers = row.thousandths};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

static enum status
give_locality(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct fee_locality row;
    char words[1024];
    if (!fee_locality_read(fields, &row, wrong))
        return STATUS_INVALID;
    int length = snprintf(words, sizeof words, "%.*s: %.*s", TEXT_ARGS(row.area), TEXT_ARGS(row.counties));
    if (length < 0 || (size_t)length >= sizeof words) {
        sheet_fault(wrong, "area and counties are longer than 1,023 bytes", row.area);
        return STATUS_INVALID;
    }
    struct codeset_give give = {
        .first = text_from(row.locality), .second = row.state, .words = text_of(words, (size_t)length)};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

static enum status
give_anaesthesia(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct fee_anaesthesia row;
    if (!fee_anaesthesia_read(fields, &row, wrong))
        return STATUS_INVALID;
    struct codeset_give give = {.first = text_from(row.locality), .words = row.name, .numbers = &row.factor_cents};
    return codeset_reading_give(giving->reading, giving->builder, &give);
}

/* Footnotes: "*  Payment locality is serviced by two carriers.", and the mark of the end that old systems leave. */
static bool
is_footnote(const struct text *fields)
{
    return fields[0].length > 0 && (fields[0].data[0] == '*' || fields[0].data[0] == '\x1a');
}

const struct sheet_layout fee_index_layout = {
    .columns = {{"mac|medicareadministrativecontractor"},
                {"state"},
                {"localitynumber"},
                {"localityname"},
                {"gpciwork|pwgpciwith10floor|pwgpci|workgpci"},
                {"gpcipe|pegpci"},
                {"gpcimp|mpgpci"}},
    .row = give_index,
    .pass = is_footnote,
};
const struct sheet_layout fee_locality_layout = {
    .columns = {{"mac|medicareadmin"}, {"localitynumber"}, {"feeschedulearea"}, {"counties"}, {"stateabb", true}},
    .row = give_locality,
    .pass = is_footnote,
};
const struct sheet_layout fee_anaesthesia_layout = {
    .columns = {{"contractor"}, {"locality"}, {"localityname"}, {"anesthesiaconv|convfactor|conversionfactor|anesthesiacf"}},
    .row = give_anaesthesia,
    .pass = is_footnote,
};

static enum status
read_year(struct codeset_reading *reading, const char *set, const struct sheet_layout *layout)
{
    struct giving giving = {.reading = reading};
    struct published_edition edition;
    enum status status = STATUS_OK;
    if (!published_year(codeset_source_name(codeset_reading_source(reading)), &edition))
        status = published_unknown(reading, &edition, "a year (\"2024\", \"24\")");
    if (status != STATUS_OK)
        return status;
    giving.builder = codeset_reading_edition(reading, set, edition.name, edition.from, edition.to, true);
    return sheet_read(reading, layout, &giving);
}

static bool
recognise_indices(const char *name, struct text head)
{
    return codeset_name_has(name, "GPCI") && !workbook_recognise(head) && sheet_titled(&fee_index_layout, head);
}

static bool
recognise_localities(const char *name, struct text head)
{
    return codeset_name_has(name, "LOCCO") && !workbook_recognise(head) && sheet_titled(&fee_locality_layout, head);
}

static bool
recognise_anaesthesia(const char *name, struct text head)
{
    return codeset_name_has(name, "ANES") && !workbook_recognise(head) && sheet_titled(&fee_anaesthesia_layout, head);
}

static enum status
read_indices(struct codeset_reading *reading)
{
    return read_year(reading, "fee_index", &fee_index_layout);
}

static enum status
read_localities(struct codeset_reading *reading)
{
    return read_year(reading, "fee_locality", &fee_locality_layout);
}

static enum status
read_anaesthesia(struct codeset_reading *reading)
{
    return read_year(reading, "anaesthesia", &fee_anaesthesia_layout);
}

const struct codeset_importer import_fee_indices = {"fee_indices", "geographic practice cost indices", recognise_indices,
                                                    read_indices};
const struct codeset_importer import_fee_localities = {"fee_localities", "localities and counties", recognise_localities,
                                                       read_localities};
const struct codeset_importer import_anaesthesia = {"anaesthesia", "anaesthesia conversion factors", recognise_anaesthesia,
                                                    read_anaesthesia};
