/* The claims daemon through the bench: real store, real frame, no sockets. */
#include "tests/services/claims_bench.h"

Test(claims_daemon, a_claim_is_built_with_its_number_and_its_body_unchanged)
{
    struct bench *bench = opened();
    struct control_number read;
    feed_sample(bench, 501, "12345");
    const struct claim *claim = claim_out(bench, 0);
    cr_assert(control_number_parse(claim->clm01, &read));
    cr_assert_eq(read.cell, 5);
    cr_assert_eq(read.claim_id, 501);
    cr_assert_eq(read.version, 1);
    cr_assert(text_is(claim->payer, "acme"));
    cr_assert_eq(claim->total_cents, 16650);
    cr_assert_eq(claim->due_date, 20260228); /* 100 days after 2025-11-20 */
    cr_assert_eq(claim->received, noon - 1000000);
    cr_assert_eq(claim->corrects, 0);
    cr_assert(text_is(claim->sender, "EHR"));
    cr_assert(text_equal(claim->body, fed));
    cr_assert_str_eq(bench_events(bench), "claim_built");
    const struct event *event = bench_out(bench, STREAM_CLAIMS_EVENTS, 0, NULL);
    cr_assert(text_equal(event->detail, claim->clm01));
    cr_assert(text_is(event->code, "acme"));
    cr_assert_eq(event->cents, 16650);
    char clm01[CONTROL_NUMBER_BYTES];
    text_copy(claim->clm01, clm01, sizeof clm01);
    const struct control_answer *shown = ASK(bench, "claim.show", "id", clm01);
    cr_assert(bench_says(shown, 0, "state", "passed_on") && bench_says(shown, 0, "payer", "acme") &&
              bench_says(shown, 0, "clm01", clm01));
    cr_assert_eq(bench_number(shown, 0, "cents"), 16650);
    cr_assert_null(bench_value(shown, 0, "expected_cents"), "nobody said that it is a biller who asks");
    shown = ASK(bench, "claim.show", "id", clm01, "role", "biller");
    cr_assert_eq(bench_number(shown, 0, "expected_cents"), 9087);
    cr_assert_eq(bench_number(shown, 0, "expected_lines"), 1);
    cr_assert_eq(ASK(bench, "claim.show", "id", "999")->status, CONTROL_STATUS_NOT_FOUND);
    check_balance(bench, 1, 0, 1, 0, 0);
    bench_close(bench);
}

Test(claims_daemon, what_the_billing_provider_left_out_comes_from_its_profile)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    claims_sample_make(&sample);
    sample.body.billing.tax_id = sample.body.billing.tax_id_qualifier = (struct text){0};
    sample.body.billing.postal_code = TEXT("97301");
    cr_assert_eq(feed(bench, 501, 1, &sample), STATUS_OK);
    struct claim_body body = body_of(claim_out(bench, 0)->body, &arena);
    cr_assert(text_is(body.billing.tax_id, "123456789"));
    cr_assert(text_is(body.billing.postal_code, "973010001"));
    cr_assert_eq(body.lines_count, 2);
    sample.body.billing.id = TEXT("1999999984"); /* no profile: no fault */
    cr_assert_eq(feed(bench, 502, 1, &sample), STATUS_OK);
    cr_assert(text_equal(claim_out(bench, 1)->body, fed));
    check_balance(bench, 2, 0, 2, 0, 0);
    arena_free(&arena);
    bench_close(bench);
}

