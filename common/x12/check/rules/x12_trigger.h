/*
 * What a situational rule (SNIP type 4) finds missing, and the place that made it required: the table from which a 999 writes
 * I6 and I9 with the context SITUATIONAL TRIGGER. scripts/generate-x12-triggers makes it of schemas/x12/situations.tsv and
 * claim_rules.tsv.
 */
#ifndef CLAIMLINE_X12_TRIGGER_H
#define CLAIMLINE_X12_TRIGGER_H

#include "common/x12/check/x12_validate.h"

struct x12_trigger_place {
    const char *loop, *segment, *code; /* code: the first of its qualifier; empty: none */
    uint8_t element, component;        /* 0: the whole segment, the whole element */
};
struct x12_trigger {
    uint16_t finding;
    const struct x12_guide *guide;
    struct x12_trigger_place missing, trigger;
};
extern const struct x12_trigger x12_triggers[];
extern const size_t x12_trigger_count;

/* NULL: the finding is of no rule that finds something missing. */
const struct x12_trigger *x12_trigger_of(uint16_t finding, const struct x12_guide *guide);

/*
 * The position in the set (ST is 1) of the segment that a place names, looked for in the bytes of the open claim (at
 * X12_EVENT_CLAIM_END) from the segment at `from` on, then from the claim's first, or in the levels that the claim of an 837 stands in
 * and the header of its set; 0: not there. One with the place's qualifier is looked for first.
 */
uint32_t x12_trigger_find(const struct x12_check *check, const struct x12_trigger_place *place, uint32_t from);

#endif
