#include "services/coding/steps/facts.h"

static bool
holds(const struct coding_diagnosis *fact, int32_t day)
{
    return day == 0 || (day >= fact->from && (fact->to == 0 || day <= fact->to));
}

const struct coding_diagnosis *
facts_next(unsigned tables, uint64_t key, int32_t day, unsigned *at)
{
    uint64_t letter = key / CODING_DIAGNOSIS_LETTER_STEP - CODING_DIAGNOSIS_LETTER_FIRST; /* before "A" it is large */
    if (letter >= CODING_DIAGNOSIS_LETTERS)
        return NULL;
    unsigned first = coding_diagnosis_letters[letter], after = coding_diagnosis_letters[letter + 1];
    for (unsigned i = first + *at; i < after; i++) {
        const struct coding_diagnosis *fact = &coding_diagnoses[i];
        if (key < fact->span.first || key >= fact->span.after || (tables >> fact->table & 1) == 0 || !holds(fact, day))
            continue;
        *at = i + 1 - first;
        return fact;
    }
    return NULL;
}

bool
facts_names(const struct coding_diagnosis *fact, uint64_t key)
{
    for (unsigned i = 0; i < fact->second_count; i++) {
        const struct coding_diagnosis_span *span = &coding_diagnosis_seconds[fact->second_first + i];
        if (key >= span->first && key < span->after)
            return true;
    }
    return false;
}

const struct coding_diagnosis *
facts_of_pair(const struct coding_case *c, unsigned tables, uint32_t i, uint32_t k)
{
    const struct coding_diagnosis *fact;
    for (unsigned at = 0; (fact = facts_next(tables, c->diagnosis_keys[i], c->day, &at)) != NULL;)
        if (facts_names(fact, c->diagnosis_keys[k]))
            return fact;
    return NULL;
}
