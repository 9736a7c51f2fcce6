/* What people ask and do: work, claims, remittances, denials, the balance. */
#include "services/remittance/remittance.h"

#include "common/control_number/control_number.h"
#include "common/money/money.h"
#include "schemas/findings.h"
#include "services/remittance/classify.h"

#include <stdio.h>

static const char *const kind_words[] = {"", "denial", "remittance", "unmatched", "silent"};

struct listing {
    struct service *service;
    const struct control_request *request;
    struct control_rows *rows;
    struct arena *arena;
    bool denials_only, corrupt;
};

/* "12" or "remittance-12". */
static bool
work_number(struct text id, uint64_t *number)
{
    if (text_starts(id, TEXT("remittance-")))
        id = text_of(id.data + 11, id.length - 11);
    return text_to_u64(id, number);
}

static void
answer(struct control_rows *rows, enum control_status status, const char *sentence)
{
    rows->answer->status = status;
    rows->answer->sentence = text_from(sentence);
}

/* The sentence of a work item: why, with the amount of what does not fit. */
static struct text
work_sentence(const struct remit_work *work, struct arena *arena)
{
    char cents[MONEY_TEXT_BYTES];
    if (work->kind == REMIT_WORK_KIND_DENIAL) {
        const struct classify_reason *reason = classify_find(work->reason, 0);
        const char *words = reason == NULL ? "The payer denied it." : reason->sentence;
        if (work->line > 0)
            return arena_print(arena, "Line %u denied, %.*s-%.*s: %s", (unsigned)work->line, TEXT_ARGS(work->group),
                               TEXT_ARGS(work->reason), words);
        return arena_print(arena, "Claim denied, %.*s-%.*s: %s", TEXT_ARGS(work->group), TEXT_ARGS(work->reason), words);
    }
    const struct finding_kind *kind = finding_kind((uint16_t)work->finding);
    if (kind == NULL)
        return TEXT("Somebody must look at it.");
    struct text detail = work->finding == FINDING_REMITTANCE_BROKEN ? work->place : money_print(work->difference_cents, cents);
    struct finding finding = {.kind = kind, .detail = detail};
    return finding_sentence(&finding, true, arena);
}

static struct text
work_suggestion(const struct remit_work *work)
{
    if (work->kind == REMIT_WORK_KIND_DENIAL)
        return text_from(classify_suggestion((enum classify_class)(work->class < CLASSIFY_CLASS_COUNT ? work->class : CLASSIFY_OTHER_DENIAL)));
    const struct finding_kind *kind = finding_kind((uint16_t)work->finding);
    return text_from(kind == NULL ? "" : kind->remedy);
}

static void
work_row(struct control_rows *rows, const struct remit_work *work, bool reveal)
{
    struct control_number number;
    control_row(rows);
    control_text(rows, "id", arena_print(rows->arena, "remittance-%llu", (unsigned long long)work->number));
    control_text(rows, "queue", TEXT("biller"));
    control_text(rows, "kind", text_from(kind_words[work->kind <= REMIT_WORK_KIND_SILENT ? work->kind : 0]));
    if (work->identity.claim_id != 0) {
        control_number(rows, "claim_id", (int64_t)work->identity.claim_id);
        control_number(rows, "version", (int64_t)work->identity.version);
    }
    /* CLP01 that is not ours may be a patient's account number. */
    if (work->clm01.length > 0)
        control_text(rows, "clm01", reveal || control_number_parse(work->clm01, &number) ? work->clm01 : TEXT("***"));
    control_text(rows, "payer", work->payer);
    control_instant(rows, "since", work->opened);
    control_money(rows, "cents", work->cents);
    if (work->kind == REMIT_WORK_KIND_DENIAL) {
        control_number(rows, "line", (int64_t)work->line);
        control_text(rows, "group", work->group);
        control_text(rows, "reason", work->reason);
        control_text(rows, "class", text_from(classify_name((enum classify_class)(work->class < CLASSIFY_CLASS_COUNT ? work->class : CLASSIFY_OTHER_DENIAL))));
        control_text(rows, "remark", work->remark);
        control_date(rows, "deadline", work->deadline);
    } else {
        control_money(rows, "difference_cents", work->difference_cents);
        control_text(rows, "place", work->place);
    }
    if (work->unit != 0) {
        control_number(rows, "unit", (int64_t)work->unit);
        control_number(rows, "set", (int64_t)work->set);
    }
    if (work->claim != 0)
        control_number(rows, "claim", (int64_t)work->claim);
    control_text(rows, "sentence", work_sentence(work, rows->arena));
    control_text(rows, "suggestion", work_suggestion(work));
    if (work->done != 0) {
        control_instant(rows, "done", work->done);
        control_text(rows, "act", work->act);
        control_text(rows, "actor", work->actor);
    }
}

