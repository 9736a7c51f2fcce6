/* Claims for submission's tests, and a payer's folder in a temporary place. */
#ifndef CLAIMLINE_TESTS_SUBMISSION_SAMPLE_H
#define CLAIMLINE_TESTS_SUBMISSION_SAMPLE_H

#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/file/file.h"
#include "common/service/internal.h"
#include "common/x12/check/x12_validate.h"
#include "schemas/streams.h"
#include "services/submission/submission.h"
#include "tests/services/claims_sample.h"
#include "tests/support/bench.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);
static char payer_folder[256];
static struct bench *bench;

/* Two payers, acme and other, below payer_folder; `keys` go into both profiles. */
static inline void
open_submission(const char *section, const char *keys)
{
    static char profiles[2][1024];
    folder_make(payer_folder);
    static const char *const names[] = {"acme", "other"};
    for (int i = 0; i < 2; i++) {
        char folder[300];
        snprintf(folder, sizeof folder, "%s/%s", payer_folder, names[i]); /* submission never makes it */
        cr_assert_eq(file_make_folder(folder), STATUS_OK);
        snprintf(folder, sizeof folder, "%s/%s/in", payer_folder, names[i]);
        cr_assert_eq(file_make_folder(folder), STATUS_OK);
        snprintf(profiles[i], sizeof profiles[i],
                 "[payer]\ntitle = ACME Health\nid = 1234%d\nreceiver = ACME%d\nsender = CLINIC\nsubmitter_name = Clinic\n"
                 "submitter_phone = 5555550100\nfolder = %s/%s\nbatch_wait = 5min\n%s",
                 5 + i, i, payer_folder, names[i], keys);
    }
    const char *files[] = {"payers/acme.conf", profiles[0], "payers/other.conf", profiles[1], NULL};
    bench = bench_open(&submission_plan, section, files);
    bench_set_time(bench, noon);
}

static inline void
close_submission(void)
{
    bench_close(bench);
    folder_remove(payer_folder);
}

static inline const char *
clm01(uint64_t id)
{
    static char buffers[8][CONTROL_NUMBER_BYTES];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    control_number_compose(&(struct control_number){.cell = 1, .claim_id = id, .version = 1}, buffer);
    return buffer;
}

/* A claim whose set passes every check; `name` is the member's last name. */
static inline struct claim
claim_named(uint64_t id, const char *payer, const char *name, struct arena *arena)
{
    struct claims_sample sample;
    struct text body, member = arena_print(arena, "M-%llu", (unsigned long long)id);
    claims_sample_make(&sample);
    sample.body.patient_control_number = arena_print(arena, "SENDER-%llu", (unsigned long long)id);
    sample.body.payer.entity_type = TEXT("2");
    sample.body.payer.last_name = TEXT("ACME");
    sample.body.payer.id_qualifier = TEXT("PI");
    sample.body.provider_signature = sample.body.benefits_assignment = sample.body.release_of_information = TEXT("Y");
    sample.body.assignment = TEXT("A");
    sample.body.subscriber.sequence = TEXT("P");
    sample.body.subscriber.relationship = TEXT("18");
    sample.body.subscriber.filing_indicator = TEXT("CI");
    sample.body.subscriber.birth_date = 19800101;
    sample.body.subscriber.sex = TEXT("F");
    sample.body.subscriber.person = (struct party){.entity_type = TEXT("1"),
                                                   .last_name = text_from(name),
                                                   .first_name = TEXT("Jane"),
                                                   .id_qualifier = TEXT("MI"),
                                                   .id = member,
                                                   .address_1 = TEXT("2 Main St"),
                                                   .city = TEXT("Salem"),
                                                   .state = TEXT("OR"),
                                                   .postal_code = TEXT("97301")};
    cr_assert_eq(record_write(&record_claim_body, &sample.body, arena, &body, NULL), STATUS_OK);
    return (struct claim){.identity = {.organisation = 1, .site = 1, .cell = 1, .account = 9, .encounter_id = id,
                                       .claim_id = id, .version = 1},
                          .clm01 = text_from(clm01(id)),
                          .payer = text_from(payer),
                          .total_cents = 16650,
                          .body = body,
                          .received = noon - 1000000,
                          .sender = TEXT("EHR")};
}

