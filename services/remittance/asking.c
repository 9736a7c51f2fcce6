/* Claims of which a payer says nothing for a while, and whose profile lets us ask: claims is told, and puts the question. */
#include "services/remittance/look.h"

#include "common/clock/clock.h"
#include "schemas/streams.h"

enum { BUCKET_CLAIMS = 4096 };

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

struct asking {
    struct look look;
    const struct payer *payer;
    int64_t now;
    bool again;
};

static bool
is_wanted(struct look *look, const struct remit_item *item)
{
    struct asking *asking = (struct asking *)look;
    const struct payer *payer = asking->payer;
    bool open = item->state == REMIT_ITEM_STATE_OPEN || item->state == REMIT_ITEM_STATE_SILENT;
    if (!open || item->asks >= payer->status_times || !text_equal(item->payer, payer->name) ||
        item->sent + payer->status_after > asking->now || (item->asked != 0 && item->asked + payer->status_every > asking->now))
        return false; /* decided, asked often enough, or looked at at another time */
    asking->again |= item->asks + 1 < payer->status_times;
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
    item.questioned = true;
    item.asked = step_time(step);
    item_put(step, &item);
    struct status_wish wish = {.identity = item.identity, .clm01 = item.clm01, .payer = item.payer, .times = item.asks};
    return step_emit(step, STREAM_REMITTANCE_CLAIMS, &record_status_wish, &wish);
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
    struct asking *asking = arena_take(step_arena(step), sizeof *asking);
    asking->look.wants = is_wanted;
    asking->look.act = ask;
    asking->payer = asked_payer(step, name);
    asking->now = step_time(step);
    asking->again = row.again;
    if (asking->payer == NULL) { /* switched off meanwhile */
        step_delete(step, REMITTANCE_ASKING, place);
        return STATUS_OK;
    }
    status = look_through(step, &asking->look, from < row.low ? row.low : from, row.high);
    if (status != STATUS_OK)
        return status;
    if (asking->look.next != 0) {
        row.again = asking->again;
        step_put_record(step, REMITTANCE_ASKING, place, &record_remit_asking, &row);
        set_due(step, instant, asking->look.next, name);
        return STATUS_OK;
    }
    step_delete(step, REMITTANCE_ASKING, place);
    if (!asking->again)
        return STATUS_OK;
    return look_later(step, rounded(asking->payer, asking->now + asking->payer->status_every), name, row.low, row.high);
}

enum status
asking_settled(struct step *step, const struct remit_item *item)
{
    if (!item->questioned)
        return STATUS_OK;
    struct status_settled settled = {.identity = item->identity, .clm01 = item->clm01, .payer = item->payer};
    return step_emit(step, STREAM_REMITTANCE_CLAIMS, &record_status_settled, &settled);
}
