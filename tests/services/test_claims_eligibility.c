/* Claims asks the payer about the patient before it builds a claim, and holds his word against the registration. */
#include "common/clock/clock.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "tests/services/claims_sample.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ASK(verb, ...) bench_ask(bench, (verb), (const char *const[]){__VA_ARGS__, NULL})
#define PROFILE \
    "[payer]\ntitle = ACME\nid = 12345\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n" \
    "submitter_phone = 5555550100\nfolder = /srv/payer\nneeds_authorization = 97110\nnot_principal = R07.9\n"

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);
static struct bench *bench;

static void
open_claims(const char *keys)
{
    static char profile[1024];
    snprintf(profile, sizeof profile, PROFILE "%s", keys);
    const char *files[] = {"payers/acme.conf", profile, NULL};
    bench = bench_open(&claims_plan, "cell = 5\n", files);
    bench_set_time(bench, noon);
}

static void
run_at(int64_t instant)
{
    bench_set_time(bench, instant);
    bench_run(bench);
}

static struct claims_sample *
sample(void)
{
    static struct claims_sample kept;
    claims_sample_make(&kept);
    kept.body.subscriber.person = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("Doe"), .first_name = TEXT("Jane"),
                                                 .id_qualifier = TEXT("MI"), .id = TEXT("M-1")};
    kept.body.subscriber.birth_date = 19800101;
    kept.body.subscriber.sex = TEXT("F");
    return &kept;
}

static void
feed(uint64_t claim_id, const struct claims_sample *one)
{
    struct arena arena;
    struct text body;
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_claim_body, &one->body, &arena, &body, NULL), STATUS_OK);
    struct coded_encounter coded = {.identity = {.organisation = 1, .site = 1, .cell = 5, .claim_id = claim_id, .version = 1},
                                    .sender = TEXT("EHR"), .received = noon - 1000000, .local_date = 20251124, .body = body,
                                    .edition = TEXT("test"), .rules = 1, .source = ENCOUNTER_SOURCE_FHIR};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded), STATUS_OK);
    arena_free(&arena);
}

static void
check(int64_t passed_on, int64_t held, int64_t queued)
{
    cr_expect_eq(bench_balance(bench, "passed_on"), passed_on);
    cr_expect_eq(bench_balance(bench, "held"), held);
    cr_expect_eq(bench_balance(bench, "queued"), queued);
    cr_expect_eq(bench_balance(bench, "difference"), 0);
}

/* What stands in the outbox to submission: "question claim ...". */
static const char *
out(void)
{
    static char text[2000];
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < bench_out_count(bench, STREAM_CLAIMS_SUBMISSION); i++) {
        const struct record_type *type;
        bench_out(bench, STREAM_CLAIMS_SUBMISSION, i, &type);
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i == 0 ? "" : " ",
                                   type == &record_eligibility_question ? "question" : type == &record_claim ? "claim" : "?");
    }
    return text;
}

/* The key of the i-th record to submission, which is a question. */
static struct text
key_out(size_t i)
{
    static char keys[4][32];
    static unsigned next;
    const struct record_type *type;
    const struct eligibility_question *question = bench_out(bench, STREAM_CLAIMS_SUBMISSION, i, &type);
    cr_assert_eq(type, &record_eligibility_question);
    cr_assert_eq(question->key.length, 32);
    char *kept = keys[next++ % 4];
    memcpy(kept, question->key.data, 32);
    return text_of(kept, 32);
}

/* Jane Doe as she is registered, covered. */
static struct eligibility_answer
agreeing(struct text key)
{
    return (struct eligibility_answer){.key = key, .payer = TEXT("acme"), .state = ELIGIBILITY_STATE_TOLD,
                                       .last_name = TEXT("DOE"), .first_name = TEXT("JANE"), .birth_date = 19800101,
                                       .member_id = TEXT("M-1"), .coverage = ELIGIBILITY_COVERAGE_ACTIVE,
                                       .covered_from = 20250101, .covered_to = 20251231};
}

/* One claim of hers waits, 501; the answer that lets it go. */
static struct eligibility_answer
asked_once(const char *keys)
{
    open_claims(keys);
    feed(501, sample());
    return agreeing(key_out(0));
}

