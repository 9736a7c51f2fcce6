/*
 * Any bytes through checker and maps: nothing breaks, and what an 837 gives fits its record: packed, read
 * again and written as X12, unless the map said that something does not fit.
 */
#include "common/x12/acknowledgement/x12_acknowledgement.h"
#include "common/x12/map/x12_claims.h"
#include "schemas/records/remittance.h"
#include "schemas/x12/x12_maps.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct trip {
    struct x12_writer out;
    struct x12_claims claims;
    struct arena arena;
    uint32_t form;
    bool open;
};

static void
return_claim(struct trip *trip, const struct claim_body *body)
{
    struct text packed;
    struct claim_body again;
    arena_reset(&trip->arena);
    /* INVALID is right for control characters and for what a claim must have. */
    if (record_write(&record_claim_body, body, &trip->arena, &packed, NULL) != STATUS_OK)
        return;
    assert(record_read(&record_claim_body, packed, &trip->arena, &again, NULL) == STATUS_OK);
    assert(record_equal(&record_claim_body, body, &again));
    enum status status = x12_claims_add(&trip->claims, &again, TEXT("C1"));
    assert(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_LIMIT);
}

static enum status
give_claims(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
            const struct x12_map_fault *fault)
{
    struct trip *trip = context;
    trip->form = reader->map == &x12_map_837i ? CLAIM_FORM_INSTITUTIONAL
                 : reader->map == &x12_map_837d ? CLAIM_FORM_DENTAL
                                                : CLAIM_FORM_PROFESSIONAL;
    if (record == X12_CLAIMS_SET) {
        x12_claims_close(&trip->claims);
        x12_claims_open_form(&trip->claims, &trip->out, trip->form);
        trip->open = x12_claims_begin(&trip->claims, value) == STATUS_OK;
        if (!trip->open)
            x12_writer_reset(&trip->out);
    } else if (trip->open && fault == NULL) {
        return_claim(trip, value);
    }
    return STATUS_OK;
}

static enum status
give_others(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
            const struct x12_map_fault *fault)
{
    struct trip *trip = context;
    struct text packed;
    (void)fault;
    arena_reset(&trip->arena);
    (void)record_write(reader->map->records[record], value, &trip->arena, &packed, NULL);
    return STATUS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct x12_map *const maps[] = {&x12_map_837p, &x12_map_837i, &x12_map_837d, &x12_map_835, &x12_map_999,
                                                &x12_map_277ca, &x12_map_276, &x12_map_277, &x12_map_270, &x12_map_271};
    enum { MAPS = sizeof maps / sizeof *maps, CLAIM_MAPS = 3 };
    struct trip trip = {0};
    struct x12_map_reader readers[MAPS];
    struct x12_check check;
    x12_writer_open(&trip.out, x12_delimiters_usual);
    x12_claims_open(&trip.claims, &trip.out);
    arena_init(&trip.arena, 0);
    for (unsigned i = 0; i < MAPS; i++)
        x12_map_reader_open(&readers[i], maps[i], i < CLAIM_MAPS ? give_claims : give_others, &trip);
    x12_check_open_memory(&check, &(struct x12_check_options){.pin_limit = 4096}, text_of(data, size));
    enum x12_event event;
    do {
        event = x12_check_next(&check);
        for (unsigned i = 0; i < MAPS; i++)
            assert(x12_map_event(&readers[i], &check, event) == STATUS_OK);
        struct interchange_answer answer;
        if (event == X12_EVENT_TA1)
            (void)x12_ta1_read(check.segment, &answer);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    x12_check_close(&check);
    for (unsigned i = 0; i < MAPS; i++)
        x12_map_reader_close(&readers[i]);
    x12_claims_close(&trip.claims);
    x12_writer_close(&trip.out);
    arena_free(&trip.arena);
    return 0;
}
