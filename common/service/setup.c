/* From a plan and a configuration file to an open service, and back. */
#include "common/service/internal.h"

#include "common/file/file.h"
#include "common/log/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>

static const struct config_key common_keys[] = {
    {"claimline", "state", CONFIG_PATH, "/var/lib/claimline", 0, 400, NULL, "Folder of the daemons' stores and content files."},
    {"claimline", "runtime", CONFIG_PATH, "/run/claimline", 0, 60, NULL, "Folder of the sockets."},
    {"claimline", "keys", CONFIG_PATH, "/etc/claimline/keys", 0, 400, NULL,
     "Folder of the master keys when systemd gives no credentials."},
    {"claimline", "organisation", CONFIG_NUMBER, "1", 1, 65535, NULL, "Number of the organisation."},
    {"claimline", "site", CONFIG_NUMBER, "1", 1, 65535, NULL, "Number of the site."},
    {"claimline", "cell", CONFIG_NUMBER, "1", 1, 255, NULL, "Number of the cell."},
    {"claimline", "zone", CONFIG_TEXT, "UTC", 1, 60, NULL, "IANA time zone of the site: deadlines are dates in it."},
    {"claimline", "clock_shift_seconds", CONFIG_NUMBER, "0", -4000000000LL, 4000000000LL, NULL,
     "Added to the clock; 0 in production, used by the demo and tests."},
    {"claimline", "log_level", CONFIG_CHOICE, "info", 0, 0, "error|warning|notice|info|debug", "Lines above it are dropped."},
    {"claimline", "transport", CONFIG_CHOICE, "ipc", 0, 0, "ipc", "How the daemons meet: unix sockets only, for now."},
};

static const struct config_key daemon_keys[] = {
    {NULL, "batch_steps", CONFIG_NUMBER, "8192", 1, 65536, NULL, "Most steps in one commit."},
    {NULL, "linger", CONFIG_DURATION, "2ms", 0, CLOCK_SECOND, NULL, "How long a few records wait for more before a commit."},
    {NULL, "outbox_bytes", CONFIG_BYTES, "64M", 1 << 20, INT64_C(1) << 40, NULL, "An outbox over it stops new input."},
    {NULL, "outbox_records", CONFIG_NUMBER, "131072", 16, 1000000000, NULL, "The same in records."},
    {NULL, "map_bytes", CONFIG_BYTES, "64G", 1 << 20, INT64_C(1) << 46, NULL, "Largest size of the store (address space)."},
    {NULL, "reserve_bytes", CONFIG_BYTES, "64M", 1 << 20, INT64_C(1) << 36, NULL,
     "Room on the disk that is allocated before it is needed: without it no new input is taken."},
};

enum {
    COMMON_KEYS = sizeof common_keys / sizeof *common_keys,
    DAEMON_KEYS = sizeof daemon_keys / sizeof *daemon_keys,
};

/* The daemons share one file, so that each passes the sections of the others, but no misspelt one. */
#define SECTIONS "intake|coding|claims|submission|remittance|events"

void
setup_print_keys(const struct service_plan *plan)
{
    const struct {
        const char *section;
        const struct config_key *keys;
        size_t count;
    } parts[] = {{"claimline", common_keys, COMMON_KEYS},
                 {plan->name, plan->keys, plan->key_count},
                 {plan->name, daemon_keys, DAEMON_KEYS}};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        if (p < 2)
            printf("\nkeys of [%s]:\n", parts[p].section);
        for (size_t i = 0; i < parts[p].count; i++) {
            const struct config_key *key = &parts[p].keys[i];
            const char *fallback = key->fallback == NULL ? " (required)" : key->fallback;
            printf("  %-24s %s%s%s\n", key->name, key->sentence,
                   key->fallback == NULL || fallback[0] == '\0' ? "" : " Default: ", fallback);
        }
    }
}

/* All keys of this daemon's file: common, the frame's in its section, the plan's own. */
static void
gather_keys(struct service *service)
{
    const struct service_plan *plan = service->plan;
    service->key_count = COMMON_KEYS + DAEMON_KEYS + plan->key_count;
    service->keys = calloc(service->key_count, sizeof *service->keys);
    assert(service->keys != NULL);
    memcpy(service->keys, common_keys, sizeof common_keys);
    for (size_t i = 0; i < DAEMON_KEYS; i++) {
        service->keys[COMMON_KEYS + i] = daemon_keys[i];
        service->keys[COMMON_KEYS + i].section = plan->name;
    }
    if (plan->key_count > 0)
        memcpy(service->keys + COMMON_KEYS + DAEMON_KEYS, plan->keys, plan->key_count * sizeof *plan->keys);
}

