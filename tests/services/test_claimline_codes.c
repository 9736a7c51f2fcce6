/* services/claimline: codes import, list, show, diff, export. */
#include "common/codeset/codeset.h"
#include "tests/services/claimline_daemons.h"

static const char list_2024[] = "codes|hcpcs|2024-07|20240701|20240930|complete\nA0425|Ground mileage|20010101|\n"
                                "A4421|Ostomy supply, miscellaneous|19850101|20231231\nJ3490|\"Drugs | unclassified\"|19920101|\n";
static const char list_2025[] = "codes|hcpcs|2024-10|20241001|20241231|complete\nA0425|Mileage on the ground|20010101|\n"
                                "A9999|Something new|20241001|\n";

static int
run_codes(struct daemons *daemons, const char *verb, const char *rest)
{
    char line[900];
    snprintf(line, sizeof line, "codes %s --codes %s/codes %s", verb, daemons->folder, rest);
    return run_line(daemons, line);
}

static int
import(struct daemons *daemons, const char *name, const char *bytes)
{
    char path[600];
    put_text(daemons->folder, name, bytes);
    snprintf(path, sizeof path, "%s/%s", daemons->folder, name);
    return run_codes(daemons, "import --json", path);
}

Test(claimline_codes, an_import_is_summed_up_and_listed)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(run_codes(&daemons, "list", ""), 1);
    cr_expect(holds(daemons.words, "claimline codes import"), "%s", daemons.words);
    cr_expect_eq(import(&daemons, "july.txt", list_2024), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "{\"set\":\"hcpcs\",\"edition\":\"2024-07\",\"from\":\"2024-07-01\",\"to\":\"2024-09-30\",\"codes\":3,"
                                 "\"rows\":3,\"against\":\"\",\"added\":3,\"changed\":0,\"ended\":0,\"source\":\"july.txt\"}\n"),
              "%s", daemons.out);
    cr_expect_eq(import(&daemons, "october.txt", list_2025), 0);
    cr_expect(holds(daemons.out, "\"against\":\"2024-07\",\"added\":1,\"changed\":1,\"ended\":2,"), "%s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "list --json", ""), 0);
    cr_expect(holds(daemons.out, "{\"set\":\"hcpcs\",\"title\":\"HCPCS level II\",\"edition\":\"2024-07\",\"from\":\"2024-07-01\","
                                 "\"to\":\"2024-09-30\",\"codes\":3,\"rows\":3,\"read\":3,\"twice\":0,\"reserved\":0,\"continued\":0,\"headers\":0,\"ended\":1,\"source\":\"july.txt\","
                                 "\"sha256\":\""),
              "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_codes, where_nothing_was_imported_the_starter_edition_is_shown_that_judges)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(run_line(&daemons, "codes list"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "COMPLETE") && holds(daemons.out, "\nicd10cm            starter-2026  2020-10-01  2026-09-30  yes ") &&
                  holds(daemons.out, "\nncci_practitioner  starter-2026  2024-07-01  2024-09-30  no ") && holds(daemons.out, "built in"),
              "%s", daemons.out);
    cr_expect(holds(daemons.words, "no code sets are imported: the starter edition starter-2026, which is built in, judges alone"), "%s",
              daemons.words);
    cr_expect_eq(run_line(&daemons, "codes list --json"), 0);
    cr_expect(holds(daemons.out, "{\"set\":\"cpt\",\"title\":\"CPT\",\"edition\":\"starter-2026\",\"from\":\"2020-10-01\","), "%s",
              daemons.out);
    cr_expect(holds(daemons.out, "\"source\":\"built in\",\"sha256\":\"\",\"imported\":null,\"complete\":true,\"starter\":true}"), "%s",
              daemons.out);

    cr_expect_eq(run_line(&daemons, "codes show j10.1 --on 2025-11-20"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "edition          starter-2026\ncode             J101\n") &&
                  holds(daemons.out, "state            valid\n") && holds(daemons.out, "starter          yes\n"),
              "%s", daemons.out);
    cr_expect(holds(daemons.words, "no code sets are imported: this is of the starter edition starter-2026"), "%s", daemons.words);
    run_line(&daemons, "codes show J10.1 --on 2027-01-01 --json");
    cr_expect(holds(daemons.out, "\"state\":\"edition missing\",\"from\":\"2020-10-01\",\"to\":\"2026-09-30\""), "%s", daemons.out);
    run_line(&daemons, "codes show 99213 --on 2024-08-01 --json");
    cr_expect(holds(daemons.out, "{\"set\":\"cpt\",") && holds(daemons.out, "{\"set\":\"mue_practitioner\","), "%s", daemons.out);
    cr_expect_eq(run_line(&daemons, "codes show 99999 --on 2024-08-01"), 1);
    cr_expect(holds(daemons.words, "no code sets are imported, and the starter edition starter-2026, which is built in") &&
                  holds(daemons.words, "has no 99999; claimline codes import FILE"),
              "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show", "J10.1"), 1, "a folder that was named has to be there");
    daemons_close(&daemons);
}

