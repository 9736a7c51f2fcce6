#include "services/submission/inquiry.h"

#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/file/file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* What a kind of question is made of. */
struct kind {
    const char *functional; /* GS01 */
    struct text (*version)(void);
    enum status (*begin)(struct x12_inquiry *set, struct x12_writer *out, const struct x12_inquiry_head *head);
    enum status (*add)(struct inquiry_making *making, struct text packed, uint64_t trace);
    enum status (*drop)(struct inquiry_making *making, struct text packed);
};
static const struct kind kinds[INTERCHANGE_KIND_COUNT] = {
    [INTERCHANGE_KIND_STATUS] = {"HR", x12_276_version, x12_276_begin, status_inquiry_add, status_inquiry_drop},
    [INTERCHANGE_KIND_ELIGIBILITY] = {"HS", x12_270_version, x12_270_begin, eligibility_inquiry_add,
                                      eligibility_inquiry_drop},
};

static struct store_key
question_key(uint32_t kind, struct text payer)
{
    struct store_key name = submission_payer_key(payer);
    return store_key_bytes(store_key_u32(store_key(), kind), store_key_text(&name));
}

/* ---- what waits ---- */

static struct asking *
find_asking(struct submission *state, uint32_t kind, struct text payer)
{
    for (size_t i = 0; i < state->asking_count; i++)
        if (state->asking[i].kind == kind && text_equal(state->asking[i].payer->name, payer))
            return &state->asking[i];
    return NULL;
}

enum status
inquiry_take(struct step *step, uint32_t kind, struct text payer)
{
    struct asking *asking = find_asking(step_state(step), kind, payer);
    struct store_key batch = question_key(kind, payer), key = store_key_u64(batch, step_sequence(step));
    step_put(step, SUBMISSION_QUESTIONS, store_key_text(&key), step_input(step));
    if (asking == NULL)
        return STATUS_OK; /* its profile does not ask any more: it waits until it does */
    if (asking->count++ == 0)
        step_due_set(step, step_time(step) + asking->payer->inquiry_wait, SUBMISSION_DUE_ASK, store_key_text(&batch));
    if (asking->count >= asking->payer->batch_claims) {
        asking->closing = true;
        service_wake(step_service(step));
    }
    return STATUS_OK;
}

enum status
inquiry_due(struct step *step, struct text key)
{
    uint32_t kind = (uint32_t)(store_u64(text_of(key.data, 8), 0) >> 32);
    size_t length = 4;
    while (length < key.length && key.data[length] != '\0')
        length++;
    struct asking *asking = find_asking(step_state(step), kind, text_of(key.data + 4, length - 4));
    if (asking != NULL && asking->count > 0) {
        asking->closing = true;
        service_wake(step_service(step));
    }
    return STATUS_OK;
}

static bool
count_row(void *context, struct text key, struct text value)
{
    (void)key;
    (void)value;
    ((struct asking *)context)->count++;
    return true;
}

/* Of the payers who are asked; where nobody is, there is nothing to look at. */
static void
gather_kinds(struct submission *state)
{
    state->asking = calloc(2 * state->payers->count + 1, sizeof *state->asking);
    assert(state->asking != NULL);
    for (size_t i = 0; i < state->payers->count; i++) {
        const struct payer *payer = &state->payers->items[i];
        if (payer->status_inquiry)
            state->asking[state->asking_count++] =
                (struct asking){.payer = payer, .kind = INTERCHANGE_KIND_STATUS, .closing = true};
        if (payer->eligibility)
            state->asking[state->asking_count++] =
                (struct asking){.payer = payer, .kind = INTERCHANGE_KIND_ELIGIBILITY, .closing = true};
    }
}

/* At start, and after an aborted batch. What waited over a restart is closed: its timer may have fired. */
enum status
inquiry_load(struct service *service)
{
    struct submission *state = service_state(service);
    enum status status = STATUS_OK;
    struct arena arena;
    if (state->asking == NULL)
        gather_kinds(state);
    arena_init(&arena, 0);
    for (size_t i = 0; i < state->asking_count && status == STATUS_OK; i++) {
        struct asking *asking = &state->asking[i];
        struct store_key from = question_key(asking->kind, asking->payer->name), to = store_key_u64(from, UINT64_MAX);
        bool closing = asking->closing || asking->fixed;
        asking->count = 0;
        status = service_scan(service, SUBMISSION_QUESTIONS, store_key_text(&from), store_key_text(&to), &arena, count_row,
                              asking);
        asking->fixed = false;
        asking->closing = closing && asking->count > 0;
        arena_reset(&arena);
    }
    arena_free(&arena);
    return status;
}

int64_t
inquiry_poll(struct service *service)
{
    struct submission *state = service_state(service);
    int64_t now = clock_ticks();
    bool closing = false;
    for (size_t i = 0; i < state->asking_count; i++) {
        state->asking[i].fixed = false; /* the batch is committed */
        closing |= state->asking[i].closing && now >= state->asking[i].retry_at;
    }
    return closing ? 0 : CLOCK_SECOND;
}

/* ---- traces ---- */