static void
say(const struct eligibility_answer *answer)
{
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_CLAIMS, &record_eligibility_answer, answer), STATUS_OK);
    bench_run(bench);
}

Test(claims_eligibility, a_claim_waits_for_its_payers_word_and_goes_on_when_it_agrees)
{
    open_claims("eligibility = yes\n");
    feed(501, sample());
    cr_assert_str_eq(out(), "question");
    check(0, 0, 1);
    const struct record_type *type;
    const struct eligibility_question *question = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 0, &type);
    cr_assert(text_is(question->subject.subscriber.id, "M-1") && question->subject.date_from == 20251120);
    cr_assert(bench_says(ASK("claim.show", "id", "501"), 0, "state", "waiting"));
    struct eligibility_answer answer = agreeing(key_out(0));
    say(&answer);
    cr_assert_str_eq(out(), "question claim");
    check(1, 0, 0);
    cr_assert_str_eq(bench_events(bench), "eligibility_asked eligibility_told claim_built");
    run_at(noon + 3 * CLOCK_DAY); /* the timer was taken away */
    check(1, 0, 0);
    bench_close(bench);
}

Test(claims_eligibility, nobody_is_asked_where_the_profile_does_not_say_so)
{
    open_claims("");
    feed(501, sample());
    cr_assert_str_eq(out(), "claim");
    cr_assert_str_eq(bench_events(bench), "claim_built");
    bench_close(bench);
}

Test(claims_eligibility, a_patient_is_asked_about_once_and_the_answer_counts_for_the_claims_after)
{
    open_claims("eligibility = yes\neligibility_valid = 30d\neligibility_wait = 60d\n");
    feed(501, sample());
    feed(502, sample());
    struct claims_sample *other = sample();
    other->body.subscriber.person.first_name = TEXT("John"); /* another person */
    feed(503, other);
    cr_assert_str_eq(out(), "question question");
    struct eligibility_answer answer = agreeing(key_out(0));
    say(&answer);
    cr_assert_str_eq(out(), "question question claim claim");
    check(2, 0, 1);
    feed(504, sample()); /* at once */
    cr_assert_str_eq(out(), "question question claim claim claim");
    bench_restart(bench, false);
    bench_set_time(bench, noon + 29 * CLOCK_DAY);
    feed(505, sample());
    check(4, 0, 1);
    bench_set_time(bench, noon + 31 * CLOCK_DAY); /* he is asked again */
    feed(506, sample());
    check(4, 0, 2);
    bench_close(bench);
}

Test(claims_eligibility, an_answer_without_days_of_coverage_speaks_of_the_days_near_those_asked_for)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\neligibility_valid = 30d\n");
    answer.covered_from = answer.covered_to = 0;
    say(&answer);
    check(1, 0, 0);
    struct claims_sample *old = sample();
    old->lines[0].date_from = old->lines[1].date_from = 20251022;
    feed(502, old);
    check(2, 0, 0);
    old->lines[0].date_from = old->lines[1].date_from = 20250922; /* two months before */
    feed(503, old);
    check(2, 0, 1);
    bench_close(bench);
}

/* Each claim asks for another day than the one before; the answer for one day ends the waiting of that one. */
Test(claims_eligibility, claims_of_days_far_apart_are_answered_one_after_the_other)
{
    open_claims("eligibility = yes\neligibility_valid = 1d\neligibility_wait = 20d\n");
    for (uint64_t n = 0; n < 3; n++) {
        struct claims_sample *one = sample();
        one->lines[0].date_from = one->lines[1].date_from = (int32_t)(20251105 + 5 * n);
        feed(501 + n, one);
    }
    check(0, 0, 3);
    for (int64_t n = 1; n <= 3; n++) {
        struct eligibility_answer answer = agreeing(key_out(0));
        answer.covered_from = answer.covered_to = 0;
        say(&answer);
        check(n, 0, 3 - n);
    }
    bench_close(bench);
}

