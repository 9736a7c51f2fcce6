/* One batch: many steps, one commit. When it does not fit it is aborted and runs again halved. */
#include "common/service/internal.h"

#include "common/log/log.h"

#include <assert.h>
#include <stdlib.h>

enum { BATCH_BYTES = 8 << 20, BATCH_MICROSECONDS = 50 * 1000, FULL_WAIT_MICROSECONDS = 1000 * 1000 };

struct batch {
    struct service *service;
    size_t steps, limit;
    int64_t begun;
    struct input_stream *alone; /* recovery: only this stream's next record */
    bool refuse;                /* it ended the process too often */
};

/* The clock is looked at with every sixteenth step: to ask for the time costs as much as a small step's share of a commit. */
static bool
batch_open(const struct batch *batch)
{
    return batch->steps < batch->limit && batch->service->batch_bytes < BATCH_BYTES &&
           (batch->steps % 16 != 0 || clock_ticks() - batch->begun < BATCH_MICROSECONDS);
}

static void
retry_later(struct input_stream *in)
{
    in->retry_wait = in->retry_wait == 0 ? 50 * 1000 : in->retry_wait * 2;
    if (in->retry_wait > 5 * CLOCK_SECOND)
        in->retry_wait = 5 * CLOCK_SECOND;
    in->retry_at = clock_ticks() + in->retry_wait;
    in->blocked = true;
}

/* What the frame does with what a handler said. NOT_FOUND: the stream waits, go on with the others. */
static enum status
settle_record(struct service *service, struct input_stream *in, const struct in_place *after, struct text entry,
              enum status status)
{
    service->step_open = false;
    switch (status) {
    case STATUS_OK:
        status = store_step_apply(service->store);
        break;
    case STATUS_RETRY:
    case STATUS_BUSY:
        store_step_drop(service->store);
        retry_later(in);
        return STATUS_NOT_FOUND;
    case STATUS_INVALID:
    case STATUS_LIMIT:
        store_step_drop(service->store);
        status = refused_put(service, in->kind->number, after->number, entry, service->step.fault, status, false);
        break;
    case STATUS_NOT_FOUND:
    case STATUS_CONFLICT:
    case STATUS_FULL:
    case STATUS_CORRUPT:
    case STATUS_IO:
    case STATUS_CONFIG:
    case STATUS_INTERNAL:
    case STATUS_COUNT:
        store_step_drop(service->store);
        LOG(LOG_LEVEL_ERROR, "step-failed", "a step failed; the process ends and the step replays",
            LOG_STRING("STREAM", in->kind->name), LOG_NUMBER("SEQUENCE", after->number),
            LOG_STRING("STATUS", status_name(status)));
        return status == STATUS_CORRUPT || status == STATUS_FULL ? status : STATUS_INTERNAL;
    }
    if (status == STATUS_OK) {
        in->next = *after;
        in->retry_wait = in->retry_at = 0;
        service->batch_bytes += service->step.emitted_bytes;
    }
    return status;
}

static enum status
handle_entry(struct service *service, struct input_stream *in, const struct in_place *after, struct text entry)
{
    uint16_t event_stream = store_u16(entry, 2);
    uint64_t event_sequence = store_u64(entry, 4);
    const struct service_input *input = input_find(service, in->kind->number, store_u16(entry, 0));
    assert(input != NULL);
    struct text bytes = text_of(entry.data + ENTRY_HEAD_BYTES, entry.length - ENTRY_HEAD_BYTES);
    step_begin(service, STEP_RECORD, bytes);
    struct step *step = &service->step;
    step->stream = in->kind->number;
    step->sequence = after->number;
    step->event_stream = event_stream;
    step->event_sequence = event_sequence;
    struct record_fault fault;
    void *record = arena_take(&service->step_arena, input->type->size);
    enum status status = record_read(input->type, bytes, &service->step_arena, record, &fault);
    if (status == STATUS_OK)
        status = input->handle(step, record);
    else
        step->fault = arena_print(&service->step_arena, "%s.%s: %s", fault.record, fault.field == NULL ? "" : fault.field,
                                  fault.what)
                          .data;
    return settle_record(service, in, after, entry, status);
}

/* OK: one step done. NOT_FOUND: nothing (more) on this stream now. */
static enum status
run_record(struct service *service, struct input_stream *in)
{
    struct in_place after = in->next;
    struct text entry;
    if (!input_waiting(service, in) || !input_entry(in, &after, &entry))
        return STATUS_NOT_FOUND;
    if (entry.length < ENTRY_HEAD_BYTES ||
        input_find(service, in->kind->number, store_u16(entry, 0)) == NULL) {
        LOG(LOG_LEVEL_ERROR, "link-unknown-record", "a record type came that this daemon does not know",
            LOG_STRING("STREAM", in->kind->name));
        if (in->consumer != NULL)
            link_consumer_set_stop(in->consumer, LINK_UNKNOWN_RECORD);
        in->blocked = true;
        return STATUS_NOT_FOUND;
    }
    if (!input_ready(service, in, entry)) {
        in->blocked = true;
        return STATUS_NOT_FOUND;
    }
    return handle_entry(service, in, &after, entry);
}

