#include "common/fhir/fhir.h"

#include "common/x12/map/x12_claims.h"
#include "schemas/findings.h"
#include "tests/common/x12_sample.h"

#include <ftw.h>

struct visit {
    struct arena arena;
    struct findings findings;
    struct claim_body body;
    struct document *documents;
    uint32_t count;
    enum status status;
};

static void
read_bytes(struct visit *visit, struct text bytes)
{
    *visit = (struct visit){0};
    arena_init(&visit->arena, 0);
    findings_init(&visit->findings, &visit->arena);
    visit->status =
        fhir_read(bytes, &visit->arena, &visit->body, &visit->documents, &visit->count, &visit->findings);
}

/* The bytes are thrown away first: nothing of the result may point into them. */
static void
read_sample(struct visit *visit, const char *name)
{
    struct text bytes = sample_in("fhir", name);
    read_bytes(visit, bytes);
    memset((void *)(uintptr_t)bytes.data, 'x', bytes.length);
    release(bytes);
}

static void
done(struct visit *visit)
{
    arena_free(&visit->arena);
}

/* The influenza visit with the `nth` (from 1) occurrence of `from` replaced. */
static struct text
changed_sample(const char *from, unsigned nth, const char *to)
{
    struct text bytes = sample_in("fhir", "influenza-visit.json");
    const char *at = bytes.data - 1;
    while (nth-- > 0) {
        at = strstr(at + 1, from);
        cr_assert(at != NULL, "\"%s\" is not in the sample", from);
    }
    size_t head = (size_t)(at - bytes.data), tail = bytes.length - head - strlen(from);
    char *out = calloc(1, head + strlen(to) + tail + 1);
    memcpy(out, bytes.data, head);
    memcpy(out + head, to, strlen(to));
    memcpy(out + head + strlen(to), at + strlen(from), tail);
    release(bytes);
    return text_of(out, head + strlen(to) + tail);
}

static void
read_changed(struct visit *visit, const char *from, unsigned nth, const char *to)
{
    struct text bytes = changed_sample(from, nth, to);
    read_bytes(visit, bytes);
    release(bytes);
}

static void
clean(const struct visit *visit)
{
    cr_assert_eq(visit->status, STATUS_OK);
    for (uint32_t i = 0; i < visit->findings.count; i++) {
        const struct finding *finding = &visit->findings.items[i];
        cr_expect_fail("%s at %.*s: %.*s", finding->kind->name, TEXT_ARGS(finding->place),
                       TEXT_ARGS(finding->detail));
    }
}

#define IS(text, string) cr_expect(text_is((text), string), "\"%.*s\" is not \"%s\"", TEXT_ARGS(text), string)

static unsigned
documents_of(const struct visit *visit, enum document_kind kind, const char *code, bool negated)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < visit->count; i++) {
        const struct document *document = &visit->documents[i];
        count += document->kind == kind && text_is(document->code, code) && document->negated == negated;
    }
    return count;
}

