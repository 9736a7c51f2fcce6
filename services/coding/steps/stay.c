/*
 * Step 6: what a DRG is made of, and the conditions that Medicare does not count when they came in the hospital (HAC, MS-DRG
 * Definitions Manual, appendix I; Social Security Act, section 1886(d)(4)(D)).
 */
#include "common/codeset/import/msdrg.h"
#include "schemas/findings.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

/* ---- DRG ---- */

/* A principal diagnosis that is missing is said by principal.c. */
static void
judge_inputs(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_DRG_INPUT, c->day))
        return;
    const char *missing = c->birth_date == 0                                  ? "birth date"
                          : c->sex.length == 0                                ? "sex"
                          : c->institutional->patient_status.length == 0      ? "patient status"
                          : c->institutional->statement_to == 0               ? "day of discharge"
                                                                              : NULL;
    if (missing != NULL)
        coding_raise(run, FINDING_CODING_DRG_INPUT, "claim", 0, text_from(missing));
}

/* A DRG of one MDC has a principal diagnosis of it. Newborns (15) come to theirs by age, significant trauma (24) by several diagnoses. */
static void
judge_category(struct coding_run *run, int32_t mdc)
{
    const struct coding_case *c = run->c;
    struct codeset_rows rows;
    if (c->principal == UINT32_MAX || mdc <= 0 || mdc == 15 || mdc == 24 || !coding_applies(run, FINDING_CODING_DRG_CATEGORY, c->day))
        return;
    struct text code = c->body->diagnoses[c->principal].code;
    struct codeset_data *index = coding_edition(c, CODING_DRG_INDEX, c->day);
    if (index == NULL || !coding_rows_in(c, index, codeset_key(code), &rows)) {
        coding_lacks(run, FINDING_CODING_DRG_CATEGORY, index == NULL ? CODING_LACK_EDITION : CODING_LACK_CODE);
        return;
    }
    uint32_t width = codeset_edition_about(index)->number_count;
    for (uint32_t i = 0; i < rows.count; i++)
        if (rows.numbers[i * width] == mdc)
            return;
    coding_raise(run, FINDING_CODING_DRG_CATEGORY, "claim", 0,
                 arena_print(run->findings->arena, "%.*s with %.*s", TEXT_ARGS(c->institutional->drg), TEXT_ARGS(code)));
}

/* That of the claim (HI*DR), of Medicare an MS-DRG. */
static void
judge_drg(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    struct text drg = c->institutional->drg;
    struct codeset_rows rows;
    if (drg.length == 0 || !coding_applies(run, FINDING_CODING_DRG_UNKNOWN, c->day))
        return;
    struct codeset_data *data = coding_edition(c, CODING_MSDRG, c->day);
    if (data == NULL)
        coding_lacks(run, FINDING_CODING_DRG_UNKNOWN, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
    else if (!coding_rows_in(c, data, codeset_key(drg), &rows))
        coding_raise(run, FINDING_CODING_DRG_UNKNOWN, "claim", 0, drg);
    else
        judge_category(run, rows.numbers[0]);
}

/* ---- acquired in the hospital ---- */

/* Those in which a diagnosis counts beside an operation of the list alone: infections after certain operations, thrombosis after
 * those of hip and knee, pneumothorax after a catheter. */
static bool
asks_procedure(int32_t hac)
{
    return hac == 8 || hac >= 10;
}

static bool
has_role(const struct coding_case *c, struct codeset_data *data, struct text code, enum msdrg_hac_role role, int32_t hac)
{
    struct codeset_rows rows;
    if (!coding_rows_in(c, data, codeset_key(code), &rows))
        return false;
    for (uint32_t i = 0; i < rows.count; i++)
        if (rows.rows[i].kind == role && rows.numbers[i] == hac)
            return true;
    return false;
}

static bool
has_procedure(const struct coding_case *c, struct codeset_data *data, int32_t hac)
{
    for (uint32_t i = 0; i < c->institutional->procedures_count; i++)
        if (has_role(c, data, c->institutional->procedures[i].code, MSDRG_HAC_PROCEDURE, hac))
            return true;
    return false;
}

static bool
is_acquired(struct coding_run *run, struct codeset_data *data, const struct diagnosis *diagnosis)
{
    const struct coding_case *c = run->c;
    struct codeset_rows rows;
    if (!coding_rows_in(c, data, codeset_key(diagnosis->code), &rows)) {
        if (coding_is_built_in(data))
            coding_lacks(run, FINDING_CODING_ACQUIRED, CODING_LACK_CODE);
        return false;
    }
    for (uint32_t i = 0; i < rows.count; i++)
        if (rows.rows[i].kind == MSDRG_HAC_SECONDARY &&
            (!asks_procedure(rows.numbers[i]) || has_procedure(c, data, rows.numbers[i])))
            return true;
    return false;
}

static void
judge_acquired(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    struct codeset_data *data = NULL;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        const struct diagnosis *diagnosis = &c->body->diagnoses[i];
        bool came = text_is(diagnosis->present_on_admission, "N") || text_is(diagnosis->present_on_admission, "U");
        if (i == c->principal || !came)
            continue;
        if (data == NULL && (data = coding_edition(c, CODING_HAC, c->day)) == NULL) {
            coding_lacks(run, FINDING_CODING_ACQUIRED, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
            return;
        }
        if (is_acquired(run, data, diagnosis))
            coding_raise(run, FINDING_CODING_ACQUIRED, "diagnosis", i + 1, diagnosis->code);
    }
}

void
coding_assign_stay(struct coding_run *run)
{
    if (!hospital_stay(run->c))
        return;
    judge_inputs(run);
    judge_drg(run);
    if (coding_applies(run, FINDING_CODING_ACQUIRED, run->c->day))
        judge_acquired(run);
}
