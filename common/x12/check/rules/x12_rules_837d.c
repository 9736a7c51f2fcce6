/* Situations of the dental claim that the common rules of claims do not know. */
#include "common/x12/check/rules/x12_claim_rules.h"
#include "schemas/findings.h"
#include "schemas/x12/x12_837d.h"

static const uint8_t facts_of_places[X12_837D_PLACE_COUNT] = {
    [X12_837D_2010AA_N4] = X12_CLAIM_FACT_BILLING_CITY,
    [X12_837D_2000B_SBR] = X12_CLAIM_FACT_SUBSCRIBER,
    [X12_837D_2010BA_N3] = X12_CLAIM_FACT_SUBSCRIBER_STREET,
    [X12_837D_2010BA_N4] = X12_CLAIM_FACT_SUBSCRIBER_CITY,
    [X12_837D_2010BA_DMG] = X12_CLAIM_FACT_SUBSCRIBER_BIRTH,
    [X12_837D_2010CA_DMG] = X12_CLAIM_FACT_PATIENT_BIRTH,
    [X12_837D_2300_CLM] = X12_CLAIM_FACT_CLAIM,
    [X12_837D_2300_DTP_472] = X12_CLAIM_FACT_SERVICE_PERIOD,
    [X12_837D_2300_REF_F8] = X12_CLAIM_FACT_REFERENCE,
    [X12_837D_2320_SBR] = X12_CLAIM_FACT_PAYER,
    [X12_837D_2320_CAS] = X12_CLAIM_FACT_PAYER_ADJUSTMENTS,
    [X12_837D_2320_AMT_D] = X12_CLAIM_FACT_PAYER_PAID,
    [X12_837D_2320_AMT_A8] = X12_CLAIM_FACT_PAYER_NONCOVERED,
    [X12_837D_2330B_NM1_PR] = X12_CLAIM_FACT_PAYER_NAME,
    [X12_837D_2300_DTP_439] = X12_CLAIM_FACT_ACCIDENT_DATE,
    [X12_837D_2300_HI_ABK] = X12_CLAIM_FACT_DIAGNOSES,
    [X12_837D_2400_SV3] = X12_CLAIM_FACT_LINE,
    [X12_837D_2400_REF_6R] = X12_CLAIM_FACT_LINE_CONTROL,
    [X12_837D_2400_DTP_472] = X12_CLAIM_FACT_SERVICE_PERIOD,
    [X12_837D_2430_SVD] = X12_CLAIM_FACT_LINE_PAID,
    [X12_837D_2430_CAS] = X12_CLAIM_FACT_LINE_ADJUSTMENTS,
};

static const struct x12_claim_rule rules[] = {
    {FINDING_X12_ACCIDENT_DATE, 11, "21", x12_claim_rules_accident_date},
    {FINDING_X12_ACCIDENT_STATE, 11, "21", x12_claim_rules_accident_state},
};

static const struct x12_claim_guide claims = {
    .facts = facts_of_places,
    .levels = {X12_837D_LOOP_2000A, X12_837D_LOOP_2000B, X12_837D_LOOP_2000C},
    .line_loop = X12_837D_LOOP_2400,
    .charge_element = 2,
    .pointer_element = 11,
    .names_causes = true,
    .rules = rules,
    .rule_count = sizeof rules / sizeof rules[0],
};

const struct x12_rules x12_rules_837d = {&x12_guide_837d, &claims, &x12_claim_rules_calls};
