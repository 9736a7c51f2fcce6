#include "services/coding/queue.h"

#include "common/date/date.h"
#include "services/coding/history.h"
#include "services/coding/plan.h"
#include "services/coding/question.h"

enum { QUESTION_BYTES = 400, EVENT_ACTOR_BYTES = 64 };

static const struct {
    const char *role;
    enum work_queue queue; /* whose answer it may give; 0: none */
} roles[] = {{"coder", WORK_QUEUE_CODING}, {"physician", WORK_QUEUE_PHYSICIAN}, {"biller", WORK_QUEUE_BILLER}, {"auditor", 0}};

static const char role_words[] = "role is coder, physician, biller or auditor";

/* An act on one held claim. */
struct handling {
    struct step *step;
    const struct control_request *request;
    struct control_rows *rows;
    struct held_claim held;
};

enum work_queue
queue_of(const struct held_claim *held)
{
    return held->queue == 0 ? WORK_QUEUE_CODING : (enum work_queue)held->queue;
}

struct text
queue_role(const struct control_request *request, const struct held_claim *held)
{
    for (size_t i = 0; request->role.length == 0 && i < sizeof roles / sizeof *roles; i++)
        if (roles[i].queue == queue_of(held))
            return text_from(roles[i].role);
    return request->role;
}

const char *
queue_refusal(const struct control_request *request, const struct held_claim *held)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (request->role.length > 0 && !text_is(request->role, roles[i].role))
            continue;
        if (request->role.length == 0 || roles[i].queue == queue_of(held))
            return NULL;
        return queue_of(held) == WORK_QUEUE_CODING ? "only a coder decides about codes" : "the question is to somebody of another role";
    }
    return role_words;
}

static enum status
refuse(struct control_rows *rows, enum control_status status, const char *sentence)
{
    rows->answer->status = status;
    rows->answer->sentence = text_from(sentence);
    return STATUS_OK;
}

static bool
known_role(struct text role)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (role.length == 0 || text_is(role, roles[i].role))
            return true;
    return false;
}

/* The held claim of the request. `*ready` is false when the answer says why there is none. */
static enum status
begin(struct handling *h, struct step *step, const struct control_request *request, struct control_rows *rows, bool *ready)
{
    uint64_t claim_id;
    *h = (struct handling){.step = step, .request = request, .rows = rows};
    *ready = false;
    if (!known_role(request->role))
        return refuse(rows, CONTROL_STATUS_WRONG, role_words);
    if (!coding_work_id(control_argument(request, "id"), &claim_id))
        return refuse(rows, CONTROL_STATUS_WRONG, "id is that of a row of the work list: coding-NUMBER");
    enum status status = coding_held_get(step, claim_id, &h->held);
    if (status == STATUS_NOT_FOUND)
        return refuse(rows, CONTROL_STATUS_NOT_FOUND, "no such claim waits in the queues of coding");
    *ready = status == STATUS_OK;
    return status;
}

static void
show_row(struct handling *h)
{
    struct control_rows *rows = h->rows;
    uint64_t claim_id = h->held.identity.claim_id;
    control_row(rows);
    control_text(rows, "id", arena_print(rows->arena, "coding-%llu", (unsigned long long)claim_id));
    control_number(rows, "claim_id", (int64_t)claim_id);
    control_text(rows, "queue", text_from(work_queue_names[queue_of(&h->held)]));
    control_text(rows, "assigned", h->held.assigned);
    if (queue_of(&h->held) != WORK_QUEUE_CODING)
        control_text(rows, "question", h->held.question);
}

