/* Conversions, and the rows of a section. */
#include "common/fhir/fhir_map.h"

#include "common/date/date.h"
#include "common/money/money.h"
#include "common/npi/npi.h"
#include "schemas/findings.h"

#include <stdio.h>

/* What a row works on. */
struct cell {
    struct fhir_reading *reading;
    const struct fhir_row *row;
    struct text value; /* as text */
    void *target;
    bool quiet, wrong;
};

/* The detail is ours: a count, a position, a word of this program. In all others it is a value of the bundle.
 */
static bool
is_our_own(uint16_t number)
{
    static const uint16_t own[] = {FINDING_FHIR_NOT_JSON,      FINDING_FHIR_LIMIT,
                                   FINDING_FHIR_CLAIMS_MANY,   FINDING_FHIR_TOO_MANY,
                                   FINDING_FHIR_NOT_CARRIED,   FINDING_FHIR_DOCUMENTS_MANY,
                                   FINDING_FHIR_INSURANCE_MANY};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (own[i] == number)
            return true;
    }
    return false;
}

void
fhir_found(struct fhir_reading *reading, uint16_t number, const char *place, struct text detail)
{
    struct text where = text_from(place);
    size_t head = reading->item_place == NULL ? 0 : strlen(reading->item_place);
    if (head > 0 && text_starts(where, text_from(reading->item_place)))
        where = arena_print(reading->arena, "%s[%u]%s", reading->item_place, reading->item, place + head);
    struct finding *finding = findings_add(reading->findings, number, where, detail);
    if (finding != NULL)
        finding->private = !is_our_own(number);
}

static void
say(struct cell *cell, uint16_t number, struct text detail)
{
    const struct finding_kind *kind = finding_kind(number);
    cell->wrong = cell->wrong || kind == NULL || kind->severity == FINDING_ERROR;
    if (!cell->quiet)
        fhir_found(cell->reading, number, cell->row->place, detail);
}

/* A scalar as text. 15 significant digits are as many as a double keeps of any decimal, so a number of at
 * most so many comes out as it was written. */
static struct text
scalar(struct arena *arena, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return text_trim(fhir_string(value));
    case JSON_INTEGER:
        return arena_print(arena, "%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return arena_print(arena, "%.15g", json_real_value(value));
    case JSON_TRUE:
        return TEXT("true");
    case JSON_FALSE:
        return TEXT("false");
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
        break;
    }
    return (struct text){0};
}

static void
put_text(struct cell *cell, struct text value)
{
    struct text *target = cell->target;
    if (value.length > cell->row->bound) {
        say(cell, FINDING_FHIR_VALUE_LONG, value);
        return;
    }
    *target = arena_copy(cell->reading->arena, value);
}

/* No delimiter of X12 and no control character goes into a claim. */
static void
convert_text(struct cell *cell)
{
    struct text value = arena_copy(cell->reading->arena, cell->value);
    char *bytes = arena_take_raw(cell->reading->arena, value.length + 1);
    bool changed = false;
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];
        bool bad = (unsigned char)c < 0x20 || c == 0x7F || c == '*' || c == ':' || c == '~' || c == '^';
        bytes[i] = bad ? ' ' : c;
        changed = changed || bad;
    }
    if (changed)
        say(cell, FINDING_FHIR_CHARACTERS, value);
    put_text(cell, text_trim(text_of(bytes, value.length)));
}

/* Only letters and digits, or only digits, of the value; what else may stand between them is `allowed`. */
static void
convert_filtered(struct cell *cell, bool letters, const char *allowed)
{
    char *bytes = arena_take_raw(cell->reading->arena, cell->value.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < cell->value.length; i++) {
        char c = cell->value.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if ((c >= '0' && c <= '9') || (letters && letter)) {
            bytes[length++] = letter ? (char)(c & ~0x20) : c;
        } else if (c == '\0' || strchr(allowed, c) == NULL) {
            say(cell, FINDING_FHIR_VALUE_WRONG, cell->value);
            return;
        }
    }
    put_text(cell, text_of(bytes, length));
}

static void
convert_npi(struct cell *cell)
{
    if (!npi_checks(cell->value))
        say(cell, FINDING_X12_NPI_CHECK_DIGIT, cell->value);
    else
        put_text(cell, cell->value);
}

static void
convert_date(struct cell *cell)
{
    struct text value = cell->value;
    int32_t date;
    bool whole = value.length == 10 || (value.length > 10 && value.data[10] == 'T');
    value.length = value.length > 10 ? 10 : value.length;
    if (!whole || !date_parse_iso(value, &date))
        say(cell, FINDING_FHIR_VALUE_WRONG, cell->value);
    else
        *(int32_t *)cell->target = date;
}

