/* Step 4: validate the diagnoses against the patient: age where it is sure; and a manifestation that stands first. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/wants.h"

static void
validate_age(struct coding_run *run, uint32_t i)
{
    const struct coding_case *c = run->c;
    struct text code = c->body->diagnoses[i].code;
    int32_t date = c->diagnosis_first[i];
    if (date == 0 || !coding_applies(run, FINDING_CODING_AGE, date))
        return;
    const struct codes_age *rule = codes_age_of(c->edition, code, date);
    if (rule == NULL)
        return;
    if (c->birth_date == 0) {
        coding_lacks(run, FINDING_CODING_AGE, CODING_LACK_BIRTH_DATE);
        return;
    }
    int32_t years = date_age_years(c->birth_date, date);
    if (years < rule->low || years > rule->high)
        coding_raise(run, FINDING_CODING_AGE, "diagnosis", i + 1, code);
}

/* Where the code editor's own lists judge, they alone say what an age is (code_edits.c). */
static bool
has_code_edits(const struct coding_case *c)
{
    return c->medicare && (hospital_stay(c) || hospital_outpatient(c)) && coding_edition(c, CODING_MCE, c->day) != NULL;
}

static void
validate_first(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->principal == UINT32_MAX || !coding_applies(run, FINDING_CODING_MANIFESTATION_FIRST, c->day))
        return;
    struct text code = c->body->diagnoses[c->principal].code;
    if (diagnosis_manifestation(code))
        coding_raise(run, FINDING_CODING_MANIFESTATION_FIRST, "diagnosis", c->principal + 1, code);
}

/* ---- the cause of an injury, where the payer wants it ---- */

static bool
has_cause(const struct coding_case *c)
{
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        if (diagnosis_external(c->body->diagnoses[i].code))
            return true;
    return c->institutional != NULL && c->institutional->external_causes_count > 0;
}

/* Injuries under first treatment, S00 to T34: what comes after them in the chapter says its cause itself, or has none. */
static bool
asks_cause(struct text code)
{
    return diagnosis_injury(code) && code.length == 7 && (code.data[6] == 'A' || code.data[6] == 'B' || code.data[6] == 'C') &&
           (code.data[0] == 'S' || code.data[1] < '3' || (code.data[1] == '3' && code.data[2] <= '4'));
}

static void
validate_cause(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->wants == NULL || !c->wants->cause || !coding_applies(run, FINDING_CODING_EXTERNAL_CAUSE_MISSING, c->day) || has_cause(c))
        return;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        if (!asks_cause(c->body->diagnoses[i].code))
            continue;
        coding_raise(run, FINDING_CODING_EXTERNAL_CAUSE_MISSING, "diagnosis", i + 1, c->body->diagnoses[i].code);
        return;
    }
}

void
coding_validate_diagnoses(struct coding_run *run)
{
    validate_first(run);
    validate_cause(run);
    if (has_code_edits(run->c))
        return;
    for (uint32_t i = 0; i < run->c->diagnoses_count; i++)
        validate_age(run, i);
}
