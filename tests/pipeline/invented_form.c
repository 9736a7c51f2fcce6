#include "tests/pipeline/invented_form.h"

#include <string.h>

#include "tests/pipeline/invented_claim.h"

static const struct {
    const char *name, *version;
} forms[FORM_COUNT] = {
    [FORM_PROFESSIONAL] = {"professional", "005010X222A1"},
    [FORM_INSTITUTIONAL] = {"institutional", "005010X223A2"},
    [FORM_DENTAL] = {"dental", "005010X224A2"},
};

enum invented_form
form_named(const char *name)
{
    enum invented_form form = FORM_PROFESSIONAL;
    while (form < FORM_COUNT && strcmp(forms[form].name, name) != 0)
        form++;
    return form;
}

const char *
form_version(enum invented_form form)
{
    return forms[form].version;
}

static const struct price_list professional = {
    {{"99213", 12500, false}, {"99214", 18400, false}},
    {{"87804:QW", 4150, true}, {"36415", 1200, false}, {"81002", 980, true},
     {"93000", 5525, false}, {"85025", 2640, true}, {"80053", 4870, true}},
    {{"87804:QW:76", 4150, true}, {"36415:76", 1200, false}, {"81002:76", 980, true},
     {"93000:76", 5525, false}, {"85025:76", 2640, true}, {"80053:76", 4870, true}}};
static const struct price_list visit = {
    {{"0450*HC:99283", 64000, false}, {"0510*HC:99213", 21000, false}},
    {{"0306*HC:87804", 8150, false}, {"0300*HC:36415", 2200, false}, {"0307*HC:81002", 1980, false},
     {"0730*HC:93000", 15525, false}, {"0305*HC:85025", 5640, false}, {"0301*HC:80053", 9870, false}},
    {{"0306*HC:87804:76", 8150, false}, {"0300*HC:36415:76", 2200, false}, {"0307*HC:81002:76", 1980, false},
     {"0730*HC:93000:76", 15525, false}, {"0305*HC:85025:76", 5640, false}, {"0301*HC:80053:76", 9870, false}}};
/* The same revenue code stands twice here, and a code alone beside one with a procedure. */
static const struct price_list stay = {
    {{"0120*", 240000, false}, {"0200*", 590000, false}},
    {{"0250*", 48025, false}, {"0300*HC:36415", 2200, false}, {"0300*HC:81002", 1980, false},
     {"0730*HC:93000", 15525, false}, {"0305*HC:85025", 5640, false}, {"0270*", 9870, false}},
    {{"0251*", 48025, false}, {"0300*HC:36415:76", 2200, false}, {"0307*HC:81002:76", 1980, false},
     {"0730*HC:93000:76", 15525, false}, {"0305*HC:85025:76", 5640, false}, {"0272*", 9870, false}}};
static const struct price_list dental = {
    {{"D0120", 6500, false}, {"D0150", 9800, false}},
    {{"D1110", 12000, false}, {"D0274", 7400, false}, {"D2391", 17500, false},
     {"D2392", 19000, false}, {"D1206", 4100, false}, {"D0220", 3300, false}},
    {{"D7140", 21000, false}, {"D0230", 2900, false}, {"D2393", 23500, false},
     {"D2394", 27000, false}, {"D1351", 5600, false}, {"D9110", 8700, false}}};

const struct price_list *
form_prices(enum invented_form form, bool inpatient)
{
    if (form == FORM_INSTITUTIONAL)
        return inpatient ? &stay : &visit;
    return form == FORM_DENTAL ? &dental : &professional;
}

/* ---- what all have in common ---- */

static void
write_clm(struct pen *pen, const struct invented_claim *claim, const char *rest)
{
    pen_put(pen, "CLM*");
    pen_put(pen, claim->number);
    pen_character(pen, '*');
    pen_cents(pen, claim->total_cents);
    pen_put(pen, rest);
    pen_end(pen);
}

static void
write_segment(struct pen *pen, const char *segment)
{
    pen_put(pen, segment);
    pen_end(pen);
}

static void
write_date(struct pen *pen, const char *head, int32_t date)
{
    pen_put(pen, head);
    pen_number(pen, (uint64_t)date, 8);
    pen_end(pen);
}

static void
write_provider(struct pen *pen, const struct invented_claim *claim, const char *qualifier, const char *specialty)
{
    pen_put(pen, "NM1*");
    pen_put(pen, qualifier);
    pen_put(pen, "*1*VARNHOLT*TESSA****XX*");
    pen_put(pen, claim->rendering_npi);
    pen_end(pen);
    write_segment(pen, specialty);
}

static void
write_lx(struct pen *pen, uint32_t i)
{
    pen_put(pen, "LX*");
    pen_number(pen, i + 1, 1);
    pen_end(pen);
}

static void
write_control(struct pen *pen, uint32_t i)
{
    pen_put(pen, "REF*6R*L");
    pen_number(pen, i + 1, 1);
    pen_end(pen);
}

static void
write_pointers(struct pen *pen, const struct invented_line *line)
{
    pen_number(pen, line->pointer, 1);
    if (line->second_pointer != 0) {
        pen_character(pen, ':');
        pen_number(pen, line->second_pointer, 1);
    }
}

