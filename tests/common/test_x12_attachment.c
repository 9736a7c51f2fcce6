/* Attachments: the 277 that asks for more and the 275 that answers, each with one fault, and what is none. */
#include "schemas/findings.h"
#include "schemas/x12/x12_275.h"
#include "schemas/x12/x12_277rfai.h"
#include "tests/common/x12_change.h"

static const struct change changes[] = {
    {"277rfai.edi", "GS*HN*", "GS*PI*", FINDING_X12_SET_GROUP_DIFFERS},
    {"277rfai.edi", "X*005010X213~", "X*005010X212~", FINDING_X12_SET_VERSION_DIFFERS},
    {"277rfai.edi", "BHT*0085*48*", "BHT*0019*48*", FINDING_X12_ELEMENT_CODE},
    {"277rfai.edi", "HL*6*5*23~", "HL*6*4*23~", FINDING_X12_HL_PARENT},
    {"277rfai.edi", "STC*R4:11504-8::LOI*20261123**185.5*", "STC*R4:11504-8::RX*20261123**185.5*",
     FINDING_X12_ELEMENT_CODE},
    {"277rfai.edi", "STC*R4:11504-8::LOI*20261123~\nREF*EJ*A101~\n", "REF*EJ*A101~\n",
     FINDING_X12_SEGMENT_MISSING},
    {"277rfai.edi", "TRN*1*R101~\nSTC*R4:11504-8::LOI*20261123~\nREF*EJ*A101~\n", "",
     FINDING_X12_LOOP_MISSING},
    {"277rfai.edi", "DTP*106*D8*20261223~", "DTP*106*D8*20261323~", FINDING_X12_ELEMENT_DATE},
    {"277rfai.edi", "DTP*106*D8*20261223~", "DTP*050*D8*20261223~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"277rfai.edi", "PWK*OZ*EL***AC*R100~", "PWK*OZ*EL***AC~", FINDING_X12_ELEMENTS_CONDITION},
    {"277rfai.edi", "SVC*HC:99213:25*150~\nSTC*R4:11506-3::LOI*20261123~", "SVC*HC:99213:25*150~",
     FINDING_X12_SEGMENT_MISSING},
    {"275.edi", "GS*PI*", "GS*HN*", FINDING_X12_SET_GROUP_DIFFERS},
    {"275.edi", "X*005010X210~", "X*005010X211~", FINDING_X12_SET_VERSION_DIFFERS},
    {"275.edi", "BGN*11*", "BGN*00*", FINDING_X12_ELEMENT_CODE},
    {"275.edi", "NM1*41*2*HARBOR CLINIC*****46*HC01~\n", "", FINDING_X12_LOOP_MISSING},
    {"275.edi", "NM1*1P*2*", "NM1*85*2*", FINDING_X12_SEGMENT_UNEXPECTED},
    {"275.edi", "REF*EA*MR55~", "REF*ZZ*MR55~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"275.edi", "TRN*2*R100~\n", "", FINDING_X12_SEGMENT_MISSING},
    {"275.edi", "DTP*368*D8*20261124~\nCAT*AE*TX~", "CAT*AE*TX~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"275.edi", "CAT*AE*TX~", "CAT*UL*TX~", FINDING_X12_ELEMENT_CODE},
    {"275.edi", "EFI*05~\nBIN*5*<a/>\n~\n", "EFI*05~\n", FINDING_X12_SEGMENT_MISSING},
    {"275.edi", "BIN*5*<a/>\n~\n", "BIN*0*~\n", FINDING_X12_ELEMENT_MISSING},
    {"275.edi", "BIN*5*<a/>\n~\n", "BIN*5X*<a/>~\n", FINDING_X12_ELEMENT_CHARACTER},
    {"275.edi", "BIN*5*<a/>\n~\n", "BIN*3*<a/>\n~\n", FINDING_X12_BINARY_LENGTH},
};

static const struct change near_misses[] = {
    {"277rfai.edi", "BHT*0085*48*", "BHT*0010*13*", 0},
    {"277rfai.edi", "HL*4*3*22*0~\nNM1*IL*1", "HL*4*3*PT~\nNM1*QC*1", 0},
    {"277rfai.edi",
     "PWK*OZ*EL***AC*R100~\nPER*IC*DOCUMENTS*FX*5555550198~\nN1*PR*EXAMPLE PAYER~\nN3*7 PAPER "
     "LANE~\nN4*SPRINGFALLS*OH*44003~\n",
     "", 0},
    {"275.edi", "BGN*11*", "BGN*02*", 0},
    {"275.edi", "STC*R4:11504-8::LOI*20261123~\nREF*FJ*L1~\nDTP*472*D8*20261120~\n", "", 0},
    {"275.edi", "NX1*1P~\nN3*1 HARBOR WAY~\nN4*SPRINGFALLS*OH*440011234~\n", "", 0},
    {"275.edi", "REF*EA*MR55~\n", "", 0},
    {"275.edi", "BIN*5*<a/>\n~\n", "BIN*6*<\t\x01\xFF/>~\n", 0},
    /* Line ends that were put in front of the terminator are no data. */
    {"275.edi", "BIN*5*<a/>\n~\n", "BIN*4*<a/>\r\n~\n", 0},
};

Test(x12_attachment, each_fault_is_found_and_rejects_its_set)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        cr_expect(change_is_found(&changes[i]), "%s -> %s", changes[i].from, changes[i].to);
}

Test(x12_attachment, what_the_guides_leave_free_is_no_fault)
{
    for (size_t i = 0; i < sizeof near_misses / sizeof near_misses[0]; i++)
        cr_expect(change_is_clean(&near_misses[i]), "%s -> %s", near_misses[i].from, near_misses[i].to);
}

Test(x12_attachment, the_version_tells_the_guides_of_one_set_apart)
{
    cr_expect_eq(x12_guide_find(TEXT("005010X213"), TEXT("277")), &x12_guide_277rfai);
    cr_expect_eq(x12_guide_find(TEXT("005010X210"), TEXT("275")), &x12_guide_275);
    cr_expect_null(x12_guide_find(TEXT("005010X211"), TEXT("275")), "an older form, not supported");
}
