/* A user's file of codes. */
#include "common/codes/codes_kept.h"

#include "common/date/date.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIELDS = 6 };

struct reading {
    struct codes_kept made;
    enum codes_system system; /* CODES_SYSTEM_COUNT until the first line is read */
    uint32_t room, line;
    char delimiter;
    bool too_many;
    const char *fault;
    struct text value; /* that the fault is about */
};

/* A field from the start of `rest`, without its quotes; false when a quote is not closed. */
static bool
cut_field(struct text *rest, char delimiter, struct text *field)
{
    if (rest->length == 0 || rest->data[0] != '"') {
        *field = text_trim(text_cut(*rest, delimiter, rest));
        return true;
    }
    size_t i = 1;
    while (i < rest->length && (rest->data[i] != '"' || (i + 1 < rest->length && rest->data[i + 1] == '"')))
        i += rest->data[i] == '"' ? 2 : 1;
    if (i >= rest->length)
        return false;
    *field = text_of(rest->data + 1, i - 1);
    struct text behind = text_cut(text_of(rest->data + i + 1, rest->length - i - 1), delimiter, rest);
    return text_trim(behind).length == 0;
}

/* At most FIELDS; what is not there is empty. False: a quote is wrong, or there are more. */
static bool
cut_line(struct text line, char delimiter, struct text fields[FIELDS])
{
    memset(fields, 0, FIELDS * sizeof *fields);
    for (unsigned i = 0; i < FIELDS && line.length > 0; i++)
        if (!cut_field(&line, delimiter, &fields[i]))
            return false;
    return line.length == 0;
}

static bool
say(struct reading *reading, const char *fault, struct text value)
{
    reading->fault = fault;
    reading->value = value;
    return false;
}

static bool
pass_limit(struct reading *reading)
{
    reading->too_many = true;
    return say(reading, "more than a million codes of one system", (struct text){0});
}

/* CCYYMMDD, CCYY-MM-DD or nothing. */
static bool
read_day(struct text text, int32_t *day)
{
    *day = 0;
    return text.length == 0 || date_parse(text, day) || date_parse_iso(text, day);
}

static bool
read_days(struct reading *reading, struct text from, struct text until, int32_t *first, int32_t *last)
{
    if (!read_day(from, first))
        return say(reading, "no date (CCYYMMDD)", from);
    if (!read_day(until, last))
        return say(reading, "no date (CCYYMMDD)", until);
    return (*last == 0 || *first <= *last) || say(reading, "the last day lies before the first", until);
}

static bool
read_head(struct reading *reading, struct text line)
{
    static const char delimiters[] = "\t|;,";
    struct text fields[FIELDS], word = text_trim(line);
    if (!text_starts(word, TEXT("codes")) || word.length < 7 || memchr(delimiters, word.data[5], 4) == NULL)
        return say(reading, "the first line must be: codes, system, edition, first day, last day, complete or partial", word);
    reading->delimiter = word.data[5];
    if (!cut_line(word, reading->delimiter, fields))
        return say(reading, "more than six fields, or a quote that is not closed", word);
    for (unsigned i = 0; i < CODES_SYSTEM_COUNT; i++)
        if (text_is(fields[1], codes_system_kinds[i].name))
            reading->system = (enum codes_system)i;
    if (reading->system == CODES_SYSTEM_COUNT)
        return say(reading, "no code system; allowed: the names in docs/x12/codes.md", fields[1]);
    if (fields[2].length == 0 || fields[2].length >= CODES_EDITION_BYTES)
        return say(reading, "the edition's name must have 1 to 39 characters", fields[2]);
    text_copy(fields[2], reading->made.edition, sizeof reading->made.edition);
    reading->made.complete = !text_is(fields[5], "partial");
    if (fields[5].length > 0 && reading->made.complete && !text_is(fields[5], "complete"))
        return say(reading, "allowed: complete, partial", fields[5]);
    return read_days(reading, fields[3], fields[4], &reading->made.from, &reading->made.to);
}

/* "E11.9" as "E119". */
static struct text
without_point(struct text code, char buffer[CODES_KEY_LENGTH + 1])
{
    size_t length = 0;
    for (size_t i = 0; i < code.length && length <= CODES_KEY_LENGTH; i++)
        if (code.data[i] != '.')
            buffer[length++] = code.data[i];
    return text_of(buffer, length);
}

