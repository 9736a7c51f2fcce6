/* Lists of the Medicare Code Editor. */
#include "common/codeset/import/mce.h"

#include "common/codeset/import/published.h"
#include "common/codeset/import/import.h"
#include "common/codeset/import/workbook.h"

static const struct {
    const char *words;   /* what the rule of the list begins with */
    const char *section; /* edit type of the manual's section */
    int32_t first, last; /* ages */
} edits[MCE_EDIT_COUNT] = {
    [MCE_NEWBORN] = {"Perinatal/Newborn", "Newborn_Only", 0, 0},
    [MCE_PEDIATRIC] = {"Pediatric", "Pediatric_Only", 0, 17},
    [MCE_MATERNITY] = {"Maternity", "Maternity_Only", 9, 64},
    [MCE_ADULT] = {"Adult", "Adult_Only", 15, 124},
    [MCE_FEMALE] = {"Female", "Female_Only", -1, -1},
    [MCE_MALE] = {"Male", "Male_Only", -1, -1},
    [MCE_MANIFESTATION] = {"Manifestation", "Principal_Manifestation", -1, -1},
    [MCE_UNACCEPTABLE] = {"Unacceptable", "Principal_Unacceptable", -1, -1},
    [MCE_QUESTIONABLE] = {"Questionable", "Principal_Questionable_Admit", -1, -1},
    [MCE_NONCOVERED] = {NULL, "Noncovered_Always", -1, -1},
    [MCE_NONCOVERED_OVER_60] = {NULL, "Noncovered_Over60", 61, 124},
    [MCE_LIMITED] = {NULL, "Limited_Coverage", -1, -1},
    [MCE_WRONG] = {NULL, "Wrong_Performed", -1, -1},
    [MCE_NONCOVERED_SHORT_STAY] = {NULL, "Noncovered_LOS_96hr", -1, -1},
};

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builders[2]; /* diagnoses, procedures */
    bool complete;
    struct published_edition edition;
};

static void
set_edit(struct mce_row *row, enum mce_edit edit)
{
    row->edit = edit;
    row->ages[0] = edits[edit].first;
    row->ages[1] = edits[edit].last;
    row->to = edit == MCE_FEMALE || edit == MCE_MALE ? MCE_SEX_EDITS_END : 0;
}

/* "(Ages 9-64)", "(Age 0 Only)": the ages that the list itself states. */
static void
read_ages(struct text rule, int32_t ages[2])
{
    for (size_t i = 0; i + 4 < rule.length; i++) {
        if (memcmp(rule.data + i, "(Age", 4) != 0)
            continue;
        int32_t found[2] = {-1, -1};
        for (unsigned k = 0, at = (unsigned)i + 4; at < rule.length && rule.data[at] != ')' && k < 2; at++) {
            char c = rule.data[at];
            if (c >= '0' && c <= '9' && found[k] < 1000)
                found[k] = (found[k] < 0 ? 0 : found[k]) * 10 + (c - '0');
            else if (c == '-')
                k++;
        }
        ages[0] = found[0];
        ages[1] = found[1] < 0 ? found[0] : found[1];
        return;
    }
}

bool
mce_list_read(const struct text *fields, struct mce_row *row, struct sheet_wrong *wrong)
{
    struct text code;
    *row = (struct mce_row){0};
    if (!published_diagnosis(fields[0], row->code, &code))
        return sheet_fault(wrong, "no diagnosis code", fields[0]);
    for (unsigned i = 1; i < MCE_EDIT_COUNT; i++)
        if (edits[i].words != NULL && text_starts(fields[2], text_from(edits[i].words)))
            set_edit(row, (enum mce_edit)i);
    if (row->edit == 0)
        return sheet_fault(wrong, "no edit that is known", fields[2]);
    if (row->ages[0] >= 0)
        read_ages(fields[2], row->ages);
    return row->ages[0] <= row->ages[1] || sheet_fault(wrong, "the last age lies before the first", fields[2]);
}

/* Seven characters of ICD-10-PCS: no I, no O. */
static bool
read_procedure(struct text field, char code[8])
{
    for (size_t i = 0; i < field.length; i++)
        if (!((field.data[i] >= '0' && field.data[i] <= '9') || (field.data[i] >= 'A' && field.data[i] <= 'Z')) ||
            field.data[i] == 'I' || field.data[i] == 'O')
            return false;
    text_copy(field, code, 8);
    return field.length == 7;
}

