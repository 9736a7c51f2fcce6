/* The log of events: numbers without a gap, replay, timelines and the list of claims. */
#include "schemas/records/event.h"
#include "schemas/streams.h"
#include "services/events/events.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

static struct bench *bench;

static void
open_events(void)
{
    bench = bench_open(&events_plan, "", NULL);
}

static void
close_events(void)
{
    bench_close(bench);
}

TestSuite(events, .init = open_events, .fini = close_events);

static void
feed(uint16_t stream, uint32_t kind, uint64_t claim_id, uint64_t number, const char *code)
{
    struct event event = {.kind = kind, .instant = 1, .number = number, .code = text_from(code), .cents = 100};
    if (claim_id != 0)
        event.identity = (struct identity){.organisation = 1, .site = 1, .cell = 1, .account = 1, .encounter_id = claim_id,
                                           .claim_id = claim_id, .version = 1};
    cr_assert_eq(bench_feed(bench, stream, &record_event, &event), STATUS_OK);
}

static void
expect_rows(const char *from, int64_t first, size_t count)
{
    const struct control_answer *answer = ASK(bench, "events.read", "from", from);
    cr_assert_eq(answer->rows_count, count, "from %s: %u rows", from, (unsigned)answer->rows_count);
    for (size_t i = 0; i < count; i++) {
        int64_t sequence = first + (int64_t)i;
        cr_assert_eq(bench_number(answer, i, "sequence"), sequence);
        cr_assert_eq(bench_number(answer, i, "claim_id"), sequence);
        cr_assert_eq(bench_number(answer, i, "stream_sequence"), (sequence + 1) / 2);
    }
}

Test(events, replay_from_any_number_is_the_same_after_restarts)
{
    for (uint64_t id = 1; id <= 20; id++)
        feed(id % 2 ? STREAM_INTAKE_EVENTS : STREAM_CODING_EVENTS, EVENT_KIND_ENCOUNTER_RECEIVED, id, 0, "");
    for (int round = 0; round < 3; round++) {
        expect_rows("0", 1, 20);
        expect_rows("1", 1, 20);
        expect_rows("7", 7, 14);
        expect_rows("20", 20, 1);
        expect_rows("21", 21, 0);
        expect_rows("999", 999, 0);
        bench_restart(bench, round == 0);
    }
    cr_assert_eq(ASK(bench, "events.read", "from", "x")->status, CONTROL_STATUS_WRONG);
}

Test(events, a_timeline_joins_the_interchange_by_its_number_and_payer)
{
    feed(STREAM_INTAKE_EVENTS, EVENT_KIND_ENCOUNTER_RECEIVED, 7, 0, "");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_BATCHED, 7, 5, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "other");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 6, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACCEPTED, 8, 0, "A2");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACCEPTED, 7, 0, "A2");
    const struct control_answer *answer = ASK(bench, "claim.timeline", "id", "7");
    static const int64_t expected[] = {1, 2, 5, 7};
    cr_assert_eq(answer->rows_count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(bench_number(answer, i, "sequence"), expected[i]);
    cr_assert_eq(ASK(bench, "claim.timeline", "id", "99")->status, CONTROL_STATUS_NOT_FOUND);
}

static void
resend(uint64_t old, uint64_t new)
{
    struct event event = {.kind = EVENT_KIND_INTERCHANGE_RESENT, .instant = 1, .number = old, .next_number = new,
                          .code = TEXT("acme")};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_EVENTS, &record_event, &event), STATUS_OK);
}

static void
expect_timeline(const char *id, const int64_t *expected, size_t count)
{
    const struct control_answer *answer = ASK(bench, "claim.timeline", "id", id);
    cr_assert_eq(answer->rows_count, count, "%u rows", (unsigned)answer->rows_count);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(bench_number(answer, i, "sequence"), expected[i]);
}

static void
expect_state(uint64_t claim_id, const char *state)
{
    const struct control_answer *answer = bench_ask(bench, "claim.list", NULL);
    for (size_t i = 0; i < answer->rows_count; i++)
        if ((uint64_t)bench_number(answer, i, "claim_id") == claim_id) {
            struct text found = bench_value(answer, i, "state")->text;
            cr_assert(text_is(found, state), "claim %u is %.*s", (unsigned)claim_id, TEXT_ARGS(found));
            return;
        }
    cr_assert_fail("claim %u is not listed", (unsigned)claim_id);
}

/* Claim `id`, built and in the interchange `control` of acme. */
static void
batch(uint64_t id, uint64_t control)
{
    feed(STREAM_INTAKE_EVENTS, EVENT_KIND_ENCOUNTER_RECEIVED, id, 0, "");
    feed(STREAM_CODING_EVENTS, EVENT_KIND_CODING_PASSED, id, 0, "");
    feed(STREAM_CLAIMS_EVENTS, EVENT_KIND_CLAIM_BUILT, id, 0, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_BATCHED, id, control, "acme");
}

