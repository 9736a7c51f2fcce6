/*
 * HCPCS level II, the ANWEB file of CMS (HCPCS record layout): lines of up to 320 characters, sorted by code. Columns 1 to 5 code (of
 * a modifier 4 to 5), 6 to 10 number, 11 what the line is (3 a code, 7 a modifier, 4 and 8 more of its words), 12 to 91 words;
 * of lines 3 and 7 also 230 coverage, 269 to 276 added, 277 to 284 last action, 285 to 292 the last day. Lines of another form
 * before the first are a disclaimer. The days of the edition are in its name: a year, or a year and JAN, APR, JUL, OCT.
 */
#include "common/codeset/import/import.h"

#include <stdio.h>

enum {
    COLUMN_SEQUENCE = 5,
    COLUMN_KIND = 10,
    COLUMN_WORDS = 11,
    WORDS_LENGTH = 80,
    COLUMN_COVERAGE = 229,
    COLUMN_ADDED = 268,
    COLUMN_ACTION = 276,
    COLUMN_LAST = 284,
    WORDS_ROOM = 8192,
};

/* A code whose words are not yet all read. */
struct pending {
    char code[5];
    size_t code_length;
    bool modifier;
    int32_t from, to;
    uint16_t kind, flags;
    char words[WORDS_ROOM];
    size_t words_length;
};

static struct text
column(struct text line, size_t from, size_t length)
{
    return line.length < from + length ? (struct text){0} : text_of(line.data + from, length);
}

static bool
is_record(struct text line)
{
    uint64_t number;
    return line.length > COLUMN_WORDS && text_to_u64(text_of(line.data + COLUMN_SEQUENCE, 5), &number) &&
           strchr("3478", line.data[COLUMN_KIND]) != NULL;
}

static bool
recognise_hcpcs(const char *name, struct text head)
{
    struct text rest = head;
    size_t found = 0;
    if (!codeset_name_has(name, "HCPC"))
        return false;
    while (rest.length > 0) {
        struct text line = text_cut(rest, '\n', &rest);
        found += is_record(line) && line.length >= COLUMN_WORDS + 20;
    }
    return found >= 3;
}

static enum status
give_pending(struct codeset_reading *reading, struct codeset_builder *codes, struct codeset_builder *modifiers,
             struct pending *pending)
{
    struct codeset_give give = {
        .first = text_of(pending->code, pending->code_length),
        .from = pending->from,
        .to = pending->to,
        .kind = pending->kind,
        .flags = pending->flags,
        .words = text_of(pending->words, pending->words_length),
    };
    bool there = pending->code_length > 0;
    pending->code_length = 0;
    return there ? codeset_reading_give(reading, pending->modifier ? modifiers : codes, &give) : STATUS_OK;
}

static void
add_words(struct pending *pending, struct text line)
{
    size_t length = line.length - COLUMN_WORDS < WORDS_LENGTH ? line.length - COLUMN_WORDS : WORDS_LENGTH;
    struct text piece = text_trim(text_of(line.data + COLUMN_WORDS, length));
    if (piece.length == 0 || pending->words_length + piece.length + 1 > WORDS_ROOM)
        return;
    if (pending->words_length > 0)
        pending->words[pending->words_length++] = ' ';
    memcpy(pending->words + pending->words_length, piece.data, piece.length);
    pending->words_length += piece.length;
}

