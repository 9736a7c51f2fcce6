/*
 * Step 4: the side of a diagnosis against that of its line's modifier (guideline I.B.13), and codes without a detail that another
 * code of the claim, or a document, has (guideline I.B.2, I.B.18).
 */
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/passes.h"

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

/* Of all that the line points at. False: no code of it has words. */
static enum diagnosis_side
side_of_pointers(const struct coding_case *c, const struct service_line *line, uint32_t *first, bool *unsaid)
{
    enum diagnosis_side sides = SIDE_NONE;
    for (unsigned k = 0; k < 4; k++) {
        uint64_t pointer = coding_pointer(line, k);
        if (pointer == 0 || pointer > c->body->diagnoses_count)
            continue;
        struct text code = c->body->diagnoses[pointer - 1].code;
        struct text words = words_of(c, code, coding_line_date(c, line));
        enum diagnosis_side side = diagnosis_side(code, words);
        *unsaid = *unsaid || words.length == 0;
        if (k == 0 && side == SIDE_NONE)
            return SIDE_NONE; /* the line is for something else first */
        if (k == 0)
            *first = (uint32_t)pointer;
        sides |= side;
    }
    return sides;
}

void
coding_validate_sides(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        int32_t day = coding_line_date(c, line);
        if (line->modifier_1.length == 0)
            continue;
        enum diagnosis_side side = side_of_line(line);
        if ((side != SIDE_RIGHT && side != SIDE_LEFT) || !coding_applies(run, FINDING_CODING_SIDE, day))
            continue;
        uint32_t first = 0;
        bool unsaid = false;
        enum diagnosis_side meant = side_of_pointers(c, line, &first, &unsaid);
        if (first != 0 && (meant & side) == 0)
            coding_raise(run, FINDING_CODING_SIDE, "line", i + 1,
                         arena_print(run->findings->arena, "%s with %.*s", side == SIDE_RIGHT ? "right" : "left",
                                     TEXT_ARGS(c->body->diagnoses[first - 1].code)));
        else if (unsaid && meant == SIDE_NONE)
            coding_lacks(run, FINDING_CODING_SIDE, CODING_LACK_CODE);
    }
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

static struct text
specific_of(const struct coding_case *c, uint32_t i, int32_t day)
{
    struct text code = c->body->diagnoses[i].code;
    for (uint32_t k = 0; k < c->body->diagnoses_count; k++)
        if (k != i && is_vaguer(c, code, c->body->diagnoses[k].code, day))
            return c->body->diagnoses[k].code;
    for (uint32_t k = 0; k < c->documents_count; k++) {
        const struct document *document = &c->documents[k];
        bool sure = document->status.length == 0 || text_is(document->status, "confirmed");
        if (document->kind == DOCUMENT_KIND_PROBLEM && !document->negated && sure && is_vaguer(c, code, document->code, day))
            return document->code;
    }
    return (struct text){0};
}

void
coding_validate_detail(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    for (uint32_t i = 0; i < c->body->diagnoses_count && i < CODING_DIAGNOSES; i++) {
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