Test(fhir, the_influenza_visit_becomes_a_claim_with_its_documents)
{
    struct visit visit;
    read_sample(&visit, "influenza-visit.json");
    clean(&visit);
    const struct claim_body *body = &visit.body;
    IS(body->patient_control_number, "VISIT-INFLUENZA-1");
    cr_expect_eq(body->form, CLAIM_FORM_PROFESSIONAL);
    cr_expect_eq(body->total_cents, 16650);
    IS(body->place_of_service, "11");
    IS(body->facility_qualifier, "B");
    IS(body->frequency, "1");
    IS(body->clia, "36D7654321");
    IS(body->medical_record, "MR000001");
    IS(body->billing.last_name, "LANTERN HILL CLINIC 1");
    IS(body->billing.entity_type, "2");
    IS(body->billing.id, "1400000000");
    IS(body->billing.tax_id, "310000000");
    IS(body->billing.postal_code, "441012345");
    IS(body->billing.taxonomy, "207Q00000X");
    IS(body->rendering.id, "1400010009");
    IS(body->subscriber.relationship, "18");
    IS(body->subscriber.sequence, "P");
    IS(body->subscriber.filing_indicator, "CI");
    IS(body->subscriber.group_number, "G4410");
    IS(body->subscriber.person.last_name, "HALVORIAN");
    IS(body->subscriber.person.id, "DM100200301");
    IS(body->subscriber.sex, "F");
    cr_expect_eq(body->subscriber.birth_date, 19840517);
    IS(body->payer.id, "DEMO1");
    IS(body->payer.id_qualifier, "PI");
    IS(body->patient.relationship, "");
    IS(body->service_facility.last_name, "");
    cr_assert_eq(body->diagnoses_count, 1);
    IS(body->diagnoses[0].code, "J101");
    IS(body->diagnoses[0].qualifier, "ABK");
    cr_assert_eq(body->lines_count, 2);
    const struct service_line *line = &body->lines[1];
    IS(line->procedure, "87804");
    IS(line->modifier_1, "QW");
    IS(line->unit, "UN");
    IS(line->place_of_service, "");
    cr_expect_eq(line->number, 2);
    cr_expect_eq(line->charge_cents, 4150);
    cr_expect_eq(line->quantity_milli, 1000);
    cr_expect_eq(line->pointer_1, 1);
    cr_expect_eq(line->pointer_2, 0);
    cr_expect_eq(line->date_from, 20260210);
    cr_expect_eq(line->date_to, 0);
    cr_expect_eq(visit.count, 5);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_PROBLEM, "J101", false), 1);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_CLINICAL_NOTE, "J101", false), 1);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_ORDER, "87804", false), 1);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_RESULT, "87804", false), 1);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_RESULT, "80382-5", false), 1);
    done(&visit);
}

Test(fhir, the_chest_pain_visit_has_the_symptom_beside_its_cause)
{
    struct visit visit;
    read_sample(&visit, "chest-pain-visit.json");
    clean(&visit);
    cr_assert_eq(visit.body.diagnoses_count, 2);
    IS(visit.body.diagnoses[0].code, "I209");
    IS(visit.body.diagnoses[1].code, "R079");
    IS(visit.body.diagnoses[1].qualifier, "ABF");
    cr_expect_eq(visit.body.lines[0].pointer_2, 2);
    cr_expect_eq(visit.body.lines[1].pointer_1, 2);
    IS(visit.body.clia, "");
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_PROBLEM, "I209", false), 1);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_PROBLEM, "I214", true), 1,
                 "a refuted condition is negated");
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_PROCEDURE_NOTE, "93000", false), 1);
    done(&visit);
}

/* ---- one change, one finding ---- */

struct change {
    const char *name, *from;
    unsigned nth;
    const char *to;
    uint16_t number;
    const char *place;
    enum status status;
};

