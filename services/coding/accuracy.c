#include "services/coding/accuracy.h"

static uint64_t
mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t
accuracy_rank(uint64_t seed, uint64_t claim_id)
{
    return mix(seed ^ mix(claim_id));
}

/* ---- the first coder's ---- */

/* A finding whose value begins with the code. */
static uint64_t
finding_about(const struct released_claim *released, struct text code)
{
    const struct coding_finding *lists[] = {released->stood, released->asked};
    const uint32_t counts[] = {released->stood_count, released->asked_count};
    for (unsigned k = 0; k < 2; k++)
        for (uint32_t i = 0; i < counts[k]; i++)
            if (text_starts(lists[k][i].detail, code))
                return lists[k][i].number;
    return 0;
}

static void
add_first(const struct released_claim *released, struct audited_claim *claim, enum audited_kind kind, struct text code,
          struct text about)
{
    if (about.length > 0)
        claim->first[claim->first_count++] =
            (struct audited_code){.kind = kind, .code = text_head(code, 60), .finding = finding_about(released, about)};
}

static bool
is_principal(const struct claim_body *body, uint32_t i)
{
    bool any = false;
    for (uint32_t k = 0; k < body->diagnoses_count; k++)
        any = any || coding_is_principal(&body->diagnoses[k]);
    return any ? coding_is_principal(&body->diagnoses[i]) : i == 0;
}

void
accuracy_first(const struct released_claim *released, const struct claim_body *body, struct arena *arena, struct audited_claim *claim)
{
    claim->first = ARENA_ARRAY(arena, struct audited_code, body->diagnoses_count + 5 * (size_t)body->lines_count + 1);
    claim->first_count = 0;
    for (uint32_t i = 0; i < body->diagnoses_count; i++) {
        struct text code = body->diagnoses[i].code;
        add_first(released, claim, is_principal(body, i) ? AUDITED_KIND_PRINCIPAL : AUDITED_KIND_DIAGNOSIS, code, code);
    }
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        add_first(released, claim, AUDITED_KIND_PROCEDURE, line->procedure, line->procedure);
        for (unsigned k = 0; k < 4; k++) {
            struct text modifier = coding_modifier(line, k);
            if (modifier.length > 0)
                add_first(released, claim, AUDITED_KIND_MODIFIER,
                          arena_print(arena, "%.*s-%.*s", TEXT_ARGS(line->procedure), TEXT_ARGS(modifier)), modifier);
        }
    }
}

/* ---- the second reviewer's ---- */

static const char *
procedure_of_line(const struct coding_edit *edits, uint32_t count, uint32_t ordinal)
{
    for (uint32_t i = 0; i < count; i++)
        if (edits[i].kind == CODING_EDIT_PROCEDURE && edits[i].ordinal == ordinal)
            return edits[i].value;
    return NULL;
}

static void
add_second(struct audited_claim *claim, enum audited_kind kind, struct text code)
{
    claim->second[claim->second_count++] = (struct audited_code){.kind = kind, .code = code};
}

static const char *
add_modifiers(const struct coding_edit *edit, const char *procedure, struct arena *arena, struct audited_claim *claim)
{
    struct text rest = text_from(edit->value);
    if (procedure == NULL)
        return "a modifier needs the procedure of its line";
    for (unsigned k = 0; rest.length > 0; k++) {
        struct text modifier = text_cut(rest, ',', &rest);
        if (modifier.length != 2 || k == 4)
            return "a line has up to four modifiers of two characters, with commas between";
        add_second(claim, AUDITED_KIND_MODIFIER, arena_print(arena, "%s-%.*s", procedure, TEXT_ARGS(modifier)));
    }
    return NULL;
}

const char *
accuracy_second(const struct coding_edit *edits, uint32_t count, struct arena *arena, struct audited_claim *claim)
{
    const char *wrong = NULL;
    claim->second = ARENA_ARRAY(arena, struct audited_code, ACCURACY_SECOND_CODES);
    claim->second_count = 0;
    for (uint32_t i = 0; i < count && wrong == NULL; i++) {
        const struct coding_edit *edit = &edits[i];
        struct text value = arena_copy(arena, text_from(edit->value));
        for (uint32_t k = 0; k < i; k++)
            if (edits[k].kind == edit->kind && edits[k].ordinal == edit->ordinal)
                return "a place is given twice";
        if (value.length == 0)
            return "a second review names codes; it deletes none";
        if (edit->kind == CODING_EDIT_DIAGNOSIS)
            add_second(claim, edit->ordinal == 1 ? AUDITED_KIND_PRINCIPAL : AUDITED_KIND_DIAGNOSIS, value);
        else if (edit->kind == CODING_EDIT_PROCEDURE)
            add_second(claim, AUDITED_KIND_PROCEDURE, value);
        else if (edit->kind == CODING_EDIT_MODIFIER)
            wrong = add_modifiers(edit, procedure_of_line(edits, count, edit->ordinal), arena, claim);
        else
            return "a second review names diagnosis.N, line.N.procedure and line.N.modifier";
    }
    return wrong == NULL && claim->second_count == 0 ? "a second review names at least one code" : wrong;
}

/* ---- both ---- */

static bool
same(const struct audited_code *a, const struct audited_code *b)
{
    return a->kind == b->kind && text_equal(a->code, b->code);
}

/* How many of the first `count` codes of the list are this one. */
static uint32_t
count_same(const struct audited_code *list, uint32_t count, const struct audited_code *code)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += same(&list[i], code);
    return found;
}

/* The nth of a code agrees when the other one has it n times. */
void
accuracy_compare(const struct audited_claim *claim, accuracy_visit *visit, void *context)
{
    for (uint32_t i = 0; i < claim->first_count; i++) {
        const struct audited_code *code = &claim->first[i];
        bool agreed = count_same(claim->second, claim->second_count, code) > count_same(claim->first, i, code);
        visit(context, code, agreed ? ACCURACY_AGREED : ACCURACY_ONLY_FIRST);
    }
    for (uint32_t i = 0; i < claim->second_count; i++) {
        const struct audited_code *code = &claim->second[i];
        if (count_same(claim->first, claim->first_count, code) <= count_same(claim->second, i, code))
            visit(context, code, ACCURACY_ONLY_SECOND);
    }
}

struct counting {
    struct accuracy_counts *counts;
    bool differs;
};

static void
count_one(void *context, const struct audited_code *code, enum accuracy_verdict verdict)
{
    struct counting *counting = context;
    if (code->kind < AUDITED_KIND_COUNT)
        counting->counts->codes[code->kind][verdict]++;
    counting->differs = counting->differs || verdict != ACCURACY_AGREED;
}

void
accuracy_count(const struct audited_claim *claim, struct accuracy_counts *counts)
{
    struct counting counting = {.counts = counts};
    accuracy_compare(claim, count_one, &counting);
    counts->claims++;
    counts->claims_agreed += !counting.differs;
}
