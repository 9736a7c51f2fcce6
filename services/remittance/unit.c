/*
 * A unit is one functional group of an 835 file, too large for a step: its chunks are staged, invisible, until all have
 * come; then every set is judged, and each good one posted claim by claim behind a durable cursor.
 */
#include "services/remittance/remittance.h"

#include "common/clock/clock.h"
#include "schemas/findings.h"

#include <assert.h>
#include <stdlib.h>

enum { CLAIMS_OF_A_STEP = 16, CHUNKS_OF_A_STEP = 32, GUARD_BYTES = 32 + 8 + 4 };

/* ---- staging ---- */

enum status
unit_handle_chunk(struct step *step, const void *record)
{
    const struct remit_chunk *chunk = record;
    struct text key = row_key(step, chunk->unit), place = row_key_pair(step, chunk->unit, chunk->number), there;
    struct remit_unit unit;
    if (chunk->number == 0 || chunk->number > UINT32_MAX || (chunk->last && chunk->sum.length != SEAL_SUM_BYTES))
        return step_refuse(step, STATUS_INVALID, "a chunk without its number or sum");
    enum status status = step_get(step, REMITTANCE_SETS, row_key_pair(step, chunk->unit, 1), &there);
    if (status == STATUS_OK)
        return STATUS_OK; /* this unit was taken before: its sets have been judged */
    if (status == STATUS_NOT_FOUND)
        status = step_get_record(step, REMITTANCE_UNITS, key, &record_remit_unit, &unit);
    if (status == STATUS_NOT_FOUND)
        unit = (struct remit_unit){.payer = chunk->payer};
    else if (status != STATUS_OK)
        return status;
    status = step_get(step, REMITTANCE_CHUNKS, place, &there);
    if (status == STATUS_OK)
        return text_equal(there, chunk->bytes) ? STATUS_OK
                                               : step_refuse(step, STATUS_INVALID, "a chunk came twice with other bytes");
    if (status != STATUS_NOT_FOUND)
        return status;
    if (unit.last != 0 && (chunk->last || chunk->number > unit.last))
        return step_refuse(step, STATUS_INVALID, "a chunk behind the last one of its unit");
    step_put(step, REMITTANCE_CHUNKS, place, chunk->bytes);
    staged_add(&((struct remittance *)step_state(step))->staged, chunk->unit, chunk->number, chunk->bytes);
    unit.received++;
    if (chunk->last) {
        unit.last = chunk->number;
        unit.sum = chunk->sum;
    }
    step_put_record(step, REMITTANCE_UNITS, key, &record_remit_unit, &unit);
    if (unit.received == unit.last)
        service_wake(step_service(step));
    return STATUS_OK;
}

/* ---- pass 1 ---- */

struct search {
    uint64_t unit;
    struct remit_unit row;
    struct arena *arena;
    bool corrupt;
};

static bool
find_complete(void *context, struct text key, struct text value)
{
    struct search *search = context;
    search->corrupt = record_read(&record_remit_unit, value, search->arena, &search->row, NULL) != STATUS_OK;
    if (search->corrupt || search->row.last == 0 || search->row.received < search->row.last || search->row.parked)
        return !search->corrupt;
    search->unit = store_u64(key, 0);
    return false;
}

int64_t
unit_poll(struct service *service)
{
    struct remittance *state = service_state(service);
    struct arena arena;
    if (state->unit != 0)
        return 0;
    arena_init(&arena, 0);
    struct search search = {.arena = &arena};
    enum status status = service_scan(service, REMITTANCE_UNITS, (struct text){0}, (struct text){0}, &arena, find_complete, &search);
    if (status == STATUS_OK && search.unit != 0)
        status = reading_judge(service, search.unit, &search.row, state);
    arena_free(&arena);
    state->corrupt = status != STATUS_OK || search.corrupt; /* the step says so */
    return state->unit != 0 || state->corrupt ? 0 : 60 * CLOCK_SECOND;
}

void
unit_forget(struct remittance *state)
{
    reading_free(state->reading);
    state->reading = NULL;
    memo_clear(&state->memo);
    free(state->sets);
    state->sets = NULL;
    state->set_count = state->set_room = 0;
    state->unit = 0;
}

/* ---- pass 2 ---- */

