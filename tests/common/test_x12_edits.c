/* What a payer's profile wants (SNIP type 7): each verb finds what it names at its place, and not a near miss. */
#include "common/x12/check/edits/x12_edits.h"
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

static struct x12_edits *
made(const char *const *texts, size_t count)
{
    struct x12_edit_row rows[20];
    char reason[X12_EDITS_REASON_BYTES] = "";
    struct x12_edits *edits = NULL;
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct x12_edit_row){"own", texts[i]};
    cr_assert_eq(x12_edits_make("acme", rows, count, &edits, &wrong, reason), STATUS_OK, "%s: %s", texts[wrong], reason);
    return edits;
}

/* "1950 2300/CLM 1951 2400/LX " of all findings of type 7. */
static void
say_all(const char *file, uint8_t snip, const struct x12_edits *edits, char said[400])
{
    struct text bytes = sample(file);
    struct x12_check check;
    enum x12_event event;
    size_t length = 0;
    said[0] = '\0';
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = snip, .edits = edits}, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        for (uint32_t i = 0; event == X12_EVENT_CLAIM_END && i < check.claim.findings.count; i++) {
            const struct finding *finding = &check.claim.findings.items[i];
            if (finding->kind->snip != 7)
                continue;
            length += (size_t)snprintf(said + length, 400 - length, "%u %.*s ", finding->kind->number, TEXT_ARGS(finding->place));
            cr_expect(text_is(finding->detail, "acme, row own"), "%.*s", TEXT_ARGS(finding->detail));
        }
    }
    x12_check_close(&check);
    release(bytes);
}