#define CLAIM_TYPE "\"code\": \"professional\""
static const struct change changes[] = {
    {"cut", "\"resourceType\": \"Bundle\",", 1, "", FINDING_FHIR_NOT_A_BUNDLE, "Bundle", STATUS_INVALID},
    {"history", "\"type\": \"collection\"", 1, "\"type\": \"history\"", FINDING_FHIR_NOT_A_BUNDLE,
     "Bundle.type", STATUS_INVALID},
    {"broken", "\"entry\": [", 1, "\"entry\": {", FINDING_FHIR_NOT_JSON, "Bundle", STATUS_INVALID},
    {"a key twice", "\"use\": \"claim\"", 1, "\"use\": \"claim\", \"use\": \"claim\"", FINDING_FHIR_NOT_JSON,
     "Bundle", STATUS_INVALID},
    {"preauthorization", "\"use\": \"claim\"", 1, "\"use\": \"preauthorization\"", FINDING_FHIR_CLAIM_MISSING,
     "Bundle.entry", STATUS_INVALID},
    {"institutional", CLAIM_TYPE, 1, "\"code\": \"institutional\"", FINDING_FHIR_CLAIM_TYPE, "Claim.type",
     STATUS_INVALID},
    {"another field", "\"resourceType\": \"Claim\",", 1, "\"resourceType\": \"Claim\", \"language\": \"en\",",
     0, NULL, STATUS_OK},
    {"draft", "\"status\": \"active\"", 2, "\"status\": \"draft\"", FINDING_FHIR_CLAIM_STATUS, "Claim.status",
     STATUS_INVALID},
    {"no patient", "\"patient\": {", 1, "\"person\": {", FINDING_FHIR_REFERENCE_UNRESOLVED, "Patient",
     STATUS_OK},
    {"no provider", "\"provider\": {", 1, "\"somebody\": {", FINDING_FHIR_REFERENCE_UNRESOLVED,
     "Claim.provider", STATUS_OK},
    {"a second claim", "\"resourceType\": \"ChargeItem\",", 1,
     "\"resourceType\": \"Claim\", \"use\": \"claim\",", FINDING_FHIR_CLAIMS_MANY, "Bundle.entry",
     STATUS_INVALID},
    {"no procedure", "\"productOrService\"", 2, "\"service\"", FINDING_FHIR_VALUE_MISSING,
     "Claim.item[1].productOrService", STATUS_OK},
    {"three places", "\"value\": 166.5", 1, "\"value\": 166.501", FINDING_FHIR_VALUE_WRONG,
     "Claim.total.value", STATUS_OK},
    {"other sum", "\"value\": 166.5", 1, "\"value\": 166.51", FINDING_FHIR_TOTAL_DIFFERS, "Claim.total.value",
     STATUS_OK},
    {"euro", "\"currency\": \"USD\"", 4, "\"currency\": \"EUR\"", FINDING_FHIR_CURRENCY,
     "Claim.item[0].net.currency", STATUS_OK},
    {"pointer", "\"diagnosisSequence\": [\n       1", 2, "\"diagnosisSequence\": [\n       2",
     FINDING_FHIR_POINTER, "Claim.item[1].diagnosisSequence", STATUS_OK},
    {"NPI", "\"1400000000\"", 1, "\"1400000001\"", FINDING_X12_NPI_CHECK_DIGIT,
     "Claim.provider.identifier[npi].value", STATUS_OK},
    {"short ZIP", "\"44101-2345\"", 2, "\"44101\"", FINDING_X12_BILLING_ZIP,
     "Claim.provider.address.postalCode", STATUS_OK},
    {"gender", "\"gender\": \"female\"", 1, "\"gender\": \"f\"", FINDING_FHIR_CODE_UNKNOWN, "Patient.gender",
     STATUS_OK},
    {"month alone", "\"servicedDate\": \"2026-02-10\"", 1, "\"servicedDate\": \"2026-02\"",
     FINDING_FHIR_VALUE_WRONG, "Claim.item[0].servicedDate", STATUS_OK},
    {"no such day", "\"birthDate\": \"1984-05-17\"", 1, "\"birthDate\": \"1984-02-30\"",
     FINDING_FHIR_VALUE_WRONG, "Patient.birthDate", STATUS_OK},
    {"long name", "\"family\": \"HALVORIAN\"", 1,
     "\"family\": \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", FINDING_FHIR_VALUE_LONG,
     "Patient.name.family", STATUS_OK},
    {"delimiter", "\"given\": [\n       \"EDDA\"", 1, "\"given\": [\n       \"ED*DA\"",
     FINDING_FHIR_CHARACTERS, "Patient.name.given", STATUS_OK},
    {"accident", "\"priority\"", 1, "\"accident\": {\"date\": \"2026-02-09\"}, \"priority\"",
     FINDING_FHIR_NOT_CARRIED, "Claim.accident", STATUS_OK},
    {"secondary", "\"order\": 1", 1, "\"order\": 2", FINDING_FHIR_NOT_CARRIED, "Coverage.order", STATUS_OK},
    {"no payer", "\"name\": \"DEMO HEALTH PLAN\"", 1, "\"alias\": [\"DEMO HEALTH PLAN\"]",
     FINDING_FHIR_VALUE_MISSING, "Coverage.payor.name", STATUS_OK},
    {"replacement of nothing", "\"priority\"", 1,
     "\"related\": [{\"relationship\": {\"coding\": [{\"code\": \"prior\"}]}}], \"priority\"",
     FINDING_FHIR_VALUE_MISSING, "Claim.related.reference", STATUS_OK},
    {"a spouse who is the subscriber", "\"code\": \"self\"", 1, "\"code\": \"spouse\"",
     FINDING_FHIR_VALUE_WRONG, "Coverage.relationship", STATUS_OK},
    {"same id", "\"id\": \"location-3\"", 1, "\"id\": \"organization-2\"", 0, NULL, STATUS_OK},
    {"same type and id", "\"id\": \"organization-5\"", 1, "\"id\": \"organization-2\"",
     FINDING_FHIR_REFERENCE_DOUBLED, "Bundle.entry", STATUS_OK},
};

