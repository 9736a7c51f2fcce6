/* The institutional claim: what is found where in changes of a clean sample, and what is not. */
#include "schemas/findings.h"
#include "schemas/x12/x12_837i.h"
#include "tests/common/x12_sample.h"

enum { MET = 32 };

/* Everything that one reading has said, in its order. */
struct met {
    uint32_t count, sets, accepted_sets, claims, refused_claims;
    struct {
        uint16_t number;
        char place[48];
    } items[MET];
};

static void
add(struct met *met, const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count && met->count < MET; i++) {
        met->items[met->count].number = findings->items[i].kind->number;
        text_copy(findings->items[i].place, met->items[met->count++].place, sizeof met->items[0].place);
    }
}

static struct met
read_all(struct text bytes)
{
    struct met met = {0};
    struct x12_check check;
    struct x12_check_options options = {.today = 20261123};
    enum x12_event event;
    x12_check_open_memory(&check, &options, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        if (event == X12_EVENT_CLAIM_END) {
            met.claims++;
            met.refused_claims += check.claim.refused;
            add(&met, &check.claim.findings);
        } else if (event == X12_EVENT_SET_END) {
            met.sets++;
            met.accepted_sets += check.set.accepted;
            add(&met, &check.set.findings);
        }
    }
    x12_check_close(&check);
    return met;
}

/* The sample with up to two changes. */
static struct met
read_changed(const char *from, const char *to, const char *also_from, const char *also_to)
{
    struct text bytes = sample("837i.edi"), once = replaced(bytes, from, to, false);
    struct text twice = also_from == NULL ? once : replaced(once, also_from, also_to, false);
    struct text whole = recounted(twice);
    struct met met = read_all(whole);
    release(whole);
    if (also_from != NULL)
        release(twice);
    release(once);
    release(bytes);
    return met;
}

Test(x12_837i, the_clean_sample_raises_nothing)
{
    struct text bytes = sample("837i.edi");
    struct met met = read_all(bytes);
    for (uint32_t i = 0; i < met.count; i++)
        cr_log_error("%u at %s", met.items[i].number, met.items[i].place);
    cr_assert_eq(met.count, 0);
    cr_assert_eq(met.accepted_sets, 1);
    cr_assert_eq(met.claims, 2);
    cr_assert_eq(met.refused_claims, 0);
    release(bytes);
}

