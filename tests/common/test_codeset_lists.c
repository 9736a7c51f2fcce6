/* The importers of lists of codes: small files of our own in the published layouts; with CLAIMLINE_SAMPLES the published ones,
 * counted. */
#include "tests/common/codeset_sample.h"

#include <stdlib.h>
#include <unistd.h>

static struct text
words_of(const struct codeset_folder *folder, const char *set, int32_t day, const char *code)
{
    struct text words;
    struct codeset_data *data = codeset_on(codeset_named(folder, set), day);
    cr_assert_eq(codeset_words(data, sample_row(folder, set, day, code)->words, &words), STATUS_OK);
    return words;
}

Test(codeset_lists, addenda_say_what_was_added_deleted_and_revised)
{
    struct sample sample;
    struct codeset_rows rows;
    sample_begin(&sample);
    const char *bytes = "Codes\r\n  4 codes in the order file\r\n"
                        "Delete:      1 B880    Other acariasis                                              Other acariasis\r\n"
                        "Add:         0 B880    Other acariasis                                              Other acariasis\r\n"
                        "Revise from: 1 C500    Short before                                                 Long before\r\n"
                        "Revise to:   1 C500    Short after                                                  Long after\r\n";
    cr_assert_eq(sample_import(&sample, "icd10cm_order_addenda_2026.txt", bytes), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    struct codeset_data *data = codeset_on(codeset_named(folder, "icd10cm_changes"), 20251001);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("B880")), &rows), STATUS_OK);
    cr_assert(rows.count == 2 && rows.rows[0].kind == 1 && rows.rows[1].kind == 2);
    cr_assert(rows.rows[0].flags == CODESET_HEADER && rows.rows[1].flags == 0);
    cr_assert_eq(codeset_find(data, codeset_key(TEXT("C500")), &rows), STATUS_OK);
    struct text words;
    cr_assert_eq(codeset_words(data, rows.rows[1].words, &words), STATUS_OK);
    cr_assert(rows.rows[1].kind == 4 && text_is(words, "Long after"));
    codeset_folder_close(folder);
    cr_assert_eq(sample_import(&sample, "icd10cm_order_addenda_2026.txt", "Add:         x B880    Other\n"), STATUS_INVALID);
    cr_assert_eq(sample_import(&sample, "order_addenda_2026.txt",
                               "Add:         00H033J Insertion of Device, Open                                    Insertion, long\r\n"),
                 STATUS_OK, "%s", sample.reason);
    folder = sample_open(&sample);
    cr_assert(text_is(words_of(folder, "icd10pcs_changes", 20260101, "00H033J"), "Insertion, long"));
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* A line of the HCPCS layout. */
static void
put_line(FILE *out, const char *code, int number, char kind, const char *words, const char *days)
{
    fprintf(out, "%5s%05d%c%-80.80s", code, number, kind, words);
    if (kind == '3' || kind == '7')
        fprintf(out, "%-28s%-110s%c%-38s%-24s%c%-27s", "short", "", 'C', "", days, 'N', "");
    fprintf(out, "\r\n");
}

static void
put_hcpcs(const struct sample *sample, const char *name, const char *last)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", sample->files, name);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    fprintf(out, "Note regarding coverage: what is\r\nnot said is not known\r\n\r\n");
    put_line(out, "A1", 100, '7', "Dressing for one", "");
    put_line(out, "A1", 200, '8', "wound", "");
    put_line(out, "A0021", 100, '3', "Ambulance service, outside state,", "1985010119960910");
    put_line(out, "A0021", 200, '4', "per mile", "");
    put_line(out, "C9399", 100, '3', "Unclassified drugs", "198501011996091020231231");
    put_line(out, "G0008", 100, '3', "Administration of influenza vaccine", last);
    fclose(out);
}

