/* What payers answer: TA1, 999, and files that are passed on or cannot be read. */
#include "common/seal/seal.h"
#include "tests/services/submission_sample.h"

#include <sys/stat.h>
#include <unistd.h>

#define ISA(control) \
    "ISA*00*          *00*          *ZZ*ACME0          *ZZ*CLINIC         *251124*1200*^*00501*" control "*0*T*:~"
#define GROUP_999(code, ak9) \
    "GS*FA*ACME0*CLINIC*20261124*1200*5*X*005010X231A1~ST*999*0001*005010X231A1~AK1*HC*1*005010X222A1~" \
    "AK2*837*0001*005010X222A1~IK5*" code "~AK9*" ak9 "~SE*6*0001~GE*1*5~"
#define FILE_999(code, ak9) ISA("000000005") GROUP_999(code, ak9) "IEA*1*000000005~"
#define FILE_TA1(code) ISA("000000006") "TA1*000000001*251124*1200*" code "*006~IEA*0*000000006~"
#define GROUP_835 "GS*HP*ACME0*CLINIC*20261124*1200*9*X*005010X221A1~ST*835*0001~BPR*I*0*C*NON~SE*3*0001~GE*1*9~"

static void
open_sent(void)
{
    open_submission("[submission]\n", "batch_claims = 2\n");
    feed_claim(1, "acme");
    feed_claim(2, "acme");
    run_at(noon);
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 2);
    bench_drain(bench);
}

TestSuite(submission_answers, .init = open_sent, .fini = close_submission);

static void
answer(const char *name, const char *bytes)
{
    payer_puts("acme", name, bytes, strlen(bytes));
    run_at(noon + 1000000);
    cr_assert_null(strstr(names_in("acme", "in"), name));
    cr_assert_not_null(strstr(names_in("acme", "in/done"), name));
}

/* The one event of the resend names both numbers. */
static void
expect_resent_event(void)
{
    unsigned found = 0;
    for (size_t i = 0; i < bench_out_count(bench, STREAM_SUBMISSION_EVENTS); i++) {
        const struct event *event = bench_out(bench, STREAM_SUBMISSION_EVENTS, i, NULL);
        if (event->kind != EVENT_KIND_INTERCHANGE_RESENT)
            continue;
        found++;
        cr_assert_eq(event->number, 1);
        cr_assert_eq(event->next_number, 2);
        cr_assert(text_is(event->code, "acme"));
    }
    cr_assert_eq(found, 1);
}

/* One work item of the kind, sent anew: new numbers, the same claims. */
static void
expect_resend(const char *kind)
{
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(value_is(work, 0, "kind", kind));
    cr_assert(value_is(ASK(bench, "work.show", "id", "submission-1"), 0, "acts", "resend, close"));
    cr_assert_eq(ASK(bench, "work.answer", "id", "submission-1", "act", "resend")->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(ASK(bench, "work.answer", "id", "submission-1", "act", "resend", "reason", "mended")->status,
                 CONTROL_STATUS_DONE);
    expect_resent_event();
    run_at(noon + 2000000);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.837P.x12");
    cr_assert_eq(valid_claims("acme", "000000002.837P.x12"), 2);
    cr_assert(out_holds("acme", "000000002.837P.x12", "IEA*1*000000002~"));
    cr_assert(out_holds("acme", "000000002.837P.x12", "GE*1*2~"));
    cr_assert(out_holds("acme", "000000002.837P.x12", clm01(1)) && out_holds("acme", "000000002.837P.x12", clm01(2)));
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    cr_assert_eq(balance("passed_on"), 2);
}

Test(submission_answers, a_rejecting_ta1_waits_for_a_person_who_sends_anew)
{
    answer("a.ta1", FILE_TA1("R"));
    cr_assert_str_eq(bench_events(bench), "interchange_answered claim_set_rejected");
    answer("b.ta1", FILE_TA1("R") "\n"); /* other bytes, the same answer */
    cr_assert_str_eq(bench_events(bench), "interchange_answered claim_set_rejected");
    expect_resend("interchange_rejected");
}

Test(submission_answers, a_rejecting_999_waits_for_a_person_who_sends_anew)
{
    answer("a.999", FILE_999("R*5", "R*1*1*0"));
    cr_assert_str_eq(bench_events(bench), "claim_set_rejected");
    expect_resend("set_rejected");
}

Test(submission_answers, an_accepting_999_counts_once)
{
    answer("a.999", FILE_999("A", "A*1*1*1"));
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    answer("b.999", FILE_999("A", "A*1*1*1")); /* the same bytes */
    restart(false);
    answer("c.999", FILE_999("A", "A*1*1*1") "\n"); /* other bytes, the same answer */
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
}

Test(submission_answers, garbage_and_a_cut_file_are_work_and_leave_the_inbox)
{
    answer("garbage", "this is no X12");
    answer("cut", ISA("000000005") "GS*FA*ACME0*CLINIC*20261124*1200*5*X*005010X231A1~ST*999*0001*0050");
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 2);
    cr_assert(value_is(work, 0, "kind", "unreadable") && value_is(work, 1, "kind", "unreadable"));
    cr_assert_str_eq(bench_events(bench), "");
}

