/* Step 6: assign: units. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

void
coding_assign_units(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_UNITS, c->day))
        return;
    if (c->body->lines_count == 0)
        coding_lacks(run, FINDING_CODING_UNITS, CODING_LACK_LINES);
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        /* Of a dental line SV306 is absent for one (the rule is not for it); a revenue code alone may count none. */
        if (line->quantity_milli <= 0 && (c->institutional == NULL || line->procedure.length > 0))
            coding_raise(run, FINDING_CODING_UNITS, "line", i + 1, (struct text){0});
    }
}