Test(claims_daemon, a_claim_of_an_unknown_payer_waits_until_there_is_a_profile)
{
    struct bench *bench = opened();
    feed_sample(bench, 501, "4711");
    cr_assert_str_eq(bench_events(bench), "claim_edit");
    cr_assert_eq(((const struct event *)bench_out(bench, STREAM_CLAIMS_EVENTS, 0, NULL))->number,
                 FINDING_CLAIMS_PAYER_UNKNOWN);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 0);
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(list->rows_count, 1);
    cr_assert(bench_says(list, 0, "id", "claims-501-1") && bench_says(list, 0, "queue", "biller") &&
              bench_says(list, 0, "kind", "payer_unknown"));
    cr_assert_not_null(memmem(bench_value(list, 0, "sentence")->text.data,
                              bench_value(list, 0, "sentence")->text.length, "4711", 4));
    check_balance(bench, 1, 0, 0, 0, 1);
    cr_assert(bench_says(ASK(bench, "work.show", "id", "claims-501-1"), 0, "acts", "retry, end"), "to whom?");

    const struct control_answer *answer = ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    answer = ASK(bench, "work.answer", "id", "claims-501-1", "act", "release", "reason", "send it");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED); /* to whom? */
    cr_assert_eq(work_count(bench), 1);
    check_balance(bench, 1, 0, 0, 0, 1);

    put_profile(bench, "payers/new.conf", PAYER("New", "4711"));
    bench_restart(bench, true);
    answer = ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(answer->sentence));
    cr_assert(text_is(claim_out(bench, 0)->payer, "new"));
    cr_assert(text_equal(claim_out(bench, 0)->body, fed));
    cr_assert_str_eq(bench_events(bench), "claim_edit work_done claim_built");
    cr_assert_eq(work_count(bench), 0);
    cr_assert_str_eq(stage(bench, "501", 0), "passed_on");
    cr_assert_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry")->status,
                 CONTROL_STATUS_NOT_FOUND);
    check_balance(bench, 1, 0, 1, 0, 0);
    bench_close(bench);
}

Test(claims_daemon, a_payer_edit_with_a_coding_cause_goes_back_to_coding)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    claims_sample_make(&sample);
    sample.body.payer.id = TEXT("777");
    sample.diagnoses[0].code = TEXT("R079");
    sample.lines[1].modifier_1 = (struct text){0};
    cr_assert_eq(feed(bench, 501, 1, &sample), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "claim_edit");
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 2);
    const struct coding_query *query = query_out(bench, 0);
    cr_assert_eq(query->cause, QUERY_CAUSE_PAYER_EDIT);
    cr_assert_eq(query->finding, FINDING_CLAIMS_NOT_PRINCIPAL);
    cr_assert(text_is(query->place, "diagnosis 1") && text_is(query->detail, "R079"));
    cr_assert(text_equal(query->body, fed));
    cr_assert_eq(query->identity.version, 1);
    cr_assert_eq(query->local_date, 20251124);
    cr_assert_eq(query_out(bench, 1)->finding, FINDING_CLAIMS_MODIFIER_NEEDED);
    cr_assert(text_is(query_out(bench, 1)->place, "line 2") &&
              text_is(query_out(bench, 1)->detail, "87804:QW"));
    cr_assert_str_eq(stage(bench, "501", 0), "queried");
    cr_assert_eq(work_count(bench), 0);
    check_balance(bench, 1, 0, 0, 1, 0);

    /* The coder corrects: the next version goes out. */
    claims_sample_make(&sample);
    sample.body.payer.id = TEXT("777");
    cr_assert_eq(feed(bench, 501, 2, &sample), STATUS_OK);
    struct control_number read;
    cr_assert(control_number_parse(claim_out(bench, 0)->clm01, &read));
    cr_assert_eq(read.version, 2);
    check_balance(bench, 2, 0, 1, 1, 0);
    cr_assert_eq(feed(bench, 501, 2, &sample), STATUS_INVALID); /* a version is taken once */
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 1);
    check_balance(bench, 2, 0, 1, 1, 0);
    bench_close(bench);
}

