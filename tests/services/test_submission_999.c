/* A 999 that names no set (AK1 and AK9 alone; loop 2000 of 005010X231A1 is situational): what its AK9 says counts for the group. */
#include "tests/services/inquiry_sample.h"

#define GS_999 "GS*FA*ACME0*CLINIC*20261124*1200*5*X*005010X231A1~"
#define END "GE*1*5~IEA*1*000000005~"

static void
open_sent(void)
{
    open_submission("[submission]\nresends = 1\n", "batch_claims = 2\nack_wait = 1d\nstatus_inquiry = yes\ninquiry_wait = 1min\n");
    feed_claim(1, "acme");
    feed_claim(2, "acme");
    run_at(noon);
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    bench_drain(bench);
}

TestSuite(submission_999, .init = open_sent, .fini = close_submission);

static void
answer(const char *name, const char *bytes)
{
    payer_puts("acme", name, bytes, strlen(bytes));
    run_at(noon + 1000000);
    cr_assert_not_null(strstr(names_in("acme", "in/done"), name));
}

/* A file with one 999 about our group `control`; `sets` stands between AK1 and AK9, and `ak9` may be empty. */
static const char *
file_999(unsigned control, const char *sets, const char *ak9)
{
    static char file[2000];
    unsigned segments = 3;
    for (const char *at = sets; *at != '\0'; at++)
        segments += *at == '~';
    snprintf(file, sizeof file,
             ACME_ISA("000000005") GS_999 "ST*999*0001*005010X231A1~AK1*HC*%u*005010X222A1~%s%s%s%sSE*%u*0001~" END, control, sets,
             ak9[0] == '\0' ? "" : "AK9*", ak9, ak9[0] == '\0' ? "" : "~", segments + (ak9[0] != '\0'));
    return file;
}

static size_t
work_count(void)
{
    return bench_ask(bench, "work.list", NULL)->rows_count;
}

/* The only work, and the file that it names. */
static void
expect_work(const char *kind, const char *code, const char *file)
{
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1, "%zu", (size_t)work->rows_count);
    cr_expect(value_is(work, 0, "kind", kind) && value_is(work, 0, "code", code), "%s %s", kind, code);
    if (file != NULL)
        cr_expect(value_is(ASK(bench, "work.show", "id", "submission-1", "reveal", "yes"), 0, "file", file));
}

/* Nobody sends it again, and no work comes of it. */
static void
expect_no_resend(size_t work)
{
    run_at(noon + 3 * CLOCK_DAY);
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_expect_eq(work_count(), work);
}

Test(submission_999, one_that_accepts_the_group_acknowledges_its_set_once)
{
    answer("a.999", file_999(1, "", "A*1*1*1"));
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    restart(false);
    answer("b.999", file_999(1, "", "A*1*1*1*")); /* other bytes, the same answer */
    answer("c.999", file_999(1, "AK2*837*0001~IK5*A~", "A*1*1*1"));
    cr_expect_str_eq(bench_events(bench), "claim_acknowledged");
    expect_no_resend(0);
}

Test(submission_999, one_that_accepts_the_group_with_errors_acknowledges_its_set)
{
    answer("a.999", file_999(1, "", "E*1*1*1"));
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    expect_no_resend(0);
}

Test(submission_999, one_that_rejects_the_group_waits_for_a_person_who_sends_anew)
{
    answer("a.999", file_999(1, "", "R*1*1*0*4"));
    cr_assert_str_eq(bench_events(bench), "claim_set_rejected");
    expect_work("set_rejected", "4", NULL); /* AK905 */
    answer("b.999", file_999(1, "", "R*1*1*0*4*"));
    expect_no_resend(1);
    cr_expect_eq(ASK(bench, "work.answer", "id", "submission-1", "act", "resend", "reason", "mended")->status, CONTROL_STATUS_DONE);
    bench_run(bench);
    cr_expect_eq(valid_claims("acme", "000000002.837P.x12"), 2);
    answer("c.999", file_999(2, "", "A*1*1*1"));
    cr_expect_not_null(strstr(bench_events(bench), "claim_acknowledged"));
    cr_expect_eq(work_count(), 0);
}

Test(submission_999, each_way_to_reject_the_group_rejects_its_set)
{
    static const char *const words[] = {"R*1*1*0", "M*1*1*0", "W*1*0*0", "X*1*1*0"};
    for (unsigned i = 0; i < 4; i++) {
        char name[8], code[2] = {words[i][0]};
        snprintf(name, sizeof name, "%u.999", i);
        answer(name, file_999(i + 1, "", words[i]));
        expect_work("set_rejected", code, NULL);
        char id[40];
        snprintf(id, sizeof id, "submission-%u", i + 1);
        cr_assert_eq(ASK(bench, "work.answer", "id", id, "act", "resend", "reason", "mended")->status, CONTROL_STATUS_DONE, "%s", id);
        bench_run(bench);
    }
}

