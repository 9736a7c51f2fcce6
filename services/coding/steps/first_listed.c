/* Step 5: what may not be the first diagnosis, and what may be nothing else (ICD-10-CM guidelines). */
#include "schemas/findings.h"
#include "services/coding/steps/bill.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/facts.h"
#include "services/coding/steps/passes.h"

/* Of the first diagnosis by its code alone. */
static const struct {
    uint16_t rule;
    bool (*is)(struct text code);
} never_first[] = {
    {FINDING_CODING_AGENT_FIRST, diagnosis_supplementary},
    {FINDING_CODING_SEQUELA_FIRST, diagnosis_sequela},
    {FINDING_CODING_ADVERSE_EFFECT_FIRST, diagnosis_adverse},
    {FINDING_CODING_UNDERDOSING_FIRST, diagnosis_underdosing},
};

void
coding_sequence_never_first(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->principal == UINT32_MAX)
        return;
    struct text code = c->body->diagnoses[c->principal].code;
    for (unsigned i = 0; i < sizeof never_first / sizeof *never_first; i++)
        if (coding_applies(run, never_first[i].rule, c->day) && never_first[i].is(code))
            coding_raise(run, never_first[i].rule, "diagnosis", c->principal + 1, code);
    unsigned at = 0;
    if (coding_applies(run, FINDING_CODING_SECONDARY_ONLY, c->day) && c->principal < CODING_DIAGNOSES &&
        facts_next(FACTS_SECONDARY, c->diagnosis_keys[c->principal], c->day, &at) != NULL)
        coding_raise(run, FINDING_CODING_SECONDARY_ONLY, "diagnosis", c->principal + 1, code);
}

/* A bill of a hospital for outpatients has no pointers: of several days, or with several visits of a day (condition code G0), nobody
 * sees which diagnosis was the first of which encounter. */
static bool
may_join(const struct coding_case *c)
{
    if (c->setting != CODING_OUTPATIENT)
        return false;
    return c->institutional == NULL || c->institutional->statement_from != c->institutional->statement_to || bill_has_condition(c, "G0");
}

/* Encounters of one day may be on one claim (guideline I.C.21.c.16): each has its own first diagnosis. */
void
coding_sequence_only_first(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->principal == UINT32_MAX || c->diagnoses_count < 2 || !coding_applies(run, FINDING_CODING_FIRST_ONLY, c->day))
        return;
    if (diagnosis_first_only(c->body->diagnoses[c->principal].code) || may_join(c))
        return;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        struct text code = c->body->diagnoses[i].code;
        if (i != c->principal && diagnosis_first_only(code) && !coding_leads_a_line(c, i))
            coding_raise(run, FINDING_CODING_FIRST_ONLY, "diagnosis", i + 1, code);
    }
}
