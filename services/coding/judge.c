#include "services/coding/coding.h"

const struct coding_step coding_steps[CODING_STEPS] = {
    {"read", coding_read},         {"abstract", coding_abstract}, {"locate", coding_locate}, {"validate", coding_validate},
    {"sequence", coding_sequence}, {"assign", coding_assign},     {"verify", coding_verify},
};

struct text
coding_modifier(const struct service_line *line, unsigned i)
{
    const struct text modifiers[] = {line->modifier_1, line->modifier_2, line->modifier_3, line->modifier_4};
    return modifiers[i];
}

uint64_t
coding_pointer(const struct service_line *line, unsigned i)
{
    const uint64_t pointers[] = {line->pointer_1, line->pointer_2, line->pointer_3, line->pointer_4};
    return pointers[i];
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

void
coding_found(struct findings *findings, uint16_t number, const char *noun, uint32_t ordinal, struct text detail)
{
    struct text place = ordinal == 0 ? text_from(noun) : arena_print(findings->arena, "%s %u", noun, (unsigned)ordinal);
    struct finding *finding = findings_add(findings, number, place, detail);
    if (finding != NULL)
        finding->private = true;
}

enum coding_result
coding_result_of(const struct findings *findings, uint32_t before, bool missing)
{
    if (missing)
        return CODING_NOT_ASSESSED;
    return findings->count > before ? CODING_FINDINGS : CODING_PASS;
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

/* What the claim as a whole says of its days, where its form has such. */
static void
take_form(struct coding_case *c, const struct claim_body *body)
{
    if (body->institutional_count > 0) {
        c->institutional = body->institutional;
        c->default_date = body->institutional->statement_to;
    } else if (body->dental_count > 0) {
        c->default_date = body->dental->service_from;
    }
}

void
coding_case_make(struct coding_case *c, const struct claim_body *body, const struct document *documents,
                 uint32_t documents_count, const struct codes_edition *edition, int32_t received_date)
{
    int32_t last = 0;
    *c = (struct coding_case){.body = body,
                              .documents = documents,
                              .documents_count = documents_count,
                              .edition = edition,
                              .received_date = received_date};
    take_form(c, body);
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        widen(&c->first_date, &last, coding_line_date(c, line));
        for (unsigned k = 0; k < 4; k++) {
            uint64_t pointer = coding_pointer(line, k);
            if (pointer >= 1 && pointer <= body->diagnoses_count && pointer <= CODING_DIAGNOSES)
                widen(&c->diagnosis_first[pointer - 1], &c->diagnosis_last[pointer - 1], coding_line_date(c, line));
        }
    }
    for (uint32_t i = 0; i < body->diagnoses_count && i < CODING_DIAGNOSES; i++) {
        if (c->diagnosis_first[i] != 0)
            continue;
        c->diagnosis_first[i] = c->institutional != NULL ? c->default_date : c->first_date;
        c->diagnosis_last[i] = c->institutional != NULL ? c->default_date : last;
    }
    c->birth_date = body->patient.relationship.length > 0 ? body->patient.birth_date : body->subscriber.birth_date;
}

struct coding_judgement
coding_judge(const struct coding_case *c, struct findings *findings)
{
    struct coding_judgement judgement = {0};
    for (unsigned i = 0; i < CODING_STEPS; i++) {
        judgement.results[i] = coding_steps[i].pass(c, findings);
        if (judgement.results[i] == CODING_NOT_ASSESSED)
            judgement.not_assessed |= UINT64_C(1) << (i + 1);
    }
    judgement.holds = findings_worst(findings) >= FINDING_QUERY;
    return judgement;
}
