/* Records that a handler refused: kept with the reason, listed, shown, replayed by a person. */
#include "common/service/internal.h"

#include "common/log/log.h"
#include "schemas/records/frame.h"

#include <assert.h>

static struct store_key
refused_key(uint16_t stream, uint64_t sequence)
{
    return store_key_u64(store_key_u32(store_key(), stream), sequence);
}

/* A row is u32 length of the packed refused_row, that, and the entry as it came. */
static void
put_row(struct service *service, const struct refused_row *row, struct text entry)
{
    struct text head;
    enum status status = record_write(&record_refused_row, row, &service->step_arena, &head, NULL);
    assert(status == STATUS_OK);
    char *value = arena_take_raw(&service->step_arena, 4 + head.length + entry.length);
    for (int i = 0; i < 4; i++)
        value[i] = (char)(head.length >> (24 - 8 * i));
    memcpy(value + 4, head.data, head.length);
    memcpy(value + 4 + head.length, entry.data, entry.length);
    struct store_key key = refused_key((uint16_t)row->stream, row->sequence);
    store_put(service->store, frame_table(service, FRAME_REFUSED), store_key_text(&key),
              text_of(value, 4 + head.length + entry.length));
}

static bool
split_row(struct text value, struct arena *arena, struct refused_row *row, struct text *entry)
{
    if (value.length < 4)
        return false;
    size_t length = 0;
    for (int i = 0; i < 4; i++)
        length = length << 8 | (uint8_t)value.data[i];
    if (length > value.length - 4)
        return false;
    *entry = text_of(value.data + 4 + length, value.length - 4 - length);
    return record_read(&record_refused_row, text_of(value.data + 4, length), arena, row, NULL) == STATUS_OK;
}

enum status
refused_put(struct service *service, uint16_t stream, uint64_t sequence, struct text entry, const char *fault,
            enum status status, bool crashed)
{
    struct arena_mark mark = arena_mark(&service->step_arena);
    struct step keep = service->step;
    service->step.kind = STEP_FRAME;
    service->step_open = true;
    store_step_begin(service->store);
    struct refused_row row = {.stream = stream,
                              .sequence = sequence,
                              .fault = text_head(text_from(fault == NULL ? "not said" : fault), 200),
                              .status = crashed ? TEXT("crashed") : text_from(status_name(status)),
                              .instant = service->batch_time};
    if (entry.length >= ENTRY_HEAD_BYTES) {
        row.type = (uint64_t)(uint8_t)entry.data[0] << 8 | (uint8_t)entry.data[1];
        row.event_stream = keep.event_stream;
        row.event_sequence = keep.event_sequence;
    }
    put_row(service, &row, entry);
    store_counter_add(service->store, COUNTER_REFUSED, 1);
    if (service->events_stream != 0) {
        struct event event = {.kind = EVENT_KIND_RECORD_REFUSED,
                              .number = sequence,
                              .code = row.status,
                              .detail = text_from(service->plan->name)};
        step_event(&service->step, &event);
    }
    service->step_open = false;
    enum status applied = store_step_apply(service->store);
    LOG(LOG_LEVEL_WARNING, "record-refused", "a record was refused and is kept", LOG_NUMBER("STREAM", stream),
        LOG_NUMBER("SEQUENCE", sequence), LOG_STRING("STATUS", crashed ? "crashed" : status_name(status)));
    (void)mark;
    return applied;
}

struct listing {
    struct service *service;
    struct control_rows *rows;
    struct text next;
};

static void
show_row(struct control_rows *rows, const struct refused_row *row, const struct service *service)
{
    const char *stream = "";
    for (size_t i = 0; i < service->input_count; i++)
        if (service->inputs[i].kind->number == row->stream)
            stream = service->inputs[i].kind->name;
    control_row(rows);
    control_text(rows, "daemon", text_from(service->plan->name));
    control_text(rows, "stream", text_from(stream));
    control_number(rows, "sequence", (int64_t)row->sequence);
    control_text(rows, "status", row->status);
    control_text(rows, "fault", row->fault);
    control_instant(rows, "instant", row->instant);
    if (row->replayed != 0)
        control_instant(rows, "replayed", row->replayed);
}

