/* Step 5: sequence: a principal diagnosis first, no external cause there. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

void
coding_sequence_principal(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool required = coding_applies(run, FINDING_CODING_PRINCIPAL_MISSING, c->day);
    bool cause = coding_applies(run, FINDING_CODING_EXTERNAL_CAUSE_FIRST, c->day);
    if (c->principal == UINT32_MAX) {
        if (required)
            coding_raise(run, FINDING_CODING_PRINCIPAL_MISSING, "diagnosis", 1, (struct text){0});
        else if (cause) /* a dental claim may go without */
            coding_lacks(run, FINDING_CODING_EXTERNAL_CAUSE_FIRST, CODING_LACK_DIAGNOSIS);
        return;
    }
    struct text code = c->body->diagnoses[c->principal].code;
    if (cause && code.length > 0 && code.data[0] >= 'V' && code.data[0] <= 'Y')
        coding_raise(run, FINDING_CODING_EXTERNAL_CAUSE_FIRST, "diagnosis", c->principal + 1, code);
}