struct remit_set
unit_set_row(const struct unit_at *at, uint64_t ordinal)
{
    assert(at->state->sets != NULL && ordinal >= 1 && ordinal <= at->state->set_count);
    const struct judged_set *set = &at->state->sets[ordinal - 1];
    return (struct remit_set){
        .unit = at->unit,
        .ordinal = ordinal,
        .payer = at->row.payer,
        .trace = text_from(set->trace),
        .payer_tax_id = text_from(set->payer_tax_id),
        .effective_date = set->effective_date,
        .payee = text_from(set->payee),
        .paid_cents = set->balance.paid_cents,
        .claims_cents = set->balance.claims_cents,
        .provider_cents = set->balance.provider_cents,
        .claims = set->balance.claim_count,
        .digest = text_of(set->digest, sizeof set->digest),
        .instant = step_time(at->step),
        .place = text_from(set->place),
    };
}

void
unit_put_set(const struct unit_at *at, const struct remit_set *row)
{
    step_put_record(at->step, REMITTANCE_SETS, row_key_pair(at->step, row->unit, row->ordinal), &record_remit_set, row);
}

void
unit_put(const struct unit_at *at)
{
    step_put_record(at->step, REMITTANCE_UNITS, row_key(at->step, at->unit), &record_remit_unit, &at->row);
}

enum status
unit_set_event(const struct unit_at *at, const struct remit_set *row, enum event_kind kind, int64_t cents)
{
    struct event event = {.kind = kind, .cents = cents, .number = row->claims, .detail = at->row.payer,
                          .paid_cents = row->paid_cents};
    if (row->finding != 0) {
        event.code = text_from(finding_kind((uint16_t)row->finding)->name);
        if (event.code.length > 32)
            event.code.length = 32;
    }
    return step_event(at->step, &event);
}

enum status
unit_hold_set(struct unit_at *at, struct remit_set *row, enum remit_set_state state, uint16_t finding, int64_t difference_cents)
{
    row->state = state;
    row->finding = finding;
    row->difference_cents = difference_cents;
    struct remit_work work = {
        .kind = REMIT_WORK_KIND_REMITTANCE,
        .payer = at->row.payer,
        .unit = row->unit,
        .set = row->ordinal,
        .cents = row->paid_cents,
        .difference_cents = difference_cents,
        .finding = finding,
        .place = row->place,
    };
    keep_work(at->step, &work);
    unit_put_set(at, row);
    at->row.sets_done = row->ordinal;
    unit_put(at);
    return unit_set_event(at, row, EVENT_KIND_REMITTANCE_HELD, difference_cents);
}

enum status
unit_skip_set(struct unit_at *at, struct remit_set *row)
{
    row->state = REMIT_SET_STATE_REPEATED;
    row->finding = FINDING_REMITTANCE_REPEATED;
    unit_put_set(at, row);
    at->row.sets_done = row->ordinal;
    unit_put(at);
    return STATUS_OK;
}

struct text
unit_payment_key(struct step *step, const struct remit_set *row)
{
    uint8_t digest[32];
    struct text name = arena_print(step_arena(step), "%.*s|%.*s|%08d|%.*s", TEXT_ARGS(row->payer_tax_id),
                                   TEXT_ARGS(row->trace), (int)row->effective_date, TEXT_ARGS(row->payee));
    seal_digest(name, digest);
    struct store_key key = store_key_bytes(store_key_u32(store_key(), (uint32_t)row->effective_date), text_of(digest, 16));
    return arena_copy(step_arena(step), store_key_text(&key));
}

void
unit_put_guard(const struct unit_at *at, struct text key, const struct remit_set *row)
{
    struct store_key value = store_key_bytes(store_key(), row->digest);
    value = store_key_u32(store_key_u64(value, row->unit), (uint32_t)row->ordinal);
    step_put(at->step, REMITTANCE_GUARDS, key, store_key_text(&value));
}

