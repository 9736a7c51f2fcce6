/* Claims says whom a claim is about of which a payer says nothing. */
#include "schemas/records/question.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "services/claims/subject.h"
#include "tests/services/claims_sample.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>

static const char *const files[] = {"payers/acme.conf",
                                    "[payer]\ntitle = ACME\nid = 12345\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n"
                                    "submitter_phone = 5555550100\nfolder = /srv/payer\nneeds_authorization = 97110\n",
                                    NULL};

static struct bench *
opened(void)
{
    struct bench *bench = bench_open(&claims_plan, "cell = 5\n", files);
    bench_set_time(bench, INT64_C(1763985600000000)); /* 2025-11-24T12:00:00Z */
    return bench;
}

static struct identity
identity_of(uint64_t claim_id)
{
    return (struct identity){.organisation = 1, .site = 1, .cell = 5, .claim_id = claim_id, .version = 1};
}

static void
feed(struct bench *bench, uint64_t claim_id, const struct claims_sample *sample)
{
    struct arena arena;
    struct text body;
    arena_init(&arena, 0);
    cr_assert_eq(record_write(&record_claim_body, &sample->body, &arena, &body, NULL), STATUS_OK);
    struct coded_encounter coded = {.identity = identity_of(claim_id), .sender = TEXT("EHR"), .received = 1, .local_date = 20251124,
                                    .body = body, .edition = TEXT("test"), .rules = 1, .source = ENCOUNTER_SOURCE_FHIR};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded), STATUS_OK);
    arena_free(&arena);
}

static enum status
wish(struct bench *bench, uint64_t claim_id)
{
    struct status_wish one = {.identity = identity_of(claim_id), .clm01 = TEXT("any"), .payer = TEXT("acme"), .times = 2};
    return bench_feed(bench, STREAM_REMITTANCE_CLAIMS, &record_status_wish, &one);
}

static void
make_dependent(struct claims_sample *sample)
{
    claims_sample_make(sample);
    sample->body.subscriber.person = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("DOE"), .id_qualifier = TEXT("MI"),
                                                   .id = TEXT("M1"), .address_1 = TEXT("2 Main St")};
    sample->body.subscriber.birth_date = 19800101;
    sample->body.patient.relationship = TEXT("19");
    sample->body.patient.person = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("DOE"), .first_name = TEXT("ANN")};
    sample->body.patient.birth_date = 20150305;
    sample->lines[0].date_from = 20251118;
    sample->lines[1].date_to = 20251122;
}

Test(claims_status, the_question_says_whom_and_which_service_it_is_about)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    const struct record_type *type;
    make_dependent(&sample);
    feed(bench, 501, &sample);
    bench_drain(bench);
    cr_assert_eq(wish(bench, 501), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 1);
    const struct status_question *question = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 0, &type);
    cr_assert_eq(type, &record_status_question);
    cr_expect(text_is(question->payer, "acme"));
    cr_expect_eq(question->clm01.length, 20);
    cr_expect_eq(question->total_cents, 16650);
    cr_expect_eq(question->times, 2);
    cr_expect_eq(question->bill_type.length, 0);
    const struct question_subject *subject = &question->subject;
    cr_expect(text_is(subject->provider.id, "1234567893") && text_is(subject->subscriber.id, "M1"));
    cr_expect(text_is(subject->dependent.first_name, "ANN") && text_is(subject->relationship, "19"));
    cr_expect_eq(subject->birth_date, 19800101);
    cr_expect_eq(subject->dependent_birth_date, 20150305);
    cr_expect_eq(subject->date_from, 20251118);
    cr_expect_eq(subject->date_to, 20251122);
    cr_expect_eq(subject->subscriber.address_1.length, 0); /* nobody asks for it */
    cr_assert_eq(question->lines_count, 2); /* to know them again in the answer */
    cr_expect(question->lines[1].number == 2 && text_is(question->lines[1].procedure, "87804") && text_is(question->lines[1].modifiers, "QW"));
    cr_expect_eq(question->lines[1].charge_cents, 4150);
    bench_close(bench);
}

Test(claims_status, that_a_remittance_came_is_passed_on_behind_the_question)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    const struct record_type *type;
    make_dependent(&sample);
    feed(bench, 501, &sample);
    bench_drain(bench);
    struct status_settled one = {.identity = identity_of(501), .clm01 = TEXT("any"), .payer = TEXT("acme")};
    cr_assert_eq(wish(bench, 501), STATUS_OK);
    cr_assert_eq(bench_feed(bench, STREAM_REMITTANCE_CLAIMS, &record_status_settled, &one), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 2);
    const struct status_settled *settled = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 1, &type);
    cr_assert_eq(type, &record_status_settled);
    cr_expect(settled->identity.claim_id == 501 && settled->identity.version == 1);
    cr_expect(text_is(settled->clm01, "any") && text_is(settled->payer, "acme"));
    bench_close(bench);
}

Test(claims_status, an_institutional_claim_names_its_type_of_bill)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    const struct record_type *type;
    make_dependent(&sample);
    sample.body.form = CLAIM_FORM_INSTITUTIONAL;
    sample.body.place_of_service = TEXT("13");
    feed(bench, 501, &sample);
    bench_drain(bench);
    cr_assert_eq(wish(bench, 501), STATUS_OK);
    const struct status_question *question = bench_out(bench, STREAM_CLAIMS_SUBMISSION, 0, &type);
    cr_expect(text_is(question->bill_type, "131"));
    bench_close(bench);
}

Test(claims_status, a_claim_that_is_not_with_its_payer_is_not_asked_about)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    make_dependent(&sample);
    sample.lines[0].procedure = TEXT("97110"); /* waits for a biller */
    feed(bench, 502, &sample);
    cr_assert_eq(wish(bench, 502), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 0);
    cr_assert_eq(wish(bench, 599), STATUS_INVALID); /* never seen here */
    bench_close(bench);
}
