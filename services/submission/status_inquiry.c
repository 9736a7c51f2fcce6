/* Where a claim stands with its payer: asked by a 276, told by a 277. What needs a person becomes work. */
#include "services/submission/inquiry.h"

#include "common/control_number/control_number.h"
#include "schemas/records/acknowledgement.h"
#include "schemas/records/question.h"

enum { CODE_BYTES = 32, MESSAGE_BYTES = 264 };

enum status
status_take(struct step *step, const void *record)
{
    const struct status_question *question = record;
    return inquiry_take(step, INTERCHANGE_KIND_STATUS, question->payer);
}

/* ---- the question ---- */

static enum status
read_question(struct inquiry_making *making, struct text packed, struct status_question *question)
{
    enum status status = record_read(&record_status_question, packed, &making->arena, question, NULL);
    return status == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

/* The guide takes a sex of F or M, and none without a birth date. */
static struct text
sex_for(int32_t birth_date, struct text sex)
{
    return birth_date != 0 && (text_is(sex, "F") || text_is(sex, "M")) ? sex : (struct text){0};
}

static struct status_inquiry
make_inquiry(struct inquiry_making *making, const struct status_question *question, uint64_t trace)
{
    const struct question_subject *subject = &question->subject;
    struct status_inquiry inquiry = {.payer = inquiry_payer(making->payer),
                                     .receiver = inquiry_submitter(making->payer),
                                     .provider = subject->provider,
                                     .subscriber = subject->subscriber,
                                     .trace = inquiry_trace(making->step, trace),
                                     .bill_type = question->bill_type,
                                     .group_number = subject->group_number,
                                     .clm01 = question->clm01,
                                     .cents = question->total_cents,
                                     .date_from = subject->date_from};
    if (subject->date_to > subject->date_from)
        inquiry.date_to = subject->date_to;
    if (subject->dependent.last_name.length > 0) {
        inquiry.dependent = subject->dependent;
        inquiry.dependent.id_qualifier = inquiry.dependent.id = (struct text){0};
        inquiry.dependent_birth_date = subject->dependent_birth_date;
        inquiry.dependent_sex = sex_for(subject->dependent_birth_date, subject->dependent_sex);
    } else {
        inquiry.birth_date = subject->birth_date;
        inquiry.sex = sex_for(subject->birth_date, subject->sex);
    }
    return inquiry;
}

static enum status
keep_asked(struct inquiry_making *making, const struct status_question *question, uint64_t trace)
{
    struct step *step = making->step;
    struct status_row row;
    struct asked_row asked = {.kind = INTERCHANGE_KIND_STATUS,
                              .payer = making->payer->name,
                              .interchange = making->number,
                              .asked = step_time(step),
                              .identity = question->identity};
    asked.identity.unknown = (struct text){0};
    struct store_key key = submission_claim_key(question->identity.claim_id, question->identity.version);
    enum status status = step_get_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, &row);
    if (status == STATUS_NOT_FOUND)
        row = (struct status_row){.identity = asked.identity, .clm01 = question->clm01};
    else if (status != STATUS_OK)
        return status;
    row.payer = making->payer->name;
    row.trace = trace;
    row.asked = asked.asked;
    row.times++;
    step_put_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, &row);
    inquiry_put(step, trace, &asked);
    struct event event = {.identity = asked.identity,
                          .kind = EVENT_KIND_STATUS_ASKED,
                          .cents = question->total_cents,
                          .number = making->control,
                          .code = making->payer->name,
                          .detail = inquiry_trace(step, trace)};
    return step_event(step, &event);
}

enum status
status_inquiry_add(struct inquiry_making *making, struct text packed, uint64_t trace)
{
    struct status_question question;
    struct sent_row sent;
    enum status status = read_question(making, packed, &question);
    if (status != STATUS_OK)
        return status;
    const struct question_subject *subject = &question.subject;
    if (subject->subscriber.id.length == 0 || subject->subscriber.last_name.length == 0 || subject->provider.id.length == 0)
        return STATUS_INVALID; /* 2100C and 2100D: both must be named, and by an id */
    struct status_inquiry inquiry = make_inquiry(making, &question, trace);
    struct store_key key = submission_claim_key(question.identity.claim_id, question.identity.version);
    status = step_get_record(making->step, SUBMISSION_SENT, store_key_text(&key), &record_sent_row, &sent);
    if (status == STATUS_OK)
        inquiry.payer_control_number = sent.payer_control_number;
    else if (status != STATUS_NOT_FOUND)
        return status;
    status = x12_276_add(&making->set, &inquiry);
    return status == STATUS_OK ? keep_asked(making, &question, trace) : status;
}

