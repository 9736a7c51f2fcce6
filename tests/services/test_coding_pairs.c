/* Procedures of one day against each other: NCCI pairs, units, add-on codes, indicators of the fee schedule. */
#include "schemas/findings.h"
#include "tests/services/coding_rules_sample.h"

#include <criterion/criterion.h>

static struct rules_sample r;

static void
import(const char *name, const char *bytes)
{
    cr_assert_eq(sample_import(&r.files, name, bytes), STATUS_OK, "%s", r.files.reason);
}

static void
begin(void)
{
    rules_begin(&r);
    import("ccipra-v302r0-f1.txt", PTP_HEAD "11042\t11720\t\t20000101\t*\t1\tInvented\r\n"
                                            "11042\t97597\t\t20000101\t20240731\t0\tInvented\r\n"
                                            "29881\t29870\t\t\t*\t0\tInvented\r\n"
                                            "29881\t29877\t\t20240101\t20240101\t9\tInvented\r\n"
                                            "99213\t94010\t\t20000101\t*\t1\tInvented\r\n"
                                            "11042\t99214\t\t20000101\t*\t1\tInvented\r\n"
                                            "29881\t99214\t\t20000101\t*\t1\tInvented\r\n"
                                            "29881\t99291\t\t20000101\t*\t1\tInvented\r\n");
    import("ccioph-v302r0-f1.txt", PTP_HEAD "29881\t29870\t\t\t*\t1\tInvented\r\n");
    import("MCR_MUE_PractitionerServices_Eff_07-01-2024.csv",
           MUE_HEAD("Practitioner") "11042,1,2 Date of Service Edit: Policy,x\n97110,6,3 Date of Service Edit: Clinical,x\n"
                                    "36415,2,1 Line Edit,x\nE0143,0,3 Date of Service Edit: Clinical,x\n");
    import("MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv",
           MUE_HEAD("Outpatient Hospital") "97110,8,3 Date of Service Edit: Clinical,x\n");
    import("MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv",
           MUE_HEAD("DME Supplier") "E0143,1,2 Date of Service Edit: Policy,x\n");
    import("NCCI_AOC_2024-07-01.csv", "Primary Code,Add-On Code,AOC Edit Type\n11042,11045,1\n11043,11045,1\nCCCCC,99292,2\n"
                                      "22612,22614,3\nCCCCC,22614,3\n");
    import("PPRRVU24_JUL.csv", FEE_HEAD FEE("29881", "090", "2", "1", "0", "0", "0") FEE("99213", "XXX", "0", "0", "0", "0", "0")
                                   FEE("92012", "XXX", "0", "2", "9", "9", "9") FEE("22612", "090", "2", "0", "2", "2", "1")
                                   FEE("11042", "000", "2", "9", "1", "1", "2"));
    rules_open(&r);
}

#define EXPECT(cases, step, first, last) \
    rules_expect(&r, cases, sizeof(cases) / sizeof *(cases), step, first, last, true)

