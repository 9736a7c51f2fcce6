/* What payers answer before adjudication, matched to what was sent. Each answer counts once. */
#include "services/submission/submission.h"

#include "common/control_number/control_number.h"
#include "schemas/records/acknowledgement.h"
#include "schemas/records/identity.h"
#include "schemas/streams.h"

/* By the payer and our ISA13 (which is also GS06). */
static enum status
find_interchange(struct step *step, const struct inbox_row *inbox, uint64_t control, struct outgoing_interchange *row)
{
    struct store_key key = store_key_u64(submission_payer_key(inbox->payer), control);
    struct text number;
    enum status status = step_get(step, SUBMISSION_CONTROLS, store_key_text(&key), &number);
    if (status != STATUS_OK)
        return status;
    return submission_get_interchange(step, store_u64(number, 0), row);
}

enum status
answer_unmatched(struct step *step, const struct inbox_row *inbox, const char *what)
{
    struct submission_work work = {
        .kind = TEXT("unmatched"), .payer = inbox->payer, .code = text_from(what), .inbox = inbox->number};
    submission_add_work(step, &work);
    return STATUS_OK;
}

/* The payer is silent no longer: the work that says so is done, and that his answer is unclear when this one `decides`. Else a
 * person who finds it weeks later would send what was taken. The caller puts the row. */
static enum status
take_answer(struct step *step, struct outgoing_interchange *row, bool decides)
{
    struct submission_work work;
    struct store_key key = submission_number_key(row->work);
    if (row->answered == 0)
        row->answered = step_time(step);
    if (row->stage == INTERCHANGE_STAGE_UNANSWERED)
        row->stage = INTERCHANGE_STAGE_HANDED_OVER;
    if (row->work == 0)
        return STATUS_OK;
    enum status status = step_get_record(step, SUBMISSION_WORK, store_key_text(&key), &record_submission_work, &work);
    if (status == STATUS_OK && text_is(work.kind, "set_unclear") && !decides)
        return STATUS_OK;
    struct event event = {.kind = EVENT_KIND_WORK_DONE, .number = row->work, .code = work.kind, .detail = TEXT("answered by the payer")};
    row->work = 0;
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status; /* a person was before him */
    step_delete(step, SUBMISSION_WORK, store_key_text(&key));
    return step_event(step, &event);
}

enum status
answer_heard(struct step *step, uint64_t interchange)
{
    struct outgoing_interchange row;
    enum status status = submission_get_interchange(step, interchange, &row);
    if (status != STATUS_OK || (row.answered != 0 && row.work == 0))
        return status;
    status = take_answer(step, &row, false);
    submission_put_interchange(step, &row);
    return status;
}

static void
reject_interchange(struct step *step, struct outgoing_interchange *row, const char *kind, struct text code)
{
    struct submission_work work = {.kind = text_from(kind),
                                   .payer = row->payer,
                                   .interchange = row->number,
                                   .set = 1,
                                   .code = code,
                                   .claims = row->claims};
    row->stage = INTERCHANGE_STAGE_REJECTED;
    submission_add_work(step, &work);
}

/* TA1: A taken, E taken with errors, R rejected. */
enum status
answer_interchange(struct step *step, const struct inbox_row *inbox, const struct interchange_answer *answer)
{
    struct outgoing_interchange row;
    enum status status = find_interchange(step, inbox, answer->control, &row);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "TA1");
    if (status != STATUS_OK)
        return status;
    if (row.stage == INTERCHANGE_STAGE_REJECTED || row.stage == INTERCHANGE_STAGE_ACCEPTED)
        return STATUS_OK; /* answered before, and further */
    bool first = row.answered == 0, rejected = text_is(answer->code, "R"), asks = submission_asks(&row);
    status = take_answer(step, &row, rejected);
    if (rejected)
        reject_interchange(step, &row, "interchange_rejected", answer->note);
    submission_put_interchange(step, &row);
    struct event event = {.kind = asks ? EVENT_KIND_INQUIRY_ANSWERED : EVENT_KIND_INTERCHANGE_ANSWERED,
                          .number = row.control,
                          .code = row.payer,
                          .detail = answer->code};
    if (status == STATUS_OK && first)
        status = step_event(step, &event);
    /* None of its sets was looked at: every claim in it stands as after a rejecting 999. */
    if (status == STATUS_OK && rejected && !asks)
        status = submission_interchange_event(step, EVENT_KIND_CLAIM_SET_REJECTED, &row);
    return status;
}