static void
convert_money(struct cell *cell)
{
    int64_t cents;
    if (!money_parse(cell->value, &cents) || cents < 0)
        say(cell, FINDING_FHIR_VALUE_WRONG, cell->value);
    else
        *(int64_t *)cell->target = cents;
}

/* At most three places: the third digit goes apart, the rest is read as money is. */
static void
convert_milli(struct cell *cell)
{
    struct text value = cell->value;
    const char *point = value.length == 0 ? NULL : memchr(value.data, '.', value.length);
    int64_t cents, last = 0;
    if (point != NULL && value.length - (size_t)(point - value.data) == 4) {
        last = value.data[value.length - 1] - '0';
        value.length--;
    }
    if (!money_parse(value, &cents) || cents < 0 || last < 0 || last > 9)
        say(cell, FINDING_FHIR_VALUE_WRONG, cell->value);
    else
        *(int64_t *)cell->target = cents * 10 + last;
}

static void
convert_table(struct cell *cell)
{
    const struct fhir_row *row = cell->row;
    for (unsigned i = row->pair_first; i < (unsigned)row->pair_first + row->pair_count; i++) {
        if (text_is(cell->value, fhir_pairs[i].from)) {
            put_text(cell, text_from(fhir_pairs[i].to));
            return;
        }
    }
    say(cell, FINDING_FHIR_CODE_UNKNOWN, cell->value);
}

static void
convert(struct cell *cell)
{
    switch ((enum fhir_conversion)cell->row->conversion) {
    case FHIR_CONVERSION_TEXT:
        convert_text(cell);
        break;
    case FHIR_CONVERSION_ICD:
        convert_filtered(cell, true, ".");
        break;
    case FHIR_CONVERSION_NPI:
        convert_npi(cell);
        break;
    case FHIR_CONVERSION_ZIP:
    case FHIR_CONVERSION_DIGITS:
        convert_filtered(cell, false, "- ");
        break;
    case FHIR_CONVERSION_MONEY:
        convert_money(cell);
        break;
    case FHIR_CONVERSION_MILLI:
        convert_milli(cell);
        break;
    case FHIR_CONVERSION_DATE:
        convert_date(cell);
        break;
    case FHIR_CONVERSION_FLAG:
        *(bool *)cell->target = true;
        break;
    case FHIR_CONVERSION_IS:
        put_text(cell, text_from(cell->row->constant));
        break;
    case FHIR_CONVERSION_TABLE:
        convert_table(cell);
        break;
    }
}

/* Is the place where any of the paths begins in the bundle? If not, that was said once, and not by each
 * value. */
static bool
begins(const struct cell *cell)
{
    const struct fhir_row *row = cell->row;
    bool any = false;
    for (unsigned i = row->first; i < (unsigned)row->first + row->count; i++)
        any = any || cell->reading->bases[fhir_paths[i].base] != NULL;
    return any;
}

/* The value of the paths, or what stands for it; empty when there is none. An object where a value belongs is
 * wrong. */
static bool
fill_row(struct cell *cell)
{
    const struct fhir_row *row = cell->row;
    const json_t *value = fhir_find(cell->reading, row->first, row->count);
    if (value != NULL && json_is_object(value)) {
        say(cell, FINDING_FHIR_VALUE_WRONG, TEXT("an object"));
        return false;
    }
    cell->value = value == NULL ? (struct text){0} : scalar(cell->reading->arena, value);
    if (cell->value.length > 0) {
        convert(cell);
    } else if (row->otherwise != NULL) {
        cell->value = text_from(row->otherwise);
        if (row->conversion == FHIR_CONVERSION_MILLI)
            convert_milli(cell);
        else
            put_text(cell, cell->value);
    } else if (row->required) {
        cell->quiet = cell->quiet || !begins(cell);
        say(cell, FINDING_FHIR_VALUE_MISSING, (struct text){0});
    }
    return !(cell->wrong && row->required);
}

bool
fhir_fill(struct fhir_reading *reading, const struct fhir_section *section, void *record, bool quiet)
{
    bool good = true;
    for (unsigned i = section->first; i < (unsigned)section->first + section->count; i++) {
        const struct fhir_row *row = &fhir_rows[i];
        struct cell cell = {
            .reading = reading, .row = row, .target = (char *)record + row->offset, .quiet = quiet};
        if (!fill_row(&cell))
            good = false;
    }
    return good;
}
