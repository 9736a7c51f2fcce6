/* The bundle, its claim, and what a table cannot say: order of diagnoses, pointers, sums, who is the patient.
 */
#include "common/fhir/fhir.h"

#include "common/fhir/fhir_map.h"
#include "common/money/money.h"
#include "schemas/findings.h"

#include <stdlib.h>

static struct text
without_mark(struct text bytes)
{
    bool marked = text_starts(bytes, TEXT("\xEF\xBB\xBF"));
    return marked ? text_of(bytes.data + 3, bytes.length - 3) : bytes;
}

bool
fhir_looks_like(struct text head)
{
    head = without_mark(head);
    for (size_t i = 0; i < head.length; i++) {
        if (strchr(" \t\r\n", head.data[i]) == NULL || head.data[i] == '\0')
            return head.data[i] == '{';
    }
    return false;
}

/* Before anything is allocated: how deep and how many values, by the bytes alone. */
static const char *
over_limit(struct text bytes)
{
    unsigned depth = 0, values = 1;
    bool quoted = false;
    if (bytes.length > FHIR_BYTES_LIMIT)
        return "more than 1 MiB";
    for (size_t i = 0; i < bytes.length; i++) {
        char c = bytes.data[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
            continue;
        }
        quoted = c == '"';
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > FHIR_DEPTH_LIMIT)
            return "more than 48 levels";
        values += c == '{' || c == '[' || c == ',';
        if (values > FHIR_VALUES_LIMIT)
            return "more than 100000 values";
    }
    return NULL;
}

static enum status
read_json(struct fhir_reading *reading, struct text bytes)
{
    json_error_t error;
    const char *limit = over_limit(bytes);
    if (limit != NULL) {
        fhir_found(reading, FINDING_FHIR_LIMIT, "Bundle", text_from(limit));
        return STATUS_LIMIT;
    }
    reading->bundle =
        json_loadb(bytes.data == NULL ? "" : bytes.data, bytes.length, JSON_REJECT_DUPLICATES, &error);
    if (reading->bundle != NULL)
        return STATUS_OK;
    /* The parser's own words quote the input. */
    fhir_found(reading, FINDING_FHIR_NOT_JSON, "Bundle",
               arena_print(reading->arena, "line %d, column %d", error.line, error.column));
    return STATUS_INVALID;
}

static enum status
invalid(struct fhir_reading *reading, uint16_t number, const char *place, struct text detail)
{
    fhir_found(reading, number, place, detail);
    return STATUS_INVALID;
}

static enum status
check_bundle(struct fhir_reading *reading)
{
    struct text kind = fhir_resource_type(reading->bundle);
    struct text type = fhir_string(json_object_get(reading->bundle, "type"));
    if (!text_is(kind, "Bundle"))
        return invalid(reading, FINDING_FHIR_NOT_A_BUNDLE, "Bundle", kind);
    if (!text_is(type, "collection") && !text_is(type, "transaction") && !text_is(type, "batch"))
        return invalid(reading, FINDING_FHIR_NOT_A_BUNDLE, "Bundle.type", type);
    return STATUS_OK;
}

/* The one active professional claim. */
static enum status
find_claim(struct fhir_reading *reading)
{
    json_t *claim = NULL, *coding;
    unsigned count = 0;
    size_t i;
    for (uint32_t k = 0; k < reading->resource_count; k++) {
        json_t *resource = reading->resources[k];
        if (!text_is(fhir_resource_type(resource), "Claim") ||
            !text_is(fhir_string(json_object_get(resource, "use")), "claim"))
            continue;
        claim = count++ == 0 ? resource : claim;
    }
    if (count == 0)
        return invalid(reading, FINDING_FHIR_CLAIM_MISSING, "Bundle.entry", (struct text){0});
    if (count > 1)
        return invalid(reading, FINDING_FHIR_CLAIMS_MANY, "Bundle.entry",
                       arena_print(reading->arena, "%u", count));
    struct text status = fhir_string(json_object_get(claim, "status")), type = {0};
    if (!text_is(status, "active"))
        return invalid(reading, FINDING_FHIR_CLAIM_STATUS, "Claim.status", status);
    json_array_foreach(json_object_get(json_object_get(claim, "type"), "coding"), i, coding)
    {
        type = fhir_string(json_object_get(coding, "code"));
        if (text_is(type, "professional")) {
            reading->bases[FHIR_BASE_CLAIM] = claim;
            return STATUS_OK;
        }
    }
    return invalid(reading, FINDING_FHIR_CLAIM_TYPE, "Claim.type", type);
}

