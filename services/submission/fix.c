/*
 * A batch of pending claims becomes an interchange: numbers, file name and exact bytes are decided in one step. The
 * bytes go into a sealed content file that is synced before the step's commit; when the commit does not come, the same
 * step writes the same name again.
 */
#include "services/submission/submission.h"

#include "common/claim/sent_lines.h"
#include "common/clock/clock.h"
#include "common/control_number/control_number.h"
#include "common/file/file.h"
#include "common/payer/payer_x12.h"
#include "common/x12/map/x12_claims.h"
#include "schemas/records/identity.h"
#include "schemas/streams.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 64 * 1024 };

/* What was written to the file, as far as it is not too long to be kept in memory. */
struct written {
    char *data;
    size_t length, room, usual; /* usual: its first room */
    bool whole;
};

struct fixing {
    struct step *step;
    const struct payer *payer;
    struct waiting *waiting;
    struct x12_claims claims;
    struct x12_writer writer;
    struct file_writer *file;
    struct written bytes;
    struct sent_row *sent; /* of those that were written */
    size_t count, room, written;
    uint64_t number, control;
    struct arena arena; /* of one claim */
    enum status status;
};

int64_t
fix_poll(struct service *service)
{
    struct submission *state = service_state(service);
    int64_t now = clock_ticks();
    for (size_t i = 0; i < state->waiting_count; i++)
        state->waiting[i].fixed = false; /* the batch is committed */
    for (size_t i = 0; i < state->waiting_count; i++)
        if (state->waiting[i].closing && now >= state->waiting[i].retry_at)
            return 0;
    return CLOCK_SECOND / 10;
}

static void
keep_written(struct written *written, const char *bytes, size_t length)
{
    enum { KEPT_MAX = CONTENT_RECENT_BYTES / 2 };
    written->whole = written->whole && length <= KEPT_MAX - written->length;
    if (!written->whole)
        return;
    if (written->room - written->length < length) {
        written->room = written->room == 0 ? written->usual : written->room;
        while (written->room - written->length < length)
            written->room *= 2;
        written->data = realloc(written->data, written->room);
        assert(written->data != NULL);
    }
    memcpy(written->data + written->length, bytes, length);
    written->length += length;
}

static enum status
into_file(void *context, const char *bytes, size_t length)
{
    struct fixing *fixing = context;
    keep_written(&fixing->bytes, bytes, length);
    return file_write(fixing->file, text_of(bytes, length));
}

static enum status
emit_sent(struct fixing *fixing, const struct claim *claim, const struct claim_body *body)
{
    struct claim_sent sent = {.identity = claim->identity,
                              .clm01 = claim->clm01,
                              .payer = claim->payer,
                              .total_cents = claim->total_cents,
                              .sent = step_time(fixing->step),
                              .lines = sent_lines_of(body, &fixing->arena),
                              .lines_count = body->lines_count,
                              .due_date = claim->due_date,
                              .interchange = fixing->control};
    return step_emit(fixing->step, STREAM_SUBMISSION_REMITTANCE, &record_claim_sent, &sent);
}

/* A claim that cannot be written (a value holds a delimiter) is held; the set goes on without it. */
static enum status
hold_claim(struct fixing *fixing, const struct claim *claim)
{
    struct submission_work work = {.kind = TEXT("unwritable"),
                                   .payer = claim->payer,
                                   .claims = 1,
                                   .cents = claim->total_cents,
                                   .interchange = fixing->number,
                                   .code = claim->clm01};
    submission_add_work(fixing->step, &work);
    step_count(fixing->step, SUBMISSION_HELD, 1);
    struct event event = {.identity = claim->identity,
                          .kind = EVENT_KIND_CLAIM_EDIT,
                          .cents = claim->total_cents,
                          .code = TEXT("unwritable"),
                          .detail = claim->clm01};
    return step_event(fixing->step, &event);
}

