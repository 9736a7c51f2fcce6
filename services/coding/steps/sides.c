/*
 * Step 4: the side of a diagnosis against that of its line's modifier (guideline I.B.13; a hospital's line points at none: all diagnoses of
 * its claim stand for it), both sides of one condition, and codes
 * without a detail that another code of the claim, or a document, has (guideline I.B.2, I.B.18).
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/facts.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/services.h"
#include "services/coding/steps/titles.h"

#include <stdio.h>

static struct text
words_of(const struct coding_case *c, struct text code, int32_t day)
{
    return coding_words(c, CODES_ICD10CM, code, day);
}

/* ---- sides ---- */

static enum diagnosis_side
side_of_line(const struct service_line *line)
{
    enum diagnosis_side side = SIDE_NONE;
    for (unsigned k = 0; k < 4; k++)
        side |= diagnosis_modifier_side(coding_modifier(line, k));
    return side;
}

/* What the diagnoses that a line is for say of sides. */
struct meant {
    uint32_t first; /* ordinal of the first; 0: it is of no paired part or has no side, and the line is for something else first */
    enum diagnosis_side sides;
    bool open;   /* one is of a paired part and has no side */
    bool unsaid; /* one is of a paired part and has no words */
};

/* Takes one diagnosis, by its ordinal. */
static void
take_side(const struct coding_case *c, uint32_t ordinal, int32_t day, bool leads, struct meant *meant)
{
    struct text code = c->body->diagnoses[ordinal - 1].code;
    struct text words = words_of(c, code, day);
    enum diagnosis_side side = diagnosis_side(code, words);
    bool open = side == SIDE_NONE && diagnosis_is_paired(code), unsaid = open && words.length == 0;
    meant->open = meant->open || open;
    meant->unsaid = meant->unsaid || unsaid;
    meant->sides |= side;
    if (leads && (side != SIDE_NONE || unsaid))
        meant->first = ordinal;
}

static struct meant
sides_meant(const struct coding_case *c, const struct service_line *line)
{
    struct meant meant = {0};
    int32_t day = coding_line_date(c, line);
    if (c->setting == CODING_PROFESSIONAL) {
        for (unsigned k = 0; k < 4; k++) {
            uint64_t pointer = coding_pointer(line, k);
            if (pointer != 0 && pointer <= c->diagnoses_count)
                take_side(c, (uint32_t)pointer, day, k == 0, &meant);
        }
        return meant;
    }
    for (uint32_t i = 0; i < c->diagnoses_count; i++)
        take_side(c, i + 1, day, i == c->principal, &meant);
    return meant;
}

/* Is it the one of a pair of films or the like whose other is of the side that is ill? */
static bool
is_compared(const struct coding_case *c, uint32_t index, enum diagnosis_side ill)
{
    if (coding_service_is(CODING_OPERATION, coding_procedure_key(c, index), coding_line_date(c, &c->body->lines[index])))
        return false;
    for (uint32_t i = 0; i < c->body->lines_count; i++)
        if (side_of_line(&c->body->lines[i]) == ill)
            return true;
    return false;
}

static void
judge_side(struct coding_run *run, uint32_t index, enum diagnosis_side side)
{
    static const char *const words[] = {[SIDE_RIGHT] = "right", [SIDE_LEFT] = "left", [SIDE_BOTH] = "both sides"};
    const struct coding_case *c = run->c;
    struct meant meant = sides_meant(c, &c->body->lines[index]);
    if (meant.first == 0)
        return;
    /* That one side alone is ill is only sure when no diagnosis leaves it open. */
    bool differs = side == SIDE_BOTH ? meant.sides != SIDE_BOTH && (!meant.open || meant.unsaid) : (meant.sides & side) == 0;
    if (differs && meant.unsaid)
        coding_lacks(run, FINDING_CODING_SIDE, CODING_LACK_CODE);
    else if (differs && !is_compared(c, index, meant.sides))
        coding_raise(run, FINDING_CODING_SIDE, "line", index + 1,
                     arena_print(run->findings->arena, "%s with %.*s", words[side], TEXT_ARGS(c->body->diagnoses[meant.first - 1].code)));
}

void
coding_validate_sides(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        int32_t day = coding_line_date(c, line);
        if (line->modifier_1.length == 0 || coding_service_is(CODING_SIDE_FREE, coding_procedure_key(c, i), day))
            continue;
        enum diagnosis_side side = side_of_line(line);
        bool asks = side == SIDE_BOTH ? coding_has_modifier(line, "50") : side != SIDE_NONE; /* RT and LT: modifiers.c */
        if (asks && coding_applies(run, FINDING_CODING_SIDE, day))
            judge_side(run, i, side);
    }
}

/* ---- both sides of one condition ---- */

/* Codes that differ in one character alone, behind the category: where; 0: they do not. */
static size_t
differ_at(struct text one, struct text other)
{
    size_t at = 0;
    if (one.length != other.length || one.length < 5)
        return 0;
    for (size_t i = 0; i < one.length; i++) {
        if (one.data[i] == other.data[i])
            continue;
        if (at != 0 || i < 3)
            return 0;
        at = i;
    }
    return at;
}

