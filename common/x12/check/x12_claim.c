/* A claim in a set begins and ends, with what was said of the levels above it. */
#include "common/x12/check/rules/x12_claim_rules.h"
#include "schemas/findings.h"

/* Levels of the 837 keep their findings for every claim below. */
void
x12_claim_level(struct x12_check *check, uint16_t loop)
{
    struct x12_state *state = check->state;
    uint8_t level = 0;
    while (state->claims != NULL && level < X12_LEVELS && state->claims->levels[level] != loop)
        level++;
    if (state->claims == NULL || level == X12_LEVELS)
        return;
    for (uint8_t i = level; i < X12_LEVELS; i++) {
        arena_reset(&state->level_arenas[i]);
        findings_init(&state->level_findings[i], &state->level_arenas[i]);
    }
    state->level = level + 1;
    state->level_positions[level] = check->walker.position;
}

static void
inherit(struct x12_check *check)
{
    for (uint8_t i = 0; i < check->state->level; i++) {
        const struct findings *above = &check->state->level_findings[i];
        for (uint32_t k = 0; k < above->count; k++) {
            const struct finding *from = &above->items[k];
            struct finding *to =
                findings_add(&check->claim.findings, from->kind->number, from->place, from->detail);
            if (to == NULL)
                return;
            struct text place = to->place, detail = to->detail;
            *to = *from;
            to->place = place;
            to->detail = detail;
            check->claim.refused |= from->kind->severity == FINDING_ERROR;
        }
    }
}

void
x12_claim_begin(struct x12_check *check)
{
    struct x12_state *state = check->state;
    state->said = check->step.before;
    x12_reader_pin(&check->reader);
    arena_reset(&state->claim_arena);
    check->claim = (struct x12_claim){
        .offset = check->segment->offset,
        .ordinal = ++check->set.claim_count,
        .position = check->walker.position,
    };
    unsigned control = check->segment->id == X12_ID('T', 'R', 'N') ? 2 : 1;
    text_copy(x12_element(check->segment, control), state->claim_control, sizeof state->claim_control);
    check->claim.control = text_from(state->claim_control);
    findings_init(&check->claim.findings, &state->claim_arena);
    x12_anchor_set(&state->claim_anchor, check);
    state->in_claim = true;
    state->lx_count = 0;
    if (state->external.guide != 0)
        x12_external_claim_begin(check);
    inherit(check);
}

/* What the set's list says of the claim, up to `end`, gets its control number. */
static void
name_claim(struct x12_check *check, uint32_t end)
{
    struct findings *findings = &check->set.findings;
    struct text unit = {0};
    for (uint32_t i = check->state->said; i < end && i < findings->count; i++) {
        if (unit.length == 0)
            unit = arena_copy(findings->arena, check->claim.control);
        findings->items[i].unit = unit;
    }
}

void
x12_claim_end(struct x12_check *check)
{
    struct x12_state *state = check->state;
    name_claim(check, check->step.said[state->closing - 1]);
    if (state->rules != NULL)
        state->rules->calls->claim_end(check);
    if (state->external.guide != 0)
        x12_external_claim_end(check);
    if (check->claim.too_large)
        x12_emit_at(check, &state->claim_anchor, FINDING_X12_CLAIM_TOO_LARGE, NULL, 0, "21", (struct text){0},
                    false);
    else
        check->claim.bytes = x12_reader_pinned(&check->reader);
    if (state->identity.parts != NULL)
        x12_identity_claim_end(check, check->claim.bytes);
    check->set.refused_claims += check->claim.refused;
    state->in_claim = false;
}
