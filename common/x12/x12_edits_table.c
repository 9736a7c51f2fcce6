/* A payer's rules behind those of the guide, in one table. */
#include "common/x12/x12_edits_row.h"
#include "schemas/findings.h"

enum { VALUES_MAX = 255, CODES_MAX = 60000 };

/* The table that is being made: the members of x12_situations, open for writing. */
struct table {
    struct arena *arena;
    const struct x12_guide *guide;
    uint8_t *slots;
    struct x12_situation_place *places;
    struct x12_situation_value *values;
    uint64_t *codes;
    struct x12_situation_term *terms;
    struct x12_situation *rules;
    size_t place_count, value_count, value_slots, code_count, term_count, rule_count;
    struct text *wrong;
};

enum x12_scope
x12_edit_scope(struct text loop)
{
    static const struct {
        const char *head;
        enum x12_scope scope;
    } heads[] = {{"2000A", X12_SCOPE_BILLING}, {"2010A", X12_SCOPE_BILLING}, {"2000B", X12_SCOPE_SUBSCRIBER},
                 {"2010B", X12_SCOPE_SUBSCRIBER}, {"2000C", X12_SCOPE_PATIENT}, {"2010C", X12_SCOPE_PATIENT},
                 {"2300", X12_SCOPE_CLAIM}, {"2310", X12_SCOPE_CLAIM}, {"232", X12_SCOPE_PAYER}, {"233", X12_SCOPE_PAYER},
                 {"24", X12_SCOPE_LINE}, {"ST", X12_SCOPE_SET}, {"1000", X12_SCOPE_SET}};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (text_starts(loop, text_from(heads[i].head)))
            return heads[i].scope;
    return X12_SCOPE_COUNT;
}

static void
count(struct table *table, const struct x12_situations *from)
{
    for (uint16_t i = 0; i < table->guide->place_count; i++)
        if (from->slots[i] > table->place_count)
            table->place_count = from->slots[i];
    for (size_t i = 1; i <= table->place_count; i++)
        table->value_count += from->places[i].value_count;
    for (size_t i = 0; i < table->value_count; i++)
        if (from->values[i].slot >= table->value_slots)
            table->value_slots = from->values[i].slot + 1u;
    table->rule_count = from->rule_count;
    for (size_t i = 0; i < from->rule_count; i++) {
        size_t must = (size_t)from->rules[i].must + from->rules[i].must_count;
        size_t when = (size_t)from->rules[i].when + from->rules[i].when_count;
        table->term_count = must > table->term_count ? must : table->term_count;
        table->term_count = when > table->term_count ? when : table->term_count;
    }
    for (size_t i = 0; i < table->term_count; i++) {
        size_t end = (size_t)from->terms[i].first_code + from->terms[i].code_count;
        table->code_count = end > table->code_count ? end : table->code_count;
    }
}

#define COPIED(arena, type, from, used, room) ((type *)copied((arena), (from), sizeof(type) * (used), sizeof(type) * (room)))

static void *
copied(struct arena *arena, const void *from, size_t used, size_t room)
{
    void *to = arena_take(arena, room);
    memcpy(to, from, used);
    return to;
}

static struct x12_situations *
closed(const struct table *table, const uint16_t *loops)
{
    struct x12_situations *made = arena_take(table->arena, sizeof *made);
    *made = (struct x12_situations){table->guide, table->slots, table->places, table->values, table->codes, table->terms, table->rules,
                                    table->rule_count, loops};
    return made;
}

/* A copy of the table with room for one more rule and all that it may name. */
static struct table
opened(struct arena *arena, const struct x12_guide *guide, const struct x12_situations *from, const struct x12_edit *edit)
{
    struct table table = {.arena = arena, .guide = guide};
    const size_t terms = edit == NULL ? 0 : (size_t)edit->must_count + edit->when_count;
    size_t codes = 0;
    for (size_t i = 0; i < terms; i++)
        codes += edit->terms[i].codes.length + 2;
    count(&table, from);
    table.slots = COPIED(arena, uint8_t, from->slots, guide->place_count, guide->place_count);
    table.places = COPIED(arena, struct x12_situation_place, from->places, table.place_count + 1, table.place_count + 1 + terms);
    table.values = COPIED(arena, struct x12_situation_value, from->values, table.value_count, table.value_count + terms * 9);
    table.codes = COPIED(arena, uint64_t, from->codes, table.code_count, table.code_count + codes);
    table.terms = COPIED(arena, struct x12_situation_term, from->terms, table.term_count, table.term_count + terms);
    table.rules = COPIED(arena, struct x12_situation, from->rules, table.rule_count, table.rule_count + (terms > 0));
    return table;
}

static const char *
slot_of(struct table *table, const struct x12_place *place, enum x12_scope scope, uint8_t *slot)
{
    if (table->slots[place->number] == 0) {
        if (table->place_count + 1 >= X12_SITUATION_PLACES)
            return "too many places in the edits of this guide; allowed: 255 with those of the guide's own rules";
        table->slots[place->number] = (uint8_t)++table->place_count;
        table->places[table->place_count] = (struct x12_situation_place){.scope = (uint8_t)scope};
    }
    *slot = table->slots[place->number];
    return NULL;
}

/* Values of a place stand together, by element and component. */
static void
insert_value(struct table *table, struct x12_situation_place *place, struct x12_situation_value value)
{
    size_t at = place->value_count == 0 ? table->value_count : place->first_value, end = at + place->value_count;
    if (place->value_count == 0)
        place->first_value = (uint8_t)at;
    while (at < end && (table->values[at].element < value.element ||
                        (table->values[at].element == value.element && table->values[at].component <= value.component)))
        at++;
    memmove(&table->values[at + 1], &table->values[at], (table->value_count - at) * sizeof *table->values);
    table->values[at] = value;
    table->value_count++;
    place->value_count++;
    for (size_t i = 1; i <= table->place_count; i++)
        if (&table->places[i] != place && table->places[i].value_count > 0 && table->places[i].first_value >= at)
            table->places[i].first_value++;
}