/* What a 999 says of a set; numbers of set_row. */
enum answer_of_set { SET_ACCEPTED = 1, SET_REJECTED = 2, SET_UNCLEAR = 3 };

/* The set's answer; `*counts` is false when it had one. What was unclear may be decided later. NOT_FOUND: there is no such set. */
static enum status
mark_set(struct step *step, uint64_t interchange, uint64_t st02, enum answer_of_set answer, bool *counts)
{
    struct set_row set;
    struct store_key key = store_key_u32(submission_number_key(interchange), (uint32_t)st02);
    enum status status = step_get_record(step, SUBMISSION_SETS, store_key_text(&key), &record_set_row, &set);
    *counts = status == STATUS_OK && (set.answered == 0 || (set.answered == SET_UNCLEAR && answer != SET_UNCLEAR));
    if (!*counts)
        return status;
    set.answered = answer;
    step_put_record(step, SUBMISSION_SETS, store_key_text(&key), &record_set_row, &set);
    return STATUS_OK;
}

/* What follows for the interchange: its stage, work, and the event. `reason` of a rejection; `code` as the payer gave it. */
static enum status
settle_sets(struct step *step, struct outgoing_interchange *row, bool accepted, struct text reason, struct text code)
{
    enum status status = take_answer(step, row, true);
    if (accepted)
        row->stage = INTERCHANGE_STAGE_ACCEPTED;
    else
        reject_interchange(step, row, "set_rejected", reason.length > 0 ? reason : code);
    submission_put_interchange(step, row);
    if (status != STATUS_OK)
        return status;
    if (submission_asks(row)) {
        struct event event = {.kind = EVENT_KIND_INQUIRY_ANSWERED, .number = row->control, .code = row->payer, .detail = code};
        return step_event(step, &event);
    }
    return submission_interchange_event(step, accepted ? EVENT_KIND_CLAIM_ACKNOWLEDGED : EVENT_KIND_CLAIM_SET_REJECTED, row);
}

/* 999: IK501 A and E accept the set; M, R, W, X reject it, and its claims wait for a person to send them anew. */
enum status
answer_set(struct step *step, const struct inbox_row *inbox, const struct group_answer *group,
           const struct set_answer *answer)
{
    struct outgoing_interchange row;
    uint64_t st02;
    bool counts, accepted = text_is(answer->code, "A") || text_is(answer->code, "E");
    enum status status = find_interchange(step, inbox, group->control, &row);
    if (status == STATUS_NOT_FOUND || !control_number_envelope_parse(answer->control, &st02))
        return answer_unmatched(step, inbox, "999");
    if (status != STATUS_OK)
        return status;
    status = mark_set(step, row.number, st02, accepted ? SET_ACCEPTED : SET_REJECTED, &counts);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "999 set");
    return counts ? settle_sets(step, &row, accepted, answer->error_1, answer->code) : status;
}

/* AK9 without an AK2 (005010X231A1): A and E take all sets of the group, R, M, W and X none, when the counts AK902 to AK904 say so
 * too; P takes a part, and nobody says which. */
static enum answer_of_set
answer_of_group(const struct group_answer *group, uint64_t sets)
{
    const char *code = group->code.data; /* one character */
    if (*code == 'A' || *code == 'E')
        return group->included == sets && group->received == sets && group->accepted == sets ? SET_ACCEPTED : SET_UNCLEAR;
    if (*code == 'R' || *code == 'M' || *code == 'W' || *code == 'X')
        return group->accepted == 0 ? SET_REJECTED : SET_UNCLEAR;
    return SET_UNCLEAR;
}

/* The payer has it, so it is not sent again by itself; a person asks him what he took. */
static enum status
ask_person(struct step *step, const struct inbox_row *inbox, struct outgoing_interchange *row, const struct group_answer *group)
{
    struct submission_work work = {.kind = TEXT("set_unclear"),
                                   .payer = row->payer,
                                   .interchange = row->number,
                                   .set = 1,
                                   .code = group->code,
                                   .claims = row->claims,
                                   .inbox = inbox->number};
    bool first = row->answered == 0;
    enum status status = take_answer(step, row, false);
    row->work = submission_add_work(step, &work);
    submission_put_interchange(step, row);
    struct event event = {.kind = submission_asks(row) ? EVENT_KIND_INQUIRY_ANSWERED : EVENT_KIND_INTERCHANGE_ANSWERED,
                          .number = row->control,
                          .code = row->payer,
                          .detail = group->code};
    return status == STATUS_OK && first ? step_event(step, &event) : status;
}

