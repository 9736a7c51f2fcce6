#include "services/submission/envelope.h"

static void
say(struct envelope *envelope, const char *fault)
{
    if (envelope->fault == NULL)
        envelope->fault = fault;
}

/* A group without its GE is not taken. It keeps its place: what goes on is known by it. */
static void
end_cut_group(struct envelope *envelope)
{
    if (!envelope->in_group)
        return;
    envelope->groups[envelope->group_count - 1].remittance = false;
    envelope->in_group = false;
    say(envelope, "a group in it has no end");
}

static void
begin_group(struct envelope *envelope, const struct x12_segment *segment)
{
    bool remittance = text_is(x12_element(segment, 1), "HP");
    envelope->remittances |= remittance;
    envelope->answers |= !remittance;
    if (envelope->group_count == ENVELOPE_GROUPS_MAX) {
        if (remittance)
            say(envelope, "it holds more groups than are taken");
        return;
    }
    envelope->groups[envelope->group_count++] = (struct envelope_group){
        .interchange_start = envelope->interchange_start, .start = segment->offset, .remittance = remittance};
    envelope->in_group = true;
}

void
envelope_note(struct envelope *envelope, const struct x12_segment *segment)
{
    switch (segment->id) {
    case X12_ID('I', 'S', 'A'):
        end_cut_group(envelope);
        envelope->interchange_start = segment->offset;
        break;
    case X12_ID('T', 'A', '1'):
        envelope->answers = true;
        break;
    case X12_ID('G', 'S', 0):
        end_cut_group(envelope);
        begin_group(envelope, segment);
        break;
    case X12_ID('G', 'E', 0):
        if (envelope->in_group)
            envelope->groups[envelope->group_count - 1].end = segment->offset + segment->length + 1;
        envelope->in_group = false;
        break;
    case X12_ID('I', 'E', 'A'):
        end_cut_group(envelope);
        break;
    default:
        break;
    }
}

void
envelope_end(struct envelope *envelope, enum status status, const char *fault, bool in_interchange)
{
    if (status != STATUS_NOT_FOUND)
        say(envelope, fault == NULL ? "it cannot be read" : fault);
    else if (in_interchange)
        say(envelope, "the file ends inside an interchange");
    end_cut_group(envelope);
    if (envelope->group_count == 0 && !envelope->answers)
        say(envelope, "there is no interchange in it");
}