Test(events, a_timeline_joins_the_file_of_questions_that_asks_about_the_claim)
{
    batch(7, 5);
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_STATUS_ASKED, 7, 6, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_INQUIRY_SENT, 0, 7, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_INQUIRY_SENT, 0, 6, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_INQUIRY_ANSWERED, 0, 6, "acme");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_STATUS_TOLD, 7, 0, "P1");
    expect_timeline("7", (const int64_t[]){1, 2, 3, 4, 5, 6, 8, 9, 10}, 9);
    expect_state(7, "sent"); /* what is told moves no claim */
}

Test(events, the_list_shows_what_was_told_of_the_interchange)
{
    batch(7, 5);
    batch(8, 6);
    expect_state(7, "batched");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 6, "other");
    expect_state(8, "batched");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "acme");
    expect_state(7, "sent");
    expect_state(8, "batched");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACKNOWLEDGED, 0, 5, "acme");
    expect_state(7, "acknowledged");
    bench_restart(bench, false);
    expect_state(7, "acknowledged");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACCEPTED, 7, 0, "A2");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "acme");
    expect_state(7, "accepted");
}

Test(events, a_claim_sent_anew_leaves_its_old_interchange_and_follows_the_new_one)
{
    batch(7, 5);                                                                   /* 1 to 4 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "acme");           /* 5 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SET_REJECTED, 0, 5, "acme");   /* 6 */
    expect_state(7, "set_rejected");
    resend(5, 9);                                                                  /* 7 */
    expect_state(7, "batched");
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_INTERCHANGE_ANSWERED, 0, 5, "acme"); /* 8: of the old one, late */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 9, "acme");           /* 9 */
    expect_state(7, "sent");
    resend(9, 12);                                                                 /* 10 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 12, "acme");          /* 11 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACKNOWLEDGED, 0, 9, "acme");   /* 12: late */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACKNOWLEDGED, 0, 12, "acme");  /* 13 */
    expect_state(7, "acknowledged");
    static const int64_t expected[] = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13};
    expect_timeline("7", expected, sizeof expected / sizeof *expected);
    batch(8, 9); /* comes into a number that is used up: nothing of before is its own */
    expect_state(8, "batched");
}

Test(events, each_version_has_the_interchange_that_it_was_in)
{
    batch(7, 5);                                                         /* 1 to 4 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 5, "acme"); /* 5 */
    struct event event = {.kind = EVENT_KIND_CLAIM_BUILT, .instant = 1, .code = TEXT("acme"),
                          .identity = {.claim_id = 7, .version = 2}};
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_EVENTS, &record_event, &event), STATUS_OK);             /* 6 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_ACKNOWLEDGED, 0, 5, "acme");                         /* 7 */
    expect_state(7, "built");
    event = (struct event){.kind = EVENT_KIND_CLAIM_BATCHED, .instant = 1, .number = 6, .code = TEXT("acme"),
                           .identity = {.claim_id = 7, .version = 2}};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_EVENTS, &record_event, &event), STATUS_OK);         /* 8 */
    feed(STREAM_SUBMISSION_EVENTS, EVENT_KIND_CLAIM_SENT, 0, 6, "acme");                                 /* 9 */
    expect_state(7, "sent");
    static const int64_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    expect_timeline("7", expected, sizeof expected / sizeof *expected);
    const struct control_answer *answer = ASK(bench, "claim.timeline", "id", "7");
    cr_assert_eq(bench_number(answer, 6, "version"), 1);
    cr_assert_eq(bench_number(answer, 8, "version"), 2);
}

Test(events, the_list_pages_over_more_than_a_block_of_claims)
{
    enum { CLAIMS = 1100 };
    for (uint64_t id = 1; id <= CLAIMS; id++)
        feed(STREAM_INTAKE_EVENTS, EVENT_KIND_ENCOUNTER_RECEIVED, id, 0, "");
    feed(STREAM_CODING_EVENTS, EVENT_KIND_CODING_HELD, 1090, 0, "");
    const struct control_answer *held = ASK(bench, "claim.list", "state", "held");
    cr_assert_eq(held->rows_count, 1);
    cr_assert_eq(bench_number(held, 0, "claim_id"), 1090);
    const struct control_answer *first = bench_ask(bench, "claim.list", NULL);
    cr_assert_gt(first->next.length, 0);
    cr_assert_lt(first->rows_count, CLAIMS);
    for (size_t i = 0; i < first->rows_count; i++)
        cr_assert_eq(bench_number(first, i, "claim_id"), (int64_t)i + 1);
    char next[24], follows[24];
    text_copy(first->next, next, sizeof next);
    snprintf(follows, sizeof follows, "%u", (unsigned)first->rows_count + 1);
    cr_assert_str_eq(next, follows);
}
