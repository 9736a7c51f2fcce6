/*
 * Order files of ICD-10-CM and ICD-10-PCS (icd10OrderFiles.pdf of CMS): columns 1 to 5 order number, 7 to 13 code without its
 * point, 15 a 0 for a category or a 1 for a code that may be billed, 17 to 76 short words, 78 to the end long ones. The days are
 * not in the file: those of the fiscal year in its name.
 */
#include "common/codeset/import/import.h"

enum { COLUMN_CODE = 6, COLUMN_FLAG = 14, COLUMN_SHORT = 16, COLUMN_LONG = 77 };

static bool
is_order_line(struct text line)
{
    uint64_t order;
    return line.length > COLUMN_SHORT && text_to_u64(text_of(line.data, 5), &order) && line.data[5] == ' ' &&
           line.data[COLUMN_FLAG - 1] == ' ' && (line.data[COLUMN_FLAG] == '0' || line.data[COLUMN_FLAG] == '1') &&
           line.data[COLUMN_FLAG + 1] == ' ';
}

static bool
recognise(const char *name, struct text head, bool procedures)
{
    struct text rest, line = text_cut(head, '\n', &rest);
    if (!is_order_line(line) || codeset_name_has(name, "addenda"))
        return false;
    bool pcs = codeset_name_has(name, "pcs") || (!codeset_name_has(name, "cm") && line.data[COLUMN_CODE] == '0');
    return pcs == procedures;
}

static bool
recognise_cm(const char *name, struct text head)
{
    return recognise(name, head, false);
}

static bool
recognise_pcs(const char *name, struct text head)
{
    return recognise(name, head, true);
}

static enum status
give_line(struct codeset_reading *reading, struct codeset_builder *builder, struct text line, int32_t *before)
{
    uint64_t order = 0;
    if (!is_order_line(line))
        return codeset_wrong(reading, "no line of an order file: number, code, 0 or 1, words");
    text_to_u64(text_of(line.data, 5), &order);
    if ((int32_t)order <= *before)
        return codeset_wrong(reading, "number %d does not follow %d", (int)order, (int)*before);
    *before = (int32_t)order;
    struct text code = text_trim(text_of(line.data + COLUMN_CODE, 7)), words;
    if (code.length < 3)
        return codeset_wrong(reading, "a code of less than three characters");
    if (line.length > COLUMN_LONG)
        words = text_of(line.data + COLUMN_LONG, line.length - COLUMN_LONG);
    else
        words = text_of(line.data + COLUMN_SHORT, line.length - COLUMN_SHORT);
    uint16_t flags = line.data[COLUMN_FLAG] == '0' ? CODESET_HEADER : 0;
    return codeset_reading_give(reading, builder,
                                &(struct codeset_give){.first = code, .flags = flags, .words = words, .numbers = before});
}

static enum status
read_order(struct codeset_reading *reading, const char *set)
{
    struct codeset_source *source = codeset_reading_source(reading);
    struct codeset_builder *builder = codeset_fiscal_edition(reading, set, true);
    struct text line;
    int32_t before = 0;
    enum status status = STATUS_OK;
    if (builder == NULL)
        return STATUS_INVALID;
    while (status == STATUS_OK && (status = codeset_source_line(source, &line)) == STATUS_OK) {
        if (line.length > 0)
            status = give_line(reading, builder, line, &before);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
read_cm(struct codeset_reading *reading)
{
    return read_order(reading, "icd10cm");
}

static enum status
read_pcs(struct codeset_reading *reading)
{
    return read_order(reading, "icd10pcs");
}

const struct codeset_importer import_icd10cm_order = {"icd10cm_order", "ICD-10-CM order file", recognise_cm, read_cm};
const struct codeset_importer import_icd10pcs_order = {"icd10pcs_order", "ICD-10-PCS order file", recognise_pcs, read_pcs};
