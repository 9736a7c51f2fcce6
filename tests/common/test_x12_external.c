/* Codes of outside (SNIP type 5): each finding has a file that raises it at its place, and a near miss that does not. */
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

/* `from` becomes `wrong`, which is found at `place`, or `right`, which is not. `month`: the samples' November 2026 becomes it. */
static const struct code_case {
    const char *file, *from, *wrong, *right;
    uint16_t finding;
    const char *place, *month;
} cases[] = {
    {"837p.edi", "11:B:1*Y", "36:B:1*Y", "31:B:1*Y", FINDING_X12_CODE_PLACE, "2300/CLM-05-1", "202408"},
    {"837p.edi", "*150*UN*1***1:2", "*150*UN*1*36**1:2", "*150*UN*1*22**1:2", FINDING_X12_CODE_PLACE, "2400/SV1-05", "202408"},
    {"837p.edi", "11:B:1*Y", "1:B:1*Y", "11:B:1*Y", FINDING_X12_CODE_PLACE, "2300/CLM-05-1", NULL},
    {"837i.edi", "***13:A:7*", "***20:A:7*", "***14:A:7*", FINDING_X12_CODE_BILL_TYPE, "2300/CLM-05-1", NULL},
    {"837i.edi", "***13:A:7*", "***33:A:7*", "***34:A:7*", FINDING_X12_CODE_BILL_TYPE, "2300/CLM-05-1", NULL},
    {"837i.edi", "***13:A:7*", "***33:A:7*", "***33:A:7*", FINDING_X12_CODE_BILL_TYPE, "2300/CLM-05-1", NULL},
    {"837i.edi", "***13:A:7*", "***13:A:6*", "***13:A:8*", FINDING_X12_CODE_BILL_FREQUENCY, "2300/CLM-05-3", NULL},
    {"837i.edi", "SV2*0250*", "SV2*0265*", "SV2*0258*", FINDING_X12_CODE_REVENUE, "2400/SV2-01", NULL},
    {"837i.edi", "SV2*0250*", "SV2*250*", "SV2*0250*", FINDING_X12_CODE_REVENUE, "2400/SV2-01", NULL},
    {"837i.edi", "HC:99283*0450*1", "HC:99283*0453*1", "HC:99283*0456*1", FINDING_X12_CODE_REVENUE, "2430/SVD-04", NULL},
    {"837i.edi", "HI*BG:C5~", "HI*BG:C~", "HI*BG:05*BG:AB~", FINDING_X12_CODE_CONDITION, "2300/HI-01-2", NULL},
    {"837i.edi", "HI*BG:C5~", "HI*BG:C5*BG:5C~", "HI*BG:C5*BG:C6~", FINDING_X12_CODE_CONDITION, "2300/HI-02-2", NULL},
    {"837i.edi", "BH:11:D8", "BH:71:D8", "BH:42:D8", FINDING_X12_CODE_OCCURRENCE, "2300/HI-01-2", NULL},
    {"837i.edi", "BI:71:RD8", "BI:42:RD8", "BI:M0:RD8", FINDING_X12_CODE_OCCURRENCE_SPAN, "2300/HI-01-2", NULL},
    {"837i.edi", "*BE:01:::1200", "*BE:1:::1200", "*BE:A1:::1200", FINDING_X12_CODE_VALUE, "2300/HI-02-2", NULL},
    {"837i.edi", "CL1*1*1*01~", "CL1*1*1*08~", "CL1*1*1*81~", FINDING_X12_CODE_PATIENT_STATUS, "2300/CL1-03", NULL},
    {"837i.edi", "CL1*1*1*01~", "CL1*1*7*01~", "CL1*1*8*01~", FINDING_X12_CODE_ADMISSION_ORIGIN, "2300/CL1-02", NULL},
    {"837i.edi", "CL1*1*1*01~", "CL1*1*G*01~", "CL1*1*F*01~", FINDING_X12_CODE_ADMISSION_ORIGIN, "2300/CL1-02", "202006"},
    {"837i.edi", "CL1*1*1*01~", "CL1*7*1*01~", "CL1*9*1*01~", FINDING_X12_CODE_ADMISSION_TYPE, "2300/CL1-01", NULL},
    {"835.edi", "CAS*CO*45*20~", "CAS*CO*600*20~", "CAS*CO*97*20~", FINDING_X12_CODE_ADJUSTMENT_REASON, "2110/CAS-02", NULL},
    {"835.edi", "CAS*CO*45*20~", "CAS*CO*45*10**57A*10~", "CAS*CO*45*10**B13*10~", FINDING_X12_CODE_ADJUSTMENT_REASON, "2110/CAS-05", NULL},
    {"837p.edi", "CAS*CO*45*20~", "CAS*CO*600*20~", "CAS*CO*97*20~", FINDING_X12_CODE_ADJUSTMENT_REASON, "2430/CAS-02", NULL},
    {"835.edi", "CAS*CO*45*20~", "CAS*CO*15*20~", "CAS*CO*197*20~", FINDING_X12_CODE_ADJUSTMENT_REASON_ENDED, "2110/CAS-02", NULL},
    {"837p.edi", "CAS*CO*45*20~", "CAS*CO*15*20~", "CAS*CO*197*20~", FINDING_X12_CODE_ADJUSTMENT_REASON_ENDED, "2430/CAS-02", NULL},
    {"837i.edi", "MOA***MA01~", "MOA***M01~", "MOA***M1~", FINDING_X12_CODE_REMARK, "2320/MOA-03", NULL},
    {"835.edi", "REF*6R*L1~\n", "REF*6R*L1~\nLQ*HE*MA95~\n", "REF*6R*L1~\nLQ*HE*N130~\n", FINDING_X12_CODE_REMARK, "2110/LQ-02", NULL},
    {"835.edi", "REF*6R*L1~\n", "REF*6R*L1~\nLQ*HE*76~\n", "REF*6R*L1~\nLQ*RX*76~\n", FINDING_X12_CODE_REMARK, "2110/LQ-02", NULL},
    {"277ca.edi", "STC*A1:19:PR", "STC*A9:19:PR", "STC*A2:19:PR", FINDING_X12_CODE_STATUS_CATEGORY, "2200B/STC-01-1", NULL},
    {"277ca.edi", "STC*A1:19:PR", "STC*A1:36:PR", "STC*A1:35:PR", FINDING_X12_CODE_STATUS, "2200B/STC-01-2", NULL},
    {"277.edi", "F2:80::RX", "F2:80", "F2:81", FINDING_X12_CODE_STATUS, "2200D/STC-01-2", NULL},
    {"837p.edi", "PRV*PE*PXC*207Q00000X", "PRV*PE*PXC*207Q00000", "PRV*PE*PXC*208D00000X", FINDING_X12_CODE_TAXONOMY, "2310B/PRV-03", NULL},
    {"837p.edi", "N4*SPRINGFALLS*OH*44002", "N4*SPRINGFALLS*OI*44002", "N4*SPRINGFALLS*OK*44002", FINDING_X12_CODE_STATE, "2010CA/N4-02", NULL},
    {"837p.edi", "N4*SPRINGFALLS*OH*44002", "N4*SPRINGFALLS*XQ*K1A0B1*CA", "N4*SPRINGFALLS*QC*K1A0B1*CA", FINDING_X12_CODE_STATE, "2010CA/N4-02", NULL},
    {"837p.edi", "AA:::OH~", "AA:::OI~", "AA::::MX~", FINDING_X12_CODE_STATE, "2300/CLM-11-4", NULL},
    {"837p.edi", "N4*SPRINGFALLS*OH*44002", "N4*SPRINGFALLS***UK", "N4*SPRINGFALLS***GB", FINDING_X12_CODE_COUNTRY, "2010CA/N4-04", NULL},
    {"837p.edi", "AA:::OH~", "AA::::XX~", "AA::::MX~", FINDING_X12_CODE_COUNTRY, "2300/CLM-11-5", NULL},
    {"837p.edi", "ABF:E119", "ABF:E1191", "ABF:E1165", FINDING_X12_CODE_DIAGNOSIS, "2300/HI-02-2", "202408"},
    {"837p.edi", "ABF:E119", "ABF:U099", "ABF:U071", FINDING_X12_CODE_DIAGNOSIS, "2300/HI-02-2", "202011"},
    {"837p.edi", "ABF:E119", "ABF:E11.9", "ABF:E119", FINDING_X12_CODE_DIAGNOSIS, "2300/HI-02-2", NULL},
    {"837i.edi", "ABN:V4352XA", "ABN:V4352XQ", "ABN:V4352XD", FINDING_X12_CODE_DIAGNOSIS, "2300/HI-01-2", "202408"},
    {"837p.edi", "ABF:E119", "ABF:E11", "ABF:I10", FINDING_X12_CODE_DIAGNOSIS_HEADER, "2300/HI-02-2", "202408"},
    {"837p.edi", "ABF:E119", "BF:25000", "ABF:E119", FINDING_X12_CODE_ICD9_ENDED, "2300/HI-02-2", NULL},
    {"837i.edi", "BBQ:0DNW4ZZ", "BBQ:0DNW4Z", "BBQ:0DTJ4ZZ", FINDING_X12_CODE_INPATIENT_PROCEDURE, "2300/HI-01-2", NULL},
    {"837p.edi", "HC:99213:25", "HC:99213A:25", "HC:0042T:25", FINDING_X12_CODE_PROCEDURE, "2400/SV1-01-2", NULL},
    {"837i.edi", "*HC:47562*", "*HC:4756*", "*HC:47563*", FINDING_X12_CODE_PROCEDURE, "2400/SV2-02-2", NULL},
    {"837d.edi", "AD:D2392*190", "AD:D239*190", "AD:D2391*190", FINDING_X12_CODE_DENTAL_PROCEDURE, "2400/SV3-01-2", NULL},
    {"837p.edi", "99213:25*", "99213:2*", "99213:24*", FINDING_X12_CODE_MODIFIER, "2400/SV1-01-3", NULL},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Places at which the finding stands, joined with blanks. */
static void
places_of(struct text bytes, const struct codes_lists *codes, uint16_t finding, char places[400])
{
    struct x12_check check;
    enum x12_event event;
    size_t length = 0;
    places[0] = '\0';
    x12_check_open_memory(&check, &(struct x12_check_options){.codes = codes}, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        const struct findings *all = event == X12_EVENT_CLAIM_END ? &check.claim.findings
                                     : event == X12_EVENT_SET_END ? &check.set.findings
                                                                  : NULL;
        for (uint32_t i = 0; all != NULL && i < all->count; i++)
            if (all->items[i].kind->number == finding)
                length += (size_t)snprintf(places + length, 400 - length, "%.*s ", TEXT_ARGS(all->items[i].place));
    }
    x12_check_close(&check);
}

static struct text
made(const struct code_case *one, const char *to)
{
    struct text bytes = sample(one->file), dated = replaced(bytes, "202611", one->month == NULL ? "202611" : one->month, true);
    struct text changed = replaced(dated, one->from, to, false), whole = recounted(changed);
    release(bytes);
    release(dated);
    release(changed);
    return whole;
}

Test(x12_external, each_wrong_code_is_found_at_its_place_and_no_near_miss)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct code_case *one = &cases[i];
        char places[400], expected[40];
        struct text bytes = made(one, one->wrong);
        places_of(bytes, codes_lists_builtin(), one->finding, places);
        snprintf(expected, sizeof expected, "%s ", one->place);
        cr_expect_str_eq(places, expected, "case %zu: %s -> %s", i, one->from, one->wrong);
        release(bytes);
        if (strcmp(one->wrong, one->right) == 0)
            continue;
        bytes = made(one, one->right);
        places_of(bytes, codes_lists_builtin(), one->finding, places);
        cr_expect_str_eq(places, "", "case %zu: %s -> %s", i, one->from, one->right);
        release(bytes);
    }
}