Test(codeset_lists, hcpcs_lines_are_joined_and_have_their_days)
{
    struct sample sample;
    char path[600];
    sample_begin(&sample);
    put_hcpcs(&sample, "HCPC2024_JUL_ANWEB.txt", "1985010119960910");
    snprintf(path, sizeof path, "%s/HCPC2024_JUL_ANWEB.txt", sample.files);
    cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert(text_is(words_of(folder, "hcpcs", 20240701, "A0021"), "Ambulance service, outside state, per mile"));
    cr_assert(text_is(words_of(folder, "modifier", 20240701, "A1"), "Dressing for one wound"));
    cr_assert_eq(sample_row(folder, "modifier", 20240701, "A1")->flags, CODESET_SINCE_EDITION);
    cr_assert_eq(sample_row(folder, "hcpcs", 20240701, "A0021")->kind, 1);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "A0021", 20240930), CODES_VALID);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "A0021", 20240630), CODES_EDITION_MISSING);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "A0021", 20241001), CODES_EDITION_MISSING);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "C9399", 20240701), CODES_ENDED); /* before the edition begins */
    cr_assert_eq(sample_row(folder, "hcpcs", 20240701, "C9399")->flags, CODESET_NEVER);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "G9999", 20240701), CODES_UNKNOWN);
    cr_assert_eq(sample_verdict(folder, "modifier", "ZZ", 20240701), CODES_NOT_HELD);
    codeset_folder_close(folder);
    put_hcpcs(&sample, "HCPC2024_JUL_ANWEB.txt", "19850132");
    cr_assert_eq(sample_import_path(&sample, path), STATUS_INVALID);
    cr_assert_str_eq(sample.reason, "HCPC2024_JUL_ANWEB.txt:9: added, action or last day is no day");
    sample_end(&sample);
}

Test(codeset_lists, the_generic_form_is_any_list_for_any_days)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "mine.txt",
                               "codes|cdt|CDT 2024|20240101|2024-12-31|complete\n# ours\nd0120|check|20000101|\n\n"
                               "D9999||20000101|20240630\nE11.9|\"words | with a mark\"\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(sample_verdict(folder, "cdt", "D0120", 20240101), CODES_VALID);
    cr_assert_eq(sample_verdict(folder, "cdt", "D9999", 20240630), CODES_VALID);
    cr_assert_eq(sample_verdict(folder, "cdt", "D9999", 20240701), CODES_ENDED);
    cr_assert_eq(sample_verdict(folder, "cdt", "D0120", 20250101), CODES_EDITION_MISSING);
    cr_assert(text_is(words_of(folder, "cdt", 20240101, "E119"), "words | with a mark"));
    codeset_folder_close(folder);
    const struct {
        const char *bytes, *reason;
    } wrong[] = {
        {"codes|Cdt|CDT 2024||", "bad.txt:1: the first line is: codes, set, edition, first day, last day, complete or partial"},
        {"codes|cdt", "bad.txt:1: the first line is: codes, set, edition, first day, last day, complete or partial"},
        {"codes|cdt|one|2024", "bad.txt:1: first or last day is no day"},
        {"codes|cdt|one|||whole", "bad.txt:1: neither complete nor partial"},
        {"codes|icd10cm_changes|one\n", "bad.txt:1: icd10cm_changes is no list of codes"},
        {"codes|cdt|one\nD0120|x|20240101|20240230", "bad.txt:2: first or last day is no day"},
        {"codes|cdt|one\n|words", "bad.txt:2: a code has 1 to 12 characters"},
        {"codes|cdt|one\nD 120", "bad.txt:2: \"D 120\" is no code"},
        {"codes|cdt|one\nD0120|\"open", "bad.txt:2: damaged"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(sample_import(&sample, "bad.txt", wrong[i].bytes), STATUS_INVALID, "%s", wrong[i].bytes);
        cr_expect_str_eq(sample.reason, wrong[i].reason);
    }
    sample_end(&sample);
}

