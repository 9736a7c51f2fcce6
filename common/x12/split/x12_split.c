#include "common/x12/split/x12_split.h"

#include "common/date/date.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEVELS = 4 }; /* the set's head, 2000A, 2000B, 2000C */

/* The segments of one level, as they stand, without its HL. */
struct level {
    char *bytes;
    size_t length, room;
    uint32_t segments;
    char code[4], children; /* HL03, HL04 */
    uint64_t number;        /* HL01 in the set being written; 0: not in it yet */
};

struct split {
    const struct x12_split_options *options;
    const struct x12_split_target *target;
    char *reason;
    struct x12_check check;
    struct x12_writer writer;
    struct level levels[LEVELS];
    unsigned top; /* the innermost level that is open */
    bool in_claim;
    uint32_t claim_segments;
    bool in_part, in_group, in_set;
    uint32_t parts, part_claims, part_sets;
    uint64_t control, levels_written;
};

static enum status
refuse(char *reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, X12_SPLIT_REASON, format, arguments);
    va_end(arguments);
    return STATUS_INVALID;
}

/* The interchange's own words, with another number. */
static struct x12_envelope
envelope_of(const struct x12_check *check, uint64_t control)
{
    const struct x12_interchange *from = &check->interchange;
    char date[12];
    struct x12_envelope envelope = {
        .sender_qualifier = text_from(from->sender_qualifier),
        .sender = text_from(from->sender),
        .receiver_qualifier = text_from(from->receiver_qualifier),
        .receiver = text_from(from->receiver),
        .group_sender = text_from(check->group.sender),
        .group_receiver = text_from(check->group.receiver),
        .time = text_from(from->time),
        .control = control,
        .group_control = control,
        .acknowledgement_requested = from->acknowledgement_requested,
        .test = from->test,
    };
    snprintf(date, sizeof date, "20%s", from->date);
    if (!date_parse(text_from(date), &envelope.date))
        envelope.date = 0;
    return envelope;
}

/* ---- levels ---- */

static void
add_segment(struct level *level, const struct x12_segment *segment, char terminator)
{
    size_t length = segment->length + 2u;
    if (level->room - level->length < length) {
        level->room = 2 * (level->room + length);
        level->bytes = realloc(level->bytes, level->room);
        assert(level->bytes != NULL);
    }
    memcpy(level->bytes + level->length, segment->data, segment->length);
    level->bytes[level->length + segment->length] = terminator;
    level->bytes[level->length + segment->length + 1] = '\n';
    level->length += length;
    level->segments++;
}

static enum status
open_level(struct split *split, const struct x12_segment *segment)
{
    struct text code = x12_element(segment, 3), children = x12_element(segment, 4);
    unsigned depth = text_is(code, "20") ? 1 : text_is(code, "22") ? 2 : text_is(code, "23") ? 3 : 0;
    if (depth == 0 || depth > split->top + 1)
        return refuse(split->reason, "a level (HL03 %.*s) stands where an 837 has none", TEXT_ARGS(code));
    struct level *level = &split->levels[depth];
    level->length = level->segments = 0;
    level->number = 0;
    text_copy(code, level->code, sizeof level->code);
    level->children = children.length == 1 ? children.data[0] : '0';
    split->top = depth;
    return STATUS_OK;
}

/* The level and what stands in it; a level that another one stands in has children, whatever it said. */
static void
write_level(struct split *split, unsigned depth)
{
    struct level *level = &split->levels[depth];
    const char children[2] = {depth < split->top ? '1' : level->children, '\0'};
    level->number = ++split->levels_written;
    x12_writer_segment(&split->writer, "HL");
    x12_writer_number(&split->writer, level->number);
    if (depth == 1)
        x12_writer_element(&split->writer, (struct text){0});
    else
        x12_writer_number(&split->writer, split->levels[depth - 1].number);
    x12_writer_element(&split->writer, text_from(level->code));
    x12_writer_element(&split->writer, text_from(children));
    x12_writer_end(&split->writer);
    x12_writer_append(&split->writer, text_of(level->bytes, level->length), level->segments);
}

