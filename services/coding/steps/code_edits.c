/*
 * Step 4: the Medicare Code Editor (CMS, Definitions of Medicare Code Edits), which judges the claims of hospitals for inpatients to
 * Medicare by the version of the day of discharge: age, sex until 2024-09-30, what may not be principal. Its lists are the set `mce`. The
 * Integrated Outpatient Code Editor asks the same of the age (edit 2) and the sex (edit 3) of an outpatient, by the same lists.
 */
#include "common/codeset/import/mce.h"
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/bill.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[MCE_EDIT_COUNT] = {
    [MCE_NEWBORN] = FINDING_CODING_AGE_NEWBORN,
    [MCE_PEDIATRIC] = FINDING_CODING_AGE_PEDIATRIC,
    [MCE_MATERNITY] = FINDING_CODING_AGE_MATERNITY,
    [MCE_ADULT] = FINDING_CODING_AGE_ADULT,
    [MCE_FEMALE] = FINDING_CODING_SEX,
    [MCE_MALE] = FINDING_CODING_SEX,
    [MCE_MANIFESTATION] = FINDING_CODING_MANIFESTATION_PRINCIPAL,
    [MCE_UNACCEPTABLE] = FINDING_CODING_PRINCIPAL_UNACCEPTABLE,
    [MCE_QUESTIONABLE] = FINDING_CODING_ADMISSION_QUESTIONABLE,
};
/* Of ICD-10-PCS. */
static const uint16_t procedure_rules[MCE_EDIT_COUNT] = {
    [MCE_FEMALE] = FINDING_CODING_PROCEDURE_SEX,
    [MCE_MALE] = FINDING_CODING_PROCEDURE_SEX,
    [MCE_NONCOVERED] = FINDING_CODING_PROCEDURE_NOT_COVERED,
    [MCE_NONCOVERED_OVER_60] = FINDING_CODING_PROCEDURE_NOT_COVERED,
    [MCE_LIMITED] = FINDING_CODING_PROCEDURE_LIMITED,
};

static const uint16_t of_procedures[] = {FINDING_CODING_PROCEDURE_SEX, FINDING_CODING_PROCEDURE_NOT_COVERED,
                                         FINDING_CODING_PROCEDURE_LIMITED};

/* Where a code stands. */
struct place {
    const char *noun;
    uint32_t ordinal;
    struct text code;
    bool principal, alone;
};

/* The age is that of the admission. -1: not known, and the rule lacks it. */
static int32_t
age_of(struct coding_run *run, uint16_t rule)
{
    const struct coding_case *c = run->c;
    int32_t admitted = c->institutional->admission_date != 0 ? c->institutional->admission_date : c->day;
    if (c->birth_date != 0 && c->birth_date <= admitted)
        return date_age_years(c->birth_date, admitted);
    coding_lacks(run, rule, CODING_LACK_BIRTH_DATE);
    return -1;
}

static bool
is_outside(struct coding_run *run, uint16_t rule, const int32_t ages[2])
{
    int32_t years = age_of(run, rule);
    return years >= 0 && (years < ages[0] || years > ages[1]);
}

static bool
is_inside(struct coding_run *run, uint16_t rule, const int32_t ages[2])
{
    int32_t years = age_of(run, rule);
    return years >= ages[0] && years <= ages[1];
}

/* Condition code 45 (ambiguous gender category) lifts it, as does modifier KX of a line. */
static bool
is_lifted(const struct coding_case *c)
{
    if (bill_has_condition(c, "45"))
        return true;
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        if (coding_has_modifier(&c->body->lines[i], "KX"))
            return true;
    return false;
}

static bool
is_other_sex(struct coding_run *run, uint16_t rule, const char *sex)
{
    const struct coding_case *c = run->c;
    if (!text_is(c->sex, "F") && !text_is(c->sex, "M")) {
        coding_lacks(run, rule, CODING_LACK_SEX);
        return false;
    }
    return !text_is(c->sex, sex) && !is_lifted(c);
}

