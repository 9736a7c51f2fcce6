/*
 * Two diagnoses by the table of facts (schemas/coding-diagnoses.tsv). Step 4: one code says both (guidelines I.A.15, I.B.9), or both do
 * not hold of one patient. Step 5: what stands only with another, or behind it.
 */
#include "schemas/findings.h"
#include "services/coding/steps/facts.h"
#include "services/coding/steps/passes.h"

enum { NOBODY = CODING_DIAGNOSES };

static uint32_t
count_of(const struct coding_case *c)
{
    return c->body->diagnoses_count < CODING_DIAGNOSES ? c->body->diagnoses_count : CODING_DIAGNOSES;
}

/* ---- step 4 ---- */

static void
raise_pair(struct coding_run *run, const struct coding_diagnosis *fact, uint32_t i, uint32_t k)
{
    const struct diagnosis *diagnoses = run->c->body->diagnoses;
    bool joined = fact->table == CODING_DIAGNOSIS_JOINED;
    coding_check(run, joined ? FINDING_CODING_JOINED : FINDING_CODING_CONTRADICTION, run->c->day, "diagnosis", i + 1,
                 arena_print(run->findings->arena, "%.*s with %.*s%s%s", TEXT_ARGS(diagnoses[i].code), TEXT_ARGS(diagnoses[k].code),
                             joined ? " is " : "", fact->words));
}

void
coding_validate_together(struct coding_run *run)
{
    static const uint16_t rules[] = {FINDING_CODING_JOINED, FINDING_CODING_CONTRADICTION};
    const struct coding_case *c = run->c;
    if (count_of(c) < 2 || !coding_apply_any(run, rules, 2, c->day))
        return;
    for (uint32_t i = 0; i < count_of(c); i++) {
        const struct coding_diagnosis *fact;
        for (unsigned at = 0; (fact = facts_next(FACTS_JOINED | FACTS_CONTRADICTS, c->diagnosis_keys[i], c->day, &at)) != NULL;) {
            uint32_t k = 0;
            while (k < count_of(c) && (k == i || !facts_names(fact, c->diagnosis_keys[k]) || !coding_of_one_day(c, i, k)))
                k++;
            if (k < count_of(c))
                raise_pair(run, fact, i, k);
        }
    }
}

/* ---- step 5 ---- */

/* The first diagnosis that the row names; the principal one stands before all others, wherever its segment does. */
static uint32_t
companion_of(const struct coding_case *c, const struct coding_diagnosis *fact, uint32_t i)
{
    uint32_t found = NOBODY;
    for (uint32_t k = 0; k < count_of(c); k++) {
        if (k == i || !facts_names(fact, c->diagnosis_keys[k]))
            continue;
        if (k == c->principal)
            return k;
        found = found == NOBODY ? k : found;
    }
    return found;
}

static void
require(struct coding_run *run, const struct coding_diagnosis *fact, uint32_t i)
{
    const struct coding_case *c = run->c;
    const struct diagnosis *diagnoses = c->body->diagnoses;
    struct arena *arena = run->findings->arena;
    uint32_t k = companion_of(c, fact, i);
    bool order = fact->table == CODING_DIAGNOSIS_FOLLOWS && i != c->principal && k != c->principal;
    if (k == NOBODY)
        coding_raise(run, FINDING_CODING_COMPANION_MISSING, "diagnosis", i + 1,
                     arena_print(arena, "%.*s without %s", TEXT_ARGS(diagnoses[i].code), fact->words));
    else if (order && k > i)
        coding_raise(run, FINDING_CODING_COMPANION_MISSING, "diagnosis", i + 1,
                     arena_print(arena, "%.*s before %.*s", TEXT_ARGS(diagnoses[i].code), TEXT_ARGS(diagnoses[k].code)));
}

void
coding_sequence_companions(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (count_of(c) == 0 || !coding_applies(run, FINDING_CODING_COMPANION_MISSING, c->day))
        return;
    for (uint32_t i = 0; i < count_of(c); i++) {
        const struct coding_diagnosis *fact;
        for (unsigned at = 0; (fact = facts_next(FACTS_FOLLOWS | FACTS_NEEDS, c->diagnosis_keys[i], c->day, &at)) != NULL;)
            require(run, fact, i);
    }
}
