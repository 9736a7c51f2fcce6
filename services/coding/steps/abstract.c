/* Step 2: abstract. Every diagnosis on the claim is one that the record names, and none that it refutes. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

static const uint16_t rules[] = {FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED, FINDING_CODING_DIAGNOSIS_NEGATED};
enum { RULES = sizeof rules / sizeof *rules };

static void
abstract_diagnosis(struct coding_run *run, uint32_t i)
{
    const struct coding_case *c = run->c;
    struct text code = c->body->diagnoses[i].code;
    bool named = false, refuted = false;
    for (uint32_t k = 0; k < c->documents_count; k++) {
        const struct document *document = &c->documents[k];
        if (document->kind != DOCUMENT_KIND_PROBLEM || !text_equal(document->code, code))
            continue;
        named = named || !document->negated;
        refuted = refuted || document->negated;
    }
    if (!named)
        coding_check(run, refuted ? FINDING_CODING_DIAGNOSIS_NEGATED : FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED, c->day,
                     "diagnosis", i + 1, code);
}

void
coding_abstract_diagnoses(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool given = false;
    if (!coding_apply_any(run, rules, RULES, c->day))
        return;
    for (uint32_t k = 0; k < c->documents_count; k++)
        given = given || c->documents[k].kind == DOCUMENT_KIND_PROBLEM;
    if (!given) {
        coding_lack_all(run, rules, RULES, CODING_LACK_DOCUMENTS);
        return;
    }
    for (uint32_t i = 0; i < c->body->diagnoses_count; i++)
        abstract_diagnosis(run, i);
}
