/* The first sheet of a workbook: two members are read, the shared strings whole, the sheet as a stream. */
#include "common/codeset/import/workbook.h"

#include "common/codeset/codeset_stream.h"

#include <assert.h>
#include <expat.h>
#include <stdlib.h>

/* Text that grows, and where each string of it ends. */
struct strings {
    char *bytes;
    size_t length, room;
    size_t *ends;
    size_t count, room_of_ends;
};

struct workbook {
    XML_Parser parser;
    struct strings shared, cells; /* of the workbook; of the row that is read */
    struct text fields[WORKBOOK_COLUMNS];
    workbook_row *row;
    void *context;
    enum status status;
    const char *fault;
    bool in_shared, in_text, in_phonetic, in_cell, is_shared; /* is_shared: the cell's value is an index into the strings */
    uint32_t row_number;
    size_t column;                    /* of the cell that is read */
    size_t begins[WORKBOOK_COLUMNS];  /* of the row's cells in `cells`; with lengths */
    size_t lengths[WORKBOOK_COLUMNS];
    bool there[WORKBOOK_COLUMNS], by_index[WORKBOOK_COLUMNS];
    size_t columns; /* one more than the last that is there */
};

static void
stop(struct workbook *book, enum status status, const char *fault)
{
    if (book->status != STATUS_OK)
        return;
    book->status = status;
    book->fault = fault;
    XML_StopParser(book->parser, XML_FALSE);
}

static void
append(struct strings *strings, const char *bytes, size_t length)
{
    while (strings->room - strings->length < length) {
        strings->room = strings->room == 0 ? 65536 : strings->room * 2;
        strings->bytes = realloc(strings->bytes, strings->room);
        assert(strings->bytes != NULL);
    }
    memcpy(strings->bytes + strings->length, bytes, length);
    strings->length += length;
}

static void
end_string(struct strings *strings)
{
    if (strings->count == strings->room_of_ends) {
        strings->room_of_ends = strings->room_of_ends == 0 ? 1024 : strings->room_of_ends * 2;
        strings->ends = realloc(strings->ends, strings->room_of_ends * sizeof *strings->ends);
        assert(strings->ends != NULL);
    }
    strings->ends[strings->count++] = strings->length;
}

static void
free_strings(struct strings *strings)
{
    free(strings->bytes);
    free(strings->ends);
}

static const char *
attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

/* The name of an element without its prefix: writers differ. */
static const char *
local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

/* ---- shared strings: sst / si / (r /)* t; rPh holds how it is spoken ---- */

static void
begin_shared(void *context, const char *name, const char **attributes)
{
    struct workbook *book = context;
    (void)attributes;
    name = local_name(name);
    if (strcmp(name, "rPh") == 0)
        book->in_phonetic = true;
    if (strcmp(name, "t") == 0)
        book->in_text = !book->in_phonetic;
}

static void
end_shared(void *context, const char *name)
{
    struct workbook *book = context;
    name = local_name(name);
    if (strcmp(name, "rPh") == 0)
        book->in_phonetic = false;
    if (strcmp(name, "t") == 0)
        book->in_text = false;
    if (strcmp(name, "si") != 0)
        return;
    if (book->shared.count == WORKBOOK_STRINGS)
        stop(book, STATUS_LIMIT, "more than a million strings in the workbook");
    else
        end_string(&book->shared);
}

static void
shared_text(void *context, const char *bytes, int length)
{
    struct workbook *book = context;
    if (!book->in_text)
        return;
    size_t begin = book->shared.count == 0 ? 0 : book->shared.ends[book->shared.count - 1];
    if (book->shared.length - begin + (size_t)length > WORKBOOK_STRING_BYTES)
        stop(book, STATUS_LIMIT, "a string of the workbook is longer than 32,768 bytes");
    else
        append(&book->shared, bytes, (size_t)length);
}

/* ---- the sheet: sheetData / row @r / c @r @t / v, or is / t ---- */

