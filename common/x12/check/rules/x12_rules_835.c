/* Balance of the remittance (guide 835) by line, claim and check. */
#include "common/money/money.h"
#include "common/x12/check/x12_state.h"
#include "schemas/findings.h"
#include "schemas/x12/x12_835.h"

static struct x12_facts_835 *
facts_of(struct x12_check *check)
{
    return &check->state->facts_835;
}

static void
set_begin(struct x12_check *check)
{
    *facts_of(check) = (struct x12_facts_835){0};
}

/* The sum of the amounts in elements first, first + step ... last. */
static int64_t
amounts(struct x12_check *check, unsigned first, unsigned step, unsigned last, bool *bad)
{
    int64_t total = 0, cents;
    for (unsigned i = first; i <= last; i += step) {
        if (!x12_amount(check, i, &cents) || !money_add(&total, cents))
            *bad = true;
    }
    return total;
}

static void
payment(struct x12_check *check)
{
    struct x12_facts_835 *facts = facts_of(check);
    struct text amount = x12_element(check->segment, 2);
    facts->set_bad |= !x12_amount(check, 2, &facts->check_cents);
    if (facts->check_cents < 0)
        x12_emit(check, FINDING_X12_REMITTANCE_NEGATIVE, 2, 0, "", amount, false);
    if (facts->check_cents == 0 && !facts->set_bad &&
        !(text_is(x12_element(check->segment, 1), "H") && text_is(x12_element(check->segment, 4), "NON")))
        x12_emit(check, FINDING_X12_REMITTANCE_ZERO_METHOD, 1, 0, "", (struct text){0}, false);
}

static void
claim(struct x12_check *check)
{
    struct x12_facts_835 *facts = facts_of(check);
    facts->claim_bad = false;
    facts->claim_bad |= !x12_amount(check, 3, &facts->claim_charge_cents);
    facts->claim_bad |= !x12_amount(check, 4, &facts->claim_paid_cents);
    facts->claim_adjusted_cents = 0;
    facts->set_bad |= facts->claim_bad || !money_add(&facts->paid_cents, facts->claim_paid_cents);
}

static void
line(struct x12_check *check)
{
    struct x12_facts_835 *facts = facts_of(check);
    facts->line_bad = false;
    facts->line_bad |= !x12_amount(check, 2, &facts->line_charge_cents);
    facts->line_bad |= !x12_amount(check, 3, &facts->line_paid_cents);
    facts->line_adjusted_cents = 0;
    x12_anchor_set(&check->state->line_anchor, check);
}

static void
segment(struct x12_check *check)
{
    struct x12_facts_835 *facts = facts_of(check);
    int64_t cents;
    switch (check->step.place->number) {
    case X12_835_ST_BPR:
        payment(check);
        return;
    case X12_835_2100_CLP:
        claim(check);
        return;
    case X12_835_2110_SVC:
        line(check);
        return;
    case X12_835_2100_CAS:
        facts->claim_adjusted_cents += amounts(check, 3, 3, 18, &facts->claim_bad);
        return;
    case X12_835_2110_CAS:
        cents = amounts(check, 3, 3, 18, &facts->line_bad);
        facts->line_adjusted_cents += cents;
        facts->claim_adjusted_cents += cents;
        facts->claim_bad |= facts->line_bad;
        return;
    case X12_835_ST_PLB:
        facts->provider_cents += amounts(check, 4, 2, 14, &facts->set_bad);
        return;
    default:
        return;
    }
}

static void
loop_end(struct x12_check *check, uint16_t loop)
{
    const struct x12_facts_835 *facts = facts_of(check);
    int64_t rest = facts->line_charge_cents - facts->line_adjusted_cents - facts->line_paid_cents;
    char buffer[MONEY_TEXT_BYTES];
    if (loop == X12_835_LOOP_2110 && !facts->line_bad && rest != 0)
        x12_emit_at(check, &check->state->line_anchor, FINDING_X12_REMITTANCE_LINE, "2110", 3, "",
                    money_print(rest, buffer), false);
}

static void
claim_end(struct x12_check *check)
{
    const struct x12_facts_835 *facts = facts_of(check);
    int64_t rest = facts->claim_charge_cents - facts->claim_adjusted_cents - facts->claim_paid_cents;
    char buffer[MONEY_TEXT_BYTES];
    if (!facts->claim_bad && rest != 0)
        x12_emit_at(check, &check->state->claim_anchor, FINDING_X12_REMITTANCE_CLAIM, "2100", 4, "",
                    money_print(rest, buffer), false);
}

static void
set_end(struct x12_check *check)
{
    const struct x12_facts_835 *facts = facts_of(check);
    const struct x12_anchor anchor = {.id = "BPR", .offset = check->set.offset, .position = 2};
    int64_t rest = facts->check_cents - (facts->paid_cents - facts->provider_cents);
    char buffer[MONEY_TEXT_BYTES];
    if (!facts->set_bad && rest != 0)
        x12_emit_at(check, &anchor, FINDING_X12_REMITTANCE_CHECK, NULL, 2, "", money_print(rest, buffer),
                    false);
}

static const struct x12_rule_calls calls = {set_begin, segment, loop_end, claim_end, set_end};
const struct x12_rules x12_rules_835 = {.guide = &x12_guide_835, .calls = &calls};
