/*
 * A payment that comes in several ST, of one file or of several. Each ST is a piece: it names the same payment (key and
 * BPR02) and explains a part of it. Pieces wait, staged and invisible, until together they explain all of it; then all of
 * them are posted, each by its unit, in bounded steps. Nothing of a payment is posted before its last piece is here.
 *
 * While a piece waits, its unit keeps its chunks (parked), and each of its claims has a row that names the piece, so that
 * no other piece brings the same claim again.
 */
#include "services/remittance/remittance.h"

#include "common/clock/clock.h"
#include "common/money/money.h"
#include "schemas/findings.h"

enum { PIECES_LIMIT = 64, CLAIMS_OF_A_STEP = 16, OWNER_BYTES = 8 + 4 };

static enum status
get_payment(struct step *step, struct text key, struct remit_payment *payment)
{
    return step_get_record(step, REMITTANCE_PAYMENTS, key, &record_remit_payment, payment);
}

static void
put_payment(struct step *step, struct text key, const struct remit_payment *payment)
{
    step_put_record(step, REMITTANCE_PAYMENTS, key, &record_remit_payment, payment);
}

static bool
has_piece(const struct remit_payment *payment, uint64_t unit, uint64_t set)
{
    for (uint32_t i = 0; i < payment->pieces_count; i++)
        if (payment->pieces[i].unit == unit && payment->pieces[i].set == set)
            return true;
    return false;
}

static bool
has_content(const struct remit_payment *payment, struct text digest)
{
    for (uint32_t i = 0; i < payment->pieces_count; i++)
        if (text_equal(payment->pieces[i].digest, digest))
            return true;
    return false;
}

/* What a set explains of its payment. The sums were checked against their bounds when it was judged. */
static int64_t
piece_cents(const struct remit_set *row)
{
    return row->claims_cents - row->provider_cents;
}

bool
pieces_may_be(const struct balance *balance)
{
    return balance->difference_count == 1 && balance->differences[0].equation == BALANCE_CHECK &&
           balance_first_cents(balance) > 0;
}

/* ---- what becomes of a set under the key of a payment in pieces ---- */

struct verdict {
    uint16_t finding; /* 0: it is the next piece */
    int64_t difference_cents;
};

static struct verdict
judge_piece(const struct remit_payment *payment, const struct remit_set *row)
{
    int64_t sum = payment->sum_cents, difference = row->paid_cents - payment->paid_cents;
    if (has_content(payment, row->digest))
        return (struct verdict){FINDING_REMITTANCE_REPEATED, 0};
    if (difference != 0)
        return (struct verdict){FINDING_REMITTANCE_OTHER_AMOUNT, difference};
    if (payment->state != REMIT_PAYMENT_STATE_WAITING)
        return (struct verdict){FINDING_REMITTANCE_CONFLICT, 0};
    if (!money_add(&sum, piece_cents(row)) || sum > payment->paid_cents)
        return (struct verdict){FINDING_REMITTANCE_PIECE_EXCEEDS, payment->paid_cents - sum};
    if (payment->pieces_count == PIECES_LIMIT)
        return (struct verdict){FINDING_REMITTANCE_TOO_MANY_PIECES, 0};
    return (struct verdict){0, 0};
}

/* A set that is no piece: skipped when it is one that is here, else held. */
static enum status
refuse_piece(struct unit_at *at, struct remit_set *row, const struct verdict *verdict)
{
    if (verdict->finding == FINDING_REMITTANCE_REPEATED)
        return unit_skip_set(at, row);
    return unit_hold_set(at, row, REMIT_SET_STATE_CONFLICT, verdict->finding, verdict->difference_cents);
}

/* ---- pieces that wait no more ---- */

static void
ready_piece(struct unit_at *at, struct text key, enum remit_pass pass, uint64_t ordinal)
{
    struct remit_ready ready = {.pass = pass, .payment = key};
    step_put_record(at->step, REMITTANCE_READY, row_key_pair(at->step, at->unit, ordinal), &record_remit_ready, &ready);
    at->row.ready++;
    at->row.parked = false;
}

