/* A clock that somebody moves: what acts outside stops until an operator accepts it. */
#include "common/service/service.h"

#include "common/clock/clock.h"
#include "schemas/records/bench.h"
#include "schemas/streams.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>

/* A plan that keeps what comes, and one source that acts outside: it is polled as often as the frame lets it. */
enum { TAKEN, COUNTERS };
static int polls;

static enum status
take(struct step *step, const void *record)
{
    (void)record;
    step_count(step, TAKEN, 1);
    return STATUS_OK;
}

static int64_t
poll_outside(struct service *service)
{
    (void)service;
    polls++;
    return CLOCK_SECOND;
}

static const struct service_input inputs[] = {{STREAM_INTAKE_CODING, &record_chain_record, take}};
static const uint16_t outputs[] = {STREAM_CODING_EVENTS};
static const struct service_source sources[] = {{.name = "outside", .poll = poll_outside, .outside = true}};
static const char *const counters[COUNTERS] = {"taken"};
static const struct service_plan plan = {
    .name = "coding", .sentence = "stands for any daemon", .inputs = inputs, .input_count = 1, .outputs = outputs,
    .output_count = 1, .sources = sources, .source_count = 1, .counters = counters, .counter_count = COUNTERS,
};

static struct bench *bench;

static void
open_bench(void)
{
    bench = bench_open(&plan, "", NULL);
    bench_run(bench);
}

static void
close_bench(void)
{
    bench_close(bench);
}

TestSuite(service_clock, .init = open_bench, .fini = close_bench);

static bool
acts_outside(void)
{
    polls = 0;
    bench_run(bench);
    return polls > 0;
}

static int64_t
jump_in_status(void)
{
    const struct control_value *value = bench_value(bench_ask(bench, "status", NULL), 0, "clock_jump_seconds");
    return value == NULL ? 0 : value->number;
}

static const struct control_answer *
accept(const char *reason)
{
    const char *arguments[] = {"reason", reason, NULL};
    return bench_ask(bench, "clock.accept", arguments);
}

Test(service_clock, two_minutes_forwards_stop_what_acts_outside_and_half_a_minute_does_not)
{
    bench_move_clock(bench, 30 * CLOCK_SECOND);
    cr_assert(acts_outside());
    cr_assert_eq(jump_in_status(), 0);
    cr_assert_str_eq(bench_events(bench), "");
    bench_move_clock(bench, 120 * CLOCK_SECOND);
    cr_assert_not(acts_outside());
    cr_assert(jump_in_status() >= 149 && jump_in_status() <= 151);
    cr_assert_str_eq(bench_events(bench), "clock_jumped");
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_assert(text_is(bench_value(status, 0, "state")->text, "degraded"));
    cr_assert(text_starts(bench_value(status, 0, "reason")->text, TEXT("the clock was moved by 1")));
    cr_assert_gt(bench_value(status, 0, "advice")->text.length, 0);
}

Test(service_clock, two_minutes_back_stop_it_too_and_what_comes_in_goes_on)
{
    struct chain_record record = {.number = 1, .created = 1};
    bench_move_clock(bench, -120 * CLOCK_SECOND);
    cr_assert_not(acts_outside());
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_chain_record, &record), STATUS_OK);
    cr_assert_eq(service_counter(bench_service(bench), TAKEN), 1);
    cr_assert_not(acts_outside());
}

Test(service_clock, time_that_passes_is_no_jump)
{
    bench_set_time(bench, INT64_C(1900000000) * CLOCK_SECOND);
    cr_assert(acts_outside());
    bench_restart(bench, false);
    cr_assert(acts_outside());
    cr_assert_str_eq(bench_events(bench), "");
}

