/* What a payer is expected to allow for a claim: kept with it, shown to billers alone. */
#include "services/coding/plan.h"
#include "services/coding/steps/allowed.h"

struct coding_expected
coding_expected_of(struct coding *state, const struct claim_body *body, int32_t received)
{
    struct coding_case c;
    struct coding_allowed allowed;
    struct coding_expected expected = {0};
    const struct coding_wants *wants = rulebook_wants(state, body);
    if (wants == NULL || wants->locality.length == 0)
        return expected;
    coding_case_make(&c, body, NULL, 0, codes_starter(), received);
    rulebook_apply(state, &c);
    if (!coding_allowed(&c, &allowed))
        return expected;
    expected.cents = allowed.cents;
    expected.lines = allowed.priced;
    return expected;
}
