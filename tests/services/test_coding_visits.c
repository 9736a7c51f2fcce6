/* Services against former claims of the patient: visits, global periods, duplicates. */
#include "schemas/findings.h"
#include "tests/services/coding_rules_sample.h"

#include <criterion/criterion.h>

static struct rules_sample r;

static void
begin(void)
{
    rules_begin(&r);
    cr_assert_eq(sample_import(&r.files, "PPRRVU24_JUL.csv",
                               FEE_HEAD FEE("29881", "090", "2", "1", "0", "0", "0") FEE("10060", "010", "2", "0", "1", "0", "0")
                                   FEE("11042", "000", "2", "9", "1", "1", "2")),
                 STATUS_OK, "%s", r.files.reason);
    rules_open(&r);
}

#define EXPECT(cases, step, first, last) \
    rules_expect(&r, cases, sizeof(cases) / sizeof *(cases), step, first, last, false)

Test(coding_visits, a_new_patient_was_not_seen_for_three_years)
{
    static const struct rules_case cases[] = {
        {"nobody knows him", "99203", NULL, ""},
        {"seen in March", "99203", "99213@20240301", "3180 line 1 (99203; 99213 of 2024-03-01)"},
        {"established", "99213", "99213@20240301", ""},
        {"three years ago to the day", "99203", "99213@20210815", "3180 line 1 (99203; 99213 of 2021-08-15)"},
        {"longer ago", "99203", "99213@20210814", ""},
        {"a test without a visit", "99203", "80053@20240301", ""},
        {"a preventive visit", "99385", "99396@20240301", "3180 line 1 (99385; 99396 of 2024-03-01)"},
        {"on the same claim", "99203@20240801 99203", NULL, "3180 line 2 (99203; 99203 of 2024-08-01)"},
        {"the same day", "99203", "99213", ""},
    };
    begin();
    EXPECT(cases, 4, 3180, 3180);
    rules_claim(&r, "99203");
    rules_judged(&r, 4, 3180, 3180);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_NONE);
    rules_claim(&r, "99203");
    r.history.since = 20230701;
    rules_judged(&r, 4, 3180, 3180);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_HISTORY, "the history is shorter");
    rules_claim(&r, "99203");
    r.given = NULL;
    rules_judged(&r, 4, 3180, 3180);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_HISTORY);
    rules_end(&r);
}

Test(coding_visits, a_group_is_the_same_practice_in_its_specialty)
{
    begin();
    rules_claim(&r, "99203");
    rules_past(&r, "99213@20240301")->lines[0].provider = 1999999984;
    cr_expect_str_eq(rules_judged(&r, 4, 3180, 3180), "3180 line 1 (99203; 99213 of 2024-03-01)");
    r.past[0].specialty = TEXT("208600000X");
    cr_expect_str_eq(rules_judged(&r, 4, 3180, 3180), "", "another specialty");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_NONE);
    r.past[0].specialty = (struct text){0};
    cr_expect_str_eq(rules_judged(&r, 4, 3180, 3180), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_HISTORY, "it is not known");
    r.past[0].specialty = TEXT("193200000X");
    r.claim.body.rendering.taxonomy = TEXT("193200000X");
    cr_expect_str_eq(rules_judged(&r, 4, 3180, 3180), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_HISTORY, "that of a group is none");
    r.past[0].specialty = r.claim.body.rendering.taxonomy = TEXT("207Q00000X");
    r.lines[0].rendering.id = TEXT("1285636522");
    cr_expect_str_eq(rules_judged(&r, 4, 3180, 3180), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_NEW_PATIENT), CODING_LACK_HISTORY, "that of the line's practitioner is not known");
    r.lines[0].rendering.id = (struct text){0};
    r.past[0].group = 1888888885;
    cr_expect_str_eq(rules_judged(&r, 4, 3180, 3180), "", "another group");
    rules_end(&r);
}

