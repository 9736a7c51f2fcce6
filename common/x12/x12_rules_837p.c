/* Situations of the professional claim that the common rules of claims do not know. */
#include "common/x12/x12_claim_rules.h"
#include "schemas/findings.h"
#include "schemas/x12/x12_837p.h"

static const uint8_t facts_of_places[X12_837P_PLACE_COUNT] = {
    [X12_837P_2010AA_N4] = X12_CLAIM_FACT_BILLING_CITY,
    [X12_837P_2000B_SBR] = X12_CLAIM_FACT_SUBSCRIBER,
    [X12_837P_2010BA_N3] = X12_CLAIM_FACT_SUBSCRIBER_STREET,
    [X12_837P_2010BA_N4] = X12_CLAIM_FACT_SUBSCRIBER_CITY,
    [X12_837P_2010BA_DMG] = X12_CLAIM_FACT_SUBSCRIBER_BIRTH,
    [X12_837P_2010CA_DMG] = X12_CLAIM_FACT_PATIENT_BIRTH,
    [X12_837P_2300_CLM] = X12_CLAIM_FACT_CLAIM,
    [X12_837P_2300_DTP_314] = X12_CLAIM_FACT_PERIOD,
    [X12_837P_2300_REF_F8] = X12_CLAIM_FACT_REFERENCE,
    [X12_837P_2320_SBR] = X12_CLAIM_FACT_PAYER,
    [X12_837P_2320_CAS] = X12_CLAIM_FACT_PAYER_ADJUSTMENTS,
    [X12_837P_2320_AMT_D] = X12_CLAIM_FACT_PAYER_PAID,
    [X12_837P_2320_AMT_A8] = X12_CLAIM_FACT_PAYER_NONCOVERED,
    [X12_837P_2330B_NM1_PR] = X12_CLAIM_FACT_PAYER_NAME,
    [X12_837P_2400_SV1] = X12_CLAIM_FACT_LINE,
    [X12_837P_2400_DTP_472] = X12_CLAIM_FACT_SERVICE_PERIOD,
    [X12_837P_2430_SVD] = X12_CLAIM_FACT_LINE_PAID,
    [X12_837P_2430_CAS] = X12_CLAIM_FACT_LINE_ADJUSTMENTS,
};

static void
related_causes(struct x12_check *check)
{
    struct x12_facts_837 *facts = &check->state->facts_837;
    char separator = check->reader.delimiters.component;
    struct text causes = x12_element(check->segment, 11);
    for (unsigned i = 1; i <= 3; i++) {
        struct text cause = x12_component(causes, separator, i);
        facts->claim.car_accident |= text_is(cause, "AA");
        facts->claim.accident |= text_is(cause, "AA") || text_is(cause, "OA");
    }
    facts->claim.has_accident_state =
        x12_component(causes, separator, 4).length > 0 || x12_component(causes, separator, 5).length > 0;
}

static void
diagnoses(struct x12_check *check)
{
    for (unsigned i = 1; i <= check->segment->element_count; i++)
        check->state->facts_837.claim.diagnosis_count += check->segment->elements[i].length > 0;
}

static void
pointers(struct x12_check *check)
{
    struct text given = x12_element(check->segment, 7);
    for (unsigned i = 1; i <= 4; i++) {
        struct text pointer = x12_component(given, check->reader.delimiters.component, i);
        uint64_t number;
        if (pointer.length == 0)
            continue;
        if (!text_to_u64(pointer, &number) || number < 1 ||
            number > check->state->facts_837.claim.diagnosis_count)
            x12_emit(check, FINDING_X12_POINTER_DIAGNOSIS, 7, i, "477", pointer, false);
    }
}

static void
segment(struct x12_check *check)
{
    switch (check->step.place->number) {
    case X12_837P_2300_CLM:
        related_causes(check);
        return;
    case X12_837P_2300_DTP_439:
        check->state->facts_837.claim.has_accident_date = true;
        return;
    case X12_837P_2300_HI_ABK:
        diagnoses(check);
        return;
    case X12_837P_2400_SV1:
        pointers(check);
        return;
    default:
        return;
    }
}

static bool
accident_date_missing(const struct x12_facts_837 *facts)
{
    return facts->claim.accident && !facts->claim.has_accident_date;
}

static const struct x12_claim_rule rules[] = {
    {FINDING_X12_ACCIDENT_DATE, 11, "21", accident_date_missing},
    {FINDING_X12_ACCIDENT_STATE, 11, "21", x12_claim_rules_accident_state},
};

static const struct x12_claim_guide claims = {
    .facts = facts_of_places,
    .levels = {X12_837P_LOOP_2000A, X12_837P_LOOP_2000B, X12_837P_LOOP_2000C},
    .line_loop = X12_837P_LOOP_2400,
    .charge_element = 2,
    .segment = segment,
    .rules = rules,
    .rule_count = sizeof rules / sizeof rules[0],
};

const struct x12_rules x12_rules_837p = {
    .guide = &x12_guide_837p,
    .claims = &claims,
    .set_begin = x12_claim_rules_set_begin,
    .segment = x12_claim_rules_segment,
    .loop_end = x12_claim_rules_loop_end,
    .claim_end = x12_claim_rules_claim_end,
    .set_end = x12_claim_rules_set_end,
};