static void
add(struct reading *reading, struct codes_list_row row)
{
    struct codes_kept *made = &reading->made;
    if (made->count == reading->room) {
        reading->room = reading->room == 0 ? 64 : reading->room * 2;
        made->rows = realloc(made->rows, reading->room * sizeof *made->rows);
        assert(made->rows != NULL);
    }
    made->rows[made->count++] = row;
}

static bool
read_code(struct reading *reading, struct text line)
{
    struct text fields[FIELDS];
    char buffer[CODES_KEY_LENGTH + 1];
    struct codes_list_row row;
    if (!cut_line(line, reading->delimiter, fields) || fields[4].length > 0 || fields[5].length > 0)
        return say(reading, "more than four fields (code, words, from, until), or a quote that is not closed", line);
    bool icd = reading->system <= CODES_SYSTEM_ICD9PCS;
    row.key = codes_key(icd ? without_point(fields[0], buffer) : fields[0]);
    if (row.key == 0)
        return say(reading, "no code: 1 to 12 digits and upper-case letters", fields[0]);
    if (!read_days(reading, fields[2], fields[3], &row.from, &row.to))
        return false;
    if (reading->made.count == CODES_LIST_LIMIT)
        return pass_limit(reading);
    add(reading, row);
    return true;
}

static int
by_key(const void *left, const void *right)
{
    const struct codes_list_row *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->from > b->from) - (a->from < b->from);
}

/* What an earlier file of the system gave comes into the one made. False: more than the limit. */
static bool
join(struct reading *reading, const struct codes_kept *old)
{
    struct codes_kept *made = &reading->made;
    if (old->rows == NULL)
        return true;
    if (old->count > CODES_LIST_LIMIT - made->count)
        return pass_limit(reading);
    for (uint32_t i = 0; i < old->count; i++)
        add(reading, old->rows[i]);
    made->complete = made->complete && old->complete;
    made->from = made->from == 0 || old->from == 0 ? 0 : made->from < old->from ? made->from : old->from;
    made->to = made->to == 0 || old->to == 0 ? 0 : made->to > old->to ? made->to : old->to;
    return true;
}

static bool
read_lines(struct reading *reading, struct text bytes)
{
    if (text_starts(bytes, TEXT("\xEF\xBB\xBF")))
        bytes = text_of(bytes.data + 3, bytes.length - 3);
    while (bytes.length > 0) {
        struct text line = text_cut(bytes, '\n', &bytes);
        reading->line++;
        if (line.length > 0 && line.data[line.length - 1] == '\r')
            line.length--;
        if (text_trim(line).length == 0 || line.data[0] == '#')
            continue;
        bool head = reading->system == CODES_SYSTEM_COUNT;
        if (head ? !read_head(reading, line) : !read_code(reading, line))
            return false;
    }
    if (reading->made.count > 0)
        return true;
    return say(reading, reading->system == CODES_SYSTEM_COUNT ? "the file is empty" : "the file holds no code", (struct text){0});
}

/* The value as it may be shown: printable, and not long. */
static int
shown(struct text value, char buffer[41])
{
    size_t length = value.length < 40 ? value.length : 40;
    for (size_t i = 0; i < length; i++)
        buffer[i] = value.data[i] >= ' ' && value.data[i] < 127 ? value.data[i] : '?';
    buffer[length] = '\0';
    return (int)length;
}

enum status
codes_lists_read(struct codes_lists *lists, const char *name, struct text bytes, char reason[512])
{
    struct reading reading = {.system = CODES_SYSTEM_COUNT};
    bool good = read_lines(&reading, bytes);
    good = good && join(&reading, &lists->kept[reading.system]);
    if (!good) {
        char value[41];
        int length = shown(reading.value, value);
        snprintf(reason, 512, "%.300s:%u: %s%s%s%s", name, reading.line, length > 0 ? "\"" : "", value, length > 0 ? "\": " : "",
                 reading.fault);
        free(reading.made.rows);
        return reading.too_many ? STATUS_LIMIT : STATUS_INVALID;
    }
    qsort(reading.made.rows, reading.made.count, sizeof *reading.made.rows, by_key);
    free(lists->kept[reading.system].rows);
    lists->kept[reading.system] = reading.made;
    return STATUS_OK;
}
