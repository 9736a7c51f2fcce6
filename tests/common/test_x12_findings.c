/* Findings of X12: what is found where, and what it refuses. */
#include "schemas/findings.h"
#include "schemas/x12/x12_835.h"
#include "schemas/x12/x12_837p.h"
#include "tests/common/x12_sample.h"

/* One change of a clean sample, and what it leads to. */
struct change {
    const char *file, *from, *to;
    uint16_t finding;
    bool set_rejected, claim_refused, interchange_rejected;
};
static const struct change changes[] = {
    {"837p.edi", "IEA*1*000000001", "IEA*1*000000009", FINDING_X12_INTERCHANGE_CONTROL_DIFFERS,
     .interchange_rejected = true},
    {"837p.edi", "IEA*1*", "IEA*2*", FINDING_X12_INTERCHANGE_COUNT_DIFFERS, .interchange_rejected = true},
    {"837p.edi", "IEA*1*000000001~", "", FINDING_X12_INTERCHANGE_TRAILER_MISSING,
     .interchange_rejected = true},
    {"837p.edi", "GE*1*1~", "", FINDING_X12_GROUP_TRAILER_MISSING},
    {"837p.edi", "GE*1*1~", "GE*2*1~", FINDING_X12_GROUP_COUNT_DIFFERS},
    {"837p.edi", "GE*1*1~", "GE*1*7~", FINDING_X12_GROUP_CONTROL_DIFFERS},
    {"837p.edi", "GE*1*1~", "GE*1*1~\nZZZ*1~", FINDING_X12_INTERCHANGE_STRUCTURE,
     .interchange_rejected = true},
    {"837p.edi", "SE*58*0001~", "", FINDING_X12_SET_TRAILER_MISSING, .set_rejected = true},
    {"837p.edi", "SE*58*0001~", "SE*57*0001~", FINDING_X12_SET_COUNT_DIFFERS, .set_rejected = true},
    {"837p.edi", "SE*58*0001~", "SE*58*0002~", FINDING_X12_SET_CONTROL_DIFFERS, .set_rejected = true},
    {"837p.edi", "X*005010X222A1~", "X*005010X999~", FINDING_X12_SET_VERSION_DIFFERS, .set_rejected = true},
    {"837p.edi", "GS*HC*", "GS*HP*", FINDING_X12_SET_GROUP_DIFFERS, .set_rejected = true},
    {"835.edi", "X*005010X221A1~", "X*005010X999~", FINDING_X12_SET_GUIDE_UNKNOWN, .set_rejected = true},
    {"835.edi", "X*005010X221A1~", "X*X999~", FINDING_X12_SET_GUIDE_UNKNOWN, .set_rejected = true},
    {"835.edi", "X*005010X221A1~", "X*004010X091A1~", FINDING_X12_VERSION_NOT_5010, .set_rejected = true},
    {"835.edi", "X*005010X221A1~", "X*006020X999~", FINDING_X12_VERSION_NOT_5010, .set_rejected = true},
    {"837p.edi", "ISA*00*", "\xEF\xBB\xBFISA*00*", FINDING_X12_BYTE_ORDER_MARK},
    {"837p.edi", "REF*D9*CH0001~", "REF*D9*CH0001~\nZZZ*1~", FINDING_X12_SEGMENT_UNKNOWN,
     .set_rejected = true},
    {"837p.edi", "REF*D9*CH0001~", "REF*QQ*CH0001~", FINDING_X12_SEGMENT_UNEXPECTED, .set_rejected = true},
    {"837p.edi", "HI*ABK:J101*ABF:E119~", "", FINDING_X12_SEGMENT_MISSING, .set_rejected = true},
    {"837p.edi", "NM1*PR*2*EXAMPLE PAYER*****PI*EP01~", "", FINDING_X12_LOOP_MISSING, .set_rejected = true},
    {"837p.edi", "REF*D9*CH0001~", "REF*D9*CH0001~\nREF*D9*CH0002~", FINDING_X12_SEGMENT_TOO_MANY,
     .set_rejected = true},
    {"837p.edi", "NM1*82*1*VARELA*TOMAS", "NM1*DQ*1*A*B~\nNM1*DQ*1*C*D~\nNM1*82*1*VARELA*TOMAS",
     FINDING_X12_LOOP_TOO_MANY, .set_rejected = true},
    {"837p.edi", "HI*ABK:J101*ABF:E119~", "HI*ABK:J101*ABF:E119~\nREF*EA*1~",
     FINDING_X12_SEGMENT_OUT_OF_ORDER, .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5*", "CLM**185.5*", FINDING_X12_ELEMENT_MISSING, .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5**", "CLM*A100*185.5*MC*", FINDING_X12_ELEMENT_NOT_USED,
     .set_rejected = true},
    {"837p.edi", "N4*SPRINGFALLS*OH*44001~", "N4*S*OH*44001~", FINDING_X12_ELEMENT_TOO_SHORT,
     .set_rejected = true},
    {"837p.edi", "CLM*A100*", "CLM*A1234567890123456789012345678901234567890*", FINDING_X12_ELEMENT_TOO_LONG,
     .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5*", "CLM*A100*18X.5*", FINDING_X12_ELEMENT_CHARACTER, .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN\tROW", FINDING_X12_ELEMENT_CHARACTER, .set_rejected = true},
    {"837p.edi", "11:B:1*Y*A*", "11:B:1*Q*A*", FINDING_X12_ELEMENT_CODE, .set_rejected = true},
    {"837p.edi", "D8*19700105", "D8*19700231", FINDING_X12_ELEMENT_DATE, .set_rejected = true},
    {"837p.edi", "20261123*1200*CH", "20261123*2500*CH", FINDING_X12_ELEMENT_TIME, .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN ROW**X", FINDING_X12_ELEMENTS_TOO_MANY,
     .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN:ROW", FINDING_X12_COMPONENTS_TOO_MANY, .set_rejected = true},
    {"837p.edi", "N3*9 LINDEN ROW", "N3*9 LINDEN^ROW", FINDING_X12_REPETITIONS_TOO_MANY,
     .set_rejected = true},
    {"837p.edi", "NM1*IL*1*QUENTAL*OSKAR****MI*", "NM1*IL*1*QUENTAL*OSKAR*****",
     FINDING_X12_ELEMENTS_CONDITION, .set_rejected = true},
    {"837p.edi", "SPRINGFALLS*OH*44001~", "SPRINGFALLS*OH*44001***ON~", FINDING_X12_ELEMENT_NOT_USED,
     .set_rejected = true},
    {"837p.edi", "SPRINGFALLS*OH*44001~", "SPRINGFALLS*OH*44001****ON~", FINDING_X12_ELEMENTS_EXCLUSION,
     .set_rejected = true},
    {"837p.edi", "QUENTAL*LIV", "QUENTAL*L\xC3\xADV", FINDING_X12_CHARACTER_UNUSUAL},
    {"837p.edi", "HL*2*1*22*0", "HL*5*1*22*0", FINDING_X12_HL_NUMBER, .set_rejected = true},
    {"837p.edi", "HL*4*3*23*0", "HL*4*1*23*0", FINDING_X12_HL_PARENT, .set_rejected = true},
    {"837p.edi", "HL*3*1*22*1", "HL*3*1*22*0", FINDING_X12_HL_CHILD, .set_rejected = true},
    {"837p.edi", "LX*2~", "LX*3~", FINDING_X12_LX_NUMBER, .set_rejected = true},
    {"837p.edi", "CLM*A100*185.5*", "CLM*A100*185.51*", FINDING_X12_CLAIM_TOTAL, .claim_refused = true},
    {"837p.edi", "CAS*PR*1*30", "CAS*PR*1*31", FINDING_X12_COB_LINE, .claim_refused = true},
    {"837p.edi", "AMT*D*50", "AMT*D*51", FINDING_X12_COB_CLAIM, .claim_refused = true},
    {"837p.edi", "AMT*D*50", "AMT*A8*50", FINDING_X12_COB_NONCOVERED, .claim_refused = true},
    {"837p.edi", "HC:99213:25*150*", "HC:99213:25*150.001*", FINDING_X12_AMOUNT_INVALID,
     .claim_refused = true},
    {"837p.edi", "UN*1***1:2~", "UN*1***1:3~", FINDING_X12_POINTER_DIAGNOSIS, .claim_refused = true},
    {"837p.edi", "N3*9 LINDEN ROW~\nN4*SPRINGFALLS*OH*44001~\n", "", FINDING_X12_SUBSCRIBER_ADDRESS,
     .claim_refused = true},
    {"837p.edi", "DMG*D8*19700105*F~\n", "", FINDING_X12_SUBSCRIBER_BIRTH, .claim_refused = true},
    {"837p.edi", "SBR*P*18*G100", "SBR*P**G100", FINDING_X12_SUBSCRIBER_RELATIONSHIP, .claim_refused = true},
    {"837p.edi", "REF*F8*PAYER77~\n", "", FINDING_X12_REPLACEMENT_REFERENCE, .claim_refused = true},
    {"837p.edi", "20261120-20261121", "20261120-20261119", FINDING_X12_DATE_ORDER, .claim_refused = true},
    {"837p.edi", "D8*20150305", "D8*20261105", FINDING_X12_BIRTH_AFTER_SERVICE, .claim_refused = true},
    {"837p.edi", "N4*SPRINGFALLS*OH*440011234", "N4*SPRINGFALLS*OH*44001", FINDING_X12_BILLING_ZIP,
     .claim_refused = true},
    {"837p.edi", "DTP*439*D8*20261101~\n", "", FINDING_X12_ACCIDENT_DATE, .claim_refused = true},
    {"837p.edi", "AA:::OH", "AA", FINDING_X12_ACCIDENT_STATE, .claim_refused = true},
    {"837p.edi", "NM1*82*1*VARELA*TOMAS****XX*1876543210", "NM1*82*1*VARELA*TOMAS****XX*1876543213",
     FINDING_X12_NPI_CHECK_DIGIT, .claim_refused = true},
    {"837p.edi", "*XX*1234567893", "*XX*1234567894", FINDING_X12_NPI_CHECK_DIGIT, .claim_refused = true},
    {"835.edi", "SVC*HC:99213:25*150*110*", "SVC*HC:99213:25*150*111*", FINDING_X12_REMITTANCE_LINE,
     .claim_refused = true},
    {"835.edi", "CLP*A101*1*100*90*", "CLP*A101*1*101*90*", FINDING_X12_REMITTANCE_CLAIM,
     .claim_refused = true},
    {"835.edi", "BPR*I*230*", "BPR*I*231*", FINDING_X12_REMITTANCE_CHECK},
    {"835.edi", "BPR*I*230*", "BPR*I*-230*", FINDING_X12_REMITTANCE_NEGATIVE},
    {"835.edi", "BPR*I*230*", "BPR*I*0*", FINDING_X12_REMITTANCE_ZERO_METHOD},
    {"835.edi", "ST*835*0001~", "ST*835*0001*005010X221A1~", FINDING_X12_ELEMENT_NOT_USED,
     .set_rejected = true},
    {"835.edi", "SVC*HC:87804:QW*", "SVC*XX:87804:QW*", FINDING_X12_ELEMENT_CODE, .set_rejected = true},
};

Test(x12_findings, each_fault_is_found_and_refuses_what_it_should)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        struct text bytes = sample(change->file), changed = replaced(bytes, change->from, change->to, false);
        if (memcmp(change->from, "SE*", 3) != 0) {
            struct text whole = recounted(changed);
            release(changed);
            changed = whole;
        }
        struct outcome outcome = run_text(changed, 7);
        cr_assert_eq(outcome.last, X12_EVENT_END, "%s -> %s", change->from, change->to);
        cr_assert(has(&outcome, change->finding), "%s -> %s: finding %u is not there", change->from,
                  change->to, change->finding);
        cr_assert_eq(outcome.accepted_sets == 0, change->set_rejected, "%s -> %s", change->from, change->to);
        if (!change->set_rejected)
            cr_assert_eq(outcome.refused_claims > 0, change->claim_refused, "%s -> %s", change->from,
                         change->to);
        cr_assert_eq(outcome.accepted_interchanges == 0, change->interchange_rejected, "%s -> %s",
                     change->from, change->to);
        release(bytes);
        release(changed);
    }
}