static bool
list_work(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct remit_work work;
    /* The record lies in an arena of its own: the rows keep what they copied. */
    struct arena arena;
    arena_init(&arena, 0);
    listing->corrupt = record_read(&record_remit_work, value, &arena, &work, NULL) != STATUS_OK;
    struct text kind = control_argument(listing->request, "kind"), payer = control_argument(listing->request, "payer");
    bool fits = !listing->corrupt && (!listing->denials_only || work.kind == REMIT_WORK_KIND_DENIAL) &&
                (payer.length == 0 || text_equal(payer, work.payer)) &&
                (kind.length == 0 || (work.kind <= REMIT_WORK_KIND_SILENT && text_is(kind, kind_words[work.kind])));
    bool full = fits && control_page_full(listing->rows);
    if (full)
        listing->rows->answer->next = arena_print(listing->rows->arena, "%llu", (unsigned long long)store_u64(key, 0));
    else if (fits)
        work_row(listing->rows, &work, listing->request->reveal);
    arena_free(&arena);
    return !full && !listing->corrupt;
}

static void
list(struct service *service, const struct control_request *request, struct control_rows *rows, bool denials_only)
{
    uint64_t from = 0;
    struct arena arena;
    struct text queue = control_argument(request, "queue");
    if (queue.length > 0 && !text_is(queue, "biller")) {
        answer(rows, CONTROL_STATUS_DONE, "");
        return;
    }
    if (request->cursor.length > 0 && !text_to_u64(request->cursor, &from)) {
        answer(rows, CONTROL_STATUS_WRONG, "the cursor is not one of this list");
        return;
    }
    arena_init(&arena, 0);
    struct store_key key = store_key_u64(store_key(), from);
    struct listing listing = {.service = service, .request = request, .rows = rows, .denials_only = denials_only};
    enum status status = service_scan(service, REMITTANCE_WORK, store_key_text(&key), (struct text){0}, &arena, list_work, &listing);
    arena_free(&arena);
    if (status != STATUS_OK || listing.corrupt)
        answer(rows, CONTROL_STATUS_REFUSED, "a row cannot be read");
    else
        answer(rows, CONTROL_STATUS_DONE, "");
}

static void
verb_work_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list(service, request, rows, false);
}

static void
verb_denial_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list(service, request, rows, true);
}

static enum status
get_row(struct service *service, unsigned table, uint64_t number, struct control_rows *rows, const struct record_type *type,
        void *record)
{
    struct text value;
    struct store_key key = store_key_u64(store_key(), number);
    enum status status = service_get(service, table, store_key_text(&key), rows->arena, &value);
    if (status == STATUS_OK && record_read(type, value, rows->arena, record, NULL) != STATUS_OK)
        status = STATUS_CORRUPT;
    return status;
}

static void
verb_work_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number;
    struct remit_work work;
    if (!work_number(control_argument(request, "id"), &number)) {
        answer(rows, CONTROL_STATUS_WRONG, "id is the number of a work item, for example remittance-12");
        return;
    }
    enum status status = get_row(service, REMITTANCE_WORK, number, rows, &record_remit_work, &work);
    if (status == STATUS_NOT_FOUND)
        status = get_row(service, REMITTANCE_DONE, number, rows, &record_remit_work, &work);
    if (status != STATUS_OK) {
        answer(rows, CONTROL_STATUS_NOT_FOUND, "there is no such work item");
        return;
    }
    answer(rows, CONTROL_STATUS_DONE, "");
    work_row(rows, &work, request->reveal);
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
    struct listing listing = {.service = service, .request = request, .rows = rows};
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
    struct listing listing = {.service = service, .request = request, .rows = rows};
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

/* ---- acts ---- */

enum act { ACT_NONE, ACT_WRITE_OFF, ACT_CLOSE, ACT_ACCEPT };
static const char *const act_words[] = {"", "write-off", "close", "accept"};

/* By its own word; "end" and "release" as the command names them for every daemon; or "set" with act=WORD. */
static enum act
act_of(const struct control_request *request, const struct remit_work *work)
{
    struct text word = control_argument(request, "act");
    struct text set = control_argument(request, "set.1");
    if (text_is(word, "set") && text_starts(set, TEXT("act=")))
        word = text_of(set.data + 4, set.length - 4);
    if (text_is(word, "end"))
        return work->kind == REMIT_WORK_KIND_DENIAL ? ACT_WRITE_OFF : ACT_CLOSE;
    if (text_is(word, "release"))
        return work->kind == REMIT_WORK_KIND_UNMATCHED ? ACT_ACCEPT : ACT_CLOSE;
    for (unsigned i = ACT_WRITE_OFF; i <= ACT_ACCEPT; i++)
        if (text_is(word, act_words[i]))
            return (enum act)i;
    return ACT_NONE;
}

