#include "common/x12/guide/x12_element.h"

#include "common/date/date.h"
#include "common/text/text_word.h"
#include "common/x12/guide/x12_element_quick.h"
#include "common/x12/x12_composite.h"
#include "schemas/findings.h"

#include <stdio.h>

enum {
    IS_DIGIT = 1,
    IS_PRINT = 2,
    IS_CONTROL = 4,
    IS_HIGH = 8,
    IS_COMPONENT = 16,
    IS_REPETITION = 32,
    IS_BLANK = 64
};

struct check {
    const struct x12_guide *guide;
    const struct x12_place *place;
    const struct x12_segment *segment;
    const struct x12_characters *characters;
    struct findings *findings;
    uint32_t position;
    uint16_t repetition; /* of the element that is being checked, when it repeats */
    bool failed;
};

void
x12_characters_init(struct x12_characters *characters, struct x12_delimiters delimiters)
{
    characters->delimiters = delimiters;
    for (int c = 0; c < 256; c++) {
        uint8_t class = IS_PRINT;
        if (c >= '0' && c <= '9')
            class = IS_DIGIT;
        else if (c < 0x20 || c == 0x7F)
            class = IS_CONTROL;
        else if (c >= 0x80)
            class = IS_HIGH;
        else if (c == ' ')
            class = IS_BLANK;
        characters->classes[c] = class;
    }
    characters->classes[(uint8_t)delimiters.component] = IS_COMPONENT;
    if (delimiters.repetition != 0)
        characters->classes[(uint8_t)delimiters.repetition] = IS_REPETITION;
}

bool
x12_report(struct findings *findings, uint16_t number, const char *loop, const struct x12_segment *segment,
           uint32_t position, unsigned element, unsigned component, const char *code, struct text value,
           bool private)
{
    char place[48], id[4];
    text_copy(segment->elements[0], id, sizeof id);
    for (char *c = id; *c != '\0'; c++) {
        if ((*c < '0' || *c > '9') && (*c < 'A' || *c > 'Z'))
            *c = '?';
    }
    int length = 0;
    if (loop != NULL && strcmp(loop, "ST") != 0 && strcmp(loop, "ENVELOPE") != 0)
        length = snprintf(place, sizeof place, "%s/", loop);
    length += snprintf(place + length, sizeof place - (size_t)length, "%s", id);
    if (element > 0)
        length += snprintf(place + length, sizeof place - (size_t)length, "-%02u", element);
    if (component > 0)
        length += snprintf(place + length, sizeof place - (size_t)length, "-%u", component);
    if (value.length > 80)
        value.length = 80;
    const struct finding_kind *kind = finding_kind(number);
    struct finding *finding = findings_add(findings, number, text_of(place, (size_t)length), value);
    if (finding != NULL) {
        finding->private = private;
        finding->offset = segment->offset;
        finding->segment_position = position;
        finding->element = (uint16_t)element;
        finding->component = (uint16_t)component;
        memcpy(finding->segment_id, id, sizeof id);
        text_copy(text_from(loop), finding->loop_id, sizeof finding->loop_id);
        text_copy(text_from(code), finding->code, sizeof finding->code);
    }
    return kind->severity == FINDING_ERROR;
}

static void
report(struct check *check, uint16_t number, unsigned element, unsigned component, const char *code,
       struct text value, bool private)
{
    const char *loop = check->guide->loops[check->place->loop].name;
    const uint32_t before = check->findings->count;
    check->failed |= x12_report(check->findings, number, loop, check->segment, check->position, element,
                                component, code, value, private);
    if (check->findings->count > before)
        check->findings->items[before].repetition = check->repetition;
}

