#include "common/x12/check/rules/x12_situations.h"

#include "common/money/money.h"
#include "common/x12/check/rules/x12_claim_rules.h"

/* So many marks of it. Values only count when they are filled, and need not be cleared. */
static void
clear(struct x12_situation_record *record, unsigned marks)
{
    const unsigned words = (marks + 63) / 64;
    for (unsigned i = 0; i < words; i++)
        record->seen[i] = record->twice[i] = 0;
    memset(record->filled, 0, sizeof record->filled);
}

void
x12_situations_begin(struct x12_check *check)
{
    struct x12_state *state = check->state;
    state->situations = NULL;
    for (size_t i = 0; i < x12_situations_count; i++)
        if (x12_situations_all[i].guide == check->set.guide)
            state->situations = &x12_situations_all[i];
    const struct x12_situations *payer =
        check->options.edits == NULL ? NULL : x12_edits_rules(check->options.edits, check->set.guide);
    if (payer != NULL)
        state->situations = payer;
    for (size_t i = 0; i < X12_SCOPE_COUNT; i++)
        clear(&state->situation_records[i], X12_SITUATION_MARKS);
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
    clear(&state->situation_records[scope], state->situations->mark_count);
    /* What stands in it ends with it; a payer and a line stand side by side. */
    for (unsigned inner = scope + 1; scope < X12_SCOPE_PAYER && inner <= X12_SCOPE_LINE; inner++)
        clear(&state->situation_records[inner], state->situations->mark_count);
    if (scope >= X12_SCOPE_CLAIM)
        x12_anchor_set(&state->situation_anchors[scope], check);
}

/* Who is told of a segment: the record of its scope, and for payers and lines the claim. */
struct listeners {
    struct x12_situation_record *records[2];
    unsigned count;
};

static inline void
set_mark(const struct listeners *listeners, unsigned mark)
{
    const uint64_t bit = UINT64_C(1) << mark % 64;
    for (unsigned i = 0; i < listeners->count; i++) {
        struct x12_situation_record *record = listeners->records[i];
        record->twice[mark / 64] |= record->seen[mark / 64] & bit;
        record->seen[mark / 64] |= bit;
    }
}

static void
set_value(const struct listeners *listeners, enum x12_test_kind kind, unsigned slot, int64_t first,
          int64_t last)
{
    const uint64_t bit = UINT64_C(1) << slot % 64;
    for (unsigned i = 0; i < listeners->count; i++) {
        struct x12_situation_record *record = listeners->records[i];
        struct x12_situation_value *value = &record->values[slot];
        bool filled = (record->filled[slot / 64] & bit) != 0;
        record->filled[slot / 64] |= bit;
        if (filled && kind == X12_TEST_TEXT)
            continue;
        value->first = filled && value->first < first ? value->first : first;
        value->last = filled && value->last > last ? value->last : last;
    }
}

static bool
is_digits(struct text t, size_t length)
{
    bool digits = t.length == length;
    for (size_t i = 0; digits && i < length; i++)
        digits = t.data[i] >= '0' && t.data[i] <= '9';
    return digits;
}

/* t is not empty */
static inline void
ask(const struct x12_situation_test *test, const struct listeners *listeners, struct text t)
{
    int64_t cents = 0;
    int32_t from, to;
    bool yes = false;
    switch ((enum x12_test_kind)test->kind) {
    case X12_TEST_FILLED:
        yes = true;
        break;
    case X12_TEST_STARTS:
        yes = t.length >= test->length && x12_code(text_of(t.data, test->length)) == (uint64_t)test->operand;
        break;
    case X12_TEST_DIGITS:
        yes = is_digits(t, test->length);
        break;
    case X12_TEST_MORE:
        yes = money_parse(t, &cents) && cents > test->operand;
        break;
    case X12_TEST_LESS:
        yes = money_parse(t, &cents) && cents < test->operand;
        break;
    case X12_TEST_DATE:
        if (x12_claim_rules_dates(t, &from, &to))
            set_value(listeners, X12_TEST_DATE, test->slot, from, to);
        return;
    case X12_TEST_NUMBER:
        if (money_parse(t, &cents))
            set_value(listeners, X12_TEST_NUMBER, test->slot, cents, cents);
        return;
    case X12_TEST_TEXT:
        set_value(listeners, X12_TEST_TEXT, test->slot, (int64_t)x12_hash(t), 0);
        return;
    }
    if (yes)
        set_mark(listeners, test->slot);
}

