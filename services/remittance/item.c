/* Open items: the claims that were sent, and what is still owed for them. */
#include "services/remittance/look.h"

#include "common/clock/clock.h"
#include "schemas/findings.h"

enum { USUAL_DAYS = 30, BUCKET_CLAIMS = 4096 };
#define HOUR (INT64_C(3600) * CLOCK_SECOND)

enum status
item_get(struct step *step, uint64_t claim_id, uint64_t version, struct remit_item *item)
{
    return step_get_record(step, REMITTANCE_ITEMS, row_key_item(step, claim_id, version), &record_remit_item, item);
}

void
item_put(struct step *step, const struct remit_item *item)
{
    struct text key = row_key_item(step, item->identity.claim_id, item->identity.version);
    step_put_record(step, REMITTANCE_ITEMS, key, &record_remit_item, item);
}

bool
item_decided(const struct remit_item *item)
{
    return item->state >= REMIT_ITEM_STATE_PAID && item->state <= REMIT_ITEM_STATE_DENIED;
}

enum remittance_counter
item_counter(const struct remit_item *item)
{
    if (item->state == REMIT_ITEM_STATE_OPEN || item->state == REMIT_ITEM_STATE_SILENT ||
        item->state == REMIT_ITEM_STATE_REVERSED)
        return REMITTANCE_QUEUED;
    return item->work_open > 0 ? REMITTANCE_HELD : REMITTANCE_ENDED;
}

void
item_move(struct step *step, struct remit_item *item, enum remit_item_state state, enum remittance_counter before)
{
    item->state = state;
    step_count(step, before, -1);
    step_count(step, item_counter(item), 1);
    item_put(step, item);
}

static int64_t
usual_time(struct step *step, struct text payer)
{
    const struct remittance *state = step_state(step);
    const struct payer *profile = payer_by_name(state->payers, payer);
    return (profile == NULL ? USUAL_DAYS : (int64_t)profile->usual_days) * CLOCK_DAY;
}

static struct text
bucket_key(struct step *step, int64_t hour, struct text payer)
{
    struct store_key key = store_key_bytes(store_key_u64(store_key(), (uint64_t)hour), payer);
    return arena_copy(step_arena(step), store_key_text(&key));
}

static struct text
silence_key(struct step *step, int64_t hour, uint64_t from, struct text payer)
{
    struct store_key key = store_key_u64(store_key_u64(store_key(), (uint64_t)hour), from);
    key = store_key_bytes(key, payer);
    return arena_copy(step_arena(step), store_key_text(&key));
}

/* The bucket of which memory knows, when it is that one and the claim lies in it. */
static bool
is_awaited(const struct bucket_memo *memo, int64_t hour, const struct remit_item *item)
{
    uint64_t id = item->identity.claim_id;
    return memo->hour == hour && text_is(item->payer, memo->payer) && id >= memo->row.low && id <= memo->row.high;
}

static void
remember_bucket(struct bucket_memo *memo, int64_t hour, struct text payer, const struct remit_bucket *row)
{
    memo->hour = hour;
    memo->row = (struct remit_bucket){.low = row->low, .high = row->high};
    text_copy(payer, memo->payer, sizeof memo->payer);
}

/* The claims of one payer and hour share one timer; its row is only written when the range of their ids grows. */
static enum status
await(struct step *step, const struct remit_item *item)
{
    struct bucket_memo *memo = &((struct remittance *)step_state(step))->bucket;
    int64_t hour = (item->sent + usual_time(step, item->payer)) / HOUR + 1;
    if (is_awaited(memo, hour, item))
        return STATUS_OK;
    struct text key = bucket_key(step, hour, item->payer);
    struct remit_bucket bucket;
    uint64_t id = item->identity.claim_id, low = id - id % BUCKET_CLAIMS, high = low + (BUCKET_CLAIMS - 1);
    if (low == 0)
        low = 1;
    enum status status = step_get_record(step, REMITTANCE_BUCKETS, key, &record_remit_bucket, &bucket);
    if (status == STATUS_NOT_FOUND) {
        bucket = (struct remit_bucket){.low = low, .high = high};
        step_due_set(step, hour * HOUR, REMITTANCE_DUE_SILENCE, silence_key(step, hour, 0, item->payer));
    } else if (status != STATUS_OK) {
        return status;
    } else if (id >= bucket.low && id <= bucket.high) {
        remember_bucket(memo, hour, item->payer, &bucket);
        return STATUS_OK;
    }
    if (low < bucket.low)
        bucket.low = low;
    if (high > bucket.high)
        bucket.high = high;
    step_put_record(step, REMITTANCE_BUCKETS, key, &record_remit_bucket, &bucket);
    memo->hour = 0; /* the step may still be dropped: the next claim reads the row */
    return STATUS_OK;
}

