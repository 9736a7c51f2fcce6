/* The words of a finding for who looks at a held claim: steps/amounts.h with the daemon's own rules. */
#include "services/coding/steps/amounts.h"
#include "services/coding/plan.h"

struct text
coding_sentence(const struct coding *state, const struct finding *finding, unsigned shown, struct arena *arena)
{
    return amounts_sentence(state->rulebook.own, finding, shown & CODING_SHOW_REVEAL, shown & CODING_SHOW_MONEY, arena);
}

struct text
coding_remedy(const struct coding *state, const struct finding *finding, unsigned shown, struct arena *arena)
{
    return amounts_remedy(state->rulebook.own, finding, shown & CODING_SHOW_MONEY, arena);
}
