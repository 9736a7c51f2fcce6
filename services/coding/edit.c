#include "services/coding/edit.h"

#include "services/coding/steps/coding.h"

#include <assert.h>

struct editing {
    const struct codes_edition *edition;
    int32_t date;
    struct arena *arena;
    struct claim_body *body;
    struct coding_changes *changes;
    bool deleted[CODING_DIAGNOSES];
};

static const struct {
    const char *word;
    enum coding_edit_kind kind;
} line_words[] = {{"procedure", CODING_EDIT_PROCEDURE}, {"modifier", CODING_EDIT_MODIFIER},
                  {"pointers", CODING_EDIT_POINTERS},   {"units", CODING_EDIT_UNITS},
                  {"clia", CODING_EDIT_CLIA}};

static const struct {
    const char *word, *place; /* the place's name as the passes print it */
    enum coding_edit_kind kind;
} diagnosis_words[] = {{"diagnosis", "diagnosis", CODING_EDIT_DIAGNOSIS},
                       {"admitting", "admitting diagnosis", CODING_EDIT_ADMITTING},
                       {"reason", "reason", CODING_EDIT_REASON},
                       {"cause", "cause", CODING_EDIT_CAUSE}};

/* Upper case without points; letters, digits and commas only. */
static bool
copy_value(struct text value, char out[64])
{
    size_t length = 0;
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == '.' || c == ' ')
            continue;
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ',') || length == 63)
            return false;
        out[length++] = c;
    }
    out[length] = '\0';
    return true;
}

static bool
parse_line(struct text rest, struct coding_edit *edit)
{
    struct text word;
    uint64_t ordinal;
    if (!text_to_u64(text_cut(rest, '.', &word), &ordinal) || ordinal == 0 || ordinal > 999)
        return false;
    edit->ordinal = (uint32_t)ordinal;
    for (size_t i = 0; i < sizeof line_words / sizeof *line_words; i++) {
        if (text_is(word, line_words[i].word)) {
            edit->kind = line_words[i].kind;
            return true;
        }
    }
    return false;
}

const char *
coding_edit_parse(struct text set, struct coding_edit *edit)
{
    static const char *const shape = "a change is diagnosis.N=CODE, admitting.1=CODE, reason.N=CODE, cause.N=CODE, line.N.procedure=CODE, line.N.modifier=XX,XX, "
                                     "line.N.pointers=N,N, line.N.units=N, line.N.clia=NUMBER or claim.clia=NUMBER";
    if (set.length == 0 || memchr(set.data, '=', set.length) == NULL)
        return shape;
    struct text value, rest, name = text_cut(set, '=', &value);
    struct text noun = text_cut(text_trim(name), '.', &rest);
    uint64_t ordinal;
    *edit = (struct coding_edit){0};
    if (!copy_value(value, edit->value))
        return "a value holds letters, digits and commas, at most 63";
    if (text_is(noun, "line"))
        return parse_line(rest, edit) ? NULL : shape;
    if (text_is(noun, "claim") && text_is(rest, "clia")) {
        edit->kind = CODING_EDIT_CLIA;
        return NULL;
    }
    size_t i = 0;
    while (i < sizeof diagnosis_words / sizeof *diagnosis_words && !text_is(noun, diagnosis_words[i].word))
        i++;
    if (i == sizeof diagnosis_words / sizeof *diagnosis_words || !text_to_u64(rest, &ordinal) || ordinal == 0 ||
        ordinal > CODING_DIAGNOSES)
        return shape;
    edit->kind = diagnosis_words[i].kind;
    edit->ordinal = (uint32_t)ordinal;
    return NULL;
}

static void
changed(struct editing *e, struct text place, struct text before, struct text after)
{
    assert(e->changes->count < CODING_EDITS_LIMIT);
    if (before.length > 60)
        before.length = 60;
    e->changes->items[e->changes->count++] = (struct coding_change){place, before, after};
}