/* HCPCS was published for a quarter: on other days, and of other sets, the starter edition judges. */
Test(claimline_codes, the_starter_edition_is_shown_where_what_was_imported_says_nothing)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    import(&daemons, "july.txt", list_2024);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "A0425"), 0, "%s", daemons.words);
    cr_expect_not(holds(daemons.out, "\"hcpcs\",\"edition\":\"starter"), "%s", daemons.out);
    run_codes(&daemons, "show --json --on 2024-02-01", "A0425");
    cr_expect(holds(daemons.out, "\"state\":\"edition missing\"") &&
                  holds(daemons.out, "\"edition\":\"starter-2026\",\"code\":\"A0425\""),
              "%s", daemons.out);
    run_codes(&daemons, "show --json --on 2025-02-01", "A0425");
    cr_expect_not(holds(daemons.out, "\"hcpcs\",\"edition\":\"starter"), "it does not cover that day either: %s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "A0428"), 1, "what is complete has no such code: %s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "J10.1"), 0);
    cr_expect(holds(daemons.out, "\"set\":\"icd10cm\",\"edition\":\"starter-2026\""), "%s", daemons.out);
    run_codes(&daemons, "list --json", "");
    cr_expect(holds(daemons.out, "\"source\":\"july.txt\"") && !holds(daemons.out, "starter"), "%s", daemons.out);
    cr_expect(holds(daemons.words, "the starter edition starter-2026 judges"), "%s", daemons.words);
    daemons_close(&daemons);
}

Test(claimline_codes, a_refused_file_is_named_with_its_line)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(import(&daemons, "july.txt", list_2024), 0);
    cr_expect_eq(import(&daemons, "bad.txt", "codes|hcpcs|2024-10|20241001|20241231\nA0425|x|never\n"), 1);
    cr_expect(holds(daemons.words, "claimline: refused: bad.txt:2: first or last day is no day\n"), "%s", daemons.words);
    cr_expect_str_eq(daemons.out, "");
    cr_expect_eq(run_codes(&daemons, "list --json", ""), 0);
    cr_expect_not(holds(daemons.out, "2024-10\""), "%s", daemons.out);
    cr_expect_eq(import(&daemons, "holiday.txt", "photos\n"), 1);
    cr_expect_eq(run_codes(&daemons, "import", "no/such/file"), 1);
    cr_expect_eq(run_codes(&daemons, "import --first 2024-02-30", "x"), 64);
    daemons_close(&daemons);
}

Test(claimline_codes, a_code_is_shown_as_it_stands_on_a_day)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    import(&daemons, "july.txt", list_2024);
    import(&daemons, "october.txt", list_2025);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "a0425"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"edition\":\"2024-07\",\"code\":\"A0425\",\"second\":\"\",\"state\":\"valid\",\"from\":\"2001-01-01\","
                                 "\"to\":\"2024-09-30\",\"kind\":\"\",\"numbers\":\"\",\"words\":\"Ground mileage\"}\n"),
              "%s", daemons.out);
    run_codes(&daemons, "show --json --on 2024-11-01", "A0425");
    cr_expect(holds(daemons.out, "\"words\":\"Mileage on the ground\""), "%s", daemons.out);
    run_codes(&daemons, "show --json --on 2024-08-01", "A4421");
    cr_expect(holds(daemons.out, "\"state\":\"ended\",\"from\":\"1985-01-01\",\"to\":\"2023-12-31\""), "%s", daemons.out);
    run_codes(&daemons, "show --json --on 2025-08-01", "A0425");
    cr_expect(holds(daemons.out, "\"state\":\"edition missing\""), "%s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "show", "Z9999"), 1);
    cr_expect_eq(run_codes(&daemons, "show", "E_11"), 64);
    daemons_close(&daemons);
}

