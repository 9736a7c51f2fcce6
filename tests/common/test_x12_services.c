/* Every rule of schemas/x12/services.tsv (SNIP type 6): a file that breaks it, and a near miss that does not. */
#include "common/x12/check/rules/x12_situations.h"
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

/* The first line of each sample, and what is put in its place. */
#define P "HC:99213:25*150*UN*1***1:2~"
#define I "SV2*0250**480.25*UN*12**20~"
#define D "SV3*AD:D2392*190**10:20*I*1*****1:2~\nTOO*JP*3*M:O~\nTOO*JP*4*D:O:B:L:I~\n"
#define LINE(procedure, unit) "HC:" procedure "*150*" unit "***1:2~"
#define REVENUE(begin, unit) "SV2*" begin "*480.25*" unit "~"
#define DENTAL(procedure, rest) "SV3*AD:" procedure "*190**" rest "~\n"
#define MEDICARE {"SBR*P*18*G100******CI", "SBR*P*18*G100******MB"}
#define DATE "DTP*472*D8*20261120~\n"

struct change {
    const char *from, *to;
};

/* `breaks` are made on the clean sample; `mends` on top of them. */
static const struct rule_case {
    uint16_t finding;
    struct change breaks[3], mends;
    const char *file; /* NULL: 837p.edi */
} cases[] = {
    {FINDING_X12_SERVICE_AMBULANCE_MODIFIER, {{P, LINE("A0429", "UN*1")}}, {"A0429", "A0429:RH"}},
    {FINDING_X12_SERVICE_AMBULANCE_MODIFIER, {{P, LINE("A0429:XH", "UN*1")}}, {"A0429:XH", "A0429:QM:HX"}},
    {FINDING_X12_SERVICE_AMBULANCE_MODIFIER, {{P, LINE("A0436:25", "UN*1")}}, {"A0436:25", "A0437:25"}},
    {FINDING_X12_SERVICE_AMBULANCE_DISTANCE, {{P, LINE("A0425:RH", "UN*12")}}, {"HI*ABK:J101", "CR1****A*DH*12~\nHI*ABK:J101"}},
    {FINDING_X12_SERVICE_AMBULANCE_DISTANCE, {{P, LINE("A0435:RH", "UN*12")}}, {"A0435", "A0429"}},
    {FINDING_X12_SERVICE_AMBULANCE_BASE_UNITS, {{P, LINE("A0427:RH", "UN*2")}}, {"UN*2", "UN*1"}},
    {FINDING_X12_SERVICE_AMBULANCE_BASE_UNITS, {{P, LINE("A0434:RH", "UN*2")}}, {"A0434", "A0425"}},
    {FINDING_X12_SERVICE_AMBULANCE_PLACE, {{P, LINE("A0429:RH", "UN*1")}}, {"UN*1***1:2", "UN*1*41**1:2"}},
    {FINDING_X12_SERVICE_AIR_AMBULANCE_PLACE, {{P, LINE("A0431:RH", "UN*1")}}, {"UN*1***1:2", "UN*1*42**1:2"}},
    {FINDING_X12_SERVICE_AIR_AMBULANCE_PLACE, {{P, LINE("A0430:RH", "UN*1")}}, {"A0430", "A0429"}},
    {FINDING_X12_SERVICE_AMBULANCE_PATIENTS, {{P, LINE("A0429:RH:GM", "UN*1")}}, {DATE, DATE "QTY*PT*2~\n"}},
    {FINDING_X12_SERVICE_CHIROPRACTIC_ACTIVE, {MEDICARE, {P, LINE("98941", "UN*1")}}, {"98941", "98941:AT"}},
    {FINDING_X12_SERVICE_CHIROPRACTIC_ACTIVE, {MEDICARE, {P, LINE("98942", "UN*1")}}, {"******MB", "******CI"}},
    {FINDING_X12_SERVICE_CHIROPRACTIC_BEGIN, {MEDICARE, {P, LINE("98940:AT", "UN*1")}}, {"REF*D9", "DTP*454*D8*20261101~\nREF*D9"}},
    {FINDING_X12_SERVICE_CHIROPRACTIC_BEGIN, {MEDICARE, {P, LINE("98940:AT", "UN*1")}}, {"98940:AT", "98940:GA"}},
    {FINDING_X12_SERVICE_EQUIPMENT_MODIFIER,
     {{P, LINE("E0260", "UN*1") "\nSV5*HC:E0260*DA*30*150*900*4~"}},
     {"HC:E0260*150", "HC:E0260:RR*150"}},
    {FINDING_X12_SERVICE_EQUIPMENT_CONDITION, {{DATE, "CRC*09*Y*38~\n" DATE}}, {"CRC*09", "CR3*I*MO*3~\nCRC*09"}},
    {FINDING_X12_SERVICE_ORDERING_PROVIDER,
     {MEDICARE, {P, LINE("E0260:RR", "UN*1")}},
     {"REF*6R*L1~\n", "REF*6R*L1~\nNM1*DK*1*A*B****XX*1876543210~\nN3*1 ROAD~\nN4*SPRINGFALLS*OH*44001~\n"}},
    {FINDING_X12_SERVICE_ORDERING_PROVIDER, {MEDICARE, {P, LINE("L0113", "UN*1")}}, {"L0113", "L0111"}},
    {FINDING_X12_SERVICE_ANESTHESIA_MINUTES, {{P, LINE("00350", "UN*90")}}, {"UN*90", "MJ*90"}},
    {FINDING_X12_SERVICE_ANESTHESIA_MINUTES, {{P, LINE("01999", "UN*90")}}, {"01999", "01996"}},
    {FINDING_X12_SERVICE_ANESTHESIA_MINUTES, {{P, LINE("00100", "UN*90")}}, {"00100", "10021"}},
    {FINDING_X12_SERVICE_MINUTES_ALONE, {{P, LINE("99213", "MJ*30")}}, {"99213", "00350"}},
    {FINDING_X12_SERVICE_ANESTHESIA_MODIFIER, {MEDICARE, {P, LINE("00350", "MJ*90")}}, {"00350", "00350:QS:QK"}},
    {FINDING_X12_SERVICE_OBSTETRIC_UNITS, {{DATE, DATE "QTY*FL*3~\n"}}, {P, LINE("01967", "MJ*90")}},
    {FINDING_X12_SERVICE_DESCRIPTION, {{P, LINE("J3490", "UN*1")}}, {"HC:J3490", "HC:J3490:::::STRANGE DRUG"}},
    {FINDING_X12_SERVICE_DESCRIPTION, {{P, LINE("E1399:NU", "UN*1")}}, {"E1399", "E1390"}},
    {FINDING_X12_SERVICE_REFERENCE_LABORATORY, {{P, LINE("80048:90", "UN*1")}}, {"REF*6R*L1~\n", "REF*6R*L1~\nREF*F4*36D0000002~\n"}},
    {FINDING_X12_SERVICE_HOSPICE_EMPLOYEE, {MEDICARE, {P, LINE("99213:GV", "UN*1")}}, {DATE, "CRC*70*N*65~\n" DATE}},
    /* institutional */
    {FINDING_X12_SERVICE_AMBULANCE_MODIFIER, {{I, REVENUE("0540*HC:A0429", "UN*1")}}, {"A0429", "A0429:RH"}, "837i.edi"},
    {FINDING_X12_SERVICE_DESCRIPTION, {{I, REVENUE("0250*HC:J3490", "UN*1")}}, {"HC:J3490", "HC:J3490:::::STRANGE DRUG"}, "837i.edi"},
    {FINDING_X12_SERVICE_TOTAL_LINE, {{I, REVENUE("0001*", "UN*1")}}, {"SV2*0001", "SV2*0250"}, "837i.edi"},
    {FINDING_X12_SERVICE_ROOM_DAYS, {{"*2400*DA*2~", "*2400*UN*2~"}}, {"SV2*0120", "SV2*0180"}, "837i.edi"},
    {FINDING_X12_SERVICE_ROOM_DAYS, {{"SV2*0120**2400*DA*2~", "SV2*0206**2400*UN*2~"}}, {"*2400*UN", "*2400*DA"}, "837i.edi"},
    {FINDING_X12_SERVICE_ROOM_OUTPATIENT,
     {{"5180.5***11:A:1", "5180.5***13:A:1"}},
     {"***13:A:1", "***21:A:1"},
     "837i.edi"},
    {FINDING_X12_SERVICE_INPATIENT_PROCEDURE, {{"5180.5***11:A:1", "5180.5***13:A:1"}}, {"HI*BBR:0FT44ZZ:D8:20261103~\n", ""}, "837i.edi"},
    {FINDING_X12_SERVICE_OUTPATIENT_PROCEDURE, {{"SV2*0320*HC:73030:RT*", "SV2*0320**"}}, {"SV2*0320", "SV2*0370"}, "837i.edi"},
    {FINDING_X12_SERVICE_RATE_CODE, {{I, REVENUE("0022*HC:99213", "UN*1")}}, {"HC:99213", "HP:AAA00"}, "837i.edi"},
    {FINDING_X12_SERVICE_RATE_CODE_ALONE, {{I, REVENUE("0250*HP:AAA00", "UN*1")}}, {"SV2*0250", "SV2*0022"}, "837i.edi"},
    {FINDING_X12_SERVICE_THERAPY_MODIFIER,
     {{"G200******AM", "G200******MA"}, {"SV2*0320*HC:73030:RT*", "SV2*0424*HC:97161*"}},
     {"97161", "97161:GP"},
     "837i.edi"},
    {FINDING_X12_SERVICE_THERAPY_MODIFIER,
     {{"G200******AM", "G200******MA"}, {"SV2*0320*HC:73030:RT*", "SV2*0434*HC:97165:GP*"}},
     {"97165:GP", "97165:GO"},
     "837i.edi"},
    {FINDING_X12_SERVICE_THERAPY_MODIFIER,
     {{"G200******AM", "G200******MA"}, {"SV2*0320*HC:73030:RT*", "SV2*0444*HC:92521*"}},
     {"92521", "92521:GN"},
     "837i.edi"},
    {FINDING_X12_SERVICE_OBSERVATION,
     {{"G200******AM", "G200******MA"}, {"SV2*0320*HC:73030:RT*", "SV2*0762*HC:99218*"}},
     {"HC:99218", "HC:G0378"},
     "837i.edi"},
    /* dental */
    {FINDING_X12_SERVICE_TOOTH, {{D, DENTAL("D2740", "*I*1")}}, {"*I*1~\n", "*I*1~\nTOO*JP*3~\n"}, "837d.edi"},
    {FINDING_X12_SERVICE_TOOTH, {{D, DENTAL("D7140", "**1")}}, {"D7140", "D7111"}, "837d.edi"},
    {FINDING_X12_SERVICE_SURFACES, {{D, DENTAL("D2150", "**1") "TOO*JP*3~\n"}}, {"TOO*JP*3~", "TOO*JP*3*M:O~"}, "837d.edi"},
    {FINDING_X12_SERVICE_QUADRANT, {{D, DENTAL("D4341", "**1")}}, {"AD:D4341*190**", "AD:D4341*190**10"}, "837d.edi"},
    {FINDING_X12_SERVICE_ORTHODONTICS, {{"DN1*24*23**Y~\n", ""}}, {"AD:D8080*900", "AD:D8660*900"}, "837d.edi"},
    {FINDING_X12_SERVICE_APPLIANCE_DATE,
     {{"DTP*452*D8*20261102~\nDN1", "DN1"}, {"DTP*196*D8*20261102~\nDTP*452*D8*20261102~\n", "DTP*196*D8*20261102~\n"}},
     {"DTP*196*D8*20261102~\n", "DTP*452*D8*20261102~\nDTP*196*D8*20261102~\n"},
     "837d.edi"},
    {FINDING_X12_SERVICE_PROSTHESIS, {{D, DENTAL("D5110", "**1")}}, {"AD:D5110*190****1", "AD:D5110*190***I*1"}, "837d.edi"},
    {FINDING_X12_SERVICE_PRIOR_PLACEMENT,
     {{D, DENTAL("D5110", "*R*1")}, {"DTP*441*D8*20201105~\n", ""}},
     {"DTP*446", "DTP*139*D8*20201101~\nDTP*446"},
     "837d.edi"},
};
enum { CASES = sizeof cases / sizeof *cases };

