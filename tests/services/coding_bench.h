/* The coding daemon in the bench, fed with the influenza visit; for all tests of its verbs. */
#ifndef CLAIMLINE_TESTS_CODING_BENCH_H
#define CLAIMLINE_TESTS_CODING_BENCH_H

#include "schemas/streams.h"
#include "services/coding/plan.h"
#include "tests/services/coding_sample.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);
static const char guard[32] = "guard-key-of-the-influenza-claim";

static inline struct bench *
opened(void)
{
    struct bench *bench = bench_open(&coding_plan, "[coding]\nanswer_days = 2\n", NULL);
    bench_set_time(bench, noon);
    return bench;
}

static inline struct text
packed(const struct claim_body *body, struct arena *arena)
{
    struct text bytes;
    cr_assert_eq(record_write(&record_claim_body, body, arena, &bytes, NULL), STATUS_OK);
    return bytes;
}

/* Each claim has a patient of its own, unless the sample names one. */
static inline struct encounter
encounter_of(const struct coding_sample *sample, uint64_t claim_id, struct arena *arena)
{
    struct claim_body body = sample->body;
    if (body.subscriber.person.id.length == 0)
        body.subscriber.person.id = arena_print(arena, "W%llu", (unsigned long long)claim_id);
    return (struct encounter){
        .identity = {.organisation = 1, .site = 1, .cell = 1, .account = 9, .encounter_id = claim_id, .claim_id = claim_id,
                     .version = 1},
        .source = ENCOUNTER_SOURCE_FHIR,
        .sender = TEXT("EHR"),
        .received = noon - 1000000,
        .local_date = 20251124,
        .body = packed(&body, arena),
        .duplicate_key = text_of(guard, sizeof guard)};
}

/* Feeds the influenza visit with other diagnoses. */
static inline enum status
feed(struct bench *bench, uint64_t claim_id, const char *codes, uint64_t replaces, const char *frequency)
{
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, codes);
    sample.lines[1].pointer_1 = sample.body.diagnoses_count;
    sample.body.frequency = text_from(frequency);
    struct encounter encounter = encounter_of(&sample, claim_id, &arena);
    encounter.replaces = replaces;
    enum status status = bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    arena_free(&arena);
    return status;
}

#endif
