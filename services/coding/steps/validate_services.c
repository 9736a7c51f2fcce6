/* Step 4: validate the services against the guidelines: place, modifiers, the laboratory's CLIA number. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

/* `line` from 1; 0: the place of the claim. */
static void
validate_place(struct coding_run *run, struct text place, uint32_t line)
{
    if (place.length == 0)
        return;
    switch (coding_ask(run->c, CODES_PLACE, place, run->c->first_date).verdict) {
    case CODES_VALID:
        break;
    case CODES_NOT_HELD:
        coding_lacks(run, FINDING_CODING_PLACE_UNKNOWN, CODING_LACK_CODE);
        break;
    case CODES_EDITION_MISSING:
        coding_lacks(run, FINDING_CODING_PLACE_UNKNOWN, CODING_LACK_EDITION);
        break;
    case CODES_UNKNOWN:
    case CODES_HEADER:
    case CODES_NOT_YET:
    case CODES_ENDED:
        coding_raise(run, FINDING_CODING_PLACE_UNKNOWN, line == 0 ? "claim" : "line", line, place);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
}

/* Of an 837I CLM05-1 is the type of bill: the rule is not for its settings. */
static void
validate_places(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_PLACE_UNKNOWN, c->first_date))
        return;
    if (c->first_date == 0 || c->first_date > c->received_date) {
        coding_lacks(run, FINDING_CODING_PLACE_UNKNOWN, CODING_LACK_DATE);
        return;
    }
    validate_place(run, c->body->place_of_service, 0);
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        validate_place(run, c->body->lines[i].place_of_service, i + 1);
}

static void
validate_modifiers(struct coding_run *run, const struct service_line *line, uint32_t ordinal)
{
    int32_t date = coding_line_date(run->c, line);
    if (!coding_applies(run, FINDING_CODING_MODIFIER_DATE, date))
        return;
    for (unsigned k = 0; k < 4; k++) {
        struct text modifier = coding_modifier(line, k);
        if (modifier.length == 0)
            continue;
        enum codes_verdict verdict = coding_ask(run->c, CODES_MODIFIER, modifier, date).verdict;
        if (verdict == CODES_NOT_YET || verdict == CODES_ENDED)
            coding_raise(run, FINDING_CODING_MODIFIER_DATE, "line", ordinal, modifier);
    }
}

/* 837P: the number stands in REF*X4 of the claim, or of the line where lines were done in several laboratories. The other
 * guides have no place for it. */
static void
validate_clia(struct coding_run *run, const struct service_line *line, uint32_t ordinal)
{
    if (!coding_applies(run, FINDING_CODING_CLIA_MISSING, coding_line_date(run->c, line)))
        return;
    if (coding_has_modifier(line, "QW") && line->clia.length == 0 && run->c->body->clia.length == 0)
        coding_raise(run, FINDING_CODING_CLIA_MISSING, "line", ordinal, (struct text){0});
}

void
coding_validate_services(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    validate_places(run);
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        validate_modifiers(run, &c->body->lines[i], i + 1);
        validate_clia(run, &c->body->lines[i], i + 1);
    }
    /* Not yet: teeth against procedures. */
    if (c->setting == CODING_DENTAL)
        coding_skips(run, 4, CODING_LACK_RULES);
}
