/* The seven passes, by tables: what is changed in the influenza visit, and what is found. */
#include "schemas/findings.h"
#include "tests/services/coding_sample.h"

#include <criterion/criterion.h>
#include <time.h>

struct pass_case {
    const char *name;
    void (*change)(struct coding_sample *s);
    const char *numbers;
    const char *place; /* of the first finding; NULL: not asked */
    unsigned not_assessed; /* sample_undecided */
};

static void nothing(struct coding_sample *s) { (void)s; }
static void unknown_code(struct coding_sample *s) { sample_codes(s, "J1077 J101"); }
static void header_code(struct coding_sample *s) { sample_codes(s, "J101 E11"); }
static void ended_code(struct coding_sample *s) { sample_codes(s, "M545"); }
static void ended_code_in_its_time(struct coding_sample *s)
{
    sample_codes(s, "M545");
    s->lines[0].date_from = s->lines[1].date_from = 20210930;
}
static void early_code(struct coding_sample *s)
{
    sample_codes(s, "M5450");
    s->lines[0].date_from = s->lines[1].date_from = 20210930;
}
/* The second line points at a code that ended between the two dates. */
static void code_that_ends_between_lines(struct coding_sample *s)
{
    sample_codes(s, "J101 G35");
    s->lines[0].date_from = 20250930;
    s->lines[0].pointer_2 = 2;
    s->lines[1].date_from = 20251001;
    s->lines[1].pointer_1 = 2;
}
static void code_that_ends_after_its_line(struct coding_sample *s)
{
    code_that_ends_between_lines(s);
    s->lines[1].pointer_1 = 1;
}
static void future(struct coding_sample *s) { s->lines[1].date_from = 20251125; }
static void future_end(struct coding_sample *s) { s->lines[1].date_to = 20251125; }
static void today(struct coding_sample *s) { s->lines[1].date_from = s->received_date; }
static void far_future(struct coding_sample *s) { s->lines[0].date_from = s->lines[1].date_from = 20290315; }
static void before_the_edition(struct coding_sample *s) { s->lines[0].date_from = s->lines[1].date_from = 20060815; }
static void no_date(struct coding_sample *s) { s->lines[0].date_from = 0; }
static void wrong_procedure(struct coding_sample *s) { s->lines[0].procedure = TEXT("9921"); }
static void no_procedure(struct coding_sample *s) { s->lines[0].procedure = (struct text){0}; }
static void procedure_not_held(struct coding_sample *s) { s->lines[0].procedure = TEXT("99499"); }
static void ended_procedure(struct coding_sample *s)
{
    s->lines[0].procedure = TEXT("G0154");
    s->lines[0].date_from = s->lines[1].date_from = 20240610;
}
static void early_procedure(struct coding_sample *s)
{
    s->lines[0].procedure = TEXT("87811");
    s->lines[0].date_from = s->lines[1].date_from = 20201002;
}
static void symptom(struct coding_sample *s) { sample_codes(s, "I214 R079"); }
static void symptom_alone(struct coding_sample *s) { sample_codes(s, "R079"); }
static void symptom_of_another(struct coding_sample *s) { sample_codes(s, "J101 R079"); }
static void fever_with_influenza(struct coding_sample *s) { sample_codes(s, "J101 I10 R509"); }
static void pointer_too_far(struct coding_sample *s) { s->lines[1].pointer_2 = 2; }
static void no_pointer(struct coding_sample *s) { s->lines[1].pointer_1 = 0; }
static void no_diagnosis(struct coding_sample *s) { sample_codes(s, ""); }
static void not_principal(struct coding_sample *s) { s->diagnoses[0].qualifier = TEXT("ABF"); }
static void no_clia(struct coding_sample *s) { s->body.clia = (struct text){0}; }
static void clia_of_line(struct coding_sample *s)
{
    s->body.clia = (struct text){0};
    s->lines[1].clia = TEXT("36D0912345");
}
static void no_units(struct coding_sample *s) { s->lines[0].quantity_milli = 0; }
static void half_unit(struct coding_sample *s) { s->lines[0].quantity_milli = 500; }
static void wrong_place(struct coding_sample *s) { s->body.place_of_service = TEXT("28"); }
static void wrong_place_of_line(struct coding_sample *s) { s->lines[1].place_of_service = TEXT("77"); }
static void modifier_before_its_time(struct coding_sample *s)
{
    s->lines[0].modifier_1 = TEXT("JZ");
    s->lines[0].date_from = s->lines[1].date_from = 20221231;
}
static void child_code(struct coding_sample *s) { sample_codes(s, "Z00129"); }
static void child_code_of_child(struct coding_sample *s)
{
    child_code(s);
    s->body.patient = (struct patient){.relationship = TEXT("19"), .birth_date = 20150101};
}
static void child_code_without_birth(struct coding_sample *s)
{
    child_code(s);
    s->body.subscriber.birth_date = 0;
}
static void external_cause(struct coding_sample *s) { sample_codes(s, "W1801XA S93401A"); }
static void external_cause_second(struct coding_sample *s) { sample_codes(s, "S93401A W1801XA"); }
static void twice(struct coding_sample *s) { sample_codes(s, "J101 I10 J101"); }
static void no_lines(struct coding_sample *s) { s->body.lines_count = 0; }
static void many(struct coding_sample *s)
{
    sample_codes(s, "E11 I209 R079");
    s->body.clia = (struct text){0};
    s->lines[0].pointer_3 = 9;
}