Test(x12_findings, one_wrong_loop_makes_one_finding)
{
    struct text bytes = sample("837p.edi");
    struct text changed = replaced(bytes, "NM1*82*1*VARELA", "NM1*ZZ*1*VARELA", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    enum x12_event event;
    x12_check_open_memory(&check, &options, changed);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        if (event != X12_EVENT_SET_END)
            continue;
        cr_assert_eq(check.set.findings.count, 1);
        const struct finding *finding = &check.set.findings.items[0];
        cr_assert_eq(finding->kind->number, FINDING_X12_SEGMENT_UNEXPECTED);
        cr_assert_str_eq(finding->segment_id, "NM1");
        cr_assert_str_eq(finding->loop_id, "2300");
        cr_assert_str_eq(finding->code, "2");
        cr_assert_eq(finding->segment_position, 22);
    }
    x12_check_close(&check);
    release(bytes);
    release(changed);
}

Test(x12_findings, a_finding_at_an_element_names_place_code_and_position)
{
    struct text bytes = sample("837p.edi"), changed = replaced(bytes, "11:B:1*Y*A*", "11:C:1*Y*A*", false);
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    x12_check_open_memory(&check, &options, changed);
    while (x12_check_next(&check) != X12_EVENT_SET_END)
        continue;
    const struct finding *finding = &check.set.findings.items[0];
    cr_assert(text_is(finding->place, "2300/CLM-05-2"));
    cr_assert_str_eq(finding->code, "7");
    cr_assert_eq(finding->element, 5);
    cr_assert_eq(finding->component, 2);
    cr_assert_eq(finding->segment_position, 19);
    cr_assert_eq(memcmp(changed.data + finding->offset, "CLM*A100", 8), 0);
    cr_assert_eq(x12_guide_element_number(check.set.guide, X12_ID('C', 'L', 'M'), 5, 2), 1332);
    x12_check_close(&check);
    release(bytes);
    release(changed);
}

