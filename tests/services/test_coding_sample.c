/* Audits: samples that can be drawn again, second reviews that are blind, and rates that count every code once. */
#include "schemas/records/claim.h"
#include "services/coding/accuracy.h"
#include "tests/services/coding_bench.h"

static const char *const exact[] = {"diagnosis.1=I21.4", "line.1.procedure=99213", "line.2.procedure=87804", "line.2.modifier=QW"};

static void
check_status(const struct control_answer *answer, enum control_status status)
{
    cr_assert_eq(answer->status, status, "%d: %.*s", (int)answer->status, TEXT_ARGS(answer->sentence));
}

static const char *
printed(char buffer[32], const char *before, uint64_t number)
{
    snprintf(buffer, 32, "%s%llu", before, (unsigned long long)number);
    return buffer;
}

/* Held, and released by that coder with the symptom deleted: I214, 99213, 87804 with QW. */
static void
release(struct bench *bench, uint64_t claim_id, const char *coder)
{
    char id[32];
    feed(bench, claim_id, "I214 R079", 0, "1");
    check_status(ASK(bench, "work.answer", "id", printed(id, "coding-", claim_id), "act", "release", "reason", "as the record says",
                     "set.1", "diagnosis.2=", "actor",
                     coder),
                 CONTROL_STATUS_DONE);
}

static const struct control_answer *
review(struct bench *bench, const char *sample, uint64_t claim_id, const char *reviewer)
{
    char id[32];
    return ASK(bench, "audit.review", "id", sample, "claim", printed(id, "", claim_id), "set.1", exact[0], "set.2", exact[1], "set.3",
               exact[2], "set.4", exact[3], "actor", reviewer);
}

/* The claims of the sample, with blanks between. */
static const char *
drawn(struct bench *bench, const char *sample, char buffer[300])
{
    const struct control_answer *shown = ASK(bench, "audit.show", "id", sample);
    size_t length = 0;
    buffer[0] = '\0';
    for (size_t row = 0; row < shown->rows_count; row++)
        length += (size_t)snprintf(buffer + length, 300 - length, "%s%lld", row == 0 ? "" : " ",
                                   (long long)bench_number(shown, row, "claim_id"));
    return buffer;
}

static size_t
row_of(const struct control_answer *result, const char *row, const char *kind, const char *verdict)
{
    for (size_t i = 0; i < result->rows_count; i++)
        if (bench_says(result, i, "row", row) && bench_says(result, i, "kind", kind) &&
            (verdict == NULL || bench_says(result, i, "verdict", verdict)))
            return i;
    cr_assert_fail("no row %s %s %s", row, kind, verdict);
    return 0;
}

static void
check_rate(const struct control_answer *result, const char *kind, int64_t numerator, int64_t denominator)
{
    size_t row = row_of(result, "accuracy", kind, NULL);
    cr_expect(bench_number(result, row, "numerator") == numerator && bench_number(result, row, "denominator") == denominator,
              "%s: %lld of %lld", kind, (long long)bench_number(result, row, "numerator"),
              (long long)bench_number(result, row, "denominator"));
}

/* The numbers are those of a splitmix64 written apart from ours. */
Test(coding_sample, the_order_of_a_seed_is_that_of_splitmix64)
{
    cr_assert_eq(accuracy_rank(7, 1), UINT64_C(0x7716da39cba275b2));
    cr_assert_eq(accuracy_rank(7, 2), UINT64_C(0x1b9730bf3fc5de36));
}

