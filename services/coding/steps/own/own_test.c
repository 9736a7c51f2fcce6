#include "services/coding/steps/own/own_test.h"

#include "common/date/date.h"
#include "common/money/money.h"

#include <stdio.h>

/* What is written; `negated` is the other way round. */
static const struct {
    const char *words;
    enum own_operator how;
    bool negated;
    uint32_t least, most; /* values */
    bool numbers;         /* of numbers alone */
} operators[] = {
    /* longer ones first: "is not" begins as "is" */
    {"is not", OWN_IS, true, 1, 1, false},
    {"is", OWN_IS, false, 1, 1, false},
    {"not in", OWN_IS, true, 1, OWN_VALUES, false},
    {"in", OWN_IS, false, 1, OWN_VALUES, false},
    {"not begins", OWN_BEGINS, true, 1, OWN_VALUES, false},
    {"begins", OWN_BEGINS, false, 1, OWN_VALUES, false},
    {"not between", OWN_BETWEEN, true, 2, 2, false},
    {"between", OWN_BETWEEN, false, 2, 2, false},
    {"below", OWN_BELOW, false, 1, 1, true},
    {"at least", OWN_BELOW, true, 1, 1, true},
    {"above", OWN_ABOVE, false, 1, 1, true},
    {"at most", OWN_ABOVE, true, 1, 1, true},
    {"missing", OWN_MISSING, false, 0, 0, false},
    {"given", OWN_MISSING, true, 0, 0, false},
};
enum { OPERATORS = sizeof operators / sizeof *operators };
static const char allowed_operators[] =
    "is, is not, in, not in, begins, not begins, between, not between, below, at least, above, at most, missing, given";

/* ---- reading ---- */

/* The next word between blanks and commas; empty at the end. */
static struct text
next_word(struct text *rest)
{
    size_t begin = 0, end;
    while (begin < rest->length && (rest->data[begin] == ' ' || rest->data[begin] == ','))
        begin++;
    end = begin;
    while (end < rest->length && rest->data[end] != ' ' && rest->data[end] != ',')
        end++;
    struct text word = text_of(rest->data + begin, end - begin);
    *rest = text_of(rest->data + end, rest->length - end);
    return word;
}

/* The words of an operator at the head of `rest`, which then follows them. */
static bool
take_operator(struct text *rest, struct text words)
{
    struct text after = *rest;
    while (words.length > 0)
        if (!text_equal(next_word(&after), next_word(&words)))
            return false;
    *rest = after;
    return true;
}

static bool
is_number(const struct own_field *field)
{
    return field->kind >= OWN_NUMBER;
}

/* "2" or "0.5" as thousandths. */
static bool
read_units(struct text word, int64_t *number)
{
    struct text part, whole = text_cut(word, '.', &part);
    uint64_t before, behind = 0;
    if (!text_to_u64(whole, &before) || before > 1000000000 || part.length > 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (i < part.length && (part.data[i] < '0' || part.data[i] > '9'))
            return false;
        behind = behind * 10 + (i < part.length ? (uint64_t)(part.data[i] - '0') : 0);
    }
    *number = (int64_t)(before * 1000 + behind);
    return true;
}

static bool
read_number(enum own_kind kind, struct text word, int64_t *number)
{
    int32_t day;
    uint64_t plain;
    switch (kind) {
    case OWN_NUMBER:
        if (!text_to_u64(word, &plain) || plain > INT32_MAX)
            return false;
        *number = (int64_t)plain;
        return true;
    case OWN_UNITS:
        return read_units(word, number);
    case OWN_MONEY:
        return money_parse(word, number);
    case OWN_DAY:
        if (!date_parse_iso(word, &day) && !date_parse(word, &day))
            return false;
        *number = day;
        return true;
    case OWN_TEXT:
    case OWN_CODE:
        break;
    }
    return false;
}