static const char *
edit_diagnosis(struct editing *e, const struct coding_edit *edit)
{
    struct claim_body *body = e->body;
    struct text code = arena_copy(e->arena, text_from(edit->value)), before = {0};
    uint32_t i = edit->ordinal - 1;
    if (i > body->diagnoses_count || (i == body->diagnoses_count && code.length == 0))
        return "the claim has no diagnosis of that number";
    if (code.length > 7 || memchr(code.data, ',', code.length) != NULL)
        return "a diagnosis code has 3 to 7 letters and digits";
    if (i == body->diagnoses_count)
        body->diagnoses[body->diagnoses_count++] = (struct diagnosis){.qualifier = i == 0 ? TEXT("ABK") : TEXT("ABF")};
    else
        before = body->diagnoses[i].code;
    e->deleted[i] = code.length == 0;
    if (code.length > 0)
        body->diagnoses[i].code = code;
    changed(e, arena_print(e->arena, "diagnosis %u", (unsigned)edit->ordinal), before, code);
    return NULL;
}

/* The diagnosis that an edit of an 837I names; NULL when the claim has none there. */
static struct diagnosis *
institutional_diagnosis(struct claim_body *body, const struct coding_edit *edit)
{
    struct institutional_claim *own = body->institutional_count > 0 ? body->institutional : NULL;
    uint32_t i = edit->ordinal - 1;
    if (own == NULL)
        return NULL;
    if (edit->kind == CODING_EDIT_ADMITTING)
        return i == 0 && own->admitting.code.length > 0 ? &own->admitting : NULL;
    if (edit->kind == CODING_EDIT_REASON)
        return i < own->reasons_count ? &own->reasons[i] : NULL;
    return i < own->external_causes_count ? &own->external_causes[i] : NULL;
}

static const char *
edit_institutional(struct editing *e, const struct coding_edit *edit)
{
    struct diagnosis *diagnosis = institutional_diagnosis(e->body, edit);
    struct text code = arena_copy(e->arena, text_from(edit->value));
    const char *place = diagnosis_words[edit->kind - CODING_EDIT_DIAGNOSIS].place;
    if (diagnosis == NULL)
        return "the claim has no diagnosis there";
    if (code.length < 3 || code.length > 7 || memchr(code.data, ',', code.length) != NULL)
        return "a diagnosis code has 3 to 7 letters and digits";
    changed(e,
            edit->kind == CODING_EDIT_ADMITTING ? text_from(place)
                                                : arena_print(e->arena, "%s %u", place, (unsigned)edit->ordinal),
            diagnosis->code, code);
    diagnosis->code = code;
    return NULL;
}

static struct text
join(struct editing *e, const struct text *parts)
{
    struct text all = {0};
    for (unsigned i = 0; i < 4 && parts[i].length > 0; i++)
        all = i == 0 ? parts[i] : arena_print(e->arena, "%.*s,%.*s", TEXT_ARGS(all), TEXT_ARGS(parts[i]));
    return all;
}

/* Up to four parts between commas; false when there are more. Empty parts are left out. */
static bool
split(struct editing *e, const char *value, struct text parts[4])
{
    struct text rest = arena_copy(e->arena, text_from(value));
    unsigned count = 0;
    while (rest.length > 0) {
        struct text part = text_cut(rest, ',', &rest);
        if (part.length > 0 && count == 4)
            return false;
        if (part.length > 0)
            parts[count++] = part;
    }
    return true;
}

static void
set_pointers(struct service_line *line, const uint64_t pointers[4])
{
    line->pointer_1 = pointers[0];
    line->pointer_2 = pointers[1];
    line->pointer_3 = pointers[2];
    line->pointer_4 = pointers[3];
}

static const char *
edit_pointers(struct editing *e, struct service_line *line, const char *value, struct text place)
{
    struct text parts[4] = {0}, before[4] = {0};
    uint64_t pointers[4] = {0};
    if (!split(e, value, parts))
        return "a line points at no more than four diagnoses";
    for (unsigned i = 0; i < 4; i++) {
        if (parts[i].length > 0 && (!text_to_u64(parts[i], &pointers[i]) || pointers[i] == 0 || pointers[i] > 12))
            return "a pointer is a number from 1 to 12";
        if (coding_pointer(line, i) != 0)
            before[i] = arena_print(e->arena, "%u", (unsigned)coding_pointer(line, i));
    }
    set_pointers(line, pointers);
    changed(e, place, join(e, before), join(e, parts));
    return NULL;
}