static inline void
feed_named(uint64_t id, const char *payer, const char *name)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct claim claim = claim_named(id, payer, name, &arena);
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_claim, &claim), STATUS_OK);
    arena_free(&arena);
}

static inline void
feed_claim(uint64_t id, const char *payer)
{
    feed_named(id, payer, "Doe");
}

static inline int64_t
balance(const char *name)
{
    return bench_balance(bench, name);
}

/* taken + made = passed_on + ended + held + queued + refused, counted here. */
static inline void
check_balance(void)
{
    cr_assert_eq(balance("taken") + balance("made"), balance("passed_on") + balance("ended") + balance("held") +
                                                         balance("queued") + balance("refused"));
    cr_assert_eq(balance("difference"), 0);
}

static inline void
run_at(int64_t instant)
{
    bench_set_time(bench, instant);
    bench_run(bench);
    check_balance();
}

static inline void
restart(bool clean)
{
    bench_restart(bench, clean);
}

/* The names in a payer's folder, joined by blanks. */
static inline const char *
names_in(const char *payer, const char *folder)
{
    static char joined[4096];
    char path[400];
    struct arena arena;
    struct text *names;
    size_t count = 0, length = 0;
    arena_init(&arena, 0);
    snprintf(path, sizeof path, "%s/%s/%s", payer_folder, payer, folder);
    joined[0] = '\0';
    if (file_list(path, 64, &arena, &names, &count) == STATUS_OK)
        for (size_t i = 0; i < count; i++)
            length += (size_t)snprintf(joined + length, sizeof joined - length, "%s%.*s", i == 0 ? "" : " ",
                                       TEXT_ARGS(names[i]));
    arena_free(&arena);
    return joined;
}

/* A file of out/; freed with free. */
static inline char *
read_out(const char *payer, const char *name)
{
    char path[500], *bytes;
    size_t length;
    snprintf(path, sizeof path, "%s/%s/out/%s", payer_folder, payer, name);
    cr_assert_eq(file_get_plain(path, 1 << 24, &bytes, &length), STATUS_OK, "%s", path);
    char *copy = strndup(bytes, length);
    free(bytes);
    return copy;
}

static inline bool
out_holds(const char *payer, const char *name, const char *needle)
{
    char *bytes = read_out(payer, name);
    bool holds = strstr(bytes, needle) != NULL;
    free(bytes);
    return holds;
}

/* Checks the file as the payer would, and returns its claims. */
static inline unsigned
valid_claims(const char *payer, const char *name)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = 7};
    enum x12_event event;
    unsigned claims = 0, interchanges = 0;
    char *bytes = read_out(payer, name);
    x12_check_open_memory(&check, &options, text_from(bytes));
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED, "%s", check.fault);
        if (event == X12_EVENT_CLAIM_END) {
            claims++;
            for (uint32_t i = 0; i < check.claim.findings.count; i++) /* samples of all places break situations */
                cr_assert_neq(check.claim.findings.items[i].kind->severity, FINDING_ERROR, "%s",
                              check.claim.findings.items[i].kind->name);
        } else if (event == X12_EVENT_SET_END) {
            cr_assert(check.set.accepted);
            cr_assert_eq(check.set.findings.count, 0);
        } else if (event == X12_EVENT_GROUP_END) {
            cr_assert_eq(check.group.findings.count, 0);
        } else if (event == X12_EVENT_INTERCHANGE_END) {
            interchanges++;
            cr_assert_eq(check.interchange.findings.count, 0);
        }
    }
    cr_assert_eq(interchanges, 1);
    x12_check_close(&check);
    free(bytes);
    return claims;
}

/* The payer puts a file into in/. */
static inline void
payer_puts(const char *payer, const char *name, const char *bytes, size_t length)
{
    char folder[400];
    snprintf(folder, sizeof folder, "%s/%s/in", payer_folder, payer);
    cr_assert_eq(file_make_folder(folder), STATUS_OK);
    cr_assert_eq(file_put_plain(folder, name, text_of(bytes, length)), STATUS_OK);
}

static inline bool
value_is(const struct control_answer *answer, size_t row, const char *name, const char *word)
{
    return bench_says(answer, row, name, word);
}

#endif
