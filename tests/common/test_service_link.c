/* Two daemons with a real link between them, each killed at every send and receive: nothing is lost, doubled or reordered. */
#include "common/service/service.h"

#include "common/clock/clock.h"
#include "common/link/link.h"
#include "schemas/records/bench.h"
#include "schemas/streams.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORDS = 40, KILLS = 24, PATIENCE_SECONDS = 60 };
enum { TAKEN };

/* The producer makes numbered records, four a commit. */
static enum status
make(struct step *step)
{
    uint64_t made = (uint64_t)step_counter(step, TAKEN);
    struct chain_record record = {.number = made + 1, .created = 1};
    if (made == RECORDS)
        return STATUS_NOT_FOUND;
    step_count(step, TAKEN, 1);
    return step_emit(step, STREAM_INTAKE_CODING, &record_chain_record, &record);
}

static int64_t
make_poll(struct service *service)
{
    return service_counter(service, TAKEN) < RECORDS ? 0 : CLOCK_SECOND;
}

/* The consumer ends with an error where the next number does not come. */
static enum status
take(struct step *step, const void *record)
{
    const struct chain_record *in = record;
    if (in->number != (uint64_t)step_counter(step, TAKEN) + 1)
        return STATUS_INTERNAL;
    step_count(step, TAKEN, 1);
    return STATUS_OK;
}

static const char *const counters[] = {"taken"};
static const uint16_t outputs[] = {STREAM_INTAKE_CODING};
static const struct service_source sources[] = {{.name = "make", .poll = make_poll, .step = make}};
static const struct service_input inputs[] = {{STREAM_INTAKE_CODING, &record_chain_record, take}};
static const struct service_plan plans[] = {
    {.name = "intake", .sentence = "makes records", .outputs = outputs, .output_count = 1, .sources = sources,
     .source_count = 1, .counters = counters, .counter_count = 1},
    {.name = "coding", .sentence = "takes records", .inputs = inputs, .input_count = 1, .counters = counters,
     .counter_count = 1},
};

static char folder[256], config[300];
static long calls_left;

static void
count_down(const char *operation)
{
    (void)operation;
    if (--calls_left == 0)
        kill(getpid(), SIGKILL);
}

static int
run_plan(int which, const char *option)
{
    char name[] = "x", given[] = "--config", words[20];
    char *arguments[] = {name, given, config, words, NULL};
    snprintf(words, sizeof words, "%s", option);
    return service_main(&plans[which], 4, arguments);
}

/* A daemon as a process of its own; killed at its n-th call of the link, 0: not. */
static pid_t
start(int which, long n)
{
    fflush(NULL);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        calls_left = n;
        link_seam = n > 0 ? count_down : NULL;
        _exit(run_plan(which, "--foreground"));
    }
    return child;
}

static void
make_pair(void)
{
    char keys[300], text[1000];
    folder_make(folder);
    snprintf(config, sizeof config, "%s/claimline.conf", folder);
    snprintf(keys, sizeof keys, "%s/keys", folder);
    cr_assert_eq(mkdir(keys, 0700), 0);
    folder_make_key(keys, "claimline-intake.key");
    folder_make_key(keys, "claimline-coding.key");
    snprintf(text, sizeof text,
             "[claimline]\nstate = %s/state\nruntime = %s/run\nkeys = %s\nlog_level = error\n"
             "[intake]\nbatch_steps = 4\nreserve_bytes = 1M\n[coding]\nreserve_bytes = 1M\n",
             folder, folder, keys);
    FILE *file = fopen(config, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(freopen("/dev/null", "w", stderr) == NULL ? 1 : run_plan(i, "--init"));
        }
        int ended;
        waitpid(child, &ended, 0);
        cr_assert(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    }
}

static int64_t
taken(void)
{
    char path[400];
    int64_t number = -1;
    struct arena arena;
    struct control_request request = {.verb = TEXT("status")};
    struct control_answer answer;
    snprintf(path, sizeof path, "%s/run/control/coding.sock", folder);
    arena_init(&arena, 0);
    if (control_ask(path, &request, 1000, &arena, &answer) == STATUS_OK && answer.rows_count == 1)
        for (size_t i = 0; i < answer.rows[0].values_count; i++)
            if (text_is(answer.rows[0].values[i].name, "taken"))
                number = answer.rows[0].values[i].number;
    arena_free(&arena);
    return number;
}

/* The supervisor: what ends by the kill is started again; any other end is a fault. */
static bool
supervise(pid_t daemons[2])
{
    bool killed = false;
    for (int i = 0; i < 2; i++) {
        int ended;
        if (waitpid(daemons[i], &ended, WNOHANG) != daemons[i])
            continue;
        cr_assert(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL, "%s ended by itself", plans[i].name);
        daemons[i] = start(i, 0);
        killed = true;
    }
    return killed;
}

/* True when the daemon met its n-th call before all records were through. */
static bool
comes_through(int which, long n)
{
    bool killed = false;
    make_pair();
    pid_t daemons[2] = {start(0, which == 0 ? n : 0), start(1, which == 1 ? n : 0)};
    int64_t began = clock_ticks();
    while (taken() != RECORDS) {
        killed |= supervise(daemons);
        cr_assert_lt(clock_ticks() - began, PATIENCE_SECONDS * CLOCK_SECOND, "%s killed at call %ld: %lld records came",
                     plans[which].name, n, (long long)taken());
        usleep(2000);
    }
    for (int i = 0; i < 2; i++) {
        int ended;
        kill(daemons[i], SIGTERM);
        waitpid(daemons[i], &ended, 0);
        killed |= WIFSIGNALED(ended); /* at its last calls */
    }
    folder_remove(folder);
    return killed;
}

static void
kill_at_every_call(int which)
{
    int kills = 0;
    for (long n = 1; n <= KILLS; n++)
        kills += comes_through(which, n);
    printf("%s: killed at %d of its first %d sends and receives\n", plans[which].name, kills, KILLS);
    cr_assert_gt(kills, KILLS / 3);
}

Test(service_link, a_producer_killed_at_any_send_or_receive_loses_and_doubles_nothing)
{
    kill_at_every_call(0);
}

Test(service_link, a_consumer_killed_at_any_send_or_receive_loses_and_doubles_nothing)
{
    kill_at_every_call(1);
}
