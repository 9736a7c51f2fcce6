/* Step 1: read the whole record. Which documents came, and do they say what was found? */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

void
coding_read_documents(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool clinical = false;
    if (!coding_applies(run, FINDING_CODING_DOCUMENT_MISSING, c->day))
        return;
    for (uint32_t i = 0; i < c->documents_count; i++) {
        uint32_t kind = c->documents[i].kind;
        clinical = clinical || kind == DOCUMENT_KIND_CLINICAL_NOTE || kind == DOCUMENT_KIND_PROBLEM ||
                   kind == DOCUMENT_KIND_PROCEDURE_NOTE;
    }
    if (c->documents_count == 0)
        coding_lacks(run, FINDING_CODING_DOCUMENT_MISSING, CODING_LACK_DOCUMENTS);
    else if (!clinical)
        coding_raise(run, FINDING_CODING_DOCUMENT_MISSING, "documents", 0, (struct text){0});
}
