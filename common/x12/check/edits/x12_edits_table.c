/* A payer's rules behind those of the guide, in one table (x12_situations.h). */
#include "common/x12/check/edits/x12_edits_row.h"

enum { CODES_MAX = 60000, PLACES_MAX = 256 };

struct room {
    size_t count, room;
};

/* The table that is being made: the members of x12_situations that grow. */
struct x12_edit_table {
    struct arena *arena;
    const struct x12_situations *own; /* of the guide */
    uint8_t *slots;
    struct x12_situation_place *places; /* [0] is none */
    struct x12_situation_look *looks;
    struct x12_situation_code *codes;
    struct x12_situation_test *tests;
    struct x12_situation_span *spans;
    struct x12_situation_term *terms;
    struct x12_situation *rules;
    struct room places_room, looks_room, codes_room, tests_room, spans_room, terms_room, rules_room;
    size_t mark_count;
    uint8_t scopes[X12_EDITS_LIMIT]; /* of the payer's rules */
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

static size_t
larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The tables of a guide do not say how long they are; what points into them does. */
static void
count(struct x12_edit_table *table)
{
    const struct x12_situations *own = table->own;
    table->places_room.count = 1;
    for (uint16_t i = 0; i < own->guide->place_count; i++)
        table->places_room.count = larger(table->places_room.count, own->slots[i] + 1u);
    for (size_t i = 1; i < table->places_room.count; i++)
        table->looks_room.count = larger(table->looks_room.count, (size_t)own->places[i].first_look + own->places[i].look_count);
    for (size_t i = 0; i < table->looks_room.count; i++) {
        const struct x12_situation_look *look = &own->looks[i];
        table->codes_room.count = larger(table->codes_room.count, (size_t)look->first_code + look->code_count);
        table->tests_room.count = larger(table->tests_room.count, (size_t)look->first_test + look->test_count);
        table->spans_room.count = larger(table->spans_room.count, (size_t)look->first_span + look->span_count);
    }
    table->rules_room.count = own->rule_count;
    for (size_t i = 0; i < own->rule_count; i++)
        table->terms_room.count =
            larger(table->terms_room.count, (size_t)own->rules[i].when + own->rules[i].when_count + own->rules[i].must_count);
    table->mark_count = own->mark_count;
}

static void *
copied(struct arena *arena, const void *from, size_t used, size_t room)
{
    void *to = arena_take(arena, room);
    memcpy(to, from, used);
    return to;
}

static void *
with_room(struct arena *arena, void *items, size_t each, struct room *room, size_t more)
{
    if (room->count + more <= room->room)
        return items;
    room->room = 2 * (room->count + more);
    return copied(arena, items, room->count * each, room->room * each);
}

/* So many more items of a list may be written behind its count. */
#define MAKE_ROOM(table, list, more) \
    ((table)->list = with_room((table)->arena, (table)->list, sizeof *(table)->list, &(table)->list##_room, (more)))
#define COPY(arena, from, count) copied((arena), (from), sizeof *(from) * (count), sizeof *(from) * (count))
#define OPEN(table, list) \
    ((table)->list = COPY((table)->arena, (table)->own->list, (table)->list##_room.count), \
     (table)->list##_room.room = (table)->list##_room.count)

static struct x12_edit_table *
opened(struct arena *arena, const struct x12_situations *own)
{
    struct x12_edit_table *table = arena_take(arena, sizeof *table);
    table->arena = arena;
    table->own = own;
    count(table);
    table->slots = COPY(arena, own->slots, own->guide->place_count);
    OPEN(table, places);
    OPEN(table, looks);
    OPEN(table, codes);
    OPEN(table, tests);
    OPEN(table, spans);
    OPEN(table, terms);
    OPEN(table, rules);
    return table;
}

static const char *
slot_of(struct x12_edit_table *table, const struct x12_place *place, enum x12_scope scope, uint8_t *slot)
{
    if (table->slots[place->number] == 0) {
        if (table->places_room.count >= PLACES_MAX)
            return "too many places in the edits of this guide; allowed: 255 with those of the guide's own rules";
        MAKE_ROOM(table, places, 1);
        table->places[table->places_room.count] = (struct x12_situation_place){
            .scope = (uint8_t)scope, .mark = X12_SITUATION_NO_MARK, .first_look = (uint16_t)table->looks_room.count};
        table->slots[place->number] = (uint8_t)table->places_room.count++;
    }
    *slot = table->slots[place->number];
    return NULL;
}

static const char *
new_mark(struct x12_edit_table *table, uint16_t *mark)
{
    if (table->mark_count >= X12_SITUATION_MARKS)
        return "too many terms in the edits of this guide";
    *mark = (uint16_t)table->mark_count++;
    return NULL;
}

/* The looks of a place stand together: one more behind its last, and those of other places move on. */
static void
insert_look(struct x12_edit_table *table, struct x12_situation_place *place, const struct x12_situation_look *look)
{
    const size_t at = (size_t)place->first_look + place->look_count;
    MAKE_ROOM(table, looks, 1);
    memmove(&table->looks[at + 1], &table->looks[at], (table->looks_room.count - at) * sizeof *table->looks);
    table->looks[at] = *look;
    table->looks_room.count++;
    place->look_count++;
    for (size_t i = 1; i < table->places_room.count; i++)
        if (&table->places[i] != place && table->places[i].first_look >= at)
            table->places[i].first_look++;
}

/* The look's codes or spans give the mark. */
static const char *
add_codes(struct x12_edit_table *table, const struct x12_edit_term *term, uint16_t mark, struct x12_situation_look *look)
{
    bool spans;
    uint16_t given;
    const uint64_t *codes = x12_edit_codes(table->arena, term->codes, &spans, &given);
    if (codes == NULL)
        return "no codes; allowed: codes of 1 to 8 characters or spans A..B, separated by commas";
    if (table->codes_room.count + given > CODES_MAX || table->spans_room.count + given > CODES_MAX)
        return "too many codes in the edits of this guide";
    MAKE_ROOM(table, codes, given);
    MAKE_ROOM(table, spans, given);
    look->first_code = (uint16_t)table->codes_room.count;
    look->first_span = (uint16_t)table->spans_room.count;
    for (uint16_t i = 0; !spans && i < given; i++)
        table->codes[table->codes_room.count++] = (struct x12_situation_code){codes[i], mark};
    for (uint16_t i = 0; spans && i + 1 < given; i += 2)
        table->spans[table->spans_room.count++] = (struct x12_situation_span){codes[i], codes[i + 1], mark};
    look->code_count = (uint16_t)(table->codes_room.count - look->first_code);
    look->span_count = (uint16_t)(table->spans_room.count - look->first_span);
    return NULL;
}

static void
add_filled(struct x12_edit_table *table, uint16_t mark, struct x12_situation_look *look)
{
    MAKE_ROOM(table, tests, 1);
    look->first_test = (uint16_t)table->tests_room.count;
    look->test_count = 1;
    table->tests[table->tests_room.count++] = (struct x12_situation_test){.kind = X12_TEST_FILLED, .slot = mark};
}

static const char *
add_value(struct x12_edit_table *table, uint8_t slot, const struct x12_edit_term *term, uint16_t *mark)
{
    struct x12_situation_look look = {.first_element = term->element, .last_element = term->element,
                                      .first_component = term->first, .last_component = term->last};
    const char *fault = new_mark(table, mark);
    if (fault == NULL && term->codes.length > 0)
        fault = add_codes(table, term, *mark, &look);
    else if (fault == NULL)
        add_filled(table, *mark, &look);
    if (fault == NULL)
        insert_look(table, &table->places[slot], &look);
    return fault;
}

/* As the generator of the guides' own rules has it (scripts/generate-x12-situations). */
static const char *
add_term(struct x12_edit_table *table, enum x12_scope scope, const struct x12_edit_term *term)
{
    struct text rest, loop = text_cut(term->name, '/', &rest);
    const struct x12_place *place = x12_guide_place(table->own->guide, term->name);
    const enum x12_scope of = x12_edit_scope(loop);
    uint8_t slot = 0;
    uint16_t mark = X12_SITUATION_NO_MARK;
    *table->wrong = term->name;
    if (of == X12_SCOPE_COUNT)
        return "the place is in no loop that rules look at";
    if (scope == X12_SCOPE_PAYER && of == X12_SCOPE_LINE)
        return "the lines come behind the other payers; allowed: judge it in 2300 or 2400";
    if (scope != X12_SCOPE_CLAIM && of > scope)
        return "the place does not stand in that loop nor above it";
    if (of > scope && term->element > 0)
        return "a value inside the loop that is judged is one of many; allowed: judge it in 2320 or 2400";
    const char *fault = slot_of(table, place, of, &slot);
    if (fault == NULL && term->element > 0)
        fault = add_value(table, slot, term, &mark);
    else if (fault == NULL && table->places[slot].mark == X12_SITUATION_NO_MARK)
        fault = new_mark(table, &table->places[slot].mark);
    if (fault != NULL)
        return fault;
    MAKE_ROOM(table, terms, 1);
    table->terms[table->terms_room.count++] = (struct x12_situation_term){
        .kind = X12_TERM_MARK,
        .negated = term->negated,
        .scope = (uint8_t)(of > scope ? scope : of),
        .other_scope = X12_SCOPE_COUNT,
        .slot = term->element > 0 ? mark : table->places[slot].mark,
    };
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

static const char *
add_terms(struct x12_edit_table *table, const struct x12_edit *edit, unsigned first, unsigned count)
{
    const char *fault = NULL;
    for (unsigned i = first; i < first + count && fault == NULL; i++)
        fault = add_term(table, edit->scope, &edit->terms[i]);
    return fault;
}

const char *
x12_edit_add(struct x12_edits *edits, unsigned guide, const struct x12_edit *edit, struct text *wrong)
{
    static const char *const loops[X12_SCOPE_COUNT] = {
        [X12_SCOPE_CLAIM] = "2300", [X12_SCOPE_PAYER] = "2320", [X12_SCOPE_LINE] = "2400"};
    if (edits->guides[guide].table == NULL)
        edits->guides[guide].table = opened(edits->scratch, own_rules(edits->guides[guide].guide));
    struct x12_edit_table *table = edits->guides[guide].table;
    const uint16_t first = (uint16_t)table->terms_room.count;
    table->wrong = wrong;
    const char *fault = add_terms(table, edit, edit->must_count, edit->when_count);
    if (fault == NULL)
        fault = add_terms(table, edit, 0, edit->must_count);
    if (fault != NULL)
        return fault;
    MAKE_ROOM(table, rules, 1);
    table->scopes[table->rules_room.count - table->own->rule_count] = (uint8_t)edit->scope;
    table->rules[table->rules_room.count++] = (struct x12_situation){
        .finding = x12_edit_finding(edit),
        .loop = loops[edit->scope],
        .when = first,
        .when_count = edit->when_count,
        .must_count = edit->must_count,
        .row = edit->row,
        .code = edit->code,
    };
    return NULL;
}

/* What the guide's rules hang on, for as many marks as there are now. The payer's hang on none: they are judged whenever their
 * scope ends, behind those of the guide that hang on none. */
static void
hang(const struct x12_edit_table *table, struct arena *arena, struct x12_situations *made)
{
    enum { SCOPES = X12_SCOPE_LINE - X12_SCOPE_CLAIM + 1 };
    const struct x12_situations *own = table->own;
    const size_t old_row = own->mark_count + 1u, row = table->mark_count + 1, old_words = (own->mark_count + 63u) / 64,
                 words = (table->mark_count + 63) / 64, rules = table->rules_room.count - own->rule_count;
    size_t length = 1;
    for (size_t i = 0; i < SCOPES * old_row; i++)
        length = larger(length, (size_t)own->triggers[i] + own->triggered[own->triggers[i]] + 1);
    uint16_t *triggered = arena_take(arena, sizeof *triggered * (length + SCOPES * (own->rule_count + 1u) + rules));
    uint16_t *triggers = ARENA_ARRAY(arena, uint16_t, SCOPES * row);
    uint64_t *masks = ARENA_ARRAY(arena, uint64_t, SCOPES * (words + 1));
    memcpy(triggered, own->triggered, length * sizeof *triggered);
    for (size_t scope = 0; scope < SCOPES; scope++) {
        const uint16_t *always = &own->triggered[own->triggers[scope * old_row + own->mark_count]];
        uint16_t *list = &triggered[length];
        memcpy(&masks[scope * words], &own->trigger_masks[scope * old_words], old_words * sizeof *masks);
        memcpy(&triggers[scope * row], &own->triggers[scope * old_row], own->mark_count * sizeof *triggers);
        triggers[scope * row + table->mark_count] = (uint16_t)length;
        memcpy(list, always, (always[0] + 1u) * sizeof *list);
        for (size_t i = 0; i < rules; i++)
            if (table->scopes[i] == scope + X12_SCOPE_CLAIM)
                list[++list[0]] = (uint16_t)(own->rule_count + i);
        length += list[0] + 1u;
    }
    made->trigger_masks = masks;
    made->triggers = triggers;
    made->triggered = triggered;
}

void
x12_edit_settle(struct x12_edits *edits, unsigned guide)
{
    const struct x12_edit_table *table = edits->guides[guide].table;
    struct arena *arena = &edits->arena;
    if (table == NULL)
        return;
    struct x12_situations *made = arena_take(arena, sizeof *made);
    *made = *table->own;
    made->slots = COPY(arena, table->slots, made->guide->place_count);
    made->places = COPY(arena, table->places, table->places_room.count);
    made->looks = COPY(arena, table->looks, table->looks_room.count);
    made->codes = COPY(arena, table->codes, table->codes_room.count);
    made->tests = COPY(arena, table->tests, table->tests_room.count);
    made->spans = COPY(arena, table->spans, table->spans_room.count);
    made->terms = COPY(arena, table->terms, table->terms_room.count);
    made->rules = COPY(arena, table->rules, table->rules_room.count);
    made->rule_count = (uint16_t)table->rules_room.count;
    made->mark_count = (uint16_t)table->mark_count;
    hang(table, arena, made);
    edits->guides[guide].rules = made;
    edits->guides[guide].table = NULL;
}
