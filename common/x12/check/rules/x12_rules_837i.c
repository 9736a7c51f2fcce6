/* Situations of the institutional claim: stay, statement period, accident. Which types of bill are inpatient
 * is said in docs/x12/837i.md. */
#include "common/x12/check/rules/x12_claim_rules.h"
#include "schemas/findings.h"
#include "schemas/x12/x12_837i.h"

static const uint8_t facts_of_places[X12_837I_PLACE_COUNT] = {
    [X12_837I_2010AA_N4] = X12_CLAIM_FACT_BILLING_CITY,
    [X12_837I_2000B_SBR] = X12_CLAIM_FACT_SUBSCRIBER,
    [X12_837I_2010BA_N3] = X12_CLAIM_FACT_SUBSCRIBER_STREET,
    [X12_837I_2010BA_N4] = X12_CLAIM_FACT_SUBSCRIBER_CITY,
    [X12_837I_2010BA_DMG] = X12_CLAIM_FACT_SUBSCRIBER_BIRTH,
    [X12_837I_2010CA_DMG] = X12_CLAIM_FACT_PATIENT_BIRTH,
    [X12_837I_2300_CLM] = X12_CLAIM_FACT_CLAIM,
    [X12_837I_2300_DTP_434] = X12_CLAIM_FACT_SERVICE_PERIOD,
    [X12_837I_2300_REF_F8] = X12_CLAIM_FACT_REFERENCE,
    [X12_837I_2320_SBR] = X12_CLAIM_FACT_PAYER,
    [X12_837I_2320_CAS] = X12_CLAIM_FACT_PAYER_ADJUSTMENTS,
    [X12_837I_2320_AMT_D] = X12_CLAIM_FACT_PAYER_PAID,
    [X12_837I_2320_AMT_A8] = X12_CLAIM_FACT_PAYER_NONCOVERED,
    [X12_837I_2330B_NM1_PR] = X12_CLAIM_FACT_PAYER_NAME,
    [X12_837I_2400_SV2] = X12_CLAIM_FACT_LINE,
    [X12_837I_2400_REF_6R] = X12_CLAIM_FACT_LINE_CONTROL,
    [X12_837I_2400_DTP_472] = X12_CLAIM_FACT_SERVICE_PERIOD,
    [X12_837I_2430_SVD] = X12_CLAIM_FACT_LINE_PAID,
    [X12_837I_2430_CAS] = X12_CLAIM_FACT_LINE_ADJUSTMENTS,
};

static struct x12_facts_stay *
stay_of(struct x12_check *check)
{
    return &check->state->facts_837.stay;
}

static bool
is_one_of(struct text value, const char *const *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(value, codes[i]))
            return true;
    }
    return false;
}

/* CLM05: the first two digits of the type of bill, and its frequency. */
static void
bill_type(struct x12_check *check)
{
    static const char *const inpatient[] = {"11", "12", "18", "21", "41"};
    static const char *const visits[] = {"13", "85"};
    struct x12_facts_837 *facts = &check->state->facts_837;
    struct text facility =
        x12_component(x12_element(check->segment, 5), check->reader.delimiters.component, 1);
    bool final = facts->claim.frequency == '1' || facts->claim.frequency == '4';
    facts->stay = (struct x12_facts_stay){
        .inpatient = is_one_of(facility, inpatient, sizeof inpatient / sizeof inpatient[0]),
        .visit = is_one_of(facility, visits, sizeof visits / sizeof visits[0]),
        .last_of_hospital = final && text_is(facility, "11"),
    };
    facts->claim.car_accident = facts->car_insurer;
}

/* SBR09 of a payer that insures cars. */
static bool
insures_cars(const struct x12_check *check)
{
    return text_is(x12_element(check->segment, 9), "AM");
}

static void
statement(struct x12_check *check)
{
    struct x12_facts_stay *stay = stay_of(check);
    if (!x12_claim_rules_dates(x12_element(check->segment, 3), &stay->from, &stay->to) ||
        stay->to < stay->from)
        stay->from = stay->to = 0;
}

static void
admission(struct x12_check *check)
{
    int32_t to;
    stay_of(check)->has_admission = true;
    (void)x12_claim_rules_dates(x12_element(check->segment, 3), &stay_of(check)->admission, &to);
}

/* CL1: type of admission, point of origin, status of the patient at the end of the statement. */
static void
admission_codes(struct x12_check *check)
{
    static const char *const unscheduled[] = {"1", "2", "5"};
    struct x12_facts_stay *stay = stay_of(check);
    struct text type = x12_element(check->segment, 1), status = x12_element(check->segment, 3);
    stay->unscheduled = is_one_of(type, unscheduled, sizeof unscheduled / sizeof unscheduled[0]);
    stay->has_origin = x12_element(check->segment, 2).length > 0;
    stay->left = status.length > 0 && !text_is(status, "30");
}

/* The last component of a diagnosis: present on admission. */
static void
diagnoses(struct x12_check *check)
{
    for (unsigned i = 1; i <= check->segment->element_count; i++) {
        struct text code = x12_element(check->segment, i);
        if (x12_component(code, check->reader.delimiters.component, 9).length > 0)
            stay_of(check)->says_present = true;
    }
}

