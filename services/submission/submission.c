#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "common/file/file.h"
#include "schemas/records/claim_body.h"
#include "schemas/records/question.h"
#include "schemas/streams.h"

#include <stdio.h>
#include <stdlib.h>

struct store_key
submission_payer_key(struct text name)
{
    char padded[PAYER_NAME_LENGTH] = {0};
    memcpy(padded, name.data, name.length < sizeof padded ? name.length : sizeof padded);
    return store_key_bytes(store_key(), text_of(padded, sizeof padded));
}

struct store_key
submission_number_key(uint64_t number)
{
    return store_key_u64(store_key(), number);
}

struct store_key
submission_claim_key(uint64_t claim_id, uint64_t version)
{
    return store_key_u32(store_key_u64(store_key(), claim_id), (uint32_t)version);
}

uint64_t
submission_next_number(struct step *step, struct text series)
{
    struct store_key key = store_key_bytes(store_key(), series);
    struct text value;
    uint64_t number = 1;
    if (step_get(step, SUBMISSION_NUMBERS, store_key_text(&key), &value) == STATUS_OK && value.length == 8)
        number = store_u64(value, 0) + 1;
    struct store_key next = store_key_u64(store_key(), number);
    step_put(step, SUBMISSION_NUMBERS, store_key_text(&key), store_key_text(&next));
    return number;
}

struct waiting *
submission_waiting(struct submission *state, struct text payer)
{
    const struct payer *found = payer_by_name(state->payers, payer);
    return found == NULL ? NULL : &state->waiting[found - state->payers->items];
}

enum status
submission_interchange_event(struct step *step, uint32_t kind, const struct outgoing_interchange *row)
{
    struct event event = {.kind = kind, .number = row->control, .code = row->payer, .detail = row->file};
    return step_event(step, &event);
}

uint64_t
submission_add_work(struct step *step, struct submission_work *work)
{
    uint64_t number = submission_next_number(step, TEXT("work"));
    struct store_key key = submission_number_key(number);
    work->since = step_time(step);
    step_put_record(step, SUBMISSION_WORK, store_key_text(&key), &record_submission_work, work);
    return number;
}

void
submission_put_interchange(struct step *step, const struct outgoing_interchange *row)
{
    struct store_key key = submission_number_key(row->number);
    step_put_record(step, SUBMISSION_INTERCHANGES, store_key_text(&key), &record_outgoing_interchange, row);
}

enum status
submission_get_interchange(struct step *step, uint64_t number, struct outgoing_interchange *row)
{
    struct store_key key = submission_number_key(number);
    return step_get_record(step, SUBMISSION_INTERCHANGES, store_key_text(&key), &record_outgoing_interchange, row);
}

struct waiting *
submission_waiting_form(struct submission *state, struct text payer, uint32_t form)
{
    struct waiting *first = submission_waiting(state, payer);
    if (first == NULL || form <= CLAIM_FORM_PROFESSIONAL || form >= CLAIM_FORM_COUNT)
        return first;
    return first + (form - CLAIM_FORM_PROFESSIONAL) * state->payers->count;
}

const char *
submission_form_name(uint32_t form)
{
    return form == CLAIM_FORM_INSTITUTIONAL ? "837I" : form == CLAIM_FORM_DENTAL ? "837D" : "837P";
}

static void
make_waiting(struct submission *state)
{
    size_t payers = state->payers->count;
    state->waiting_count = payers * (CLAIM_FORM_COUNT - 1);
    state->waiting = calloc(state->waiting_count + 1, sizeof *state->waiting);
    /* What waited over a restart is closed: its timer may have fired. */
    for (size_t i = 0; i < state->waiting_count; i++)
        state->waiting[i] = (struct waiting){.payer = &state->payers->items[i % payers],
                                             .form = CLAIM_FORM_PROFESSIONAL + (uint32_t)(i / payers),
                                             .closing = true};
}