static inline void
find_spans(const struct x12_situations *table, const struct x12_situation_look *look,
           const struct listeners *listeners, uint64_t code)
{
    const struct x12_situation_span *spans = &table->spans[look->first_span];
    const uint64_t key = __builtin_bswap64(code);
    for (unsigned i = 0; i < look->span_count; i++)
        if (spans[i].low <= key && key <= spans[i].high)
            set_mark(listeners, spans[i].mark);
}

static inline void
ask_all(const struct x12_situations *table, const struct x12_situation_look *look,
        const struct listeners *listeners, struct text t)
{
    if (t.length == 0)
        return;
    for (unsigned i = 0; i < look->test_count; i++)
        ask(&table->tests[look->first_test + i], listeners, t);
    if (look->code_count + look->span_count == 0)
        return;
    const struct x12_situation_code *codes = &table->codes[look->first_code];
    const uint64_t code = x12_code(t);
    find_spans(table, look, listeners, code);
    unsigned low = 0, high = look->code_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (codes[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < look->code_count && codes[low].code == code; low++)
        set_mark(listeners, codes[low].mark);
}

/* The components of one element, kept for the looks that follow: they come by element. */
enum { COMPONENTS = 9 };
struct split {
    unsigned element, count;
    struct text components[COMPONENTS];
};

static void
split_element(const struct x12_check *check, struct split *split, unsigned element)
{
    struct text rest = x12_element(check->segment, element);
    if (split->element == element)
        return;
    split->element = element;
    split->count = 0;
    while (rest.length > 0 && split->count < COMPONENTS)
        split->components[split->count++] = text_cut(rest, check->reader.delimiters.component, &rest);
}

static void
look_at(const struct x12_check *check, struct split *split, const struct x12_situation_look *look,
        const struct listeners *listeners)
{
    const struct x12_situations *table = check->state->situations;
    for (unsigned e = look->first_element; e <= look->last_element && e <= check->segment->element_count;
         e++) {
        if (look->first_component == 0) {
            ask_all(table, look, listeners, x12_element(check->segment, e));
            continue;
        }
        split_element(check, split, e);
        for (unsigned c = look->first_component; c <= look->last_component && c <= split->count; c++)
            ask_all(table, look, listeners, split->components[c - 1]);
    }
}

static inline bool
has_bit(const uint64_t *bits, unsigned at)
{
    return (bits[at / 64] >> at % 64 & 1) != 0;
}

/* Whether two values stand to each other so; never when one of them is not there. */
static bool
compare(const struct x12_check *check, const struct x12_situation_term *term)
{
    const struct x12_situation_record *records = check->state->situation_records, *of = &records[term->scope];
    int64_t a, b = check->options.today;
    if (!has_bit(of->filled, term->slot))
        return false;
    a = term->last ? of->values[term->slot].last : of->values[term->slot].first;
    if (term->other_scope != X12_SCOPE_COUNT) {
        const struct x12_situation_record *other = &records[term->other_scope];
        if (!has_bit(other->filled, term->other_slot))
            return false;
        b = term->other_last ? other->values[term->other_slot].last : other->values[term->other_slot].first;
    } else if (b == 0) {
        return false;
    }
    const int64_t distance = term->years * INT64_C(10000); /* of dates written as yyyymmdd */
    if (term->kind == X12_TERM_SAME)
        return a == b;
    return term->kind == X12_TERM_BEFORE ? a + distance < b : a > b + distance;
}

static inline bool
holds(const struct x12_check *check, const struct x12_situation_term *term)
{
    const struct x12_situation_record *record = &check->state->situation_records[term->scope];
    bool so = false;
    switch ((enum x12_term_kind)term->kind) {
    case X12_TERM_MARK:
        so = has_bit(record->seen, term->slot);
        break;
    case X12_TERM_TWICE:
        so = has_bit(record->twice, term->slot);
        break;
    case X12_TERM_BEFORE:
    case X12_TERM_AFTER:
    case X12_TERM_SAME:
        so = compare(check, term);
        break;
    }
    return so != (term->negated != 0);
}

static bool
breaks(const struct x12_check *check, const struct x12_situation *rule)
{
    const struct x12_situation_term *terms = &check->state->situations->terms[rule->when];
    for (unsigned i = 0; i < rule->when_count; i++)
        if (!holds(check, &terms[i]))
            return false;
    for (unsigned i = rule->when_count; i < rule->when_count + (unsigned)rule->must_count; i++)
        if (holds(check, &terms[i]))
            return false;
    return true;
}

static void
judge_segment(struct x12_check *check, const struct x12_situation_place *place)
{
    const struct x12_situations *table = check->state->situations;
    for (unsigned i = 0; i < place->rule_count; i++) {
        const struct x12_situation *rule = &table->rules[table->place_rules[place->first_rule + i]];
        if (breaks(check, rule))
            x12_emit(check, rule->finding, rule->element, 0, "21",
                     rule->element > 0 ? x12_element(check->segment, rule->element) : (struct text){0}, true);
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
    struct x12_situation_record *records = state->situation_records;
    const struct listeners of_scope = {{&records[place->scope], &records[X12_SCOPE_CLAIM]},
                                       place->scope > X12_SCOPE_CLAIM ? 2 : 1};
    const struct listeners of_segment = {{&records[X12_SCOPE_SEGMENT], NULL}, 1};
    if (place->mark != X12_SITUATION_NO_MARK)
        set_mark(&of_scope, place->mark);
    if (place->rule_count > 0)
        clear(&records[X12_SCOPE_SEGMENT], table->own_mark_count);
    struct split split;
    split.element = split.count = 0;
    for (unsigned i = 0; i < place->look_count; i++) {
        const struct x12_situation_look *look = &table->looks[place->first_look + i];
        look_at(check, &split, look, look->own ? &of_segment : &of_scope);
    }
    if (place->rule_count > 0)
        judge_segment(check, place);
}

/* The rules of one list, at the first segment of their scope. */
static void
judge_list(struct x12_check *check, const struct x12_anchor *anchor, unsigned first)
{
    const struct x12_situations *table = check->state->situations;
    const unsigned count = table->triggered[first];
    for (unsigned i = 1; i <= count; i++) {
        const struct x12_situation *rule = &table->rules[table->triggered[first + i]];
        if (breaks(check, rule))
            x12_emit_at(check, anchor, rule->finding, rule->loop, 0, rule->code == NULL ? "21" : rule->code, text_from(rule->row), false);
    }
}

void
x12_situations_close(struct x12_check *check, uint16_t loop)
{
    const struct x12_situations *table = check->state->situations;
    const unsigned scope = scope_of(table, loop), words = (table->mark_count + 63u) / 64;
    if (scope < X12_SCOPE_CLAIM || scope == X12_SCOPE_COUNT)
        return;
    const struct x12_situation_record *record = &check->state->situation_records[scope];
    const struct x12_anchor *anchor = &check->state->situation_anchors[scope];
    const uint64_t *masks = &table->trigger_masks[(scope - X12_SCOPE_CLAIM) * words];
    const uint16_t *triggers = &table->triggers[(scope - X12_SCOPE_CLAIM) * (table->mark_count + 1u)];
    for (unsigned word = 0; word < words; word++)
        for (uint64_t set = record->seen[word] & masks[word]; set != 0; set &= set - 1)
            judge_list(check, anchor, triggers[word * 64 + (unsigned)__builtin_ctzll(set)]);
    judge_list(check, anchor, triggers[table->mark_count]);
}