Test(codeset_lists, the_same_list_given_twice_is_one)
{
    struct sample sample;
    struct codeset_import *import;
    size_t count;
    sample_begin(&sample);
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK);
    const char *names[] = {"a.txt", "b.txt"};
    for (size_t i = 0; i < 2; i++) {
        const char *path = sample_file(&sample, names[i], TEXT("codes|cdt|one\nD0120|x|\nD0130|y|\n"));
        cr_assert_eq(codeset_import_file(import, path, sample.reason), STATUS_OK);
    }
    cr_assert_eq(codeset_import_finish(import, sample.reason), STATUS_OK);
    cr_assert_eq(codeset_import_changes(import, &count)[0].about.rows, 2);
    cr_assert_eq(count, 1);
    codeset_import_end(import);
    sample_end(&sample);
}

Test(codeset_lists, an_edition_that_a_refused_file_has_touched_is_not_made)
{
    struct sample sample;
    struct codeset_import *import;
    size_t count;
    sample_begin(&sample);
    const char *const bytes[] = {"codes|cdt|one\nD0120|x|\n", "codes|cdt|one\nD0130|y|never\n", "codes|cdt|one\nD0140|z|\n",
                                 "codes|cpt|two\n99213|z|\n"};
    cr_assert_eq(codeset_import_begin(&import, sample.folder, &sample.options, sample.reason), STATUS_OK);
    for (size_t i = 0; i < 4; i++) {
        const char *path = sample_file(&sample, "part.txt", text_from(bytes[i]));
        cr_assert_eq(codeset_import_file(import, path, sample.reason), i == 1 ? STATUS_INVALID : STATUS_OK);
    }
    struct codeset_import *other;
    cr_assert_eq(codeset_import_begin(&other, sample.folder, &sample.options, sample.reason), STATUS_BUSY);
    cr_assert_eq(codeset_import_finish(import, sample.reason), STATUS_OK);
    const struct codeset_change *changes = codeset_import_changes(import, &count);
    cr_assert_eq(count, 1);
    cr_assert_str_eq(changes[0].about.set, "cpt");
    codeset_import_end(import);
    sample_end(&sample);
}

