/*
 * Edits of what a hospital's bill says of the stay (CLM05, DTP*435, DTP*096, CL1 of loop 2300 in X223A2), and of the drug of a line (LIN
 * and CTP of loop 2410 in X222A1 and X223A2). Whether a code stands in its list is judged by step 4; here only its form.
 */
#include "common/date/date.h"
#include "services/coding/editing.h"

#include <stddef.h>

/* ---- the stay ---- */

enum form { FORM_TIME, FORM_DIGIT, FORM_LETTER, FORM_TWO_DIGITS };

static const struct stay_field {
    const char *noun;
    size_t offset; /* of a text in institutional_claim */
    enum form form;
    const char *wrong;
} stay_fields[CODING_EDIT_KIND_COUNT] = {
    [CODING_EDIT_ADMISSION_TIME] = {"admission time", offsetof(struct institutional_claim, admission_time), FORM_TIME,
                                    "a time has four digits: hour (00 to 23) and minute"},
    [CODING_EDIT_ADMISSION_TYPE] = {"admission type", offsetof(struct institutional_claim, admission_type), FORM_DIGIT,
                                    "the type of admission is a digit"},
    [CODING_EDIT_ADMISSION_ORIGIN] = {"point of origin", offsetof(struct institutional_claim, admission_source), FORM_LETTER,
                                      "the point of origin is a digit or a letter"},
    [CODING_EDIT_DISCHARGE_TIME] = {"discharge time", offsetof(struct institutional_claim, discharge_time), FORM_TIME,
                                    "a time has four digits: hour (00 to 23) and minute"},
    [CODING_EDIT_DISCHARGE_STATUS] = {"discharge status", offsetof(struct institutional_claim, patient_status), FORM_TWO_DIGITS,
                                      "a discharge status has two digits"},
};

static bool
all_digits(struct text value)
{
    for (size_t i = 0; i < value.length; i++)
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
    return true;
}

/* Has a value that is there the form? */
static bool
has_form(struct text value, enum form form)
{
    switch (form) {
    case FORM_TIME:
        return value.length == 4 && all_digits(value) && memcmp(value.data, "24", 2) < 0 && value.data[2] < '6';
    case FORM_DIGIT:
        return value.length == 1 && all_digits(value);
    case FORM_LETTER:
        return value.length == 1 && value.data[0] != ',';
    case FORM_TWO_DIGITS:
        return value.length == 2 && all_digits(value);
    }
    return false;
}

static const char *
edit_field(struct editing *e, const struct stay_field *field, struct text value)
{
    struct text *at = (struct text *)(void *)((char *)e->body->institutional + field->offset);
    if (value.length > 0 && !has_form(value, field->form))
        return field->wrong;
    editing_change(e, text_from(field->noun), *at, value);
    *at = value;
    return NULL;
}

static const char *
edit_admission_date(struct editing *e, struct text value)
{
    struct institutional_claim *own = e->body->institutional;
    struct text before = {0};
    int32_t date = 0;
    if (value.length > 0 && !date_parse(value, &date))
        return "a date of admission is a day: yyyy-mm-dd";
    if (own->statement_to != 0 && date > own->statement_to)
        return "the patient is admitted before the bill ends";
    if (own->admission_date != 0)
        before = arena_print(e->arena, "%d", (int)own->admission_date);
    editing_change(e, TEXT("admission date"), before, value);
    own->admission_date = date;
    if (date == 0)
        own->admission_time = (struct text){0}; /* DTP*435 says both */
    return NULL;
}

/* Frequencies of a bill that stands for itself (UB-04, form locator 4): others speak of a former bill, which is the biller's to say. */
static bool
is_first_bill(struct text frequency)
{
    return frequency.length == 1 && frequency.data[0] >= '0' && frequency.data[0] <= '5';
}

/* "131", "0131": facility, classification, frequency; CLM05-1 has the first two, CLM05-3 the last. */
static const char *
edit_bill(struct editing *e, struct text value)
{
    struct claim_body *body = e->body;
    if (value.length == 4 && value.data[0] == '0')
        value = text_of(value.data + 1, 3);
    if (value.length != 3)
        return "a type of bill has three characters: facility, classification, frequency (131)";
    struct text kind = text_head(value, 2), frequency = text_of(value.data + 2, 1);
    if (!text_equal(frequency, body->frequency) && (!is_first_bill(frequency) || !is_first_bill(body->frequency)))
        return "a bill that replaces or cancels another is made by the biller; the frequency stays";
    editing_change(e, TEXT("type of bill"), arena_print(e->arena, "%.*s%.*s", TEXT_ARGS(body->place_of_service), TEXT_ARGS(body->frequency)),
                   value);
    body->place_of_service = kind;
    body->frequency = frequency;
    return NULL;
}

const char *
edit_stay_apply(struct editing *e, const struct coding_edit *edit)
{
    struct text value = arena_copy(e->arena, text_from(edit->value));
    if (e->body->institutional_count == 0)
        return "only a claim of a hospital has a type of bill, an admission and a discharge";
    if (edit->kind == CODING_EDIT_BILL)
        return edit_bill(e, value);
    if (edit->kind == CODING_EDIT_ADMISSION_DATE)
        return edit_admission_date(e, value);
    return edit_field(e, &stay_fields[edit->kind], value);
}

/* ---- the drug of a line ---- */

struct drug {
    struct text code, unit, quantity; /* LIN03 behind N4, CTP05-1, CTP04 */
};

