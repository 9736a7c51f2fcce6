/*
 * Step 5: the order that the notes of the tabular list ask: "code first" and "use additional code" (guidelines I.A.13, I.A.17), and
 * acute before chronic (I.B.8). A note behind a condition ("if applicable") is a warning at most: whether it applies, the record
 * says.
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/notes.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

static const uint16_t rules[] = {FINDING_CODING_CODE_FIRST, FINDING_CODING_CODE_FIRST_POSSIBLE, FINDING_CODING_ETIOLOGY_AFTER,
                                 FINDING_CODING_ETIOLOGY_MISSING, FINDING_CODING_USE_ADDITIONAL};
enum { RULES = sizeof rules / sizeof *rules };

static struct text
pair(struct coding_run *run, uint32_t i, const char *between, uint32_t k)
{
    const struct diagnosis *diagnoses = run->c->body->diagnoses;
    return arena_print(run->findings->arena, "%.*s %s %.*s", TEXT_ARGS(diagnoses[i].code), between, TEXT_ARGS(diagnoses[k].code));
}

/* ---- code first ---- */

/* The first diagnosis that a "code first" note of diagnosis `i` names; CODING_NOBODY. Other than where `conditional`, the note has no
 * condition. */
static uint32_t
named_first(const struct coding_case *c, const struct notes *notes, uint32_t i, bool conditional)
{
    struct note note;
    uint32_t found = CODING_NOBODY;
    for (uint32_t at = 0; notes_next(notes, TABULAR_CODE_FIRST, conditional, &at, &note);)
        for (uint32_t k = 0; k < c->diagnoses_count && k < found; k++)
            if (k != i && c->diagnosis_keys[k] != 0 && note_names(&note, c->diagnosis_keys[k]))
                found = k;
    return found;
}

/* Bills of dialysis facilities (72x) have end stage renal disease as their principal diagnosis, whatever its note says to code
 * first (Medicare Claims Processing Manual, chapter 8, section 50.3). */
static bool
is_dialysis(const struct coding_case *c, uint32_t i)
{
    return c->institutional != NULL && text_is(c->body->place_of_service, "72") && text_is(c->body->diagnoses[i].code, "N186");
}

/* The first diagnosis of the claim. Of a drug's code the notes are about adverse effects alone, and principal.c knows those; a
 * manifestation by its title is an error there. */
static void
judge_first(struct coding_run *run, const struct notes *notes, uint32_t i)
{
    const struct coding_case *c = run->c;
    struct text code = c->body->diagnoses[i].code;
    if (is_dialysis(c, i) || diagnosis_manifestation(code) || diagnosis_drug(code) != DRUG_NONE ||
        coding_raised(run, FINDING_CODING_MANIFESTATION_PRINCIPAL) || coding_raised(run, FINDING_CODING_SECONDARY_ONLY))
        return;
    uint32_t k = named_first(c, notes, i, false);
    uint16_t rule = FINDING_CODING_CODE_FIRST;
    if (k == CODING_NOBODY) {
        k = named_first(c, notes, i, true);
        rule = FINDING_CODING_CODE_FIRST_POSSIBLE;
    }
    if (k != CODING_NOBODY && !coding_leads_a_line(c, k))
        coding_check(run, rule, c->day, "diagnosis", i + 1, pair(run, i, "before", k));
}

/* A manifestation that is not first stands behind what it comes of. */
static void
judge_manifestation(struct coding_run *run, const struct notes *notes, uint32_t i)
{
    const struct coding_case *c = run->c;
    if (!diagnosis_manifestation(c->body->diagnoses[i].code))
        return;
    uint32_t k = named_first(c, notes, i, false);
    if (k != CODING_NOBODY && k > i && k != c->principal)
        coding_check(run, FINDING_CODING_ETIOLOGY_AFTER, c->day, "diagnosis", i + 1, pair(run, i, "before", k));
}

/* Notes name diseases as examples ("such as"), so another one may be the cause, too: not a symptom, a circumstance, a manifestation,
 * hypertension, diabetes that says to be without complications. */
static bool
may_be_cause(struct text code)
{
    static const char *const never[] = {"I10", "E089", "E099", "E109", "E119", "E139"};
    for (unsigned i = 0; i < sizeof never / sizeof *never; i++)
        if (text_is(code, never[i]))
            return false;
    return code.length > 0 && code.data[0] != 'R' && code.data[0] != 'Z' && !diagnosis_external(code) && !diagnosis_supplementary(code) &&
           !diagnosis_manifestation(code);
}