/* Findings of the structure reject the set, those of balance and situation refuse the claim. */
static const struct {
    const char *from, *to;
    uint16_t finding;
    const char *place;
} changes[] = {
    /* levels and header */
    {"HL*2*1*22*0", "HL*5*1*22*0", FINDING_X12_HL_NUMBER, "2000B/HL-01"},
    {"HL*4*3*23*0", "HL*4*1*23*0", FINDING_X12_HL_PARENT, "2000C/HL-02"},
    {"HL*3*1*22*1", "HL*3*1*22*0", FINDING_X12_HL_CHILD, "2000C/HL-04"},
    {"NM1*85*2*HARBOR", "NM1*85*1*HARBOR", FINDING_X12_ELEMENT_CODE, "2010AA/NM1-02"},
    {"REF*EI*123456789~\n", "", FINDING_X12_SEGMENT_MISSING, "2010AA/REF"},
    {"REF*EI*123456789~", "REF*EI*123456789~\nREF*0B*1~", FINDING_X12_SEGMENT_UNEXPECTED, "2010AA/REF"},
    {"SBR*P*18*G100******CI", "SBR*P*18*G100**12****CI", FINDING_X12_ELEMENT_NOT_USED, "2000B/SBR-05"},
    {"SBR*P*18*G100******CI", "SBR*P*18*G100******XX", FINDING_X12_ELEMENT_CODE, "2000B/SBR-09"},
    {"PAT*19", "PAT*19****D8*20261101", FINDING_X12_ELEMENT_NOT_USED, "2000C/PAT-05"},
    /* claim */
    {"11:A:1*", "11:B:1*", FINDING_X12_ELEMENT_CODE, "2300/CLM-05-2"},
    {"11:A:1**A", "11:A:1*Y*A", FINDING_X12_ELEMENT_NOT_USED, "2300/CLM-06"},
    {"TM*1415", "TM*2515", FINDING_X12_ELEMENT_DATE, "2300/DTP-03"},
    {"TM*1415", "D8*20261105", FINDING_X12_ELEMENT_CODE, "2300/DTP-02"},
    {"DTP*434*RD8*20261102-20261105~\n", "", FINDING_X12_SEGMENT_MISSING, "2300/DTP"},
    {"RD8*20261109-20261109", "D8*20261109", FINDING_X12_ELEMENT_CODE, "2300/DTP-02"},
    {"RD8*20261109-20261109", "RD8*20261109", FINDING_X12_ELEMENT_DATE, "2300/DTP-03"},
    {"DT*202611020930", "DT*202611022530", FINDING_X12_ELEMENT_DATE, "2300/DTP-03"},
    {"REF*EA*MR100~", "REF*EA*MR100~\nCN1*08~", FINDING_X12_SEGMENT_OUT_OF_ORDER, "2300/CN1"},
    {"CL1*1*1*01~\nREF*F8", "REF*F8", FINDING_X12_SEGMENT_MISSING, "2300/CL1"},
    {"CL1*1*1*01~\nREF*F8", "CL1**1*01~\nREF*F8", FINDING_X12_ELEMENT_MISSING, "2300/CL1-01"},
    {"CL1*1*1*01~\nREF*F8", "CL1*1*1~\nREF*F8", FINDING_X12_ELEMENT_MISSING, "2300/CL1-03"},
    {"REF*EA*MR100~", "REF*X4*36D0000001~", FINDING_X12_SEGMENT_UNEXPECTED, "2300/REF"},
    {"NTE*ADD*", "NTE*CER*", FINDING_X12_SEGMENT_UNEXPECTED, "2300/NTE"},
    {"HI*ABK:S42001A~\n", "", FINDING_X12_SEGMENT_MISSING, "2300/HI"},
    {"ABK:K8000:::::::Y", "ABK:K8000:::::::1", FINDING_X12_ELEMENT_CODE, "2300/HI-01-9"},
    {"ABK:K8000:::::::Y", "ABK:K8000:::::::Y*ABF:E119", FINDING_X12_ELEMENT_NOT_USED, "2300/HI-02"},
    {"ABJ:R1011", "ABJ:R1011:::::::Y", FINDING_X12_ELEMENT_NOT_USED, "2300/HI-01-9"},
    {"ABF:T8149XA:::::::N", "ABF:T8149XA:::::::X", FINDING_X12_ELEMENT_CODE, "2300/HI-02-9"},
    {"APR:M25511", "APR:M25511*APR:M25512*APR:R52*APR:R0789", FINDING_X12_ELEMENT_NOT_USED, "2300/HI-04"},
    {"BBR:0FT44ZZ:D8:20261103", "BBR:0FT44ZZ", FINDING_X12_ELEMENT_MISSING, "2300/HI-01-3"},
    {"BBQ:0DNW4ZZ:D8:20261103", "BBQ:0DNW4ZZ:D8:20261131", FINDING_X12_ELEMENT_DATE, "2300/HI-01-4"},
    {"BI:71:RD8:20261010-20261012", "BI:71:D8:20261010", FINDING_X12_ELEMENT_CODE, "2300/HI-01-3"},
    {"BH:11:D8:20261031", "BH:11:RD8:20261031-20261101", FINDING_X12_ELEMENT_CODE, "2300/HI-01-3"},
    {"BE:80:::3", "BE:80", FINDING_X12_ELEMENT_MISSING, "2300/HI-01-5"},
    {"HI*BG:C5~", "HI*BG:C5~\nHI*BG:C6~\nHI*BG:C7~", FINDING_X12_SEGMENT_TOO_MANY, "2300/HI"},
    {"HI*DR:418~", "HI*DR:418~\nHI*DR:419~", FINDING_X12_SEGMENT_TOO_MANY, "2300/HI"},
    {"HI*DR:418~", "HI*BP:418~", FINDING_X12_SEGMENT_UNEXPECTED, "2300/HI"},
    {"NM1*72*1*OKAFOR", "NM1*71*1*SOLBERG*EVA~\nNM1*72*1*OKAFOR", FINDING_X12_LOOP_TOO_MANY, "2310A/NM1"},
    {"NM1*72*1*OKAFOR", "NM1*72*2*OKAFOR", FINDING_X12_ELEMENT_CODE, "2310B/NM1-02"},
    {"PRV*AT*", "PRV*PE*", FINDING_X12_ELEMENT_CODE, "2310A/PRV-01"},
    {"MOA***MA01", "MIA*", FINDING_X12_ELEMENT_MISSING, "2320/MIA-01"},
    {"MOA***MA01", "MIA*1*1", FINDING_X12_ELEMENT_NOT_USED, "2320/MIA-02"},
    /* line */
    {"LX*2~\nSV2*0360", "LX*3~\nSV2*0360", FINDING_X12_LX_NUMBER, "2400/LX-01"},
    {"SV2*0360*HC:", "SV2**HC:", FINDING_X12_ELEMENT_MISSING, "2400/SV2-01"},
    {"*DA*2~", "*MJ*2~", FINDING_X12_ELEMENT_CODE, "2400/SV2-04"},
    {"SV2*0360*HC:", "SV2*0360*ZZ:", FINDING_X12_ELEMENT_CODE, "2400/SV2-02-1"},
    {"LIN**N4", "LIN**UP", FINDING_X12_ELEMENT_CODE, "2410/LIN-02"},
    {"*12*ML~", "*12~", FINDING_X12_ELEMENT_MISSING, "2410/CTP-05"},
    {"SVD*FP01*250*HC:99283*0450*1", "SVD*FP01*250*HC:99283**1", FINDING_X12_ELEMENT_MISSING, "2430/SVD-04"},
    /* balance */
    {"CLM*I100*5180.5*", "CLM*I100*5180.51*", FINDING_X12_CLAIM_TOTAL, "2300/CLM-02"},
    {"HC:47562*2300.25*", "HC:47562*2300*", FINDING_X12_CLAIM_TOTAL, "2300/CLM-02"},
    {"HC:47562*2300.25*", "HC:47562*2300.255*", FINDING_X12_AMOUNT_INVALID, "2400/SV2-03"},
    {"SVD*FP01*250*", "SVD*FP01*251*", FINDING_X12_COB_LINE, "2400/SV2-03"},
    {"AMT*D*350", "AMT*D*351", FINDING_X12_COB_CLAIM, "2300/CLM-02"},
    {"AMT*D*350", "AMT*D*350~\nAMT*A8*640", FINDING_X12_COB_NONCOVERED, "2300/CLM-02"},
    /* the situations that all 837 share */
    {"N3*9 LINDEN ROW~\n", "", FINDING_X12_SUBSCRIBER_ADDRESS, "2300/CLM"},
    {"DMG*D8*19700105*F~\n", "", FINDING_X12_SUBSCRIBER_BIRTH, "2300/CLM"},
    {"SBR*P*18*G100", "SBR*P**G100", FINDING_X12_SUBSCRIBER_RELATIONSHIP, "2300/CLM"},
    {"REF*F8*PAYER77~\n", "", FINDING_X12_REPLACEMENT_REFERENCE, "2300/CLM-05"},
    {"11:A:1*", "11:A:8*", FINDING_X12_REPLACEMENT_REFERENCE, "2300/CLM-05"},
    {"RD8*20261102-20261105", "RD8*20261102-20261101", FINDING_X12_DATE_ORDER, "2300/DTP-03"},
    {"RD8*20261102-20261104", "RD8*20261104-20261103", FINDING_X12_DATE_ORDER, "2400/DTP-03"},
    {"BI:71:RD8:20261010-20261012", "BI:71:RD8:20261012-20261010", FINDING_X12_DATE_ORDER, "2300/HI-01-4"},
    {"D8*20150305", "D8*20261110", FINDING_X12_BIRTH_AFTER_SERVICE, "2300/CLM"},
    {"OH*440011234", "OH*44001", FINDING_X12_BILLING_ZIP, "2010AA/N4-03"},
    {"*XX*1555000102", "*XX*1555000103", FINDING_X12_NPI_CHECK_DIGIT, "2310A/NM1-09"},
    {"*XX*1555000508", "*XX*1555000509", FINDING_X12_NPI_CHECK_DIGIT, "2420C/NM1-09"},
    /* the situations of an institution */
    {"REF*LU*OH~\n", "", FINDING_X12_ACCIDENT_STATE, "2300/CLM"},
    {"DTP*435*DT*202611020930~\n", "", FINDING_X12_ADMISSION_DATE, "2300/CLM-05"},
    {"HI*ABJ:R1011~\n", "", FINDING_X12_ADMITTING_DIAGNOSIS, "2300/CLM-05"},
    {"CL1*1*1*01", "CL1*1**01", FINDING_X12_ADMISSION_ORIGIN, "2300/CLM-05"},
    {"DTP*096*TM*1415~\n", "", FINDING_X12_DISCHARGE_HOUR, "2300/CLM-05"},
    {"NM1*71*1*VARELA*TOMAS****XX*1555000102~\nPRV*AT*PXC*208600000X~\n", "", FINDING_X12_ATTENDING_PROVIDER,
     "2300/CLM-05"},
    {"HI*APR:M25511~\n", "", FINDING_X12_VISIT_REASON, "2300/CLM-05"},
    {"DTP*472*D8*20261103", "DTP*472*D8*20261106", FINDING_X12_LINE_OUTSIDE_STATEMENT, "2400/DTP-03"},
    {"RD8*20261102-20261104", "RD8*20261101-20261104", FINDING_X12_LINE_OUTSIDE_STATEMENT, "2400/DTP-03"},
    {"DT*202611020930", "DT*202611060930", FINDING_X12_ADMISSION_AFTER_STATEMENT, "2300/CLM"},
    {"ABK:S42001A", "ABK:S42001A:::::::Y", FINDING_X12_PRESENT_ON_ADMISSION, "2300/CLM-05"},
};

