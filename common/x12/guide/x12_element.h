/*
 * Checks the elements of one segment against its place in a guide: present or not, length, characters, type,
 * code, components, repetitions, relational conditions (SNIP type 2, IK403 codes).
 */
#ifndef CLAIMLINE_X12_ELEMENT_H
#define CLAIMLINE_X12_ELEMENT_H

#include "common/finding/finding.h"
#include "common/x12/guide/x12_guide.h"

/* What the delimiters make of each byte. */
struct x12_characters {
    struct x12_delimiters delimiters;
    uint8_t classes[256];
};
void x12_characters_init(struct x12_characters *characters, struct x12_delimiters delimiters);

/* Adds what is wrong to `findings`. True when nothing of severity error was found. `position` is the
 * segment's in its set. */
bool x12_element_check(const struct x12_guide *guide, const struct x12_place *place,
                       const struct x12_segment *segment, const struct x12_characters *characters,
                       uint32_t position, struct findings *findings);

/* Adds one finding at an element (0: the segment) of a segment, with place "2400/SV1-03", offset and
 * position. True when its kind is an error, whether or not the list had room. `value` is private when
 * `private`. */
bool x12_report(struct findings *findings, uint16_t number, const char *loop,
                const struct x12_segment *segment, uint32_t position, unsigned element, unsigned component,
                const char *code, struct text value, bool private);

#endif
