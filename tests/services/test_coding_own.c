/* The site's own rules: the table that users write, and the functions in Lua. */
#include "schemas/findings.h"
#include "services/coding/explain.h"
#include "services/coding/steps/own/own.h"
#include "services/coding/steps/own/own_script.h"
#include "tests/services/coding_own_sample.h"

static struct own_rules *
rules_of(const char *table, const char *script)
{
    char reason[OWN_REASON_BYTES] = "";
    struct own_rules *rules = NULL;
    enum status status = own_read("own.tsv", text_from(table), "own.lua", text_from(script), &rules, reason);
    cr_assert_eq(status, STATUS_OK, "%s", reason);
    return rules;
}

/* Places of own findings in order: "line 2; claim". */
static const char *
places(const struct coding_sample *sample, struct own_rules *rules, struct coding_run *run)
{
    static char words[512];
    static struct coding_case c;
    static struct findings findings;
    static struct arena arena;
    size_t length = 0;
    words[0] = '\0';
    arena_init(&arena, 0);
    findings_init(&findings, &arena);
    coding_case_make(&c, &sample->body, NULL, 0, codes_starter(), sample->received_date);
    c.own = rules;
    coding_judge(run, &c, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.items[i];
        if (finding->kind->number < 3600 || (finding->kind->number > 3601 && finding->kind->number < 8000))
            continue;
        bool ours = finding->kind->number < 8000;
        length += (size_t)snprintf(words + length, sizeof words - length, "%s%.*s%s%.*s", length == 0 ? "" : "; ",
                                   TEXT_ARGS(finding->place), finding->detail.length > 0 ? "=" : "", TEXT_ARGS(finding->detail));
        if (ours)
            length += (size_t)snprintf(words + length, sizeof words - length, "!%u", finding->kind->number);
    }
    arena_free(&arena);
    return words;
}

static const struct {
    const char *tests, *places;
} holds[] = {
    {"payer is acme1", "claim"},
    {"payer is not acme1", ""},
    {"payer in OTHER, ACME1", "claim"},
    {"payer not in OTHER ACME1", ""},
    {"payer begins ACM", "claim"},
    {"age is 45", "claim"},
    {"age between 18 64 and sex is F", "claim"},
    {"age between 46 64", ""},
    {"age at least 45", "claim"},
    {"age below 45", ""},
    {"age above 45", ""},
    {"age at most 45", "claim"},
    {"lines is 2 and total above 166.49", "claim"},
    {"total above 166.50", ""},
    {"authorization missing", "claim"},
    {"authorization given", ""},
    {"day is 2025-11-20", "claim"},
    {"day below 2025-11-20", ""},
    {"diagnosis is E11.9", "diagnosis 2=E119"},
    {"diagnosis begins E11 and principal begins J10", "diagnosis 2=E119"},
    {"principal begins E11", ""},
    {"diagnosis not begins E11", ""},
    {"diagnosis between E08 E13", "diagnosis 2=E119"},
    {"diagnosis between E08 E10", ""},
    {"procedure is 99213", "line 1=99213"},
    {"procedure begins 99,87", "line 1=99213; line 2=87804"},
    {"procedure is 87804 and modifier is not qw", ""},
    {"procedure is 87804 and modifier is qw", "line 2=87804"},
    {"modifier missing", "line 1=99213"},
    {"modifier given and place is 11", "line 2=87804"},
    {"units is 1 and charge at least 100", "line 1=99213"},
    {"units above 1", ""},
    {"pointed is E11.9", "line 2=87804"},
    {"procedure is 99213 and pointed is E11.9", ""},
    {"diagnosis is E11.9 and procedure is 99213", "line 1=99213"},
    {"rendering is 1234567893 and date is 20251120 and revenue missing", "line 1=99213; line 2=87804"},
    {"condition is 45", ""},
    {"bill missing", "claim"},
};

