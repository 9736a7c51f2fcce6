/* What is answered to one fault: TA1 by the fault of the envelope, 999 with codes, contexts and business unit. */
#include "tests/common/x12_answer.h"
#include "common/x12/check/rules/x12_trigger.h"
#include "tests/common/x12_sample.h"

/* A sample, one change of it (SE01 is put right unless it is in the SE), and a piece of what is answered. */
struct answer_case {
    const char *file, *from, *to, *wants;
};

/* In the TA1 or in the 999. */
static void
expect_answer(const struct answer_case *given)
{
    struct text bytes = sample(given->file), changed = replaced(bytes, given->from, given->to, false);
    struct text whole = strncmp(given->from, "SE*", 3) == 0 ? changed : recounted(changed);
    struct x12_writer ta1, out;
    answer(whole, true, &ta1, &out);
    cr_expect(x12_writer_status(&ta1) == STATUS_OK && x12_writer_status(&out) == STATUS_OK, "%s", given->from);
    cr_expect(holds(x12_writer_bytes(&ta1), given->wants) || holds(x12_writer_bytes(&out), given->wants), "%s: no %s in\n%.*s\n%.*s",
              given->from, given->wants, TEXT_ARGS(x12_writer_bytes(&ta1)), TEXT_ARGS(x12_writer_bytes(&out)));
    x12_writer_close(&ta1);
    x12_writer_close(&out);
    if (whole.data != changed.data)
        release(whole);
    release(changed);
    release(bytes);
}

static void
expect_answers(const struct answer_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_answer(&cases[i]);
}

/* What a claim lacks in its situation: the segment (I6) or element (I9), and the place that made it required. */
Test(x12_answer, a_999_names_what_made_a_segment_required)
{
    static const struct answer_case cases[] = {
        {"837p.edi", "REF*F8*PAYER77~\n", "",
         "~IK3*REF*42*2300*I6~CTX*SITUATIONAL TRIGGER*CLM*42*2300*5:3*1325~CTX*CLM01:A101~IK5*E*I5~AK9*E*1*1*1~"},
        {"837p.edi", "AA:::OH", "AA",
         "~IK3*CLM*42*2300*8~CTX*CLM01:A101~IK4*11:4*156*I9~CTX*SITUATIONAL TRIGGER*CLM*42*2300*11:1*1362~IK5*E*I5~AK9*E*1*1*1~"},
        {"837p.edi", "REF*X4*36D0000001~\n", "",
         "~IK3*REF*28*2300*I6~CTX*SITUATIONAL TRIGGER*SV1*29*2400*1:3*1339~CTX*CLM01:A100~IK5*E*I5~AK9*E*1*1*1~"},
        {"837p.edi", "DMG*D8*19700105*F~\n", "", "~IK3*DMG*18*2010BA*I6~CTX*SITUATIONAL TRIGGER*SBR*13*2000B*2*1069~CTX*CLM01:A100~IK5*E*I5~AK9*E*1*1*1~"},
        {"837i.edi", "CL1*1*1*01~", "CL1*1**01~",
         "~IK3*CL1*23*2300*8~CTX*CLM01:I100~IK4*2*1314*I9~CTX*SITUATIONAL TRIGGER*CLM*19*2300*5:1*1331~IK5*E*I5~AK9*E*1*1*1~"},
    };
    expect_answers(cases, sizeof cases / sizeof *cases);
}

/* The place stands in the levels above the claim, or in the header of the set. */
Test(x12_answer, a_999_names_what_made_it_required_above_the_claim)
{
    static const struct answer_case cases[] = {
        {"837p.edi", "SBR*S**G200******CI~", "SBR*S**G200******MB~",
         "~IK3*SBR*33*2000B*8~CTX*CLM01:A101~IK4*5*1336*I9~CTX*SITUATIONAL TRIGGER*SBR*33*2000B*9*1032~"},
        {"837p.edi", "N3*9 LINDEN ROW~\nN4*SPRINGFALLS*OH*44001~\n", "",
         "~CTX*SITUATIONAL TRIGGER*SBR*13*2000B*2*1069~CTX*CLM01:A100~"},
        {"837i.edi", "REF*LU*OH~\n", "", "~IK3*REF*65*2300*I6~CTX*SITUATIONAL TRIGGER*SBR*55*2000B*9*1032~CTX*CLM01:I101~"},
        {"837p.edi", "*CH~", "*31~", "~IK3*NM1*19*2010AC*I6~CTX*SITUATIONAL TRIGGER*BHT*2**6*640~CTX*CLM01:A100~"},
    };
    expect_answers(cases, sizeof cases / sizeof *cases);
}