static enum status
begin(struct codeset_reading *reading, struct pending *pending, struct text line)
{
    int32_t action = 0;
    struct text code = text_trim(text_of(line.data, COLUMN_SEQUENCE));
    pending->modifier = line.data[COLUMN_KIND] == '7';
    if (code.length != (pending->modifier ? 2 : 5))
        return codeset_wrong(reading, pending->modifier ? "a modifier has two characters" : "a code has five characters");
    if (!codeset_day(column(line, COLUMN_ADDED, 8), &pending->from) || !codeset_day(column(line, COLUMN_ACTION, 8), &action) ||
        !codeset_day(column(line, COLUMN_LAST, 8), &pending->to))
        return codeset_wrong(reading, "added, action or last day is no day");
    memcpy(pending->code, code.data, code.length);
    pending->code_length = code.length;
    pending->from = pending->from != 0 ? pending->from : action;
    pending->flags = pending->from == 0 ? CODESET_SINCE_EDITION : 0;
    if (pending->from == 0)
        codeset_note(reading, "codes without a first day: they stand since the edition");
    struct text coverage = column(line, COLUMN_COVERAGE, 1);
    const char *kinds = "CDIMS", *kind = coverage.length == 0 || coverage.data[0] == '\0' ? NULL : strchr(kinds, coverage.data[0]);
    pending->kind = kind == NULL ? 0 : (uint16_t)(kind - kinds + 1);
    pending->words_length = 0;
    add_words(pending, line);
    return STATUS_OK;
}

static bool
days_of_name(const char *name, char edition[CODESET_EDITION_BYTES], int32_t *from, int32_t *to)
{
    static const char *const months[] = {"JAN", "APR", "JUL", "OCT"};
    const char *at = name + strcspn(name, "0123456789"); /* HCPC2020_ANWEB, HCPC2024_JUL_ANWEB */
    int32_t year = codeset_name_number(at, 4, 1990, 2099);
    if (year == 0)
        return false;
    *from = year * 10000 + 101;
    *to = year * 10000 + 1231;
    snprintf(edition, CODESET_EDITION_BYTES, "%d", year);
    for (int32_t i = 0; i < 4; i++) {
        if (!codeset_name_has(at, months[i]))
            continue;
        codeset_quarter(year * 10000 + (3 * i + 1) * 100 + 1, from, to);
        snprintf(edition, CODESET_EDITION_BYTES, "%d-%02d", year, 3 * i + 1);
    }
    return true;
}

static enum status
read_lines(struct codeset_reading *reading, struct codeset_builder *codes, const char *edition, int32_t from, int32_t to)
{
    struct codeset_builder *modifiers = NULL;
    struct pending pending = {.code_length = 0};
    struct text line;
    enum status status = STATUS_OK;
    bool begun = false;
    while (status == STATUS_OK && (status = codeset_source_line(codeset_reading_source(reading), &line)) == STATUS_OK) {
        bool record = is_record(line);
        if (line.length == 0 || (!record && !begun) || text_trim(line).length <= 1)
            continue;
        if (!record)
            return codeset_wrong(reading, "no line of the HCPCS layout: code, number, 3, 4, 7 or 8");
        char kind = line.data[COLUMN_KIND];
        begun = true;
        if (kind == '4' || kind == '8') {
            add_words(&pending, line);
            if (pending.code_length > 0)
                codeset_builder_pass(pending.modifier ? modifiers : codes, CODESET_CONTINUED);
            continue;
        }
        status = give_pending(reading, codes, modifiers, &pending);
        if (status == STATUS_OK)
            status = begin(reading, &pending, line);
        if (kind == '7' && modifiers == NULL) /* without CPT's own: not all */
            modifiers = codeset_reading_edition(reading, "modifier", edition, from, to, false);
    }
    return status == STATUS_NOT_FOUND ? give_pending(reading, codes, modifiers, &pending) : status;
}

static enum status
read_hcpcs(struct codeset_reading *reading)
{
    int32_t from, to;
    char edition[CODESET_EDITION_BYTES];
    if (!days_of_name(codeset_source_name(codeset_reading_source(reading)), edition, &from, &to))
        return codeset_wrong(reading, "the year is not in its name (HCPC2024_JUL_ANWEB.txt)");
    struct codeset_builder *codes = codeset_reading_edition(reading, "hcpcs", edition, from, to, true);
    return read_lines(reading, codes, edition, from, to);
}

const struct codeset_importer import_hcpcs = {"hcpcs", "HCPCS level II (ANWEB)", recognise_hcpcs, read_hcpcs};
