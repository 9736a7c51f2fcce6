/* The counts of coding: exact, by day, and the same after a restart, a crash and a batch that was cut. */
#include "common/clock/clock.h"
#include "tests/services/coding_bench.h"

static const int64_t day = 24 * 3600 * CLOCK_SECOND;

/* The row of the report; false when there is none. */
static bool
find(const struct control_answer *report, const char *by, const char *name, const char *what, int64_t *numerator, int64_t *denominator)
{
    for (size_t row = 0; row < report->rows_count; row++)
        if (bench_says(report, row, "by", by) && bench_says(report, row, "name", name) && bench_says(report, row, "what", what)) {
            *numerator = bench_number(report, row, "numerator");
            *denominator = bench_number(report, row, "denominator");
            return true;
        }
    return false;
}

static void
check(const struct control_answer *report, const char *by, const char *name, const char *what, int64_t numerator, int64_t denominator)
{
    int64_t these = -1, all = -1;
    cr_expect(find(report, by, name, what, &these, &all), "no row %s %s %s", by, name, what);
    cr_expect(these == numerator && all == denominator, "%s %s %s: %lld of %lld, not %lld of %lld", by, name, what, (long long)these,
              (long long)all, (long long)numerator, (long long)denominator);
}

static void
feed_at(struct bench *bench, uint64_t claim_id, const char *codes, const char *facility)
{
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, codes);
    sample.lines[1].pointer_1 = sample.body.diagnoses_count;
    sample.body.service_facility.id = text_from(facility);
    struct encounter encounter = encounter_of(&sample, claim_id, &arena);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    arena_free(&arena);
}

/* Three claims on the first day (two pass), two on the second (none passes), one on the third. */
static struct bench *
three_days(void)
{
    struct bench *bench = opened();
    bench_hold_time(bench, noon);
    feed_at(bench, 901, "J101", "1999999984");
    feed_at(bench, 902, "J101", "");
    feed_at(bench, 903, "I214 R079", "1999999984");
    bench_hold_time(bench, noon + day);
    feed_at(bench, 904, "I214 R079", "1999999984");
    feed_at(bench, 905, "J1077 J1077", "1888888882");
    ASK(bench, "work.answer", "id", "coding-903", "act", "release", "reason", "as the record says",
        "set.1", "diagnosis.2=", "actor", "anna");
    ASK(bench, "work.answer", "id", "coding-904", "act", "release", "reason", "stands", "actor", "anna");
    bench_hold_time(bench, noon + 2 * day);
    feed_at(bench, 906, "J101", "member 77");
    ASK(bench, "work.answer", "id", "coding-905", "act", "end", "reason", "no visit", "actor", "bert");
    return bench;
}

static void
check_three_days(struct bench *bench)
{
    const struct control_answer *report = bench_ask(bench, "coding.report", NULL);
    check(report, "all", "", "first pass", 3, 6);
    check(report, "step", "1 read", "not assessed", 6, 6);
    check(report, "step", "3 locate", "not assessed", 0, 6);
    check(report, "step", "5 sequence", "claims with findings", 2, 6);
    check(report, "step", "3 locate", "claims with findings", 1, 6);
    check(report, "rule", "3301 CODING_SYMPTOM_WITH_CAUSE", "claims with findings", 2, 6);
    check(report, "rule", "3110 CODING_DIAGNOSIS_UNKNOWN", "claims with findings", 1, 6);
    check(report, "department", "1999999984", "first pass", 1, 3);
    check(report, "department", "1888888882", "first pass", 0, 1);
    int64_t none[2];
    cr_expect_not(find(report, "department", "member 77", "first pass", &none[0], &none[1]), "only an NPI is a department");
    check(report, "coder", "anna", "codes changed", 1, 2);
    check(report, "coder", "anna", "released over findings", 1, 2);
    check(report, "coder", "bert", "codes changed", 0, 1);
}

Test(coding_report, every_rate_has_its_numerator_and_denominator)
{
    struct bench *bench = three_days();
    check_three_days(bench);
    const struct control_answer *report = bench_ask(bench, "coding.report", NULL);
    for (size_t row = 0; row < report->rows_count; row++) {
        if (bench_says(report, row, "by", "all") && bench_says(report, row, "what", "first pass"))
            cr_expect(bench_says(report, row, "rate", "50.0 %"));
        if (bench_says(report, row, "by", "department") && bench_says(report, row, "name", "1999999984"))
            cr_expect(bench_says(report, row, "rate", "33.3 %"));
        if (bench_says(report, row, "name", "3110 CODING_DIAGNOSIS_UNKNOWN"))
            cr_expect_eq(bench_number(report, row, "findings"), 2, "two findings of one claim");
        cr_expect(bench_number(report, row, "numerator") <= bench_number(report, row, "denominator"));
    }
    bench_close(bench);
}

