/* The claims daemon, killed at every call of its store: claims that go on, that go back to coding, that wait for a biller
 * and are released or ended, a rejection, a denial. */
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "tests/services/claims_sample.h"
#include "tests/support/kill.h"

#include <criterion/criterion.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})
#define PAYER(title, id)                                                                                     \
    "[payer]\ntitle = " title "\nid = " id "\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n"           \
    "submitter_phone = 5555550100\nfolder = /srv/payer\n"

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);

static struct bench *
opened(void)
{
    static const char *const files[] = {"payers/acme.conf", PAYER("ACME", "12345"), "payers/strict.conf",
                                        PAYER("Strict", "777") "not_principal = R07.9\nneeds_authorization = 97110\n",
                                        "payers/rows.conf",
                                        PAYER("Rows", "888") "[edits]\nnote = need 2300/NTE*ADD when 2400/SV1-01-2 = 99213 in 2400\n"
                                                             "tests = forbid 2400/SV1-01-2 = 87804 in 2400\n",
                                        NULL};
    return bench_open(&claims_plan, "cell = 5\n[claims]\nreserve_bytes = 1M\n", files);
}

static struct identity
identity_of(uint64_t claim_id, uint64_t version)
{
    return (struct identity){.organisation = 1, .site = 1, .cell = 5, .account = 9, .encounter_id = claim_id,
                             .claim_id = claim_id, .version = version};
}

/* The n-th claim that coding passes on. */
static void
feed(struct bench *bench, uint64_t n, uint64_t claim_id, uint64_t version, const struct claims_sample *sample)
{
    struct arena arena;
    struct text body;
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_claim_body, &sample->body, &arena, &body, NULL), STATUS_OK);
    struct coded_encounter coded = {.identity = identity_of(claim_id, version),
                                    .sender = TEXT("EHR"),
                                    .received = noon - 1000000,
                                    .local_date = 20251124,
                                    .body = body,
                                    .edition = TEXT("test"),
                                    .rules = 1,
                                    .source = ENCOUNTER_SOURCE_FHIR};
    kill_feed(bench, STREAM_CODING_CLAIMS, n, &record_coded_encounter, &coded);
    arena_free(&arena);
}

static void
reject(struct bench *bench, uint64_t n, uint64_t claim_id, const char *status)
{
    struct claim_answer answer = {.identity = identity_of(claim_id, 1), .clm01 = TEXT("any"), .payer = TEXT("acme"),
                                  .answer = ANSWER_KIND_REJECTED, .category = TEXT("A7"), .status = text_from(status),
                                  .total_cents = 16650};
    kill_feed(bench, STREAM_SUBMISSION_CLAIMS, n, &record_claim_answer, &answer);
}

static void
deny(struct bench *bench, uint64_t claim_id)
{
    struct denial_notice notice = {.identity = identity_of(claim_id, 1), .clm01 = TEXT("any"), .line = 2, .group = TEXT("CO"),
                                   .reason = TEXT("11"), .cents = 4150, .payer_control_number = TEXT("PCN-1")};
    kill_feed(bench, STREAM_REMITTANCE_CLAIMS, 1, &record_denial_notice, &notice);
}

static void
feed_all(struct bench *bench)
{
    struct claims_sample sample;
    claims_sample_make(&sample);
    feed(bench, 1, 501, 1, &sample);
    feed(bench, 2, 502, 1, &sample);
    sample.body.payer.id = TEXT("4711"); /* unknown: waits for a biller */
    feed(bench, 3, 503, 1, &sample);
    sample.body.payer.id = TEXT("777");
    sample.diagnoses[0].code = TEXT("R079"); /* to coding, which corrects it */
    feed(bench, 4, 504, 1, &sample);
    sample.diagnoses[0].code = TEXT("J101");
    feed(bench, 5, 504, 2, &sample);
    sample.lines[0].procedure = TEXT("97110"); /* waits for a biller */
    feed(bench, 6, 505, 1, &sample);
    sample.body.payer.id = TEXT("888");
    sample.lines[1].procedure = TEXT("99214");
    feed(bench, 7, 506, 1, &sample); /* none of the rows is broken */
    sample.lines[0].procedure = TEXT("99213"); /* a biller's row */
    feed(bench, 8, 507, 1, &sample);
    sample.lines[1].procedure = TEXT("87804"); /* a coder's row too */
    feed(bench, 9, 508, 1, &sample);
}

static void
run(struct bench *bench)
{
    bench_hold_time(bench, noon);
    feed_all(bench);
    bench_hold_time(bench, noon + 60000000);
    ASK(bench, "work.answer", "id", "claims-503-1", "act", "end", "reason", "self pay", "key", "a");
    ASK(bench, "work.answer", "id", "claims-505-1", "act", "release", "reason", "approved by telephone", "key", "b");
    ASK(bench, "work.answer", "id", "claims-507-1", "act", "release", "reason", "the note follows", "key", "d");
    reject(bench, 1, 501, "254");
    reject(bench, 2, 502, "562");
    ASK(bench, "work.answer", "id", "claims-502-1", "act", "retry", "reason", "the payer erred", "key", "c");
    deny(bench, 505);
    bench_run(bench);
}

Test(claims_kill, claims_questions_and_work_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(&(struct kill_scenario){.name = "claims", .open = opened, .close = bench_close, .run = run});
}
