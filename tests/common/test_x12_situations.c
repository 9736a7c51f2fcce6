/* Every situational rule of schemas/x12/situations.tsv: a file that breaks it, and a near miss that does not. */
#include "common/x12/x12_situations.h"
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

#define PICKUP  "NM1*PW*2~\nN3*1 ROAD~\nN4*SPRINGFALLS*OH*44001~\n"
#define DROPOFF "NM1*45*2~\nN3*2 ROAD~\nN4*SPRINGFALLS*OH*44001~\n"
#define CLAIM(place) place ":B:1*Y*A*Y*Y~\nREF*D9"
#define SUBSCRIBER(end) "SBR*P*18*G100******" end
#define LINE_DATE "DTP*472*D8*20261120~\n"
#define ADJUDICATION "SVD*FP01*50*HC:99214**1~\nCAS*PR*1*30~\nCAS*CO*45*20~\nDTP*573*D8*20261110~\n"

struct change {
    const char *from, *to;
};

/* `breaks` are made on the clean sample; `mends` on top of them. */
static const struct rule_case {
    uint16_t finding;
    struct change breaks[2], mends;
    const char *file; /* NULL: 837p.edi */
} cases[] = {
    {FINDING_X12_AMBULANCE_TRANSPORT, {{CLAIM("11"), CLAIM("41")}}, {"HI*ABK:J101", "CR1****A*DH*12~\nHI*ABK:J101"}},
    {FINDING_X12_AMBULANCE_TRANSPORT, {{CLAIM("11"), CLAIM("42")}}, {CLAIM("42"), CLAIM("12")}},
    {FINDING_X12_AMBULANCE_PICKUP, {{CLAIM("11"), CLAIM("41")}}, {"LX*1~", PICKUP "LX*1~"}},
    {FINDING_X12_AMBULANCE_DROPOFF, {{CLAIM("11"), CLAIM("41")}}, {"REF*6R*L1~\n", "REF*6R*L1~\n" DROPOFF}},
    {FINDING_X12_AMBULANCE_PICKUP_ALONE, {{"LX*1~", PICKUP "LX*1~"}}, {"LX*1~", DROPOFF "LX*1~"}},
    {FINDING_X12_AMBULANCE_DROPOFF_ALONE, {{"LX*1~", DROPOFF "LX*1~"}}, {DROPOFF "LX*1~", PICKUP DROPOFF "LX*1~"}},
    {FINDING_X12_LINE_PICKUP_ALONE, {{"LX*2~", PICKUP "LX*2~"}}, {"LX*2~", DROPOFF "LX*2~"}},
    {FINDING_X12_LINE_DROPOFF_ALONE, {{"LX*2~", DROPOFF "LX*2~"}}, {DROPOFF "LX*2~", PICKUP DROPOFF "LX*2~"}},
    {FINDING_X12_AMBULANCE_CONDITION_ALONE, {{"HI*ABK:J101", "CRC*07*Y*01~\nHI*ABK:J101"}}, {"CRC*07", "CR1****A*DH*12~\nCRC*07"}},
    {FINDING_X12_INPATIENT_ADMISSION_DATE, {{CLAIM("11"), CLAIM("21")}}, {"REF*D9", "DTP*435*D8*20261119~\nREF*D9"}},
    {FINDING_X12_PAPERWORK_CONTROL_NUMBER, {{"REF*D9", "PWK*OZ*FX~\nREF*D9"}}, {"PWK*OZ*FX", "PWK*OZ*FX***AC*77"}},
    {FINDING_X12_PAPERWORK_CONTROL_NUMBER, {{"REF*D9", "PWK*OZ*EL~\nREF*D9"}}, {"PWK*OZ*EL", "PWK*OZ*AA"}},
    {FINDING_X12_LINE_PAPERWORK_CONTROL_NUMBER, {{LINE_DATE, "PWK*OZ*BM~\n" LINE_DATE}}, {"PWK*OZ*BM", "PWK*OZ*BM***AC*77"}},
    {FINDING_X12_MEDICARE_SECONDARY_TYPE, {{SUBSCRIBER("CI"), "SBR*S*18*G100******MB"}}, {"SBR*S*18*G100**", "SBR*S*18*G100**12"}},
    {FINDING_X12_MEDICARE_SECONDARY_TYPE, {{SUBSCRIBER("CI"), "SBR*S*18*G100******MB"}}, {"SBR*S*18*G100", "SBR*P*18*G100"}},
    {FINDING_X12_OTHER_MEDICARE_SECONDARY_TYPE, {{"SBR*P*01*******MB", "SBR*S*01*******MB"}}, {"SBR*S*01***", "SBR*S*01***12"}},
    {FINDING_X12_WAIVED_TEST_CLIA, {{"REF*X4*36D0000001~\n", ""}}, {"REF*D9", "REF*X4*36D0000001~\nREF*D9"}},
    {FINDING_X12_WAIVED_TEST_CLIA, {{"REF*X4*36D0000001~\n", ""}}, {"87804:QW", "87804:QX"}},
    {FINDING_X12_MAMMOGRAPHY_CERTIFICATION, {{"HC:99213:25*", "HC:77067*"}}, {"REF*D9", "REF*EW*M1~\nREF*D9"}},
    {FINDING_X12_MANIPULATION_DATE,
     {{SUBSCRIBER("CI"), SUBSCRIBER("MB")}, {"HI*ABK:J101", "CR2********A~\nHI*ABK:J101"}},
     {"REF*D9", "DTP*453*D8*20261101~\nREF*D9"}},
    {FINDING_X12_MANIPULATION_DATE,
     {{SUBSCRIBER("CI"), SUBSCRIBER("MB")}, {"HI*ABK:J101", "CR2********M~\nHI*ABK:J101"}},
     {"CR2********M", "CR2********C"}},
    {FINDING_X12_REFERRAL_PROVIDER, {{"REF*D9", "REF*9F*R1~\nREF*D9"}}, {"NM1*82*1*VARELA", "NM1*DN*1*A*B~\nNM1*82*1*VARELA"}},
    {FINDING_X12_THERAPY_BEGIN, {{LINE_DATE, "CR3*I*MO*3~\n" LINE_DATE}}, {LINE_DATE, LINE_DATE "DTP*463*D8*20261101~\n"}},
    {FINDING_X12_CERTIFICATION_REVISED, {{LINE_DATE, "CR3*R*MO*3~\n" LINE_DATE}}, {LINE_DATE, LINE_DATE "DTP*607*D8*20261101~\n"}},
    {FINDING_X12_CERTIFICATION_REVISED, {{LINE_DATE, "CR3*S*MO*3~\n" LINE_DATE}}, {"CR3*S", "CR3*I"}},
    {FINDING_X12_CERTIFICATION_LAST, {{LINE_DATE, "CR3*I*MO*3~\n" LINE_DATE}}, {LINE_DATE, LINE_DATE "DTP*461*D8*20261101~\n"}},
    {FINDING_X12_PURCHASED_PROVIDER, {{"LX*2~", "PS1*P1*50~\nLX*2~"}}, {"LX*2~", "NM1*QB*2~\nLX*2~"}},
    {FINDING_X12_OTHER_PAYER_PAID, {{"AMT*D*50~\n", "CAS*CO*45*50~\n"}}, {"CAS*CO*45*50~\n", "CAS*CO*45*50~\nAMT*D*0~\n"}},
    {FINDING_X12_OTHER_PAYER_PAID_DATE, {{ADJUDICATION, ""}}, {"*PI*FP01~\n", "*PI*FP01~\nDTP*573*D8*20261110~\n"}},
    {FINDING_X12_CARE_PLAN_OVERSIGHT,
     {{SUBSCRIBER("CI"), SUBSCRIBER("MB")}, {"HC:99213:25*", "HC:G0181*"}},
     {"REF*D9", "REF*1J*9~\nREF*D9"}},
    {FINDING_X12_PROPERTY_CLAIM_NUMBER, {{SUBSCRIBER("CI"), SUBSCRIBER("WC")}}, {"19700105*F~\n", "19700105*F~\nREF*Y4*1~\n"}},
    {FINDING_X12_SUBROGATION_PLAN,
     {{"*1200*CH~", "*1200*31~"}},
     {"REF*EI*123456789~\n", "REF*EI*123456789~\nNM1*PE*2*PLAN*****PI*PLAN1~\nN3*1 A STREET~\nN4*SPRINGFALLS*OH*44001~\nREF*EI*987654321~\n"}},
    {FINDING_X12_SHARED_POSTOPERATIVE_CARE, {{"99213:25", "99213:55"}}, {"REF*D9", "DTP*090*D8*20261101~\nREF*D9"}},
    {FINDING_X12_SHARED_POSTOPERATIVE_CARE, {{"99213:25", "99213:25:::54"}}, {"99213:25:::54", "99213:25:::53"}},
    /* institutional */
    {FINDING_X12_PAPERWORK_CONTROL_NUMBER, {{"PWK*OZ*EL***AC*DOC100~", "PWK*OZ*EL~"}}, {"PWK*OZ*EL~", "PWK*OZ*AA~"}, "837i.edi"},
    {FINDING_X12_LINE_PAPERWORK_CONTROL_NUMBER,
     {{"SV2*0250**480.25*UN*12**20~\n", "SV2*0250**480.25*UN*12**20~\nPWK*OZ*FX~\n"}},
     {"PWK*OZ*FX~", "PWK*OZ*FX***AC*D1~"},
     "837i.edi"},
    {FINDING_X12_REFERRAL_PROVIDER, {{"REF*D9*CH0100~", "REF*9F*R1~\nREF*D9*CH0100~"}}, {"LX*1~", "NM1*DN*1*A*B~\nLX*1~"}, "837i.edi"},
    {FINDING_X12_OTHER_PAYER_PAID, {{"AMT*D*350~", "CAS*CO*45*1~"}}, {"CAS*CO*45*1~", "CAS*CO*45*1~\nAMT*D*0~"}, "837i.edi"},
    {FINDING_X12_PROPERTY_CLAIM_NUMBER, {{"REF*Y4*PC200~\n", ""}}, {"G200******AM", "G200******CI"}, "837i.edi"},
    /* dental */
    {FINDING_X12_PAPERWORK_CONTROL_NUMBER, {{"PWK*RB*EL***AC*XR100~", "PWK*RB*EL~"}}, {"PWK*RB*EL~", "PWK*RB*AA~"}, "837d.edi"},
    {FINDING_X12_REFERRAL_PROVIDER,
     {{"REF*D9*CH0001~", "REF*9F*R1~\nREF*D9*CH0001~"}, {"NM1*DN*1*SOMMER*AVA****XX*1666000421~\nPRV*RF*PXC*1223G0001X~\n", ""}},
     {"NM1*82*1*VARELA", "NM1*DN*1*A*B~\nNM1*82*1*VARELA"},
     "837d.edi"},
    {FINDING_X12_OTHER_PAYER_PAID, {{"AMT*D*500~\n", ""}}, {"CAS*CO*45*100~\n", "CAS*CO*45*100~\nAMT*D*0~\n"}, "837d.edi"},
    {FINDING_X12_OTHER_PAYER_PAID_DATE,
     {{"*PI*FP01~\nDTP*573*D8*20261110~\n", "*PI*FP01~\n"},
      {"SVD*FP01*600*AD:D8080**1~\nCAS*PR*1*300~\nDTP*573*D8*20261110~\nAMT*EAF*300~\n", ""}},
     {"*PI*FP01~\n", "*PI*FP01~\nDTP*573*D8*20261110~\n"},
     "837d.edi"},
    {FINDING_X12_PROPERTY_CLAIM_NUMBER, {{SUBSCRIBER("CI"), SUBSCRIBER("AM")}}, {"REF*SY*123004567~", "REF*SY*123004567~\nREF*Y4*1~"}, "837d.edi"},
};
enum { CASES = sizeof cases / sizeof *cases };

