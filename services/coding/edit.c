#include "services/coding/edit.h"

#include "common/money/money.h"
#include "services/coding/editing.h"

#include <assert.h>

struct word {
    const char *word;
    enum coding_edit_kind kind;
};

static const struct word line_words[] = {
    {"", CODING_EDIT_LINE},           {"procedure", CODING_EDIT_PROCEDURE}, {"modifier", CODING_EDIT_MODIFIER},
    {"pointers", CODING_EDIT_POINTERS}, {"units", CODING_EDIT_UNITS},       {"date", CODING_EDIT_DATE},
    {"place", CODING_EDIT_PLACE},     {"revenue", CODING_EDIT_REVENUE},     {"clia", CODING_EDIT_CLIA},
    {"charge", CODING_EDIT_CHARGE},   {"ndc", CODING_EDIT_NDC}};
static const struct word claim_words[] = {
    {"place", CODING_EDIT_PLACE},
    {"clia", CODING_EDIT_CLIA},
    {"total", CODING_EDIT_TOTAL},
    {"bill", CODING_EDIT_BILL},
    {"admission.date", CODING_EDIT_ADMISSION_DATE},
    {"admission.time", CODING_EDIT_ADMISSION_TIME},
    {"admission.type", CODING_EDIT_ADMISSION_TYPE},
    {"admission.origin", CODING_EDIT_ADMISSION_ORIGIN},
    {"discharge.time", CODING_EDIT_DISCHARGE_TIME},
    {"discharge.status", CODING_EDIT_DISCHARGE_STATUS}};
static const struct word numbered_words[] = {{"diagnosis", CODING_EDIT_DIAGNOSIS},
                                             {"admitting", CODING_EDIT_ADMITTING},
                                             {"reason", CODING_EDIT_REASON},
                                             {"cause", CODING_EDIT_CAUSE},
                                             {"procedure", CODING_EDIT_INPATIENT},
                                             {"condition", CODING_EDIT_CONDITION},
                                             {"occurrence", CODING_EDIT_OCCURRENCE},
                                             {"span", CODING_EDIT_SPAN},
                                             {"value", CODING_EDIT_VALUE}};
#define COUNT(words) (sizeof(words) / sizeof *(words))

static bool
find_word(const struct word *words, size_t count, struct text word, enum coding_edit_kind *kind)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(word, words[i].word)) {
            *kind = words[i].kind;
            return true;
        }
    return false;
}

/* A drug's quantity and a value have points that mean something. */
static bool
has_points(enum coding_edit_kind kind)
{
    return kind == CODING_EDIT_NDC || kind == CODING_EDIT_VALUE;
}

/* Dashes of a day and of a drug's code, and points elsewhere, are only for the eye. */
static bool
is_ornament(char c, enum coding_edit_kind kind)
{
    if (c == '-')
        return kind == CODING_EDIT_DATE || kind == CODING_EDIT_ADMISSION_DATE || kind == CODING_EDIT_NDC ||
               kind == CODING_EDIT_OCCURRENCE || kind == CODING_EDIT_SPAN;
    return c == ' ' || (c == '.' && !has_points(kind));
}

/* Upper case without what is only for the eye; letters, digits and commas only. */
static bool
copy_value(struct text value, struct coding_edit *edit)
{
    size_t length = 0;
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (is_ornament(c, edit->kind))
            continue;
        bool point = c == '.' && has_points(edit->kind);
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ',' || point) || length == sizeof edit->value - 1)
            return false;
        edit->value[length++] = c;
    }
    edit->value[length] = '\0';
    return true;
}

static bool
read_ordinal(struct text digits, uint32_t limit, struct coding_edit *edit)
{
    uint64_t ordinal;
    if (!text_to_u64(digits, &ordinal) || ordinal == 0 || ordinal > limit)
        return false;
    edit->ordinal = (uint32_t)ordinal;
    return true;
}