Test(coding_own, the_tests_of_a_rule_hold_where_they_should_and_nowhere_else)
{
    struct coding_sample sample;
    struct coding_run run;
    visit(&sample);
    for (size_t i = 0; i < sizeof holds / sizeof *holds; i++) {
        char table[1024];
        snprintf(table, sizeof table, HEAD "# one\n\n8001\tquery\t4\tPOID\t*\t\t\t%s\tWrong: %%s.\tLook.\tHandbook 1\r\n", holds[i].tests);
        struct own_rules *rules = rules_of(table, "");
        const char *found = places(&sample, rules, &run);
        cr_expect_str_eq(found, holds[i].places, "%s: %s", holds[i].tests, found);
        cr_expect_eq(run.own_applied, 1);
        own_free(rules);
    }
}

Test(coding_own, what_a_test_needs_and_was_not_given_is_not_assessed)
{
    struct coding_sample sample;
    struct coding_run run;
    visit(&sample);
    sample.body.subscriber.birth_date = 0;
    struct own_rules *rules = rules_of(HEAD RULE("8001", "age at least 18 and payer is ACME1") RULE("8002", "age at least 18 and payer is OTHER"), "");
    cr_assert_str_eq(places(&sample, rules, &run), "");
    cr_assert_eq(run.own_lacks[1], CODING_LACK_BIRTH_DATE);
    cr_assert_eq(run.own_lacks[2], CODING_LACK_NONE, "another test decides");
    cr_assert(run.not_assessed >> 4 & 1);
    own_free(rules);
}