static enum status
start(struct service *service, char reason[512])
{
    struct submission *state = service_state(service);
    enum status status = payers_load_beside(service_config_folder(service), &state->payers, reason);
    if (status != STATUS_OK)
        return status;
    if (!payers_are_apart(state->payers, reason))
        return STATUS_CONFIG;
    make_waiting(state);
    snprintf(state->content_folder, sizeof state->content_folder, "%s/content", service_state_folder(service));
    status = file_make_folder(state->content_folder);
    if (status == STATUS_OK)
        status = pending_load(service);
    if (status == STATUS_OK)
        status = inquiry_load(service);
    if (status == STATUS_OK)
        status = send_load(service);
    if (status != STATUS_OK)
        snprintf(reason, 512, "%s: cannot be used (%s)", state->content_folder, status_name(status));
    return status;
}

static void
stop(struct service *service)
{
    struct submission *state = service_state(service);
    unit_forget(service);
    content_forget(&state->recent);
    pending_forget(state);
    payers_free(state->payers);
    free(state->waiting);
    free(state->asking);
    free(state->outgoing);
}

/* A batch was aborted: what memory says is read anew from what is durable. */
static void
dropped(struct service *service)
{
    struct submission *state = service_state(service);
    unit_forget(service);
    content_forget(&state->recent);
    state->latency.waiting_count = 0;
    pending_load(service);
    inquiry_load(service);
    send_load(service);
    for (size_t i = 0; i < state->incoming_count; i++)
        state->incoming[i].stage = INCOMING_COPIED; /* its step asks the digests again */
}

static struct text
sentence_now(struct service *service, struct arena *arena)
{
    struct submission *state = service_state(service);
    uint64_t claims = 0;
    for (size_t i = 0; i < state->waiting_count; i++)
        claims += state->waiting[i].claims;
    return arena_print(arena, "%llu claims wait for their batch, %zu files on their way, %lld interchanges made",
                       (unsigned long long)claims, state->outgoing_count,
                       (long long)service_counter(service, SUBMISSION_INTERCHANGES_MADE));
}

