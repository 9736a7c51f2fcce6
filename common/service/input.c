/* The consumer's side of a stream: frames queued in memory, the place of reading, the durable cursor. */
#include "common/service/internal.h"

#include "common/log/log.h"
#include "schemas/records/frame.h"

#include <assert.h>
#include <stdlib.h>

const struct service_input *
input_find(const struct service *service, uint16_t stream, uint16_t type)
{
    for (size_t i = 0; i < service->plan->input_count; i++) {
        const struct service_input *input = &service->plan->inputs[i];
        if (input->stream == stream && input->type->number == type)
            return input;
    }
    return NULL;
}

static struct store_key
cursor_key(const struct input_stream *in)
{
    return store_key_u32(store_key_bytes(store_key(), TEXT("i")), in->kind->number);
}

static void
take_fixed(uint8_t *to, size_t size, struct text bytes)
{
    if (bytes.length == size)
        memcpy(to, bytes.data, size);
}

enum status
input_load(struct service *service)
{
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        struct store_key key = cursor_key(in);
        struct text bytes;
        struct cursor_row row;
        enum status status =
            store_get(service->store, frame_table(service, FRAME_LINK), store_key_text(&key), &service->step_arena, &bytes);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK || record_read(&record_cursor_row, bytes, &service->step_arena, &row, NULL) != STATUS_OK)
            return STATUS_CORRUPT;
        take_fixed(in->cursor.producer.id, LINK_ID_BYTES, row.producer);
        in->cursor.producer.incarnation = row.incarnation;
        in->cursor.applied = row.applied;
        in->cursor.boundary = row.boundary;
        take_fixed(in->cursor.chain.bytes, LINK_CHAIN_BYTES, row.chain);
        in->event_stream = in->next.event_stream = (uint16_t)row.event_stream;
        in->event_sequence = in->next.event_sequence = row.event_sequence;
        in->next.number = row.boundary;
        in->received = row.boundary;
        in->met = in->cursor.producer;
    }
    return STATUS_OK;
}

void
input_add_frame(struct input_stream *in, struct in_frame frame)
{
    if (in->frame_count == in->frame_room) {
        in->frame_room = in->frame_room == 0 ? 16 : in->frame_room * 2;
        in->frames = realloc(in->frames, in->frame_room * sizeof *in->frames);
        assert(in->frames != NULL);
    }
    in->frames[in->frame_count++] = frame;
    in->queued_bytes += frame.frame.bytes.length;
    in->received += frame.frame.count;
}

/* What is queued in memory. Two batches of the forward stream: while one is committed the next comes in, so that the
 * consumer does not wait for a producer that is committing. The others are many in one daemon, and thin. */
static uint32_t
window_of(const struct input_stream *in)
{
    return in->kind->rank == STREAM_RANK_FORWARD ? LINK_WINDOW_BYTES : LINK_WINDOW_BYTES / 4;
}

void
input_receive(struct service *service)
{
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        struct in_frame frame = {0};
        while (in->consumer != NULL && in->queued_bytes < window_of(in) &&
               link_consumer_receive(in->consumer, &frame.frame) == STATUS_OK)
            input_add_frame(in, frame);
    }
}

static bool
is_producers(const struct input_stream *in, uint16_t event_stream)
{
    for (size_t i = 0; i < stream_kind_count; i++)
        if (stream_kinds[i].number == event_stream)
            return strcmp(stream_kinds[i].producer, in->kind->producer) == 0;
    return false;
}

/* An event that the producer recorded stands behind all that it had taken before. So one of an earlier daemon, which a
 * record of its timers and sources names when they record none, does not take its place: it says less. */
static void
note_event(const struct input_stream *in, struct in_place *place, struct text entry)
{
    const uint8_t *head = (const uint8_t *)entry.data;
    if (entry.length < ENTRY_HEAD_BYTES || (head[2] == 0 && head[3] == 0))
        return;
    uint16_t event_stream = (uint16_t)(head[2] << 8 | head[3]);
    if (event_stream != place->event_stream && is_producers(in, place->event_stream) && !is_producers(in, event_stream))
        return;
    place->event_stream = event_stream;
    place->event_sequence = store_u64(entry, 4);
}

bool
input_entry(struct input_stream *in, struct in_place *place, struct text *entry)
{
    while (place->frame < in->frame_count) {
        struct text bytes = in->frames[place->frame].frame.bytes;
        if (place->offset == bytes.length) {
            place->frame++;
            place->offset = 0;
            continue;
        }
        const uint8_t *at = (const uint8_t *)bytes.data + place->offset;
        size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        *entry = text_of(at + 4, length);
        place->offset += 4 + length;
        place->number++;
        if (place->number > in->cursor.applied) {
            note_event(in, place, *entry);
            return true;
        }
        /* The head of a frame that was applied before a restart. */
    }
    return false;
}

