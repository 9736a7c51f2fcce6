/* The coding daemon with published code sets beside the starter edition. */
#include "schemas/findings.h"
#include "schemas/records/claim.h"
#include "schemas/streams.h"
#include "services/coding/plan.h"
#include "tests/common/codeset_sample.h"
#include "tests/services/coding_sample.h"
#include "tests/support/bench.h"

#include <fcntl.h>
#include <unistd.h>

/* 2025-11-24T12:00:00Z */
static const int64_t noon = INT64_C(1763985600000000);
#define ICD "codes|icd10cm|FY2026 ours|20251001|20260930|complete\n"

struct setting {
    struct sample sample;
    struct bench *bench;
    struct arena arena;
    uint64_t claims, looks;
};

static void
begin(struct setting *setting)
{
    char section[600];
    *setting = (struct setting){0};
    sample_begin(&setting->sample);
    arena_init(&setting->arena, 0);
    snprintf(section, sizeof section, "[coding]\ncodes = %s\n", setting->sample.folder);
    setting->bench = bench_open(&coding_plan, section, NULL);
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
import(struct setting *setting, const char *name, const char *bytes)
{
    cr_assert_eq(sample_import(&setting->sample, name, bytes), STATUS_OK, "%s", setting->sample.reason);
    bench_set_time(setting->bench, noon + (int64_t)(setting->claims + 1) * 10000000);
    bench_run(setting->bench);
}

/* Feeds the influenza visit with this diagnosis; what the frame made of it. */
static enum status
feed(struct setting *setting, const char *code, const char *place)
{
    struct coding_sample sample;
    struct text body;
    sample_make(&sample);
    sample_codes(&sample, code);
    sample.body.place_of_service = text_from(place);
    cr_assert_eq(record_write(&record_claim_body, &sample.body, &setting->arena, &body, NULL), STATUS_OK);
    uint64_t id = 500 + ++setting->claims;
    struct encounter encounter = {
        .identity = {.organisation = 1, .site = 1, .cell = 1, .account = 9, .encounter_id = id, .claim_id = id, .version = 1},
        .source = ENCOUNTER_SOURCE_FHIR, .sender = TEXT("EHR"), .received = noon - 1000000, .local_date = 20251124, .body = body};
    bench_drain(setting->bench);
    return bench_feed(setting->bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
}

/* Did the last claim pass? Then the edition that is kept with it. */
static struct text
passed(struct setting *setting)
{
    const struct record_type *type;
    if (bench_out_count(setting->bench, STREAM_CODING_CLAIMS) == 0)
        return (struct text){0};
    const struct coded_encounter *coded = bench_out(setting->bench, STREAM_CODING_CLAIMS, 0, &type);
    return coded->edition;
}

static uint64_t
held_for(struct setting *setting)
{
    const struct record_type *type;
    cr_assert_eq(bench_out_count(setting->bench, STREAM_CODING_CLAIMS), 0);
    const struct event *event = bench_out(setting->bench, STREAM_CODING_EVENTS, 0, &type);
    return event->number;
}

Test(coding_editions, a_published_set_judges_from_the_batch_after_its_import)
{
    struct setting setting;
    begin(&setting);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert(text_equal(passed(&setting), codes_edition_name(codes_starter())));
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_DIAGNOSIS_UNKNOWN);
    cr_assert_eq(feed(&setting, "J09X1", "11"), STATUS_OK);
    struct codeset_folder *folder = sample_open(&setting.sample);
    cr_assert(text_is(passed(&setting), codeset_folder_name(folder)));
    codeset_folder_close(folder);
    import(&setting, "again.txt", ICD "J101|Influenza|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_gt(passed(&setting).length, 0);
    end(&setting);
}

Test(coding_editions, what_a_coder_released_names_the_edition_that_judged_it)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_DIAGNOSIS_UNKNOWN);
    const char *const answer[] = {"id", "coding-501", "act", "release", "set.1", "diagnosis.1=J09.X1", "reason", "typed wrong", NULL};
    cr_assert_eq(bench_ask(setting.bench, "work.answer", answer)->status, CONTROL_STATUS_DONE);
    struct codeset_folder *folder = sample_open(&setting.sample);
    struct text name = text_from(codeset_folder_name(folder));
    cr_assert(text_equal(passed(&setting), name));
    const struct control_answer *told = bench_ask(setting.bench, "coding.explain", (const char *const[]){"id", "501", NULL});
    cr_assert(text_equal(bench_value(told, 0, "edition")->text, name), "%.*s", TEXT_ARGS(bench_value(told, 0, "edition")->text));
    codeset_folder_close(folder);
    end(&setting);
}

