/* The act work.answer: a biller has a claim judged again, lets it go, or ends it. */
#include "schemas/findings.h"
#include "services/claims/claims.h"

enum { EVENT_ACTOR_BYTES = 64 };

struct answering {
    struct step *step;
    struct control_rows *rows;
    struct claim_row row;
    struct claim_work work;
    struct text act;
    bool reveal;
};

static enum status
refuse(struct answering *a, enum control_status status, const char *sentence)
{
    a->rows->answer->status = status;
    a->rows->answer->sentence = text_from(sentence);
    return STATUS_OK;
}

static struct text
actor(struct answering *a)
{
    return text_head(step_actor(a->step), EVENT_ACTOR_BYTES);
}

/* The work is done: its row goes, and the event says by whom. */
static enum status
close_work(struct answering *a)
{
    struct store_key key = claims_key(a->row.identity.claim_id, a->row.identity.version);
    struct event event = {.identity = a->row.identity,
                          .kind = EVENT_KIND_WORK_DONE,
                          .cents = a->row.total_cents,
                          .number = a->work.finding,
                          .detail = a->act,
                          .actor = actor(a)};
    step_delete(a->step, CLAIMS_WORK, store_key_text(&key));
    return step_event(a->step, &event);
}

static void
show_done(struct answering *a, const struct claim_row *row)
{
    control_row(a->rows);
    control_number(a->rows, "claim_id", (int64_t)row->identity.claim_id);
    control_number(a->rows, "version", (int64_t)row->identity.version);
    control_text(a->rows, "state", text_from(claim_stage_names[row->stage]));
    control_text(a->rows, "clm01", row->clm01);
    a->rows->answer->sentence = TEXT("done");
}

/* A claim that was passed on and rejected stays counted there; one that was held ends here. */
static enum status
end_claim(struct answering *a)
{
    enum status status = close_work(a);
    if (status != STATUS_OK)
        return status;
    struct event ended = {.identity = a->row.identity,
                          .kind = EVENT_KIND_CLAIM_ENDED,
                          .cents = a->row.total_cents,
                          .number = a->work.finding,
                          .code = a->row.payer,
                          .detail = TEXT("withdrawn"),
                          .actor = actor(a)};
    if (!a->work.rejected) {
        step_count(a->step, CLAIMS_HELD, -1);
        step_count(a->step, CLAIMS_ENDED, 1);
    }
    a->row.stage = CLAIM_STAGE_ENDED;
    claims_row_put(a->step, &a->row);
    show_done(a, &a->row);
    return step_event(a->step, &ended);
}

/* A rejected version had its CLM01; what goes out now is the next one, made here, and the rejected one names
 * it so. */
static enum status
succeed_rejected(struct answering *a)
{
    struct claim_row next;
    enum status status =
        claims_row_get(a->step, a->row.identity.claim_id, a->row.identity.version + 1, &next);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK
                   ? refuse(a, CONTROL_STATUS_REFUSED, "a later version of the claim is here already")
                   : status;
    struct claim_row old = a->row;
    old.stage = CLAIM_STAGE_CORRECTED;
    claims_row_put(a->step, &old);
    a->row.identity.version++;
    a->row.clm01 = (struct text){0};
    a->row.built = 0;
    step_count(a->step, CLAIMS_MADE, 1);
    return STATUS_OK;
}

static bool
is_eligibility(const struct answering *a)
{
    for (uint32_t i = 0; i < a->row.findings_count; i++)
        if (a->row.findings[i].number >= FINDING_CLAIMS_ELIGIBILITY_NAME &&
            a->row.findings[i].number <= FINDING_CLAIMS_ELIGIBILITY_REFUSED)
            return true;
    return false;
}

/* A retry asks the payer about the patient again, where that was the trouble. */
static enum status
go_on(struct answering *a, bool release, bool anew)
{
    struct claim_row before = {0};
    struct claims_order order = {.release = release, .anew = anew && is_eligibility(a), .dry = true};
    uint64_t version = a->row.identity.version;
    enum status status = close_work(a);
    if (status == STATUS_OK && version > 1) {
        status = claims_row_get(a->step, a->row.identity.claim_id, version - 1, &before);
        if (status == STATUS_OK)
            order.before = &before;
        else if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    if (status == STATUS_OK && a->work.rejected)
        status = succeed_rejected(a);
    else if (status == STATUS_OK)
        step_count(a->step, CLAIMS_HELD, -1);
    if (status != STATUS_OK || a->rows->answer->status != CONTROL_STATUS_DONE)
        return status;
    status = claims_judge(a->step, &a->row, &order);
    if (status != STATUS_OK)
        return status;
    if (a->row.stage == CLAIM_STAGE_HELD) {
        /* Nothing of the step is kept: the answer is not `done`. */
        claims_findings_show(a->rows, &a->row, a->reveal);
        return refuse(a, CONTROL_STATUS_REFUSED,
                      "findings remain; mend their cause and retry, release, or end the claim");
    }
    show_done(a, &a->row);
    return STATUS_OK;
}

/* What the payer told of the patient becomes the claim's. */
static enum status
correct(struct answering *a)
{
    bool changed = false;
    if (!is_eligibility(a))
        return refuse(a, CONTROL_STATUS_REFUSED, "correct is for what the payer told of the patient");
    enum status status = claims_eligibility_correct(a->step, &a->row, &changed);
    if (status != STATUS_OK)
        return status;
    if (!changed)
        return refuse(a, CONTROL_STATUS_REFUSED, "the payer told no name, birth date or member id that differs");
    return go_on(a, false, false);
}

enum status
claims_work_answer(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct answering a = {
        .step = step, .rows = rows, .act = control_argument(request, "act"), .reveal = request->reveal};
    uint64_t claim_id, version;
    if (!claims_work_id(control_argument(request, "id"), &claim_id, &version))
        return refuse(&a, CONTROL_STATUS_WRONG,
                      "id is that of a row of the work list: claims-NUMBER-VERSION");
    struct store_key key = claims_key(claim_id, version);
    enum status status =
        step_get_record(step, CLAIMS_WORK, store_key_text(&key), &record_claim_work, &a.work);
    if (status == STATUS_NOT_FOUND)
        return refuse(&a, CONTROL_STATUS_NOT_FOUND, "no such claim waits for a biller");
    if (status == STATUS_OK)
        status = claims_row_get(step, claim_id, version, &a.row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    bool reason = step_reason(step).length > 0;
    if (text_is(a.act, "retry"))
        return go_on(&a, false, true);
    if (text_is(a.act, "correct"))
        return reason ? correct(&a) : refuse(&a, CONTROL_STATUS_REFUSED, "correcting a claim needs a reason (--reason)");
    if (text_is(a.act, "release"))
        return reason ? go_on(&a, true, false)
                      : refuse(&a, CONTROL_STATUS_REFUSED, "releasing a claim needs a reason (--reason)");
    if (text_is(a.act, "end"))
        return reason ? end_claim(&a)
                      : refuse(&a, CONTROL_STATUS_REFUSED, "ending a claim needs a reason (--reason)");
    return refuse(&a, CONTROL_STATUS_WRONG, "act is retry, correct, release or end");
}
