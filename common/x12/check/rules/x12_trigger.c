#include "common/x12/check/rules/x12_trigger.h"

#include "common/x12/check/x12_state.h"

#include <stdio.h>

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

/* Which level of an 837 a loop belongs to: 2000A and 2010A., 2000B and 2010B., 2000C and 2010C.; X12_LEVELS: none, as ST. */
static unsigned
level_of(const char *loop)
{
    bool level = strncmp(loop, "2000", 4) == 0 || strncmp(loop, "2010", 4) == 0;
    return level && loop[4] >= 'A' && loop[4] < 'A' + X12_LEVELS ? (unsigned)(loop[4] - 'A') : (unsigned)X12_LEVELS;
}

/* Above the claim: as the levels that it stands in were read. */
static uint32_t
find_above(const struct x12_check *check, const struct x12_trigger_place *place)
{
    const struct x12_state *state = check->state;
    const unsigned level = level_of(place->loop);
    char name[40];
    if (level < X12_LEVELS && level >= state->level)
        return 0;
    snprintf(name, sizeof name, "%s/%s%s%s", place->loop, place->segment, place->code[0] != '\0' ? "*" : "", place->code);
    const struct x12_place *named = x12_guide_place(check->set.guide, text_from(name));
    if (named == NULL || named->number >= X12_PLACES_ABOVE)
        return 0;
    const uint32_t position = state->above[named->number];
    return level < X12_LEVELS && position < state->level_positions[level] ? 0 : position;
}

uint32_t
x12_trigger_find(const struct x12_check *check, const struct x12_trigger_place *place, uint32_t from)
{
    const bool qualified = place->code[0] != '\0';
    if (place->loop[0] != '2' || (place->loop[1] != '3' && place->loop[1] != '4')) /* of an 837: what stands above the claim */
        return find_above(check, place);
    uint32_t position = find(check, place, from, qualified);
    if (position == 0)
        position = find(check, place, check->claim.position, qualified);
    if (position == 0 && qualified)
        position = find(check, place, from, false);
    return position;
}
