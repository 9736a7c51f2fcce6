/* A claim body that fills most kinds of fields, for the tests of records. */
#ifndef CLAIMLINE_TESTS_RECORD_SAMPLE_H
#define CLAIMLINE_TESTS_RECORD_SAMPLE_H

#include "schemas/records.h"

struct record_sample {
    struct claim_body claim;
    struct diagnosis diagnoses[3];
    struct service_line lines[2];
    struct carried_segment carried[2];
};

static inline void
record_sample_fill(struct record_sample *sample)
{
    *sample = (struct record_sample){0};
    for (int i = 0; i < 3; i++)
        sample->diagnoses[i] = (struct diagnosis){.qualifier = TEXT("ABF"), .code = TEXT("J101")};
    for (int i = 0; i < 2; i++) {
        sample->lines[i] = (struct service_line){.number = (uint64_t)i + 1,
                                                 .qualifier = TEXT("HC"),
                                                 .procedure = TEXT("87804"),
                                                 .charge_cents = 12345 + i,
                                                 .quantity_milli = -1500,
                                                 .pointer_1 = 1,
                                                 .date_from = 20240229};
        sample->lines[i].rendering = (struct party){.last_name = TEXT("SMITHERS"), .id = TEXT("1234567893")};
        sample->lines[i].rendering.carried = &sample->carried[i];
        sample->lines[i].rendering.carried_count = 1;
        sample->carried[i] =
            (struct carried_segment){.loop = TEXT("2420A"), .segment = TEXT("REF\x1dG2\x1dX")};
    }
    sample->claim = (struct claim_body){.form = CLAIM_FORM_PROFESSIONAL,
                                        .patient_control_number = TEXT("ACCT-1"),
                                        .total_cents = 24691,
                                        .place_of_service = TEXT("11"),
                                        .onset_date = 20240228,
                                        .diagnoses = sample->diagnoses,
                                        .diagnoses_count = 3,
                                        .lines = sample->lines,
                                        .lines_count = 2};
    sample->claim.subscriber.person = (struct party){.last_name = TEXT("CANARY"), .first_name = TEXT("MARY")};
}

#endif
