/* Small code lists and the files that users bring. */
#include "common/codes/codes_lists.h"

#include <criterion/criterion.h>
#include <stdio.h>

static enum codes_verdict
verdict(const struct codes_lists *lists, enum codes_system system, const char *code, int32_t first, int32_t last)
{
    return codes_lists_judge(lists, system, text_from(code), first, last).verdict;
}

Test(codes_lists, what_is_built_in_judges_by_list_day_and_form)
{
    static const struct {
        enum codes_system system;
        const char *code;
        int32_t first, last;
        enum codes_verdict verdict;
    } cases[] = {
        {CODES_SYSTEM_STATE, "OH", 0, 0, CODES_VALID},
        {CODES_SYSTEM_STATE, "QC", 0, 0, CODES_VALID},
        {CODES_SYSTEM_STATE, "oh", 0, 0, CODES_UNKNOWN},
        {CODES_SYSTEM_STATE, "XX", 20260101, 20260101, CODES_UNKNOWN},
        {CODES_SYSTEM_COUNTRY, "GB", 0, 0, CODES_VALID},
        {CODES_SYSTEM_COUNTRY, "USA", 0, 0, CODES_UNKNOWN},
        {CODES_SYSTEM_BILL_TYPE, "33", 20130930, 20130930, CODES_VALID},
        {CODES_SYSTEM_BILL_TYPE, "33", 20131001, 20131001, CODES_ENDED},
        {CODES_SYSTEM_BILL_TYPE, "33", 20130930, 20131005, CODES_VALID},
        {CODES_SYSTEM_BILL_TYPE, "77", 20100331, 20100331, CODES_NOT_YET},
        {CODES_SYSTEM_BILL_TYPE, "33", 0, 0, CODES_VALID},
        {CODES_SYSTEM_ADJUSTMENT_REASON, "45", 20260101, 20260101, CODES_VALID},
        {CODES_SYSTEM_ADJUSTMENT_REASON, "310", 20260101, 20260101, CODES_VALID}, /* may have been given out since */
        {CODES_SYSTEM_ADJUSTMENT_REASON, "045", 20260101, 20260101, CODES_UNKNOWN},
        {CODES_SYSTEM_ADJUSTMENT_REASON, "15", 20170101, 20170101, CODES_VALID},
        {CODES_SYSTEM_ADJUSTMENT_REASON, "15", 20190101, 20190101, CODES_ENDED},
        {CODES_SYSTEM_TAXONOMY, "207Q00000X", 0, 0, CODES_NOT_HELD},
        {CODES_SYSTEM_TAXONOMY, "207Q0000X", 0, 0, CODES_UNKNOWN},
        {CODES_SYSTEM_ICD10CM, "J101", 20240501, 20240501, CODES_VALID},
        {CODES_SYSTEM_ICD10CM, "J10", 20240501, 20240501, CODES_HEADER},
        {CODES_SYSTEM_ICD10CM, "J1077", 20240501, 20240501, CODES_UNKNOWN},
        {CODES_SYSTEM_ICD10CM, "J1077", 20240501, 20300101, CODES_EDITION_MISSING},
        {CODES_SYSTEM_ICD10CM, "J1077", 20190501, 20190501, CODES_EDITION_MISSING},
        {CODES_SYSTEM_ICD10CM, "J1077", 0, 0, CODES_NOT_HELD},
        {CODES_SYSTEM_ICD10CM, "1077", 0, 0, CODES_UNKNOWN},
        {CODES_SYSTEM_CPT, "99199", 20240501, 20240501, CODES_NOT_HELD},
        {CODES_SYSTEM_CPT, "9919", 20240501, 20240501, CODES_UNKNOWN},
        {CODES_SYSTEM_PLACE, "36", 20240501, 20240501, CODES_UNKNOWN},
        {CODES_SYSTEM_PLACE, "", 20240501, 20240501, CODES_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(verdict(codes_lists_builtin(), cases[i].system, cases[i].code, cases[i].first, cases[i].last), cases[i].verdict,
                     "%s of %s on %d", cases[i].code, codes_system_kinds[cases[i].system].name, cases[i].first);
}

Test(codes_lists, rows_are_sorted_and_their_codes_have_the_form)
{
    for (unsigned s = 0; s < CODES_SYSTEM_COUNT; s++) {
        const struct codes_list *list = &codes_system_kinds[s].list;
        cr_expect_not_null(codes_system_kinds[s].name, "system %u is in no row of systems.tsv", s);
        for (uint32_t i = 1; i < list->count; i++)
            cr_expect(list->rows[i - 1].key < list->rows[i].key ||
                          (list->rows[i - 1].key == list->rows[i].key && list->rows[i - 1].from < list->rows[i].from),
                      "%s row %u", codes_system_kinds[s].name, i);
    }
}

static enum status
read_text(struct codes_lists *lists, const char *bytes, char reason[512])
{
    return codes_lists_read(lists, "f", text_from(bytes), reason);
}

Test(codes_lists, a_file_takes_the_place_of_what_is_built_in)
{
    struct codes_lists *lists = codes_lists_new();
    char reason[512];
    cr_assert_eq(read_text(lists,
                           "# ours\ncodes,state,our states,2024-01-01,2024-12-31,complete\n\nOH,\"a, \"\"big\"\" state\",,\n"
                           "ZZ,,20240601,20240630\r\nZZ,,20240801,\n",
                           reason),
                 STATUS_OK, "%s", reason);
    cr_expect_str_eq(codes_lists_edition(lists, CODES_SYSTEM_STATE, TEXT("OH"), 20240101, 20240101), "our states");
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "OH", 20240501, 20240501), CODES_VALID);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "ZZ", 20240501, 20240501), CODES_NOT_YET);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "ZZ", 20240615, 20240615), CODES_VALID);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "ZZ", 20240715, 20240715), CODES_NOT_YET);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "ZZ", 20240815, 20240815), CODES_VALID);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "NY", 20240815, 20240815), CODES_UNKNOWN);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "NY", 20250815, 20250815), CODES_EDITION_MISSING);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "NY", 0, 0), CODES_EDITION_MISSING);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_COUNTRY, "US", 0, 0), CODES_VALID);
    codes_lists_free(lists);
}

