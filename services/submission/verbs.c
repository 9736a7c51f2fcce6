/* What people ask of submission and decide. */
#include "services/submission/submission.h"

#include "common/control_number/control_number.h"

#include <stdio.h>

struct listing {
    struct service *service;
    struct control_rows *rows;
    uint64_t next;
};

static const char *
sentence_of(struct text kind, const char **suggestion)
{
    static const struct {
        const char *kind, *sentence, *suggestion;
    } words[] = {
        {"set_rejected", "the payer's 999 rejected the set", "mend the cause, then --act resend"},
        {"set_unclear", "the payer's 999 names no set, and takes a part of the group or contradicts itself",
         "look at the file, ask the payer what he took, then --act resend or close"},
        {"interchange_rejected", "the payer's TA1 rejected the interchange", "check the envelope's ids, then --act resend"},
        {"unanswered", "no TA1, 999 or 277CA came within the window", "ask the payer, then --act resend or close"},
        {"unreadable", "a file of the payer's inbox cannot be read", "ask the payer for the file again, then --act close"},
        {"unmatched", "an answer names nothing that we sent", "look at the file, then --act close"},
        {"status_pended", "the payer holds the claim (277)", "look at his code and words, give him what he waits for, then --act close"},
        {"status_requested", "the payer asks for further information (277)", "send what he asks for, then --act close"},
        {"status_not_found", "the payer does not find the claim (277)", "ask the payer; was it sent to the right one? then --act close"},
        {"status_rejected", "the payer says that he rejected the claim (277)", "mend the cause and send a correction, then --act close"},
        {"status_error", "the payer could not answer our question (276)", "look at his code and words, then --act close"},
        {"status_unwritable", "a claim cannot be asked about: an id is missing, or a value holds a delimiter", "ask the payer by telephone, then --act close"},
        {"unwritable", "a value of the claim holds a delimiter of X12", "mend the claim at its source, then --act close"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(kind, words[i].kind)) {
            *suggestion = words[i].suggestion;
            return words[i].sentence;
        }
    *suggestion = "";
    return "";
}

static void
work_row(struct control_rows *rows, uint64_t number, const struct submission_work *work)
{
    const char *suggestion, *sentence = sentence_of(work->kind, &suggestion);
    control_row(rows);
    control_text(rows, "id", arena_print(rows->arena, "submission-%llu", (unsigned long long)number));
    control_text(rows, "queue", TEXT("biller"));
    control_text(rows, "kind", work->kind);
    control_text(rows, "payer", work->payer);
    control_number(rows, "claims", (int64_t)work->claims);
    control_instant(rows, "since", work->since);
    control_money(rows, "cents", work->cents);
    control_text(rows, "code", work->code);
    control_text(rows, "sentence", work->line.length == 0 ? text_from(sentence)
                                                          : arena_print(rows->arena, "line %.*s: %s", TEXT_ARGS(work->line), sentence));
    control_text(rows, "suggestion", text_from(suggestion));
    if (work->identity.claim_id == 0)
        return;
    control_number(rows, "claim_id", (int64_t)work->identity.claim_id);
    control_number(rows, "version", (int64_t)work->identity.version);
    control_text(rows, "clm01", work->clm01);
    if (work->line.length > 0)
        control_text(rows, "line", work->line);
}

static bool
list_work(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct submission_work work;
    if (control_page_full(listing->rows)) {
        listing->next = store_u64(key, 0);
        return false;
    }
    struct text kept = arena_copy(listing->rows->arena, value);
    if (record_read(&record_submission_work, kept, listing->rows->arena, &work, NULL) == STATUS_OK)
        work_row(listing->rows, store_u64(key, 0), &work);
    return true;
}

static void
list_table(struct service *service, unsigned table, const struct control_request *request, struct control_rows *rows,
           store_visit *visit)
{
    struct listing listing = {service, rows, 0};
    uint64_t from = 0;
    struct arena scratch;
    text_to_u64(request->cursor, &from);
    struct store_key key = submission_number_key(from);
    arena_init(&scratch, 0);
    service_scan(service, table, store_key_text(&key), (struct text){0}, &scratch, visit, &listing);
    arena_free(&scratch);
    if (listing.next != 0)
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)listing.next);
}

void
verb_work_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list_table(service, SUBMISSION_WORK, request, rows, list_work);
}

static bool
can_resend(const struct submission_work *work)
{
    return work->interchange != 0 && !text_is(work->kind, "unwritable");
}

/* "submission-12" or "12". */
static bool
work_number(const struct control_request *request, uint64_t *number)
{
    struct text id = control_argument(request, "id");
    struct text head = TEXT("submission-");
    if (text_starts(id, head))
        id = text_of(id.data + head.length, id.length - head.length);
    return text_to_u64(id, number);
}

void
verb_work_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number = 0;
    struct submission_work work;
    struct store_key key = store_key();
    bool named = work_number(request, &number);
    key = submission_number_key(number);
    if (!named ||
        service_get_record(service, SUBMISSION_WORK, store_key_text(&key), rows->arena, &record_submission_work, &work) != STATUS_OK) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        return;
    }
    work_row(rows, number, &work);
    control_number(rows, "interchange", (int64_t)work.interchange);
    control_number(rows, "inbox", (int64_t)work.inbox);
    struct inbox_row inbox;
    struct store_key file = submission_number_key(work.inbox);
    if (work.inbox != 0 &&
        service_get_record(service, SUBMISSION_INBOX, store_key_text(&file), rows->arena, &record_inbox_row, &inbox) == STATUS_OK)
        control_text(rows, "file", request->reveal ? inbox.file : TEXT("***")); /* its name may tell of a patient */
    if (work.message.length > 0) /* free text of the payer: it may name the patient */
        control_text(rows, "message", request->reveal ? work.message : TEXT("***"));
    control_text(rows, "acts", can_resend(&work) ? TEXT("resend, close") : TEXT("close"));
}

