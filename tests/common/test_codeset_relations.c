/* Relations between codes: small files of invented content in the published layouts. */
#include "common/codeset/import/coverage.h"
#include "common/codeset/import/fees.h"
#include "common/codeset/import/icd_lists.h"
#include "common/codeset/import/mce.h"
#include "common/codeset/import/msdrg.h"
#include "common/codeset/import/ncci.h"
#include "common/codeset/import/published.h"
#include "tests/common/codeset_sample.h"

/* The rows of a first code on a day, in the order of the edition. */
static struct codeset_rows
rows_of(const struct codeset_folder *folder, const char *set, int32_t day, const char *code)
{
    struct codeset_rows rows = {0};
    const struct codeset *found = codeset_named(folder, set);
    cr_assert_not_null(found, "%s", set);
    struct codeset_data *data = codeset_on(found, day);
    cr_assert_not_null(data, "%s on %d", set, day);
    enum status status = codeset_find(data, codeset_key(text_from(code)), &rows);
    cr_assert(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return rows;
}

static void
expect_words(const struct codeset_folder *folder, const char *set, int32_t day, uint32_t words, const char *expected)
{
    struct text text;
    cr_assert_eq(codeset_words(codeset_on(codeset_named(folder, set), day), words, &text), STATUS_OK);
    cr_expect(text_is(text, expected), "%.*s", TEXT_ARGS(text));
}

static uint64_t
key(const char *code)
{
    return codeset_key(text_from(code));
}

/* ---- names ---- */

Test(codeset_relations, a_name_tells_the_days)
{
    static const struct {
        const char *name, *edition;
        int32_t from, to;
    } quarters[] = {{"ccipra_2024-07-01.txt", "2024Q3", 20240701, 20240930}, {"ccioph-v302r0-f1.txt", "2024Q3", 20240701, 20240930},
                    {"ccipra-v300r1-f4.txt", "2024Q1", 20240101, 20240331},  {"X_Eff_10-01-2025.csv", "2025Q4", 20251001, 20251231},
                    {"AOC_V2024Q2-MCR.xlsx", "2024Q2", 20240401, 20240630},  {"NCCI_AOC_2024-06-03.csv", "2024Q3", 20240603, 20240930},
                    {"NCCI_AOC_2024-12-30.csv", "2025Q1", 20241230, 20250331}, {"x20240401.csv", "2024Q2", 20240401, 20240630}};
    struct published_edition edition;
    for (size_t i = 0; i < sizeof quarters / sizeof *quarters; i++) {
        cr_assert(published_quarter(quarters[i].name, &edition), "%s", quarters[i].name);
        cr_expect_str_eq(edition.name, quarters[i].edition);
        cr_expect_eq(edition.from, quarters[i].from, "%s: %d", quarters[i].name, edition.from);
        cr_expect_eq(edition.to, quarters[i].to, "%s: %d", quarters[i].name, edition.to);
    }
    const char *none[] = {"ccipra.txt", "ccipra_2024-13-01.txt", "v30", "v302", "1234567890.txt", "v307r0", "V4048Q4", "2999-10-01", ""};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_not(published_quarter(none[i], &edition), "%s", none[i]);

    cr_assert(published_version("mce_v41.1_code_edits.csv", &edition));
    cr_expect_str_eq(edition.name, "v41.1");
    cr_expect(edition.from == 20240401 && edition.to == 20240930);
    cr_assert(published_version("msdrg_v40_appendix_A.txt", &edition));
    cr_expect(edition.from == 20221001 && edition.to == 20230930);
    cr_expect_not(published_version("v4.txt", &edition));
    cr_assert(published_fiscal_year("POAexemptCodesFY24.txt", false, &edition));
    cr_expect(edition.from == 20231001 && edition.to == 20240930);
    cr_expect_not(published_fiscal_year("POAexemptCodes2024.txt", false, &edition));
    cr_assert(published_year("24LOCCO.csv", &edition));
    cr_expect(edition.from == 20240101 && edition.to == 20241231);
}

/* ---- NCCI ---- */

#define PTP_HEAD                                                                                                        \
    "\"Invented for tests,\r\nover two lines.\"\t\t\t\t\t\t\r\nColumn1/Column2 Edits\t\t\t\t\t\t\r\n"                  \
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"                        \
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n"

Test(codeset_relations, pairs_are_kept_with_their_dates_and_what_ended_before_is_never_applied)
{
    struct sample sample;
    struct codeset_rows rows;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "ccipra-v302r0-f1.txt",
                               PTP_HEAD "80053\t80048\t*\t19960101\t*\t0\tA laboratory panel\r\n"
                                        "80053\t82040\t\t\t*\t1\tA laboratory panel\r\n"
                                        "80053\t82040\t\t20100101\t20120331\t1\tA laboratory panel\r\n"
                                        "A4206\t0001U\t\t20240701\t20240701\t9\tInvented\r\n"
                                        "A4206\t0002U\t\t20240801\t20240815\t1\tInvented"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    const struct codeset_about *about = codeset_edition_about(codeset_on(codeset_named(folder, "ncci_practitioner"), 20240701));
    cr_expect_eq(about->rows, 5);
    cr_expect_eq(about->never, 1);
    cr_expect(about->from == 20240701 && about->to == 20240930);
    rows = rows_of(folder, "ncci_practitioner", 20240930, "80053");
    cr_assert_eq(rows.count, 3);
    cr_expect(rows.rows[0].second == key("80048") && rows.rows[0].from == 19960101 && rows.rows[0].to == 0 &&
              rows.rows[0].kind == 0 && rows.rows[0].flags == 0);
    expect_words(folder, "ncci_practitioner", 20240701, rows.rows[0].words, "A laboratory panel");
    cr_expect(rows.rows[1].from == 0 && rows.rows[1].kind == 1 && rows.rows[1].flags == CODESET_SINCE_EDITION);
    cr_expect(codeset_holds(&rows.rows[1], 20240701));
    cr_expect(rows.rows[2].to == 20120331 && rows.rows[2].flags == CODESET_NEVER);
    cr_expect_not(codeset_holds(&rows.rows[2], 20110101));
    rows = rows_of(folder, "ncci_practitioner", 20240930, "A4206");
    cr_assert_eq(rows.count, 2);
    cr_expect(codeset_holds(&rows.rows[1], 20240815) && !codeset_holds(&rows.rows[1], 20240816));
    cr_expect_null(codeset_on(codeset_named(folder, "ncci_practitioner"), 20241001));
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* A file that is wrong is refused with its line, and nothing of it stays. */
static void
expect_refused(const char *name, const char *bytes, const char *reason)
{
    struct sample sample;
    struct codeset_folder *folder;
    char why[CODESET_REASON_BYTES];
    sample_begin(&sample);
    cr_expect_eq(sample_import(&sample, name, bytes), STATUS_INVALID, "%s", reason);
    cr_expect_not_null(strstr(sample.reason, reason), "\"%s\" in \"%s\"", reason, sample.reason);
    cr_expect_eq(codeset_folder_open(&folder, sample.folder, why), STATUS_NOT_FOUND);
    sample_end(&sample);
}

Test(codeset_relations, a_wrong_line_is_named_and_the_file_refused)
{
    static const struct {
        const char *name, *bytes, *reason;
    } cases[] = {
        {"ccipra_2024-07-01.txt", PTP_HEAD "80053\t8004\t\t\t*\t0\t\n", "ccipra_2024-07-01.txt:7: \"8004\": no procedure code"},
        {"ccipra_2024-07-01.txt", PTP_HEAD "80053\t80048\t\t\t*\t0\t\n80053\t80049\t\t\t*\t2\tx\n", ":8: \"2\": no modifier indicator"},
        {"ccipra_2024-07-01.txt", PTP_HEAD "80053\t80048\t+\t\t*\t0\t\n", ":7: \"+\": neither"},
        {"ccipra_2024-07-01.txt", PTP_HEAD "80053\t80048\t\t20240231\t*\t0\t\n", ":7: \"20240231\": no date"},
        {"ccipra_2024-07-01.txt", PTP_HEAD "80053\t80048\t\t\t*\t0\tx\ty\n", ":7: more fields than column titles"},
        {"ccipra_2024-07-01.txt", PTP_HEAD "\n\n", "no row follows"},
        {"ccipra.txt", PTP_HEAD "80053\t80048\t\t\t*\t0\t\n", "does not tell a quarter"},
        {"m_Eff_07-01-2024.csv", "HCPCS/CPT Code,MUE Values,MUE Adjudication Indicator,MUE Rationale\n0001U,1,1 Line Edit,x\n",
         "do not tell the setting"},
        {"m_Eff_07-01-2024.csv",
         "HCPCS/CPT Code,DME Supplier Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n0001U,-1,1 Line Edit,x\n",
         ":2: \"-1\": no number of units"},
        {"m_Eff_07-01-2024.csv",
         "HCPCS/CPT Code,DME Supplier Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n0001U,1,4 Line Edit,x\n",
         ":2: \"4 Line Edit\": no adjudication indicator"},
        {"AOC_2024-07-01.csv", "Primary Code,Add-On Code,AOC Edit Type\n0070U,0071U,4\n", ":2: \"4\": no type of add-on code"},
        {"mce_v41.1.csv", "icd_code,icd_description,icd_conflict_group,icd_conflict_rule\nA33,x,Age,Elders (Age 99)\n", ":2: \"Elders"},
        {"MCE_v37.txt", "MCE_Version\tMCE_Edit_Type\tICD_Code_Type\tICD_Code\n37\tMale_Only\tP\t0VT0IZZ\n", ":2: \"0VT0IZZ\": no code of"},
        {"MCE_v37.txt", "MCE_Version\tMCE_Edit_Type\tICD_Code_Type\tICD_Code\n37\tMale_Only\tD\tN40\n36\tMale_Only\tD\tN41\n",
         ":3: \"36\": another version"},
        {"msdrg_v41.csv", "drg,mdc,drg_abb,drg_description\n001,26,P,x\n", ":2: \"26\": no MDC"},
        {"msdrg_v41_cc.csv", "icd_code,icd_description,dx_type\nA000,x,CC\nA001,x,MCC\n", ":3: \"MCC\": another severity"},
        {"POAexemptCodesFY24.txt", "Order24\tPOAexemptCode\tDescription\nx\tB90.0\tx\n", ":2: \"x\": no order number"},
        {"GPCI2024.csv", "mac,state,locality_number,locality_name,gpci_work,gpci_pe,gpci_mp\n10112,AL,00,A,1,0,0.5\n", ":2: \"0\": no index"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refused(cases[i].name, cases[i].bytes, cases[i].reason);
}

Test(codeset_relations, units_have_their_setting_from_the_titles)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv",
                               "\"Invented, for tests\",,,\r\n\"HCPCS/\r\nCPT Code\",Practitioner Services MUE Values,"
                               "MUE Adjudication Indicator,MUE Rationale\r\n0001U,1,2 Date of Service Edit: Policy,\"Made, up\"\r\n"
                               "A4206,90000,1 Line Edit,Invented\r\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv",
                               "HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
                               "0001U,7,3 Date of Service Edit: Clinical,Invented\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "mue_practitioner", 20240701, "0001U");
    cr_assert_eq(rows.count, 1);
    cr_expect(rows.rows[0].kind == 2 && rows.numbers[0] == 1);
    expect_words(folder, "mue_practitioner", 20240701, rows.rows[0].words, "Made, up");
    rows = rows_of(folder, "mue_practitioner", 20240701, "A4206");
    cr_expect(rows.count == 1 && rows.rows[0].kind == 1 && rows.numbers[0] == 90000);
    rows = rows_of(folder, "mue_hospital", 20240701, "0001U");
    cr_expect(rows.count == 1 && rows.rows[0].kind == 3 && rows.numbers[0] == 7);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_relations, add_on_codes_come_with_days_of_the_year_and_without)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "NCCI_AOC_2024-06-03.csv",
                               "Primary Code,Add-On Code,AOC Edit Type\nCCCCC,0054T,2\n0070U,0071U,1\n0072U,0071U,1\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "AOC_V2024Q4-MCR.txt",
                               "Add_On_Code\tAOC_DEL_DT (Julian)\tAOC Edit Type\tPrimary_Code\tPrimary_Code_DEL_DT (Julian)\t"
                               "AOC_EDIT_EFF_DT (Julian)\tAOC_EDIT_DEL_DT (Julian)\tSPECIAL INSTRUCTION NOTES\n"
                               "0071U\t\t1\t0070U\t2024366\t2013001\t2024305\t(Invented)\n0071U\t2024001\t3\t0072U\t\t2013001\t\t\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "add_on", 20240930, "0071U");
    cr_assert_eq(rows.count, 2);
    cr_expect(rows.rows[0].second == key("0070U") && rows.rows[0].kind == 1 && rows.rows[1].second == key("0072U"));
    rows = rows_of(folder, "add_on", 20240930, "0054T");
    cr_expect(rows.count == 1 && rows.rows[0].second == key("CCCCC") && rows.rows[0].kind == 2);
    rows = rows_of(folder, "add_on", 20241001, "0071U");
    cr_assert_eq(rows.count, 2);
    cr_expect(rows.rows[0].from == 20130101 && rows.rows[0].to == 20241031 && rows.rows[0].flags == 0);
    cr_expect(rows.rows[1].to == 20240101 && rows.rows[1].kind == 3 && rows.rows[1].flags == CODESET_NEVER);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* ---- lists of inpatient claims ---- */

Test(codeset_relations, code_edits_have_ages_and_the_sex_edits_end)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "mce_v41.1_code_edits.csv",
                               "icd_code,icd_description,icd_conflict_group,icd_conflict_rule\n"
                               "A33,x,Age,Perinatal/Newborn (Age 0 Only)\nO80,\"x, y\",Age,Maternity (Ages 9-64)\nO80,x,Sex,Female Only\n"
                               "G13.1,x,Other,Manifestation (Not Allowed as Principal Diagnosis)\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "MCE_Simple_Code_Edits_v37.txt",
                               "MCE_Version\tICD_Version\tMCE_Section\tMCE_Subsection\tMCE_Edit_Type\tICD_Code_Type\tICD_Code\tICD_Desc\n"
                               "37\t10\t4\tC\tMaternity_Only\tD\tO80\tx\n37\t10\t5\tD\tMale_Only\tP\t0VT00ZZ\tx\n"
                               "37\t10\t9\t_\tPrincipal_Unacceptable\tD\tB950\tx\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "mce", 20240801, "O80");
    cr_assert_eq(rows.count, 2);
    cr_expect(rows.rows[0].kind == MCE_MATERNITY && rows.rows[0].to == 0 && rows.numbers[0] == 9 && rows.numbers[1] == 64);
    cr_expect(rows.rows[1].kind == MCE_FEMALE && rows.rows[1].to == 20240930 && rows.numbers[2] == -1);
    rows = rows_of(folder, "mce", 20240801, "A33");
    cr_expect(rows.count == 1 && rows.rows[0].kind == MCE_NEWBORN && rows.numbers[0] == 0 && rows.numbers[1] == 0);
    rows = rows_of(folder, "mce", 20240801, "G131");
    cr_expect(rows.count == 1 && rows.rows[0].kind == MCE_MANIFESTATION);
    rows = rows_of(folder, "mce", 20200930, "O80");
    cr_expect(rows.count == 1 && rows.numbers[0] == 12 && rows.numbers[1] == 55);
    rows = rows_of(folder, "mce", 20200930, "B950");
    cr_expect(rows.count == 1 && rows.rows[0].kind == MCE_UNACCEPTABLE);
    rows = rows_of(folder, "mce_procedure", 20200930, "0VT00ZZ");
    cr_expect(rows.count == 1 && rows.rows[0].kind == MCE_MALE);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_relations, drg_lists_come_as_tables_and_as_the_manual)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "msdrg_v41.1_list.csv", "drg,mdc,drg_abb,drg_description\n001,,P,\"HEART, INVENTED\"\n998,,,NONE\n"
                                                                "020,01,M,BRAIN\n"), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "msdrg_v41.1_mcc_list.csv", "icd_code,icd_description,dx_type\nA02.1,x,MCC\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "msdrg_v41.1_dx_index.csv",
                               "icd_code,mdc,drg_range,drg\nA00.0,06,371-373,371\nT20.0,22,\"927,933\",\nZ99.81,Pre,951,\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "msdrg_v41.1_groups.csv", "mdc,mdc_description,drg_group,drg_group_description\n00,Pre-MDC,018,x\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "appendix_A.txt",
                               "|     Appendix A List of MS-DRGs Version 40.0     |\r\n\r\nwords\r\nDRG MDC MS Description\r\n"
                               "001     P  HEART\r\n020 01  M  BRAIN\r\n998        NONE\r\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "drg_v40_F_J.txt",
                               "|   Appendix F Unrelated Operating Room Procedures   |\r\n  0ABC123 x\r\n"
                               "|    Appendix G Diagnoses Defined as Complications    |\r\n:====:\r\nWords of A000\r\n\r\n  A000    Cholera\r\n"
                               "| Appendix H Diagnoses Defined as Major |\r\n\r\n  A021    Sepsis\r\n\r\n"
                               "Appendix H Part 2: Codes that are Major CC only if patient discharged alive\r\n\r\n  I462  Arrest\r\n"
                               "|  Appendix I Hospital Acquired  |\r\n:===:\r\n\r\nHAC 12: INVENTED\r\nPROCEDURES\r\n\r\n0RQEXZZ* Repair\r\n"
                               "  0RQFXZZ  Repair\r\n\r\nAND\r\nSECONDARY DIAGNOSIS\r\n\r\n  K6811   MCC Abscess\r\n"
                               "|  Appendix J Something  |\r\nwhatever\r\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "msdrg", 20240401, "001");
    cr_expect(rows.count == 1 && rows.rows[0].kind == 2 && rows.numbers[0] == -1);
    expect_words(folder, "msdrg", 20240401, rows.rows[0].words, "HEART, INVENTED");
    rows = rows_of(folder, "msdrg", 20221001, "020");
    cr_expect(rows.count == 1 && rows.rows[0].kind == 1 && rows.numbers[0] == 1);
    cr_expect_eq(rows_of(folder, "msdrg", 20221001, "998").rows[0].kind, 0);
    cr_expect_eq(rows_of(folder, "msdrg_mcc", 20240401, "A021").rows[0].kind, MSDRG_MCC);
    cr_expect_eq(rows_of(folder, "msdrg_cc", 20221001, "A000").rows[0].kind, MSDRG_CC);
    cr_expect_eq(rows_of(folder, "msdrg_cc", 20221001, "0ABC123").count, 0);
    cr_expect_eq(rows_of(folder, "msdrg_mcc", 20221001, "I462").rows[0].kind, MSDRG_MCC_ALIVE);
    rows = rows_of(folder, "msdrg_hac", 20221001, "0RQEXZZ");
    cr_expect(rows.count == 1 && rows.rows[0].kind == MSDRG_HAC_PROCEDURE && rows.numbers[0] == 12);
    cr_expect_eq(rows_of(folder, "msdrg_hac", 20221001, "K6811").rows[0].kind, MSDRG_HAC_SECONDARY);
    rows = rows_of(folder, "msdrg_index", 20240401, "A000");
    cr_expect(rows.count == 1 && rows.rows[0].second == key("371") && rows.numbers[0] == 6 && rows.numbers[2] == 373);
    rows = rows_of(folder, "msdrg_index", 20240401, "T200");
    cr_expect(rows.count == 1 && rows.rows[0].second == 0 && rows.numbers[1] == 927 && rows.numbers[2] == 933);
    expect_words(folder, "msdrg_index", 20240401, rows.rows[0].words, "927,933");
    cr_expect_eq(rows_of(folder, "msdrg_index", 20240401, "Z9981").numbers[0], 0);
    cr_expect_eq(rows_of(folder, "msdrg_group", 20240401, "018").numbers[0], 0);
    codeset_folder_close(folder);
    sample_end(&sample);
    expect_refused("drg_v40_G.txt", "| Appendix G Diagnoses Defined as Complications |\r\n\r\n  Cholera\r\n", ":3: no diagnosis code");
}