/* "line.1.units", "claim.clia", "diagnosis.2", "diagnosis.2.poa", "diagnosis.first" */
static bool
parse_name(struct text name, struct coding_edit *edit)
{
    struct text word, number, noun = text_cut(name, '.', &number);
    if (text_is(noun, "claim"))
        return find_word(claim_words, COUNT(claim_words), number, &edit->kind);
    number = text_cut(number, '.', &word);
    if (text_is(noun, "line"))
        return read_ordinal(number, EDITING_LINES, edit) && find_word(line_words, COUNT(line_words), word, &edit->kind);
    if (!find_word(numbered_words, COUNT(numbered_words), noun, &edit->kind))
        return false;
    if (edit->kind == CODING_EDIT_DIAGNOSIS && text_is(number, "first") && word.length == 0) {
        edit->kind = CODING_EDIT_FIRST;
        return true;
    }
    if (edit->kind == CODING_EDIT_DIAGNOSIS && text_is(word, "poa"))
        edit->kind = CODING_EDIT_POA;
    else if (word.length > 0)
        return false;
    return read_ordinal(number, CODING_DIAGNOSES, edit);
}

const char *
coding_edit_parse(struct text set, struct coding_edit *edit)
{
    static const char shape[] =
        "a change is diagnosis.N=CODE, diagnosis.first=N, diagnosis.N.poa=Y, admitting.1=CODE, reason.N=CODE, cause.N=CODE, "
        "procedure.N=CODE, line.N=CODE (adds), line.N= (takes off), line.N.procedure=CODE, line.N.modifier=XX,XX, "
        "line.N.pointers=N,N, line.N.units=N, line.N.date=DAY, line.N.place=NN, line.N.revenue=CODE, line.N.clia=NUMBER, "
        "line.N.ndc=CODE,ML,2.5, claim.clia=NUMBER, claim.place=NN, claim.bill=131, claim.admission.date=DAY, claim.admission.time=HHMM, "
        "claim.admission.type=N, claim.admission.origin=N, claim.discharge.time=HHMM, claim.discharge.status=NN, condition.N=CODE, "
        "occurrence.N=CODE,DAY, span.N=CODE,DAY,DAY, value.N=CODE,NUMBER; of a biller line.N.charge=AMOUNT, claim.total=lines";
    if (set.length == 0 || memchr(set.data, '=', set.length) == NULL)
        return shape;
    struct text value, name = text_trim(text_cut(set, '=', &value));
    *edit = (struct coding_edit){0};
    if (!parse_name(name, edit))
        return shape;
    if (edit->kind == CODING_EDIT_CHARGE)
        return money_parse(text_trim(value), &edit->cents) && edit->cents >= 0 ? NULL : "a charge is an amount like 85.00, not below 0";
    return copy_value(value, edit) ? NULL : "a value holds letters, digits and commas, at most 63";
}

static struct coding_change *
next_change(struct editing *e)
{
    assert(e->changes->count <= CODING_EDITS_LIMIT); /* one more than edits: the total */
    return &e->changes->items[e->changes->count++];
}

void
editing_change(struct editing *e, struct text place, struct text before, struct text after)
{
    *next_change(e) = (struct coding_change){.place = place, .before = text_head(before, 60), .after = text_head(after, 60)};
}

void
editing_change_money(struct editing *e, struct text place, int64_t before, int64_t after)
{
    *next_change(e) = (struct coding_change){.place = place, .money = true, .cents_before = before, .cents_after = after};
}

void
editing_number(struct editing *e, enum numbering_kind kind, const uint32_t *now, uint32_t count)
{
    e->changes->numbering.now[kind] = now;
    e->changes->numbering.count[kind] = count;
}

/* The caller's records are not touched: lists are copied, with room for what may be added. */
static void
own_bill_codes(struct arena *arena, struct institutional_claim *own)
{
    struct condition_code *conditions = ARENA_ARRAY(arena, struct condition_code, EDITING_BILL_CODES);
    struct dated_code *occurrences = ARENA_ARRAY(arena, struct dated_code, EDITING_BILL_CODES);
    struct dated_code *spans = ARENA_ARRAY(arena, struct dated_code, EDITING_BILL_CODES);
    struct value_code *values = ARENA_ARRAY(arena, struct value_code, EDITING_BILL_CODES);
    assert(own->conditions_count <= EDITING_BILL_CODES && own->occurrences_count <= EDITING_BILL_CODES &&
           own->occurrence_spans_count <= EDITING_BILL_CODES && own->values_count <= EDITING_BILL_CODES);
    if (own->conditions_count > 0)
        memcpy(conditions, own->conditions, sizeof *conditions * own->conditions_count);
    if (own->occurrences_count > 0)
        memcpy(occurrences, own->occurrences, sizeof *occurrences * own->occurrences_count);
    if (own->occurrence_spans_count > 0)
        memcpy(spans, own->occurrence_spans, sizeof *spans * own->occurrence_spans_count);
    if (own->values_count > 0)
        memcpy(values, own->values, sizeof *values * own->values_count);
    own->conditions = conditions;
    own->occurrences = occurrences;
    own->occurrence_spans = spans;
    own->values = values;
}