Test(codes_lists, two_files_of_one_system_are_one_list)
{
    struct codes_lists *lists = codes_lists_new();
    char reason[512];
    cr_assert_eq(read_text(lists, "codes\ticd9cm\t2014\t20131001\t20140930\n250.00\tdiabetes\n", reason), STATUS_OK, "%s", reason);
    cr_assert_eq(read_text(lists, "codes|icd9cm|2015|20141001|20150930\nV0481|flu shot|20141001\n", reason), STATUS_OK, "%s", reason);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_ICD9CM, "25000", 20140101, 20140101), CODES_VALID);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_ICD9CM, "2500", 20150101, 20150101), CODES_HEADER);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_ICD9CM, "V0481", 20140101, 20140101), CODES_NOT_YET);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_ICD9CM, "V0482", 20140101, 20140101), CODES_UNKNOWN);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_ICD9CM, "V0482", 20151001, 20151001), CODES_EDITION_MISSING);
    codes_lists_free(lists);
}

Test(codes_lists, a_partial_file_says_nothing_of_what_it_does_not_hold)
{
    struct codes_lists *lists = codes_lists_new();
    char reason[512];
    cr_assert_eq(read_text(lists, "codes;cpt;few;;;partial\n99213;;;\n", reason), STATUS_OK, "%s", reason);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_CPT, "99214", 20240101, 20240101), CODES_NOT_HELD);
    cr_expect_eq(verdict(lists, CODES_SYSTEM_CPT, "9921", 20240101, 20240101), CODES_UNKNOWN, "the form is judged");
    codes_lists_free(lists);
}

Test(codes_lists, a_bad_line_is_refused_with_file_and_line)
{
    static const struct {
        const char *bytes, *reason;
    } cases[] = {
        {"", "f:0: the file is empty"},
        {"# nothing\n", "f:1: the file is empty"},
        {"OH,Ohio\n", "f:1: \"OH,Ohio\": the first line must be: codes, system, edition, first day, last day, complete or partial"},
        {"codes,stat,x\n", "f:1: \"stat\": no code system; allowed: the names in docs/x12/codes.md"},
        {"codes,state\n", "f:1: the edition's name must have 1 to 39 characters"},
        {"codes,state,x,2024\n", "f:1: \"2024\": no date (CCYYMMDD)"},
        {"codes,state,x,20240102,20240101\n", "f:1: \"20240101\": the last day lies before the first"},
        {"codes,state,x,,,whole\n", "f:1: \"whole\": allowed: complete, partial"},
        {"codes,state,x\n", "f:1: the file holds no code"},
        {"codes,state,x\nOH\no h\n", "f:3: \"o h\": no code: 1 to 12 digits and upper-case letters"},
        {"codes,state,x\nOH,,20240231\n", "f:2: \"20240231\": no date (CCYYMMDD)"},
        {"codes,state,x\nOH,\"Ohio\n", "f:2: \"OH,\"Ohio\": more than four fields (code, words, from, until), or a quote that is not closed"},
        {"codes,state,x\nOH,a,,,b\n", "f:2: \"OH,a,,,b\": more than four fields (code, words, from, until), or a quote that is not closed"},
        {"codes,state,x\nABCDEFGHIJKLM\n", "f:2: \"ABCDEFGHIJKLM\": no code: 1 to 12 digits and upper-case letters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct codes_lists *lists = codes_lists_new();
        char reason[512] = "";
        cr_expect_eq(read_text(lists, cases[i].bytes, reason), STATUS_INVALID, "%s", cases[i].bytes);
        cr_expect_str_eq(reason, cases[i].reason);
        cr_expect_eq(verdict(lists, CODES_SYSTEM_STATE, "OH", 0, 0), CODES_VALID, "the lists are as they were");
        codes_lists_free(lists);
    }
}

Test(codes_lists, keys_sort_as_codes_do)
{
    static const char *const codes[] = {"0", "00", "01", "1", "9", "A", "A0", "A00", "AA", "Z", "ZZZZZZZZZZZZ"};
    for (size_t i = 1; i < sizeof codes / sizeof *codes; i++)
        cr_expect_lt(codes_key(text_from(codes[i - 1])), codes_key(text_from(codes[i])), "%s", codes[i]);
    cr_expect_eq(codes_key(text_from("a")), 0u);
    cr_expect_eq(codes_key(text_from("A B")), 0u);
    cr_expect_eq(codes_key(text_from("")), 0u);
    cr_expect_eq(codes_key(text_from("ZZZZZZZZZZZZZ")), 0u);
}
