/*
 * What posting an 835 costs the remittance daemon: processor time a claim of four lines, in process, with a real store in a
 * temporary folder. bench_remittance [--claims N] [--files N]; the claims were sent before, and each file answers its own.
 */
#include "services/remittance/remittance.h"

#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/seal/seal.h"
#include "schemas/streams.h"
#include "tests/support/bench.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LINES = 4, LINE_CENTS = 10000, CHUNK_BYTES = 192 * 1024, CLAIM_BYTES = 1024, BATCH = 1000 };

static double
processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
send_claims(struct bench *bench, uint64_t first, unsigned count)
{
    struct claim_sent *sent = calloc(BATCH, sizeof *sent);
    struct sent_line lines[LINES] = {0};
    static char numbers[BATCH][CONTROL_NUMBER_BYTES];
    static const char *const line_numbers[LINES] = {"L1", "L2", "L3", "L4"};
    for (unsigned i = 0; i < LINES; i++)
        lines[i] = (struct sent_line){.number = i + 1,
                                      .procedure = TEXT("99213"),
                                      .charge_cents = LINE_CENTS,
                                      .control_number = text_from(line_numbers[i])};
    assert(sent != NULL && count % BATCH == 0);
    for (unsigned done = 0; done < count; done += BATCH) {
        for (unsigned i = 0; i < BATCH; i++) {
            struct control_number number = {.cell = 1, .claim_id = first + done + i, .version = 1};
            control_number_compose(&number, numbers[i]);
            sent[i] = (struct claim_sent){.identity = {.claim_id = number.claim_id, .version = 1},
                                          .clm01 = text_from(numbers[i]),
                                          .payer = TEXT("acme"),
                                          .total_cents = LINES * LINE_CENTS,
                                          .sent = INT64_C(1763985600000000),
                                          .lines = lines,
                                          .lines_count = LINES,
                                          .interchange = 1};
        }
        enum status status = bench_feed_batch(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_sent, sent, BATCH);
        assert(status == STATUS_OK);
    }
    free(sent);
}

/* Of every ten lines one is denied; the others are reduced by 20.00 and leave 10.00 to the patient. */
static int
put_claim(char *out, uint64_t id)
{
    char number[CONTROL_NUMBER_BYTES], *at = out, *amount;
    int64_t paid = 0;
    control_number_compose(&(struct control_number){.cell = 1, .claim_id = id, .version = 1}, number);
    at += sprintf(at, "CLP*%s*1*400*", number);
    amount = at;
    at += sprintf(at, "     *10*CI*PCN%010llu*11*1~NM1*QC*1*DOE*JANE****MI*M%010llu~DTM*050*20260301~", (unsigned long long)id,
                  (unsigned long long)id);
    for (unsigned i = 0; i < LINES; i++) {
        bool denied = (id * LINES + i) % 10 == 0;
        at += sprintf(at, denied ? "SVC*HC:99213*100*0**0~DTM*472*20260220~CAS*CO*97*100~REF*6R*L%u~LQ*HE*N19~"
                                 : "SVC*HC:99213*100*70**1~DTM*472*20260220~CAS*CO*45*20~CAS*PR*2*10~REF*6R*L%u~AMT*B6*80~",
                      i + 1);
        paid += denied ? 0 : 70;
    }
    char digits[8];
    snprintf(digits, sizeof digits, "%05lld", (long long)paid);
    memcpy(amount, digits, 5);
    return (int)(at - out);
}