Test(x12_837i, each_fault_is_found_at_its_place_and_nothing_else_is)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *from = changes[i].from, *to = changes[i].to;
        const struct finding_kind *kind = finding_kind(changes[i].finding);
        struct met met = read_changed(from, to, NULL, NULL);
        bool found = false;
        for (uint32_t k = 0; k < met.count; k++) {
            found |= met.items[k].number == changes[i].finding &&
                     strcmp(met.items[k].place, changes[i].place) == 0;
            cr_expect_eq(met.items[k].number, changes[i].finding, "%s -> %s: %u at %s is there too", from, to,
                         met.items[k].number, met.items[k].place);
        }
        cr_expect(found, "%s -> %s: %s is not found at %s", from, to, kind->name, changes[i].place);
        bool error = kind->severity == FINDING_ERROR;
        cr_expect_eq(met.accepted_sets == 0, error && kind->snip <= 2, "%s -> %s", from, to);
        cr_expect_eq(met.refused_claims > 0, error && kind->snip > 2, "%s -> %s", from, to);
    }
}

/* Near what is a fault, and none. */
static const struct {
    const char *from, *to, *also_from, *also_to;
} near_misses[] = {
    /* all that the guide lets vary */
    {"HI*ABJ:R1011~\nHI*DR:418~", "HI*DR:418~\nHI*ABJ:R1011~", NULL, NULL},
    {"HI*ABK:K8000:::::::Y~\nHI*ABJ:R1011~", "HI*ABJ:R1011~\nHI*ABK:K8000:::::::Y~", NULL, NULL},
    {"DTP*096*TM*1415~\nDTP*434*RD8*20261102-20261105~", "DTP*434*RD8*20261102-20261105~\nDTP*096*TM*1415~",
     NULL, NULL},
    {"HI*BG:C5~", "HI*BG:C5~\nHI*BG:C6~\nHI*TC:A01~", NULL, NULL},
    {"ABF:Z9049", "ABF:Z9049~\nHI*ABF:I10:::::::W*ABF:J449:::::::U", NULL, NULL},
    {"REF*EA*MR100~", "REF*EA*MR100~\nREF*LX*A1~\nREF*LX*A2~\nREF*LX*A3~\nREF*LX*A4~\nREF*LX*A5~", NULL,
     NULL},
    {"NTE*ADD*PRIVATE ROOM ON REQUEST~", "NTE*ALG*LATEX~\nNTE*UPI*MOVED~\nNTE*ADD*PRIVATE ROOM~", NULL, NULL},
    {"HI*ABK:S42001A~", "CRC*ZZ*Y*ST*AV~\nHI*ABK:S42001A~", NULL, NULL},
    {"MOA***MA01", "MIA*1***4250.5~\nMOA***MA01", NULL, NULL},
    {"SV2*0120**2400*DA*2", "SV2*0180**2400*UN*2", NULL, NULL},
    {"SVD*FP01*250*HC:99283*0450*1", "SVD*FP01*250**0450*1", NULL, NULL},
    {"NM1*77*2*HARBOR EMERGENCY", "NM1*DN*1*SOLBERG*EVA~\nNM1*77*2*HARBOR EMERGENCY", NULL, NULL},
    /* dates at their bounds */
    {"DTP*472*D8*20261103", "DTP*472*D8*20261105", NULL, NULL},
    {"RD8*20261102-20261104", "RD8*20261102-20261105", NULL, NULL},
    {"DTP*472*D8*20261103~\n", "", NULL, NULL},
    {"DT*202611020930", "D8*20261105", NULL, NULL},
    {"DT*202611020930", "D8*20261001", NULL, NULL},
    {"D8*20150305", "D8*20261109", NULL, NULL},
    /* a bill that does not end the stay needs no discharge hour */
    {"DTP*096*TM*1415~\n", "", "CL1*1*1*01", "CL1*1*1*30"},
    {"DTP*096*TM*1415~\n", "", "11:A:1*", "11:A:2*"},
    {"DTP*096*TM*1415~\n", "", "11:A:1*", "21:A:1*"},
    /* nor an outpatient claim what belongs to an admission */
    {"CL1*1*1*01~\nREF*F8", "CL1*1**01~\nREF*F8", NULL, NULL},
    {"NM1*71*1*BRANDT*IDA****XX*1555000300~\n", "", "SV2*0320*", "SV2*0540*"},
    {"HI*APR:M25511~\n", "", "CL1*1*1*01~\nREF*F8", "CL1*3*1*01~\nREF*F8"},
    {"HI*APR:M25511~\n", "", "SV2*0450", "SV2*0510"},
    {"HI*APR:M25511~\n", "", "13:A:7", "14:A:7"},
    /* some diagnoses are exempt from saying whether they were present */
    {"ABK:K8000:::::::Y", "ABK:Z3800", NULL, NULL},
    {"REF*LU*OH~\n", "", "******AM", "******CI"},
    {"REF*F8*PAYER77~\n", "", "13:A:7", "13:A:1"},
    {"N4*SPRINGFALLS*OH*440011234~\nREF*EI", "N4*TORONTO*ON*M5V2T6*CA~\nREF*EI", NULL, NULL},
    {"NM1*85*2*HARBOR HOSPITAL*****XX*1234567893", "NM1*85*2*HARBOR HOSPITAL", NULL, NULL},
};

