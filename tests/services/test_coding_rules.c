/* Which rules judge: settings, payers, days, switches of site and payer, and the list of them. */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/explain.h"
#include "tests/services/coding_bench.h"

#include <sys/wait.h>
#include <unistd.h>

#define PAYER(id, rest)                                                                                                     \
    "[payer]\ntitle = A\nid = " id "\nreceiver = R\nsender = S\nsubmitter_name = N\nsubmitter_phone = 5550100000\nfolder = /tmp\n" rest

static uint32_t
count_of(const struct coding_sample *sample, const struct coding_switches *switches, uint16_t number, struct coding_run *run)
{
    static struct coding_case c;
    static struct findings findings;
    static struct arena arena;
    uint32_t count = 0;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    coding_case_make(&c, &sample->body, sample->documents, sample->documents_count, codes_starter(), sample->received_date);
    c.switches = switches;
    coding_judge(run, &c, &findings);
    for (uint32_t i = 0; i < findings.count; i++)
        count += findings.items[i].kind->number == number;
    arena_free(&arena);
    return count;
}

static bool
was_applied(const struct coding_run *run, uint16_t number)
{
    return coding_has(run->applied, coding_rule_rows[number - CODING_RULE_FIRST]);
}

Test(coding_rules, a_rule_that_is_switched_off_finds_nothing_and_is_not_counted_as_applied)
{
    struct coding_sample sample;
    struct coding_run run;
    struct coding_switches switches = {0};
    struct text wrong;
    sample_make(&sample);
    sample_codes(&sample, "I214 R079");
    cr_assert_eq(count_of(&sample, NULL, FINDING_CODING_SYMPTOM_WITH_CAUSE, &run), 1);
    cr_assert(was_applied(&run, FINDING_CODING_SYMPTOM_WITH_CAUSE));
    cr_assert(coding_switches_read(TEXT(" 3203,3301 ,"), NULL, &switches, &wrong));
    cr_assert_eq(count_of(&sample, &switches, FINDING_CODING_SYMPTOM_WITH_CAUSE, &run), 0);
    cr_assert_not(was_applied(&run, FINDING_CODING_SYMPTOM_WITH_CAUSE));
    cr_assert_not(was_applied(&run, FINDING_CODING_AGE));
    cr_assert(was_applied(&run, FINDING_CODING_EXTERNAL_CAUSE_FIRST));
}

