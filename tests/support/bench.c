#include "tests/support/bench.h"

#include "common/service/internal.h"
#include "schemas/records.h"
#include "tests/support/folder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct bench {
    const struct service_plan *plan;
    struct service *service;
    char folder[256], config[512];
    struct arena arena;
    uint64_t forgotten[SERVICE_STREAMS_LIMIT]; /* bench_drain: hidden entries a stream */
    char section[4096];
    int64_t moved;    /* the clock, by bench_move_clock */
    int64_t set_time; /* 0: the real clock */
    bool held;        /* and stands still */
};

static void
put_file(const char *folder, const char *name, const char *text)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0750);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    fputs(text, file);
    fclose(file);
}

static void
start(struct bench *bench)
{
    char reason[512];
    enum status status = service_open(bench->plan, bench->config, false, &bench->service, reason);
    if (status != STATUS_OK)
        fprintf(stderr, "the plan does not start: %s\n", reason);
    assert(status == STATUS_OK);
    /* Frames made here begin behind what is applied, also when a frame was left in its middle. */
    for (size_t i = 0; i < bench->service->input_count; i++) {
        struct input_stream *in = &bench->service->inputs[i];
        in->cursor.boundary = in->received = in->next.number = in->cursor.applied;
    }
}

/* The configuration; that the clock was moved is its shift, so that the next start meets it too. */
static void
put_config(struct bench *bench)
{
    char text[6000];
    snprintf(text, sizeof text,
             "[claimline]\nstate = %s/state\nruntime = %s/run\nkeys = %s/keys\nlog_level = error\n"
             "clock_shift_seconds = %lld\n%s\n",
             bench->folder, bench->folder, bench->folder, (long long)(bench->moved / CLOCK_SECOND), bench->section);
    put_file(bench->folder, "claimline.conf", text);
}

struct bench *
bench_open(const struct service_plan *plan, const char *section, const char *const *files)
{
    struct bench *bench = calloc(1, sizeof *bench);
    char keys[512], reason[512], credential[64];
    assert(bench != NULL);
    bench->plan = plan;
    arena_init(&bench->arena, 0);
    folder_make(bench->folder);
    snprintf(bench->config, sizeof bench->config, "%s/claimline.conf", bench->folder);
    snprintf(keys, sizeof keys, "%s/keys", bench->folder);
    mkdir(keys, 0700);
    snprintf(credential, sizeof credential, "claimline-%s.key", plan->name);
    folder_make_key(keys, credential);
    snprintf(bench->section, sizeof bench->section, "%s", section == NULL ? "" : section);
    put_config(bench);
    for (size_t i = 0; files != NULL && files[i] != NULL; i += 2)
        put_file(bench->folder, files[i], files[i + 1]);
    enum status status = service_create_store(plan, bench->config, reason);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", reason);
    assert(status == STATUS_OK);
    start(bench);
    return bench;
}

void
bench_close(struct bench *bench)
{
    if (bench->service != NULL)
        service_shut(bench->service, true);
    folder_remove(bench->folder);
    arena_free(&bench->arena);
    free(bench);
}

void
bench_stop(struct bench *bench, bool clean)
{
    service_shut(bench->service, clean);
    bench->service = NULL;
}

void
bench_start(struct bench *bench)
{
    start(bench);
    if (bench->set_time != 0)
        bench_set_time(bench, bench->set_time);
}

void
bench_restart(struct bench *bench, bool clean)
{
    bench_stop(bench, clean);
    bench_start(bench);
}

const char *
bench_folder(struct bench *bench)
{
    return bench->folder;
}

struct service *
bench_service(struct bench *bench)
{
    return bench->service;
}

void
bench_set_time(struct bench *bench, int64_t instant)
{
    struct clock real = {0};
    bench->set_time = instant;
    bench->service->clock.held_instant = bench->held ? instant : 0;
    bench->service->clock.shift_microseconds = instant - clock_now(&real);
    bench->service->clock.boot_shift_microseconds = bench->service->clock.shift_microseconds - bench->moved;
}

void
bench_hold_time(struct bench *bench, int64_t instant)
{
    bench->held = true;
    bench_set_time(bench, instant);
}

void
bench_move_clock(struct bench *bench, int64_t microseconds)
{
    assert(microseconds % CLOCK_SECOND == 0);
    bench->moved += microseconds;
    bench->service->clock.shift_microseconds += microseconds;
    if (bench->set_time != 0)
        bench->set_time += microseconds;
    put_config(bench);
}

void
bench_boot(struct bench *bench, unsigned number)
{
    char id[2 * CLOCK_BOOT_BYTES + 1];
    snprintf(id, sizeof id, "%032u", number);
    setenv("CLAIMLINE_BOOT", id, 1);
    bench_restart(bench, true);
}

