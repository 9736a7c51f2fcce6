/*
 * One inbox file, item by item: TA1s, sets of 999, claims of 277CA and 277, persons of 271 are read by their maps; groups of 835 are sent on to
 * remittance in chunks, untouched. An item is applied by a step together with the file's cursor (items done); after a
 * crash or an aborted batch the file is read again from its start and the items that were applied are passed over.
 */
#include "services/submission/envelope.h"
#include "services/submission/submission.h"

#include "common/clock/clock.h"
#include "common/x12/map/x12_map.h"
#include "schemas/records/acknowledgement.h"
#include "schemas/records/inquiry.h"
#include "schemas/streams.h"
#include "schemas/x12/x12_maps.h"

#include <assert.h>
#include <stdlib.h>

enum { ITEMS_PER_STEP = 128, CHUNK_BYTES = 192 * 1024 };

struct unit {
    struct inbox_row row; /* texts in `arena` */
    struct arena arena;
    struct service *service;
    struct envelope envelope;
    bool scanned; /* the envelope is known; else it is noted in reading the answers */
    bool damaged; /* our copy of it cannot be read */
    /* answers, read through the maps */
    bool reading, read_out;
    struct x12_check check;
    struct x12_map_reader answers_999, answers_277ca, answers_277, answers_271;
    struct content_reader *file;
    struct text chunk;
    struct step *step; /* while a step runs */
    bool answers;      /* there is a set in it of a kind that answers */
    bool sets_named;   /* the 999 at hand has an AK2 */
    bool mute;         /* a 999 in it has neither an AK2 nor an AK9 */
    uint64_t items;    /* met so far */
    uint64_t skip;     /* items that were applied before */
    /* 835 groups, sent in chunks */
    size_t sending;
    uint64_t sent_chunks;
    uint64_t at; /* behind what was read last of the file */
    char isa[X12_ISA_BYTES]; /* over the group at hand */
    struct seal_sum *sum;
};

static enum status
from_file(void *context, char *buffer, size_t room, size_t *got)
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

static enum status
open_file(struct unit *unit)
{
    struct submission *state = service_state(unit->service);
    unit->chunk = (struct text){0};
    enum status status = content_open(&state->recent, store_seal(service_store(unit->service)), state->content_folder,
                                      unit->row.content, &unit->file);
    unit->damaged |= status != STATUS_OK;
    return status;
}

static void
close_file(struct unit *unit)
{
    content_close(unit->file, true);
    unit->file = NULL;
}

/* Where the groups lie. A file that begins with answers is read as a whole anyway, and its envelope noted then (read_answers);
 * of one that begins with an 835 all ends must be known before the first chunk of it goes on. */
static enum status
scan_envelope(struct unit *unit)
{
    struct x12_reader reader;
    enum status status = open_file(unit);
    if (status != STATUS_OK)
        return status;
    x12_reader_open(&reader, from_file, unit, 0);
    while ((status = x12_reader_next(&reader)) == STATUS_OK) {
        envelope_note(&unit->envelope, &reader.segment);
        if (unit->envelope.answers && !unit->envelope.remittances)
            break;
    }
    unit->scanned = status != STATUS_OK;
    if (unit->scanned)
        envelope_end(&unit->envelope, status, reader.fault, reader.in_interchange);
    x12_reader_close(&reader);
    content_close(unit->file, false); /* soon read again */
    unit->file = NULL;
    return unit->damaged ? status : STATUS_OK;
}

/* True when this item was applied before. Behind damage nothing counts: what is handed out then may be cut. */
static bool
pass_over(struct unit *unit)
{
    return unit->damaged || unit->items++ < unit->skip;
}

static enum status
give_999(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    (void)fault;
    if (record == X12_MAP_999_ANSWER)
        return pass_over(unit) ? STATUS_OK : answer_set(unit->step, &unit->row, reader->bases[X12_MAP_999_GROUP], value);
    if (unit->sets_named)
        return STATUS_OK; /* AK9 repeats what they say, and is no item */
    const struct group_answer *group = value;
    unit->mute |= group->code.length == 0;
    return group->code.length == 0 || pass_over(unit) ? STATUS_OK : answer_group(unit->step, &unit->row, group);
}

static enum status
give_277ca(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
           const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    (void)reader;
    (void)fault;
    if (record != X12_MAP_277CA_ANSWER || pass_over(unit))
        return STATUS_OK;
    return answer_claim(unit->step, &unit->row, value);
}

/* A level that says nothing of the questions below it is no item. */
static enum status
give_277(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    (void)reader;
    (void)fault;
    if (record != X12_MAP_277_REPLY && ((const struct status_level *)value)->statuses_count == 0)
        return STATUS_OK;
    if (pass_over(unit))
        return STATUS_OK;
    return record == X12_MAP_277_REPLY ? status_reply_claim(unit->step, &unit->row, value)
                                       : status_reply_level(unit->step, &unit->row, value);
}

