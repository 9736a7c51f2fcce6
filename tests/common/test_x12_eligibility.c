/* The eligibility guides 270 and 271: what is clean, what is found, and what is nearly wrong. */
#include "schemas/findings.h"
#include "schemas/x12/x12_270.h"
#include "schemas/x12/x12_271.h"
#include "tests/common/x12_sample.h"

/* One change of a clean sample and the one finding it leads to (0: none), or with `more` the first of
 * several. */
struct change {
    const char *file, *from, *to;
    uint16_t finding;
    bool more;
};
static const struct change faults[] = {
    /* set and header */
    {"270.edi", "GS*HS*", "GS*HB*", FINDING_X12_SET_GROUP_DIFFERS},
    {"271.edi", "GS*HB*", "GS*HS*", FINDING_X12_SET_GROUP_DIFFERS},
    {"270.edi", "ST*270*0001*005010X279A1", "ST*270*0001*005010X212", FINDING_X12_SET_VERSION_DIFFERS},
    {"270.edi", "BHT*0022*", "BHT*0019*", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "BHT*0022*13*", "BHT*0022*11*", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "BHT*0022*11*", "BHT*0022*13*", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "*20261123*1200~\nHL", "*20261123*1200*RU~\nHL", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "BHT*0022*13*E0001*20261123*1200~\n", "", FINDING_X12_SEGMENT_MISSING},
    /* levels */
    {"270.edi", "HL*1**20*1~", "HL*1**20*0~", FINDING_X12_ELEMENT_CODE, .more = true},
    {"271.edi", "HL*1**20*1~", "HL*1**20*0~", FINDING_X12_HL_CHILD},
    {"270.edi", "HL*3*2*22*0~", "HL*3*1*22*0~", FINDING_X12_HL_PARENT},
    {"270.edi", "HL*4*2*22*1~", "HL*4*2*22*0~", FINDING_X12_HL_CHILD},
    {"271.edi", "HL*6*2*22*0~", "HL*7*2*22*0~", FINDING_X12_HL_NUMBER},
    {"271.edi", "HL*5*4*23*0~", "HL*5*4*23*1~", FINDING_X12_ELEMENT_CODE},
    {"270.edi",
     "NM1*1P*2*HARBOR CLINIC*****XX*1234567893~\nREF*4A*000123~\nN3*1 HARBOR WAY~\nN4*SPRINGFALLS*OH*"
     "440011234~\nPRV*BI*PXC*207Q00000X~\n",
     "", FINDING_X12_LOOP_MISSING},
    {"270.edi", "DTP*291*D8*20261123~\nEQ*30~\nIII*ZZ*11~\nSE", "DTP*291*D8*20261123~\nSE",
     FINDING_X12_LOOP_MISSING},
    /* names and what stands under them */
    {"270.edi", "NM1*PR*2*", "NM1*80*2*", FINDING_X12_SEGMENT_UNEXPECTED, .more = true},
    {"270.edi", "*****PI*EP01~", "*****46~", FINDING_X12_ELEMENT_MISSING, .more = true},
    {"270.edi", "NM1*1P*2*HARBOR CLINIC", "NM1*1P*2*", FINDING_X12_ELEMENT_MISSING},
    {"270.edi", "MI*W100000001", "SY*W100000001", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "NM1*03*1*QUENTAL*LIV~", "NM1*03*2*QUENTAL*LIV~", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "NM1*03*1*QUENTAL*LIV~", "NM1*03*1*QUENTAL*LIV****MI*W2~", FINDING_X12_ELEMENT_NOT_USED},
    {"270.edi", "REF*6P*G100~", "REF*6P*G100*HARBOR WORKERS~", FINDING_X12_ELEMENT_NOT_USED},
    {"270.edi", "REF*6P*G100~", "REF*49*G100~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"270.edi", "PRV*RF*PXC", "PRV*SB*PXC", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "PRV*RF*PXC*207Q00000X~", "PRV*RF*PXC~", FINDING_X12_ELEMENTS_CONDITION},
    {"270.edi", "DMG*D8*19700105*F~", "DMG*D8*19700105*U~", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "DMG*D8*19700105*F~", "DMG*D8*19701305*F~", FINDING_X12_ELEMENT_DATE},
    {"270.edi", "DMG*D8*19700105*F~", "DMG**19700105*F~", FINDING_X12_ELEMENTS_CONDITION},
    {"270.edi", "INS*N*19*", "INS*Y*19*", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "INS*N*19*", "INS*N*19*001", FINDING_X12_ELEMENT_NOT_USED},
    {"270.edi", "HI*ABK:J101*", "HI*ABF:J101*", FINDING_X12_SEGMENT_UNEXPECTED},
    {"270.edi", "DTP*291*RD8*20261101-20261130~", "DTP*291*RD8*20261101~", FINDING_X12_ELEMENT_DATE},
    {"270.edi", "TRN*1*T0001*9HARBORCL1*DESK~", "TRN*1*T0001~", FINDING_X12_ELEMENT_MISSING},
    {"270.edi", "TRN*1*T0001*9HARBORCL1", "TRN*1*T0001*HARBOR", FINDING_X12_ELEMENT_TOO_SHORT},
    {"270.edi", "TRN*1*T0001", "TRN*2*T0001", FINDING_X12_ELEMENT_CODE},
    /* the inquiry */
    {"270.edi", "EQ*30^98^UC**FAM~", "EQ***FAM~", FINDING_X12_ELEMENTS_CONDITION},
    {"270.edi", "EQ*30^98^UC**FAM~", "EQ*30^XX^UC**FAM~", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "EQ*30^98^UC**FAM~", "EQ*30:98:UC**FAM~", FINDING_X12_COMPONENTS_TOO_MANY, .more = true},
    {"270.edi", "EQ*30^98^UC**FAM~", "EQ*30^98^UC**IND~", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "EQ*30^98^UC**FAM~", "EQ*30^98^UC**FAM*HM~", FINDING_X12_ELEMENT_NOT_USED},
    {"270.edi", "EQ**HC:99213:25***1:2~", "EQ**XX:99213:25***1:2~", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "EQ**HC:99213:25***1:2~", "EQ**HC:99213:25:::::9***1:2~", FINDING_X12_ELEMENT_NOT_USED},
    {"270.edi", "EQ**HC:99213:25***1:2~", "EQ**HC***1:2~", FINDING_X12_ELEMENT_MISSING},
    {"270.edi", "EQ**HC:99213:25***1:2~", "EQ**HC:99213:25***1:2:3:4:5~", FINDING_X12_COMPONENTS_TOO_MANY},
    {"270.edi", "AMT*R*37.5~", "AMT*B6*37.5~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"270.edi", "AMT*R*37.5~", "AMT*R*37.5~\nAMT*R*1~", FINDING_X12_SEGMENT_TOO_MANY},
    {"270.edi", "III*ZZ*11~", "III*BK*11~", FINDING_X12_ELEMENT_CODE},
    {"270.edi", "REF*G1*AUTH1~", "REF*G1*AUTH1~\nREF*9F*R1~", FINDING_X12_SEGMENT_TOO_MANY},
    {"270.edi", "III*ZZ*11~\nDTP*291*D8*20261123~", "DTP*291*D8*20261123~\nIII*ZZ*11~",
     FINDING_X12_SEGMENT_OUT_OF_ORDER},
    {"270.edi", "EQ*30~\nIII", "EQ*30***HM~\nIII", FINDING_X12_ELEMENT_NOT_USED},
    {"270.edi", "EQ*30~\nIII", "EQ*30**FAM~\nIII", FINDING_X12_ELEMENT_NOT_USED},
    /* the answer */
    {"271.edi", "PER*IC*HELP DESK*TE*", "PER*IC*HELP DESK*WP*", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "AAA*N**75*C~", "AAA*N*1*75*C~", FINDING_X12_ELEMENT_NOT_USED},
    {"271.edi", "AAA*N**75*C~", "AAA*N**67*C~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "AAA*N**75*C~", "AAA*N**75*P~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "AAA*N**75*C~", "AAA*N**75~", FINDING_X12_ELEMENT_MISSING},
    {"271.edi", "INS*Y*18*001*25~", "INS*Y*18*002*25~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "INS*N*19~", "INS*N*34~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "DTP*346*D8*20260101~", "DTP*348*D8*20260101~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"271.edi", "MPI*C*AU*C*MEDIC*S4*D8*", "MPI*C*AU*C*MEDIC*S4**", FINDING_X12_ELEMENTS_CONDITION},
    {"271.edi", "MPI*C*AU*C", "MPI*C*ZZ*C", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "EB*1*IND*30**GOLD PLAN~", "EB*Z*IND*30**GOLD PLAN~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "EB*1*IND*30**GOLD PLAN~", "EB*1*ALL*30**GOLD PLAN~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "EB*1*IND*30**GOLD PLAN~", "EB*1*IND*30*XX*GOLD PLAN~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "1^33^98^UC", "1^33^29^UC", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "1^33^98^UC", "1>33>98>UC", FINDING_X12_ELEMENT_TOO_LONG, .more = true},
    {"271.edi", "*27*20*****Y~", "*99*20*****Y~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "*27*20*****Y~", "*27*20*****X~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "*27*20*****Y~", "*27*TWENTY*****Y~", FINDING_X12_ELEMENT_CHARACTER},
    {"271.edi", "EB*F**AL******VS*2~", "EB*F**AL******VS~", FINDING_X12_ELEMENTS_CONDITION},
    {"271.edi", "EB*F**AL******VS*2~", "EB*F**AL******FL*2~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "***Y*N*HC:99213:25*1:2~", "***Y*N*99213*1:2~", FINDING_X12_ELEMENT_TOO_LONG, .more = true},
    {"271.edi", "***Y*N*HC:99213:25*1:2~", "***Y*N*HC:99213:25*1:2*X~", FINDING_X12_ELEMENTS_TOO_MANY},
    {"271.edi", "HSD*VS*12***23*1~", "HSD*VS****23*1~", FINDING_X12_ELEMENTS_CONDITION},
    {"271.edi", "HSD*VS*12***23*1~", "HSD*VS*12****1~", FINDING_X12_ELEMENTS_CONDITION},
    {"271.edi", "HSD*VS*12***23*1~", "HSD*VS*12***13*1~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "MSG*NO PAYMENT FOR A SECOND VISIT ON ONE DAY~", "MSG~", FINDING_X12_ELEMENT_MISSING},
    {"271.edi", "MSG*NO", "MSG*A~\nDTP*292*D8*20260101~\nMSG*NO", FINDING_X12_SEGMENT_OUT_OF_ORDER},
    {"271.edi", "III*ZZ*11~", "III*ZZ~", FINDING_X12_ELEMENTS_CONDITION},
    {"271.edi", "III***44*LEFT ANKLE~", "III***44~", FINDING_X12_ELEMENTS_CONDITION},
    /* the parties between LS and LE */
    {"271.edi", "LS*2120~", "LS*2130~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "LE*2120~", "LE*2110~", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "LE*2120~\n", "", FINDING_X12_SEGMENT_MISSING},
    {"271.edi", "LE*2120~\nHL", "HL", FINDING_X12_SEGMENT_MISSING},
    {"271.edi", "LE*2120~", "LE*2120~\nLE*2120~", FINDING_X12_SEGMENT_TOO_MANY},
    {"271.edi", "LE*2120~", "LE*2120~\nNM1*VN*2*LATE~", FINDING_X12_SEGMENT_OUT_OF_ORDER},
    {"271.edi", "LE*2120~", "LE*2120~\nLS*2120~\nNM1*VN*2*LATE~\nLE*2120~", FINDING_X12_LOOP_TOO_MANY},
    {"271.edi", "EB*L~", "EB*L~\nNM1*P3*1*VARELA*TOMAS~", FINDING_X12_SEGMENT_UNEXPECTED},
    {"271.edi", "EB*C*FAM", "LS*2120~\nLE*2120~\nEB*C*FAM", FINDING_X12_LOOP_MISSING},
    {"271.edi", "NM1*PRP*2*", "NM1*QC*2*", FINDING_X12_SEGMENT_UNEXPECTED},
    {"271.edi", "PER*IC**TE*5555550101*EX*12~", "REF*6P*G100~", FINDING_X12_SEGMENT_OUT_OF_ORDER},
    {"271.edi", "PRV*PC*PXC*", "PRV*PC*9K*", FINDING_X12_ELEMENT_CODE},
    {"271.edi", "*W200000002*02~", "*W200000002*99~", FINDING_X12_ELEMENT_CODE},
};

static const struct change near_misses[] = {
    {"270.edi", "BHT*0022*13*E0001*20261123*1200~", "BHT*0022*01*E0001*20261123*1200*RT~", 0},
    {"270.edi", "BHT*0022*13*E0001*", "BHT*0022*36**", 0},
    {"271.edi", "BHT*0022*11*E0001*20261123*1201~", "BHT*0022*06*E0001*20261123*1201*RT~", 0},
    {"270.edi", "X*005010X279A1~", "X*005010X279~", 0},
    {"270.edi", "NM1*IL*1*ISAAC*MIRANDA*B***MI*W100000001~", "NM1*IL*1******MI*W100000001~", 0},
    {"270.edi", "NM1*IL*1*ISAAC*MIRANDA*B***MI*W100000001~", "NM1*IL*2*ISAAC~", 0},
    {"270.edi", "DMG*D8*19700105*F~", "DMG***F~", 0},
    {"270.edi", "DMG*D8*19700105*F~", "DMG*D8*19700105*F~\nINS*Y*18***************2~", 0},
    {"270.edi", "PRV*RF*PXC*207Q00000X~", "PRV*RF~", 0},
    {"270.edi", "EQ*30^98^UC**FAM~", "EQ*30~", 0},
    {"270.edi", "AMT*R*37.5~\nAMT*PB*74.25~", "AMT*PB*74.25~\nAMT*R*37.5~", 0},
    {"270.edi", "DTP*291*RD8*20261101-20261130~", "DTP*291*D8*20261101~\nDTP*102*D8*20200101~", 0},
    {"271.edi", "X*005010X279A1~", "X*005010X279~", 0},
    {"271.edi", "NM1*1P*2*HARBOR CLINIC*", "NM1*1P*2**", 0},
    {"271.edi", "DMG*D8*19700105*F~", "DMG*D8*19700105*U~", 0},
    {"271.edi", "AAA*N**75*C~", "AAA*N**75*C~\nAAA*Y**42*R~", 0},
    {"271.edi", "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~", "AAA*Y**42*P~\nNM1*PR*2*EXAMPLE PAYER*****PI*EP01~",
     0},
    {"271.edi", "EB*1*IND*30**GOLD PLAN~", "EB*1~", 0},
    {"271.edi", "EB*1*IND*30**GOLD PLAN~", "EB*CB*SPC*B1^CQ*TF*GOLD PLAN*36***M2*3~", 0},
    {"271.edi", "HC:99213:25*1:2~", "N4:00093105801::::::00093105899~", 0},
    {"271.edi", "EB*L~", "EB*L~\nREF*M7*A~\nDTP*295*D8*20260101~\nAAA*N**69*C~\nMSG*A~\nMSG*B~", 0},
    {"271.edi", "EB*L~", "EB*L~\nIII*GR*31~", 0},
    {"271.edi", "PER*IC**TE*5555550101*EX*12~", "PER*IC**WP*5555550101~\nPER*IC**TE*5555550102~", 0},
    {"271.edi", "N4*SPRINGFALLS*OH*44001~\nPER", "N4*SPRINGFALLS*OH*44001**RJ*05~\nPER", 0},
    {"271.edi", "HL*4*2*22*1~", "HL*4*2*22*1~\nTRN*1*OURS*9PAYER0001~\nTRN*2*THEIRS*9HARBORCL1~", 0},
};

static void
try_change(const struct change *change)
{
    struct text bytes = sample(change->file), changed = replaced(bytes, change->from, change->to, false);
    struct text whole = recounted(changed);
    struct outcome outcome = run_text(whole, 7);
    cr_expect_eq(outcome.last, X12_EVENT_END, "%s -> %s", change->from, change->to);
    cr_expect(change->more ? outcome.finding_count > 1
                           : outcome.finding_count == (change->finding == 0 ? 0u : 1u),
              "%s -> %s: %u findings, first %u, second %u", change->from, change->to, outcome.finding_count,
              outcome.findings[0], outcome.findings[1]);
    cr_expect(change->finding == 0 || outcome.findings[0] == change->finding,
              "%s -> %s: finding %u is not there", change->from, change->to, change->finding);
    cr_expect_eq(outcome.accepted_sets, change->finding == 0 ? 1u : 0u, "%s -> %s", change->from, change->to);
    release(bytes);
    release(changed);
    release(whole);
}

Test(x12_eligibility, each_fault_makes_its_finding)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        try_change(&faults[i]);
}

Test(x12_eligibility, what_is_nearly_wrong_makes_no_finding)
{
    for (size_t i = 0; i < sizeof near_misses / sizeof *near_misses; i++)
        try_change(&near_misses[i]);
}

Test(x12_eligibility, clean_files_are_accepted_and_have_no_claims)
{
    static const char *const files[] = {"270.edi", "271.edi"};
    for (size_t i = 0; i < 2; i++) {
        struct text bytes = sample(files[i]);
        struct outcome outcome = run_text(bytes, 7);
        cr_expect_eq(outcome.finding_count, 0, "%s: finding %u", files[i], outcome.findings[0]);
        cr_expect_eq(outcome.accepted_sets, 1);
        cr_expect_eq(outcome.claims, 0);
        cr_expect_eq(outcome.accepted_interchanges, 1);
        release(bytes);
    }
}

Test(x12_eligibility, the_set_decides_between_guides_of_one_version)
{
    cr_expect_eq(x12_guide_find(TEXT("005010X279A1"), TEXT("270")), &x12_guide_270);
    cr_expect_eq(x12_guide_find(TEXT("005010X279A1"), TEXT("271")), &x12_guide_271);
    cr_expect_eq(x12_guide_find(TEXT("X279"), TEXT("271")), &x12_guide_271);
    cr_expect_null(x12_guide_find(TEXT("005010X279A1"), TEXT("837")));
}

/* A service type code as often as the guide allows, and once more. */
Test(x12_eligibility, a_service_type_is_repeated_99_times_and_not_100)
{
    char to[400];
    size_t length = (size_t)snprintf(to, sizeof to, "EB*B*IND*1");
    for (int i = 1; i < 99; i++)
        length += (size_t)snprintf(to + length, sizeof to - length, "^UC");
    struct change most = {"271.edi", "EB*B*IND*1^33^98^UC", to, 0};
    try_change(&most);
    snprintf(to + length, sizeof to - length, "^UC");
    struct change more = {"271.edi", "EB*B*IND*1^33^98^UC", to, FINDING_X12_REPETITIONS_TOO_MANY};
    try_change(&more);
}

/* The places that the segments of a sample match, in order, from the first EB*L on. */
Test(x12_eligibility, bounds_go_by_the_name_of_the_loop_around_them)
{
    static const char *const places[] = {"2110C/EB",     "2110C/LS",  "2120C/NM1*13", "2120C/N3", "2120C/N4",
                                         "2120C/PER*IC", "2120C/PRV", "2120C/NM1*13", "2110C/LE", "2110C/EB"};
    struct text bytes = sample("271.edi");
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    enum x12_event event;
    size_t at = 0;
    x12_check_open_memory(&check, &options, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END && at < sizeof places / sizeof *places) {
        bool first = event == X12_EVENT_SEGMENT && text_is(x12_element(check.segment, 1), "L");
        if (event != X12_EVENT_SEGMENT || (at == 0 && !first))
            continue;
        cr_expect_str_eq(check.step.place->name, places[at++]);
    }
    cr_expect_eq(at, sizeof places / sizeof *places);
    cr_expect_str_eq(x12_guide_271.loops[X12_271_LOOP_BOUND_2110C].name, "2110C");
    cr_expect_eq(x12_guide_loop(&x12_guide_271, TEXT("2110C")), &x12_guide_271.loops[X12_271_LOOP_2110C]);
    x12_check_close(&check);
    release(bytes);
}

/* What a missing trailer of the bounds says, where it says it. */
Test(x12_eligibility, a_missing_le_is_said_of_its_benefit)
{
    struct text bytes = sample("271.edi"), changed = replaced(bytes, "LE*2120~\nEB", "EB", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    x12_check_open_memory(&check, &options, changed);
    while (x12_check_next(&check) != X12_EVENT_SET_END)
        continue;
    cr_assert_geq(check.set.findings.count, 1);
    const struct finding *finding = &check.set.findings.items[0];
    cr_expect_eq(finding->kind->number, FINDING_X12_SEGMENT_MISSING);
    cr_expect_str_eq(finding->loop_id, "2110C");
    cr_expect_str_eq(finding->segment_id, "LE");
    x12_check_close(&check);
    release(bytes);
    release(changed);
}