Test(codeset_relations, exempt_codes_are_a_list)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "POAexemptCodesFY25.txt",
                               "OrdFY25\tPOAexemptCode\tDescription\r\n01236\tB90.0\tSequelae\r\n98002\tZ91.B\t\"Made, up\"\r\n"
                               "98003\tQA0.0101\tx\r\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_expect_eq(rows_of(folder, "poa_exempt", 20241001, "Z91B").count, 1);
    cr_expect_eq(rows_of(folder, "poa_exempt", 20250930, "QA00101").count, 1);
    cr_expect_eq(rows_of(folder, "poa_exempt", 20250930, "B901").count, 0);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* ---- coverage policies ---- */

Test(codeset_relations, coverage_policies_are_spans_of_diagnoses_of_a_procedure)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "policies.csv",
                               "coverage,ours 2024,2024-01-01,2024-12-31,complete\n# a comment\n"
                               "93000,I20,I25.9,2024-02-01,,L00001\n93000,R07.9,,,2024-06-30,L00001,not\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "coverage", 20240812, "93000");
    cr_assert_eq(rows.count, 2);
    cr_expect(rows.rows[0].second == key("I20") && rows.rows[0].from == 20240201 && rows.rows[0].kind == COVERAGE_SUPPORTS);
    cr_expect_eq(codeset_key_of_numbers(rows.numbers), key("I259"));
    cr_expect(rows.rows[1].second == key("R079") && rows.rows[1].to == 20240630 && rows.rows[1].kind == COVERAGE_EXCLUDES);
    cr_expect_eq(codeset_key_of_numbers(rows.numbers + COVERAGE_NUMBERS), key("R079"));
    codeset_folder_close(folder);
    sample_end(&sample);
    expect_refused("policies.csv", "coverage,ours,2024-01-01\n", ":1: neither complete nor partial");
    expect_refused("policies.csv", "coverage,ours,,,complete\n93000,I20,,,\n", ":2: no number of a policy");
    expect_refused("policies.csv", "coverage,ours,,,complete\n93000,I25,I20,,,L1\n", ":2: the last diagnosis stands before the first");
    expect_refused("policies.csv", "coverage,ours,,,complete\n9300,I25,,,,L1\n", ":2: a procedure has five characters");
    expect_refused("policies.csv", "coverage,ours,,,complete\n93000,25,,,,L1\n", ":2: no diagnosis");
    expect_refused("policies.csv", "coverage,ours,,,complete\n93000,I25,,,,L1,no\n", ":2: neither empty nor not");
}

