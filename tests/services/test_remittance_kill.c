/* Remittance, killed at every call of its store: an 835 in pieces with a set that is posted (paid, partly denied, denied, not
 * known) and one that does not balance, a denial written off, a payer that is silent, a payment before its claim. */
#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/seal/seal.h"
#include "schemas/streams.h"
#include "services/remittance/remittance.h"
#include "tests/support/kill.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ASK(bench, verb, ...) bench_ask((bench), (verb), (const char *const[]){__VA_ARGS__, NULL})
#define ACME                                                                                                           \
    "[payer]\ntitle = ACME Health\nid = 12345\nreceiver = ACME\nsender = CLINIC\nsubmitter_name = Clinic\n"            \
    "submitter_phone = 5555550100\nfolder = /srv/acme\nusual_days = 30\nappeal_days = 90\n"
#define HEAD(control, amount, trace)                                                                                   \
    "ST*835*" control "~BPR*I*" amount "*C*ACH************20260302~TRN*1*" trace                                       \
    "*1123456789~DTM*405*20260301~N1*PR*ACME HEALTH~N3*1 MAIN~N4*SALEM*OR*97301~PER*BL*HELP*TE*5555550100~"           \
    "N1*PE*CLINIC*XX*1234567893~LX*1~"
#define PAID                                                                                                           \
    "CLP*%s*1*150*120**MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*100*80**1~DTM*472*20260201~CAS*CO*45*20~REF*6R*L1~" \
    "SVC*HC:87804:QW*50*40**1~DTM*472*20260201~CAS*CO*45*10~REF*6R*L2~"
#define PARTLY_DENIED                                                                                                  \
    "CLP*%s*1*150*80**MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*100*80**1~DTM*472*20260201~CAS*CO*45*20~"            \
    "SVC*HC:87804:QW*50*0**1~DTM*472*20260201~CAS*CO*11*50~LQ*HE*M76~"
#define DENIED "CLP*%s*1*150*0**MC*ICN*11*1~CAS*CO*29*150~NM1*QC*1*DOE*JANE~"

/* 2026-03-01T12:00:00Z */
static const int64_t noon = INT64_C(1772366400000000);
static uint64_t fed; /* records of the stream from submission, in this run */

static struct bench *
opened(void)
{
    static const char *const files[] = {"payers/acme.conf", ACME, NULL};
    return bench_open(&remittance_plan, "[remittance]\nreserve_bytes = 1M\n", files);
}

static const char *
clm01(uint64_t id)
{
    static char buffers[8][CONTROL_NUMBER_BYTES];
    char *buffer = buffers[id % 8];
    control_number_compose(&(struct control_number){.cell = 1, .claim_id = id, .version = 1}, buffer);
    return buffer;
}

static void
send_claim(struct bench *bench, uint64_t id)
{
    struct sent_line lines[] = {
        {.number = 1, .procedure = TEXT("99213"), .charge_cents = 10000, .control_number = TEXT("L1")},
        {.number = 2, .procedure = TEXT("87804"), .modifiers = TEXT("QW"), .charge_cents = 5000, .control_number = TEXT("L2")},
    };
    struct claim_sent sent = {.identity = {.claim_id = id, .version = 1},
                              .clm01 = text_from(clm01(id)),
                              .payer = TEXT("acme"),
                              .total_cents = 15000,
                              .sent = noon,
                              .lines = lines,
                              .lines_count = 2,
                              .interchange = 1};
    kill_feed(bench, STREAM_SUBMISSION_REMITTANCE, ++fed, &record_claim_sent, &sent);
}

/* The 835 in three pieces. */
static void
send_remittance(struct bench *bench)
{
    enum { PIECES = 3 };
    char file[8192];
    uint8_t sum[SEAL_SUM_BYTES];
    int length = snprintf(file, sizeof file,
                          "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260301*1200*^*00501*000000001"
                          "*0*T*:~GS*HP*PAYER*CLINIC*20260301*1200*1*X*005010X221A1~" HEAD("0001", "440", "T1") PAID PARTLY_DENIED
                          DENIED PAID PAID "SE*53*0001~" HEAD("0002", "121", "T2") PAID "SE*21*0002~GE*2*1~IEA*1*000000001~",
                          clm01(1), clm01(2), clm01(3), clm01(6), clm01(7), clm01(4));
    struct text whole = text_of(file, (size_t)length);
    size_t each = whole.length / PIECES + 1;
    seal_sum(whole, sum);
    for (unsigned i = 0; i < PIECES; i++) {
        size_t from = i * each, size = from + each > whole.length ? whole.length - from : each;
        struct remit_chunk chunk = {.unit = 1, .payer = TEXT("acme"), .number = i + 1, .bytes = text_of(whole.data + from, size)};
        if (i == PIECES - 1) {
            chunk.last = true;
            chunk.sum = text_of(sum, sizeof sum);
        }
        kill_feed(bench, STREAM_SUBMISSION_REMITTANCE, ++fed, &record_remit_chunk, &chunk);
    }
    bench_run(bench);
}

static void
answer_first(struct bench *bench, const char *kind, const char *act)
{
    const struct control_answer *list = ASK(bench, "work.list", "kind", kind);
    char id[40], key[60];
    if (list->rows_count == 0)
        return;
    text_copy(bench_value(list, 0, "id")->text, id, sizeof id);
    snprintf(key, sizeof key, "%s %s", kind, act);
    ASK(bench, "work.answer", "id", id, "act", act, "reason", "too late", "key", key);
}

static void
run(struct bench *bench)
{
    fed = 0;
    bench_hold_time(bench, noon);
    for (uint64_t id = 1; id <= 5; id++)
        send_claim(bench, id);
    send_remittance(bench);
    send_claim(bench, 6); /* it was paid before the word of its sending came */
    bench_hold_time(bench, noon + 3600 * CLOCK_SECOND);
    answer_first(bench, "denial", "write-off");
    answer_first(bench, "remittance", "end");
    bench_run(bench);
    bench_hold_time(bench, noon + 40 * CLOCK_DAY);
    bench_run(bench);
}

Test(remittance_kill, postings_and_work_are_the_same_wherever_the_process_was_killed)
{
    kill_everywhere(&(struct kill_scenario){.name = "remittance", .open = opened, .close = bench_close, .run = run});
}