/* Root may read all: it looks with the eyes of nobody. */
static void
look_as_nobody(void)
{
    char path[400];
    static const char *const parts[] = {"", "/acme", "/acme/in"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", payer_folder, parts[i]);
        cr_assert_eq(chmod(path, 0755), 0);
    }
    bool root = geteuid() == 0;
    if (root)
        cr_assert_eq(seteuid(65534), 0);
    bench_run(bench);
    if (root)
        cr_assert_eq(seteuid(0), 0);
}

Test(submission_answers, a_file_that_cannot_be_opened_is_said_until_it_is_readable)
{
    char path[400];
    payer_puts("acme", "secret", "x", 1);
    snprintf(path, sizeof path, "%s/acme/in/secret", payer_folder);
    cr_assert_eq(chmod(path, 0), 0);
    look_as_nobody();
    look_as_nobody();
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_assert(value_is(status, 0, "reason", "1 file(s) in the payers' in/ cannot be opened, the last of acme"));
    cr_assert_gt(bench_value(status, 0, "advice")->text.length, 0);
    cr_assert_eq(chmod(path, 0640), 0);
    bench_run(bench);
    cr_assert(value_is(bench_ask(bench, "status", NULL), 0, "state", "running"));
    cr_assert_not_null(strstr(names_in("acme", "in/done"), "secret"));
}

/* What a payer does not send: it would be in in/done/ and nobody would know. */
Test(submission_answers, a_file_without_any_answer_is_work_that_names_it)
{
    static const char claims[] = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*ACME0          *261120*1200*^*00501*000000009*0*P*:~"
                                 "GS*HC*CLINIC*ACME0*20261120*1200*9*X*005010X222A1~ST*837*0001*005010X222A1~SE*2*0001~GE*1*9~IEA*1*000000009~";
    payer_puts("acme", "ours.x12", claims, strlen(claims));
    bench_run(bench);
    bench_run(bench);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(value_is(work, 0, "kind", "unmatched") && value_is(work, 0, "code", "nothing"));
    cr_assert(value_is(ASK(bench, "work.show", "id", "submission-1"), 0, "file", "***"));
    cr_assert(value_is(ASK(bench, "work.show", "id", "submission-1", "reveal", "yes"), 0, "file", "ours.x12"));
    cr_assert(value_is(ASK(bench, "work.show", "id", "submission-1"), 0, "acts", "close"));
    cr_assert_not_null(strstr(names_in("acme", "in/done"), "ours.x12"));
}

Test(submission_answers, a_name_with_a_control_character_stops_nobody)
{
    payer_puts("acme", "tab\tname", "this is no X12", 14);
    bench_run(bench);
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert_not_null(strstr(names_in("acme", "in/done"), "tab\tname"));
}

Test(submission_answers, a_name_used_again_takes_nothing_away)
{
    payer_puts("acme", "ack", "one", 3);
    bench_run(bench);
    payer_puts("acme", "ack", "two", 3);
    bench_run(bench);
    cr_assert_not_null(strstr(names_in("acme", "in/done"), "ack.2"));
}

Test(submission_answers, a_folder_that_is_not_there_is_said_until_it_is)
{
    char in[400], away[400];
    snprintf(in, sizeof in, "%s/acme/in", payer_folder);
    snprintf(away, sizeof away, "%s/acme/away", payer_folder);
    cr_assert_eq(file_make_folder(in), STATUS_OK);
    cr_assert_eq(rename(in, away), 0);
    bench_run(bench);
    cr_assert(value_is(bench_ask(bench, "status", NULL), 0, "reason", "the folder of payer acme cannot be read (in/)"));
    cr_assert_eq(rename(away, in), 0);
    bench_run(bench);
    cr_assert(value_is(bench_ask(bench, "status", NULL), 0, "state", "running"));
}