static const struct pass_case cases[] = {
    {"the influenza visit passes", nothing, "", NULL, 0},
    {"unknown code", unknown_code, "3110", "diagnosis 1", 0},
    {"header code", header_code, "3111", "diagnosis 2", 0},
    {"ended code", ended_code, "3113", "diagnosis 1", 0},
    {"ended code in its time", ended_code_in_its_time, "", NULL, 0},
    {"code before it began", early_code, "3112", "diagnosis 1", 0},
    {"code that ends between its lines", code_that_ends_between_lines, "3113", "diagnosis 2", 0},
    {"code that ends after its only line", code_that_ends_after_its_line, "", NULL, 0},
    {"a line in the future", future, "3101", "line 2", 1 << 3},
    {"a line that ends in the future", future_end, "3101", "line 2", 1 << 3},
    {"a line of today", today, "", NULL, 0},
    {"all in the far future", far_future, "3101 3101", "line 1", 1 << 3 | 1 << 4},
    {"before the edition", before_the_edition, "3102 3124", "diagnosis 1", 1 << 3 | 1 << 4},
    {"no date", no_date, "3100", "line 1", 1 << 3},
    {"wrong form of procedure", wrong_procedure, "3121", "line 1", 0},
    {"no procedure", no_procedure, "3120", "line 1", 0},
    {"procedure that the edition does not hold", procedure_not_held, "3124", "line 1", 1 << 3},
    {"ended procedure", ended_procedure, "3123", "line 1", 0},
    {"procedure before it began", early_procedure, "3122", "line 1", 0},
    {"symptom with its diagnosis", symptom, "3301", "diagnosis 2", 0},
    {"symptom alone", symptom_alone, "", NULL, 0},
    {"symptom of something else", symptom_of_another, "", NULL, 0},
    {"fever with influenza", fever_with_influenza, "3301", "diagnosis 3", 0},
    {"pointer too far", pointer_too_far, "3400", "line 2", 0},
    {"no pointer", no_pointer, "3401", "line 2", 0},
    {"no diagnosis", no_diagnosis, "3300 3400 3400", "diagnosis 1", 0},
    {"first diagnosis not marked principal", not_principal, "3300", "diagnosis 1", 0},
    {"no CLIA number", no_clia, "3200", "line 2", 0},
    {"CLIA number of the line", clia_of_line, "", NULL, 0},
    {"no units", no_units, "3402", "line 1", 0},
    {"half a unit", half_unit, "", NULL, 0},
    {"place that is not assigned", wrong_place, "3201", "claim", 0},
    {"place of a line that is not assigned", wrong_place_of_line, "3201", "line 2", 0},
    {"modifier before its time", modifier_before_its_time, "3202 3242", "line 1", 0},
    {"child's code of a grown-up", child_code, "3203", "diagnosis 1", 0},
    {"child's code of a child", child_code_of_child, "", NULL, 0},
    {"child's code without birth date", child_code_without_birth, "", NULL, 1 << 4},
    {"external cause first", external_cause, "3302", "diagnosis 1", 0},
    {"external cause second", external_cause_second, "", NULL, 0},
    {"a code twice", twice, "3501", "diagnosis 3", 0},
    {"no lines", no_lines, "3500", "claim", 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6},
    {"everything at once", many, "3111 3200 3301 3400", "diagnosis 1", 0},
};

Test(coding, each_fault_is_found_at_its_step_and_nothing_else)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_sample sample;
        struct findings findings;
        struct arena arena;
        char numbers[256];
        arena_init(&arena, 0);
        findings_init(&findings, &arena);
        sample_make(&sample);
        cases[i].change(&sample);
        struct coding_run run;
        struct coding_judgement judgement = sample_judge_with(&sample, NULL, &run, &findings);
        cr_expect_str_eq(sample_numbers(&findings, numbers), cases[i].numbers, "%s: %s", cases[i].name, numbers);
        cr_expect_eq(sample_undecided(&run), (uint64_t)cases[i].not_assessed, "%s: not assessed %#x", cases[i].name,
                     (unsigned)sample_undecided(&run));
        if (cases[i].place != NULL && findings.count > 0)
            cr_expect(text_is(findings.items[0].place, cases[i].place), "%s: at %.*s", cases[i].name,
                      TEXT_ARGS(findings.items[0].place));
        cr_expect_eq(judgement.holds, findings_worst(&findings) >= FINDING_QUERY, "%s", cases[i].name);
        arena_free(&arena);
    }
}