/* ---- fee schedule ---- */

Test(codeset_relations, fees_are_read_by_place_under_titles_of_four_lines)
{
    static const char file[] =
        "2024 Invented Relative Value File,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
        ",,,STATUS,NOT USED FOR,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,"
        "SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\n"
        "43239,,x,A,,2.39,9.05,,1.34,NA,.27,11.71,4.00,0,000,0.1,0.8,0.1,3,0,1,0,0,43235,33.2875,09,0,99,0,0,0\n"
        "72040,26,x,A,+,0.22,0.1,NA,0.1,,0.02,0.34,0.34,1,XXX,0,0,0,9,9,9,9,9,,33.2875,6A,0,88,1.1,1.1,0.02\n";
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "PPRRVU24_JUL.csv", file), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "fees", 20240930, "43239");
    cr_assert_eq(rows.count, 1);
    cr_expect_eq(rows.rows[0].kind, 'A');
    const int32_t *fee = rows.numbers;
    cr_expect(fee[FEE_WORK] == 239 && fee[FEE_MALPRACTICE] == 27 && fee[FEE_FACILITY_TOTAL] == 400 && fee[FEE_PRE] == 10);
    cr_expect(fee[FEE_FACILITY_NA] == 1 && fee[FEE_NONFACILITY_NA] == 0 && fee[FEE_GLOBAL] == 0 && fee[FEE_MULTIPLE] == 3);
    cr_expect_eq(codeset_key_of_numbers(fee + FEE_ENDOSCOPY_BASE), key("43235"));
    cr_expect(fee[FEE_CONVERSION] == 332875 && fee[FEE_IMAGING_FAMILY] == 99 && fee[FEE_NOT_FOR_MEDICARE] == 0);
    rows = rows_of(folder, "fees", 20240701, "72040");
    cr_assert_eq(rows.count, 1);
    fee = rows.numbers;
    cr_expect(rows.rows[0].second == key("26") && fee[FEE_GLOBAL] == -2 && fee[FEE_NOT_FOR_MEDICARE] == 1 && fee[FEE_PCTC] == 1);
    cr_expect_eq(codeset_key_of_numbers(fee + FEE_SUPERVISION), key("6A"));
    cr_expect(fee[FEE_OPPS_MALPRACTICE] == 2 && codeset_key_of_numbers(fee + FEE_ENDOSCOPY_BASE) == 0);
    cr_expect_null(codeset_on(codeset_named(folder, "fees"), 20241001));
    codeset_folder_close(folder);
    sample_end(&sample);
    expect_refused("PPRRVU24_JUL.csv", "HCPCS,MOD,DESCRIPTION,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n43239,,x,A,,2.3.9\n",
                   ":2: \"2.3.9\": a value or indicator");
}