static enum status
refuse(struct control_rows *rows, uint32_t status, const char *sentence)
{
    rows->answer->status = status;
    rows->answer->sentence = text_from(sentence);
    return STATUS_OK;
}

/* Acts: resend (new envelope numbers, same CLM01) and close, both with a reason. */
enum status
verb_work_answer(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    uint64_t number = 0;
    struct submission_work work;
    struct outgoing_interchange row;
    struct text act = control_argument(request, "act");
    bool named = work_number(request, &number);
    struct store_key key = submission_number_key(number);
    if (!named ||
        step_get_record(step, SUBMISSION_WORK, store_key_text(&key), &record_submission_work, &work) != STATUS_OK)
        return refuse(rows, CONTROL_STATUS_NOT_FOUND, "there is no such work");
    if (step_reason(step).length == 0)
        return refuse(rows, CONTROL_STATUS_REFUSED, "a reason is needed (--reason)");
    if (text_is(act, "resend")) {
        if (!can_resend(&work))
            return refuse(rows, CONTROL_STATUS_REFUSED, "this work has no interchange to send");
        enum status status = submission_get_interchange(step, work.interchange, &row);
        if (status == STATUS_OK)
            status = resend_interchange(step, &row);
        if (status != STATUS_OK)
            return status;
    } else if (!text_is(act, "close")) {
        return refuse(rows, CONTROL_STATUS_WRONG, "the acts here are resend and close");
    }
    step_delete(step, SUBMISSION_WORK, store_key_text(&key));
    rows->answer->sentence = TEXT("done");
    struct event event = {
        .kind = EVENT_KIND_WORK_DONE, .number = number, .code = work.kind, .detail = act, .actor = step_actor(step)};
    return step_event(step, &event);
}

static const char *
stage_name(uint32_t stage)
{
    return stage < INTERCHANGE_STAGE_COUNT && interchange_stage_names[stage] != NULL ? interchange_stage_names[stage] : "";
}

static const char *
kind_name(uint32_t kind)
{
    if (kind == 0)
        kind = INTERCHANGE_KIND_CLAIMS;
    return kind < INTERCHANGE_KIND_COUNT && interchange_kind_names[kind] != NULL ? interchange_kind_names[kind] : "";
}

void
verb_claim_show(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct control_number number = {0};
    struct text id = control_argument(request, "id");
    struct sent_row sent;
    uint64_t version = 1;
    if (!control_number_parse(id, &number)) {
        text_to_u64(id, &number.claim_id);
        text_to_u64(control_argument(request, "version"), &version);
        number.version = (uint16_t)version;
    }
    struct store_key key = submission_claim_key(number.claim_id, number.version);
    if (sent_show(service, number.claim_id, number.version, rows->arena, &sent) != STATUS_OK) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        return;
    }
    struct outgoing_interchange row;
    struct store_key interchange = submission_number_key(sent.interchange);
    control_row(rows);
    control_text(rows, "daemon", TEXT("submission"));
    control_number(rows, "claim_id", (int64_t)sent.identity.claim_id);
    control_number(rows, "version", (int64_t)sent.identity.version);
    if (service_get_record(service, SUBMISSION_INTERCHANGES, store_key_text(&interchange), rows->arena, &record_outgoing_interchange,
                           &row) == STATUS_OK) {
        control_text(rows, "payer", row.payer);
        control_number(rows, "control", (int64_t)row.control);
        control_text(rows, "file", row.file);
        control_text(rows, "state", text_from(stage_name(row.stage)));
    }
    control_text(rows, "answer", text_from(sent.answer == 0 ? "" : answer_kind_names[sent.answer]));
    control_money(rows, "cents", sent.cents);
    status_show(service, store_key_text(&key), request->reveal, rows);
}

static bool
list_interchange(void *context, struct text key, struct text value)
{
    struct listing *listing = context;
    struct control_rows *rows = listing->rows;
    struct outgoing_interchange row;
    if (control_page_full(rows)) {
        listing->next = store_u64(key, 0);
        return false;
    }
    struct text kept = arena_copy(rows->arena, value);
    if (record_read(&record_outgoing_interchange, kept, rows->arena, &row, NULL) != STATUS_OK)
        return true;
    control_row(rows);
    control_number(rows, "number", (int64_t)row.number);
    control_text(rows, "payer", row.payer);
    control_number(rows, "control", (int64_t)row.control);
    control_text(rows, "file", row.file);
    control_text(rows, "holds", text_from(kind_name(row.kind)));
    control_text(rows, "state", text_from(stage_name(row.stage)));
    control_number(rows, "claims", (int64_t)row.claims);
    control_number(rows, "bytes", (int64_t)row.size);
    control_number(rows, "sends", (int64_t)row.sends);
    control_instant(rows, "fixed", row.fixed);
    if (row.handed_over != 0)
        control_instant(rows, "handed_over", row.handed_over);
    if (row.answered != 0)
        control_instant(rows, "answered", row.answered);
    return true;
}

void
verb_interchange_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    list_table(service, SUBMISSION_INTERCHANGES, request, rows, list_interchange);
}