Test(coding_sample, the_same_seed_draws_the_same_claims_and_another_one_others)
{
    struct bench *bench = opened();
    char claims[300];
    for (uint64_t id = 3001; id <= 3020; id++)
        release(bench, id, "anna");
    release(bench, 3021, "ann");
    const struct control_answer *sample = ASK(bench, "audit.sample", "coder", "anna", "size", "5", "seed", "7", "actor", "lead");
    check_status(sample, CONTROL_STATUS_DONE);
    cr_assert_eq(bench_number(sample, 0, "sample"), 1);
    cr_assert_eq(bench_number(sample, 0, "population"), 20);
    cr_assert_eq(bench_number(sample, 0, "drawn"), 5);
    cr_assert(bench_says(sample, 0, "drawn_by", "lead"));
    ASK(bench, "audit.sample", "coder", "anna", "size", "5", "seed", "8");
    ASK(bench, "audit.sample", "coder", "anna", "size", "500", "seed", "8");
    bench_restart(bench, false);
    ASK(bench, "audit.sample", "coder", "anna", "size", "5", "seed", "7");
    cr_assert_str_eq(drawn(bench, "1", claims), "3001 3003 3005 3011 3016");
    cr_assert_str_eq(drawn(bench, "2", claims), "3009 3014 3015 3018 3019");
    cr_assert_str_eq(drawn(bench, "4", claims), "3001 3003 3005 3011 3016");
    cr_assert_eq(ASK(bench, "audit.show", "id", "3")->rows_count, 20, "all there are");
    cr_assert_eq(bench_ask(bench, "audit.list", NULL)->rows_count, 4);
    bench_close(bench);
}

Test(coding_sample, a_wrong_question_draws_nothing)
{
    struct bench *bench = opened();
    release(bench, 3001, "anna");
    check_status(ASK(bench, "audit.sample", "coder", "bert", "seed", "1"), CONTROL_STATUS_NOT_FOUND);
    check_status(ASK(bench, "audit.sample", "coder", "anna", "seed", "1", "from", "2025-11-25"), CONTROL_STATUS_NOT_FOUND);
    check_status(ASK(bench, "audit.sample", "coder", "anna"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "audit.sample", "coder", "anna", "seed", "1", "size", "0"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "audit.sample", "coder", "anna", "seed", "1", "size", "501"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "audit.sample", "coder", "anna", "department", "1", "seed", "1"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "audit.show", "id", "1"), CONTROL_STATUS_NOT_FOUND);
    check_status(ASK(bench, "audit.result", "id", "x"), CONTROL_STATUS_WRONG);
    cr_assert_eq(bench_ask(bench, "audit.list", NULL)->rows_count, 0);
    bench_close(bench);
}

