/* Claims of which a payer says nothing for a while, and whose profile lets us ask: claims is told, and puts the question. */
#include "services/remittance/remittance.h"

#include "common/clock/clock.h"
#include "schemas/streams.h"

enum { ASKED_AT_ONCE = 128, LOOKED_AT_ONCE = 1024, BUCKET_CLAIMS = 4096 };

static const struct payer *
asked_payer(struct step *step, struct text name)
{
    const struct remittance *state = step_state(step);
    const struct payer *payer = state->asks ? payer_by_name(state->payers, name) : NULL;
    return payer != NULL && payer->status_inquiry ? payer : NULL;
}

/* Claims of one payer and one hour share a look; where the profile counts in less than days, those of a second. */
static int64_t
rounded(const struct payer *payer, int64_t instant)
{
    int64_t unit = payer->status_after >= CLOCK_DAY && payer->status_every >= CLOCK_DAY ? 3600 * CLOCK_SECOND : CLOCK_SECOND;
    return (instant / unit + 1) * unit;
}

static struct text
row_of(struct step *step, int64_t instant, struct text payer)
{
    struct store_key key = store_key_bytes(store_key_u64(store_key(), (uint64_t)instant), payer);
    return arena_copy(step_arena(step), store_key_text(&key));
}

static void
set_due(struct step *step, int64_t instant, uint64_t from, struct text payer)
{
    struct store_key key = store_key_u64(store_key_u64(store_key(), (uint64_t)instant), from);
    key = store_key_bytes(key, payer);
    step_due_set(step, instant, REMITTANCE_DUE_ASKING, store_key_text(&key));
}

/* The claims from low to high are looked at at this instant, with others that are there already. */
static enum status
look_later(struct step *step, int64_t instant, struct text payer, uint64_t low, uint64_t high)
{
    struct text key = row_of(step, instant, payer);
    struct remit_asking row;
    enum status status = step_get_record(step, REMITTANCE_ASKING, key, &record_remit_asking, &row);
    if (status == STATUS_NOT_FOUND) {
        row = (struct remit_asking){.low = low, .high = high};
        set_due(step, instant, 0, payer);
    } else if (status != STATUS_OK) {
        return status;
    } else if (low >= row.low && high <= row.high) {
        return STATUS_OK;
    }
    row.low = low < row.low ? low : row.low;
    row.high = high > row.high ? high : row.high;
    step_put_record(step, REMITTANCE_ASKING, key, &record_remit_asking, &row);
    return STATUS_OK;
}

enum status
asking_await(struct step *step, const struct remit_item *item)
{
    const struct payer *payer = asked_payer(step, item->payer);
    if (payer == NULL)
        return STATUS_OK;
    uint64_t id = item->identity.claim_id, low = id - id % BUCKET_CLAIMS;
    return look_later(step, rounded(payer, item->sent + payer->status_after), payer->name, low == 0 ? 1 : low,
                      low + BUCKET_CLAIMS - 1);
}

struct look {
    const struct payer *payer;
    int64_t now;
    struct identity asked[ASKED_AT_ONCE];
    unsigned count, looked;
    uint64_t next; /* claim id to go on with; 0: all were looked at */
    bool again;
    struct arena *arena;
    enum status status;
};

static bool
look_at(void *context, struct text key, struct text value)
{
    struct look *look = context;
    struct remit_item item;
    if (look->count == ASKED_AT_ONCE || look->looked == LOOKED_AT_ONCE) {
        look->next = store_u64(key, 0);
        return false;
    }
    look->looked++;
    look->status = record_read(&record_remit_item, value, look->arena, &item, NULL);
    if (look->status != STATUS_OK) {
        look->status = STATUS_CORRUPT;
        return false;
    }
    bool open = item.state == REMIT_ITEM_STATE_OPEN || item.state == REMIT_ITEM_STATE_SILENT;
    const struct payer *payer = look->payer;
    if (!open || item.asks >= payer->status_times || !text_equal(item.payer, payer->name) ||
        item.sent + payer->status_after > look->now || (item.asked != 0 && item.asked + payer->status_every > look->now))
        return true; /* decided, asked often enough, or looked at at another time */
    look->again |= item.asks + 1 < payer->status_times;
    look->asked[look->count++] = (struct identity){.claim_id = item.identity.claim_id, .version = item.identity.version};
    return true;
}

static enum status
ask(struct step *step, const struct identity *identity)
{
    struct remit_item item;
    enum status status = item_get(step, identity->claim_id, identity->version, &item);
    if (status != STATUS_OK)
        return status;
    item.asks++;
    item.asked = step_time(step);
    item_put(step, &item);
    struct status_wish wish = {.identity = item.identity, .clm01 = item.clm01, .payer = item.payer, .times = item.asks};
    return step_emit(step, STREAM_REMITTANCE_CLAIMS, &record_status_wish, &wish);
}

/* The range is looked at from `from` on, a part a step. */
static enum status
look_through(struct step *step, struct look *look, const struct remit_asking *row, uint64_t from)
{
    struct text first = row_key_item(step, from < row->low ? row->low : from, 0);
    struct text end = row_key_item(step, row->high, UINT32_MAX);
    enum status status = step_scan(step, REMITTANCE_ITEMS, first, end, look_at, look);
    if (status == STATUS_OK)
        status = look->status;
    for (unsigned i = 0; i < look->count && status == STATUS_OK; i++)
        status = ask(step, &look->asked[i]);
    return status;
}

enum status
asking_handle(struct step *step, struct text key)
{
    struct remit_asking row;
    int64_t instant = (int64_t)store_u64(key, 0);
    uint64_t from = store_u64(key, 8);
    struct text name = arena_copy(step_arena(step), text_of(key.data + 16, key.length - 16));
    struct text place = row_of(step, instant, name);
    enum status status = step_get_record(step, REMITTANCE_ASKING, place, &record_remit_asking, &row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    struct look *look = arena_take(step_arena(step), sizeof *look);
    look->payer = asked_payer(step, name);
    look->now = step_time(step);
    look->arena = step_arena(step);
    look->again = row.again;
    if (look->payer == NULL) { /* switched off meanwhile */
        step_delete(step, REMITTANCE_ASKING, place);
        return STATUS_OK;
    }
    status = look_through(step, look, &row, from);
    if (status != STATUS_OK)
        return status;
    if (look->next != 0) {
        row.again = look->again;
        step_put_record(step, REMITTANCE_ASKING, place, &record_remit_asking, &row);
        set_due(step, instant, look->next, name);
        return STATUS_OK;
    }
    step_delete(step, REMITTANCE_ASKING, place);
    if (!look->again)
        return STATUS_OK;
    return look_later(step, rounded(look->payer, look->now + look->payer->status_every), name, row.low, row.high);
}
