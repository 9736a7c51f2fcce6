/* The order of the log under hard conditions: recovery after a crash, and records of which no event of their own is behind. */
#include "common/service/internal.h"
#include "schemas/records/event.h"
#include "schemas/streams.h"
#include "services/events/events.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>

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

TestSuite(events_order, .init = open_events, .fini = close_events);

static struct input_stream *
stream_of(uint16_t number)
{
    struct service *service = bench_service(bench);
    for (size_t i = 0; i < service->input_count; i++)
        if (service->inputs[i].kind->number == number)
            return &service->inputs[i];
    cr_assert_fail("stream %u is no input", number);
    return NULL;
}

static void
put(uint8_t **at, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *(*at)++ = (uint8_t)(number >> 8 * i);
}

/* One entry comes by `in`: an event of the claim `claim_id`, behind the event (stream, sequence). */
static void
arrive(struct input_stream *in, uint64_t claim_id, uint16_t event_stream, uint64_t event_sequence)
{
    struct arena arena;
    struct text packed;
    struct event event = {.kind = EVENT_KIND_CLAIM_BUILT, .instant = 1, .identity = {.claim_id = claim_id, .version = 1}};
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_event, &event, &arena, &packed, NULL), STATUS_OK);
    size_t size = 4 + ENTRY_HEAD_BYTES + packed.length;
    char *bytes = malloc(size);
    uint8_t *at = (uint8_t *)bytes;
    put(&at, ENTRY_HEAD_BYTES + packed.length, 4);
    put(&at, record_event.number, 2);
    put(&at, event_stream, 2);
    put(&at, event_sequence, 8);
    memcpy(at, packed.data, packed.length);
    struct in_frame frame = {.owned = bytes};
    frame.frame.first = in->received + 1;
    frame.frame.count = 1;
    frame.frame.bytes = text_of(bytes, size);
    input_add_frame(in, frame);
    arena_free(&arena);
}

static void
run(unsigned batches)
{
    size_t steps;
    while (batches-- > 0)
        cr_assert_eq(batch_run(bench_service(bench), &steps), STATUS_OK);
}

static int64_t
claim_at(size_t row)
{
    const struct control_answer *answer = bench_ask(bench, "events.read", NULL);
    const struct control_value *value = bench_value(answer, row, "claim_id");
    return value == NULL ? 0 : value->number;
}

Test(events_order, step_by_step_after_a_crash_an_event_waits_for_the_one_behind_it_and_is_not_refused)
{
    struct service *service = bench_service(bench);
    service->singly = true;
    service->singly_left = 100;
    arrive(stream_of(STREAM_INTAKE_EVENTS), 1, STREAM_REMITTANCE_EVENTS, 1);
    run(SERVICE_CRASH_ATTEMPTS + 3);
    cr_assert_eq(claim_at(0), 0);
    arrive(stream_of(STREAM_REMITTANCE_EVENTS), 2, STREAM_SUBMISSION_EVENTS, 1);
    arrive(stream_of(STREAM_SUBMISSION_EVENTS), 3, 0, 0);
    run(SERVICE_CRASH_ATTEMPTS + 3);
    cr_assert_eq(claim_at(0), 3);
    cr_assert_eq(claim_at(1), 2);
    cr_assert_eq(claim_at(2), 1);
    cr_assert_eq(store_counter(service->store, COUNTER_REFUSED), 0);
}

/* What a source does stands behind this event. */
static void
expect_behind(const struct in_place *place, uint16_t event_stream, uint64_t event_sequence)
{
    cr_assert_eq(place->event_stream, event_stream);
    cr_assert_eq(place->event_sequence, event_sequence);
}

Test(events_order, a_record_behind_an_event_of_an_earlier_daemon_does_not_hide_the_producers_own)
{
    struct input_stream *in = stream_of(STREAM_REMITTANCE_EVENTS); /* stands for any stream of remittance */
    struct in_place place = in->next;
    struct text entry;
    arrive(in, 1, STREAM_SUBMISSION_EVENTS, 4);
    arrive(in, 1, STREAM_REMITTANCE_EVENTS, 7);
    arrive(in, 1, STREAM_SUBMISSION_EVENTS, 9);
    arrive(in, 1, STREAM_REMITTANCE_EVENTS, 8);
    cr_assert(input_entry(in, &place, &entry));
    expect_behind(&place, STREAM_SUBMISSION_EVENTS, 4);
    cr_assert(input_entry(in, &place, &entry));
    expect_behind(&place, STREAM_REMITTANCE_EVENTS, 7);
    cr_assert(input_entry(in, &place, &entry));
    expect_behind(&place, STREAM_REMITTANCE_EVENTS, 7);
    cr_assert(input_entry(in, &place, &entry));
    expect_behind(&place, STREAM_REMITTANCE_EVENTS, 8);
}
