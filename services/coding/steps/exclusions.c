/*
 * Step 4: Excludes 1 (guideline I.A.12.a): two codes that are not given together, since one condition cannot be both. Whether they
 * are one condition, the record says: a query. The note stands at either of them; one finding a pair.
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/facts.h"
#include "services/coding/steps/notes.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

static bool
excludes(const struct notes *notes, uint64_t key)
{
    struct note note;
    for (uint32_t at = 0; notes_next(notes, TABULAR_EXCLUDES1, false, &at, &note);)
        if (note_names(&note, key))
            return true;
    return false;
}

/* The right arm's condition and the left arm's are two. Where the edition has no titles, nobody knows. */
static bool
are_apart(struct coding_run *run, struct text one, struct text other)
{
    if (!diagnosis_is_paired(one) || !diagnosis_is_paired(other))
        return false;
    struct text words = coding_words(run->c, CODES_ICD10CM, one, run->c->day);
    struct text others = coding_words(run->c, CODES_ICD10CM, other, run->c->day);
    if (words.length == 0 || others.length == 0) {
        coding_lacks(run, FINDING_CODING_EXCLUDES_1, CODING_LACK_CODE);
        return true;
    }
    enum diagnosis_side side = diagnosis_side(one, words), second = diagnosis_side(other, others);
    return side != SIDE_NONE && second != SIDE_NONE && (side & second) == 0;
}

/* The table of facts says it, and better what to do. */
static bool
is_said(struct coding_run *run, uint32_t i, uint32_t k)
{
    unsigned tables = (coding_applies(run, FINDING_CODING_CONTRADICTION, run->c->day) ? FACTS_CONTRADICTS : 0) |
                      (coding_applies(run, FINDING_CODING_JOINED, run->c->day) ? FACTS_JOINED | FACTS_BESIDE : 0);
    return facts_of_pair(run->c, tables, i, k) != NULL || facts_of_pair(run->c, tables, k, i) != NULL;
}

static void
compare(struct coding_run *run, const struct notes notes[CODING_DIAGNOSES], uint32_t i, uint32_t k)
{
    const struct coding_case *c = run->c;
    const uint64_t *keys = c->diagnosis_keys;
    if (keys[i] == 0 || keys[k] == 0 || keys[i] == keys[k] || !coding_of_one_day(c, i, k))
        return;
    if (!excludes(&notes[i], keys[k]) && !excludes(&notes[k], keys[i]))
        return;
    if (is_said(run, i, k) || are_apart(run, c->body->diagnoses[i].code, c->body->diagnoses[k].code))
        return;
    coding_raise(run, FINDING_CODING_EXCLUDES_1, "diagnosis", k + 1,
                 arena_print(run->findings->arena, "%.*s with %.*s", TEXT_ARGS(c->body->diagnoses[k].code),
                             TEXT_ARGS(c->body->diagnoses[i].code)));
}

void
coding_validate_exclusions(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    struct notes notes[CODING_DIAGNOSES];
    uint32_t count = c->diagnoses_count;
    if (count < 2 || !coding_applies(run, FINDING_CODING_EXCLUDES_1, c->day))
        return;
    struct codeset_data *data = coding_edition(c, CODING_NOTES, c->day);
    if (data == NULL) {
        coding_lacks(run, FINDING_CODING_EXCLUDES_1, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
        return;
    }
    bool complete = codeset_edition_about(data)->complete != 0;
    if (coding_is_built_in(data))
        coding_lacks(run, FINDING_CODING_EXCLUDES_1, CODING_LACK_CODE);
    for (uint32_t i = 0; i < count; i++) {
        notes_take(&notes[i], c, data, c->diagnosis_keys[i]);
        if (!complete && notes[i].count == 0)
            coding_lacks(run, FINDING_CODING_EXCLUDES_1, CODING_LACK_CODE);
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++)
            compare(run, notes, i, k);
}