static const char *
edit_modifiers(struct editing *e, struct service_line *line, const char *value, struct text place)
{
    struct text parts[4] = {0}, before[4];
    if (!split(e, value, parts))
        return "a line has no more than four modifiers";
    for (unsigned i = 0; i < 4; i++) {
        if (parts[i].length != 0 && parts[i].length != 2)
            return "a modifier has two characters";
        before[i] = coding_modifier(line, i);
    }
    line->modifier_1 = parts[0];
    line->modifier_2 = parts[1];
    line->modifier_3 = parts[2];
    line->modifier_4 = parts[3];
    changed(e, place, join(e, before), join(e, parts));
    return NULL;
}

static const char *
edit_units(struct editing *e, struct service_line *line, struct text value, struct text place)
{
    uint64_t units;
    if (!text_to_u64(value, &units) || units == 0 || units > 99999)
        return "units are a whole number from 1 to 99999";
    struct text before = arena_print(e->arena, "%lld", (long long)(line->quantity_milli / 1000));
    line->quantity_milli = (int64_t)units * 1000;
    changed(e, place, before, value);
    return NULL;
}

static const char *
edit_line(struct editing *e, const struct coding_edit *edit)
{
    struct text value = arena_copy(e->arena, text_from(edit->value));
    if (edit->ordinal == 0) {
        changed(e, TEXT("claim clia"), e->body->clia, value);
        e->body->clia = value;
        return NULL;
    }
    if (edit->ordinal > e->body->lines_count)
        return "the claim has no line of that number";
    struct service_line *line = &e->body->lines[edit->ordinal - 1];
    struct text place =
        arena_print(e->arena, "line %u %s", (unsigned)edit->ordinal, line_words[edit->kind - CODING_EDIT_PROCEDURE].word);
    switch (edit->kind) {
    case CODING_EDIT_PROCEDURE:
        if (value.length != 5)
            return "a procedure code has five characters";
        changed(e, place, line->procedure, value);
        line->procedure = value;
        if (line->qualifier.length == 0)
            line->qualifier = TEXT("HC"); /* SV202 of a line that had a revenue code alone */
        return NULL;
    case CODING_EDIT_MODIFIER:
        return edit_modifiers(e, line, edit->value, place);
    case CODING_EDIT_POINTERS:
        return edit_pointers(e, line, edit->value, place);
    case CODING_EDIT_UNITS:
        return edit_units(e, line, value, place);
    case CODING_EDIT_CLIA:
        if (value.length > 50)
            return "a CLIA number has at most 50 characters";
        changed(e, place, line->clia, value);
        line->clia = value;
        return NULL;
    case CODING_EDIT_DIAGNOSIS:
    case CODING_EDIT_ADMITTING:
    case CODING_EDIT_REASON:
    case CODING_EDIT_CAUSE:
    case CODING_EDIT_KIND_COUNT:
        break;
    }
    return "not a change of a line";
}

/* Where a pointer at a deleted diagnosis goes, in old numbers from 1: the diagnosis that explains it, or 0. */
static uint64_t
heir_of(const struct editing *e, uint64_t pointer)
{
    const struct claim_body *body = e->body;
    for (uint32_t k = 0; k < body->diagnoses_count; k++) {
        if (!e->deleted[k] && codes_symptom_of(e->edition, body->diagnoses[pointer - 1].code, body->diagnoses[k].code,
                                               e->date) != NULL)
            return k + 1;
    }
    return 0;
}

static void
renumber_line(const struct editing *e, struct service_line *line, const uint64_t *numbers, uint32_t left)
{
    uint64_t pointers[4] = {0};
    unsigned count = 0;
    for (unsigned k = 0; k < 4; k++) {
        uint64_t pointer = coding_pointer(line, k);
        if (pointer >= 1 && pointer <= e->body->diagnoses_count && e->deleted[pointer - 1])
            pointer = heir_of(e, pointer);
        /* A pointer at what is not there stays as wrong as it was, so that step 6 says so. */
        if (pointer >= 1 && pointer <= e->body->diagnoses_count)
            pointer = numbers[pointer - 1];
        bool again = pointer == 0;
        for (unsigned i = 0; i < count; i++)
            again = again || pointers[i] == pointer;
        if (!again)
            pointers[count++] = pointer;
    }
    if (count == 0 && left == 1 && line->pointer_1 != 0)
        pointers[0] = 1;
    set_pointers(line, pointers);
}

