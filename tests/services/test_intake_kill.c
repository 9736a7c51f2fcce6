/* Intake, killed at every call of its store: a file with refused claims, duplicates and a rejected set, its answers, the same
 * file again, one whose claim replaces a held one, and one that is no X12. */
#include "common/clock/clock.h"
#include "schemas/streams.h"
#include "services/intake/intake.h"
#include "tests/services/intake_sample.h"
#include "tests/support/kill.h"

#include <criterion/criterion.h>
#include <unistd.h>

enum { CLAIMS = 12 };

static struct bench *
opened(void)
{
    return bench_open(&intake_plan, "[intake]\napi = no\nreserve_bytes = 1M\n", NULL);
}

static void
spool_path(struct bench *bench, const char *name, char path[600])
{
    snprintf(path, 600, "%s/state/intake/spool/%s", bench_folder(bench), name);
}

static bool
is_known(struct bench *bench, const char *name)
{
    static const char *const folders[] = {"", ".taking/", "done/", "refused/"};
    char path[600], within[100];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(within, sizeof within, "%s%s", folders[i], name);
        spool_path(bench, within, path);
        if (access(path, F_OK) == 0)
            return true;
    }
    return false;
}

/* Until nothing moves: a poll may end before its work does, when the disk is slow. */
static void
settle(struct bench *bench)
{
    for (int quiet = 0; quiet < 4; quiet++) {
        ((struct intake_state *)service_state(bench_service(bench)))->again = 0;
        if (bench_run(bench) > 0)
            quiet = 0;
    }
}

/* A sender puts it there once, by rename. */
static void
drop_once(struct bench *bench, const char *name, const char *bytes, size_t length)
{
    char from[600], to[600];
    snprintf(from, sizeof from, "%s/dropped", bench_folder(bench));
    spool_path(bench, name, to);
    if (!is_known(bench, name)) {
        FILE *file = fopen(from, "wb");
        cr_assert_not_null(file);
        cr_assert_eq(fwrite(bytes, 1, length, file), length);
        fclose(file);
        cr_assert_eq(rename(from, to), 0);
    }
    settle(bench);
}

static void
make_batch(struct sample *sample)
{
    sample_begin(sample, 1, 'P');
    for (int set = 0; set < 4; set++) {
        sample_set(sample);
        for (int i = 0; i < CLAIMS / 4; i++) {
            char number[16];
            snprintf(number, sizeof number, "A%d", set * CLAIMS / 4 + i);
            struct sample_claim claim = {.number = number,
                                         .member = i == 2 && set > 0 ? "SAME" : NULL,
                                         .pointer = i == 1 && set == 0 ? "9" : NULL};
            sample_put(sample, &claim);
        }
        sample_set_end(sample, set == 2 ? 1 : 0);
    }
    sample_end(sample, 1);
}

static void
hold_first(struct bench *bench)
{
    const struct encounter *first = bench_out(bench, STREAM_INTAKE_CODING, 0, NULL);
    struct hold_notice notice = {
        .identity = first->identity, .change = HOLD_CHANGE_HELD, .duplicate_key = first->duplicate_key};
    kill_feed(bench, STREAM_CODING_INTAKE, 1, &record_hold_notice, &notice);
}

static void
run(struct bench *bench)
{
    struct sample batch, one;
    const struct sample_claim again = {.number = "A0"};
    bench_hold_time(bench, clock_from_date(20261102));
    make_batch(&batch);
    drop_once(bench, "batch.x12", batch.bytes, batch.length);
    hold_first(bench);
    sample_of(&one, 2, &again, 1);
    drop_once(bench, "mended.x12", one.bytes, one.length);
    drop_once(bench, "same.x12", batch.bytes, batch.length);
    drop_once(bench, "letter.txt", "Dear payer,", 11);
    sample_free(&batch);
    sample_free(&one);
}

static bool
folder(struct bench *bench, size_t n, char path[512])
{
    snprintf(path, 512, "%s/state/intake/spool", bench_folder(bench));
    return n == 0;
}

Test(intake_kill, claims_and_answers_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(
        &(struct kill_scenario){.name = "intake", .open = opened, .close = bench_close, .run = run, .folder = folder});
}