Test(coding_report, days_are_counted_apart_and_add_up)
{
    struct bench *bench = three_days();
    const struct control_answer *report = ASK(bench, "coding.report", "from", "2025-11-25", "to", "2025-11-25");
    check(report, "all", "", "first pass", 0, 2);
    check(report, "rule", "3301 CODING_SYMPTOM_WITH_CAUSE", "claims with findings", 1, 2);
    check(report, "department", "1999999984", "first pass", 0, 1);
    check(report, "coder", "anna", "codes changed", 1, 2);
    int64_t none[2];
    cr_assert_not(find(report, "coder", "bert", "codes changed", &none[0], &none[1]), "not on that day");
    check(ASK(bench, "coding.report", "to", "2025-11-24"), "all", "", "first pass", 2, 3);
    check(ASK(bench, "coding.report", "from", "2025-11-26"), "all", "", "first pass", 1, 1);
    check(ASK(bench, "coding.report", "from", "2026-01-01"), "all", "", "first pass", 0, 0);
    cr_assert_eq(ASK(bench, "coding.report", "from", "x")->status, CONTROL_STATUS_WRONG);
    report = ASK(bench, "coding.report", "from", "2025-11-26", "to", "2025-11-25");
    cr_assert_eq(report->status, CONTROL_STATUS_WRONG);
    cr_assert(text_is(report->sentence, "the day from is after the day to"));
    cr_assert_eq(report->rows_count, 0);
    bench_close(bench);
}

Test(coding_report, counts_are_the_same_after_a_clean_end_and_after_a_crash)
{
    struct bench *bench = three_days();
    for (int clean = 0; clean < 2; clean++) {
        bench_restart(bench, clean == 1);
        check_three_days(bench);
    }
    feed_at(bench, 907, "J101", "");
    check(ASK(bench, "coding.report", "from", "2025-11-26"), "all", "", "first pass", 2, 2);
    bench_close(bench);
}

/* The first claim of a day is refused: the day has no snapshot of it, and the next one takes it. */
Test(coding_report, a_refused_record_counts_nothing)
{
    struct bench *bench = three_days();
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    struct encounter encounter = encounter_of(&sample, 908, &arena);
    encounter.body = TEXT("\xC1\x01\x02");
    bench_hold_time(bench, noon + 3 * day);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_INVALID);
    feed_at(bench, 909, "J101", "");
    check(ASK(bench, "coding.report", "from", "2025-11-27"), "all", "", "first pass", 1, 1);
    check(ASK(bench, "coding.report", "to", "2025-11-26"), "all", "", "first pass", 3, 6);
    arena_free(&arena);
    bench_close(bench);
}

/* Many claims in one commit, over midnight in a zone that is not UTC's. */
Test(coding_report, the_day_is_that_of_the_site)
{
    struct bench *bench = bench_open(&coding_plan, "zone = America/Denver\n[coding]\nanswer_days = 2\n", NULL);
    static const int64_t before_midnight = INT64_C(1763967540000000) + 0; /* 2025-11-24T06:59:00Z: 23:59 of the 23rd in Denver */
    for (unsigned i = 0; i < 4; i++) {
        bench_hold_time(bench, before_midnight + i * 60 * CLOCK_SECOND);
        feed_at(bench, 910 + i, i == 3 ? "J1077" : "J101", "");
    }
    check(ASK(bench, "coding.report", "to", "2025-11-23"), "all", "", "first pass", 1, 1);
    check(ASK(bench, "coding.report", "from", "2025-11-24", "to", "2025-11-24"), "all", "", "first pass", 2, 3);
    check(ASK(bench, "coding.report", "to", "2025-11-23"), "all", "", "first pass", 1, 1);
    bench_close(bench);
}

Test(coding_report, a_report_of_many_departments_comes_in_pages)
{
    struct bench *bench = opened();
    size_t departments = 0, pages = 0;
    char cursor[100] = "";
    for (uint64_t i = 0; i < 230; i++) {
        char npi[16];
        snprintf(npi, sizeof npi, "%u", (unsigned)(1000000000 + i));
        feed_at(bench, 2000 + i, "J101", npi);
    }
    do {
        struct arena arena;
        struct control_answer answer;
        struct control_rows rows;
        struct control_request request = {.cursor = text_from(cursor)};
        arena_init(&arena, 0);
        control_answer_begin(&rows, &arena, &answer);
        for (size_t i = 0; i < coding_plan.verb_count; i++)
            if (strcmp(coding_plan.verbs[i].verb, "coding.report") == 0)
                coding_plan.verbs[i].query(bench_service(bench), &request, &rows);
        for (size_t row = 0; row < answer.rows_count; row++)
            departments += bench_says(&answer, row, "by", "department");
        text_copy(answer.next, cursor, sizeof cursor);
        arena_free(&arena);
    } while (cursor[0] != '\0' && ++pages < 10);
    cr_assert_eq(departments, 230);
    cr_assert_eq(pages, 1);
    bench_close(bench);
}