Test(coding_pairs, column_2_is_objected_to_unless_a_modifier_parts_them)
{
    static const struct rules_case cases[] = {
        {"a pair", "11042 11720", NULL, "3404 line 2 (11720 with 11042)"},
        {"in another order", "11720 11042", NULL, "3404 line 1 (11720 with 11042)"},
        {"with its modifier", "11042 11720-59", NULL, ""},
        {"with one at column 1", "11042-XS 11720", NULL, ""},
        {"with an anatomical one", "11042 11720-T5", NULL, ""},
        {"with one that is not of the list", "11042 11720-76", NULL, "3404 line 2 (11720 with 11042)"},
        {"on two days", "11042 11720@20240816", NULL, ""},
        {"with the visit's 25", "99213-25 94010", NULL, ""},
        {"a visit as column 2", "11042 99214", NULL, "3404 line 2 (99214 with 11042, without 25 at the visit)"},
        {"with its 25", "11042 99214-25", NULL, ""},
        {"with 59 at the procedure", "11042-59 99214", NULL, "3404 line 2 (99214 with 11042, without 25 at the visit)"},
        {"with 57 and no day behind it", "11042 99214-57", NULL, "3404 line 2 (99214 with 11042, without 25 at the visit)"},
        {"with 25 and 90 days", "29881 99214-25", NULL, "3404 line 2 (99214 with 29881, without 57 at the visit)"},
        {"with 57 and 90 days", "29881 99214-57", NULL, ""},
        {"critical care with 25 and 90 days", "29881 99291-25", NULL, ""},
        {"a visit on a former claim", "11042", "99214", "3405 line 1 (99214 with 11042, without 25 at the visit, claim 41)"},
        {"a visit with 25 on a former claim", "11042", "99214-25", ""},
        {"indicator 0", "29881 29870", NULL, "3403 line 2 (29870 with 29881)"},
        {"indicator 0 and a modifier", "29881 29870-59", NULL, "3403 line 2 (29870 with 29881)"},
        {"indicator 9", "29881 29877", NULL, ""},
        {"a pair that ended before", "11042 97597", NULL, ""},
        {"a pair on its last day", "11042@20240731 97597@20240731", NULL, "3403 line 2 (97597 with 11042)"},
        {"the same procedure twice", "11042 11042", NULL, ""},
        {"column 2 on a former claim", "11042", "11720", "3405 line 1 (11720 with 11042, claim 41)"},
        {"column 1 on a former claim", "11720", "11042", "3405 line 1 (11720 with 11042, claim 41)"},
        {"former, with the modifier", "11720-59", "11042", ""},
        {"former, of another day", "11720", "11042@20240814", ""},
    };
    begin();
    EXPECT(cases, 6, 3403, 3405);
    rules_end(&r);
}

Test(coding_pairs, a_pair_is_of_one_provider_and_of_its_setting)
{
    begin();
    rules_claim(&r, "11042 11720");
    r.lines[1].rendering.id = TEXT("1999999984");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    rules_claim(&r, "11042");
    rules_past(&r, "11720")->lines[0].provider = 1999999984;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    rules_claim(&r, "11042");
    rules_past(&r, "11720")->replaced = true;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    /* A hospital's table has its own indicator, and the hospital is the provider. */
    rules_hospital(&r, "29881 29870 11042 11720");
    r.lines[1].rendering.id = TEXT("1999999984");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "3404 line 2 (29870 with 29881)");
    rules_hospital(&r, "29881 29870-XU");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    /* Lines without a day of a statement of several days are of no known day. */
    rules_hospital(&r, "29881 29870");
    r.institutional.statement_from = 20240801;
    r.lines[0].date_from = r.lines[1].date_from = 0;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    r.institutional.statement_from = SAMPLE_DAY;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "3404 line 2 (29870 with 29881)");
    rules_hospital(&r, "29881 29870");
    r.claim.body.place_of_service = TEXT("11");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "", "not of inpatients");
    /* A void takes back what was billed. */
    rules_claim(&r, "29881 29870");
    r.claim.body.frequency = TEXT("8");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    rules_end(&r);
}

Test(coding_pairs, without_an_edition_or_history_it_is_not_assessed)
{
    begin();
    rules_claim(&r, "11042@20241001 11720@20241001");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_PAIR_NEVER), CODING_LACK_EDITION);
    rules_claim(&r, "11042 11720");
    r.given = NULL;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "3404 line 2 (11720 with 11042)");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_PAIR_MODIFIER), CODING_LACK_NONE);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_PAIR_EARLIER), CODING_LACK_HISTORY);
    rules_claim(&r, "11042");
    r.history.partial = true;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_PAIR_EARLIER), CODING_LACK_HISTORY);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_UNITS_EARLIER), CODING_LACK_HISTORY);
    rules_end(&r);
}

Test(coding_pairs, more_lines_than_are_at_hand_are_judged_all)
{
    begin();
    rules_claim(&r, "11042");
    for (uint32_t i = 1; i < 90; i++)
        r.lines[i] = rules_line(TEXT("90471-76"));
    r.lines[90] = rules_line(TEXT("11720"));
    r.claim.body.lines_count = 91;
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "3404 line 91 (11720 with 11042)");
    rules_end(&r);
}