Test(x12_external, each_finding_of_a_code_has_its_case)
{
    for (uint16_t number = FINDING_X12_CODE_PLACE; number <= FINDING_X12_CODE_MODIFIER; number++) {
        bool met = false;
        for (size_t i = 0; i < CASES; i++)
            met |= cases[i].finding == number;
        met |= number == FINDING_X12_CODE_ICD10_EARLY; /* the test below */
        cr_expect(met || finding_kind(number) == NULL, "%u has no case", number);
    }
}

Test(x12_external, icd10_before_its_first_day_is_found)
{
    struct text bytes = sample("837p.edi"), before = replaced(bytes, "202611", "201509", true);
    struct text after = replaced(bytes, "202611", "201510", true);
    char places[400];
    places_of(before, codes_lists_builtin(), FINDING_X12_CODE_ICD10_EARLY, places);
    cr_expect_str_eq(places, "2300/HI-01-2 2300/HI-02-2 2300/HI-01-2 ");
    places_of(after, codes_lists_builtin(), FINDING_X12_CODE_ICD10_EARLY, places);
    cr_expect_str_eq(places, "");
    release(bytes);
    release(before);
    release(after);
}

/* What the edition at hand does not know is counted, not called wrong. */
Test(x12_external, a_code_outside_the_edition_is_not_assessed)
{
    struct text bytes = sample("837p.edi"), other = replaced(bytes, "HC:99213:25", "HC:99217:25", false);
    struct x12_check check;
    enum x12_event event;
    x12_check_open_memory(&check, &(struct x12_check_options){.codes = codes_lists_builtin()}, other);
    while ((event = x12_check_next(&check)) != X12_EVENT_END)
        cr_expect(event != X12_EVENT_CLAIM_END || check.claim.findings.count == 0);
    cr_expect_geq(check.not_assessed, (uint64_t)2, "the procedure, and the diagnoses of a day after the edition's last");
    x12_check_close(&check);
    release(bytes);
    release(other);
}

