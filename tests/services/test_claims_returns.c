/* Claims that come back to the claims daemon: rejected or denied by their payer. */
#include "tests/services/claims_bench.h"

Test(claims_returns, a_rejection_because_of_codes_goes_to_coding_and_is_not_counted_again)
{
    struct bench *bench = opened();
    feed_sample(bench, 501, "12345");
    cr_assert_eq(reject(bench, 501, 1, "254"), STATUS_OK);
    const struct coding_query *query = query_out(bench, 0);
    cr_assert_eq(query->cause, QUERY_CAUSE_REJECTION);
    cr_assert_eq(query->finding, FINDING_CLAIMS_REJECTED_CODING);
    cr_assert(text_is(query->detail, "A7:254"));
    cr_assert(text_equal(query->body, fed));
    cr_assert_eq(reject(bench, 501, 1, "254"), STATUS_OK); /* the same again */
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 1);
    cr_assert_eq(work_count(bench), 0);
    check_balance(bench, 1, 0, 1, 0, 0);
    cr_assert_eq(reject(bench, 999, 1, "254"), STATUS_INVALID); /* never built here */
    bench_close(bench);
}

Test(claims_returns, another_rejection_is_a_billers_and_goes_out_again_as_the_next_version)
{
    struct bench *bench = opened();
    feed_sample(bench, 501, "12345");
    feed_sample(bench, 502, "12345");
    cr_assert_eq(reject(bench, 501, 1, "562"), STATUS_OK);
    cr_assert_eq(reject(bench, 502, 1, "562"), STATUS_OK);
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(list->rows_count, 2);
    cr_assert(bench_says(list, 0, "kind", "rejected") && bench_says(list, 0, "id", "claims-501-1"));
    check_balance(bench, 2, 0, 2, 0, 0);

    const struct control_answer *answer = ASK(bench, "work.answer", "id", "claims-501-1", "act", "retry");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(answer->sentence));
    struct control_number read;
    cr_assert(control_number_parse(claim_out(bench, 2)->clm01, &read));
    cr_assert_eq(read.claim_id, 501);
    cr_assert_eq(read.version, 2);
    cr_assert_str_eq(stage(bench, "501", 0), "corrected");
    check_balance(bench, 2, 1, 3, 0, 0);

    cr_assert_eq(
        ASK(bench, "work.answer", "id", "claims-502-1", "act", "end", "reason", "not worth it")->status,
        CONTROL_STATUS_DONE);
    cr_assert_str_eq(stage(bench, "502", 0), "ended");
    cr_assert_eq(work_count(bench), 0);
    check_balance(bench, 2, 1, 3, 0, 0);
    bench_close(bench);
}

Test(claims_returns, a_denial_because_of_codes_becomes_a_replacement)
{
    struct bench *bench = opened();
    struct arena arena;
    arena_init(&arena, 0);
    feed_sample(bench, 501, "12345");
    cr_assert_eq(deny(bench, 501, 1, 2), STATUS_OK);
    const struct coding_query *query = query_out(bench, 0);
    cr_assert_eq(query->cause, QUERY_CAUSE_DENIAL);
    cr_assert_eq(query->finding, FINDING_CLAIMS_DENIED);
    cr_assert(text_is(query->place, "line 2") && text_is(query->detail, "CO-11"));
    struct claim_body body = body_of(query->body, &arena);
    cr_assert(text_is(body.frequency, "7") && text_is(body.original_reference, "PCN-1"));
    cr_assert_eq(body.lines_count, 2);
    cr_assert_eq(deny(bench, 501, 1, 1), STATUS_OK); /* another line of it joins */
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 2);
    check_balance(bench, 1, 0, 1, 0, 0);

    struct claims_sample sample;
    claims_sample_make(&sample);
    sample.body.frequency = TEXT("7");
    sample.body.original_reference = TEXT("PCN-1");
    cr_assert_eq(feed(bench, 501, 2, &sample), STATUS_OK);
    const struct claim *claim = claim_out(bench, 1);
    cr_assert_eq(claim->corrects, 1);
    cr_assert(text_equal(claim->body, fed));
    cr_assert_eq(deny(bench, 501, 1, 1), STATUS_OK); /* answered: its successor is on its way */
    cr_assert_eq(bench_out_count(bench, STREAM_CLAIMS_CODING), 2);
    check_balance(bench, 2, 0, 2, 0, 0);
    arena_free(&arena);
    bench_close(bench);
}