/* Of a level that the claim does not stand in nothing is found, also when an earlier one had it. */
Test(x12_answer, a_place_is_looked_for_in_the_levels_of_the_claim_alone)
{
    static const struct {
        struct x12_trigger_place place;
        uint32_t at[2]; /* of the claims A100 and A101 */
    } cases[] = {
        {{"ST", "BHT", "", 0, 0}, {2, 2}},           {{"1000A", "NM1", "41", 0, 0}, {3, 3}}, {{"2010AA", "N3", "", 0, 0}, {9, 9}},
        {{"2000B", "SBR", "", 9, 0}, {13, 33}},      {{"2010BA", "N3", "", 0, 0}, {15, 0}},  {{"2010BA", "NM1", "IL", 0, 0}, {14, 34}},
        {{"2010CA", "N3", "", 0, 0}, {0, 39}},       {{"2000C", "PAT", "", 0, 0}, {0, 37}},  {{"2010AC", "NM1", "PE", 0, 0}, {0, 0}},
    };
    struct text bytes = sample("837p.edi");
    struct x12_check check;
    enum x12_event event;
    unsigned claim = 0;
    x12_check_open_memory(&check, &(struct x12_check_options){0}, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        for (size_t i = 0; event == X12_EVENT_CLAIM_END && i < sizeof cases / sizeof *cases; i++)
            cr_expect_eq(x12_trigger_find(&check, &cases[i].place, 0), cases[i].at[claim], "%s/%s of claim %u: %u", cases[i].place.loop,
                         cases[i].place.segment, claim, x12_trigger_find(&check, &cases[i].place, 0));
        claim += event == X12_EVENT_CLAIM_END;
    }
    cr_expect_eq(claim, 2);
    x12_check_close(&check);
    release(bytes);
}

/* The business unit is the claim in which the error stands, and no other; above and between claims there is none. */
Test(x12_answer, an_error_has_the_claim_in_which_it_stands)
{
    static const struct answer_case cases[] = {
        {"837p.edi", "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~\nCLM", "CLM", "~IK3*NM1*18*2010BB*I7~IK5*R*I5~"},
        {"837p.edi", "HL*3*1*22*1~", "HL*7*1*22*1~", "~IK3*HL*32*2000B*8~IK4*1*628*7~"},
        {"837p.edi", "HI*ABK:S93411A~\n", "", "~IK3*HI*45*2300*3~CTX*CLM01:A101~IK5*R*5~"},
        {"837p.edi", "DTP*573*D8*20261110~\n", "", "~IK3*DTP*57*2430*3~CTX*CLM01:A101~IK5*R*5*I5~"},
        {"277.edi", "STC*F2:80::RX*", "STC*F2:80::9999*", "~CTX*TRN02:Q101~IK4*1:4*1270*5~"},
        {"835.edi", "CLP*A101*1*", "CLP*A101*Q*", "*2100*8~IK4*2*1029*7~IK5*R*5~"},
    };
    expect_answers(cases, sizeof cases / sizeof *cases);
}

/* IK401-3: which repetition, of an element that repeats or repeats too often; of none other. */
Test(x12_answer, an_error_in_a_repetition_says_which)
{
    static const struct answer_case cases[] = {
        {"271.edi", "EB*B*IND*1^33^98^UC*", "EB*B*IND*1^33^98X^UC*", "~IK4*3::3*1365*5~"},
        {"271.edi", "EB*B*IND*1^33^98^UC*", "EB*B*IND*1X1*", "~IK4*3::1*1365*5~"},
        {"270.edi", "EQ*30^98^UC*", "EQ*30^98^UCX*", "~IK4*1::3*1365*5~"},
        {"271.edi", "EB*B*IND*1^33^98^UC*HM*", "EB*B*IND*1^33^98^UC*HMXX*", "~IK4*4*1336*"},
        {"837p.edi", "REF*F8*PAYER77~", "REF*F8*PAYER77^OTHER~", "~IK4*2::2*127*12~"},
        {"837p.edi", "CLM*A100*185.5***11:B:1*", "CLM*A100*185.5***11:B:1^1*", "~IK4*5:3:2*1325*12~"},
    };
    expect_answers(cases, sizeof cases / sizeof *cases);
}

