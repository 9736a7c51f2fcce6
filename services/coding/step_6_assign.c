/* Step 6: assign: pointers and units. Not yet: units per day, procedure pairs, add-on codes. */
#include "schemas/findings.h"
#include "services/coding/coding.h"

static void
assign_pointers(const struct claim_body *body, struct findings *findings, const struct service_line *line, uint32_t ordinal)
{
    bool any = false;
    for (unsigned k = 0; k < 4; k++) {
        uint64_t pointer = coding_pointer(line, k);
        any = any || pointer != 0;
        if (pointer > body->diagnoses_count)
            coding_found(findings, FINDING_CODING_POINTER_DIAGNOSIS, "line", ordinal,
                         arena_print(findings->arena, "%u", (unsigned)pointer));
    }
    if (!any && body->form != CLAIM_FORM_DENTAL && body->form != CLAIM_FORM_INSTITUTIONAL)
        coding_found(findings, FINDING_CODING_POINTER_MISSING, "line", ordinal, (struct text){0});
}

enum coding_result
coding_assign(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        assign_pointers(c->body, findings, line, i + 1);
        /* SV306 is absent for one; a revenue code alone may count none. */
        bool counts = c->body->form != CLAIM_FORM_DENTAL && (c->institutional == NULL || line->procedure.length > 0);
        if (line->quantity_milli <= 0 && counts)
            coding_found(findings, FINDING_CODING_UNITS, "line", i + 1, (struct text){0});
    }
    /* An 837I has no pointers, a dental claim without diagnoses neither. */
    bool unpointed = c->institutional != NULL || (c->body->form == CLAIM_FORM_DENTAL && c->body->diagnoses_count == 0);
    return coding_result_of(findings, before, c->body->lines_count == 0 || unpointed);
}
