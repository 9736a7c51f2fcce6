/* MS-DRG lists as tables. */
#include "common/codeset/import/msdrg.h"

#include "common/codeset/import/published.h"
#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder;
    enum msdrg_severity severity; /* of the list; 0: not yet known */
    struct published_edition edition;
};

/* Three digits, into `drg` or as a number. */
static bool
read_drg(struct text field, char drg[4], int32_t *number)
{
    uint64_t value = 0;
    if (field.length != 3 || !text_to_u64(field, &value) || value == 0)
        return false;
    if (drg != NULL)
        text_copy(field, drg, 4);
    if (number != NULL)
        *number = (int32_t)value;
    return true;
}

/* Two digits, 00 or "Pre" (before the MDC) to 25; nothing is -1. */
static bool
read_mdc(struct text field, int32_t *mdc)
{
    uint64_t value = 0;
    *mdc = text_is(field, "Pre") ? 0 : -1;
    if (field.length == 0 || *mdc == 0)
        return true;
    if (field.length != 2 || !text_to_u64(field, &value) || value > 25)
        return false;
    *mdc = (int32_t)value;
    return true;
}

static bool
read_type(struct text field, uint16_t *type)
{
    *type = text_is(field, "M") ? 1 : text_is(field, "P") ? 2 : 0;
    return field.length == 0 || *type != 0;
}

bool
msdrg_list_read(const struct text *fields, struct msdrg_row *row, struct sheet_wrong *wrong)
{
    if (!read_drg(fields[0], row->drg, NULL))
        return sheet_fault(wrong, "no DRG (three digits)", fields[0]);
    if (!read_mdc(fields[1], &row->mdc))
        return sheet_fault(wrong, "no MDC (two digits, up to 25)", fields[1]);
    if (!read_type(fields[2], &row->type))
        return sheet_fault(wrong, "no type; allowed: M, P, nothing", fields[2]);
    row->title = fields[3];
    return row->title.length > 0 || sheet_fault(wrong, "no title", fields[0]);
}

bool
msdrg_cc_read(const struct text *fields, struct msdrg_cc *row, struct sheet_wrong *wrong)
{
    struct text code;
    if (!published_diagnosis(fields[0], row->code, &code))
        return sheet_fault(wrong, "no diagnosis code", fields[0]);
    if (!text_is(fields[1], "CC") && !text_is(fields[1], "MCC"))
        return sheet_fault(wrong, "no severity; allowed: CC, MCC", fields[1]);
    row->severity = text_is(fields[1], "CC") ? MSDRG_CC : MSDRG_MCC;
    return true;
}

bool
msdrg_index_read(const struct text *fields, struct msdrg_index *row, struct sheet_wrong *wrong)
{
    struct text code, last;
    bool span = fields[2].length < 4 || fields[2].data[3] != ',';
    struct text first = text_cut(fields[2], span ? '-' : ',', &last);
    *row = (struct msdrg_index){.drgs = span ? (struct text){0} : fields[2]};
    if (!published_diagnosis(fields[0], row->code, &code))
        return sheet_fault(wrong, "no diagnosis code", fields[0]);
    if (!read_mdc(fields[1], &row->numbers[0]))
        return sheet_fault(wrong, "no MDC (two digits, up to 25)", fields[1]);
    if (!read_drg(first, NULL, &row->numbers[1]) || !read_drg(last.length > 0 ? last : first, NULL, &row->numbers[2]) ||
        row->numbers[1] > row->numbers[2])
        return sheet_fault(wrong, "no span of DRGs", fields[2]);
    if (fields[3].length > 0 && !read_drg(fields[3], row->drg, NULL))
        return sheet_fault(wrong, "no DRG (three digits)", fields[3]);
    return true;
}

bool
msdrg_group_read(const struct text *fields, struct msdrg_row *row, struct sheet_wrong *wrong)
{
    row->type = 0;
    if (!read_drg(fields[1], row->drg, NULL))
        return sheet_fault(wrong, "no DRG (three digits)", fields[1]);
    if (fields[0].length == 0 || !read_mdc(fields[0], &row->mdc))
        return sheet_fault(wrong, "no MDC (two digits, up to 25)", fields[0]);
    row->title = fields[2];
    return row->title.length > 0 || sheet_fault(wrong, "no title", fields[1]);
}

static enum status
give(struct giving *giving, const char *first, const char *second, uint16_t kind, struct text words, const int32_t *numbers)
{
    struct codeset_give row = {
        .first = text_from(first), .second = text_from(second), .kind = kind, .words = words, .numbers = numbers};
    return codeset_reading_give(giving->reading, giving->builder, &row);
}