Test(coding_pairs, units_are_counted_as_the_indicator_says)
{
    static const struct rules_case cases[] = {
        {"by line", "36415*3", NULL, "3406 line 1 (36415: 3 of 2)"},
        {"by line, the most", "36415*2", NULL, ""},
        {"by line, on two lines", "36415*2 36415-59*2", NULL, ""},
        {"by policy", "11042 11042-59", NULL, "3407 line 2 (11042: 2 of 1)"},
        {"by policy, on two days", "11042 11042@20240816", NULL, ""},
        {"clinical", "97110*7", NULL, "3408 line 1 (97110: 7 of 6)"},
        {"clinical, the most", "97110*6", NULL, ""},
        {"clinical, on two lines", "97110*4 97110-59*3", NULL, "3408 line 2 (97110: 7 of 6)"},
        {"over three days", "97110*18@20240813/20240815", NULL, ""},
        {"over two days", "97110*18@20240814/20240815", NULL, "3408 line 1 (97110: 9 of 6)"},
        {"care alone", "11042 11042-55", NULL, ""},
        {"with a former claim", "97110*4", "97110*3", "3409 line 1 (97110: 7 of 6)"},
        {"with a former claim, the most", "97110*4", "97110*2", ""},
        {"a procedure without a limit", "90471*50", NULL, ""},
        {"goods of a supplier, by a practitioner", "E0143", NULL, ""},
        {"goods of a supplier, by a practitioner, more of them", "E0143*2", NULL, "3407 line 1 (E0143: 2 of 1)"},
    };
    begin();
    EXPECT(cases, 6, 3406, 3409);
    rules_claim(&r, "E0143");
    r.claim.body.billing.taxonomy = TEXT("332B00000X");
    cr_expect_str_eq(rules_judged(&r, 6, 3406, 3409), "");
    r.lines[0].quantity_milli = 2000;
    cr_expect_str_eq(rules_judged(&r, 6, 3406, 3409), "3407 line 1 (E0143: 2 of 1)");
    r.claim.body.billing.taxonomy = (struct text){0};
    cr_expect_str_eq(rules_judged(&r, 6, 3406, 3409), "3407 line 1 (E0143: 2 of 1)", "who supplies it has the limit of suppliers");
    rules_hospital(&r, "97110*7");
    cr_expect_str_eq(rules_judged(&r, 6, 3406, 3409), "");
    rules_hospital(&r, "97110*7 97110*2");
    cr_expect_str_eq(rules_judged(&r, 6, 3406, 3409), "3408 line 2 (97110: 9 of 8)");
    rules_claim(&r, "97110*60");
    r.lines[0].unit = TEXT("MJ");
    cr_expect_str_eq(rules_judged(&r, 6, 3406, 3409), "", "minutes are no units");
    rules_end(&r);
}

Test(coding_pairs, an_add_on_needs_its_primary)
{
    static const struct rules_case cases[] = {
        {"alone", "11045", NULL, "3410 line 1 (11045)"},
        {"with its primary", "11045 11042", NULL, ""},
        {"with its other primary", "11043 11045", NULL, ""},
        {"with another procedure", "11045 99213", NULL, "3410 line 1 (11045)"},
        {"with its primary on another day", "11045 11042@20240814", NULL, "3410 line 1 (11045)"},
        {"with its primary on a former claim", "11045", "11042", ""},
        {"with it on a former claim of another day", "11045", "11042@20240814", "3410 line 1 (11045)"},
        {"type 2 alone", "99292", NULL, "3411 line 1 (99292)"},
        {"type 2 with a procedure", "99292 99213", NULL, ""},
        {"type 2 with an add-on", "99292 11045 11042@20240814", NULL, "3411 line 1 (99292); 3410 line 2 (11045)"},
        {"type 3 with what is listed", "22614 22612", NULL, ""},
        {"type 3 with what is not", "22614 22633", NULL, ""},
        {"type 3 alone", "22614", NULL, "3411 line 1 (22614)"},
        {"twice", "11045 11045", NULL, "3410 line 1 (11045); 3410 line 2 (11045)"},
    };
    begin();
    EXPECT(cases, 6, 3410, 3411);
    /* By another practitioner of the group. */
    rules_claim(&r, "11045");
    rules_past(&r, "11042")->lines[0].provider = 1999999984;
    cr_expect_str_eq(rules_judged(&r, 6, 3410, 3411), "");
    r.past[0].group = 1888888885;
    cr_expect_str_eq(rules_judged(&r, 6, 3410, 3411), "3410 line 1 (11045)");
    rules_claim(&r, "11042@20241001");
    cr_expect_str_eq(rules_judged(&r, 6, 3410, 3411), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_ADD_ON_ALONE), CODING_LACK_EDITION);
    rules_end(&r);
}