static const char *
not_allowed(const struct remit_work *work, enum act act)
{
    if (act == ACT_WRITE_OFF && work->kind != REMIT_WORK_KIND_DENIAL)
        return "only a denial can be written off";
    if (act == ACT_ACCEPT && work->kind != REMIT_WORK_KIND_UNMATCHED)
        return "only an unmatched payment can be accepted; a remittance that does not balance is never forced";
    if (act == ACT_CLOSE && work->kind == REMIT_WORK_KIND_UNMATCHED && work->cents != 0)
        return "its payment stands in clearing: accept it, or wait for the payer's correction";
    return NULL;
}

static enum status
move_money(struct step *step, const struct remit_work *work, enum act act)
{
    struct ledger_posting posting;
    struct remit_item item = {.identity = work->identity};
    struct text reference = arena_print(step_arena(step), "work %llu", (unsigned long long)work->number);
    keep_begin(step, &posting, &item, work->unit, reference);
    if (act == ACT_WRITE_OFF)
        ledger_move(&posting, LEDGER_CORRECTION, LEDGER_WRITE_OFF,
                    work->account == LEDGER_PATIENT ? LEDGER_PATIENT : LEDGER_DENIED, work->cents);
    if (act == ACT_ACCEPT)
        ledger_move(&posting, LEDGER_CORRECTION, LEDGER_CLEARING, LEDGER_OTHER_REDUCTION, work->cents);
    return keep_posting(step, &posting);
}

/* The claim whose denial was answered: written off leaves less in dispute, and its last work item ends it. */
static enum status
settle_item(struct step *step, const struct remit_work *work, enum act act)
{
    struct remit_item item;
    if (work->kind != REMIT_WORK_KIND_DENIAL && work->kind != REMIT_WORK_KIND_SILENT)
        return STATUS_OK;
    enum status status = item_get(step, work->identity.claim_id, work->identity.version, &item);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    enum remittance_counter before = item_counter(&item);
    if (item.work_open > 0)
        item.work_open--;
    if (act == ACT_WRITE_OFF) {
        item.other_cents += work->cents;
        if (work->account == LEDGER_PATIENT)
            item.patient_cents -= work->cents;
        else
            item.denied_cents -= work->cents;
    }
    item_move(step, &item, (enum remit_item_state)item.state, before);
    if (item.state != REMIT_ITEM_STATE_DENIED || item.work_open > 0 || act != ACT_WRITE_OFF)
        return STATUS_OK;
    return keep_claim_event(step, &item, EVENT_KIND_CLAIM_ENDED, TEXT("write-off"));
}

static enum status
verb_work_answer(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number;
    struct remit_work work;
    if (!work_number(control_argument(request, "id"), &number)) {
        answer(rows, CONTROL_STATUS_WRONG, "id is the number of a work item, for example remittance-12");
        return STATUS_OK;
    }
    enum status status = keep_work_get(step, number, &work);
    if (status == STATUS_NOT_FOUND) {
        answer(rows, CONTROL_STATUS_NOT_FOUND, "no such work item is open");
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    enum act act = act_of(request, &work);
    const char *why_not = act == ACT_NONE ? "act is one of write-off, close, accept" : not_allowed(&work, act);
    if (why_not == NULL && step_reason(step).length == 0)
        why_not = "a reason is needed";
    if (why_not != NULL) {
        answer(rows, act == ACT_NONE ? CONTROL_STATUS_WRONG : CONTROL_STATUS_REFUSED, why_not);
        return STATUS_OK;
    }
    status = move_money(step, &work, act);
    if (status == STATUS_OK)
        status = settle_item(step, &work, act);
    if (status != STATUS_OK)
        return status;
    keep_work_done(step, &work, step_actor(step), text_from(act_words[act]), step_reason(step));
    struct event event = {.identity = work.identity, .kind = EVENT_KIND_WORK_DONE, .cents = work.cents, .number = work.number,
                          .code = text_from(act_words[act]), .actor = step_actor(step), .detail = work.payer};
    status = step_event(step, &event);
    answer(rows, CONTROL_STATUS_DONE, "");
    work_row(rows, &work, false);
    return status;
}

const struct service_verb remittance_verbs[REMITTANCE_VERBS] = {
    {.verb = "work.list", .query = verb_work_list},
    {.verb = "work.show", .query = verb_work_show},
    {.verb = "work.answer", .act = verb_work_answer},
    {.verb = "claim.show", .query = verb_claim_show},
    {.verb = "remit.list", .query = verb_remit_list},
    {.verb = "denial.list", .query = verb_denial_list},
    {.verb = "balance", .query = verb_balance},
};
