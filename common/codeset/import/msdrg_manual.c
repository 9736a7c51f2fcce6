/* Appendices of the MS-DRG Definitions Manual as text. */
#include "common/codeset/import/msdrg.h"

#include "common/codeset/import/published.h"
#include "common/codeset/import/import.h"

struct giving {
    struct codeset_reading *reading;
    struct codeset_builder *builder, *majors, *hacs;
    struct published_edition edition;
};

/* The part of a line from `from` (0 = first) of at most `length` characters, without blanks. */
static struct text
part(struct text line, size_t from, size_t length)
{
    if (line.length <= from)
        return (struct text){0};
    size_t rest = line.length - from;
    return text_trim(text_of(line.data + from, rest < length ? rest : length));
}

bool
msdrg_appendix_a_read(struct text line, struct msdrg_row *row, struct sheet_wrong *wrong)
{
    struct text fields[4] = {part(line, 0, 3), part(line, 4, 2), part(line, 8, 1), part(line, 11, line.length)};
    return msdrg_list_read(fields, row, wrong);
}

static bool
begins_digits(struct text line, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (i >= line.length || line.data[i] < '0' || line.data[i] > '9')
            return false;
    return line.length > count;
}

static bool
code_like(struct text word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!((word.data[i] >= '0' && word.data[i] <= '9') || (word.data[i] >= 'A' && word.data[i] <= 'Z')))
            return false;
    return word.length >= 3 && word.length <= 7;
}

/* A heading that begins an appendix or a list in it. */
static bool
read_heading(struct msdrg_manual *manual, struct text line)
{
    static const struct {
        const char *words;
        enum msdrg_manual_list list;
    } headings[] = {{"Appendix G", MSDRG_LIST_CC},
                    {"Appendix H Part 2", MSDRG_LIST_MCC_ALIVE},
                    {"Appendix H", MSDRG_LIST_MCC},
                    {"Appendix I", MSDRG_LIST_HAC},
                    {"Appendix", MSDRG_OTHER}};
    struct text words = line;
    while (words.length > 0 && (words.data[0] == '|' || words.data[0] == ' '))
        words = text_of(words.data + 1, words.length - 1);
    if (words.length == line.length && !text_starts(words, TEXT("Appendix H Part 2")))
        return false;
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        if (!text_starts(words, text_from(headings[i].words)))
            continue;
        *manual = (struct msdrg_manual){.list = headings[i].list};
        return true;
    }
    return false;
}

/* "HAC 08: ..." and the headings below it. */
static bool
read_hac_heading(struct msdrg_manual *manual, struct text line)
{
    struct text rest, number = part(line, 4, 2);
    uint64_t hac = 0;
    if (text_starts(line, TEXT("HAC ")) && text_to_u64(number, &hac)) {
        manual->hac = (int32_t)hac;
        manual->role = 0;
        return true;
    }
    struct text word = text_cut(line, ' ', &rest);
    if (text_is(word, "SECONDARY") || text_is(word, "IN")) /* IN ADDITION, MARK THE FOLLOWING SECONDARY DIAGNOSIS CODES */
        manual->role = MSDRG_HAC_SECONDARY;
    else if (text_is(word, "PRINCIPAL"))
        manual->role = MSDRG_HAC_PRINCIPAL;
    else if (text_is(word, "PROCEDURES") || text_is(word, "NON-OPERATING"))
        manual->role = MSDRG_HAC_PROCEDURE;
    else
        return text_is(word, "AND");
    return true;
}

static enum msdrg_line
wrong_line(struct sheet_wrong *wrong, const char *words, struct text value)
{
    sheet_fault(wrong, words, value);
    return MSDRG_LINE_WRONG;
}

/* A code at the start of a line; procedures that are no operation carry "*". */
static bool
line_code(struct text line, char code[8])
{
    struct text rest, word = text_cut(text_trim(line), ' ', &rest);
    if (word.length > 0 && word.data[word.length - 1] == '*')
        word.length--;
    if (!code_like(word) || rest.length == 0)
        return false;
    text_copy(word, code, 8);
    return true;
}

enum msdrg_line
msdrg_manual_read(struct msdrg_manual *manual, struct text line, struct msdrg_cc *cc, struct msdrg_hac *hac,
                  struct sheet_wrong *wrong)
{
    char buffer[8];
    struct text code;
    if (read_heading(manual, line) || manual->list == MSDRG_OTHER || text_trim(line).length == 0)
        return MSDRG_LINE_NONE;
    if (manual->list != MSDRG_LIST_HAC) {
        /* Lists are set in by two blanks; what begins at the edge explains them. */
        if (line.data[0] != ' ')
            return MSDRG_LINE_NONE;
        if (!line_code(line, buffer) || !published_diagnosis(text_from(buffer), cc->code, &code))
            return wrong_line(wrong, "no diagnosis code", part(line, 0, 40));
        cc->severity = manual->list == MSDRG_LIST_CC ? MSDRG_CC : manual->list == MSDRG_LIST_MCC ? MSDRG_MCC : MSDRG_MCC_ALIVE;
        return MSDRG_LINE_CC;
    }
    if (line.data[0] == ':' || line.data[0] == '|' || read_hac_heading(manual, line))
        return MSDRG_LINE_NONE;
    if (!line_code(line, hac->code))
        return wrong_line(wrong, "neither a heading nor a code", part(line, 0, 40));
    if (manual->hac == 0 || manual->role == 0)
        return wrong_line(wrong, "a code before the heading of its condition", part(line, 0, 40));
    hac->role = manual->role;
    hac->hac = manual->hac;
    return MSDRG_LINE_HAC;
}