/* ---- parts ---- */

static enum status
begin_part(struct split *split)
{
    uint64_t control = split->options->control + split->parts, number = 0;
    if (split->options->control == 0 && text_to_u64(text_from(split->check.interchange.control), &number))
        control = number + split->parts;
    enum status status = split->target->open(split->target->context, ++split->parts);
    if (status != STATUS_OK)
        return status;
    struct x12_envelope envelope = envelope_of(&split->check, control);
    x12_writer_open_sink(&split->writer, x12_delimiters_back(split->check.reader.delimiters), split->target->write, split->target->context);
    split->writer.line_end = '\n';
    x12_writer_begin_interchange(&split->writer, &envelope);
    x12_writer_begin_group(&split->writer, &envelope, text_from(split->check.group.functional),
                           text_from(split->check.group.version));
    split->control = control;
    split->in_part = true;
    split->part_claims = split->part_sets = 0;
    return STATUS_OK;
}

static void
begin_set(struct split *split)
{
    char control[16];
    snprintf(control, sizeof control, "%04u", (unsigned)++split->part_sets);
    x12_writer_begin_set(&split->writer, text_from(split->check.set.id), text_from(control),
                         text_from(split->check.set.version));
    x12_writer_append(&split->writer, text_of(split->levels[0].bytes, split->levels[0].length), split->levels[0].segments);
    split->levels_written = 0;
    for (unsigned i = 1; i < LEVELS; i++)
        split->levels[i].number = 0;
    split->in_set = true;
}

static void
end_set(struct split *split)
{
    if (split->in_set)
        x12_writer_end_set(&split->writer);
    split->in_set = false;
}

static enum status
end_part(struct split *split)
{
    if (!split->in_part)
        return STATUS_OK;
    end_set(split);
    x12_writer_end_group(&split->writer);
    x12_writer_end_interchange(&split->writer);
    enum status status = x12_writer_flush(&split->writer);
    if (status == STATUS_INVALID)
        refuse(split->reason, "%s: %s", split->writer.fault_segment, split->writer.fault);
    x12_writer_close(&split->writer);
    split->in_part = false;
    enum status closed = split->target->close(split->target->context, split->parts, split->part_claims, split->control);
    return status == STATUS_OK ? closed : status;
}

static enum status
write_claim(struct split *split)
{
    const struct x12_claim *claim = &split->check.claim;
    enum status status = STATUS_OK;
    if (claim->too_large || claim->bytes.length == 0)
        return refuse(split->reason, "a claim (number %u of its set) is %s", claim->ordinal,
                      claim->too_large ? "too large to be carried over" : "cut off");
    if (split->part_claims == split->options->claims)
        status = end_part(split);
    if (status == STATUS_OK && !split->in_part)
        status = begin_part(split);
    if (status != STATUS_OK)
        return status;
    if (!split->in_set)
        begin_set(split);
    for (unsigned i = 1; i <= split->top; i++)
        if (split->levels[i].number == 0)
            write_level(split, i);
    x12_writer_append(&split->writer, claim->bytes, split->claim_segments);
    if (claim->bytes.data[claim->bytes.length - 1] != '\n')
        x12_writer_append(&split->writer, TEXT("\n"), 0);
    split->part_claims++;
    return x12_writer_status(&split->writer);
}

static enum status
take_segment(struct split *split)
{
    const struct x12_check *check = &split->check;
    const struct x12_segment *segment = check->segment;
    if (check->step.opened && check->set.guide->loops[check->step.loop].claim) {
        split->in_claim = true;
        split->claim_segments = 0;
    }
    if (split->in_claim) {
        split->claim_segments++;
        return STATUS_OK;
    }
    if (segment->id == X12_ID('S', 'T', 0) || segment->id == X12_ID('S', 'E', 0))
        return STATUS_OK;
    if (segment->id == X12_ID('H', 'L', 0))
        return open_level(split, segment);
    add_segment(&split->levels[split->top], segment, check->reader.delimiters.segment);
    return STATUS_OK;
}