Test(claims_daemon, what_a_coder_let_stand_is_not_asked_again_but_a_billers_to_release)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    claims_sample_make(&sample);
    sample.body.payer.id = TEXT("777");
    sample.diagnoses[0].code = TEXT("R079");
    cr_assert_eq(feed(bench, 501, 1, &sample), STATUS_OK);
    cr_assert_eq(feed(bench, 501, 2, &sample), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1);
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert(bench_says(list, 0, "id", "claims-501-2") && bench_says(list, 0, "kind", "payer_edit") &&
              bench_says(list, 0, "payer", "strict"));
    cr_assert_null(memmem(bench_value(list, 0, "sentence")->text.data,
                          bench_value(list, 0, "sentence")->text.length, "R079", 4));
    check_balance(bench, 2, 0, 0, 1, 1);
    const struct control_answer *answer =
        ASK(bench, "work.answer", "id", "claims-501-2", "act", "release", "reason", "agreed");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(answer->sentence));
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_SUBMISSION), 1);
    check_balance(bench, 2, 0, 1, 1, 0);
    bench_close(bench);
}

/* An 837I says in a segment of its own which diagnosis is the principal one: wherever it stands, the coder let it stand. */
Test(claims_daemon, what_a_coder_let_stand_is_known_by_its_code_when_diagnoses_before_it_went)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    struct institutional_claim stay = {.statement_from = 20251118, .statement_to = 20251121};
    struct institutional_line line = {.revenue_code = TEXT("0450")};
    claims_sample_make(&sample);
    sample.body.payer.id = TEXT("777");
    sample.body.form = CLAIM_FORM_INSTITUTIONAL;
    sample.body.institutional = &stay;
    sample.body.institutional_count = 1;
    for (unsigned i = 0; i < 2; i++) {
        sample.lines[i].institutional = &line;
        sample.lines[i].institutional_count = 1;
    }
    sample.diagnoses[0].qualifier = TEXT("ABF");
    sample.diagnoses[1] = (struct diagnosis){.qualifier = TEXT("ABK"), .code = TEXT("R079")};
    sample.body.diagnoses_count = 2;
    cr_assert_eq(feed(bench, 501, 1, &sample), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1);
    cr_assert(text_is(query_out(bench, 0)->place, "diagnosis 2"));

    sample.diagnoses[0] = sample.diagnoses[1];
    sample.body.diagnoses_count = 1;
    cr_assert_eq(feed(bench, 501, 2, &sample), STATUS_OK);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1, "not asked again");
    cr_assert(bench_says(bench_ask(bench, "work.list", NULL), 0, "id", "claims-501-2"));
    bench_close(bench);
}

Test(claims_daemon, a_billers_edit_holds_and_is_released_with_a_reason)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    claims_sample_make(&sample);
    sample.body.payer.id = TEXT("777");
    sample.lines[0].procedure = TEXT("97110");
    sample.lines[0].date_from = sample.lines[1].date_from = 20251001;
    cr_assert_eq(feed(bench, 501, 1, &sample), STATUS_OK);
    const struct control_answer *show = ASK(bench, "work.show", "id", "claims-501-1");
    cr_assert_eq(show->rows_count, 3);
    cr_assert(bench_says(show, 0, "state", "held"));
    cr_assert(bench_says(show, 0, "acts", "retry, release, end"));
    cr_assert_eq(bench_number(show, 1, "number"), FINDING_CLAIMS_AUTHORIZATION_MISSING);
    cr_assert_eq(bench_number(show, 2, "number"), FINDING_CLAIMS_TIMELY_FILING);
    check_balance(bench, 1, 0, 0, 0, 1);
    const struct control_answer *answer = ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(answer->rows_count, 2);
    cr_assert_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "release")->status,
                 CONTROL_STATUS_REFUSED);
    cr_assert_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "fly", "reason", "x")->status,
                 CONTROL_STATUS_WRONG);
    cr_assert_str_eq(bench_events(bench), "claim_edit");
    answer =
        ASK(bench, "work.answer", "id", "claims-501-1", "act", "release", "reason", "approved by telephone");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(answer->sentence));
    cr_assert(text_is(claim_out(bench, 0)->payer, "strict"));
    cr_assert_eq(claim_out(bench, 0)->due_date, 20251031);
    cr_assert_str_eq(bench_events(bench), "claim_edit work_done claim_built");
    check_balance(bench, 1, 0, 1, 0, 0);
    bench_close(bench);
}

