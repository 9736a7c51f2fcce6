/* Submission asks payers where claims stand (276) and reads what they answer (277). */
#include "tests/services/inquiry_sample.h"

#define KEYS "status_inquiry = yes\ninquiry_wait = 5min\n"

static void
ask_about(uint64_t id, const char *payer)
{
    struct status_question question = question_about(id, payer);
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &question), STATUS_OK);
}

/* Claims 1 and 2 went out at noon, and were asked about two days later; the 276 is 000000002. */
static void
open_asked(void)
{
    open_submission("", KEYS);
    feed_claim(1, "acme");
    feed_claim(2, "acme");
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    ask_about(1, "acme");
    ask_about(2, "acme");
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12"); /* they wait for others */
    run_at(noon + 12 * (60 * CLOCK_SECOND));
}

static void
payer_says(const char *name, const char *trace, const char *stc, const char *ej)
{
    const char *file = file_277(trace, stc, ej);
    payer_puts("acme", name, file, strlen(file));
    bench_run(bench);
    check_balance();
}

Test(submission_inquiry, questions_about_claims_share_an_interchange_with_numbers_of_its_own)
{
    open_asked();
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.276.x12");
    cr_assert_eq(valid_claims("acme", "000000002.276.x12"), 2);
    char ej[64];
    for (unsigned i = 1; i <= 2; i++) {
        snprintf(ej, sizeof ej, "~REF*EJ*%s~", clm01(i));
        cr_assert(out_holds("acme", "000000002.276.x12", ej));
    }
    cr_assert(out_holds("acme", "000000002.276.x12", "~AMT*T3*166.5~DTP*472*D8*20251120~"));
    cr_assert(out_holds("acme", "000000002.276.x12", "~DMG*D8*19800101*F~NM1*IL*1*Doe*Jane****MI*M-1~"));
    cr_assert_str_neq(trace_in("acme", "000000002.276.x12", 1), trace_in("acme", "000000002.276.x12", 2));
    cr_assert_not_null(strstr(bench_events(bench), "status_asked status_asked inquiry_sent"));
    /* Asked again: neither the control number nor the trace is one that was used. */
    char trace[64];
    snprintf(trace, sizeof trace, "%s", trace_in("acme", "000000002.276.x12", 2));
    ask_about(1, "acme");
    run_at(noon + 20 * (60 * CLOCK_SECOND));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.276.x12 000000003.276.x12");
    cr_assert_str_neq(trace_in("acme", "000000003.276.x12", 1), trace);
    close_submission();
}

Test(submission_inquiry, the_number_that_the_payer_gave_the_claim_is_named)
{
    open_submission("", KEYS);
    feed_claim(1, "acme");
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    char file[2048];
    snprintf(file, sizeof file,
             ACME_ISA("000000007") "GS*HN*ACME0*CLINIC*20251124*1200*7*X*005010X214~ST*277*0001*005010X214~"
             "BHT*0085*08*B1*20251124*1200*TH~HL*1**20*1~NM1*PR*2*ACME*****PI*12345~TRN*1*R1~DTP*050*D8*20251124~"
             "DTP*009*D8*20251124~HL*2*1*21*1~NM1*41*2*CLINIC*****46*CLINIC~TRN*2*B1~STC*A1:19:PR*20251124*WQ*166.5~"
             "HL*3*2*19*1~NM1*85*2*CLINIC*****XX*1234567893~HL*4*3*PT~NM1*QC*1*DOE*JANE****MI*M-1~TRN*2*%s~"
             "STC*A2:20*20251124*WQ*166.5~REF*1K*PCN9~SE*19*0001~GE*1*7~IEA*1*000000007~", clm01(1));
    payer_puts("acme", "a.277", file, strlen(file));
    bench_run(bench);
    ask_about(1, "acme");
    run_at(noon + 20 * (60 * CLOCK_SECOND));
    cr_assert(out_holds("acme", "000000002.276.x12", "~REF*1K*PCN9~"));
    close_submission();
}