static void
spans(struct x12_check *check)
{
    for (unsigned i = 1; i <= check->segment->element_count; i++) {
        struct text span = x12_element(check->segment, i);
        struct text value = x12_component(span, check->reader.delimiters.component, 4);
        int32_t from, to;
        if (x12_claim_rules_dates(value, &from, &to) && to < from)
            x12_emit(check, FINDING_X12_DATE_ORDER, i, 4, "187", value, true);
    }
}

/* Emergency room, urgent care clinic, observation. */
static void
revenue(struct x12_check *check)
{
    struct text code = x12_element(check->segment, 1);
    if (code.length == 4 &&
        (text_starts(code, TEXT("045")) || text_is(code, "0516") || text_is(code, "0762")))
        stay_of(check)->emergency = true;
}

static void
line_dates(struct x12_check *check)
{
    const struct x12_facts_stay *stay = stay_of(check);
    struct text value = x12_element(check->segment, 3);
    int32_t from, to;
    if (stay->from == 0 || !x12_claim_rules_dates(value, &from, &to))
        return;
    if (from < stay->from || to > stay->to)
        x12_emit(check, FINDING_X12_LINE_OUTSIDE_STATEMENT, 3, 0, "187", value, true);
}

static void
segment(struct x12_check *check)
{
    struct x12_facts_837 *facts = &check->state->facts_837;
    switch (check->step.place->number) {
    case X12_837I_2000B_SBR:
        facts->car_insurer = insures_cars(check);
        return;
    case X12_837I_2300_CLM:
        bill_type(check);
        return;
    case X12_837I_2300_DTP_096:
        facts->stay.has_discharge_hour = true;
        return;
    case X12_837I_2300_DTP_434:
        statement(check);
        return;
    case X12_837I_2300_DTP_435:
        admission(check);
        return;
    case X12_837I_2300_CL1:
        admission_codes(check);
        return;
    case X12_837I_2300_REF_LU:
        facts->claim.has_accident_state = true;
        return;
    case X12_837I_2300_HI_ABK:
    case X12_837I_2300_HI_ABN:
    case X12_837I_2300_HI_ABF:
        diagnoses(check);
        return;
    case X12_837I_2300_HI_ABJ:
        facts->stay.has_admitting_diagnosis = true;
        return;
    case X12_837I_2300_HI_APR:
        facts->stay.has_visit_reason = true;
        return;
    case X12_837I_2300_HI_BI:
        spans(check);
        return;
    case X12_837I_2310A_NM1_71:
        facts->stay.has_attending = true;
        return;
    case X12_837I_2320_SBR:
        facts->claim.car_accident |= insures_cars(check);
        return;
    case X12_837I_2400_SV2:
        revenue(check);
        return;
    case X12_837I_2400_DTP_472:
        line_dates(check);
        return;
    default:
        return;
    }
}

static bool
admission_missing(const struct x12_facts_837 *facts)
{
    return facts->stay.inpatient && !facts->stay.has_admission;
}

static bool
admitting_diagnosis_missing(const struct x12_facts_837 *facts)
{
    return facts->stay.inpatient && !facts->stay.has_admitting_diagnosis;
}

static bool
origin_missing(const struct x12_facts_837 *facts)
{
    return facts->stay.inpatient && !facts->stay.has_origin;
}

static bool
discharge_hour_missing(const struct x12_facts_837 *facts)
{
    return facts->stay.last_of_hospital && facts->stay.left && !facts->stay.has_discharge_hour;
}

static bool
attending_missing(const struct x12_facts_837 *facts)
{
    return facts->stay.inpatient && !facts->stay.has_attending;
}

static bool
visit_reason_missing(const struct x12_facts_837 *facts)
{
    const struct x12_facts_stay *stay = &facts->stay;
    return stay->visit && stay->unscheduled && stay->emergency && !stay->has_visit_reason;
}

static bool
admitted_after(const struct x12_facts_837 *facts)
{
    return facts->stay.to != 0 && facts->stay.admission > facts->stay.to;
}

static bool
present_without_stay(const struct x12_facts_837 *facts)
{
    return facts->stay.says_present && !facts->stay.inpatient;
}

static const struct x12_claim_rule rules[] = {
    {FINDING_X12_ACCIDENT_STATE, 0, "21", x12_claim_rules_accident_state},
    {FINDING_X12_ADMISSION_DATE, 5, "189", admission_missing},
    {FINDING_X12_ADMITTING_DIAGNOSIS, 5, "232", admitting_diagnosis_missing},
    {FINDING_X12_ADMISSION_ORIGIN, 5, "229", origin_missing},
    {FINDING_X12_DISCHARGE_HOUR, 5, "233", discharge_hour_missing},
    {FINDING_X12_ATTENDING_PROVIDER, 5, "21", attending_missing},
    {FINDING_X12_VISIT_REASON, 5, "21", visit_reason_missing},
    {FINDING_X12_ADMISSION_AFTER_STATEMENT, 0, "189", admitted_after},
    {FINDING_X12_PRESENT_ON_ADMISSION, 5, "21", present_without_stay},
};

static const struct x12_claim_guide claims = {
    .facts = facts_of_places,
    .levels = {X12_837I_LOOP_2000A, X12_837I_LOOP_2000B, X12_837I_LOOP_2000C},
    .line_loop = X12_837I_LOOP_2400,
    .charge_element = 3,
    .segment = segment,
    .rules = rules,
    .rule_count = sizeof rules / sizeof rules[0],
};

const struct x12_rules x12_rules_837i = {&x12_guide_837i, &claims, &x12_claim_rules_calls};