/* "AB12": column 27, from 0. WORKBOOK_COLUMNS when it lies to the right of them or is no place. */
static size_t
column_of(const char *place)
{
    size_t column = 0;
    const char *at = place;
    for (; *at >= 'A' && *at <= 'Z' && column <= WORKBOOK_COLUMNS; at++)
        column = column * 26 + (size_t)(*at - 'A') + 1;
    return at == place || column > WORKBOOK_COLUMNS ? WORKBOOK_COLUMNS : column - 1;
}

static void
begin_row(struct workbook *book, const char **attributes)
{
    const char *number = attribute(attributes, "r");
    unsigned long given = number == NULL ? 0 : strtoul(number, NULL, 10);
    book->row_number = given > book->row_number && given < UINT32_MAX ? (uint32_t)given : book->row_number + 1;
    book->cells.length = 0;
    book->column = WORKBOOK_COLUMNS; /* before the first */
    book->columns = 0;
    memset(book->there, 0, sizeof book->there);
}

static void
begin_cell(struct workbook *book, const char **attributes)
{
    const char *place = attribute(attributes, "r"), *type = attribute(attributes, "t");
    size_t next = book->columns == 0 ? 0 : book->column + 1;
    book->column = place != NULL ? column_of(place) : next;
    book->in_cell = book->column < WORKBOOK_COLUMNS;
    if (!book->in_cell)
        return;
    book->columns = book->column + 1 > book->columns ? book->column + 1 : book->columns;
    book->begins[book->column] = book->cells.length;
    book->lengths[book->column] = 0;
    book->there[book->column] = true;
    book->by_index[book->column] = type != NULL && strcmp(type, "s") == 0;
}

static void
begin_sheet(void *context, const char *name, const char **attributes)
{
    struct workbook *book = context;
    name = local_name(name);
    if (strcmp(name, "row") == 0)
        begin_row(book, attributes);
    else if (strcmp(name, "c") == 0)
        begin_cell(book, attributes);
    else if (strcmp(name, "rPh") == 0)
        book->in_phonetic = true;
    else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        book->in_text = book->in_cell && !book->in_phonetic;
}

static bool
shared_string(const struct workbook *book, struct text index, struct text *string)
{
    uint64_t at;
    if (!text_to_u64(index, &at) || at >= book->shared.count)
        return false;
    size_t begin = at == 0 ? 0 : book->shared.ends[at - 1];
    *string = text_of(book->shared.bytes + begin, book->shared.ends[at] - begin);
    return true;
}

static void
end_row(struct workbook *book)
{
    for (size_t i = 0; i < book->columns; i++) {
        book->fields[i] = (struct text){0};
        if (!book->there[i] || book->lengths[i] == 0)
            continue;
        struct text value = text_of(book->cells.bytes + book->begins[i], book->lengths[i]);
        if (!book->by_index[i])
            book->fields[i] = value;
        else if (!shared_string(book, value, &book->fields[i])) {
            stop(book, STATUS_INVALID, "a cell names a string that the workbook does not have");
            return;
        }
    }
    enum status status = book->row(book->context, book->fields, book->columns, book->row_number);
    if (status != STATUS_OK)
        stop(book, status, NULL);
}

static void
end_sheet(void *context, const char *name)
{
    struct workbook *book = context;
    name = local_name(name);
    if (strcmp(name, "row") == 0)
        end_row(book);
    else if (strcmp(name, "c") == 0)
        book->in_cell = false;
    else if (strcmp(name, "rPh") == 0)
        book->in_phonetic = false;
    else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        book->in_text = false;
}

static void
sheet_text(void *context, const char *bytes, int length)
{
    struct workbook *book = context;
    if (!book->in_text || !book->in_cell)
        return;
    if (book->lengths[book->column] + (size_t)length > WORKBOOK_STRING_BYTES) {
        stop(book, STATUS_LIMIT, "a cell of the workbook is longer than 32,768 bytes");
        return;
    }
    append(&book->cells, bytes, (size_t)length);
    book->lengths[book->column] = book->cells.length - book->begins[book->column];
}

/* ---- members ---- */

static void
refuse_type(void *context, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    stop(context, STATUS_INVALID, "the XML of the workbook has a document type");
}