Test(coding_rules, what_is_no_secret_is_shown)
{
    static const struct {
        uint16_t number;
        bool private;
    } cases[] = {{FINDING_CODING_DRG_INPUT, false},          {FINDING_CODING_TELEHEALTH_ASYNCHRONOUS, false},
                 {FINDING_CODING_TELEHEALTH_MODIFIER, false}, {FINDING_CODING_MODIFIERS_APART, false},
                 {FINDING_CODING_STATEMENT_COVERS, false},    {FINDING_CODING_REVENUE_UNKNOWN, false},
                 {FINDING_CODING_MODIFIER_OF_PROCEDURE, true}, {FINDING_CODING_SYMPTOM_WITH_CAUSE, true},
                 {FINDING_CODING_DRG_UNKNOWN, true},          {FINDING_CODING_LINE_EARLIER, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(coding_is_private(cases[i].number), cases[i].private, "%u", cases[i].number);
    struct coding_sample sample;
    struct coding_run run;
    struct coding_case c;
    struct findings findings;
    struct arena arena;
    sample_make(&sample);
    sample.lines[0].modifier_1 = TEXT("26");
    sample.lines[0].modifier_2 = TEXT("TC");
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    coding_case_make(&c, &sample.body, sample.documents, sample.documents_count, codes_starter(), sample.received_date);
    coding_judge(&run, &c, &findings);
    for (uint32_t i = 0; i < findings.count; i++)
        if (findings.items[i].kind->number == FINDING_CODING_MODIFIERS_APART) {
            struct text sentence = finding_sentence(&findings.items[i], false, &arena);
            cr_expect(text_is(sentence, "Two modifiers of one line contradict each other: 26 with TC."), "%.*s", TEXT_ARGS(sentence));
            arena_free(&arena);
            return;
        }
    cr_assert_fail("26 with TC is not found");
}

Test(coding_rules, what_names_no_rule_is_no_switch)
{
    static const char *const wrong[] = {"3999", "3203 x", "2510", "3900", "-3203", "3203;3301", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct coding_switches switches = {0};
        struct text word = {0};
        cr_expect_not(coding_switches_read(text_from(wrong[i]), NULL, &switches, &word), "%s", wrong[i]);
        cr_expect_gt(word.length, 0, "%s", wrong[i]);
    }
}

Test(coding_rules, the_setting_comes_of_form_and_type_of_bill_and_medicare_of_the_filing_indicator)
{
    static const struct {
        uint32_t form;
        const char *place, *filing;
        enum coding_setting setting;
        bool medicare;
    } cases[] = {
        {CLAIM_FORM_PROFESSIONAL, "11", "MB", CODING_PROFESSIONAL, true}, {CLAIM_FORM_PROFESSIONAL, "21", "CI", CODING_PROFESSIONAL, false},
        {CLAIM_FORM_DENTAL, "11", "", CODING_DENTAL, false},              {CLAIM_FORM_INSTITUTIONAL, "11", "MA", CODING_INPATIENT, true},
        {CLAIM_FORM_INSTITUTIONAL, "12", "MA", CODING_OUTPATIENT, true},  {CLAIM_FORM_INSTITUTIONAL, "13", "16", CODING_OUTPATIENT, false},
        {CLAIM_FORM_INSTITUTIONAL, "18", "", CODING_INPATIENT, false},    {CLAIM_FORM_INSTITUTIONAL, "21", "", CODING_INPATIENT, false},
        {CLAIM_FORM_INSTITUTIONAL, "41", "", CODING_INPATIENT, false},    {CLAIM_FORM_INSTITUTIONAL, "85", "", CODING_OUTPATIENT, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_sample sample;
        struct coding_case c;
        sample_make(&sample);
        sample.body.form = cases[i].form;
        sample.body.place_of_service = text_from(cases[i].place);
        sample.body.subscriber.filing_indicator = text_from(cases[i].filing);
        coding_case_make(&c, &sample.body, NULL, 0, codes_starter(), sample.received_date);
        cr_expect_eq(c.setting, cases[i].setting, "%zu", i);
        cr_expect_eq(c.medicare, cases[i].medicare, "%zu", i);
    }
}

Test(coding_rules, a_rule_is_asked_of_its_setting_alone)
{
    struct coding_sample sample;
    struct coding_run run;
    sample_make(&sample);
    sample.body.clia = (struct text){0};
    cr_assert_eq(count_of(&sample, NULL, FINDING_CODING_CLIA_MISSING, &run), 1);
    sample.body.form = CLAIM_FORM_INSTITUTIONAL;
    sample.body.place_of_service = TEXT("13");
    cr_assert_eq(count_of(&sample, NULL, FINDING_CODING_CLIA_MISSING, &run), 0);
    cr_assert_not(was_applied(&run, FINDING_CODING_CLIA_MISSING));
}

/* Its own first and last day are asked before anything else, and what does not apply is not counted. */
Test(coding_rules, a_rule_holds_from_its_first_day_to_its_last)
{
    static struct coding_case c;
    static struct coding_run run;
    struct findings findings;
    struct arena arena;
    unsigned dated = 0;
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    for (unsigned i = 0; i < CODING_RULE_COUNT; i++) {
        const struct coding_rule *rule = &coding_rules[i];
        c.setting = (enum coding_setting)__builtin_ctz(rule->settings);
        c.medicare = true;
        coding_begin(&run, &c, &findings);
        dated += rule->from != 0 || rule->to != 0;
        if (rule->from != 0)
            cr_expect_not(coding_applies(&run, rule->number, date_add_days(rule->from, -1)), "%u", rule->number);
        if (rule->to != 0)
            cr_expect_not(coding_applies(&run, rule->number, date_add_days(rule->to, 1)), "%u", rule->number);
        cr_expect_not(was_applied(&run, rule->number), "%u", rule->number);
        cr_expect(coding_applies(&run, rule->number, rule->from != 0 ? rule->from : rule->to), "%u", rule->number);
        cr_expect(rule->to == 0 || coding_applies(&run, rule->number, rule->to), "%u", rule->number);
        cr_expect(was_applied(&run, rule->number), "%u", rule->number);
        c.medicare = false;
        coding_begin(&run, &c, &findings);
        cr_expect_eq(coding_applies(&run, rule->number, 0), !rule->medicare, "%u", rule->number);
    }
    cr_expect_gt(dated, 0);
    arena_free(&arena);
}

/* ---- the daemon ---- */

static size_t
row_of(const struct control_answer *told, uint16_t number)
{
    for (size_t row = 0; row < told->rows_count; row++)
        if (bench_number(told, row, "number") == number)
            return row;
    return SIZE_MAX;
}

static enum status
feed_payer(struct bench *bench, uint64_t claim_id, const char *payer)
{
    struct coding_sample sample;
    struct arena arena;
    arena_init(&arena, 0);
    sample_make(&sample);
    sample_codes(&sample, "I214 R079");
    sample.body.payer.id = text_from(payer);
    struct encounter encounter = encounter_of(&sample, claim_id, &arena);
    enum status status = bench_feed(bench, STREAM_INTAKE_CODING, &record_encounter, &encounter);
    arena_free(&arena);
    return status;
}

Test(coding_rules, a_payer_switches_a_rule_off_for_its_claims_and_explain_names_it)
{
    static const char *const files[] = {"payers/lenient.conf", PAYER("LEN1", "coding_off = 3301\n"), "payers/strict.conf",
                                        PAYER("STR1", ""), NULL};
    struct bench *bench = bench_open(&coding_plan, "[coding]\noff = 3203\n", files);
    bench_set_time(bench, noon);
    cr_assert_eq(feed_payer(bench, 901, "LEN1"), STATUS_OK);
    cr_assert_eq(feed_payer(bench, 902, "STR1"), STATUS_OK);
    cr_assert_str_eq(bench_events(bench), "coding_passed coding_held");
    const struct event *passed = bench_out(bench, STREAM_CODING_EVENTS, 0, NULL);
    char detail[121];
    snprintf(detail, sizeof detail, "%.*s", TEXT_ARGS(passed->detail));
    const struct control_answer *told = ASK(bench, "coding.explain", "id", "901", "passed_edition", "starter", "passed_rules", "3",
                                            "passed_version", "1", "passed_instant", "1", "passed_detail", detail);
    unsigned off = 0;
    for (size_t row = 0; row < told->rows_count; row++) {
        if (!bench_says(told, row, "why", "Switched off."))
            continue;
        off++;
        cr_expect(bench_says(told, row, "rules", bench_number(told, row, "step") == 4 ? "3203" : "3301"));
    }
    cr_assert_eq(off, 2, "%u: the site's and the payer's", off);

    told = ASK(bench, "coding.rules", NULL);
    cr_assert_gt(told->rows_count, 20);
    cr_assert(bench_says(told, row_of(told, 3203), "on", "no") && bench_says(told, row_of(told, 3301), "on", "yes"));
    cr_assert(bench_says(told, row_of(told, 3301), "off_for", "lenient"));
    cr_assert(bench_says(told, row_of(told, 3200), "settings", "professional"));
    bench_close(bench);
}

/* The daemon does not start: in a child, since the bench asserts that it does. */
static bool
starts(const char *section, const char *payer)
{
    const char *const files[] = {"payers/one.conf", payer, NULL};
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        struct bench *bench = bench_open(&coding_plan, section, files);
        bench_close(bench);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(coding_rules, a_number_that_is_no_rule_stops_the_start)
{
    cr_assert(starts("[coding]\noff = 3203\n", PAYER("ONE1", "coding_off = 3301, 3302\n")));
    cr_assert_not(starts("[coding]\noff = 3204x\n", PAYER("ONE1", "")));
    cr_assert_not(starts("[coding]\n", PAYER("ONE1", "coding_off = 3999\n")));
}
