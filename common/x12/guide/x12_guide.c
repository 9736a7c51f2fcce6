#include "common/x12/guide/x12_guide.h"

bool
x12_codes_search(const struct x12_codes *codes, uint64_t code)
{
    if (codes->count <= 8) {
        for (uint16_t i = 0; i < codes->count; i++) {
            if (codes->items[i] == code)
                return true;
        }
        return false;
    }
    uint16_t low = 0, high = codes->count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (codes->items[middle] < code)
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    return low < codes->count && codes->items[low] == code;
}

const struct x12_guide *
x12_guide_find(struct text version, struct text set)
{
    if (text_starts(version, TEXT("005010")))
        version = text_of(version.data + 6, version.length - 6);
    if (version.length == 0)
        return NULL;
    for (uint16_t i = 0; i < x12_guide_count; i++) {
        const struct x12_guide *guide = x12_guides[i];
        if (set.length > 0 && !text_is(set, guide->set))
            continue;
        for (uint8_t k = 0; k < guide->alias_count; k++) {
            if (text_is(version, guide->aliases[k]))
                return guide;
        }
    }
    return NULL;
}

const struct x12_place *
x12_guide_place(const struct x12_guide *guide, struct text name)
{
    for (uint16_t i = 0; i < guide->place_count; i++) {
        if (text_is(name, guide->places[i].name))
            return &guide->places[i];
    }
    return NULL;
}

const struct x12_loop *
x12_guide_loop(const struct x12_guide *guide, struct text name)
{
    for (uint16_t i = 0; i < guide->loop_count; i++) {
        if (text_is(name, guide->loops[i].name))
            return &guide->loops[i];
    }
    return NULL;
}

uint16_t
x12_guide_element_number(const struct x12_guide *guide, uint32_t segment, unsigned element,
                         unsigned component)
{
    for (uint16_t i = 0; i < guide->place_count; i++) {
        const struct x12_place *place = &guide->places[i];
        if (place->segment != segment || element == 0 || element > place->element_count)
            continue;
        const struct x12_element_rule *rule = &place->elements[element - 1];
        if (component == 0 || component > rule->component_count)
            return rule->number;
        return rule->components[component - 1].number;
    }
    return 0;
}

bool
x12_guide_knows(const struct x12_guide *guide, uint32_t segment)
{
    return segment != 0 && guide->segments[segment * guide->hash_multiplier >> 24] == segment;
}
