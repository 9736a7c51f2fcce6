/* Claims that wait for their payer's next interchange. */
#include "services/submission/submission.h"

#include "common/clock/clock.h"

static void
note(struct waiting *waiting, size_t bytes)
{
    waiting->claims++;
    waiting->bytes += bytes;
    if (waiting->claims >= waiting->payer->batch_claims || waiting->bytes >= (uint64_t)waiting->payer->batch_bytes)
        waiting->closing = true;
}

/* A claim whose payer profile is gone waits too, and is seen in `work list`, until the profile is back. */
enum status
pending_take(struct step *step, const void *record)
{
    const struct claim *claim = record;
    struct waiting *waiting = submission_waiting(step_state(step), claim->payer);
    struct store_key payer = submission_payer_key(claim->payer), key = store_key_u64(payer, step_sequence(step));
    step_put(step, SUBMISSION_PENDING, store_key_text(&key), step_input(step));
    step_count(step, SUBMISSION_TAKEN, 1);
    step_count(step, SUBMISSION_QUEUED, 1);
    latency_take(&((struct submission *)step_state(step))->latency, claim->received);
    if (waiting == NULL)
        return STATUS_OK;
    if (waiting->claims == 0)
        step_due_set(step, step_time(step) + waiting->payer->batch_wait, SUBMISSION_DUE_CLOSE, store_key_text(&payer));
    note(waiting, step_input(step).length);
    if (waiting->closing)
        service_wake(step_service(step));
    return STATUS_OK;
}

enum status
pending_due(struct step *step, struct text key)
{
    struct submission *state = step_state(step);
    size_t length = 0;
    while (length < key.length && key.data[length] != '\0')
        length++;
    struct waiting *waiting = submission_waiting(state, text_of(key.data, length));
    if (waiting != NULL && waiting->claims > 0) {
        waiting->closing = true;
        service_wake(step_service(step));
    }
    return STATUS_OK;
}

static bool
note_row(void *context, struct text key, struct text value)
{
    (void)key;
    note(context, value.length);
    return true;
}

/* From the table into memory: at start, and after an aborted batch, which may also have been an empty one: what was not
 * closing goes on waiting for its timer. What the aborted batch had closed or fixed is closed again. */
enum status
pending_load(struct service *service)
{
    struct submission *state = service_state(service);
    enum status status = STATUS_OK;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < state->payers->count && status == STATUS_OK; i++) {
        struct waiting *waiting = &state->waiting[i];
        struct store_key from = submission_payer_key(waiting->payer->name), to = store_key_u64(from, UINT64_MAX);
        waiting->claims = waiting->bytes = 0;
        bool closing = waiting->closing || waiting->fixed;
        waiting->closing = waiting->fixed = false;
        status = service_scan(service, SUBMISSION_PENDING, store_key_text(&from), store_key_text(&to), &arena, note_row,
                              waiting);
        waiting->closing |= closing && waiting->claims > 0;
    }
    arena_free(&arena);
    return status;
}