Test(coding, every_finding_stands_at_the_step_that_made_it)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_sample sample;
        struct coding_case c;
        struct coding_run run;
        struct arena arena;
        arena_init(&arena, 0);
        sample_make(&sample);
        cases[i].change(&sample);
        coding_case_make(&c, &sample.body, NULL, 0, codes_starter(), sample.received_date);
        for (unsigned step = 0; step < CODING_STEPS; step++) {
            struct findings findings;
            findings_init(&findings, &arena);
            coding_begin(&run, &c, &findings);
            enum coding_result result = coding_take_step(&run, step + 1);
            for (uint32_t k = 0; k < findings.count; k++)
                cr_expect_eq(findings.items[k].kind->step, step + 1, "%s: %s", cases[i].name, findings.items[k].kind->name);
            cr_expect(result != CODING_PASS || findings.count == 0, "%s passes with findings", coding_step_names[step]);
        }
        arena_free(&arena);
    }
}

Test(coding, what_was_not_given_is_not_assessed_and_what_was_given_is)
{
    struct coding_sample sample;
    struct coding_judgement judgement;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, "J101 I10");
    cr_assert_str_eq(sample_judged(&sample, &judgement, &arena), "");
    cr_assert_eq(judgement.results[0], CODING_NOT_ASSESSED);
    cr_assert_eq(judgement.results[1], CODING_NOT_ASSESSED);

    /* A result alone says nothing of the visit, its order is not there, and no problem means that step 2 has nothing to go by. */
    sample.documents[0] = (struct document){.kind = DOCUMENT_KIND_RESULT, .code = TEXT("87804")};
    sample.documents_count = 1;
    cr_assert_str_eq(sample_judged(&sample, &judgement, &arena), "3010 3013");
    cr_assert_not(judgement.holds);
    cr_assert_eq(judgement.results[1], CODING_NOT_ASSESSED);

    sample.documents[1] = (struct document){.kind = DOCUMENT_KIND_PROBLEM, .code = TEXT("J101")};
    sample.documents[2] = (struct document){.kind = DOCUMENT_KIND_PROBLEM, .code = TEXT("I10")};
    sample.documents[0] = (struct document){.kind = DOCUMENT_KIND_CLINICAL_NOTE, .status = TEXT("final"), .date = 20251120};
    sample.body.lines_count = 1; /* the visit alone: a test would want its order and result */
    sample.body.total_cents = 12500;
    sample.documents_count = 3;
    cr_assert_str_eq(sample_judged(&sample, &judgement, &arena), "");
    cr_assert_eq(judgement.results[0], CODING_PASS);
    cr_assert_eq(judgement.results[1], CODING_PASS);

    sample.documents_count = 2;
    cr_assert_str_eq(sample_judged(&sample, &judgement, &arena), "3020");
    sample.documents_count = 3;
    sample.documents[2].negated = true;
    cr_assert_str_eq(sample_judged(&sample, &judgement, &arena), "3021");
    /* What one document refutes and another confirms is for the coder to have settled. */
    sample.documents[3] = (struct document){.kind = DOCUMENT_KIND_PROBLEM, .code = TEXT("I10")};
    sample.documents_count = 4;
    cr_assert_str_eq(sample_judged(&sample, &judgement, &arena), "");
    arena_free(&arena);
}

Test(coding, the_values_of_findings_are_private)
{
    struct coding_sample sample;
    struct findings findings;
    struct arena arena;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    sample_make(&sample);
    many(&sample);
    sample_judge(&sample, &findings);
    cr_assert_gt(findings.count, 0);
    for (uint32_t i = 0; i < findings.count; i++) {
        struct text sentence = finding_sentence(&findings.items[i], false, &arena);
        cr_expect_null(memmem(sentence.data, sentence.length, "R079", 4));
        cr_expect_null(memmem(sentence.data, sentence.length, "E11", 3));
    }
    arena_free(&arena);
}

Test(coding, four_diagnoses_and_four_lines_take_a_few_microseconds)
{
    struct coding_sample sample;
    struct findings findings;
    struct arena arena;
    struct timespec begin, end;
    enum { ROUNDS = 50000 };
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, "E119 Z794 E785 R079");
    sample.body.lines_count = 4;
    sample.lines[2] = sample.lines[3] = sample.lines[0];
    sample.body.total_cents = 3 * 12500 + 4150;
    sample.lines[2].modifier_1 = TEXT("76");
    sample.lines[3].modifier_1 = TEXT("77");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    for (unsigned i = 0; i < ROUNDS; i++) {
        findings_init(&findings, &arena);
        struct coding_judgement judgement = sample_judge(&sample, &findings);
        cr_assert_not(judgement.holds);
        arena_reset(&arena);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double microseconds = ((double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) / 1e3) / ROUNDS;
    cr_log_info("%.2f us a claim", microseconds);
#if !defined(__SANITIZE_ADDRESS__)
    cr_assert_lt(microseconds, 5 * 4, "%.2f us; four times the figure is allowed on a busy machine", microseconds);
#endif
    arena_free(&arena);
}