Test(codeset_lists, small_lists_are_known_by_their_names_and_titles)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "revenue_center_codes.csv", "code,display\n0250,\"PHARMACY, GENERAL\"\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "patient_discharge_status.csv", "code,display\n01,HOME\n~,NONE\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "bfd_place_of_service.csv", "code,display\n00,UNASSIGNED\n11,OFFICE\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "places_2025.csv", "pos_code,pos_type,pos_name,pos_description\n"
                                                            "11,Non-Facility,Office,x\n28,Unassigned,Unassigned,Unassigned\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "hl7v2_value_codes.csv", "code,display\n01,Rate\n70 ... 72,Payer codes\n\xe2\x80\xa6,more\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "other_list.csv", "code,display\n01,x\n"), STATUS_NOT_FOUND);
    cr_assert_eq(sample_import(&sample, "nucc_taxonomy_251.csv",
                               "Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section\n"
                               "207R00000X,Group,Internal Medicine,,\"two\nlines\",,Internist,Individual\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "reasons_2024-06.csv",
                               "code,type,description,usage,notes,start_date,last_modified,end_date\nCO,Group,Contract,,,,,\n"
                               "1,CARC,Deductible,,,19950101,,\n17,CARC,Old,,,19950101,,20090701\nN1,RARC,Alert,,,20000101,,\n"),
                 STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "codes.xml",
                               "<?xml version=\"1.0\"?>\n<codesets>\n <codeset>\n  <id>states</id>\n  <code>AA</code>\n </codeset>\n"
                               " <codeset>\n  <id>claim_status</id>\n  <code>19</code>\n </codeset>\n</codesets>\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    const struct {
        const char *set, *code;
        int32_t day;
        enum codes_verdict verdict;
    } cases[] = {
        {"revenue", "0250", 20300101, CODES_VALID},          {"revenue", "0251", 20300101, CODES_UNKNOWN},
        {"patient_status", "~", 20240101, CODES_HEADER},      {"place", "00", 20240101, CODES_HEADER},
        {"place", "11", 20240101, CODES_VALID},              {"value", "02", 20240101, CODES_NOT_HELD},
        {"taxonomy", "207R00000X", 20250930, CODES_EDITION_MISSING}, {"taxonomy", "207R00000X", 20251001, CODES_VALID},
        {"taxonomy", "207R00001X", 20260331, CODES_UNKNOWN}, {"adjustment_reason", "1", 20240630, CODES_VALID},
        {"adjustment_reason", "1", 20240701, CODES_EDITION_MISSING}, {"adjustment_reason", "17", 20090702, CODES_ENDED},
        {"adjustment_reason", "17", 20090701, CODES_VALID},  {"remark", "N1", 19991231, CODES_NOT_YET},
        {"adjustment_group", "CO", 20240101, CODES_VALID},   {"status", "19", 20240101, CODES_VALID},
        {"status", "AA", 20240101, CODES_NOT_HELD},          {"place", "28", 20250101, CODES_HEADER},
        {"place", "11", 20250101, CODES_VALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(sample_verdict(folder, cases[i].set, cases[i].code, cases[i].day), cases[i].verdict, "%s %s %d: %d",
                     cases[i].set, cases[i].code, cases[i].day,
                     sample_verdict(folder, cases[i].set, cases[i].code, cases[i].day));
    cr_assert_eq(sample_row(folder, "value", 20240101, "70")->second, codeset_key(TEXT("72")));
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_lists, signs_that_a_few_internal_codes_of_cms_have_are_codes)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "carrier_payment_denial.csv", "code,display\n!,ONE\n#,TWO\n<,THREE\n00,FOUR\n~,NONE\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "medicare_nonpayment_reason.csv", "code,display\n@,ONE\nN,OTHER\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "medicare_primary_payer.csv", "code,display\n=,ONE\n"), STATUS_INVALID);
    cr_assert_str_eq(sample.reason, "medicare_primary_payer.csv:2: \"=\" is no code");
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert(text_is(words_of(folder, "payment_denial", 20240101, "#"), "TWO"));
    cr_assert(text_is(words_of(folder, "payment_denial", 20240101, "<"), "THREE"));
    cr_assert_eq(sample_verdict(folder, "payment_denial", ">", 20240101), CODES_UNKNOWN);
    cr_assert_eq(sample_verdict(folder, "nonpayment_reason", "@", 20240101), CODES_VALID);
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* The line of an edition in `current`. */
static struct codeset_read
read_of(struct sample *sample, const char *set)
{
    struct codeset_pointer pointer;
    struct codeset_read read = {0};
    cr_assert_eq(codeset_pointer_read(sample->folder, &pointer, sample->reason), STATUS_OK, "%s", sample->reason);
    for (size_t i = 0; i < pointer.count; i++) {
        if (strcmp(pointer.lines[i].about.set, set) == 0)
            read = pointer.lines[i].read;
    }
    codeset_pointer_free(&pointer);
    return read;
}

Test(codeset_lists, records_that_are_no_rows_are_counted_with_why)
{
    struct sample sample;
    char path[600];
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "m.csv", "modifier,category,description\nA1,,One\nKX,General,Met\nKX,Therapy,Met\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "hl7v2_value_codes.csv", "code,display\n01,Rate\n\xe2\x80\xa6,more\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv",
                               "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
                               "99213,1,2 Date of Service Edit: Policy,Code Descriptor\n"),
                 STATUS_OK, "%s", sample.reason);
    put_hcpcs(&sample, "HCPC2024_JUL_ANWEB.txt", "1985010119960910");
    snprintf(path, sizeof path, "%s/HCPC2024_JUL_ANWEB.txt", sample.files);
    struct codeset_read read = read_of(&sample, "modifier");
    cr_assert(read.records == 3 && read.passed[CODESET_TWICE] == 1 && read.passed[CODESET_RESERVED] == 0);
    cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    read = read_of(&sample, "value");
    cr_assert(read.records == 2 && read.passed[CODESET_RESERVED] == 1 && read.passed[CODESET_TWICE] == 0);
    read = read_of(&sample, "hcpcs");
    cr_assert(read.records == 4 && read.passed[CODESET_CONTINUED] == 1);
    read = read_of(&sample, "modifier"); /* that of the year now */
    cr_assert(read.records == 2 && read.passed[CODESET_CONTINUED] == 1);
    read = read_of(&sample, "mue_practitioner");
    cr_assert(read.records == 1 && read.passed[CODESET_TWICE] == 0);
    sample_end(&sample);
}

