/* Work of billers: shown, and answered by acts. */
#include "services/remittance/remittance.h"

#include "common/control_number/control_number.h"
#include "common/money/money.h"
#include "schemas/findings.h"
#include "services/remittance/classify.h"

static const char *const kind_words[] = {"", "denial", "remittance", "unmatched", "silent", "waiting"};

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
    control_text(rows, "kind", text_from(kind_words[work->kind <= REMIT_WORK_KIND_WAITING ? work->kind : 0]));
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
                (kind.length == 0 || (work.kind <= REMIT_WORK_KIND_WAITING && text_is(kind, kind_words[work.kind])));
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

void
work_verb_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list(service, request, rows, false);
}

void
work_verb_denials(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list(service, request, rows, true);
}

static enum status
get_row(struct service *service, unsigned table, uint64_t number, struct control_rows *rows, const struct record_type *type,
        void *record)
{
    struct store_key key = store_key_u64(store_key(), number);
    return service_get_record(service, table, store_key_text(&key), rows->arena, type, record);
}

/* ---- acts ---- */

enum act { ACT_NONE, ACT_WRITE_OFF, ACT_CLOSE, ACT_ACCEPT, ACT_WAIT };
static const char *const act_words[] = {"", "write-off", "close", "accept", "wait"};

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
    if (text_is(word, "release") && work->kind == REMIT_WORK_KIND_WAITING)
        return ACT_WAIT;
    if (text_is(word, "release"))
        return work->kind == REMIT_WORK_KIND_UNMATCHED ? ACT_ACCEPT : ACT_CLOSE;
    for (unsigned i = ACT_WRITE_OFF; i <= ACT_WAIT; i++)
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
    if (act == ACT_WAIT && work->kind != REMIT_WORK_KIND_WAITING)
        return "only pieces of a payment wait for its rest";
    if (act == ACT_CLOSE && work->kind == REMIT_WORK_KIND_UNMATCHED && work->cents != 0)
        return "its payment stands in clearing: accept it, or wait for the payer's correction";
    return NULL;
}

void
work_verb_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number;
    struct remit_work work;
    if (!work_number(control_argument(request, "id"), &number)) {
        answer(rows, CONTROL_STATUS_WRONG, "id is the number of a work item, for example remittance-12");
        return;
    }
    struct text acts = {0};
    enum status status = get_row(service, REMITTANCE_WORK, number, rows, &record_remit_work, &work);
    const bool open = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND)
        status = get_row(service, REMITTANCE_DONE, number, rows, &record_remit_work, &work);
    if (status != STATUS_OK) {
        answer(rows, CONTROL_STATUS_NOT_FOUND, "there is no such work item");
        return;
    }
    answer(rows, CONTROL_STATUS_DONE, "");
    work_row(rows, &work, request->reveal);
    for (unsigned i = ACT_WRITE_OFF; open && i <= ACT_WAIT; i++)
        if (not_allowed(&work, (enum act)i) == NULL)
            acts = arena_print(rows->arena, "%.*s%s%s", TEXT_ARGS(acts), acts.length > 0 ? ", " : "", act_words[i]);
    if (open)
        control_text(rows, "acts", acts);
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

enum status
work_verb_answer(struct step *step, const struct control_request *request, struct control_rows *rows)
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
    const char *why_not = act == ACT_NONE ? "act is one of write-off, close, accept, wait" : not_allowed(&work, act);
    if (why_not == NULL && step_reason(step).length == 0)
        why_not = "a reason is needed";
    if (why_not != NULL) {
        answer(rows, act == ACT_NONE ? CONTROL_STATUS_WRONG : CONTROL_STATUS_REFUSED, why_not);
        return STATUS_OK;
    }
    status = move_money(step, &work, act);
    if (status == STATUS_OK)
        status = settle_item(step, &work, act);
    if (status == STATUS_OK && work.kind == REMIT_WORK_KIND_WAITING)
        status = pieces_answer(step, &work, act == ACT_CLOSE);
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
