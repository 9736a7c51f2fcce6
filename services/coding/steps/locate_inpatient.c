/* Step 3: the procedures of inpatients (HI*BBR, HI*BBQ): codes of ICD-10-PCS of the day of discharge. */
#include "schemas/findings.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[] = {FINDING_CODING_INPATIENT_PROCEDURE_UNKNOWN, FINDING_CODING_INPATIENT_PROCEDURE_SHORT,
                                 FINDING_CODING_INPATIENT_PROCEDURE_NOT_YET, FINDING_CODING_INPATIENT_PROCEDURE_ENDED};
enum { RULES = sizeof rules / sizeof *rules, WHOLE = 7 };

static void
locate(struct coding_run *run, struct text code, uint32_t ordinal)
{
    const struct coding_case *c = run->c;
    struct codes_answer answer = coding_ask_list(c, CODING_PCS, code, c->day);
    switch (answer.verdict) {
    case CODES_VALID:
        break;
    case CODES_UNKNOWN:
    case CODES_HEADER:
        coding_check(run, code.length < WHOLE ? FINDING_CODING_INPATIENT_PROCEDURE_SHORT : FINDING_CODING_INPATIENT_PROCEDURE_UNKNOWN,
                     c->day, "procedure", ordinal, code);
        break;
    case CODES_NOT_YET:
        coding_check(run, FINDING_CODING_INPATIENT_PROCEDURE_NOT_YET, c->day, "procedure", ordinal,
                     coding_with_begin(run, code, &answer));
        break;
    case CODES_ENDED:
        coding_check(run, FINDING_CODING_INPATIENT_PROCEDURE_ENDED, c->day, "procedure", ordinal,
                     coding_with_end(run, code, &answer));
        break;
    case CODES_NOT_HELD:
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        break;
    case CODES_EDITION_MISSING:
        coding_lack_all(run, rules, RULES, CODING_LACK_EDITION);
        break;
    case CODES_VERDICT_COUNT:
        break;
    }
}

void
coding_locate_inpatient(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    if (own == NULL || own->procedures_count == 0)
        return;
    if (coding_apply_any(run, rules, RULES, c->day)) {
        bool dated = c->day != 0 && c->day <= c->received_date;
        if (!dated)
            coding_lack_all(run, rules, RULES, CODING_LACK_DATE);
        for (uint32_t i = 0; i < own->procedures_count && dated; i++)
            if (hospital_procedure(&own->procedures[i]))
                locate(run, own->procedures[i].code, i + 1);
    }
    for (uint32_t i = 0; i < own->procedures_count; i++)
        if (coding_applies(run, FINDING_CODING_PROCEDURE_AFTER_STAY, c->day) && c->day != 0 && own->procedures[i].date_from > c->day)
            coding_raise(run, FINDING_CODING_PROCEDURE_AFTER_STAY, "procedure", i + 1, coding_day(run, own->procedures[i].date_from));
}