Test(fhir, each_fault_is_told_with_its_place)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        struct visit visit;
        read_changed(&visit, change->from, change->nth, change->to);
        cr_expect_eq(visit.status, change->status, "%s: %s", change->name, status_name(visit.status));
        bool found = change->number == 0 && visit.findings.count == 0;
        for (uint32_t k = 0; k < visit.findings.count; k++) {
            const struct finding *finding = &visit.findings.items[k];
            found =
                found || (finding->kind->number == change->number && text_is(finding->place, change->place));
            cr_log_info("%s: %s at %.*s (%.*s)", change->name, finding->kind->name, TEXT_ARGS(finding->place),
                        TEXT_ARGS(finding->detail));
        }
        cr_expect(found, "%s: not told", change->name);
        done(&visit);
    }
}

static const struct {
    const char *text;
    int64_t cents; /* -1: refused */
} amounts[] = {{"0.1", 10},
               {"0.30", 30},
               {"0.29", 29},
               {"1.005", -1},
               {"0.575", -1},
               {"33", 3300},
               {"4.35e1", 4350},
               {"9999999.99", 999999999},
               {"8388608.07", 838860807},
               {"999999999999.99", 99999999999999},
               {"1000000000000.00", -1},
               {"1e-3", -1},
               {"-5", -1},
               {"0", 0},
               {"true", -1},
               {"\"41.50\"", 4150}};

Test(fhir, amounts_are_exact)
{
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        struct visit visit;
        char to[64];
        snprintf(to, sizeof to, "\"net\": {\n       \"value\": %s", amounts[i].text);
        read_changed(&visit, "\"net\": {\n       \"value\": 41.5", 1, to);
        cr_assert_eq(visit.status, STATUS_OK);
        bool wrong = false;
        for (uint32_t k = 0; k < visit.findings.count; k++)
            wrong = wrong || visit.findings.items[k].kind->number == FINDING_FHIR_VALUE_WRONG;
        cr_expect_eq(wrong, amounts[i].cents < 0, "%s", amounts[i].text);
        if (amounts[i].cents >= 0)
            cr_expect_eq(visit.body.lines[1].charge_cents, amounts[i].cents, "%s", amounts[i].text);
        done(&visit);
    }
}

Test(fhir, every_cent_up_to_a_thousand_dollars_is_exact)
{
    struct text bytes =
        changed_sample("\"net\": {\n       \"value\": 41.5", 1, "\"net\": {\n        \"value\": 000.00");
    char *at = (char *)(uintptr_t)strstr(bytes.data, "000.00"), digits[8];
    for (int cents = 10000; cents < 100000; cents += 37) {
        struct visit visit;
        snprintf(digits, sizeof digits, "%03d.%02d", cents / 100, cents % 100);
        memcpy(at, digits, 6);
        read_bytes(&visit, bytes);
        cr_assert_eq(visit.body.lines[1].charge_cents, cents);
        done(&visit);
    }
    release(bytes);
}

/* The subscriber becomes a RelatedPerson inside the coverage, the patient a child. */
static void
read_dependent(struct visit *visit)
{
    struct text bytes =
        changed_sample("\"subscriberId\"", 1,
                       "\"contained\": [{\"resourceType\": \"RelatedPerson\", \"id\": \"s\", \"name\": "
                       "[{\"family\": \"HALVORIAN\", \"given\": [\"BORIN\"]}]}], \"subscriberId\"");
    char *at = (char *)(uintptr_t)strstr(bytes.data, "\"code\": \"self\"");
    cr_assert(at != NULL);
    memcpy(at, "\"code\":\"child\"", 14);
    at = (char *)(uintptr_t)strstr(bytes.data, "\"subscriber\": {");
    cr_assert(at != NULL);
    at = strstr(at, "urn:uuid:");
    memcpy(at, "#s\"      ", 9);
    memset(at + 3, ' ', strcspn(at + 3, "\n"));
    read_bytes(visit, bytes);
    release(bytes);
}

