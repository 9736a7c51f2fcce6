/* Institutional and dental claims: taken, guarded and answered as professional ones are. */
#include "tests/services/intake_bench.h"

static struct bench *
open_forms(void)
{
    struct bench *bench = open_bench("accept_test = yes\n");
    bench_set_time(bench, clock_from_date(20261130) + 12 * 3600 * CLOCK_SECOND);
    return bench;
}

/* A sample of the tests, terminated. */
static char *
sample(const char *file)
{
    char path[700], *bytes;
    size_t length;
    const char *root = getenv("CLAIMLINE_SOURCE");
    snprintf(path, sizeof path, "%s/tests/data/x12_map/%s", root == NULL ? "." : root, file);
    if (file_get_plain(path, 1 << 20, &bytes, &length) != STATUS_OK)
        cr_skip_test("CLAIMLINE_SOURCE is not set");
    bytes = realloc(bytes, length + 1);
    bytes[length] = '\0';
    return bytes;
}

/* In place: `to` is as long as `from`. */
static void
change(char *bytes, const char *from, const char *to)
{
    char *at = strstr(bytes, from);
    cr_assert(at != NULL && strlen(from) == strlen(to), "%s", from);
    memcpy(at, to, strlen(to));
}

static void
body_of(struct bench *bench, size_t i, struct arena *arena, struct claim_body *body)
{
    const struct encounter *encounter = bench_out(bench, STREAM_INTAKE_CODING, i, NULL);
    cr_assert_eq(record_read(&record_claim_body, arena_copy(arena, encounter->body), arena, body, NULL), STATUS_OK);
}

Test(intake_forms, institutional_claims_are_taken_answered_and_passed_on)
{
    struct bench *bench = open_forms();
    struct claim_body body;
    struct arena arena;
    char *bytes = sample("all_places.837i");
    drop_and_settle(bench, "stays.x12", bytes, strlen(bytes));
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 3);
    arena_init(&arena, 0);
    body_of(bench, 0, &arena, &body);
    cr_expect_eq(body.form, CLAIM_FORM_INSTITUTIONAL);
    cr_expect(text_is(body.patient_control_number, "I100"));
    cr_assert_eq(body.institutional_count, 1);
    cr_expect_eq(body.institutional->statement_to, 20261105);
    expect_in(bench, "done/stays.x12.999", "AK2*837*0001*005010X223A2~");
    expect_in(bench, "done/stays.x12.999", "IK5*A~");
    expect_in(bench, "done/stays.x12.277ca", "TRN*2*I102~");
    expect_in(bench, "done/stays.x12.277ca", "QTY*90*3~");
    expect_in(bench, "done/stays.x12.277ca", "DTP*472*RD8*20261102-20261105~");
    expect_clean(bench, "done/stays.x12.999");
    expect_clean(bench, "done/stays.x12.277ca");
    free(bytes);
    arena_free(&arena);
    bench_close(bench);
}

Test(intake_forms, dental_claims_are_taken_answered_and_passed_on)
{
    struct bench *bench = open_forms();
    struct claim_body body;
    struct arena arena;
    char *bytes = sample("all_places.837d");
    drop_and_settle(bench, "teeth.x12", bytes, strlen(bytes));
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 3);
    arena_init(&arena, 0);
    body_of(bench, 2, &arena, &body);
    cr_expect_eq(body.form, CLAIM_FORM_DENTAL);
    cr_assert_eq(body.dental_count, 1);
    cr_expect_eq(body.dental->orthodontic_milli, 24000);
    expect_in(bench, "done/teeth.x12.999", "AK2*837*0001*005010X224A2~");
    expect_in(bench, "done/teeth.x12.277ca", "QTY*90*3~");
    expect_clean(bench, "done/teeth.x12.277ca");
    free(bytes);
    arena_free(&arena);
    bench_close(bench);
}

Test(intake_forms, a_fault_names_the_provider_of_its_guide)
{
    struct bench *bench = open_forms();
    char *stays = sample("all_places.837i"), *teeth = sample("all_places.837d");
    change(stays, "NM1*71*1*VARELA*TOMAS****XX*1555000102", "NM1*71*1*VARELA*TOMAS****XX*1555000103");
    change(teeth, "NM1*DD*1*ILIEV*NADIA****XX*1488112230", "NM1*DD*1*ILIEV*NADIA****XX*1488112231");
    drop_and_settle(bench, "stays.x12", stays, strlen(stays));
    drop_and_settle(bench, "teeth.x12", teeth, strlen(teeth));
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 4);
    expect_in(bench, "done/stays.x12.277ca", "STC*A7:562:71*");
    expect_in(bench, "done/teeth.x12.277ca", "STC*A7:562:DD*");
    expect_clean(bench, "done/stays.x12.277ca");
    expect_clean(bench, "done/teeth.x12.277ca");
    free(stays);
    free(teeth);
    bench_close(bench);
}

