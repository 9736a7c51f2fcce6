/* What a bundle documents beside the claim: whose, of which visit, of what kind, signed when. */
#include "tests/common/fhir_visit.h"

Test(fhir_documents, documents_of_another_visit_or_patient_and_withdrawn_ones_are_left_out)
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

Test(fhir_documents, a_note_says_of_what_kind_it_is_who_signed_it_and_of_which_days_it_speaks)
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

Test(fhir_documents, what_was_given_is_a_document_by_its_code)
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