enum status
status_inquiry_drop(struct inquiry_making *making, struct text packed)
{
    struct status_question question;
    enum status status = read_question(making, packed, &question);
    if (status != STATUS_OK)
        return status;
    struct submission_work work = {.kind = TEXT("status_unwritable"),
                                   .payer = question.payer,
                                   .code = question.clm01,
                                   .claims = 1,
                                   .cents = question.total_cents,
                                   .identity = question.identity,
                                   .clm01 = question.clm01};
    work.identity.unknown = (struct text){0};
    submission_add_work(making->step, &work);
    return STATUS_OK;
}

/* ---- the answer ---- */

/* Claim status category codes (external code list 507) by their first characters; the first that fits counts. What is only
 * noted is in the timeline and in `claim show`. The more urgent stand above: an answer with several statuses is judged by
 * the one that needs a person most. */
static const struct category {
    const char *begins;
    const char *work; /* kind of the work item; NULL: noted */
} categories[] = {
    {"A3", "status_rejected"},   /* acknowledged: returned as unprocessable */
    {"A6", "status_rejected"},   /* rejected for missing information */
    {"A7", "status_rejected"},   /* rejected for invalid information */
    {"A8", "status_rejected"},   /* rejected for a relation in error */
    {"A4", "status_not_found"},  /* acknowledged: not found */
    {"D0", "status_not_found"},  /* search unsuccessful */
    {"R", "status_requested"},   /* requests for further information */
    {"P", "status_pended"},      /* pending */
    {"E1", NULL},                /* cannot answer now: it is asked again */
    {"E2", NULL},                /* information holder does not answer: the same */
    {"E", "status_error"},       /* the question has an error */
    {"A", NULL},                 /* on its way */
    {"F", NULL},                 /* finalised: the remittance is to come */
    {"", "status_error"},        /* none that we know */
};
enum { CATEGORIES = sizeof categories / sizeof *categories };

static size_t
category_of(struct text code)
{
    size_t i = 0;
    while (!text_starts(code, text_from(categories[i].begins)))
        i++;
    return i;
}

/* One of the up to three statuses of an STC. */
struct told {
    struct text category, status, entity;
    const struct claim_status *segment;
    size_t rank; /* in categories */
};

static void
consider(struct told *told, const struct claim_status *segment, struct text category, struct text status, struct text entity)
{
    if (category.length == 0)
        return;
    size_t rank = category_of(category);
    if (told->segment == NULL || rank < told->rank)
        *told = (struct told){category, status, entity, segment, rank};
}

static struct told
most_urgent(const struct claim_status *statuses, uint32_t count)
{
    struct told told = {.rank = CATEGORIES};
    for (uint32_t i = 0; i < count; i++) {
        const struct claim_status *one = &statuses[i];
        consider(&told, one, one->category, one->status, one->entity);
        consider(&told, one, one->category_2, one->status_2, one->entity_2);
        consider(&told, one, one->category_3, one->status_3, one->entity_3);
    }
    return told;
}

static struct text
cut(struct text t, size_t length)
{
    return text_of(t.data, t.length < length ? t.length : length);
}

/* "P3:317:QC" */
static struct text
code_of(const struct told *told, struct arena *arena)
{
    struct text code = arena_print(arena, "%.*s:%.*s%s%.*s", TEXT_ARGS(told->category), TEXT_ARGS(told->status),
                                   told->entity.length > 0 ? ":" : "", TEXT_ARGS(told->entity));
    return cut(code, CODE_BYTES);
}

/* The open work of the answer before; NOT_FOUND: there was none, or a person has answered it. */
static enum status
old_work(struct step *step, const struct status_row *row, struct submission_work *work)
{
    struct store_key key = submission_number_key(row->work);
    if (row->work == 0)
        return STATUS_NOT_FOUND;
    return step_get_record(step, SUBMISSION_WORK, store_key_text(&key), &record_submission_work, work);
}

/* Work of an older answer is done by a newer one that says something else. */
static enum status
close_work(struct step *step, struct status_row *row, const struct submission_work *work)
{
    struct store_key key = submission_number_key(row->work);
    uint64_t number = row->work;
    row->work = 0;
    step_delete(step, SUBMISSION_WORK, store_key_text(&key));
    struct event event = {.identity = row->identity,
                          .kind = EVENT_KIND_WORK_DONE,
                          .number = number,
                          .code = work->kind,
                          .detail = TEXT("told anew")};
    return step_event(step, &event);
}

static void
add_work(struct step *step, struct status_row *row, const struct told *told, const struct inbox_row *inbox, const char *kind)
{
    struct submission_work work = {.kind = text_from(kind),
                                   .payer = row->payer,
                                   .code = cut(row->code, 20),
                                   .claims = 1,
                                   .cents = row->charge_cents,
                                   .inbox = inbox->number,
                                   .identity = row->identity,
                                   .clm01 = row->clm01,
                                   .message = cut(told->segment->message, MESSAGE_BYTES)};
    row->work = submission_add_work(step, &work);
}

