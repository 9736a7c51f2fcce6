/* Claims that were sent and 835s that answer them, for remittance's tests. */
#ifndef CLAIMLINE_TESTS_REMITTANCE_SAMPLE_H
#define CLAIMLINE_TESTS_REMITTANCE_SAMPLE_H

#include "services/remittance/remittance.h"

#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/service/internal.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "tests/support/bench.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ACME                                                                                                           \
    "[payer]\ntitle = ACME Health\nid = 12345\nreceiver = ACME\nsender = CLINIC\nsubmitter_name = Clinic\n"            \
    "submitter_phone = 5555550100\nfolder = /srv/acme\nusual_days = 30\nappeal_days = 90\n"

/* An 835 in pieces: the envelope, and the head of a set from ST to LX. */
#define RA_ISA "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260301*1200*^*00501*000000001*0*T*:~" \
               "GS*HP*PAYER*CLINIC*20260301*1200*1*X*005010X221A1~"
#define RA_END(sets) "GE*" sets "*1~IEA*1*000000001~"
#define RA_HEAD(control, handling, amount, method, trace)                                                              \
    "ST*835*" control "~BPR*" handling "*" amount "*C*" method "************20260302~TRN*1*" trace                     \
    "*1123456789~DTM*405*20260301~N1*PR*ACME HEALTH~N3*1 MAIN~N4*SALEM*OR*97301~PER*BL*HELP*TE*5555550100~"           \
    "N1*PE*CLINIC*XX*1234567893~LX*1~"

static struct bench *bench;
static int64_t noon; /* 2026-03-01 12:00 UTC */
static uint64_t units;

static inline void
open_bench(void)
{
    static const char *const files[] = {"payers/acme.conf", ACME, NULL};
    bench = bench_open(&remittance_plan, "[remittance]\n", files);
    cr_assert(clock_parse(TEXT("2026-03-01T12:00:00Z"), &noon));
    bench_set_time(bench, noon);
}

static inline void
close_bench(void)
{
    bench_close(bench);
}

static inline const char *
clm01(uint64_t id, uint16_t version)
{
    static char buffers[8][CONTROL_NUMBER_BYTES];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    control_number_compose(&(struct control_number){.cell = 1, .claim_id = id, .version = version}, buffer);
    return buffer;
}

/* A claim of 150.00: 99213 for 100.00 (line number L1) and 87804 QW for 50.00 (L2). */
static inline enum status
send_version(uint64_t id, uint16_t version)
{
    struct sent_line lines[] = {
        {.number = 1, .procedure = TEXT("99213"), .charge_cents = 10000, .control_number = TEXT("L1")},
        {.number = 2, .procedure = TEXT("87804"), .modifiers = TEXT("QW"), .charge_cents = 5000, .control_number = TEXT("L2")},
    };
    struct claim_sent sent = {
        .identity = {.claim_id = id, .version = version},
        .clm01 = text_from(clm01(id, version)),
        .payer = TEXT("acme"),
        .total_cents = 15000,
        .sent = noon,
        .lines = lines,
        .lines_count = 2,
        .interchange = 1,
    };
    return bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_sent, &sent);
}

static inline void
send_claim(uint64_t id)
{
    cr_assert_eq(send_version(id, 1), STATUS_OK);
}

static inline struct remit_chunk
chunk_of(uint64_t unit, uint64_t number, struct text bytes)
{
    return (struct remit_chunk){.unit = unit, .payer = TEXT("acme"), .number = number, .bytes = bytes};
}

static inline void
feed_chunk(const struct remit_chunk *chunk)
{
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, chunk), STATUS_OK);
}

/* The text as one unit of `pieces` chunks; `backwards`: the last comes first. Not yet run. */
static inline void
feed_text(const char *text, unsigned pieces, bool backwards)
{
    static uint8_t sum[SEAL_SUM_BYTES];
    struct text whole = text_from(text);
    uint64_t unit = ++units;
    seal_sum(whole, sum);
    size_t each = whole.length / pieces + 1;
    for (unsigned n = 0; n < pieces; n++) {
        unsigned i = backwards ? pieces - 1 - n : n;
        size_t from = i * each, length = from + each > whole.length ? whole.length - from : each;
        struct remit_chunk chunk = chunk_of(unit, i + 1, text_of(whole.data + from, length));
        if (i == pieces - 1) {
            chunk.last = true;
            chunk.sum = text_of(sum, sizeof sum);
        }
        feed_chunk(&chunk);
    }
}

static inline void
remit(const char *text)
{
    feed_text(text, 1, false);
    bench_run(bench);
}

static inline int64_t
balance(const char *name)
{
    return bench_balance(bench, name);
}

static inline void
all_balances(void)
{
    cr_assert_eq(balance("difference"), 0);
    cr_assert_eq(balance("difference_cents"), 0);
    cr_assert_eq(balance("debits_cents"), balance("credits_cents"));
}