static struct input_stream *
find_input(struct bench *bench, uint16_t stream)
{
    for (size_t i = 0; i < bench->service->input_count; i++)
        if (bench->service->inputs[i].kind->number == stream)
            return &bench->service->inputs[i];
    assert(!"the plan has no such input");
    return NULL;
}

/* A frame of `count` records as the producer would have packed it. */
static struct in_frame
make_frame(struct bench *bench, struct input_stream *in, const struct record_type *type, const char *records, size_t count)
{
    struct text packed[64];
    size_t size = 0;
    assert(count <= 64);
    for (size_t i = 0; i < count; i++) {
        enum status status = record_write(type, records + i * type->size, &bench->arena, &packed[i], NULL);
        assert(status == STATUS_OK);
        size += 4 + ENTRY_HEAD_BYTES + packed[i].length;
    }
    char *bytes = calloc(1, size), *at = bytes;
    assert(bytes != NULL);
    for (size_t i = 0; i < count; i++) {
        size_t length = ENTRY_HEAD_BYTES + packed[i].length;
        for (int b = 0; b < 4; b++)
            at[b] = (char)(length >> (24 - 8 * b));
        at[4] = (char)(type->number >> 8);
        at[5] = (char)type->number;
        memcpy(at + 4 + ENTRY_HEAD_BYTES, packed[i].data, packed[i].length);
        at += 4 + length;
    }
    struct in_frame frame = {.owned = bytes};
    frame.frame.first = in->received + 1;
    frame.frame.count = (uint32_t)count;
    frame.frame.bytes = text_of(bytes, size);
    return frame;
}

static enum status
run_batches(struct bench *bench, struct input_stream *in)
{
    for (int rounds = 0; rounds < 10000; rounds++) {
        size_t steps;
        enum status status = batch_run(bench->service, &steps);
        if (status != STATUS_OK)
            return status;
        if (in->next.number == in->received)
            return STATUS_OK;
        if (steps == 0)
            return STATUS_RETRY;
    }
    return STATUS_INTERNAL;
}

enum status
bench_feed_batch(struct bench *bench, uint16_t stream, const struct record_type *type, const void *records, size_t count)
{
    struct input_stream *in = find_input(bench, stream);
    int64_t refused = store_counter(bench->service->store, COUNTER_REFUSED);
    while (count > 0) {
        size_t some = count > 64 ? 64 : count;
        input_add_frame(in, make_frame(bench, in, type, records, some));
        records = (const char *)records + some * type->size;
        count -= some;
    }
    enum status status = run_batches(bench, in);
    if (status == STATUS_OK && store_counter(bench->service->store, COUNTER_REFUSED) > refused)
        return STATUS_INVALID;
    return status;
}

enum status
bench_feed(struct bench *bench, uint16_t stream, const struct record_type *type, const void *record)
{
    return bench_feed_batch(bench, stream, type, record, 1);
}

size_t
bench_run(struct bench *bench)
{
    struct service *service = bench->service;
    size_t total = 0, steps;
    due_refresh(service);
    for (int rounds = 0; rounds < 10000; rounds++) {
        jump_look(service);
        for (size_t i = 0; i < service->plan->source_count; i++) {
            const struct service_source *source = &service->plan->sources[i];
            service->source_ready[i] =
                !jump_stops(service, source) && (source->poll == NULL || source->poll(service) <= 0);
        }
        enum status status = batch_run(service, &steps);
        assert(status == STATUS_OK);
        if (steps == 0)
            break;
        total += steps;
    }
    return total;
}

const struct control_answer *
bench_ask(struct bench *bench, const char *verb, const char *const *arguments)
{
    struct service *service = bench->service;
    struct control_answer *answer = arena_take(&bench->arena, sizeof *answer);
    struct control_value values[64] = {0};
    struct control_request request = {.verb = text_from(verb), .arguments = values};
    for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i += 2) {
        if (strcmp(arguments[i], "reason") == 0)
            request.reason = text_from(arguments[i + 1]);
        else if (strcmp(arguments[i], "key") == 0)
            request.key = text_from(arguments[i + 1]);
        else if (strcmp(arguments[i], "role") == 0)
            request.role = text_from(arguments[i + 1]);
        else if (strcmp(arguments[i], "actor") == 0)
            request.actor = text_from(arguments[i + 1]);
        else if (strcmp(arguments[i], "reveal") == 0)
            request.reveal = true;
        values[request.arguments_count++] = (struct control_value){
            .name = text_from(arguments[i]), .kind = VALUE_KIND_TEXT, .text = text_from(arguments[i + 1])};
    }
    for (size_t i = 0; i < service->plan->verb_count; i++)
        if (strcmp(service->plan->verbs[i].verb, verb) == 0 && service->plan->verbs[i].act == NULL) {
            struct control_rows rows;
            control_answer_begin(&rows, &bench->arena, answer);
            verbs_answer(service, &request, &rows);
            return answer;
        }
    struct text bytes;
    enum status status = record_write(&record_control_request, &request, &bench->arena, &bytes, NULL);
    assert(status == STATUS_OK);
    bool is_act = strcmp(verb, "refused.replay") == 0 || strcmp(verb, "clock.accept") == 0;
    for (size_t i = 0; i < service->plan->verb_count; i++)
        is_act |= strcmp(service->plan->verbs[i].verb, verb) == 0;
    if (!is_act) {
        struct control_rows rows;
        control_answer_begin(&rows, &bench->arena, answer);
        verbs_answer(service, &request, &rows);
        return answer;
    }
    /* An act: run as the frame does, and read its answer before the batch's arena is reset. */
    service->acts[service->act_count++] = (struct pending_act){.bytes = malloc(bytes.length), .length = bytes.length};
    memcpy(service->acts[service->act_count - 1].bytes, bytes.data, bytes.length);
    size_t steps;
    struct pending_act *act = &service->acts[service->act_count - 1];
    status = batch_run(service, &steps);
    assert(status == STATUS_OK);
    struct text packed;
    status = record_write(&record_control_answer, &act->answer, &bench->arena, &packed, NULL);
    assert(status == STATUS_OK);
    status = record_read(&record_control_answer, packed, &bench->arena, answer, NULL);
    assert(status == STATUS_OK);
    return answer;
}

