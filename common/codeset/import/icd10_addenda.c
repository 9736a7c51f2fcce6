/*
 * Addenda of the order files of ICD-10-CM and ICD-10-PCS: what a year adds, deletes and revises, behind some lines of counts.
 * Columns 1 to 13 what is done; of CM 14 a 0 or 1 as in the order file, 16 the code, 24 short words, 85 long ones; of PCS 14 the
 * code, 22 short words, 83 long ones. They stand beside the order file, which holds the result.
 */
#include "common/codeset/import/import.h"

struct columns {
    const char *set;
    size_t flag, code, short_words, long_words; /* flag 0: none */
};
static const struct columns cm_columns = {"icd10cm_changes", 13, 15, 23, 84}, pcs_columns = {"icd10pcs_changes", 0, 13, 21, 82};

static bool
recognise_cm(const char *name, struct text head)
{
    (void)head;
    return codeset_name_has(name, "icd10cm_order_addenda");
}

static bool
recognise_pcs(const char *name, struct text head)
{
    (void)head;
    return codeset_name_has(name, "order_addenda") && !codeset_name_has(name, "cm");
}

/* Which of the kinds of codeset_kinds; 0: a line of counts. */
static uint16_t
action_of(struct text line)
{
    static const char *const actions[] = {"Add:", "Delete:", "Revise from:", "Revise to:"};
    for (uint16_t i = 0; i < 4; i++) {
        if (text_starts(line, text_from(actions[i])))
            return (uint16_t)(i + 1);
    }
    return 0;
}

static struct text
column(struct text line, size_t from, size_t length)
{
    if (line.length <= from)
        return (struct text){0};
    return text_trim(text_of(line.data + from, line.length - from < length ? line.length - from : length));
}

static enum status
give_line(struct codeset_reading *reading, const struct columns *columns, uint16_t action, struct text line)
{
    struct codeset_builder *builder = codeset_fiscal_edition(reading, columns->set, true);
    if (builder == NULL)
        return STATUS_INVALID;
    struct text flag = columns->flag == 0 ? TEXT("1") : column(line, columns->flag, 1);
    if (!text_is(flag, "0") && !text_is(flag, "1"))
        return codeset_wrong(reading, "no 0 or 1 before the code");
    struct codeset_give give = {.first = column(line, columns->code, 7), .kind = action};
    give.flags = text_is(flag, "0") ? CODESET_HEADER : 0;
    give.words = column(line, columns->long_words, SIZE_MAX);
    if (give.words.length == 0)
        give.words = column(line, columns->short_words, 60);
    return codeset_reading_give(reading, builder, &give);
}

static enum status
read_addenda(struct codeset_reading *reading, const struct columns *columns)
{
    struct text line;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (status = codeset_source_line(codeset_reading_source(reading), &line)) == STATUS_OK) {
        uint16_t action = action_of(line);
        if (action != 0)
            status = give_line(reading, columns, action, line);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
read_cm(struct codeset_reading *reading)
{
    return read_addenda(reading, &cm_columns);
}

static enum status
read_pcs(struct codeset_reading *reading)
{
    return read_addenda(reading, &pcs_columns);
}

const struct codeset_importer import_icd10cm_addenda = {"icd10cm_addenda", "ICD-10-CM addenda", recognise_cm, read_cm};
const struct codeset_importer import_icd10pcs_addenda = {"icd10pcs_addenda", "ICD-10-PCS addenda", recognise_pcs, read_pcs};
