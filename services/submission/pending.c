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

/* The first key of what waits there, and one past the last. */
static void
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
memo_add(struct submission *state, struct pending_memo *memo, const struct pending_claim *claim)
{
    if (memo->count == memo->room) {
        memo->room = memo->room == 0 ? FIRST_ROOM : 2 * memo->room;
        memo->claims = realloc(memo->claims, memo->room * sizeof *memo->claims);
        assert(memo->claims != NULL);
    }
    state->memo_bytes -= memo->bytes.total_bytes;
    memo->claims[memo->count] = *claim;
    memo->claims[memo->count++].claim = arena_copy(&memo->bytes, claim->claim);
    state->memo_bytes += memo->bytes.total_bytes;
}

/* Rows for the claims that have none. */
static void
put_rows(struct step *step, struct waiting *waiting)
{
    struct pending_memo *memo = &waiting->memo;
    size_t i = memo->rowless;
    while (i < memo->count) {
        size_t count = pending_row_fill(memo->claims + i, memo->count - i);
        if (count > 0)
            pending_row_put(step, waiting->payer, memo->claims + i, count);
        i += count > 0 ? count : 1;
    }
    memo->rowless = memo->count;
}

void
pending_gather(struct step *step)
{
    struct submission *state = step_state(step);
    for (size_t i = 0; i < state->waiting_count; i++)
        put_rows(step, &state->waiting[i]);
}

/* Into memory while there is room, and into a row at the end of the batch; else into a row of its own. */
static void
wait(struct step *step, struct waiting *waiting, uint64_t sequence)
{
    struct submission *state = step_state(step);
    struct pending_claim claim = {.sequence = sequence, .row = PENDING_NO_ROW, .claim = step_input(step)};
    struct pending_memo *memo = &waiting->memo;
    if (memo->whole && state->memo_bytes + claim.claim.length > MEMO_BYTES_MAX) {
        put_rows(step, waiting);
        memo_clear(state, memo, false);
    }
    if (memo->whole)
        memo_add(state, memo, &claim);
    else
        pending_row_put(step, waiting->payer, &claim, 1);
}

/* ---- claims in the order of their coming ---- */

struct row_visit {
    pending_visit_claim *visit;
    void *context;
    bool done;
    enum status status;
};

static bool
visit_row(void *context, struct text key, struct text value)
{
    struct row_visit *row = context;
    struct pending_claim claim = {.sequence = store_u64(key, PAYER_NAME_LENGTH)};
    while (!row->done && (row->status = pending_row_next(&value, &claim)) == STATUS_OK)
        row->done = !row->visit(row->context, claim.claim);
    return !row->done && row->status != STATUS_CORRUPT;
}

enum status
pending_visit(struct step *step, const struct waiting *waiting, pending_visit_claim *visit, void *context)
{
    const struct pending_memo *memo = &waiting->memo;
    if (memo->whole) {
        size_t i = 0;
        while (i < memo->count && visit(context, memo->claims[i].claim))
            i++;
        return STATUS_OK;
    }
    struct store_key from, to;
    struct row_visit row = {.visit = visit, .context = context};
    pending_range(waiting, &from, &to);
    enum status status =
        step_scan(step, SUBMISSION_PENDING, store_key_text(&from), store_key_text(&to), visit_row, &row);
    return status == STATUS_OK && row.status == STATUS_CORRUPT ? STATUS_CORRUPT : status;
}

/* ---- the first of them wait no more ---- */

/* What a row that is cut leaves has none for now. */
static void
leave_memo(struct step *step, struct waiting *waiting, size_t count)
{
    struct submission *state = step_state(step);
    struct pending_memo left = waiting->memo;
    uint64_t gone = PENDING_NO_ROW;
    waiting->memo = (struct pending_memo){.whole = true};
    for (size_t i = 0; i < left.count; i++) {
        struct pending_claim *claim = &left.claims[i];
        bool has_row = claim->row != PENDING_NO_ROW;
        if (i < count && has_row && claim->row != gone) {
            struct store_key key = pending_row_key(waiting->payer, claim->row);
            step_delete(step, SUBMISSION_PENDING, store_key_text(&key));
            gone = claim->row;
        }
        if (i < count)
            continue;
        if (has_row && claim->row == gone)
            claim->row = PENDING_NO_ROW;
        memo_add(state, &waiting->memo, claim);
    }
    memo_clear(state, &left, false);
}

/* The rows that hold the first claims, and of the last of them what is behind those. */
struct leaving {
    struct arena *arena;
    size_t left; /* claims that are to go */
    struct text *keys;
    size_t count, kept_count;
    struct pending_claim *kept;
    enum status status;
};

