/* The seven passes with institutional and dental claims: what applies is judged, what is not known is not assessed. */
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/coding/edit.h"
#include "services/coding/plan.h"
#include "tests/services/coding_sample.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>

/* A stay over the turn of a code year: 28 September to 2 October 2025. */
struct stay {
    struct coding_sample sample;
    struct institutional_claim institutional;
    struct institutional_line lines[2];
    struct diagnosis reasons[1], causes[1];
};

static void
make_stay(struct stay *stay)
{
    *stay = (struct stay){0};
    sample_make(&stay->sample);
    stay->institutional = (struct institutional_claim){.statement_from = 20250928,
                                                       .statement_to = 20251002,
                                                       .admission_date = 20250928,
                                                       .admission_type = TEXT("1"),
                                                       .patient_status = TEXT("01"),
                                                       .admitting = {.qualifier = TEXT("ABJ"), .code = TEXT("R509")},
                                                       .reasons = stay->reasons,
                                                       .external_causes = stay->causes};
    stay->lines[0] = (struct institutional_line){.revenue_code = TEXT("0120")};
    stay->lines[1] = (struct institutional_line){.revenue_code = TEXT("0300")};
    struct claim_body *body = &stay->sample.body;
    stay->institutional.attending = body->rendering;
    body->rendering = body->referring = (struct party){0};
    body->form = CLAIM_FORM_INSTITUTIONAL;
    body->facility_qualifier = TEXT("A");
    body->clia = (struct text){0};
    body->institutional = &stay->institutional;
    body->institutional_count = 1;
    struct service_line *bed = &stay->sample.lines[0], *test = &stay->sample.lines[1];
    bed->qualifier = bed->procedure = (struct text){0};
    bed->date_from = 0;
    bed->pointer_1 = test->pointer_1 = 0;
    test->date_from = 20250929;
    for (unsigned i = 0; i < 2; i++) {
        stay->sample.lines[i].institutional = &stay->lines[i];
        stay->sample.lines[i].institutional_count = 1;
    }
}

static void unchanged(struct stay *s) { (void)s; }
static void unknown_admitting(struct stay *s) { s->institutional.admitting.code = TEXT("R5099"); }
static void unknown_reason(struct stay *s)
{
    s->reasons[0] = (struct diagnosis){.qualifier = TEXT("APR"), .code = TEXT("ZZZ")};
    s->institutional.reasons_count = 1;
}
static void known_cause(struct stay *s)
{
    s->causes[0] = (struct diagnosis){.qualifier = TEXT("ABN"), .code = TEXT("W1830XA")};
    s->institutional.external_causes_count = 1;
}
static void header_cause(struct stay *s)
{
    known_cause(s);
    s->causes[0].code = TEXT("W183");
}
/* G35 ended on 2025-09-30: of a stay that ends in October it is too late, of one that ended in September it is not. */
static void ended_by_discharge(struct stay *s) { sample_codes(&s->sample, "J101 G35"); }
static void ended_after_discharge(struct stay *s)
{
    ended_by_discharge(s);
    s->institutional.statement_to = 20250930;
}
static void future_statement(struct stay *s) { s->institutional.statement_to = 20251125; }
static void principal_in_the_second_segment(struct stay *s)
{
    sample_codes(&s->sample, "I10 J101");
    s->sample.diagnoses[0].qualifier = TEXT("ABF");
    s->sample.diagnoses[1].qualifier = TEXT("ABK");
}
static void no_principal(struct stay *s) { s->sample.diagnoses[0].qualifier = TEXT("ABF"); }
static void cause_as_principal(struct stay *s) { sample_codes(&s->sample, "W1830XA J101"); }
static void procedure_without_units(struct stay *s) { s->sample.lines[1].quantity_milli = 0; }
static void bed_without_units(struct stay *s) { s->sample.lines[0].quantity_milli = 0; }
static void wrong_procedure(struct stay *s) { s->sample.lines[1].procedure = TEXT("8780"); }
static void place_of_no_visit(struct stay *s) { s->sample.body.place_of_service = TEXT("28"); }