static struct text
changed(struct text bytes, const struct change *change)
{
    struct text out = change->from == NULL ? replaced(bytes, "ISA*", "ISA*", false) : replaced(bytes, change->from, change->to, false);
    release(bytes);
    return out;
}

static struct text
broken(const struct rule_case *rule)
{
    struct text bytes = sample(rule->file == NULL ? "837p.edi" : rule->file);
    for (size_t i = 0; i < 3; i++)
        bytes = changed(bytes, &rule->breaks[i]);
    return bytes;
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

Test(x12_services, each_rule_is_broken_by_a_file_and_not_by_its_near_miss)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct rule_case *rule = &cases[i];
        const char *name = finding_kind(rule->finding)->name;
        bool accepted;
        struct text bytes = broken(rule);
        cr_expect(is_found(bytes, rule->finding, &accepted), "%s is not found (case %zu)", name, i);
        cr_expect(accepted, "%s: the set is rejected (case %zu)", name, i);
        bytes = changed(bytes, &rule->mends);
        cr_expect(!is_found(bytes, rule->finding, &accepted), "%s is found in the near miss (case %zu)", name, i);
        release(bytes);
    }
}

Test(x12_services, each_rule_of_type_6_has_its_case)
{
    size_t rules = 0;
    for (size_t t = 0; t < x12_situations_count; t++)
        for (size_t r = 0; r < x12_situations_all[t].rule_count; r++) {
            uint16_t finding = x12_situations_all[t].rules[r].finding;
            bool met = finding_kind(finding)->snip != 6;
            rules += !met;
            for (size_t i = 0; i < CASES; i++)
                met |= cases[i].finding == finding;
            cr_expect(met, "%s has no case", finding_kind(finding)->name);
        }
    cr_expect_geq(rules, (size_t)20);
}