/* The code of both sides beside that of one: the same but for the character at a place. False: there is none. */
static bool
has_both(const struct coding_case *c, struct text code, size_t at, int32_t day, char both[8])
{
    struct text words = words_of(c, code, day);
    snprintf(both, 8, "%.*s", TEXT_ARGS(code));
    for (both[at] = '0'; both[at] <= '9'; both[at]++) {
        enum title_side one, other;
        struct text title = words_of(c, text_from(both), day);
        if (title.length > 0 && titles_part(words, title, &one, &other) && other == TITLE_BOTH)
            return true;
    }
    return false;
}

/* Right and left where one code says both (of glaucoma and the like only when type and stage are the same: guideline I.C.7.a); both
 * beside one; a side beside none. */
static bool
are_one(struct coding_run *run, uint32_t i, uint32_t k, char both[8])
{
    const struct coding_case *c = run->c;
    struct text one = c->body->diagnoses[i].code, other = c->body->diagnoses[k].code;
    size_t at = differ_at(one, other);
    int32_t day = c->diagnosis_first[i];
    enum title_side first, second;
    both[0] = '\0';
    if (at == 0 || one.length > 7 || !diagnosis_is_paired(one) || diagnosis_injury(one) || !coding_of_one_day(c, i, k))
        return false;
    struct text words = words_of(c, one, day), others = words_of(c, other, day);
    if (words.length == 0 || others.length == 0)
        coding_lacks(run, FINDING_CODING_SIDES_JOINED, CODING_LACK_CODE);
    if (!titles_part(words, others, &first, &second))
        return false;
    bool apart = first <= TITLE_LEFT && second <= TITLE_LEFT;
    return !apart || has_both(c, one, at, day, both);
}

void
coding_validate_both_sides(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    char both[8];
    if (c->diagnoses_count < 2 || !coding_applies(run, FINDING_CODING_SIDES_JOINED, c->day))
        return;
    for (uint32_t i = 0; i + 1 < c->diagnoses_count; i++)
        for (uint32_t k = i + 1; k < c->diagnoses_count; k++)
            if (are_one(run, i, k, both))
                coding_raise(run, FINDING_CODING_SIDES_JOINED, "diagnosis", k + 1,
                             arena_print(run->findings->arena, "%.*s with %.*s%s%s", TEXT_ARGS(c->body->diagnoses[i].code),
                                         TEXT_ARGS(c->body->diagnoses[k].code), both[0] == '\0' ? "" : " is ", both));
}

/* ---- a detail that is missing ---- */

/* Of the same heading: "R10.9" and "R10.11", "M25.519" and "M25.511". */
static bool
is_beside(struct text vague, struct text other)
{
    size_t length = vague.length == 7 ? 6 : vague.length;
    return length > 3 && other.length > 3 && !text_equal(vague, other) && text_starts(other, text_of(vague.data, length - 1));
}

/* Of a code and one beside it: does the first lack what the second says? */
static bool
is_vaguer(const struct coding_case *c, struct text vague, struct text other, int32_t day)
{
    if (!is_beside(vague, other) || diagnosis_external(vague) || !diagnosis_unspecified(words_of(c, vague, day)))
        return false;
    struct text words = words_of(c, other, day);
    return words.length > 0 && !diagnosis_unspecified(words);
}

/* Another rule of this step says it already. */
static bool
is_told(const struct coding_case *c, uint32_t i, uint32_t k)
{
    enum title_side one, other;
    struct text code = c->body->diagnoses[i].code, beside = c->body->diagnoses[k].code;
    return facts_of_pair(c, FACTS_CONTRADICTS, i, k) != NULL ||
           (differ_at(code, beside) != 0 && diagnosis_is_paired(code) && !diagnosis_injury(code) &&
            titles_part(words_of(c, code, c->diagnosis_first[i]), words_of(c, beside, c->diagnosis_first[k]), &one, &other));
}

static struct text
specific_of(const struct coding_case *c, uint32_t i, int32_t day)
{
    struct text code = c->body->diagnoses[i].code;
    for (uint32_t k = 0; k < c->diagnoses_count; k++)
        if (k != i && is_vaguer(c, code, c->body->diagnoses[k].code, day) && !is_told(c, i, k))
            return c->body->diagnoses[k].code;
    for (uint32_t k = 0; k < c->documents_count; k++) {
        const struct document *document = &c->documents[k];
        bool sure = document->status.length == 0 || text_is(document->status, "confirmed");
        if (document->kind == DOCUMENT_KIND_PROBLEM && !document->negated && !document->elsewhere && sure && is_vaguer(c, code, document->code, day))
            return document->code;
    }
    return (struct text){0};
}

void
coding_validate_detail(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->diagnoses_count; i++) {
        int32_t day = c->diagnosis_first[i];
        if (!coding_applies(run, FINDING_CODING_UNSPECIFIED, day))
            continue;
        struct text specific = specific_of(c, i, day);
        if (specific.length > 0)
            coding_raise(run, FINDING_CODING_UNSPECIFIED, "diagnosis", i + 1,
                         arena_print(run->findings->arena, "%.*s beside %.*s", TEXT_ARGS(c->body->diagnoses[i].code),
                                     TEXT_ARGS(specific)));
    }
}
