/* The dental claim: each fault of a clean file, and what is none. */
#include "schemas/findings.h"
#include "schemas/x12/x12_837d.h"
#include "tests/common/x12_change.h"

static const struct change changes[] = {
    /* header and levels */
    {"837d.edi", "GS*HC*", "GS*HP*", FINDING_X12_SET_GROUP_DIFFERS},
    {"837d.edi", "1200*CH~\nNM1", "1200*XX~\nNM1", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "N4*SPRINGFALLS*OH*440011234~\nREF*EI*123456789~\n", "N4*SPRINGFALLS*OH*440011234~\n",
     FINDING_X12_SEGMENT_MISSING},
    {"837d.edi", "NM1*87*2~", "NM1*87*2*HARBOR~", FINDING_X12_ELEMENT_NOT_USED},
    {"837d.edi", "HL*4*3*23*0~", "HL*4*2*23*0~", FINDING_X12_HL_PARENT},
    {"837d.edi", "REF*G2*P55~", "REF*G2*P55~\nREF*LU*1~", FINDING_X12_SEGMENT_TOO_MANY},
    {"837d.edi", "REF*SY*123004567~", "PAT*19~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "PAT*19~", "PAT*19****D8*20260101~", FINDING_X12_ELEMENT_NOT_USED},
    /* claim */
    {"837d.edi", "11:B:1*Y*A*Y*Y~", "11:A:1*Y*A*Y*Y~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "11:B:1*Y*A*Y*Y~", "11:B:1*Y*B*Y*Y~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "11:B:1*Y*A*Y*Y~", "11:B:1*Y*A*Y*Y*P~", FINDING_X12_ELEMENT_NOT_USED},
    {"837d.edi", "DTP*439*D8*20261101~", "DTP*431*D8*20261101~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "DTP*439*D8*20261101~", "DTP*439*RD8*20261101-20261102~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "DN1*24*23**Y~", "DN1*24*23*Y~", FINDING_X12_ELEMENT_NOT_USED},
    {"837d.edi", "DN1*24*23**Y~", "DN1*24*23**Y~\nDN1*1~", FINDING_X12_SEGMENT_TOO_MANY},
    {"837d.edi", "DN2*17*E****JP~", "DN2*17*I****JP~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "DN2*17*E****JP~", "DN2*17*E~", FINDING_X12_ELEMENT_MISSING},
    {"837d.edi", "PWK*RB*", "PWK*CT*", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "REF*G3*PRE100~", "REF*X4*PRE100~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "REF*G3*PRE100~", "CRC*75*Y*IH~", FINDING_X12_SEGMENT_UNKNOWN},
    {"837d.edi", "NTE*ADD*TOOTH", "NTE*DCP*TOOTH", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "HI*ABK:K029*TQ:0Z~", "HI*ABK:K029*TQ:0Z*ABF:K020*ABF:K021*ABF:K022~",
     FINDING_X12_ELEMENT_NOT_USED},
    {"837d.edi", "HI*ABK:K029*TQ:0Z~", "HI*ABF:K029*TQ:0Z~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "DN2*8*M****JP~\nDN2*17*E****JP~\nPWK*RB*EL***AC*XR100~",
     "PWK*RB*EL***AC*XR100~\nDN2*8*M****JP~", FINDING_X12_SEGMENT_OUT_OF_ORDER},
    /* providers */
    {"837d.edi", "NM1*DD*1*ILIEV*NADIA****XX*1488112230~\nPRV*AS*PXC*1223S0112X~\nNM1*DQ",
     "NM1*PW*2~\nPRV*AS*PXC*1223S0112X~\nNM1*DQ", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "PRV*AS*PXC*1223S0112X~\nNM1*DQ", "PRV*PE*PXC*1223S0112X~\nNM1*DQ",
     FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "N3*2 HARBOR WAY~\n", "", FINDING_X12_SEGMENT_MISSING},
    /* other payer */
    {"837d.edi", "OI***Y***Y~", "OI***Y*P**Y~", FINDING_X12_ELEMENT_NOT_USED},
    {"837d.edi", "NM1*DD*1~\nREF*0B*OH1~\n", "NM1*DD*1~\n", FINDING_X12_SEGMENT_MISSING},
    {"837d.edi", "NM1*PR*2*FIRST PAYER*****PI*FP01~\nDTP*573*D8*20261110~\nREF*G3*PRE7~\n", "",
     FINDING_X12_LOOP_MISSING},
    /* lines */
    {"837d.edi", "LX*2~", "LX*3~", FINDING_X12_LX_NUMBER},
    {"837d.edi", "SV3*AD:D1110*120", "SV1*HC:D1110*120", FINDING_X12_SEGMENT_UNKNOWN},
    {"837d.edi", "SV3*AD:D1110*", "SV3*HC:D1110*", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "SV3*AD:D1110*120*", "SV3*AD:D1110**", FINDING_X12_ELEMENT_MISSING},
    {"837d.edi", "**10:20*I*1*", "**10:20:30:40:01:02*I*1*", FINDING_X12_COMPONENTS_TOO_MANY},
    {"837d.edi", "**10:20*I*1*", "**10:20*X*1*", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "*I*1*****1:2~", "*I*1*WHY****1:2~", FINDING_X12_ELEMENT_NOT_USED},
    {"837d.edi", "TOO*JP*3*M:O~", "TOO*JO*3*M:O~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "TOO*JP*3*M:O~", "TOO*JP*3*M:P~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "TOO*JP*3*M:O~", "TOO*JP**M:O~", FINDING_X12_ELEMENT_MISSING},
    {"837d.edi", "TOO*JP*4*D:O:B:L:I~", "TOO*JP*4*D:O:B:L:I:F~", FINDING_X12_COMPONENTS_TOO_MANY},
    {"837d.edi", "DTP*472*D8*20261119~", "DTP*472*RD8*20261119-20261120~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "DTP*441*D8*20201105~", "DTP*441*D8*20201105~\nDTP*139*D8*20201105~",
     FINDING_X12_SEGMENT_TOO_MANY},
    {"837d.edi", "AMT*T*2.5~", "AMT*F4*2.5~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"837d.edi", "REF*G1*AUTH1**2U:EP01~", "REF*G1*AUTH1**PI:EP01~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "SVD*FP01*600*AD:D8080**1~", "SVD*FP01*500*HC:D8080**1~", FINDING_X12_ELEMENT_CODE},
    {"837d.edi", "CAS*PR*1*300~\nDTP*573*D8*20261110~\n", "CAS*PR*1*300~\n", FINDING_X12_SEGMENT_MISSING},
};

static const struct change near_misses[] = {
    {"837d.edi", "DTP*441*D8*20201105~", "DTP*139*D8*20201105~", 0},
    {"837d.edi", "DTP*441*D8*20201105~\nDTP*446*D8*20261120~", "DTP*446*D8*20261120~\nDTP*441*D8*20201105~",
     0},
    {"837d.edi", "HI*ABK:K029*TQ:0Z~", "HI*ABK:K029*ABF:K028~", 0},
    {"837d.edi", "DTP*472*D8*20261119~\n", "", 0},
    {"837d.edi", "DN2*17*E****JP~\n", "", 0},
    {"837d.edi", "DN1*24*23**Y~", "DN1****Y~", 0},
    {"837d.edi", "OA:::OH~", "OA:::OH********PB~", 0},
    {"837d.edi", "SV3*AD:D1110*120****1~", "SV3*AD:D1110:::::BOTH SIDES*120~", 0},
    {"837d.edi", "AD:D2392*190**10:20*I*1*****1:2~\nTOO*JP*3*M:O~\nTOO*JP*4*D:O:B:L:I~\n", "AD:D0150*190**10:20*I*1*****1:2~\n", 0},
    {"837d.edi", "TOO*JP*3*M:O~", "TOO*JP*3~", 0},
    {"837d.edi",
     "NM1*77*2*HARBOR SURGERY*****XX*1555000110~\nN3*2 HARBOR WAY~\nN4*SPRINGFALLS*OH*440011234~\n", "", 0},
    {"837d.edi", "NM1*DN*1*SOMMER*AVA****XX*1666000421~\nPRV*RF*PXC*1223G0001X~\n",
     "NM1*DN*1*SOMMER*AVA~\nNM1*P3*1*KATO*MEI~\n", 0},
};

Test(x12_837d, each_fault_is_found_and_rejects_its_set)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        cr_expect(change_is_found(&changes[i]), "%s -> %s", changes[i].from, changes[i].to);
}

Test(x12_837d, what_the_guide_leaves_free_is_no_fault)
{
    for (size_t i = 0; i < sizeof near_misses / sizeof near_misses[0]; i++)
        cr_expect(change_is_clean(&near_misses[i]), "%s -> %s", near_misses[i].from, near_misses[i].to);
}

/* `line`, repeated, in front of the line that begins with `before`. */
static struct text
repeated(const char *line, unsigned times, const char *before)
{
    struct text bytes = sample("837d.edi");
    size_t length = 0;
    char all[2000];
    for (unsigned i = 0; i < times; i++)
        length += (size_t)snprintf(all + length, sizeof all - length, "%s\n", line);
    snprintf(all + length, sizeof all - length, "%s", before);
    struct text changed = replaced(bytes, before, all, false), whole = recounted(changed);
    release(bytes);
    release(changed);
    return whole;
}

Test(x12_837d, a_line_has_at_most_32_teeth_and_a_claim_the_status_of_35)
{
    static const struct {
        const char *line, *before;
        unsigned present, most;
    } cases[] = {
        {"TOO*JP*1~", "DTP*472*D8*20261119~", 2, 32},
        {"DN2*1*M****JP~", "PWK*RB", 2, 35},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text most = repeated(cases[i].line, cases[i].most - cases[i].present, cases[i].before);
        struct text more = repeated(cases[i].line, cases[i].most - cases[i].present + 1, cases[i].before);
        cr_expect_eq(run_text(most, 7).finding_count, 0, "%s", cases[i].line);
        cr_expect(has(&(struct outcome[]){run_text(more, 7)}[0], FINDING_X12_SEGMENT_TOO_MANY), "%s",
                  cases[i].line);
        release(most);
        release(more);
    }
}

Test(x12_837d, the_dental_guide_is_found_under_its_errata_names)
{
    static const char *const names[] = {"005010X224", "005010X224A1", "005010X224A2", "005010X224A3",
                                        "X224A2"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect_eq(x12_guide_find(text_from(names[i]), TEXT("837")), &x12_guide_837d, "%s", names[i]);
    cr_expect_null(x12_guide_find(TEXT("005010X224A2"), TEXT("835")));
}

Test(x12_837d, the_claims_of_subscriber_and_patient_are_handed_out)
{
    struct text bytes = sample("837d.edi");
    struct outcome outcome = run_text(bytes, 7);
    cr_expect_eq(outcome.finding_count, 0);
    cr_expect_eq(outcome.claims, 2);
    cr_expect_eq(outcome.accepted_sets, 1);
    release(bytes);
}

/* Sums and situations refuse the claim, not its set. */
static const struct change claim_changes[] = {
    {"837d.edi", "CLM*D100*310*", "CLM*D100*311*", FINDING_X12_CLAIM_TOTAL},
    {"837d.edi", "CAS*PR*1*300", "CAS*PR*1*301", FINDING_X12_COB_LINE},
    {"837d.edi", "AMT*D*500", "AMT*D*501", FINDING_X12_COB_CLAIM},
    {"837d.edi", "SV3*AD:D1110*120*", "SV3*AD:D1110*120.001*", FINDING_X12_AMOUNT_INVALID},
    {"837d.edi", "*I*1*****1:2~", "*I*1*****1:3~", FINDING_X12_POINTER_DIAGNOSIS},
    {"837d.edi", "REF*F8*PAYER77~\n", "", FINDING_X12_REPLACEMENT_REFERENCE},
    {"837d.edi", "20261119-20261120", "20261119-20261118", FINDING_X12_DATE_ORDER},
    {"837d.edi", "D8*19700105", "D8*20261122", FINDING_X12_BIRTH_AFTER_SERVICE},
    {"837d.edi", "N4*SPRINGFALLS*OH*440011234~\nREF*EI", "N4*SPRINGFALLS*OH*44001~\nREF*EI", FINDING_X12_BILLING_ZIP},
    {"837d.edi", "DTP*439*D8*20261101~\n", "", FINDING_X12_ACCIDENT_DATE},
    {"837d.edi", "OA:::OH", "AA", FINDING_X12_ACCIDENT_STATE},
    {"837d.edi", "N3*9 LINDEN ROW~\nN4*SPRINGFALLS*OH*44001~\n", "", FINDING_X12_SUBSCRIBER_ADDRESS},
    {"837d.edi", "SBR*P*18*G100", "SBR*P**G100", FINDING_X12_SUBSCRIBER_RELATIONSHIP},
    {"837d.edi", "XX*1876543210~\nPRV*PE*PXC*1223G0001X~\nREF", "XX*1876543213~\nPRV*PE*PXC*1223G0001X~\nREF",
     FINDING_X12_NPI_CHECK_DIGIT},
};

Test(x12_837d, sums_and_situations_refuse_the_claim)
{
    for (size_t i = 0; i < sizeof claim_changes / sizeof claim_changes[0]; i++) {
        struct outcome outcome = changed_outcome(&claim_changes[i]);
        cr_expect(has(&outcome, claim_changes[i].finding), "%s -> %s: finding %u is not there", claim_changes[i].from,
                  claim_changes[i].to, claim_changes[i].finding);
        cr_expect_eq(outcome.accepted_sets, outcome.sets, "%s", claim_changes[i].from);
        bool refuses = finding_kind(claim_changes[i].finding)->severity == FINDING_ERROR;
        cr_expect_eq(outcome.refused_claims > 0, refuses, "%s", claim_changes[i].from);
    }
}
