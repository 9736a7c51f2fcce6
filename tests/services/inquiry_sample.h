/* Questions for submission's tests, and the payer's answers to them. */
#ifndef CLAIMLINE_TESTS_INQUIRY_SAMPLE_H
#define CLAIMLINE_TESTS_INQUIRY_SAMPLE_H

#include "schemas/records/question.h"
#include "tests/services/submission_sample.h"

#define ACME_ISA(control) \
    "ISA*00*          *00*          *ZZ*ACME0          *ZZ*CLINIC         *251124*1200*^*00501*" control "*0*T*:~"

static inline struct question_subject
subject_sample(void)
{
    return (struct question_subject){
        .provider = {.entity_type = TEXT("2"), .last_name = TEXT("Clinic"), .id_qualifier = TEXT("XX"), .id = TEXT("1234567893"), .tax_id = TEXT("123456789")},
        .subscriber = {.entity_type = TEXT("1"), .last_name = TEXT("Doe"), .first_name = TEXT("Jane"), .id_qualifier = TEXT("MI"), .id = TEXT("M-1")},
        .birth_date = 19800101,
        .sex = TEXT("F"),
        .date_from = 20251120,
        .date_to = 20251120};
}

static inline struct status_question
question_about(uint64_t id, const char *payer)
{
    return (struct status_question){.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = id, .version = 1},
                                    .clm01 = text_from(clm01(id)),
                                    .payer = text_from(payer),
                                    .total_cents = 16650,
                                    .subject = subject_sample(),
                                    .times = 1};
}

/* The trace (TRN02) of the n-th question of a file in out/, from 1; static memory. */
static inline const char *
trace_in(const char *payer, const char *name, unsigned n)
{
    static char traces[8][64];
    static unsigned next;
    char *trace = traces[next++ % 8], *bytes = read_out(payer, name), *at = bytes;
    for (unsigned i = 0; i < n; i++) {
        at = strstr(i == 0 ? at : at + 1, "~TRN*1*");
        cr_assert_not_null(at, "%s: question %u", name, n);
    }
    snprintf(trace, 64, "%.*s", (int)strcspn(at + 7, "~*"), at + 7);
    free(bytes);
    return trace;
}

/* A 277 of ACME with one claim; `ej` may be NULL. */
static inline const char *
file_277(const char *trace, const char *stc, const char *ej)
{
    static char file[4096];
    char reference[80] = "";
    if (ej != NULL)
        snprintf(reference, sizeof reference, "REF*EJ*%s~", ej);
    snprintf(file, sizeof file,
             ACME_ISA("000000031") "GS*HN*ACME0*CLINIC*20251124*1200*31*X*005010X212~ST*277*0001*005010X212~"
             "BHT*0010*08*2*20251124*1200*DG~HL*1**20*1~NM1*PR*2*ACME*****PI*12345~HL*2*1*21*1~"
             "NM1*41*2*CLINIC*****46*CLINIC~HL*3*2*19*1~NM1*1P*2*CLINIC*****XX*1234567893~HL*4*3*22*0~"
             "NM1*IL*1*DOE*JANE****MI*M-1~TRN*2*%s~STC*%s~%sDTP*472*D8*20251120~SE*14*0001~GE*1*31~IEA*1*000000031~",
             trace, stc, reference);
    return file;
}

/* Remittance says, by way of claims, that the claim was decided. */
static inline void
settle(uint64_t id)
{
    struct status_settled settled = {.identity = {.organisation = 1, .site = 1, .cell = 1, .claim_id = id, .version = 1},
                                     .clm01 = text_from(clm01(id)),
                                     .payer = TEXT("acme")};
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_settled, &settled), STATUS_OK);
    bench_run(bench);
}

static inline const struct event *
last_event(void)
{
    return bench_out(bench, STREAM_SUBMISSION_EVENTS, bench_out_count(bench, STREAM_SUBMISSION_EVENTS) - 1, NULL);
}

/* The row of a kind in the work list, -1: there is none. */
static inline int
work_of(const char *kind)
{
    const struct control_answer *work = bench_ask(bench, "work.list", NULL);
    for (size_t i = 0; i < work->rows_count; i++)
        if (value_is(work, i, "kind", kind))
            return (int)i;
    return -1;
}

#endif