static const char tabular_2024[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ICD10CM.tabular><version>2024</version><title>T</title>\n<chapter><name>4</name>"
    "<desc>Endocrine (E00-E89)</desc><sectionIndex><sectionRef first=\"E08\" last=\"E13\" id=\"E08-E13\">Diabetes</sectionRef></sectionIndex>\n"
    "<section id=\"E08-E13\"><desc>Diabetes (E08-E13)</desc>\n<diag><name>E11</name><desc>Type 2 diabetes mellitus</desc>"
    "<includes><note>diabetes NOS</note></includes><excludes1><note>drug induced (E08-E09)</note><note>type 1 (E10.-)</note></excludes1>"
    "<diag><name>E11.9</name><desc>Type 2 diabetes mellitus without complications</desc></diag></diag>\n</section></chapter></ICD10CM.tabular>\n";

static void
import_diagnoses(struct daemons *daemons)
{
    cr_assert_eq(import(daemons, "2021.txt", "codes|icd10cm|FY2021|20201001|20210930|complete\nE119|Type 2 diabetes mellitus|\nG20|Parkinson's disease|\nE208|Other\n"), 0,
                 "%s", daemons->words);
    cr_assert_eq(import(daemons, "icd10cm-order-2024.txt",
                        "00001 E11     0 Type 2 diabetes                                              Type 2 diabetes mellitus\n"
                        "00002 E119    1 Type 2 diabetes                                              Type 2 diabetes mellitus without complications\n"
                        "00003 E208    0 Other                                                        Other hypoparathyroidism\n"
                        "00004 E2081   0 Other                                                        Hypoparathyroidism due to impaired secretion\n"
                        "00005 E20810  1 Autosomal                                                    Autosomal dominant hypocalcemia\n"
                        "00006 E20811  1 Secondary                                                    Secondary hypoparathyroidism\n"
                        "00007 E2089   1 Other                                                        Other specified hypoparathyroidism\n"
                        "00008 Q99     0 Other chromosome                                             Other chromosome abnormalities\n"
                        "00009 Q999    1 Chromosomal                                                  Chromosomal abnormality, unspecified\n"),
                 0, "%s", daemons->words);
    cr_assert_eq(import(daemons, "icd10cm-tabular-2024.xml", tabular_2024), 0, "%s", daemons->words);
}

/* The notes of a category are no notes of what only begins like its codes. */
Test(claimline_codes, a_code_that_does_not_exist_is_said_with_the_nearest_that_does)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    import_diagnoses(&daemons);
    cr_expect_eq(run_codes(&daemons, "show --on 2024-08-12", "E11.99"), 1);
    cr_expect_str_eq(daemons.out, "");
    cr_expect(holds(daemons.words, "no edition at hand has E1199; the nearest diagnosis on 2024-08-12 is E119 (valid): Type 2 diabetes mellitus without complications\n"),
              "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-12", "Q99999"), 1);
    cr_expect(holds(daemons.words, "there is no code Q99999; the nearest diagnosis on 2024-08-12 is Q999 (valid): Chromosomal abnormality, unspecified\n"), "%s",
              daemons.words);
    cr_expect_str_eq(daemons.out, "");
    cr_expect_eq(run_codes(&daemons, "show --on 2024-08-12", "99999"), 1);
    cr_expect(holds(daemons.words, "no edition at hand has 99999\n"), "a list that is not there says nothing of its codes: %s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --on 2024-08-12", "E11.9"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "diabetes NOS"), "a code has the notes of its category: %s", daemons.out);
    cr_assert_eq(import(&daemons, "july.txt", "codes|hcpcs|2024-07|20240701|20240930|complete\nE1199|Invented equipment|\n"), 0, "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --on 2024-08-12", "E1199"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "Invented equipment") && !holds(daemons.out, "diabetes"), "equipment has not the notes of diabetes: %s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_codes, a_code_that_ended_is_shown_with_its_last_day_and_all_that_replaced_it)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    import_diagnoses(&daemons);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-12", "E20.8"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"state\":\"ended\",\"from\":\"2020-10-01\",\"to\":\"2023-09-30\",\"replaced_by\":\"E20810 E20811 E2089\""), "%s", daemons.out);
    run_codes(&daemons, "show --json --on 2024-08-12", "E11.9");
    cr_expect_not(holds(daemons.out, "replaced_by"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_codes, people_are_shown_what_numbers_mean_and_programs_the_numbers)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    import_diagnoses(&daemons);
    cr_assert_eq(import(&daemons, "mcev41.1.csv", "icd_code,icd_conflict_group,icd_conflict_rule\nO80,Age,Maternity (Ages 9-64)\n"), 0, "%s",
                 daemons.words);
    run_codes(&daemons, "show --json --on 2024-08-12", "E11");
    cr_expect(holds(daemons.out, "\"second\":\"E08\"") && holds(daemons.out, "\"numbers\":\"last=E09 mask= group=2 state=0\""), "%s", daemons.out);
    run_codes(&daemons, "show --on 2024-08-12", "E11");
    cr_expect(holds(daemons.out, "codes E08 to E09\n") && !holds(daemons.out, "group") && !holds(daemons.out, "numbers") && !holds(daemons.out, "order"), "%s",
              daemons.out);
    run_codes(&daemons, "show --on 2024-08-12", "O80");
    cr_expect(holds(daemons.out, "ages 9 to 64\n"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_codes, a_relation_is_shown_with_its_kind_and_what_its_numbers_mean)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(import(&daemons, "ICD-CONVERSION-FY2024.csv",
                        "Current code assignment,Effective,Previous Code(s) Assignment\nV00.1,2020,V01.0-V01.9\n"),
                 0, "%s", daemons.words);
    cr_expect_eq(import(&daemons, "mcev41.1.csv", "icd_code,icd_conflict_group,icd_conflict_rule\nO80,Age,Maternity (Ages 9-64)\n"), 0,
                 "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "V00.1"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"second\":\"V010\",\"state\":\"holds\",\"from\":\"2020-10-01\""), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\"numbers\":\"last=V019\""), "%s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "O80"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"state\":\"holds\"") && holds(daemons.out, "\"kind\":\"maternity\",\"numbers\":\"first_age=9 last_age=64\""),
              "%s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2026-11-01", "O80"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"state\":\"edition missing\"") && !holds(daemons.out, "\"holds\""), "%s", daemons.out);
    daemons_close(&daemons);
}