static void
delete_diagnoses(struct editing *e)
{
    struct claim_body *body = e->body;
    uint64_t numbers[CODING_DIAGNOSES] = {0};
    uint32_t left = 0;
    for (uint32_t i = 0; i < body->diagnoses_count; i++) {
        if (!e->deleted[i])
            numbers[i] = ++left;
    }
    if (left == body->diagnoses_count)
        return;
    for (uint32_t i = 0; i < body->lines_count; i++)
        renumber_line(e, &body->lines[i], numbers, left);
    struct text principal = {0};
    bool kept = false;
    for (uint32_t i = 0; i < body->diagnoses_count; i++) {
        if (coding_is_principal(&body->diagnoses[i])) {
            principal = body->diagnoses[i].qualifier;
            kept |= numbers[i] != 0;
        }
        if (numbers[i] != 0)
            body->diagnoses[numbers[i] - 1] = body->diagnoses[i];
    }
    if (left > 0 && !kept && principal.length > 0)
        body->diagnoses[0].qualifier = principal; /* the first of those that are left takes the place of one that went */
    body->diagnoses_count = left;
}

/* The caller's records are not touched. */
static void
own_institutional(struct arena *arena, struct claim_body *body)
{
    if (body->institutional_count == 0)
        return;
    struct institutional_claim *own = ARENA_ARRAY(arena, struct institutional_claim, 1);
    *own = body->institutional[0];
    struct diagnosis *reasons = ARENA_ARRAY(arena, struct diagnosis, own->reasons_count + 1);
    struct diagnosis *causes = ARENA_ARRAY(arena, struct diagnosis, own->external_causes_count + 1);
    if (own->reasons_count > 0)
        memcpy(reasons, own->reasons, sizeof *reasons * own->reasons_count);
    if (own->external_causes_count > 0)
        memcpy(causes, own->external_causes, sizeof *causes * own->external_causes_count);
    own->reasons = reasons;
    own->external_causes = causes;
    body->institutional = own;
}

static const char *
apply_edit(struct editing *e, const struct coding_edit *edit)
{
    if (edit->kind == CODING_EDIT_DIAGNOSIS)
        return edit_diagnosis(e, edit);
    return edit->kind <= CODING_EDIT_CAUSE ? edit_institutional(e, edit) : edit_line(e, edit);
}

const char *
coding_edits_apply(const struct coding_edit *edits, uint32_t count, const struct codes_edition *edition, int32_t date,
                   struct arena *arena, struct claim_body *body, struct coding_changes *changes)
{
    struct editing e = {.edition = edition, .date = date, .arena = arena, .body = body, .changes = changes};
    assert(count <= CODING_EDITS_LIMIT && body->diagnoses_count <= CODING_DIAGNOSES);
    struct diagnosis *diagnoses = ARENA_ARRAY(arena, struct diagnosis, CODING_DIAGNOSES + 1);
    struct service_line *lines = ARENA_ARRAY(arena, struct service_line, body->lines_count + 1);
    if (body->diagnoses_count > 0)
        memcpy(diagnoses, body->diagnoses, sizeof *diagnoses * body->diagnoses_count);
    if (body->lines_count > 0)
        memcpy(lines, body->lines, sizeof *lines * body->lines_count);
    body->diagnoses = diagnoses;
    body->lines = lines;
    own_institutional(arena, body);
    *changes = (struct coding_changes){.items = ARENA_ARRAY(arena, struct coding_change, CODING_EDITS_LIMIT)};
    for (uint32_t i = 0; i < count; i++) {
        const char *wrong = apply_edit(&e, &edits[i]);
        if (wrong != NULL)
            return wrong;
    }
    delete_diagnoses(&e);
    return NULL;
}