Test(fhir, a_dependent_is_told_apart_from_the_subscriber)
{
    struct visit visit;
    read_dependent(&visit);
    clean(&visit);
    IS(visit.body.subscriber.person.first_name, "BORIN");
    IS(visit.body.subscriber.relationship, "");
    cr_expect_eq(visit.body.subscriber.birth_date, 0);
    IS(visit.body.patient.relationship, "19");
    IS(visit.body.patient.person.first_name, "EDDA");
    IS(visit.body.patient.person.city, "FENWICK FALLS");
    cr_expect_eq(visit.body.patient.birth_date, 19840517);
    done(&visit);
}

Test(fhir, documents_of_another_visit_or_patient_and_withdrawn_ones_are_left_out)
{
    struct visit visit;
    struct text bytes = changed_sample("\"status\": \"completed\"", 1, "\"status\": \"revoked\"  ");
    read_bytes(&visit, bytes);
    cr_expect_eq(visit.count, 4);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_ORDER, "87804", false), 0);
    done(&visit);
    release(bytes);
    bytes = sample_in("fhir", "influenza-visit.json");
    char *at = (char *)(uintptr_t)strstr(bytes.data, "\"resourceType\": \"DiagnosticReport\"");
    at = strstr(at, "\"subject\"");
    at = strstr(at, "-c1a1");
    memcpy(at, "-dead", 5);
    read_bytes(&visit, bytes);
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_RESULT, "87804", false), 0);
    cr_expect_eq(visit.count, 4, "a report of a patient who is not in the bundle is nobody's");
    done(&visit);
    release(bytes);
    bytes = sample_in("fhir", "influenza-visit.json");
    at = (char *)(uintptr_t)strstr(bytes.data, "\"resourceType\": \"Observation\"");
    at = strstr(strstr(at, "\"encounter\""), "000000000007");
    memcpy(at, "00000000000d", 12);
    read_bytes(&visit, bytes);
    cr_expect_eq(visit.count, 4, "an observation of another visit is not of this one");
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_RESULT, "80382-5", false), 0);
    done(&visit);
    release(bytes);
}

static const struct document *
document_with(const struct visit *visit, enum document_kind kind, const char *code)
{
    for (uint32_t i = 0; i < visit->count; i++)
        if (visit->documents[i].kind == kind && text_is(visit->documents[i].code, code))
            return &visit->documents[i];
    cr_assert_fail("no document of kind %u with %s", kind, code);
    return NULL;
}

#define PATIENT_1  "{\"reference\": \"urn:uuid:00000001-c1a1-4000-8000-000000000001\"}"
#define VISIT_1    "{\"reference\": \"urn:uuid:00000001-c1a1-4000-8000-000000000007\"}"
#define HCPCS(code) "{\"coding\": [{\"system\": \"https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets\", \"code\": \"" code "\"}]}"

Test(fhir, a_note_says_of_what_kind_it_is_who_signed_it_and_of_which_days_it_speaks)
{
    struct visit visit;
    read_sample(&visit, "influenza-visit.json");
    const struct document *note = document_with(&visit, DOCUMENT_KIND_CLINICAL_NOTE, "J101");
    IS(note->type, "11506-3");
    IS(note->status, "final");
    cr_expect_eq(note->date, 20260210, "without a time that it speaks of, the day on which it was written");
    cr_expect_eq(note->written, 20260210);
    cr_expect_eq(note->date_to, 0);
    cr_expect_not(note->is_signed);
    done(&visit);
    read_changed(&visit, "\"context\": {", 1,
                 "\"authenticator\": {\"reference\": \"urn:uuid:00000001-c1a1-4000-8000-000000000004\"},"
                 "\"context\": {\"period\": {\"start\": \"2026-02-08\", \"end\": \"2026-02-09\"},");
    note = document_with(&visit, DOCUMENT_KIND_CLINICAL_NOTE, "J101");
    cr_expect_eq(note->date, 20260208);
    cr_expect_eq(note->date_to, 20260209);
    cr_expect_eq(note->written, 20260210);
    cr_expect(note->is_signed);
    done(&visit);
}

