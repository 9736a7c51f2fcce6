/* Claim status, 276 and 277: each with one fault, and what is none. */
#include "schemas/findings.h"
#include "schemas/x12/x12_276.h"
#include "schemas/x12/x12_277.h"
#include "tests/common/x12_change.h"

static const struct change changes[] = {
    /* 276: envelope and levels */
    {"276.edi", "GS*HR*", "GS*HN*", FINDING_X12_SET_GROUP_DIFFERS},
    {"276.edi", "*20261123*1400~\nHL", "*20261123*1400*TH~\nHL", FINDING_X12_ELEMENT_NOT_USED},
    {"276.edi", "BHT*0010*13*", "BHT*0010*08*", FINDING_X12_ELEMENT_CODE},
    {"276.edi", "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~\n", "", FINDING_X12_LOOP_MISSING},
    {"276.edi", "HL*2*1*21*1~", "HL*2*1*21*0~", FINDING_X12_ELEMENT_CODE},
    {"276.edi", "HL*3*2*19*1~", "HL*3*1*19*1~", FINDING_X12_HL_PARENT},
    {"276.edi", "HL*6*5*22*1~", "HL*6*5*22*0~", FINDING_X12_HL_CHILD},
    {"276.edi", "HL*7*6*23~", "HL*9*6*23~", FINDING_X12_HL_NUMBER},
    {"276.edi", "NM1*1P*2*HARBOR CLINIC*****FI*123456789~", "NM1*1P*2*A*****FI*1A~\nNM1*1P*2*B*****FI*1B~",
     FINDING_X12_LOOP_TOO_MANY},
    {"276.edi", "NM1*1P*2*HARBOR CLINIC*****FI*", "NM1*85*2*HARBOR CLINIC*****FI*",
     FINDING_X12_SEGMENT_UNEXPECTED},
    {"276.edi", "DMG*D8*20150305*F~\n", "", FINDING_X12_SEGMENT_MISSING},
    {"276.edi", "DMG*D8*19700105*F~", "DMG*D8*19700105*U~", FINDING_X12_ELEMENT_CODE},
    {"276.edi", "NM1*QC*1*QUENTAL*LIV~", "NM1*QC*1*QUENTAL*LIV****MI*1A~", FINDING_X12_ELEMENT_NOT_USED},
    /* 276: the claim, of a subscriber and of a dependent */
    {"276.edi", "TRN*1*Q100~", "TRN*2*Q100~", FINDING_X12_ELEMENT_CODE},
    {"276.edi", "TRN*1*Q102~", "TRN*2*Q102~", FINDING_X12_ELEMENT_CODE},
    {"276.edi", "TRN*1*Q102~\nREF*EJ*A101~\nAMT*T3*100~\nDTP*472*D8*20261102~\n", "",
     FINDING_X12_LOOP_MISSING},
    {"276.edi", "REF*BLT*131~", "REF*BLT*131~\nREF*BLT*132~", FINDING_X12_SEGMENT_TOO_MANY},
    {"276.edi", "REF*LU*SITE2~", "REF*VV*SITE2~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"276.edi", "AMT*T3*100~", "AMT*T3*ALL~", FINDING_X12_ELEMENT_CHARACTER},
    {"276.edi", "RD8*20261120-20261121~", "RD8*20261120~", FINDING_X12_ELEMENT_DATE},
    {"276.edi", "SVC*HC:99214:25*100*", "SVC*HC:99214:25*100*80", FINDING_X12_ELEMENT_NOT_USED},
    {"276.edi", "REF*FJ*L1~\nDTP*472*D8*20261102~\n", "REF*FJ*L1~\n", FINDING_X12_SEGMENT_MISSING},
    {"276.edi", "REF*FJ*L1~", "STC*A1:20*20261123~", FINDING_X12_SEGMENT_UNKNOWN},
    /* 277 */
    {"277.edi", "GS*HN*", "GS*HR*", FINDING_X12_SET_GROUP_DIFFERS},
    {"277.edi", "*20261123*1500*DG~\nHL*1**20*1~\nNM1*PR*2*EXAMPLE PAYER*****PI*EP01~\nPER",
     "*20261123*1500*TH~\nHL*1**20*1~\nNM1*PR*2*EXAMPLE PAYER*****PI*EP01~\nPER", FINDING_X12_ELEMENT_CODE},
    {"277.edi", "TE*5555550199*EX*7~", "EX*5555550199*EX*7~", FINDING_X12_ELEMENT_CODE},
    {"277.edi", "HL*8*2*19*0~", "HL*8*3*19*0~", FINDING_X12_HL_PARENT},
    {"277.edi", "STC*F1:65*20261122**", "STC*F1:65*20261122*WQ*", FINDING_X12_ELEMENT_NOT_USED},
    {"277.edi", "STC*F1:65*20261122*", "STC*F1*20261122*", FINDING_X12_ELEMENT_MISSING},
    {"277.edi", "*20261121**20261122*CHK7001~", "*20261121*CHK*20261122*CHK7001~",
     FINDING_X12_ELEMENT_NOT_USED},
    {"277.edi", "STC*F2:80::RX*", "STC*F2:80::LOI*", FINDING_X12_ELEMENT_CODE},
    {"277.edi", "STC*P3:317*20261122**100~\n", "", FINDING_X12_SEGMENT_MISSING},
    {"277.edi", "REF*VV*V01~", "REF*LU*V01~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"277.edi", "REF*VV*V01~", "AMT*T3*1~", FINDING_X12_SEGMENT_UNKNOWN},
    {"277.edi", "SVC*HC:99214:25*100*0*", "SVC*HC:99214:25*100**", FINDING_X12_ELEMENT_MISSING},
    {"277.edi", "SVC*HC:99214:25*100*0****1~\nSTC*P3:317*20261122~", "SVC*HC:99214:25*100*0****1~",
     FINDING_X12_SEGMENT_MISSING},
    {"277.edi", "NM1*QC*1*QUENTAL*LIV~\n", "", FINDING_X12_LOOP_MISSING},
    {"277.edi", "STC*E0:24:1P*20261122~", "STC*E0:24:1P*2026112~", FINDING_X12_ELEMENT_DATE},
};

static const struct change near_misses[] = {
    {"276.edi", "NM1*1P*2*HARBOR CLINIC*****FI*123456789~\n", "", 0},
    {"276.edi", "DMG*D8*19700105*F~\n", "", 0},
    {"276.edi", "DMG*D8*20150305*F~", "DMG*D8*20150305~", 0},
    {"276.edi", "HL*7*6*23~", "HL*7*6*23*0~", 0},
    {"276.edi", "REF*BLT*131~\nREF*LU*SITE2~", "REF*LU*SITE2~\nREF*BLT*131~", 0},
    {"276.edi", "SVC*HC:99214:25*100*****1~", "SVC*HC:99214:25*100~", 0},
    {"276.edi", "SVC*NU:0450*0**0450***1~\nDTP*472*RD8*20261102-20261103~\n", "", 0},
    {"277.edi", "PER*IC*CLAIM DESK*TE*5555550199*EX*7~\n", "", 0},
    {"277.edi", "STC*F1:101:PR*20261122********F0:3~\n", "", 0},
    {"277.edi", "TRN*1*Q0001~\nSTC*E0:24:1P*20261122~\n", "", 0},
    {"277.edi", "REF*VV*V01~\nREF*D9*CH0001~", "REF*D9*CH0001~\nREF*VV*V01~", 0},
    {"277.edi", "REF*FJ*L1~\nDTP*472*D8*20261102~\n", "", 0},
};

Test(x12_status, each_fault_is_found_and_rejects_its_set)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        cr_expect(change_is_found(&changes[i]), "%s -> %s", changes[i].from, changes[i].to);
}

Test(x12_status, what_the_guides_leave_free_is_no_fault)
{
    for (size_t i = 0; i < sizeof near_misses / sizeof near_misses[0]; i++)
        cr_expect(change_is_clean(&near_misses[i]), "%s -> %s", near_misses[i].from, near_misses[i].to);
}

static unsigned
controls(const char *name, char list[static 64])
{
    struct text bytes = sample(name);
    struct x12_check check;
    struct x12_check_options options = {.snip = 7};
    enum x12_event event;
    unsigned claims = 0;
    size_t length = 0;
    x12_check_open_memory(&check, &options, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        if (event != X12_EVENT_CLAIM_END)
            continue;
        claims++;
        length += (size_t)snprintf(list + length, 64 - length, " %.*s", TEXT_ARGS(check.claim.control));
    }
    x12_check_close(&check);
    release(bytes);
    return claims;
}

Test(x12_status, a_claim_of_a_subscriber_and_one_of_a_dependent_are_both_claims)
{
    char list[64];
    cr_expect_eq(controls("276.edi", list), 3);
    cr_expect_str_eq(list, " Q100 Q101 Q102");
    cr_expect_eq(controls("277.edi", list), 3);
    cr_expect_str_eq(list, " Q100 Q101 Q102");
}

/* The only difference between the two uses of an included loop: a dependent level is there for its claim. */
Test(x12_status, an_included_loop_keeps_its_number_and_may_have_another_usage)
{
    const struct x12_loop *above = &x12_guide_276.loops[X12_276_LOOP_2000D],
                          *below = &x12_guide_276.loops[X12_276_LOOP_2000E];
    const struct x12_child *optional = NULL, *required = NULL;
    for (uint16_t i = 0; i < above->child_count; i++)
        optional = above->children[i].loop == X12_276_LOOP_2200D ? &above->children[i] : optional;
    for (uint16_t i = 0; i < below->child_count; i++)
        required = below->children[i].loop == X12_276_LOOP_2200D ? &below->children[i] : required;
    cr_assert(optional != NULL && required != NULL);
    cr_expect_eq(optional->place, required->place);
    cr_expect_eq(optional->usage, X12_SITUATIONAL);
    cr_expect_eq(required->usage, X12_REQUIRED);
}

Test(x12_status, the_set_decides_between_guides_of_the_same_version)
{
    cr_expect_eq(x12_guide_find(TEXT("005010X212"), TEXT("276")), &x12_guide_276);
    cr_expect_eq(x12_guide_find(TEXT("005010X212"), TEXT("277")), &x12_guide_277);
    cr_expect_null(x12_guide_find(TEXT("005010X212"), TEXT("278")));
}
