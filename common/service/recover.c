/*
 * After an unclean end. A process that was killed while it made progress goes on in batches: nothing points to a
 * poisoned record. One that ended twice without a commit of a step runs the next records alone, each behind a durable
 * mark (stream, number, tries) that is committed before the handler: the record that ends the process three times goes
 * to `refused` as crashed. (One extra commit a record, so only where it is needed.)
 */
#include "common/service/internal.h"

#include "common/log/log.h"
#include "schemas/records/frame.h"

#include <assert.h>

static enum status
get_mark(struct service *service, struct mark_row *row)
{
    struct text bytes;
    *row = (struct mark_row){0};
    enum status status =
        store_get(service->store, frame_table(service, FRAME_MARK), TEXT("mark"), &service->step_arena, &bytes);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    return record_read(&record_mark_row, bytes, &service->step_arena, row, NULL) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

static enum status
put_mark(struct service *service, const struct mark_row *row)
{
    struct text bytes;
    enum status status = store_begin(service->store);
    if (status != STATUS_OK)
        return status;
    step_begin(service, STEP_FRAME, (struct text){0});
    status = record_write(&record_mark_row, row, &service->step_arena, &bytes, NULL);
    assert(status == STATUS_OK);
    store_put(service->store, frame_table(service, FRAME_MARK), TEXT("mark"), bytes);
    service->step_open = false;
    status = store_step_apply(service->store);
    if (status != STATUS_OK) {
        store_abort(service->store);
        return status;
    }
    return store_commit(service->store);
}

enum status
recover_start(struct service *service)
{
    struct mark_row row;
    if (!store_unclean(service->store))
        return STATUS_OK;
    enum status status = get_mark(service, &row);
    if (status != STATUS_OK)
        return status;
    uint64_t commits = (uint64_t)store_counter(service->store, COUNTER_COMMITS) + 1;
    bool progress = row.commits != commits;
    row.attempts = progress ? 1 : row.attempts + 1;
    row.commits = commits;
    service->singly = row.attempts >= 2;
    service->singly_left = service->batch_steps;
    LOG(LOG_LEVEL_NOTICE, "recovering", "the last process did not end cleanly", LOG_NUMBER("ATTEMPT", row.attempts),
        LOG_STRING("MODE", service->singly ? "one record a commit" : "batches"));
    status = put_mark(service, &row);
    return status == STATUS_FULL ? STATUS_OK : status;
}

static struct input_stream *
next_stream(struct service *service)
{
    for (int feedback = 1; feedback >= 0; feedback--)
        for (size_t i = 0; i < service->input_count; i++) {
            struct input_stream *in = &service->inputs[i];
            struct in_place place = in->next;
            struct text entry;
            in->blocked = false;
            if ((in->kind->rank == 0) == (feedback == 1) && (feedback == 1 || !output_full(service)) &&
                input_waiting(service, in) && input_entry(in, &place, &entry) && input_ready(service, in, entry))
                return in;
        }
    return NULL;
}

enum status
recover_mark(struct service *service, struct input_stream **in, bool *refuse)
{
    struct mark_row row;
    struct text entry;
    *refuse = false;
    *in = next_stream(service);
    if (*in == NULL)
        return STATUS_OK;
    enum status status = get_mark(service, &row);
    if (status != STATUS_OK)
        return status;
    struct in_place place = (*in)->next;
    bool found = input_entry(*in, &place, &entry);
    assert(found);
    bool again = row.stream == (*in)->kind->number && row.sequence == place.number;
    row.tries = again ? row.tries + 1 : 1;
    row.stream = (*in)->kind->number;
    row.sequence = place.number;
    *refuse = row.tries > SERVICE_CRASH_ATTEMPTS;
    return put_mark(service, &row);
}

void
recover_after_commit(struct service *service)
{
    if (!service->singly || (service->singly_left > 0 && --service->singly_left > 0))
        return;
    service->singly = false;
    LOG(LOG_LEVEL_NOTICE, "recovered", "going on in batches");
}