Test(fhir, what_was_given_is_a_document_by_its_code)
{
    struct visit visit;
    read_changed(&visit, "\"entry\": [", 1,
                 "\"entry\": ["
                 "{\"resource\": {\"resourceType\": \"SupplyDelivery\", \"status\": \"completed\", \"patient\": " PATIENT_1 ","
                 "\"suppliedItem\": {\"itemCodeableConcept\": " HCPCS("E0114") "}, \"occurrenceDateTime\": \"2026-02-10\"}},"
                 "{\"resource\": {\"resourceType\": \"MedicationAdministration\", \"status\": \"completed\", \"subject\": " PATIENT_1 ","
                 "\"context\": " VISIT_1 ", \"medicationCodeableConcept\": " HCPCS("J1885") "}},"
                 "{\"resource\": {\"resourceType\": \"MedicationAdministration\", \"status\": \"not-done\", \"subject\": " PATIENT_1 ","
                 "\"medicationCodeableConcept\": " HCPCS("J0696") "}},"
                 "{\"resource\": {\"resourceType\": \"Immunization\", \"status\": \"completed\", \"patient\": {\"reference\": \"Patient/other\"},"
                 "\"vaccineCode\": " HCPCS("Q2039") "}},"
                 "{\"resource\": {\"resourceType\": \"Procedure\", \"status\": \"completed\", \"subject\": " PATIENT_1 ","
                 "\"code\": " HCPCS("G0127") ", \"usedCode\": [" HCPCS("A4550") ", " HCPCS("A6402") "]}},");
    clean(&visit);
    cr_expect_eq(visit.count, 8, "%u documents", visit.count);
    cr_expect_eq(document_with(&visit, DOCUMENT_KIND_SUPPLY, "E0114")->date, 20260210);
    document_with(&visit, DOCUMENT_KIND_SUPPLY, "J1885");
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_SUPPLY, "J0696", false), 0, "not given");
    cr_expect_eq(documents_of(&visit, DOCUMENT_KIND_SUPPLY, "Q2039", false), 0, "another patient's");
    const struct document *procedure = document_with(&visit, DOCUMENT_KIND_PROCEDURE_NOTE, "G0127");
    IS(procedure->code_2, "A4550");
    IS(procedure->code_3, "A6402");
    done(&visit);
}

Test(fhir, what_the_bundle_says_is_private_in_findings_and_what_we_say_is_not)
{
    struct visit visit;
    read_changed(&visit, "\"gender\": \"female\"", 1, "\"gender\": \"CANARY\"");
    cr_assert_eq(visit.findings.count, 1);
    struct text shown = finding_sentence(&visit.findings.items[0], false, &visit.arena);
    cr_expect(memmem(shown.data, shown.length, "CANARY", 6) == NULL);
    done(&visit);
    read_changed(&visit, "\"gender\": \"female\"", 1, "\"gender\": CANARY");
    cr_assert_eq(visit.findings.count, 1);
    shown = finding_sentence(&visit.findings.items[0], false, &visit.arena);
    cr_expect(memmem(shown.data, shown.length, "CANARY", 6) == NULL);
    cr_expect(memmem(shown.data, shown.length, "line ", 5) != NULL);
    done(&visit);
}

/* ---- into an 837P ---- */

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

Test(fhir, the_influenza_visit_goes_out_as_a_clean_837p)
{
    struct visit visit;
    read_sample(&visit, "influenza-visit.json");
    goes_out_clean(&visit, "~REF*X4*36D7654321~");
    read_sample(&visit, "influenza-visit.json");
    goes_out_clean(&visit, "~SV1*HC:87804:QW*41.5*UN*1***1~");
}

Test(fhir, the_chest_pain_visit_goes_out_as_a_clean_837p)
{
    struct visit visit;
    read_sample(&visit, "chest-pain-visit.json");
    goes_out_clean(&visit, "~HI*ABK:I209*ABF:R079~");
}

Test(fhir, a_dependents_claim_goes_out_as_a_clean_837p)
{
    struct visit visit;
    read_dependent(&visit);
    goes_out_clean(&visit, "~PAT*19~NM1*QC*1*HALVORIAN*EDDA~");
}