static enum status
fix_claim(struct fixing *fixing, struct text packed)
{
    struct claim claim;
    struct claim_body body;
    struct event event = {.kind = EVENT_KIND_CLAIM_BATCHED};
    if (record_read(&record_claim, packed, &fixing->arena, &claim, NULL) != STATUS_OK ||
        record_read(&record_claim_body, claim.body, &fixing->arena, &body, NULL) != STATUS_OK)
        return STATUS_CORRUPT;
    enum status status = x12_claims_add(&fixing->claims, &body, claim.clm01);
    if (status == STATUS_INVALID)
        return hold_claim(fixing, &claim);
    if (status != STATUS_OK)
        return status;
    struct sent_row *sent = &fixing->sent[fixing->written++];
    *sent = (struct sent_row){.interchange = fixing->number, .set = 1, .cents = claim.total_cents, .identity = claim.identity};
    sent->identity.unknown = (struct text){0};
    event.identity = claim.identity;
    event.number = fixing->control;
    event.cents = claim.total_cents;
    event.code = claim.payer;
    event.detail = claim.clm01;
    status = step_event(fixing->step, &event);
    return status == STATUS_OK ? emit_sent(fixing, &claim, &body) : status;
}

static bool
fix_next(void *context, struct text packed)
{
    struct fixing *fixing = context;
    fixing->count++;
    arena_reset(&fixing->arena);
    fixing->status = fix_claim(fixing, packed);
    return fixing->status == STATUS_OK && fixing->count < fixing->room &&
           fixing->writer.bytes < (uint64_t)fixing->payer->batch_bytes;
}

static enum status
begin_file(struct fixing *fixing)
{
    struct step *step = fixing->step;
    const struct payer *payer = fixing->payer;
    struct claim_set set = payer_claim_set(payer, fixing->waiting->form, step_arena(step));
    char st02[CONTROL_NUMBER_ENVELOPE_BYTES];
    struct x12_envelope envelope = submission_envelope(step, payer, fixing->control);
    control_number_set(1, st02);
    x12_writer_open_sink(&fixing->writer, x12_delimiters_usual, into_file, fixing);
    x12_writer_begin_interchange(&fixing->writer, &envelope);
    x12_writer_begin_group(&fixing->writer, &envelope, TEXT("HC"), set.version);
    x12_claims_open_form(&fixing->claims, &fixing->writer, fixing->waiting->form);
    set.control = arena_copy(step_arena(step), text_from(st02));
    set.reference = arena_print(step_arena(step), "%llu", (unsigned long long)fixing->number);
    set.date = envelope.date;
    set.time = envelope.time;
    return x12_claims_begin(&fixing->claims, &set);
}

static enum status
end_file(struct fixing *fixing, struct outgoing_interchange *row)
{
    enum status status = x12_claims_end(&fixing->claims);
    x12_writer_end_group(&fixing->writer);
    x12_writer_end_interchange(&fixing->writer);
    if (status == STATUS_OK)
        status = x12_writer_flush(&fixing->writer);
    if (status != STATUS_OK) {
        file_discard(fixing->file);
        return status;
    }
    status = file_finish(fixing->file, &row->size, NULL);
    if (status == STATUS_OK && fixing->bytes.whole) {
        struct submission *state = step_state(fixing->step);
        struct written *bytes = &fixing->bytes;
        if (bytes->length > state->written_most)
            state->written_most = bytes->length;
        content_keep(&state->recent, row->content.data, realloc(bytes->data, bytes->length), bytes->length); /* printed: terminated */
        bytes->data = NULL;
    }
    return status;
}

static enum status
put_rows(struct fixing *fixing, struct outgoing_interchange *row)
{
    struct step *step = fixing->step;
    struct claim_place *places = ARENA_ARRAY(step_arena(step), struct claim_place, fixing->written);
    struct set_row set = {.claims = places};
    for (size_t i = 0; i < fixing->written; i++) {
        const struct identity *identity = &fixing->sent[i].identity;
        places[set.claims_count++] = (struct claim_place){.claim_id = identity->claim_id, .version = identity->version};
    }
    struct store_key set_key = store_key_u32(submission_number_key(fixing->number), 1);
    step_put_record(step, SUBMISSION_SETS, store_key_text(&set_key), &record_set_row, &set);
    submission_made(step, row);
    step_count(step, SUBMISSION_PASSED_ON, (int64_t)fixing->written);
    return sent_put(step, fixing->sent, fixing->written);
}

