/* A payer is asked by a 276 where a claim stands. */
#include "services/submission/inquiry.h"

#include "schemas/records/question.h"

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

/* The row is then as it shall be kept. */
static enum status
keep_asked(struct inquiry_making *making, const struct status_question *question, struct status_row *row, uint64_t trace)
{
    struct step *step = making->step;
    struct asked_row asked = {.kind = INTERCHANGE_KIND_STATUS,
                              .payer = making->payer->name,
                              .interchange = making->number,
                              .asked = step_time(step),
                              .identity = row->identity};
    row->payer = making->payer->name;
    row->trace = trace;
    row->asked = asked.asked;
    row->times++;
    row->settled = 0; /* asked about again: its payer took his decision back */
    row->settled_by = 0;
    row->sent = question->lines;
    row->sent_count = question->lines_count;
    status_row_put(step, row);
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
    struct status_row row;
    enum status status = read_question(making, packed, &question);
    if (status == STATUS_OK)
        status = status_row_get(making->step, &question.identity, question.clm01, making->payer->name, &row);
    if (status != STATUS_OK || row.settled_by > making->sequence)
        return status; /* its remittance came while the question waited */
    const struct question_subject *subject = &question.subject;
    if (subject->subscriber.id.length == 0 || subject->subscriber.last_name.length == 0 || subject->provider.id.length == 0)
        return STATUS_INVALID; /* 2100C and 2100D: both must be named, and by an id */
    struct status_inquiry inquiry = make_inquiry(making, &question, trace);
    status = sent_get(making->step, question.identity.claim_id, question.identity.version, &sent);
    if (status == STATUS_OK)
        inquiry.payer_control_number = sent.payer_control_number;
    else if (status != STATUS_NOT_FOUND)
        return status;
    status = x12_276_add(&making->set, &inquiry);
    return status == STATUS_OK ? keep_asked(making, &question, &row, trace) : status;
}

enum status
status_inquiry_drop(struct inquiry_making *making, struct text packed)
{
    struct status_question question;
    struct status_row row;
    struct submission_work work;
    enum status status = read_question(making, packed, &question);
    if (status != STATUS_OK)
        return status;
    status = status_row_get(making->step, &question.identity, question.clm01, question.payer, &row);
    if (status != STATUS_OK)
        return status;
    status = status_work_get(making->step, &row, &work);
    if (status != STATUS_NOT_FOUND)
        return status; /* a person looks at the claim already */
    work = (struct submission_work){.kind = TEXT("status_unwritable"),
                                    .payer = question.payer,
                                    .code = question.clm01,
                                    .claims = 1,
                                    .cents = question.total_cents,
                                    .identity = row.identity,
                                    .clm01 = question.clm01};
    row.work = submission_add_work(making->step, &work);
    status_row_put(making->step, &row);
    return STATUS_OK;
}
