/* A visit read from a bundle goes out as an 837P without a finding. */
#include "common/x12/map/x12_claims.h"
#include "tests/common/fhir_visit.h"

static struct text
as_837p(const struct claim_body *body, struct x12_writer *writer)
{
    static struct carried_segment per = {.loop = {"1000A", 5},
                                         .segment = {"PER\x1dIC\x1dOFFICE\x1dTE\x1d"
                                                     "5555550100",
                                                     27}};
    struct claim_set set = {.control = TEXT("0001"),
                            .reference = TEXT("B1"),
                            .date = 20260301,
                            .time = TEXT("1200"),
                            .submitter = {.entity_type = TEXT("2"),
                                          .last_name = TEXT("LANTERN HILL"),
                                          .id_qualifier = TEXT("46"),
                                          .id = TEXT("LANTERN"),
                                          .carried = &per,
                                          .carried_count = 1},
                            .receiver = {.entity_type = TEXT("2"),
                                         .last_name = TEXT("DEMO"),
                                         .id_qualifier = TEXT("46"),
                                         .id = TEXT("DEMO1")}};
    struct x12_envelope envelope = {.sender_qualifier = TEXT("ZZ"),
                                    .sender = TEXT("LANTERN"),
                                    .receiver_qualifier = TEXT("ZZ"),
                                    .receiver = TEXT("DEMO1"),
                                    .group_sender = TEXT("LANTERN"),
                                    .group_receiver = TEXT("DEMO1"),
                                    .date = 20260301,
                                    .time = TEXT("1200"),
                                    .control = 1,
                                    .group_control = 1};
    struct x12_claims claims;
    x12_writer_open(writer, x12_delimiters_usual);
    x12_writer_begin_interchange(writer, &envelope);
    x12_writer_begin_group(writer, &envelope, TEXT("HC"), x12_claims_version());
    x12_claims_open(&claims, writer);
    cr_assert_eq(x12_claims_begin(&claims, &set), STATUS_OK);
    cr_assert_eq(x12_claims_add(&claims, body, (struct text){0}), STATUS_OK, "%s: %s", claims.map.fault.place,
                 claims.map.fault.what);
    cr_assert_eq(x12_claims_end(&claims), STATUS_OK);
    x12_claims_close(&claims);
    x12_writer_end_group(writer);
    x12_writer_end_interchange(writer);
    cr_assert_eq(x12_writer_status(writer), STATUS_OK);
    return x12_writer_bytes(writer);
}

static void
no_findings(const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++)
        cr_expect_fail("%s at %.*s: %.*s", findings->items[i].kind->name, TEXT_ARGS(findings->items[i].place),
                       TEXT_ARGS(findings->items[i].detail));
}

static void
goes_out_clean(struct visit *visit, const char *segment)
{
    struct x12_writer writer;
    struct x12_check check;
    struct record_fault fault;
    struct text packed;
    enum x12_event event;
    unsigned claims = 0;
    clean(visit);
    cr_assert_eq(record_write(&record_claim_body, &visit->body, &visit->arena, &packed, &fault), STATUS_OK);
    struct text bytes = as_837p(&visit->body, &writer);
    cr_log_info("%.*s", TEXT_ARGS(bytes));
    cr_expect(memmem(bytes.data, bytes.length, segment, strlen(segment)) != NULL, "no %s", segment);
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = 5, .today = 20260301}, bytes);
    do {
        event = x12_check_next(&check);
        cr_assert_neq(event, X12_EVENT_FAILED);
        if (event == X12_EVENT_CLAIM_END) {
            no_findings(&check.claim.findings);
            claims++;
        } else if (event == X12_EVENT_SET_END) {
            no_findings(&check.set.findings);
            cr_expect(check.set.accepted);
        }
    } while (event != X12_EVENT_END);
    cr_expect_eq(claims, 1);
    x12_check_close(&check);
    x12_writer_close(&writer);
    done(visit);
}

Test(fhir_837p, the_influenza_visit_goes_out_as_a_clean_837p)
{
    struct visit visit;
    read_sample(&visit, "influenza-visit.json");
    goes_out_clean(&visit, "~REF*X4*36D7654321~");
    read_sample(&visit, "influenza-visit.json");
    goes_out_clean(&visit, "~SV1*HC:87804:QW*41.5*UN*1***1~");
}

Test(fhir_837p, the_chest_pain_visit_goes_out_as_a_clean_837p)
{
    struct visit visit;
    read_sample(&visit, "chest-pain-visit.json");
    goes_out_clean(&visit, "~HI*ABK:I209*ABF:R079~");
}

Test(fhir_837p, a_dependents_claim_goes_out_as_a_clean_837p)
{
    struct visit visit;
    read_dependent(&visit);
    goes_out_clean(&visit, "~PAT*19~NM1*QC*1*HALVORIAN*EDDA~");
}

Test(fhir_837p, a_replacement_and_another_place_of_service_go_out_clean)
{
    struct visit visit;
    read_changed(&visit, "\"priority\"", 1,
                 "\"related\": [{\"relationship\": {\"coding\": [{\"code\": \"prior\"}]}, \"reference\": "
                 "{\"value\": \"PAYER77\"}}], \"priority\"");
    goes_out_clean(&visit, "~REF*F8*PAYER77~");
    read_changed(&visit, "\"100 LANTERN HILL\"", 2, "\"9 MILLRACE LANE\"");
    goes_out_clean(&visit, "~NM1*77*2*LANTERN HILL CLINIC 1~N3*9 MILLRACE LANE~");
    /* A second place of service: on its line. */
    read_changed(&visit, "\"code\": \"11\"", 3, "\"code\": \"12\"");
    goes_out_clean(&visit, "*UN*1*12**1~");
}
