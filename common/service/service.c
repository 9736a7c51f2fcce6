/* What plans may ask of their service. */
#include "common/service/internal.h"

#include <assert.h>
#include <time.h>

void *
service_state(struct service *service)
{
    return service->state;
}

struct store *
service_store(struct service *service)
{
    return service->store;
}

const struct config *
service_config(struct service *service)
{
    return service->config;
}

const char *
service_config_text(struct service *service, const char *key)
{
    return config_text(service->config, service->plan->name, key);
}

int64_t
service_config_number(struct service *service, const char *key)
{
    return config_number(service->config, service->plan->name, key);
}

bool
service_config_bool(struct service *service, const char *key)
{
    return config_bool(service->config, service->plan->name, key);
}

const char *
service_config_folder(struct service *service)
{
    return service->config_folder;
}

const char *
service_state_folder(struct service *service)
{
    return service->state_folder;
}

int64_t
service_now(struct service *service)
{
    return clock_now(&service->clock);
}

int32_t
service_local_date(struct service *service, int64_t instant)
{
    (void)service; /* TZ was set from the configuration at start */
    time_t seconds = (time_t)(instant / CLOCK_SECOND);
    struct tm local;
    localtime_r(&seconds, &local);
    return (local.tm_year + 1900) * 10000 + (local.tm_mon + 1) * 100 + local.tm_mday;
}

unsigned
service_organisation(struct service *service)
{
    return (unsigned)config_number(service->config, "claimline", "organisation");
}

unsigned
service_site(struct service *service)
{
    return (unsigned)config_number(service->config, "claimline", "site");
}

unsigned
service_cell(struct service *service)
{
    return (unsigned)config_number(service->config, "claimline", "cell");
}

enum status
service_get(struct service *service, unsigned table, struct text key, struct arena *arena, struct text *value)
{
    return store_get(service->store, service_table(service, table), key, arena, value);
}

enum status
service_scan(struct service *service, unsigned table, struct text from, struct text to, struct arena *arena,
             store_visit *visit, void *context)
{
    return store_scan(service->store, service_table(service, table), from, to, arena, visit, context);
}

struct first_row {
    struct text key, value;
    bool found;
};

static bool
take_first(void *context, struct text key, struct text value)
{
    *(struct first_row *)context = (struct first_row){key, value, true};
    return false;
}

enum status
service_first(struct service *service, unsigned table, struct text from, struct arena *arena, struct text *key,
              const struct record_type *type, void *record)
{
    struct first_row row = {0};
    enum status status = service_scan(service, table, from, (struct text){0}, arena, take_first, &row);
    if (status != STATUS_OK || !row.found)
        return status != STATUS_OK ? status : STATUS_NOT_FOUND;
    if (key != NULL)
        *key = row.key;
    return record_read(type, row.value, arena, record, NULL) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

enum status
service_get_record(struct service *service, unsigned table, struct text key, struct arena *arena, const struct record_type *type,
                   void *record)
{
    struct text value;
    enum status status = service_get(service, table, key, arena, &value);
    if (status != STATUS_OK)
        return status;
    return record_read(type, value, arena, record, NULL) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

int64_t
service_counter(struct service *service, unsigned counter)
{
    assert(counter < service->plan->counter_count);
    return store_counter(service->store, counter);
}

unsigned
service_table(struct service *service, unsigned table)
{
    assert(table < service->plan->table_count);
    return table;
}

void
service_wake(struct service *service)
{
    service->wake = true;
}

bool
service_busy(struct service *service)
{
    return service->full || store_tight(service->store) || output_full(service) || store_use_per_mille(service->store) >= 900;
}

void
service_doorbell(struct service *service, struct text message)
{
    service->bell_message = arena_copy(&service->answer_arena, message);
}

uint64_t
service_applied(struct service *service, uint16_t stream)
{
    for (size_t i = 0; i < service->input_count; i++) {
        const struct input_stream *in = &service->inputs[i];
        if (in->kind->number == stream)
            return in->next.number > in->cursor.applied ? in->next.number : in->cursor.applied;
    }
    return 0;
}

enum status
service_log_scan(struct service *service, unsigned table, uint64_t from, struct arena *arena, store_visit *visit,
                 void *context)
{
    return store_log_scan(service->store, service_table(service, table), from, arena, visit, context);
}

void
service_log_range(struct service *service, unsigned table, uint64_t *first, uint64_t *next)
{
    store_log_range(service->store, service_table(service, table), first, next);
}
