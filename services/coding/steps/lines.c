/* Step 4: each line through the rules about its service. */
#include "services/coding/steps/line_rules.h"
#include "services/coding/steps/passes.h"

static coding_line_rule *const line_rules[] = {coding_line_place, coding_line_modifiers, coding_line_drug, coding_line_telehealth,
                                               coding_line_necessity};

void
coding_validate_lines(struct coding_run *run)
{
    for (uint32_t i = 0; i < run->c->body->lines_count; i++) {
        struct coding_line line = coding_line_of(run->c, i);
        for (size_t k = 0; k < sizeof line_rules / sizeof *line_rules; k++)
            line_rules[k](run, &line);
    }
}