Test(coding_pairs, modifiers_are_judged_by_the_indicators_of_the_fee_schedule)
{
    static const struct rules_case cases[] = {
        {"bilateral 1", "29881-50", NULL, ""},
        {"bilateral 0", "99213-50", NULL, "3412 line 1 (99213-50)"},
        {"bilateral 9", "11042-50", NULL, "3412 line 1 (11042-50)"},
        {"bilateral 2", "92012-50", NULL, "3413 line 1 (92012-50)"},
        {"bilateral, two units", "29881-50*2", NULL, "3414 line 1 (29881-50)"},
        {"multiple 2", "29881-51", NULL, ""},
        {"multiple 0", "99213-51", NULL, "3415 line 1 (99213-51)"},
        {"assistant 2", "22612-80", NULL, ""},
        {"assistant 1", "11042-AS", NULL, "3416 line 1 (11042-AS)"},
        {"assistant 9", "92012-82", NULL, "3416 line 1 (92012-82)"},
        {"assistant 0", "29881-80", NULL, "3417 line 1 (29881-80)"},
        {"co-surgeon 2", "22612-62", NULL, ""},
        {"co-surgeon 0", "29881-LT-62", NULL, "3418 line 1 (29881-62)"},
        {"co-surgeon 1", "11042-62", NULL, "3419 line 1 (11042-62)"},
        {"team 2", "11042-66", NULL, ""},
        {"team 0", "29881-66", NULL, "3420 line 1 (29881-66)"},
        {"team 1", "22612-66", NULL, "3421 line 1 (22612-66)"},
        {"none of these modifiers", "99213-25 29881-LT", NULL, ""},
        {"not in the schedule", "90471-50", NULL, ""},
    };
    begin();
    EXPECT(cases, 6, 3412, 3421);
    rules_claim(&r, "29881-50*2");
    r.medicare = false;
    cr_expect_str_eq(rules_judged(&r, 6, 3412, 3421), "");
    r.medicare = true;
    rules_claim(&r, "29881-50@20241001");
    cr_expect_str_eq(rules_judged(&r, 6, 3412, 3421), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_BILATERAL_NOT), CODING_LACK_EDITION);
    rules_claim(&r, "29881@20241001");
    rules_judged(&r, 6, 3412, 3421);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_BILATERAL_NOT), CODING_LACK_NONE, "without the modifier nothing is asked");
    rules_hospital(&r, "99213-50");
    cr_expect_str_eq(rules_judged(&r, 6, 3412, 3421), "");
    rules_end(&r);
}

Test(coding_pairs, an_edition_that_is_not_whole_says_only_what_it_holds)
{
    rules_begin(&r); /* nothing is imported: the starter edition judges */
    rules_claim(&r, "90472");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3411), "3410 line 1 (90472)");
    rules_claim(&r, "90472 90471");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3411), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_PAIR_NEVER), CODING_LACK_CODE, "nothing is known of the pair");
    rules_claim(&r, "90471 22633");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3411), "");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_ADD_ON_ALONE), CODING_LACK_CODE);
    cr_expect_eq(rules_lack(&r, FINDING_CODING_UNITS_DAY), CODING_LACK_CODE);
    rules_claim(&r, "10060 12001");
    cr_expect_str_eq(rules_judged(&r, 6, 3403, 3405), "3404 line 2 (12001 with 10060)");
    cr_expect_eq(rules_lack(&r, FINDING_CODING_PAIR_MODIFIER), CODING_LACK_NONE);
    rules_end(&r);
}