/* The edition of the name, or of the title's "Version 40.0". */
static enum status
begin(struct giving *giving)
{
    struct codeset_source *source = codeset_reading_source(giving->reading);
    struct text head, rest;
    if (published_version(codeset_source_path(source), &giving->edition))
        return STATUS_OK;
    enum status status = codeset_source_head(source, &head);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i + 8 < head.length; i++) {
        if (memcmp(head.data + i, "Version ", 8) != 0)
            continue;
        if (published_version_of(text_cut(text_of(head.data + i + 8, head.length - i - 8), ' ', &rest), &giving->edition))
            return STATUS_OK;
    }
    return published_unknown(giving->reading, &giving->edition, "a version (\"v40\")");
}

static struct codeset_builder *
begin_edition(struct giving *giving, const char *set)
{
    const struct published_edition *edition = &giving->edition;
    return codeset_reading_edition(giving->reading, set, edition->name, edition->from, edition->to, true);
}

static enum status
read_appendix_a(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    struct text line;
    bool titled = false;
    enum status status = begin(&giving);
    if (status != STATUS_OK)
        return status;
    giving.builder = begin_edition(&giving, "msdrg");
    while (status == STATUS_OK && (status = codeset_source_line(codeset_reading_source(reading), &line)) == STATUS_OK) {
        struct msdrg_row row;
        struct sheet_wrong wrong;
        titled = titled || text_starts(line, TEXT("DRG MDC MS"));
        if (!titled || text_starts(line, TEXT("DRG")) || text_trim(line).length == 0)
            continue;
        if (!begins_digits(line, 3) || !msdrg_appendix_a_read(line, &row, &wrong))
            return codeset_wrong(reading, "no line of a DRG (number, MDC, M or P, title)");
        struct codeset_give give = {.first = text_from(row.drg), .kind = row.type, .words = row.title, .numbers = &row.mdc};
        status = codeset_reading_give(reading, giving.builder, &give);
    }
    if (status == STATUS_NOT_FOUND)
        return titled ? STATUS_OK : codeset_wrong(reading, "no line of titles (\"DRG MDC MS Description\")");
    return status;
}

static enum status
give_manual_line(struct giving *giving, struct msdrg_manual *manual, struct text line)
{
    struct msdrg_cc cc;
    struct msdrg_hac hac;
    struct sheet_wrong wrong;
    struct codeset_give give = {0};
    switch (msdrg_manual_read(manual, line, &cc, &hac, &wrong)) {
    case MSDRG_LINE_NONE:
        return STATUS_OK;
    case MSDRG_LINE_WRONG:
        return codeset_wrong(giving->reading, "%s", wrong.words);
    case MSDRG_LINE_CC:
        give.first = text_from(cc.code);
        give.kind = (uint16_t)cc.severity;
        return codeset_reading_give(giving->reading, cc.severity == MSDRG_CC ? giving->builder : giving->majors, &give);
    case MSDRG_LINE_HAC:
        give.first = text_from(hac.code);
        give.kind = (uint16_t)hac.role;
        give.numbers = &hac.hac;
        return codeset_reading_give(giving->reading, giving->hacs, &give);
    }
    return STATUS_INTERNAL;
}

static enum status
read_manual(struct codeset_reading *reading)
{
    struct giving giving = {.reading = reading};
    struct msdrg_manual manual = {0};
    struct text line;
    enum status status = begin(&giving);
    if (status != STATUS_OK)
        return status;
    giving.builder = begin_edition(&giving, "msdrg_cc");
    giving.majors = begin_edition(&giving, "msdrg_mcc");
    giving.hacs = begin_edition(&giving, "msdrg_hac");
    while (status == STATUS_OK && (status = codeset_source_line(codeset_reading_source(reading), &line)) == STATUS_OK)
        status = give_manual_line(&giving, &manual, line);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool
recognise_appendix_a(const char *name, struct text head)
{
    (void)name;
    return codeset_head_has(head, "Appendix A List of MS-DRGs");
}

static bool
recognise_manual(const char *name, struct text head)
{
    (void)name;
    return codeset_head_has(head, "Appendix F Unrelated Operating Room Procedures") ||
           codeset_head_has(head, "Appendix G Diagnoses Defined as Complications");
}

const struct codeset_importer import_msdrg_appendix_a = {"msdrg_appendix_a", "MS-DRG manual, appendix A", recognise_appendix_a,
                                                           read_appendix_a};
const struct codeset_importer import_msdrg_appendices = {"msdrg_appendices", "MS-DRG manual, appendices F to J", recognise_manual,
                                                       read_manual};
