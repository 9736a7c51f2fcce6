/* Nanoseconds to write and to read a claim of about 1.2 KB with four lines. usage: bench_record [rounds] */
#include "common/clock/clock.h"
#include "schemas/records.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static struct party
provider(const char *name, const char *npi)
{
    return (struct party){.entity_type = TEXT("2"),
                          .last_name = text_from(name),
                          .id_qualifier = TEXT("XX"),
                          .id = text_from(npi),
                          .address_1 = TEXT("100 HARBOUR STREET"),
                          .city = TEXT("SPRINGFIELD"),
                          .state = TEXT("IL"),
                          .postal_code = TEXT("627010001"),
                          .taxonomy = TEXT("207Q00000X"),
                          .tax_id = TEXT("370000001"),
                          .tax_id_qualifier = TEXT("EI")};
}

static void
fill_line(struct service_line *line, uint64_t number, const char *procedure, int64_t cents)
{
    *line = (struct service_line){.number = number,
                                  .qualifier = TEXT("HC"),
                                  .procedure = text_from(procedure),
                                  .modifier_1 = TEXT("25"),
                                  .charge_cents = cents,
                                  .unit = TEXT("UN"),
                                  .quantity_milli = 1000,
                                  .pointer_1 = 1,
                                  .pointer_2 = number,
                                  .date_from = 20261102,
                                  .control_number = TEXT("LINE-000000001")};
}

static void
fill_claim(struct claim_body *claim, struct diagnosis diagnoses[4], struct service_line lines[4],
           struct carried_segment carried[6])
{
    static const char *const codes[] = {"J101", "R509", "E119", "I10"};
    static const char *const procedures[] = {"99213", "87804", "36415", "85025"};
    *claim = (struct claim_body){.form = CLAIM_FORM_PROFESSIONAL,
                                 .patient_control_number = TEXT("ACCT-0000012345"),
                                 .total_cents = 31250,
                                 .place_of_service = TEXT("11"),
                                 .facility_qualifier = TEXT("B"),
                                 .frequency = TEXT("1"),
                                 .provider_signature = TEXT("Y"),
                                 .assignment = TEXT("A"),
                                 .benefits_assignment = TEXT("Y"),
                                 .release_of_information = TEXT("Y"),
                                 .clearinghouse_number = TEXT("CH202611230000001"),
                                 .clia = TEXT("14D0000001"),
                                 .billing = provider("SPRINGFIELD GENERAL CLINIC", "1234567893"),
                                 .rendering = provider("SMITHERS", "1987654321"),
                                 .diagnoses = diagnoses,
                                 .diagnoses_count = 4,
                                 .lines = lines,
                                 .lines_count = 4,
                                 .carried = carried,
                                 .carried_count = 6};
    claim->subscriber = (struct subscriber){.sequence = TEXT("P"),
                                            .relationship = TEXT("18"),
                                            .group_number = TEXT("GRP0001"),
                                            .filing_indicator = TEXT("CI"),
                                            .birth_date = 19700412,
                                            .sex = TEXT("F")};
    claim->subscriber.person = (struct party){.entity_type = TEXT("1"),
                                              .last_name = TEXT("EXAMPLE"),
                                              .first_name = TEXT("PATIENT"),
                                              .id_qualifier = TEXT("MI"),
                                              .id = TEXT("MEM000123456"),
                                              .address_1 = TEXT("1 ELM ROAD"),
                                              .city = TEXT("SPRINGFIELD"),
                                              .state = TEXT("IL"),
                                              .postal_code = TEXT("62701")};
    claim->payer = (struct party){.entity_type = TEXT("2"),
                                  .last_name = TEXT("EXAMPLE PAYER"),
                                  .id_qualifier = TEXT("PI"),
                                  .id = TEXT("PAYER01")};
    for (int i = 0; i < 4; i++) {
        diagnoses[i] =
            (struct diagnosis){.qualifier = i == 0 ? TEXT("ABK") : TEXT("ABF"), .code = text_from(codes[i])};
        fill_line(&lines[i], (uint64_t)i + 1, procedures[i], 7500 + i);
    }
    for (int i = 0; i < 6; i++)
        carried[i] = (struct carried_segment){.loop = TEXT("2300"),
                                              .segment = TEXT("REF\x1dXX\x1d"
                                                              "A-CARRIED-VALUE")};
}

static void
report(const char *what, int64_t ticks, long rounds)
{
    printf("%-28s %8.0f ns\n", what, (double)ticks * 1000.0 / (double)rounds);
}

int
main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 300000;
    struct diagnosis diagnoses[4];
    struct service_line lines[4];
    struct carried_segment carried[6];
    static struct claim_body claim, back;
    struct arena arena;
    struct text bytes, section;
    struct identity identity = {.claim_id = 123456789, .version = 1, .account = UINT64_C(0x123456789abcdef)};
    arena_init(&arena, 0);
    fill_claim(&claim, diagnoses, lines, carried);
    enum status status = record_write(&record_claim_body, &claim, &arena, &section, NULL);
    assert(status == STATUS_OK);
    char *kept = malloc(section.length);
    memcpy(kept, section.data, section.length);
    section.data = kept;
    printf("claim body of %zu bytes, structs of %zu + 4 x %zu bytes\n", section.length, sizeof claim,
           sizeof lines[0]);

    int64_t start = clock_ticks();
    for (long i = 0; i < rounds; i++) {
        record_write(&record_claim_body, &claim, &arena, &bytes, NULL);
        arena_reset(&arena);
    }
    report("write body", clock_ticks() - start, rounds);
    start = clock_ticks();
    for (long i = 0; i < rounds; i++) {
        status = record_read(&record_claim_body, section, &arena, &back, NULL);
        arena_reset(&arena);
    }
    report("read body", clock_ticks() - start, rounds);
    assert(status == STATUS_OK);

    struct encounter encounter = {.identity = identity,
                                  .source = ENCOUNTER_SOURCE_X12_FILE,
                                  .received = CLOCK_DAY,
                                  .local_date = 20261123,
                                  .body = section},
                     passed;
    start = clock_ticks();
    for (long i = 0; i < rounds; i++) {
        record_write(&record_encounter, &encounter, &arena, &bytes, NULL);
        status = record_read(&record_encounter, bytes, &arena, &passed, NULL);
        arena_reset(&arena);
    }
    assert(status == STATUS_OK);
    report("write and read frame record", clock_ticks() - start, rounds);
    start = clock_ticks();
    uint64_t sum = 0;
    for (long i = 0; i < rounds; i++)
        sum += record_well_formed(section);
    report("well formed", clock_ticks() - start, rounds);
    assert(sum == (uint64_t)rounds);
    arena_free(&arena);
    free(kept);
    return 0;
}