Test(claims_eligibility, a_mismatch_is_work_with_both_values_and_a_biller_lets_it_go)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\n");
    answer.first_name = TEXT("JANET");
    answer.birth_date = 19810101;
    say(&answer);
    check(0, 1, 0);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(bench_says(work, 0, "kind", "eligibility") && bench_says(work, 0, "id", "claims-501-1"));
    cr_assert(bench_says(work, 0, "sentence", "The payer knows the patient under another name: ***."));
    work = ASK("work.show", "id", "claims-501-1");
    cr_assert_eq(work->rows_count, 1 + 2 + 4); /* the work, two findings, four pairs */
    cr_assert(bench_says(work, 3, "row", "eligibility") && bench_says(work, 3, "registered", "***"));
    cr_assert(bench_says(work, 0, "acts", "retry, correct, release, end"));
    cr_assert_not_null(strstr(bench_events(bench), "eligibility_told claim_edit"));
    ASK("work.answer", "id", "claims-501-1", "act", "release", "reason", "the card says Jane");
    cr_assert_str_eq(out(), "question claim");
    check(1, 0, 0);
    bench_close(bench);
}

Test(claims_eligibility, both_values_are_shown_to_who_may_see_them)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\n");
    answer.member_id = TEXT("M-2");
    say(&answer);
    const struct control_answer *work = ASK("work.show", "id", "claims-501-1", "reveal", "yes");
    cr_assert(bench_says(work, 1, "sentence", "The payer knows the subscriber under another member id: M-1 is registered, the payer has M-2."));
    cr_assert(bench_says(work, 4, "what", "member_id") && bench_says(work, 4, "registered", "M-1") && bench_says(work, 4, "payer_has", "M-2"));
    bench_close(bench);
}

Test(claims_eligibility, correct_takes_the_payers_values_into_the_claim)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\n");
    answer.first_name = TEXT("JANET");
    answer.member_id = TEXT("M-2");
    say(&answer);
    cr_assert_eq(ASK("work.answer", "id", "claims-501-1", "act", "correct")->status, CONTROL_STATUS_REFUSED); /* no reason */
    cr_assert_eq(ASK("work.answer", "id", "claims-501-1", "act", "correct", "reason", "typing error")->status, CONTROL_STATUS_DONE);
    cr_assert_str_eq(out(), "question claim"); /* he is not asked again */
    check(1, 0, 0);
    const struct record_type *type;
    const struct claim *claim = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 1, &type);
    struct arena arena;
    struct claim_body body;
    arena_init(&arena, 0);
    cr_assert_eq(record_read(&record_claim_body, claim->body, &arena, &body, NULL), STATUS_OK);
    cr_assert(text_is(body.subscriber.person.first_name, "JANET") && text_is(body.subscriber.person.id, "M-2"));
    cr_assert(text_is(body.subscriber.person.last_name, "Doe"));
    arena_free(&arena);
    bench_close(bench);
}

Test(claims_eligibility, what_cannot_be_corrected_is_refused_and_stays)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\n");
    answer.covered_to = 20251031;
    say(&answer);
    cr_assert_eq(ASK("work.answer", "id", "claims-501-1", "act", "correct", "reason", "x")->status, CONTROL_STATUS_REFUSED);
    struct claims_sample *other = sample();
    other->lines[0].procedure = TEXT("97110"); /* needs an authorization: not the payer's word on the patient */
    other->body.subscriber.person.first_name = TEXT("John");
    feed(502, other);
    answer = agreeing(key_out(1));
    answer.first_name = TEXT("JOHN");
    say(&answer);
    check(0, 2, 0);
    cr_assert_eq(ASK("work.answer", "id", "claims-502-1", "act", "correct", "reason", "x")->status, CONTROL_STATUS_REFUSED);
    check(0, 2, 0);
    bench_close(bench);
}

Test(claims_eligibility, a_retry_asks_the_payer_anew)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\n");
    answer.refusals = TEXT("75");
    answer.coverage = 0;
    say(&answer);
    check(0, 1, 0);
    const struct control_answer *done = ASK("work.answer", "id", "claims-501-1", "act", "retry");
    cr_assert_eq(done->status, CONTROL_STATUS_DONE);
    cr_assert(bench_says(done, 0, "state", "waiting"));
    cr_assert_str_eq(out(), "question question");
    check(0, 0, 1);
    answer = agreeing(key_out(1));
    say(&answer);
    check(1, 0, 0);
    bench_close(bench);
}

