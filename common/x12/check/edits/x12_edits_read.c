/* Reading a row of a payer's edits. */
#include "common/x12/check/edits/x12_edits_row.h"

#include <stdlib.h>

static const char *const guide_names[X12_EDIT_GUIDES] = {"837p", "837i", "837d"};

/* Cuts `text` at the first `word`; false when it is not there. */
static bool
cut_at(struct text text, const char *word, struct text *before, struct text *behind)
{
    const size_t length = strlen(word);
    for (size_t i = 0; i + length <= text.length; i++) {
        if (memcmp(text.data + i, word, length) != 0)
            continue;
        *before = text_trim(text_of(text.data, i));
        *behind = text_trim(text_of(text.data + i + length, text.length - i - length));
        return true;
    }
    *before = text;
    *behind = (struct text){0};
    return false;
}

static bool
read_digits(struct text text, size_t length, uint8_t *number)
{
    uint64_t value;
    if (text.length != length || !text_to_u64(text, &value) || value < 1 || value > 99)
        return false;
    *number = (uint8_t)value;
    return true;
}

/* "PLACE", "PLACE-EE", "PLACE-EE-C", "PLACE-EE-C..C". */
static bool
read_place(struct text text, struct x12_edit_term *term)
{
    struct text rest, element, first, last;
    term->name = text_cut(text, '-', &rest);
    if (term->name.length == 0 || memchr(term->name.data, '/', term->name.length) == NULL)
        return false;
    if (term->name.length == text.length)
        return true;
    element = text_cut(rest, '-', &rest);
    if (!read_digits(element, 2, &term->element))
        return false;
    if (rest.length == 0)
        return text.data[text.length - 1] != '-';
    bool span = cut_at(rest, "..", &first, &last);
    if (!read_digits(first, 1, &term->first))
        return false;
    term->last = term->first;
    return !span || (read_digits(last, 1, &term->last) && term->last >= term->first);
}

static const char *
read_term(struct text text, struct x12_edit_term *term, struct text *wrong)
{
    struct text place, codes;
    *term = (struct x12_edit_term){0};
    *wrong = text;
    bool not = text_starts(text, TEXT("not "));
    if (not)
        text = text_trim(text_of(text.data + 4, text.length - 4));
    bool differs = cut_at(text, " != ", &place, &codes);
    bool equals = !differs && cut_at(text, " = ", &place, &codes);
    term->negated = not || differs;
    term->codes = codes;
    if (!read_place(place, term) || ((differs || equals) && (not || codes.length == 0 || term->element == 0)))
        return "no term; allowed: LOOP/SEGMENT*QUALIFIER, with -EE or -EE-C for a value; \"not\" before it, or = or != and codes behind it";
    return NULL;
}

static const char *
read_terms(struct text text, const char *joint, struct x12_edit *edit, uint8_t *count, struct text *wrong)
{
    struct text one = {0};
    for (bool more = true; more;) {
        more = cut_at(text, joint, &one, &text);
        unsigned at = (unsigned)edit->must_count + edit->when_count;
        *wrong = one;
        if (at == X12_EDIT_TERMS)
            return "too many terms; allowed: 16 in a row";
        const char *fault = read_term(one, &edit->terms[at], wrong);
        if (fault != NULL)
            return fault;
        ++*count;
    }
    return NULL;
}

static const char *
read_guides(struct text *text, struct x12_edit *edit, struct text *wrong)
{
    struct text list, rest;
    edit->guides_given = cut_at(*text, ": ", &list, &rest);
    for (unsigned i = 0; i < X12_EDIT_GUIDES; i++)
        edit->guides[i] = !edit->guides_given;
    if (!edit->guides_given)
        return NULL;
    *text = rest;
    while (list.length > 0) {
        struct text name = text_trim(text_cut(list, ',', &list));
        unsigned i = 0;
        while (i < X12_EDIT_GUIDES && !text_is(name, guide_names[i]))
            i++;
        *wrong = name;
        if (i == X12_EDIT_GUIDES)
            return "no guide; allowed: 837p, 837i, 837d, separated by commas";
        edit->guides[i] = true;
    }
    return NULL;
}

/* "in 2400" at the end; else the loop of the first term. */
static const char *
read_scope(struct text *text, struct x12_edit *edit, bool *given, struct text *wrong)
{
    struct text rest = *text, loop;
    *given = cut_at(*text, " in ", &rest, &loop);
    if (!*given)
        return NULL;
    *wrong = loop;
    if (!text_is(loop, "2300") && !text_is(loop, "2320") && !text_is(loop, "2400"))
        return "no loop to judge; allowed: 2300, 2320, 2400";
    edit->scope = x12_edit_scope(loop);
    *text = rest;
    return NULL;
}

