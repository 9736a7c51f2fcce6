/* From findings to the statuses of a 277CA. */
#include "services/intake/answers.h"

#include "schemas/findings.h"

uint32_t
answers_reasons(const struct x12_claim *claim, uint32_t form, const struct judgement *judgement,
                struct x12_277ca_reason *reasons)
{
    uint32_t count = 0;
    if (judgement->accepted)
        return 0;
    for (uint32_t i = 0; i < claim->findings.count && count < ANSWERS_REASONS_MAX; i++) {
        const struct finding *finding = &claim->findings.items[i];
        if (finding->kind->severity == FINDING_ERROR)
            reasons[count++] = x12_277ca_reason_of(finding, form);
    }
    if (count == 0) {
        bool twice = judgement->finding == FINDING_INTAKE_DUPLICATE;
        reasons[count++] = (struct x12_277ca_reason){twice ? TEXT("A3") : TEXT("A7"), twice ? TEXT("54") : TEXT("21"), {0}};
    }
    return count;
}
