/* Step 5: sequence: a principal diagnosis first, no external cause there, no symptom beside what explains it. */
#include "schemas/findings.h"
#include "services/coding/coding.h"

/* Guidelines I.B.4 to I.B.6: a symptom that is a routine part of a confirmed disease is not coded beside it; one that is
 * not may be. The table says which; whether it stands for itself in this visit only the coder knows: a query. */
static void
sequence_symptom(const struct coding_case *c, struct findings *findings, uint32_t i)
{
    const struct claim_body *body = c->body;
    for (uint32_t k = 0; k < body->diagnoses_count; k++) {
        struct text symptom = body->diagnoses[i].code, cause = body->diagnoses[k].code;
        if (k == i || codes_symptom_of(c->edition, symptom, cause, c->diagnosis_first[i]) == NULL)
            continue;
        coding_found(findings, FINDING_CODING_SYMPTOM_WITH_CAUSE, "diagnosis", i + 1,
                     arena_print(findings->arena, "%.*s with %.*s", TEXT_ARGS(symptom), TEXT_ARGS(cause)));
        return;
    }
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

enum coding_result
coding_sequence(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    const struct claim_body *body = c->body;
    uint32_t principal = find_principal(body);
    if (body->form == CLAIM_FORM_DENTAL && principal == UINT32_MAX)
        return CODING_NOT_ASSESSED; /* a dental claim may go without */
    if (principal == UINT32_MAX) {
        coding_found(findings, FINDING_CODING_PRINCIPAL_MISSING, "diagnosis", 1, (struct text){0});
    } else {
        struct text code = body->diagnoses[principal].code;
        if (code.length > 0 && code.data[0] >= 'V' && code.data[0] <= 'Y')
            coding_found(findings, FINDING_CODING_EXTERNAL_CAUSE_FIRST, "diagnosis", principal + 1, code);
    }
    for (uint32_t i = 0; i < body->diagnoses_count && i < CODING_DIAGNOSES; i++) {
        struct text code = body->diagnoses[i].code;
        if (code.length > 0 && code.data[0] == 'R') /* chapter 18 */
            sequence_symptom(c, findings, i);
    }
    return coding_result_of(findings, before, false);
}