Test(submission_inquiry, a_pended_claim_becomes_work_with_the_payers_code_and_words)
{
    open_asked();
    payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), "P3:317:QC*20251124**166.5*0*******PLEASE SEND THE CHART", clm01(1));
    int row = work_of("status_pended");
    cr_assert_geq(row, 0);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert(value_is(work, (size_t)row, "code", "P3:317:QC"));
    cr_assert(value_is(work, (size_t)row, "clm01", clm01(1)));
    cr_assert_eq(bench_value(work, (size_t)row, "cents")->number, 16650);
    char id[40];
    text_copy(bench_value(work, (size_t)row, "id")->text, id, sizeof id);
    cr_assert(value_is(ASK(bench, "work.show", "id", id), 0, "message", "***")); /* it may name the patient */
    const struct control_answer *claim = ASK(bench, "claim.show", "id", "1");
    cr_assert(value_is(claim, 0, "status", "P3:317:QC"));
    cr_assert_eq(bench_value(claim, 0, "asked_times")->number, 1);
    cr_assert_not_null(strstr(bench_events(bench), "status_told"));
    ASK(bench, "work.answer", "id", id, "act", "close", "reason", "the chart was sent");
    cr_assert_eq(work_of("status_pended"), -1);
    close_submission();
}

Test(submission_inquiry, what_the_payer_says_later_takes_the_place_of_the_work)
{
    open_asked();
    payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), "R4:294*20251124**166.5", NULL);
    cr_assert_geq(work_of("status_requested"), 0);
    ask_about(1, "acme");
    run_at(noon + 30 * (60 * CLOCK_SECOND));
    payer_says("b.277", trace_in("acme", "000000003.276.x12", 1), "F1:65*20251130**166.5*120*20251129**20251130*CHK1", NULL);
    cr_assert_eq(work_of("status_requested"), -1);
    const struct control_answer *claim = ASK(bench, "claim.show", "id", "1");
    cr_assert(value_is(claim, 0, "status", "F1:65"));
    cr_assert_eq(bench_value(claim, 0, "told_paid_cents")->number, 12000);
    /* The answer to the first question comes late: the newer one stands. */
    payer_says("c.277", trace_in("acme", "000000002.276.x12", 1), "P1:20*20251124**166.5", NULL);
    cr_assert(value_is(ASK(bench, "claim.show", "id", "1"), 0, "status", "F1:65"));
    cr_assert_eq(work_of("status_pended"), -1);
    close_submission();
}

Test(submission_inquiry, the_same_pend_is_work_once_and_again_when_a_person_had_closed_it)
{
    open_asked();
    char id[40];
    payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), "P3:317*20251124**166.5", NULL);
    payer_says("b.277", trace_in("acme", "000000002.276.x12", 1), "P3:317*20251125**166.5", NULL); /* says the same again */
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    text_copy(bench_value(work, 0, "id")->text, id, sizeof id);
    ask_about(1, "acme");
    run_at(noon + 30 * (60 * CLOCK_SECOND));
    payer_says("c.277", trace_in("acme", "000000003.276.x12", 1), "P3:317*20251126**166.5", NULL);
    work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(value_is(work, 0, "id", id));
    ASK(bench, "work.answer", "id", id, "act", "close", "reason", "sent");
    ask_about(1, "acme");
    run_at(noon + 40 * (60 * CLOCK_SECOND));
    payer_says("d.277", trace_in("acme", "000000004.276.x12", 1), "P3:317*20251127**166.5", NULL);
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 1);
    close_submission();
}