static bool
is_met(struct coding_run *run, uint16_t rule, enum mce_edit edit, const int32_t ages[2], const struct place *place)
{
    switch (edit) {
    case MCE_NEWBORN:
    case MCE_PEDIATRIC:
    case MCE_MATERNITY:
    case MCE_ADULT:
        return is_outside(run, rule, ages);
    case MCE_FEMALE:
        return is_other_sex(run, rule, "F");
    case MCE_MALE:
        return is_other_sex(run, rule, "M");
    case MCE_MANIFESTATION: /* those that say so in their title: principal.c */
        return place->principal && !diagnosis_manifestation(place->code);
    case MCE_UNACCEPTABLE: /* "requires secondary diagnosis": Z51.89 may stand beside another */
        return place->principal && (place->alone || !text_is(place->code, "Z5189"));
    case MCE_QUESTIONABLE:
        return place->principal;
    case MCE_NONCOVERED:
    case MCE_LIMITED:
        return true;
    case MCE_NONCOVERED_OVER_60:
        return is_inside(run, rule, ages);
    case MCE_WRONG:
    case MCE_NONCOVERED_SHORT_STAY:
    case MCE_EDIT_COUNT:
        break;
    }
    return false;
}

/* False: the edition does not hold the code. */
static bool
judge(struct coding_run *run, struct codeset_data *data, const uint16_t *by_edit, const struct place *place)
{
    struct codeset_rows rows;
    if (!coding_rows_in(run->c, data, codeset_key(place->code), &rows))
        return false;
    for (uint32_t i = 0; i < rows.count; i++) {
        const struct codeset_row *row = &rows.rows[i];
        uint16_t rule = row->kind < MCE_EDIT_COUNT ? by_edit[row->kind] : 0;
        if (rule == 0 || !codeset_holds(row, run->c->day) || !coding_applies(run, rule, run->c->day))
            continue;
        if (is_met(run, rule, (enum mce_edit)row->kind, rows.numbers + 2 * (size_t)i, place))
            coding_raise(run, rule, place->noun, place->ordinal, place->code);
    }
    return true;
}

/* A list of ages, sexes and manifestations alone (as version 41.1 is had) does not hold what may be principal: what is built in may. */
static void
judge_principal(struct coding_run *run, struct codeset_data *behind, const struct place *place)
{
    static const uint16_t lists[] = {FINDING_CODING_PRINCIPAL_UNACCEPTABLE, FINDING_CODING_ADMISSION_QUESTIONABLE};
    static const uint16_t by_edit[MCE_EDIT_COUNT] = {
        [MCE_UNACCEPTABLE] = FINDING_CODING_PRINCIPAL_UNACCEPTABLE,
        [MCE_QUESTIONABLE] = FINDING_CODING_ADMISSION_QUESTIONABLE,
    };
    if (behind == NULL || !judge(run, behind, by_edit, place))
        coding_lack_all(run, lists, 2, CODING_LACK_TABLE);
}

static void
judge_diagnoses(struct coding_run *run, struct codeset_data *data)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        struct place place = {"diagnosis", i + 1, c->body->diagnoses[i].code, i == c->principal, c->diagnoses_count == 1};
        bool held = judge(run, data, rules, &place), built_in = coding_is_built_in(data);
        if (built_in && !held)
            coding_lack_all(run, rules + 1, MCE_QUESTIONABLE, CODING_LACK_CODE);
        if (place.principal && !built_in && codeset_edition_about(data)->complete == 0)
            judge_principal(run, coding_edition_behind(data), &place);
    }
}

static void
judge_procedures(struct coding_run *run, struct codeset_data *data)
{
    const struct institutional_claim *own = run->c->institutional;
    for (uint32_t i = 0; i < own->procedures_count; i++) {
        if (!hospital_procedure(&own->procedures[i]))
            continue;
        struct place place = {"procedure", i + 1, own->procedures[i].code, false, false};
        if (!judge(run, data, procedure_rules, &place) && coding_is_built_in(data))
            coding_lack_all(run, of_procedures, 3, CODING_LACK_CODE);
    }
}

void
coding_validate_code_edits(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!hospital_stay(c) && !hospital_outpatient(c))
        return;
    enum coding_lack lack = c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION;
    if (coding_apply_any(run, rules + 1, MCE_QUESTIONABLE, c->day)) {
        struct codeset_data *data = coding_edition(c, CODING_MCE, c->day);
        if (data == NULL)
            coding_lack_all(run, rules + 1, MCE_QUESTIONABLE, lack);
        else
            judge_diagnoses(run, data);
    }
    if (c->institutional->procedures_count > 0 && coding_apply_any(run, of_procedures, 3, c->day)) {
        struct codeset_data *data = coding_edition(c, CODING_MCE_PROCEDURE, c->day);
        if (data == NULL)
            coding_lack_all(run, of_procedures, 3, lack);
        else
            judge_procedures(run, data);
    }
}