Test(claims_eligibility, when_no_answer_comes_in_time_the_claim_goes_on_with_a_warning)
{
    open_claims("eligibility = yes\neligibility_wait = 1h\n");
    feed(501, sample());
    run_at(noon + 3599 * CLOCK_SECOND);
    check(0, 0, 1);
    run_at(noon + 3601 * CLOCK_SECOND);
    check(1, 0, 0);
    const struct control_answer *claim = ASK("claim.show", "id", "501");
    cr_assert(bench_says(claim, 0, "state", "passed_on"));
    cr_assert_eq(bench_value(claim, 1, "number")->number, FINDING_CLAIMS_ELIGIBILITY_SILENT);
    feed(502, sample()); /* within the hour he is not waited for again */
    check(2, 0, 0);
    /* What he says too late counts for the next ones. */
    struct eligibility_answer answer = agreeing(key_out(0));
    answer.member_id = TEXT("M-2");
    say(&answer);
    feed(503, sample());
    check(2, 1, 0);
    bench_close(bench);
}

Test(claims_eligibility, or_it_waits_for_a_biller)
{
    open_claims("eligibility = yes\neligibility_wait = 1h\neligibility_silent = hold\n");
    feed(501, sample());
    run_at(noon + 3601 * CLOCK_SECOND);
    check(0, 1, 0);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(bench_value(work, 0, "number")->number, FINDING_CLAIMS_ELIGIBILITY_SILENT);
    ASK("work.answer", "id", "claims-501-1", "act", "retry");
    check(0, 0, 1);
    struct eligibility_answer answer = {.key = key_out(1), .payer = TEXT("acme"), .state = ELIGIBILITY_STATE_UNABLE, .refusals = TEXT("42")};
    say(&answer);
    check(0, 1, 0);
    bench_close(bench);
}

Test(claims_eligibility, a_coder_is_asked_first_and_a_payer_edit_holds_behind_the_answer)
{
    open_claims("eligibility = yes\n");
    struct claims_sample *one = sample();
    one->diagnoses[0].code = TEXT("R079");
    feed(501, one);
    cr_assert_str_eq(out(), "");
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1);
    one = sample();
    one->lines[0].procedure = TEXT("97110");
    feed(502, one);
    check(0, 0, 1);
    struct eligibility_answer answer = agreeing(key_out(0));
    say(&answer);
    check(0, 1, 0);
    cr_assert_eq(bench_value(bench_ask(bench, "work.list", NULL), 0, "number")->number, FINDING_CLAIMS_AUTHORIZATION_MISSING);
    bench_close(bench);
}

Test(claims_eligibility, a_replacement_is_not_asked_about)
{
    open_claims("eligibility = yes\n");
    struct claims_sample *one = sample();
    one->body.frequency = TEXT("7");
    one->body.original_reference = TEXT("ICN1");
    feed(501, one);
    cr_assert_str_eq(out(), "claim");
    bench_close(bench);
}

Test(claims_eligibility, many_claims_of_a_patient_go_on_in_bounded_steps)
{
    open_claims("eligibility = yes\n");
    for (uint64_t id = 1; id <= 200; id++)
        feed(id, sample());
    check(0, 0, 200);
    struct eligibility_answer answer = agreeing(key_out(0));
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_CLAIMS, &record_eligibility_answer, &answer), STATUS_OK);
    check(64, 0, 136);
    bench_run(bench);
    check(200, 0, 0);
    bench_close(bench);
}

Test(claims_eligibility, an_answer_that_nobody_asked_for_is_refused)
{
    open_claims("eligibility = yes\n");
    struct eligibility_answer answer = agreeing(text_of("0123456789abcdef0123456789abcdef", 32));
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_CLAIMS, &record_eligibility_answer, &answer), STATUS_INVALID);
    bench_close(bench);
}

/* P7: neither key nor event holds what names a patient. */
Test(claims_eligibility, no_name_stands_in_an_event)
{
    struct eligibility_answer answer = asked_once("eligibility = yes\n");
    answer.last_name = TEXT("CANARY");
    say(&answer);
    for (size_t i = 0; i < bench_out_count(bench, STREAM_CLAIMS_EVENTS); i++) {
        const struct event *event = bench_out(bench, STREAM_CLAIMS_EVENTS, i, NULL);
        char detail[200];
        text_copy(event->detail, detail, sizeof detail);
        cr_expect_null(strstr(detail, "CANARY"));
        cr_expect_null(strstr(detail, "Doe"));
        cr_expect_null(strstr(detail, "1980"));
    }
    bench_close(bench);
}

