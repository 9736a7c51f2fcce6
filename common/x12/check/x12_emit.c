/* Findings about the segment at hand, or another: to the claim that is open, its level or the set. */
#include "common/x12/check/x12_state.h"

#include "common/money/money.h"
#include "schemas/findings.h"

/* The list that a finding of type 3 and up goes to. */
static struct findings *
target(struct x12_check *check)
{
    struct x12_state *state = check->state;
    if (state->in_claim)
        return &check->claim.findings;
    if (state->level > 0)
        return &state->level_findings[state->level - 1];
    return &check->set.findings;
}

static bool
wanted(const struct x12_check *check, uint16_t number)
{
    return finding_kind(number)->snip <= check->options.snip;
}

static void
emit(struct x12_check *check, const struct x12_segment *segment, uint32_t position, const char *loop,
     uint16_t number, unsigned element, unsigned component, const char *code, struct text value, bool private)
{
    bool of_set = finding_kind(number)->snip <= 2;
    struct findings *findings = of_set ? &check->set.findings : target(check);
    bool error =
        x12_report(findings, number, loop, segment, position, element, component, code, value, private);
    if (error && of_set)
        check->set.accepted = false;
    else if (error && check->state->in_claim)
        check->claim.refused = true;
}

void
x12_emit(struct x12_check *check, uint16_t number, unsigned element, unsigned component, const char *code,
         struct text value, bool private)
{
    if (!wanted(check, number))
        return;
    const char *loop = check->set.guide->loops[check->step.place->loop].name;
    emit(check, check->segment, check->walker.position, loop, number, element, component, code, value,
         private);
}

void
x12_emit_at(struct x12_check *check, const struct x12_anchor *anchor, uint16_t number, const char *loop,
            unsigned element, const char *code, struct text value, bool private)
{
    if (!wanted(check, number))
        return;
    struct x12_segment segment = {.offset = anchor->offset};
    segment.elements[0] = text_from(anchor->id);
    emit(check, &segment, anchor->position, loop, number, element, 0, code, value, private);
}

void
x12_emit_place(struct x12_check *check, const struct x12_anchor *anchor, uint16_t number, const char *loop,
               unsigned element, unsigned component, const char *code, struct text value)
{
    if (!wanted(check, number))
        return;
    struct x12_segment segment = {.offset = anchor->offset};
    segment.elements[0] = text_from(anchor->id);
    emit(check, &segment, anchor->position, loop, number, element, component, code, value, false);
}

uint64_t
x12_hash(struct text t)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < t.length; i++)
        hash = (hash ^ (uint8_t)t.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void
x12_anchor_set(struct x12_anchor *anchor, const struct x12_check *check)
{
    text_copy(check->segment->elements[0], anchor->id, sizeof anchor->id);
    anchor->offset = check->segment->offset;
    anchor->position = check->walker.position;
}

bool
x12_amount(struct x12_check *check, unsigned element, int64_t *cents)
{
    struct text value = x12_element(check->segment, element);
    *cents = 0;
    if (value.length == 0 || money_parse(value, cents))
        return true;
    x12_emit(check, FINDING_X12_AMOUNT_INVALID, element, 0, "21", value, false);
    return false;
}