static void
find_bases(struct fhir_reading *reading)
{
    for (unsigned i = 0; i < FHIR_BASE_COUNT; i++) {
        const struct fhir_base *base = &fhir_bases[i];
        if (base->count == 0)
            continue;
        json_t *found = fhir_find(reading, base->first, base->count);
        reading->bases[i] = json_is_object(found) ? found : NULL;
        if (base->required && reading->bases[i] == NULL)
            fhir_found(reading, FINDING_FHIR_REFERENCE_UNRESOLVED, base->place, (struct text){0});
    }
}

/* Whether the patient is the subscriber: by the relationship, else because nobody else is named. A subscriber
 * who is somebody else by both must be in the bundle. */
static bool
patient_is_subscriber(struct fhir_reading *reading)
{
    json_t *coverage = reading->bases[FHIR_BASE_COVERAGE], *coding;
    json_t *subscriber = reading->bases[FHIR_BASE_SUBSCRIBER], *patient = reading->bases[FHIR_BASE_PATIENT];
    bool said = false, self = false;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(coverage, "relationship"), "coding"), i, coding)
    {
        said = true;
        self = self || text_is(fhir_string(json_object_get(coding, "code")), "self");
    }
    if (!said)
        self = subscriber == NULL ? json_object_get(coverage, "subscriber") == NULL : subscriber == patient;
    if (!self && subscriber == NULL)
        fhir_found(reading, FINDING_FHIR_REFERENCE_UNRESOLVED, "Coverage.subscriber", (struct text){0});
    if (said && subscriber != NULL && self != (subscriber == patient))
        fhir_found(reading, FINDING_FHIR_VALUE_WRONG, "Coverage.relationship",
                   TEXT("it contradicts the subscriber"));
    json_t *beneficiary = json_object_get(coverage, "beneficiary");
    if (beneficiary != NULL && fhir_follow(reading, coverage, beneficiary) != patient)
        fhir_found(reading, FINDING_FHIR_VALUE_WRONG, "Coverage.beneficiary",
                   TEXT("not the patient of the claim"));
    return self;
}

struct numbered {
    json_t *value;
    int64_t sequence;
    bool principal;
};

static int
numbered_order(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal ? -1 : 1;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static bool
is_principal(const json_t *diagnosis)
{
    size_t i, k;
    json_t *type, *coding;
    json_array_foreach(json_object_get(diagnosis, "type"), i, type)
    {
        json_array_foreach(json_object_get(type, "coding"), k, coding)
        {
            if (text_is(fhir_string(json_object_get(coding, "code")), "principal"))
                return true;
        }
    }
    return false;
}

static void
too_many(struct fhir_reading *reading, const char *place, size_t count)
{
    fhir_found(reading, FINDING_FHIR_TOO_MANY, place, arena_print(reading->arena, "%zu", count));
}

/* Principal first, then by sequence; ABK and ABF. `order` holds what pointers name. */
static void
read_diagnoses(struct fhir_reading *reading, struct claim_body *body, struct numbered *order)
{
    json_t *list = json_object_get(reading->bases[FHIR_BASE_CLAIM], "diagnosis");
    size_t count = json_array_size(list);
    if (count == 0)
        fhir_found(reading, FINDING_FHIR_VALUE_MISSING, "Claim.diagnosis", (struct text){0});
    if (count > FHIR_DIAGNOSES_LIMIT) {
        too_many(reading, "Claim.diagnosis", count);
        count = FHIR_DIAGNOSES_LIMIT;
    }
    body->diagnoses = ARENA_ARRAY(reading->arena, struct diagnosis, count + 1);
    body->diagnoses_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_array_get(list, i);
        order[i] = (struct numbered){value, json_integer_value(json_object_get(value, "sequence")),
                                     is_principal(value)};
    }
    qsort(order, count, sizeof *order, numbered_order);
    reading->item_place = "Claim.diagnosis";
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (json_array_get(list, at) != order[i].value)
            at++;
        reading->item = (unsigned)at;
        reading->bases[FHIR_BASE_DIAGNOSIS] = order[i].value;
        fhir_fill(reading, &fhir_sections[FHIR_SECTION_DIAGNOSIS], &body->diagnoses[i], false);
        body->diagnoses[i].qualifier = i == 0 ? TEXT("ABK") : TEXT("ABF");
        for (size_t k = 0; k < i; k++) {
            if (order[k].sequence == order[i].sequence)
                fhir_found(reading, FINDING_FHIR_SEQUENCE_DOUBLED, "Claim.diagnosis.sequence",
                           arena_print(reading->arena, "%lld", (long long)order[i].sequence));
        }
    }
    reading->item_place = NULL;
}