Test(service_clock, a_clock_set_back_over_a_boot_stops_it_and_one_set_forwards_does_not)
{
    bench_boot(bench, 1);
    cr_assert(acts_outside());
    bench_move_clock(bench, 600 * CLOCK_SECOND);
    bench_boot(bench, 2); /* moved while the machine was down */
    cr_assert(acts_outside());
    cr_assert_eq(jump_in_status(), 0);
    bench_move_clock(bench, -300 * CLOCK_SECOND);
    bench_boot(bench, 3);
    cr_assert_not(acts_outside());
    cr_assert(jump_in_status() >= -301 && jump_in_status() <= -290, "%lld", (long long)jump_in_status());
}

Test(service_clock, the_last_commit_before_a_boot_is_the_latest_instant)
{
    struct chain_record record = {.number = 1, .created = 1};
    bench_boot(bench, 1);
    bench_run(bench);
    bench_move_clock(bench, 50 * CLOCK_SECOND); /* no jump, but the step time goes with it */
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_chain_record, &record), STATUS_OK);
    bench_move_clock(bench, -115 * CLOCK_SECOND);
    bench_boot(bench, 2);
    cr_assert_not(acts_outside());
}

Test(service_clock, a_jump_while_the_daemon_was_down_within_a_boot_is_noticed_at_its_start)
{
    bench_move_clock(bench, 3600 * CLOCK_SECOND);
    bench_restart(bench, true);
    cr_assert_not(acts_outside());
    cr_assert_str_eq(bench_events(bench), "clock_jumped");
}

Test(service_clock, a_restart_or_a_boot_does_not_forget_the_jump_and_tells_it_once)
{
    bench_move_clock(bench, 120 * CLOCK_SECOND);
    cr_assert_not(acts_outside());
    bench_restart(bench, false);
    cr_assert_not(acts_outside());
    bench_boot(bench, 7);
    cr_assert_not(acts_outside());
    bench_move_clock(bench, -120 * CLOCK_SECOND);
    cr_assert_not(acts_outside(), "the clock is right again, but nobody said so");
    cr_assert_str_eq(bench_events(bench), "clock_jumped");
}

Test(service_clock, what_a_killed_process_did_not_keep_is_noticed_anew)
{
    bench_move_clock(bench, 120 * CLOCK_SECOND);
    bench_restart(bench, false); /* before any commit */
    cr_assert_not(acts_outside());
    cr_assert_str_eq(bench_events(bench), "clock_jumped");
}

Test(service_clock, an_operator_who_accepts_lets_it_go_on_and_is_kept_with_his_reason)
{
    bench_move_clock(bench, -7200 * CLOCK_SECOND);
    cr_assert_not(acts_outside());
    cr_assert_eq(accept("")->status, CONTROL_STATUS_REFUSED, "a reason is needed");
    cr_assert_not(acts_outside());
    cr_assert_eq(accept("the time server was wrong")->status, CONTROL_STATUS_DONE);
    cr_assert(acts_outside());
    cr_assert_eq(jump_in_status(), 0);
    cr_assert_str_eq(bench_events(bench), "clock_jumped clock_accepted");
    const struct event *event = bench_out(bench, STREAM_CODING_EVENTS, 1, NULL);
    cr_assert_gt(event->actor.length, 0);
    cr_assert_eq(event->number, 7200);
    cr_assert(text_is(event->detail, "2 h back"));
    bench_restart(bench, false);
    cr_assert(acts_outside(), "and stays accepted");
    bench_boot(bench, 9);
    cr_assert(acts_outside(), "over a boot too, although the last step time still lies ahead");
    cr_assert_eq(accept("again")->status, CONTROL_STATUS_REFUSED);
}

Test(service_clock, an_accepted_clock_that_is_moved_again_stops_again)
{
    bench_move_clock(bench, 120 * CLOCK_SECOND);
    cr_assert_not(acts_outside());
    cr_assert_eq(accept("right")->status, CONTROL_STATUS_DONE);
    cr_assert(acts_outside());
    bench_move_clock(bench, -120 * CLOCK_SECOND);
    cr_assert_not(acts_outside());
}