/* Header and trailer have codes of their own in IK5; what cannot be said again of a header does not break the 999. */
Test(x12_answer, a_broken_header_is_answered_by_its_code)
{
    static const struct answer_case cases[] = {
        {"837p.edi", "ST*837*0001*", "ST*837*000123456789*", "~AK2*837*000123456*005010X222A1~IK5*R*7*3~"},
        {"837p.edi", "ST*837*0001*", "ST*837**", "~AK2*837**005010X222A1~IK5*R*7*3~"},
        {"837p.edi", "ST*837*0001*", "ST*837*00:01*", "~AK2*837*00*005010X222A1~IK5*R*7*3~"},
        {"837p.edi", "ST*837*0001*005010X222A1~", "ST*837*0001*005010X222A1:B~", "~AK2*837*0001*005010X222A1~IK5*R*19~"},
        {"837p.edi", "GS*HC*", "GS*H:*", "~AK1*H*1*005010X222A1~AK2*837*0001*005010X222A1~IK5*R*18~AK9*R*1*1*0*1~"},
        {"837p.edi", "REF*6R*L1~", "Z:Z*1~", "~IK3*Z?Z*27*2400*1~CTX*CLM01:A100~IK5*R*5~"},
        {"837p.edi", "SE*58*", "SE*X*", "~AK2*837*0001*005010X222A1~IK5*R*4~"},
        {"837p.edi", "*1*X*005010X222A1~", "*ABC*X*005010X222A1~", "~IK5*A~AK9*R*1*1*0*6*4~"},
    };
    expect_answers(cases, sizeof cases / sizeof *cases);
}

/* The interchange with one fault in its envelope, and TA105. */
Test(x12_answer, each_fault_of_an_envelope_has_its_note)
{
    static const struct answer_case cases[] = {
        {"837p.edi", "ISA*00*", "ISA*00*", "*A*000~IEA*"},
        {"837p.edi", "ISA*00*", "ISA*05*", "*R*010~IEA*"},
        {"837p.edi", "*00*          *ZZ*", "*05*          *ZZ*", "*R*012~IEA*"},
        {"837p.edi", "*ZZ*HARBORCLINIC   *", "*QQ*HARBORCLINIC   *", "*R*005~IEA*"},
        {"837p.edi", "*HARBORCLINIC   *", "*               *", "*R*006~IEA*"},
        {"837p.edi", "*ZZ*EXAMPLEPAYER   *", "*QQ*EXAMPLEPAYER   *", "*R*007~IEA*"},
        {"837p.edi", "*EXAMPLEPAYER   *", "*               *", "*R*008~IEA*"},
        {"837p.edi", "*261123*1200*^", "*261323*1200*^", "*R*014~IEA*"},
        {"837p.edi", "*261123*1200*^", "*261123*2561*^", "*R*015~IEA*"},
        {"837p.edi", "*00501*", "*0050X*", "*R*017~IEA*"},
        {"837p.edi", "*000000001*0*T*", "*00000000A*0*T*", "*R*018~IEA*"},
        {"837p.edi", "*000000001*0*T*", "*000000001*2*T*", "*R*019~IEA*"},
        {"837p.edi", "*000000001*0*T*", "*000000001*0*X*", "*R*020~IEA*"},
        {"837p.edi", "IEA*1*", "IEA*2*", "*R*021~IEA*"},
        {"837p.edi", "IEA*1*", "IEA*X*", "*R*021~IEA*"},
        {"837p.edi", "GE*1*1~", "GE*1*1~\nZZZ*1~", "*R*022~IEA*"},
        {"837p.edi", "IEA*1*000000001~\n", "", "*R*023~IEA*"},
        {"837p.edi", "IEA*1*000000001", "IEA*1*000000002", "*R*001~IEA*"},
    };
    expect_answers(cases, sizeof cases / sizeof *cases);
}
