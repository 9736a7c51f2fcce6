/* What people ask: claims, remittances, the balance. Work stands in work.c. */
#include "services/remittance/remittance.h"

#include "common/control_number/control_number.h"
#include "schemas/findings.h"

struct listing {
    struct control_rows *rows;
    bool corrupt;
};

static void
answer(struct control_rows *rows, enum control_status status, const char *sentence)
{
    rows->answer->status = status;
    rows->answer->sentence = text_from(sentence);
}

static void
item_row(struct control_rows *rows, const struct remit_item *item)
{
    control_row(rows);
    control_number(rows, "claim_id", (int64_t)item->identity.claim_id);
    control_number(rows, "version", (int64_t)item->identity.version);
    control_text(rows, "clm01", item->clm01);
    control_text(rows, "payer", item->payer);
    control_text(rows, "state",
                 text_from(item->state < REMIT_ITEM_STATE_COUNT ? remit_item_state_names[item->state] : "unknown"));
    control_instant(rows, "sent", item->sent);
    control_money(rows, "cents", item->total_cents);
    control_money(rows, "paid_cents", item->paid_cents);
    control_money(rows, "contractual_cents", item->contractual_cents);
    control_money(rows, "patient_cents", item->patient_cents);
    control_money(rows, "denied_cents", item->denied_cents);
    control_money(rows, "other_cents", item->other_cents);
    control_number(rows, "work_open", (int64_t)item->work_open);
    if (item->decided != 0) {
        control_instant(rows, "decided", item->decided);
        control_number(rows, "unit", (int64_t)item->unit);
        control_number(rows, "set", (int64_t)item->set);
    }
}

static bool
list_item(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct remit_item item;
    struct arena arena;
    (void)key;
    arena_init(&arena, 0);
    listing->corrupt = record_read(&record_remit_item, value, &arena, &item, NULL) != STATUS_OK;
    if (!listing->corrupt)
        item_row(listing->rows, &item);
    arena_free(&arena);
    return !listing->corrupt && !control_page_full(listing->rows);
}

static void
verb_claim_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t id;
    struct control_number number;
    struct text given = control_argument(request, "id");
    if (control_number_parse(given, &number))
        id = number.claim_id;
    else if (!text_to_u64(given, &id)) {
        answer(rows, CONTROL_STATUS_WRONG, "id is the number of a claim, or its CLM01");
        return;
    }
    struct arena arena;
    arena_init(&arena, 0);
    struct store_key from = store_key_u32(store_key_u64(store_key(), id), 0);
    struct store_key to = store_key_u32(store_key_u64(store_key(), id), UINT32_MAX);
    struct listing listing = {.rows = rows};
    enum status status =
        service_scan(service, REMITTANCE_ITEMS, store_key_text(&from), store_key_text(&to), &arena, list_item, &listing);
    arena_free(&arena);
    if (status != STATUS_OK || listing.corrupt)
        answer(rows, CONTROL_STATUS_REFUSED, "a row cannot be read");
    else if (rows->answer->rows_count == 0)
        answer(rows, CONTROL_STATUS_NOT_FOUND, "no claim of this number was sent");
    else
        answer(rows, CONTROL_STATUS_DONE, "");
}

