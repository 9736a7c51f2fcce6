/* The claims of tests/data/x12_map/all_places.837i and .837d as records, for the tests of the daemons. */
#ifndef CLAIMLINE_TESTS_FORMS_SAMPLE_H
#define CLAIMLINE_TESTS_FORMS_SAMPLE_H

#include "common/file/file.h"
#include "common/x12/map/x12_claims.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { FORMS_SAMPLE_CLAIMS = 3 };

struct forms_sample {
    struct claim_body bodies[FORMS_SAMPLE_CLAIMS];
    unsigned count;
    struct arena arena;
};

static inline enum status
forms_sample_keep(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
                  const struct x12_map_fault *fault)
{
    struct forms_sample *sample = context;
    struct text packed;
    (void)reader;
    if (record != X12_CLAIMS_CLAIM)
        return STATUS_OK;
    cr_assert(fault == NULL && sample->count < FORMS_SAMPLE_CLAIMS);
    cr_assert_eq(record_write(&record_claim_body, value, &sample->arena, &packed, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_claim_body, packed, &sample->arena, &sample->bodies[sample->count++], NULL), STATUS_OK);
    return STATUS_OK;
}

/* `file` is "all_places.837i" or "all_places.837d". The arena is the caller's to free. */
static inline void
forms_sample_read(struct forms_sample *sample, const char *file)
{
    struct x12_check check;
    struct x12_map_reader reader = {0};
    char path[700], *bytes;
    size_t length;
    const char *root = getenv("CLAIMLINE_SOURCE");
    snprintf(path, sizeof path, "%s/tests/data/x12_map/%s", root == NULL ? "." : root, file);
    cr_assert_eq(file_get_plain(path, 1 << 20, &bytes, &length), STATUS_OK, "%s", path);
    *sample = (struct forms_sample){0};
    arena_init(&sample->arena, 0);
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = 2}, text_of(bytes, length));
    for (enum x12_event event = X12_EVENT_COUNT; event != X12_EVENT_END && event != X12_EVENT_FAILED;) {
        event = x12_check_next(&check);
        if (event == X12_EVENT_SET)
            x12_map_reader_open(&reader, x12_claims_map(check.set.guide), forms_sample_keep, sample);
        if (reader.map != NULL)
            cr_assert_eq(x12_map_event(&reader, &check, event), STATUS_OK);
    }
    x12_map_reader_close(&reader);
    x12_check_close(&check);
    free(bytes);
    cr_assert_eq(sample->count, FORMS_SAMPLE_CLAIMS);
}

#endif