#define ASKED(setting, verb, ...) bench_ask((setting)->bench, verb, (const char *const[]){__VA_ARGS__, NULL})

/* The editions of the principal diagnosis, and of the first procedure. */
static struct text
audited(struct setting *setting, const char *kind)
{
    const struct control_answer *result = ASKED(setting, "audit.result", "id", "1");
    for (size_t row = 0; row < result->rows_count; row++)
        if (bench_says(result, row, "row", "code") && bench_says(result, row, "kind", kind))
            return bench_value(result, row, "editions")->text;
    return TEXT("no such row");
}

Test(coding_editions, an_audit_names_the_editions_of_the_claims_day_as_long_as_those_of_the_verdict_are_open)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_eq(ASKED(&setting, "work.answer", "id", "coding-501", "act", "release", "set.1", "diagnosis.1=J09.X1", "reason", "typed wrong",
                       "actor", "anna")->status,
                 CONTROL_STATUS_DONE);
    cr_assert_eq(ASKED(&setting, "audit.sample", "coder", "anna", "seed", "1")->status, CONTROL_STATUS_DONE);
    cr_assert_eq(ASKED(&setting, "audit.review", "id", "1", "claim", "501", "set.1", "diagnosis.1=J09.X1", "set.2", "line.1.procedure=99213",
                       "actor", "bert")->status,
                 CONTROL_STATUS_DONE);
    struct text of_diagnosis = audited(&setting, "principal"), of_procedure = audited(&setting, "procedure");
    cr_assert(text_starts(of_diagnosis, TEXT("icd10cm FY2026")), "%.*s", TEXT_ARGS(of_diagnosis));
    cr_assert(text_starts(of_procedure, TEXT("cpt starter")), "%.*s", TEXT_ARGS(of_procedure));
    import(&setting, "again.txt", ICD "J101|Influenza|\n");
    cr_assert(text_is(audited(&setting, "principal"), ""), "another edition judges now, and this one is not known any more");
    end(&setting);
}

Test(coding_editions, where_no_published_edition_covers_the_day_the_starter_judges)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "ours.txt", "codes|icd10cm|FY2027 ours|20261001|20270930|complete\nZ999|No flu|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_gt(passed(&setting).length, 0);
    import(&setting, "part.txt", "codes|icd10cm|FY2026 part|20251001|20260930|partial\nZ999|No flu|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_gt(passed(&setting).length, 0, "a partial list refuses nothing");
    end(&setting);
}

Test(coding_editions, places_and_procedures_are_judged_too)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "places.txt", "codes|place|ours|20250101|20251231|complete\n11|Office\n");
    cr_assert_eq(feed(&setting, "J101", "12"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_PLACE_UNKNOWN);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_gt(passed(&setting).length, 0);
    import(&setting, "cpt.txt", "codes|cpt|ours|20250101|20251231|complete\n99213|Office visit\n87804|Influenza test||20251119\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_PROCEDURE_ENDED);
    end(&setting);
}

Test(coding_editions, a_damaged_list_is_trouble_and_the_former_editions_judge_on)
{
    struct setting setting;
    char path[600];
    begin(&setting);
    import(&setting, "ours.txt", ICD "J101|Influenza|\n");
    snprintf(path, sizeof path, "%s/current", setting.sample.folder);
    int file = open(path, O_WRONLY | O_APPEND);
    cr_assert_eq(write(file, "x", 1), 1);
    close(file);
    bench_set_time(setting.bench, noon + INT64_C(60000000));
    bench_run(setting.bench);
    const char *advice;
    cr_assert_not_null(coding_plan.trouble(bench_service(setting.bench), &advice));
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_gt(passed(&setting).length, 0);
    cr_assert_eq(feed(&setting, "J09X1", "11"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_DIAGNOSIS_UNKNOWN);
    end(&setting);
}

static void
run(const char *format, const char *folder)
{
    char command[900];
    snprintf(command, sizeof command, format, folder, folder, folder);
    cr_assert_eq(system(command), 0);
}

/* Ten seconds later than ever before. */
static void
look_again(struct setting *setting)
{
    bench_set_time(setting->bench, noon + (int64_t)(++setting->looks) * INT64_C(100000000));
    bench_run(setting->bench);
}

static const char *
trouble(struct setting *setting, const char **advice)
{
    const char *words = coding_plan.trouble(bench_service(setting->bench), advice);
    return words == NULL ? "" : words;
}

/* The claims that wait are tried again some tenths of a second later: they go on by themselves. */
static void
go_on(struct setting *setting)
{
    const char *advice;
    look_again(setting);
    cr_expect_str_empty(trouble(setting, &advice));
    usleep(300000);
    bench_run(setting->bench);
}

static const char damage[] = "for f in %s/icd10cm*.codes; do printf damage | dd of=$f bs=1 seek=16400 conv=notrunc status=none; done";

Test(coding_editions, a_damaged_edition_judges_nothing_and_claims_wait_until_it_is_imported_again)
{
    struct setting setting;
    const char *advice;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J101|Influenza|\n");
    run(damage, setting.sample.folder); /* under the open map */
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY);
    cr_assert_eq(bench_out_count(setting.bench, STREAM_CODING_CLAIMS), 0);
    cr_assert_str_empty(bench_events(setting.bench), "nothing happened");
    cr_expect_not_null(strstr(trouble(&setting, &advice), "icd10cm FY2026 ours"), "%s", trouble(&setting, &advice));
    cr_expect_not_null(strstr(advice, "import ours.txt again"), "%s", advice);
    look_again(&setting);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY, "it is damaged still");
    import(&setting, "ours.txt", ICD "J101|Influenza|\n"); /* the same file */
    go_on(&setting);
    cr_assert_eq(bench_out_count(setting.bench, STREAM_CODING_CLAIMS), 2, "both that waited");
    end(&setting);
}