Test(x12_findings, a_lower_level_leaves_out_what_is_above_it)
{
    struct text bytes = sample("837p.edi");
    struct text changed = replaced(bytes, "CLM*A100*185.5*", "CLM*A100*185.51*", false);
    cr_assert(has(&(struct outcome[]){run_text(changed, 3)}[0], FINDING_X12_CLAIM_TOTAL));
    cr_assert_eq(run_text(changed, 2).finding_count, 0);
    struct text wrong = replaced(bytes, "11:B:1*Y*A*", "11:B:1*Q*A*", false);
    cr_assert_eq(run_text(wrong, 2).accepted_sets, 0);
    cr_assert_eq(run_text(wrong, 1).finding_count, 0);
    release(bytes);
    release(changed);
    release(wrong);
}

Test(x12_findings, elements_that_are_known_to_be_clean_are_not_checked_again)
{
    struct text bytes = sample("837p.edi"), wrong = replaced(bytes, "11:B:1*Y*A*", "11:B:1*Q*A*", false);
    for (int known = 0; known < 2; known++) {
        struct x12_check check;
        struct x12_check_options options = {.snip = 2, .today = 20261123};
        enum x12_event event;
        x12_check_open_memory(&check, &options, wrong);
        while ((event = x12_check_next(&check)) != X12_EVENT_SET_END) {
            cr_assert_neq(event, X12_EVENT_END);
            if (event == X12_EVENT_SET)
                check.set.elements_known = known;
        }
        cr_expect_eq(check.set.accepted, known);
        x12_check_close(&check);
    }
    release(bytes);
    release(wrong);
}