bool
input_waiting(const struct service *service, const struct input_stream *in)
{
    (void)service;
    return !in->blocked && in->next.number < in->received && (in->retry_at == 0 || clock_ticks() >= in->retry_at) &&
           (in->consumer == NULL || link_consumer_stop(in->consumer) == LINK_RUNNING);
}

bool
input_ready(struct service *service, const struct input_stream *in, struct text entry)
{
    const uint8_t *head = (const uint8_t *)entry.data;
    return service->plan->ready == NULL || entry.length < ENTRY_HEAD_BYTES ||
           service->plan->ready(service, in->kind->number, (uint16_t)(head[2] << 8 | head[3]), store_u64(entry, 4));
}

bool
input_full(const struct input_stream *in)
{
    return in->queued_bytes >= window_of(in) / 2;
}

size_t
input_records(const struct input_stream *in)
{
    return (size_t)(in->received - in->next.number);
}

/* Back to what is durable: the batch was aborted. */
void
input_rewind(struct input_stream *in)
{
    in->next = (struct in_place){.event_stream = in->event_stream, .event_sequence = in->event_sequence};
    in->next.number = in->frame_count == 0 ? in->received : in->frames[0].frame.first - 1;
}

/* Numbers of the last whole frame behind `next`, and its chain. */
static void
whole_frames(const struct input_stream *in, struct link_cursor *cursor)
{
    *cursor = in->cursor;
    cursor->applied = in->next.number > in->cursor.applied ? in->next.number : in->cursor.applied;
    for (size_t i = 0; i < in->frame_count; i++) {
        const struct link_frame *frame = &in->frames[i].frame;
        uint64_t last = frame->first + frame->count - 1;
        if (last > in->next.number)
            break;
        cursor->boundary = last;
        cursor->chain = frame->chain;
    }
    if (in->consumer != NULL)
        cursor->producer = link_consumer_producer(in->consumer);
}

void
input_put_cursors(struct service *service)
{
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        struct link_cursor cursor;
        struct text bytes;
        whole_frames(in, &cursor);
        if (cursor.applied == in->cursor.applied && cursor.boundary == in->cursor.boundary)
            continue;
        struct cursor_row row = {.producer = text_of(cursor.producer.id, LINK_ID_BYTES),
                                 .incarnation = cursor.producer.incarnation,
                                 .applied = cursor.applied,
                                 .boundary = cursor.boundary,
                                 .chain = text_of(cursor.chain.bytes, LINK_CHAIN_BYTES),
                                 .event_stream = in->next.event_stream,
                                 .event_sequence = in->next.event_sequence};
        enum status status = record_write(&record_cursor_row, &row, &service->step_arena, &bytes, NULL);
        assert(status == STATUS_OK);
        struct store_key key = cursor_key(in);
        store_put(service->store, frame_table(service, FRAME_LINK), store_key_text(&key), bytes);
    }
}

static void
release(struct in_frame *frame)
{
    link_frame_release(&frame->frame);
    free(frame->owned);
}

/* The batch is durable: what it took whole is released. */
void
input_committed(struct service *service)
{
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        size_t gone = 0;
        whole_frames(in, &in->cursor);
        in->event_stream = in->next.event_stream;
        in->event_sequence = in->next.event_sequence;
        while (gone < in->frame_count &&
               in->frames[gone].frame.first + in->frames[gone].frame.count - 1 <= in->cursor.boundary) {
            in->queued_bytes -= in->frames[gone].frame.bytes.length;
            release(&in->frames[gone]);
            gone++;
        }
        if (gone > 0) {
            memmove(in->frames, in->frames + gone, (in->frame_count - gone) * sizeof *in->frames);
            in->frame_count -= gone;
            if (in->next.frame < gone) /* it stood at the end of a frame that is gone */
                in->next.frame = in->next.offset = 0;
            else
                in->next.frame -= gone;
        }
    }
}

/* Asks for more on every stream; returns microseconds until it must be called again. */
int64_t
input_pull(struct service *service)
{
    int64_t wait = LINK_PULL_MICROSECONDS, now = clock_ticks();
    bool full = output_full(service);
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        if (in->consumer == NULL)
            continue;
        bool closed = (full && in->kind->rank != 0) || in->queued_bytes >= window_of(in);
        uint32_t room = closed ? 0 : (uint32_t)(window_of(in) - in->queued_bytes);
        int64_t next = link_consumer_pull(in->consumer, &in->cursor, room, now);
        if (next < wait)
            wait = next;
    }
    return wait;
}
