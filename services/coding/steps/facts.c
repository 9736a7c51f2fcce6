#include "services/coding/steps/facts.h"

#include "schemas/findings.h"

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

static bool
takes_off(struct text *rest, const char *word)
{
    struct text begin = text_from(word);
    if (!text_starts(*rest, begin))
        return false;
    *rest = text_of(rest->data + begin.length, rest->length - begin.length);
    return true;
}

const char *
facts_source(uint64_t finding, struct text detail)
{
    unsigned tables = finding == FINDING_CODING_JOINED              ? FACTS_JOINED
                      : finding == FINDING_CODING_CONTRADICTION     ? FACTS_CONTRADICTS
                      : finding == FINDING_CODING_COMPANION_MISSING ? FACTS_FOLLOWS | FACTS_NEEDS
                      : finding == FINDING_CODING_SECONDARY_ONLY    ? FACTS_SECONDARY
                                                                    : 0;
    struct text rest, other, code = text_cut(detail, ' ', &rest);
    bool pair = takes_off(&rest, "with ") || takes_off(&rest, "before ");
    bool alone = !pair && takes_off(&rest, "without ");
    other = pair ? text_cut(rest, ' ', &rest) : (struct text){0};
    const struct coding_diagnosis *fact;
    for (unsigned at = 0; tables != 0 && (fact = facts_next(tables, codeset_key(code), 0, &at)) != NULL;)
        if (pair ? facts_names(fact, codeset_key(other)) : alone ? text_is(rest, fact->words) : tables == FACTS_SECONDARY)
            return fact->source;
    return NULL;
}