#define PAIRS_HEAD                                                                                        \
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"                                                            \
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"      \
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n"

static void
list_name(struct daemons *daemons, char name[CODESET_FOLDER_NAME_BYTES])
{
    cr_assert_eq(run_codes(daemons, "list", ""), 0, "%s", daemons->words);
    const char *at = strstr(daemons->words, "sets-");
    cr_assert_not_null(at, "%s", daemons->words);
    snprintf(name, CODESET_FOLDER_NAME_BYTES, "%s", at);
}

Test(claimline_codes, pairs_that_never_apply_are_counted_and_the_same_import_keeps_the_lists_name)
{
    static const char pairs[] = PAIRS_HEAD "80053\t80048\t*\t19960101\t*\t0\tA panel\r\n"
                                           "80053\t82040\t\t20100101\t20120331\t1\tA panel\r\n" /* over before the quarter */
                                           "80053\t82247\t\t20240701\t20240731\t1\tA panel\r\n" /* until July */
                                           "80053\t0001U\t\t20240701\t20240701\t9\tInvented\r\n"  /* indicator 9 */
                                           "A4206\t0001U\t\t20240701\t20240701\t9\tInvented\r\n";
    struct daemons daemons;
    char first[CODESET_FOLDER_NAME_BYTES], second[CODESET_FOLDER_NAME_BYTES];
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(import(&daemons, "ccipra-v302r0-f1.txt", pairs), 0, "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-08-01", "80053"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"second\":\"80048\"") && !holds(daemons.out, "82040") && !holds(daemons.out, "82247") &&
                  !holds(daemons.out, "0001U"),
              "%s", daemons.out);
    cr_expect(holds(daemons.words, "ncci_practitioner 2024Q3 has 3 rows that never apply or ended before that day (--all)"), "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --json --on 2024-07-31", "80053"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"second\":\"82247\""), "on its last day it holds: %s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "show --json --all --on 2024-08-01", "80053"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"second\":\"82040\",\"state\":\"never applied\"") && holds(daemons.out, "0001U"), "%s", daemons.out);
    cr_expect_not(holds(daemons.words, "--all"), "%s", daemons.words);
    cr_expect_eq(run_codes(&daemons, "show --on 2024-08-01", "A4206"), 0, "it is there, though nothing applies: %s", daemons.words);

    list_name(&daemons, first);
    cr_expect_eq(import(&daemons, "july.txt", list_2024), 0);
    list_name(&daemons, second);
    cr_expect_str_neq(first, second, "another set is there");
    cr_expect_eq(import(&daemons, "ccipra-v302r0-f1.txt", pairs), 0, "%s", daemons.words);
    list_name(&daemons, first);
    cr_expect_str_eq(first, second, "the same again");
    cr_expect_eq(import(&daemons, "again.txt", list_2024), 0);
    list_name(&daemons, first);
    cr_expect_str_eq(first, second, "the same under another name");
    cr_expect_eq(import(&daemons, "july.txt", "codes|hcpcs|2024-07|20240701|20240930|complete\nA0425|Ground mileage|20010101|\n"), 0);
    list_name(&daemons, first);
    cr_expect_str_neq(first, second, "another content of the same edition");
    daemons_close(&daemons);
}

