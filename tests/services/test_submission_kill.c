/* Submission, killed at every call of its store: batches to two payers and of two forms, a claim that cannot be written, the payers' answers
 * (999, 277CA, 835, a rejecting TA1, garbage), an interchange sent anew by a person and one sent again unanswered. */
#include "tests/services/forms_sample.h"
#include "tests/services/submission_sample.h"
#include "tests/support/kill.h"

#include <unistd.h>

#define ISA(payer, control) \
    "ISA*00*          *00*          *ZZ*ACME" payer "          *ZZ*CLINIC         *251124*1200*^*00501*" control "*0*T*:~"

static struct bench *
opened(void)
{
    open_submission("[submission]\nresends = 2\nreserve_bytes = 1M\n", "batch_claims = 2\nack_wait = 2d\n");
    return bench;
}

static void
closed(struct bench *one)
{
    (void)one;
    close_submission();
}

/* Two claims in one commit, which are a whole batch: a restart closes what waits, and half a batch would be another file. */
static void
feed_two(uint64_t id, const char *payer, const char *first, const char *second)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct claim claims[] = {claim_named(id, payer, first, &arena), claim_named(id + 1, payer, second, &arena)};
    kill_feed_batch(bench, STREAM_CLAIMS_SUBMISSION, id, &record_claim, claims, 2);
    arena_free(&arena);
    bench_run(bench);
}

/* The same with two institutional claims: a batch of their own. */
static void
feed_stays(uint64_t id, const char *payer)
{
    struct forms_sample stays;
    forms_sample_read(&stays, "all_places.837i");
    struct claim claims[2];
    for (unsigned i = 0; i < 2; i++) {
        claims[i] = claim_named(id + i, payer, "Doe", &stays.arena);
        claims[i].total_cents = stays.bodies[i].total_cents;
        cr_assert_eq(record_write(&record_claim_body, &stays.bodies[i], &stays.arena, &claims[i].body, NULL), STATUS_OK);
    }
    kill_feed_batch(bench, STREAM_CLAIMS_SUBMISSION, id, &record_claim, claims, 2);
    arena_free(&stays.arena);
    bench_run(bench);
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

static const char *
file_277ca(const char *number, const char *category)
{
    static char file[2048];
    snprintf(file, sizeof file,
             ISA("0", "000000007") "GS*HN*ACME0*CLINIC*20251124*1200*7*X*005010X214~ST*277*0001*005010X214~"
             "BHT*0085*08*B1*20251124*1200*TH~HL*1**20*1~NM1*PR*2*ACME*****PI*12345~TRN*1*R1~DTP*050*D8*20251124~"
             "DTP*009*D8*20251124~HL*2*1*21*1~NM1*41*2*CLINIC*****46*CLINIC~TRN*2*B1~STC*A1:19:PR*20251124*WQ*166.5~"
             "HL*3*2*19*1~NM1*85*2*CLINIC*****XX*1234567893~HL*4*3*PT~NM1*QC*1*DOE*JANE****MI*M-1~TRN*2*%s~"
             "STC*%s*20251124*WQ*166.5~REF*1K*PCN9~SE*19*0001~GE*1*7~IEA*1*000000007~",
             number, category);
    return file;
}

static void
send_anew(void)
{
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    for (size_t i = 0; i < work->rows_count; i++)
        if (value_is(work, i, "kind", "interchange_rejected")) {
            char id[40];
            text_copy(bench_value(work, i, "id")->text, id, sizeof id);
            ASK(bench, "work.answer", "id", id, "act", "resend", "reason", "mended", "key", "anew");
        }
    bench_run(bench);
}

static void
run(struct bench *one)
{
    (void)one;
    bench_hold_time(bench, noon);
    feed_two(1, "acme", "Doe", "Doe");
    feed_two(3, "acme", "Do~e", "Doe");
    feed_two(5, "other", "Doe", "Doe");
    feed_stays(7, "acme");
    put_once("acme", "a.999", ISA("0", "000000005") "GS*FA*ACME0*CLINIC*20251124*1200*5*X*005010X231A1~"
             "ST*999*0001*005010X231A1~AK1*HC*1*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*5~"
             "GS*HP*ACME0*CLINIC*20251124*1200*9*X*005010X221A1~ST*835*0001~BPR*I*0*C*NON~SE*3*0001~GE*1*9~IEA*2*000000005~");
    put_once("acme", "b.277", file_277ca(clm01(1), "A2:20"));
    put_once("acme", "c.277", file_277ca(clm01(2), "A7:562:85"));
    put_once("acme", "d", "this is no X12");
    put_once("other", "a.ta1", ISA("1", "000000006") "TA1*000000001*251124*1200*R*006~IEA*0*000000006~");
    send_anew();
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

Test(submission_kill, files_and_answers_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(
        &(struct kill_scenario){.name = "submission", .open = opened, .close = closed, .run = run, .folder = folder});
}