/* Makes every piece ready for `pass`, whatever unit it stands in; `at`: the unit at hand, or NULL in an act. */
static enum status
ready_pieces(struct step *step, struct unit_at *at, struct text key, const struct remit_payment *payment, enum remit_pass pass)
{
    for (uint32_t i = 0; i < payment->pieces_count; i++) {
        const struct remit_piece *piece = &payment->pieces[i];
        struct unit_at other = {.step = step, .unit = piece->unit};
        struct unit_at *its = at != NULL && at->unit == piece->unit ? at : &other;
        enum status status = STATUS_OK;
        if (its == &other)
            status = step_get_record(step, REMITTANCE_UNITS, row_key(step, piece->unit), &record_remit_unit, &other.row);
        if (status != STATUS_OK)
            return STATUS_CORRUPT; /* a unit stays while a set of it waits */
        ready_piece(its, key, pass, piece->set);
        its->row.waiting--;
        unit_put(its);
    }
    service_wake(step_service(step));
    return STATUS_OK;
}

static enum status
mark_pieces(struct step *step, const struct remit_payment *payment, enum remit_set_state state, uint16_t finding)
{
    for (uint32_t i = 0; i < payment->pieces_count; i++) {
        struct text key = row_key_pair(step, payment->pieces[i].unit, payment->pieces[i].set);
        struct remit_set row;
        if (step_get_record(step, REMITTANCE_SETS, key, &record_remit_set, &row) != STATUS_OK)
            return STATUS_CORRUPT;
        row.state = state;
        row.finding = finding;
        row.difference_cents = 0;
        step_put_record(step, REMITTANCE_SETS, key, &record_remit_set, &row);
    }
    return STATUS_OK;
}