/* `rank`: 0 feedback, others forward. When a plan has `ready`, a step may have opened another stream: go round again. */
static enum status
run_streams(struct batch *batch, bool feedback)
{
    struct service *service = batch->service;
    bool moved = true;
    while (moved && batch_open(batch)) {
        moved = false;
        for (size_t i = 0; i < service->input_count && batch_open(batch); i++) {
            struct input_stream *in = &service->inputs[i];
            if ((in->kind->rank == 0) != feedback)
                continue;
            enum status status = STATUS_OK;
            while (batch_open(batch) && (status = run_record(service, in)) == STATUS_OK) {
                batch->steps++;
                moved = true;
            }
            if (status != STATUS_OK && status != STATUS_NOT_FOUND)
                return status;
        }
        if (moved && service->plan->ready != NULL)
            for (size_t i = 0; i < service->input_count; i++)
                service->inputs[i].blocked = false;
        else
            break;
    }
    return STATUS_OK;
}

static enum status
run_sources(struct batch *batch)
{
    struct service *service = batch->service;
    for (size_t i = 0; i < service->plan->source_count; i++) {
        const struct service_source *source = &service->plan->sources[i];
        if (!service->source_ready[i] || source->step == NULL || (source->takes_input && service_busy(service)))
            continue;
        while (batch_open(batch)) {
            step_begin(service, STEP_SOURCE, (struct text){0});
            enum status status = source->step(&service->step);
            service->step_open = false;
            if (status != STATUS_OK) {
                store_step_drop(service->store);
                service->source_ready[i] = false;
                if (status == STATUS_NOT_FOUND || status == STATUS_RETRY)
                    break;
                LOG(LOG_LEVEL_ERROR, "source-failed", "a source's step failed", LOG_STRING("SOURCE", source->name),
                    LOG_STRING("STATUS", status_name(status)),
                    LOG_STRING("FAULT", service->step.fault == NULL ? "" : service->step.fault));
                return status == STATUS_CORRUPT || status == STATUS_FULL ? status : STATUS_INTERNAL;
            }
            status = store_step_apply(service->store);
            if (status != STATUS_OK)
                return status;
            service->batch_bytes += service->step.emitted_bytes;
            batch->steps++;
        }
    }
    return STATUS_OK;
}