static enum status
fix_batch(struct fixing *fixing)
{
    struct step *step = fixing->step;
    struct text content = submission_content_name(step, fixing->number);
    enum status status = submission_content_create(step, content, &fixing->file);
    if (status != STATUS_OK)
        return status;
    status = begin_file(fixing);
    fixing->status = status;
    if (status == STATUS_OK)
        status = pending_visit(step, fixing->waiting, fix_next, fixing);
    if (status == STATUS_OK)
        status = fixing->status;
    struct outgoing_interchange row = {.number = fixing->number,
                                  .payer = fixing->payer->name,
                                  .control = fixing->control,
                                  .content = content,
                                  .claims = fixing->written,
                                  .stage = INTERCHANGE_STAGE_FIXED,
                                  .fixed = step_time(step),
                                  .sets = 1};
    if (fixing->waiting->form != CLAIM_FORM_PROFESSIONAL)
        row.form = fixing->waiting->form;
    row.file = submission_file_name(step, &row);
    if (status == STATUS_OK)
        status = end_file(fixing, &row);
    else
        file_discard(fixing->file);
    /* When every claim was held there is nothing to send, and the content file stays without a row. */
    if (status == STATUS_OK && fixing->written > 0)
        status = put_rows(fixing, &row);
    if (status == STATUS_OK)
        status = pending_fixed(step, fixing->waiting, fixing->count);
    if (status == STATUS_OK)
        step_count(step, SUBMISSION_QUEUED, -(int64_t)fixing->count);
    return status;
}

enum status
fix_step(struct step *step)
{
    struct submission *state = step_state(step);
    struct waiting *waiting = NULL;
    for (size_t i = 0; i < state->waiting_count && waiting == NULL; i++) {
        struct waiting *at = &state->waiting[i];
        if (at->claims == 0)
            at->closing = false;
        else if (at->closing && clock_ticks() >= at->retry_at)
            waiting = at;
    }
    if (waiting == NULL)
        return STATUS_NOT_FOUND;
    struct fixing fixing = {.step = step, .payer = waiting->payer, .waiting = waiting, .room = waiting->payer->batch_claims,
                            .bytes = {.whole = true, .usual = FIRST_ROOM + state->written_most}};
    enum status status = submission_number(step, fixing.payer, &fixing.number, &fixing.control);
    waiting->made = status;
    if (status != STATUS_OK) { /* the range of control numbers is used up: an alarm, never a wrap */
        waiting->retry_at = clock_ticks() + 60 * CLOCK_SECOND;
        return STATUS_NOT_FOUND;
    }
    fixing.sent = malloc(fixing.room * sizeof *fixing.sent);
    assert(fixing.sent != NULL);
    arena_init(&fixing.arena, 0);
    status = fix_batch(&fixing);
    if (status == STATUS_OK) {
        waiting->fixed = true;
        waiting->bytes = waiting->claims == 0 ? 0 : waiting->bytes - waiting->bytes / 2;
        waiting->closing = waiting->claims >= waiting->payer->batch_claims;
        struct store_key due = pending_due_key(waiting);
        if (waiting->claims > 0 && !waiting->closing)
            step_due_set(step, step_time(step) + waiting->payer->batch_wait, SUBMISSION_DUE_CLOSE, store_key_text(&due));
        service_wake(step_service(step));
    } else if (status == STATUS_FULL) { /* no room for its content: nothing of it happened, and `claimline status` says so */
        waiting->made = status;
        waiting->retry_at = clock_ticks() + CLOCK_SECOND;
        status = STATUS_RETRY;
    }
    x12_claims_close(&fixing.claims);
    x12_writer_close(&fixing.writer);
    arena_free(&fixing.arena);
    free(fixing.bytes.data);
    free(fixing.sent);
    return status;
}
