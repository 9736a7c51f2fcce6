#include "services/remittance/staged.h"

#include <assert.h>
#include <stdlib.h>

static struct staged_unit *
find(struct staged *staged, uint64_t unit)
{
    for (unsigned i = 0; i < STAGED_UNITS; i++)
        if (staged->units[i].unit == unit)
            return &staged->units[i];
    return NULL;
}

static void
empty(struct staged_unit *place)
{
    free(place->bytes);
    *place = (struct staged_unit){0};
}

static struct staged_unit *
begin(struct staged *staged, uint64_t unit)
{
    struct staged_unit *place = &staged->units[staged->next];
    staged->next = (staged->next + 1) % STAGED_UNITS;
    empty(place);
    place->unit = unit;
    return place;
}

static void
append(struct staged_unit *place, struct text bytes)
{
    enum { FIRST_ROOM = 256 * 1024 };
    if (place->room - place->length < bytes.length) {
        place->room = place->room == 0 ? FIRST_ROOM : place->room;
        while (place->room - place->length < bytes.length)
            place->room *= 2;
        place->bytes = realloc(place->bytes, place->room);
        assert(place->bytes != NULL);
    }
    if (bytes.length > 0)
        memcpy(place->bytes + place->length, bytes.data, bytes.length);
    place->length += bytes.length;
    place->chunks++;
}

void
staged_add(struct staged *staged, uint64_t unit, uint64_t number, struct text bytes)
{
    struct staged_unit *place = find(staged, unit);
    if (place == NULL && number == 1)
        place = begin(staged, unit);
    if (place == NULL)
        return;
    if (number == place->chunks + 1 && bytes.length <= STAGED_BYTES_MAX - place->length)
        append(place, bytes);
    else
        empty(place);
}

bool
staged_whole(struct staged *staged, uint64_t unit, uint64_t chunks, struct text *bytes)
{
    const struct staged_unit *place = find(staged, unit);
    if (place == NULL || place->chunks != chunks)
        return false;
    *bytes = text_of(place->bytes, place->length);
    return true;
}

void
staged_drop(struct staged *staged, uint64_t unit)
{
    struct staged_unit *place = find(staged, unit);
    if (place != NULL)
        empty(place);
}

void
staged_clear(struct staged *staged)
{
    for (unsigned i = 0; i < STAGED_UNITS; i++)
        empty(&staged->units[i]);
}