Test(submission_inquiry, each_category_becomes_its_work_or_is_noted)
{
    static const struct {
        const char *stc, *work; /* NULL: none */
    } cases[] = {{"P1:20", "status_pended"}, {"P0:1", "status_pended"}, {"R3:21", "status_requested"}, {"D0:35", "status_not_found"},
                 {"A4:35", "status_not_found"}, {"A7:21", "status_rejected"}, {"E0:24", "status_error"}, {"E3:24", "status_error"},
                 {"X9:1", "status_error"}, {"E1:24", NULL}, {"F0:3", NULL}, {"F2:80", NULL}, {"A1:19", NULL}, {"A2:20", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_asked();
        char stc[80];
        snprintf(stc, sizeof stc, "%s*20251124**166.5", cases[i].stc);
        payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), stc, clm01(1));
        size_t rows = bench_ask(bench, "work.list", NULL)->rows_count;
        cr_assert_eq(rows, cases[i].work == NULL ? 0 : 1, "%s: %zu", cases[i].stc, rows);
        if (cases[i].work != NULL)
            cr_assert_geq(work_of(cases[i].work), 0, "%s", cases[i].stc);
        cr_assert(value_is(ASK(bench, "claim.show", "id", "1"), 0, "status", cases[i].stc), "%s", cases[i].stc);
        close_submission();
    }
}

Test(submission_inquiry, of_several_statuses_the_one_that_needs_a_person_counts)
{
    open_asked();
    payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), "F0:3*20251124**166.5*0*****A1:19*R4:294", NULL);
    cr_assert_geq(work_of("status_requested"), 0);
    cr_assert(value_is(ASK(bench, "claim.show", "id", "1"), 0, "status", "R4:294"));
    close_submission();
}

Test(submission_inquiry, an_answer_that_names_no_question_of_ours_is_unmatched)
{
    open_asked();
    char wrong[64];
    snprintf(wrong, sizeof wrong, "%s", trace_in("acme", "000000002.276.x12", 1));
    wrong[strlen(wrong) - 1] = wrong[strlen(wrong) - 1] == '0' ? '1' : '0'; /* the check character */
    payer_says("a.277", wrong, "P1:20*20251124", NULL);
    payer_says("b.277", "Q100", "P1:20*20251124", NULL);
    /* The trace of one claim with the number of another. */
    payer_says("c.277", trace_in("acme", "000000002.276.x12", 1), "P1:20*20251124", clm01(2));
    /* Another payer answers what he was not asked. */
    const char *file = file_277(trace_in("acme", "000000002.276.x12", 1), "P1:20*20251124", clm01(1));
    payer_puts("other", "d.277", file, strlen(file));
    bench_run(bench);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert(value_is(work, i, "kind", "unmatched"));
    cr_assert_null(bench_value(ASK(bench, "claim.show", "id", "1"), 0, "status"));
    close_submission();
}

Test(submission_inquiry, a_276_that_is_refused_as_a_whole_is_work)
{
    open_asked();
    static const char file[] =
        ACME_ISA("000000032") "GS*HN*ACME0*CLINIC*20251124*1200*32*X*005010X212~ST*277*0001*005010X212~"
        "BHT*0010*08*2*20251124*1200*DG~HL*1**20*1~NM1*PR*2*ACME*****PI*12345~HL*2*1*21*0~NM1*41*2*CLINIC*****46*CLINIC~"
        "TRN*2*2~STC*E0:24:41*20251124~SE*9*0001~GE*1*32~IEA*1*000000032~";
    payer_puts("acme", "a.277", file, strlen(file));
    bench_run(bench);
    int row = work_of("status_error");
    cr_assert_geq(row, 0);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(bench_value(work, (size_t)row, "claims")->number, 2);
    cr_assert(value_is(work, (size_t)row, "code", "E0:24:41"));
    close_submission();
}

Test(submission_inquiry, unanswered_questions_go_out_again_as_they_were_and_a_277_ends_that)
{
    open_submission("[submission]\nresends = 2\n", KEYS "ack_wait = 2d\n");
    ask_about(1, "acme");
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    char *first = read_out("acme", "000000001.276.x12");
    run_at(noon + 3 * CLOCK_DAY);
    cr_assert_str_eq(names_in("acme", "out"), "000000001-1.276.x12 000000001.276.x12");
    char *again = read_out("acme", "000000001-1.276.x12");
    cr_assert_str_eq(again, first);
    free(again);
    free(first);
    payer_says("a.277", trace_in("acme", "000000001.276.x12", 1), "F0:3*20251124", NULL); /* neither TA1 nor 999 came */
    run_at(noon + 9 * CLOCK_DAY);
    cr_assert_str_eq(names_in("acme", "out"), "000000001-1.276.x12 000000001.276.x12");
    close_submission();
}