static void
gather_tables(struct service *service)
{
    static const struct store_table frame_tables[FRAME_TABLE_COUNT] = {
        [FRAME_LINK] = {"frame.link", STORE_ORDERED, 1, 1, 0},
        [FRAME_DUE] = {"frame.due", STORE_ORDERED, 1, 1, 0},
        [FRAME_REFUSED] = {"frame.refused", STORE_ORDERED, 1, 0, 0},
        [FRAME_ACTS] = {"frame.acts", STORE_ORDERED, 1, 0, 0},
        [FRAME_MARK] = {"frame.mark", STORE_ORDERED, 1, 1, 0},
    };
    const struct service_plan *plan = service->plan;
    assert(plan->table_count + FRAME_TABLE_COUNT + plan->output_count <= SERVICE_TABLES_LIMIT);
    if (plan->table_count > 0)
        memcpy(service->tables, plan->tables, plan->table_count * sizeof *plan->tables);
    service->table_count = plan->table_count;
    for (size_t i = 0; i < FRAME_TABLE_COUNT; i++)
        service->tables[service->table_count++] = frame_tables[i];
    for (size_t i = 0; i < service->output_count; i++) {
        service->outputs[i].table = (unsigned)service->table_count;
        service->tables[service->table_count++] =
            (struct store_table){service->outputs[i].kind->name, STORE_LOG, 1, 2, 0};
    }
}

static const struct stream_kind *
find_stream(uint16_t number)
{
    for (size_t i = 0; i < stream_kind_count; i++)
        if (stream_kinds[i].number == number)
            return &stream_kinds[i];
    return NULL;
}

static void
gather_streams(struct service *service)
{
    const struct service_plan *plan = service->plan;
    for (size_t i = 0; i < plan->input_count; i++) {
        bool known = false;
        for (size_t j = 0; j < service->input_count; j++)
            known |= service->inputs[j].kind->number == plan->inputs[i].stream;
        if (known)
            continue;
        assert(service->input_count < SERVICE_STREAMS_LIMIT);
        struct input_stream *in = &service->inputs[service->input_count++];
        in->kind = find_stream(plan->inputs[i].stream);
        assert(in->kind != NULL && strcmp(in->kind->consumer, plan->name) == 0);
    }
    for (size_t i = 0; i < plan->output_count; i++) {
        assert(service->output_count < SERVICE_STREAMS_LIMIT);
        struct output_stream *out = &service->outputs[service->output_count++];
        out->service = service;
        out->kind = find_stream(plan->outputs[i]);
        assert(out->kind != NULL && strcmp(out->kind->producer, plan->name) == 0);
        if (out->kind->rank == 2)
            service->events_stream = out->kind->number;
    }
}

static void
set_folder(struct service *service, const char *config_path)
{
    snprintf(service->config_path, sizeof service->config_path, "%s", config_path);
    snprintf(service->config_folder, sizeof service->config_folder, "%s", config_path);
    char *slash = strrchr(service->config_folder, '/');
    if (slash == NULL)
        snprintf(service->config_folder, sizeof service->config_folder, ".");
    else
        *slash = '\0';
}

/* An unknown zone would silently be UTC, and deadlines a day off. */
static enum status
check_zone(const struct config *config, char reason[512])
{
    const char *zone = config_text(config, "claimline", "zone"), *folder = getenv("TZDIR");
    char path[600];
    struct stat about;
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "/usr/share/zoneinfo" : folder, zone);
    if (strcmp(zone, "UTC") == 0 ||
        (zone[0] != '/' && strstr(zone, "..") == NULL && stat(path, &about) == 0 && S_ISREG(about.st_mode)))
        return STATUS_OK;
    config_blame(config, "claimline", "zone",
                 "is no time zone of this machine; allowed: an IANA name like America/New_York (package tzdata)", reason);
    return STATUS_CONFIG;
}

