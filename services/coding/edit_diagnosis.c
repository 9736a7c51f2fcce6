/* Edits of diagnoses, of an 837I also of its other diagnoses and its procedures. */
#include "services/coding/editing.h"

static bool
is_diagnosis_code(struct text code)
{
    return code.length >= 3 && code.length <= 7 && memchr(code.data, ',', code.length) == NULL;
}

static const char diagnosis_shape[] = "a diagnosis code has 3 to 7 letters and digits";

static const char *
edit_code(struct editing *e, const struct coding_edit *edit)
{
    struct claim_body *body = e->body;
    struct text code = arena_copy(e->arena, text_from(edit->value)), before = {0};
    uint32_t i = edit->ordinal - 1;
    if (i > body->diagnoses_count || (i == body->diagnoses_count && code.length == 0))
        return "the claim has no diagnosis of that number";
    if (code.length > 0 && !is_diagnosis_code(code))
        return diagnosis_shape;
    if (i == body->diagnoses_count)
        body->diagnoses[body->diagnoses_count++] = (struct diagnosis){.qualifier = i == 0 ? TEXT("ABK") : TEXT("ABF")};
    else
        before = body->diagnoses[i].code;
    e->deleted[i] = code.length == 0;
    if (code.length > 0)
        body->diagnoses[i].code = code;
    editing_change(e, arena_print(e->arena, "diagnosis %u", (unsigned)edit->ordinal), before, code);
    return NULL;
}

static const char *
edit_first(struct editing *e, const struct coding_edit *edit)
{
    uint64_t number;
    if (!text_to_u64(text_from(edit->value), &number) || number == 0 || number > e->body->diagnoses_count)
        return "diagnosis.first is the number of a diagnosis of the claim";
    if (e->first != 0)
        return "one diagnosis goes first";
    e->first = (uint32_t)number;
    editing_change(e, TEXT("diagnosis first"), e->body->diagnoses[0].code, e->body->diagnoses[number - 1].code);
    return NULL;
}

static const char *
edit_poa(struct editing *e, const struct coding_edit *edit)
{
    struct text value = arena_copy(e->arena, text_from(edit->value));
    if (e->body->institutional_count == 0)
        return "only a claim of a hospital says what was present on admission";
    if (edit->ordinal > e->body->diagnoses_count)
        return "the claim has no diagnosis of that number";
    if (value.length > 1 || (value.length == 1 && memchr("YNUW", value.data[0], 4) == NULL))
        return "present on admission is Y, N, U or W, or nothing";
    struct diagnosis *diagnosis = &e->body->diagnoses[edit->ordinal - 1];
    editing_change(e, arena_print(e->arena, "diagnosis %u poa", (unsigned)edit->ordinal), diagnosis->present_on_admission, value);
    diagnosis->present_on_admission = value;
    return NULL;
}

/* The reasons for the visit or the external causes, and those that go. */
struct others {
    const char *noun, *qualifier;
    struct diagnosis *list;
    uint32_t *count;
    uint32_t limit;
    bool *gone;
    enum numbering_kind numbering;
};

static struct others
others_of(struct editing *e, enum coding_edit_kind kind)
{
    struct institutional_claim *own = e->body->institutional;
    if (kind == CODING_EDIT_REASON)
        return (struct others){"reason", "APR", own->reasons, &own->reasons_count, EDITING_REASONS, e->reasons_gone, NUMBERING_REASON};
    return (struct others){"cause",      "ABN", own->external_causes, &own->external_causes_count, EDITING_CAUSES, e->causes_gone,
                           NUMBERING_CAUSE};
}

static const char *
edit_other(struct editing *e, const struct coding_edit *edit)
{
    struct others others = others_of(e, edit->kind);
    struct text code = arena_copy(e->arena, text_from(edit->value)), before = {0};
    uint32_t i = edit->ordinal - 1;
    if (i > *others.count || i >= others.limit || (i == *others.count && code.length == 0))
        return "the claim has no diagnosis there";
    if (code.length > 0 && !is_diagnosis_code(code))
        return diagnosis_shape;
    if (i == *others.count)
        others.list[(*others.count)++] = (struct diagnosis){.qualifier = text_from(others.qualifier)};
    else
        before = others.list[i].code;
    others.gone[i] = code.length == 0;
    if (code.length > 0)
        others.list[i].code = code;
    editing_change(e, arena_print(e->arena, "%s %u", others.noun, (unsigned)edit->ordinal), before, code);
    return NULL;
}

static const char *
edit_admitting(struct editing *e, const struct coding_edit *edit)
{
    struct diagnosis *admitting = &e->body->institutional->admitting;
    struct text code = arena_copy(e->arena, text_from(edit->value));
    if (edit->ordinal != 1 || admitting->code.length == 0)
        return "the claim has no diagnosis there";
    if (!is_diagnosis_code(code))
        return diagnosis_shape;
    editing_change(e, TEXT("admitting diagnosis"), admitting->code, code);
    admitting->code = code;
    return NULL;
}

static const char *
edit_inpatient(struct editing *e, const struct coding_edit *edit)
{
    struct institutional_claim *own = e->body->institutional;
    struct text code = arena_copy(e->arena, text_from(edit->value));
    uint32_t i = edit->ordinal - 1;
    if (i >= own->procedures_count)
        return "the claim has no procedure of that number; a new one needs its day";
    if (code.length != 0 && (code.length != 7 || memchr(code.data, ',', 7) != NULL))
        return "an inpatient procedure has seven letters and digits";
    e->procedures_gone[i] = code.length == 0;
    editing_change(e, arena_print(e->arena, "procedure %u", (unsigned)edit->ordinal), own->procedures[i].code, code);
    if (code.length > 0)
        own->procedures[i].code = code;
    return NULL;
}