static void
read_pointers(struct fhir_reading *reading, struct service_line *line, const struct numbered *order,
              uint32_t diagnoses)
{
    uint64_t *pointers[] = {&line->pointer_1, &line->pointer_2, &line->pointer_3, &line->pointer_4};
    unsigned count = 0;
    size_t i;
    json_t *sequence;
    json_array_foreach(json_object_get(reading->bases[FHIR_BASE_ITEM], "diagnosisSequence"), i, sequence)
    {
        uint32_t at = 0;
        while (at < diagnoses && order[at].sequence != json_integer_value(sequence))
            at++;
        if (at == diagnoses || !json_is_integer(sequence)) {
            fhir_found(reading, FINDING_FHIR_POINTER, "Claim.item.diagnosisSequence",
                       arena_print(reading->arena, "%lld", (long long)json_integer_value(sequence)));
        } else if (count < 4) {
            *pointers[count++] = at + 1;
        } else {
            fhir_found(reading, FINDING_FHIR_POINTERS_MANY, "Claim.item.diagnosisSequence", (struct text){0});
            return;
        }
    }
}

static void
check_currency(struct fhir_reading *reading, const json_t *money, const char *place)
{
    struct text currency = fhir_string(json_object_get(money, "currency"));
    if (currency.length > 0 && !text_is(currency, "USD"))
        fhir_found(reading, FINDING_FHIR_CURRENCY, place, currency);
}

/* A laboratory's test (80047 to 89398, or a number ending in U) or one marked as waived. */
static bool
is_laboratory(const struct service_line *line)
{
    struct text code = line->procedure;
    if (text_is(line->modifier_1, "QW") || text_is(line->modifier_2, "QW") ||
        text_is(line->modifier_3, "QW") || text_is(line->modifier_4, "QW"))
        return true;
    return code.length == 5 &&
           (code.data[4] == 'U' || (code.data[0] == '8' && code.data[4] >= '0' && code.data[4] <= '9'));
}

static void
read_line(struct fhir_reading *reading, const struct claim_body *body, struct service_line *line,
          const struct numbered *order)
{
    json_t *item = reading->bases[FHIR_BASE_ITEM];
    fhir_fill(reading, &fhir_sections[FHIR_SECTION_ITEM], line, false);
    read_pointers(reading, line, order, body->diagnoses_count);
    check_currency(reading, json_object_get(item, "net"), "Claim.item.net.currency");
    if (json_array_size(json_object_get(item, "modifier")) > 4)
        too_many(reading, "Claim.item.modifier", json_array_size(json_object_get(item, "modifier")));
    if (json_array_size(json_object_get(item, "detail")) > 0)
        fhir_found(reading, FINDING_FHIR_NOT_CARRIED, "Claim.item.detail", TEXT("details of an item"));
    if (line->date_to != 0 && line->date_from != 0 && line->date_to < line->date_from)
        fhir_found(reading, FINDING_FHIR_VALUE_WRONG, "Claim.item.servicedPeriod",
                   TEXT("it ends before it begins"));
    if (line->date_to == line->date_from)
        line->date_to = 0;
    if (text_equal(line->place_of_service, body->place_of_service))
        line->place_of_service = (struct text){0};
}