Test(claimline_codes, two_editions_are_compared)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    import(&daemons, "july.txt", list_2024);
    import(&daemons, "october.txt", list_2025);
    cr_expect_eq(run_codes(&daemons, "diff --json", "2024-07 hcpcs/2024-10"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.out,
                     "{\"set\":\"hcpcs\",\"difference\":\"changed\",\"code\":\"A0425\",\"rows\":1,\"words\":\"Mileage on the ground\"}\n"
                     "{\"set\":\"hcpcs\",\"difference\":\"ended\",\"code\":\"A4421\",\"rows\":1,\"words\":\"Ostomy supply, miscellaneous\"}\n"
                     "{\"set\":\"hcpcs\",\"difference\":\"added\",\"code\":\"A9999\",\"rows\":1,\"words\":\"Something new\"}\n"
                     "{\"set\":\"hcpcs\",\"difference\":\"ended\",\"code\":\"J3490\",\"rows\":1,\"words\":\"Drugs | unclassified\"}\n");
    cr_expect_eq(run_codes(&daemons, "diff", "2024-07 cpt/2024-10"), 1);
    daemons_close(&daemons);
}

Test(claimline_codes, what_is_exported_can_be_imported_again)
{
    struct daemons daemons;
    char first[2000];
    daemons_open(&daemons, 0, answer_nothing);
    import(&daemons, "july.txt", list_2024);
    cr_expect_eq(run_codes(&daemons, "export --edition 2024-07", "hcpcs"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.out, list_2024);
    snprintf(first, sizeof first, "%s", daemons.out);
    cr_expect_eq(import(&daemons, "again.txt", first), 0);
    cr_expect(holds(daemons.out, "\"against\":\"2024-07\",\"added\":0,\"changed\":0,\"ended\":0"), "%s", daemons.out);
    cr_expect_eq(run_codes(&daemons, "export --on 2030-01-01", "hcpcs"), 1);
    cr_expect_eq(run_codes(&daemons, "export", "cpt"), 1);
    daemons_close(&daemons);
}

Test(claimline_codes, doctor_says_what_is_damaged)
{
    struct daemons daemons;
    char config[400], command[900], line[900];
    daemons_open(&daemons, 0, answer_nothing);
    import(&daemons, "july.txt", list_2024);
    snprintf(config, sizeof config, "[claimline]\nstate = %s/state\nruntime = %s\n[coding]\ncodes = %s/codes\n", daemons.folder,
             daemons.runtime, daemons.folder);
    put_text(daemons.folder, "codes.conf", config);
    snprintf(line, sizeof line, "doctor --json --config %s/codes.conf", daemons.folder);
    run_line(&daemons, line);
    cr_expect(holds(daemons.out, "\"check\":\"code sets\",\"state\":\"ok\",\"what\":\"1 editions are whole\""), "%s", daemons.out);
    snprintf(command, sizeof command, "for f in %s/codes/*.codes; do printf damage | dd of=$f bs=1 seek=16400 conv=notrunc status=none; done",
             daemons.folder);
    cr_assert_eq(system(command), 0);
    run_line(&daemons, line);
    cr_expect(holds(daemons.out, "\"check\":\"code sets\",\"state\":\"wrong\",\"what\":\"hcpcs 2024-07: block 0 of"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\"check\":\"coding rules\",\"state\":\"ok\",\"what\":\"0 rules of the site's own\""), "%s", daemons.out);
    snprintf(config, sizeof config, "[claimline]\nstate = %s/state\n[coding]\nrules = %s/own.tsv\n", daemons.folder, daemons.folder);
    put_text(daemons.folder, "codes.conf", config);
    put_text(daemons.folder, "own.tsv", "number\n");
    run_line(&daemons, line);
    cr_expect(holds(daemons.out, "\"check\":\"coding rules\",\"state\":\"wrong\",") && holds(daemons.out, "own.tsv:1: 1 columns; allowed: 11"), "%s",
              daemons.out);
    snprintf(config, sizeof config, "[claimline]\nstate = %s/state\n[coding]\noff = 3203 8001\n", daemons.folder);
    put_text(daemons.folder, "codes.conf", config);
    run_line(&daemons, line);
    cr_expect(holds(daemons.out, "[coding] off: \\\"8001\\\" is no rule"), "%s", daemons.out);
    daemons_close(&daemons);
}