/* Recovery: one record that may have ended the process, or its refusal. */
static enum status
run_alone(struct batch *batch)
{
    struct service *service = batch->service;
    struct in_place after = batch->alone->next;
    struct text entry;
    enum status status;
    if (batch->refuse && input_entry(batch->alone, &after, &entry)) {
        arena_reset(&service->step_arena);
        service->step = (struct step){.service = service};
        status = refused_put(service, batch->alone->kind->number, after.number, entry, "it ended the process", STATUS_INTERNAL,
                             true);
        batch->alone->next = after;
    } else {
        status = run_record(service, batch->alone);
    }
    if (status == STATUS_OK)
        batch->steps++;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
run_acts(struct batch *batch)
{
    struct service *service = batch->service;
    for (size_t i = 0; i < service->act_count && batch_open(batch); i++) {
        if (service->acts[i].done)
            continue;
        enum status status = verbs_run_act(service, &service->acts[i]);
        if (status != STATUS_OK)
            return status;
        batch->steps++;
    }
    return STATUS_OK;
}

/* `ran`: steps were applied, so that a plan's memory may speak of rows that are gone now. */
static void
abort_batch(struct service *service, bool ran)
{
    if (service->in_batch)
        store_abort(service->store);
    service->in_batch = false;
    for (size_t i = 0; i < service->input_count; i++)
        input_rewind(&service->inputs[i]);
    for (size_t i = 0; i < service->act_count; i++)
        service->acts[i].done = false;
    output_aborted(service);
    jump_aborted(service);
    arena_reset(&service->answer_arena);
    due_refresh(service);
    if (ran && service->plan->dropped != NULL)
        service->plan->dropped(service);
}

static enum status
run_steps(struct batch *batch)
{
    if (batch->alone != NULL)
        return run_alone(batch);
    enum status status = run_acts(batch);
    if (status == STATUS_OK)
        status = due_run(batch->service, batch->limit - batch->steps, &batch->steps);
    if (status == STATUS_OK)
        status = run_streams(batch, true);
    if (status == STATUS_OK && !output_full(batch->service))
        status = run_streams(batch, false);
    if (status == STATUS_OK)
        status = run_sources(batch);
    return status;
}

/* What the plan gathered, cursors, what may be forgotten, counts: the frame's own step, last in the batch. */
static enum status
put_frame_rows(struct service *service, size_t steps)
{
    step_begin(service, STEP_FRAME, (struct text){0});
    if (steps > 0 && service->plan->gather != NULL)
        service->plan->gather(&service->step);
    input_put_cursors(service);
    output_put_trims(service);
    enum status status = jump_put(service);
    if (status != STATUS_OK)
        return status;
    if (steps > 0) {
        store_counter_add(service->store, COUNTER_STEPS, (int64_t)steps);
        store_counter_add(service->store, COUNTER_COMMITS, 1);
    }
    service->step_open = false;
    return store_step_apply(service->store);
}

static void
answer_acts(struct service *service)
{
    size_t kept = 0;
    for (size_t i = 0; i < service->act_count; i++) {
        struct pending_act *act = &service->acts[i];
        if (!act->done) {
            service->acts[kept++] = *act;
            continue;
        }
        if (service->control != NULL)
            control_reply(service->control, act->client, &act->answer);
        free(act->bytes);
    }
    service->act_count = kept;
}

static enum status
commit_batch(struct service *service)
{
    enum status status = store_commit(service->store);
    service->in_batch = false; /* one that failed is dropped by the store */
    if (status != STATUS_OK)
        return status;
    service->last_commit = clock_ticks();
    input_committed(service);
    status = output_committed(service);
    jump_committed(service);
    answer_acts(service);
    if (service->bell != NULL && service->bell_message.length > 0)
        link_bell_ring(service->bell, service->bell_message);
    service->bell_message = (struct text){0};
    if (service->next_due <= service->batch_time)
        due_refresh(service);
    recover_after_commit(service);
    return status;
}

/* The disk or the map is full, or one transaction could not take the batch: smaller, and when it is one step, later. */
static enum status
meet_full(struct service *service, size_t limit, const char *where)
{
    abort_batch(service, true);
    if (limit > 1) {
        service->batch_limit = limit / 2;
        return STATUS_OK;
    }
    if (!service->full)
        LOG(LOG_LEVEL_ERROR, "store-full", "disk or map is full; new input is answered busy until there is room",
            LOG_STRING("WHERE", where));
    service->full = true;
    service->full_until = clock_ticks() + FULL_WAIT_MICROSECONDS;
    return STATUS_OK;
}

enum status
batch_run(struct service *service, size_t *steps)
{
    struct batch batch = {.service = service, .limit = service->batch_limit, .begun = clock_ticks()};
    *steps = 0;
    arena_reset(&service->answer_arena);
    enum status status = service->singly ? recover_mark(service, &batch.alone, &batch.refuse) : STATUS_OK;
    if (status == STATUS_OK)
        status = store_begin(service->store);
    service->look_at = clock_ticks() + FULL_WAIT_MICROSECONDS;
    if (status == STATUS_FULL) {
        if (!service->full)
            LOG(LOG_LEVEL_ERROR, "disk-full", "no room on the disk; new input is answered busy until there is room");
        service->full = true;
        service->full_until = clock_ticks() + FULL_WAIT_MICROSECONDS;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    service->in_batch = true;
    service->batch_bytes = 0;
    int64_t now = clock_now(&service->clock), last = store_time(service->store);
    service->batch_time = now > last ? now : last;
    store_set_time(service->store, service->batch_time);
    for (size_t i = 0; i < service->input_count; i++)
        service->inputs[i].blocked = false;
    status = run_steps(&batch);
    if (status == STATUS_OK && batch.steps == 0 && !output_trim_wanted(service) && !service->jump.unsaved) {
        service->full = store_tight(service->store); /* nothing waits for room any more */
        abort_batch(service, false);
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = put_frame_rows(service, batch.steps);
    if (status == STATUS_FULL)
        return meet_full(service, batch.steps < batch.limit ? batch.steps : batch.limit, "step");
    if (status != STATUS_OK)
        return status;
    status = commit_batch(service);
    if (status == STATUS_FULL)
        return meet_full(service, batch.steps, "commit");
    if (status == STATUS_OK) {
        service->full = false;
        *steps = batch.steps;
        service->batch_filled = !batch_open(&batch);
        if (service->batch_limit < service->batch_steps && !service->singly)
            service->batch_limit = service->batch_limit * 2 < service->batch_steps ? service->batch_limit * 2 : service->batch_steps;
    }
    return status;
}

/* Is there anything to do, and is it worth a commit at once? */
bool
batch_work_waiting(struct service *service, bool *urgent)
{
    bool waiting = false;
    size_t records = 0;
    *urgent = service->act_count > 0 || service->singly || service->batch_filled;
    if (service->full && clock_ticks() < service->full_until)
        return false;
    /* Whether a full or tight disk has room again, only the beginning of a batch tells: one is begun for it now and
     * then, or a daemon that only takes input would wait for ever. */
    bool look = (service->full || store_tight(service->store)) && clock_ticks() >= service->look_at;
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        if (!input_waiting(service, in) || (in->kind->rank != 0 && output_full(service)))
            continue;
        waiting = true;
        records += input_records(in);
        *urgent |= input_full(in);
    }
    for (size_t i = 0; i < service->plan->source_count; i++)
        if (service->source_ready[i] && service->plan->sources[i].step != NULL &&
            !(service->plan->sources[i].takes_input && service_busy(service)))
            waiting = true;
    waiting |= look || service->act_count > 0 || service->next_due <= clock_now(&service->clock) || output_trim_wanted(service) || service->jump.unsaved;
    *urgent |= records >= (service->plan->patience == 0 ? 256 : service->batch_steps / 2);
    return waiting;
}