/* Items become lines; their sum is the claim's total. True when one of them is a laboratory's. */
static bool
read_lines(struct fhir_reading *reading, struct claim_body *body, const struct numbered *order)
{
    json_t *claim = reading->bases[FHIR_BASE_CLAIM], *list = json_object_get(claim, "item");
    size_t count = json_array_size(list);
    int64_t sum = 0;
    bool laboratory = false;
    if (count == 0)
        fhir_found(reading, FINDING_FHIR_VALUE_MISSING, "Claim.item", (struct text){0});
    if (count > FHIR_LINES_LIMIT) {
        too_many(reading, "Claim.item", count);
        count = FHIR_LINES_LIMIT;
    }
    body->lines = ARENA_ARRAY(reading->arena, struct service_line, count + 1);
    body->lines_count = (uint32_t)count;
    reading->item_place = "Claim.item";
    for (size_t i = 0; i < count; i++) {
        reading->bases[FHIR_BASE_ITEM] = json_array_get(list, i);
        reading->item = (unsigned)i;
        body->lines[i].number = i + 1;
        read_line(reading, body, &body->lines[i], order);
        laboratory = laboratory || is_laboratory(&body->lines[i]);
        sum += body->lines[i].charge_cents; /* 50 lines of at most MONEY_LIMIT_CENTS */
    }
    reading->item_place = NULL;
    json_t *total = json_object_get(claim, "total");
    check_currency(reading, total, "Claim.total.currency");
    if (json_object_get(total, "value") == NULL)
        body->total_cents = sum;
    if (body->total_cents != sum || sum > MONEY_LIMIT_CENTS) {
        char said[MONEY_TEXT_BYTES], found[MONEY_TEXT_BYTES];
        fhir_found(reading, FINDING_FHIR_TOTAL_DIFFERS, "Claim.total.value",
                   arena_print(reading->arena, "%.*s, items %.*s",
                               TEXT_ARGS(money_print(body->total_cents, said)),
                               TEXT_ARGS(money_print(sum, found))));
    }
    return laboratory;
}

/* The 837P names a rendering provider and a place only where they are not the billing provider's. */
static void
leave_out(struct claim_body *body, bool laboratory)
{
    if (body->rendering.last_name.length == 0 || text_equal(body->rendering.id, body->billing.id))
        body->rendering = (struct party){0};
    if (body->service_facility.address_1.length == 0 ||
        text_equal(body->service_facility.address_1, body->billing.address_1))
        body->service_facility = (struct party){0};
    if (!laboratory)
        body->clia = (struct text){0};
}

static void
check_claim(struct fhir_reading *reading, const struct claim_body *body)
{
    const json_t *claim = reading->bases[FHIR_BASE_CLAIM];
    size_t insurances = json_array_size(json_object_get(claim, "insurance"));
    struct text zip = body->billing.postal_code;
    if (zip.length > 0 && zip.length != 9)
        fhir_found(reading, FINDING_X12_BILLING_ZIP, "Claim.provider.address.postalCode", zip);
    if (json_object_get(claim, "accident") != NULL)
        fhir_found(reading, FINDING_FHIR_NOT_CARRIED, "Claim.accident", TEXT("an accident"));
    if (insurances > 1)
        fhir_found(reading, FINDING_FHIR_INSURANCE_MANY, "Claim.insurance",
                   arena_print(reading->arena, "%zu", insurances));
    if (body->subscriber.sequence.length > 0 && !text_is(body->subscriber.sequence, "P"))
        fhir_found(reading, FINDING_FHIR_NOT_CARRIED, "Coverage.order", TEXT("what earlier payers paid"));
    if (text_is(body->frequency, "7") && body->original_reference.length == 0)
        fhir_found(reading, FINDING_FHIR_VALUE_MISSING, "Claim.related.reference", (struct text){0});
}

static void
read_claim(struct fhir_reading *reading, struct claim_body *body)
{
    struct numbered order[FHIR_DIAGNOSES_LIMIT];
    body->form = CLAIM_FORM_PROFESSIONAL;
    find_bases(reading);
    bool self = patient_is_subscriber(reading);
    fhir_fill(reading, &fhir_sections[FHIR_SECTION_CLAIM], body, false);
    fhir_fill(reading, &fhir_sections[self ? FHIR_SECTION_SELF : FHIR_SECTION_DEPENDENT], body, false);
    read_diagnoses(reading, body, order);
    bool laboratory = read_lines(reading, body, order);
    leave_out(body, laboratory);
    check_claim(reading, body);
}

enum status
fhir_read(struct text bytes, struct arena *arena, struct claim_body *body, struct document **documents,
          uint32_t *count, struct findings *findings)
{
    struct fhir_reading reading = {.arena = arena, .findings = findings};
    struct claim_body claim = {0};
    enum status status = read_json(&reading, without_mark(bytes));
    if (status == STATUS_OK)
        status = check_bundle(&reading);
    if (status == STATUS_OK)
        status = fhir_index(&reading);
    if (status == STATUS_OK)
        status = find_claim(&reading);
    if (status == STATUS_OK) {
        read_claim(&reading, &claim);
        fhir_documents(&reading, documents, count);
        *body = claim;
    }
    json_decref(reading.bundle);
    return status;
}
