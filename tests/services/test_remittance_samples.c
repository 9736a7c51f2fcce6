/* Every 835 of the samples, where they are: read to its end, posted or held, and the ledger even after each. */
#include "services/remittance/remittance.h"

#include "schemas/streams.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define ACME                                                                                                           \
    "[payer]\ntitle = ACME Health\nid = 12345\nreceiver = ACME\nsender = CLINIC\nsubmitter_name = Clinic\n"            \
    "submitter_phone = 5555550100\nfolder = /srv/acme\n"

enum { CHUNK_BYTES = 262144 };

static char *
read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    cr_assert_eq(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

static void
feed_file(struct bench *bench, const char *path, uint64_t unit)
{
    size_t length;
    char *bytes = read_file(path, &length);
    uint8_t sum[SEAL_SUM_BYTES];
    seal_sum(text_of(bytes, length), sum);
    for (size_t from = 0, number = 1; from < length; from += CHUNK_BYTES, number++) {
        size_t some = length - from < CHUNK_BYTES ? length - from : CHUNK_BYTES;
        struct remit_chunk chunk = {.unit = unit, .payer = TEXT("acme"), .number = number, .bytes = text_of(bytes + from, some)};
        if (from + some == length) {
            chunk.last = true;
            chunk.sum = text_of(sum, sizeof sum);
        }
        cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk), STATUS_OK);
    }
    free(bytes);
}

Test(remittance_samples, every_sample_is_posted_or_held_and_the_ledger_stays_even)
{
    static const char *const files[] = {"payers/acme.conf", ACME, NULL};
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    if (samples == NULL)
        cr_skip("CLAIMLINE_SAMPLES is not set");
    char folder[4096], path[8192];
    snprintf(folder, sizeof folder, "%s/x12/835", samples);
    DIR *list = opendir(folder);
    cr_assert_not_null(list, "%s", folder);
    struct bench *bench = bench_open(&remittance_plan, "[remittance]\n", files);
    uint64_t unit = 0;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        feed_file(bench, path, ++unit);
        bench_run(bench);
        const struct control_answer *balance = bench_ask(bench, "balance", NULL);
        cr_assert_eq(bench_number(balance, 0, "difference_cents"), 0, "%s", entry->d_name);
        /* No claim of these is ours: what was paid is all in clearing, but for what providers had taken off. */
        cr_expect_eq(bench_number(balance, 0, "cash_cents") + bench_number(balance, 0, "clearing_cents") + bench_number(balance, 0, "provider_level_cents"),
                     0, "%s", entry->d_name);
        const char *const arguments[] = {"kind", "remittance", NULL};
        const struct control_answer *held = bench_ask(bench, "work.list", arguments);
        for (size_t i = 0; i < held->rows_count && getenv("CLAIMLINE_VERBOSE") != NULL; i++)
            if ((uint64_t)bench_value(held, i, "unit")->number == unit)
                printf("%s: %.*s\n", entry->d_name, TEXT_ARGS(bench_value(held, i, "sentence")->text));
    }
    closedir(list);
    cr_assert_gt(unit, 0);
    const struct control_answer *sets = bench_ask(bench, "remit.list", NULL);
    size_t posted = 0;
    for (size_t i = 0; i < sets->rows_count; i++) {
        struct text state = bench_value(sets, i, "state")->text;
        cr_expect_not(text_is(state, "posting"));
        posted += text_is(state, "posted") || text_is(state, "repeated");
        if (getenv("CLAIMLINE_VERBOSE") != NULL && !text_is(state, "posted"))
            printf("unit %lld %.*s %.*s\n", (long long)bench_value(sets, i, "unit")->number, TEXT_ARGS(state),
                   TEXT_ARGS(bench_value(sets, i, "place")->text));
    }
    cr_expect_gt(posted, sets->rows_count / 2, "%zu of %u", posted, sets->rows_count);
    bench_close(bench);
}

Test(remittance_samples, a_file_that_is_no_remittance_is_held)
{
    static const char *const files[] = {"payers/acme.conf", ACME, NULL};
    static const char *const texts[] = {"", "ISA", "nothing that anybody could read as X12, but long enough to hold an ISA if it were one, which it is not at all"};
    struct bench *bench = bench_open(&remittance_plan, "[remittance]\n", files);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint8_t sum[SEAL_SUM_BYTES];
        seal_sum(text_from(texts[i]), sum);
        struct remit_chunk chunk = {.unit = i + 1, .payer = TEXT("acme"), .number = 1, .last = true,
                                    .bytes = text_from(texts[i]), .sum = text_of(sum, sizeof sum)};
        cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk), STATUS_OK);
        bench_run(bench);
        cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, i + 1);
    }
    bench_close(bench);
}
