/*
 * Edits of the condition, occurrence, span and value codes of a hospital's bill (HI*BG, BH, BI, BE of loop 2300 in X223A2). Whether a code
 * stands in its list, and what it asks for, is judged by step 4; here only its form. Value codes that are amounts are the biller's.
 */
#include "common/date/date.h"
#include "services/coding/editing.h"

static const char not_there[] = "the bill has no such code there";

static bool
is_alphanumeric(struct text value)
{
    for (size_t i = 0; i < value.length; i++)
        if (!((value.data[i] >= '0' && value.data[i] <= '9') || (value.data[i] >= 'A' && value.data[i] <= 'Z')))
            return false;
    return true;
}

static bool
is_code(struct text code)
{
    return code.length == 2 && is_alphanumeric(code);
}

/* Days, pints, visits, readings, hours, weights, postal codes, numbers of trials (NUBC): all others are amounts. */
static bool
is_amount(struct text code)
{
    static const char others[][3] = {"37", "38", "39", "45", "46", "48", "49", "50", "51", "52", "53", "54", "56", "57", "58", "59",
                                     "60", "61", "67", "68", "69", "80", "81", "82", "83", "A0", "A8", "A9", "D4", "D5"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_is(code, others[i]))
            return false;
    return true;
}

/* The place of an edit in a list: replaced, added behind the last, or taken off when the answer is done. */
static const char *
find_place(const struct coding_edit *edit, uint32_t *count, bool *gone, bool *adds)
{
    uint32_t i = edit->ordinal - 1;
    bool goes = edit->value[0] == '\0';
    *adds = i == *count;
    if (i > *count || i >= EDITING_BILL_CODES || (*adds && goes))
        return not_there;
    gone[i] = goes;
    *count += *adds;
    return NULL;
}

static const char *
edit_condition(struct editing *e, const struct coding_edit *edit, struct text value, struct text place)
{
    struct institutional_claim *own = e->body->institutional;
    bool adds;
    if (value.length > 0 && !is_code(value))
        return "a condition code has two letters or digits";
    const char *wrong = find_place(edit, &own->conditions_count, e->conditions_gone, &adds);
    if (wrong != NULL)
        return wrong;
    struct condition_code *condition = &own->conditions[edit->ordinal - 1];
    editing_change(e, place, adds ? (struct text){0} : condition->code, value);
    if (value.length > 0)
        condition->code = value;
    return NULL;
}

/* ---- occurrences and spans ---- */

struct text
coding_edit_dated(const struct dated_code *dated, struct arena *arena)
{
    char from[11], to[11];
    if (dated->date_from == 0)
        return dated->code;
    struct text first = date_print_iso(dated->date_from, from);
    if (dated->date_to == 0)
        return arena_print(arena, "%.*s,%.*s", TEXT_ARGS(dated->code), TEXT_ARGS(first));
    struct text last = date_print_iso(dated->date_to, to);
    return arena_print(arena, "%.*s,%.*s,%.*s", TEXT_ARGS(dated->code), TEXT_ARGS(first), TEXT_ARGS(last));
}

static bool
read_dated(struct text value, bool span, struct dated_code *dated)
{
    struct text rest, last;
    dated->code = text_cut(value, ',', &rest);
    struct text first = text_cut(rest, ',', &last);
    return is_code(dated->code) && date_parse(first, &dated->date_from) &&
           (span ? date_parse(last, &dated->date_to) : last.length == 0);
}

static const char *
edit_dated(struct editing *e, const struct coding_edit *edit, struct text value, struct text place)
{
    struct institutional_claim *own = e->body->institutional;
    bool span = edit->kind == CODING_EDIT_SPAN, adds;
    struct dated_code now = {0};
    if (value.length > 0 && !read_dated(value, span, &now))
        return span ? "a span is a code and two days: span.N=74,2025-11-20,2025-11-22"
                    : "an occurrence is a code and a day: occurrence.N=11,2025-11-20";
    const char *wrong = find_place(edit, span ? &own->occurrence_spans_count : &own->occurrences_count,
                                   span ? e->spans_gone : e->occurrences_gone, &adds);
    if (wrong != NULL)
        return wrong;
    struct dated_code *dated = &(span ? own->occurrence_spans : own->occurrences)[edit->ordinal - 1];
    editing_change(e, place, adds ? (struct text){0} : coding_edit_dated(dated, e->arena), value.length == 0 ? value : coding_edit_dated(&now, e->arena));
    if (value.length > 0) {
        now.qualifier = span ? TEXT("BI") : TEXT("BH");
        *dated = now;
    }
    return NULL;
}

/* ---- values ---- */

struct text
coding_edit_value(const struct value_code *value, bool amounts, struct arena *arena)
{
    if (value->value.length == 0 || (!amounts && is_amount(value->code)))
        return value->code;
    return arena_print(arena, "%.*s,%.*s", TEXT_ARGS(value->code), TEXT_ARGS(value->value));
}

static bool
is_value(struct text value)
{
    struct text places, whole = text_cut(value, '.', &places);
    return whole.length > 0 && value.length <= 18 && is_alphanumeric(whole) && is_alphanumeric(places) &&
           value.data[value.length - 1] != '.';
}

static const char *
edit_value(struct editing *e, const struct coding_edit *edit, struct text value, struct text place)
{
    struct institutional_claim *own = e->body->institutional;
    struct value_code now = {0};
    bool adds;
    if (value.length > 0) {
        now.code = text_cut(value, ',', &now.value);
        if (!is_code(now.code) || !is_value(now.value))
            return "a value is a code and a number: value.N=80,3";
        if (is_amount(now.code))
            return "this value code is an amount: return the claim to the biller";
    }
    const char *wrong = find_place(edit, &own->values_count, e->values_gone, &adds);
    if (wrong != NULL)
        return wrong;
    struct value_code *there = &own->values[edit->ordinal - 1];
    editing_change(e, place, adds ? (struct text){0} : coding_edit_value(there, false, e->arena), value);
    if (value.length > 0)
        *there = now;
    return NULL;
}

const char *
edit_bill_apply(struct editing *e, const struct coding_edit *edit)
{
    static const char *const nouns[] = {"condition", "occurrence", "span", "value"};
    struct text value = arena_copy(e->arena, text_from(edit->value));
    if (e->body->institutional_count == 0)
        return "only a claim of a hospital has condition, occurrence, span and value codes";
    struct text place = arena_print(e->arena, "%s %u", nouns[edit->kind - CODING_EDIT_CONDITION], (unsigned)edit->ordinal);
    if (edit->kind == CODING_EDIT_CONDITION)
        return edit_condition(e, edit, value, place);
    return edit->kind == CODING_EDIT_VALUE ? edit_value(e, edit, value, place) : edit_dated(e, edit, value, place);
}

/* Moves what stays of a list together. */
static void
settle(void *list, size_t size, uint32_t *count, const bool *gone)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < *count; i++)
        if (!gone[i])
            memmove((char *)list + left++ * size, (char *)list + i * size, size);
    *count = left;
}

void
edit_bill_finish(struct editing *e)
{
    if (e->body->institutional_count == 0)
        return;
    struct institutional_claim *own = e->body->institutional;
    settle(own->conditions, sizeof *own->conditions, &own->conditions_count, e->conditions_gone);
    settle(own->occurrences, sizeof *own->occurrences, &own->occurrences_count, e->occurrences_gone);
    settle(own->occurrence_spans, sizeof *own->occurrence_spans, &own->occurrence_spans_count, e->spans_gone);
    settle(own->values, sizeof *own->values, &own->values_count, e->values_gone);
}
