/* The event log, killed at every call of its store. */
#include "schemas/records/event.h"
#include "schemas/streams.h"
#include "services/events/events.h"
#include "tests/support/kill.h"

#include <criterion/criterion.h>

static const int64_t noon = INT64_C(1763985600000000);

static struct bench *
opened(void)
{
    return bench_open(&events_plan, "[events]\nreserve_bytes = 1M\n", NULL);
}

static void
feed(struct bench *bench, uint16_t stream, uint64_t n, uint32_t kind, uint64_t claim_id)
{
    struct event event = {.kind = kind, .instant = noon, .number = n, .cents = 100, .code = TEXT("acme")};
    if (claim_id != 0)
        event.identity = (struct identity){.organisation = 1, .site = 1, .cell = 1, .account = 1, .encounter_id = claim_id,
                                           .claim_id = claim_id, .version = 1};
    kill_feed(bench, stream, n, &record_event, &event);
}

static void
run(struct bench *bench)
{
    bench_hold_time(bench, noon);
    for (uint64_t i = 1; i <= 4; i++) {
        feed(bench, STREAM_INTAKE_EVENTS, i, EVENT_KIND_ENCOUNTER_RECEIVED, i * 700);
        feed(bench, STREAM_CODING_EVENTS, i, i == 2 ? EVENT_KIND_CODING_HELD : EVENT_KIND_CODING_PASSED, i * 700);
    }
    feed(bench, STREAM_SUBMISSION_EVENTS, 1, EVENT_KIND_CLAIM_BATCHED, 700);
    feed(bench, STREAM_SUBMISSION_EVENTS, 2, EVENT_KIND_CLAIM_SENT, 0);
    feed(bench, STREAM_REMITTANCE_EVENTS, 1, EVENT_KIND_CLAIM_PAID, 700);
    bench_run(bench);
}

Test(events_kill, the_log_is_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(&(struct kill_scenario){.name = "events", .open = opened, .close = bench_close, .run = run});
}