Test(coding_editions, a_file_damaged_behind_what_was_used_already_judges_nothing_either)
{
    struct setting setting;
    const char *advice;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J101|Influenza|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    run(damage, setting.sample.folder);
    look_again(&setting);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY);
    cr_expect_not_null(strstr(trouble(&setting, &advice), "damaged"));
    end(&setting);
}

Test(coding_editions, a_file_that_is_cut_ends_no_process)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J101|Influenza|\n");
    run("for f in %s/icd10cm*.codes; do truncate -s 0 $f; done", setting.sample.folder);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY);
    look_again(&setting);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY);
    end(&setting);
}

Test(coding_editions, a_file_that_was_damaged_and_comes_back_judges_again)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J101|Influenza|\n");
    run("cd %s && for f in icd10cm*.codes; do cp $f $f.kept; done", setting.sample.folder);
    run(damage, setting.sample.folder);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY);
    run("cd %s && for f in icd10cm*.codes; do mv $f.kept $f; done", setting.sample.folder);
    go_on(&setting);
    cr_assert_eq(bench_out_count(setting.bench, STREAM_CODING_CLAIMS), 1);
    end(&setting);
}

Test(coding_editions, a_file_that_is_gone_judges_on_from_memory_and_the_status_names_it)
{
    struct setting setting;
    const char *advice;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\n");
    run("rm %s/icd10cm*.codes", setting.sample.folder);
    look_again(&setting);
    cr_expect_not_null(strstr(trouble(&setting, &advice), "icd10cm"), "%s", trouble(&setting, &advice));
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_DIAGNOSIS_UNKNOWN);
    end(&setting);
}

Test(coding_editions, sets_that_cannot_be_opened_at_the_start_let_claims_wait_and_the_starter_does_not_judge)
{
    struct setting setting;
    const char *advice;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\n");
    bench_stop(setting.bench, true);
    run("for f in %s/icd10cm*.codes; do printf damage | dd of=$f bs=1 seek=20 conv=notrunc status=none; done", setting.sample.folder);
    bench_start(setting.bench);
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_RETRY);
    cr_expect_not_null(strstr(trouble(&setting, &advice), "header is damaged"), "%s", trouble(&setting, &advice));
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\nJ09X2|A third|\n");
    go_on(&setting);
    cr_assert_eq(held_for(&setting), FINDING_CODING_DIAGNOSIS_UNKNOWN, "by the sets, not by the starter edition");
    end(&setting);
}

Test(coding_editions, a_coder_is_told_why_nothing_is_judged)
{
    struct setting setting;
    begin(&setting);
    import(&setting, "ours.txt", ICD "J09X1|Another flu|\n");
    cr_assert_eq(feed(&setting, "J101", "11"), STATUS_OK);
    cr_assert_eq(held_for(&setting), FINDING_CODING_DIAGNOSIS_UNKNOWN);
    run(damage, setting.sample.folder);
    look_again(&setting);
    const char *const answer[] = {"id", "coding-501", "act", "release", "set.1", "diagnosis.1=J09.X1", "reason", "typed wrong", NULL};
    const struct control_answer *told = bench_ask(setting.bench, "work.answer", answer);
    cr_expect_eq(told->status, CONTROL_STATUS_BUSY);
    cr_expect(text_starts(told->sentence, TEXT("a file of the code sets is damaged")), "%.*s", TEXT_ARGS(told->sentence));
    cr_assert_eq(bench_out_count(setting.bench, STREAM_CODING_CLAIMS), 0);
    end(&setting);
}
