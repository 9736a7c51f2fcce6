/* What a daemon tells of itself: the age of the oldest thing that it has, what it takes and gives, restarts, reasons. */
#include "common/service/internal.h"
#include "schemas/records/bench.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>

enum { TAKEN, PASSED_ON, COUNTERS };
static int64_t held_since;

static enum status
take(struct step *step, const void *record)
{
    const struct chain_record *in = record;
    step_count(step, TAKEN, 1);
    step_count(step, PASSED_ON, 1);
    return step_emit(step, STREAM_CODING_CLAIMS, &record_chain_record, in);
}

static int64_t
oldest(struct service *service, struct arena *arena)
{
    (void)service;
    (void)arena;
    return held_since;
}

/* What the plan complains of, in one memory. */
static char complaint[80];

static const char *
trouble(struct service *service, const char **advice)
{
    (void)service;
    *advice = "look";
    return complaint[0] == '\0' ? NULL : complaint;
}

static const struct service_input inputs[] = {{STREAM_INTAKE_CODING, &record_chain_record, take}};
static const uint16_t outputs[] = {STREAM_CODING_CLAIMS, STREAM_CODING_EVENTS};
static const char *const counters[COUNTERS] = {"taken", "passed_on"};
static const struct service_plan plan = {
    .name = "coding", .sentence = "stands for any daemon", .inputs = inputs, .input_count = 1, .outputs = outputs,
    .output_count = 2, .counters = counters, .counter_count = COUNTERS, .oldest = oldest, .trouble = trouble,
};

static const int64_t noon = INT64_C(1763985600) * CLOCK_SECOND;
static struct bench *bench;

static void
open_bench(void)
{
    bench = bench_open(&plan, "", NULL);
    bench_set_time(bench, noon);
}

static void
close_bench(void)
{
    bench_close(bench);
}

TestSuite(service_standing, .init = open_bench, .fini = close_bench);

static int64_t
number(const char *name)
{
    const struct control_value *value = bench_value(bench_ask(bench, "status", NULL), 0, name);
    return value == NULL ? 0 : value->number;
}

/* The age of an instant of the status in seconds by the daemon's clock; -1: there is none. */
static int64_t
age(const char *name)
{
    int64_t instant = number(name), now = number("now");
    return instant == 0 ? -1 : (now - instant + CLOCK_SECOND / 2) / CLOCK_SECOND;
}

static void
feed_at(int64_t instant)
{
    struct chain_record record = {.number = 1, .created = 1};
    bench_set_time(bench, instant);
    cr_assert_eq(bench_feed(bench, STREAM_INTAKE_CODING, &record_chain_record, &record), STATUS_OK);
}

Test(service_standing, the_oldest_is_the_first_entry_of_an_outbox_that_was_not_taken)
{
    cr_assert_eq(age("oldest"), -1);
    feed_at(noon);
    feed_at(noon + 600 * CLOCK_SECOND);
    bench_set_time(bench, noon + 900 * CLOCK_SECOND);
    cr_assert_eq(age("oldest"), 900);
    cr_assert_eq(age("oldest_outgoing"), 900);
    bench_restart(bench, false);
    cr_assert_eq(age("oldest"), 900, "and is told after a restart");
    struct output_stream *out = output_find(bench_service(bench), STREAM_CODING_CLAIMS);
    cr_assert_eq(out->age_count, 1);
}

Test(service_standing, what_the_consumer_has_is_not_waiting)
{
    feed_at(noon);
    feed_at(noon + 600 * CLOCK_SECOND);
    bench_set_time(bench, noon + 900 * CLOCK_SECOND);
    struct output_stream *out = output_find(bench_service(bench), STREAM_CODING_CLAIMS);
    out->trim.forgotten = 1; /* as the consumer would have it */
    cr_assert_eq(age("oldest"), 300);
    out->trim.forgotten = 2;
    cr_assert_eq(age("oldest"), -1);
}

Test(service_standing, ages_are_bounded_and_the_oldest_is_never_younger_than_it_is)
{
    struct output_stream *out = output_find(bench_service(bench), STREAM_CODING_CLAIMS);
    for (int i = 0; i < 300; i++)
        feed_at(noon + 10 * i * CLOCK_SECOND);
    cr_assert_leq(out->age_count, OUTBOX_AGES);
    cr_assert_eq(age("oldest"), 2990);
    for (uint64_t had = 0; had < 300; had++) {
        out->trim.forgotten = had;
        int64_t made = noon + 10 * (int64_t)had * CLOCK_SECOND, told = output_oldest(out);
        cr_assert_leq(told, made + CLOCK_SECOND, "entry %llu", (unsigned long long)had + 1);
        cr_assert_geq(told, made - 128 * CLOCK_SECOND, "entry %llu", (unsigned long long)had + 1);
    }
}

Test(service_standing, what_the_plan_holds_counts_too)
{
    held_since = noon - 86400 * CLOCK_SECOND;
    feed_at(noon);
    cr_assert_eq(age("oldest_held"), 86400);
    cr_assert_eq(age("oldest"), 86400);
    cr_assert_eq(age("oldest_outgoing"), 0);
    held_since = 0;
}

Test(service_standing, rates_are_those_of_the_last_ten_seconds)
{
    struct service *service = bench_service(bench);
    int64_t ticks = 1000 * CLOCK_SECOND;
    standing_sample(service, ticks);
    for (int second = 1; second <= 30; second++) {
        for (int i = 0; i < (second <= 10 ? 20 : 2); i++)
            feed_at(noon);
        standing_sample(service, ticks + second * CLOCK_SECOND);
        int64_t expected = second <= 10 ? 20 : second <= 20 ? (20 * (20 - second) + 2 * (second - 10) + 5) / 10 : 2;
        cr_assert_eq(number("in_per_second"), expected, "second %d", second);
        cr_assert_eq(number("out_per_second"), expected, "second %d", second);
    }
}

Test(service_standing, restarts_are_counted_from_the_first_run)
{
    cr_assert_eq(number("restarts"), 0);
    bench_restart(bench, true);
    bench_restart(bench, false);
    cr_assert_eq(number("restarts"), 2);
}

Test(service_standing, a_reason_has_its_own_beginning)
{
    struct service *service = bench_service(bench);
    bench_set_time(bench, noon + 60 * CLOCK_SECOND);
    number("since");
    service->full = true;
    cr_assert_eq(age("since"), 0);
    bench_set_time(bench, noon + 100 * CLOCK_SECOND);
    cr_assert_eq(age("since"), 40);
    service->full = false;
    number("since");
    cr_assert(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
}

static bool
says(const char *name, const char *word)
{
    return bench_says(bench_ask(bench, "status", NULL), 0, name, word);
}

Test(service_standing, another_reason_in_the_same_memory_begins_anew_and_another_number_does_not)
{
    strcpy(complaint, "1 file(s) cannot be opened");
    cr_assert_eq(age("since"), 0);
    bench_set_time(bench, noon + 60 * CLOCK_SECOND);
    strcpy(complaint, "12 file(s) cannot be opened");
    cr_assert(says("reason", "12 file(s) cannot be opened"));
    cr_assert_eq(age("since"), 60);
    strcpy(complaint, "the folder cannot be read");
    cr_assert(says("reason", "the folder cannot be read"));
    cr_assert_eq(age("since"), 0);
    bench_set_time(bench, noon + 90 * CLOCK_SECOND);
    cr_assert_eq(age("since"), 30);
    complaint[0] = '\0';
    cr_assert(says("state", "running"));
}
