/* Timers: rows of the table `due`, key = instant, kind, the plan's key. */
#include "common/service/internal.h"

#include "common/log/log.h"

struct due_list {
    struct service *service;
    struct text keys[SERVICE_DUE_BATCH];
    size_t count, room;
};

static bool
gather(void *context, struct text key, struct text value)
{
    struct due_list *list = context;
    (void)value;
    list->keys[list->count++] = arena_copy(&list->service->answer_arena, key);
    return list->count < list->room;
}

static const struct service_due *
find_kind(const struct service *service, uint16_t kind)
{
    for (size_t i = 0; i < service->plan->due_count; i++)
        if (service->plan->dues[i].kind == kind)
            return &service->plan->dues[i];
    return NULL;
}

static enum status
run_one(struct service *service, struct text row, size_t *steps)
{
    struct text value;
    unsigned table = frame_table(service, FRAME_DUE);
    uint16_t kind = (uint16_t)((uint8_t)row.data[8] << 8 | (uint8_t)row.data[9]);
    const struct service_due *due = find_kind(service, kind);
    if (due == NULL) {
        LOG(LOG_LEVEL_ERROR, "due-unknown", "a timer of a kind that this daemon does not know", LOG_NUMBER("KIND", kind));
        return STATUS_INTERNAL;
    }
    step_begin(service, STEP_DUE, row);
    enum status status = store_get(service->store, table, row, &service->step_arena, &value);
    if (status == STATUS_OK) {
        store_delete(service->store, table, row);
        status = due->handle(&service->step, text_of(row.data + 10, row.length - 10));
    }
    service->step_open = false;
    if (status == STATUS_OK) {
        (*steps)++;
        service->batch_bytes += service->step.emitted_bytes;
        return store_step_apply(service->store);
    }
    store_step_drop(service->store);
    if (status == STATUS_NOT_FOUND) /* cleared by a step before it in this batch */
        return STATUS_OK;
    if (status == STATUS_RETRY) {
        service->next_due = service->batch_time + CLOCK_SECOND;
        return STATUS_NOT_FOUND;
    }
    LOG(LOG_LEVEL_ERROR, "due-failed", "a timer's step failed", LOG_STRING("TIMER", due->name),
        LOG_STRING("STATUS", status_name(status)));
    return status == STATUS_CORRUPT || status == STATUS_FULL ? status : STATUS_INTERNAL;
}

enum status
due_run(struct service *service, size_t room, size_t *steps)
{
    if (service->next_due > service->batch_time || room == 0)
        return STATUS_OK;
    struct due_list list = {.service = service, .room = room < SERVICE_DUE_BATCH ? room : SERVICE_DUE_BATCH};
    struct store_key end = store_key_u64(store_key(), (uint64_t)service->batch_time + 1);
    enum status status = store_scan(service->store, frame_table(service, FRAME_DUE), (struct text){0}, store_key_text(&end),
                                    &service->step_arena, gather, &list);
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
        status = run_one(service, list.keys[i], steps);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool
first_instant(void *context, struct text key, struct text value)
{
    struct service *service = context;
    (void)value;
    service->next_due = (int64_t)store_u64(key, 0);
    return false;
}

/* After a commit or a start: when is the first row due? */
void
due_refresh(struct service *service)
{
    service->next_due = INT64_MAX;
    store_scan(service->store, frame_table(service, FRAME_DUE), (struct text){0}, (struct text){0}, &service->step_arena,
               first_instant, service);
}
