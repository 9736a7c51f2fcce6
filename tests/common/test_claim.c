#include "common/claim/claim.h"

#include <criterion/criterion.h>

static enum claim_state
after(const uint32_t *kinds, size_t count, unsigned *contradictions)
{
    enum claim_state state = CLAIM_NONE;
    *contradictions = 0;
    for (size_t i = 0; i < count; i++)
        *contradictions += claim_state_next(state, kinds[i], &state) == CLAIM_CONTRADICTION;
    return state;
}

#define AFTER(...)                                                                                                     \
    after((const uint32_t[]){__VA_ARGS__}, sizeof(const uint32_t[]){__VA_ARGS__} / sizeof(uint32_t), &contradictions)

Test(claim, every_pair_of_state_and_event_has_an_answer)
{
    unsigned moves = 0;
    for (unsigned s = 0; s < CLAIM_STATE_COUNT; s++) {
        for (uint32_t kind = 1; kind < EVENT_KIND_COUNT; kind++) {
            enum claim_state next = CLAIM_STATE_COUNT;
            enum claim_answer_class answer = claim_state_next((enum claim_state)s, kind, &next);
            cr_assert_lt(next, CLAIM_STATE_COUNT, "%s %s", claim_state_name(s), event_kind_names[kind]);
            if (answer != CLAIM_MOVES)
                cr_assert_eq(next, s);
            moves += answer == CLAIM_MOVES;
        }
    }
    cr_assert_gt(moves, 80);
}

Test(claim, money_counts_in_every_state_after_the_file_was_fixed)
{
    static const enum claim_state sent[] = {CLAIM_BATCHED, CLAIM_SENT, CLAIM_ACKNOWLEDGED, CLAIM_SET_REJECTED,
        CLAIM_ACCEPTED, CLAIM_REJECTED, CLAIM_SILENT, CLAIM_PAID, CLAIM_REDUCED, CLAIM_PARTLY_DENIED, CLAIM_DENIED,
        CLAIM_REVERSED, CLAIM_ENDED};
    static const struct {
        uint32_t kind;
        enum claim_state state;
    } money[] = {{EVENT_KIND_CLAIM_PAID, CLAIM_PAID}, {EVENT_KIND_CLAIM_REDUCED, CLAIM_REDUCED},
        {EVENT_KIND_CLAIM_DENIED, CLAIM_DENIED}, {EVENT_KIND_CLAIM_PARTLY_DENIED, CLAIM_PARTLY_DENIED}};
    for (size_t s = 0; s < sizeof sent / sizeof *sent; s++) {
        for (size_t m = 0; m < 4; m++) {
            enum claim_state next;
            cr_assert_eq(claim_state_next(sent[s], money[m].kind, &next), CLAIM_MOVES);
            cr_assert_eq(next, money[m].state, "%s", claim_state_name(sent[s]));
        }
    }
    for (unsigned s = CLAIM_NONE; s <= CLAIM_EDIT; s++) {
        enum claim_state next;
        cr_assert_eq(claim_state_next((enum claim_state)s, EVENT_KIND_CLAIM_PAID, &next), CLAIM_CONTRADICTION);
    }
}

Test(claim, every_state_can_be_reached)
{
    bool reached[CLAIM_STATE_COUNT] = {[CLAIM_NONE] = true};
    for (unsigned round = 0; round < CLAIM_STATE_COUNT; round++) {
        for (unsigned s = 0; s < CLAIM_STATE_COUNT; s++) {
            for (uint32_t kind = 1; reached[s] && kind < EVENT_KIND_COUNT; kind++) {
                enum claim_state next;
                claim_state_next((enum claim_state)s, kind, &next);
                reached[next] = true;
            }
        }
    }
    for (unsigned s = 0; s < CLAIM_STATE_COUNT; s++)
        cr_assert(reached[s], "%s", claim_state_name((enum claim_state)s));
}

Test(claim, a_whole_life_ends_paid_without_contradiction)
{
    unsigned contradictions;
    cr_assert_eq(AFTER(1, 4, 8, 10, 11, 12, 14, 16), CLAIM_PAID);
    cr_assert_eq(contradictions, 0);
    cr_assert_eq(AFTER(1, 5, 6, 7, 8, 10, 11, 12, 14, 18), CLAIM_DENIED);
    cr_assert_eq(contradictions, 0);
}

Test(claim, an_acceptance_that_comes_after_the_payment_changes_nothing)
{
    unsigned contradictions;
    cr_assert_eq(AFTER(1, 4, 8, 10, 11, 12, 17, 14), CLAIM_REDUCED);
    cr_assert_eq(contradictions, 0);
}

Test(claim, a_rejected_set_goes_out_again_with_the_same_claim)
{
    unsigned contradictions;
    cr_assert_eq(AFTER(1, 4, 8, 10, 11, 13, 10, 11, 12, 14, 16), CLAIM_PAID);
    cr_assert_eq(contradictions, 0);
}

Test(claim, a_reversal_waits_for_the_corrected_decision)
{
    unsigned contradictions;
    cr_assert_eq(AFTER(1, 4, 8, 10, 11, 12, 14, 16, 27), CLAIM_REVERSED);
    cr_assert_eq(AFTER(1, 4, 8, 10, 11, 12, 14, 16, 27, 19), CLAIM_PARTLY_DENIED);
    cr_assert_eq(contradictions, 0);
}

Test(claim, what_cannot_follow_is_a_contradiction_and_changes_nothing)
{
    unsigned contradictions;
    cr_assert_eq(AFTER(1, 16), CLAIM_RECEIVED);
    cr_assert_eq(contradictions, 1);
    cr_assert_eq(AFTER(1, 4, 8, 8), CLAIM_BUILT);
    cr_assert_eq(contradictions, 1);
    cr_assert_eq(AFTER(1, 5, 8), CLAIM_HELD);
    cr_assert_eq(contradictions, 1);
}

Test(claim, names_are_read_back_and_all_different)
{
    for (unsigned s = 0; s < CLAIM_STATE_COUNT; s++) {
        enum claim_state state = CLAIM_STATE_COUNT;
        cr_assert(claim_state_parse(text_from(claim_state_name((enum claim_state)s)), &state));
        cr_assert_eq(state, s);
        cr_assert_gt(strlen(claim_state_sentence((enum claim_state)s)), 5);
    }
    enum claim_state state;
    cr_assert_not(claim_state_parse(TEXT("lost"), &state));
    enum claim_state next;
    cr_assert_eq(claim_state_next(CLAIM_SENT, EVENT_KIND_COUNT + 5, &next), CLAIM_IGNORED);
}