#define CPT_TITLES                                                                                                               \
    "Licensed to a hospital\r\n\r\nConcept Id\tCPT Code\tLong\tMedium\tShort\tConsumer\tSpanish Consumer\tCurrent Descriptor "   \
    "Effective Date\tTest Name\tLab Name\tManufacturer Name\r\n"

Test(codeset_lists, the_owner_s_list_of_cpt_says_of_every_code_whether_it_is_one)
{
    struct sample sample;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "Consolidated_Code_List_2024.txt",
                               CPT_TITLES "1001\t99213\tOur words, a visit\tVISIT\tVISIT\t\t\t20210101\t\t\t\r\n"
                                          "1002\t0001U\t\tA TEST\tTEST\t\t\t\tA test\tA laboratory\t\r\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_expect_eq(sample_verdict(folder, "cpt", "99213", 20240101), CODES_VALID);
    cr_expect_eq(sample_verdict(folder, "cpt", "0001U", 20241231), CODES_VALID);
    cr_expect_eq(sample_verdict(folder, "cpt", "99214", 20240812), CODES_UNKNOWN, "the list is complete");
    cr_expect_eq(sample_verdict(folder, "cpt", "99213", 20250101), CODES_EDITION_MISSING);
    codeset_folder_close(folder);
    cr_expect_eq(sample_import(&sample, "Consolidated_Code_List_2024.txt", CPT_TITLES "1001\t9921\tcut\t\t\t\t\t\t\t\t\r\n"), STATUS_INVALID);
    cr_expect_neq(strstr(sample.reason, "9921"), NULL, "%s", sample.reason);
    cr_expect_eq(sample_import(&sample, "Consolidated_Code_List.txt", CPT_TITLES "1001\t99213\ta\t\t\t\t\t\t\t\t\r\n"), STATUS_INVALID,
                 "no year");
    sample_end(&sample);
}

#define TABLE_TITLES "hcpcs_code,long_description,short_description,cov,date_term,date_added,date_action\n"

Test(codeset_lists, another_s_table_of_hcpcs_stands_behind_the_publisher_s_file)
{
    struct sample sample;
    const struct codeset_data *judge;
    struct codes_answer answer;
    char path[600];
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "hcpcs_level2_2024-07.csv",
                               TABLE_TITLES "A0021,\"Ambulance, their words\",x,I,,19850101,19960910\nG0009,Vaccine,x,C,,,20240701\n"
                                            "G0010,Vaccine,x,,20240715,20200101,\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(sample_row(folder, "hcpcs", 20240701, "A0021")->kind, 3);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "G0009", 20240930), CODES_VALID);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "G0010", 20240716), CODES_ENDED);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "G9999", 20240701), CODES_NOT_HELD);
    cr_assert_eq(sample_verdict(folder, "hcpcs", "A0021", 20241001), CODES_EDITION_MISSING);
    codeset_folder_close(folder);
    put_hcpcs(&sample, "HCPC2024_JUL_ANWEB.txt", "1985010119960910");
    snprintf(path, sizeof path, "%s/HCPC2024_JUL_ANWEB.txt", sample.files);
    cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
    folder = sample_open(&sample);
    cr_assert_eq(codeset_edition_count(codeset_named(folder, "hcpcs")), 2);
    cr_assert_eq(codeset_judge(codeset_named(folder, "hcpcs"), TEXT("A0021"), 20240701, &answer, &judge), STATUS_OK);
    cr_assert_str_eq(codeset_edition_about(judge)->edition, "2024-07");
    cr_assert(text_is(answer.words, "Ambulance service, outside state, per mile"));
    codeset_folder_close(folder);
    cr_assert_eq(sample_import(&sample, "table.csv", TABLE_TITLES "A0021,x,x,I,,,\n"), STATUS_INVALID); /* no year */
    cr_assert_eq(sample_import(&sample, "table_2024.csv", TABLE_TITLES "A002,x,x,I,,,\n"), STATUS_INVALID);
    cr_assert_eq(sample_import(&sample, "table_2024.csv", TABLE_TITLES "A0021,x,x,I,20240230,,\n"), STATUS_INVALID);
    sample_end(&sample);
}

