/* The claims daemon, killed at every call of its store while claims wait for their payers' word on the patient: answers that
 * agree and differ, a payer who is silent, a correction, a retry, a wish to ask where a claim stands. */
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "tests/services/claims_sample.h"
#include "tests/support/kill.h"

#include <criterion/criterion.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);

static struct bench *
opened(void)
{
    static const char *const files[] = {"payers/acme.conf",
                                        "[payer]\ntitle = ACME\nid = 12345\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n"
                                        "submitter_phone = 5555550100\nfolder = /srv/payer\neligibility = yes\n"
                                        "eligibility_wait = 1h\n",
                                        NULL};
    return bench_open(&claims_plan, "cell = 5\n[claims]\nreserve_bytes = 1M\n", files);
}

static struct identity
identity_of(uint64_t claim_id)
{
    return (struct identity){.organisation = 1, .site = 1, .cell = 5, .claim_id = claim_id, .version = 1};
}

/* The n-th claim that coding passes on, of this patient. */
static void
feed(struct bench *bench, uint64_t n, const char *first_name)
{
    struct claims_sample sample;
    struct arena arena;
    struct text body;
    claims_sample_make(&sample);
    sample.body.subscriber.person = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("Doe"),
                                                   .first_name = text_from(first_name), .id_qualifier = TEXT("MI"),
                                                   .id = TEXT("M-1")};
    sample.body.subscriber.birth_date = 19800101;
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_claim_body, &sample.body, &arena, &body, NULL), STATUS_OK);
    struct coded_encounter coded = {.identity = identity_of(500 + n), .sender = TEXT("EHR"), .received = noon - 1000000,
                                    .local_date = 20251124, .body = body, .edition = TEXT("test"), .rules = 1,
                                    .source = ENCOUNTER_SOURCE_FHIR};
    kill_feed(bench, STREAM_CODING_CLAIMS, n, &record_coded_encounter, &coded);
    arena_free(&arena);
}

/* The key of the n-th question to submission. */
static struct text
key_out(struct bench *bench, size_t n)
{
    for (size_t i = 0; i < bench_out_count(bench, STREAM_CLAIMS_SUBMISSION); i++) {
        const struct record_type *type;
        const struct eligibility_question *question = bench_out(bench, STREAM_CLAIMS_SUBMISSION, i, &type);
        if (type == &record_eligibility_question && n-- == 0)
            return question->key;
    }
    cr_assert_fail("there is no such question");
    return (struct text){0};
}

/* The n-th answer. */
static void
say(struct bench *bench, uint64_t n, size_t question, const char *first_name)
{
    struct eligibility_answer answer = {.key = key_out(bench, question), .payer = TEXT("acme"), .state = ELIGIBILITY_STATE_TOLD,
                                        .last_name = TEXT("DOE"), .first_name = text_from(first_name),
                                        .coverage = ELIGIBILITY_COVERAGE_ACTIVE, .covered_from = 20250101};
    kill_feed(bench, STREAM_SUBMISSION_CLAIMS, n, &record_eligibility_answer, &answer);
    bench_run(bench);
}

static void
run(struct bench *bench)
{
    bench_hold_time(bench, noon);
    feed(bench, 1, "Jane");
    feed(bench, 2, "Jane");
    feed(bench, 3, "John");
    feed(bench, 4, "Ann");
    feed(bench, 5, "Eve");
    say(bench, 1, 0, "JANE");
    say(bench, 2, 1, "JOHNNY");
    say(bench, 3, 2, "ANNA");
    bench_hold_time(bench, noon + 60000000);
    ASK(bench, "work.answer", "id", "claims-503-1", "act", "correct", "reason", "typing error", "key", "a");
    ASK(bench, "work.answer", "id", "claims-504-1", "act", "retry", "reason", "he erred", "key", "b");
    say(bench, 4, 4, "ANN");
    bench_hold_time(bench, noon + INT64_C(7200000000)); /* Eve's payer was silent */
    bench_run(bench);
    struct status_wish wish = {.identity = identity_of(501), .clm01 = TEXT("any"), .payer = TEXT("acme"), .times = 1};
    kill_feed(bench, STREAM_REMITTANCE_CLAIMS, 1, &record_status_wish, &wish);
    bench_run(bench);
}

Test(claims_eligibility_kill, claims_and_questions_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(
        &(struct kill_scenario){.name = "claims eligibility", .open = opened, .close = bench_close, .run = run});
}