Test(coding_forms, each_fault_of_an_institutional_claim_is_found)
{
    static const struct {
        void (*change)(struct stay *s);
        const char *numbers, *place;
    } cases[] = {
        {unchanged, "", NULL}, /* no pointers, no place of service, QW without CLIA: none is asked of an 837I */
        {unknown_admitting, "3133", "admitting diagnosis"},
        {unknown_reason, "3110", "reason 1"},
        {known_cause, "", NULL},
        {header_cause, "3111", "cause 1"},
        {ended_by_discharge, "3113", "diagnosis 2"},
        {ended_after_discharge, "", NULL},
        {future_statement, "3101", "claim"},
        {principal_in_the_second_segment, "", NULL},
        {no_principal, "3300", "diagnosis 1"},
        {cause_as_principal, "3302", "diagnosis 1"},
        {procedure_without_units, "3402", "line 2"},
        {bed_without_units, "", NULL},
        {wrong_procedure, "3121", "line 2"},
        {place_of_no_visit, "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stay stay;
        struct findings findings;
        struct arena arena;
        char numbers[256];
        arena_init(&arena, 0);
        findings_init(&findings, &arena);
        make_stay(&stay);
        cases[i].change(&stay);
        struct coding_judgement judgement = sample_judge(&stay.sample, &findings);
        /* A future statement is said by the claim and by the line that has its date from it. */
        if (cases[i].change == future_statement)
            cr_expect_str_eq(sample_numbers(&findings, numbers), "3101 3101");
        else
            cr_expect_str_eq(sample_numbers(&findings, numbers), cases[i].numbers, "case %zu: %s", i, numbers);
        if (cases[i].place != NULL && findings.count > 0)
            cr_expect(text_is(findings.items[0].place, cases[i].place), "case %zu: at %.*s", i,
                      TEXT_ARGS(findings.items[0].place));
        for (unsigned step = 0; step < CODING_STEPS; step++)
            if (step == 3)
                cr_expect_eq(judgement.results[step], CODING_NOT_ASSESSED, "case %zu, step %u", i, step + 1);
        arena_free(&arena);
    }
}

Test(coding_forms, of_a_sound_stay_codes_sequence_and_the_whole_are_judged)
{
    struct stay stay;
    struct findings findings;
    struct arena arena;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    make_stay(&stay);
    struct coding_run run;
    struct coding_judgement judgement = sample_judge_with(&stay.sample, NULL, &run, &findings);
    cr_expect_not(judgement.holds);
    cr_expect_eq(judgement.results[2], CODING_PASS);
    cr_expect_eq(judgement.results[6], CODING_PASS);
    cr_expect_eq(sample_undecided(&run), 0, "%#x", (unsigned)sample_undecided(&run));
    arena_free(&arena);
}

Test(coding_forms, a_dental_claim_is_judged_as_far_as_its_codes_are_held)
{
    struct coding_sample sample;
    struct coding_judgement judgement;
    struct dental_claim dental = {.service_from = 20251119};
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample.body.form = CLAIM_FORM_DENTAL;
    sample.body.dental = &dental;
    sample.body.dental_count = 1;
    for (unsigned i = 0; i < 2; i++) {
        sample.lines[i].qualifier = TEXT("AD");
        sample.lines[i].procedure = TEXT("D2392");
        sample.lines[i].modifier_1 = (struct text){0};
        sample.lines[i].quantity_milli = 0; /* SV306 absent: one */
    }
    sample.lines[0].date_from = 0; /* the claim's */
    sample_codes(&sample, "K029");
    cr_expect_str_eq(sample_judged(&sample, &judgement, &arena), "");
    cr_expect_eq(judgement.results[2], CODING_NOT_ASSESSED, "CDT is not held");
    cr_expect_eq(judgement.results[3], CODING_NOT_ASSESSED);
    sample.diagnoses[0].qualifier = TEXT("TQ");
    sample.diagnoses[0].code = TEXT("0Z");
    cr_expect_str_eq(sample_judged(&sample, &judgement, &arena), "", "a code of SNODENT is not looked up in ICD-10-CM");
    cr_expect_eq(judgement.results[4], CODING_NOT_ASSESSED);
    sample_codes(&sample, "K029X");
    cr_expect_str_eq(sample_judged(&sample, &judgement, &arena), "3133");
    sample_codes(&sample, "");
    sample.lines[0].pointer_1 = sample.lines[1].pointer_1 = 0;
    cr_expect_str_eq(sample_judged(&sample, &judgement, &arena), "");
    cr_expect_eq(judgement.results[5], CODING_NOT_ASSESSED);
    sample_codes(&sample, "K029");
    dental.service_from = 0;
    cr_expect_str_eq(sample_judged(&sample, &judgement, &arena), "3100");
    arena_free(&arena);
}

Test(coding_forms, a_coder_corrects_each_diagnosis_of_a_stay)
{
    static const struct {
        const char *set, *wrong;
    } cases[] = {
        {"admitting.1=R10.11", NULL},
        {"reason.1=M25.511", NULL},
        {"admitting.1=", "a diagnosis code has 3 to 7 letters and digits"},
        {"cause.3=W1830XA", "the claim has no diagnosis there"},
        {"cause.1=W18.30XA", NULL},
    };
    struct stay stay;
    struct arena arena;
    arena_init(&arena, 0);
    make_stay(&stay);
    unknown_reason(&stay);
    header_cause(&stay);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_edit edit;
        struct coding_changes changes = {0};
        struct claim_body body = stay.sample.body;
        cr_assert_eq(coding_edit_parse(text_from(cases[i].set), &edit), NULL);
        const char *wrong = coding_edits_apply(&edit, 1, codes_starter(), 20251002, &arena, &body, &changes);
        cr_expect(wrong == cases[i].wrong || (wrong != NULL && cases[i].wrong != NULL && strcmp(wrong, cases[i].wrong) == 0),
                  "%s: %s", cases[i].set, wrong == NULL ? "done" : wrong);
        if (wrong != NULL)
            continue;
        cr_assert_eq(changes.count, 1);
        const struct institutional_claim *own = body.institutional;
        if (i == 0)
            cr_expect(text_is(own->admitting.code, "R1011") && text_is(changes.items[0].place, "admitting diagnosis"));
        if (i == 1)
            cr_expect(text_is(own->reasons[0].code, "M25511") && text_is(changes.items[0].before, "ZZZ"));
        if (i == 4)
            cr_expect(text_is(own->external_causes[0].code, "W1830XA") && text_is(changes.items[0].place, "cause 1"));
    }
    cr_expect(text_is(stay.reasons[0].code, "ZZZ") && text_is(stay.institutional.admitting.code, "R509"),
              "the caller's claim is not touched");
    arena_free(&arena);
}