/* Upper case, without the point of ICD. */
static struct text
plain_code(struct text word, bool code, struct arena *arena)
{
    char *bytes = arena_take_raw(arena, word.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];
        if (!code || c != '.')
            bytes[length++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return text_of(bytes, length);
}

static const char *
value_form(enum own_kind kind)
{
    static const char *const forms[] = {
        [OWN_TEXT] = "a value",  [OWN_CODE] = "a code",           [OWN_NUMBER] = "a whole number",
        [OWN_UNITS] = "units: 2 or 0.5", [OWN_MONEY] = "an amount: 120.00", [OWN_DAY] = "a day: 2026-01-31",
    };
    return forms[kind];
}

static bool
read_value(const struct own_field *field, struct text word, struct own_value *value, struct arena *arena, char wrong[OWN_WRONG_BYTES])
{
    *value = (struct own_value){0};
    if (!is_number(field)) {
        value->text = plain_code(word, field->kind == OWN_CODE, arena);
        if (value->text.length > 0)
            return true;
    } else if (read_number(field->kind, word, &value->number)) {
        return true;
    }
    snprintf(wrong, OWN_WRONG_BYTES, "\"%.*s\" is no value of %s; allowed: %s", (int)text_head(word, 40).length, word.data, field->name,
             value_form(field->kind));
    return false;
}

/* Values up to "and" or the end. */
static bool
read_values(struct text *rest, struct own_test *test, uint32_t least, uint32_t most, struct arena *arena, char wrong[OWN_WRONG_BYTES])
{
    struct own_value values[OWN_VALUES];
    for (;;) {
        struct text before = *rest, word = next_word(rest);
        if (word.length == 0 || text_is(word, "and")) {
            *rest = before;
            break;
        }
        if (test->count == most) {
            snprintf(wrong, OWN_WRONG_BYTES, "\"%.*s\" is one value too many for %s; several tests are joined by and",
                     (int)text_head(word, 40).length, word.data, test->field->name);
            return false;
        }
        if (!read_value(test->field, word, &values[test->count++], arena, wrong))
            return false;
    }
    if (test->count < least) {
        snprintf(wrong, OWN_WRONG_BYTES, "the test of %s has too few values", test->field->name);
        return false;
    }
    if (test->count > 0) {
        struct own_value *kept = ARENA_ARRAY(arena, struct own_value, test->count);
        memcpy(kept, values, sizeof *kept * test->count);
        test->values = kept;
    }
    return true;
}

static bool
read_script(struct text *rest, struct own_test *test, struct arena *arena, char wrong[OWN_WRONG_BYTES])
{
    struct text name = next_word(rest);
    struct own_value *value = ARENA_ARRAY(arena, struct own_value, 1);
    if (name.length == 0 || text_is(name, "and")) {
        snprintf(wrong, OWN_WRONG_BYTES, "script needs the name of a function");
        return false;
    }
    value->text = name;
    test->how = OWN_SCRIPT;
    test->values = value;
    test->count = 1;
    return true;
}

static bool
field_unknown(struct text word, char wrong[OWN_WRONG_BYTES])
{
    int length = snprintf(wrong, OWN_WRONG_BYTES, "\"%.*s\" is no field; allowed:", (int)text_head(word, 40).length, word.data);
    for (size_t i = 0; i < own_field_count && length < OWN_WRONG_BYTES - 1; i++)
        length += snprintf(wrong + length, (size_t)(OWN_WRONG_BYTES - length), " %s", own_fields[i].name);
    return false;
}

static bool
read_one(struct text *rest, struct own_test *test, struct arena *arena, char wrong[OWN_WRONG_BYTES])
{
    struct text word = next_word(rest);
    if (text_is(word, "script"))
        return read_script(rest, test, arena, wrong);
    test->field = own_field_named(word);
    if (test->field == NULL)
        return field_unknown(word, wrong);
    for (size_t i = 0; i < OPERATORS; i++) {
        if (!take_operator(rest, text_from(operators[i].words)))
            continue;
        if ((operators[i].numbers && !is_number(test->field)) || (operators[i].how == OWN_BEGINS && is_number(test->field)))
            break;
        test->how = operators[i].how;
        test->negated = operators[i].negated;
        return read_values(rest, test, operators[i].least, operators[i].most, arena, wrong);
    }
    snprintf(wrong, OWN_WRONG_BYTES, "%s is followed by no test that it can have; allowed: %s", test->field->name, allowed_operators);
    return false;
}

bool
own_test_read(struct text words, struct own_rule *rule, struct arena *arena, char wrong[OWN_WRONG_BYTES])
{
    for (;;) {
        if (rule->test_count == OWN_TESTS) {
            snprintf(wrong, OWN_WRONG_BYTES, "more than %d tests", OWN_TESTS);
            return false;
        }
        struct own_test *test = &rule->tests[rule->test_count];
        *test = (struct own_test){0};
        if (!read_one(&words, test, arena, wrong))
            return false;
        rule->test_count++;
        rule->of_lines = rule->of_lines || (test->field != NULL && test->field->scope == OWN_LINE);
        struct text joined = next_word(&words);
        if (joined.length == 0)
            return true;
        if (!text_is(joined, "and")) {
            snprintf(wrong, OWN_WRONG_BYTES, "\"%.*s\" stands where a test is over; several tests are joined by and",
                     (int)text_head(joined, 40).length, joined.data);
            return false;
        }
    }
}

/* ---- holding against a claim ---- */

/* As far as the bound is long: E13.9 lies between E08 and E13. */
static int
against(struct text code, struct text bound)
{
    return text_compare(text_head(code, bound.length), bound);
}

static bool
meets_text(const struct own_test *test, struct text text)
{
    if (test->how == OWN_BETWEEN)
        return against(text, test->values[0].text) >= 0 && against(text, test->values[1].text) <= 0;
    for (uint32_t i = 0; i < test->count; i++)
        if (test->how == OWN_BEGINS ? text_starts(text, test->values[i].text) : text_equal(text, test->values[i].text))
            return true;
    return false;
}

static bool
meets_number(const struct own_test *test, int64_t number)
{
    switch (test->how) {
    case OWN_BETWEEN:
        return number >= test->values[0].number && number <= test->values[1].number;
    case OWN_BELOW:
        return number < test->values[0].number;
    case OWN_ABOVE:
        return number > test->values[0].number;
    case OWN_IS:
        for (uint32_t i = 0; i < test->count; i++)
            if (number == test->values[i].number)
                return true;
        return false;
    case OWN_BEGINS:
    case OWN_MISSING:
    case OWN_SCRIPT:
    case OWN_OPERATOR_COUNT:
        break;
    }
    return false;
}

enum own_answer
own_test_holds(const struct own_test *test, const struct own_place *place, enum coding_lack *lack, struct text *met)
{
    struct own_found found;
    found.count = 0;
    found.lack = CODING_LACK_NONE;
    test->field->get(place, &found);
    bool any = test->how == OWN_MISSING && found.count == 0;
    if (test->how != OWN_MISSING && found.lack != CODING_LACK_NONE) {
        *lack = found.lack;
        return OWN_UNKNOWN;
    }
    for (uint32_t i = 0; i < found.count && !any && test->how != OWN_MISSING; i++) {
        any = is_number(test->field) ? meets_number(test, found.values[i].number) : meets_text(test, found.values[i].text);
        if (any && !test->negated)
            *met = found.values[i].text;
    }
    return any != test->negated ? OWN_YES : OWN_NO;
}
