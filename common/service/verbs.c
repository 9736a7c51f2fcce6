/* Requests of people: queries answered at once, acts queued for the next batch; the frame's own verbs. */
#include "common/service/internal.h"

#include "common/log/log.h"
#include "schemas/records/frame.h"

#include <assert.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

static void
verb_balance(struct service *service, struct control_rows *rows)
{
    static const char *const names[] = {"taken", "made", "passed_on", "ended", "held", "queued", "refused"};
    int64_t in = 0, out = 0;
    control_row(rows);
    control_text(rows, "daemon", text_from(service->plan->name));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int64_t number = standing_counter(service, names[i]);
        control_number(rows, names[i], number);
        *(i < 2 ? &in : &out) += number;
    }
    control_number(rows, "difference", in - out);
}

static void
link_row(struct service *service, struct control_rows *rows, const struct stream_kind *kind, const char *end,
         enum link_stop stop, uint64_t applied, uint64_t last)
{
    control_row(rows);
    control_text(rows, "daemon", text_from(service->plan->name));
    control_text(rows, "stream", text_from(kind->name));
    control_text(rows, "end", text_from(end));
    control_text(rows, "state", text_from(stop == LINK_RUNNING ? "running" : "stopped"));
    control_number(rows, "durable", (int64_t)applied);
    control_number(rows, "last", (int64_t)last);
    control_text(rows, "reason", text_from(stop == LINK_RUNNING ? "" : link_stop_sentence(stop)));
}

static void
verb_link_show(struct service *service, struct control_rows *rows)
{
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        uint64_t last = 0;
        if (in->consumer == NULL)
            continue;
        link_consumer_met(in->consumer, &last);
        link_row(service, rows, in->kind, "consumer", link_consumer_stop(in->consumer), in->cursor.applied, last);
    }
    for (size_t i = 0; i < service->output_count; i++) {
        struct output_stream *out = &service->outputs[i];
        if (out->producer != NULL)
            link_row(service, rows, out->kind, "producer", link_producer_stop(out->producer),
                     link_producer_durable(out->producer), out->last);
    }
}

/* An operator's word that a stopped link's peer is the right one. Frames that wait in memory are dropped. */
static enum status
act_link_accept(struct step *step, const struct control_request *request, struct control_rows *rows)
{
    struct service *service = step->service;
    struct text stream = control_argument(request, "stream");
    for (size_t i = 0; i < service->input_count; i++) {
        struct input_stream *in = &service->inputs[i];
        if (!text_is(stream, in->kind->name) || in->consumer == NULL)
            continue;
        link_consumer_accept(in->consumer, &in->cursor);
        for (size_t f = 0; f < in->frame_count; f++)
            link_frame_release(&in->frames[f].frame);
        in->frame_count = in->queued_bytes = 0;
        in->next = (struct in_place){
            .number = in->cursor.boundary, .event_stream = in->event_stream, .event_sequence = in->event_sequence};
        in->received = in->cursor.boundary;
        rows->answer->sentence = TEXT("accepted");
        return STATUS_OK;
    }
    for (size_t i = 0; i < service->output_count; i++)
        if (text_is(stream, service->outputs[i].kind->name) && service->outputs[i].producer != NULL) {
            link_producer_accept(service->outputs[i].producer);
            rows->answer->sentence = TEXT("accepted");
            return STATUS_OK;
        }
    rows->answer->status = CONTROL_STATUS_NOT_FOUND;
    return STATUS_OK;
}

static void
query_scrub(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    char reason[256] = "";
    (void)request;
    enum status status = store_scrub(service->store, reason);
    control_row(rows);
    control_text(rows, "daemon", text_from(service->plan->name));
    control_text(rows, "result", text_from(status_name(status)));
    control_text(rows, "reason", text_from(reason));
}

static const struct service_verb *
find_verb(const struct service *service, struct text verb)
{
    static const struct service_verb own[] = {{"refused.replay", NULL, refused_replay},
                                              {"link.accept", NULL, act_link_accept},
                                              {"clock.accept", NULL, jump_accept},
                                              {"scrub", query_scrub, NULL}};
    for (size_t i = 0; i < service->plan->verb_count; i++)
        if (text_is(verb, service->plan->verbs[i].verb))
            return &service->plan->verbs[i];
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (text_is(verb, own[i].verb))
            return &own[i];
    return NULL;
}

void
verbs_answer(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    const struct service_verb *verb = find_verb(service, request->verb);
    rows->answer->status = CONTROL_STATUS_DONE;
    if (verb != NULL && verb->query != NULL)
        verb->query(service, request, rows);
    else if (text_is(request->verb, "status"))
        standing_show(service, rows);
    else if (text_is(request->verb, "balance"))
        verb_balance(service, rows);
    else if (text_is(request->verb, "link.show"))
        verb_link_show(service, rows);
    else if (!refused_verb(service, request, rows)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = arena_print(rows->arena, "%s does not know the verb %.*s", service->plan->name,
                                             TEXT_ARGS(request->verb));
    }
}

