#include "common/x12/map/x12_claims.h"
#include "schemas/findings.h"
#include "tests/common/fhir_visit.h"

#include <ftw.h>

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
