/* Tables with titles. */
#include "common/codeset/import/sheet.h"

#include "common/codeset/import/workbook.h"

#include <assert.h>

struct sheet {
    struct codeset_reading *reading;
    const struct sheet_layout *layout;
    void *context;
    uint8_t at[SHEET_COLUMNS];
    unsigned before; /* rows before the titles */
    size_t titles;
    bool begun;
};

/* "HCPCS/\nCPT Code" as "hcpcscptcode". */
static void
squeeze(struct text title, char to[SHEET_TITLE_BYTES])
{
    size_t length = 0;
    for (size_t i = 0; i < title.length && length + 1 < SHEET_TITLE_BYTES; i++) {
        char c = title.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            to[length++] = c;
    }
    to[length] = '\0';
}

/* The title that is the words, or begins with them, or holds them, in this order; not one that another column has. 0: none. */
static uint8_t
find_words(struct text words, char (*titles)[SHEET_TITLE_BYTES], size_t count, uint64_t taken)
{
    uint8_t begins = 0, holds = 0;
    for (size_t i = 0; i < count; i++) {
        struct text title = text_from(titles[i]);
        if ((taken >> i & 1) != 0)
            continue;
        if (text_equal(title, words))
            return (uint8_t)(i + 1);
        if (begins == 0 && text_starts(title, words))
            begins = (uint8_t)(i + 1);
        else if (holds == 0 && memmem(title.data, title.length, words.data, words.length) != NULL)
            holds = (uint8_t)(i + 1);
    }
    return begins > 0 ? begins : holds;
}

static uint8_t
find_column(const char *ways, char (*titles)[SHEET_TITLE_BYTES], size_t count, uint64_t taken)
{
    struct text rest = text_from(ways);
    uint8_t found = 0;
    while (found == 0 && rest.length > 0)
        found = find_words(text_cut(rest, '|', &rest), titles, count, taken);
    return found;
}

bool
sheet_columns(const struct sheet_layout *layout, const struct text *titles, size_t count, uint8_t at[SHEET_COLUMNS])
{
    char squeezed[SHEET_FIELDS][SHEET_TITLE_BYTES];
    uint64_t taken = 0;
    assert(count <= SHEET_FIELDS);
    for (size_t i = 0; i < count; i++)
        squeeze(titles[i], squeezed[i]);
    for (size_t i = 0; i < SHEET_COLUMNS && layout->columns[i].title != NULL; i++) {
        uint8_t found = find_column(layout->columns[i].title, squeezed, count, taken);
        if ((found == 0 && !layout->columns[i].optional) || (layout->by_place > 0 && found != i + 1))
            return false;
        at[i] = found;
        if (found > 0)
            taken |= (uint64_t)1 << (found - 1);
    }
    for (size_t i = 0; i < layout->by_place; i++)
        at[i] = (uint8_t)(i + 1);
    return count >= layout->by_place;
}

static char
delimiter_of(struct text head)
{
    bool quoted = false;
    for (size_t i = 0; i < head.length; i++) {
        quoted ^= head.data[i] == '"';
        if (head.data[i] == '\t' && !quoted)
            return '\t';
    }
    return ',';
}

bool
sheet_titled(const struct sheet_layout *layout, struct text head)
{
    struct codeset_source *source = codeset_source_of("head", head);
    struct text cells[SHEET_FIELDS];
    uint8_t at[SHEET_COLUMNS];
    size_t count;
    bool found = false;
    char delimiter = delimiter_of(head);
    for (unsigned i = 0; i < SHEET_ROWS_BEFORE && !found; i++) {
        if (codeset_source_fields(source, delimiter, cells, SHEET_FIELDS, &count) != STATUS_OK)
            break;
        found = sheet_columns(layout, cells, count, at);
    }
    codeset_source_free(source);
    return found;
}

static bool
all_empty(const struct text *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_trim(cells[i]).length > 0)
            return false;
    return true;
}