Test(claims_daemon, a_held_claim_is_ended_with_a_reason)
{
    struct bench *bench = opened();
    feed_sample(bench, 501, "4711");
    cr_assert_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "end")->status,
                 CONTROL_STATUS_REFUSED);
    cr_assert_eq(ASK(bench, "work.answer", "id", "claims-501-1", "act", "end", "reason", "self pay")->status,
                 CONTROL_STATUS_DONE);
    cr_assert_str_eq(bench_events(bench), "claim_edit work_done claim_ended");
    cr_assert_str_eq(stage(bench, "501", 0), "ended");
    cr_assert_eq(work_count(bench), 0);
    check_balance(bench, 1, 0, 0, 1, 0);
    bench_close(bench);
}

Test(claims_daemon, a_senders_own_replacement_passes_with_its_reference)
{
    struct bench *bench = opened();
    struct claims_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    claims_sample_make(&sample);
    sample.body.frequency = TEXT("8");
    sample.body.original_reference = TEXT("THEIRS-9");
    cr_assert_eq(feed(bench, 501, 1, &sample), STATUS_OK);
    struct claim_body body = body_of(claim_out(bench, 0)->body, &arena);
    cr_assert(text_is(body.frequency, "8") && text_is(body.original_reference, "THEIRS-9"));
    arena_free(&arena);
    bench_close(bench);
}

Test(claims_daemon, a_body_that_is_no_claim_is_refused_and_not_counted)
{
    struct bench *bench = opened();
    struct coded_encounter coded = {.identity = identity_of(501, 1),
                                    .received = noon,
                                    .local_date = 20251124,
                                    .body = TEXT("\x81\x01\xff"),
                                    .edition = TEXT("test"),
                                    .rules = 1,
                                    .source = ENCOUNTER_SOURCE_FHIR};
    cr_assert_eq(bench_feed(bench, STREAM_CODING_CLAIMS, &record_coded_encounter, &coded), STATUS_INVALID);
    check_balance(bench, 0, 0, 0, 0, 0);
    bench_close(bench);
}

Test(claims_daemon, a_denial_of_what_was_never_sent_is_refused)
{
    struct bench *bench = opened();
    feed_sample(bench, 501, "4711");
    cr_assert_eq(deny(bench, 501, 1, 1), STATUS_INVALID);
    cr_assert_eq(deny(bench, 777, 1, 1), STATUS_INVALID);
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 0);
    cr_assert_eq(work_count(bench), 1);
    check_balance(bench, 1, 0, 0, 0, 1);
    bench_close(bench);
}

/* More work than a page shows: the pages follow each other without a gap. */
Test(claims_daemon, a_long_work_list_is_read_page_by_page)
{
    enum { CLAIMS = CONTROL_PAGE_ROWS + 30 };
    struct bench *bench = opened();
    for (uint64_t i = 1; i <= CLAIMS; i++)
        feed_sample(bench, 500 + i, "4711");
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(list->rows_count, CONTROL_PAGE_ROWS);
    cr_assert(text_is(list->next, "701-1"), "%.*s", TEXT_ARGS(list->next));
    check_balance(bench, CLAIMS, 0, 0, 0, CLAIMS);
    bench_close(bench);
}

Test(claims_daemon, the_age_of_the_oldest_is_that_of_the_first_work)
{
    struct bench *bench = opened();
    feed_sample(bench, 501, "12345");
    cr_assert_eq(bench_number(bench_ask(bench, "status", NULL), 0, "oldest_held"), 0);
    feed_sample(bench, 502, "4711");
    int64_t since = bench_number(bench_ask(bench, "status", NULL), 0, "oldest_held");
    cr_assert(since >= noon && since < noon + 60000000);
    bench_close(bench);
}
