#include "services/coding/sets.h"

#include "services/coding/coding.h"

static const char *const names[CODES_SET_COUNT] = {
    [CODES_ICD10CM] = "icd10cm", [CODES_HCPCS] = "hcpcs", [CODES_CPT] = "cpt", [CODES_MODIFIER] = "modifier", [CODES_PLACE] = "place",
};

void
coding_sets_take(struct coding_sets *sets, const struct codeset_folder *folder)
{
    *sets = (struct coding_sets){.name = folder == NULL ? NULL : codeset_folder_name(folder)};
    for (int i = 0; i < CODES_SET_COUNT && folder != NULL; i++)
        sets->sets[i] = codeset_named(folder, names[i]);
}

struct text
coding_sets_name(const struct coding_sets *sets)
{
    return sets->name == NULL ? codes_edition_name(codes_starter()) : text_from(sets->name);
}

/* Dental codes (D) are the American Dental Association's: CMS's list has none of them. */
static bool
is_asked(enum codes_set set, struct text code)
{
    return set != CODES_HCPCS || code.length == 0 || code.data[0] != 'D';
}

struct codes_answer
coding_ask(const struct coding_case *c, enum codes_set set, struct text code, int32_t date)
{
    const struct codeset *published = c->sets == NULL || !is_asked(set, code) ? NULL : c->sets->sets[set];
    struct codes_answer answer = {.verdict = CODES_EDITION_MISSING};
    if (published != NULL && codeset_judge(published, code, date, &answer, NULL) != STATUS_OK) {
        c->sets->damaged = true;
        return (struct codes_answer){.verdict = CODES_NOT_HELD};
    }
    bool said = answer.verdict != CODES_EDITION_MISSING && answer.verdict != CODES_NOT_HELD;
    return said ? answer : codes_find(c->edition, set, code, date);
}
