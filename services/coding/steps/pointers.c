/* Step 6: assign: each line points at diagnoses that are there, first at a condition. */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/passes.h"

static const uint16_t rules[] = {FINDING_CODING_POINTER_DIAGNOSIS, FINDING_CODING_POINTER_MISSING, FINDING_CODING_POINTER_CAUSE};
enum { RULES = sizeof rules / sizeof *rules };

/* External causes are never first (guideline I.C.20.a.6); of the first diagnosis of the claim step 5 says it. */
static void
judge_condition(struct coding_run *run, const struct service_line *line, uint32_t ordinal)
{
    const struct coding_case *c = run->c;
    uint64_t first = coding_pointer(line, 0);
    if (first == 0 || first > c->diagnoses_count || first - 1 == c->principal)
        return;
    struct text code = c->body->diagnoses[first - 1].code;
    /* A code of ICD-9-CM may look like one: V73.89. */
    if (diagnosis_external(code) && coding_ask(c, CODES_ICD10CM, code, c->day).verdict != CODES_UNKNOWN)
        coding_check(run, FINDING_CODING_POINTER_CAUSE, c->day, "line", ordinal, code);
}

static void
assign_line(struct coding_run *run, const struct service_line *line, uint32_t ordinal)
{
    int32_t day = run->c->day;
    bool any = false;
    for (unsigned k = 0; k < 4; k++) {
        uint64_t pointer = coding_pointer(line, k);
        any = any || pointer != 0;
        if (pointer > run->c->diagnoses_count && coding_applies(run, FINDING_CODING_POINTER_DIAGNOSIS, day))
            coding_raise(run, FINDING_CODING_POINTER_DIAGNOSIS, "line", ordinal,
                         arena_print(run->findings->arena, "%u", (unsigned)pointer));
    }
    if (!any)
        coding_check(run, FINDING_CODING_POINTER_MISSING, day, "line", ordinal, (struct text){0});
    judge_condition(run, line, ordinal);
}

void
coding_assign_pointers(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_apply_any(run, rules, RULES, c->day))
        return;
    if (c->body->lines_count == 0)
        coding_lack_all(run, rules, RULES, CODING_LACK_LINES);
    else if (c->setting == CODING_DENTAL && c->diagnoses_count == 0)
        coding_lack_all(run, rules, RULES, CODING_LACK_DIAGNOSIS);
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        assign_line(run, &c->body->lines[i], i + 1);
}
