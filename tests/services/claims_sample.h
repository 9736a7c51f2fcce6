/* The influenza visit as coding passes it on, to be changed by each test. It lies in memory of the test. */
#ifndef CLAIMLINE_TESTS_CLAIMS_SAMPLE_H
#define CLAIMLINE_TESTS_CLAIMS_SAMPLE_H

#include "schemas/records/claim_body.h"

struct claims_sample {
    struct claim_body body;
    struct diagnosis diagnoses[2];
    struct service_line lines[2];
};

static inline void
claims_sample_make(struct claims_sample *s)
{
    *s = (struct claims_sample){0};
    s->lines[0] = (struct service_line){.number = 1,
                                        .qualifier = TEXT("HC"),
                                        .procedure = TEXT("99213"),
                                        .charge_cents = 12500,
                                        .unit = TEXT("UN"),
                                        .quantity_milli = 1000,
                                        .pointer_1 = 1,
                                        .date_from = 20251120};
    s->lines[1] = (struct service_line){.number = 2,
                                        .qualifier = TEXT("HC"),
                                        .procedure = TEXT("87804"),
                                        .modifier_1 = TEXT("QW"), .clia = TEXT("36D0000001"),
                                        .charge_cents = 4150,
                                        .unit = TEXT("UN"),
                                        .quantity_milli = 1000,
                                        .pointer_1 = 1,
                                        .date_from = 20251120};
    s->diagnoses[0] = (struct diagnosis){.qualifier = TEXT("ABK"), .code = TEXT("J101")};
    s->diagnoses[1] = (struct diagnosis){.qualifier = TEXT("ABF"), .code = TEXT("R05.9")};
    s->body = (struct claim_body){.form = CLAIM_FORM_PROFESSIONAL,
                                  .patient_control_number = TEXT("C-77"),
                                  .total_cents = 16650,
                                  .place_of_service = TEXT("11"),
                                  .facility_qualifier = TEXT("B"),
                                  .frequency = TEXT("1"),
                                  .diagnoses = s->diagnoses,
                                  .diagnoses_count = 1,
                                  .lines = s->lines,
                                  .lines_count = 2};
    s->body.payer.id = TEXT("12345");
    s->body.billing = (struct party){.entity_type = TEXT("2"),
                                     .last_name = TEXT("Clinic"),
                                     .id_qualifier = TEXT("XX"),
                                     .id = TEXT("1234567893"),
                                     .address_1 = TEXT("1 Main St"),
                                     .city = TEXT("Salem"),
                                     .state = TEXT("OR"),
                                     .postal_code = TEXT("973010001"),
                                     .taxonomy = TEXT("207Q00000X"),
                                     .tax_id = TEXT("123456789"),
                                     .tax_id_qualifier = TEXT("EI")};
}

#endif