/* The value as it may be shown: printable, and not long. */
static const char *
shown(struct text value, char buffer[48])
{
    size_t length = value.length < 40 ? value.length : 40;
    buffer[0] = '"';
    for (size_t i = 0; i < length; i++)
        buffer[i + 1] = value.data[i] >= ' ' && value.data[i] < 127 ? value.data[i] : '?';
    memcpy(buffer + 1 + length, "\": ", 4);
    return length > 0 ? buffer : "";
}

/* Of a workbook the row is said; of text the source knows the line. */
static enum status
say(const struct sheet *sheet, uint32_t row, const char *words, struct text value)
{
    char buffer[48];
    if (row > 0)
        return codeset_wrong(sheet->reading, "row %u: %s%s", row, shown(value, buffer), words);
    return codeset_wrong(sheet->reading, "%s%s", shown(value, buffer), words);
}

static enum status
take_before(struct sheet *sheet, const struct text *cells, size_t count, uint32_t row)
{
    if (sheet->layout->before != NULL)
        sheet->layout->before(sheet->context, cells, count);
    if (sheet_columns(sheet->layout, cells, count, sheet->at))
        sheet->titles = count;
    else if (++sheet->before > SHEET_ROWS_BEFORE)
        return say(sheet, row, "no line of column titles among the first", (struct text){0});
    return STATUS_OK;
}

static enum status
take_cells(struct sheet *sheet, const struct text *cells, size_t count, uint32_t row)
{
    struct text fields[SHEET_COLUMNS] = {0};
    struct sheet_wrong wrong = {0};
    if (sheet->titles == 0)
        return take_before(sheet, cells, count, row);
    for (size_t i = 0; i < SHEET_COLUMNS; i++)
        if (sheet->at[i] > 0 && sheet->at[i] <= count)
            fields[i] = text_trim(cells[sheet->at[i] - 1]);
    if (!sheet->begun && fields[0].length == 0) {
        if (++sheet->before > SHEET_ROWS_BEFORE)
            return say(sheet, row, "no row follows the column titles", (struct text){0});
        if (sheet->layout->before != NULL)
            sheet->layout->before(sheet->context, cells, count);
        return STATUS_OK;
    }
    if (fields[0].length == 0 && all_empty(cells, count))
        return STATUS_OK;
    if (sheet->layout->pass != NULL && sheet->layout->pass(fields))
        return STATUS_OK;
    sheet->begun = true;
    if (count > sheet->titles && !all_empty(cells + sheet->titles, count - sheet->titles))
        return say(sheet, row, "more fields than column titles", (struct text){0});
    enum status status = sheet->layout->row(sheet->context, fields, &wrong);
    return wrong.words == NULL ? status : say(sheet, row, wrong.words, wrong.value);
}

static enum status
take_row(void *context, const struct text *cells, size_t count, uint32_t row)
{
    return take_cells(context, cells, count, row);
}

static enum status
read_text(struct sheet *sheet)
{
    struct codeset_source *source = codeset_reading_source(sheet->reading);
    struct text cells[SHEET_FIELDS];
    struct text head;
    enum status status = codeset_source_head(source, &head);
    size_t count;
    if (status != STATUS_OK)
        return status;
    char delimiter = delimiter_of(head);
    while ((status = codeset_source_fields(source, delimiter, cells, SHEET_FIELDS, &count)) == STATUS_OK)
        if ((status = take_cells(sheet, cells, count, 0)) != STATUS_OK)
            return status;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
sheet_read(struct codeset_reading *reading, const struct sheet_layout *layout, void *context)
{
    struct sheet sheet = {.reading = reading, .layout = layout, .context = context};
    struct text head;
    enum status status = codeset_source_head(codeset_reading_source(reading), &head);
    if (status != STATUS_OK)
        return status;
    status = workbook_recognise(head) ? workbook_read(reading, take_row, &sheet) : read_text(&sheet);
    if (status == STATUS_OK && !sheet.begun)
        return codeset_wrong(reading, sheet.titles == 0 ? "no line of column titles" : "no row follows the column titles");
    return status;
}
