/* What is a duplicate of a claim that was taken, and what is not; a held claim is replaced. */
#include "tests/services/intake_bench.h"

Test(intake_duplicate, a_refused_claim_leaves_no_guard_and_can_be_mended)
{
    struct bench *bench = open_bench("");
    const struct sample_claim bad = {.number = "A1", .pointer = "4"}, mended = {.number = "A1"};
    feed(bench, "bad.x12", 1, &bad, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    feed(bench, "mended.x12", 2, &mended, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    feed(bench, "again.x12", 3, &mended, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    cr_expect_str_eq(bench_events(bench), "encounter_refused encounter_received encounter_refused");
    bench_close(bench);
}

Test(intake_duplicate, a_duplicate_differs_in_nothing_that_is_looked_at)
{
    static const struct sample_claim claims[] = {
        {.number = "A1", .member = "X"},
        {.number = "A2", .member = "Y"},
        {.number = "A3", .member = "X", .date = "20261021"},
        {.number = "A4", .member = "X", .procedure = "99213:25"},
        {.number = "A5", .member = "X", .cents = 10001},
        {.number = "A6", .member = "X", .npi = "1876543210"},
        {.number = "A7", .member = "X", .frequency = "7", .reference = "ICN1"},
        {.number = "A8", .member = "X", .frequency = "8", .reference = "ICN1"},
        {.number = "A9", .member = "X", .frequency = "7", .reference = "ICN2"},
        {.number = "A10", .member = "X", .frequency = "7", .reference = "ICN2"}, /* of A9 */
        {.number = "A11", .member = "X"},                                        /* of A1 */
    };
    struct bench *bench = open_bench("");
    feed(bench, "many.x12", 1, claims, sizeof claims / sizeof *claims);
    for (size_t i = 0; i < bench_out_count(bench, STREAM_INTAKE_EVENTS); i++) {
        const struct event *event = bench_out(bench, STREAM_INTAKE_EVENTS, i, NULL);
        cr_expect_eq(event->kind,
                     (uint32_t)(i < 9 ? EVENT_KIND_ENCOUNTER_RECEIVED : EVENT_KIND_ENCOUNTER_REFUSED), "%s",
                     claims[i].number);
    }
    expect_in(bench, "done/many.x12.receipt.json", "duplicate of an earlier one (claim 1)");
    bench_close(bench);
}

static void
notify(struct bench *bench, const struct encounter *about, uint32_t change)
{
    struct hold_notice notice = {
        .identity = about->identity, .change = change, .duplicate_key = about->duplicate_key};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_INTAKE, &record_hold_notice, &notice), STATUS_OK);
}

Test(intake_duplicate, a_held_claim_is_replaced_by_the_new_one)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    feed(bench, "one.x12", 1, &claim, 1);
    const struct encounter *first = encounter(bench, 0);
    notify(bench, first, HOLD_CHANGE_HELD);
    feed(bench, "two.x12", 2, &claim, 1);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    const struct encounter *second = encounter(bench, 1);
    cr_expect_eq(second->replaces, first->identity.claim_id);
    notify(bench, first, HOLD_CHANGE_ENDED); /* the guard is the new claim's by now */
    feed(bench, "three.x12", 3, &claim, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2, "the second is not held");
    bench_close(bench);
}

Test(intake_duplicate, a_released_claim_is_guarded_again_and_an_ended_one_is_not)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    feed(bench, "one.x12", 1, &claim, 1);
    const struct encounter *first = encounter(bench, 0);
    notify(bench, first, HOLD_CHANGE_HELD);
    notify(bench, first, HOLD_CHANGE_RELEASED);
    feed(bench, "two.x12", 2, &claim, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    notify(bench, first, HOLD_CHANGE_ENDED);
    feed(bench, "three.x12", 3, &claim, 1);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    cr_expect_eq(encounter(bench, 1)->replaces, 0);
    bench_close(bench);
}
