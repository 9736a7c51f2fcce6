/* What a payer says of a patient, held against the registration: each finding with a near miss. */
#include "schemas/findings.h"
#include "services/claims/coverage.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct question_subject
registered(void)
{
    return (struct question_subject){
        .subscriber = {.entity_type = TEXT("1"), .last_name = TEXT("O'Neil-Smith"), .first_name = TEXT("Jane"), .middle_name = TEXT("Q"), .id = TEXT("M-100 1")},
        .birth_date = 19800131,
        .date_from = 20251118,
        .date_to = 20251120};
}

static struct eligibility_answer
told(void)
{
    return (struct eligibility_answer){.state = ELIGIBILITY_STATE_TOLD,
                                       .last_name = TEXT("ONEIL SMITH"),
                                       .first_name = TEXT("JANE"),
                                       .birth_date = 19800131,
                                       .member_id = TEXT("m1001"),
                                       .coverage = ELIGIBILITY_COVERAGE_ACTIVE,
                                       .covered_from = 20250101,
                                       .covered_to = 20251231};
}

/* The findings as "2550 name|2553 service"; the last detail in `detail`. */
static const char *
compared(const struct question_subject *subject, const struct eligibility_answer *answer, char detail[300])
{
    static char text[500];
    struct arena arena;
    struct findings findings;
    size_t length = 0;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    coverage_compare(subject, answer, &findings);
    text[0] = detail[0] = '\0';
    for (uint32_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.items[i];
        cr_expect(finding->private, "both values may be a patient's");
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%u %.*s", i == 0 ? "" : "|", finding->kind->number,
                                   TEXT_ARGS(finding->place));
        snprintf(detail, 300, "%.*s", TEXT_ARGS(finding->detail));
    }
    arena_free(&arena);
    return text;
}

Test(claims_coverage, what_agrees_but_for_case_blanks_and_points_is_no_finding)
{
    char detail[300];
    struct question_subject subject = registered();
    struct eligibility_answer answer = told();
    cr_assert_str_eq(compared(&subject, &answer, detail), "");
}

Test(claims_coverage, what_the_payer_does_not_say_agrees)
{
    char detail[300];
    struct question_subject subject = registered();
    struct eligibility_answer answer = {.state = ELIGIBILITY_STATE_TOLD, .coverage = ELIGIBILITY_COVERAGE_ACTIVE};
    cr_assert_str_eq(compared(&subject, &answer, detail), "");
}