/* The line is named, and the types before it do not say it. */
Test(x12_services, a_rule_of_a_line_is_said_at_the_line_and_only_as_type_6)
{
    struct text clean = sample("837p.edi");
    struct text bytes = replaced(clean, "HC:87804:QW*35.5*UN*1***1~", "HC:87804:QW*35.5*MJ*1***1~", false);
    release(clean);
    for (uint8_t snip = 5; snip <= 6; snip++) {
        struct x12_check check;
        enum x12_event event;
        unsigned said = 0;
        x12_check_open_memory(&check, &(struct x12_check_options){.snip = snip}, bytes);
        while ((event = x12_check_next(&check)) != X12_EVENT_END)
            for (uint32_t i = 0; event == X12_EVENT_CLAIM_END && i < check.claim.findings.count; i++) {
                const struct finding *finding = &check.claim.findings.items[i];
                cr_expect_eq(finding->kind->number, FINDING_X12_SERVICE_MINUTES_ALONE);
                cr_expect(text_is(finding->place, "2400/LX"), "%.*s", TEXT_ARGS(finding->place));
                cr_expect_eq(memcmp(bytes.data + finding->offset, "LX*2~", 5), 0);
                said++;
            }
        cr_expect_eq(said, snip == 6 ? 1u : 0u);
        x12_check_close(&check);
    }
    release(bytes);
}
