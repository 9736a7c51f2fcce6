/* The coding daemon, killed at every call of its store: claims that pass, one that is held, answered and released, one
 * that is held and replaced, a line added and its charge asked for, a question from claims, a claim taken back, and a history that is half forgotten in the end. */
#include "schemas/records/claim.h"
#include "schemas/streams.h"
#include "services/coding/plan.h"
#include "tests/services/coding_sample.h"
#include "tests/support/kill.h"

#include <criterion/criterion.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);

static struct bench *
opened(void)
{
    return bench_open(&coding_plan, "[coding]\nanswer_days = 2\nreserve_bytes = 1M\n", NULL);
}

static struct identity
identity_of(uint64_t claim_id, uint64_t version)
{
    return (struct identity){.organisation = 1, .site = 1, .cell = 1, .account = 9, .encounter_id = claim_id,
                             .claim_id = claim_id, .version = version};
}

/* The influenza visit with these diagnoses, as the n-th that intake sends; 8 takes back 7, all others have their own patient. */
static void
feed(struct bench *bench, uint64_t n, const char *codes, uint64_t replaces)
{
    static const char guard[32] = "guard-key-of-the-influenza-claim";
    struct coding_sample sample;
    struct arena arena;
    struct text body;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, codes);
    sample.lines[1].pointer_1 = sample.body.diagnoses_count;
    sample.body.subscriber.person.id = n == 8 ? TEXT("W7") : arena_print(&arena, "W%llu", (unsigned long long)n);
    sample.body.billing.id = TEXT("1932102019");
    sample.body.frequency = n == 8 ? TEXT("8") : TEXT("1");
    cr_assert_eq(record_write(&record_claim_body, &sample.body, &arena, &body, NULL), STATUS_OK);
    struct encounter encounter = {.identity = identity_of(n, 1),
                                  .source = ENCOUNTER_SOURCE_FHIR,
                                  .sender = TEXT("EHR"),
                                  .received = noon - 1000000,
                                  .local_date = 20251124,
                                  .body = body,
                                  .duplicate_key = text_of(guard, sizeof guard),
                                  .replaces = replaces};
    kill_feed(bench, STREAM_INTAKE_CODING, n, &record_encounter, &encounter);
    arena_free(&arena);
}

static void
ask_again(struct bench *bench)
{
    struct coding_sample sample;
    struct arena arena;
    struct text body;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample.body.subscriber.person.id = TEXT("W1");
    cr_assert_eq(record_write(&record_claim_body, &sample.body, &arena, &body, NULL), STATUS_OK);
    struct coding_query query = {.identity = identity_of(1, 1), .cause = QUERY_CAUSE_REJECTION, .body = body,
                                 .received = noon - 1000000, .local_date = 20251124, .finding = 3801,
                                 .place = TEXT("diagnosis 1"), .sender = TEXT("EHR")};
    kill_feed(bench, STREAM_CLAIMS_CODING, 1, &record_coding_query, &query);
    arena_free(&arena);
}

static void
run(struct bench *bench)
{
    bench_hold_time(bench, noon);
    feed(bench, 1, "J101", 0);
    feed(bench, 2, "I214 R079", 0);
    feed(bench, 3, "J1077", 0);
    feed(bench, 4, "J101", 3);
    bench_hold_time(bench, noon + 60000000);
    ASK(bench, "work.answer", "id", "coding-2", "act", "release", "set.1", "diagnosis.2=", "reason", "part of the infarction", "key",
        "answer-2");
    ask_again(bench);
    feed(bench, 5, "I214 R079", 0);
    ASK(bench, "work.assign", "id", "coding-5", "to", "anna", "key", "assign-5");
    ASK(bench, "work.query", "id", "coding-5", "to", "physician", "key", "query-5");
    ASK(bench, "work.answer", "id", "coding-5", "act", "reply", "text", "they are one", "key", "reply-5");
    ASK(bench, "work.return", "id", "coding-5", "reason", "wrong birth date", "key", "return-5");
    ASK(bench, "work.answer", "id", "coding-5", "act", "reply", "set.1", "line.2.charge=45.00", "key", "charge-5");
    ASK(bench, "work.answer", "id", "coding-5", "act", "release", "set.1", "line.2=", "set.2", "line.3=93000", "set.3", "line.3.pointers=1",
        "set.4", "diagnosis.2=", "reason", "a strip, no test", "key", "add-5");
    ASK(bench, "audit.sample", "coder", "root", "seed", "1", "key", "sample-1");
    ASK(bench, "audit.review", "id", "1", "claim", "2", "set.1", "diagnosis.1=I21.4", "actor", "bert", "key", "review-1");
    ASK(bench, "work.answer", "id", "coding-1", "act", "release", "reason", "it is right", "key", "answer-1");
    bench_hold_time(bench, noon + INT64_C(86400000000));
    feed(bench, 6, "J101", 0);
    feed(bench, 7, "J101", 0);
    feed(bench, 8, "J101", 0);
    bench_hold_time(bench, noon + INT64_C(401) * 86400000000 - 3600000000); /* what passed on the first day is too old */
    bench_run(bench);
}

Test(coding_kill, claims_holds_and_answers_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(&(struct kill_scenario){.name = "coding", .open = opened, .close = bench_close, .run = run});
}
