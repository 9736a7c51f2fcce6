/* Step 2: abstract. Every diagnosis on the claim is one that the record names, and none that it refutes. */
#include "schemas/findings.h"
#include "services/coding/coding.h"

enum coding_result
coding_abstract(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    bool given = false;
    for (uint32_t k = 0; k < c->documents_count; k++)
        given = given || c->documents[k].kind == DOCUMENT_KIND_PROBLEM;
    for (uint32_t i = 0; given && i < c->body->diagnoses_count; i++) {
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
            coding_found(findings,
                         refuted ? FINDING_CODING_DIAGNOSIS_NEGATED : FINDING_CODING_DIAGNOSIS_NOT_DOCUMENTED,
                         "diagnosis", i + 1, code);
    }
    return coding_result_of(findings, before, !given);
}