enum status
item_end(struct step *step, struct remit_item *item)
{
    struct ledger_posting posting;
    enum remittance_counter before = item_counter(item);
    keep_begin(step, &posting, item, 0, item->clm01);
    if (item->state == REMIT_ITEM_STATE_DENIED) {
        ledger_move(&posting, LEDGER_END, LEDGER_CHARGES, LEDGER_DENIED, item->denied_cents);
        ledger_move(&posting, LEDGER_END, LEDGER_CHARGES, LEDGER_PATIENT, item->patient_cents);
        item->denied_cents = item->patient_cents = 0;
    } else {
        ledger_move(&posting, LEDGER_END, LEDGER_CHARGES, LEDGER_RECEIVABLE, item->total_cents);
    }
    enum status status = keep_denials_closed(step, item, TEXT("replaced"));
    if (status == STATUS_OK)
        status = keep_posting(step, &posting);
    if (status != STATUS_OK)
        return status;
    item_move(step, item, REMIT_ITEM_STATE_CLOSED, before);
    return keep_claim_event(step, item, EVENT_KIND_CLAIM_ENDED, TEXT("replaced"));
}

/* A later version was sent: what is owed for the one before is not owed twice. */
static enum status
supersede(struct step *step, const struct identity *identity)
{
    struct remit_item item;
    enum status status = item_get(step, identity->claim_id, identity->version - 1, &item);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK || item.replaced)
        return status;
    enum remittance_counter before = item_counter(&item);
    item.replaced = true;
    if (item.state == REMIT_ITEM_STATE_OPEN || item.state == REMIT_ITEM_STATE_SILENT ||
        item.state == REMIT_ITEM_STATE_REVERSED || item.state == REMIT_ITEM_STATE_DENIED)
        return item_end(step, &item);
    /* Paid in part or whole: the payer will take it back by a reversal. */
    status = keep_denials_closed(step, &item, TEXT("replaced"));
    if (status == STATUS_OK)
        item_move(step, &item, (enum remit_item_state)item.state, before);
    return status;
}

static enum status
sent_again(struct step *step, struct remit_item *item, const struct claim_sent *sent)
{
    if (!text_equal(item->clm01, sent->clm01))
        return step_refuse(step, STATUS_INVALID, "the claim version was sent under another claim number");
    if (item_decided(item) || item->state == REMIT_ITEM_STATE_CLOSED)
        return STATUS_OK;
    enum remittance_counter before = item_counter(item);
    item->sent = sent->sent;
    item->interchange = sent->interchange;
    enum status status = STATUS_OK;
    if (item->state == REMIT_ITEM_STATE_REJECTED) {
        struct ledger_posting posting;
        keep_begin(step, &posting, item, 0, item->clm01);
        ledger_move(&posting, LEDGER_CHARGE, LEDGER_RECEIVABLE, LEDGER_CHARGES, item->total_cents);
        status = keep_posting(step, &posting);
    }
    if (status != STATUS_OK)
        return status;
    item->asks = 0;
    item->asked = 0;
    item_move(step, item, REMIT_ITEM_STATE_OPEN, before);
    status = await(step, item);
    return status == STATUS_OK ? asking_await(step, item) : status;
}

enum status
item_handle_sent(struct step *step, const void *record)
{
    const struct claim_sent *sent = record;
    struct remit_item item;
    enum status status = item_get(step, sent->identity.claim_id, sent->identity.version, &item);
    if (status == STATUS_OK)
        return sent_again(step, &item, sent);
    if (status != STATUS_NOT_FOUND)
        return status;
    item = (struct remit_item){
        .identity = sent->identity,
        .clm01 = sent->clm01,
        .payer = sent->payer,
        .state = REMIT_ITEM_STATE_OPEN,
        .total_cents = sent->total_cents,
        .sent = sent->sent,
        .interchange = sent->interchange,
        .lines = sent->lines,
        .lines_count = sent->lines_count,
    };
    struct ledger_posting posting;
    keep_begin(step, &posting, &item, 0, item.clm01);
    ledger_move(&posting, LEDGER_CHARGE, LEDGER_RECEIVABLE, LEDGER_CHARGES, item.total_cents);
    status = keep_posting(step, &posting);
    if (status != STATUS_OK)
        return status;
    step_count(step, REMITTANCE_TAKEN, 1);
    step_count(step, REMITTANCE_QUEUED, 1);
    item_put(step, &item);
    status = await(step, &item);
    if (status == STATUS_OK)
        status = asking_await(step, &item);
    if (status == STATUS_OK && item.identity.version > 1)
        status = supersede(step, &item.identity);
    return status == STATUS_OK ? post_early(step, &item) : status;
}

