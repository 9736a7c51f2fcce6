/* What was documented: the resources of the bundle that speak of this patient and this visit. */
#include "common/fhir/fhir_map.h"
#include "schemas/findings.h"

static bool
is_dropped(const json_t *resource)
{
    struct text status = fhir_string(json_object_get(resource, "status"));
    struct text document = fhir_string(json_object_get(resource, "docStatus"));
    for (const char *const *dropped = fhir_dropped; *dropped != NULL; dropped++) {
        if (text_is(status, *dropped) || text_is(document, *dropped))
            return true;
    }
    return false;
}

static json_t *
first_of(json_t *value)
{
    return json_is_array(value) ? json_array_get(value, 0) : value;
}

/* Another patient's: never. One without a subject is taken as this patient's, who is the only one that the
 * claim names. */
static bool
is_of_patient(const struct fhir_reading *reading, const json_t *resource)
{
    const json_t *subject = json_object_get(resource, "subject");
    if (subject == NULL)
        subject = json_object_get(resource, "patient"); /* SupplyDelivery, Immunization */
    if (reading->bases[FHIR_BASE_PATIENT] == NULL)
        return false;
    return subject == NULL || fhir_follow(reading, resource, subject) == reading->bases[FHIR_BASE_PATIENT];
}

/* Another visit's: only when both say which visit they belong to. */
static bool
is_of_visit(const struct fhir_reading *reading, const json_t *resource)
{
    json_t *claim = reading->bases[FHIR_BASE_CLAIM], *encounter = json_object_get(resource, "encounter");
    json_t *context = json_object_get(resource, "context"); /* a reference itself in MedicationAdministration */
    if (encounter == NULL)
        encounter = first_of(json_object_get(context, "encounter"));
    if (encounter == NULL)
        encounter = json_object_get(context, "reference") == NULL ? NULL : context;
    const json_t *mine = fhir_follow(reading, resource, encounter);
    bool said = false;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(claim, "item"), i, item)
    {
        const json_t *visit = fhir_follow(reading, claim, first_of(json_object_get(item, "encounter")));
        if (visit != NULL && visit == mine)
            return true;
        said = said || visit != NULL;
        if (i + 1 == FHIR_LINES_LIMIT)
            break;
    }
    return mine == NULL || !said;
}

/* An item of the patient's problem list that names no visit: nothing says that it was looked at in this one. */
static bool
is_listed_alone(const json_t *resource)
{
    bool listed = false, diagnosis = false;
    size_t i, k;
    json_t *category, *coding;
    json_array_foreach(json_object_get(resource, "category"), i, category)
    {
        json_array_foreach(json_object_get(category, "coding"), k, coding)
        {
            struct text code = fhir_string(json_object_get(coding, "code"));
            listed = listed || text_is(code, "problem-list-item");
            diagnosis = diagnosis || text_is(code, "encounter-diagnosis");
        }
    }
    return listed && !diagnosis && json_object_get(resource, "encounter") == NULL;
}

static const struct fhir_section *
section_of(const json_t *resource)
{
    struct text type = fhir_resource_type(resource);
    for (unsigned i = FHIR_SECTION_DOCUMENTS; i < fhir_section_count; i++) {
        if (text_is(type, fhir_sections[i].resource))
            return &fhir_sections[i];
    }
    return NULL;
}

void
fhir_documents(struct fhir_reading *reading, struct document **documents, uint32_t *count)
{
    uint32_t found = 0, over = 0;
    struct document *list = ARENA_ARRAY(reading->arena, struct document, FHIR_DOCUMENTS_LIMIT);
    for (uint32_t i = 0; i < reading->resource_count; i++) {
        json_t *resource = reading->resources[i];
        const struct fhir_section *section = section_of(resource);
        if (section == NULL || is_dropped(resource) || !is_of_patient(reading, resource) ||
            !is_of_visit(reading, resource))
            continue;
        if (found == FHIR_DOCUMENTS_LIMIT) {
            over++;
            continue;
        }
        struct document document = {.kind = section->kind};
        reading->bases[FHIR_BASE_DOCUMENT] = resource;
        if (!fhir_fill(reading, section, &document, true))
            continue;
        document.elsewhere = document.elsewhere || (section->kind == DOCUMENT_KIND_PROBLEM && is_listed_alone(resource));
        list[found++] = document;
    }
    if (over > 0)
        fhir_found(reading, FINDING_FHIR_DOCUMENTS_MANY, "Bundle.entry",
                   arena_print(reading->arena, "%u", found + over));
    *documents = found == 0 ? NULL : list;
    *count = found;
}
