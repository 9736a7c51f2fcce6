/* Claims that wait for their payer's next interchange. */
#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "schemas/records/claim_body.h"

static void
note(struct waiting *waiting, size_t bytes)
{
    waiting->claims++;
    waiting->bytes += bytes;
    if (waiting->claims >= waiting->payer->batch_claims || waiting->bytes >= (uint64_t)waiting->payer->batch_bytes)
        waiting->closing = true;
}

/* The form stands in the first byte of the sequence, which no sequence reaches; a key of a professional claim has 0 there. */
static uint64_t
form_bits(uint32_t form)
{
    return form <= CLAIM_FORM_PROFESSIONAL || form >= CLAIM_FORM_COUNT ? 0 : (uint64_t)(form - CLAIM_FORM_PROFESSIONAL) << 56;
}

void
pending_range(const struct waiting *waiting, struct store_key *from, struct store_key *to)
{
    struct store_key payer = submission_payer_key(waiting->payer->name);
    *from = store_key_u64(payer, form_bits(waiting->form));
    *to = store_key_u64(payer, form_bits(waiting->form) | ((UINT64_C(1) << 56) - 1));
}

/* The timer of a batch: the payer, and of a form that is not professional also that. */
struct store_key
pending_due_key(const struct waiting *waiting)
{
    struct store_key payer = submission_payer_key(waiting->payer->name);
    return waiting->form == CLAIM_FORM_PROFESSIONAL ? payer : store_key_u32(payer, waiting->form);
}

/* Of a packed claim_body: its first field, so that the claim is not read for it. */
static uint32_t
form_of(struct text body)
{
    enum { CLAIM_BODY_FORM = 1 };
    uint64_t form = CLAIM_FORM_PROFESSIONAL;
    return record_peek_u64(body, CLAIM_BODY_FORM, &form) && form < CLAIM_FORM_COUNT ? (uint32_t)form : CLAIM_FORM_PROFESSIONAL;
}

/* A claim whose payer profile is gone waits too, and is seen in `work list`, until the profile is back. */
enum status
pending_take(struct step *step, const void *record)
{
    const struct claim *claim = record;
    uint32_t form = form_of(claim->body);
    struct waiting *waiting = submission_waiting_form(step_state(step), claim->payer, form);
    struct store_key key = store_key_u64(submission_payer_key(claim->payer), step_sequence(step) | form_bits(form));
    step_put(step, SUBMISSION_PENDING, store_key_text(&key), step_input(step));
    step_count(step, SUBMISSION_TAKEN, 1);
    step_count(step, SUBMISSION_QUEUED, 1);
    latency_take(&((struct submission *)step_state(step))->latency, claim->received);
    if (waiting == NULL)
        return STATUS_OK;
    if (waiting->claims == 0) {
        struct store_key due = pending_due_key(waiting);
        step_due_set(step, step_time(step) + waiting->payer->batch_wait, SUBMISSION_DUE_CLOSE, store_key_text(&due));
    }
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
    uint32_t form = CLAIM_FORM_PROFESSIONAL;
    if (key.length == PAYER_NAME_LENGTH + 4)
        form = (uint8_t)key.data[PAYER_NAME_LENGTH + 3];
    if (length > PAYER_NAME_LENGTH)
        length = PAYER_NAME_LENGTH;
    struct waiting *waiting = submission_waiting_form(state, text_of(key.data, length), form);
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
    for (size_t i = 0; i < state->waiting_count && status == STATUS_OK; i++) {
        struct waiting *waiting = &state->waiting[i];
        struct store_key from, to;
        pending_range(waiting, &from, &to);
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
