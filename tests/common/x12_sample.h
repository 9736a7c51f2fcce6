/* Samples of X12 and what one reading of a file gives, for the tests of reading, of findings and of the samples from outside. */
#ifndef CLAIMLINE_TESTS_X12_SAMPLE_H
#define CLAIMLINE_TESTS_X12_SAMPLE_H

#include "common/x12/check/x12_validate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES = 1 << 20, NUMBERS = 64 };

/* What one reading of a file gave. */
struct outcome {
    uint32_t sets, accepted_sets, claims, refused_claims, interchanges, accepted_interchanges, ta1s;
    uint32_t finding_count;
    uint16_t findings[NUMBERS];
    uint8_t worst_snip;
    enum x12_event last;
    enum status status;
    uint64_t digest; /* of all events, segments and findings */
};

/* A source that gives pieces of a fixed size. */
struct pieces {
    struct text rest;
    size_t size;
};

static inline enum status
give_piece(void *context, char *buffer, size_t room, size_t *got)
{
    struct pieces *pieces = context;
    size_t size = pieces->size < room ? pieces->size : room;
    *got = size < pieces->rest.length ? size : pieces->rest.length;
    memcpy(buffer, pieces->rest.data, *got);
    pieces->rest.data += *got;
    pieces->rest.length -= *got;
    return STATUS_OK;
}

/* A whole file, with a NUL behind it; to be released, as all texts that these functions make. */
static inline struct text
read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "cannot open %s", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = calloc(1, (size_t)size + 1);
    cr_assert_eq(fread(bytes, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    return text_of(bytes, (size_t)size);
}

/* A file of a folder of tests/data. */
static inline struct text
sample_in(const char *folder, const char *name)
{
    char path[1024];
    const char *source = getenv("CLAIMLINE_SOURCE");
    snprintf(path, sizeof path, "%s/tests/data/%s/%s", source == NULL ? "." : source, folder, name);
    return read_file(path);
}

static inline struct text
sample(const char *name)
{
    return sample_in("x12", name);
}

static inline void
release(struct text t)
{
    free((void *)(uintptr_t)t.data);
}

static inline void
mix(struct outcome *outcome, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < length; i++)
        outcome->digest = (outcome->digest ^ at[i]) * UINT64_C(0x100000001b3);
}

static inline void
note(struct outcome *outcome, const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        mix(outcome, &finding->kind->number, sizeof finding->kind->number);
        mix(outcome, finding->place.data, finding->place.length);
        bool known = false;
        for (uint32_t k = 0; k < outcome->finding_count; k++)
            known |= outcome->findings[k] == finding->kind->number;
        if (!known && outcome->finding_count < NUMBERS)
            outcome->findings[outcome->finding_count++] = finding->kind->number;
    }
}

static inline void
take(struct outcome *outcome, struct x12_check *check, enum x12_event event)
{
    uint8_t kind = (uint8_t)event;
    mix(outcome, &kind, 1);
    switch (event) {
    case X12_EVENT_INTERCHANGE:
        outcome->interchanges++;
        return;
    case X12_EVENT_TA1:
        outcome->ta1s++;
        return;
    case X12_EVENT_SEGMENT:
        mix(outcome, check->segment->data, check->segment->length);
        for (unsigned i = 1; i <= check->segment->element_count; i++)
            mix(outcome, check->segment->elements[i].data, check->segment->elements[i].length);
        if (check->step.place != NULL)
            mix(outcome, check->step.place->name, strlen(check->step.place->name));
        return;
    case X12_EVENT_CLAIM_END:
        outcome->claims++;
        outcome->refused_claims += check->claim.refused;
        mix(outcome, check->claim.bytes.data, check->claim.bytes.length);
        note(outcome, &check->claim.findings);
        return;
    case X12_EVENT_SET_END:
        outcome->sets++;
        outcome->accepted_sets += check->set.accepted;
        note(outcome, &check->set.findings);
        return;
    case X12_EVENT_GROUP_END:
        note(outcome, &check->group.findings);
        return;
    case X12_EVENT_INTERCHANGE_END:
        outcome->accepted_interchanges += check->interchange.accepted;
        note(outcome, &check->interchange.findings);
        return;
    case X12_EVENT_GROUP:
    case X12_EVENT_SET:
    case X12_EVENT_END:
    case X12_EVENT_FAILED:
    case X12_EVENT_COUNT:
        return;
    }
}

static inline struct outcome
run(struct x12_check *check)
{
    struct outcome outcome = {.digest = UINT64_C(0xcbf29ce484222325)};
    enum x12_event event;
    do {
        event = x12_check_next(check);
        take(&outcome, check, event);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    cr_assert_eq(x12_check_next(check), event, "the last event is given again");
    outcome.last = event;
    outcome.status = check->status;
    x12_check_close(check);
    return outcome;
}

/* With an index of what was met before (common/duplicate), or NULL. */
static inline struct outcome
run_seen(struct text bytes, uint8_t snip, const struct x12_seen *seen)
{
    struct x12_check check;
    struct x12_check_options options = {
        .snip = snip, .today = 20261123, .pin_limit = X12_PIN_BYTES, .codes = codes_lists_builtin(), .seen = seen};
    x12_check_open_memory(&check, &options, bytes);
    return run(&check);
}

static inline struct outcome
run_text(struct text bytes, uint8_t snip)
{
    return run_seen(bytes, snip, NULL);
}

static inline bool
has(const struct outcome *outcome, uint16_t number)
{
    for (uint32_t i = 0; i < outcome->finding_count; i++) {
        if (outcome->findings[i] == number)
            return true;
    }
    return false;
}

/* A copy with the first occurrence of `from` replaced; in every one when `all`. */
static inline struct text
replaced(struct text t, const char *from, const char *to, bool all)
{
    size_t from_length = strlen(from), to_length = strlen(to), length = 0;
    char *out = malloc(t.length * (all ? to_length + 1 : 1) + to_length + 1);
    bool done = false;
    for (size_t i = 0; i < t.length;) {
        if ((!done || all) && i + from_length <= t.length && memcmp(t.data + i, from, from_length) == 0) {
            memcpy(out + length, to, to_length);
            length += to_length;
            i += from_length;
            done = true;
        } else {
            out[length++] = t.data[i++];
        }
    }
    cr_assert(done, "'%s' is not in the sample", from);
    return text_of(out, length);
}

/* A copy of `bytes` with SE01 as it should be. */
static inline struct text
recounted(struct text bytes)
{
    size_t at = 0, first = 0;
    unsigned count = 0;
    char from[32], to[32];
    for (size_t i = 0; i + 4 < bytes.length; i++) {
        if (memcmp(bytes.data + i, "~\nST*", 5) == 0)
            first = i + 1;
        if (first > 0 && i >= first && bytes.data[i] == '~')
            count++;
        if (memcmp(bytes.data + i, "~\nSE*", 5) == 0)
            at = i + 2;
        if (at > 0)
            break;
    }
    cr_assert_gt(at, (size_t)0);
    struct text rest, given = text_cut(text_of(bytes.data + at + 3, bytes.length - at - 3), '*', &rest);
    snprintf(from, sizeof from, "~\nSE*%.*s*", TEXT_ARGS(given));
    snprintf(to, sizeof to, "~\nSE*%u*", count + 1);
    return replaced(bytes, from, to, false);
}

#endif
