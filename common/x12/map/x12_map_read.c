#include "common/x12/map/x12_map_reading.h"

#include "common/date/date.h"
#include "common/money/money.h"
#include "common/text/text_word.h"
#include "common/x12/x12_composite.h"

/* Decimal with at most three places that count, in thousandths. */
static bool
parse_milli(struct text t, int64_t *milli)
{
    static const int64_t milli_of[] = {1000, 100, 10, 1};
    struct text_decimal quick;
    if (text_short_decimal(t, &quick) && quick.places <= 3) {
        *milli = (int64_t)quick.number * milli_of[quick.places];
        return true;
    }
    bool minus = t.length > 0 && t.data[0] == '-';
    int64_t number = 0;
    int places = -1;
    unsigned digits = 0;
    for (size_t i = minus; i < t.length; i++) {
        char c = t.data[i];
        if (c == '.' && places < 0) {
            places = 0;
        } else if (c >= '0' && c <= '9') {
            digits++;
            if (places >= 3) {
                if (c != '0')
                    return false;
                continue;
            }
            if (number > INT64_C(99999999999999))
                return false;
            number = number * 10 + (c - '0');
            places += places >= 0;
        } else {
            return false;
        }
    }
    for (places = places < 0 ? 0 : places; places < 3; places++)
        number *= 10;
    *milli = minus ? -number : number;
    return digits > 0;
}

static inline void
set_text(const struct reading *reading, const struct x12_map_op *op, char *field, struct text t)
{
    if (t.length > op->bound) {
        x12_map_say(reading, op->element, op->component, "longer than its field");
        return;
    }
    if (reading->copied) {
        char *copy = arena_take_raw(reading->arena, t.length);
        memcpy(copy, t.data, t.length);
        t.data = copy;
    }
    *(struct text *)(void *)field = t;
}

static inline void
set_date(const struct reading *reading, const struct x12_map_op *op, char *field, struct text t)
{
    if (!date_parse(t, (int32_t *)(void *)field))
        x12_map_say(reading, op->element, op->component, "no date");
}

static void
set_period(struct reading *reading, const struct x12_map_op *op, char *base, unsigned element)
{
    struct text format = x12_element(reading->segment, element),
                t = x12_element(reading->segment, element + 1);
    if (text_is(format, "D8")) {
        set_date(reading, op, base + op->offset, t);
    } else if (text_is(format, "RD8") && t.length == 17 && t.data[8] == '-') {
        set_date(reading, op, base + op->offset, text_of(t.data, 8));
        set_date(reading, op, base + op->second, text_of(t.data + 9, 8));
    } else {
        x12_map_say(reading, element, 0, "no date or period of dates");
    }
}

static void
set_rest(struct reading *reading, const struct x12_map_op *op, char *field)
{
    const struct x12_segment *segment = reading->segment;
    unsigned last =
        op->component == 0 || op->component > segment->element_count ? segment->element_count : op->component;
    if (last < op->element || (op->component == 0 && segment->overflow))
        return;
    const char *start = segment->elements[op->element].data;
    const char *end = segment->elements[last].data + segment->elements[last].length;
    char *out = arena_take_raw(reading->arena, (size_t)(end - start));
    struct text rest = x12_map_carried_text(reading->reader, out, text_of(start, (size_t)(end - start)));
    if (rest.length > op->bound)
        x12_map_say(reading, op->element, 0, "longer than its field");
    else if (rest.length > 0)
        *(struct text *)(void *)field = rest;
}

static void
set_moment(struct reading *reading, const struct x12_map_op *op, char *base, unsigned element)
{
    struct x12_map_op time = *op;
    struct text format = x12_element(reading->segment, element), t = x12_element(reading->segment, element + 1);
    time.bound = 4;
    if (text_is(format, "D8")) {
        set_date(reading, op, base + op->offset, t);
    } else if (text_is(format, "DT") && t.length == 12) {
        set_date(reading, op, base + op->offset, text_of(t.data, 8));
        set_text(reading, &time, base + op->second, text_of(t.data + 8, 4));
    } else {
        x12_map_say(reading, element, 0, "no date, or date and time");
    }
}

static void
set_dates(struct reading *reading, const struct x12_map_op *op, char *base, struct text t)
{
    if (t.length != 17 || t.data[8] != '-') {
        x12_map_say(reading, op->element, op->component, "no period of dates");
        return;
    }
    set_date(reading, op, base + op->offset, text_of(t.data, 8));
    set_date(reading, op, base + op->second, text_of(t.data + 9, 8));
}

