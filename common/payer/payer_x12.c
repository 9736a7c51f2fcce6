#include "common/payer/payer_x12.h"

#include "common/x12/map/x12_map.h"
#include "schemas/records/claim_body.h"

struct x12_envelope
payer_envelope(const struct payer *payer)
{
    return (struct x12_envelope){.sender_qualifier = payer->sender_qualifier,
                                 .sender = payer->sender,
                                 .receiver_qualifier = payer->receiver_qualifier,
                                 .receiver = payer->receiver,
                                 .group_sender = payer->group_sender,
                                 .group_receiver = payer->group_receiver,
                                 .acknowledgement_requested = payer->requires_ta1,
                                 .test = payer->test};
}

struct text
payer_version(const struct payer *payer, uint32_t form)
{
    return form == CLAIM_FORM_INSTITUTIONAL ? payer->version_institutional
           : form == CLAIM_FORM_DENTAL      ? payer->version_dental
                                            : payer->version;
}

static struct party
organisation(struct text name, const char *qualifier, struct text id)
{
    return (struct party){.entity_type = TEXT("2"), .last_name = name, .id_qualifier = text_from(qualifier), .id = id};
}

/* PER of 1000A, as the map carries it. */
static struct text
contact(const struct payer *payer, struct arena *arena)
{
    return arena_print(arena, "PER%cIC%c%.*s%cTE%c%.*s", X12_CARRIED_ELEMENT, X12_CARRIED_ELEMENT, TEXT_ARGS(payer->submitter_contact),
                       X12_CARRIED_ELEMENT, X12_CARRIED_ELEMENT, TEXT_ARGS(payer->submitter_phone));
}

struct claim_set
payer_claim_set(const struct payer *payer, uint32_t form, struct arena *arena)
{
    struct carried_segment *per = ARENA_ARRAY(arena, struct carried_segment, 1);
    *per = (struct carried_segment){.loop = TEXT("1000A"), .segment = contact(payer, arena)};
    struct claim_set set = {.version = payer_version(payer, form),
                            .submitter = organisation(payer->submitter_name, "46", payer->sender),
                            .receiver = organisation(payer->title, "46", payer->receiver)};
    set.submitter.carried = per;
    set.submitter.carried_count = 1;
    return set;
}
