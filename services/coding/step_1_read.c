/* Step 1: read the whole record. Which documents came, and do they say what was found? */
#include "schemas/findings.h"
#include "services/coding/coding.h"

enum coding_result
coding_read(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    bool clinical = false;
    for (uint32_t i = 0; i < c->documents_count; i++) {
        uint32_t kind = c->documents[i].kind;
        clinical = clinical || kind == DOCUMENT_KIND_CLINICAL_NOTE || kind == DOCUMENT_KIND_PROBLEM ||
                   kind == DOCUMENT_KIND_PROCEDURE_NOTE;
    }
    if (c->documents_count > 0 && !clinical)
        coding_found(findings, FINDING_CODING_DOCUMENT_MISSING, "documents", 0, (struct text){0});
    return coding_result_of(findings, before, c->documents_count == 0);
}
