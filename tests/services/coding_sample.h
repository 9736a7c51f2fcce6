/* The influenza visit as a claim, to be changed by each test. Everything lies in static memory of the test program. */
#ifndef CLAIMLINE_TESTS_CODING_SAMPLE_H
#define CLAIMLINE_TESTS_CODING_SAMPLE_H

#include "common/finding/finding.h"
#include "schemas/findings.h"
#include "services/coding/steps/history.h"

#include <stdio.h>

struct coding_sample {
    struct claim_body body;
    struct diagnosis diagnoses[CODING_DIAGNOSES];
    struct service_line lines[8];
    struct document documents[8];
    uint32_t documents_count;
    int32_t received_date;
};

static inline void
sample_codes(struct coding_sample *s, const char *codes)
{
    struct text rest = text_from(codes);
    s->body.diagnoses_count = 0;
    while (rest.length > 0) {
        uint32_t i = s->body.diagnoses_count++;
        s->diagnoses[i] = (struct diagnosis){.qualifier = i == 0 ? TEXT("ABK") : TEXT("ABF")};
        s->diagnoses[i].code = text_cut(rest, ' ', &rest);
    }
}

static inline void
sample_make(struct coding_sample *s)
{
    *s = (struct coding_sample){.received_date = 20251124};
    s->lines[0] = (struct service_line){.number = 1, .qualifier = TEXT("HC"), .procedure = TEXT("99213"), .charge_cents = 12500,
                                        .unit = TEXT("UN"), .quantity_milli = 1000, .pointer_1 = 1, .date_from = 20251120};
    s->lines[1] = (struct service_line){.number = 2, .qualifier = TEXT("HC"), .procedure = TEXT("87804"),
                                        .modifier_1 = TEXT("QW"), .charge_cents = 4150, .unit = TEXT("UN"),
                                        .quantity_milli = 1000, .pointer_1 = 1, .date_from = 20251120};
    s->body = (struct claim_body){.form = CLAIM_FORM_PROFESSIONAL,
                                  .patient_control_number = TEXT("C-77"),
                                  .total_cents = 16650,
                                  .place_of_service = TEXT("11"),
                                  .facility_qualifier = TEXT("B"),
                                  .frequency = TEXT("1"),
                                  .clia = TEXT("36D0912345"),
                                  .diagnoses = s->diagnoses,
                                  .lines = s->lines,
                                  .lines_count = 2};
    s->body.billing = (struct party){.entity_type = TEXT("2"), .last_name = TEXT("Mill Lane Practice"), .id_qualifier = TEXT("XX"),
                                     .id = TEXT("1234567893")};
    s->body.rendering = s->body.referring = (struct party){.entity_type = TEXT("1"), .last_name = TEXT("Byrd"), .first_name = TEXT("Roberta"),
                                                           .id_qualifier = TEXT("XX"), .id = TEXT("1987654328")};
    s->body.subscriber.birth_date = 19800412;
    s->body.subscriber.sex = TEXT("F");
    sample_codes(s, "J101");
}

/* The numbers of the findings in order: "3111 3301". */
static inline const char *
sample_numbers(const struct findings *findings, char buffer[256])
{
    size_t length = 0;
    buffer[0] = '\0';
    for (uint32_t i = 0; i < findings->count; i++)
        length += (size_t)snprintf(buffer + length, 256 - length, "%s%u", i == 0 ? "" : " ",
                                   (unsigned)findings->items[i].kind->number);
    return buffer;
}

/* As a new patient's: there is a history, and nothing in it. `sets` may be NULL. The case is good as long as the sample. */
static inline struct coding_judgement
sample_judge_with(const struct coding_sample *s, struct coding_sets *sets, struct coding_run *run, struct findings *findings)
{
    static struct coding_case c;
    static const struct coding_history nothing = {.since = 20100101};
    coding_case_make(&c, &s->body, s->documents, s->documents_count, codes_starter(), s->received_date);
    c.sets = sets;
    c.history = &nothing;
    return coding_judge(run, &c, findings);
}

/* Steps of which the starter edition has no tables for the visit: notes, pairs, units, add-on codes. */
enum { SAMPLE_NOT_ASSESSED = 1 << 4 | 1 << 5 | 1 << 6 };

static inline struct coding_judgement
sample_judge(const struct coding_sample *s, struct findings *findings)
{
    struct coding_run run;
    return sample_judge_with(s, NULL, &run, findings);
}

/* Lines 3 and 4: an X-ray that stands there twice (3502), for 70.13 each: an amount that is told from all else. */
static inline void
sample_add_twice(struct coding_sample *s)
{
    for (unsigned i = 2; i < 4; i++)
        s->lines[i] = (struct service_line){.number = i + 1, .qualifier = TEXT("HC"), .procedure = TEXT("71046"), .charge_cents = 7013,
                                            .unit = TEXT("UN"), .quantity_milli = 1000, .pointer_1 = 1, .date_from = 20251120};
    s->body.lines_count = 4;
    s->body.total_cents += 14026;
}

/* Why a rule could not be assessed; CODING_LACK_NONE: it could, or does not apply. */
static inline enum coding_lack
sample_lack(const struct coding_run *run, uint16_t rule)
{
    unsigned row = coding_rule_rows[rule - CODING_RULE_FIRST];
    return coding_has(run->lacking, row) ? (enum coding_lack)run->lacks[row] : CODING_LACK_NONE;
}

/* The steps that the claim itself and the starter edition could not decide: what waits for documents, former claims or published
 * relations is left out (3102 stands for the editions of lists). */
static inline uint64_t
sample_undecided(const struct coding_run *run)
{
    uint64_t steps = 0;
    for (unsigned row = 0; row < CODING_RULE_COUNT; row++) {
        bool listed = coding_rules[row].number < FINDING_CODING_SEVENTH_MISSING || coding_rules[row].number == FINDING_CODING_PLACE_UNKNOWN;
        unsigned lack = coding_has(run->lacking, row) ? run->lacks[row] : CODING_LACK_NONE;
        bool outside = lack == CODING_LACK_DOCUMENTS || lack == CODING_LACK_HISTORY || lack == CODING_LACK_TABLE ||
                       lack == CODING_LACK_STATUS || ((lack == CODING_LACK_EDITION || lack == CODING_LACK_CODE) && !listed);
        if (lack != CODING_LACK_NONE && !outside)
            steps |= UINT64_C(1) << coding_rules[row].step;
    }
    for (unsigned step = 1; step <= CODING_STEPS; step++)
        if (run->skipped[step] != CODING_LACK_NONE)
            steps |= UINT64_C(1) << step;
    return steps;
}

/* The numbers of what was found; good until the next call. */
static inline const char *
sample_judged(const struct coding_sample *s, struct coding_judgement *judgement, struct arena *arena)
{
    static char numbers[256];
    struct findings findings;
    findings_init(&findings, arena);
    *judgement = sample_judge(s, &findings);
    return sample_numbers(&findings, numbers);
}

#endif
