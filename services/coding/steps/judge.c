#include "services/coding/steps/own/own.h"
#include "services/coding/steps/passes.h"

const char *const coding_step_names[CODING_STEPS] = {"read", "abstract", "locate", "validate", "sequence", "assign", "verify"};

const char *const coding_verdict_names[CODING_VERDICT_COUNT] = {"clean", "warn", "hold"};

/* In the order of the steps, and of findings within one. */
static const struct {
    unsigned step;
    coding_pass *pass;
} passes[] = {
    {1, coding_read_documents},
    {2, coding_abstract_diagnoses},
    {2, coding_abstract_charges},
    {3, coding_locate_diagnoses},
    {3, coding_locate_dates},
    {3, coding_locate_procedures},
    {3, coding_locate_inpatient},
    {4, coding_validate_services},
    {4, coding_validate_lines},
    {4, coding_validate_bill},
    {4, coding_validate_bill_codes},
    {4, coding_validate_visits_of_day},
    {4, coding_validate_diagnoses},
    {4, coding_validate_code_edits},
    {4, coding_validate_together},
    {4, coding_validate_trimester},
    {4, coding_validate_delivery},
    {4, coding_validate_exclusions},
    {4, coding_validate_sides},
    {4, coding_validate_sides_of_stay},
    {4, coding_validate_both_sides},
    {4, coding_validate_detail},
    {4, coding_validate_unspecified},
    {4, coding_validate_certainty},
    {4, coding_validate_visits},
    {5, coding_sequence_principal},
    {5, coding_sequence_never_first},
    {5, coding_sequence_only_first},
    {5, coding_sequence_symptoms},
    {5, coding_sequence_companions},
    {5, coding_sequence_outcome},
    {5, coding_sequence_notes},
    {5, coding_sequence_phases},
    {5, coding_sequence_precedence},
    {5, coding_sequence_present},
    {6, coding_assign_pointers},
    {6, coding_assign_units},
    {6, coding_assign_stay},
    {6, coding_assign_pairs},
    {6, coding_assign_unit_limits},
    {6, coding_assign_add_ons},
    {6, coding_assign_fee_indicators},
    {7, coding_verify_whole},
    {7, coding_verify_totals},
    {7, coding_verify_bill_days},
    {7, coding_verify_providers},
    {7, coding_verify_numbers},
    {7, coding_verify_duplicates},
};

void
coding_begin(struct coding_run *run, const struct coding_case *c, struct findings *findings)
{
    const uint64_t *rules = coding_rules_of[c->setting][c->medicare];
    run->c = c;
    run->findings = findings;
    for (unsigned i = 0; i < CODING_RULE_WORDS; i++) {
        run->off[i] = rules[i] & (c->switches == NULL ? 0 : c->switches->off[i]);
        run->open[i] = rules[i] & ~run->off[i];
        run->applied[i] = run->lacking[i] = 0;
    }
    memset(run->skipped, 0, sizeof run->skipped);
    run->not_assessed = 0;
    run->own_applied = 0;
    if (c->own != NULL)
        memset(run->own_lacks, 0, sizeof run->own_lacks);
    run->billed.items = NULL;
}

/* What was found comes first; that a rule of the step was not assessed is said beside it. */
static enum coding_result
result_of(const struct coding_run *run, unsigned step, uint32_t before)
{
    if (run->findings->count > before)
        return CODING_FINDINGS;
    return run->not_assessed >> step & 1 ? CODING_NOT_ASSESSED : CODING_PASS;
}

enum coding_result
coding_take_step(struct coding_run *run, unsigned step)
{
    uint32_t before = run->findings->count;
    for (unsigned i = 0; i < sizeof passes / sizeof *passes; i++)
        if (passes[i].step == step)
            passes[i].pass(run);
    if (run->c->own != NULL)
        own_take_step(run, step);
    return result_of(run, step, before);
}

static uint32_t
count_bits(const uint64_t words[CODING_RULE_WORDS])
{
    uint32_t count = 0;
    for (unsigned i = 0; i < CODING_RULE_WORDS; i++)
        count += (uint32_t)__builtin_popcountll(words[i]);
    return count;
}

enum coding_verdict
coding_verdict_of(enum finding_severity worst)
{
    if (worst >= FINDING_QUERY)
        return CODING_HOLD;
    return worst >= FINDING_WARNING ? CODING_WARN : CODING_CLEAN;
}

struct coding_judgement
coding_judge(struct coding_run *run, const struct coding_case *c, struct findings *findings)
{
    struct coding_judgement judgement = {0};
    coding_begin(run, c, findings);
    for (unsigned i = 0; i < CODING_STEPS; i++)
        judgement.results[i] = coding_take_step(run, i + 1);
    judgement.not_assessed = run->not_assessed;
    judgement.applied = count_bits(run->applied) + run->own_applied;
    judgement.verdict = coding_verdict_of(findings_worst(findings));
    judgement.holds = judgement.verdict == CODING_HOLD;
    return judgement;
}