Test(x12_edits, each_verb_finds_what_it_names_and_no_near_miss)
{
    static const struct {
        const char *file, *row, *said;
    } cases[] = {
        /* need */
        {"837p.edi", "need 2310B/NM1*82", "1950 2300/CLM "}, /* only the first claim has one */
        {"837p.edi", "need 2310B/NM1*82 when 2300/CLM-05-3 = 1", ""},
        {"837p.edi", "need 2310B/NM1*82 when 2300/CLM-05-3 = 7", "1950 2300/CLM "},
        {"837p.edi", "need 2310B/NM1*82 or 2300/REF*F8", ""},
        {"837p.edi", "need 2300/REF*G1 when 2300/CLM-05-1 = 11 and 2300/CLM-05-3 != 7", "1950 2300/CLM "},
        {"837p.edi", "need 2300/REF*G1 when 2300/CLM-05-1 = 10..12 and 2300/REF*F8", "1950 2300/CLM "},
        {"837p.edi", "need 2300/REF*G1 when 2300/CLM-05-1 = 12..99", ""},
        {"837p.edi", "need 2400/REF*6R in 2400", "1950 2400/LX 1950 2400/LX "},
        {"837p.edi", "need 2400/REF*6R", "1950 2400/LX 1950 2400/LX "}, /* the loop of its place, where none is given */
        {"837p.edi", "need 2400/REF*6R in 2300", "1950 2300/CLM "},
        {"837p.edi", "need 2400/REF*6R when 2400/SV1-01-3..6 = 25,QW in 2400", "1950 2400/LX "},
        {"837p.edi", "need 2400/REF*6R when 2400/SV1-01-3..6 != QW and 2400/SV1-01-2 = 99214 in 2400", "1950 2400/LX "},
        {"837p.edi", "need 2330B/DTP*573", "1950 2320/SBR "},
        {"837p.edi", "need 2330B/DTP*573 when 2320/SBR-09 = CI", ""},
        {"837p.edi", "need 2000B/SBR-03", ""},
        {"837p.edi", "need 2000B/SBR-04", "1950 2300/CLM 1950 2300/CLM "},
        {"837p.edi", "need not 2000B/SBR-03", "1950 2300/CLM 1950 2300/CLM "},
        {"837i.edi", "need 2300/DTP*435", "1950 2300/CLM "},
        {"837d.edi", "need 2400/TOO when 2400/SV3-01-2 = D2000..D2999 in 2400", ""},
        {"837d.edi", "need 2400/TOO when 2400/SV3-01-2 = D1110 in 2400", "1950 2400/LX "},
        /* forbid */
        {"837p.edi", "forbid 2300/REF*D9", "1951 2300/CLM "},
        {"837p.edi", "forbid 2300/REF*D9 when 2300/CLM-05-3 = 7", ""},
        {"837p.edi", "forbid 2400/SV1-01-3..6 = QW in 2400", "1951 2400/LX "},
        {"837p.edi", "forbid 2400/SV1-01-3..6 = QX in 2400", ""},
        {"837p.edi", "forbid 2320/AMT*D in 2320", "1951 2320/SBR "},
        /* allow */
        {"837p.edi", "allow 2300/CLM-05-3 = 1", "1952 2300/CLM-05-3 "},
        {"837p.edi", "allow 2300/CLM-05-3 = 1,7,8", ""},
        {"837p.edi", "allow 2400/SV1-01-2 = 99000..99213,87804", "1952 2400/SV1-01-2 "},
        {"837p.edi", "allow 2400/SV1-01-2 = 99000..99214,87804", ""},
        {"837p.edi", "allow 2300/CLM-20 = 1", ""},
        /* length */
        {"837p.edi", "length 2010BA/NM1*IL-09 <= 9", "1953 2010BA/NM1-09 1953 2010BA/NM1-09 "},
        {"837p.edi", "length 2010BA/NM1*IL-09 <= 10", ""},
        {"837p.edi", "length 2300/HI*ABK-01-2 <= 4", "1953 2300/HI-01-2 "},
        /* guides */
        {"837p.edi", "837i,837d: need 2300/REF*G1", ""},
        {"837i.edi", "837i,837d: need 2300/REF*G1", "1950 2300/CLM 1950 2300/CLM "},
        {"837p.edi", "need 2300/CL1", ""}, /* a place that only the 837I has */
        /* warnings */
        {"837p.edi", "warn need 2310B/NM1*82", "1955 2300/CLM "},
        {"837p.edi", "warn need 2310B/NM1*82 when 2300/CLM-05-3 = 1", ""},
        {"837p.edi", "837p: warn forbid 2400/SV1-01-3..6 = QW in 2400", "1955 2400/LX "},
        {"837p.edi", "warn  allow 2300/CLM-05-3 = 1", "1955 2300/CLM-05-3 "},
        {"837p.edi", "warn length 2300/HI*ABK-01-2 <= 4", "1955 2300/HI-01-2 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char said[400];
        struct x12_edits *edits = made(&cases[i].row, 1);
        say_all(cases[i].file, 7, edits, said);
        cr_expect_str_eq(said, cases[i].said, "%s: %s", cases[i].file, cases[i].row);
        say_all(cases[i].file, 6, edits, said);
        cr_expect_str_eq(said, "", "%s: %s is said below type 7", cases[i].file, cases[i].row);
        x12_edits_free(edits);
    }
}

/* What is a coder's to mend has the status code of that, so that a daemon knows whom to ask. */
Test(x12_edits, a_row_of_codes_says_which_kind_of_code)
{
    static const struct {
        const char *file, *row, *code;
    } cases[] = {
        {"837p.edi", "need 2300/HI*ABK-01-2 = E119", "254"},
        {"837p.edi", "need 2300/HI*ABK-02-2 = E119", "255"},
        {"837p.edi", "forbid 2300/HI*ABK", "255"},
        {"837p.edi", "forbid 2400/SV1-01-3..6 = QW in 2400", "453"},
        {"837p.edi", "allow 2400/SV1-01-2 = 11111", "454"},
        {"837p.edi", "allow 2400/SV1-01-1 = ZZ", "21"},
        {"837p.edi", "length 2400/SV1-07 <= 1", "477"},
        {"837p.edi", "length 2400/SV1-07 <= 9", ""}, /* holds */
        {"837p.edi", "need 2400/SV1-01-3..6 = GZ when 2400/SV1-01-2 = 99214 in 2400", "453"},
        {"837p.edi", "need 2400/SV1-01-3..6 = GZ or 2400/REF*G1 when 2400/SV1-01-2 = 99214 in 2400", "21"}, /* a biller can mend it */
        {"837p.edi", "need 2400/REF*6R when 2400/SV1-01-2 = 99214 in 2400", "21"},
        {"837i.edi", "forbid 2300/HI*ABJ", "255"},
        {"837i.edi", "allow 2400/SV2-01 = 0001", "21"},
        {"837i.edi", "forbid 2300/HI*BBR", "454"},
        {"837d.edi", "allow 2400/SV3-01-2 = D0001", "454"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text bytes = sample(cases[i].file);
        struct x12_edits *edits = made(&cases[i].row, 1);
        struct x12_check check;
        enum x12_event event;
        char code[4] = "";
        x12_check_open_memory(&check, &(struct x12_check_options){.edits = edits}, bytes);
        while ((event = x12_check_next(&check)) != X12_EVENT_END)
            for (uint32_t k = 0; event == X12_EVENT_CLAIM_END && k < check.claim.findings.count; k++)
                if (check.claim.findings.items[k].kind->snip == 7)
                    memcpy(code, check.claim.findings.items[k].code, sizeof code);
        cr_expect_str_eq(code, cases[i].code, "%s: %s", cases[i].file, cases[i].row);
        x12_check_close(&check);
        x12_edits_free(edits);
        release(bytes);
    }
}

/* Rows share places and values, and the guide's own rules go on judging. */
Test(x12_edits, many_rows_stand_beside_each_other_and_the_guides_own)
{
    static const char *const rows[] = {
        "need 2400/REF*6R when 2400/SV1-01-3..6 = QW in 2400",   "need 2400/REF*6R when 2400/SV1-01-2 = 99214 in 2400",
        "forbid 2400/SV1-01-3 = 25 in 2400",                     "need 2300/REF*EA when 2300/CLM-05-3 = 7",
        "need 2300/REF*EA when 2300/CLM-05-1 = 22",              "allow 2300/CLM-05-3 = 1,7",
        "length 2300/CLM-01 <= 3",                               "length 2300/CLM-01 <= 4",
    };
    char said[400];
    struct x12_edits *edits = made(rows, sizeof rows / sizeof *rows);
    say_all("837p.edi", 7, edits, said);
    cr_expect_str_eq(said, "1953 2300/CLM-01 1951 2400/LX 1950 2400/LX 1953 2300/CLM-01 1950 2400/LX 1950 2300/CLM ");
    struct text bytes = sample("837p.edi"), other = replaced(bytes, "REF*X4*36D0000001~\n", "", false), whole = recounted(other);
    struct x12_check check;
    x12_check_open_memory(&check, &(struct x12_check_options){.edits = edits}, whole);
    struct outcome outcome = run(&check);
    cr_expect(has(&outcome, FINDING_X12_WAIVED_TEST_CLIA));
    release(bytes);
    release(other);
    release(whole);
    x12_edits_free(edits);
}

Test(x12_edits, a_wrong_row_is_refused_with_what_is_allowed)
{
    static const struct {
        const char *row, *reason;
    } cases[] = {
        {"", "no edit; allowed: need, forbid, allow, length, each with \"warn\" before it or without"},
        {"want 2300/REF*G1", "\"want\": no edit; allowed: need, forbid, allow, length, each with \"warn\" before it or without"},
        {"warn warn need 2300/REF*G1", "\"warn\": no edit; allowed: need, forbid, allow, length, each with \"warn\" before it or without"},
        {"837q: need 2300/REF*G1", "\"837q\": no guide; allowed: 837p, 837i, 837d, separated by commas"},
        {"need 2000A/PRV*BI", "\"2000A/PRV*BI\": no such place in the guide; allowed: 2000A/PRV"},
        {"837p: need 2300/CL1",
         "\"2300/CL1\": no such place in the guide; allowed: 2300/CL1"}, /* the 837I has it */
        {"need 2300/CLM-21", "\"2300/CLM\": the segment has fewer elements there"},
        {"need 2300/CLM-05-9", "\"2300/CLM\": the element has fewer components there"},
        {"need 2300/REF*G1 in 2310B", "\"2310B\": no loop to judge; allowed: 2300, 2320, 2400"},
        {"need 2400/SV1-01-2 = 9 in 2300", "\"2400/SV1\": a value inside the loop that is judged is one of many; allowed: judge it in 2320 or 2400"},
        {"need 2400/SV1 in 2320", "\"2400/SV1\": the lines come behind the other payers; allowed: judge it in 2300 or 2400"},
        {"need 2300/CLM-05-1 = NINECODES", "\"2300/CLM\": no codes; allowed: codes of 1 to 8 characters or spans A..B, separated by commas"},
        {"allow 2300/CLM-05-1 = 12..11", "\"12..11\": no codes; allowed: codes of 1 to 8 characters or spans A..B, separated by commas"},
        {"allow 2300/CLM = 12", "\"2300/CLM = 12\": allowed: allow LOOP/SEGMENT-EE or -EE-C = CODES"},
        {"length 2300/CLM-01 <= 0", "\"0\": no length; allowed: 1 to 1000"},
        {"forbid 2300/PWK*03 or 2300/CN1", "\"2300/PWK*03 or 2300/CN1\": forbid takes one term; allowed: a row for each"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct x12_edit_row rows[2] = {{"good", "need 2300/REF*G1"}, {"bad", cases[i].row}};
        struct x12_edits *edits = NULL;
        char reason[X12_EDITS_REASON_BYTES] = "";
        size_t wrong = 0;
        cr_expect_eq(x12_edits_make("acme", rows, 2, &edits, &wrong, reason), STATUS_CONFIG, "%s", cases[i].row);
        cr_expect_eq(wrong, 1u);
        cr_expect_str_eq(reason, cases[i].reason);
        cr_expect_null(edits);
    }
}

/* All the rows that there may be, and more terms than the tables have marks for. */
Test(x12_edits, the_most_rows_are_judged_and_too_many_terms_refused)
{
    static char long_row[X12_EDITS_LIMIT][600];
    struct x12_edit_row rows[X12_EDITS_LIMIT];
    struct x12_edits *edits = NULL;
    char reason[X12_EDITS_REASON_BYTES] = "", said[400];
    size_t wrong = 0;
    for (size_t i = 0; i < X12_EDITS_LIMIT; i++)
        rows[i] = (struct x12_edit_row){"own", i + 1 < X12_EDITS_LIMIT ? "need 2400/REF*6R when 2400/SV1-01-2 = 00000..00001"
                                                                       : "need 2400/REF*6R when 2400/SV1-01-2 = 87804 in 2400"};
    cr_assert_eq(x12_edits_make("acme", rows, X12_EDITS_LIMIT, &edits, &wrong, reason), STATUS_OK, "%s", reason);
    say_all("837p.edi", 7, edits, said);
    cr_expect_str_eq(said, "1950 2400/LX ");
    x12_edits_free(edits);
    edits = NULL;
    for (size_t i = 0; i < X12_EDITS_LIMIT; i++) {
        size_t length = (size_t)snprintf(long_row[i], sizeof long_row[i], "837p: need 2300/CLM-01");
        for (unsigned k = 0; k < 6; k++)
            length += (size_t)snprintf(long_row[i] + length, sizeof long_row[i] - length, " or 2300/CLM-05-3 = %u", k);
        rows[i].text = long_row[i];
    }
    cr_expect_eq(x12_edits_make("acme", rows, X12_EDITS_LIMIT, &edits, &wrong, reason), STATUS_CONFIG);
    cr_expect_str_eq(reason, "\"2300/CLM\": too many terms in the edits of this guide");
}
