/* The expected amount through the coding daemon: kept with what passes and what is held, shown to nobody but a biller. */
#include "schemas/records/claim.h"
#include "tests/common/codeset_sample.h"
#include "tests/services/coding_bench.h"

#include <stdlib.h>

#define PROFILE(id, rest)                                                                                                              \
    "[payer]\ntitle = Acme Health\nid = " id "\nreceiver = R\nsender = S\nsubmitter_name = Clinic\nsubmitter_phone = 5550100000\n"      \
    "folder = /tmp/none\n" rest

struct setting {
    struct sample sample;
    struct bench *bench;
    struct arena arena;
};

static void
begin(struct setting *setting)
{
    static const char *const files[] = {"PPRRVU24_JUL.csv", "GPCI2024.csv"};
    char path[4096];
    *setting = (struct setting){0};
    sample_begin(&setting->sample);
    arena_init(&setting->arena, 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/tests/data/codeset/%s", getenv("CLAIMLINE_SOURCE"), files[i]);
        cr_assert_eq(sample_import_path(&setting->sample, path), STATUS_OK, "%s", setting->sample.reason);
    }
    snprintf(path, sizeof path, "[coding]\nanswer_days = 2\ncodes = %s\n", setting->sample.folder);
    setting->bench = bench_open(&coding_plan, path,
                                (const char *const[]){"payers/acme.conf", PROFILE("77", "fee_locality = 9999900\nfee_percent = 110\n"),
                                                      "payers/other.conf", PROFILE("78", ""), NULL});
    bench_set_time(setting->bench, noon);
}

static void
end(struct setting *setting)
{
    bench_close(setting->bench);
    arena_free(&setting->arena);
    sample_end(&setting->sample);
}

static void
feed_to(struct setting *setting, uint64_t claim_id, const char *payer, const char *code)
{
    struct coding_sample sample;
    sample_make(&sample);
    sample_codes(&sample, code);
    sample.body.payer.id = text_from(payer);
    sample.lines[0].date_from = sample.lines[1].date_from = 20240812;
    struct encounter encounter = encounter_of(&sample, claim_id, &setting->arena);
    bench_drain(setting->bench);
    cr_assert_eq(bench_feed(setting->bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
}

static const struct coded_encounter *
coded(struct setting *setting)
{
    cr_assert_eq(bench_out_count(setting->bench, STREAM_CODING_CLAIMS), 1);
    return bench_out(setting->bench, STREAM_CODING_CLAIMS, 0, NULL);
}

/* The visit of 125.00 is 90.87 by the schedule; this payer allows 110 percent: 99.957. The test is of another schedule. */
Test(coding_expected, it_goes_on_with_a_claim_that_passes)
{
    struct setting setting;
    begin(&setting);
    feed_to(&setting, 701, "77", "J101");
    cr_expect_eq(coded(&setting)->expected_cents, 9996);
    cr_expect_eq(coded(&setting)->expected_lines, 1);
    feed_to(&setting, 702, "78", "J101");
    cr_expect_eq(coded(&setting)->expected_cents, 0, "of this payer nothing is known");
    cr_expect_eq(coded(&setting)->expected_lines, 0);
    end(&setting);
}

static bool
says_it(const struct control_answer *answer)
{
    for (uint32_t i = 0; i < answer->rows_count; i++)
        if (bench_value(answer, i, "expected_cents") != NULL || bench_value(answer, i, "expected_lines") != NULL)
            return true;
    return false;
}

Test(coding_expected, a_biller_sees_it_and_neither_coder_nor_physician_does)
{
    struct setting setting;
    begin(&setting);
    struct bench *bench = setting.bench;
    feed_to(&setting, 703, "77", "R079 I214");
    cr_assert_eq(bench_number(bench_ask(bench, "work.list", NULL), 0, "claim_id"), 703);
    cr_expect_not(says_it(bench_ask(bench, "work.list", NULL)));
    cr_expect_not(says_it(ASK(bench, "work.show", "id", "coding-703", "reveal", "yes")));
    cr_expect_not(says_it(ASK(bench, "coding.explain", "id", "703")));
    cr_assert_eq(ASK(bench, "work.query", "id", "coding-703", "to", "physician", "finding", "3301")->status, CONTROL_STATUS_DONE);
    cr_expect_not(says_it(bench_ask(bench, "work.list", NULL)));
    cr_expect_not(says_it(ASK(bench, "work.show", "id", "coding-703", "reveal", "yes")));
    cr_assert_eq(ASK(bench, "work.return", "id", "coding-703", "reason", "not mine", "role", "physician")->status, CONTROL_STATUS_DONE);
    cr_assert_eq(ASK(bench, "work.query", "id", "coding-703", "to", "biller", "text", "which visit is it?")->status,
                 CONTROL_STATUS_DONE);
    const struct control_answer *list = bench_ask(bench, "work.list", NULL);
    cr_expect_eq(bench_number(list, 0, "expected_cents"), 9996);
    cr_expect_eq(bench_number(list, 0, "expected_lines"), 1);
    end(&setting);
}

Test(coding_expected, a_released_claim_carries_that_of_its_codes_as_released)
{
    struct setting setting;
    begin(&setting);
    feed_to(&setting, 704, "77", "R079 I214");
    const struct control_answer *answer = ASK(setting.bench, "work.answer", "id", "coding-704", "act", "release", "set.1",
                                              "diagnosis.1=", "set.2", "line.1.procedure=99214", "reason", "as the note says");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE, "%.*s", TEXT_ARGS(answer->sentence));
    /* 3.85 x 33.2875 = 128.156875, of which 110 percent are more than the charge */
    cr_expect_eq(coded(&setting)->expected_cents, 12500);
    end(&setting);
}
