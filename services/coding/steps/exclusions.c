/*
 * Step 4: Excludes 1 (guideline I.A.12.a): two codes that are not given together, since one condition cannot be both. Whether they
 * are one condition, the record says: a query. The note stands at either of them; one finding a pair.
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
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

static enum diagnosis_side
side_of(const struct coding_case *c, uint32_t i, int32_t day)
{
    struct text code = c->body->diagnoses[i].code;
    return diagnosis_side(code, coding_ask(c, CODES_ICD10CM, code, day).words);
}

/* The right arm's condition and the left arm's are two. */
static bool
are_apart(const struct coding_case *c, uint32_t i, uint32_t k, int32_t day)
{
    enum diagnosis_side one = side_of(c, i, day), other = side_of(c, k, day);
    return one != SIDE_NONE && other != SIDE_NONE && (one & other) == 0;
}

static void
compare(struct coding_run *run, const struct notes notes[CODING_DIAGNOSES], uint32_t i, uint32_t k)
{
    const struct coding_case *c = run->c;
    const uint64_t *keys = c->diagnosis_keys;
    if (keys[i] == 0 || keys[k] == 0 || keys[i] == keys[k])
        return;
    if (!excludes(&notes[i], keys[k]) && !excludes(&notes[k], keys[i]))
        return;
    if (are_apart(c, i, k, c->day))
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
    uint32_t count = c->body->diagnoses_count < CODING_DIAGNOSES ? c->body->diagnoses_count : CODING_DIAGNOSES;
    if (count < 2 || !coding_applies(run, FINDING_CODING_EXCLUDES_1, c->day))
        return;
    struct codeset_data *data = coding_edition(c, CODING_NOTES, c->day);
    if (data == NULL) {
        coding_lacks(run, FINDING_CODING_EXCLUDES_1, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
        return;
    }
    bool complete = codeset_edition_about(data)->complete != 0;
    for (uint32_t i = 0; i < count; i++) {
        notes_take(&notes[i], c, data, c->diagnosis_keys[i]);
        if (!complete && notes[i].count == 0)
            coding_lacks(run, FINDING_CODING_EXCLUDES_1, CODING_LACK_CODE);
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++)
            compare(run, notes, i, k);
}
