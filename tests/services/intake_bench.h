/* Intake on a bench: files dropped into its spool folder, and what it answered. Names are below the spool folder. */
#ifndef CLAIMLINE_TESTS_INTAKE_BENCH_H
#define CLAIMLINE_TESTS_INTAKE_BENCH_H

#include "common/clock/clock.h"
#include "common/file/file.h"
#include "common/x12/check/x12_validate.h"
#include "schemas/streams.h"
#include "services/intake/intake.h"
#include "tests/services/intake_sample.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <sys/stat.h>

/* `more`: lines of its section. */
static inline struct bench *
open_bench(const char *more)
{
    char text[512];
    snprintf(text, sizeof text, "[intake]\napi = no\n%s", more);
    struct bench *bench = bench_open(&intake_plan, text, NULL);
    bench_set_time(bench, clock_from_date(20261102) + 12 * 3600 * CLOCK_SECOND);
    return bench;
}

static inline void
path_of(struct bench *bench, const char *name, char path[700])
{
    snprintf(path, 700, "%s/state/intake/spool/%s", bench_folder(bench), name);
}

/* Until nothing moves: a poll may end before its work does, when the disk is slow. */
static inline void
settle(struct bench *bench)
{
    for (int quiet = 0; quiet < 12; quiet++)
        if (bench_run(bench) > 0)
            quiet = 0;
}

/* By rename, as senders do. */
static inline void
drop(struct bench *bench, const char *name, const char *bytes, size_t length)
{
    char from[700], to[700];
    path_of(bench, ".dropped", from);
    path_of(bench, name, to);
    FILE *file = fopen(from, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
    cr_assert_eq(rename(from, to), 0);
}

/* And what it makes of it. */
static inline void
drop_and_settle(struct bench *bench, const char *name, const char *bytes, size_t length)
{
    drop(bench, name, bytes, length);
    settle(bench);
}

static inline bool
is_there(struct bench *bench, const char *name)
{
    char path[700];
    struct stat stat_of;
    path_of(bench, name, path);
    return stat(path, &stat_of) == 0;
}

/* The whole of an answer, terminated; the test's process ends soon. "" when it is not there. */
static inline char *
answer(struct bench *bench, const char *name)
{
    char path[700], *bytes;
    size_t length;
    path_of(bench, name, path);
    if (file_get_plain(path, 1 << 24, &bytes, &length) != STATUS_OK)
        return strdup("");
    bytes = realloc(bytes, length + 1);
    bytes[length] = '\0';
    return bytes;
}

static inline void
expect_in(struct bench *bench, const char *name, const char *part)
{
    char *bytes = answer(bench, name);
    cr_expect_not_null(strstr(bytes, part), "%s lacks %s:\n%s", name, part, bytes);
    free(bytes);
}

static inline void
expect_not_in(struct bench *bench, const char *name, const char *part)
{
    char *bytes = answer(bench, name);
    cr_expect_null(strstr(bytes, part), "%s has %s:\n%s", name, part, bytes);
    free(bytes);
}

/* A file of one set of these claims. */
static inline void
feed(struct bench *bench, const char *name, unsigned control, const struct sample_claim *claims, size_t count)
{
    struct sample sample;
    sample_of(&sample, control, claims, count);
    drop_and_settle(bench, name, sample.bytes, sample.length);
    sample_free(&sample);
}

static inline const struct encounter *
encounter(struct bench *bench, size_t i)
{
    const struct record_type *type;
    const void *record = bench_out(bench, STREAM_INTAKE_CODING, i, &type);
    cr_assert_eq(type, &record_encounter);
    return record;
}

/* What we write must be clean by our own reader. */
static inline void
expect_clean(struct bench *bench, const char *name)
{
    char *bytes = answer(bench, name);
    struct x12_check_options options = {0};
    struct x12_check check;
    unsigned sets = 0;
    x12_check_open_memory(&check, &options, text_from(bytes));
    for (enum x12_event event = X12_EVENT_COUNT; event != X12_EVENT_END && event != X12_EVENT_FAILED;) {
        event = x12_check_next(&check);
        cr_expect_neq(event, X12_EVENT_FAILED, "%s: %s", name, check.fault);
        if (event == X12_EVENT_INTERCHANGE_END)
            cr_expect(check.interchange.accepted, "%s: envelope", name);
        if (event != X12_EVENT_SET_END)
            continue;
        sets++;
        for (uint32_t i = 0; i < check.set.findings.count; i++)
            cr_expect_fail("%s: %s at %.*s (%.*s)", name, check.set.findings.items[i].kind->name,
                           TEXT_ARGS(check.set.findings.items[i].place),
                           TEXT_ARGS(check.set.findings.items[i].detail));
    }
    cr_expect(sets > 0, "%s has no set", name);
    x12_check_close(&check);
    free(bytes);
}

#endif