Test(x12_837i, what_comes_near_a_fault_raises_nothing)
{
    for (size_t i = 0; i < sizeof near_misses / sizeof near_misses[0]; i++) {
        struct met met = read_changed(near_misses[i].from, near_misses[i].to, near_misses[i].also_from,
                                      near_misses[i].also_to);
        for (uint32_t k = 0; k < met.count; k++)
            cr_log_error("%s -> %s: %u at %s", near_misses[i].from, near_misses[i].to, met.items[k].number,
                         met.items[k].place);
        cr_expect_eq(met.count, 0, "%s -> %s", near_misses[i].from, near_misses[i].to);
        cr_expect_eq(met.claims, 2);
        cr_expect_eq(met.accepted_sets, 1);
    }
}

Test(x12_837i, each_of_its_versions_names_the_same_guide)
{
    static const char *const versions[] = {"005010X223", "005010X223A1", "005010X223A2", "005010X223A3"};
    struct text bytes = sample("837i.edi");
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        cr_assert_eq(x12_guide_find(text_from(versions[i]), TEXT("837")), &x12_guide_837i);
        struct text named = replaced(bytes, "005010X223A2", versions[i], true);
        struct met met = read_all(named);
        cr_expect_eq(met.count, 0, "%s", versions[i]);
        release(named);
    }
    release(bytes);
}

Test(x12_837i, each_claim_is_judged_by_its_own_facts)
{
    /* The first claim's stay is forgotten before the second, which is none. */
    struct met met = read_changed("DTP*435*DT*202611020930~\n", "", "HI*APR:M25511~\n", "");
    cr_assert_eq(met.count, 2);
    cr_assert_eq(met.items[0].number, FINDING_X12_ADMISSION_DATE);
    cr_assert_eq(met.items[1].number, FINDING_X12_VISIT_REASON);
    cr_assert_eq(met.refused_claims, 2);
}