struct text
inquiry_trace(struct step *step, uint64_t number)
{
    char buffer[CONTROL_NUMBER_BYTES];
    struct control_number trace = {.cell = service_cell(step_service(step)), .claim_id = number, .version = 1};
    return arena_print(step_arena(step), "Q%.*s", TEXT_ARGS(control_number_compose(&trace, buffer)));
}

bool
inquiry_trace_parse(struct text trace, uint64_t *number)
{
    struct control_number parsed;
    if (trace.length < 2 || trace.data[0] != 'Q' || !control_number_parse(text_of(trace.data + 1, trace.length - 1), &parsed))
        return false;
    *number = parsed.claim_id;
    return true;
}

enum status
inquiry_find(struct step *step, struct text payer, struct text trace, uint32_t kind, uint64_t *number, struct asked_row *row)
{
    if (!inquiry_trace_parse(trace, number))
        return STATUS_NOT_FOUND;
    struct store_key key = submission_number_key(*number);
    enum status status = step_get_record(step, SUBMISSION_ASKED, store_key_text(&key), &record_asked_row, row);
    if (status == STATUS_OK && (row->kind != kind || !text_equal(row->payer, payer)))
        return STATUS_NOT_FOUND; /* another payer may not answer it */
    return status;
}

void
inquiry_put(struct step *step, uint64_t number, const struct asked_row *row)
{
    struct store_key key = submission_number_key(number);
    step_put_record(step, SUBMISSION_ASKED, store_key_text(&key), &record_asked_row, row);
}

enum status
inquiry_interchange(struct step *step, struct text payer, struct text reference, struct outgoing_interchange *row)
{
    uint64_t number;
    if (!text_to_u64(reference, &number))
        return STATUS_NOT_FOUND;
    enum status status = submission_get_interchange(step, number, row);
    if (status == STATUS_OK && (!submission_asks(row) || !text_equal(row->payer, payer)))
        return STATUS_NOT_FOUND;
    return status;
}

enum status
inquiry_move(struct step *step, const struct outgoing_interchange *old, struct outgoing_interchange *row)
{
    enum status status = STATUS_OK;
    row->first_trace = old->first_trace;
    row->last_trace = old->last_trace;
    for (uint64_t trace = old->first_trace; trace != 0 && trace <= old->last_trace && status == STATUS_OK; trace++) {
        struct asked_row asked;
        struct store_key key = submission_number_key(trace);
        status = step_get_record(step, SUBMISSION_ASKED, store_key_text(&key), &record_asked_row, &asked);
        if (status == STATUS_OK) {
            asked.interchange = row->number;
            inquiry_put(step, trace, &asked);
        } else if (status == STATUS_NOT_FOUND) {
            status = STATUS_OK; /* it could not be written */
        }
    }
    return status;
}

struct party
inquiry_payer(const struct payer *payer)
{
    return (struct party){
        .entity_type = TEXT("2"), .last_name = payer->title, .id_qualifier = TEXT("PI"), .id = payer->id};
}

struct party
inquiry_submitter(const struct payer *payer)
{
    return (struct party){
        .entity_type = TEXT("2"), .last_name = payer->submitter_name, .id_qualifier = TEXT("46"), .id = payer->sender};
}

/* ---- an interchange of questions ---- */

struct gathering {
    struct inquiry_making making;
    struct x12_writer writer;
    struct file_writer *file;
    struct store_key *keys; /* of the rows that are done */
    size_t count, room;
    enum status status;
};

static enum status
into_file(void *context, const char *bytes, size_t length)
{
    return file_write(((struct gathering *)context)->file, text_of(bytes, length));
}

static bool
gather_row(void *context, struct text key, struct text value)
{
    struct gathering *gathering = context;
    struct inquiry_making *making = &gathering->making;
    const struct kind *kind = &kinds[making->kind];
    gathering->keys[gathering->count++] = store_key_bytes(store_key(), key);
    arena_reset(&making->arena);
    struct text packed = arena_copy(&making->arena, value);
    uint64_t trace = submission_next_number(making->step, TEXT("trace"));
    if (making->first_trace == 0)
        making->first_trace = trace;
    making->last_trace = trace;
    making->sequence = store_u64(text_of(key.data + key.length - 8, 8), 0);
    gathering->status = kind->add(making, packed, trace);
    if (gathering->status == STATUS_INVALID)
        gathering->status = kind->drop(making, packed);
    return gathering->status == STATUS_OK && gathering->count < gathering->room;
}

static enum status
begin_file(struct gathering *gathering)
{
    struct inquiry_making *making = &gathering->making;
    struct step *step = making->step;
    const struct kind *kind = &kinds[making->kind];
    struct x12_envelope envelope = submission_envelope(step, making->payer, making->control);
    struct x12_inquiry_head head = {.control = TEXT("0001"),
                                    .reference = arena_print(step_arena(step), "%llu", (unsigned long long)making->number),
                                    .date = envelope.date,
                                    .time = envelope.time};
    x12_writer_open_sink(&gathering->writer, x12_delimiters_usual, into_file, gathering);
    x12_writer_begin_interchange(&gathering->writer, &envelope);
    x12_writer_begin_group(&gathering->writer, &envelope, text_from(kind->functional), kind->version());
    return kind->begin(&making->set, &gathering->writer, &head);
}

