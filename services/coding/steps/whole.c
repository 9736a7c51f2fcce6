/* Step 7: verify: the cross-check of the whole claim. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

/* Guidelines I.B.12: a code is reported once in an encounter. */
static void
verify_twice(struct coding_run *run)
{
    const struct claim_body *body = run->c->body;
    for (uint32_t i = 1; i < body->diagnoses_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (!text_equal(body->diagnoses[i].code, body->diagnoses[k].code))
                continue;
            coding_raise(run, FINDING_CODING_DIAGNOSIS_TWICE, "diagnosis", i + 1, body->diagnoses[i].code);
            break;
        }
    }
}

void
coding_verify_whole(struct coding_run *run)
{
    if (coding_applies(run, FINDING_CODING_LINES_MISSING, run->c->day) && run->c->body->lines_count == 0)
        coding_raise(run, FINDING_CODING_LINES_MISSING, "claim", 0, (struct text){0});
    if (coding_applies(run, FINDING_CODING_DIAGNOSIS_TWICE, run->c->day))
        verify_twice(run);
}
