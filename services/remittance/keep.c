/* The ledger, work items and events as rows of the store. */
#include "services/remittance/remittance.h"

#include "common/money/money.h"
#include "schemas/streams.h"

struct text
row_key_pair(struct step *step, uint64_t a, uint64_t b)
{
    struct store_key key = store_key_u32(store_key_u64(store_key(), a), (uint32_t)b);
    return arena_copy(step_arena(step), store_key_text(&key));
}

struct text
row_key(struct step *step, uint64_t a)
{
    struct store_key key = store_key_u64(store_key(), a);
    return arena_copy(step_arena(step), store_key_text(&key));
}

struct text
row_key_item(struct step *step, uint64_t claim_id, uint64_t version)
{
    return row_key_pair(step, claim_id, version);
}

void
keep_begin(struct step *step, struct ledger_posting *posting, const struct remit_item *item, uint64_t unit,
           struct text reference)
{
    ledger_begin(posting, &(struct ledger_entry){
                              .instant = step_time(step),
                              .claim_id = item == NULL ? 0 : item->identity.claim_id,
                              .version = item == NULL ? 0 : (uint16_t)item->identity.version,
                              .remittance = unit,
                              .reference = reference,
                          });
}

static bool
count_money(struct step *step, unsigned counter, int64_t cents)
{
    int64_t sum = step_counter(step, counter);
    if (!money_add(&sum, cents))
        return false;
    step_count(step, counter, cents);
    return true;
}

enum status
keep_posting(struct step *step, const struct ledger_posting *posting)
{
    struct remit_entry entries[LEDGER_POSTING_ENTRIES] = {0};
    if (posting->overflow)
        return step_refuse(step, STATUS_LIMIT, "a sum of a posting passes the bound of an amount");
    if (posting->count == 0)
        return STATUS_OK;
    bool fits = true;
    for (unsigned i = 0; i < posting->count; i++) {
        const struct ledger_entry *entry = &posting->entries[i];
        entries[i] = (struct remit_entry){.debit = entry->debit, .credit = entry->credit, .cents = entry->cents, .kind = entry->kind};
        fits = fits && count_money(step, REMITTANCE_ACCOUNTS + entry->debit, entry->cents) &&
               count_money(step, REMITTANCE_ACCOUNTS + entry->credit, -entry->cents) &&
               count_money(step, REMITTANCE_DEBITS_CENTS, entry->cents) &&
               count_money(step, REMITTANCE_CREDITS_CENTS, entry->cents);
    }
    if (!fits)
        return step_refuse(step, STATUS_LIMIT, "a balance of the ledger passes its bound");
    struct remit_posting row = {
        .instant = posting->head.instant,
        .identity = {.claim_id = posting->head.claim_id, .version = posting->head.version},
        .unit = posting->head.remittance,
        .reference = posting->head.reference,
        .entries = entries,
        .entries_count = posting->count,
    };
    struct text packed;
    enum status status = record_write(&record_remit_posting, &row, step_arena(step), &packed, NULL);
    if (status != STATUS_OK)
        return step_refuse(step, status, "a posting is out of its bounds");
    step_log_append(step, REMITTANCE_LEDGER, packed);
    return STATUS_OK;
}

void
keep_work(struct step *step, struct remit_work *work)
{
    step_count(step, REMITTANCE_WORK_NUMBER, 1);
    step_count(step, REMITTANCE_WORK_OPEN, 1);
    work->number = (uint64_t)step_counter(step, REMITTANCE_WORK_NUMBER);
    work->opened = step_time(step);
    step_put_record(step, REMITTANCE_WORK, row_key(step, work->number), &record_remit_work, work);
}

enum status
keep_work_get(struct step *step, uint64_t number, struct remit_work *work)
{
    return step_get_record(step, REMITTANCE_WORK, row_key(step, number), &record_remit_work, work);
}

void
keep_work_done(struct step *step, struct remit_work *work, struct text actor, struct text act, struct text why)
{
    struct text key = row_key(step, work->number);
    work->done = step_time(step);
    work->actor = actor;
    work->act = act;
    work->why = why;
    step_delete(step, REMITTANCE_WORK, key);
    step_put_record(step, REMITTANCE_DONE, key, &record_remit_work, work);
    step_count(step, REMITTANCE_WORK_OPEN, -1);
}

enum status
keep_denials_closed(struct step *step, struct remit_item *item, struct text act)
{
    for (uint64_t i = 0; i < item->work_count && item->work_open > 0; i++) {
        struct remit_work work;
        enum status status = keep_work_get(step, item->work_first + i, &work);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        keep_work_done(step, &work, TEXT("claimline"), act, (struct text){0});
        item->work_open--;
    }
    item->work_open = 0;
    item->work_count = 0;
    return STATUS_OK;
}

enum status
keep_claim_event(struct step *step, const struct remit_item *item, enum event_kind kind, struct text code)
{
    struct event event = {
        .identity = item->identity,
        .kind = kind,
        .cents = item->total_cents,
        .paid_cents = item->paid_cents,
        .patient_cents = item->patient_cents,
        .code = code,
        .detail = item->clm01,
    };
    return step_event(step, &event);
}