Test(submission_inquiry, a_999_answers_the_questions_interchange_and_no_claim)
{
    open_asked();
    static const char good[] =
        ACME_ISA("000000033") "GS*FA*ACME0*CLINIC*20251124*1200*33*X*005010X231A1~ST*999*0001*005010X231A1~"
        "AK1*HR*2*005010X212~AK2*276*0001*005010X212~IK5*R*5~AK9*R*1*1*0~SE*6*0001~GE*1*33~IEA*1*000000033~";
    payer_puts("acme", "a.999", good, strlen(good));
    bench_run(bench);
    cr_assert_not_null(strstr(bench_events(bench), "inquiry_answered"));
    cr_assert_null(strstr(bench_events(bench), "claim_set_rejected"));
    int row = work_of("set_rejected");
    cr_assert_geq(row, 0);
    char id[40], trace[64];
    snprintf(trace, sizeof trace, "%s", trace_in("acme", "000000002.276.x12", 1));
    text_copy(bench_value(bench_ask(bench, "work.list", NULL), (size_t)row, "id")->text, id, sizeof id);
    ASK(bench, "work.answer", "id", id, "act", "resend", "reason", "mended");
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.276.x12 000000003.276.x12");
    cr_assert_str_eq(trace_in("acme", "000000003.276.x12", 1), trace); /* the questions are the same */
    payer_says("b.277", trace, "P1:20*20251124", NULL);
    cr_assert_geq(work_of("status_pended"), 0);
    /* Answered by that alone, it is not sent again. */
    run_at(noon + 9 * CLOCK_DAY);
    cr_assert_str_eq(names_in("acme", "out"), "000000001-1.837P.x12 000000001.837P.x12 000000002.276.x12 000000003.276.x12");
    close_submission();
}

Test(submission_inquiry, what_cannot_be_asked_is_work_and_the_others_are_asked)
{
    open_submission("", KEYS);
    struct status_question bad = question_about(7, "acme"), worse = question_about(8, "acme");
    bad.subject.subscriber.id = (struct text){0};
    worse.subject.subscriber.last_name = TEXT("Do~e");
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &bad), STATUS_OK);
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &worse), STATUS_OK);
    ask_about(9, "acme");
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    cr_assert_eq(valid_claims("acme", "000000001.276.x12"), 1);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 2);
    cr_assert(value_is(work, 0, "kind", "status_unwritable") && value_is(work, 1, "kind", "status_unwritable"));
    close_submission();
}

Test(submission_inquiry, when_none_can_be_written_no_file_goes_out)
{
    open_submission("", KEYS);
    struct status_question bad = question_about(7, "acme");
    bad.subject.provider.id = (struct text){0};
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &bad), STATUS_OK);
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    cr_assert_str_eq(names_in("acme", "out"), "");
    ask_about(9, "acme");
    run_at(noon + 12 * (60 * CLOCK_SECOND));
    cr_assert_str_neq(names_in("acme", "out"), "");
    close_submission();
}

Test(submission_inquiry, the_remittance_of_a_claim_ends_its_work_and_no_other)
{
    open_asked();
    payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), "P3:317*20251124**166.5", clm01(1));
    payer_says("b.277", trace_in("acme", "000000002.276.x12", 2), "D0:35*20251124**166.5", clm01(2));
    settle(1);
    cr_expect_eq(work_of("status_pended"), -1);
    cr_expect_geq(work_of("status_not_found"), 0);
    const struct event *event = last_event();
    cr_expect_eq(event->kind, EVENT_KIND_WORK_DONE);
    cr_expect_eq(event->identity.claim_id, 1);
    cr_expect(text_is(event->code, "status_pended") && text_is(event->detail, "remittance came"));
    cr_expect_not_null(bench_value(ASK(bench, "claim.show", "id", "1"), 0, "settled"));
    cr_expect_null(bench_value(ASK(bench, "claim.show", "id", "2"), 0, "settled"));
    size_t events = bench_out_count(bench, STREAM_SUBMISSION_EVENTS);
    settle(1); /* told again, as after a changed denial */
    cr_expect_eq(bench_out_count(bench, STREAM_SUBMISSION_EVENTS), events);
    close_submission();
}