/* The payment waits no more: its timer and the work that it may have become go with it. */
static enum status
end_waiting(struct step *step, struct text key, struct remit_payment *payment, struct text act)
{
    struct remit_work work;
    step_due_clear(step, payment->due, REMITTANCE_DUE_REST, key);
    enum status status = payment->work == 0 ? STATUS_NOT_FOUND : keep_work_get(step, payment->work, &work);
    if (status == STATUS_OK)
        keep_work_done(step, &work, TEXT("claimline"), act, (struct text){0});
    payment->work = 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
let_go(struct step *step, struct unit_at *at, struct text key, struct remit_payment *payment, enum remit_set_state state,
       uint16_t finding)
{
    enum status status = mark_pieces(step, payment, state, finding);
    if (status == STATUS_OK)
        status = ready_pieces(step, at, key, payment, REMIT_PASS_LETTING_GO);
    step_delete(step, REMITTANCE_PAYMENTS, key);
    return status;
}

/* A set that explains the whole payment takes the place of pieces that wait under its key: they become work. */
static enum status
give_way(struct unit_at *at, struct text key, struct remit_payment *payment)
{
    struct remit_work work = {
        .kind = REMIT_WORK_KIND_REMITTANCE,
        .payer = payment->payer,
        .unit = payment->pieces[0].unit,
        .set = payment->pieces[0].set,
        .cents = payment->paid_cents,
        .finding = FINDING_REMITTANCE_CONFLICT,
    };
    enum status status = end_waiting(at->step, key, payment, TEXT("whole came"));
    if (status != STATUS_OK)
        return status;
    keep_work(at->step, &work);
    return let_go(at->step, at, key, payment, REMIT_SET_STATE_CONFLICT, FINDING_REMITTANCE_CONFLICT);
}

/* ---- staging ---- */

static enum status
begin_staging(struct unit_at *at, uint64_t ordinal)
{
    at->row.set = ordinal;
    at->row.pass = REMIT_PASS_STAGING;
    at->row.claims_done = at->row.unmatched = 0;
    unit_put(at);
    return STATUS_OK;
}

enum status
pieces_begin(struct unit_at *at, struct remit_set *row, struct text key, bool *whole)
{
    struct remit_payment payment;
    enum status status = get_payment(at->step, key, &payment);
    *whole = false;
    if (status == STATUS_NOT_FOUND)
        return begin_staging(at, row->ordinal);
    if (status != STATUS_OK)
        return status;
    struct verdict verdict = judge_piece(&payment, row);
    if (verdict.finding == 0)
        return begin_staging(at, row->ordinal);
    *whole = verdict.finding == FINDING_REMITTANCE_PIECE_EXCEEDS && piece_cents(row) == row->paid_cents;
    return *whole ? give_way(at, key, &payment) : refuse_piece(at, row, &verdict);
}

/* The row of a claim among the pieces of a payment. */
static struct text
claim_key(struct step *step, struct text payment, const struct remittance_claim *claim)
{
    uint8_t digest[32];
    struct text name = arena_print(step_arena(step), "%.*s|%.*s|%.*s", TEXT_ARGS(claim->clm01),
                                   TEXT_ARGS(claim->payer_control_number), TEXT_ARGS(claim->status));
    seal_digest(name, digest);
    struct store_key key = store_key_bytes(store_key_bytes(store_key(), payment), text_of(digest, 16));
    return arena_copy(step_arena(step), store_key_text(&key));
}

struct noting {
    struct unit_at *at;
    struct text key;
    struct remit_payment payment;
    bool doubled; /* a claim stands in another piece */
};

static enum status
note_claim(void *context, const struct remittance_claim *claim)
{
    struct noting *noting = context;
    struct unit_at *at = noting->at;
    struct text key = claim_key(at->step, noting->key, claim), owner;
    enum status status = step_get(at->step, REMITTANCE_PIECE_CLAIMS, key, &owner);
    at->row.claims_done++;
    if (status == STATUS_OK && owner.length != OWNER_BYTES)
        return STATUS_CORRUPT;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    /* A row of a piece that was let go counts no more. */
    if (status == STATUS_OK && has_piece(&noting->payment, store_u64(owner, 0), store_u64(owner, 4) & UINT32_MAX)) {
        noting->doubled = true;
        return STATUS_OK;
    }
    step_put(at->step, REMITTANCE_PIECE_CLAIMS, key, row_key_pair(at->step, at->unit, at->row.set));
    return STATUS_OK;
}

static void
forget_claim(const struct unit_at *at, struct text payment, const struct remittance_claim *claim)
{
    struct text key = claim_key(at->step, payment, claim), owner;
    if (step_get(at->step, REMITTANCE_PIECE_CLAIMS, key, &owner) == STATUS_OK &&
        text_equal(owner, row_key_pair(at->step, at->unit, at->row.set)))
        step_delete(at->step, REMITTANCE_PIECE_CLAIMS, key);
}

/* The set was begun as a piece and cannot stay one. */
static enum status
refuse_staged(struct unit_at *at, struct remit_set *row, struct text key, const struct verdict *verdict)
{
    at->row.set = 0;
    ready_piece(at, key, REMIT_PASS_LETTING_GO, row->ordinal);
    return refuse_piece(at, row, verdict);
}

/* All pieces are here: the payment is received once, and every piece may be posted. */
static enum status
complete(struct unit_at *at, struct remit_set *row, struct text key, struct remit_payment *payment)
{
    struct ledger_posting posting;
    enum status status = end_waiting(at->step, key, payment, TEXT("rest came"));
    if (status != STATUS_OK)
        return status;
    payment->state = REMIT_PAYMENT_STATE_POSTING;
    put_payment(at->step, key, payment);
    unit_put_guard(at, key, row);
    keep_begin(at->step, &posting, NULL, at->unit, row->trace);
    ledger_move(&posting, LEDGER_RECEIPT, LEDGER_CASH, LEDGER_CLEARING, row->paid_cents);
    status = keep_posting(at->step, &posting);
    if (status != STATUS_OK)
        return status;
    status = ready_pieces(at->step, at, key, payment, REMIT_PASS_PIECE);
    return status == STATUS_OK ? mark_pieces(at->step, payment, REMIT_SET_STATE_POSTING, 0) : status;
}

static enum status
wait_on(struct unit_at *at, struct remit_set *row, struct text key, struct remit_payment *payment)
{
    struct remit_work work;
    int64_t missing = payment->paid_cents - payment->sum_cents;
    if (payment->pieces_count == 1) {
        payment->due = step_time(at->step) + service_config_number(step_service(at->step), "rest_wait");
        step_due_set(at->step, payment->due, REMITTANCE_DUE_REST, key);
    }
    if (payment->work != 0 && keep_work_get(at->step, payment->work, &work) == STATUS_OK) {
        work.difference_cents = missing;
        step_put_record(at->step, REMITTANCE_WORK, row_key(at->step, work.number), &record_remit_work, &work);
    }
    put_payment(at->step, key, payment);
    row->difference_cents = missing;
    row->finding = FINDING_REMITTANCE_REST_MISSING;
    unit_put_set(at, row);
    return unit_set_event(at, row, EVENT_KIND_REMITTANCE_WAITING, missing);
}

/* Every claim is noted: the set is a piece of its payment. */
static enum status
end_staging(struct unit_at *at, struct text key, struct remit_payment *payment)
{
    struct remit_set row = unit_set_row(at, at->row.set);
    struct verdict verdict = judge_piece(payment, &row);
    if (verdict.finding != 0)
        return refuse_staged(at, &row, key, &verdict);
    struct remit_piece *pieces = ARENA_ARRAY(step_arena(at->step), struct remit_piece, payment->pieces_count + 1);
    if (payment->pieces_count > 0)
        memcpy(pieces, payment->pieces, payment->pieces_count * sizeof *pieces);
    pieces[payment->pieces_count++] =
        (struct remit_piece){.unit = at->unit, .set = row.ordinal, .digest = row.digest, .cents = piece_cents(&row)};
    payment->pieces = pieces;
    payment->sum_cents += piece_cents(&row);
    at->row.sets_done = at->row.set;
    at->row.set = 0;
    at->row.waiting++;
    row.state = REMIT_SET_STATE_WAITING;
    unit_put_set(at, &row);
    enum status status = payment->sum_cents == payment->paid_cents ? complete(at, &row, key, payment)
                                                                   : wait_on(at, &row, key, payment);
    unit_put(at);
    return status;
}

enum status
pieces_stage(struct unit_at *at)
{
    bool ended;
    struct remit_set row = unit_set_row(at, at->row.set);
    struct noting noting = {.at = at, .key = unit_payment_key(at->step, &row)};
    enum status status = get_payment(at->step, noting.key, &noting.payment);
    if (status == STATUS_NOT_FOUND)
        noting.payment = (struct remit_payment){
            .payer = at->row.payer, .state = REMIT_PAYMENT_STATE_WAITING, .paid_cents = row.paid_cents};
    else if (status != STATUS_OK)
        return status;
    struct remit_unit before = at->row;
    status = reading_claims(at->step, at->state, at->unit, &before, CLAIMS_OF_A_STEP, note_claim, &noting, &ended);
    if (status != STATUS_OK)
        return status;
    if (noting.doubled)
        return refuse_staged(at, &row, noting.key, &(struct verdict){FINDING_REMITTANCE_CLAIM_IN_TWO_PIECES, 0});
    if (ended)
        return end_staging(at, noting.key, &noting.payment);
    unit_put(at);
    return STATUS_OK;
}

/* ---- posting and letting go ---- */

static bool
first_row(void *context, struct text key, struct text value)
{
    uint64_t *ordinal = context;
    (void)value;
    *ordinal = store_u64(key, 4) & UINT32_MAX;
    return false;
}

enum status
pieces_next(struct unit_at *at)
{
    struct remit_ready ready;
    uint64_t ordinal = 0;
    enum status status = step_scan(at->step, REMITTANCE_READY, row_key_pair(at->step, at->unit, 0),
                                   row_key_pair(at->step, at->unit + 1, 0), first_row, &ordinal);
    if (status == STATUS_OK)
        status = step_get_record(at->step, REMITTANCE_READY, row_key_pair(at->step, at->unit, ordinal), &record_remit_ready, &ready);
    if (status != STATUS_OK)
        return STATUS_CORRUPT; /* the unit counts them */
    if (ordinal > at->state->set_count)
        return STATUS_CORRUPT;
    at->row.set = ordinal;
    at->row.pass = ready.pass;
    at->row.claims_done = at->row.unmatched = 0;
    /* The reader may stand behind the end of this very set. */
    reading_free(at->state->reading);
    at->state->reading = NULL;
    unit_put(at);
    return STATUS_OK;
}

static void
end_ready(struct unit_at *at)
{
    step_delete(at->step, REMITTANCE_READY, row_key_pair(at->step, at->unit, at->row.set));
    at->row.ready--;
}

enum status
pieces_posted(struct unit_at *at, const struct remit_set *row)
{
    struct text key = unit_payment_key(at->step, row);
    struct remit_payment payment;
    enum status status = get_payment(at->step, key, &payment);
    if (status != STATUS_OK)
        return STATUS_CORRUPT;
    if (++payment.posted == payment.pieces_count)
        payment.state = REMIT_PAYMENT_STATE_POSTED;
    put_payment(at->step, key, &payment);
    end_ready(at);
    return STATUS_OK;
}

void
pieces_claim_posted(struct unit_at *at, const struct remittance_claim *claim)
{
    struct remit_set row = unit_set_row(at, at->row.set);
    forget_claim(at, unit_payment_key(at->step, &row), claim);
}

static enum status
let_claim_go(void *context, const struct remittance_claim *claim)
{
    struct unit_at *at = context;
    at->row.claims_done++;
    pieces_claim_posted(at, claim);
    return STATUS_OK;
}

enum status
pieces_let_go(struct unit_at *at)
{
    bool ended;
    struct remit_unit before = at->row;
    enum status status =
        reading_claims(at->step, at->state, at->unit, &before, CLAIMS_OF_A_STEP, let_claim_go, at, &ended);
    if (status != STATUS_OK)
        return status;
    if (ended) {
        end_ready(at);
        at->row.set = 0;
    }
    unit_put(at);
    return STATUS_OK;
}

/* ---- the rest does not come ---- */

enum status
pieces_handle_rest(struct step *step, struct text key)
{
    struct remit_payment payment;
    key = arena_copy(step_arena(step), key);
    enum status status = get_payment(step, key, &payment);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    if (payment.state != REMIT_PAYMENT_STATE_WAITING || payment.work != 0)
        return STATUS_OK;
    struct remit_work work = {
        .kind = REMIT_WORK_KIND_WAITING,
        .payer = payment.payer,
        .unit = payment.pieces[0].unit,
        .set = payment.pieces[0].set,
        .cents = payment.paid_cents,
        .difference_cents = payment.paid_cents - payment.sum_cents,
        .finding = FINDING_REMITTANCE_REST_MISSING,
    };
    keep_work(step, &work);
    payment.work = work.number;
    put_payment(step, key, &payment);
    struct event event = {.kind = EVENT_KIND_REMITTANCE_HELD, .cents = work.difference_cents, .paid_cents = work.cents,
                          .number = payment.pieces_count, .code = TEXT("REMITTANCE_REST_MISSING"), .detail = payment.payer};
    return step_event(step, &event);
}

enum status
pieces_answer(struct step *step, const struct remit_work *work, bool drop)
{
    struct remit_set row;
    struct remit_payment payment;
    enum status status =
        step_get_record(step, REMITTANCE_SETS, row_key_pair(step, work->unit, work->set), &record_remit_set, &row);
    if (status != STATUS_OK)
        return STATUS_CORRUPT;
    struct text key = unit_payment_key(step, &row);
    if (get_payment(step, key, &payment) != STATUS_OK || payment.work != work->number)
        return STATUS_CORRUPT; /* the work is closed with the waiting */
    payment.work = 0;
    if (drop)
        return let_go(step, NULL, key, &payment, REMIT_SET_STATE_DROPPED, FINDING_REMITTANCE_REST_MISSING);
    payment.due = step_time(step) + service_config_number(step_service(step), "rest_wait");
    step_due_set(step, payment.due, REMITTANCE_DUE_REST, key);
    put_payment(step, key, &payment);
    return STATUS_OK;
}
