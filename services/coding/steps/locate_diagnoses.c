/* Step 3: locate. Each diagnosis exists, is billable and is valid on its date. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

static const uint16_t rules[] = {FINDING_CODING_DIAGNOSIS_UNKNOWN, FINDING_CODING_DIAGNOSIS_HEADER,
                                 FINDING_CODING_DIAGNOSIS_NOT_YET, FINDING_CODING_DIAGNOSIS_ENDED};
enum { RULES = sizeof rules / sizeof *rules };

/* True when the code is settled on this date. A date in the future is said by dates.c; no edition is asked about it. */
static bool
locate_on(struct coding_run *run, const struct diagnosis *diagnosis, const char *noun, uint32_t ordinal, int32_t date)
{
    struct text code = diagnosis->code;
    if (!coding_apply_any(run, rules, RULES, date))
        return true;
    if (text_is(diagnosis->qualifier, "TQ")) { /* codes of the teeth (SNODENT) stand in no edition */
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        return true;
    }
    if (date == 0 || date > run->c->received_date) {
        coding_lack_all(run, rules, RULES, CODING_LACK_DATE);
        return true;
    }
    struct codes_answer answer = coding_ask(run->c, CODES_ICD10CM, code, date);
    switch (answer.verdict) {
    case CODES_VALID:
        return true;
    case CODES_UNKNOWN:
        coding_check(run, FINDING_CODING_DIAGNOSIS_UNKNOWN, date, noun, ordinal, code);
        break;
    case CODES_HEADER:
        coding_check(run, FINDING_CODING_DIAGNOSIS_HEADER, date, noun, ordinal, code);
        break;
    case CODES_NOT_YET:
        coding_check(run, FINDING_CODING_DIAGNOSIS_NOT_YET, date, noun, ordinal, coding_dated(run, code, answer.from));
        break;
    case CODES_ENDED:
        coding_check(run, FINDING_CODING_DIAGNOSIS_ENDED, date, noun, ordinal, coding_dated(run, code, answer.to));
        break;
    case CODES_NOT_HELD:
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        break;
    case CODES_EDITION_MISSING:
        coding_edition_missing(run, noun, ordinal, date);
        coding_lack_all(run, rules, RULES, CODING_LACK_EDITION);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
    return false;
}

/* The other diagnoses of an 837I. */
static void
locate_institutional(struct coding_run *run, const struct institutional_claim *own)
{
    int32_t date = run->c->default_date;
    if (own->admitting.code.length > 0)
        locate_on(run, &own->admitting, "admitting diagnosis", 0, date);
    for (uint32_t i = 0; i < own->reasons_count; i++)
        locate_on(run, &own->reasons[i], "reason", i + 1, date);
    for (uint32_t i = 0; i < own->external_causes_count; i++)
        locate_on(run, &own->external_causes[i], "cause", i + 1, date);
}

void
coding_locate_diagnoses(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->body->diagnoses_count && i < CODING_DIAGNOSES; i++) {
        const struct diagnosis *diagnosis = &c->body->diagnoses[i];
        bool settled = locate_on(run, diagnosis, "diagnosis", i + 1, c->diagnosis_first[i]);
        if (settled && c->diagnosis_last[i] != c->diagnosis_first[i])
            locate_on(run, diagnosis, "diagnosis", i + 1, c->diagnosis_last[i]);
    }
    if (c->institutional != NULL)
        locate_institutional(run, c->institutional);
}