Test(codeset_lists, codes_not_otherwise_classified_are_a_list_of_the_year)
{
    struct sample sample;
    sample_begin(&sample);
    const char *bytes = "hcpcs,long_description,add_date,term_date\nJ3490,Drugs without a class,19850101,\nA9999,Supply,19850101,20240331\n";
    cr_assert_eq(sample_import(&sample, "hcpcs_noc_2024.csv", bytes), STATUS_OK, "%s", sample.reason);
    cr_assert_eq(sample_import(&sample, "hcpcs_other_2024.csv", bytes), STATUS_NOT_FOUND);
    cr_assert_eq(sample_import(&sample, "hcpcs_noc.csv", bytes), STATUS_INVALID);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(sample_verdict(folder, "hcpcs_noc", "J3490", 20241231), CODES_VALID);
    cr_assert_eq(sample_verdict(folder, "hcpcs_noc", "J3491", 20241231), CODES_UNKNOWN);
    cr_assert_eq(sample_verdict(folder, "hcpcs_noc", "A9999", 20240401), CODES_ENDED);
    cr_assert_eq(sample_verdict(folder, "hcpcs_noc", "J3490", 20250101), CODES_EDITION_MISSING);
    codeset_folder_close(folder);
    sample_end(&sample);
}

Test(codeset_lists, of_two_lists_without_days_the_one_that_holds_more_judges)
{
    struct sample sample;
    const struct codeset_data *judge;
    struct codes_answer answer;
    sample_begin(&sample);
    cr_assert_eq(sample_import(&sample, "a_claim_adjustment_reason.csv", "code,display\n1,Deductible\n2,Coinsurance\n"), STATUS_OK);
    cr_assert_eq(sample_import(&sample, "z.xml", "<?xml version=\"1.0\"?>\n<codeset>\n<id>adjustment_reason</id>\n<code>1</code>\n</codeset>\n"),
                 STATUS_OK, "%s", sample.reason);
    struct codeset_folder *folder = sample_open(&sample);
    cr_assert_eq(codeset_edition_count(codeset_named(folder, "adjustment_reason")), 2);
    cr_assert_eq(codeset_judge(codeset_named(folder, "adjustment_reason"), TEXT("1"), 20240101, &answer, &judge), STATUS_OK);
    cr_assert_str_eq(codeset_edition_about(judge)->edition, "a_claim_adjustment_reason");
    codeset_folder_close(folder);
    sample_end(&sample);
}