void
verbs_serve(void *context, uint64_t client, uid_t uid, pid_t pid, const struct control_request *request)
{
    struct service *service = context;
    const struct service_verb *verb = find_verb(service, request->verb);
    struct control_answer answer = {0};
    struct control_rows rows;
    (void)pid;
    if (verb != NULL && verb->act != NULL) {
        struct text bytes;
        if (service->act_count == SERVICE_ACTS_LIMIT ||
            record_write(&record_control_request, request, &service->step_arena, &bytes, NULL) != STATUS_OK) {
            answer.status = CONTROL_STATUS_BUSY;
            control_reply(service->control, client, &answer);
            return;
        }
        struct pending_act *act = &service->acts[service->act_count++];
        *act = (struct pending_act){.client = client, .uid = uid, .bytes = malloc(bytes.length), .length = bytes.length};
        assert(act->bytes != NULL);
        memcpy(act->bytes, bytes.data, bytes.length);
        return;
    }
    struct arena arena;
    arena_init(&arena, 0);
    control_answer_begin(&rows, &arena, &answer);
    verbs_answer(service, request, &rows);
    control_reply(service->control, client, &answer);
    arena_free(&arena);
}

static struct text
actor_name(struct arena *arena, uid_t uid, struct text claimed)
{
    struct passwd *entry = getpwuid(uid);
    struct text name = entry == NULL ? arena_print(arena, "uid %u", (unsigned)uid) : arena_copy(arena, text_from(entry->pw_name));
    if (claimed.length == 0)
        return name;
    return arena_print(arena, "%.*s as %.*s", TEXT_ARGS(name), claimed.length > 40 ? 40 : (int)claimed.length, claimed.data);
}

/* The same key again: the first answer, nothing done twice. */
static bool
answered_before(struct service *service, struct text key, struct control_answer *answer)
{
    struct text bytes;
    struct act_row row;
    if (store_get(service->store, frame_table(service, FRAME_ACTS), key, &service->answer_arena, &bytes) != STATUS_OK ||
        record_read(&record_act_row, bytes, &service->answer_arena, &row, NULL) != STATUS_OK)
        return false;
    return record_read(&record_control_answer, row.answer, &service->answer_arena, answer, NULL) == STATUS_OK;
}

static void
keep_act(struct service *service, const struct pending_act *act, const struct control_request *request, struct text key)
{
    struct act_row row = {.verb = request->verb,
                          .actor = service->step.actor,
                          .role = request->role.length > 0 ? request->role : TEXT("operator"),
                          .reason = request->reason,
                          .instant = service->batch_time};
    struct text bytes;
    if (act->length <= 65536)
        row.request = text_of(act->bytes, act->length);
    enum status status = record_write(&record_control_answer, &act->answer, &service->step_arena, &row.answer, NULL);
    assert(status == STATUS_OK);
    if (row.answer.length > 65536)
        row.answer = (struct text){0};
    status = record_write(&record_act_row, &row, &service->step_arena, &bytes, NULL);
    assert(status == STATUS_OK);
    store_put(service->store, frame_table(service, FRAME_ACTS), key, bytes);
}

enum status
verbs_run_act(struct service *service, struct pending_act *act)
{
    struct control_request request;
    struct control_rows rows;
    char key_bytes[96];
    step_begin(service, STEP_ACT, text_of(act->bytes, act->length));
    enum status status = record_read(&record_control_request, service->step.input, &service->step_arena, &request, NULL);
    assert(status == STATUS_OK); /* packed by us */
    struct store_key key = store_key_bytes(store_key(), text_from("k"));
    if (request.key.length > 0) {
        key = store_key_bytes(key, request.key);
    } else {
        int length = snprintf(key_bytes, sizeof key_bytes, "%020lld-%llu", (long long)service->batch_time,
                              (unsigned long long)(act - service->acts));
        key = store_key_bytes(store_key_bytes(store_key(), text_from("n")), text_of(key_bytes, (size_t)length));
    }
    service->step.actor = actor_name(&service->step_arena, act->uid, request.actor);
    service->step.reason = request.reason;
    control_answer_begin(&rows, &service->answer_arena, &act->answer);
    act->answer.status = CONTROL_STATUS_DONE;
    act->done = true;
    service->step_open = false;
    if (request.key.length > 0 && answered_before(service, store_key_text(&key), &act->answer)) {
        store_step_drop(service->store);
        return STATUS_OK;
    }
    service->step_open = true;
    status = find_verb(service, request.verb)->act(&service->step, &request, &rows);
    bool kept = status == STATUS_OK && (act->answer.status == CONTROL_STATUS_DONE || service->step.keeps_refusal);
    if (kept)
        keep_act(service, act, &request, store_key_text(&key));
    service->step_open = false;
    if (kept)
        return store_step_apply(service->store);
    store_step_drop(service->store);
    if (status == STATUS_OK)
        return STATUS_OK; /* refused or not found: nothing happened, the answer says why */
    if (status == STATUS_RETRY || status == STATUS_BUSY)
        act->answer.status = CONTROL_STATUS_BUSY;
    else if (status == STATUS_INVALID || status == STATUS_LIMIT)
        act->answer.status = CONTROL_STATUS_REFUSED;
    else
        return status == STATUS_CORRUPT || status == STATUS_FULL ? status : STATUS_INTERNAL;
    if (service->step.fault != NULL)
        act->answer.sentence = arena_copy(&service->answer_arena, text_from(service->step.fault));
    return STATUS_OK;
}
