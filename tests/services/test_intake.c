/* Files of professional claims: what is taken, refused and rejected, and how it is answered. */
#include "schemas/findings.h"
#include "tests/services/intake_bench.h"

Test(intake, a_clean_file_is_taken_answered_and_passed_on)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "A2", .cents = 12345}};
    feed(bench, "clean.x12", 7, claims, 2);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    cr_expect_str_eq(bench_events(bench), "encounter_received encounter_received");
    const struct encounter *first = encounter(bench, 0), *second = encounter(bench, 1);
    cr_expect_eq(first->identity.version, 1);
    cr_expect_eq(second->identity.claim_id, first->identity.claim_id + 1);
    cr_expect_neq(first->identity.account, second->identity.account);
    cr_expect(text_is(first->sender, "NORTHCLINIC"));
    cr_expect_eq(first->local_date, 20261102);
    cr_expect_eq(first->source, ENCOUNTER_SOURCE_X12_FILE);
    cr_expect_eq(first->duplicate_key.length, DUPLICATE_KEY_BYTES);
    struct arena arena;
    struct claim_body body;
    arena_init(&arena, 0);
    cr_assert_eq(record_read(&record_claim_body, second->body, &arena, &body, NULL), STATUS_OK);
    cr_expect_eq(body.total_cents, 12345);
    cr_expect(text_is(body.patient_control_number, "A2"));
    cr_expect(text_is(body.billing.id, "1234567893"));
    arena_free(&arena);
    cr_expect(is_there(bench, "done/clean.x12"));
    cr_expect_not(is_there(bench, "clean.x12"));
    expect_in(bench, "done/clean.x12.ta1", "TA1*000000007*261101*1200*A*000~");
    expect_in(bench, "done/clean.x12.999", "AK9*A*1*1*1~");
    expect_in(bench, "done/clean.x12.277ca", "QTY*90*2~");
    expect_in(bench, "done/clean.x12.277ca", "AMT*YU*223.45~");
    expect_in(bench, "done/clean.x12.277ca", "TRN*2*A2~");
    expect_in(bench, "done/clean.x12.receipt.json", "\"accepted_claims\": 2");
    expect_clean(bench, "done/clean.x12.999");
    expect_clean(bench, "done/clean.x12.277ca");
    cr_expect_eq(bench_balance(bench, "taken"), 2);
    cr_expect_eq(bench_balance(bench, "passed_on"), 2);
    cr_expect_eq(bench_balance(bench, "difference"), 0);
    bench_close(bench);
}

Test(intake, each_fault_of_a_claim_refuses_that_claim_alone)
{
    static const struct {
        const char *name;
        struct sample_claim claim;
        uint16_t finding;
        const char *status;
    } cases[] = {
        {"npi",
         {.number = "N1", .npi = "1234567890"},
         FINDING_X12_NPI_CHECK_DIGIT,
         "STC*A7:562:82*20261102*U*100~"},
        {"sum",
         {.number = "S1", .cents = 10000, .line_cents = 9000},
         FINDING_X12_CLAIM_TOTAL,
         "STC*A8:400*20261102*U*100~"},
        {"pointer",
         {.number = "P1", .pointer = "1:3"},
         FINDING_X12_POINTER_DIAGNOSIS,
         "STC*A8:477*20261102*U*100~"},
        {"reference",
         {.number = "R1", .frequency = "7"},
         FINDING_X12_REPLACEMENT_REFERENCE,
         "STC*A6:464*20261102*U*100~"},
        {"duplicate",
         {.number = "D1", .member = "GOOD"},
         FINDING_INTAKE_DUPLICATE,
         "STC*A3:54*20261102*U*100~"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench *bench = open_bench("");
        const struct sample_claim claims[] = {
            {.number = "G1", .member = "GOOD"}, cases[i].claim, {.number = "G2"}};
        feed(bench, "faulty.x12", 1, claims, 3);
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2, "%s", cases[i].name);
        cr_expect_str_eq(bench_events(bench), "encounter_received encounter_refused encounter_received", "%s",
                         cases[i].name);
        const struct event *event = bench_out(bench, STREAM_INTAKE_EVENTS, 1, NULL);
        cr_expect_eq(event->number, cases[i].finding, "%s", cases[i].name);
        cr_expect_eq(event->cents, 10000, "%s", cases[i].name);
        expect_in(bench, "done/faulty.x12.277ca", cases[i].status);
        expect_in(bench, "done/faulty.x12.277ca", "QTY*AA*1~");
        expect_in(bench, "done/faulty.x12.receipt.json", finding_kind(cases[i].finding)->name);
        expect_clean(bench, "done/faulty.x12.277ca");
        cr_expect_eq(bench_balance(bench, "taken"), 2);
        bench_close(bench);
    }
}