/* Gives the member to the parser of `book`. */
static void
parse_member(struct workbook *book, struct codeset_stream *member)
{
    char piece[32768];
    uint64_t total = 0;
    for (size_t got = 1; got > 0 && book->status == STATUS_OK; total += got) {
        if (member->read(member, piece, sizeof piece, &got) != STATUS_OK)
            stop(book, STATUS_INVALID, "the workbook is damaged");
        else if (total + got > WORKBOOK_MEMBER_BYTES)
            stop(book, STATUS_LIMIT, "the workbook unpacks to more than 256 MiB");
        else if (XML_Parse(book->parser, piece, (int)got, got == 0) == XML_STATUS_ERROR)
            stop(book, STATUS_INVALID, "the XML of the workbook is damaged");
    }
}

/* NULL: it is not there. */
static struct codeset_stream *
member_named(struct codeset_zip *zip, const char *wanted)
{
    size_t count = codeset_zip_count(zip);
    for (size_t i = 0; i < count && i < CODESET_MEMBERS_LIMIT; i++) {
        const char *name = codeset_zip_name(zip, i);
        struct codeset_stream *member;
        if (name != NULL && strcmp(name, wanted) == 0)
            return codeset_zip_member(zip, i, &member) == STATUS_OK ? member : NULL;
    }
    return NULL;
}

static void
read_member(struct workbook *book, struct codeset_stream *member, XML_StartElementHandler begin, XML_EndElementHandler end,
            XML_CharacterDataHandler text)
{
    book->parser = XML_ParserCreate(NULL);
    assert(book->parser != NULL);
    XML_SetUserData(book->parser, book);
    XML_SetElementHandler(book->parser, begin, end);
    XML_SetCharacterDataHandler(book->parser, text);
    XML_SetStartDoctypeDeclHandler(book->parser, refuse_type);
    parse_member(book, member);
    XML_ParserFree(book->parser);
    member->close(member);
    book->in_text = book->in_phonetic = book->in_cell = false;
}

bool
workbook_recognise(struct text head)
{
    return text_starts(head, TEXT("PK\x03\x04"));
}

enum status
workbook_parse(struct text bytes, workbook_row *row, void *context, const char **fault)
{
    struct workbook book = {.row = row, .context = context, .status = STATUS_OK};
    struct codeset_zip *zip;
    if (codeset_zip_of(&zip, bytes) != STATUS_OK) {
        *fault = "no workbook: the zip is damaged";
        return STATUS_INVALID;
    }
    struct codeset_stream *strings = member_named(zip, "xl/sharedStrings.xml");
    struct codeset_stream *sheet = member_named(zip, "xl/worksheets/sheet1.xml");
    if (strings != NULL)
        read_member(&book, strings, begin_shared, end_shared, shared_text);
    if (sheet == NULL) {
        book.status = book.status == STATUS_OK ? STATUS_INVALID : book.status;
        book.fault = book.fault == NULL ? "no workbook: it has no first sheet" : book.fault;
    } else if (book.status == STATUS_OK)
        read_member(&book, sheet, begin_sheet, end_sheet, sheet_text);
    else
        sheet->close(sheet);
    codeset_zip_close(zip);
    free_strings(&book.shared);
    free_strings(&book.cells);
    *fault = book.fault;
    return book.status;
}

/* All of the source. */
static enum status
read_whole(struct codeset_reading *reading, char **bytes, size_t *length)
{
    size_t room = 1 << 20, got;
    enum status status;
    *bytes = malloc(room);
    *length = 0;
    assert(*bytes != NULL);
    while ((status = codeset_source_read(codeset_reading_source(reading), *bytes + *length, room - *length, &got)) == STATUS_OK) {
        *length += got;
        if (*length < room)
            continue;
        if (room >= WORKBOOK_BYTES)
            return codeset_wrong(reading, "the workbook is larger than 64 MiB");
        room *= 2;
        *bytes = realloc(*bytes, room);
        assert(*bytes != NULL);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
workbook_read(struct codeset_reading *reading, workbook_row *row, void *context)
{
    char *bytes;
    size_t length;
    const char *fault = NULL;
    enum status status = read_whole(reading, &bytes, &length);
    if (status == STATUS_OK)
        status = workbook_parse(text_of(bytes, length), row, context, &fault);
    free(bytes);
    return fault == NULL ? status : codeset_wrong(reading, "%s", fault);
}
