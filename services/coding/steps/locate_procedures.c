/* Step 3: locate. Each procedure exists and is valid on its line's date. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

static const uint16_t rules[] = {FINDING_CODING_PROCEDURE_UNKNOWN, FINDING_CODING_PROCEDURE_NOT_YET,
                                 FINDING_CODING_PROCEDURE_ENDED, FINDING_CODING_PROCEDURE_NOT_HELD};
enum { RULES = sizeof rules / sizeof *rules };

/* A set that holds only a part of its codes cannot refuse one, and cannot miss a year either. Said once a claim. */
static void
not_held(struct coding_run *run, uint32_t ordinal, int32_t date, struct text code)
{
    if (!coding_raised(run, FINDING_CODING_PROCEDURE_NOT_HELD))
        coding_check(run, FINDING_CODING_PROCEDURE_NOT_HELD, date, "line", ordinal, code);
    coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
}

static void
locate_code(struct coding_run *run, uint32_t ordinal, struct text code, int32_t date)
{
    enum codes_set set;
    if (!codes_procedure_set(code, &set)) {
        coding_check(run, FINDING_CODING_PROCEDURE_UNKNOWN, date, "line", ordinal, code);
        return;
    }
    struct codes_answer answer = coding_ask(run->c, set, code, date);
    switch (answer.verdict) {
    case CODES_VALID:
        break;
    case CODES_UNKNOWN:
    case CODES_HEADER:
        coding_check(run, FINDING_CODING_PROCEDURE_UNKNOWN, date, "line", ordinal, code);
        break;
    case CODES_NOT_YET:
        coding_check(run, FINDING_CODING_PROCEDURE_NOT_YET, date, "line", ordinal, coding_with_begin(run, code, &answer));
        break;
    case CODES_ENDED:
        coding_check(run, FINDING_CODING_PROCEDURE_ENDED, date, "line", ordinal, coding_with_end(run, code, &answer));
        break;
    case CODES_NOT_HELD:
        not_held(run, ordinal, date, code);
        break;
    case CODES_EDITION_MISSING:
        if (!codes_complete(run->c->edition, set)) {
            not_held(run, ordinal, date, code);
            break;
        }
        coding_edition_missing(run, "line", ordinal, date);
        coding_lack_all(run, rules, RULES, CODING_LACK_EDITION);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
}

static void
locate_line(struct coding_run *run, const struct service_line *line, uint32_t ordinal)
{
    int32_t date = coding_line_date(run->c, line);
    if (run->c->institutional != NULL && line->procedure.length == 0)
        return; /* the revenue code says it all */
    bool missing = coding_applies(run, FINDING_CODING_PROCEDURE_MISSING, date);
    bool any = coding_apply_any(run, rules, RULES, date);
    if (!coding_line_dated(run->c, line))
        coding_lack_all(run, rules, RULES, CODING_LACK_DATE);
    else if (line->qualifier.length > 0 && !text_is(line->qualifier, "HC"))
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
    else if (line->procedure.length == 0 && missing)
        coding_raise(run, FINDING_CODING_PROCEDURE_MISSING, "line", ordinal, line->procedure);
    else if (line->procedure.length > 0 && any)
        locate_code(run, ordinal, line->procedure, date);
}

void
coding_locate_procedures(struct coding_run *run)
{
    for (uint32_t i = 0; i < run->c->body->lines_count; i++)
        locate_line(run, &run->c->body->lines[i], i + 1);
}