Test(intake, the_answer_to_a_large_set_is_whole)
{
    enum { MANY = 2500 };
    struct bench *bench = open_bench("outbox_records = 100000\n");
    struct sample_claim *claims = calloc(MANY, sizeof *claims);
    char(*numbers)[8] = calloc(MANY, sizeof *numbers);
    for (int i = 0; i < MANY; i++) {
        snprintf(numbers[i], sizeof numbers[i], "A%d", i);
        claims[i] = (struct sample_claim){.number = numbers[i], .pointer = i % 10 == 3 ? "2" : NULL};
    }
    feed(bench, "large.x12", 1, claims, MANY);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), MANY / 10 * 9);
    expect_in(bench, "done/large.x12.277ca", "QTY*90*2250~");
    expect_in(bench, "done/large.x12.277ca", "QTY*AA*250~");
    expect_in(bench, "done/large.x12.277ca", "TRN*2*A2499~");
    expect_clean(bench, "done/large.x12.277ca");
    free(claims);
    free(numbers);
    bench_close(bench);
}

Test(intake, a_bad_set_among_good_ones_is_rejected_alone)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claims[] = {{.number = "A1"}, {.number = "B1"}, {.number = "C1"}};
    struct sample sample;
    sample_begin(&sample, 3, 'P');
    for (int i = 0; i < 3; i++) {
        sample_set(&sample);
        sample_put(&sample, &claims[i]);
        sample_set_end(&sample, i == 1 ? 1 : 0);
    }
    sample_end(&sample, 1);
    drop_and_settle(bench, "sets.x12", sample.bytes, sample.length);
    sample_free(&sample);
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    expect_in(bench, "done/sets.x12.999", "IK5*R*4~");
    expect_in(bench, "done/sets.x12.999", "AK9*P*3*3*2~");
    expect_in(bench, "done/sets.x12.277ca", "TRN*2*C1~");
    expect_not_in(bench, "done/sets.x12.277ca", "TRN*2*B1~");
    expect_clean(bench, "done/sets.x12.999");
    expect_clean(bench, "done/sets.x12.277ca");
    bench_close(bench);
}

Test(intake, of_a_broken_envelope_nothing_is_taken)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    struct sample sample;
    sample_begin(&sample, 5, 'P');
    sample_set(&sample);
    sample_put(&sample, &claim);
    sample_set_end(&sample, 0);
    sample_end(&sample, 2); /* IEA01 counts two groups */
    drop_and_settle(bench, "broken.x12", sample.bytes, sample.length);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    cr_expect(is_there(bench, "refused/broken.x12"));
    expect_in(bench, "refused/broken.x12.ta1", "*R*021~");
    expect_in(bench, "refused/broken.x12.receipt.json", "X12_INTERCHANGE_COUNT_DIFFERS");
    cr_expect_not(is_there(bench, "refused/broken.x12.999"));
    cr_expect_not(is_there(bench, "refused/broken.x12.277ca"));
    const struct control_answer *refused = bench_ask(bench, "refused.files", NULL);
    cr_assert_eq(refused->rows_count, 1);
    cr_expect_eq(bench_value(refused, 0, "number")->number, 1);
    sample_free(&sample);
    bench_close(bench);
}

Test(intake, a_test_interchange_is_taken_only_where_the_configuration_says_so)
{
    for (int accept = 0; accept < 2; accept++) {
        struct bench *bench = open_bench(accept ? "accept_test = yes\n" : "");
        const struct sample_claim claim = {.number = "A1"};
        struct sample sample;
        sample_begin(&sample, 5, 'T');
        sample_set(&sample);
        sample_put(&sample, &claim);
        sample_set_end(&sample, 0);
        sample_end(&sample, 1);
        drop_and_settle(bench, "test.x12", sample.bytes, sample.length);
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), (size_t)accept);
        expect_in(bench, accept ? "done/test.x12.ta1" : "refused/test.x12.ta1",
                  accept ? "*A*000~" : "*R*020~");
        sample_free(&sample);
        bench_close(bench);
    }
}

/* Read here, and taken by nobody. */
static void
drop_other_kind(const char *file)
{
    struct bench *bench = open_bench("");
    char path[700], *bytes;
    size_t length;
    snprintf(path, sizeof path, "%s/tests/data/x12/%s",
             getenv("CLAIMLINE_SOURCE") == NULL ? "." : getenv("CLAIMLINE_SOURCE"), file);
    if (file_get_plain(path, 1 << 20, &bytes, &length) != STATUS_OK)
        cr_skip_test("CLAIMLINE_SOURCE is not set");
    for (size_t i = 0; i + 4 < length; i++) /* as production */
        if (memcmp(bytes + i, "*T*:", 4) == 0)
            bytes[i + 1] = 'P';
    drop_and_settle(bench, "other.x12", bytes, length);
    free(bytes);
    expect_in(bench, "done/other.x12.999", "IK5*R*1~");
    expect_in(bench, "done/other.x12.receipt.json", "INTAKE_SET_KIND");
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    bench_close(bench);
}

Test(intake, sets_that_are_no_claims_are_rejected)
{
    drop_other_kind("835.edi");
}

Test(intake, sets_of_claim_status_are_rejected)
{
    drop_other_kind("277ca.edi");
}
