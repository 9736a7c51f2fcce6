/* Submission towards the payer: batches, files, numbers, and what a crash leaves. */
#include "tests/services/submission_sample.h"

#define MINUTES(n) (INT64_C(60000000) * (n))

static void
open_usual(void)
{
    open_submission("[submission]\nresends = 2\n", "batch_claims = 3\nack_wait = 2d\n");
}

TestSuite(submission, .init = open_usual, .fini = close_submission);

Test(submission, a_claim_waits_and_its_batch_closes_by_time)
{
    feed_claim(7, "acme");
    run_at(noon + MINUTES(4));
    cr_assert_str_eq(names_in("acme", "out"), "");
    cr_assert_eq(balance("queued"), 1);
    cr_assert_eq(balance("passed_on"), 0);
    run_at(noon + MINUTES(6));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_assert_str_eq(names_in("acme", "staged"), "");
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 1);
    char clm[40];
    snprintf(clm, sizeof clm, "CLM*%s*166.5*", clm01(7));
    cr_assert(out_holds("acme", "000000001.837P.x12", clm));
    cr_assert(out_holds("acme", "000000001.837P.x12", "REF*D9*SENDER-7~"));
    cr_assert_str_eq(bench_events(bench), "claim_batched claim_sent");
    cr_assert_eq(balance("queued"), 0);
    cr_assert_eq(balance("passed_on"), 1);
    const struct record_type *type;
    const struct claim_sent *sent = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, 0, &type);
    cr_assert_eq(type, &record_claim_sent);
    cr_assert(text_is(sent->clm01, clm01(7)));
    cr_assert(text_is(sent->payer, "acme"));
    cr_assert_eq(sent->interchange, 1);
    cr_assert_eq(sent->total_cents, 16650);
    cr_assert_eq(sent->lines_count, 2);
    cr_assert(text_is(sent->lines[1].modifiers, "QW"));
    cr_assert_eq(sent->lines[1].charge_cents, 4150);
}

Test(submission, a_batch_closes_by_its_count_at_once)
{
    for (uint64_t id = 1; id <= 4; id++)
        feed_claim(id, "acme");
    run_at(noon);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 3);
    cr_assert_eq(balance("queued"), 1);
    run_at(noon + MINUTES(10));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.837P.x12");
    cr_assert_eq(valid_claims("acme", "000000002.837P.x12"), 1);
}

Test(submission, a_commit_with_nothing_in_it_closes_no_batch)
{
    feed_claim(1, "acme");
    for (int i = 0; i < 5; i++)
        run_at(noon + i);
    feed_claim(2, "acme");
    run_at(noon + MINUTES(1));
    cr_assert_eq(balance("queued"), 2);
    cr_assert_str_eq(names_in("acme", "out"), "");
    run_at(noon + MINUTES(6));
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
}

Test(submission, payers_have_batches_of_their_own)
{
    feed_claim(1, "acme");
    feed_claim(2, "other");
    feed_claim(3, "acme");
    run_at(noon);
    cr_assert_eq(balance("queued"), 3);
    run_at(noon + MINUTES(6));
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    cr_assert_eq(valid_claims("other", "000000001.837P.x12"), 1);
    cr_assert(out_holds("other", "000000001.837P.x12", clm01(2)));
    cr_assert_not(out_holds("acme", "000000001.837P.x12", clm01(2)));
}

Test(submission, numbers_go_on_over_restarts)
{
    for (uint64_t id = 1; id <= 6; id++) {
        feed_claim(id, "acme");
        run_at(noon + MINUTES(10 * (int64_t)id));
        restart(id % 2 == 0);
    }
    cr_assert_str_eq(names_in("acme", "out"),
                     "000000001.837P.x12 000000002.837P.x12 000000003.837P.x12 000000004.837P.x12 "
                     "000000005.837P.x12 000000006.837P.x12");
    for (int i = 1; i <= 6; i++) {
        char name[40], isa[40], gs[40];
        snprintf(name, sizeof name, "%09d.837P.x12", i);
        snprintf(isa, sizeof isa, "IEA*1*%09d~", i);
        snprintf(gs, sizeof gs, "GE*1*%d~", i);
        cr_assert_eq(valid_claims("acme", name), 1);
        cr_assert(out_holds("acme", name, isa) && out_holds("acme", name, gs));
        cr_assert(out_holds("acme", name, clm01((uint64_t)i)));
    }
}

