/* The producer's side: outboxes, what may be forgotten, whether there is room. */
#include "common/service/internal.h"

#include "schemas/records/frame.h"

#include <assert.h>

struct output_stream *
output_find(struct service *service, uint16_t stream)
{
    for (size_t i = 0; i < service->output_count; i++)
        if (service->outputs[i].kind->number == stream)
            return &service->outputs[i];
    return NULL;
}

static struct store_key
trim_key(const struct output_stream *out)
{
    return store_key_u32(store_key_bytes(store_key(), TEXT("o")), out->kind->number);
}

enum status
output_load(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        struct store_key key = trim_key(out);
        uint64_t first, next;
        struct text bytes;
        struct trim_row row;
        store_log_range(service->store, out->table, &first, &next);
        out->last = next - 1;
        enum status status =
            store_get(service->store, frame_table(service, FRAME_LINK), store_key_text(&key), &service->step_arena, &bytes);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK || record_read(&record_trim_row, bytes, &service->step_arena, &row, NULL) != STATUS_OK)
            return STATUS_CORRUPT;
        if (row.consumer.length == LINK_ID_BYTES)
            memcpy(out->trim.consumer.id, row.consumer.data, LINK_ID_BYTES);
        out->trim.consumer.incarnation = row.incarnation;
        out->trim.forgotten = row.forgotten;
        if (row.chain.length == LINK_CHAIN_BYTES)
            memcpy(out->trim.chain.bytes, row.chain.data, LINK_CHAIN_BYTES);
    }
    return STATUS_OK;
}

static uint64_t
kept_bytes(const struct service *service, size_t i)
{
    int64_t bytes = store_counter(service->store, (unsigned)(COUNTER_OUT_BYTES + i));
    return bytes < 0 ? 0 : (uint64_t)bytes;
}

/* A feedback stream never counts: it is bounded by the disk and alarmed by age. */
bool
output_full(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        if (out->kind->rank == 0)
            continue;
        if (out->last - out->trim.forgotten >= service->outbox_records || kept_bytes(service, i) >= service->outbox_bytes)
            return true;
    }
    return false;
}

bool
output_trim_wanted(struct service *service)
{
    struct link_trim trim;
    uint64_t bytes;
    bool late = clock_ticks() - service->last_trim > CLOCK_SECOND / 2;
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        if (out->producer == NULL || link_producer_trim(out->producer, &trim, &bytes) != STATUS_OK)
            continue;
        if (late || bytes > service->outbox_bytes / 4 || trim.forgotten - out->trim.forgotten > service->outbox_records / 4)
            return true;
    }
    return false;
}

void
output_put_trims(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        struct link_trim trim;
        uint64_t gone;
        struct text bytes;
        if (out->producer == NULL || link_producer_trim(out->producer, &trim, &gone) != STATUS_OK)
            continue;
        struct trim_row row = {.consumer = text_of(trim.consumer.id, LINK_ID_BYTES),
                               .incarnation = trim.consumer.incarnation,
                               .forgotten = trim.forgotten,
                               .chain = text_of(trim.chain.bytes, LINK_CHAIN_BYTES)};
        enum status status = record_write(&record_trim_row, &row, &service->step_arena, &bytes, NULL);
        assert(status == STATUS_OK);
        struct store_key key = trim_key(out);
        store_put(service->store, frame_table(service, FRAME_LINK), store_key_text(&key), bytes);
        store_log_forget(service->store, out->table, trim.forgotten + 1);
        store_counter_add(service->store, (unsigned)(COUNTER_OUT_BYTES + i), -(int64_t)gone);
        out->trim_next = trim;
        out->trimming = true;
    }
}

void
output_aborted(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++)
        service->outputs[i].trimming = false;
}

/* The batch is durable: forgotten frames are gone, new ones may be sent. */
enum status
output_committed(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        uint64_t first, next;
        store_log_range(service->store, out->table, &first, &next);
        out->last = next - 1;
        if (out->producer == NULL)
            continue;
        if (out->trimming) {
            out->trim = out->trim_next;
            out->trimming = false;
            link_producer_forgot(out->producer, &out->trim);
            service->last_trim = clock_ticks();
        }
        enum status status = link_producer_work(out->producer, out->last);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
