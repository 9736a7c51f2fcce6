/* The claims daemon through the bench, with two payers and a provider: what is fed, what comes out, what waits. */
#ifndef CLAIMLINE_TESTS_CLAIMS_BENCH_H
#define CLAIMLINE_TESTS_CLAIMS_BENCH_H

#include "common/control_number/control_number.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "tests/services/claims_sample.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);

#define PAYER(title, id)                                                                                     \
    "[payer]\ntitle = " title "\nid = " id "\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n"           \
    "submitter_phone = 5555550100\nfolder = /srv/payer\n"
static const char *const files[] = {
    "payers/acme.conf",
    PAYER("ACME", "12345") "timely_filing_days = 100\n",
    "payers/strict.conf",
    PAYER("Strict", "777") "not_principal = R07.9\nneeds_modifier = 87804:QW\n"
                           "needs_authorization = 97110\ntimely_filing_days = 30\n",
    "providers/clinic.conf",
    "[provider]\nnpi = 1234567893\nname = Clinic\ntax_id = 123456789\ntaxonomy = 207Q00000X\n"
    "address_1 = 1 Main St\ncity = Salem\nstate = OR\npostal_code = 973010001\n",
    NULL};

static inline struct bench *
opened(void)
{
    struct bench *bench = bench_open(&claims_plan, "cell = 5\n", files);
    bench_set_time(bench, noon);
    return bench;
}

static inline void
put_profile(struct bench *bench, const char *name, const char *content)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", bench_folder(bench), name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(content, file);
    fclose(file);
}

static inline struct identity
identity_of(uint64_t claim_id, uint64_t version)
{
    return (struct identity){.organisation = 1,
                             .site = 1,
                             .cell = 5,
                             .account = 9,
                             .encounter_id = claim_id,
                             .claim_id = claim_id,
                             .version = version};
}

static struct text fed; /* the packed body of the last feed, in static memory */

static inline enum status
feed(struct bench *bench, uint64_t claim_id, uint64_t version, const struct claims_sample *sample)
{
    static char kept[8192];
    struct arena arena;
    struct text body;
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_claim_body, &sample->body, &arena, &body, NULL), STATUS_OK);
    cr_assert_leq(body.length, sizeof kept);
    memcpy(kept, body.data, body.length);
    fed = text_of(kept, body.length);
    arena_free(&arena);
    struct coded_encounter coded = {.identity = identity_of(claim_id, version),
                                    .sender = TEXT("EHR"),
                                    .received = noon - 1000000,
                                    .local_date = 20251124,
                                    .body = fed,
                                    .edition = TEXT("test"),
                                    .rules = 1,
                                    .expected_cents = 9087,
                                    .expected_lines = 1,
                                    .source = ENCOUNTER_SOURCE_FHIR};
    return bench_feed(bench, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded);
}

static inline void
feed_sample(struct bench *bench, uint64_t claim_id, const char *payer)
{
    struct claims_sample sample;
    claims_sample_make(&sample);
    sample.body.payer.id = text_from(payer);
    cr_assert_eq(feed(bench, claim_id, 1, &sample), STATUS_OK);
}

/* taken, made, passed on, ended, held; and the same after an unclean restart */
static inline void
check_balance(struct bench *bench, int64_t taken, int64_t made, int64_t passed_on, int64_t ended,
              int64_t held)
{
    for (int i = 0; i < 2; i++) {
        const struct control_answer *answer = bench_ask(bench, "balance", NULL);
        cr_expect_eq(bench_number(answer, 0, "taken"), taken);
        cr_expect_eq(bench_number(answer, 0, "made"), made);
        cr_expect_eq(bench_number(answer, 0, "passed_on"), passed_on);
        cr_expect_eq(bench_number(answer, 0, "ended"), ended);
        cr_expect_eq(bench_number(answer, 0, "held"), held);
        cr_expect_eq(bench_number(answer, 0, "difference"), 0);
        if (i == 0)
            bench_restart(bench, false);
    }
}

static inline const struct claim *
claim_out(struct bench *bench, size_t i)
{
    const struct record_type *type;
    cr_assert_gt(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), i);
    const struct claim *claim = bench_out(bench, STREAM_CLAIMS_SUBMISSION, i, &type);
    cr_assert_eq(type, &record_claim);
    return claim;
}

static inline const struct coding_query *
query_out(struct bench *bench, size_t i)
{
    cr_assert_gt(bench_out_count(bench, STREAM_CLAIMS_CODING), i);
    return bench_out(bench, STREAM_CLAIMS_CODING, i, NULL);
}

static inline struct claim_body
body_of(struct text bytes, struct arena *arena)
{
    struct claim_body body;
    cr_assert_eq(record_read(&record_claim_body, bytes, arena, &body, NULL), STATUS_OK);
    return body;
}

static inline const char *
stage(struct bench *bench, const char *id, size_t row)
{
    const struct control_value *value = bench_value(ASK(bench, "claim.show", "id", id), row, "state");
    static char name[40];
    return value == NULL ? "" : text_copy(value->text, name, sizeof name);
}

static inline size_t
work_count(struct bench *bench)
{
    return bench_ask(bench, "work.list", NULL)->rows_count;
}

static inline enum status
reject(struct bench *bench, uint64_t claim_id, uint64_t version, const char *status)
{
    struct claim_answer answer = {.identity = identity_of(claim_id, version),
                                  .clm01 = TEXT("any"),
                                  .payer = TEXT("acme"),
                                  .answer = ANSWER_KIND_REJECTED,
                                  .category = TEXT("A7"),
                                  .status = text_from(status),
                                  .total_cents = 16650};
    return bench_feed(bench, STREAM_SUBMISSION_CLAIMS, &record_claim_answer, &answer);
}

static inline enum status
deny(struct bench *bench, uint64_t claim_id, uint64_t version, uint64_t line)
{
    struct denial_notice notice = {.identity = identity_of(claim_id, version),
                                   .clm01 = TEXT("any"),
                                   .line = line,
                                   .group = TEXT("CO"),
                                   .reason = TEXT("11"),
                                   .cents = 4150,
                                   .payer_control_number = TEXT("PCN-1")};
    return bench_feed(bench, STREAM_REMITTANCE_CLAIMS, &record_denial_notice, &notice);
}

#endif