/* A subscriber who stands above dependents without a word of his own is no item. */
static bool
says_nothing(const struct eligibility_reply *subscriber)
{
    return subscriber->traces_count == 0 && subscriber->refusals_count == 0 && subscriber->benefits_count == 0;
}

static enum status
give_271(void *context, const struct x12_map_reader *reader, unsigned record, const void *value,
         const struct x12_map_fault *fault)
{
    struct unit *unit = context;
    const struct inquiry_party *source = reader->bases[X12_MAP_271_SOURCE], *level = value;
    (void)fault;
    if (record <= X12_MAP_271_RECEIVER) {
        if (level->refusals_count + level->refusals_of_party_count == 0 || pass_over(unit))
            return STATUS_OK;
        return eligibility_reply_level(unit->step, &unit->row, source->batch, level);
    }
    if ((record == X12_MAP_271_SUBSCRIBER && says_nothing(value)) || pass_over(unit))
        return STATUS_OK;
    return record == X12_MAP_271_SUBSCRIBER
               ? eligibility_reply_person(unit->step, &unit->row, value, NULL)
               : eligibility_reply_person(unit->step, &unit->row, reader->bases[X12_MAP_271_SUBSCRIBER], value);
}

static enum status
take_ta1(struct unit *unit)
{
    struct interchange_answer answer = {.code = x12_element(unit->check.segment, 4), .note = x12_element(unit->check.segment, 5)};
    if (pass_over(unit))
        return STATUS_OK;
    if (!text_to_u64(x12_element(unit->check.segment, 1), &answer.control))
        answer.control = 0;
    return answer_interchange(unit->step, &unit->row, &answer);
}

static enum status
begin_reading(struct unit *unit)
{
    struct x12_check_options options = {.snip = 2};
    enum status status = open_file(unit);
    if (status != STATUS_OK)
        return status;
    if (!unit->scanned)
        unit->envelope = (struct envelope){0};
    x12_check_open(&unit->check, &options, from_file, unit);
    x12_map_reader_open(&unit->answers_999, &x12_map_999, give_999, unit);
    x12_map_reader_open(&unit->answers_277ca, &x12_map_277ca, give_277ca, unit);
    x12_map_reader_open(&unit->answers_277, &x12_map_277, give_277, unit);
    x12_map_reader_open(&unit->answers_271, &x12_map_271, give_271, unit);
    unit->reading = true;
    return STATUS_OK;
}

static void
end_reading(struct unit *unit)
{
    if (!unit->reading)
        return;
    x12_map_reader_close(&unit->answers_999);
    x12_map_reader_close(&unit->answers_277ca);
    x12_map_reader_close(&unit->answers_277);
    x12_map_reader_close(&unit->answers_271);
    x12_check_close(&unit->check);
    close_file(unit);
    unit->reading = false;
}

/* An event of the check, as far as the envelope goes. A group that ends without its GE ends with another segment. */
static void
note_envelope(struct unit *unit, enum x12_event event)
{
    const struct x12_segment *segment = unit->check.segment;
    bool trailer = (event == X12_EVENT_GROUP_END && segment->id == X12_ID('G', 'E', 0)) ||
                   (event == X12_EVENT_INTERCHANGE_END && segment->id == X12_ID('I', 'E', 'A'));
    if (event == X12_EVENT_INTERCHANGE || event == X12_EVENT_TA1 || event == X12_EVENT_GROUP || trailer)
        envelope_note(&unit->envelope, segment);
    else if (event == X12_EVENT_END || event == X12_EVENT_FAILED)
        envelope_end(&unit->envelope, event == X12_EVENT_FAILED ? unit->check.status : STATUS_NOT_FOUND, unit->check.fault,
                     unit->check.reader.in_interchange);
}

static bool
is_answer(const struct x12_guide *guide)
{
    return guide != NULL && (guide == x12_map_999.guide || guide == x12_map_277ca.guide || guide == x12_map_277.guide ||
                             guide == x12_map_271.guide);
}

