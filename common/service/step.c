#include "common/service/internal.h"

#include <assert.h>

unsigned
frame_table(const struct service *service, enum frame_table table)
{
    return (unsigned)(service->plan->table_count + table);
}

void
step_begin(struct service *service, enum step_kind kind, struct text input)
{
    assert(!service->step_open);
    arena_reset(&service->step_arena);
    service->step = (struct step){.service = service, .kind = kind, .input = input};
    service->step_open = true;
    store_step_begin(service->store);
    /* What a timer, a source or an act does rests on what came by the forward stream: it stands behind that in the log. */
    for (size_t i = 0; kind != STEP_RECORD && i < service->input_count; i++)
        if (service->inputs[i].kind->rank == 1) {
            service->step.event_stream = service->inputs[i].next.event_stream;
            service->step.event_sequence = service->inputs[i].next.event_sequence;
        }
}

struct service *
step_service(struct step *step)
{
    return step->service;
}

void *
step_state(struct step *step)
{
    return step->service->state;
}

struct arena *
step_arena(struct step *step)
{
    return &step->service->step_arena;
}

int64_t
step_time(struct step *step)
{
    return step->service->batch_time;
}

static unsigned
own_table(const struct step *step, unsigned table)
{
    assert(table < step->service->plan->table_count);
    return table;
}

enum status
step_get(struct step *step, unsigned table, struct text key, struct text *value)
{
    return store_get(step->service->store, own_table(step, table), key, &step->service->step_arena, value);
}

void
step_put(struct step *step, unsigned table, struct text key, struct text value)
{
    store_put(step->service->store, own_table(step, table), key, value);
}

void
step_delete(struct step *step, unsigned table, struct text key)
{
    store_delete(step->service->store, own_table(step, table), key);
}

enum status
step_scan(struct step *step, unsigned table, struct text from, struct text to, store_visit *visit, void *context)
{
    return store_scan(step->service->store, own_table(step, table), from, to, &step->service->step_arena, visit, context);
}

uint64_t
step_log_append(struct step *step, unsigned table, struct text entry)
{
    return store_log_append(step->service->store, own_table(step, table), entry);
}

void
step_put_record(struct step *step, unsigned table, struct text key, const struct record_type *type, const void *record)
{
    struct text bytes;
    struct record_fault fault;
    enum status status = record_write(type, record, &step->service->step_arena, &bytes, &fault);
    assert(status == STATUS_OK); /* rows are our own: out of bounds is a programmer error */
    step_put(step, table, key, bytes);
}

enum status
step_get_record(struct step *step, unsigned table, struct text key, const struct record_type *type, void *record)
{
    struct text bytes;
    enum status status = step_get(step, table, key, &bytes);
    if (status != STATUS_OK)
        return status;
    return record_read(type, bytes, &step->service->step_arena, record, NULL) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

static void
put_number(uint8_t *out, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        out[i] = (uint8_t)number;
        number >>= 8;
    }
}

static uint64_t
append_entry(struct step *step, struct output_stream *out, uint16_t type, struct text bytes)
{
    struct service *service = step->service;
    uint8_t head[ENTRY_HEAD_BYTES];
    put_number(head, type, 2);
    put_number(head + 2, step->event_stream, 2);
    put_number(head + 4, step->event_sequence, 8);
    size_t length = sizeof head + bytes.length;
    step->emitted_bytes += length;
    store_counter_add(service->store, (unsigned)(COUNTER_OUT_BYTES + (out - service->outputs)), (int64_t)length + 4);
    return store_log_append_parts(service->store, out->table, text_of(head, sizeof head), bytes);
}

enum status
step_emit_packed(struct step *step, uint16_t stream, const struct record_type *type, struct text bytes)
{
    struct output_stream *out = output_find(step->service, stream);
    assert(out != NULL && type->number != 0);
    append_entry(step, out, type->number, bytes);
    return STATUS_OK;
}

enum status
step_emit(struct step *step, uint16_t stream, const struct record_type *type, const void *record)
{
    struct text bytes;
    struct record_fault fault;
    enum status status = record_write(type, record, &step->service->step_arena, &bytes, &fault);
    if (status != STATUS_OK) {
        struct text words = arena_print(&step->service->step_arena, "%s.%s: %s", fault.record,
                                        fault.field == NULL ? "" : fault.field, fault.what);
        step->fault = words.data;
        return status;
    }
    return step_emit_packed(step, stream, type, bytes);
}

enum status
step_event(struct step *step, struct event *event)
{
    struct service *service = step->service;
    struct output_stream *out = output_find(service, service->events_stream);
    struct text bytes;
    assert(out != NULL);
    event->instant = service->batch_time;
    enum status status = record_write(&record_event, event, &service->step_arena, &bytes, NULL);
    if (status != STATUS_OK)
        return step_refuse(step, status, "an event out of its bounds");
    uint64_t sequence = append_entry(step, out, record_event.number, bytes);
    step->event_stream = service->events_stream;
    step->event_sequence = sequence;
    return STATUS_OK;
}

struct text
step_input(struct step *step)
{
    return step->input;
}

uint16_t
step_stream(struct step *step)
{
    return step->stream;
}

uint64_t
step_sequence(struct step *step)
{
    return step->sequence;
}

static struct store_key
due_key(int64_t instant, uint16_t kind, struct text key)
{
    struct store_key row = store_key_u64(store_key(), (uint64_t)instant);
    row.bytes[row.length++] = (uint8_t)(kind >> 8);
    row.bytes[row.length++] = (uint8_t)kind;
    return store_key_bytes(row, key);
}

void
step_due_set(struct step *step, int64_t instant, uint16_t kind, struct text key)
{
    struct store_key row = due_key(instant, kind, key);
    store_put(step->service->store, frame_table(step->service, FRAME_DUE), store_key_text(&row), TEXT("d"));
    if (instant < step->service->next_due)
        step->service->next_due = instant;
}

void
step_due_clear(struct step *step, int64_t instant, uint16_t kind, struct text key)
{
    struct store_key row = due_key(instant, kind, key);
    store_delete(step->service->store, frame_table(step->service, FRAME_DUE), store_key_text(&row));
}

void
step_count(struct step *step, unsigned counter, int64_t difference)
{
    assert(counter < step->service->plan->counter_count);
    store_counter_add(step->service->store, counter, difference);
}

int64_t
step_counter(struct step *step, unsigned counter)
{
    return store_counter(step->service->store, counter);
}

enum status
step_refuse(struct step *step, enum status status, const char *sentence)
{
    step->fault = sentence;
    return status;
}

void
step_keep_refusal(struct step *step)
{
    step->keeps_refusal = true;
}

struct text
step_actor(struct step *step)
{
    return step->actor;
}

struct text
step_reason(struct step *step)
{
    return step->reason;
}
