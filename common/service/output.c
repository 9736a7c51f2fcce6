/* The producer's side: outboxes, what may be forgotten, whether there is room. */
#include "common/service/internal.h"

#include "schemas/records/frame.h"

#include <assert.h>

enum { RECENT_BYTES = 4 << 20 }; /* a batch */

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

/* Entries up to `last` are of this age or younger: a new one, or those of the age before when that is not a span away. */
static void
add_age(struct output_stream *out, uint64_t last, int64_t instant)
{
    struct outbox_age *before = out->age_count == 0 ? NULL : &out->ages[out->age_count - 1];
    if (before != NULL && instant - before->instant < out->age_span)
        before->last = last;
    else
        out->ages[out->age_count++] = (struct outbox_age){last, instant};
}

/* Entries up to `last` were made by now. Where the ages do not suffice they become fewer and evenly coarser. */
static void
note_age(struct output_stream *out, uint64_t last, int64_t instant)
{
    if (out->age_count == 0)
        out->age_span = CLOCK_SECOND;
    if (out->age_count == OUTBOX_AGES) {
        out->age_span = 2 * (out->ages[OUTBOX_AGES - 1].instant - out->ages[0].instant) / OUTBOX_AGES;
        out->age_count = 0;
        for (size_t i = 0; i < OUTBOX_AGES; i++)
            add_age(out, out->ages[i].last, out->ages[i].instant);
    }
    add_age(out, last, instant);
}

static int64_t
made_behind(const struct output_stream *out, uint64_t number)
{
    for (size_t i = 0; i < out->age_count; i++)
        if (out->ages[i].last > number)
            return out->ages[i].instant;
    return 0;
}

int64_t
output_oldest(const struct output_stream *out)
{
    uint64_t had = out->trim.forgotten;
    if (out->producer != NULL && link_producer_durable(out->producer) > had)
        had = link_producer_durable(out->producer);
    return made_behind(out, had);
}

static void
drop_ages(struct output_stream *out)
{
    size_t gone = 0;
    while (gone < out->age_count && out->ages[gone].last <= out->trim.forgotten)
        gone++;
    memmove(out->ages, out->ages + gone, (out->age_count - gone) * sizeof *out->ages);
    out->age_count -= gone;
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
        store_log_keep(service->store, out->table, RECENT_BYTES);
        if (next > first)
            note_age(out, out->last, store_time(service->store));
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
        if (out->age_count > 0 && row.oldest != 0)
            out->ages[0].instant = row.oldest;
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

static void
put_trim(struct service *service, const struct output_stream *out, const struct link_trim *trim, int64_t oldest)
{
    struct text bytes;
    struct trim_row row = {.consumer = text_of(trim->consumer.id, LINK_ID_BYTES),
                           .incarnation = trim->consumer.incarnation,
                           .forgotten = trim->forgotten,
                           .chain = text_of(trim->chain.bytes, LINK_CHAIN_BYTES),
                           .oldest = oldest};
    enum status status = record_write(&record_trim_row, &row, &service->step_arena, &bytes, NULL);
    assert(status == STATUS_OK);
    struct store_key key = trim_key(out);
    store_put(service->store, frame_table(service, FRAME_LINK), store_key_text(&key), bytes);
}

/* Beside what may be forgotten, the row keeps when the oldest entry was made: it is also put when an empty outbox gets its
 * first. */
void
output_put_trims(struct service *service)
{
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        struct link_trim trim;
        uint64_t gone, first, next;
        store_log_range(service->store, out->table, &first, &next);
        if (out->producer == NULL || link_producer_trim(out->producer, &trim, &gone) != STATUS_OK) {
            if (out->last == out->trim.forgotten && next - 1 > out->last)
                put_trim(service, out, &out->trim, service->batch_time);
            continue;
        }
        int64_t oldest = made_behind(out, trim.forgotten);
        put_trim(service, out, &trim, oldest == 0 && next - 1 > trim.forgotten ? service->batch_time : oldest);
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
        if (next - 1 > out->last)
            note_age(out, next - 1, service->batch_time);
        out->last = next - 1;
        if (out->producer == NULL)
            continue;
        if (out->trimming) {
            out->trim = out->trim_next;
            drop_ages(out);
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
