/* A FHIR bundle judged: what its documents say reaches the steps 1, 2 and 4. */
#include "common/fhir/fhir.h"
#include "schemas/findings.h"
#include "services/coding/steps/coding.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static char bytes[1 << 17];

/* The bundle of tests/data/fhir with one part replaced; NULL: as it is. */
static struct text
bundle(const char *name, const char *from, const char *to)
{
    char path[4096];
    static char out[1 << 17];
    cr_assert_not_null(getenv("CLAIMLINE_SOURCE"));
    snprintf(path, sizeof path, "%s/tests/data/fhir/%s", getenv("CLAIMLINE_SOURCE"), name);
    FILE *in = fopen(path, "r");
    cr_assert_not_null(in, "%s", path);
    size_t length = fread(bytes, 1, sizeof bytes - 1, in);
    fclose(in);
    bytes[length] = '\0';
    if (from == NULL)
        return text_of(bytes, length);
    char *at = strstr(bytes, from);
    cr_assert_not_null(at, "%s", from);
    int written = snprintf(out, sizeof out, "%.*s%s%s", (int)(at - bytes), bytes, to, at + strlen(from));
    return text_of(out, (size_t)written);
}

static struct coding_judgement
judge(struct text text, struct arena *arena, struct findings *findings)
{
    struct claim_body body;
    struct document *documents;
    uint32_t count;
    struct coding_case c;
    struct coding_run run;
    struct findings read;
    findings_init(&read, arena);
    findings_init(findings, arena);
    cr_assert_eq(fhir_read(text, arena, &body, &documents, &count, &read), STATUS_OK);
    cr_assert_eq(read.count, 0);
    coding_case_make(&c, &body, documents, count, codes_starter(), 20260301);
    return coding_judge(&run, &c, findings);
}

static bool
found(const struct findings *findings, uint16_t number)
{
    for (uint32_t i = 0; i < findings->count; i++)
        if (findings->items[i].kind->number == number)
            return true;
    return false;
}

Test(coding_fhir, the_influenza_visit_is_read_and_abstracted_without_a_word)
{
    struct arena arena;
    struct findings findings;
    arena_init(&arena, 0);
    struct coding_judgement judgement = judge(bundle("influenza-visit.json", NULL, NULL), &arena, &findings);
    for (uint32_t i = 0; i < findings.count; i++)
        cr_expect_fail("%s at %.*s", findings.items[i].kind->name, TEXT_ARGS(findings.items[i].place));
    cr_expect_eq(judgement.results[0], CODING_PASS);
    cr_expect_eq(judgement.results[1], CODING_PASS);
    arena_free(&arena);
}

Test(coding_fhir, each_change_of_the_documents_is_found)
{
    static const struct {
        const char *name, *from, *to;
        uint16_t number;
    } changes[] = {
        {"a note that is not signed", "\"docStatus\": \"final\"", "\"docStatus\": \"preliminary\"", FINDING_CODING_NOTE_UNSIGNED},
        {"a note of another day", "\"date\": \"2026-02-10T09:30:00-05:00\"", "\"date\": \"2026-01-10T09:30:00-05:00\"",
         FINDING_CODING_NOTE_OUTSIDE},
        {"an order of another day", "\"authoredOn\": \"2026-02-10T", "\"authoredOn\": \"2026-02-20T", FINDING_CODING_ORDER_LATE},
        {"another condition", "\"entry\": [",
         "\"entry\": [{\"resource\": {\"resourceType\": \"Condition\", \"subject\": {\"reference\": "
         "\"urn:uuid:00000001-c1a1-4000-8000-000000000001\"}, \"verificationStatus\": {\"coding\": [{\"code\": \"confirmed\"}]}, "
         "\"code\": {\"coding\": [{\"system\": \"http://hl7.org/fhir/sid/icd-10-cm\", \"code\": \"E11.9\"}]}}},",
         FINDING_CODING_PROBLEM_NOT_CODED},
        {"another drug", "\"entry\": [",
         "\"entry\": [{\"resource\": {\"resourceType\": \"MedicationAdministration\", \"status\": \"completed\", \"subject\": "
         "{\"reference\": \"urn:uuid:00000001-c1a1-4000-8000-000000000001\"}, \"medicationCodeableConcept\": {\"coding\": [{\"system\": "
         "\"https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets\", \"code\": \"J1885\"}]}}},",
         FINDING_CODING_SERVICE_NOT_CHARGED},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct arena arena;
        struct findings findings;
        arena_init(&arena, 0);
        judge(bundle("influenza-visit.json", changes[i].from, changes[i].to), &arena, &findings);
        cr_expect(found(&findings, changes[i].number), "%s", changes[i].name);
        arena_free(&arena);
    }
}

/* A condition of the record beside those of the visit: its status, its category, whether it names the visit; is it asked for? */
Test(coding_fhir, what_is_over_or_only_on_the_problem_list_is_no_condition_of_the_visit)
{
    static const struct {
        const char *clinical, *category;
        bool of_visit, asked;
    } conditions[] = {
        {"active", "encounter-diagnosis", true, true},  {"active", "problem-list-item", true, true},
        {"recurrence", "encounter-diagnosis", true, true}, {"active", "encounter-diagnosis", false, true},
        {"resolved", "encounter-diagnosis", true, false}, {"inactive", "problem-list-item", true, false},
        {"remission", "encounter-diagnosis", true, false}, {"active", "problem-list-item", false, false},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct arena arena;
        struct findings findings;
        char entry[1000];
        arena_init(&arena, 0);
        snprintf(entry, sizeof entry,
                 "\"entry\": [{\"resource\": {\"resourceType\": \"Condition\", \"subject\": {\"reference\": "
                 "\"urn:uuid:00000001-c1a1-4000-8000-000000000001\"}, %s\"clinicalStatus\": {\"coding\": [{\"code\": \"%s\"}]}, "
                 "\"category\": [{\"coding\": [{\"code\": \"%s\"}]}], \"verificationStatus\": {\"coding\": [{\"code\": "
                 "\"confirmed\"}]}, \"code\": {\"coding\": [{\"system\": \"http://hl7.org/fhir/sid/icd-10-cm\", \"code\": \"M17.11\"}]}}},",
                 conditions[i].of_visit ? "\"encounter\": {\"reference\": \"urn:uuid:00000001-c1a1-4000-8000-000000000007\"}, " : "",
                 conditions[i].clinical, conditions[i].category);
        judge(bundle("influenza-visit.json", "\"entry\": [", entry), &arena, &findings);
        cr_expect_eq(found(&findings, FINDING_CODING_PROBLEM_NOT_CODED), conditions[i].asked, "%s, %s", conditions[i].clinical,
                     conditions[i].category);
        arena_free(&arena);
    }
}

Test(coding_fhir, the_chest_pain_visit_has_its_symptom_and_its_documents)
{
    struct arena arena;
    struct findings findings;
    arena_init(&arena, 0);
    struct coding_judgement judgement = judge(bundle("chest-pain-visit.json", NULL, NULL), &arena, &findings);
    cr_expect_eq(findings.count, 1);
    cr_expect(found(&findings, FINDING_CODING_SYMPTOM_WITH_CAUSE));
    cr_expect_eq(judgement.results[0], CODING_PASS);
    cr_expect_eq(judgement.results[1], CODING_PASS);
    arena_free(&arena);
}