static enum status
read_config(struct service *service, const char *config_path, char reason[512])
{
    gather_keys(service);
    set_folder(service, config_path);
    enum status status = config_read(config_path, service->keys, service->key_count, SECTIONS, &service->config, reason);
    if (status == STATUS_OK)
        status = check_zone(service->config, reason);
    if (status != STATUS_OK)
        return status;
    const struct config *config = service->config;
    const char *name = service->plan->name;
    snprintf(service->state_folder, sizeof service->state_folder, "%s/%s", config_text(config, "claimline", "state"), name);
    snprintf(service->runtime, sizeof service->runtime, "%s", config_text(config, "claimline", "runtime"));
    service->clock.shift_microseconds = config_number(config, "claimline", "clock_shift_seconds") * CLOCK_SECOND;
    service->batch_steps = (size_t)config_number(config, name, "batch_steps");
    service->batch_limit = service->batch_steps;
    service->linger_microseconds = config_number(config, name, "linger");
    service->outbox_bytes = (uint64_t)config_number(config, name, "outbox_bytes");
    service->outbox_records = (uint64_t)config_number(config, name, "outbox_records");
    setenv("TZ", config_text(config, "claimline", "zone"), 1);
    tzset();
    return STATUS_OK;
}

static void
store_options(struct service *service, struct store_options *options, char path[600], char credential[64])
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    snprintf(path, 600, "%s/store", service->state_folder);
    snprintf(credential, 64, "claimline-%s.key", service->plan->name);
    *options = (struct store_options){
        .path = path,
        .credential_directory = directory != NULL ? directory : config_text(service->config, "claimline", "keys"),
        .credential_name = credential,
        .tables = service->tables,
        .table_count = service->table_count,
        .map_bytes = (uint64_t)config_number(service->config, service->plan->name, "map_bytes"),
        .reserve_bytes = (uint64_t)config_number(service->config, service->plan->name, "reserve_bytes"),
    };
}

static struct service *
service_new(const struct service_plan *plan)
{
    struct service *service = calloc(1, sizeof *service);
    assert(service != NULL && plan->counter_count <= SERVICE_PLAN_COUNTERS && plan->source_count <= SERVICE_SOURCES_LIMIT);
    service->plan = plan;
    service->next_due = INT64_MAX;
    arena_init(&service->step_arena, 0);
    arena_init(&service->batch_arena, 0);
    arena_init(&service->answer_arena, 0);
    gather_streams(service);
    gather_tables(service);
    if (plan->state_size > 0) {
        service->state = calloc(1, plan->state_size);
        assert(service->state != NULL);
    }
    return service;
}

static struct link_identity
self_identity(const struct service *service)
{
    struct link_identity self = {.incarnation = store_incarnation(service->store)};
    memcpy(self.id, store_id(service->store), LINK_ID_BYTES);
    return self;
}

static enum status
frame_of(void *context, uint64_t number, struct arena *arena, uint64_t *first, uint32_t *count, struct text *bytes)
{
    struct output_stream *out = context;
    return store_log_frame(out->service->store, out->table, number, arena, first, count, bytes);
}

static enum status
edge_path(struct service *service, const struct stream_kind *kind, const char *file, char path[320])
{
    char folder[300];
    snprintf(folder, sizeof folder, "%s/%s", service->runtime, kind->name);
    snprintf(path, 320, "%s/%s", folder, file);
    return file_make_folder(folder);
}

static enum status
open_sockets(struct service *service, char reason[512])
{
    char path[320];
    enum status status = STATUS_OK;
    service->link = link_context_new();
    if (service->link == NULL)
        return STATUS_INTERNAL;
    for (size_t i = 0; i < service->output_count && status == STATUS_OK; i++) {
        struct output_stream *out = &service->outputs[i];
        struct link_source source = {frame_of, out};
        status = edge_path(service, out->kind, "link.sock", path);
        if (status == STATUS_OK)
            status = link_produce(service->link, path, out->kind->number, self_identity(service), out->trim, source,
                                  &out->producer);
    }
    for (size_t i = 0; i < service->input_count && status == STATUS_OK; i++) {
        struct input_stream *in = &service->inputs[i];
        snprintf(path, sizeof path, "%s/%s/link.sock", service->runtime, in->kind->name);
        status = link_consume(service->link, path, in->kind->number, self_identity(service), in->cursor, &in->consumer);
    }
    if (status == STATUS_OK) {
        snprintf(path, sizeof path, "%s/control", service->runtime);
        status = file_make_folder(path);
        snprintf(path, sizeof path, "%s/control/%s.sock", service->runtime, service->plan->name);
        if (status == STATUS_OK)
            status = control_listen(path, &service->control);
    }
    if (status == STATUS_OK && strcmp(service->plan->name, "events") == 0) {
        snprintf(path, sizeof path, "%s/control/events.bell", service->runtime);
        status = link_bell_open(service->link, path, &service->bell);
    }
    if (status != STATUS_OK)
        snprintf(reason, 512, "cannot open sockets below %s (last tried %s)", service->runtime, path);
    return status;
}