/* What is published, and how many codes it says of itself (or, of HCPCS, its lines 3 and 7 by another reading). */
static const struct published {
    const char *path, *set;
    uint64_t codes, billable; /* first codes; rows without the flag HEADER */
} published[] = {
    {"icd10cm/cms_2024_dx.zip", "icd10cm", 97296, 74044},
    {"icd10cm/cms_2025_dx.zip", "icd10cm", 97584, 74260},
    {"icd10cm/cms_2026_dx.zip", "icd10cm", 98186, 74719},
    {"icd10pcs/cms_2026_pr.zip", "icd10pcs", 80029, 79115},
    {"hcpcs/2020-Alpha-Numeric-HCPCS-File.zip", "hcpcs", 6710, 6710},
    {"hcpcs/2020-Alpha-Numeric-HCPCS-File.zip", "modifier", 369, 369},
    {"hcpcs/HCPC2024_JUL_ANWEB_rebuilt.txt.xz", "hcpcs", 8033, 8033},
    {"hcpcs/hcpcs_level2_modifiers.csv", "modifier", 383, 383}, /* of 384 rows: KX stands there twice, under two categories */
    {"hcpcs/hcpcs_level2_2024-07.csv.xz", "hcpcs", 8033, 8033},
    {"hcpcs/hcpcs_noc_2024.csv", "hcpcs_noc", 159, 161},
    {"hcpcs/cms_type_of_service.csv", "type_of_service", 34, 34},
    {"pos/pos_codes_2024.csv", "place", 99, 52},
    {"pos/bfd_place_of_service.csv", "place", 101, 0},
    {"nubc/revenue_center_codes.csv", "revenue", 539, 539},
    {"nubc/revenue_center_status_indicator.csv", "revenue_status", 33, 32},
    {"nubc/type_of_bill_3char.csv", "type_of_bill", 1939, 1234},
    {"nubc/bill_classification.csv", "bill_type", 82, 65},
    {"nubc/bill_facility_type.csv", "bill_facility", 10, 8},
    {"nubc/condition_codes.csv", "condition", 1036, 239},
    {"nubc/patient_discharge_status.csv", "patient_status", 101, 43},
    {"nubc/admission_source.csv", "admission_origin", 36, 11},
    {"nubc/admission_type.csv", "admission_type", 10, 7},
    {"taxonomy/nucc_taxonomy_240.csv", "taxonomy", 874, 874},
    {"taxonomy/nucc_taxonomy_251.csv", "taxonomy", 883, 883},
    {"taxonomy/cms_provider_specialty.csv", "specialty", 152, 151},
    {"taxonomy/mac_contractor_numbers.csv", "contractor", 150, 149},
    {"x12codes/carc_rarc_group_2024-06.csv", "adjustment_group", 5, 5},
    {"x12codes/carc_rarc_group_2024-06.csv", "adjustment_reason", 405, 405},
    {"x12codes/carc_rarc_group_2024-06.csv", "remark", 1171, 1171},
    {"x12codes/bfd_claim_adjustment_reason.csv", "adjustment_reason", 407, 0},
    {"x12codes/bfd_claim_adjustment_group.csv", "adjustment_group", 5, 0},
    {"x12codes/carrier_payment_denial.csv", "payment_denial", 64, 63},
    {"x12codes/medicare_nonpayment_reason.csv", "nonpayment_reason", 50, 49},
    {"x12codes/medicare_primary_payer.csv", "primary_payer", 17, 16},
    {"x12codes/imsweb_codes.xml", "adjustment_reason", 345, 345},
};

Test(codeset_lists, published_files_hold_as_many_codes_as_they_say)
{
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    if (samples == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        struct sample sample;
        char path[600];
        sample_begin(&sample);
        snprintf(path, sizeof path, "%s/codesets/%s", samples, published[i].path);
        if (access(path, R_OK) == 0) {
            cr_assert_eq(sample_import_path(&sample, path), STATUS_OK, "%s", sample.reason);
            struct codeset_folder *folder = sample_open(&sample);
            const struct codeset *set = codeset_named(folder, published[i].set);
            cr_assert_not_null(set, "%s", published[i].path);
            struct codeset_data *data = codeset_edition(set, 0);
            const struct codeset_about *about = codeset_edition_about(data);
            cr_expect_eq(about->codes, published[i].codes, "%s %s: %llu codes", published[i].path, published[i].set,
                         (unsigned long long)about->codes);
            cr_expect(published[i].billable == 0 || about->rows - about->headers == published[i].billable, "%s %s: %llu billable",
                      published[i].path, published[i].set, (unsigned long long)(about->rows - about->headers));
            cr_expect_eq(codeset_edition_scrub(data, sample.reason), STATUS_OK);
            codeset_folder_close(folder);
        }
        sample_end(&sample);
    }
}
