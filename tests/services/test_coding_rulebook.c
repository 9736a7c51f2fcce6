/* The site's own rules in the daemon: they are read again when their files change. */
#include "schemas/findings.h"
#include "services/coding/plan.h"
#include "tests/services/coding_bench.h"
#include "tests/support/folder.h"

#include <stdio.h>

#define HEAD "number\tseverity\tstep\tsettings\tpayers\tfrom\tuntil\ttests\tsentence\tremedy\tsource\n"
#define RULE(number, tests) number "\tquery\t4\tPOID\t*\t\t\t" tests "\tWrong: %s.\tLook.\tHandbook 1\n"

struct setting {
    char folder[256];
    struct bench *bench;
    struct arena arena;
    uint64_t claims, looks;
};

/* In place by rename, as people are told to. */
static void
put(const struct setting *setting, const char *name, const char *words)
{
    char path[400], draft[400];
    snprintf(path, sizeof path, "%s/%s", setting->folder, name);
    snprintf(draft, sizeof draft, "%s/draft", setting->folder);
    FILE *out = fopen(draft, "w");
    cr_assert_not_null(out);
    fputs(words, out);
    fclose(out);
    cr_assert_eq(rename(draft, path), 0);
}

static void
begin(struct setting *setting, const char *table, const char *script, const char *rest)
{
    char section[900], key[400] = "";
    *setting = (struct setting){0};
    folder_make(setting->folder);
    arena_init(&setting->arena, 0);
    put(setting, "own.tsv", table);
    if (script != NULL) {
        put(setting, "own.lua", script);
        snprintf(key, sizeof key, "script = %s/own.lua\n", setting->folder);
    }
    snprintf(section, sizeof section, "[coding]\nrules = %s/own.tsv\n%s%s", setting->folder, key, rest);
    setting->bench = bench_open(&coding_plan, section, NULL);
    bench_set_time(setting->bench, noon);
}

static void
end(struct setting *setting)
{
    bench_close(setting->bench);
    arena_free(&setting->arena);
    folder_remove(setting->folder);
}

static void
look_again(struct setting *setting)
{
    bench_set_time(setting->bench, noon + (int64_t)(++setting->looks) * INT64_C(10000000));
    bench_run(setting->bench);
}

/* The first finding that holds the claim of the influenza visit; 0: it passed. */
static uint64_t
holds(struct setting *setting)
{
    struct coding_sample sample;
    sample_make(&sample);
    struct encounter encounter = encounter_of(&sample, 800 + ++setting->claims, &setting->arena);
    bench_drain(setting->bench);
    cr_assert_eq(bench_feed(setting->bench, STREAM_INTAKE_CODING, &record_encounter, &encounter), STATUS_OK);
    if (bench_out_count(setting->bench, STREAM_CODING_CLAIMS) == 1)
        return 0;
    const struct event *event = bench_out(setting->bench, STREAM_CODING_EVENTS, 0, NULL);
    return event->number;
}

static const char *
trouble(struct setting *setting)
{
    const char *advice, *words = coding_plan.trouble(bench_service(setting->bench), &advice);
    return words == NULL ? "" : words;
}

Test(coding_rulebook, a_changed_table_judges_from_the_batch_after)
{
    struct setting setting;
    begin(&setting, HEAD RULE("8001", "procedure is 00000"), NULL, "");
    cr_expect_eq(holds(&setting), 0);
    put(&setting, "own.tsv", HEAD RULE("8001", "procedure is 00000") RULE("8002", "procedure is 99213"));
    cr_expect_eq(holds(&setting), 0, "nobody has looked yet");
    look_again(&setting);
    cr_expect_eq(holds(&setting), 8002);
    put(&setting, "own.tsv", HEAD RULE("8001", "procedure is 00000"));
    look_again(&setting);
    cr_expect_eq(holds(&setting), 0);
    cr_expect_str_empty(trouble(&setting));
    end(&setting);
}

Test(coding_rulebook, a_broken_table_is_trouble_and_the_rules_of_before_judge_on)
{
    struct setting setting;
    begin(&setting, HEAD RULE("8002", "procedure is 99213"), NULL, "");
    put(&setting, "own.tsv", HEAD RULE("8001", "procedure is 00000") RULE("8001", "colour is red"));
    look_again(&setting);
    cr_expect_not_null(strstr(trouble(&setting), "own.tsv:3: "), "%s", trouble(&setting));
    cr_expect_eq(holds(&setting), 8002);
    look_again(&setting);
    cr_expect_not_null(strstr(trouble(&setting), "own.tsv:3: "), "it stays so");
    put(&setting, "own.tsv", HEAD RULE("8003", "procedure is 99213"));
    look_again(&setting);
    cr_expect_str_empty(trouble(&setting));
    cr_expect_eq(holds(&setting), 8003);
    end(&setting);
}

Test(coding_rulebook, a_table_that_is_gone_judges_on)
{
    struct setting setting;
    char path[400];
    begin(&setting, HEAD RULE("8002", "procedure is 99213"), NULL, "");
    snprintf(path, sizeof path, "%s/own.tsv", setting.folder);
    cr_assert_eq(remove(path), 0);
    look_again(&setting);
    cr_expect_not_null(strstr(trouble(&setting), "own.tsv"), "%s", trouble(&setting));
    cr_expect_eq(holds(&setting), 8002);
    end(&setting);
}

Test(coding_rulebook, a_rule_that_is_switched_off_must_stay_in_the_table)
{
    struct setting setting;
    begin(&setting, HEAD RULE("8001", "procedure is 99213"), NULL, "off = 8001\n");
    cr_expect_eq(holds(&setting), 0);
    put(&setting, "own.tsv", HEAD RULE("8002", "procedure is 99213"));
    look_again(&setting);
    cr_expect_not_null(strstr(trouble(&setting), "8001"), "%s", trouble(&setting));
    cr_expect_eq(holds(&setting), 0);
    put(&setting, "own.tsv", HEAD RULE("8001", "procedure is 99213") RULE("8002", "procedure is 99213"));
    look_again(&setting);
    cr_expect_eq(holds(&setting), 8002, "the other one is still off");
    end(&setting);
}

Test(coding_rulebook, a_script_that_failed_is_in_again_when_it_is_corrected)
{
    struct setting setting;
    begin(&setting, HEAD RULE("8001", "script look"), "function look(claim) error('no') end\n", "");
    cr_expect_eq(holds(&setting), FINDING_CODING_OWN_RULE_FAILED);
    cr_expect_not_null(strstr(trouble(&setting), "8001"));
    look_again(&setting);
    cr_expect_eq(holds(&setting), 0, "it is out: not assessed");
    put(&setting, "own.lua", "function look(claim) return true end\n");
    look_again(&setting);
    cr_expect_str_empty(trouble(&setting));
    cr_expect_eq(holds(&setting), 8001);
    end(&setting);
}
