/* A visit read from a bundle of tests/data/fhir, as it is or changed in one place. */
#ifndef CLAIMLINE_TESTS_FHIR_VISIT_H
#define CLAIMLINE_TESTS_FHIR_VISIT_H

#include "common/fhir/fhir.h"
#include "tests/common/x12_sample.h"

struct visit {
    struct arena arena;
    struct findings findings;
    struct claim_body body;
    struct document *documents;
    uint32_t count;
    enum status status;
};

static inline void
read_bytes(struct visit *visit, struct text bytes)
{
    *visit = (struct visit){0};
    arena_init(&visit->arena, 0);
    findings_init(&visit->findings, &visit->arena);
    visit->status =
        fhir_read(bytes, &visit->arena, &visit->body, &visit->documents, &visit->count, &visit->findings);
}

/* The bytes are thrown away first: nothing of the result may point into them. */
static inline void
read_sample(struct visit *visit, const char *name)
{
    struct text bytes = sample_in("fhir", name);
    read_bytes(visit, bytes);
    memset((void *)(uintptr_t)bytes.data, 'x', bytes.length);
    release(bytes);
}

static inline void
done(struct visit *visit)
{
    arena_free(&visit->arena);
}

/* The influenza visit with the `nth` (from 1) occurrence of `from` replaced. */
static inline struct text
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

static inline void
read_changed(struct visit *visit, const char *from, unsigned nth, const char *to)
{
    struct text bytes = changed_sample(from, nth, to);
    read_bytes(visit, bytes);
    release(bytes);
}

static inline void
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

static inline unsigned
documents_of(const struct visit *visit, enum document_kind kind, const char *code, bool negated)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < visit->count; i++) {
        const struct document *document = &visit->documents[i];
        count += document->kind == kind && text_is(document->code, code) && document->negated == negated;
    }
    return count;
}

/* The subscriber becomes a RelatedPerson inside the coverage, the patient a child. */
static inline void
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

#endif