/* None of them says what became of our set. */
Test(submission_999, one_that_accepts_a_part_or_contradicts_itself_is_work_that_names_the_file_and_nothing_is_sent_again)
{
    static const char *const words[] = {"P*1*1*0", "A*1*1*0", "A*0*0*0", "A*2*2*2", "A*2*2*1", "E*1*1*0", "R*1*1*1", "Q*1*1*1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char code[2] = {words[i][0]};
        if (i > 0)
            open_sent();
        answer("part.999", file_999(1, "", words[i]));
        cr_expect_str_eq(bench_events(bench), "interchange_answered", "%s: %s", words[i], bench_events(bench));
        expect_work("set_unclear", code, "part.999");
        cr_expect(value_is(ASK(bench, "work.show", "id", "submission-1"), 0, "acts", "resend, close"));
        answer("again.999", file_999(1, "", words[i]));
        answer("other.999", strcat(strcpy((char[2000]){0}, file_999(1, "", words[i])), "\n"));
        expect_no_resend(1);
        if (i + 1 < sizeof words / sizeof *words)
            close_submission();
    }
}

Test(submission_999, what_was_unclear_is_decided_by_an_answer_that_names_the_set)
{
    answer("part.999", file_999(1, "", "P*1*1*0"));
    answer("whole.999", file_999(1, "AK2*837*0001~IK5*A~", "A*1*1*1"));
    cr_expect_str_eq(bench_events(bench), "interchange_answered work_done claim_acknowledged");
    cr_expect_eq(work_count(), 0);
    answer("late.999", file_999(1, "", "P*1*1*0*"));
    cr_expect_str_eq(bench_events(bench), "interchange_answered work_done claim_acknowledged");
    cr_expect_eq(work_count(), 0);
}

/* Work that stays open would have a person send what the payer has. */
Test(submission_999, one_that_comes_after_all_ends_the_work_that_there_is_none)
{
    for (int day = 1; day <= 4; day++)
        run_at(noon + day * CLOCK_DAY + 300 * CLOCK_SECOND * day);
    expect_work("unanswered", "", NULL);
    const char *bytes = file_999(1, "", "A*1*1*1");
    payer_puts("acme", "late.999", bytes, strlen(bytes));
    run_at(noon + 5 * CLOCK_DAY);
    cr_expect_not_null(strstr(bench_events(bench), "work_done claim_acknowledged"), "%s", bench_events(bench));
    cr_expect_eq(work_count(), 0);
}

/* The AK9 of a 999 that names its sets repeats what they say. */
Test(submission_999, where_sets_are_named_they_alone_count)
{
    answer("a.999", file_999(1, "AK2*837*0001~IK5*R*5~", "A*1*1*1"));
    cr_expect_str_eq(bench_events(bench), "claim_set_rejected");
    expect_work("set_rejected", "5", NULL);
}

Test(submission_999, one_without_a_word_is_work_that_names_the_file)
{
    answer("mute.999", file_999(1, "", ""));
    cr_expect_str_eq(bench_events(bench), "");
    expect_work("unmatched", "999", "mute.999");
}

Test(submission_999, one_about_a_group_that_is_not_ours_is_work)
{
    answer("a.999", file_999(77, "", "A*1*1*1"));
    cr_expect_str_eq(bench_events(bench), "");
    expect_work("unmatched", "999", "a.999");
}

Test(submission_999, one_that_is_cut_before_its_word_is_an_unreadable_file_alone)
{
    answer("cut.999", ACME_ISA("000000005") GS_999 "ST*999*0001*005010X231A1~AK1*HC*1*005010X222A1~");
    cr_expect_str_eq(bench_events(bench), "");
    expect_work("unreadable", "", "cut.999");
}

/* Groups with and without named sets in one file: each is judged by itself. */
Test(submission_999, several_in_one_file_are_judged_each_by_itself)
{
    feed_claim(3, "acme");
    feed_claim(4, "acme");
    run_at(noon);
    bench_drain(bench);
    answer("a.999", ACME_ISA("000000005") GS_999
           "ST*999*0001*005010X231A1~AK1*HC*2*005010X222A1~AK2*837*0001~IK5*R*5~AK9*R*1*1*0~SE*6*0001~"
           "ST*999*0002*005010X231A1~AK1*HC*1*005010X222A1~AK9*A*1*1*1~SE*4*0002~GE*2*5~IEA*1*000000005~");
    cr_expect_str_eq(bench_events(bench), "claim_set_rejected claim_acknowledged");
    expect_work("set_rejected", "5", NULL);
}

Test(submission_999, questions_are_acknowledged_so_too)
{
    struct status_question question = question_about(1, "acme");
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &question), STATUS_OK);
    run_at(noon + 2 * 60 * CLOCK_SECOND);
    cr_assert_not_null(strstr(names_in("acme", "out"), "000000002.276.x12"));
    answer("a.999", file_999(2, "", "A*1*1*1"));
    cr_expect_not_null(strstr(bench_events(bench), "inquiry_answered"));
    answer("b.999", file_999(1, "", "A*1*1*1"));
    run_at(noon + 3 * CLOCK_DAY);
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.276.x12");
}
