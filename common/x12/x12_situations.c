#include "common/x12/x12_situations.h"

#include "common/x12/x12_state.h"

static void
clear(struct x12_situation_record *record)
{
    *record = (struct x12_situation_record){0};
}

void
x12_situations_begin(struct x12_check *check)
{
    struct x12_state *state = check->state;
    state->situations = NULL;
    for (size_t i = 0; i < x12_situations_count; i++)
        if (x12_situations_all[i].guide == check->set.guide)
            state->situations = &x12_situations_all[i];
    const struct x12_situations *payer = check->options.edits == NULL ? NULL : x12_edits_rules(check->options.edits, check->set.guide);
    if (payer != NULL)
        state->situations = payer;
    for (size_t i = 0; i < X12_SCOPE_COUNT; i++)
        clear(&state->situation_records[i]);
}

/* The scope that begins with the loop; COUNT when it is none. */
static unsigned
scope_of(const struct x12_situations *table, uint16_t loop)
{
    unsigned scope = 0;
    while (scope < X12_SCOPE_COUNT && table->loops[scope] != loop)
        scope++;
    return scope;
}

void
x12_situations_open(struct x12_check *check, uint16_t loop)
{
    struct x12_state *state = check->state;
    unsigned scope = scope_of(state->situations, loop);
    if (scope == X12_SCOPE_COUNT)
        return;
    clear(&state->situation_records[scope]);
    /* What stands in it ends with it; a payer and a line stand side by side. */
    for (unsigned inner = scope + 1; scope < X12_SCOPE_PAYER && inner < X12_SCOPE_COUNT; inner++)
        clear(&state->situation_records[inner]);
    if (scope >= X12_SCOPE_CLAIM)
        x12_anchor_set(&state->situation_anchors[scope], check);
}

/* The first that stands there counts. */
static inline void
note(struct x12_situation_record *record, unsigned slot, struct text t)
{
    if (t.length > 0 && record->values[slot] == 0)
        record->values[slot] = t.length <= 8 ? x12_code(t) : UINT64_MAX;
}

/* The components that are looked at of one element, from values[i] on; where its values end. */
static unsigned
note_components(struct x12_check *check, struct x12_situation_record *record, const struct x12_situation_value *values,
                unsigned i, unsigned count)
{
    const unsigned element = values[i].element;
    struct text rest = x12_element(check->segment, element);
    for (unsigned n = 1; i < count && values[i].element == element; n++) {
        struct text component = text_cut(rest, check->reader.delimiters.component, &rest);
        while (i < count && values[i].element == element && values[i].component == n)
            note(record, values[i++].slot, component);
    }
    return i;
}

static void
note_values(struct x12_check *check, struct x12_situation_record *record, const struct x12_situation_value *values, unsigned count)
{
    for (unsigned i = 0; i < count;) {
        if (values[i].component > 0) {
            i = note_components(check, record, values, i, count);
        } else {
            note(record, values[i].slot, x12_element(check->segment, values[i].element));
            i++;
        }
    }
}

void
x12_situations_segment(struct x12_check *check)
{
    struct x12_state *state = check->state;
    const struct x12_situations *table = state->situations;
    unsigned slot = table->slots[check->step.place->number];
    if (slot == 0)
        return;
    const struct x12_situation_place *place = &table->places[slot];
    struct x12_situation_record *record = &state->situation_records[place->scope];
    uint64_t bit = UINT64_C(1) << slot % 64;
    record->seen[slot / 64] |= bit;
    if (place->scope > X12_SCOPE_CLAIM)
        state->situation_records[X12_SCOPE_CLAIM].seen[slot / 64] |= bit;
    if (place->value_count > 0)
        note_values(check, record, &table->values[place->first_value], place->value_count);
}

/* Values as codes have them: the first character highest, so that they compare as texts do. */
static bool
is_within(const uint64_t *spans, unsigned count, uint64_t value)
{
    uint64_t key = __builtin_bswap64(value);
    for (unsigned i = 0; i + 1 < count; i += 2)
        if (spans[i] <= key && key <= spans[i + 1])
            return true;
    return false;
}

static inline bool
is_code(const struct x12_situations *table, const struct x12_situation_term *term, uint64_t value)
{
    if (value == 0 || term->code_count == 0)
        return false;
    if (term->kind >= X12_TERM_IN)
        return is_within(&table->codes[term->first_code], term->code_count, value);
    return x12_codes_hold(&(struct x12_codes){&table->codes[term->first_code], term->code_count}, value);
}

static bool
holds(const struct x12_check *check, const struct x12_situation_term *term)
{
    const struct x12_situations *table = check->state->situations;
    const struct x12_situation_record *record = &check->state->situation_records[term->scope];
    bool seen = (record->seen[term->slot / 64] >> term->slot % 64 & 1) != 0, filled = false, is = false;
    if (term->kind == X12_TERM_PRESENT || term->kind == X12_TERM_ABSENT)
        return seen == (term->kind == X12_TERM_PRESENT);
    for (unsigned i = term->slot; i < term->slot + (unsigned)term->slots; i++) {
        filled |= record->values[i] != 0;
        is |= is_code(table, term, record->values[i]);
    }
    switch ((enum x12_term_kind)term->kind) {
    case X12_TERM_FILLED:
        return filled;
    case X12_TERM_EMPTY:
        return !filled;
    case X12_TERM_IS:
    case X12_TERM_IN:
        return is;
    case X12_TERM_IS_NOT:
    case X12_TERM_NOT_IN:
        return !is;
    case X12_TERM_PRESENT:
    case X12_TERM_ABSENT:
        break;
    }
    return false;
}

/* Most values lie far from the codes that a rule asks for. */
static inline bool
may_hold(const struct x12_check *check, const struct x12_situation_term *term)
{
    if ((term->kind != X12_TERM_IS && term->kind != X12_TERM_IN) || term->slots != 1)
        return true;
    uint64_t key = __builtin_bswap64(check->state->situation_records[term->scope].values[term->slot]);
    return term->low <= key && key <= term->high;
}

static bool
breaks(const struct x12_check *check, const struct x12_situation *rule)
{
    const struct x12_situation_term *terms = check->state->situations->terms;
    for (unsigned i = 0; i < rule->when_count; i++)
        if (!may_hold(check, &terms[rule->when + i]) || !holds(check, &terms[rule->when + i]))
            return false;
    for (unsigned i = 0; i < rule->must_count; i++)
        if (holds(check, &terms[rule->must + i]))
            return false;
    return true;
}

void
x12_situations_close(struct x12_check *check, uint16_t loop)
{
    const struct x12_situations *table = check->state->situations;
    unsigned scope = scope_of(table, loop);
    if (scope < X12_SCOPE_CLAIM || scope == X12_SCOPE_COUNT)
        return;
    for (size_t i = 0; i < table->rule_count; i++)
        if (table->rules[i].scope == scope && breaks(check, &table->rules[i]))
            x12_emit_at(check, &check->state->situation_anchors[scope], table->rules[i].finding, table->rules[i].loop, 0, "21",
                        text_from(table->rules[i].row), false);
}