/* The key was posted: the same content is skipped, other content held with the difference of the payments. */
static enum status
meet_guard(struct unit_at *at, struct remit_set *row, struct text guard)
{
    struct remit_set posted;
    if (guard.length != GUARD_BYTES)
        return STATUS_CORRUPT;
    if (memcmp(guard.data, row->digest.data, 32) == 0)
        return unit_skip_set(at, row);
    struct text key = row_key_pair(at->step, store_u64(guard, 32), store_u64(guard, 36) & UINT32_MAX);
    enum status status = step_get_record(at->step, REMITTANCE_SETS, key, &record_remit_set, &posted);
    if (status != STATUS_OK)
        return STATUS_CORRUPT;
    int64_t difference = row->paid_cents - posted.paid_cents;
    return unit_hold_set(at, row, REMIT_SET_STATE_CONFLICT,
                         difference == 0 ? FINDING_REMITTANCE_CONFLICT : FINDING_REMITTANCE_OTHER_AMOUNT, difference);
}

/* A payment of its own: its posting begins with the money. */
static enum status
begin_posting(struct unit_at *at, struct remit_set *row, struct text key)
{
    unit_put_guard(at, key, row);
    row->state = REMIT_SET_STATE_POSTING;
    unit_put_set(at, row);
    struct ledger_posting posting;
    keep_begin(at->step, &posting, NULL, at->unit, row->trace);
    ledger_move(&posting, LEDGER_RECEIPT, LEDGER_CASH, LEDGER_CLEARING, row->paid_cents);
    enum status status = keep_posting(at->step, &posting);
    at->row.set = row->ordinal;
    at->row.pass = REMIT_PASS_WHOLE;
    at->row.claims_done = at->row.unmatched = 0;
    unit_put(at);
    return status;
}

/* A set that can be read and balances, but perhaps with its payment: posted, skipped, held, or staged as a piece. */
static enum status
begin_balanced(struct unit_at *at, struct remit_set *row, bool piece)
{
    bool whole = false;
    struct text key = unit_payment_key(at->step, row), there;
    enum status status = step_get(at->step, REMITTANCE_PAYMENTS, key, &there);
    if (status == STATUS_OK) {
        status = pieces_begin(at, row, key, &whole);
        if (status != STATUS_OK || !whole)
            return status;
        return begin_posting(at, row, key);
    }
    if (status == STATUS_NOT_FOUND)
        status = step_get(at->step, REMITTANCE_GUARDS, key, &there);
    if (status == STATUS_OK)
        return meet_guard(at, row, there);
    if (status != STATUS_NOT_FOUND)
        return status;
    return piece ? pieces_begin(at, row, key, &whole) : begin_posting(at, row, key);
}

/* The next set: held, skipped, staged, or its posting begins. */
static enum status
begin_set(struct unit_at *at)
{
    uint64_t ordinal = at->row.sets_done + 1;
    assert(at->state->sets != NULL && ordinal >= 1 && ordinal <= at->state->set_count);
    const struct judged_set *set = &at->state->sets[ordinal - 1];
    struct remit_set row = unit_set_row(at, ordinal);
    if (at->state->sum_differs)
        return unit_hold_set(at, &row, REMIT_SET_STATE_BROKEN, FINDING_REMITTANCE_DIGEST_DIFFERS, 0);
    if (set->fault != NULL) {
        row.place = text_from(set->fault);
        row.place.length = row.place.length > 60 ? 60 : row.place.length;
        return unit_hold_set(at, &row, REMIT_SET_STATE_BROKEN, FINDING_REMITTANCE_BROKEN, 0);
    }
    bool piece = pieces_may_be(&set->balance);
    if (set->balance.difference_count > 0 && !piece)
        return unit_hold_set(at, &row, REMIT_SET_STATE_UNBALANCED, balance_finding(set->balance.differences[0].equation),
                             balance_first_cents(&set->balance));
    return begin_balanced(at, &row, piece);
}

/* The small step that makes a set posted. */
static enum status
end_set(struct unit_at *at)
{
    const struct judged_set *set = &at->state->sets[at->row.set - 1];
    struct remit_set row = unit_set_row(at, at->row.set);
    struct ledger_posting posting;
    keep_begin(at->step, &posting, NULL, at->unit, row.trace);
    ledger_move(&posting, LEDGER_PLB, LEDGER_PROVIDER_LEVEL, LEDGER_CLEARING, row.provider_cents);
    enum status status = keep_posting(at->step, &posting);
    if (status != STATUS_OK)
        return status;
    row.state = REMIT_SET_STATE_POSTED;
    row.unmatched = at->row.unmatched;
    if (set->balance.zero_warning)
        row.finding = FINDING_REMITTANCE_ZERO_PAY_UNUSUAL;
    unit_put_set(at, &row);
    if (at->row.pass == REMIT_PASS_PIECE)
        status = pieces_posted(at, &row);
    else
        at->row.sets_done = at->row.set;
    if (status != STATUS_OK)
        return status;
    at->row.set = 0;
    unit_put(at);
    return unit_set_event(at, &row, EVENT_KIND_REMITTANCE_POSTED, row.claims_cents - row.provider_cents);
}