struct reading {
    struct bench *bench;
    size_t index, wanted;
    struct text entry;
};

static bool
read_one(void *context, struct text key, struct text value)
{
    struct reading *reading = context;
    (void)key;
    if (reading->index++ != reading->wanted)
        return true;
    reading->entry = arena_copy(&reading->bench->arena, value);
    return false;
}

static size_t
output_index(struct bench *bench, uint16_t stream)
{
    struct output_stream *out = output_find(bench->service, stream);
    assert(out != NULL);
    return (size_t)(out - bench->service->outputs);
}

size_t
bench_out_count(struct bench *bench, uint16_t stream)
{
    size_t i = output_index(bench, stream);
    uint64_t first, next;
    store_log_range(bench->service->store, bench->service->outputs[i].table, &first, &next);
    return (size_t)(next - 1 - bench->forgotten[i]);
}

const void *
bench_out(struct bench *bench, uint16_t stream, size_t index, const struct record_type **type)
{
    size_t i = output_index(bench, stream);
    struct reading reading = {.bench = bench, .wanted = index};
    enum status status = store_log_scan(bench->service->store, bench->service->outputs[i].table, bench->forgotten[i] + 1,
                                        &bench->arena, read_one, &reading);
    assert(status == STATUS_OK && reading.entry.length > ENTRY_HEAD_BYTES);
    const struct record_type *found =
        record_by_number((uint16_t)((uint8_t)reading.entry.data[0] << 8 | (uint8_t)reading.entry.data[1]));
    assert(found != NULL);
    void *record = arena_take(&bench->arena, found->size);
    status = record_read(found, text_of(reading.entry.data + ENTRY_HEAD_BYTES, reading.entry.length - ENTRY_HEAD_BYTES),
                         &bench->arena, record, NULL);
    assert(status == STATUS_OK);
    if (type != NULL)
        *type = found;
    return record;
}

void
bench_drain(struct bench *bench)
{
    for (size_t i = 0; i < bench->service->output_count; i++) {
        uint64_t first, next;
        store_log_range(bench->service->store, bench->service->outputs[i].table, &first, &next);
        bench->forgotten[i] = next - 1;
    }
}

const char *
bench_events(struct bench *bench)
{
    uint16_t stream = bench->service->events_stream;
    struct text words = {0};
    if (stream == 0)
        return "";
    for (size_t i = 0; i < bench_out_count(bench, stream); i++) {
        const struct event *event = bench_out(bench, stream, i, NULL);
        words = arena_print(&bench->arena, "%.*s%s%s", TEXT_ARGS(words), i == 0 ? "" : " ", event_kind_names[event->kind]);
    }
    return words.length == 0 ? "" : words.data;
}

const struct control_value *
bench_value(const struct control_answer *answer, size_t row, const char *name)
{
    if (row >= answer->rows_count)
        return NULL;
    for (size_t i = 0; i < answer->rows[row].values_count; i++)
        if (text_is(answer->rows[row].values[i].name, name))
            return &answer->rows[row].values[i];
    return NULL;
}

int64_t
bench_number(const struct control_answer *answer, size_t row, const char *name)
{
    const struct control_value *value = bench_value(answer, row, name);
    return value == NULL ? INT64_MIN : value->number;
}

bool
bench_says(const struct control_answer *answer, size_t row, const char *name, const char *words)
{
    const struct control_value *value = bench_value(answer, row, name);
    return value != NULL && text_is(value->text, words);
}

int64_t
bench_balance(struct bench *bench, const char *name)
{
    return bench_number(bench_ask(bench, "balance", NULL), 0, name);
}