static enum status
take_set(struct split *split)
{
    if (split->check.set.guide == NULL || strcmp(split->check.set.id, "837") != 0)
        return refuse(split->reason, "a set %s is no set of claims (837) that is known here", split->check.set.id);
    split->top = 0;
    split->levels[0].length = split->levels[0].segments = 0;
    split->in_claim = false;
    return STATUS_OK;
}

static enum status
take_event(struct split *split, enum x12_event event)
{
    switch (event) {
    case X12_EVENT_SET:
        return take_set(split);
    case X12_EVENT_SEGMENT:
        return take_segment(split);
    case X12_EVENT_CLAIM_END:
        split->in_claim = false;
        return write_claim(split);
    case X12_EVENT_SET_END:
        end_set(split);
        return STATUS_OK;
    case X12_EVENT_GROUP_END:
        return end_part(split);
    case X12_EVENT_FAILED:
        if (split->check.status != STATUS_INVALID && split->check.status != STATUS_LIMIT)
            return split->check.status;
        return refuse(split->reason, "%s (byte %llu)", split->check.fault, (unsigned long long)split->check.fault_offset);
    case X12_EVENT_INTERCHANGE:
    case X12_EVENT_TA1:
    case X12_EVENT_GROUP:
    case X12_EVENT_INTERCHANGE_END:
    case X12_EVENT_END:
    case X12_EVENT_COUNT:
        break;
    }
    return STATUS_OK;
}

enum status
x12_split(const struct x12_split_options *options, x12_source source, void *context, const struct x12_split_target *target,
          char reason[X12_SPLIT_REASON])
{
    struct x12_check_options check = {.snip = 1};
    struct split *split = calloc(1, sizeof *split);
    assert(split != NULL && options->claims > 0);
    split->options = options;
    split->target = target;
    split->reason = reason;
    reason[0] = '\0';
    x12_check_open(&split->check, &check, source, context);
    enum status status = STATUS_OK;
    for (enum x12_event event = X12_EVENT_COUNT; status == STATUS_OK && event != X12_EVENT_END;) {
        event = x12_check_next(&split->check);
        status = take_event(split, event);
    }
    if (split->in_part) {
        x12_writer_close(&split->writer);
        target->close(target->context, split->parts, split->part_claims, split->control);
    }
    if (status == STATUS_INVALID && reason[0] == '\0')
        refuse(reason, "%s", "a value cannot be written again");
    x12_check_close(&split->check);
    for (unsigned i = 0; i < LEVELS; i++)
        free(split->levels[i].bytes);
    free(split);
    return status;
}

/* ---- join ---- */

void
x12_join_open(struct x12_join *join, uint64_t control, x12_sink sink, void *context)
{
    *join = (struct x12_join){.control = control, .sink = sink, .context = context};
}

static enum status
join_interchange(struct x12_join *join, const struct x12_check *check, char *reason)
{
    const struct x12_interchange *one = &join->first, *other = &check->interchange;
    if (!join->begun)
        return STATUS_OK;
    if (strcmp(one->sender, other->sender) != 0 || strcmp(one->receiver, other->receiver) != 0)
        return refuse(reason, "its sender and receiver are %s and %s, those of the first are %s and %s", other->sender,
                      other->receiver, one->sender, one->receiver);
    if (one->test != other->test)
        return refuse(reason, "one interchange is a test (ISA15), the other is not");
    struct x12_delimiters ours = join->writer.delimiters, theirs = x12_delimiters_back(check->reader.delimiters);
    if (memcmp(&ours, &theirs, sizeof ours) != 0)
        return refuse(reason, "its delimiters are others than those of the first");
    return STATUS_OK;
}

static void
join_begin(struct x12_join *join, const struct x12_check *check)
{
    uint64_t control = join->control;
    if (control == 0 && !text_to_u64(text_from(check->interchange.control), &control))
        control = 1;
    join->control = control;
    join->first = check->interchange;
    struct x12_envelope envelope = envelope_of(check, control);
    x12_writer_open_sink(&join->writer, x12_delimiters_back(check->reader.delimiters), join->sink, join->context);
    join->writer.line_end = '\n';
    x12_writer_begin_interchange(&join->writer, &envelope);
    join->begun = true;
}