/* The chunks of the outbox joined, with a check of their numbers, the last flag and the sum. */
static void
expect_chunks(const char *expected, size_t length)
{
    struct text whole = text_of(expected, length);
    size_t count = bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), at = 0;
    uint8_t sum[SEAL_SUM_BYTES];
    seal_sum(whole, sum);
    cr_assert_gt(count, 0);
    for (size_t i = 0; i < count; i++) {
        const struct record_type *type;
        const struct remit_chunk *chunk = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, i, &type);
        cr_assert_eq(type, &record_remit_chunk);
        cr_assert_eq(chunk->number, i + 1);
        cr_assert_eq(chunk->last, i + 1 == count);
        cr_assert(text_is(chunk->payer, "acme"));
        cr_assert_leq(at + chunk->bytes.length, length);
        cr_assert_eq(memcmp(expected + at, chunk->bytes.data, chunk->bytes.length), 0);
        at += chunk->bytes.length;
        if (chunk->last)
            cr_assert(text_equal(chunk->sum, text_of(sum, sizeof sum)));
    }
    cr_assert_eq(at, length);
}

Test(submission_answers, a_mixed_file_gives_its_answer_and_its_835_once)
{
    static const char remittance[] = ISA("000000005") GROUP_835 "IEA*1*000000005~";
    static const char file[] = ISA("000000005") GROUP_999("A", "A*1*1*1") GROUP_835 "IEA*2*000000005~";
    answer("mixed", file);
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    expect_chunks(remittance, strlen(remittance));
    answer("again", file);
    expect_chunks(remittance, strlen(remittance));
}

/* The payer forgot the end of a group: the others of the file are taken, in whatever order they come. */
static void
expect_only_the_whole_835(const char *name, const char *file, const char *expected)
{
    bench_drain(bench);
    answer(name, file);
    expect_chunks(expected, strlen(expected));
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_gt(work->rows_count, 0);
    cr_assert(value_is(work, work->rows_count - 1, "kind", "unreadable"), "%s", name);
}

#define CUT_835 "GS*HP*ACME0*CLINIC*20261124*1200*8*X*005010X221A1~ST*835*0001~BPR*I*0*C*NON~SE*3*0001~"

Test(submission_answers, a_group_without_its_end_is_not_passed_on_and_the_others_are)
{
    static const char first[] = ISA("000000005") GROUP_835 "IEA*1*000000005~";
    static const char second[] = ISA("000000006") GROUP_835 "IEA*1*000000006~";
    expect_only_the_whole_835("a", ISA("000000005") CUT_835 GROUP_835 "IEA*2*000000005~", first);
    expect_only_the_whole_835("b", ISA("000000005") CUT_835 "IEA*1*000000005~" ISA("000000006") GROUP_835 "IEA*1*000000006~", second);
    expect_only_the_whole_835("c", ISA("000000005") GROUP_835 CUT_835, first);
    expect_only_the_whole_835("d", ISA("000000005") GROUP_999("A", "A*1*1*1") CUT_835 GROUP_835 "IEA*3*000000005~", first);
    expect_only_the_whole_835("e", ISA("000000005") GROUP_999("A", "A*1*1*1") GROUP_835 CUT_835 "IEA*3*000000005~", first);
    expect_only_the_whole_835("f", ISA("000000005") GROUP_835 GROUP_999("A", "A*1*1*1") CUT_835, first);
}

Test(submission_answers, an_835_behind_answers_is_passed_on)
{
    static const char expected[] = ISA("000000006") GROUP_835 "IEA*1*000000006~";
    answer("mixed", FILE_TA1("A") FILE_999("A", "A*1*1*1") ISA("000000006") GROUP_835 "IEA*1*000000006~");
    expect_chunks(expected, strlen(expected));
    cr_assert_str_eq(bench_events(bench), "interchange_answered claim_acknowledged");
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
}

Test(submission_answers, a_large_835_goes_on_in_chunks)
{
    enum { SEGMENTS = 40000 };
    char *file = malloc(SEGMENTS * 16 + 1000);
    int length = sprintf(file, "%s", ISA("000000005") "GS*HP*ACME0*CLINIC*20261124*1200*9*X*005010X221A1~ST*835*0001~");
    for (int i = 0; i < SEGMENTS; i++)
        length += sprintf(file + length, "LX*%05d~", i);
    length += sprintf(file + length, "SE*%d*0001~GE*1*9~IEA*1*000000005~", SEGMENTS + 2);
    answer("large", file);
    cr_assert_gt(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 1);
    expect_chunks(file, (size_t)length);
    free(file);
}

/* ---- 277CA ---- */