static void
own_institutional(struct arena *arena, struct claim_body *body)
{
    if (body->institutional_count == 0)
        return;
    struct institutional_claim *own = ARENA_ARRAY(arena, struct institutional_claim, 1);
    *own = body->institutional[0];
    struct diagnosis *reasons = ARENA_ARRAY(arena, struct diagnosis, EDITING_REASONS + 1);
    struct diagnosis *causes = ARENA_ARRAY(arena, struct diagnosis, EDITING_CAUSES + 1);
    struct dated_code *procedures = ARENA_ARRAY(arena, struct dated_code, EDITING_PROCEDURES);
    assert(own->reasons_count <= EDITING_REASONS && own->external_causes_count <= EDITING_CAUSES &&
           own->procedures_count <= EDITING_PROCEDURES);
    if (own->reasons_count > 0)
        memcpy(reasons, own->reasons, sizeof *reasons * own->reasons_count);
    if (own->external_causes_count > 0)
        memcpy(causes, own->external_causes, sizeof *causes * own->external_causes_count);
    if (own->procedures_count > 0)
        memcpy(procedures, own->procedures, sizeof *procedures * own->procedures_count);
    own_bill_codes(arena, own);
    own->reasons = reasons;
    own->external_causes = causes;
    own->procedures = procedures;
    body->institutional = own;
}

static void
own_lists(struct editing *e)
{
    struct claim_body *body = e->body;
    struct diagnosis *diagnoses = ARENA_ARRAY(e->arena, struct diagnosis, CODING_DIAGNOSES + 1);
    uint32_t room = body->lines_count + CODING_EDITS_LIMIT;
    struct service_line *lines = ARENA_ARRAY(e->arena, struct service_line, room);
    if (body->diagnoses_count > 0)
        memcpy(diagnoses, body->diagnoses, sizeof *diagnoses * body->diagnoses_count);
    if (body->lines_count > 0)
        memcpy(lines, body->lines, sizeof *lines * body->lines_count);
    body->diagnoses = diagnoses;
    body->lines = lines;
    own_institutional(e->arena, body);
    e->lines_shown = body->lines_count;
    e->lines_gone = ARENA_ARRAY(e->arena, bool, room);
    e->lines_changed = ARENA_ARRAY(e->arena, bool, room);
    memset(e->lines_gone, 0, room * sizeof(bool));
    memset(e->lines_changed, 0, room * sizeof(bool));
}

static const char *
apply_edit(struct editing *e, const struct coding_edit *edit)
{
    if (edit->kind < CODING_EDIT_LINE)
        return edit_diagnosis_apply(e, edit);
    if (edit->kind < CODING_EDIT_BILL)
        return edit_line_apply(e, edit);
    return edit->kind < CODING_EDIT_CONDITION ? edit_stay_apply(e, edit) : edit_bill_apply(e, edit);
}

/* New lines come first, so that the other edits may be of them in any order. */
static bool
adds_line(const struct coding_edit *edit)
{
    return edit->kind == CODING_EDIT_LINE && edit->value[0] != '\0';
}

const char *
coding_edits_apply(const struct coding_edit *edits, uint32_t count, const struct codes_edition *edition, int32_t date,
                   struct arena *arena, struct claim_body *body, struct coding_changes *changes)
{
    struct editing e = {
        .edition = edition, .date = date, .arena = arena, .body = body, .changes = changes, .total_before = body->total_cents};
    assert(count <= CODING_EDITS_LIMIT && body->diagnoses_count <= CODING_DIAGNOSES);
    own_lists(&e);
    changes->items = ARENA_ARRAY(arena, struct coding_change, CODING_EDITS_LIMIT + 1);
    changes->count = 0;
    changes->numbering = (struct numbering){0};
    for (unsigned pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < count; i++) {
            const char *wrong = adds_line(&edits[i]) == (pass == 0) ? apply_edit(&e, &edits[i]) : NULL;
            if (wrong != NULL)
                return wrong;
        }
    edit_diagnosis_finish(&e);
    edit_bill_finish(&e);
    return edit_line_finish(&e);
}