/* One value into its field. False when the field cannot tell it from absence (a zero). */
static inline bool
set_value(struct reading *reading, const struct x12_map_op *op, char *base, struct text t)
{
    char *field = base + op->offset;
    uint64_t number;
    int64_t signed_number;
    switch ((enum x12_map_kind)op->kind) {
    case X12_MAP_TEXT:
        set_text(reading, op, field, t);
        return true;
    case X12_MAP_MONEY:
        if (!money_parse(t, &signed_number)) {
            x12_map_say(reading, op->element, op->component, "no amount");
            return true;
        }
        *(int64_t *)(void *)field = signed_number;
        return signed_number != 0 || op->always;
    case X12_MAP_MILLI:
        if (!parse_milli(t, &signed_number)) {
            x12_map_say(reading, op->element, op->component, "no quantity with at most three decimals");
            return true;
        }
        *(int64_t *)(void *)field = signed_number;
        return signed_number != 0 || op->always;
    case X12_MAP_NUMBER:
        if (!text_to_u64(t, &number) || (op->bound != 0 && number > op->bound)) {
            x12_map_say(reading, op->element, op->component, "no whole number, or one past its bound");
            return true;
        }
        *(uint64_t *)(void *)field = number;
        return number != 0 || op->always;
    case X12_MAP_DATE:
        set_date(reading, op, field, t);
        return true;
    case X12_MAP_DATES:
        set_dates(reading, op, base, t);
        return true;
    case X12_MAP_CONSTANT: /* of an item: another value leaves the segment carried */
        return !op->always || text_equal(t, reading->reader->map->constants[op->offset]);
    case X12_MAP_NONE:
    case X12_MAP_PERIOD:
    case X12_MAP_MOMENT:
    case X12_MAP_REST:
    case X12_MAP_COMPOSITE:
    case X12_MAP_KIND_COUNT:
        break;
    }
    return true;
}

/* The operations of the components of one element. False when a component is left that none of them names. */
static bool
set_components(struct reading *reading, const struct x12_map_op *composite, struct text element)
{
    const struct x12_map_op *op = composite + 1, *last = op + composite->component;
    struct x12_composite parts =
        x12_composite_of(reading->segment, element, reading->reader->delimiters.component);
    struct text part;
    bool all = true;
    for (unsigned n = 1; x12_composite_next(&parts, &part); n++) {
        if (op < last && op->component == n) {
            if (part.length > 0 && !set_value(reading, op, reading->reader->bases[op->base], part)) {
                if (op->kind == X12_MAP_CONSTANT)
                    all = false;
                else
                    x12_map_say(reading, op->element, op->component, "a zero that says nothing");
            }
            op++;
        } else if (part.length > 0) {
            all = false;
        }
    }
    return all;
}

/* One operation, but REST, on its element, which is not empty. */
static inline void
run_op(struct reading *reading, const struct x12_map_op *op, unsigned element)
{
    const struct text *t = &reading->segment->elements[element];
    char *base = reading->reader->bases[op->base];
    bool taken = true;
    if (op->kind == X12_MAP_TEXT)
        set_text(reading, op, base + op->offset, *t);
    else if (op->kind < X12_MAP_PERIOD)
        taken = set_value(reading, op, base, *t);
    else if (op->kind == X12_MAP_COMPOSITE)
        taken = set_components(reading, op, *t);
    else if (op->kind == X12_MAP_PERIOD)
        set_period(reading, op, base, element);
    else
        set_moment(reading, op, base, element);
    if (!taken)
        reading->left |= UINT64_C(1) << element;
}

/* All operations from `first` on. */
static void
run_in_row(struct reading *reading, unsigned first, unsigned count)
{
    const struct x12_map_op *op = &reading->reader->map->ops[first], *end = op + count;
    for (; op < end; op += op->kind == X12_MAP_COMPOSITE ? op->component + 1 : 1) {
        if (op->kind == X12_MAP_REST)
            set_rest(reading, op, (char *)reading->reader->bases[op->base] + op->offset);
        else if (op->kind > X12_MAP_NONE && (reading->segment->present >> op->element & 1) != 0)
            run_op(reading, op, op->element);
    }
}

/* The operations of the elements in `present`, which is moved down by `shift` elements (items of a group). */
static inline void
run_ops(struct reading *reading, const struct x12_map_op *ops, const uint8_t *at, uint64_t present, unsigned shift)
{
    for (uint64_t left = present; left != 0; left &= left - 1) {
        const unsigned n = (unsigned)__builtin_ctzll(left);
        run_op(reading, &ops[at[n]], n + shift);
    }
}