static struct text
changed(struct text bytes, const struct change *change)
{
    struct text out = change->from == NULL ? replaced(bytes, "ISA*", "ISA*", false) : replaced(bytes, change->from, change->to, false);
    release(bytes);
    return out;
}

static bool
is_found(struct text bytes, uint16_t finding, bool *accepted)
{
    struct text whole = recounted(bytes);
    struct outcome outcome = run_text(whole, 7);
    release(whole);
    *accepted = outcome.accepted_sets == 1;
    return has(&outcome, finding);
}

Test(x12_situations, each_rule_is_broken_by_a_file_and_not_by_its_near_miss)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct rule_case *rule = &cases[i];
        const char *name = finding_kind(rule->finding)->name;
        bool accepted;
        struct text bytes = changed(changed(sample(rule->file == NULL ? "837p.edi" : rule->file), &rule->breaks[0]), &rule->breaks[1]);
        cr_expect(is_found(bytes, rule->finding, &accepted), "%s is not found (case %zu)", name, i);
        cr_expect(accepted, "%s: the set is rejected (case %zu)", name, i);
        bytes = changed(bytes, &rule->mends);
        cr_expect(!is_found(bytes, rule->finding, &accepted), "%s is found in the near miss (case %zu)", name, i);
        cr_expect(accepted, "%s: the set of the near miss is rejected (case %zu)", name, i);
        release(bytes);
    }
}

Test(x12_situations, each_rule_has_its_case)
{
    for (size_t t = 0; t < x12_situations_count; t++)
        for (size_t r = 0; r < x12_situations_all[t].rule_count; r++) {
            bool met = finding_kind(x12_situations_all[t].rules[r].finding)->snip != 4; /* type 6: test_x12_services.c */
            for (size_t i = 0; i < CASES; i++)
                met |= cases[i].finding == x12_situations_all[t].rules[r].finding;
            cr_expect(met, "%s has no case", finding_kind(x12_situations_all[t].rules[r].finding)->name);
        }
}

/* What is noted of one claim says nothing of the next. */
Test(x12_situations, a_claim_does_not_speak_for_the_next_one)
{
    struct text bytes = sample("837p.edi"), other;
    bool accepted;
    other = replaced(bytes, "CLM*A101*100***11:", "CLM*A101*100***21:", false);
    release(bytes);
    bytes = replaced(other, "REF*D9", "DTP*435*D8*20261119~\nREF*D9", false); /* the first claim's */
    cr_expect(is_found(bytes, FINDING_X12_INPATIENT_ADMISSION_DATE, &accepted));
    release(bytes);
    release(other);
}
