/*
 * Is there nothing to be said of the elements of a segment? Of most there is nothing, and that can be told without looking
 * at what is empty: by masks, lengths and hashed codes, in the midst of the loop over segments. What does not pass is
 * judged in full (x12_element_judge), which may still find nothing. The two are held against each other by test_x12_quick.
 */
#ifndef CLAIMLINE_X12_ELEMENT_QUICK_H
#define CLAIMLINE_X12_ELEMENT_QUICK_H

#include "common/x12/guide/x12_element.h"

/* Numbers, dates, times, and dates after their format, which is what stands before. */
bool x12_element_typed_passes(const struct x12_element_rule *rule, struct text value, struct text before);
bool x12_element_composite_passes(const struct x12_element_rule *rule, const struct x12_segment *segment, struct text value,
                                  char separator);
/* No component separator stands in these elements (bit n: element n). */
bool x12_element_are_simple(const struct x12_segment *segment, uint32_t elements, char separator);
/* All that is to be said; as x12_element_check, which this is when the quick look has not passed. */
bool x12_element_judge(const struct x12_guide *guide, const struct x12_place *place, const struct x12_segment *segment,
                       const struct x12_characters *characters, uint32_t position, struct findings *findings);

static inline bool
x12_element_length_passes(const struct x12_element_rule *rule, size_t length)
{
    return (length >= rule->min) & (length <= rule->max);
}

/* A value without odd characters that is no composite. */
static inline bool
x12_element_value_passes(const struct x12_element_rule *rule, struct text value, struct text before)
{
    if (rule->quick == X12_QUICK_LENGTH)
        return x12_element_length_passes(rule, value.length);
    if (rule->quick == X12_QUICK_CODE)
        return x12_codes_hold(&rule->codes, x12_code(value)) && x12_element_length_passes(rule, value.length);
    return x12_element_typed_passes(rule, value, before);
}

static inline bool
x12_element_notes_hold(const struct x12_place *place, uint64_t present)
{
    bool broken = false;
    for (const struct x12_note *note = place->notes, *end = note + place->note_count; note < end; note++) {
        const uint64_t met = present & note->when;
        if (note->kind == 'E')
            broken |= (met & (met - 1)) != 0;
        else
            broken |= met != 0 && ((present & note->all) != note->all || (present & note->any) == 0);
    }
    return !broken;
}

/* Each kind of judgement has its own loop, so that none has to be told apart from element to element. */
static inline __attribute__((always_inline)) bool
x12_element_passes(const struct x12_place *place, const struct x12_segment *segment, char separator)
{
    const struct text *const values = segment->elements;
    const uint32_t present = (uint32_t)segment->present | 1;
    if (segment->has_odd || (place->required & ~present) != 0 || ((segment->present | 1) & ~(uint64_t)place->quick) != 0)
        return false;
    bool wrong = false;
    for (uint32_t left = present & place->by_length; left != 0; left &= left - 1) {
        const size_t n = (unsigned)__builtin_ctz(left);
        const struct x12_length length = place->lengths[n - 1];
        wrong |= (values[n].length < length.min) | (values[n].length > length.max);
    }
    for (uint32_t left = present & place->by_code; left != 0; left &= left - 1) {
        const size_t n = (unsigned)__builtin_ctz(left);
        wrong |= !x12_codes_hold(&place->elements[n - 1].codes, x12_code(values[n]));
    }
    if (wrong)
        return false;
    for (uint32_t left = present & place->by_type; left != 0; left &= left - 1) {
        const size_t n = (unsigned)__builtin_ctz(left);
        const struct x12_element_rule *rule = &place->elements[n - 1];
        if (rule->quick == X12_QUICK_COMPOSITE ? !x12_element_composite_passes(rule, segment, values[n], separator)
                                               : !x12_element_value_passes(rule, values[n], values[n - 1]))
            return false;
    }
    if (segment->has_component && !x12_element_are_simple(segment, present & place->by_length, separator))
        return false;
    return (present & place->noted) == 0 || x12_element_notes_hold(place, present);
}

#endif