static inline struct remit_item
item_of(uint64_t id, uint16_t version)
{
    static struct arena arena;
    struct remit_item item;
    struct text value;
    struct store_key key = store_key_u32(store_key_u64(store_key(), id), version);
    cr_assert_eq(service_get(bench_service(bench), REMITTANCE_ITEMS, store_key_text(&key), &arena, &value), STATUS_OK);
    cr_assert_eq(record_read(&record_remit_item, value, &arena, &item, NULL), STATUS_OK);
    return item;
}

static inline const struct control_answer *
ask(const char *verb, const char *kind)
{
    const char *const arguments[] = {"kind", kind, NULL};
    return bench_ask(bench, verb, kind == NULL ? NULL : arguments);
}

static inline bool
value_is(const struct control_answer *answer, size_t row, const char *name, const char *word)
{
    return bench_says(answer, row, name, word);
}

/* ---- claims as the payer decides them ---- */

static char file[1 << 20];

/* Begins a file with one set. */
static inline void
begin(const char *head)
{
    snprintf(file, sizeof file, "%s%s", RA_ISA, head);
}

static inline void
add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void
add(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t used = strlen(file);
    vsnprintf(file + used, sizeof file - used, format, list);
    va_end(list);
}

/* Closes the last set with the right count of its segments. */
static inline void
end_set(const char *control)
{
    const char *at = file;
    for (const char *next = at; (next = strstr(next, "ST*835*")) != NULL; next++)
        at = next;
    unsigned segments = 1;
    for (; *at != '\0'; at++)
        segments += *at == '~';
    add("SE*%u*%s~", segments, control);
}

static inline const char *
end(void)
{
    end_set("0001");
    add(RA_END("1"));
    return file;
}

static inline void
add_paid(uint64_t id)
{
    add("CLP*%s*1*150*120**MC*ICN%llu*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*100*80**1~DTM*472*20260201~CAS*CO*45*20~REF*6R*L1~"
        "SVC*HC:87804:QW*50*40**1~DTM*472*20260201~CAS*CO*45*10~REF*6R*L2~",
        clm01(id, 1), (unsigned long long)id);
}

static inline void
add_partly_denied(uint64_t id)
{
    add("CLP*%s*1*150*80**MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*100*80**1~DTM*472*20260201~CAS*CO*45*20~"
        "SVC*HC:87804:QW*50*0**1~DTM*472*20260201~CAS*CO*11*50~LQ*HE*M76~", clm01(id, 1));
}

static inline void
add_denied(uint64_t id)
{
    add("CLP*%s*1*150*0**MC*ICN*11*1~CAS*CO*29*150~NM1*QC*1*DOE*JANE~", clm01(id, 1));
}

/* A remittance of one set that pays the claim 120.00 under this trace number. */
static inline void
remit_paid(uint64_t id, const char *trace)
{
    begin("");
    add(RA_HEAD("0001", "I", "120", "ACH", "%s"), trace);
    add_paid(id);
    remit(end());
}

/* One that denies the whole claim. */
static inline void
remit_denied(uint64_t id)
{
    begin(RA_HEAD("0001", "H", "0", "NON", "T1"));
    add_denied(id);
    remit(end());
}

/* Answers a work item; `reason` NULL: none is given. */
static inline const struct control_answer *
answer_work(const char *id, const char *act, const char *reason)
{
    const char *const arguments[] = {"id", id, "act", act, reason == NULL ? NULL : "reason", reason, NULL};
    return bench_ask(bench, "work.answer", arguments);
}

/* One commit of at most two steps, as if the transaction could take no more. False when there was nothing to do. */
static inline bool
run_a_little(void)
{
    struct service *service = bench_service(bench);
    size_t steps;
    int64_t before = balance("ended");
    service->batch_limit = service->batch_steps = 2;
    for (unsigned tries = 0; tries < 3; tries++) {
        service->source_ready[0] = service->plan->sources[0].poll(service) <= 0;
        cr_assert_eq(batch_run(service, &steps), STATUS_OK);
        cr_assert_leq(balance("ended") - before, 2 * 16);
        if (steps > 0)
            return true;
    }
    return false;
}

/* A step that was taken and not committed: the reader stands behind the durable cursor then. */
static inline void
take_and_abort(void)
{
    struct service *service = bench_service(bench);
    remittance_plan.dropped(service);
    service->source_ready[0] = service->plan->sources[0].poll(service) <= 0;
    cr_assert_eq(store_begin(service->store), STATUS_OK);
    step_begin(service, STEP_SOURCE, (struct text){0});
    enum status status = remittance_plan.sources[0].step(&service->step);
    cr_assert(status == STATUS_OK || status == STATUS_NOT_FOUND);
    service->step_open = false;
    store_step_drop(service->store);
    store_abort(service->store);
}

#endif