static const char *
file_277ca(const char *number, const char *category)
{
    static char file[2048];
    snprintf(file, sizeof file,
             ISA("000000007") "GS*HN*ACME0*CLINIC*20261124*1200*7*X*005010X214~ST*277*0001*005010X214~"
             "BHT*0085*08*B1*20261124*1200*TH~HL*1**20*1~NM1*PR*2*ACME*****PI*12345~TRN*1*R1~DTP*050*D8*20261124~"
             "DTP*009*D8*20261124~HL*2*1*21*1~NM1*41*2*CLINIC*****46*CLINIC~TRN*2*B1~STC*A1:19:PR*20261124*WQ*166.5~"
             "HL*3*2*19*1~NM1*85*2*CLINIC*****XX*1234567893~HL*4*3*PT~NM1*QC*1*DOE*JANE****MI*M-1~TRN*2*%s~"
             "STC*%s*20261124*WQ*166.5~REF*1K*PCN9~SE*19*0001~GE*1*7~IEA*1*000000007~",
             number, category);
    return file;
}

Test(submission_answers, an_accepted_claim_is_told_to_remittance_once)
{
    answer("a.277", file_277ca(clm01(1), "A2:20"));
    answer("b.277", file_277ca(clm01(1), "A2:20"));
    cr_assert_str_eq(bench_events(bench), "claim_accepted");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 1);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 0);
    const struct claims_accepted *told = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, 0, NULL);
    cr_assert_eq(told->claims_count, 1);
    cr_assert(told->claims[0].claim_id == 1 && told->claims[0].version == 1);
}

/* A payer who answers claims has the interchange, whether or not he sent a 999. */
Test(submission_answers, an_interchange_of_which_a_claim_is_answered_is_not_sent_again)
{
    answer("a.277", file_277ca(clm01(1), "A2:20"));
    restart(false);
    for (int day = 1; day <= 20; day++)
        run_at(noon + day * CLOCK_DAY);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
}

/* Behind the claim of the file another one. */
static const char *
with_second(const char *bytes, const char *number, const char *category)
{
    static char file[3000];
    const char *end = strstr(bytes, "SE*19*");
    snprintf(file, sizeof file,
             "%.*sHL*5*3*PT~NM1*QC*1*ROE*JOHN****MI*M-2~TRN*2*%s~STC*%s*20261124*WQ*166.5~REF*1K*PCN8~SE*24*%s",
             (int)(end - bytes), bytes, number, category, end + 6);
    return file;
}

Test(submission_answers, what_a_file_accepts_is_told_to_remittance_together)
{
    answer("a.277", with_second(file_277ca(clm01(1), "A2:20"), clm01(2), "A1:19"));
    cr_assert_str_eq(bench_events(bench), "claim_accepted claim_accepted");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 1);
    const struct claims_accepted *told = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, 0, NULL);
    cr_assert_eq(told->claims_count, 2);
    cr_assert(told->claims[0].claim_id == 1 && told->claims[1].claim_id == 2);
}

Test(submission_answers, a_rejected_claim_is_not_told_of_as_an_accepted_one)
{
    answer("a.277", with_second(file_277ca(clm01(1), "A7:562:85"), clm01(2), "A1:19"));
    cr_assert_str_eq(bench_events(bench), "claim_rejected claim_accepted");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 2);
    const struct claim_answer *rejected = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, 0, NULL);
    cr_assert(rejected->identity.claim_id == 1 && rejected->answer == ANSWER_KIND_REJECTED);
    const struct claims_accepted *told = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, 1, NULL);
    cr_assert(told->claims_count == 1 && told->claims[0].claim_id == 2);
}

Test(submission_answers, a_rejected_claim_is_told_to_claims_too)
{
    answer("a.277", file_277ca(clm01(2), "A7:562:85"));
    restart(false);
    answer("b.277", file_277ca(clm01(2), "A7:562:85"));
    cr_assert_str_eq(bench_events(bench), "claim_rejected");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 1);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_CLAIMS), 1);
    const struct claim_answer *told = bench_out(bench, STREAM_SUBMISSION_CLAIMS, 0, NULL);
    cr_assert_eq(told->answer, ANSWER_KIND_REJECTED);
    cr_assert(text_is(told->category, "A7") && text_is(told->status, "562") && text_is(told->entity, "85"));
}

Test(submission_answers, an_answer_to_an_unknown_claim_is_work)
{
    answer("a.277", file_277ca(clm01(99), "A2:20"));
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    cr_assert_eq(work->rows_count, 1);
    cr_assert(value_is(work, 0, "kind", "unmatched") && value_is(work, 0, "code", "277CA"));
    cr_assert_str_eq(bench_events(bench), "");
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 0);
}