static size_t
make_835(char *out, uint64_t first, unsigned count, uint64_t file)
{
    int64_t paid = 0;
    size_t length = 0, body = (size_t)count * CLAIM_BYTES;
    char *claims = malloc(body);
    assert(claims != NULL);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned line = 0; line < LINES; line++)
            paid += ((first + i) * LINES + line) % 10 == 0 ? 0 : 70;
        length += (size_t)put_claim(claims + length, first + i);
        assert(length + CLAIM_BYTES <= body || i + 1 == count);
    }
    int head = sprintf(out,
                       "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260301*1200*^*00501*000000001*0*T*:~"
                       "GS*HP*PAYER*CLINIC*20260301*1200*1*X*005010X221A1~ST*835*0001~BPR*I*%lld*C*ACH************20260302~"
                       "TRN*1*%llu*1123456789~DTM*405*20260301~N1*PR*ACME HEALTH~N3*1 MAIN~N4*SALEM*OR*97301~"
                       "PER*BL*HELP*TE*5555550100~N1*PE*CLINIC*XX*1234567893~LX*1~",
                       (long long)paid, (unsigned long long)file);
    memcpy(out + head, claims, length);
    free(claims);
    unsigned segments = 10;
    for (size_t i = 0; i < length; i++)
        segments += out[(size_t)head + i] == '~';
    length += (size_t)head;
    return length + (size_t)sprintf(out + length, "SE*%u*0001~GE*1*1~IEA*1*000000001~", segments + 1);
}

static void
feed_835(struct bench *bench, uint64_t unit, struct text whole)
{
    uint8_t sum[SEAL_SUM_BYTES];
    uint64_t number = 0;
    seal_sum(whole, sum);
    for (size_t from = 0; from < whole.length; from += CHUNK_BYTES) {
        size_t length = whole.length - from < CHUNK_BYTES ? whole.length - from : CHUNK_BYTES;
        struct remit_chunk chunk = {.unit = unit,
                                    .payer = TEXT("acme"),
                                    .number = ++number,
                                    .bytes = text_of(whole.data + from, length),
                                    .last = from + length == whole.length};
        chunk.sum = chunk.last ? text_of(sum, sizeof sum) : (struct text){0};
        enum status status = bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk);
        assert(status == STATUS_OK);
    }
}

int
main(int argc, char **argv)
{
    static const char *const files[] = {
        "payers/acme.conf",
        "[payer]\ntitle = ACME Health\nid = 12345\nreceiver = ACME\nsender = CLINIC\nsubmitter_name = Clinic\n"
        "submitter_phone = 5555550100\nfolder = /srv/acme\n",
        NULL};
    unsigned claims = 5000, count = 8;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--claims") == 0)
            claims = (unsigned)atoi(argv[i + 1]) / BATCH * BATCH;
        else if (strcmp(argv[i], "--files") == 0)
            count = (unsigned)atoi(argv[i + 1]);
    }
    if (claims == 0 || count == 0) {
        fprintf(stderr, "usage: bench_remittance [--claims N] [--files N]\n--claims: of a file, in thousands\n");
        return 64;
    }
    struct bench *bench = bench_open(&remittance_plan, "[remittance]\nmap_bytes = 1G\n", files);
    bench_set_time(bench, INT64_C(1763985600000000)); /* nothing is due */
    char *file = malloc((size_t)claims * CLAIM_BYTES + 4096);
    double staged = 0, posted = 0;
    assert(file != NULL);
    for (unsigned n = 0; n < count; n++) {
        uint64_t first = 1 + (uint64_t)n * claims;
        send_claims(bench, first, claims);
        struct text whole = text_of(file, make_835(file, first, claims, n + 1));
        double begun = processor_seconds();
        feed_835(bench, n + 1, whole);
        staged += processor_seconds() - begun;
        begun = processor_seconds();
        bench_run(bench);
        posted += processor_seconds() - begun;
        bench_drain(bench);
    }
    double all = (double)claims * count;
    printf("{\"claims\":%.0f,\"staged_us_per_claim\":%.2f,\"posted_us_per_claim\":%.2f,\"queued\":%lld}\n", all, staged / all * 1e6,
           posted / all * 1e6, (long long)bench_balance(bench, "queued"));
    bench_close(bench);
    free(file);
    return 0;
}
