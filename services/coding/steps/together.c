/*
 * Two diagnoses by the table of facts (schemas/coding-diagnoses.tsv). Step 4: one code says both (guidelines I.A.15, I.B.9), in place of
 * both or of the first alone; or both do not hold of one patient. Step 5: what stands only with another, or behind it.
 */
#include "schemas/findings.h"
#include "services/coding/steps/facts.h"
#include "services/coding/steps/passes.h"

enum { JOINS_LIMIT = 4 };

/* ---- step 4 ---- */

/* The first diagnosis that the row names beside diagnosis `i`, of one day with it. */
static uint32_t
partner_of(const struct coding_case *c, const struct coding_diagnosis *fact, uint32_t i)
{
    uint32_t k = 0;
    while (k < c->diagnoses_count && (k == i || !facts_names(fact, c->diagnosis_keys[k]) || !coding_of_one_day(c, i, k)))
        k++;
    return k < c->diagnoses_count ? k : CODING_NOBODY;
}

/* What says both may join another of the claim in its turn: hypertension, heart failure and kidney disease are one code. */
static const char *
code_for(const struct coding_case *c, const struct coding_diagnosis *fact, uint32_t i)
{
    const unsigned tables = FACTS_JOINED | FACTS_BESIDE;
    const char *code = fact->words;
    unsigned joins = 0;
    for (unsigned at = 0; joins < JOINS_LIMIT && (fact = facts_next(tables, codeset_key(text_from(code)), c->day, &at)) != NULL;)
        if (partner_of(c, fact, i) != CODING_NOBODY) {
            code = fact->words;
            at = 0;
            joins++;
        }
    return code;
}

static void
raise_pair(struct coding_run *run, const struct coding_diagnosis *fact, uint32_t i, uint32_t k)
{
    struct arena *arena = run->findings->arena;
    struct text first = run->c->body->diagnoses[i].code, second = run->c->body->diagnoses[k].code;
    if (fact->table == CODING_DIAGNOSIS_JOINED)
        coding_check(run, FINDING_CODING_JOINED, run->c->day, "diagnosis", i + 1,
                     arena_print(arena, "%.*s beside %.*s: %s stands in place of both", TEXT_ARGS(first), TEXT_ARGS(second),
                                 code_for(run->c, fact, i)));
    else if (fact->table == CODING_DIAGNOSIS_BESIDE)
        coding_check(run, FINDING_CODING_JOINED, run->c->day, "diagnosis", i + 1,
                     arena_print(arena, "%.*s beside %.*s: %s stands in place of %.*s, and %.*s stays", TEXT_ARGS(first),
                                 TEXT_ARGS(second), code_for(run->c, fact, i), TEXT_ARGS(first), TEXT_ARGS(second)));
    else
        coding_check(run, FINDING_CODING_CONTRADICTION, run->c->day, "diagnosis", i + 1,
                     arena_print(arena, "%.*s with %.*s%s%s", TEXT_ARGS(first), TEXT_ARGS(second),
                                 fact->words[0] == '\0' ? "" : "; ", fact->words));
}

void
coding_validate_together(struct coding_run *run)
{
    static const uint16_t rules[] = {FINDING_CODING_JOINED, FINDING_CODING_CONTRADICTION};
    const unsigned pairs = FACTS_JOINED | FACTS_BESIDE | FACTS_CONTRADICTS;
    const struct coding_case *c = run->c;
    if (c->diagnoses_count < 2 || !coding_apply_any(run, rules, 2, c->day))
        return;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        const struct coding_diagnosis *fact;
        for (unsigned at = 0; (fact = facts_next(pairs, c->diagnosis_keys[i], c->day, &at)) != NULL;) {
            uint32_t k = partner_of(c, fact, i);
            if (k != CODING_NOBODY)
                raise_pair(run, fact, i, k);
        }
    }
}

/* ---- step 5 ---- */

/* The first diagnosis that the row names; the principal one stands before all others, wherever its segment does. */
static uint32_t
companion_of(const struct coding_case *c, const struct coding_diagnosis *fact, uint32_t i)
{
    uint32_t found = CODING_NOBODY;
    for (uint32_t k = 0; k < c->diagnoses_count; k++) {
        if (k == i || !facts_names(fact, c->diagnosis_keys[k]))
            continue;
        if (k == c->principal)
            return k;
        found = found == CODING_NOBODY ? k : found;
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
    if (k == CODING_NOBODY)
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
    if (c->diagnoses_count == 0 || !coding_applies(run, FINDING_CODING_COMPANION_MISSING, c->day))
        return;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        const struct coding_diagnosis *fact;
        for (unsigned at = 0; (fact = facts_next(FACTS_FOLLOWS | FACTS_NEEDS, c->diagnosis_keys[i], c->day, &at)) != NULL;)
            require(run, fact, i);
    }
}
