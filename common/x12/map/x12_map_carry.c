#include "common/x12/map/x12_map_reading.h"

#include "schemas/records/claim_body.h"

#include <stddef.h>

enum { COMPONENTS_MAX = 16, CARRIED_BYTES_MAX = 1400 };

void
x12_map_say(const struct reading *reading, unsigned element, unsigned component, const char *what)
{
    struct x12_map_fault *first = &reading->reader->faults[reading->level];
    if (first->place == NULL)
        *first = (struct x12_map_fault){reading->at->name, (uint16_t)element, (uint16_t)component, what};
}

/* Room doubles: a list that is full at a power of two moves to twice the room, so that no capacity has to be
 * kept in the record. */
void *
x12_map_append(struct arena *arena, char *base, const struct x12_map_list *list)
{
    char **items = (char **)(void *)(base + list->offset);
    uint32_t *count = (uint32_t *)(void *)(base + list->count_offset);
    if (*count >= list->bound)
        return NULL;
    if (*count == 0 || (*count >= 4 && (*count & (*count - 1)) == 0)) {
        uint32_t room = *count == 0 ? 4 : *count * 2;
        if (room > list->bound)
            room = list->bound;
        char *moved = arena_take_raw(arena, (size_t)room * list->item_size);
        if (*count > 0)
            memcpy(moved, *items, (size_t)*count * list->item_size);
        *items = moved;
    }
    char *item = *items + (size_t)*count * list->item_size;
    memset(item, 0, list->item_size);
    (*count)++;
    return item;
}

struct text
x12_map_carried_text(const struct x12_map_reader *reader, char *out, struct text from)
{
    const struct x12_delimiters *delimiters = &reader->delimiters;
    size_t used = 0, kept = 0;
    for (size_t i = 0; i < from.length; i++) {
        char c = from.data[i];
        if (c == delimiters->element)
            c = X12_CARRIED_ELEMENT;
        else if (c == delimiters->component)
            c = X12_CARRIED_COMPONENT;
        else if (c == delimiters->repetition && c != 0)
            c = X12_CARRIED_REPETITION;
        else
            kept = used + 1;
        out[used++] = c;
    }
    return text_of(out, kept);
}

static const struct x12_map_list *
carrier_of(const struct reading *reading, uint16_t loop, const struct x12_map_loop **rule)
{
    uint16_t carrier = reading->reader->layout.loops[loop].carrier;
    if (carrier == X12_NO_LOOP)
        return NULL;
    *rule = &reading->reader->map->loops[carrier];
    return &(*rule)->carried;
}

/* A carried segment at the end of the list that belongs to `loop`; NULL when it is full or there is none. */
static struct carried_segment *
add_carried(const struct reading *reading, uint16_t loop, struct arena **arena)
{
    struct x12_map_reader *reader = reading->reader;
    const struct x12_map_loop *rule;
    const struct x12_map_list *list = carrier_of(reading, loop, &rule);
    if (list == NULL)
        return NULL;
    *arena = &reader->arenas[reader->layout.loops[reader->layout.loops[loop].carrier].level];
    struct carried_segment *item;
    if (rule->kept) {
        struct x12_map_list kept = *list;
        kept.offset = offsetof(struct x12_map_reader, kept);
        kept.count_offset = offsetof(struct x12_map_reader, kept_count);
        item = x12_map_append(*arena, (char *)reader, &kept);
    } else {
        item = x12_map_append(*arena, reader->bases[list->base], list);
    }
    if (item == NULL) {
        x12_map_say(reading, 0, 0, "there are more segments than a claim can carry");
        return NULL;
    }
    item->loop = text_from(reader->map->guide->loops[reading->at->loop].name);
    return item;
}

void
x12_map_carry_whole(const struct reading *reading, uint16_t loop)
{
    const struct x12_segment *segment = reading->segment;
    if (segment->length > CARRIED_BYTES_MAX) {
        x12_map_say(reading, 0, 0, "a segment is too long to be carried");
        return;
    }
    struct arena *arena;
    struct carried_segment *item = add_carried(reading, loop, &arena);
    if (item != NULL)
        item->segment = x12_map_carried_text(reading->reader, arena_take_raw(arena, segment->length),
                                             text_of(segment->data, segment->length));
}

/* The mask of components of element n that operations name; 0 when it is no composite for them. */
static uint32_t
components_named(const struct x12_map *map, const struct x12_map_place *rule, unsigned element)
{
    for (unsigned i = 0; i < rule->count; i++) {
        const struct x12_map_op *op = &map->ops[rule->first + i];
        if (op->kind == X12_MAP_COMPOSITE && op->element == element)
            return op->offset;
    }
    return 0;
}

void
x12_map_carry_rest(const struct reading *reading, const struct x12_map_place *rule)
{
    const struct x12_map_reader *reader = reading->reader;
    const struct x12_segment *segment = reading->segment;
    struct arena *arena;
    struct carried_segment *item = NULL;
    if (segment->length >= CARRIED_BYTES_MAX)
        x12_map_say(reading, 0, 0, "a segment is too long to be carried");
    else
        item = add_carried(reading, reading->at->loop, &arena);
    if (item == NULL)
        return;
    char *out = arena_take_raw(arena, segment->length + 1), *end = out;
    *end++ = '+';
    memcpy(end, segment->data, segment->elements[0].length);
    end += segment->elements[0].length;
    for (unsigned i = 1; i <= segment->element_count; i++) {
        *end++ = X12_CARRIED_ELEMENT;
        struct text element = segment->elements[i];
        uint32_t named = components_named(reader->map, rule, i);
        bool whole = (reading->left >> i & 1) != 0 && named == 0;
        if (whole || (i == reading->at->test_element && named == 0)) {
            struct text copied = x12_map_carried_text(reader, end, element);
            end += copied.length;
        } else if ((reading->left >> i & 1) != 0) {
            for (unsigned component = 1; element.length > 0; component++) {
                struct text part = text_cut(element, reader->delimiters.component, &element);
                if ((component >= COMPONENTS_MAX || (named >> component & 1) == 0) && part.length > 0) {
                    memcpy(end, part.data, part.length);
                    end += part.length;
                }
                *end++ = X12_CARRIED_COMPONENT;
            }
        }
    }
    while (end[-1] == X12_CARRIED_ELEMENT || end[-1] == X12_CARRIED_COMPONENT)
        end--;
    item->segment = text_of(out, (size_t)(end - out));
}
