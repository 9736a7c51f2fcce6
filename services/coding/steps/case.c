/* What a judgement goes by: the claim's days, setting and keys. */
#include "services/coding/steps/coding.h"

#include <stddef.h>

struct text
coding_modifier(const struct service_line *line, unsigned i)
{
    const struct text modifiers[] = {line->modifier_1, line->modifier_2, line->modifier_3, line->modifier_4};
    return modifiers[i];
}

bool
coding_has_modifier(const struct service_line *line, const char *modifier)
{
    return text_is(line->modifier_1, modifier) || text_is(line->modifier_2, modifier) || text_is(line->modifier_3, modifier) ||
           text_is(line->modifier_4, modifier);
}

uint64_t
coding_pointer(const struct service_line *line, unsigned i)
{
    const uint64_t pointers[] = {line->pointer_1, line->pointer_2, line->pointer_3, line->pointer_4};
    return pointers[i];
}

bool
coding_leads_a_line(const struct coding_case *c, uint32_t i)
{
    for (uint32_t k = 0; k < c->body->lines_count; k++)
        if (coding_pointer(&c->body->lines[k], 0) == i + 1)
            return true;
    return false;
}

bool
coding_of_one_day(const struct coding_case *c, uint32_t i, uint32_t k)
{
    return c->diagnosis_first[i] <= c->diagnosis_last[k] && c->diagnosis_first[k] <= c->diagnosis_last[i];
}

int32_t
coding_line_date(const struct coding_case *c, const struct service_line *line)
{
    return line->date_from == 0 ? c->default_date : line->date_from;
}

bool
coding_is_principal(const struct diagnosis *diagnosis)
{
    return text_is(diagnosis->qualifier, "ABK") || text_is(diagnosis->qualifier, "BK");
}

uint64_t
coding_procedure_key(const struct coding_case *c, uint32_t line)
{
    return line < CODING_LINES ? c->procedure_keys[line] : codeset_key(c->body->lines[line].procedure);
}

static void
widen(int32_t *first, int32_t *last, int32_t date)
{
    if (date == 0)
        return;
    if (*first == 0 || date < *first)
        *first = date;
    if (date > *last)
        *last = date;
}

/* Of a type of bill without its frequency. Inpatients: hospital (11x), swing bed (18x), skilled nursing (21x), religious
 * non-medical (41x). 12x is of inpatients, too, but paid as outpatient (part B). Medicare Claims Processing Manual, chapters 1
 * and 3. */
static enum coding_setting
setting_of_bill(struct text bill)
{
    static const char *const inpatient[] = {"11", "18", "21", "41"};
    for (unsigned i = 0; i < sizeof inpatient / sizeof *inpatient; i++)
        if (text_is(bill, inpatient[i]))
            return CODING_INPATIENT;
    return CODING_OUTPATIENT;
}

/* The principal diagnosis stands first, but for an 837I, where it has a segment of its own that may stand anywhere. */
static uint32_t
find_principal(const struct claim_body *body)
{
    uint32_t last = body->form == CLAIM_FORM_INSTITUTIONAL ? body->diagnoses_count : body->diagnoses_count > 0;
    for (uint32_t i = 0; i < last; i++)
        if (coding_is_principal(&body->diagnoses[i]))
            return i;
    return UINT32_MAX;
}

/* What the claim as a whole says of its days, where its form has such. */
static void
take_form(struct coding_case *c, const struct claim_body *body)
{
    if (body->form == CLAIM_FORM_INSTITUTIONAL)
        c->setting = setting_of_bill(body->place_of_service);
    else if (body->form == CLAIM_FORM_DENTAL)
        c->setting = CODING_DENTAL;
    if (body->institutional_count > 0) {
        c->institutional = body->institutional;
        c->default_date = body->institutional->statement_to;
    } else if (body->dental_count > 0) {
        c->default_date = body->dental->service_from;
    }
}

static void
take_patient(struct coding_case *c, const struct claim_body *body)
{
    bool dependent = body->patient.relationship.length > 0;
    c->birth_date = dependent ? body->patient.birth_date : body->subscriber.birth_date;
    c->sex = dependent ? body->patient.sex : body->subscriber.sex;
    c->medicare = text_is(body->subscriber.filing_indicator, "MA") || text_is(body->subscriber.filing_indicator, "MB");
}

static void
take_lines(struct coding_case *c, const struct claim_body *body)
{
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        int32_t date = coding_line_date(c, line);
        widen(&c->first_date, &c->last_date, date);
        if (i < CODING_LINES)
            c->procedure_keys[i] = codeset_key(line->procedure);
        for (unsigned k = 0; k < 4; k++) {
            uint64_t pointer = coding_pointer(line, k);
            if (pointer >= 1 && pointer <= c->diagnoses_count)
                widen(&c->diagnosis_first[pointer - 1], &c->diagnosis_last[pointer - 1], date);
        }
    }
}

void
coding_case_make(struct coding_case *c, const struct claim_body *body, const struct document *documents,
                 uint32_t documents_count, const struct codes_edition *edition, int32_t received_date)
{
    memset(c, 0, offsetof(struct coding_case, diagnosis_keys)); /* of the keys only those are read that are written here */
    c->body = body;
    c->diagnoses_count = body->diagnoses_count < CODING_DIAGNOSES ? body->diagnoses_count : CODING_DIAGNOSES;
    c->documents = documents;
    c->documents_count = documents_count;
    c->edition = edition;
    c->received_date = received_date;
    take_form(c, body);
    take_patient(c, body);
    take_lines(c, body);
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        c->diagnosis_keys[i] = codeset_key(body->diagnoses[i].code);
        if (c->diagnosis_first[i] != 0)
            continue;
        c->diagnosis_first[i] = c->institutional != NULL ? c->default_date : c->first_date;
        c->diagnosis_last[i] = c->institutional != NULL ? c->default_date : c->last_date;
    }
    c->principal = find_principal(body);
    c->day = c->setting == CODING_INPATIENT || c->first_date == 0 ? c->default_date : c->first_date;
}