/* Only of diseases: a symptom or a behaviour has a cause that may be none (R47.82, Z91.83, F54). The first diagnosis is told in step 4. */
static void
judge_cause(struct coding_run *run, const struct notes *notes, uint32_t i)
{
    const struct coding_case *c = run->c;
    struct text code = c->body->diagnoses[i].code;
    struct note note;
    uint32_t at = 0;
    if (!diagnosis_manifestation(code) || code.data[0] == 'R' || code.data[0] == 'Z' || code.data[0] == 'P' || text_is(code, "F54") ||
        !notes_next(notes, TABULAR_CODE_FIRST, true, &at, &note) || named_first(c, notes, i, true) != CODING_NOBODY)
        return;
    for (uint32_t k = 0; k < c->diagnoses_count; k++) {
        struct text other = c->body->diagnoses[k].code;
        if (k != i && (may_be_cause(other) || (k == c->principal && diagnosis_manifestation(other))))
            return;
    }
    coding_check(run, FINDING_CODING_ETIOLOGY_MISSING, c->day, "diagnosis", i + 1, code);
}

/* ---- use additional ---- */

/* "code to identify the stage of ...": of what is there always, so a code of it is missing. Agents of infections are not always
 * known, and notes of chapters and sections go too far. */
static bool
is_needed(const struct note *note, struct text words)
{
    static const char *const beginnings[] = {"code to identify the stage", "code to identify stage",    "code to identify type of",
                                             "code to identify the type", "code to identify severity", "code to specify site",
                                             "code to identify site",     "code to identify the joint"};
    if (note_group(note) >= TABULAR_GROUPS_CHAPTER)
        return false;
    for (unsigned i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (text_starts(words, text_from(beginnings[i])))
            return true;
    return false;
}

/* A code that the note names, or one of the same category: a stage or type that the note does not name is said as well (together.c
 * asks whether it fits). */
static bool
is_given(const struct coding_case *c, const struct notes *notes, const struct note *asked)
{
    const uint64_t category = codeset_key_after(0, 3);
    struct note note;
    for (uint32_t at = 0; notes_next(notes, TABULAR_USE_ADDITIONAL, true, &at, &note);)
        for (uint32_t k = 0; k < c->diagnoses_count; k++)
            if (note.anchor == asked->anchor && note_group(&note) == note_group(asked) &&
                (note_names(&note, c->diagnosis_keys[k]) || note.row->second / category == c->diagnosis_keys[k] / category))
                return true;
    return false;
}

static void
judge_additional(struct coding_run *run, struct codeset_data *data, const struct notes *notes, uint32_t i)
{
    const struct coding_case *c = run->c;
    struct note note;
    struct text words;
    for (uint32_t at = 0; notes_next(notes, TABULAR_USE_ADDITIONAL, false, &at, &note);) {
        if (codeset_words(data, note.row->words, &words) != STATUS_OK)
            return; /* damaged, as coding_rows_in says of the next */
        if (!is_needed(&note, words) || is_given(c, notes, &note))
            continue;
        coding_check(run, FINDING_CODING_USE_ADDITIONAL, c->day, "diagnosis", i + 1,
                     arena_print(run->findings->arena, "%.*s: %.*s", TEXT_ARGS(c->body->diagnoses[i].code), TEXT_ARGS(words)));
        return;
    }
}

void
coding_sequence_notes(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->diagnoses_count == 0 || !coding_apply_any(run, rules, RULES, c->day))
        return;
    struct codeset_data *data = coding_edition(c, CODING_NOTES, c->day);
    if (data == NULL) {
        coding_lack_all(run, rules, RULES, c->day == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
        return;
    }
    if (coding_is_built_in(data))
        coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        struct notes notes;
        notes_take(&notes, c, data, c->diagnosis_keys[i]);
        if (notes.count == 0 && codeset_edition_about(data)->complete == 0)
            coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        if (notes.count == 0)
            continue;
        if (i == c->principal)
            judge_first(run, &notes, i);
        else {
            judge_manifestation(run, &notes, i);
            judge_cause(run, &notes, i);
        }
        judge_additional(run, data, &notes, i);
    }
}

/* ---- acute before chronic ---- */

void
coding_sequence_phases(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct diagnosis *diagnoses = c->body->diagnoses;
    if (c->diagnoses_count < 2 || !coding_applies(run, FINDING_CODING_ACUTE_FIRST, c->day))
        return;
    for (uint32_t i = 0; i + 1 < c->diagnoses_count; i++)
        for (uint32_t k = i + 1; k < c->diagnoses_count; k++)
            if (k != c->principal && diagnosis_acute_of(diagnoses[k].code, diagnoses[i].code))
                coding_raise(run, FINDING_CODING_ACUTE_FIRST, "diagnosis", i + 1, pair(run, i, "before", k));
}