/* ABK and ABF in one segment. */
static void
write_diagnoses(struct pen *pen, const struct invented_claim *claim)
{
    pen_put(pen, "HI");
    for (uint32_t i = 0; i < claim->diagnosis_count; i++) {
        pen_put(pen, i == 0 ? "*ABK:" : "*ABF:");
        pen_put(pen, claim->diagnoses[i]);
    }
    pen_end(pen);
}

/* ---- professional ---- */

static void
write_professional(struct pen *pen, const struct invented_claim *claim)
{
    write_clm(pen, claim, "***11:B:1*Y*A*Y*Y");
    if (claim->laboratory)
        write_segment(pen, "REF*X4*36D0912345");
    write_diagnoses(pen, claim);
    write_provider(pen, claim, "82", "PRV*PE*PXC*207Q00000X");
    for (uint32_t i = 0; i < claim->line_count; i++) {
        write_lx(pen, i);
        pen_put(pen, "SV1*HC:");
        pen_put(pen, claim->lines[i].procedure);
        pen_character(pen, '*');
        pen_cents(pen, claim->lines[i].charge_cents);
        pen_put(pen, "*UN*1***");
        write_pointers(pen, &claim->lines[i]);
        pen_end(pen);
        write_date(pen, "DTP*472*D8*", claim->service_date);
        write_control(pen, i);
    }
}

/* ---- institutional ---- */

/* Present on admission is said of a stay; codes of chapter 21 are exempt. */
static void
write_diagnosis(struct pen *pen, const struct invented_claim *claim, const char *qualifier, uint32_t i)
{
    pen_put(pen, qualifier);
    pen_put(pen, claim->diagnoses[i]);
    if (claim->inpatient && claim->diagnoses[i][0] != 'Z')
        pen_put(pen, ":::::::Y");
}

static void
write_institutional_diagnoses(struct pen *pen, const struct invented_claim *claim)
{
    pen_put(pen, "HI");
    write_diagnosis(pen, claim, "*ABK:", 0);
    pen_end(pen);
    pen_put(pen, claim->inpatient ? "HI*ABJ:" : "HI*APR:");
    pen_put(pen, claim->diagnoses[0]);
    pen_end(pen);
    if (claim->diagnosis_count > 1) {
        pen_put(pen, "HI");
        for (uint32_t i = 1; i < claim->diagnosis_count; i++)
            write_diagnosis(pen, claim, "*ABF:", i);
        pen_end(pen);
    }
    write_date(pen, "HI*BH:11:D8:", claim->service_date);
    write_segment(pen, claim->inpatient ? "HI*BE:80:::2" : "HI*BE:01:::150.5");
}

/* Every second line goes without a control number: its payment is found by revenue code and procedure. */
static void
write_institutional(struct pen *pen, const struct invented_claim *claim)
{
    int32_t from = claim->inpatient ? invented_date_before(claim->service_date, 2) : claim->service_date;
    write_clm(pen, claim, claim->inpatient ? "***11:A:1**A*Y*Y" : "***13:A:1**A*Y*Y");
    if (claim->inpatient)
        write_segment(pen, "DTP*096*TM*1130");
    pen_put(pen, "DTP*434*RD8*");
    pen_number(pen, (uint64_t)from, 8);
    pen_character(pen, '-');
    pen_number(pen, (uint64_t)claim->service_date, 8);
    pen_end(pen);
    if (claim->inpatient)
        write_date(pen, "DTP*435*D8*", from);
    write_segment(pen, "CL1*3*1*01");
    write_institutional_diagnoses(pen, claim);
    write_provider(pen, claim, "71", "PRV*AT*PXC*207R00000X");
    for (uint32_t i = 0; i < claim->line_count; i++) {
        write_lx(pen, i);
        pen_put(pen, "SV2*");
        pen_put(pen, claim->lines[i].procedure);
        pen_character(pen, '*');
        pen_cents(pen, claim->lines[i].charge_cents);
        pen_put(pen, claim->inpatient && i == 0 ? "*DA*2" : "*UN*1");
        pen_end(pen);
        if (!claim->inpatient || i > 0)
            write_date(pen, "DTP*472*D8*", claim->service_date);
        if (i % 2 == 1)
            write_control(pen, i);
    }
}

/* ---- dental ---- */

static void
write_dental(struct pen *pen, const struct invented_claim *claim)
{
    write_clm(pen, claim, "***11:B:1*Y*A*Y*Y");
    write_diagnoses(pen, claim);
    write_provider(pen, claim, "82", "PRV*PE*PXC*1223G0001X");
    for (uint32_t i = 0; i < claim->line_count; i++) {
        write_lx(pen, i);
        pen_put(pen, "SV3*AD:");
        pen_put(pen, claim->lines[i].procedure);
        pen_character(pen, '*');
        pen_cents(pen, claim->lines[i].charge_cents);
        pen_put(pen, "****1*****");
        write_pointers(pen, &claim->lines[i]);
        pen_end(pen);
        pen_put(pen, "TOO*JP*");
        pen_number(pen, 1 + i % 32, 1);
        pen_put(pen, "*O");
        pen_end(pen);
        write_date(pen, "DTP*472*D8*", claim->service_date);
        if (i % 2 == 1)
            write_control(pen, i);
    }
}

void
form_write_claim(struct pen *pen, const struct invented_claim *claim)
{
    if (claim->form == FORM_INSTITUTIONAL)
        write_institutional(pen, claim);
    else if (claim->form == FORM_DENTAL)
        write_dental(pen, claim);
    else
        write_professional(pen, claim);
}