/* Jane Doe without a number of the payer's; his word on her. */
static struct eligibility_answer
asked_without_id(const char *keys)
{
    open_claims(keys);
    struct claims_sample *one = sample();
    one->body.subscriber.person.id = one->body.subscriber.person.id_qualifier = (struct text){0};
    feed(501, one);
    return agreeing(key_out(0));
}

Test(claims_eligibility, the_number_that_the_payer_tells_of_who_has_none_is_work_and_correct_takes_it)
{
    struct eligibility_answer answer = asked_without_id("eligibility = yes\n");
    say(&answer);
    check(0, 1, 0);
    const struct control_answer *work = ASK("work.show", "id", "claims-501-1", "reveal", "yes");
    cr_assert(bench_says(work, 1, "sentence", "The payer knows the subscriber under another member id: none is registered, the payer has M-1."));
    cr_assert_eq(ASK("work.answer", "id", "claims-501-1", "act", "correct", "reason", "told by the payer")->status, CONTROL_STATUS_DONE);
    cr_assert_str_eq(out(), "question claim");
    const struct record_type *type;
    const struct claim *claim = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 1, &type);
    struct arena arena;
    struct claim_body body;
    arena_init(&arena, 0);
    cr_assert_eq(record_read(&record_claim_body, claim->body, &arena, &body, NULL), STATUS_OK);
    cr_assert(text_is(body.subscriber.person.id, "M-1") && text_is(body.subscriber.person.id_qualifier, "MI"));
    arena_free(&arena);
    bench_close(bench);
}

Test(claims_eligibility, a_payer_who_looks_for_nobody_without_a_number_wants_one)
{
    struct eligibility_answer answer = asked_without_id("eligibility = yes\n");
    answer.member_id = answer.last_name = answer.first_name = (struct text){0};
    answer.coverage = 0;
    answer.refusals = TEXT("72");
    say(&answer);
    check(0, 1, 0);
    const struct control_answer *work = ASK("work.show", "id", "claims-501-1", "reveal", "yes");
    cr_assert(bench_says(work, 1, "sentence", "The payer knows the subscriber under another member id: none is registered, the payer wants one."));
    bench_close(bench);
}

Test(claims_eligibility, who_cannot_be_asked_about_is_work_that_says_what_is_missing)
{
    struct eligibility_answer answer = asked_without_id("eligibility = yes\n"); /* silence would pass */
    answer = (struct eligibility_answer){.key = answer.key, .payer = TEXT("acme"), .state = ELIGIBILITY_STATE_UNABLE, .lacks = TEXT("a member id, a birth date")};
    say(&answer);
    check(0, 1, 0);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect(bench_says(work, 0, "sentence", "The payer did not say whether the patient is covered: he cannot be asked, the claim lacks a member id, a birth date."));
    ASK("work.answer", "id", "claims-501-1", "act", "release", "reason", "known here");
    check(1, 0, 0);
    bench_close(bench);
}

Test(claims_eligibility, without_a_member_id_the_social_security_number_tells_patients_apart)
{
    static struct carried_segment carried[] = {{.loop = {"2010BA", 6}, .segment = {"REF\x1dSY\x1d" "900000001", 16}}};
    struct claims_sample *one = sample();
    open_claims("eligibility = yes\n");
    feed(501, one); /* a member id: the number does not matter */
    one->body.subscriber.carried = carried;
    one->body.subscriber.carried_count = 1;
    feed(502, one);
    cr_assert_str_eq(out(), "question");
    one->body.subscriber.person.id = (struct text){0};
    feed(503, one);
    const struct record_type *type;
    const struct eligibility_question *question = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 1, &type);
    cr_assert(text_is(question->subject.social_security, "900000001"), "%.*s", TEXT_ARGS(question->subject.social_security));
    one->body.subscriber.carried_count = 0;
    feed(504, one);
    cr_assert_str_eq(out(), "question question question");
    check(0, 0, 4);
    bench_close(bench);
}