Test(fhir, a_replacement_and_another_place_of_service_go_out_clean)
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

/* ---- bounds, bad bytes ---- */

Test(fhir, a_bundle_begins_with_a_brace)
{
    cr_expect(fhir_looks_like(TEXT(" \n{\"resourceType\"")));
    cr_expect(fhir_looks_like(TEXT("\xEF\xBB\xBF{")));
    cr_expect_not(fhir_looks_like(TEXT("ISA*00*")));
    cr_expect_not(fhir_looks_like(TEXT("[{}]")));
    cr_expect_not(fhir_looks_like(TEXT("   ")));
    cr_expect_not(fhir_looks_like((struct text){0}));
}

Test(fhir, what_is_too_deep_too_many_or_too_long_is_refused_before_it_is_parsed)
{
    struct visit visit;
    char *bytes = malloc(FHIR_BYTES_LIMIT + 1);
    memset(bytes, '[', FHIR_BYTES_LIMIT + 1);
    read_bytes(&visit, text_of(bytes, 1000));
    cr_expect_eq(visit.status, STATUS_LIMIT);
    done(&visit);
    memset(bytes, ',', FHIR_BYTES_LIMIT + 1);
    read_bytes(&visit, text_of(bytes, FHIR_BYTES_LIMIT));
    cr_expect_eq(visit.status, STATUS_LIMIT);
    done(&visit);
    memset(bytes, ' ', FHIR_BYTES_LIMIT + 1);
    read_bytes(&visit, text_of(bytes, FHIR_BYTES_LIMIT + 1));
    cr_expect_eq(visit.status, STATUS_LIMIT);
    done(&visit);
    read_bytes(&visit, text_of(bytes, FHIR_BYTES_LIMIT));
    cr_expect_eq(visit.status, STATUS_INVALID);
    done(&visit);
    size_t length = (size_t)sprintf(bytes, "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[0");
    for (unsigned i = 0; i < FHIR_ENTRIES_LIMIT; i++)
        length += (size_t)sprintf(bytes + length, ",0");
    length += (size_t)sprintf(bytes + length, "]}");
    read_bytes(&visit, text_of(bytes, length));
    cr_expect_eq(visit.status, STATUS_LIMIT);
    done(&visit);
    free(bytes);
}

Test(fhir, cut_at_any_byte_it_is_no_bundle)
{
    struct text bytes = sample_in("fhir", "influenza-visit.json");
    size_t whole = bytes.length;
    while (bytes.data[whole - 1] == '\n')
        whole--;
    for (size_t length = 0; length < whole; length += 7) {
        struct visit visit;
        read_bytes(&visit, text_of(bytes.data, length));
        cr_assert_eq(visit.status, STATUS_INVALID, "at %zu", length);
        cr_assert_eq(visit.findings.items[0].kind->number, FINDING_FHIR_NOT_JSON);
        cr_assert(visit.body.lines == NULL && visit.documents == NULL);
        done(&visit);
    }
    release(bytes);
}

/* ---- samples from outside ---- */

static unsigned read_samples, told_samples;

static int
read_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)at;
    if (kind != FTW_F)
        return 0;
    struct visit visit;
    struct text bytes = read_file(path);
    read_bytes(&visit, bytes);
    cr_expect(visit.status == STATUS_OK || visit.status == STATUS_INVALID || visit.status == STATUS_LIMIT);
    read_samples++;
    told_samples += visit.status == STATUS_OK || findings_worst(&visit.findings) == FINDING_ERROR;
    cr_log_info("%s: %s, %u findings, first %s", path, status_name(visit.status), visit.findings.count,
                visit.findings.count == 0 ? "none" : visit.findings.items[0].kind->name);
    done(&visit);
    release(bytes);
    return 0;
}

Test(fhir, every_sample_from_outside_is_read_or_refused_with_a_reason)
{
    char path[512];
    const char *folder = getenv("CLAIMLINE_SAMPLES");
    if (folder == NULL)
        return;
    snprintf(path, sizeof path, "%s/fhir", folder);
    cr_assert_eq(nftw(path, read_one, 16, FTW_PHYS), 0);
    cr_expect_gt(read_samples, 0);
    cr_expect_eq(told_samples, read_samples);
}
