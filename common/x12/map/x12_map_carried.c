#include "common/x12/map/x12_map_writing.h"

#include "schemas/records/claim_body.h"

enum { NO_PLACE = 0xFFFF };

/* Element n of a carried segment, n from 1. */
static struct text
carried_element(struct text segment, unsigned n)
{
    struct text element = text_cut(segment, X12_CARRIED_ELEMENT, &segment);
    for (; n > 0; n--)
        element = text_cut(segment, X12_CARRIED_ELEMENT, &segment);
    return element;
}

static bool
test_holds(const struct x12_place *place, struct text segment)
{
    if (place->test_element == 0)
        return true;
    struct text value = carried_element(segment, place->test_element);
    if (place->test_component > 0)
        value = x12_component(value, X12_CARRIED_COMPONENT, place->test_component);
    return x12_codes_hold(&place->test, x12_code(value));
}

/* The number of the place of a carried segment: its loop by name, in it the first place that fits. */
static uint16_t
find_place(const struct x12_guide *guide, const struct carried_segment *item)
{
    struct text segment = item->segment;
    if (segment.length > 0 && segment.data[0] == '+')
        segment = text_of(segment.data + 1, segment.length - 1);
    struct text rest, id = text_cut(segment, X12_CARRIED_ELEMENT, &rest);
    uint32_t code =
        id.length < 2 || id.length > 3 ? 0 : X12_ID(id.data[0], id.data[1], id.length == 3 ? id.data[2] : 0);
    for (uint16_t i = 0; i < guide->loop_count; i++) {
        const struct x12_loop *loop = &guide->loops[i];
        if (!text_is(item->loop, loop->name))
            continue;
        for (uint16_t child = 0; child < loop->child_count; child++) {
            const struct x12_place *place = &guide->places[loop->children[child].place];
            if (place->loop == i && place->segment == code && test_holds(place, segment))
                return place->number;
        }
    }
    return NO_PLACE;
}

void
x12_map_carried_open(struct x12_map_writer *writer, uint16_t loop, struct carried_window *window)
{
    const struct x12_map_list *list = &writer->map->loops[loop].carried;
    const struct x12_map_loop_layout *layout = &writer->layout.loops[loop];
    const char *base = writer->bases[list->base];
    window->next = window->count = 0;
    if (base == NULL)
        return;
    window->items = *(struct carried_segment *const *)(const void *)(base + list->offset);
    window->count = *(const uint32_t *)(const void *)(base + list->count_offset);
    if (window->count > X12_MAP_CARRIED_MAX) {
        x12_map_refuse(writer, writer->map->guide->loops[loop].name, "more carried segments than can be written");
        window->count = 0;
    }
    for (uint32_t i = 0; i < window->count; i++) {
        uint16_t place = find_place(writer->map->guide, &window->items[i]);
        if (place == NO_PLACE)
            x12_map_refuse(writer, writer->map->guide->loops[loop].name,
                   "a carried segment has no place in this guide");
        bool ours = place >= layout->first_place && place < layout->end_place;
        window->places[i] = ours ? place : (uint16_t)NO_PLACE;
    }
}

void
x12_map_carried_flush(struct x12_map_writer *writer, uint16_t end)
{
    struct carried_window *window = writer->window;
    for (; window->next < window->count && !x12_map_failed(writer); window->next++) {
        uint16_t place = window->places[window->next];
        if (place == NO_PLACE)
            continue;
        if (place >= end)
            return;
        struct text segment = window->items[window->next].segment;
        if (segment.data[0] == '+')
            segment = text_of(segment.data + 1, segment.length - 1);
        x12_writer_carried(writer->writer, segment);
    }
}

struct text
x12_map_carried_take(struct x12_map_writer *writer, uint16_t place)
{
    struct carried_window *window = writer->window;
    while (window->next < window->count && window->places[window->next] == NO_PLACE)
        window->next++;
    if (window->next == window->count || window->places[window->next] != place)
        return (struct text){0};
    struct text segment = window->items[window->next].segment;
    if (segment.length == 0 || segment.data[0] != '+')
        return (struct text){0};
    window->next++;
    return text_of(segment.data + 1, segment.length - 1);
}
