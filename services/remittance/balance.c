#include "services/remittance/balance.h"

#include "common/money/money.h"
#include "schemas/findings.h"

#include <assert.h>

static const struct {
    const char *name;
    uint16_t finding;
} equations[BALANCE_EQUATION_COUNT] = {
    [BALANCE_LINE] = {"line", FINDING_REMITTANCE_LINE_UNBALANCED},
    [BALANCE_CLAIM] = {"claim", FINDING_REMITTANCE_CLAIM_UNBALANCED},
    [BALANCE_CHECK] = {"check", FINDING_REMITTANCE_CHECK_UNBALANCED},
    [BALANCE_NEGATIVE] = {"negative payment", FINDING_REMITTANCE_NEGATIVE},
    [BALANCE_ZERO_PAY] = {"payment without a method", FINDING_REMITTANCE_ZERO_PAY},
    [BALANCE_OVERFLOW] = {"bound", FINDING_REMITTANCE_OVERFLOW},
};

const char *
balance_equation_name(enum balance_equation equation)
{
    assert(equation > 0 && equation < BALANCE_EQUATION_COUNT);
    return equations[equation].name;
}

uint16_t
balance_finding(enum balance_equation equation)
{
    assert(equation > 0 && equation < BALANCE_EQUATION_COUNT);
    return equations[equation].finding;
}

static void
say(struct balance *balance, enum balance_equation equation, uint32_t line, int64_t expected, int64_t found)
{
    if (balance->difference_count < BALANCE_DIFFERENCES_KEPT)
        balance->differences[balance->difference_count] = (struct balance_difference){
            .equation = equation,
            .claim = equation == BALANCE_LINE || equation == BALANCE_CLAIM || equation == BALANCE_OVERFLOW ? balance->claim_count : 0,
            .line = line,
            .expected_cents = expected,
            .found_cents = found,
        };
    balance->difference_count++;
}

/* What is left of `from` after the adjustments; false on overflow. */
static bool
subtract(int64_t *from, const struct adjustment *adjustments, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!money_add(from, -adjustments[i].cents))
            return false;
    return true;
}

void
balance_begin(struct balance *balance, const struct remittance_head *head)
{
    *balance = (struct balance){.paid_cents = head->paid_cents};
    if (head->paid_cents < 0)
        say(balance, BALANCE_NEGATIVE, 0, 0, head->paid_cents);
    if (head->paid_cents != 0 && text_is(head->method, "NON"))
        say(balance, BALANCE_ZERO_PAY, 0, 0, head->paid_cents);
    balance->zero_warning = head->paid_cents == 0 && !(text_is(head->method, "NON") && text_is(head->handling, "H"));
}

void
balance_claim(struct balance *balance, const struct remittance_claim *claim)
{
    balance->claim_count++;
    int64_t claim_left = claim->charge_cents;
    bool fits = subtract(&claim_left, claim->adjustments, claim->adjustments_count);
    for (uint32_t i = 0; i < claim->lines_count; i++) {
        const struct remittance_line *line = &claim->lines[i];
        int64_t left = line->charge_cents;
        fits = fits && subtract(&left, line->adjustments, line->adjustments_count) &&
               subtract(&claim_left, line->adjustments, line->adjustments_count);
        if (fits && left != line->paid_cents)
            say(balance, BALANCE_LINE, i + 1, left, line->paid_cents);
    }
    if (fits && claim_left != claim->paid_cents)
        say(balance, BALANCE_CLAIM, 0, claim_left, claim->paid_cents);
    if (!fits || !money_add(&balance->claims_cents, claim->paid_cents))
        say(balance, BALANCE_OVERFLOW, 0, 0, 0);
}

void
balance_provider(struct balance *balance, const struct provider_adjustments *provider)
{
    for (uint32_t i = 0; i < provider->adjustments_count; i++)
        if (!money_add(&balance->provider_cents, provider->adjustments[i].cents))
            say(balance, BALANCE_OVERFLOW, 0, 0, 0);
}

bool
balance_end(struct balance *balance)
{
    int64_t expected = balance->claims_cents;
    if (!money_add(&expected, -balance->provider_cents))
        say(balance, BALANCE_OVERFLOW, 0, 0, 0);
    else if (expected != balance->paid_cents)
        say(balance, BALANCE_CHECK, 0, expected, balance->paid_cents);
    return balance->difference_count == 0;
}

int64_t
balance_first_cents(const struct balance *balance)
{
    if (balance->difference_count == 0)
        return 0;
    return balance->differences[0].found_cents - balance->differences[0].expected_cents;
}