static bool
is_segment(const struct carried_segment *item, const char *id)
{
    size_t length = strlen(id);
    return text_starts(item->segment, text_from(id)) && item->segment.length > length && item->segment.data[length] == 0x1d;
}

/* Element n of a carried segment, from 1; empty when it has none. */
static struct text
element(struct text segment, unsigned n)
{
    struct text rest = segment, found = text_cut(segment, 0x1d, &rest);
    for (unsigned i = 0; i < n; i++)
        found = rest.length == 0 ? (struct text){0} : text_cut(rest, 0x1d, &rest);
    return found;
}

static struct drug
drug_of(const struct service_line *line)
{
    struct drug drug = {0};
    for (uint32_t i = 0; i < line->carried_count; i++) {
        const struct carried_segment *item = &line->carried[i];
        if (!text_is(item->loop, "2410"))
            continue;
        if (is_segment(item, "LIN"))
            drug.code = element(item->segment, 3);
        if (is_segment(item, "CTP")) {
            drug.quantity = element(item->segment, 4);
            drug.unit = element(item->segment, 5);
        }
    }
    return drug;
}

static struct text
drug_words(struct arena *arena, const struct drug *drug)
{
    if (drug->unit.length == 0)
        return drug->code;
    return arena_print(arena, "%.*s,%.*s,%.*s", TEXT_ARGS(drug->code), TEXT_ARGS(drug->unit), TEXT_ARGS(drug->quantity));
}

struct text
coding_edit_drug(const struct service_line *line, struct arena *arena)
{
    struct drug drug = drug_of(line);
    return drug_words(arena, &drug);
}

/* A number above 0 with at most three places behind the point. */
static bool
is_quantity(struct text value)
{
    struct text places, whole = text_cut(value, '.', &places);
    bool above = false;
    for (size_t i = 0; i < value.length; i++)
        above = above || (value.data[i] >= '1' && value.data[i] <= '9');
    return above && whole.length > 0 && whole.length <= 12 && all_digits(whole) && places.length <= 3 && all_digits(places) &&
           value.data[value.length - 1] != '.';
}

/* Units of CTP05-1 in loop 2410. */
static bool
is_unit(struct text unit)
{
    static const char *const units[] = {"F2", "GR", "ME", "ML", "UN"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text_is(unit, units[i]))
            return true;
    return false;
}

/* NULL, or what is wrong. Unit and quantity may stay as they are. */
static const char *
read_drug(struct text value, const struct drug *before, struct drug *drug)
{
    struct text rest;
    drug->code = text_cut(value, ',', &rest);
    drug->unit = text_cut(rest, ',', &rest);
    drug->quantity = rest;
    if (drug->code.length != 11 || !all_digits(drug->code))
        return "a drug code (NDC) has eleven digits, five, four and two";
    if (drug->unit.length == 0 && drug->quantity.length == 0) {
        drug->unit = before->unit;
        drug->quantity = before->quantity;
        return before->unit.length > 0 ? NULL : "a drug has a unit and a quantity too: line.N.ndc=CODE,ML,2.5";
    }
    if (!is_unit(drug->unit))
        return "the unit of a drug is F2 (international units), GR, ME (milligrams), ML or UN";
    return is_quantity(drug->quantity) ? NULL : "the quantity of a drug is a number above 0, with at most three places";
}

/* The line's carried segments with this drug: in the order of the guide, 2410 stands behind the line's own and before its providers. */
static void
put_drug(struct editing *e, struct service_line *line, const struct drug *drug)
{
    struct carried_segment *list = ARENA_ARRAY(e->arena, struct carried_segment, line->carried_count + 2);
    uint32_t i = 0, count = 0;
    for (; i < line->carried_count && text_is(line->carried[i].loop, "2400"); i++)
        list[count++] = line->carried[i];
    if (drug != NULL) {
        list[count++] = (struct carried_segment){
            .loop = TEXT("2410"), .segment = arena_print(e->arena, "LIN\x1d\x1dN4\x1d%.*s", TEXT_ARGS(drug->code))};
        list[count++] = (struct carried_segment){
            .loop = TEXT("2410"),
            .segment = arena_print(e->arena, "CTP\x1d\x1d\x1d\x1d%.*s\x1d%.*s", TEXT_ARGS(drug->quantity), TEXT_ARGS(drug->unit))};
    }
    for (; i < line->carried_count; i++) {
        const struct carried_segment *item = &line->carried[i];
        bool own = text_is(item->loop, "2410");
        if (!own || (drug != NULL && !is_segment(item, "LIN") && !is_segment(item, "CTP"))) /* REF: the prescription */
            list[count++] = *item;
    }
    line->carried = list;
    line->carried_count = count;
}

enum { CARRIED_LIMIT = 120 /* bound of service_line.carried */ };

const char *
edit_drug(struct editing *e, struct service_line *line, struct text value, struct text place)
{
    struct drug before = drug_of(line), drug = {0};
    if (e->body->form == CLAIM_FORM_DENTAL)
        return "a line of a dental claim has no drug code";
    if (value.length == 0 && before.code.length == 0)
        return "the line has no drug code";
    const char *wrong = value.length == 0 ? NULL : read_drug(value, &before, &drug);
    if (wrong != NULL)
        return wrong;
    if (line->carried_count + 2 > CARRIED_LIMIT && before.code.length == 0)
        return "the line has no room for a drug code";
    put_drug(e, line, value.length == 0 ? NULL : &drug);
    editing_change(e, place, drug_words(e->arena, &before), value.length == 0 ? value : drug_words(e->arena, &drug));
    return NULL;
}