bool
mce_section_read(const struct text *fields, struct mce_row *row, struct sheet_wrong *wrong)
{
    struct published_edition edition;
    struct text code;
    *row = (struct mce_row){0};
    if (!published_version_of(fields[0], &edition))
        return sheet_fault(wrong, "no version of the code editor", fields[0]);
    for (unsigned i = 1; i < MCE_EDIT_COUNT; i++)
        if (text_is(fields[1], edits[i].section))
            set_edit(row, (enum mce_edit)i);
    if (row->edit == 0)
        return sheet_fault(wrong, "no edit that is known", fields[1]);
    if (row->edit == MCE_MATERNITY && edition.to < 20201001) {
        row->ages[0] = 12;
        row->ages[1] = 55;
    }
    row->procedure = text_is(fields[2], "P");
    if (!row->procedure && !text_is(fields[2], "D"))
        return sheet_fault(wrong, "neither D (diagnosis) nor P (procedure)", fields[2]);
    if (row->procedure ? !read_procedure(fields[3], row->code) : !published_diagnosis(fields[3], row->code, &code))
        return sheet_fault(wrong, row->procedure ? "no code of ICD-10-PCS" : "no diagnosis code", fields[3]);
    return true;
}

static enum status
give_row(struct giving *giving, const struct mce_row *row)
{
    struct codeset_builder **builder = &giving->builders[row->procedure];
    if (*builder == NULL)
        *builder = codeset_reading_edition(giving->reading, row->procedure ? "mce_procedure" : "mce", giving->edition.name,
                                           giving->edition.from, giving->edition.to, giving->complete);
    struct codeset_give give = {
        .first = text_from(row->code), .to = row->to, .kind = (uint16_t)row->edit, .numbers = row->ages};
    return codeset_reading_give(giving->reading, *builder, &give);
}

static enum status
give_list(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct mce_row row;
    return mce_list_read(fields, &row, wrong) ? give_row(context, &row) : STATUS_INVALID;
}

/* The edition is that of the rows; a file is of one. */
static enum status
give_section(void *context, const struct text *fields, struct sheet_wrong *wrong)
{
    struct giving *giving = context;
    struct published_edition edition = {0};
    struct mce_row row;
    if (!mce_section_read(fields, &row, wrong))
        return STATUS_INVALID;
    published_version_of(fields[0], &edition);
    if (giving->edition.from == 0)
        giving->edition = edition;
    if (giving->edition.from != edition.from) {
        sheet_fault(wrong, "another version than on the lines before", fields[0]);
        return STATUS_INVALID;
    }
    return give_row(giving, &row);
}

const struct sheet_layout mce_list_layout = {
    .columns = {{"icdcode"}, {"icdconflictgroup"}, {"icdconflictrule"}},
    .row = give_list,
};

const struct sheet_layout mce_section_layout = {
    .columns = {{"mceversion"}, {"mceedittype"}, {"icdcodetype"}, {"icdcode"}},
    .row = give_section,
};

static bool
recognise_list(const char *name, struct text head)
{
    (void)name;
    return !workbook_recognise(head) && sheet_titled(&mce_list_layout, head);
}

static bool
recognise_sections(const char *name, struct text head)
{
    (void)name;
    return !workbook_recognise(head) && sheet_titled(&mce_section_layout, head);
}

static enum status
read_list(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    enum status status = STATUS_OK;
    if (!published_version(codeset_source_path(codeset_reading_source(reading)), &giving.edition))
        status = published_unknown(reading, &giving.edition, "a version (\"v41.1\")");
    return status == STATUS_OK ? sheet_read(reading, &mce_list_layout, &giving) : status;
}

static enum status
read_sections(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading, .complete = true};
    return sheet_read(reading, &mce_section_layout, &giving);
}

const struct codeset_importer import_mce_list = {"mce_list", "Medicare code edits, list of diagnoses", recognise_list, read_list};
const struct codeset_importer import_mce_sections = {"mce_sections", "Medicare code edits, by section", recognise_sections,
                                                      read_sections};