/* Still open: nothing to keep. */
static enum status
end_silence(struct step *step, struct remit_item *item)
{
    enum remittance_counter before = item_counter(item);
    if (item->state != REMIT_ITEM_STATE_SILENT)
        return STATUS_OK;
    enum status status = keep_denials_closed(step, item, TEXT("answered"));
    if (status == STATUS_OK)
        item_move(step, item, REMIT_ITEM_STATE_OPEN, before);
    return status;
}

/* An acceptance ends a silence and is nothing else here: where no claim ever fell silent, the items need not be read. */
enum status
item_handle_accepted(struct step *step, const void *record)
{
    const struct claims_accepted *accepted = record;
    uint64_t silent_up_to = (uint64_t)step_counter(step, REMITTANCE_SILENT_UP_TO);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < accepted->claims_count && status == STATUS_OK; i++) {
        const struct accepted_claim *claim = &accepted->claims[i];
        struct remit_item item;
        if (claim->claim_id > silent_up_to)
            continue;
        status = item_get(step, claim->claim_id, claim->version, &item);
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status == STATUS_OK ? end_silence(step, &item) : status;
    }
    return status;
}

/* Of acceptances only those of builds before `claims_accepted`. */
enum status
item_handle_answer(struct step *step, const void *record)
{
    const struct claim_answer *answer = record;
    struct remit_item item;
    enum status status = item_get(step, answer->identity.claim_id, answer->identity.version, &item);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    enum remittance_counter before = item_counter(&item);
    bool open = item.state == REMIT_ITEM_STATE_OPEN || item.state == REMIT_ITEM_STATE_SILENT;
    if (!open)
        return STATUS_OK;
    if (answer->answer == ANSWER_KIND_REJECTED) {
        struct ledger_posting posting;
        keep_begin(step, &posting, &item, 0, item.clm01);
        ledger_move(&posting, LEDGER_END, LEDGER_CHARGES, LEDGER_RECEIVABLE, item.total_cents);
        status = keep_posting(step, &posting);
        if (status == STATUS_OK)
            status = keep_denials_closed(step, &item, TEXT("rejected"));
        if (status == STATUS_OK)
            item_move(step, &item, REMIT_ITEM_STATE_REJECTED, before);
        return status;
    }
    return end_silence(step, &item);
}

/* Sent before this instant and open: silent. */
struct silence {
    struct look look;
    struct text payer;
    int64_t before;
};

static bool
is_silent(struct look *look, const struct remit_item *item)
{
    const struct silence *silence = (const struct silence *)look;
    return item->state == REMIT_ITEM_STATE_OPEN && text_equal(item->payer, silence->payer) && item->sent < silence->before;
}

static enum status
fall_silent(struct step *step, const struct identity *identity)
{
    struct remit_item item;
    enum status status = item_get(step, identity->claim_id, identity->version, &item);
    if (status != STATUS_OK)
        return status;
    struct remit_work work = {
        .kind = REMIT_WORK_KIND_SILENT,
        .identity = item.identity,
        .clm01 = item.clm01,
        .payer = item.payer,
        .cents = item.total_cents,
        .finding = FINDING_REMITTANCE_CLAIM_SILENT,
    };
    keep_work(step, &work);
    item.work_first = work.number;
    item.work_count = item.work_open = 1;
    int64_t up_to = step_counter(step, REMITTANCE_SILENT_UP_TO);
    if ((int64_t)item.identity.claim_id > up_to)
        step_count(step, REMITTANCE_SILENT_UP_TO, (int64_t)item.identity.claim_id - up_to);
    item_move(step, &item, REMIT_ITEM_STATE_SILENT, REMITTANCE_QUEUED);
    return keep_claim_event(step, &item, EVENT_KIND_CLAIM_SILENT, (struct text){0});
}

enum status
item_handle_silence(struct step *step, struct text key)
{
    struct remit_bucket bucket;
    int64_t hour = (int64_t)store_u64(key, 0);
    uint64_t from = store_u64(key, 8);
    struct text payer = arena_copy(step_arena(step), text_of(key.data + 16, key.length - 16));
    struct text row = bucket_key(step, hour, payer);
    enum status status = step_get_record(step, REMITTANCE_BUCKETS, row, &record_remit_bucket, &bucket);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    struct silence *silence = arena_take(step_arena(step), sizeof *silence);
    silence->look.wants = is_silent;
    silence->look.act = fall_silent;
    silence->payer = payer;
    silence->before = hour * HOUR - usual_time(step, payer);
    status = look_through(step, &silence->look, from < bucket.low ? bucket.low : from, bucket.high);
    if (status != STATUS_OK)
        return status;
    if (silence->look.next != 0) {
        step_due_set(step, hour * HOUR, REMITTANCE_DUE_SILENCE, silence_key(step, hour, silence->look.next, payer));
    } else {
        step_delete(step, REMITTANCE_BUCKETS, row);
        ((struct remittance *)step_state(step))->bucket.hour = 0;
    }
    return STATUS_OK;
}
