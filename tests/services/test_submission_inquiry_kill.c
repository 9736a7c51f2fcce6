/* Submission, killed at every call of its store while it asks payers: questions to two payers, one that cannot be written, the
 * payers' answers (999, 277, 271), questions rejected and sent anew, questions unanswered and sent again. */
#include "tests/services/inquiry_sample.h"
#include "tests/support/kill.h"

#include <unistd.h>

static struct bench *
opened(void)
{
    open_submission("[submission]\nresends = 2\nreserve_bytes = 1M\n",
                    "batch_claims = 2\nack_wait = 2d\nstatus_inquiry = yes\neligibility = yes\n");
    return bench;
}

static void
closed(struct bench *one)
{
    (void)one;
    close_submission();
}

/* Two questions in one commit, which are a whole batch: a restart closes what waits, and half a batch would be another file. */
static void
ask_two(uint64_t n, uint64_t id, const char *payer, bool unwritable)
{
    struct status_question questions[] = {question_about(id, payer), question_about(id + 1, payer)};
    if (unwritable)
        questions[0].subject.subscriber.last_name = TEXT("Do~e");
    kill_feed_batch(bench, STREAM_CLAIMS_SUBMISSION, n, &record_status_question, questions, 2);
    bench_run(bench);
}

/* Whether two patients are covered; of the second no id is known, so that he cannot be asked about. */
static void
ask_coverage(uint64_t n)
{
    static const char keys[2][33] = {"the first patient's key of 32 b.", "the second patient's key of 32 b"};
    struct eligibility_question questions[2];
    for (int i = 0; i < 2; i++)
        questions[i] = (struct eligibility_question){
            .key = text_of(keys[i], 32), .payer = TEXT("acme"), .subject = subject_sample()};
    questions[1].subject.subscriber.id = (struct text){0};
    kill_feed_batch(bench, STREAM_CLAIMS_SUBMISSION, n, &record_eligibility_question, questions, 2);
    bench_run(bench);
}

static const char *
file_271(const char *trace)
{
    static char file[2048];
    snprintf(file, sizeof file,
             ACME_ISA("000000041") "GS*HB*ACME0*CLINIC*20251124*1200*41*X*005010X279A1~ST*271*0001*005010X279A1~"
             "BHT*0022*11*1*20251124*1200~HL*1**20*1~NM1*PR*2*ACME*****PI*12345~HL*2*1*21*1~"
             "NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*%s*1123456789~NM1*IL*1*DOE*JANE****MI*M-1~EB*1**30~"
             "SE*11*0001~GE*1*41~IEA*1*000000041~",
             trace);
    return file;
}

/* The payer puts it there once, whatever became of it. */
static void
put_once(const char *payer, const char *name, const char *bytes)
{
    char in[500], done[500];
    snprintf(in, sizeof in, "%s/%s/in/%s", payer_folder, payer, name);
    snprintf(done, sizeof done, "%s/%s/in/done/%s", payer_folder, payer, name);
    if (access(in, F_OK) != 0 && access(done, F_OK) != 0)
        payer_puts(payer, name, bytes, strlen(bytes));
    bench_run(bench);
}

static void
answer(const char *act, const char *kind, const char *key)
{
    int row = work_of(kind);
    if (row >= 0) {
        char id[40];
        text_copy(bench_value(bench_ask(bench, "work.list", NULL), (size_t)row, "id")->text, id, sizeof id);
        ASK(bench, "work.answer", "id", id, "act", act, "reason", "mended", "key", key);
    }
    bench_run(bench);
}

static void
run(struct bench *one)
{
    (void)one;
    bench_hold_time(bench, noon);
    ask_two(1, 1, "acme", false);
    ask_two(3, 3, "acme", true);
    ask_two(5, 5, "other", false);
    put_once("acme", "a.999", ACME_ISA("000000033") "GS*FA*ACME0*CLINIC*20251124*1200*33*X*005010X231A1~"
             "ST*999*0001*005010X231A1~AK1*HR*1*005010X212~AK2*276*0001*005010X212~IK5*R*5~AK9*R*1*1*0~SE*6*0001~GE*1*33~"
             "IEA*1*000000033~");
    answer("resend", "set_rejected", "anew");
    put_once("acme", "b.277", file_277(trace_in("acme", "000000001.276.x12", 1), "P3:317*20251124**166.5", clm01(1)));
    put_once("acme", "c.277", file_277(trace_in("acme", "000000001.276.x12", 2),
                                       "D0:35*20251124**166.5~SVC*HC:99213*125*0~STC*P3:317*20251124", clm01(2)));
    ask_two(7, 1, "acme", false);
    put_once("acme", "d.277", file_277(trace_in("acme", "000000004.276.x12", 1), "F1:65*20251124**166.5*100", clm01(1)));
    struct status_settled settled = {.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = 2, .version = 1},
                                     .clm01 = text_from(clm01(2)), .payer = TEXT("acme")};
    kill_feed(bench, STREAM_CLAIMS_SUBMISSION, 9, &record_status_settled, &settled); /* ends the work "not found" */
    ask_coverage(10);
    put_once("acme", "e.271", file_271(trace_in("acme", "000000005.270.x12", 1)));
    bench_hold_time(bench, noon + 3 * CLOCK_DAY);
    bench_run(bench);
}

static bool
folder(struct bench *one, size_t n, char path[512])
{
    (void)one;
    snprintf(path, 512, "%s", payer_folder);
    return n == 0;
}

Test(submission_inquiry_kill, questions_and_answers_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(&(struct kill_scenario){
        .name = "submission inquiry", .open = opened, .close = closed, .run = run, .folder = folder});
}