static bool
list_one(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct refused_row row;
    struct text entry;
    if (control_page_full(listing->rows)) {
        char hex[64];
        for (size_t i = 0; i < key.length && i < 24; i++)
            for (int half = 0; half < 2; half++)
                hex[2 * i + (size_t)half] = "0123456789abcdef"[((uint8_t)key.data[i] >> (half == 0 ? 4 : 0)) & 15];
        listing->next = arena_copy(listing->rows->arena, text_of(hex, key.length * 2));
        return false;
    }
    if (split_row(value, listing->rows->arena, &row, &entry))
        show_row(listing->rows, &row, listing->service);
    return true;
}

static struct text
from_hex(struct text hex, char *buffer, size_t room)
{
    size_t length = 0;
    for (size_t i = 0; i + 1 < hex.length && length < room; i += 2) {
        unsigned value = 0;
        for (size_t half = 0; half < 2; half++) {
            char c = hex.data[i + half];
            value = value << 4 | (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0');
        }
        buffer[length++] = (char)value;
    }
    return text_of(buffer, length);
}

static bool
find(struct service *service, const struct control_request *request, struct arena *arena, struct refused_row *row,
     struct text *entry)
{
    uint64_t sequence = 0;
    struct text stream = control_argument(request, "stream"), value;
    if (!text_to_u64(control_argument(request, "sequence"), &sequence))
        return false;
    for (size_t i = 0; i < service->input_count; i++) {
        if (!text_is(stream, service->inputs[i].kind->name))
            continue;
        struct store_key key = refused_key(service->inputs[i].kind->number, sequence);
        return store_get(service->store, frame_table(service, FRAME_REFUSED), store_key_text(&key), arena, &value) ==
                   STATUS_OK &&
               split_row(value, arena, row, entry);
    }
    return false;
}

bool
refused_verb(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    if (text_is(request->verb, "refused.list")) {
        char from[64];
        struct listing listing = {service, rows, {0}};
        store_scan(service->store, frame_table(service, FRAME_REFUSED), from_hex(request->cursor, from, sizeof from),
                   (struct text){0}, rows->arena, list_one, &listing);
        rows->answer->next = listing.next;
        return true;
    }
    if (!text_is(request->verb, "refused.show"))
        return false;
    struct refused_row row;
    struct text entry;
    if (!find(service, request, rows->arena, &row, &entry)) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        return true;
    }
    show_row(rows, &row, service);
    control_number(rows, "bytes", (int64_t)entry.length);
    const struct service_input *input = input_find(service, (uint16_t)row.stream, (uint16_t)row.type);
    if (input != NULL && entry.length > ENTRY_HEAD_BYTES) {
        void *record = arena_take(rows->arena, input->type->size);
        if (record_read(input->type, text_of(entry.data + ENTRY_HEAD_BYTES, entry.length - ENTRY_HEAD_BYTES), rows->arena,
                        record, NULL) == STATUS_OK)
            control_text(rows, "record", record_json(input->type, record, request->reveal, rows->arena));
    }
    return true;
}

/* The act refused.replay: the record runs again as this step, once. */
enum status
refused_replay(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct service *service = step->service;
    struct refused_row row;
    struct text entry;
    if (!find(service, request, &service->step_arena, &row, &entry)) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        return STATUS_OK;
    }
    const struct service_input *input = input_find(service, (uint16_t)row.stream, (uint16_t)row.type);
    if (row.replayed != 0 || input == NULL || entry.length <= ENTRY_HEAD_BYTES) {
        rows->answer->status = CONTROL_STATUS_REFUSED;
        rows->answer->sentence = row.replayed != 0 ? TEXT("it was replayed before") : TEXT("this record type is not known");
        return STATUS_OK;
    }
    struct record_fault fault;
    void *record = arena_take(&service->step_arena, input->type->size);
    step->input = text_of(entry.data + ENTRY_HEAD_BYTES, entry.length - ENTRY_HEAD_BYTES);
    step->stream = (uint16_t)row.stream;
    step->sequence = row.sequence;
    enum status status = record_read(input->type, step->input, &service->step_arena, record, &fault);
    if (status == STATUS_OK)
        status = input->handle(step, record);
    if (status != STATUS_OK)
        return status;
    row.replayed = service->batch_time;
    put_row(service, &row, entry);
    store_counter_add(service->store, COUNTER_REFUSED, -1);
    store_counter_add(service->store, COUNTER_REPLAYED, 1);
    if (service->events_stream != 0) {
        struct event event = {.kind = EVENT_KIND_RECORD_REPLAYED,
                              .number = row.sequence,
                              .detail = text_from(service->plan->name),
                              .actor = step->actor};
        return step_event(step, &event);
    }
    return STATUS_OK;
}