/* The items that one segment adds to a list. False when something is left: then none was added. */
static bool
run_items(struct reading *reading, const struct x12_map_place *rule)
{
    char *base = reading->reader->bases[rule->list.base];
    uint32_t *count = (uint32_t *)(void *)(base + rule->list.count_offset), before = *count;
    const uint64_t present = reading->segment->present;
    const struct x12_map *map = reading->reader->map;
    const uint64_t in_group = rule->group_by == 0 ? UINT64_MAX - 1 : (UINT64_C(2) << rule->group_by) - 2;
    for (unsigned group = 0; group < rule->group_times; group++) {
        const unsigned shift = rule->group_first + group * rule->group_by - 1u;
        const uint64_t here = present >> shift & in_group;
        if (here == 0) {
            if (present >> shift <= 1 && rule->group_by != 0)
                break; /* nor is anything behind it */
            if (rule->group_by != 0)
                continue;
        }
        char *item = x12_map_append(reading->arena, base, &rule->list);
        if (item == NULL) {
            x12_map_say(reading, shift + 1, 0, "more than the record can hold");
            break;
        }
        reading->reader->bases[X12_MAP_ITEM] = item;
        run_ops(reading, &map->ops[rule->head_first], &map->op_at[rule->head_reads.at], present & rule->head_reads.taken, 0);
        run_ops(reading, &map->ops[rule->item_first], &map->op_at[rule->item_reads.at], here & rule->item_reads.taken, shift);
    }
    if (reading->left != 0)
        *count = before;
    return reading->left == 0;
}

/* Into a list, or several elements into one field. */
static void
map_list(struct reading *reading, const struct x12_map_turn *turn)
{
    const struct x12_map_place *rule = turn->rule;
    const bool is_list = rule->list.item_size > 0;
    if (is_list && rule->count == 0) {
        if (!run_items(reading, rule))
            x12_map_carry_whole(reading, turn->loop);
        return;
    }
    if (rule->reads.in_row)
        run_in_row(reading, rule->first, rule->count);
    else
        run_ops(reading, turn->ops, turn->at, reading->segment->present & turn->taken, 0);
    if (is_list)
        run_items(reading, rule);
    else if (reading->left != 0)
        x12_map_carry_rest(reading, rule);
}

static inline void
map_segment(struct reading *reading, struct x12_map_turn *turn)
{
    const struct x12_segment *segment = reading->segment;
    const uint32_t stamp = reading->reader->stamps[turn->loop];
    if (segment->overflow || (turn->once && turn->stamp == stamp) || (turn->checked && !x12_map_constants_hold(reading, turn->rule))) {
        x12_map_carry_whole(reading, turn->loop);
        return;
    }
    turn->stamp = stamp;
    reading->left = segment->present & turn->unnamed;
    if (!turn->fields) {
        map_list(reading, turn);
        return;
    }
    run_ops(reading, turn->ops, turn->at, segment->present & turn->taken, 0);
    if (reading->left != 0)
        x12_map_carry_rest(reading, turn->rule);
}

/* What goes before a segment with which a loop begins or a record is handed out, or that is carried. False: that was all. */
static bool __attribute__((noinline))
prepare(struct reading *reading, const struct x12_map_turn *turn, const struct x12_step *step)
{
    struct x12_map_reader *reader = reading->reader;
    const struct x12_map_place *rule = turn->rule;
    if (turn->before != 0)
        x12_map_hand_out_all(reader, turn->before);
    if (step->opened)
        x12_map_open_loop(reader, reading, step->loop);
    if (reader->carry_loop != X12_NO_LOOP) {
        if (!reader->dropping)
            x12_map_carry_whole(reading, reader->layout.loops[reader->carry_loop].parent);
        return false;
    }
    if (rule->gives != 0)
        x12_map_begin_given(reader, rule);
    if (rule->kind == X12_MAP_PLACE_CARRIED)
        x12_map_carry_whole(reading, turn->loop);
    return rule->kind == X12_MAP_PLACE_MAPPED;
}

enum status
x12_map_step(struct x12_map_reader *reader, const struct x12_segment *segment, const struct x12_step *step)
{
    for (unsigned i = 0; i < step->closed_count; i++)
        x12_map_close_loop(reader, step->closed[i]);
    const struct x12_place *at = step->place;
    if (at == NULL || reader->failed != STATUS_OK)
        return reader->failed;
    struct x12_map_turn *turn = &reader->turns[at->number];
    struct reading reading = {
        .reader = reader,
        .segment = segment,
        .at = at,
        .arena = &reader->arenas[turn->level],
        .level = turn->level,
        .copied = turn->copied,
    };
    const bool plain = turn->plain && !step->opened && reader->carry_loop == X12_NO_LOOP;
    if (plain || prepare(&reading, turn, step))
        map_segment(&reading, turn);
    if (turn->gives != 0 && reader->carry_loop == X12_NO_LOOP) {
        reader->pending |= 1u << (turn->gives - 1);
        x12_map_hand_out(reader, turn->gives - 1u);
    }
    return reader->failed;
}
