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

static int64_t
number(const struct control_answer *answer, size_t row, const char *name)
{
    const struct control_value *value = bench_value(answer, row, name);
    cr_assert_not_null(value, "%s of row %zu", name, row);
    return value->number;
}

static void
expect_rows(const char *from, int64_t first, size_t count)
{
    const struct control_answer *answer = ASK(bench, "events.read", "from", from);
    cr_assert_eq(answer->rows_count, count, "from %s: %u rows", from, (unsigned)answer->rows_count);
    for (size_t i = 0; i < count; i++) {
        int64_t sequence = first + (int64_t)i;
        cr_assert_eq(number(answer, i, "sequence"), sequence);
        cr_assert_eq(number(answer, i, "claim_id"), sequence);
        cr_assert_eq(number(answer, i, "stream_sequence"), (sequence + 1) / 2);
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
        cr_assert_eq(number(answer, i, "sequence"), expected[i]);
    cr_assert_eq(ASK(bench, "claim.timeline", "id", "99")->status, CONTROL_STATUS_NOT_FOUND);
}

Test(events, the_list_pages_over_more_than_a_block_of_claims)
{
    enum { CLAIMS = 1100 };
    for (uint64_t id = 1; id <= CLAIMS; id++)
        feed(STREAM_INTAKE_EVENTS, EVENT_KIND_ENCOUNTER_RECEIVED, id, 0, "");
    feed(STREAM_CODING_EVENTS, EVENT_KIND_CODING_HELD, 1090, 0, "");
    const struct control_answer *held = ASK(bench, "claim.list", "state", "held");
    cr_assert_eq(held->rows_count, 1);
    cr_assert_eq(number(held, 0, "claim_id"), 1090);
    const struct control_answer *first = bench_ask(bench, "claim.list", NULL);
    cr_assert_gt(first->next.length, 0);
    cr_assert_lt(first->rows_count, CLAIMS);
    for (size_t i = 0; i < first->rows_count; i++)
        cr_assert_eq(number(first, i, "claim_id"), (int64_t)i + 1);
    char next[24], follows[24];
    text_copy(first->next, next, sizeof next);
    snprintf(follows, sizeof follows, "%u", (unsigned)first->rows_count + 1);
    cr_assert_str_eq(next, follows);
}