Test(codeset_relations, localities_have_indices_counties_and_factors)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "GPCI2024.csv",
                               "Invented,,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
                               "2024 PW GPCI (without 1.0 Floor),2024 PW GPCI (with 1.0 Floor),2024 PE GPCI,2024 MP GPCI\n"
                               "10112,AL,0,ALABAMA,0.9,1,0.869,0.575\n"), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "24LOCCO.csv",
                               "\"mac\",\"locality_number\",\"state\",\"fee_schedule_area\",\"counties\",\"state_abb\"\n"
                               "\"05302\",\"99\",\"X\",\"REST\",\"ONE, TWO\",\"MO\"\n\"*  Two carriers.\",\"\",\"X\",\"\",\"\",\"\"\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "ANES2024.csv",
                               "contractor,locality,locality_name,anesthesia_conv_factor\n10112,00,ALABAMA,19.77\n\x1a,,,\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "fee_index", 20241231, "1011200");
    cr_expect(rows.count == 1 && rows.rows[0].second == key("AL") && rows.numbers[0] == 1000 && rows.numbers[1] == 869 &&
              rows.numbers[2] == 575);
    rows = rows_of(folder, "fee_locality", 20240101, "0530299");
    cr_expect(rows.count == 1 && rows.rows[0].second == key("MO"));
    expect_words(folder, "fee_locality", 20240101, rows.rows[0].words, "REST: ONE, TWO");
    rows = rows_of(folder, "anaesthesia", 20240101, "1011200");
    cr_expect(rows.count == 1 && rows.numbers[0] == 1977);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_relations, caps_take_their_year_from_the_user_when_no_name_tells_it)
{
    static const char file[] = "hcpcs,mod,procstat,carrier,locality,facility_price,non_facility_price\n0633T,TC,C,01112,05,148.37,150.03\n";
    struct sample sample;
    sample_begin(&sample);
    cr_expect_eq(sample_import(&sample, "OPPSCAP_JUL.csv", file), STATUS_INVALID);
    cr_expect_not_null(strstr(sample.reason, "alone with --edition YYYYQ3 --first YYYY-07-01 --last YYYY-09-30, YYYY being the year"), "%s",
                       sample.reason);
    cr_expect_eq(sample_import(&sample, "OPPSCAP.csv", file), STATUS_INVALID);
    cr_expect_not_null(strstr(sample.reason, "does not tell year and quarter"), "%s", sample.reason);
    sample.options.edition = "2024Q3";
    sample.options.from = 20240701;
    sample.options.to = 20240930;
    cr_assert_eq(sample_import(&sample, "OPPSCAP_JUL.csv", file), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_rows rows = rows_of(folder, "fee_cap", 20240930, "0633T");
    cr_assert_eq(rows.count, 1);
    cr_expect(rows.rows[0].second == key("0111205") && rows.rows[0].kind == 'C' && rows.numbers[2] == 14837 && rows.numbers[3] == 15003);
    cr_expect_eq(codeset_key_of_numbers(rows.numbers), key("TC"));
    codeset_folder_close(folder);
    sample_end(&sample);
}
