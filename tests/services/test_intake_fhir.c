/* Intake takes FHIR bundles. The people and places are invented. */
#include "tests/services/intake_bench.h"

/* %s: the rendering NPI. */
static const char visit[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
    "{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":"
    "\"female\","
    "\"birthDate\":\"1970-01-05\",\"name\":[{\"family\":\"CANARYQUINCE\",\"given\":[\"MIRANDA\"]}],"
    "\"address\":[{\"line\":[\"9 LINDEN "
    "ROW\"],\"city\":\"SPRINGFALLS\",\"state\":\"OH\",\"postalCode\":\"44001\"}]}},"
    "{\"fullUrl\":\"urn:uuid:2\",\"resource\":{\"resourceType\":\"Organization\",\"id\":\"o\",\"name\":"
    "\"NORTH CLINIC\","
    "\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1234567893\"},"
    "{\"system\":\"urn:oid:2.16.840.1.113883.4.4\",\"value\":\"12-3456789\"}],"
    "\"address\":[{\"line\":[\"1 HARBOR "
    "WAY\"],\"city\":\"SPRINGFALLS\",\"state\":\"OH\",\"postalCode\":\"44001-1234\"}]}},"
    "{\"fullUrl\":\"urn:uuid:3\",\"resource\":{\"resourceType\":\"Organization\",\"id\":\"y\",\"name\":"
    "\"EXAMPLE PAYER\","
    "\"identifier\":[{\"value\":\"EP01\"}]}},"
    "{\"fullUrl\":\"urn:uuid:4\",\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"d\","
    "\"name\":[{\"family\":\"VARELA\",\"given\":[\"TOMAS\"]}],"
    "\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"%s\"}]}},"
    "{\"fullUrl\":\"urn:uuid:5\",\"resource\":{\"resourceType\":\"Coverage\",\"id\":\"c\",\"status\":"
    "\"active\","
    "\"subscriberId\":\"M1\",\"beneficiary\":{\"reference\":\"urn:uuid:1\"},\"payor\":[{\"reference\":\"urn:"
    "uuid:3\"}],"
    "\"relationship\":{\"coding\":[{\"code\":\"self\"}]}}},"
    "{\"fullUrl\":\"urn:uuid:6\",\"resource\":{\"resourceType\":\"Condition\",\"id\":\"q\","
    "\"clinicalStatus\":{\"coding\":[{\"code\":\"active\"}]},\"subject\":{\"reference\":\"urn:uuid:1\"},"
    "\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"J10.1\"}]}}},"
    "{\"fullUrl\":\"urn:uuid:7\",\"resource\":{\"resourceType\":\"Claim\",\"id\":\"x\",\"status\":\"active\","
    "\"use\":\"claim\",\"created\":\"2026-10-21\",\"type\":{\"coding\":[{\"code\":\"professional\"}]},"
    "\"priority\":{\"coding\":[{\"code\":\"normal\"}]},\"patient\":{\"reference\":\"urn:uuid:1\"},"
    "\"provider\":{\"reference\":\"urn:uuid:2\"},\"identifier\":[{\"value\":\"VISIT-1\"}],"
    "\"insurance\":[{\"sequence\":1,\"focal\":true,\"coverage\":{\"reference\":\"urn:uuid:5\"}}],"
    "\"careTeam\":[{\"sequence\":1,\"provider\":{\"reference\":\"urn:uuid:4\"},\"role\":{\"coding\":[{"
    "\"code\":\"primary\"}]}}],"
    "\"diagnosis\":[{\"sequence\":1,\"diagnosisReference\":{\"reference\":\"urn:uuid:6\"}}],"
    "\"item\":[{\"sequence\":1,\"careTeamSequence\":[1],\"diagnosisSequence\":[1],"
    "\"productOrService\":{\"coding\":[{\"system\":\"http://www.ama-assn.org/go/cpt\",\"code\":\"99213\"}]},"
    "\"servicedDate\":\"2026-10-20\",\"locationCodeableConcept\":{\"coding\":[{\"system\":"
    "\"https://www.cms.gov/Medicare/Coding/place-of-service-codes/"
    "Place_of_Service_Code_Set\",\"code\":\"11\"}]},"
    "\"quantity\":{\"value\":1},\"unitPrice\":{\"value\":100.00},\"net\":{\"value\":100.00}}],"
    "\"total\":{\"value\":100.00,\"currency\":\"USD\"}}}]}";

static void
feed_visit(struct bench *bench, const char *name, const char *npi)
{
    char bytes[sizeof visit + 16];
    int length = snprintf(bytes, sizeof bytes, visit, npi);
    drop_and_settle(bench, name, bytes, (size_t)length);
}

/* A receipt says this, and no name of a patient. */
static void
expect_receipt(struct bench *bench, const char *name, const char *part)
{
    expect_in(bench, name, part);
    expect_not_in(bench, name, "CANARYQUINCE");
}

Test(intake_fhir, a_visit_is_taken_with_what_was_documented)
{
    struct bench *bench = open_bench("");
    feed_visit(bench, "visit.json", "1234567893");
    expect_receipt(bench, "done/visit.json.receipt.json", "\"accepted_claims\": 1");
    cr_assert_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    const struct encounter *encounter = bench_out(bench, STREAM_INTAKE_CODING, 0, NULL);
    cr_expect_eq(encounter->source, ENCOUNTER_SOURCE_FHIR);
    cr_expect_gt(encounter->documents_count, 0);
    struct arena arena;
    struct claim_body body;
    arena_init(&arena, 0);
    cr_assert_eq(record_read(&record_claim_body, encounter->body, &arena, &body, NULL), STATUS_OK);
    cr_expect(text_is(body.patient_control_number, "VISIT-1"));
    cr_expect_eq(body.total_cents, 10000);
    arena_free(&arena);
    feed_visit(bench, "visit.json", "1234567893"); /* the same bytes */
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    bench_close(bench);
}

Test(intake_fhir, a_wrong_npi_refuses_the_claim)
{
    struct bench *bench = open_bench("");
    feed_visit(bench, "wrong.json", "1234567890");
    expect_receipt(bench, "done/wrong.json.receipt.json", "X12_NPI_CHECK_DIGIT");
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    cr_expect_str_eq(bench_events(bench), "encounter_refused");
    bench_close(bench);
}

Test(intake_fhir, the_same_visit_after_a_crash_is_known)
{
    struct bench *bench = open_bench("");
    feed_visit(bench, "visit.json", "1234567893");
    bench_restart(bench, false);
    feed_visit(bench, "again.json", "1234567893");
    expect_receipt(bench, "done/again.json.receipt.json", "\"outcome\": \"same\"");
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    bench_close(bench);
}