Test(submission, a_claim_with_a_delimiter_in_a_name_is_held_and_the_others_go)
{
    feed_claim(1, "acme");
    feed_named(2, "acme", "Do~e");
    feed_claim(3, "acme");
    run_at(noon + MINUTES(6));
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    cr_assert_not(out_holds("acme", "000000001.837P.x12", clm01(2)));
    cr_assert_eq(balance("held"), 1);
    cr_assert_eq(balance("passed_on"), 2);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(value_is(work, 0, "kind", "unwritable") && value_is(work, 0, "code", clm01(2)));
}

Test(submission, a_batch_of_held_claims_makes_no_file)
{
    feed_named(1, "acme", "Do~e");
    feed_named(2, "acme", "D*oe");
    run_at(noon + MINUTES(6));
    cr_assert_str_eq(names_in("acme", "out"), "");
    cr_assert_eq(balance("held"), 2);
    cr_assert_eq(balance("queued"), 0);
    feed_claim(3, "acme");
    run_at(noon + MINUTES(20));
    cr_assert_eq(balance("passed_on"), 1);
}

/* ---- what a crash leaves ---- */

/* The source's poll alone, and its step and commit when `record`. */
static void
one_round(const char *name, bool record)
{
    struct service *service = bench_service(bench);
    size_t steps;
    for (size_t i = 0; i < submission_plan.source_count; i++) {
        service->source_ready[i] = false;
        if (strcmp(submission_plan.sources[i].name, name) == 0)
            service->source_ready[i] = submission_plan.sources[i].poll(service) <= 0;
    }
    if (record)
        cr_assert_eq(batch_run(service, &steps), STATUS_OK);
    check_balance();
}

static void
expect_one_file(void)
{
    run_at(noon + MINUTES(60));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_assert_str_eq(names_in("acme", "staged"), "");
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 3);
    cr_assert_eq(balance("passed_on"), 3);
    cr_assert_str_eq(bench_events(bench), "claim_batched claim_batched claim_batched claim_sent");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 3);
}

static void
feed_three(void)
{
    for (uint64_t id = 1; id <= 3; id++)
        feed_claim(id, "acme");
}

Test(submission, a_crash_while_claims_are_pending_loses_none)
{
    feed_three();
    restart(false);
    cr_assert_eq(balance("queued"), 3);
    expect_one_file();
}

/* Stages: fixed; staged/ written and not recorded; recorded; renamed into out/ and not recorded. */
Test(submission, a_crash_at_each_stage_of_a_file_ends_with_the_same_bytes)
{
    feed_three();
    one_round("fix", true);
    cr_assert_eq(balance("passed_on"), 3);
    restart(false);
    cr_assert_eq(balance("passed_on"), 3);
    cr_assert_str_eq(names_in("acme", "staged"), "");

    one_round("send", false);
    cr_assert_str_eq(names_in("acme", "staged"), "000000001.837P.x12");
    restart(false);
    one_round("send", true);
    cr_assert_str_eq(names_in("acme", "staged"), "000000001.837P.x12");
    cr_assert_str_eq(names_in("acme", "out"), "");
    restart(false);

    one_round("send", false);
    cr_assert_str_eq(names_in("acme", "staged"), "");
    char *bytes = read_out("acme", "000000001.837P.x12");
    restart(false);
    expect_one_file();
    char *after = read_out("acme", "000000001.837P.x12");
    cr_assert_str_eq(bytes, after);
    free(bytes);
    free(after);
}

Test(submission, a_payer_who_took_the_renamed_file_before_it_was_recorded_does_not_get_it_twice)
{
    feed_three();
    one_round("fix", true);
    one_round("send", true);
    one_round("send", false);
    char path[400];
    snprintf(path, sizeof path, "%s/acme/out/000000001.837P.x12", payer_folder);
    cr_assert_eq(remove(path), 0);
    restart(false);
    run_at(noon + MINUTES(60));
    cr_assert_str_eq(names_in("acme", "out"), "");
    cr_assert_str_eq(bench_events(bench), "claim_batched claim_batched claim_batched claim_sent");
}

/* ---- no answer ---- */

#define DAYS(n) MINUTES(1440 * (n))