Test(coding_visits, a_visit_in_a_global_period_needs_its_modifier)
{
    static const struct rules_case cases[] = {
        {"a week after", "99213", "29881@20240808", "3181 line 1 (99213; 29881 of 2024-08-08)"},
        {"a week after, unrelated", "99213-24", "29881@20240808", ""},
        {"a week after, and decided on another", "99213-57", "29881@20240808", "3181 line 1 (99213; 29881 of 2024-08-08)"},
        {"a week after, beside another procedure", "99213-25", "29881@20240808", "3181 line 1 (99213; 29881 of 2024-08-08)"},
        {"a day of 10", "99213", "10060@20240805", "3181 line 1 (99213; 10060 of 2024-08-05)"},
        {"the day after 10", "99213", "10060@20240804", ""},
        {"no period", "99213", "11042@20240814", ""},
        {"the day itself", "99213", "29881", ""},
        {"of who only operated", "99213", "29881-54@20240808", ""},
        {"of who assisted", "99213", "29881-80@20240808", ""},
        {"no visit", "97110", "29881@20240808", ""},
        {"on the same claim", "29881@20240801 99213", NULL, "3181 line 2 (99213; 29881 of 2024-08-01)"},
    };
    begin();
    EXPECT(cases, 4, 3181, 3181);
    rules_claim(&r, "99213");
    rules_past(&r, "29881@20240808")->lines[0].provider = 1999999984;
    r.past[0].group = 1888888885;
    cr_expect_str_eq(rules_judged(&r, 4, 3181, 3181), "", "of another");
    rules_claim(&r, "99213");
    rules_past(&r, "29881@20240630");
    cr_expect_str_eq(rules_judged(&r, 4, 3181, 3181), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_GLOBAL_PERIOD), CODING_LACK_EDITION, "no schedule of that day");
    rules_claim(&r, "99213");
    r.given = NULL;
    rules_judged(&r, 4, 3181, 3181);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_GLOBAL_PERIOD), CODING_LACK_HISTORY);
    rules_end(&r);
}

Test(coding_visits, an_operation_in_a_global_period_needs_its_modifier)
{
    static const struct rules_case cases[] = {
        {"a month after", "29881-LT", "29881-RT@20240715", "3182 line 1 (29881; 29881 of 2024-07-15)"},
        {"planned", "29881-LT-58", "29881-RT@20240715", ""},
        {"a complication", "10060-78", "29881@20240808", ""},
        {"unrelated", "10060-79", "29881@20240808", ""},
        {"a repeated one is none of these", "29881-76", "29881@20240808", "3182 line 1 (29881; 29881 of 2024-08-08)"},
        {"a day of 10", "11042", "10060@20240805", "3182 line 1 (11042; 10060 of 2024-08-05)"},
        {"the day after 10", "11042", "10060@20240804", ""},
        {"no period", "29881", "11042@20240814", ""},
        {"the day itself", "10060", "29881", ""},
        {"of who assisted before", "29881", "29881-80@20240808", ""},
        {"of who assists", "29881-80", "29881@20240808", ""},
        {"not in the schedule", "15275", "29881@20240808", ""},
        {"on the same claim", "29881-RT@20240801 29881-LT", NULL, "3182 line 2 (29881; 29881 of 2024-08-01)"},
    };
    begin();
    EXPECT(cases, 4, 3182, 3182);
    rules_claim(&r, "29881");
    rules_past(&r, "29881@20240808")->lines[0].provider = 1999999984;
    r.past[0].group = 1888888885;
    cr_expect_str_eq(rules_judged(&r, 4, 3182, 3182), "", "of another");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_GLOBAL_OPERATION), CODING_LACK_NONE);
    rules_claim(&r, "29881");
    r.given = NULL;
    rules_judged(&r, 4, 3182, 3182);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_GLOBAL_OPERATION), CODING_LACK_HISTORY);
    rules_end(&r);
}

