#include "services/submission/unit.h"

#include "common/clock/clock.h"

#include <assert.h>
#include <stdlib.h>

enum status
unit_file_read(void *context, char *buffer, size_t room, size_t *got)
{
    struct unit *unit = context;
    *got = 0;
    if (unit->chunk.length == 0) {
        enum status status = content_read(unit->file, &unit->chunk);
        unit->damaged |= status != STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    *got = unit->chunk.length < room ? unit->chunk.length : room;
    if (*got > 0)
        memcpy(buffer, unit->chunk.data, *got);
    unit->chunk = text_of(unit->chunk.data + *got, unit->chunk.length - *got);
    return STATUS_OK;
}

enum status
unit_file_open(struct unit *unit)
{
    struct submission *state = service_state(unit->service);
    unit->chunk = (struct text){0};
    enum status status = content_open(&state->recent, store_seal(service_store(unit->service)), state->content_folder,
                                      unit->row.content, &unit->file);
    unit->damaged |= status != STATUS_OK;
    return status;
}

void
unit_file_close(struct unit *unit, bool last)
{
    content_close(unit->file, last);
    unit->file = NULL;
}

/* Where the groups lie. A file that begins with answers is read as a whole anyway, and its envelope noted then (unit_answers.c);
 * of one that begins with an 835 all ends must be known before the first chunk of it goes on. */
static enum status
scan_envelope(struct unit *unit)
{
    struct x12_reader reader;
    enum status status = unit_file_open(unit);
    if (status != STATUS_OK)
        return status;
    x12_reader_open(&reader, unit_file_read, unit, 0);
    while ((status = x12_reader_next(&reader)) == STATUS_OK) {
        envelope_note(&unit->envelope, &reader.segment);
        if (unit->envelope.answers && !unit->envelope.remittances)
            break;
    }
    unit->scanned = status != STATUS_OK;
    if (unit->scanned)
        envelope_end(&unit->envelope, status, reader.fault, reader.in_interchange);
    x12_reader_close(&reader);
    unit_file_close(unit, false); /* soon read again */
    return unit->damaged ? status : STATUS_OK;
}

bool
unit_pass_over(struct unit *unit)
{
    return unit->damaged || unit->items++ < unit->skip;
}

static void
unit_free(struct unit *unit)
{
    unit_answers_end(unit);
    unit_remittance_end(unit);
    unit_file_close(unit, true);
    arena_free(&unit->arena);
    free(unit);
}

void
unit_forget(struct service *service)
{
    struct submission *state = service_state(service);
    if (state->unit != NULL)
        unit_free(state->unit);
    state->unit = NULL;
}

struct first_key {
    const struct submission *state;
    uint64_t number;
    bool found;
};

static bool
first_unread(void *context, struct text key, struct text value)
{
    struct first_key *first = context;
    (void)value;
    first->number = store_u64(key, 0);
    first->found = !damage_held(first->state, first->number);
    return !first->found;
}

static enum status
unit_open(struct service *service, uint64_t number)
{
    struct submission *state = service_state(service);
    struct unit *unit = calloc(1, sizeof *unit);
    struct store_key key = submission_number_key(number);
    assert(unit != NULL);
    unit->service = service;
    arena_init(&unit->arena, 0);
    enum status status =
        service_get_record(service, SUBMISSION_INBOX, store_key_text(&key), &unit->arena, &record_inbox_row, &unit->row);
    unit->skip = unit->row.cursor;
    if (status == STATUS_OK)
        status = scan_envelope(unit);
    if (status != STATUS_OK) {
        damage_hold(state, number);
        unit_free(unit);
        return status;
    }
    state->unit = unit;
    return STATUS_OK;
}

int64_t
unit_poll(struct service *service)
{
    struct submission *state = service_state(service);
    struct arena arena;
    arena_init(&arena, 0);
    while (state->unit == NULL) {
        struct first_key first = {.state = state};
        service_scan(service, SUBMISSION_UNREAD, (struct text){0}, (struct text){0}, &arena, first_unread, &first);
        if (!first.found)
            break;
        unit_open(service, first.number); /* the next one when it is damaged */
        arena_reset(&arena);
    }
    arena_free(&arena);
    return state->unit != NULL ? 0 : CLOCK_SECOND / 5;
}

/* Is there an answer in it, or a remittance? */
static bool
holds_anything(const struct unit *unit)
{
    bool any = unit->items > 0 || unit->answers.any;
    for (size_t i = 0; i < unit->envelope.group_count && !any; i++)
        any = unit->envelope.groups[i].remittance;
    return any;
}

static enum status
finish(struct unit *unit)
{
    struct step *step = unit->step;
    struct store_key key = submission_number_key(unit->row.number);
    struct submission *state = step_state(step);
    damage_clear(state, unit->row.number);
    content_let_go(&state->recent, unit->row.content);
    unit->row.done = step_time(step);
    step_delete(step, SUBMISSION_UNREAD, store_key_text(&key));
    service_wake(step_service(step));
    if (unit->envelope.fault == NULL && unit->answers.mute)
        return answer_unmatched(step, &unit->row, "999");
    if (unit->envelope.fault == NULL && !holds_anything(unit)) /* an 837 of ours that came back, an answer of another version */
        return answer_unmatched(step, &unit->row, "nothing");
    if (unit->envelope.fault == NULL)
        return STATUS_OK;
    struct submission_work work = {.kind = TEXT("unreadable"), .payer = unit->row.payer, .inbox = unit->row.number};
    unit->row.fault = text_from(unit->envelope.fault);
    submission_add_work(step, &work);
    return STATUS_OK;
}

enum status
unit_step(struct step *step)
{
    struct submission *state = step_state(step);
    struct unit *unit = state->unit;
    if (unit == NULL)
        return STATUS_NOT_FOUND;
    unit->step = step;
    bool finished = false;
    enum status status = STATUS_OK;
    if (unit->envelope.answers && !unit->answers.done) {
        status = unit_answers_read(unit);
    } else if (unit_remittance_waits(unit)) {
        status = unit_remittance_send(unit);
    } else {
        status = finish(unit);
        finished = true;
    }
    if (unit->damaged) { /* what was applied counts; the rest comes when it can be read */
        damage_hold(state, unit->row.number);
        finished = true;
    } else if (status != STATUS_OK) {
        return status;
    }
    if (unit->items > unit->row.cursor)
        unit->row.cursor = unit->items;
    struct store_key key = submission_number_key(unit->row.number);
    step_put_record(step, SUBMISSION_INBOX, store_key_text(&key), &record_inbox_row, &unit->row);
    unit->step = NULL;
    if (finished)
        unit_forget(step_service(step));
    return STATUS_OK;
}
