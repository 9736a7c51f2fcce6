/* Institutional and dental claims through the claims daemon: built, held where the payer takes no such claims, replaced. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "tests/services/forms_sample.h"
#include "tests/support/bench.h"

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})

static struct bench *bench;
static struct forms_sample sample;
static struct text fed;

/* One payer for all claims of the samples; `keys` go into its profile. */
static void
open_claims(const char *file, const char *keys)
{
    static char profile[1024];
    snprintf(profile, sizeof profile,
             "[payer]\ntitle = ACME\nid = EP01\nreceiver = R\nsender = S\nsubmitter_name = Clinic\n"
             "submitter_phone = 5555550100\nfolder = /srv/payer\ntimely_filing_days = 90\n%s", keys);
    static const char *files[] = {"payers/acme.conf", profile, NULL};
    bench = bench_open(&claims_plan, "", files);
    bench_set_time(bench, INT64_C(1764504000000000)); /* 2025-11-30: before the days of the samples, so none is late */
    forms_sample_read(&sample, file);
}

static void
close_claims(void)
{
    arena_free(&sample.arena);
    bench_close(bench);
}

static void
feed(uint64_t claim_id, uint64_t version, const struct claim_body *body)
{
    cr_assert_eq(record_write(&record_claim_body, body, &sample.arena, &fed, NULL), STATUS_OK);
    struct coded_encounter coded = {
        .identity = {.organisation = 1, .site = 1, .cell = 1, .account = 9, .encounter_id = claim_id, .claim_id = claim_id,
                     .version = version},
        .sender = TEXT("EHR"), .received = INT64_C(1764504000000000), .local_date = 20251130, .body = fed,
        .edition = TEXT("test"), .rules = 1, .source = ENCOUNTER_SOURCE_X12_FILE};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded), STATUS_OK);
}

static const struct claim *
claim_out(size_t i)
{
    cr_assert_gt(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), i);
    return bench_out(bench, STREAM_CLAIMS_SUBMISSION, i, NULL);
}

Test(claims_forms, a_stay_is_built_with_its_body_unchanged_and_its_deadline_from_the_statement)
{
    open_claims("all_places.837i", "");
    feed(501, 1, &sample.bodies[0]);
    const struct claim *claim = claim_out(0);
    cr_expect(text_equal(claim->body, fed));
    cr_expect_eq(claim->total_cents, 518050);
    cr_expect_eq(claim->corrects, 0);
    cr_expect_eq(claim->due_date, date_add_days(20261105, 90));
    close_claims();
}

Test(claims_forms, a_payer_that_takes_no_dental_claims_gets_none_until_a_biller_lets_it_go)
{
    open_claims("all_places.837d", "forms = professional institutional\n");
    feed(501, 1, &sample.bodies[0]);
    cr_expect_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 0);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect_eq(bench_value(work, 0, "number")->number, FINDING_CLAIMS_FORM_NOT_TAKEN);
    cr_expect(text_is(bench_value(work, 0, "sentence")->text, "This payer takes no dental claims."));
    cr_expect_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "release", "reason", "agreed by telephone")->status,
                 CONTROL_STATUS_DONE);
    cr_expect(text_equal(claim_out(0)->body, fed));
    close_claims();
}

Test(claims_forms, a_payer_that_takes_them_gets_them)
{
    open_claims("all_places.837d", "forms = dental\n");
    feed(501, 1, &sample.bodies[0]);
    cr_expect(text_equal(claim_out(0)->body, fed));
    close_claims();
}

Test(claims_forms, a_denied_stay_becomes_a_replacement_in_its_type_of_bill)
{
    struct claim_body body;
    open_claims("all_places.837i", "");
    feed(501, 1, &sample.bodies[0]);
    struct denial_notice notice = {.identity = {.claim_id = 501, .version = 1}, .clm01 = TEXT("any"), .line = 2,
                                   .group = TEXT("CO"), .reason = TEXT("11"), .cents = 230025,
                                   .payer_control_number = TEXT("PCN-1")};
    cr_assert_eq(bench_feed(bench, STREAM_REMITTANCE_CLAIMS, &record_denial_notice, &notice), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1);
    const struct coding_query *query = bench_out(bench, STREAM_CLAIMS_CODING, 0, NULL);
    cr_assert_eq(record_read(&record_claim_body, query->body, &sample.arena, &body, NULL), STATUS_OK);
    cr_expect(text_is(body.place_of_service, "11") && text_is(body.frequency, "7"), "117");
    cr_expect(text_is(body.original_reference, "PCN-1"));
    cr_assert_eq(body.institutional_count, 1);
    cr_expect(text_is(body.institutional->drg, "418") && text_is(body.lines[1].institutional->revenue_code, "0360"));
    feed(501, 2, &body);
    cr_expect_eq(claim_out(1)->corrects, 1);
    close_claims();
}
