/* Claims of three guides for one payer: an interchange holds one guide, and its answers find it. */
#include "tests/services/forms_sample.h"
#include "tests/services/submission_sample.h"

static struct forms_sample stays, teeth;

static void
open_forms(const char *keys)
{
    open_submission("[submission]\nresends = 1\n", keys);
    forms_sample_read(&stays, "all_places.837i");
    forms_sample_read(&teeth, "all_places.837d");
}

static void
close_forms(void)
{
    arena_free(&stays.arena);
    arena_free(&teeth.arena);
    close_submission();
}

static void
feed_body(uint64_t id, const struct claim_body *body)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct claim claim = claim_named(id, "acme", "Doe", &arena);
    claim.total_cents = body->total_cents;
    cr_assert_eq(record_write(&record_claim_body, body, &arena, &claim.body, NULL), STATUS_OK);
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_claim, &claim), STATUS_OK);
    arena_free(&arena);
}

/* Turn and turn about: 1 and 4 professional, 2 and 5 institutional, 3 dental. */
static void
feed_mixed(void)
{
    feed_claim(1, "acme");
    feed_body(2, &stays.bodies[0]);
    feed_body(3, &teeth.bodies[0]);
    feed_claim(4, "acme");
    feed_body(5, &stays.bodies[1]);
}

Test(submission_forms, each_guide_has_its_own_interchange)
{
    open_forms("");
    feed_mixed();
    cr_assert_str_eq(names_in("acme", "out"), "", "a batch waits");
    run_at(noon + 301 * CLOCK_SECOND);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.837I.x12 000000003.837D.x12");
    cr_expect_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    cr_expect_eq(valid_claims("acme", "000000002.837I.x12"), 2);
    cr_expect_eq(valid_claims("acme", "000000003.837D.x12"), 1);
    cr_expect(out_holds("acme", "000000001.837P.x12", "*X*005010X222A1~"));
    cr_expect(out_holds("acme", "000000002.837I.x12", "*X*005010X223A2~"));
    cr_expect(out_holds("acme", "000000002.837I.x12", "ST*837*0001*005010X223A2~"));
    cr_expect(out_holds("acme", "000000003.837D.x12", "ST*837*0001*005010X224A2~"));
    cr_expect(out_holds("acme", "000000002.837I.x12", clm01(2)) && out_holds("acme", "000000002.837I.x12", clm01(5)));
    cr_expect(out_holds("acme", "000000002.837I.x12", "SV2*0360*HC:47562*2300.25*UN*1~"));
    cr_expect(out_holds("acme", "000000002.837I.x12", "REF*D9*CH0100~"), "the sender's own stays");
    cr_expect(out_holds("acme", "000000003.837D.x12", "TOO*JP*4*D:O:B:L:I~"));
    cr_expect_eq(balance("passed_on"), 5);
    close_forms();
}

Test(submission_forms, the_profile_says_the_version_of_each_guide)
{
    open_forms("version_institutional = 005010X223A3\nversion_dental = 005010X224A3\n");
    feed_mixed();
    run_at(noon + 301 * CLOCK_SECOND);
    cr_expect(out_holds("acme", "000000001.837P.x12", "ST*837*0001*005010X222A1~"));
    cr_expect(out_holds("acme", "000000002.837I.x12", "ST*837*0001*005010X223A3~"));
    cr_expect(out_holds("acme", "000000003.837D.x12", "*X*005010X224A3~"));
    close_forms();
}

Test(submission_forms, what_waits_is_found_again_after_a_restart)
{
    open_forms("");
    feed_mixed();
    restart(false);
    run_at(noon + 301 * CLOCK_SECOND);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.837I.x12 000000003.837D.x12");
    cr_expect_eq(balance("queued"), 0);
    close_forms();
}

Test(submission_forms, each_form_has_its_own_timer_and_limit)
{
    open_forms("batch_claims = 2\n");
    feed_body(1, &stays.bodies[0]);
    bench_run(bench);
    feed_claim(2, "acme");
    bench_run(bench);
    cr_expect_str_eq(names_in("acme", "out"), "", "one of each does not fill a batch");
    feed_body(3, &stays.bodies[2]);
    bench_run(bench);
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837I.x12");
    run_at(noon + 301 * CLOCK_SECOND);
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837I.x12 000000002.837P.x12");
    close_forms();
}

Test(submission_forms, remittance_is_told_the_revenue_codes)
{
    open_forms("");
    feed_body(2, &stays.bodies[0]);
    run_at(noon + 301 * CLOCK_SECOND);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 1);
    const struct claim_sent *sent = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, 0, NULL);
    cr_assert_eq(sent->lines_count, 3);
    cr_expect(text_is(sent->lines[0].procedure, "0120") && text_is(sent->lines[0].revenue_code, "0120"));
    cr_expect(text_is(sent->lines[1].procedure, "47562") && text_is(sent->lines[1].revenue_code, "0360"));
    cr_expect(text_is(sent->lines[1].control_number, "L2"));
    cr_expect_eq(sent->lines[2].charge_cents, 48025);
    close_forms();
}

Test(submission_forms, an_unanswered_interchange_goes_out_again_as_it_was)
{
    open_forms("ack_wait = 1d\n");
    feed_body(2, &stays.bodies[0]);
    run_at(noon + 301 * CLOCK_SECOND);
    run_at(noon + 2 * 86400 * CLOCK_SECOND);
    cr_assert_str_eq(names_in("acme", "out"), "000000001-1.837I.x12 000000001.837I.x12");
    char *first = read_out("acme", "000000001.837I.x12"), *second = read_out("acme", "000000001-1.837I.x12");
    cr_expect_str_eq(first, second);
    free(first);
    free(second);
    close_forms();
}

Test(submission_forms, answers_find_the_interchange_of_their_guide_and_a_rejected_one_goes_out_anew)
{
    open_forms("");
    feed_mixed();
    run_at(noon + 301 * CLOCK_SECOND);
    static const char rejected[] =
        "ISA*00*          *00*          *ZZ*ACME0          *ZZ*CLINIC         *251124*1200*^*00501*000000005*0*P*:~"
        "GS*FA*ACME0*CLINIC*20261124*1200*5*X*005010X231A1~ST*999*0001*005010X231A1~AK1*HC*2*005010X223A2~"
        "AK2*837*0001*005010X223A2~IK5*R*5~AK9*R*1*1*0~SE*6*0001~GE*1*5~IEA*1*000000005~";
    payer_puts("acme", "answer.999", rejected, sizeof rejected - 1);
    run_at(noon + 400 * CLOCK_SECOND);
    const struct control_answer *work = ASK(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_expect(value_is(work, 0, "kind", "set_rejected"));
    const struct control_value *id = bench_value(work, 0, "id");
    char name[40];
    text_copy(id->text, name, sizeof name);
    cr_expect_eq(ASK(bench, "work.answer", "id", name, "act", "resend", "reason", "mended")->status, CONTROL_STATUS_DONE);
    run_at(noon + 500 * CLOCK_SECOND);
    cr_expect(strstr(names_in("acme", "out"), "000000004.837I.x12") != NULL, "%s", names_in("acme", "out"));
    cr_expect_eq(valid_claims("acme", "000000004.837I.x12"), 2);
    cr_expect(out_holds("acme", "000000004.837I.x12", clm01(5)));
    close_forms();
}
