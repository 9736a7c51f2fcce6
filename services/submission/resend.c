/*
 * A rejected interchange goes out anew: new ISA13 and GS06, the same sets, the same CLM01. Everything but the envelope's
 * numbers stays byte for byte.
 */
#include "services/submission/inquiry.h"

#include "common/control_number/control_number.h"
#include "common/file/file.h"
#include "common/x12/x12_reader.h"

#include <stdio.h>

struct copying {
    struct step *step;
    struct file_reader *from;
    struct text chunk;
    struct file_writer *to;
    bool damaged; /* what is copied cannot be read */
    char isa13[CONTROL_NUMBER_ENVELOPE_BYTES], gs06[CONTROL_NUMBER_ENVELOPE_BYTES];
};

static enum status
from_content(void *context, char *buffer, size_t room, size_t *got)
{
    struct copying *copying = context;
    *got = 0;
    if (copying->chunk.length == 0) {
        enum status status = file_read(copying->from, &copying->chunk);
        copying->damaged |= status != STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    *got = copying->chunk.length < room ? copying->chunk.length : room;
    if (*got > 0)
        memcpy(buffer, copying->chunk.data, *got);
    copying->chunk = text_of(copying->chunk.data + *got, copying->chunk.length - *got);
    return STATUS_OK;
}

/* A segment with one element replaced. */
static struct text
with_element(struct arena *arena, const struct x12_segment *segment, unsigned element, const char *value)
{
    struct text head = text_of(segment->data, (size_t)(segment->elements[element].data - segment->data));
    const char *after = segment->elements[element].data + segment->elements[element].length;
    struct text tail = text_of(after, (size_t)(segment->data + segment->length - after));
    return arena_print(arena, "%.*s%s%.*s", TEXT_ARGS(head), value, TEXT_ARGS(tail));
}

static struct text
renumber(struct copying *copying, const struct x12_segment *segment)
{
    struct arena *arena = step_arena(copying->step);
    if (segment->id == X12_ID('I', 'S', 'A'))
        return with_element(arena, segment, 13, copying->isa13);
    if (segment->id == X12_ID('G', 'S', 0))
        return with_element(arena, segment, 6, copying->gs06);
    if (segment->id == X12_ID('G', 'E', 0))
        return with_element(arena, segment, 2, copying->gs06);
    if (segment->id == X12_ID('I', 'E', 'A'))
        return with_element(arena, segment, 2, copying->isa13);
    return text_of(segment->data, segment->length);
}

static enum status
copy_segments(struct copying *copying)
{
    struct x12_reader reader;
    enum status status;
    x12_reader_open(&reader, from_content, copying, 0);
    while ((status = x12_reader_next(&reader)) == STATUS_OK) {
        struct arena_mark mark = arena_mark(step_arena(copying->step));
        struct text bytes = renumber(copying, &reader.segment);
        status = file_write(copying->to, bytes);
        if (status == STATUS_OK)
            status = file_write(copying->to, text_of(&reader.delimiters.segment, 1));
        arena_release(step_arena(copying->step), mark);
        if (status != STATUS_OK)
            break;
    }
    x12_reader_close(&reader);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
copy_content(struct copying *copying, const struct outgoing_interchange *old, struct outgoing_interchange *row)
{
    struct submission *state = step_state(copying->step);
    struct seal *seal = store_seal(service_store(step_service(copying->step)));
    char from[96];
    text_copy(old->content, from, sizeof from);
    enum status status = file_open(seal, state->content_folder, from, &copying->from);
    copying->damaged = status != STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = submission_content_create(copying->step, row->content, &copying->to);
    if (status == STATUS_OK) {
        status = copy_segments(copying);
        if (status == STATUS_OK)
            status = file_finish(copying->to, &row->size, NULL);
        else
            file_discard(copying->to);
    }
    file_close(copying->from);
    return status;
}

/* The claims' rows point to the new interchange; the answers to come will be its. */
static enum status
move_claims(struct step *step, const struct outgoing_interchange *old, uint64_t number)
{
    struct set_row set;
    struct store_key from = store_key_u32(submission_number_key(old->number), 1);
    struct store_key to = store_key_u32(submission_number_key(number), 1);
    enum status status = step_get_record(step, SUBMISSION_SETS, store_key_text(&from), &record_set_row, &set);
    for (uint32_t i = 0; status == STATUS_OK && i < set.claims_count; i++) {
        struct sent_row sent;
        status = sent_get(step, set.claims[i].claim_id, set.claims[i].version, &sent);
        if (status != STATUS_OK)
            break;
        sent.interchange = number;
        status = sent_put(step, &sent, 1);
    }
    set.answered = 0;
    if (status == STATUS_OK)
        step_put_record(step, SUBMISSION_SETS, store_key_text(&to), &record_set_row, &set);
    return status;
}

enum status
resend_interchange(struct step *step, const struct outgoing_interchange *old)
{
    struct submission *state = step_state(step);
    struct waiting *waiting = submission_waiting(state, old->payer);
    struct copying copying = {.step = step};
    if (waiting == NULL)
        return step_refuse(step, STATUS_INVALID, "the payer's profile is missing");
    struct outgoing_interchange row = {.payer = old->payer,
                                       .claims = old->claims,
                                       .stage = INTERCHANGE_STAGE_FIXED,
                                       .fixed = step_time(step),
                                       .replaces = old->number,
                                       .sets = old->sets,
                                       .form = old->form,
                                       .kind = old->kind};
    if (submission_number(step, waiting->payer, &row.number, &row.control) != STATUS_OK)
        return step_refuse(step, STATUS_LIMIT, "the range of control numbers is used up");
    row.content = submission_content_name(step, row.number);
    row.file = submission_file_name(step, &row);
    control_number_interchange(row.control, copying.isa13);
    control_number_group(row.control, copying.gs06);
    enum status status = copy_content(&copying, old, &row);
    if (copying.damaged)
        return step_refuse(step, STATUS_INVALID, "our content of the interchange cannot be read: put it back from a backup");
    if (status == STATUS_OK)
        status = move_claims(step, old, row.number);
    if (status == STATUS_OK)
        status = inquiry_move(step, old, &row);
    if (status == STATUS_FULL)
        return step_refuse(step, STATUS_LIMIT,
                           "there is no room on the disk for it: free space on the disk of the state folder, then send it again");
    if (status != STATUS_OK)
        return status;
    submission_made(step, &row);
    struct event event = {.kind = EVENT_KIND_INTERCHANGE_RESENT, .number = old->control, .next_number = row.control,
                          .code = row.payer, .detail = row.file, .actor = step_actor(step)};
    return step_event(step, &event);
}
