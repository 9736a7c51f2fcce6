#include "common/x12/check/x12_trigger.h"

const struct x12_trigger *
x12_trigger_of(uint16_t finding, const struct x12_guide *guide)
{
    for (size_t i = 0; i < x12_trigger_count; i++)
        if (x12_triggers[i].finding == finding && x12_triggers[i].guide == guide)
            return &x12_triggers[i];
    return NULL;
}

static bool
is_place(const struct x12_delimiters *delimiters, struct text segment, const struct x12_trigger_place *place, bool qualified)
{
    struct text rest, id = text_cut(segment, delimiters->element, &rest);
    if (!text_is(id, place->segment))
        return false;
    struct text first = text_cut(rest, delimiters->element, &rest), none;
    return !qualified || text_is(text_cut(first, delimiters->component, &none), place->code);
}

static uint32_t
find(const struct x12_check *check, const struct x12_trigger_place *place, uint32_t from, bool qualified)
{
    const struct x12_delimiters *delimiters = &check->reader.delimiters;
    struct text rest = check->claim.bytes;
    for (uint32_t position = check->claim.position; rest.length > 0; position++) {
        struct text segment = text_cut(rest, delimiters->segment, &rest);
        while (segment.length > 0 && segment.data[0] <= ' ') /* line ends */
            segment = text_of(segment.data + 1, segment.length - 1);
        if (position >= from && is_place(delimiters, segment, place, qualified))
            return position;
    }
    return 0;
}

uint32_t
x12_trigger_find(const struct x12_check *check, const struct x12_trigger_place *place, uint32_t from)
{
    const bool qualified = place->code[0] != '\0';
    if (place->loop[0] != '2' || (place->loop[1] != '3' && place->loop[1] != '4')) /* of an 837: what stands above the claim */
        return 0;
    uint32_t position = find(check, place, from, qualified);
    if (position == 0)
        position = find(check, place, check->claim.position, qualified);
    if (position == 0 && qualified)
        position = find(check, place, from, false);
    return position;
}