Test(coding_visits, the_day_before_a_major_operation)
{
    static const struct rules_case cases[] = {
        {"the day before", "99214", "29881@20240816", "3184 line 1 (99214; 29881 of 2024-08-16)"},
        {"decided on", "99214-57", "29881@20240816", ""},
        {"25 is for the day itself", "99214-25", "29881@20240816", "3184 line 1 (99214; 29881 of 2024-08-16)"},
        {"two days before", "99214", "29881@20240817", ""},
        {"of a minor one", "99214", "11042@20240816", ""},
        {"of who assists", "99214", "29881-80@20240816", ""},
        {"no visit", "71046", "29881@20240816", ""},
        {"a visit that was billed before", "29881", "99214@20240814", "3184 line 1 (29881; 99214 of 2024-08-14)"},
        {"and decided on it", "29881", "99214-57@20240814", ""},
        {"both on the claim", "99214@20240814 29881", NULL, "3184 line 1 (99214; 29881 of 2024-08-15)"},
    };
    begin();
    EXPECT(cases, 4, 3184, 3184);
    rules_claim(&r, "99214");
    rules_past(&r, "29881@20240816")->lines[0].provider = 1999999984;
    r.past[0].group = 1888888885;
    cr_expect_str_eq(rules_judged(&r, 4, 3184, 3184), "", "of another");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_DAY_BEFORE), CODING_LACK_NONE);
    rules_claim(&r, "29881");
    r.given = NULL;
    rules_judged(&r, 4, 3184, 3184);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_DAY_BEFORE), CODING_LACK_HISTORY);
    rules_end(&r);
}

Test(coding_visits, the_same_service_twice_says_why)
{
    static const struct rules_case cases[] = {
        {"twice on the claim", "99213 99213", NULL, "3502 line 2 (99213)"},
        {"twice, repeated", "71046 71046-76", NULL, ""},
        {"twice, both repeated", "71046-76 71046-76", NULL, ""},
        {"other modifiers", "29881-LT 29881-RT", NULL, ""},
        {"modifiers in another order", "29881-LT-59 29881-59-LT", NULL, "3502 line 2 (29881)"},
        {"other units", "97110*2 97110*3", NULL, ""},
        {"on two days", "99213 99213@20240816", NULL, ""},
        {"on a former claim", "99213", "99213", "3503 line 1 (99213, claim 41)"},
        {"on a former claim, other units", "97110*2", "97110*3", "3503 line 1 (97110, claim 41)"},
        {"on a former claim, repeated", "71046-77", "71046", ""},
        {"on a former claim of another day", "99213", "99213@20240814", ""},
    };
    begin();
    EXPECT(cases, 7, 3502, 3503);
    rules_claim(&r, "90460 90460");
    r.lines[1].pointer_1 = 2;
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "", "for another diagnosis");
    struct carried_segment drugs[] = {{.loop = TEXT("2410"), .segment = TEXT("LIN\x1d\x1dN4\x1d" "00002143380")},
                                      {.loop = TEXT("2410"), .segment = TEXT("LIN\x1d\x1dN4\x1d" "00069015401")}};
    rules_claim(&r, "J3490 J3490");
    r.lines[0].carried = &drugs[0];
    r.lines[1].carried = &drugs[1];
    r.lines[0].carried_count = r.lines[1].carried_count = 1;
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "", "another drug of the code");
    r.lines[1].carried = &drugs[0];
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "3502 line 2 (J3490)");
    rules_claim(&r, "1126F 1126F");
    r.lines[0].charge_cents = r.lines[1].charge_cents = 0;
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "", "quality codes at no charge");
    rules_claim(&r, "99213");
    rules_past(&r, "99213")->replaced = true;
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "");
    /* Lines of a hospital are often alike; two claims of a day are not. */
    rules_hospital(&r, "96372 96372");
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "");
    rules_past(&r, "96372");
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "3503 line 1 (96372, claim 41); 3503 line 2 (96372, claim 41)");
    struct condition_code distinct = {.code = TEXT("G0")};
    r.institutional.conditions = &distinct;
    r.institutional.conditions_count = 1;
    cr_expect_str_eq(rules_judged(&r, 7, 3502, 3503), "", "another visit of the day");
    rules_claim(&r, "99213");
    r.given = NULL;
    rules_judged(&r, 7, 3502, 3503);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_LINE_EARLIER), CODING_LACK_HISTORY);
    rules_end(&r);
}
