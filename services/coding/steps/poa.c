/*
 * Step 5: present on admission (HI0x-9 of an 837I; guidelines, appendix I): there where the hospital reports it, one of Y, N, U, W, and
 * none for the codes that are exempt. Hospitals under Medicare's prospective payment report it; others may not, and a claim does not
 * say under what it is paid: where no diagnosis has an indicator, only a general acute care hospital is asked for it.
 */
#include "schemas/findings.h"
#include "services/coding/steps/hospital.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[] = {FINDING_CODING_POA_MISSING, FINDING_CODING_POA_WRONG, FINDING_CODING_POA_EXEMPT};
enum { RULES = sizeof rules / sizeof *rules };
/* Those that ask the list of exempt codes. */
static const uint16_t by_list[] = {FINDING_CODING_POA_MISSING, FINDING_CODING_POA_EXEMPT};

static bool
is_indicator(struct text present)
{
    return text_is(present, "Y") || text_is(present, "N") || text_is(present, "U") || text_is(present, "W");
}

static bool
reports(const struct coding_case *c)
{
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        if (is_indicator(c->body->diagnoses[i].present_on_admission))
            return true;
    return false;
}

/* NUCC taxonomy of the billing provider: general acute care hospital. Other kinds of hospital have longer codes. */
static bool
must_report(const struct coding_case *c)
{
    return c->medicare && text_is(c->body->billing.taxonomy, "282N00000X");
}

static void
judge(struct coding_run *run, struct codeset_data *exempt, bool asked, const struct diagnosis *diagnosis, const char *noun,
      uint32_t ordinal)
{
    const struct coding_case *c = run->c;
    struct text present = diagnosis->present_on_admission;
    struct codeset_rows rows;
    if (present.length > 0 && !is_indicator(present)) {
        coding_check(run, FINDING_CODING_POA_WRONG, c->day, noun, ordinal,
                     arena_print(run->findings->arena, "%.*s, %.*s", TEXT_ARGS(diagnosis->code), TEXT_ARGS(present)));
        return;
    }
    if (exempt == NULL || (present.length == 0 && !asked))
        return;
    bool is_exempt = coding_rows_in(c, exempt, codeset_key(diagnosis->code), &rows);
    if (!is_exempt && codeset_edition_about(exempt)->complete == 0) { /* who knows */
        coding_lack_all(run, by_list, 2, CODING_LACK_CODE);
        return;
    }
    if (present.length == 0 && !is_exempt)
        coding_check(run, FINDING_CODING_POA_MISSING, c->day, noun, ordinal, diagnosis->code);
    if (present.length > 0 && is_exempt)
        coding_check(run, FINDING_CODING_POA_EXEMPT, c->day, noun, ordinal, diagnosis->code);
}

void
coding_sequence_present(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (!hospital_stay(c) || !coding_apply_any(run, rules, RULES, c->day))
        return;
    bool reported = reports(c), asked = reported || must_report(c);
    if (!asked && c->medicare && coding_applies(run, FINDING_CODING_POA_MISSING, c->day))
        coding_lacks(run, FINDING_CODING_POA_MISSING, CODING_LACK_TABLE);
    struct codeset_data *exempt = coding_edition(c, CODING_POA_EXEMPT, c->day);
    if (exempt == NULL && asked) {
        coding_lack_all(run, by_list, 2, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
    }
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        judge(run, exempt, asked, &c->body->diagnoses[i], "diagnosis", i + 1);
    for (uint32_t i = 0; i < c->institutional->external_causes_count; i++)
        judge(run, exempt, asked, &c->institutional->external_causes[i], "cause", i + 1);
}