Test(submission_inquiry, an_answer_behind_the_remittance_is_noted_and_no_work)
{
    open_asked();
    settle(1);
    payer_says("a.277", trace_in("acme", "000000002.276.x12", 1), "P3:317*20251124**166.5", clm01(1));
    cr_expect_eq(work_of("status_pended"), -1);
    cr_expect(value_is(ASK(bench, "claim.show", "id", "1"), 0, "status", "P3:317"));
    /* Its payer takes the decision back, and it is asked about anew: what he says then counts. */
    ask_about(1, "acme");
    run_at(noon + 30 * (60 * CLOCK_SECOND));
    payer_says("b.277", trace_in("acme", "000000003.276.x12", 1), "P3:317*20251125**166.5", clm01(1));
    cr_expect_geq(work_of("status_pended"), 0);
    close_submission();
}

Test(submission_inquiry, a_question_that_waits_is_not_put_when_the_remittance_came)
{
    open_submission("", KEYS);
    ask_about(1, "acme");
    ask_about(2, "acme");
    settle(1);
    restart(true); /* what waited is closed */
    bench_run(bench);
    cr_expect_eq(valid_claims("acme", "000000001.276.x12"), 1);
    char ej[64];
    snprintf(ej, sizeof ej, "~REF*EJ*%s~", clm01(2));
    cr_expect(out_holds("acme", "000000001.276.x12", ej));
    ask_about(1, "acme"); /* a question that is younger than the settlement */
    run_at(noon + 30 * (60 * CLOCK_SECOND));
    cr_expect_eq(valid_claims("acme", "000000002.276.x12"), 1);
    close_submission();
}

Test(submission_inquiry, work_for_what_could_not_be_asked_ends_with_the_remittance)
{
    open_submission("", KEYS);
    struct status_question bad = question_about(7, "acme");
    bad.subject.subscriber.id = (struct text){0};
    for (unsigned i = 1; i <= 2; i++) { /* asked twice, it is work once */
        cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &bad), STATUS_OK);
        run_at(noon + i * 6 * (60 * CLOCK_SECOND));
        cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 1);
    }
    settle(7);
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    close_submission();
}

Test(submission_inquiry, a_dependent_is_asked_about_below_the_subscriber)
{
    open_submission("", KEYS);
    struct status_question question = question_about(7, "acme");
    question.subject.dependent = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("Doe"), .first_name = TEXT("Ann")};
    question.subject.dependent_birth_date = 20150305;
    question.subject.dependent_sex = TEXT("U");
    question.bill_type = TEXT("131");
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &question), STATUS_OK);
    run_at(noon + 6 * (60 * CLOCK_SECOND));
    cr_assert_eq(valid_claims("acme", "000000001.276.x12"), 1);
    cr_assert(out_holds("acme", "000000001.276.x12", "~DMG*D8*20150305~NM1*QC*1*Doe*Ann~TRN*1*"));
    cr_assert(out_holds("acme", "000000001.276.x12", "~REF*BLT*131~"));
    close_submission();
}

Test(submission_inquiry, questions_that_waited_over_a_restart_go_out_once)
{
    open_submission("", KEYS);
    ask_about(1, "acme");
    ask_about(2, "acme");
    restart(false);
    bench_run(bench);
    cr_assert_eq(valid_claims("acme", "000000001.276.x12"), 2);
    restart(true);
    run_at(noon + 20 * (60 * CLOCK_SECOND));
    cr_assert_str_eq(names_in("acme", "out"), "000000001.276.x12");
    close_submission();
}

Test(submission_inquiry, a_payer_who_is_not_asked_gets_no_questions)
{
    open_submission("", "");
    ask_about(1, "acme");
    run_at(noon + 3 * CLOCK_DAY);
    cr_assert_str_eq(names_in("acme", "out"), "");
    close_submission();
}