static enum status
end_file(struct gathering *gathering, struct outgoing_interchange *row)
{
    enum status status = x12_inquiry_end(&gathering->making.set);
    x12_writer_end_group(&gathering->writer);
    x12_writer_end_interchange(&gathering->writer);
    if (status == STATUS_OK)
        status = x12_writer_flush(&gathering->writer);
    if (status == STATUS_OK && row->claims > 0)
        return file_finish(gathering->file, &row->size, NULL);
    file_discard(gathering->file);
    return status;
}

static void
put_rows(struct gathering *gathering, struct outgoing_interchange *row)
{
    struct step *step = gathering->making.step;
    struct set_row set = {0};
    for (size_t i = 0; i < gathering->count; i++)
        step_delete(step, SUBMISSION_QUESTIONS, store_key_text(&gathering->keys[i]));
    if (row->claims == 0)
        return; /* none could be written: the numbers stay unused */
    struct store_key set_key = store_key_u32(submission_number_key(row->number), 1);
    step_put_record(step, SUBMISSION_SETS, store_key_text(&set_key), &record_set_row, &set);
    submission_made(step, row);
}

static enum status
gather(struct gathering *gathering)
{
    struct inquiry_making *making = &gathering->making;
    struct step *step = making->step;
    struct text content = submission_content_name(step, making->number);
    enum status status = submission_content_create(step, content, &gathering->file);
    if (status != STATUS_OK)
        return status;
    gathering->status = begin_file(gathering);
    struct store_key from = question_key(making->kind, making->payer->name), to = store_key_u64(from, UINT64_MAX);
    status = gathering->status;
    if (status == STATUS_OK)
        status = step_scan(step, SUBMISSION_QUESTIONS, store_key_text(&from), store_key_text(&to), gather_row, gathering);
    if (status == STATUS_OK)
        status = gathering->status;
    struct outgoing_interchange row = {.number = making->number,
                                       .payer = making->payer->name,
                                       .control = making->control,
                                       .content = content,
                                       .claims = making->set.count,
                                       .stage = INTERCHANGE_STAGE_FIXED,
                                       .fixed = step_time(step),
                                       .sets = 1,
                                       .kind = making->kind,
                                       .first_trace = making->first_trace,
                                       .last_trace = making->last_trace};
    row.file = submission_file_name(step, &row);
    if (status == STATUS_OK) {
        status = end_file(gathering, &row);
    } else {
        x12_inquiry_end(&making->set);
        file_discard(gathering->file);
    }
    if (status == STATUS_OK)
        put_rows(gathering, &row);
    return status;
}

static struct asking *
next_asking(struct submission *state)
{
    for (size_t i = 0; i < state->asking_count; i++)
        if (state->asking[i].closing && clock_ticks() >= state->asking[i].retry_at)
            return &state->asking[i];
    return NULL;
}

/* What is left behind a full set waits on, or is closed at once. */
static void
take_off(struct step *step, struct asking *asking, size_t count)
{
    struct store_key key = question_key(asking->kind, asking->payer->name);
    asking->fixed = true;
    asking->count -= count < asking->count ? count : asking->count;
    asking->closing = asking->count >= asking->payer->batch_claims;
    if (asking->count > 0 && !asking->closing)
        step_due_set(step, step_time(step) + asking->payer->inquiry_wait, SUBMISSION_DUE_ASK, store_key_text(&key));
    service_wake(step_service(step));
}

enum status
inquiry_step(struct step *step)
{
    struct submission *state = step_state(step);
    struct asking *asking = next_asking(state);
    if (asking == NULL || asking->count == 0) {
        if (asking != NULL)
            asking->closing = false;
        return STATUS_NOT_FOUND;
    }
    struct gathering gathering = {.making = {.step = step, .payer = asking->payer, .kind = asking->kind},
                                  .room = asking->payer->batch_claims};
    struct inquiry_making *making = &gathering.making;
    enum status status = submission_number(step, making->payer, &making->number, &making->control);
    asking->made = status;
    if (status != STATUS_OK) { /* the range of control numbers is used up: an alarm, never a wrap */
        asking->retry_at = clock_ticks() + 60 * CLOCK_SECOND;
        return STATUS_NOT_FOUND;
    }
    gathering.keys = calloc(gathering.room, sizeof *gathering.keys);
    assert(gathering.keys != NULL);
    arena_init(&making->arena, 0);
    status = gather(&gathering);
    if (status == STATUS_OK) {
        take_off(step, asking, gathering.count);
    } else if (status == STATUS_FULL) { /* as of claims: fix_step */
        asking->made = status;
        asking->retry_at = clock_ticks() + CLOCK_SECOND;
        status = STATUS_RETRY;
    }
    x12_writer_close(&gathering.writer);
    arena_free(&making->arena);
    free(gathering.keys);
    return status;
}
