/* Step 5: no symptom beside the diagnosis that explains it. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

/* Guidelines I.B.4 to I.B.6: a symptom that is a routine part of a confirmed disease is not coded beside it; one that is
 * not may be. The table says which; whether it stands for itself in this visit only the coder knows: a query. */
static void
sequence_symptom(struct coding_run *run, uint32_t i)
{
    const struct coding_case *c = run->c;
    const struct claim_body *body = c->body;
    for (uint32_t k = 0; k < body->diagnoses_count; k++) {
        struct text symptom = body->diagnoses[i].code, cause = body->diagnoses[k].code;
        if (k == i || codes_symptom_of(c->edition, symptom, cause, c->diagnosis_first[i]) == NULL)
            continue;
        coding_raise(run, FINDING_CODING_SYMPTOM_WITH_CAUSE, "diagnosis", i + 1,
                     arena_print(run->findings->arena, "%.*s with %.*s", TEXT_ARGS(symptom), TEXT_ARGS(cause)));
        return;
    }
}

void
coding_sequence_symptoms(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_SYMPTOM_WITH_CAUSE, c->day))
        return;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        struct text code = c->body->diagnoses[i].code;
        if (code.length > 0 && code.data[0] == 'R') /* chapter 18 */
            sequence_symptom(run, i);
    }
}