Test(coding_own, settings_payers_and_days_are_asked_first)
{
    static const struct {
        const char *row;
        bool applied;
    } cases[] = {
        {"8001\tquery\t4\tP\t*\t\t\tlines is 2\tS.\tR.\tH\n", true},
        {"8001\tquery\t4\tOID\t*\t\t\tlines is 2\tS.\tR.\tH\n", false},
        {"8001\tquery\t4\tP\tmedicare\t\t\tlines is 2\tS.\tR.\tH\n", false},
        {"8001\tquery\t4\tP\tX1 ACME1\t\t\tlines is 2\tS.\tR.\tH\n", true},
        {"8001\tquery\t4\tP\tX1 X2\t\t\tlines is 2\tS.\tR.\tH\n", false},
        {"8001\tquery\t4\tP\t*\t2025-11-20\t2025-11-20\tlines is 2\tS.\tR.\tH\n", true},
        {"8001\tquery\t4\tP\t*\t20251121\t\tlines is 2\tS.\tR.\tH\n", false},
        {"8001\tquery\t4\tP\t*\t\t2025-11-19\tlines is 2\tS.\tR.\tH\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coding_sample sample;
        struct coding_run run;
        char table[512];
        visit(&sample);
        snprintf(table, sizeof table, "%s%s", HEAD, cases[i].row);
        struct own_rules *rules = rules_of(table, "");
        const char *found = places(&sample, rules, &run);
        cr_expect_str_eq(found, cases[i].applied ? "claim" : "", "%zu: %s", i, found);
        cr_expect_eq(run.own_applied, cases[i].applied, "%zu", i);
        own_free(rules);
    }
}

Test(coding_own, a_table_with_a_fault_is_refused_with_the_line_and_what_is_allowed)
{
    static const struct {
        const char *table, *says;
    } cases[] = {
        {"", "own.tsv:0: the table is empty"},
        {"# nothing\n", "own.tsv:1: the table is empty"},
        {"number\tseverity\n", "own.tsv:1: 2 columns; allowed: 11"},
        {"Number\tseverity\tstep\tsettings\tpayers\tfrom\tuntil\ttests\tsentence\tremedy\tsource\n", "own.tsv:1: the first line names"},
        {HEAD "8001\n", "own.tsv:2: 1 columns"},
        {HEAD RULE("7999", "lines is 1"), "own.tsv:2: number \"7999\"; allowed: 8000 to 8999"},
        {HEAD RULE("8001", "lines is 1") RULE("8001", "lines is 2"), "own.tsv:3: the number 8001 was given before"},
        {HEAD "8001\tfatal\t4\tP\t*\t\t\tlines is 1\tS.\tR.\tH\n", "severity \"fatal\"; allowed: info, warning, query, error"},
        {HEAD "8001\tquery\t8\tP\t*\t\t\tlines is 1\tS.\tR.\tH\n", "step \"8\"; allowed: 1 to 7"},
        {HEAD "8001\tquery\t4\tX\t*\t\t\tlines is 1\tS.\tR.\tH\n", "settings \"X\""},
        {HEAD "8001\tquery\t4\tPP\t*\t\t\tlines is 1\tS.\tR.\tH\n", "settings \"PP\""},
        {HEAD "8001\tquery\t4\tP\t\t\t\tlines is 1\tS.\tR.\tH\n", "payers are empty"},
        {HEAD "8001\tquery\t4\tP\t*\t2025-02-30\t\tlines is 1\tS.\tR.\tH\n", "from \"2025-02-30\"; allowed: a day"},
        {HEAD "8001\tquery\t4\tP\t*\t2025-02-02\t2025-02-01\tlines is 1\tS.\tR.\tH\n", "until is before from"},
        {HEAD "8001\tquery\t4\tP\t*\t\t\tlines is 1\t%d.\tR.\tH\n", "sentence may hold %s once"},
        {HEAD "8001\tquery\t4\tP\t*\t\t\tlines is 1\tS.\t\tH\n", "remedy is empty"},
        {HEAD RULE("8001", "moon is full"), "\"moon\" is no field; allowed: payer filing"},
        {HEAD RULE("8001", "lines are 2"), "lines is followed by no test that it can have; allowed: is, is not"},
        {HEAD RULE("8001", "lines begins 2"), "lines is followed by no test"},
        {HEAD RULE("8001", "payer below 2"), "payer is followed by no test"},
        {HEAD RULE("8001", "lines is two"), "\"two\" is no value of lines; allowed: a whole number"},
        {HEAD RULE("8001", "charge above 1.234"), "\"1.234\" is no value of charge; allowed: an amount"},
        {HEAD RULE("8001", "lines is"), "too few values"},
        {HEAD RULE("8001", "lines is 1 2"), "one value too many"},
        {HEAD RULE("8001", "lines is 1 and"), "\"\" is no field"},
        {HEAD RULE("8001", "authorization missing lines is 1"), "\"lines\" is one value too many for authorization"},
        {HEAD RULE("8001", "age between 2"), "too few values"},
        {HEAD RULE("8001", ""), "\"\" is no field"},
        {HEAD RULE("8001", "script late"), "no script is given"},
        {HEAD "8001\tquery\t4\tP\t*\t\t\tlines is \x01 1\tS.\tR.\tH\n", "a control character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char reason[OWN_REASON_BYTES] = "";
        struct own_rules *rules = NULL;
        cr_expect_eq(own_read("own.tsv", text_from(cases[i].table), NULL, (struct text){0}, &rules, reason), STATUS_INVALID, "%zu", i);
        cr_expect_null(rules);
        cr_expect_not_null(strstr(reason, cases[i].says), "%zu: %s, not %s", i, reason, cases[i].says);
    }
}

/* ---- scripts ---- */

static const struct {
    const char *script, *places; /* "!3600": failed; "!3601": ran away */
} scripts[] = {
    {"function late(claim) return claim.age == 45 and claim.sex == 'F' end", "claim"},
    {"function late(claim) return nil end", ""},
    {"function late(claim) return claim.lines[1].units > 1 end", ""},
    {"function late(claim) local found = {} for i, line in ipairs(claim.lines) do if line.procedure == '87804' then "
     "found[#found + 1] = {line = i, detail = line.modifiers[1]} end end return found end",
     "line 2=QW"},
    {"function late(claim) return {{diagnosis = #claim.diagnoses, detail = claim.diagnoses[2].code}, {}} end", "diagnosis 2=E119; claim"},
    {"function late(claim) if days(claim.day, 20251124) == 4 and starts('J101', 'J1') and ('abc'):sub(2) == 'bc' then return true end end", "claim"},
    {"local n = 0 function late(claim) n = n + 1 return n > 1 end", ""}, /* nothing stays */
    {"function late(claim) count = (count or 0) + 1 return count > 1 end", ""},
    {"function late(claim) local t = {} for i = 1, 5000 do table.insert(t, i) end for i = 1, 50 do table.insert(t, 1, i) end "
     "return #t == 5050 and table.remove(t) == 5000 and table.remove(t, 1) == 50 and table.concat({'a', 'b'}, ',') == 'a,b' end",
     "claim"},
    {"function late(claim) return {} end", ""},
    /* what is not there */
    {"function late(claim) return io == nil and os == nil and require == nil and load == nil and dofile == nil and pcall == nil and "
     "setmetatable == nil and getmetatable == nil and rawset == nil and debug == nil and coroutine == nil and package == nil and _G == nil and "
     "print == nil and collectgarbage == nil and string.rep == nil and ('x').rep == nil and pairs == nil and math.random == nil end",
     "claim"},
    /* failures */
    {"function late(claim) return claim.nothing.at_all end", "claim=OWN_8001!3600"},
    {"function late(claim) claim.age = 3 end", "claim=OWN_8001!3600"},
    {"function late(claim) claim.lines[1].procedure = 'x' end", "claim=OWN_8001!3600"},
    {"function late(claim) string.len = nil end", "claim=OWN_8001!3600"},
    {"function late(claim) return 'yes' end", "claim=OWN_8001!3600"},
    {"function late(claim) return {{line = 3}} end", "claim=OWN_8001!3600"},
    {"function late(claim) return {'line 1'} end", "claim=OWN_8001!3600"},
    {"function late(claim) return {line = 1} end", "claim=OWN_8001!3600"}, /* a finding, not a list of them */
    {"function late(claim) error({}) end", "claim=OWN_8001!3600"},
    /* runaways */
    {"function late(claim) while true do end end", "claim=OWN_8001!3601"},
    {"function late(claim) local t = {} while true do t[#t + 1] = {} end end", "claim=OWN_8001!3601"},
    {"function late(claim) local s = 'x' while true do s = s .. s end end", "claim=OWN_8001!3601"},
    {"function late(claim) for i = 1, 1000000 do local s = ('x'):upper() .. i .. table.concat({'a', 'b'}) end end", "claim=OWN_8001!3601"},
    /* few instructions, much to go through in each */
    {"function late(claim) local t = {} for i = 1, 20000 do table.insert(t, 1, i) end end", "claim=OWN_8001!3601"},
    {"function late(claim) for i = 1, 30000 do select('#', table.unpack({}, 1, 60000)) end end", "claim=OWN_8001!3601"},
    {"function late(claim) local s = 'a' for i = 1, 20 do s = s .. s end for i = 1, 30000 do contains(s, 'b') end end", "claim=OWN_8001!3601"},
    {"local function deep() return 1 + deep() end function late(claim) return deep() end", "claim=OWN_8001!3601"},
};

Test(coding_own, a_script_answers_fails_or_runs_away_and_reaches_nothing)
{
    struct coding_sample sample;
    struct coding_run run;
    visit(&sample);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct own_rules *rules = rules_of(HEAD RULE("8001", "payer is ACME1 and script late"), scripts[i].script);
        const char *found = places(&sample, rules, &run);
        cr_expect_str_eq(found, scripts[i].places, "%s: %s (%s)", scripts[i].script, found, rules->rules[0].message);
        bool failed = strchr(scripts[i].places, '!') != NULL;
        cr_expect_eq(rules->rules[0].state != OWN_ON, failed);
        /* The same claim again: the same answer, or the rule is out. */
        found = places(&sample, rules, &run);
        cr_expect_str_eq(found, failed ? "" : scripts[i].places, "again: %s: %s", scripts[i].script, found);
        cr_expect_eq(run.own_lacks[1], failed ? CODING_LACK_FAILED : CODING_LACK_NONE);
        cr_expect(!failed || (run.not_assessed >> 4 & 1), "%s", scripts[i].script);
        own_free(rules);
    }
}

Test(coding_own, a_script_is_asked_only_where_the_tests_of_the_table_hold)
{
    struct coding_sample sample;
    struct coding_run run;
    visit(&sample);
    struct own_rules *rules = rules_of(HEAD RULE("8001", "payer is OTHER and script bad") RULE("8002", "procedure is 87804 and script here"),
                                       "function bad() error('x') end function here(claim, line) return claim.lines[line].modifiers[1] == 'QW' end");
    cr_assert_str_eq(places(&sample, rules, &run), "line 2=87804", "true: what the sentence names is the line's procedure");
    cr_assert_eq(rules->rules[0].state, OWN_ON);
    own_free(rules);
    rules = rules_of(HEAD RULE("8001", "diagnosis begins E11 and script whole") RULE("8002", "payer is ACME1 and script second"),
                     "function whole() return true end function second() return {{diagnosis = 2}} end");
    cr_assert_str_eq(places(&sample, rules, &run), "claim=E119; diagnosis 2=E119");
    own_free(rules);
}

Test(coding_own, what_is_no_script_is_refused)
{
    static const struct {
        const char *script, *says;
    } cases[] = {
        {"function late(", "own.lua:1:"},
        {"\x1bLua", "own.lua"},
        {"x = 1", "the script has no function \"late\""},
        {"while true do end", "more than 200000 instructions"},
        {"local io = io.open('/etc/passwd')", "own.lua:1:"},
        {"late = 3", "the script has no function \"late\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char reason[OWN_REASON_BYTES] = "";
        struct own_rules *rules = NULL;
        cr_expect_eq(own_read("own.tsv", TEXT(HEAD RULE("8001", "script late")), "own.lua", text_from(cases[i].script), &rules, reason),
                     STATUS_INVALID);
        cr_expect_not_null(strstr(reason, cases[i].says), "%s, not %s", reason, cases[i].says);
    }
}

/* ---- documentation ---- */

/* The block behind this fence, up to the next one; tabs for "|" where it is a table. */
static size_t
take_block(const char *page, const char *fence, bool table, char *bytes, size_t room)
{
    const char *begin = strstr(page, fence);
    cr_assert_not_null(begin, "%s", fence);
    begin = strchr(begin, '\n') + 1;
    const char *end = strstr(begin, "```");
    size_t length = (size_t)(end - begin);
    cr_assert_lt(length, room);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(table && begin[i] == '|' ? '\t' : begin[i]);
    bytes[length] = '\0';
    return length;
}

Test(coding_own, the_examples_of_the_documentation_are_read_and_the_visit_meets_one)
{
    static char page[40000], table[8000], script[4000];
    char path[1000];
    struct coding_sample sample;
    struct coding_run run;
    const char *source = getenv("CLAIMLINE_SOURCE");
    snprintf(path, sizeof path, "%s/docs/own-rules.md", source == NULL ? "." : source);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    size_t length = take_block(page, "```\nnumber|", true, table, sizeof table);
    take_block(page, "```\n8005|", true, table + length, sizeof table - length);
    take_block(page, "```lua\n", false, script, sizeof script);
    struct own_rules *rules = rules_of(table, script);
    cr_assert_eq(rules->count, 5);
    visit(&sample);
    cr_assert_str_eq(places(&sample, rules, &run), "");
    sample.lines[1].procedure = TEXT("99214");
    sample.lines[1].modifier_1 = (struct text){0};
    cr_assert_str_eq(places(&sample, rules, &run), "line 2=99214");
    own_free(rules);
}