static bool
list_set(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct remit_set set;
    struct arena arena;
    if (control_page_full(rows)) {
        rows->answer->next = arena_print(rows->arena, "%llu-%llu", (unsigned long long)store_u64(key, 0),
                                         (unsigned long long)(store_u64(key, 4) & UINT32_MAX));
        return false;
    }
    arena_init(&arena, 0);
    listing->corrupt = record_read(&record_remit_set, value, &arena, &set, NULL) != STATUS_OK;
    if (!listing->corrupt) {
        control_row(rows);
        control_number(rows, "unit", (int64_t)set.unit);
        control_number(rows, "set", (int64_t)set.ordinal);
        control_text(rows, "payer", set.payer);
        control_text(rows, "state", text_from(set.state < REMIT_SET_STATE_COUNT ? remit_set_state_names[set.state] : "unknown"));
        control_text(rows, "trace", set.trace);
        control_date(rows, "effective_date", set.effective_date);
        control_money(rows, "cents", set.paid_cents);
        control_money(rows, "claims_cents", set.claims_cents);
        control_money(rows, "provider_cents", set.provider_cents);
        control_money(rows, "difference_cents", set.difference_cents);
        control_number(rows, "claims", (int64_t)set.claims);
        control_number(rows, "unmatched", (int64_t)set.unmatched);
        control_text(rows, "place", set.place);
        control_instant(rows, "since", set.instant);
        const struct finding_kind *kind = finding_kind((uint16_t)set.finding);
        control_text(rows, "finding", text_from(kind == NULL ? "" : kind->name));
    }
    arena_free(&arena);
    return !listing->corrupt;
}

static void
verb_remit_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t unit = 0, ordinal = 0;
    struct text rest, first = text_cut(request->cursor, '-', &rest);
    if (request->cursor.length > 0 && (!text_to_u64(first, &unit) || !text_to_u64(rest, &ordinal))) {
        answer(rows, CONTROL_STATUS_WRONG, "the cursor is not one of this list");
        return;
    }
    struct arena arena;
    arena_init(&arena, 0);
    struct store_key key = store_key_u32(store_key_u64(store_key(), unit), (uint32_t)ordinal);
    struct listing listing = {.rows = rows};
    enum status status = service_scan(service, REMITTANCE_SETS, store_key_text(&key), (struct text){0}, &arena, list_set, &listing);
    arena_free(&arena);
    if (status != STATUS_OK || listing.corrupt)
        answer(rows, CONTROL_STATUS_REFUSED, "a row cannot be read");
    else
        answer(rows, CONTROL_STATUS_DONE, "");
}

static void
verb_balance(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    static const char *const counts[] = {"taken", "made", "passed_on", "ended", "held", "queued", "refused"};
    int64_t values[7];
    (void)request;
    answer(rows, CONTROL_STATUS_DONE, "");
    control_row(rows);
    for (unsigned i = 0; i < 7; i++) {
        values[i] = service_counter(service, REMITTANCE_TAKEN + i);
        control_number(rows, counts[i], values[i]);
    }
    control_number(rows, "difference", values[0] + values[1] - values[2] - values[3] - values[4] - values[5] - values[6]);
    struct ledger_balances balances = {.debits_cents = service_counter(service, REMITTANCE_DEBITS_CENTS),
                                       .credits_cents = service_counter(service, REMITTANCE_CREDITS_CENTS)};
    for (unsigned i = LEDGER_RECEIVABLE; i < LEDGER_ACCOUNT_COUNT; i++)
        balances.cents[i] = service_counter(service, REMITTANCE_ACCOUNTS + i);
    control_money(rows, "debits_cents", balances.debits_cents);
    control_money(rows, "credits_cents", balances.credits_cents);
    control_money(rows, "difference_cents", ledger_difference(&balances));
    for (unsigned i = LEDGER_RECEIVABLE; i < LEDGER_ACCOUNT_COUNT; i++)
        control_money(rows, arena_print(rows->arena, "%s_cents", ledger_account_name((enum ledger_account)i)).data,
                      balances.cents[i]);
}

const struct service_verb remittance_verbs[REMITTANCE_VERBS] = {
    {.verb = "work.list", .query = work_verb_list},
    {.verb = "work.show", .query = work_verb_show},
    {.verb = "work.answer", .act = work_verb_answer},
    {.verb = "claim.show", .query = verb_claim_show},
    {.verb = "remit.list", .query = verb_remit_list},
    {.verb = "denial.list", .query = work_verb_denials},
    {.verb = "balance", .query = verb_balance},
};