Test(coding_sample, the_second_review_sees_no_code_is_given_once_and_never_by_the_coder)
{
    struct bench *bench = opened();
    release(bench, 3001, "anna");
    release(bench, 3002, "anna");
    ASK(bench, "audit.sample", "coder", "anna", "seed", "1");
    const struct control_answer *shown = ASK(bench, "audit.show", "id", "1", "reveal", "yes");
    cr_assert_eq(shown->rows_count, 2);
    cr_assert(bench_says(shown, 0, "account", "C-77"));
    cr_assert_eq(bench_number(shown, 0, "date"), 20251120);
    for (size_t row = 0; row < shown->rows_count; row++)
        for (size_t k = 0; k < shown->rows[row].values_count; k++) {
            struct text text = shown->rows[row].values[k].text;
            cr_expect(text.length == 0 || memmem(text.data, text.length, "I214", 4) == NULL);
            cr_expect(text.length == 0 || memmem(text.data, text.length, "99213", 5) == NULL);
        }
    cr_assert(bench_says(ASK(bench, "audit.show", "id", "1"), 0, "account", "***"));

    check_status(review(bench, "1", 3001, "anna"), CONTROL_STATUS_REFUSED);
    check_status(review(bench, "1", 3003, "bert"), CONTROL_STATUS_NOT_FOUND);
    static const char *const wrong[] = {"diagnosis.1=", "line.1.units=2", "line.1.modifier=QW", "diagnosis", "admitting.1=R10.11"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_status(ASK(bench, "audit.review", "id", "1", "claim", "3001", "set.1", wrong[i], "actor", "bert"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "audit.review", "id", "1", "claim", "3001", "actor", "bert"), CONTROL_STATUS_WRONG);
    check_status(ASK(bench, "audit.review", "id", "1", "claim", "3001", "set.1", "diagnosis.1=I10", "set.2", "diagnosis.1=I11.9", "actor",
                     "bert"),
                 CONTROL_STATUS_WRONG);
    /* Nobody has reviewed: nothing of the first coder's is told. */
    const struct control_answer *result = ASK(bench, "audit.result", "id", "1", "reveal", "yes");
    cr_assert(bench_says(result, 0, "row", "accuracy"));
    check_rate(result, "by claim", 0, 0);
    check_status(review(bench, "1", 3001, "bert"), CONTROL_STATUS_DONE);
    check_status(review(bench, "1", 3001, "carl"), CONTROL_STATUS_REFUSED);
    cr_assert(bench_says(ASK(bench, "audit.show", "id", "1"), 0, "reviewer", "bert"));
    bench_close(bench);
}

Test(coding_sample, both_coders_stand_side_by_side_and_each_code_counts_once)
{
    struct bench *bench = opened();
    release(bench, 3001, "anna");
    release(bench, 3002, "anna");
    ASK(bench, "audit.sample", "coder", "anna", "seed", "1");
    check_status(review(bench, "1", 3001, "bert"), CONTROL_STATUS_DONE);
    check_status(ASK(bench, "audit.review", "id", "1", "claim", "3002", "set.1", "diagnosis.1=J10.1", "set.2", "line.1.procedure=99214",
                     "set.3", "line.2.procedure=87804", "set.4", "diagnosis.2=I10", "actor", "bert"),
                 CONTROL_STATUS_DONE);
    const struct control_answer *result = ASK(bench, "audit.result", "id", "1", "reveal", "yes");
    check_rate(result, "principal", 1, 3);
    check_rate(result, "diagnosis", 0, 1);
    check_rate(result, "procedure", 3, 5);
    check_rate(result, "modifier", 1, 2);
    check_rate(result, "by code", 5, 11);
    check_rate(result, "by claim", 1, 2);
    cr_assert(bench_says(result, row_of(result, "accuracy", "by code", NULL), "rate", "45.5 %"));
    size_t row = row_of(result, "code", "principal", "only first");
    cr_assert(bench_says(result, row, "first", "I214") && bench_says(result, row, "second", ""));
    cr_assert_eq(bench_number(result, row, "claim_id"), 3002);
    cr_assert(text_equal(bench_value(result, row, "edition")->text, codes_edition_name(codes_starter())));
    cr_assert_eq(bench_number(result, row, "rules"), CODING_RULES);
    cr_assert(bench_says(result, row, "source", "ICD-10-CM Official Guidelines for Coding and Reporting, section IV.G"), "of an office visit");
    struct text editions = bench_value(result, row, "editions")->text;
    cr_assert(text_starts(editions, TEXT("icd10cm ")) && editions.length > strlen("icd10cm "), "%.*s", TEXT_ARGS(editions));
    row = row_of(result, "code", "diagnosis", "only second");
    cr_assert_null(bench_value(result, row, "finding"), "the steps did not judge it");
    row = row_of(result, "code", "modifier", "only first");
    cr_assert(bench_says(result, row, "first", "87804-QW"));
    row = row_of(result, "code", "procedure", "only second");
    cr_assert(bench_says(result, row, "second", "99214") && bench_says(result, row, "first", ""));
    result = ASK(bench, "audit.result", "id", "1");
    cr_assert(bench_says(result, row_of(result, "code", "procedure", "only second"), "second", "***"));
    bench_close(bench);
}

Test(coding_sample, a_code_that_stands_twice_agrees_twice)
{
    struct audited_code first[] = {{.kind = AUDITED_KIND_PROCEDURE, .code = TEXT("99213")}, {.kind = AUDITED_KIND_PROCEDURE, .code = TEXT("99213")}};
    struct audited_code second[] = {{.kind = AUDITED_KIND_PROCEDURE, .code = TEXT("99213")}, {.kind = AUDITED_KIND_DIAGNOSIS, .code = TEXT("99213")}};
    struct audited_claim claim = {.first = first, .first_count = 2, .second = second, .second_count = 2};
    struct accuracy_counts counts = {0};
    accuracy_count(&claim, &counts);
    cr_assert_eq(counts.codes[AUDITED_KIND_PROCEDURE][ACCURACY_AGREED], 1);
    cr_assert_eq(counts.codes[AUDITED_KIND_PROCEDURE][ACCURACY_ONLY_FIRST], 1);
    cr_assert_eq(counts.codes[AUDITED_KIND_DIAGNOSIS][ACCURACY_ONLY_SECOND], 1);
    cr_assert_eq(counts.claims_agreed, 0);
}

/* A claim that a denial brought back is of who released it last, in its new version. */
Test(coding_sample, a_claim_is_of_who_released_it_last)
{
    struct bench *bench = opened();
    struct coding_sample visit;
    struct arena arena;
    arena_init(&arena, 0);
    release(bench, 3001, "anna");
    sample_make(&visit);
    struct coding_query query = {.identity = {.claim_id = 3001, .version = 1}, .cause = QUERY_CAUSE_DENIAL, .finding = 65000,
                                 .body = packed(&visit.body, &arena), .received = noon, .local_date = 20251124};
    bench_feed(bench, STREAM_CLAIMS_CODING, &record_coding_query, &query);
    check_status(ASK(bench, "work.answer", "id", "coding-3001", "act", "release", "reason", "right", "actor", "bert"),
                 CONTROL_STATUS_DONE);
    const struct control_answer *sample = ASK(bench, "audit.sample", "coder", "anna", "seed", "1");
    cr_assert_eq(bench_number(sample, 0, "population"), 1);
    cr_assert_eq(bench_number(sample, 0, "drawn"), 0);
    ASK(bench, "audit.sample", "coder", "bert", "seed", "1");
    cr_assert_eq(bench_number(ASK(bench, "audit.show", "id", "2"), 0, "version"), 2);
    arena_free(&arena);
    bench_close(bench);
}

Test(coding_sample, a_department_is_of_all_its_coders)
{
    struct bench *bench = opened();
    for (uint64_t i = 0; i < 3; i++) {
        struct coding_sample visit;
        struct arena arena;
        char id[32];
        arena_init(&arena, 0);
        sample_make(&visit);
        sample_codes(&visit, "I214 R079");
        visit.body.service_facility.id = i == 2 ? TEXT("1888888882") : TEXT("1999999984");
        struct encounter encounter = encounter_of(&visit, 3001 + i, &arena);
        bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
        ASK(bench, "work.answer", "id", printed(id, "coding-", 3001 + i), "act", "release", "reason", "as the record says",
            "set.1", "diagnosis.2=", "actor",
            i == 0 ? "anna" : "bert");
        arena_free(&arena);
    }
    char claims[300];
    check_status(ASK(bench, "audit.sample", "department", "1999999984", "seed", "3"), CONTROL_STATUS_DONE);
    cr_assert_str_eq(drawn(bench, "1", claims), "3001 3002");
    bench_close(bench);
}

Test(coding_sample, a_long_result_comes_in_pages_that_hold_every_code_once_and_the_rates_at_the_end)
{
    struct bench *bench = opened();
    size_t codes = 0, rates = 0, pages = 0;
    char cursor[100] = "";
    for (uint64_t id = 3001; id <= 3100; id++)
        release(bench, id, "anna");
    ASK(bench, "audit.sample", "coder", "anna", "seed", "1", "size", "100");
    for (uint64_t id = 3001; id <= 3100; id++)
        review(bench, "1", id, "bert");
    do {
        struct arena arena;
        struct control_answer answer;
        struct control_rows rows;
        struct control_value value = {.name = TEXT("id"), .kind = VALUE_KIND_TEXT, .text = TEXT("1")};
        struct control_request request = {.arguments = &value, .arguments_count = 1, .cursor = text_from(cursor)};
        arena_init(&arena, 0);
        control_answer_begin(&rows, &arena, &answer);
        for (size_t i = 0; i < coding_plan.verb_count; i++)
            if (strcmp(coding_plan.verbs[i].verb, "audit.result") == 0)
                coding_plan.verbs[i].query(bench_service(bench), &request, &rows);
        for (size_t row = 0; row < answer.rows_count; row++) {
            codes += bench_says(&answer, row, "row", "code");
            rates += bench_says(&answer, row, "row", "accuracy");
        }
        if (answer.next.length == 0)
            check_rate(&answer, "by code", 400, 400);
        text_copy(answer.next, cursor, sizeof cursor);
        arena_free(&arena);
    } while (cursor[0] != '\0' && ++pages < 10);
    cr_assert_eq(codes, 400);
    cr_assert_eq(rates, 6);
    cr_assert_eq(pages, 2);
    bench_close(bench);
}