static bool
leave_row(void *context, struct text key, struct text value)
{
    struct leaving *leaving = context;
    struct pending_claim claim = {.sequence = store_u64(key, PAYER_NAME_LENGTH), .row = PENDING_NO_ROW};
    value = arena_copy(leaving->arena, value);
    leaving->kept = ARENA_ARRAY(leaving->arena, struct pending_claim, value.length / PENDING_HEAD_BYTES + 1);
    leaving->keys[leaving->count++] = arena_copy(leaving->arena, key);
    while ((leaving->status = pending_row_next(&value, &claim)) == STATUS_OK)
        if (leaving->left > 0)
            leaving->left--;
        else
            leaving->kept[leaving->kept_count++] = claim;
    return leaving->left > 0 && leaving->status != STATUS_CORRUPT;
}

static enum status
leave_table(struct step *step, struct waiting *waiting, size_t count)
{
    struct store_key from, to;
    struct arena arena;
    arena_init(&arena, 0);
    struct leaving leaving = {.arena = &arena, .left = count, .keys = ARENA_ARRAY(&arena, struct text, count)};
    pending_range(waiting, &from, &to);
    enum status status = count == 0 ? STATUS_OK
                                    : step_scan(step, SUBMISSION_PENDING, store_key_text(&from), store_key_text(&to), leave_row, &leaving);
    if (status == STATUS_OK && leaving.status == STATUS_CORRUPT)
        status = STATUS_CORRUPT;
    for (size_t i = 0; i < leaving.count && status == STATUS_OK; i++)
        step_delete(step, SUBMISSION_PENDING, leaving.keys[i]);
    if (leaving.kept_count > 0 && status == STATUS_OK)
        pending_row_put(step, waiting->payer, leaving.kept, leaving.kept_count);
    arena_free(&arena);
    return status;
}

enum status
pending_fixed(struct step *step, struct waiting *waiting, size_t count)
{
    enum status status = STATUS_OK;
    if (waiting->memo.whole)
        leave_memo(step, waiting, count);
    else
        status = leave_table(step, waiting, count);
    waiting->claims -= count < waiting->claims ? count : waiting->claims;
    return status;
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
    step_count(step, SUBMISSION_TAKEN, 1);
    step_count(step, SUBMISSION_QUEUED, 1);
    latency_take(&state->latency, claim->received);
    if (waiting == NULL) {
        struct store_key key = store_key_u64(submission_payer_key(claim->payer), sequence);
        step_put(step, SUBMISSION_PENDING, store_key_text(&key), step_input(step));
        return STATUS_OK;
    }
    if (waiting->claims == 0) {
        struct store_key due = pending_due_key(waiting);
        step_due_set(step, step_time(step) + waiting->payer->batch_wait, SUBMISSION_DUE_CLOSE, store_key_text(&due));
        waiting->memo.whole = true;
    }
    wait(step, waiting, sequence);
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
note_claim(void *context, struct text claim)
{
    note(context, claim.length);
    return true;
}

static enum status
load(struct service *service, struct waiting *waiting, struct arena *arena)
{
    struct store_key from, to;
    struct row_visit row = {.visit = note_claim, .context = waiting};
    pending_range(waiting, &from, &to);
    enum status status =
        service_scan(service, SUBMISSION_PENDING, store_key_text(&from), store_key_text(&to), arena, visit_row, &row);
    return status == STATUS_OK && row.status == STATUS_CORRUPT ? STATUS_CORRUPT : status;
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
        waiting->claims = waiting->bytes = 0;
        bool closing = waiting->closing || waiting->fixed;
        waiting->closing = waiting->fixed = false;
        status = load(service, waiting, &arena);
        waiting->closing |= closing && waiting->claims > 0;
    }
    arena_free(&arena);
    return status;
}

static bool
read_first(void *context, struct text packed)
{
    *(struct text *)context = packed;
    return false;
}

int64_t
pending_oldest(struct service *service, const struct waiting *waiting, struct arena *arena)
{
    struct store_key from, to;
    struct text first = {0};
    struct claim claim;
    struct row_visit row = {.visit = read_first, .context = &first};
    pending_range(waiting, &from, &to);
    if (waiting->memo.whole && waiting->memo.count > 0)
        first = waiting->memo.claims[0].claim;
    else
        service_scan(service, SUBMISSION_PENDING, store_key_text(&from), store_key_text(&to), arena, visit_row, &row);
    return first.length > 0 && record_read(&record_claim, first, arena, &claim, NULL) == STATUS_OK ? claim.received : 0;
}