static enum status
told_event(struct step *step, const struct status_row *row, const struct told *told)
{
    struct arena *arena = step_arena(step);
    struct text paid = (struct text){0};
    if (told->category.length > 0 && told->category.data[0] == 'F')
        paid = arena_print(arena, ", paid %lld.%02lld", (long long)(row->paid_cents / 100), (long long)(row->paid_cents % 100));
    struct event event = {.identity = row->identity,
                          .kind = EVENT_KIND_STATUS_TOLD,
                          .cents = row->charge_cents,
                          .code = cut(told->category, 3),
                          .detail = arena_print(arena, "%.*s%.*s", TEXT_ARGS(row->code), TEXT_ARGS(paid))};
    return step_event(step, &event);
}

/* What the payer says now takes the place of what he said before. */
static enum status
keep_told(struct step *step, const struct inbox_row *inbox, struct status_row *row, const struct told *told)
{
    struct store_key key = submission_claim_key(row->identity.claim_id, row->identity.version);
    struct text code = code_of(told, step_arena(step));
    const char *kind = categories[told->rank].work;
    struct submission_work work;
    enum status status = old_work(step, row, &work);
    bool open = status == STATUS_OK, same = open && text_equal(code, row->code);
    if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    row->told = step_time(step);
    row->code = code;
    row->charge_cents = told->segment->cents;
    row->paid_cents = told->segment->paid_cents;
    row->decided = told->segment->decided_date;
    if (open && !same)
        status = close_work(step, row, &work);
    if (status == STATUS_OK && kind != NULL && !same)
        add_work(step, row, told, inbox, kind);
    step_put_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, row);
    return status == STATUS_OK ? told_event(step, row, told) : status;
}

enum status
status_reply_claim(struct step *step, const struct inbox_row *inbox, const struct status_reply *reply)
{
    struct asked_row asked;
    struct status_row row;
    uint64_t trace;
    enum status status = inquiry_find(step, inbox->payer, reply->trace, INTERCHANGE_KIND_STATUS, &trace, &asked);
    struct told told = most_urgent(reply->statuses, reply->statuses_count);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && told.segment == NULL))
        return answer_unmatched(step, inbox, "277");
    if (status != STATUS_OK)
        return status;
    struct store_key key = submission_claim_key(asked.identity.claim_id, asked.identity.version);
    status = step_get_record(step, SUBMISSION_STATUS, store_key_text(&key), &record_status_row, &row);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
    if (reply->clm01.length > 0 && !text_equal(reply->clm01, row.clm01))
        return answer_unmatched(step, inbox, "277 other claim"); /* REF*EJ names another than the trace */
    if (trace < row.trace || (asked.answered != 0 && text_equal(code_of(&told, step_arena(step)), row.code)))
        return STATUS_OK; /* the claim was asked about again since; or the same is said again */
    asked.answered = step_time(step);
    inquiry_put(step, trace, &asked);
    status = inquiry_heard(step, asked.interchange);
    return status == STATUS_OK ? keep_told(step, inbox, &row, &told) : status;
}

/* 2200B and 2200C: the whole 276 could not be answered; TRN02 is its BHT03. */
enum status
status_reply_level(struct step *step, const struct inbox_row *inbox, const struct status_level *level)
{
    struct outgoing_interchange row;
    struct told told = most_urgent(level->statuses, level->statuses_count);
    if (told.segment == NULL)
        return STATUS_OK;
    enum status status = inquiry_interchange(step, inbox->payer, level->reference, &row);
    if (status == STATUS_NOT_FOUND)
        return answer_unmatched(step, inbox, "277");
    if (status == STATUS_OK)
        status = inquiry_heard(step, row.number);
    if (status != STATUS_OK || categories[told.rank].work == NULL)
        return status;
    struct submission_work work = {.kind = TEXT("status_error"),
                                   .payer = row.payer,
                                   .interchange = row.number,
                                   .code = cut(code_of(&told, step_arena(step)), 20),
                                   .claims = row.claims,
                                   .inbox = inbox->number,
                                   .message = cut(told.segment->message, MESSAGE_BYTES)};
    submission_add_work(step, &work);
    return STATUS_OK;
}

void
status_show(struct service *service, struct text key, struct control_rows *rows)
{
    struct status_row row;
    if (service_get_record(service, SUBMISSION_STATUS, key, rows->arena, &record_status_row, &row) != STATUS_OK)
        return;
    control_number(rows, "asked_times", (int64_t)row.times);
    control_instant(rows, "asked", row.asked);
    if (row.told == 0)
        return;
    control_instant(rows, "told", row.told);
    control_text(rows, "status", row.code);
    control_money(rows, "told_charge_cents", row.charge_cents);
    control_money(rows, "told_paid_cents", row.paid_cents);
    control_date(rows, "decided", row.decided);
}