static const char *
add_values(struct table *table, uint8_t place, const struct x12_edit_term *term, uint8_t *first)
{
    const unsigned last = term->last;
    if (table->value_slots + (last - term->first) >= X12_SITUATION_VALUES || table->value_count + (last - term->first) >= VALUES_MAX)
        return "too many values in the edits of this guide";
    *first = (uint8_t)table->value_slots;
    for (unsigned component = term->first; component <= last; component++) {
        struct x12_situation_value value = {term->element, (uint8_t)component, (uint8_t)table->value_slots++};
        insert_value(table, &table->places[place], value);
    }
    return NULL;
}

static const char *
add_codes(struct table *table, const struct x12_edit_term *term, struct x12_situation_term *to)
{
    bool spans;
    uint16_t given;
    const uint64_t *codes = x12_edit_codes(table->arena, term->codes, &spans, &given);
    if (codes == NULL)
        return "no codes; allowed: codes of 1 to 8 characters or spans A..B, separated by commas";
    if (table->code_count + given > CODES_MAX)
        return "too many codes in the edits of this guide";
    to->kind = spans ? term->negated ? X12_TERM_NOT_IN : X12_TERM_IN : term->negated ? X12_TERM_IS_NOT : X12_TERM_IS;
    to->first_code = (uint16_t)table->code_count;
    to->code_count = given;
    to->low = UINT64_MAX;
    for (uint16_t i = 0; i < given; i++) {
        uint64_t key = spans ? codes[i] : __builtin_bswap64(codes[i]);
        to->low = key < to->low ? key : to->low;
        to->high = key > to->high ? key : to->high;
        table->codes[table->code_count++] = codes[i];
    }
    return NULL;
}

/* As the generator of the guides' own rules has it (scripts/generate-x12-situations). */
static const char *
add_term(struct table *table, enum x12_scope scope, const struct x12_edit_term *term)
{
    struct text rest, loop = text_cut(term->name, '/', &rest);
    const struct x12_place *place = x12_guide_place(table->guide, term->name);
    const enum x12_scope of = x12_edit_scope(loop);
    struct x12_situation_term *to = &table->terms[table->term_count++];
    *to = (struct x12_situation_term){.kind = term->negated ? X12_TERM_ABSENT : X12_TERM_PRESENT, .slots = 1};
    *table->wrong = term->name;
    if (of == X12_SCOPE_COUNT)
        return "the place is in no loop that rules look at";
    if (scope == X12_SCOPE_PAYER && of == X12_SCOPE_LINE)
        return "the lines come behind the other payers; allowed: judge it in 2300 or 2400";
    if (scope != X12_SCOPE_CLAIM && of > scope)
        return "the place does not stand in that loop nor above it";
    to->scope = (uint8_t)(of > scope ? scope : of);
    uint8_t slot = 0;
    const char *fault = slot_of(table, place, of, &slot);
    if (fault != NULL || term->element == 0) {
        to->slot = slot;
        return fault;
    }
    if (of > scope)
        return "a value inside the loop that is judged is one of many; allowed: judge it in 2320 or 2400";
    fault = add_values(table, slot, term, &to->slot);
    to->slots = (uint8_t)(term->last - term->first + 1);
    if (fault != NULL)
        return fault;
    if (term->codes.length > 0)
        return add_codes(table, term, to);
    to->kind = term->negated ? X12_TERM_EMPTY : X12_TERM_FILLED;
    return NULL;
}

static const struct x12_situations *
own_rules(const struct x12_guide *guide)
{
    for (size_t i = 0; i < x12_situations_count; i++)
        if (x12_situations_all[i].guide == guide)
            return &x12_situations_all[i];
    return NULL;
}

const char *
x12_edit_add(struct x12_edits *edits, unsigned guide, const struct x12_edit *edit, struct text *wrong)
{
    static const char *const loops[X12_SCOPE_COUNT] = {
        [X12_SCOPE_CLAIM] = "2300", [X12_SCOPE_PAYER] = "2320", [X12_SCOPE_LINE] = "2400"};
    const struct x12_guide *of = edits->guides[guide].guide;
    const struct x12_situations *before = edits->guides[guide].rules != NULL ? edits->guides[guide].rules : own_rules(of);
    struct table table = opened(edits->scratch, of, before, edit);
    table.wrong = wrong;
    const uint16_t must = (uint16_t)table.term_count;
    for (unsigned i = 0; i < (unsigned)edit->must_count + edit->when_count; i++) {
        const char *fault = add_term(&table, edit->scope, &edit->terms[i]);
        if (fault != NULL)
            return fault;
    }
    table.rules[table.rule_count++] = (struct x12_situation){
        .finding = edit->verb == X12_EDIT_NEED ? FINDING_X12_PAYER_NEEDS : FINDING_X12_PAYER_FORBIDS,
        .scope = (uint8_t)edit->scope,
        .loop = loops[edit->scope],
        .when = (uint16_t)(must + edit->must_count),
        .when_count = edit->when_count,
        .must = must,
        .must_count = edit->must_count,
        .row = edit->row,
    };
    edits->guides[guide].rules = closed(&table, before->loops);
    return NULL;
}

void
x12_edit_settle(struct x12_edits *edits, unsigned guide)
{
    const struct x12_situations *grown = edits->guides[guide].rules;
    if (grown == NULL)
        return;
    const struct table table = opened(&edits->arena, grown->guide, grown, NULL);
    edits->guides[guide].rules = closed(&table, grown->loops);
}