static enum status
give_list(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct msdrg_row row;
    return msdrg_list_read(fields, &row, wrong) ? give(context, row.drg, NULL, row.type, row.title, &row.mdc) : STATUS_INVALID;
}

/* A list is of one severity. */
static enum status
give_cc(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    const struct published_edition *edition = &giving->edition;
    struct msdrg_cc row;
    if (!msdrg_cc_read(fields, &row, wrong))
        return STATUS_INVALID;
    if (giving->severity == 0) {
        giving->severity = row.severity;
        giving->builder = codeset_reading_edition(giving->reading, row.severity == MSDRG_CC ? "msdrg_cc" : "msdrg_mcc", edition->name,
                                                  edition->from, edition->to, true);
    }
    if (giving->severity != row.severity) {
        sheet_fault(wrong, "another severity than on the lines before", fields[1]);
        return STATUS_INVALID;
    }
    return give(giving, row.code, NULL, (uint16_t)row.severity, (struct text){0}, NULL);
}

static enum status
give_index(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct msdrg_index row;
    return msdrg_index_read(fields, &row, wrong) ? give(context, row.code, row.drg, 0, row.drgs, row.numbers)
                                                 : STATUS_INVALID;
}

static enum status
give_group(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct msdrg_row row;
    return msdrg_group_read(fields, &row, wrong) ? give(context, row.drg, NULL, 0, row.title, &row.mdc) : STATUS_INVALID;
}

const struct sheet_layout msdrg_list_layout = {.columns = {{"drg"}, {"mdc"}, {"drgabb"}, {"drgdescription"}}, .row = give_list};
const struct sheet_layout msdrg_cc_layout = {.columns = {{"icdcode"}, {"dxtype"}}, .row = give_cc};
const struct sheet_layout msdrg_index_layout = {.columns = {{"icdcode"}, {"mdc"}, {"drgrange"}, {"drg"}}, .row = give_index};
const struct sheet_layout msdrg_group_layout = {.columns = {{"mdc"}, {"drggroup"}, {"drggroupdescription"}}, .row = give_group};

static bool
recognise(const struct sheet_layout *layout, const char *name, struct text head)
{
    return codeset_name_has(name, "drg") && !workbook_recognise(head) && sheet_titled(layout, head);
}

/* `set` NULL: the rows tell it. */
static enum status
read_layout(struct codeset_reading *reading, const struct sheet_layout *layout, const char *set)
{
    struct giving giving = {.reading = reading};
    struct published_edition *edition = &giving.edition;
    enum status status = STATUS_OK;
    if (!published_version(codeset_source_path(codeset_reading_source(reading)), edition))
        status = published_unknown(reading, edition, "a version (\"v41.1\")");
    if (status == STATUS_OK && set != NULL)
        giving.builder = codeset_reading_edition(reading, set, edition->name, edition->from, edition->to, true);
    return status == STATUS_OK ? sheet_read(reading, layout, &giving) : status;
}

static bool
recognise_list(const char *name, struct text head)
{
    return recognise(&msdrg_list_layout, name, head);
}

static bool
recognise_cc(const char *name, struct text head)
{
    return recognise(&msdrg_cc_layout, name, head);
}

static bool
recognise_index(const char *name, struct text head)
{
    return recognise(&msdrg_index_layout, name, head);
}

static bool
recognise_group(const char *name, struct text head)
{
    return recognise(&msdrg_group_layout, name, head);
}

static enum status
read_list(struct codeset_reading *reading)
{
    return read_layout(reading, &msdrg_list_layout, "msdrg");
}

static enum status
read_cc(struct codeset_reading *reading)
{
    return read_layout(reading, &msdrg_cc_layout, NULL);
}

static enum status
read_index(struct codeset_reading *reading)
{
    return read_layout(reading, &msdrg_index_layout, "msdrg_index");
}

static enum status
read_group(struct codeset_reading *reading)
{
    return read_layout(reading, &msdrg_group_layout, "msdrg_group");
}

const struct codeset_importer import_msdrg_list = {"msdrg_list", "MS-DRG list", recognise_list, read_list};
const struct codeset_importer import_msdrg_cc = {"msdrg_cc", "MS-DRG complications and comorbidities", recognise_cc, read_cc};
const struct codeset_importer import_msdrg_index = {"msdrg_index", "MS-DRG index of diagnoses", recognise_index, read_index};
const struct codeset_importer import_msdrg_groups = {"msdrg_groups", "MS-DRG groups by MDC", recognise_group, read_group};