const char *
edit_diagnosis_apply(struct editing *e, const struct coding_edit *edit)
{
    if (edit->kind == CODING_EDIT_DIAGNOSIS)
        return edit_code(e, edit);
    if (edit->kind == CODING_EDIT_FIRST)
        return edit_first(e, edit);
    if (edit->kind == CODING_EDIT_POA)
        return edit_poa(e, edit);
    if (e->body->institutional_count == 0)
        return "the claim has no such codes; they are of a hospital's";
    if (edit->kind == CODING_EDIT_ADMITTING)
        return edit_admitting(e, edit);
    return edit->kind == CODING_EDIT_INPATIENT ? edit_inpatient(e, edit) : edit_other(e, edit);
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
renumber_line(const struct editing *e, struct service_line *line, const uint32_t *numbers, uint32_t left)
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
    line->pointer_1 = pointers[0];
    line->pointer_2 = pointers[1];
    line->pointer_3 = pointers[2];
    line->pointer_4 = pointers[3];
}

/* The new number of each diagnosis, 0 when it goes; how many are left. */
static uint32_t
number_diagnoses(const struct editing *e, uint32_t *numbers)
{
    uint32_t left = 0;
    memset(numbers, 0, sizeof *numbers * e->body->diagnoses_count);
    bool moved = e->first != 0 && !e->deleted[e->first - 1];
    if (moved)
        numbers[e->first - 1] = ++left;
    for (uint32_t i = 0; i < e->body->diagnoses_count; i++)
        if (!e->deleted[i] && !(moved && i + 1 == e->first))
            numbers[i] = ++left;
    return left;
}

/* The first one takes the qualifier of a principal diagnosis that went, or that it was put before. */
static void
hand_over(struct editing *e, const struct diagnosis *before, uint32_t count, const uint32_t *numbers)
{
    struct claim_body *body = e->body;
    struct text principal = {0};
    uint32_t number = 0;
    for (uint32_t i = 0; i < count; i++)
        if (coding_is_principal(&before[i])) {
            principal = before[i].qualifier;
            number = numbers[i];
        }
    if (principal.length == 0 && e->first != 0)
        principal = TEXT("ABK"); /* none was: now one is */
    if (principal.length == 0 || body->diagnoses_count == 0 || number == 1 || (number > 1 && e->first == 0))
        return;
    if (number > 1)
        body->diagnoses[number - 1].qualifier = body->diagnoses[0].qualifier;
    body->diagnoses[0].qualifier = principal;
}

static void
settle_diagnoses(struct editing *e)
{
    struct claim_body *body = e->body;
    uint32_t *numbers = ARENA_ARRAY(e->arena, uint32_t, CODING_DIAGNOSES + 1);
    uint32_t count = body->diagnoses_count, left = number_diagnoses(e, numbers);
    if (left == count && e->first == 0)
        return;
    editing_number(e, NUMBERING_DIAGNOSIS, numbers, count);
    for (uint32_t i = 0; i < body->lines_count; i++)
        renumber_line(e, &body->lines[i], numbers, left);
    struct diagnosis before[CODING_DIAGNOSES];
    memcpy(before, body->diagnoses, sizeof *before * count);
    for (uint32_t i = 0; i < count; i++)
        if (numbers[i] != 0)
            body->diagnoses[numbers[i] - 1] = before[i];
    body->diagnoses_count = left;
    hand_over(e, before, count, numbers);
}

static void
settle_others(struct editing *e, enum coding_edit_kind kind)
{
    struct others others = others_of(e, kind);
    uint32_t left = 0, *now = ARENA_ARRAY(e->arena, uint32_t, *others.count + 1);
    for (uint32_t i = 0; i < *others.count; i++) {
        if (!others.gone[i])
            others.list[left++] = others.list[i];
        now[i] = others.gone[i] ? 0 : left;
    }
    editing_number(e, others.numbering, now, *others.count);
    *others.count = left;
}

/* The next one takes the place of a principal procedure that goes. */
static void
settle_procedures(struct editing *e)
{
    struct institutional_claim *own = e->body->institutional;
    struct text principal = {0};
    uint32_t left = 0, *now = ARENA_ARRAY(e->arena, uint32_t, own->procedures_count + 1);
    for (uint32_t i = 0; i < own->procedures_count; i++) {
        struct dated_code procedure = own->procedures[i];
        if (i == 0)
            principal = procedure.qualifier;
        if (!e->procedures_gone[i])
            own->procedures[left++] = procedure;
        now[i] = e->procedures_gone[i] ? 0 : left;
    }
    editing_number(e, NUMBERING_PROCEDURE, now, own->procedures_count);
    own->procedures_count = left;
    if (left > 0)
        own->procedures[0].qualifier = principal;
}

void
edit_diagnosis_finish(struct editing *e)
{
    settle_diagnoses(e);
    if (e->body->institutional_count == 0)
        return;
    settle_others(e, CODING_EDIT_REASON);
    settle_others(e, CODING_EDIT_CAUSE);
    settle_procedures(e);
}