Test(coding_forms, the_principal_diagnosis_of_a_stay_stays_principal_wherever_it_stands)
{
    static const struct {
        const char *set, *first, *qualifier;
    } cases[] = {{"diagnosis.1=", "J101", "ABK"}, {"diagnosis.2=", "I10", "ABK"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stay stay;
        struct coding_edit edit;
        struct coding_changes changes = {0};
        struct arena arena;
        arena_init(&arena, 0);
        make_stay(&stay);
        principal_in_the_second_segment(&stay);
        struct claim_body body = stay.sample.body;
        cr_assert_eq(coding_edit_parse(text_from(cases[i].set), &edit), NULL);
        cr_assert_eq(coding_edits_apply(&edit, 1, codes_starter(), 20251002, &arena, &body, &changes), NULL);
        cr_assert_eq(body.diagnoses_count, 1);
        cr_expect(text_is(body.diagnoses[0].code, cases[i].first) && text_is(body.diagnoses[0].qualifier, cases[i].qualifier),
                  "%s: %.*s %.*s", cases[i].set, TEXT_ARGS(body.diagnoses[0].qualifier), TEXT_ARGS(body.diagnoses[0].code));
        arena_free(&arena);
    }
}

static bool
row_says(const struct control_answer *answer, const char *row, const char *name, const char *words)
{
    for (size_t i = 0; i < answer->rows_count; i++) {
        const struct control_value *kind = bench_value(answer, i, "row"), *value = bench_value(answer, i, name);
        if (kind != NULL && value != NULL && text_is(kind->text, row) && text_is(value->text, words))
            return true;
    }
    return false;
}

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

Test(coding_forms, a_held_stay_is_shown_with_all_its_codes_answered_and_goes_on)
{
    const int64_t noon = INT64_C(1763985600000000); /* 2025-11-24 */
    struct bench *bench = bench_open(&coding_plan, "[coding]\nanswer_days = 2\n", NULL);
    struct stay stay;
    struct claim_body body;
    struct arena arena;
    arena_init(&arena, 0);
    bench_set_time(bench, noon);
    make_stay(&stay);
    unknown_admitting(&stay);
    known_cause(&stay);
    struct condition_code conditions[] = {{.code = TEXT("17")}};
    struct value_code values[] = {{.code = TEXT("01"), .value = TEXT("812.50")}, {.code = TEXT("A8"), .value = TEXT("72.5")}};
    stay.institutional.conditions = conditions;
    stay.institutional.conditions_count = 1;
    stay.institutional.values = values;
    stay.institutional.values_count = 2;
    struct encounter encounter = {.identity = {.organisation = 1, .site = 1, .cell = 1, .account = 9, .encounter_id = 501,
                                               .claim_id = 501, .version = 1},
                                  .source = ENCOUNTER_SOURCE_X12_FILE,
                                  .received = noon - 1000000,
                                  .local_date = 20251124};
    cr_assert_eq(record_write(&record_claim_body, &stay.sample.body, &arena, &encounter.body, NULL), STATUS_OK);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "coding_held");
    const struct control_answer *shown = ASK(bench, "work.show", "id", "coding-501");
    cr_expect(row_says(shown, "finding", "place", "admitting diagnosis"));
    cr_expect(row_says(shown, "cause", "code", "***"), "masked");
    cr_expect(row_says(shown, "line", "revenue", "0120"));
    cr_expect(row_says(shown, "condition", "code", "***") && row_says(shown, "value", "code", "***"), "masked");
    cr_expect_eq(ASK(bench, "work.answer", "id", "coding-501", "act", "release", "reason", "as the record says",
                     "set.1", "admitting.1=R50.98")->status,
                 CONTROL_STATUS_REFUSED, "that code does not exist either");
    cr_expect_eq(ASK(bench, "work.answer", "id", "coding-501", "act", "release", "reason", "as the record says",
                     "set.1", "admitting.1=R50.9", "set.2", "condition.2=G0")->status,
                 CONTROL_STATUS_DONE);
    cr_assert_eq(bench_out_count(bench, STREAM_CODING_CLAIMS), 1);
    const struct coded_encounter *coded = bench_out(bench, STREAM_CODING_CLAIMS, 0, NULL);
    cr_assert_eq(record_read(&record_claim_body, coded->body, &arena, &body, NULL), STATUS_OK);
    cr_assert_eq(body.institutional_count, 1);
    cr_expect(text_is(body.institutional->admitting.code, "R509"));
    cr_expect(body.institutional->conditions_count == 2 && text_is(body.institutional->conditions[1].code, "G0"));
    cr_expect(body.institutional->values_count == 2 && text_is(body.institutional->values[0].value, "812.50"));
    cr_expect_eq(body.institutional->statement_to, 20251002);
    cr_expect_eq(coded->not_assessed, 1u << 1 | 1u << 2 | 1u << 4 | 1u << 5);
    arena_free(&arena);
    bench_close(bench);
}