/* Reads on until some items were applied or the file is at its end. */
static enum status
read_answers(struct unit *unit)
{
    enum status status = unit->reading ? STATUS_OK : begin_reading(unit);
    ((struct submission *)step_state(unit->step))->accepted.count = 0; /* of a step that came to nothing */
    uint64_t enough = (unit->items > unit->skip ? unit->items : unit->skip) + ITEMS_PER_STEP;
    while (status == STATUS_OK && unit->items < enough) {
        enum x12_event event = x12_check_next(&unit->check);
        if (!unit->scanned && event != X12_EVENT_SEGMENT)
            note_envelope(unit, event);
        if (event == X12_EVENT_TA1)
            status = take_ta1(unit);
        if (event == X12_EVENT_SET) {
            unit->answers |= is_answer(unit->check.set.guide);
            unit->sets_named = false;
        }
        if (event == X12_EVENT_SEGMENT)
            unit->sets_named |= unit->check.segment->id == X12_ID('A', 'K', '2');
        if (status == STATUS_OK)
            status = x12_map_event(&unit->answers_999, &unit->check, event);
        if (status == STATUS_OK)
            status = x12_map_event(&unit->answers_277ca, &unit->check, event);
        if (status == STATUS_OK)
            status = x12_map_event(&unit->answers_277, &unit->check, event);
        if (status == STATUS_OK)
            status = x12_map_event(&unit->answers_271, &unit->check, event);
        if (event == X12_EVENT_END || event == X12_EVENT_FAILED) {
            unit->read_out = true;
            break;
        }
    }
    if (status == STATUS_OK)
        status = answer_pass_on(unit->step);
    if (unit->read_out)
        end_reading(unit);
    return status;
}

static enum status
read_range(struct unit *unit, uint64_t from, char *out, size_t length)
{
    enum status status = STATUS_OK;
    size_t done = 0;
    if (from != unit->at) {
        status = content_seek(unit->file, from);
        unit->chunk = (struct text){0};
    }
    while (status == STATUS_OK && done < length) {
        size_t got;
        status = from_file(unit, out + done, length - done, &got);
        if (status == STATUS_OK && got == 0) { /* it was longer before */
            unit->damaged = true;
            return STATUS_CORRUPT;
        }
        done += got;
    }
    unit->at = from + done;
    return status;
}

/* The i-th chunk of a group: ISA before the first, IEA with its count of one after the last. */
static enum status
send_chunk(struct unit *unit)
{
    const struct envelope_group *group = &unit->envelope.groups[unit->sending];
    struct arena *arena = step_arena(unit->step);
    enum status status = STATUS_OK;
    if (unit->file == NULL) {
        status = open_file(unit);
        unit->at = 0;
        unit->sum = seal_sum_begin();
    }
    uint64_t from = group->start + unit->sent_chunks * CHUNK_BYTES;
    size_t length = group->end - from < CHUNK_BYTES ? (size_t)(group->end - from) : CHUNK_BYTES, used = 0;
    bool last = from + length == group->end;
    char *bytes = arena_take_raw(arena, X12_ISA_BYTES + length + 64);
    if (status == STATUS_OK && unit->sent_chunks == 0) {
        status = read_range(unit, group->interchange_start, unit->isa, X12_ISA_BYTES);
        memcpy(bytes, unit->isa, X12_ISA_BYTES);
        used = X12_ISA_BYTES;
    }
    if (status == STATUS_OK)
        status = read_range(unit, from, bytes + used, length);
    if (status != STATUS_OK)
        return status;
    used += length;
    if (last) {
        const char *isa = unit->isa;
        struct text tail = arena_print(arena, "IEA%c1%c%.9s%c", isa[3], isa[3], isa + 90, isa[105]);
        memcpy(bytes + used, tail.data, tail.length);
        used += tail.length;
    }
    uint8_t sum[SEAL_SUM_BYTES];
    seal_sum_add(unit->sum, text_of(bytes, used));
    if (last) {
        seal_sum_end(unit->sum, sum);
        unit->sum = NULL;
        close_file(unit);
    }
    struct remit_chunk chunk = {.unit = unit->row.number * 1000 + unit->sending,
                                .payer = unit->row.payer,
                                .number = ++unit->sent_chunks,
                                .last = last,
                                .sum = last ? text_of(sum, sizeof sum) : (struct text){0},
                                .bytes = text_of(bytes, used)};
    if (last) {
        unit->sending++;
        unit->sent_chunks = 0;
    }
    return pass_over(unit) ? STATUS_OK : step_emit(unit->step, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk);
}

static void
unit_free(struct unit *unit)
{
    uint8_t sum[SEAL_SUM_BYTES];
    end_reading(unit);
    close_file(unit);
    if (unit->sum != NULL)
        seal_sum_end(unit->sum, sum);
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
    bool any = unit->items > 0 || unit->answers;
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
    if (unit->envelope.fault == NULL && unit->mute)
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

static bool
next_remittance(struct unit *unit)
{
    const struct envelope *envelope = &unit->envelope;
    while (unit->sending < envelope->group_count && !envelope->groups[unit->sending].remittance)
        unit->sending++;
    return unit->sending < envelope->group_count;
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
    if (unit->envelope.answers && !unit->read_out) {
        status = read_answers(unit);
    } else if (next_remittance(unit)) {
        status = send_chunk(unit);
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