static int64_t
older(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Of the claims that wait for their batch, each payer's first; of the interchanges not handed over and the work, the first. */
static int64_t
oldest(struct service *service, struct arena *arena)
{
    struct submission *state = service_state(service);
    struct submission_work work;
    struct outgoing_interchange row;
    int64_t since = 0;
    for (size_t i = 0; i < state->waiting_count; i++)
        if (state->waiting[i].claims > 0)
            since = older(since, pending_oldest(service, &state->waiting[i], arena));
    uint64_t number = UINT64_MAX;
    for (size_t i = 0; i < state->outgoing_count; i++)
        number = state->outgoing[i].number < number ? state->outgoing[i].number : number;
    struct store_key key = submission_number_key(number);
    if (state->outgoing_count > 0 && service_first(service, SUBMISSION_INTERCHANGES, store_key_text(&key), arena, NULL,
                                                   &record_outgoing_interchange, &row) == STATUS_OK)
        since = older(since, row.fixed);
    if (service_first(service, SUBMISSION_WORK, (struct text){0}, arena, NULL, &record_submission_work, &work) == STATUS_OK)
        since = older(since, work.since);
    return since;
}

static const char *
trouble(struct service *service, const char **advice)
{
    const char *sentence = damage_trouble(service, advice);
    return sentence != NULL ? sentence : trouble_sentence(service, advice);
}

static const struct config_key keys[] = {
    {"submission", "control_first", CONFIG_NUMBER, "1", 1, 999999999, NULL, "First ISA13 of this cell's range."},
    {"submission", "control_last", CONFIG_NUMBER, "999999999", 1, 999999999, NULL, "Last ISA13 of this cell's range."},
    {"submission", "resends", CONFIG_NUMBER, "3", 0, 100, NULL, "How often an unanswered interchange goes out again."},
    {"submission", "inbox_pause", CONFIG_DURATION, "200ms", 1000, 3600 * CLOCK_SECOND, NULL,
     "How often the payers' folders are looked at."},
};
static const struct store_table tables[SUBMISSION_TABLE_COUNT] = {
    [SUBMISSION_PENDING] = {"submission.pending", STORE_ORDERED, 1, 1, 0},
    [SUBMISSION_INTERCHANGES] = {"submission.interchanges", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_OPEN] = {"submission.open", STORE_ORDERED, 1, 1, 0},
    [SUBMISSION_CONTROLS] = {"submission.controls", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_NUMBERS] = {"submission.numbers", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_SENT] = {"submission.sent", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_SETS] = {"submission.sets", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_INBOX] = {"submission.inbox", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_UNREAD] = {"submission.unread", STORE_ORDERED, 1, 1, 0},
    [SUBMISSION_DIGESTS] = {"submission.digests", STORE_GUARD, 1, 0, 0},
    [SUBMISSION_QUESTIONS] = {"submission.questions", STORE_ORDERED, 1, 1, 0},
    [SUBMISSION_ASKED] = {"submission.asked", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_STATUS] = {"submission.status", STORE_ORDERED, 1, 0, 0},
    [SUBMISSION_WORK] = {"submission.work", STORE_ORDERED, 1, 0, 0},
};
static const struct service_input inputs[] = {{STREAM_CLAIMS_SUBMISSION, &record_claim, pending_take},
                                              {STREAM_CLAIMS_SUBMISSION, &record_status_question, status_take},
                                              {STREAM_CLAIMS_SUBMISSION, &record_status_settled, status_settle},
                                              {STREAM_CLAIMS_SUBMISSION, &record_eligibility_question, eligibility_take}};
static const uint16_t outputs[] = {STREAM_SUBMISSION_REMITTANCE, STREAM_SUBMISSION_CLAIMS, STREAM_SUBMISSION_EVENTS};
static const struct service_due dues[] = {{SUBMISSION_DUE_CLOSE, "close a batch", pending_due},
                                          {SUBMISSION_DUE_UNANSWERED, "an interchange without answer", send_unanswered},
                                          {SUBMISSION_DUE_ASK, "close a batch of questions", inquiry_due}};
static const struct service_source sources[] = {
    {.name = "fix", .poll = fix_poll, .step = fix_step, .outside = true}, /* what it fixes holds date and time */
    {.name = "ask", .poll = inquiry_poll, .step = inquiry_step, .outside = true},
    {.name = "send", .poll = send_poll, .step = send_step, .outside = true},
    {.name = "inbox", .poll = inbox_poll, .step = inbox_step, .takes_input = true},
    {.name = "answers", .poll = unit_poll, .step = unit_step, .takes_input = true},
    {.name = "latency", .poll = latency_poll},
};
static const struct service_verb verbs[] = {{"work.list", verb_work_list, NULL},
                                            {"work.show", verb_work_show, NULL},
                                            {"work.answer", NULL, verb_work_answer},
                                            {"claim.show", verb_claim_show, NULL},
                                            {"interchange.list", verb_interchange_list, NULL},
                                            {"latency", verb_latency, NULL}};
static const char *const counters[SUBMISSION_COUNTER_COUNT] = {"taken",  "made",    "passed_on",        "ended", "held",
                                                               "queued", "refused", "interchanges_made"};

const struct service_plan submission_plan = {
    .name = "submission",
    .sentence = "sends claims to payers and matches what they answer",
    SERVICE_LIST(key, keys),
    SERVICE_LIST(table, tables),
    SERVICE_LIST(input, inputs),
    SERVICE_LIST(output, outputs),
    SERVICE_LIST(due, dues),
    SERVICE_LIST(verb, verbs),
    SERVICE_LIST(source, sources),
    SERVICE_LIST(counter, counters),
    .state_size = sizeof(struct submission),
    .start = start,
    .stop = stop,
    .dropped = dropped,
    .gather = pending_gather,
    .sentence_now = sentence_now,
    .oldest = oldest,
    .trouble = trouble,
    .work_table = 1 + SUBMISSION_WORK,
};
