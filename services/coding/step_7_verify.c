/* Step 7: verify: the cross-check of the whole claim. */
#include "schemas/findings.h"
#include "services/coding/coding.h"

enum coding_result
coding_verify(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    const struct claim_body *body = c->body;
    if (body->lines_count == 0)
        coding_found(findings, FINDING_CODING_LINES_MISSING, "claim", 0, (struct text){0});
    /* Guidelines I.B.8: a code is reported once in an encounter. */
    for (uint32_t i = 1; i < body->diagnoses_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (!text_equal(body->diagnoses[i].code, body->diagnoses[k].code))
                continue;
            coding_found(findings, FINDING_CODING_DIAGNOSIS_TWICE, "diagnosis", i + 1, body->diagnoses[i].code);
            break;
        }
    }
    return coding_result_of(findings, before, false);
}