/* The same file again under another ISA13, with one thing changed in its first claim: how many of its three claims are
 * taken anew? */
static size_t
taken_again(const char *file, const char *from, const char *to)
{
    struct bench *bench = open_forms();
    char *bytes = sample(file), *isa13 = strstr(bytes, "*00501*00000000");
    size_t first, again;
    drop_and_settle(bench, "first.x12", bytes, strlen(bytes));
    first = bench_out_count(bench, STREAM_INTAKE_CODING);
    cr_assert_eq(first, 3);
    isa13[strlen("*00501*0")] = '5';
    change(bytes, "IEA*1*00", "IEA*1*05");
    change(bytes, from, to);
    drop_and_settle(bench, "again.x12", bytes, strlen(bytes));
    again = bench_out_count(bench, STREAM_INTAKE_CODING) - first;
    free(bytes);
    bench_close(bench);
    return again;
}

Test(intake_forms, a_claim_is_a_duplicate_by_what_its_guide_says_of_it)
{
    static const struct {
        const char *file, *from, *to;
        size_t taken;
    } cases[] = {
        {"all_places.837i", "CH~", "CH~", 0}, /* nothing changed but the envelope */
        {"all_places.837i", "I100*", "I777*", 0}, /* the sender's number is none */
        {"all_places.837i", "REF*EA*MR100", "REF*EA*MR777", 0},
        {"all_places.837i", "11:A:1", "11:A:2", 1},
        {"all_places.837i", "RD8*20261102-20261105", "RD8*20261102-20261106", 1},
        {"all_places.837i", "SV2*0120*", "SV2*0130*", 1},
        {"all_places.837i", "HC:47562*", "HC:47563*", 1},
        {"all_places.837d", "D100*", "D777*", 0},
        {"all_places.837d", "TOO*JP*3*M:O", "TOO*JP*2*M:O", 1},
        {"all_places.837d", "TOO*JP*3*M:O", "TOO*JP*3*M:D", 1},
        {"all_places.837d", "*10:20*", "*10:30*", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t taken = taken_again(cases[i].file, cases[i].from, cases[i].to);
        cr_expect_eq(taken, cases[i].taken, "%s: %zu", cases[i].to, taken);
    }
}

/* A bill of the stay that began on 2026-09-01: the sample's first claim under its number, with its lines on these days. */
static void
drop_bill(struct bench *bench, unsigned n, const char *frequency, const char *period, const char *status)
{
    char *bytes = sample("all_places.837i"), name[20];
    change(bytes, "11:A:1", frequency);
    change(bytes, "RD8*20261102-20261105", period);
    change(bytes, "RD8*20261102-20261104", period);
    change(bytes, "DT*202611020930", "DT*202609010930");
    change(bytes, "CL1*1*1*01", status);
    for (char *day = strstr(bytes, "20261103"); day != NULL && day < strstr(bytes, "CLM*I102"); day = strstr(bytes, "20261103"))
        memcpy(day, period + strlen("RD8*"), 8);
    strstr(bytes, "*00501*00000000")[strlen("*00501*0")] = (char)('1' + n);
    strstr(bytes, "IEA*1*00")[strlen("IEA*1*0")] = (char)('1' + n);
    snprintf(name, sizeof name, "bill%u.x12", n);
    drop_and_settle(bench, name, bytes, strlen(bytes));
    free(bytes);
}

/* First, two that go on, last (CLM05-3 2, 3, 3, 4): each is taken once, and intake knows that they are of one stay. */
Test(intake_forms, interim_bills_of_a_stay_are_no_duplicates_of_each_other_and_are_shown_together)
{
    static const struct {
        const char *frequency, *period, *status;
        size_t taken;
    } bills[] = {
        {"11:A:2", "RD8*20260901-20260930", "CL1*1*1*30", 1}, {"11:A:3", "RD8*20261001-20261031", "CL1*1*1*30", 1},
        {"11:A:3", "RD8*20261101-20261104", "CL1*1*1*30", 1}, {"11:A:4", "RD8*20261105-20261110", "CL1*1*1*01", 1},
        {"11:A:3", "RD8*20261001-20261031", "CL1*1*1*30", 0}, {"11:A:4", "RD8*20261105-20261110", "CL1*1*1*01", 0},
    };
    struct bench *bench = open_forms();
    size_t taken = 2; /* the other claims of the sample */
    for (unsigned i = 0; i < sizeof bills / sizeof *bills; i++) {
        drop_bill(bench, i, bills[i].frequency, bills[i].period, bills[i].status);
        taken += bills[i].taken;
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), taken, "bill %u", i);
    }
    const struct encounter *last = bench_out(bench, STREAM_INTAKE_CODING, 5, NULL), *other = bench_out(bench, STREAM_INTAKE_CODING, 1, NULL);
    char id[24], number[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)last->identity.claim_id);
    snprintf(number, sizeof number, "%llu", (unsigned long long)other->identity.claim_id);
    const struct control_answer *shown = bench_ask(bench, "claim.show", (const char *const[]){"id", id, NULL});
    cr_assert_eq(shown->rows_count, 1 + 4, "%zu", (size_t)shown->rows_count);
    for (size_t i = 0; i < 4; i++) {
        cr_expect(text_is(bench_value(shown, 1 + i, "row")->text, "bill of the stay"));
        cr_expect_eq(bench_value(shown, 1 + i, "frequency")->text.data[0], bills[i].frequency[5]);
        cr_expect_null(bench_value(shown, 1 + i, "from"), "days are the patient's");
    }
    cr_expect_eq((uint64_t)bench_value(shown, 4, "claim_id")->number, last->identity.claim_id);
    shown = bench_ask(bench, "claim.show", (const char *const[]){"id", id, "reveal", "yes", NULL});
    cr_expect_eq(bench_value(shown, 2, "from")->number, 20261001);
    cr_expect_eq(bench_value(shown, 2, "to")->number, 20261031);
    shown = bench_ask(bench, "claim.show", (const char *const[]){"id", number, NULL});
    cr_expect_eq(bench_value(shown, 0, "claim_id")->number, (int64_t)other->identity.claim_id);
    for (size_t i = 1; i < shown->rows_count; i++) /* that one is a last bill of another stay, if of any */
        cr_expect_eq(bench_value(shown, i, "claim_id")->number, (int64_t)other->identity.claim_id);
    bench_close(bench);
}