static const char *
read_rule(struct text text, struct x12_edit *edit, struct text *wrong)
{
    struct text must, when, rest;
    bool given;
    const char *fault = read_scope(&text, edit, &given, wrong);
    if (fault != NULL)
        return fault;
    bool has_when = cut_at(text, " when ", &must, &when);
    *wrong = text;
    if (edit->verb == X12_EDIT_FORBID && cut_at(must, " or ", &rest, &rest))
        return "forbid takes one term; allowed: a row for each";
    fault = read_terms(must, " or ", edit, &edit->must_count, wrong);
    if (fault == NULL && has_when)
        fault = read_terms(when, " and ", edit, &edit->when_count, wrong);
    if (fault != NULL)
        return fault;
    if (edit->verb == X12_EDIT_FORBID)
        edit->terms[0].negated = !edit->terms[0].negated;
    if (given)
        return NULL;
    edit->scope = x12_edit_scope(text_cut(edit->terms[0].name, '/', &rest));
    if (edit->scope < X12_SCOPE_CLAIM || edit->scope == X12_SCOPE_COUNT)
        edit->scope = X12_SCOPE_CLAIM;
    return NULL;
}

static const char *
read_value(struct text text, struct x12_edit *edit, struct text *wrong)
{
    const bool allow = edit->verb == X12_EDIT_ALLOW;
    struct text place, value;
    uint64_t limit = 0;
    struct x12_edit_term *term = &edit->terms[0];
    *wrong = text;
    edit->must_count = 1;
    if (!cut_at(text, allow ? " = " : " <= ", &place, &value) || value.length == 0 || !read_place(place, term) || term->element == 0 ||
        term->first != term->last)
        return allow ? "allowed: allow LOOP/SEGMENT-EE or -EE-C = CODES" : "allowed: length LOOP/SEGMENT-EE or -EE-C <= NUMBER";
    *wrong = value;
    if (!allow && (!text_to_u64(value, &limit) || limit < 1 || limit > 1000))
        return "no length; allowed: 1 to 1000";
    term->codes = allow ? value : (struct text){0};
    edit->limit = (uint32_t)limit;
    return NULL;
}

const char *
x12_edit_read(struct text text, struct x12_edit *edit, struct text *wrong)
{
    static const char *const verbs[X12_EDIT_VERB_COUNT] = {"need", "forbid", "allow", "length"};
    struct text rest;
    *edit = (struct x12_edit){.verb = X12_EDIT_VERB_COUNT};
    text = text_trim(text);
    const char *fault = read_guides(&text, edit, wrong);
    if (fault != NULL)
        return fault;
    struct text verb = text_cut(text, ' ', &rest);
    edit->warns = text_is(verb, "warn");
    if (edit->warns)
        verb = text_cut(text_trim(rest), ' ', &rest);
    for (unsigned i = 0; i < X12_EDIT_VERB_COUNT; i++)
        if (text_is(verb, verbs[i]))
            edit->verb = (enum x12_edit_verb)i;
    *wrong = verb;
    switch (edit->verb) {
    case X12_EDIT_NEED:
    case X12_EDIT_FORBID:
        return read_rule(text_trim(rest), edit, wrong);
    case X12_EDIT_ALLOW:
    case X12_EDIT_LENGTH:
        return read_value(text_trim(rest), edit, wrong);
    case X12_EDIT_VERB_COUNT:
        break;
    }
    return "no edit; allowed: need, forbid, allow, length, each with \"warn\" before it or without";
}

static int
by_number(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

const uint64_t *
x12_edit_codes(struct arena *arena, struct text codes, bool *spans, uint16_t *count)
{
    uint64_t *numbers = ARENA_ARRAY(arena, uint64_t, codes.length + 2); /* a code and a comma, or both ends of a span */
    struct text rest = codes, first, last;
    *spans = cut_at(codes, "..", &first, &last);
    *count = 0;
    do {
        struct text one = text_trim(text_cut(rest, ',', &rest));
        bool span = cut_at(one, "..", &first, &last);
        uint64_t low = x12_code(first), high = span ? x12_code(last) : low;
        if (low == 0 || high == 0 || *count + 2 > X12_EDIT_CODES * 2)
            return NULL;
        numbers[(*count)++] = *spans ? __builtin_bswap64(low) : low;
        if (*spans)
            numbers[(*count)++] = __builtin_bswap64(high);
        if (*spans && numbers[*count - 2] > numbers[*count - 1])
            return NULL;
    } while (rest.length > 0);
    if (!*spans)
        qsort(numbers, *count, sizeof *numbers, by_number);
    return numbers;
}