/* The row as it is now, what was done, and an event of it. */
static enum status
finish(struct handling *h, enum work_act act, struct text role, struct text text)
{
    struct step *step = h->step;
    struct store_key key = coding_held_key(h->held.identity.claim_id);
    struct code_change row = {.version = coding_leaving_identity(&h->held).version,
                              .place = text_from(work_act_names[act]),
                              .act = act,
                              .role = role,
                              .text = text,
                              .finding = h->held.asked_about};
    if (act == WORK_ACT_ASSIGN || act == WORK_ACT_QUERY)
        row.after = act == WORK_ACT_ASSIGN ? h->held.assigned : text_from(work_queue_names[queue_of(&h->held)]);
    struct event event = {.identity = h->held.identity,
                          .kind = EVENT_KIND_WORK_DONE,
                          .number = h->held.asked_about,
                          .code = text_from(work_act_names[act]),
                          .detail = text_from(work_queue_names[queue_of(&h->held)]),
                          .actor = text_head(step_actor(step), EVENT_ACTOR_BYTES)};
    step_put_record(step, CODING_HELD, store_key_text(&key), &record_held_claim, &h->held);
    history_add(step, h->held.identity.claim_id, &row);
    show_row(h);
    return step_event(step, &event);
}

static void
move(struct handling *h, enum work_queue queue, struct text assigned)
{
    struct service *service = step_service(h->step);
    int32_t today = service_local_date(service, step_time(h->step));
    h->held.queue = queue;
    h->held.assigned = assigned;
    h->held.deadline = date_add_days(today, (int32_t)service_config_number(service, "answer_days"));
}

/* The coder who asked has it again. */
static void
move_back(struct handling *h)
{
    move(h, WORK_QUEUE_CODING, h->held.asked_by);
    h->held.question = h->held.asked_by = (struct text){0};
}

enum status
queue_assign(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct handling h;
    bool ready;
    enum status status = begin(&h, step, request, rows, &ready);
    struct text to = control_argument(request, "to");
    if (!ready)
        return status;
    if (to.length == 0 || to.length > HISTORY_PERSON_BYTES)
        return refuse(rows, CONTROL_STATUS_WRONG, "to is the name of a person, at most 64 characters");
    struct text role = queue_role(request, &h.held);
    h.held.assigned = to;
    return finish(&h, WORK_ACT_ASSIGN, role, (struct text){0});
}

enum status
queue_release(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct handling h;
    bool ready;
    enum status status = begin(&h, step, request, rows, &ready);
    if (!ready)
        return status;
    if (h.held.assigned.length == 0)
        return refuse(rows, CONTROL_STATUS_REFUSED, "nobody has it; it is in its queue already");
    struct text role = queue_role(request, &h.held);
    h.held.assigned = (struct text){0};
    return finish(&h, WORK_ACT_UNASSIGN, role, (struct text){0});
}

enum status
queue_note(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct handling h;
    bool ready;
    enum status status = begin(&h, step, request, rows, &ready);
    struct text text = control_argument(request, "text");
    if (!ready)
        return status;
    if (text.length == 0 || text.length > HISTORY_TEXT_BYTES)
        return refuse(rows, CONTROL_STATUS_WRONG, "text is the note, at most 1000 bytes");
    return finish(&h, WORK_ACT_NOTE, queue_role(request, &h.held), text);
}

/* The finding that is asked about: the one named, which the claim must have, else the first that has a question. */
static bool
choose_finding(const struct held_claim *held, enum work_queue queue, struct text named, uint64_t *number)
{
    uint64_t wanted = 0;
    if (named.length > 0 && (!text_to_u64(named, &wanted) || wanted == 0))
        return false;
    for (uint32_t i = 0; i < held->findings_count + held->refused_count; i++) {
        *number = i < held->findings_count ? held->findings[i].number : held->refused[i - held->findings_count].number;
        if (named.length > 0 ? *number == wanted : question_for(queue, *number).length > 0)
            return true;
    }
    return false;
}

