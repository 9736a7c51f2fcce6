/* Claims that wait for their payer's next interchange. */
#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "schemas/records/claim_body.h"

#include <assert.h>
#include <stdlib.h>

enum { MEMO_BYTES_MAX = 16 << 20, FIRST_ROOM = 256 };

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

static void
memo_clear(struct submission *state, struct pending_memo *memo, bool whole)
{
    state->memo_bytes -= memo->bytes.total_bytes;
    arena_free(&memo->bytes);
    free(memo->claims);
    *memo = (struct pending_memo){.whole = whole};
}

static void
memo_add(struct submission *state, struct pending_memo *memo, uint64_t sequence, struct text claim)
{
    if (state->memo_bytes + claim.length > MEMO_BYTES_MAX) {
        memo_clear(state, memo, false);
        return;
    }
    if (memo->count == memo->room) {
        memo->room = memo->room == 0 ? FIRST_ROOM : 2 * memo->room;
        memo->claims = realloc(memo->claims, memo->room * sizeof *memo->claims);
        assert(memo->claims != NULL);
    }
    state->memo_bytes -= memo->bytes.total_bytes;
    memo->claims[memo->count++] = (struct pending_claim){sequence, arena_copy(&memo->bytes, claim)};
    state->memo_bytes += memo->bytes.total_bytes;
}

enum status
pending_visit(struct step *step, const struct waiting *waiting, store_visit *visit, void *context)
{
    const struct pending_memo *memo = &waiting->memo;
    struct store_key from, to, payer = submission_payer_key(waiting->payer->name);
    pending_range(waiting, &from, &to);
    if (!memo->whole)
        return step_scan(step, SUBMISSION_PENDING, store_key_text(&from), store_key_text(&to), visit, context);
    for (size_t i = 0; i < memo->count; i++) {
        struct store_key key = store_key_u64(payer, memo->claims[i].sequence);
        if (!visit(context, store_key_text(&key), memo->claims[i].claim))
            break;
    }
    return STATUS_OK;
}

void
pending_fixed(struct submission *state, struct waiting *waiting, size_t count)
{
    struct pending_memo left = waiting->memo;
    bool whole = left.whole;
    waiting->claims -= count < waiting->claims ? count : waiting->claims;
    waiting->memo = (struct pending_memo){.whole = whole};
    for (size_t i = count; whole && waiting->memo.whole && i < left.count; i++)
        memo_add(state, &waiting->memo, left.claims[i].sequence, left.claims[i].claim);
    memo_clear(state, &left, false);
}

void
pending_forget(struct submission *state)
{
    for (size_t i = 0; i < state->waiting_count; i++)
        memo_clear(state, &state->waiting[i].memo, false);
}

/* A claim whose payer profile is gone waits too, and is seen in `work list`, until the profile is back. */
enum status
pending_take(struct step *step, const void *record)
{
    const struct claim *claim = record;
    uint32_t form = form_of(claim->body);
    struct submission *state = step_state(step);
    struct waiting *waiting = submission_waiting_form(state, claim->payer, form);
    uint64_t sequence = step_sequence(step) | form_bits(form);
    struct store_key key = store_key_u64(submission_payer_key(claim->payer), sequence);
    step_put(step, SUBMISSION_PENDING, store_key_text(&key), step_input(step));
    step_count(step, SUBMISSION_TAKEN, 1);
    step_count(step, SUBMISSION_QUEUED, 1);
    latency_take(&state->latency, claim->received);
    if (waiting == NULL)
        return STATUS_OK;
    if (waiting->claims == 0) {
        struct store_key due = pending_due_key(waiting);
        step_due_set(step, step_time(step) + waiting->payer->batch_wait, SUBMISSION_DUE_CLOSE, store_key_text(&due));
        waiting->memo.whole = true;
    }
    if (waiting->memo.whole)
        memo_add(state, &waiting->memo, sequence, step_input(step));
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
    pending_forget(state);
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