/* Opens store and streams, then lets the plan start. */
static enum status
open_parts(struct service *service, bool sockets, char reason[512])
{
    struct store_options options;
    char path[600], credential[64], store_reason[256] = "";
    store_options(service, &options, path, credential);
    enum status status = store_open(&options, &service->store, store_reason);
    if (status != STATUS_OK) {
        snprintf(reason, 512, "%s", store_reason);
        return status;
    }
    status = input_load(service);
    if (status == STATUS_OK)
        status = output_load(service);
    if (status == STATUS_OK)
        status = recover_start(service);
    if (status == STATUS_OK)
        status = jump_start(service);
    if (status != STATUS_OK) {
        snprintf(reason, 512, "the store of %s does not hold together (%s)", service->plan->name, status_name(status));
        return status;
    }
    if (service->plan->start != NULL)
        status = service->plan->start(service, reason);
    if (status == STATUS_OK && sockets)
        status = open_sockets(service, reason);
    due_refresh(service);
    service->started = clock_now(&service->clock);
    return status;
}

enum status
service_open(const struct service_plan *plan, const char *config_path, bool sockets, struct service **out, char reason[512])
{
    struct service *service = service_new(plan);
    reason[0] = '\0';
    enum status status = read_config(service, config_path, reason);
    if (status == STATUS_OK) {
        static const enum log_level levels[] = {LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO,
                                                LOG_LEVEL_DEBUG};
        log_open(plan->name, levels[config_number(service->config, "claimline", "log_level")]);
        prctl(PR_SET_DUMPABLE, 0); /* a core would hold patient data */
        status = open_parts(service, sockets, reason);
    }
    if (status != STATUS_OK) {
        service_shut(service, true);
        return status;
    }
    *out = service;
    return STATUS_OK;
}

static void
shut_streams(struct service *service)
{
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        for (size_t f = 0; f < in->frame_count; f++) {
            link_frame_release(&in->frames[f].frame);
            free(in->frames[f].owned);
        }
        free(in->frames);
        link_consumer_free(in->consumer);
    }
    for (size_t i = 0; i < service->output_count; i++)
        link_producer_free(service->outputs[i].producer);
    for (size_t i = 0; i < service->act_count; i++)
        free(service->acts[i].bytes);
}

void
service_shut(struct service *service, bool clean)
{
    if (service->store != NULL && service->plan->stop != NULL)
        service->plan->stop(service);
    shut_streams(service);
    control_server_free(service->control);
    link_bell_free(service->bell);
    link_context_free(service->link);
    if (service->store != NULL) {
        if (clean)
            store_close(service->store);
        else
            store_drop_unclean(service->store);
    }
    config_free(service->config);
    arena_free(&service->step_arena);
    arena_free(&service->batch_arena);
    arena_free(&service->answer_arena);
    free(service->keys);
    free(service->state);
    free(service);
}

enum status
service_create_store(const struct service_plan *plan, const char *config_path, char reason[512])
{
    struct store_options options;
    char path[600], credential[64];
    struct service *service = service_new(plan);
    enum status status = read_config(service, config_path, reason);
    if (status == STATUS_OK) {
        store_options(service, &options, path, credential);
        status = file_make_folder(service->state_folder);
        if (status == STATUS_OK)
            status = store_create(&options);
        snprintf(reason, 512, status == STATUS_OK ? "made the store %s" : "cannot make the store %s", path);
        if (status == STATUS_CONFLICT)
            snprintf(reason, 512, "the store %s is there already; nothing was changed", path);
        if (status == STATUS_CONFIG)
            snprintf(reason, 512, "cannot make the store %s: the key %s/%s is missing or not as it should be", path,
                     options.credential_directory, credential);
    }
    service_shut(service, true);
    return status;
}

enum status
service_check_config(const struct service_plan *plan, const char *config_path, char reason[512])
{
    struct service *service = service_new(plan);
    enum status status = read_config(service, config_path, reason);
    service_shut(service, true);
    return status;
}