Test(x12_external, without_lists_only_the_npi_is_judged)
{
    struct text bytes = sample("837p.edi"), one = replaced(bytes, "AA:::OH~", "AA:::OI~", false);
    struct text both = replaced(one, "XX*1876543210", "XX*1876543211", false);
    char places[400];
    places_of(both, NULL, FINDING_X12_CODE_STATE, places);
    cr_expect_str_eq(places, "");
    places_of(both, NULL, FINDING_X12_NPI_CHECK_DIGIT, places);
    cr_expect_str_eq(places, "2310B/NM1-09 ");
    release(bytes);
    release(one);
    release(both);
}

/* A file takes the place of what is built in, and a line's own days decide. */
Test(x12_external, a_file_of_codes_judges_by_the_days_of_the_line)
{
    static const char file[] = "codes|cpt|own 2026|20260101|20261231\n99213|visit|20260101|\n87804||20260101|20261119\n99214\n";
    struct codes_lists *lists = codes_lists_new();
    char reason[512], places[400];
    struct text bytes = sample("837p.edi");
    cr_assert_eq(codes_lists_read(lists, "cpt.txt", text_of(file, sizeof file - 1), reason), STATUS_OK, "%s", reason);
    places_of(bytes, lists, FINDING_X12_CODE_PROCEDURE, places);
    cr_expect_str_eq(places, "2400/SV1-01-2 ", "87804 ended on the day before the line's first");
    struct text earlier = replaced(bytes, "20261120-20261121", "20261119-20261121", false);
    places_of(earlier, lists, FINDING_X12_CODE_PROCEDURE, places);
    cr_expect_str_eq(places, "");
    codes_lists_free(lists);
    release(bytes);
    release(earlier);
}