/* Sets of one kind stand in one group as long as no other kind comes between. */
static void
join_group(struct x12_join *join, const struct x12_check *check)
{
    const struct x12_group *group = &check->group;
    if (join->in_group && strcmp(join->functional, group->functional) == 0 && strcmp(join->version, group->version) == 0)
        return;
    if (join->in_group)
        x12_writer_end_group(&join->writer);
    struct x12_envelope envelope = envelope_of(check, join->control);
    envelope.group_control = join->control + join->writer.groups;
    x12_writer_begin_group(&join->writer, &envelope, text_from(group->functional), text_from(group->version));
    text_copy(text_from(group->functional), join->functional, sizeof join->functional);
    text_copy(text_from(group->version), join->version, sizeof join->version);
    join->in_group = true;
}

static void
join_segment(struct x12_join *join, const struct x12_check *check)
{
    const struct x12_segment *segment = check->segment;
    char control[16];
    if (segment->id == X12_ID('S', 'T', 0)) {
        snprintf(control, sizeof control, "%04u", (unsigned)join->writer.sets + 1);
        x12_writer_begin_set(&join->writer, x12_element(segment, 1), text_from(control), x12_element(segment, 3));
        join->sets++;
    } else if (segment->id == X12_ID('S', 'E', 0)) {
        x12_writer_end_set(&join->writer);
    } else {
        x12_writer_append(&join->writer, text_of(segment->data, segment->length), 1);
        x12_writer_append(&join->writer, text_of(&check->reader.delimiters.segment, 1), 0);
        x12_writer_append(&join->writer, TEXT("\n"), 0);
    }
}

static enum status
join_event(struct x12_join *join, const struct x12_check *check, enum x12_event event, char *reason)
{
    if (event == X12_EVENT_INTERCHANGE)
        return join_interchange(join, check, reason);
    if (event == X12_EVENT_TA1)
        return refuse(reason, "a TA1 answers one interchange and cannot stand in another");
    if (event == X12_EVENT_SET) {
        if (!join->begun)
            join_begin(join, check);
        join_group(join, check);
    }
    if (event == X12_EVENT_SEGMENT && check->segment->passed_bytes > 0)
        return refuse(reason, "its binary data (%llu bytes) is too large to be carried over",
                      (unsigned long long)check->segment->passed_bytes);
    if (event == X12_EVENT_SEGMENT)
        join_segment(join, check);
    join->claims += event == X12_EVENT_CLAIM_END;
    if (event == X12_EVENT_FAILED)
        return check->status == STATUS_INVALID || check->status == STATUS_LIMIT
                   ? refuse(reason, "%s (byte %llu)", check->fault, (unsigned long long)check->fault_offset)
                   : check->status;
    return join->begun ? x12_writer_status(&join->writer) : STATUS_OK;
}

enum status
x12_join_add(struct x12_join *join, x12_source source, void *context, char reason[X12_SPLIT_REASON])
{
    struct x12_check_options options = {.snip = 1};
    struct x12_check *check = calloc(1, sizeof *check);
    assert(check != NULL);
    reason[0] = '\0';
    x12_check_open(check, &options, source, context);
    enum status status = STATUS_OK;
    for (enum x12_event event = X12_EVENT_COUNT; status == STATUS_OK && event != X12_EVENT_END;) {
        event = x12_check_next(check);
        status = join_event(join, check, event, reason);
    }
    if (status == STATUS_INVALID && reason[0] == '\0')
        refuse(reason, "%s: %s", join->writer.fault_segment, join->writer.fault);
    x12_check_close(check);
    free(check);
    return status;
}

enum status
x12_join_close(struct x12_join *join)
{
    if (!join->begun)
        return STATUS_INVALID;
    if (join->in_group)
        x12_writer_end_group(&join->writer);
    x12_writer_end_interchange(&join->writer);
    enum status status = x12_writer_flush(&join->writer);
    x12_writer_close(&join->writer);
    return status;
}