Test(intake_forms, one_file_with_interchanges_of_both_forms_is_taken_whole)
{
    struct bench *bench = open_forms();
    char *stays = sample("all_places.837i"), *teeth = sample("all_places.837d"), *both = malloc(1 << 20);
    cr_assert_not_null(both);
    snprintf(both, 1 << 20, "%s%s%s", stays, teeth, stays);
    char *again = strstr(both + strlen(stays) + strlen(teeth), "HC:47562*2300.25");
    cr_assert_not_null(again);
    memcpy(again, "HC:47563", 8); /* of the third interchange only this claim is new */
    drop_and_settle(bench, "both.x12", both, strlen(both));
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 7);
    struct claim_body body;
    struct arena arena;
    arena_init(&arena, 0);
    static const uint32_t forms[] = {CLAIM_FORM_INSTITUTIONAL, CLAIM_FORM_INSTITUTIONAL, CLAIM_FORM_INSTITUTIONAL,
                                     CLAIM_FORM_DENTAL, CLAIM_FORM_DENTAL, CLAIM_FORM_DENTAL, CLAIM_FORM_INSTITUTIONAL};
    for (size_t i = 0; i < 7; i++) {
        body_of(bench, i, &arena, &body);
        cr_expect_eq(body.form, forms[i], "claim %zu", i + 1);
        cr_expect_eq(body.institutional_count, forms[i] == CLAIM_FORM_INSTITUTIONAL);
        cr_expect_eq(body.dental_count, forms[i] == CLAIM_FORM_DENTAL);
    }
    expect_in(bench, "done/both.x12.999", "AK2*837*0001*005010X223A2~");
    expect_in(bench, "done/both.x12.999", "AK2*837*0001*005010X224A2~");
    expect_in(bench, "done/both.x12.277ca", "STC*A3:54*");
    expect_clean(bench, "done/both.x12.277ca");
    free(both);
    free(stays);
    free(teeth);
    arena_free(&arena);
    bench_close(bench);
}