/* Digits of a number without sign and point; 0 when it is none. */
static unsigned
number_digits(struct text t, bool point_allowed)
{
    unsigned digits = 0;
    bool point = false;
    for (size_t i = 0; i < t.length; i++) {
        char c = t.data[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if (c == '-' && i == 0)
            continue;
        else if (c == '.' && point_allowed && !point)
            point = true;
        else
            return 0;
    }
    return digits;
}

static bool
is_date(struct text t)
{
    int32_t date;
    char full[8] = "20";
    if (t.length == 6) {
        memcpy(full + 2, t.data, 6);
        t = text_of(full, 8);
    }
    return date_parse(t, &date);
}

static bool
is_time(struct text t)
{
    uint64_t value;
    if (t.length < 4 || t.length == 5 || t.length > 8 || !text_to_u64(t, &value))
        return false;
    int hours = (t.data[0] - '0') * 10 + t.data[1] - '0', minutes = (t.data[2] - '0') * 10 + t.data[3] - '0';
    int seconds = t.length >= 6 ? (t.data[4] - '0') * 10 + t.data[5] - '0' : 0;
    return hours < 24 && minutes < 60 && seconds < 60;
}

static bool
is_period(struct text t)
{
    return t.length == 17 && t.data[8] == '-' && is_date(text_of(t.data, 8)) &&
           is_date(text_of(t.data + 9, 8));
}

/* A date (1251) after its format (1250). */
static void
check_format(struct check *check, struct text format, struct text value, unsigned element, unsigned component)
{
    bool good = true;
    if (text_is(format, "D8"))
        good = value.length == 8 && is_date(value);
    else if (text_is(format, "RD8"))
        good = is_period(value);
    else if (text_is(format, "TM"))
        good = is_time(value);
    else if (text_is(format, "DT"))
        good = value.length == 12 && is_date(text_of(value.data, 8)) && is_time(text_of(value.data + 8, 4));
    if (!good)
        report(check, FINDING_X12_ELEMENT_DATE, element, component, "8", value, true);
}

static void
check_length(struct check *check, const struct x12_element_rule *rule, size_t length, struct text value,
             unsigned element, unsigned component)
{
    if (length < rule->min)
        report(check, FINDING_X12_ELEMENT_TOO_SHORT, element, component, "4", value, true);
    else if (length > rule->max)
        report(check, FINDING_X12_ELEMENT_TOO_LONG, element, component, "5", value, true);
}

static void
check_type(struct check *check, const struct x12_element_rule *rule, struct text value, unsigned element,
           unsigned component)
{
    unsigned digits;
    switch (rule->type) {
    case X12_TYPE_R:
    case X12_TYPE_N0:
    case X12_TYPE_N2:
        digits = number_digits(value, rule->type == X12_TYPE_R);
        if (digits == 0)
            report(check, FINDING_X12_ELEMENT_CHARACTER, element, component, "6", value, true);
        else
            check_length(check, rule, digits, value, element, component);
        return;
    case X12_TYPE_DT:
        if (value.length < rule->min || value.length > rule->max || !is_date(value))
            report(check, FINDING_X12_ELEMENT_DATE, element, component, "8", value, true);
        return;
    case X12_TYPE_TM:
        if (value.length < rule->min || value.length > rule->max || !is_time(value))
            report(check, FINDING_X12_ELEMENT_TIME, element, component, "9", value, true);
        return;
    default:
        check_length(check, rule, value.length, value, element, component);
    }
    if (rule->codes.count > 0 && !x12_codes_hold(&rule->codes, x12_code(value)))
        report(check, FINDING_X12_ELEMENT_CODE, element, component, "7", value, false);
}

/* `first`: the first repetition that is too many. */
static void
report_too_many(struct check *check, uint16_t first, unsigned element, unsigned component, struct text value)
{
    const uint16_t at = check->repetition;
    check->repetition = first;
    report(check, FINDING_X12_REPETITIONS_TOO_MANY, element, component, "12", value, true);
    check->repetition = at;
}

/* An element or component that is there and is no composite. */
static void
check_simple(struct check *check, const struct x12_element_rule *rule, struct text value, unsigned element,
             unsigned component)
{
    if (rule->type == X12_TYPE_B)
        return;
    uint8_t seen = 0;
    if (check->segment->has_odd || (check->segment->has_component && component == 0)) {
        for (size_t i = 0; i < value.length; i++)
            seen |= check->characters->classes[(uint8_t)value.data[i]];
    }
    if (seen & (IS_CONTROL | IS_HIGH | IS_COMPONENT | IS_REPETITION)) {
        /* ISA11 and ISA16 are the delimiters themselves. */
        bool envelope = check->place->segment == X12_ID('I', 'S', 'A');
        if (seen & IS_CONTROL && !envelope)
            report(check, FINDING_X12_ELEMENT_CHARACTER, element, component, "6", value, true);
        else if (seen & IS_COMPONENT && !envelope)
            report(check, FINDING_X12_COMPONENTS_TOO_MANY, element, component, "13", value, true);
        else if (seen & IS_REPETITION && !envelope)
            report_too_many(check, 2, element, component, value);
        else if (seen & IS_HIGH)
            report(check, FINDING_X12_CHARACTER_UNUSUAL, element, component, "6", value, true);
    }
    check_type(check, rule, value, element, component);
}

static void
check_composite(struct check *check, const struct x12_element_rule *rule, struct text value, unsigned element)
{
    char separator = check->characters->delimiters.component;
    struct text rest = value, before = {0};
    bool more = true;
    unsigned n = 0;
    while (more) {
        struct text part = {rest.data, 0};
        while (part.length < rest.length && rest.data[part.length] != separator)
            part.length++;
        more = part.length < rest.length;
        rest = more ? text_of(rest.data + part.length + 1, rest.length - part.length - 1) : (struct text){0};
        n++;
        if (n > rule->component_count) {
            report(check, FINDING_X12_COMPONENTS_TOO_MANY, element, n, "13", value, true);
            return;
        }
        const struct x12_element_rule *inner = &rule->components[n - 1];
        if (part.length == 0) {
            if (inner->usage == X12_REQUIRED)
                report(check, FINDING_X12_ELEMENT_MISSING, element, n, "1", part, false);
        } else if (inner->usage == X12_NOT_USED) {
            report(check, FINDING_X12_ELEMENT_NOT_USED, element, n, "I10", part, true);
        } else {
            check_simple(check, inner, part, element, n);
            if (inner->number == 1251)
                check_format(check, before, part, element, n);
        }
        before = part;
    }
    for (; n < rule->component_count; n++) {
        if (rule->components[n].usage == X12_REQUIRED)
            report(check, FINDING_X12_ELEMENT_MISSING, element, n + 1, "1", (struct text){0}, false);
    }
}

static void
check_element(struct check *check, const struct x12_element_rule *rule, struct text value, unsigned element)
{
    if (rule->usage == X12_NOT_USED) {
        report(check, FINDING_X12_ELEMENT_NOT_USED, element, 0, "I10", value, true);
        return;
    }
    if (rule->repeat <= 1) {
        if (rule->type == X12_TYPE_COMPOSITE)
            check_composite(check, rule, value, element);
        else
            check_simple(check, rule, value, element, 0);
        return;
    }
    char separator = check->characters->delimiters.repetition;
    unsigned times = 0;
    for (const char *at = value.data, *end = at + value.length; at <= end;) {
        const char *cut = separator != 0 && at < end ? memchr(at, separator, (size_t)(end - at)) : NULL;
        struct text part = text_of(at, (size_t)((cut == NULL ? end : cut) - at));
        times++;
        check->repetition = (uint16_t)(times < UINT16_MAX ? times : UINT16_MAX);
        if (part.length > 0 && rule->type == X12_TYPE_COMPOSITE)
            check_composite(check, rule, part, element);
        else if (part.length > 0)
            check_simple(check, rule, part, element, 0);
        if (cut == NULL)
            break;
        at = cut + 1;
    }
    check->repetition = 0;
    if (times > rule->repeat)
        report_too_many(check, (uint16_t)(rule->repeat + 1), element, 0, value);
}

static void
check_note(struct check *check, const struct x12_note *note)
{
    unsigned present = 0, absent = 0;
    bool first = x12_element(check->segment, note->positions[0]).length > 0;
    for (unsigned i = 0; i < note->count; i++) {
        if (x12_element(check->segment, note->positions[i]).length > 0)
            present++;
        else if (absent == 0)
            absent = note->positions[i];
    }
    bool broken = false;
    switch (note->kind) {
    case 'P':
        broken = present != 0 && present != note->count;
        break;
    case 'R':
        broken = present == 0;
        break;
    case 'C':
        broken = first && present != note->count;
        break;
    case 'L':
        broken = first && present == 1;
        break;
    case 'E':
        if (present > 1)
            report(check, FINDING_X12_ELEMENTS_EXCLUSION, note->positions[0], 0, "10", (struct text){0},
                   false);
        return;
    }
    if (broken)
        report(check, FINDING_X12_ELEMENTS_CONDITION, absent, 0, "2", (struct text){0}, false);
}

/* Does a date, period or time (1251) agree with its format (1250)? Of the formats that are known here. */
static bool
format_holds(struct text format, struct text value)
{
    if (text_is(format, "D8"))
        return value.length == 8 && is_date(value);
    if (text_is(format, "RD8"))
        return is_period(value);
    if (text_is(format, "TM"))
        return is_time(value);
    return text_is(format, "DT") && value.length == 12 && is_date(text_of(value.data, 8)) &&
           is_time(text_of(value.data + 8, 4));
}

static bool
number_passes(const struct x12_element_rule *rule, struct text value)
{
    struct text_decimal number;
    unsigned digits;
    if (text_short_decimal(value, &number) && (rule->type == X12_TYPE_R || number.digits == value.length))
        digits = number.digits;
    else
        digits = number_digits(value, rule->type == X12_TYPE_R);
    return digits > 0 && digits >= rule->min && digits <= rule->max;
}

bool
x12_element_typed_passes(const struct x12_element_rule *rule, struct text value, struct text before)
{
    if (rule->quick == X12_QUICK_NUMBER)
        return number_passes(rule, value);
    switch ((enum x12_quick)rule->quick) {
    case X12_QUICK_DATE:
        return is_date(value) && x12_element_length_passes(rule, value.length);
    case X12_QUICK_TIME:
        return is_time(value) && x12_element_length_passes(rule, value.length);
    case X12_QUICK_FORMAT:
        return format_holds(before, value) && x12_element_length_passes(rule, value.length);
    case X12_QUICK_NUMBER:
    case X12_QUICK_LENGTH:
    case X12_QUICK_CODE:
    case X12_QUICK_COMPOSITE:
    case X12_QUICK_NONE:
        break;
    }
    return false;
}

bool
x12_element_composite_passes(const struct x12_element_rule *rule, const struct x12_segment *segment, struct text value,
                             char separator)
{
    struct x12_composite composite = x12_composite_of(segment, value, separator);
    const struct x12_element_rule *inner = rule->components, *const end = inner + rule->component_count;
    struct text before = {0}, part;
    for (; x12_composite_next(&composite, &part); inner++) {
        if (inner == end || (part.length == 0 ? inner->usage == X12_REQUIRED : !x12_element_value_passes(inner, part, before)))
            return false;
        before = part;
    }
    return inner - rule->components >= rule->max;
}

bool
x12_element_are_simple(const struct x12_segment *segment, uint32_t elements, char separator)
{
    for (; elements != 0; elements &= elements - 1) {
        const struct text value = segment->elements[__builtin_ctz(elements)];
        if (memchr(value.data, separator, value.length) != NULL)
            return false;
    }
    return true;
}

bool
x12_element_judge(const struct x12_guide *guide, const struct x12_place *place, const struct x12_segment *segment,
                  const struct x12_characters *characters, uint32_t position, struct findings *findings)
{
    struct check check = {guide, place, segment, characters, findings, position, 0, false};
    const struct x12_element_rule *rules = place->elements;
    unsigned count = segment->element_count,
             last = count > place->required_count ? count : place->required_count;
    if (last > place->element_count)
        last = place->element_count;
    for (unsigned i = 1; i <= last; i++) {
        const struct x12_element_rule *rule = &rules[i - 1];
        if (i > count || segment->elements[i].length == 0) {
            bool passed = rule->type == X12_TYPE_B && segment->passed_bytes > 0;
            if (rule->usage == X12_REQUIRED && !passed)
                report(&check, FINDING_X12_ELEMENT_MISSING, i, 0, "1", (struct text){0}, false);
            continue;
        }
        check_element(&check, rule, segment->elements[i], i);
        if (rule->number == 1251 && i > 1)
            check_format(&check, segment->elements[i - 1], segment->elements[i], i, 0);
    }
    for (unsigned i = place->element_count + 1u; i <= count; i++) {
        if (segment->elements[i].length > 0) {
            report(&check, FINDING_X12_ELEMENTS_TOO_MANY, i, 0, "3", segment->elements[i], true);
            break;
        }
    }
    for (unsigned i = 0; i < place->note_count; i++)
        check_note(&check, &place->notes[i]);
    return !check.failed;
}

bool
x12_element_check(const struct x12_guide *guide, const struct x12_place *place,
                  const struct x12_segment *segment, const struct x12_characters *characters,
                  uint32_t position, struct findings *findings)
{
    return x12_element_passes(place, segment, characters->delimiters.component) ||
           x12_element_judge(guide, place, segment, characters, position, findings);
}
