/*
 * Step 4: validate against the guidelines: place, modifiers, the laboratory's CLIA number, age where it is sure. Not yet:
 * sex, laterality, Excludes 1, manifestations, medical necessity; while they are missing a claim without findings is still
 * only as well judged as these checks go, which the rules' version says.
 */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/coding.h"

static void
validate_place(const struct coding_case *c, struct findings *findings, struct text place, uint32_t line, bool *missing)
{
    if (place.length == 0)
        return;
    switch (coding_ask(c, CODES_PLACE, place, c->first_date).verdict) {
    case CODES_VALID:
        break;
    case CODES_NOT_HELD:
    case CODES_EDITION_MISSING:
        *missing = true;
        break;
    case CODES_UNKNOWN:
    case CODES_HEADER:
    case CODES_NOT_YET:
    case CODES_ENDED:
        coding_found(findings, FINDING_CODING_PLACE_UNKNOWN, line == 0 ? "claim" : "line", line, place);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
}

static void
validate_line(const struct coding_case *c, struct findings *findings, const struct service_line *line, uint32_t ordinal)
{
    bool waived = false;
    for (unsigned k = 0; k < 4; k++) {
        struct text modifier = coding_modifier(line, k);
        if (modifier.length == 0)
            continue;
        waived = waived || text_is(modifier, "QW");
        enum codes_verdict verdict = coding_ask(c, CODES_MODIFIER, modifier, coding_line_date(c, line)).verdict;
        if (verdict == CODES_NOT_YET || verdict == CODES_ENDED)
            coding_found(findings, FINDING_CODING_MODIFIER_DATE, "line", ordinal, modifier);
    }
    /* 837P: the number stands in REF*X4 of the claim, or of the line where lines were done in several laboratories. The
     * other guides have no place for it. */
    bool asked = c->body->form != CLAIM_FORM_INSTITUTIONAL && c->body->form != CLAIM_FORM_DENTAL;
    if (asked && waived && line->clia.length == 0 && c->body->clia.length == 0)
        coding_found(findings, FINDING_CODING_CLIA_MISSING, "line", ordinal, (struct text){0});
}

static void
validate_age(const struct coding_case *c, struct findings *findings, bool *missing)
{
    for (uint32_t i = 0; i < c->body->diagnoses_count && i < CODING_DIAGNOSES; i++) {
        struct text code = c->body->diagnoses[i].code;
        int32_t date = c->diagnosis_first[i];
        const struct codes_age *rule = date == 0 ? NULL : codes_age_of(c->edition, code, date);
        if (rule == NULL)
            continue;
        if (c->birth_date == 0) {
            *missing = true;
            continue;
        }
        int32_t years = date_age_years(c->birth_date, date);
        if (years < rule->low || years > rule->high)
            coding_found(findings, FINDING_CODING_AGE, "diagnosis", i + 1, code);
    }
}

enum coding_result
coding_validate(const struct coding_case *c, struct findings *findings)
{
    uint32_t before = findings->count;
    bool missing = c->first_date == 0 || c->first_date > c->received_date;
    bool place = c->body->form != CLAIM_FORM_INSTITUTIONAL; /* there CLM05-1 is the type of bill */
    if (!missing && place)
        validate_place(c, findings, c->body->place_of_service, 0, &missing);
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        if (place && c->first_date != 0 && c->first_date <= c->received_date)
            validate_place(c, findings, c->body->lines[i].place_of_service, i + 1, &missing);
        validate_line(c, findings, &c->body->lines[i], i + 1);
    }
    validate_age(c, findings, &missing);
    /* Not yet: patient status against type of bill, present on admission; teeth against procedures. */
    if (c->body->form == CLAIM_FORM_INSTITUTIONAL || c->body->form == CLAIM_FORM_DENTAL)
        missing = true;
    return coding_result_of(findings, before, missing);
}