Test(claims_coverage, each_difference_is_a_finding_with_both_values)
{
    static const struct {
        struct eligibility_answer change;
        const char *findings, *detail;
    } cases[] = {
        {{.last_name = TEXT("ONEIL")}, "2550 name", "O'Neil-Smith, Jane is registered, the payer has ONEIL, JANE"},
        {{.first_name = TEXT("JANET")}, "2550 name", "O'Neil-Smith, Jane is registered, the payer has ONEIL SMITH, JANET"},
        {{.first_name = TEXT("JAN")}, "2550 name", "O'Neil-Smith, Jane is registered, the payer has ONEIL SMITH, JAN"},
        {{.birth_date = 19800113}, "2551 birth_date", "1980-01-31 is registered, the payer has 1980-01-13"},
        {{.member_id = TEXT("M1002")}, "2552 member_id", "M-100 1 is registered, the payer has M1002"},
        {{.covered_from = 20251119}, "2553 service", "service 2025-11-18 to 2025-11-20, covered 2025-11-19 to 2025-12-31"},
        {{.covered_from = 20251118}, "", ""}, /* the first day is covered */
        {{.covered_to = 20251119}, "2553 service", "service 2025-11-18 to 2025-11-20, covered 2025-01-01 to 2025-11-19"},
        {{.covered_to = 20251120}, "", ""}, /* the last day is covered */
        {{.coverage = ELIGIBILITY_COVERAGE_INACTIVE}, "2554 subscriber", "2025-01-01 to 2025-12-31"},
        {{.refusals = TEXT("75")}, "2555 subscriber", "75"},
        {{.refusals = TEXT("67")}, "2555 subscriber", "67"},
        {{.refusals = TEXT("71")}, "2551 birth_date", "1980-01-31 is registered, the payer has 1980-01-31"},
        {{.refusals = TEXT("72")}, "2552 member_id", "M-100 1 is registered, the payer has m1001"},
        {{.refusals = TEXT("73")}, "2550 name", "O'Neil-Smith, Jane is registered, the payer has ONEIL SMITH, JANE"},
        {{.refusals = TEXT("50")}, "2557 subscriber", "50"},
        {{.refusals = TEXT("73 75 75")}, "2550 name|2555 subscriber", "75"},
        {{.birth_date = 19790131, .refusals = TEXT("71")}, "2551 birth_date", "1980-01-31 is registered, the payer has 1979-01-31"},
        {{.birth_date = 19790131, .member_id = TEXT("X")}, "2551 birth_date|2552 member_id", "M-100 1 is registered, the payer has X"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char detail[300];
        struct question_subject subject = registered();
        struct eligibility_answer answer = told();
        const struct eligibility_answer *change = &cases[i].change;
        answer.last_name = change->last_name.length > 0 ? change->last_name : answer.last_name;
        answer.first_name = change->first_name.length > 0 ? change->first_name : answer.first_name;
        answer.birth_date = change->birth_date != 0 ? change->birth_date : answer.birth_date;
        answer.member_id = change->member_id.length > 0 ? change->member_id : answer.member_id;
        answer.coverage = change->coverage != 0 ? change->coverage : answer.coverage;
        answer.covered_from = change->covered_from != 0 ? change->covered_from : answer.covered_from;
        answer.covered_to = change->covered_to != 0 ? change->covered_to : answer.covered_to;
        answer.refusals = change->refusals;
        cr_expect_str_eq(compared(&subject, &answer, detail), cases[i].findings, "case %zu", i);
        cr_expect_str_eq(detail, cases[i].detail, "case %zu: %s", i, detail);
    }
}

Test(claims_coverage, of_a_dependent_name_and_birth_date_are_compared_and_the_id_of_the_subscriber)
{
    char detail[300];
    struct question_subject subject = registered();
    struct eligibility_answer answer = told();
    subject.dependent = (struct party){.last_name = TEXT("Smith"), .first_name = TEXT("Liv")};
    subject.dependent_birth_date = 20150305;
    answer.last_name = TEXT("SMITH");
    answer.first_name = TEXT("LIV");
    answer.birth_date = 20150305;
    cr_assert_str_eq(compared(&subject, &answer, detail), "");
    answer.birth_date = 19800131; /* the subscriber's */
    cr_assert_str_eq(compared(&subject, &answer, detail), "2551 birth_date");
}

Test(claims_coverage, a_claim_takes_what_the_payer_has)
{
    struct claim_body body = {0};
    struct eligibility_answer answer = told();
    body.subscriber.person = registered().subscriber;
    body.subscriber.birth_date = 19800131;
    cr_assert_not(coverage_correct(&body, &answer)); /* all agrees: nothing is rewritten */
    cr_assert(text_is(body.subscriber.person.last_name, "O'Neil-Smith"));
    answer.first_name = TEXT("JANET");
    answer.birth_date = 19800113;
    answer.member_id = TEXT("M1002");
    cr_assert(coverage_correct(&body, &answer));
    cr_assert(text_is(body.subscriber.person.last_name, "O'Neil-Smith") && text_is(body.subscriber.person.first_name, "JANET"));
    cr_assert(text_is(body.subscriber.person.id, "M1002") && body.subscriber.birth_date == 19800113);
    /* Of a dependent: the dependent's name, the subscriber's id. */
    body.patient.person = (struct party){.last_name = TEXT("SMITH"), .first_name = TEXT("LIV")};
    answer = (struct eligibility_answer){.first_name = TEXT("LIVIA"), .member_id = TEXT("M1003"), .birth_date = 20150305};
    cr_assert(coverage_correct(&body, &answer));
    cr_assert(text_is(body.patient.person.first_name, "LIVIA") && text_is(body.subscriber.person.first_name, "JANET"));
    cr_assert(text_is(body.subscriber.person.id, "M1003") && body.patient.birth_date == 20150305);
}