Test(submission, an_unanswered_interchange_goes_out_again_and_then_a_person_decides)
{
    feed_three();
    run_at(noon);
    char *first = read_out("acme", "000000001.837P.x12");
    run_at(noon + DAYS(1));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    run_at(noon + DAYS(2) + MINUTES(5));
    run_at(noon + DAYS(4) + MINUTES(10));
    cr_assert_str_eq(names_in("acme", "out"), "000000001-1.837P.x12 000000001-2.837P.x12 000000001.837P.x12");
    char *second = read_out("acme", "000000001-1.837P.x12"), *third = read_out("acme", "000000001-2.837P.x12");
    cr_assert_str_eq(first, second);
    cr_assert_str_eq(first, third);
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    run_at(noon + DAYS(6) + MINUTES(15));
    run_at(noon + DAYS(20));
    cr_assert_str_eq(names_in("acme", "out"), "000000001-1.837P.x12 000000001-2.837P.x12 000000001.837P.x12");
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(value_is(work, 0, "kind", "unanswered") && value_is(work, 0, "payer", "acme"));
    cr_assert_eq(bench_value(work, 0, "claims")->number, 3);
    free(first);
    free(second);
    free(third);
}

/* ---- a clock that was moved ---- */

Test(submission, no_file_is_made_staged_or_handed_over_while_the_clock_has_jumped)
{
    feed_claim(1, "acme");
    bench_run(bench);
    bench_move_clock(bench, 3600 * CLOCK_SECOND);
    bench_run(bench);
    feed_claim(2, "acme");
    feed_claim(3, "acme");
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "staged"), "");
    cr_assert_str_eq(names_in("acme", "out"), "");
    cr_assert_eq(balance("queued"), 3, "claims are taken all the same");
    cr_assert_eq(ASK(bench, "clock.accept", "reason", "checked with the time server")->status, CONTROL_STATUS_DONE);
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 3);
    cr_assert_str_eq(bench_events(bench), "clock_jumped clock_accepted claim_batched claim_batched claim_batched claim_sent");
}

Test(submission, a_staged_file_and_one_sent_again_wait_for_the_clock_too)
{
    feed_three();
    one_round("fix", true);
    bench_move_clock(bench, -3600 * CLOCK_SECOND);
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "staged"), "");
    cr_assert_eq(ASK(bench, "clock.accept", "reason", "right")->status, CONTROL_STATUS_DONE);
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    bench_move_clock(bench, 3 * CLOCK_DAY); /* the window for the answer is over, it seems */
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
}

/* ---- the oldest ---- */

static int64_t
oldest_held(void)
{
    return bench_value(bench_ask(bench, "status", NULL), 0, "oldest_held")->number;
}

Test(submission, the_oldest_is_a_claim_that_waits_for_its_batch_or_a_file_on_its_way)
{
    cr_assert_eq(oldest_held(), 0);
    feed_claim(9, "other");
    cr_assert_eq(oldest_held(), noon - 1000000, "since intake had it");
    feed_three();
    one_round("fix", true);
    run_at(noon + MINUTES(6));
    cr_assert_eq(oldest_held(), 0, "all went out");
    char away[300];
    snprintf(away, sizeof away, "%s.away", payer_folder);
    cr_assert_eq(rename(payer_folder, away), 0);
    for (uint64_t id = 5; id <= 7; id++)
        feed_claim(id, "acme");
    run_at(noon + MINUTES(7));
    cr_assert(oldest_held() >= noon + MINUTES(6), "the file was fixed, and the share is not mounted");
    cr_assert_eq(rename(away, payer_folder), 0);
}

/* ---- limits ---- */

Test(submission_limits, no_number_is_given_behind_the_last_and_none_again)
{
    open_submission("[submission]\ncontrol_first = 998\ncontrol_last = 999\n", "batch_claims = 1\n");
    for (uint64_t id = 1; id <= 3; id++) {
        feed_claim(id, "acme");
        run_at(noon);
    }
    cr_assert_str_eq(names_in("acme", "out"), "000000998.837P.x12 000000999.837P.x12");
    cr_assert_eq(balance("queued"), 1);
    cr_assert(value_is(bench_ask(bench, "status", NULL), 0, "reason", "the control numbers for payer acme are used up: 1 claims and 0 questions wait"));
    restart(false);
    run_at(noon + MINUTES(60));
    cr_assert_str_eq(names_in("acme", "out"), "000000998.837P.x12 000000999.837P.x12");
    cr_assert_eq(balance("queued"), 1);
    close_submission();
}

Test(submission_limits, a_batch_closes_by_its_bytes)
{
    open_submission("", "batch_bytes = 65536\n");
    uint64_t id = 0;
    while (names_in("acme", "out")[0] == '\0' && id < 400) {
        feed_claim(++id, "acme");
        bench_run(bench);
    }
    cr_assert_lt(id, 400);
    cr_assert_gt(id, 20, "%llu claims", (unsigned long long)id);
    check_balance();
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12") + (unsigned)balance("queued"), id);
    close_submission();
}