enum status
answer_group(struct step *step, const struct inbox_row *inbox, const struct group_answer *group)
{
    struct outgoing_interchange row;
    bool any = false;
    enum status status = find_interchange(step, inbox, group->control, &row);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "999");
    if (status != STATUS_OK)
        return status;
    enum answer_of_set answer = answer_of_group(group, row.sets);
    for (uint64_t st02 = 1; st02 <= row.sets && status == STATUS_OK; st02++) {
        bool counts;
        status = mark_set(step, row.number, st02, answer, &counts);
        any |= counts;
    }
    if (status != STATUS_OK || !any)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    if (answer == SET_UNCLEAR)
        return ask_person(step, inbox, &row, group);
    return settle_sets(step, &row, answer == SET_ACCEPTED, group->error_1, group->code);
}

/* 277CA categories: A1 and A2 (and A0, forwarded) take the claim; A3, A4, A6, A7, A8 do not. */
static bool
takes(struct text category)
{
    return category.length == 2 && category.data[0] == 'A' && category.data[1] <= '2';
}

static struct text
cut(struct text t, size_t length)
{
    return text_of(t.data, t.length < length ? t.length : length);
}

/* An acceptance says nothing but that there is one, and nearly all answers are that: they go on together. */
static enum status
pass_acceptance(struct step *step, const struct identity *identity)
{
    struct acceptances *accepted = &((struct submission *)step_state(step))->accepted;
    accepted->claims[accepted->count++] =
        (struct accepted_claim){.claim_id = identity->claim_id, .version = identity->version};
    return accepted->count < ACCEPTANCES ? STATUS_OK : answer_pass_on(step);
}

enum status
answer_pass_on(struct step *step)
{
    struct acceptances *accepted = &((struct submission *)step_state(step))->accepted;
    struct claims_accepted out = {.claims = accepted->claims, .claims_count = accepted->count};
    if (accepted->count == 0)
        return STATUS_OK;
    accepted->count = 0;
    return step_emit(step, STREAM_SUBMISSION_REMITTANCE, &record_claims_accepted, &out);
}

static enum status
pass_rejection(struct step *step, const struct claim_answer *answer)
{
    enum status status = step_emit(step, STREAM_SUBMISSION_REMITTANCE, &record_claim_answer, answer);
    return status == STATUS_OK ? step_emit(step, STREAM_SUBMISSION_CLAIMS, &record_claim_answer, answer) : status;
}

enum status
answer_claim(struct step *step, const struct inbox_row *inbox, const struct status_answer *answer)
{
    struct control_number number;
    struct sent_row sent;
    if (answer->statuses_count == 0 || !control_number_parse(answer->clm01, &number))
        return answer_unmatched(step, inbox, "277CA");
    enum status status = sent_get(step, number.claim_id, number.version, &sent);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "277CA");
    if (status != STATUS_OK)
        return status;
    const struct claim_status *first = &answer->statuses[0];
    bool accepted = takes(first->category);
    uint64_t kind = accepted ? ANSWER_KIND_ACCEPTED : ANSWER_KIND_REJECTED;
    if (sent.answer == kind)
        return STATUS_OK; /* the same again */
    if (sent.answer != 0)
        return answer_unmatched(step, inbox, "277CA twice"); /* another answer than before: a person looks */
    sent.answer = kind;
    sent.payer_control_number = cut(answer->payer_control_number, 50);
    status = sent_put(step, &sent, 1);
    uint64_t *heard = &((struct submission *)step_state(step))->accepted.heard;
    if (status == STATUS_OK && *heard != sent.interchange)
        status = answer_heard(step, sent.interchange);
    *heard = sent.interchange;
    struct event event = {.identity = sent.identity,
                          .kind = accepted ? EVENT_KIND_CLAIM_ACCEPTED : EVENT_KIND_CLAIM_REJECTED,
                          .cents = sent.cents,
                          .code = cut(first->category, 3),
                          .detail = answer->clm01};
    if (status == STATUS_OK)
        status = step_event(step, &event);
    if (status != STATUS_OK || accepted)
        return status == STATUS_OK ? pass_acceptance(step, &sent.identity) : status;
    struct claim_answer out = {.identity = sent.identity,
                               .clm01 = answer->clm01,
                               .payer = inbox->payer,
                               .answer = ANSWER_KIND_REJECTED,
                               .category = cut(first->category, 3),
                               .status = cut(first->status, 10),
                               .entity = cut(first->entity, 3),
                               .payer_control_number = sent.payer_control_number,
                               .total_cents = sent.cents};
    return pass_rejection(step, &out);
}
