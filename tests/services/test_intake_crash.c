/* Intake after a crash between any two commits, and between the polls of a file. */
#include "common/service/internal.h"
#include "tests/services/intake_bench.h"

#include <unistd.h>

enum { CLAIMS = 12, TAKEN = 7, ROUNDS_LIMIT = 400, ANSWER_FILES = 4 };

static void
drop_sample(struct bench *bench)
{
    struct sample sample;
    sample_begin(&sample, 1, 'P');
    for (int set = 0; set < 4; set++) {
        sample_set(&sample);
        for (int i = 0; i < CLAIMS / 4; i++) {
            char number[16];
            snprintf(number, sizeof number, "A%d", set * CLAIMS / 4 + i);
            struct sample_claim claim = {.number = number,
                                         .member = i == 2 && set > 0 ? "SAME" : NULL, /* two duplicates */
                                         .pointer = i == 1 && set == 0 ? "9" : NULL};
            sample_put(&sample, &claim);
        }
        sample_set_end(&sample, set == 2 ? 1 : 0); /* one set is rejected */
    }
    sample_end(&sample, 1);
    drop(bench, "batch.x12", sample.bytes, sample.length);
    sample_free(&sample);
}

/* One poll of the files, then one commit with one step. */
static void
round_once(struct bench *bench)
{
    struct service *service = bench_service(bench);
    size_t steps;
    service->source_ready[1] = intake_plan.sources[1].poll(service) <= 0;
    cr_assert_eq(batch_run(service, &steps), STATUS_OK);
}

/* Rounds until the file is done; -1 when it does not come to that. */
static int
finish(struct bench *bench)
{
    char path[600];
    snprintf(path, sizeof path, "%s/state/intake/spool/done/batch.x12", bench_folder(bench));
    for (int i = 0; i < ROUNDS_LIMIT; i++) {
        const struct control_answer *list = bench_ask(bench, "file.list", NULL);
        if (access(path, F_OK) == 0 && list->rows_count == 1 &&
            text_is(bench_value(list, 0, "outcome")->text, "taken"))
            return i;
        round_once(bench);
    }
    return -1;
}

static struct text
read_answer(struct bench *bench, const char *suffix)
{
    char path[600], *bytes;
    size_t length;
    snprintf(path, sizeof path, "%s/state/intake/spool/done/batch.x12.%s", bench_folder(bench), suffix);
    cr_assert_eq(file_get_plain(path, 1 << 20, &bytes, &length), STATUS_OK, "%s", suffix);
    return text_of(bytes, length);
}

static const char *const suffixes[ANSWER_FILES] = {"ta1", "999", "277ca", "receipt.json"};

/* The lines that hold no instant of receipt, which is that of the commit. */
static void
expect_same(struct text a, struct text b, const char *suffix, int rounds)
{
    while (a.length > 0 || b.length > 0) {
        struct text x = text_cut(a, '\n', &a), y = text_cut(b, '\n', &b);
        if (text_starts(text_trim(x), TEXT("\"received\"")))
            continue;
        cr_assert(text_equal(x, y), "after %d rounds, %s: %.*s | %.*s", rounds, suffix, TEXT_ARGS(x),
                  TEXT_ARGS(y));
    }
}

static void
check_against(struct bench *bench, const struct text *expected, const char *events, int rounds)
{
    cr_assert_str_eq(bench_events(bench), events, "after %d rounds", rounds);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), TAKEN, "after %d rounds", rounds);
    for (size_t i = 0; i < TAKEN; i++) {
        const struct encounter *encounter = bench_out(bench, STREAM_INTAKE_CODING, i, NULL);
        for (size_t j = 0; j < i; j++) {
            const struct encounter *other = bench_out(bench, STREAM_INTAKE_CODING, j, NULL);
            cr_assert_lt(other->identity.claim_id, encounter->identity.claim_id);
        }
    }
    for (int i = 0; i < ANSWER_FILES; i++) {
        struct text got = read_answer(bench, suffixes[i]);
        expect_same(got, expected[i], suffixes[i], rounds);
        free((char *)(uintptr_t)got.data);
    }
}

Test(intake_crash, a_crash_after_any_commit_changes_nothing_that_is_seen)
{
    struct bench *whole = open_bench("batch_steps = 1\n");
    struct text expected[ANSWER_FILES];
    drop_sample(whole);
    int rounds = finish(whole);
    char *events = strdup(bench_events(whole));
    for (int i = 0; i < ANSWER_FILES; i++)
        expected[i] = read_answer(whole, suffixes[i]);
    cr_assert_eq(bench_out_count(whole, STREAM_INTAKE_CODING), TAKEN, "%s", events);
    cr_assert_gt(rounds, CLAIMS - 3, "a commit for each of nine claims, and three more");
    bench_close(whole);
    for (int crash = 0; crash <= rounds + 1; crash++) {
        struct bench *bench = open_bench("batch_steps = 1\n");
        drop_sample(bench);
        for (int i = 0; i < crash; i++)
            round_once(bench);
        bench_restart(bench, false);
        cr_assert_geq(finish(bench), 0, "after %d rounds", crash);
        check_against(bench, expected, events, crash);
        bench_close(bench);
    }
    for (int i = 0; i < ANSWER_FILES; i++)
        free((char *)(uintptr_t)expected[i].data);
    free(events);
}

Test(intake_crash, a_crash_after_a_poll_that_was_not_recorded_changes_nothing)
{
    for (int crash = 0; crash < CLAIMS; crash++) {
        struct bench *bench = open_bench("batch_steps = 1\n");
        drop_sample(bench);
        for (int i = 0; i < crash; i++)
            round_once(bench);
        intake_plan.sources[1].poll(bench_service(bench));
        bench_restart(bench, false);
        cr_assert_geq(finish(bench), 0, "after %d rounds", crash);
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), TAKEN);
        bench_close(bench);
    }
}

Test(intake_crash, a_crash_at_every_round_still_comes_to_the_end)
{
    struct bench *bench = open_bench("batch_steps = 1\n");
    drop_sample(bench);
    for (int i = 0; i < 30; i++) {
        round_once(bench);
        bench_restart(bench, i % 3 == 0);
    }
    cr_assert_geq(finish(bench), 0);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), TAKEN);
    const struct control_answer *balance = bench_ask(bench, "balance", NULL);
    cr_expect_eq(bench_value(balance, 0, "taken")->number, TAKEN);
    cr_expect_eq(bench_value(balance, 0, "difference")->number, 0);
    bench_close(bench);
}