Test(x12_findings, guides_are_found_under_their_errata_names)
{
    static const struct {
        const char *version, *set, *name;
    } cases[] = {
        {"005010X222A1", "837", "005010X222A1"},
        {"005010X222A2", "837", "005010X222A1"},
        {"005010X222", "837", "005010X222A1"},
        {"X222", "", "005010X222A1"},
        {"005010X221", "835", "005010X221A1"},
        {"005010X231", "999", "005010X231A1"},
        {"005010X214", "277", "005010X214"},
        {"005010X223A2", "837", "005010X223A2"},
        {"005010X225", "837", NULL},
        {"005010X222A1", "835", NULL},
        {"005010", "837", NULL},
        {"", "837", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct x12_guide *guide = x12_guide_find(text_from(cases[i].version), text_from(cases[i].set));
        if (cases[i].name == NULL)
            cr_assert_null(guide, "%s", cases[i].version);
        else
            cr_assert(guide != NULL && strcmp(guide->name, cases[i].name) == 0, "%s", cases[i].version);
    }
}

Test(x12_findings, places_are_numbered_as_their_enumerators)
{
    const struct x12_place *place = x12_guide_place(&x12_guide_837p, TEXT("2300/REF*F8"));
    cr_assert_not_null(place);
    cr_assert_eq(place->number, X12_837P_2300_REF_F8);
    cr_assert_eq(place->loop, X12_837P_LOOP_2300);
    for (uint16_t g = 0; g < x12_guide_count; g++) {
        const struct x12_guide *guide = x12_guides[g];
        for (uint16_t i = 0; i < guide->place_count; i++) {
            cr_assert_eq(guide->places[i].number, i);
            cr_assert_eq(x12_guide_place(guide, text_from(guide->places[i].name)), &guide->places[i]);
        }
    }
    cr_assert_null(x12_guide_place(&x12_guide_835, TEXT("2300/CLM")));
}