static enum status
take_claim(void *context, const struct remittance_claim *claim)
{
    struct unit_at *at = context;
    const struct judged_set *set = &at->state->sets[at->row.set - 1];
    struct service *service = step_service(at->step);
    bool unmatched;
    struct post_place place = {
        .payer = payer_by_name(at->state->payers, at->row.payer),
        .payer_name = at->row.payer,
        .unit = at->unit,
        .set = at->row.set,
        .claim = ++at->row.claims_done,
        .date = set->effective_date != 0 ? set->effective_date : service_local_date(service, step_time(at->step)),
    };
    enum status status = post_claim(at->step, &place, claim, &unmatched);
    if (status != STATUS_OK)
        return status;
    at->row.unmatched += unmatched;
    if (at->row.pass == REMIT_PASS_PIECE)
        pieces_claim_posted(at, claim);
    return STATUS_OK;
}

static enum status
post_claims(struct unit_at *at)
{
    bool ended;
    struct remit_unit before = at->row;
    enum status status = reading_claims(at->step, at->state, at->unit, &before, CLAIMS_OF_A_STEP, take_claim, at, &ended);
    if (status != STATUS_OK)
        return status;
    if (ended)
        return end_set(at);
    unit_put(at);
    return STATUS_OK;
}

/* A unit in which no set was found at all. */
static enum status
hold_empty(struct unit_at *at)
{
    struct remit_set row = {.unit = at->unit, .ordinal = 1, .payer = at->row.payer, .instant = step_time(at->step)};
    return unit_hold_set(at, &row, REMIT_SET_STATE_BROKEN, FINDING_REMITTANCE_BROKEN, 0);
}

static void
forget_chunks(struct unit_at *at)
{
    for (unsigned i = 0; i < CHUNKS_OF_A_STEP && at->row.forgotten < at->row.last; i++)
        step_delete(at->step, REMITTANCE_CHUNKS, row_key_pair(at->step, at->unit, ++at->row.forgotten));
    if (at->row.forgotten < at->row.last)
        unit_put(at);
    else
        step_delete(at->step, REMITTANCE_UNITS, row_key(at->step, at->unit));
}

/* What waits of it keeps its chunks. */
static enum status
park(struct unit_at *at)
{
    at->row.parked = true;
    unit_put(at);
    return STATUS_OK;
}

static enum status
take_claims(struct unit_at *at)
{
    if (at->row.pass == REMIT_PASS_STAGING)
        return pieces_stage(at);
    if (at->row.pass == REMIT_PASS_LETTING_GO)
        return pieces_let_go(at);
    return post_claims(at);
}

enum status
unit_step(struct step *step)
{
    struct remittance *state = step_state(step);
    struct unit_at at = {.step = step, .state = state, .unit = state->unit};
    if (state->corrupt)
        return STATUS_CORRUPT;
    if (state->unit == 0)
        return STATUS_NOT_FOUND;
    enum status status = step_get_record(step, REMITTANCE_UNITS, row_key(step, at.unit), &record_remit_unit, &at.row);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && at.row.parked)) { /* done for now: look for the next one */
        unit_forget(state);
        service_wake(step_service(step));
        return STATUS_NOT_FOUND;
    }
    if (status != STATUS_OK)
        return status;
    if (at.row.set != 0)
        return take_claims(&at);
    if (at.row.ready > 0)
        return pieces_next(&at);
    if (at.row.sets_done < state->set_count)
        return begin_set(&at);
    if (at.row.sets_done == 0)
        return hold_empty(&at);
    if (at.row.waiting > 0)
        return park(&at);
    forget_chunks(&at);
    return STATUS_OK;
}
