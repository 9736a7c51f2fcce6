/* What counts within a set: hierarchical levels (HL) and the lines of a claim (LX). */
#include "common/x12/check/x12_state.h"

#include "schemas/findings.h"

/* HL01 counts from 1, HL02 names the level above, which must allow levels below. */
void
x12_numbers_level(struct x12_check *check)
{
    struct x12_state *state = check->state;
    uint8_t depth = check->walker.depth - 1;
    uint64_t number = 0, parent = 0, above = 0;
    struct text given = x12_element(check->segment, 1), up = x12_element(check->segment, 2);
    char allows = '1';
    for (uint8_t i = 0; i < depth; i++) {
        if (state->hl_numbers[i] > 0) {
            above = state->hl_numbers[i];
            allows = state->hl_children[i];
        }
    }
    state->hl_count++;
    if (!text_to_u64(given, &number) || number != state->hl_count) {
        x12_emit(check, FINDING_X12_HL_NUMBER, 1, 0, "7", given, false);
        state->hl_count = number > 0 ? number : state->hl_count;
    }
    if (above > 0 && (!text_to_u64(up, &parent) || parent != above))
        x12_emit(check, FINDING_X12_HL_PARENT, 2, 0, "7", up, false);
    if (allows == '0')
        x12_emit(check, FINDING_X12_HL_CHILD, 4, 0, "7", (struct text){0}, false);
    struct text children = x12_element(check->segment, 4);
    memset(&state->hl_numbers[depth], 0, sizeof state->hl_numbers[0] * (size_t)(X12_DEPTH_MAX - depth));
    state->hl_numbers[depth] = state->hl_count;
    state->hl_children[depth] = children.length == 1 ? children.data[0] : '1';
}

void
x12_numbers_line(struct x12_check *check)
{
    uint64_t number = 0;
    struct text given = x12_element(check->segment, 1);
    check->state->lx_count++;
    if (text_to_u64(given, &number) && number == check->state->lx_count)
        return;
    x12_emit(check, FINDING_X12_LX_NUMBER, 1, 0, "7", given, false);
    check->state->lx_count = number > 0 ? number : check->state->lx_count;
}
