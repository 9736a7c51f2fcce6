/*
 * Step 5: what the guidelines of the chapters put first, whatever else the visit was for: the systemic infection before the local one
 * (I.C.1.d.4), a poisoning before what it did (I.C.19.e.5.b), a screening before what it found (I.C.21.c.5).
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/passes.h"

static struct text
principal_of(const struct coding_case *c)
{
    return c->principal < CODING_DIAGNOSES ? c->body->diagnoses[c->principal].code : (struct text){0};
}

/* The first secondary diagnosis of a kind. */
static uint32_t
behind(const struct coding_case *c, bool is(const struct diagnosis *diagnosis))
{
    uint32_t k = 0;
    while (k < c->diagnoses_count && (k == c->principal || !is(&c->body->diagnoses[k])))
        k++;
    return k < c->diagnoses_count ? k : CODING_NOBODY;
}

static void
raise_before(struct coding_run *run, uint16_t rule, uint32_t k)
{
    const struct coding_case *c = run->c;
    coding_raise(run, rule, "diagnosis", c->principal + 1,
                 arena_print(run->findings->arena, "%.*s before %.*s", TEXT_ARGS(principal_of(c)), TEXT_ARGS(c->body->diagnoses[k].code)));
}

/* ---- sepsis ---- */

static bool
is_severe_sepsis(const struct diagnosis *diagnosis)
{
    return text_starts(diagnosis->code, TEXT("R652")) && text_is(diagnosis->present_on_admission, "Y");
}

static bool
is_sepsis(const struct diagnosis *diagnosis)
{
    return diagnosis_sepsis(diagnosis->code) && text_is(diagnosis->present_on_admission, "Y");
}

/* Both were there on admission, so the stay was for both. */
static void
judge_sepsis(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_SEPSIS_FIRST, c->day) || !diagnosis_local_infection(principal_of(c)))
        return;
    uint32_t k = behind(c, is_sepsis);
    if (k != CODING_NOBODY && behind(c, is_severe_sepsis) != CODING_NOBODY)
        raise_before(run, FINDING_CODING_SEPSIS_FIRST, k);
}

/* ---- poisoning ---- */

/* Under first treatment; of a stay not one that happened in it. */
static bool
is_poisoning(const struct diagnosis *diagnosis)
{
    return diagnosis_drug(diagnosis->code) == DRUG_POISONING && diagnosis->code.length == 7 && diagnosis->code.data[6] == 'A' &&
           !text_is(diagnosis->present_on_admission, "N");
}

static void
judge_poisoning(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!coding_applies(run, FINDING_CODING_POISONING_FIRST, c->day) || !diagnosis_acute_effect(principal_of(c)))
        return;
    uint32_t k = behind(c, is_poisoning);
    if (k != CODING_NOBODY && !coding_leads_a_line(c, k))
        raise_before(run, FINDING_CODING_POISONING_FIRST, k);
}

/* ---- screening ---- */

/* PT and 33 say of a service that it began as a screening. A bill of a hospital has no pointers. */
static bool
is_screening(const struct coding_case *c, const struct service_line *line, uint32_t k)
{
    static const char *const procedures[] = {"G0105", "G0121", "77067"};
    bool said = coding_has_modifier(line, "PT") || coding_has_modifier(line, "33"), pointed = c->institutional != NULL;
    for (unsigned i = 0; i < sizeof procedures / sizeof *procedures; i++)
        said = said || text_is(line->procedure, procedures[i]);
    for (unsigned i = 0; i < 4; i++)
        pointed = pointed || coding_pointer(line, i) == k + 1;
    return said && pointed;
}

static void
judge_screening(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->principal >= CODING_DIAGNOSES || !coding_applies(run, FINDING_CODING_SCREENING_FIRST, c->day))
        return;
    for (uint32_t k = 0; k < c->diagnoses_count; k++) {
        if (k == c->principal || !diagnosis_screened(c->body->diagnoses[k].code, principal_of(c)) || coding_leads_a_line(c, k))
            continue;
        for (uint32_t i = 0; i < c->body->lines_count; i++)
            if (is_screening(c, &c->body->lines[i], k)) {
                raise_before(run, FINDING_CODING_SCREENING_FIRST, k);
                return;
            }
    }
}

void
coding_sequence_precedence(struct coding_run *run)
{
    judge_sepsis(run);
    judge_poisoning(run);
    judge_screening(run);
}