/* To the physician only the sentence of the table goes; to the biller also the coder's own words. */
static enum status
ask(struct handling *h, enum work_queue queue)
{
    struct text words = control_argument(h->request, "text"), role = queue_role(h->request, &h->held), named;
    uint64_t number = 0;
    named = control_argument(h->request, "finding");
    bool found = choose_finding(&h->held, queue, named, &number);
    if (queue == WORK_QUEUE_PHYSICIAN && words.length > 0)
        return refuse(h->rows, CONTROL_STATUS_REFUSED,
                      "a physician is asked by the open question of the finding, never in own words");
    if (words.length > QUESTION_BYTES)
        return refuse(h->rows, CONTROL_STATUS_WRONG, "a question has at most 400 bytes");
    if (!found && named.length > 0)
        return refuse(h->rows, CONTROL_STATUS_WRONG, "finding is the number of one that the claim has; see work show");
    struct text question = words.length > 0 ? words : found ? question_for(queue, number) : (struct text){0};
    if (question.length == 0)
        return refuse(h->rows, CONTROL_STATUS_REFUSED,
                      queue == WORK_QUEUE_PHYSICIAN ? "this is no question of documentation; a coder answers it"
                                                    : "no question to a biller is known for this; ask in own words");
    h->held.asked_by = history_actor(h->step);
    h->held.asked_about = found ? number : 0;
    h->held.question = question;
    move(h, queue, (struct text){0});
    return finish(h, WORK_ACT_QUERY, role, question);
}

enum status
queue_query(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct handling h;
    bool ready;
    enum status status = begin(&h, step, request, rows, &ready);
    if (!ready)
        return status;
    struct text to = control_argument(request, "to");
    bool physician = text_is(to, "physician");
    if (!physician && !text_is(to, "biller"))
        return refuse(rows, CONTROL_STATUS_WRONG, "to is physician or biller");
    if (queue_of(&h.held) != WORK_QUEUE_CODING)
        return refuse(rows, CONTROL_STATUS_REFUSED, "a question is open already; let it be answered, or return it first");
    const char *refusal = queue_refusal(request, &h.held);
    if (refusal != NULL)
        return refuse(rows, CONTROL_STATUS_REFUSED, refusal);
    return ask(&h, physician ? WORK_QUEUE_PHYSICIAN : WORK_QUEUE_BILLER);
}

/* From the coder to the biller: something beside the codes is wrong. From the others back to the coder, unanswered. */
enum status
queue_return(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct handling h;
    bool ready;
    enum status status = begin(&h, step, request, rows, &ready);
    if (!ready)
        return status;
    if (step_reason(step).length == 0)
        return refuse(rows, CONTROL_STATUS_REFUSED, "sending a claim back needs a reason");
    struct text role = queue_role(request, &h.held);
    if (queue_of(&h.held) != WORK_QUEUE_CODING) {
        move_back(&h);
        return finish(&h, WORK_ACT_RETURN, role, (struct text){0});
    }
    h.held.asked_by = history_actor(step);
    h.held.asked_about = 0;
    h.held.question = step_reason(step);
    move(&h, WORK_QUEUE_BILLER, (struct text){0});
    return finish(&h, WORK_ACT_RETURN, role, (struct text){0});
}

enum status
queue_reply(struct step *step, const struct control_request *request, struct control_rows *rows, struct held_claim *held)
{
    struct handling h = {.step = step, .request = request, .rows = rows, .held = *held};
    struct text text = control_argument(request, "text"), role = queue_role(request, held);
    move_back(&h);
    return finish(&h, WORK_ACT_REPLY, role, text);
}

enum status
queue_ask_charges(struct step *step, const struct control_request *request, struct control_rows *rows, struct held_claim *held)
{
    struct handling h = {.step = step, .request = request, .rows = rows, .held = *held};
    struct text role = queue_role(request, held);
    h.held.asked_by = history_actor(step);
    h.held.asked_about = 0;
    h.held.question = text_from(question_of_charges);
    move(&h, WORK_QUEUE_BILLER, (struct text){0});
    return finish(&h, WORK_ACT_QUERY, role, h.held.question);
}
