#include "common/x12/map/x12_map.h"

#include "common/date/date.h"
#include "schemas/records/claim_body.h"

#include <assert.h>

enum { CARRIED_MAX = 512, NO_PLACE = 0xFFFF };

/* The carried segments of one list that belong into the loop being written, in the order of the list. */
struct carried_window {
    const struct carried_segment *items;
    uint32_t count, next;
    uint16_t places[CARRIED_MAX];
};

void
x12_map_writer_open(struct x12_map_writer *writer, const struct x12_map *map)
{
    *writer = (struct x12_map_writer){.map = map};
    x12_map_layout_make(map, &writer->layout);
}

static void
refuse(struct x12_map_writer *writer, const char *place, const char *what)
{
    if (writer->fault.place == NULL)
        writer->fault = (struct x12_map_fault){.place = place, .what = what};
}

static bool
failed(const struct x12_map_writer *writer)
{
    return writer->fault.place != NULL || x12_writer_status(writer->writer) != STATUS_OK;
}

/* Element n of a carried segment, n from 1. */
static struct text
carried_element(struct text segment, unsigned n)
{
    struct text element = text_cut(segment, X12_CARRIED_ELEMENT, &segment);
    for (; n > 0; n--)
        element = text_cut(segment, X12_CARRIED_ELEMENT, &segment);
    return element;
}

static bool
test_holds(const struct x12_place *place, struct text segment)
{
    if (place->test_element == 0)
        return true;
    struct text value = carried_element(segment, place->test_element);
    if (place->test_component > 0)
        value = x12_component(value, X12_CARRIED_COMPONENT, place->test_component);
    return x12_codes_hold(&place->test, x12_code(value));
}

/* The number of the place of a carried segment: its loop by name, in it the first place that fits. */
static uint16_t
find_place(const struct x12_guide *guide, const struct carried_segment *item)
{
    struct text segment = item->segment;
    if (segment.length > 0 && segment.data[0] == '+')
        segment = text_of(segment.data + 1, segment.length - 1);
    struct text rest, id = text_cut(segment, X12_CARRIED_ELEMENT, &rest);
    uint32_t code =
        id.length < 2 || id.length > 3 ? 0 : X12_ID(id.data[0], id.data[1], id.length == 3 ? id.data[2] : 0);
    for (uint16_t i = 0; i < guide->loop_count; i++) {
        const struct x12_loop *loop = &guide->loops[i];
        if (!text_is(item->loop, loop->name))
            continue;
        for (uint16_t child = 0; child < loop->child_count; child++) {
            const struct x12_place *place = &guide->places[loop->children[child].place];
            if (place->loop == i && place->segment == code && test_holds(place, segment))
                return place->number;
        }
    }
    return NO_PLACE;
}

/* The carried list of `loop`, as far as it belongs to it. */
static void
open_window(struct x12_map_writer *writer, uint16_t loop, struct carried_window *window)
{
    const struct x12_map_list *list = &writer->map->loops[loop].carried;
    const struct x12_map_loop_layout *layout = &writer->layout.loops[loop];
    const char *base = writer->bases[list->base];
    window->next = window->count = 0;
    if (base == NULL)
        return;
    window->items = *(struct carried_segment *const *)(const void *)(base + list->offset);
    window->count = *(const uint32_t *)(const void *)(base + list->count_offset);
    if (window->count > CARRIED_MAX) {
        refuse(writer, writer->map->guide->loops[loop].name, "more carried segments than can be written");
        window->count = 0;
    }
    for (uint32_t i = 0; i < window->count; i++) {
        uint16_t place = find_place(writer->map->guide, &window->items[i]);
        if (place == NO_PLACE)
            refuse(writer, writer->map->guide->loops[loop].name,
                   "a carried segment has no place in this guide");
        bool ours = place >= layout->first_place && place < layout->end_place;
        window->places[i] = ours ? place : (uint16_t)NO_PLACE;
    }
}

/* Writes what is carried for places before `end`. A rest that no mapped segment took is written as its
 * segment. */
static void
flush_carried(struct x12_map_writer *writer, uint16_t end)
{
    struct carried_window *window = writer->window;
    if (window == NULL)
        return;
    for (; window->next < window->count && !failed(writer); window->next++) {
        uint16_t place = window->places[window->next];
        if (place == NO_PLACE)
            continue;
        if (place >= end)
            return;
        struct text segment = window->items[window->next].segment;
        if (segment.data[0] == '+')
            segment = text_of(segment.data + 1, segment.length - 1);
        x12_writer_carried(writer->writer, segment);
    }
}

/* The rest carried for this place, empty when there is none; it is taken. */
static struct text
take_rest(struct x12_map_writer *writer, uint16_t place)
{
    struct carried_window *window = writer->window;
    if (window == NULL)
        return (struct text){0};
    while (window->next < window->count && window->places[window->next] == NO_PLACE)
        window->next++;
    if (window->next == window->count || window->places[window->next] != place)
        return (struct text){0};
    struct text segment = window->items[window->next].segment;
    if (segment.length == 0 || segment.data[0] != '+')
        return (struct text){0};
    window->next++;
    return text_of(segment.data + 1, segment.length - 1);
}

static const char *
field_of(const struct x12_map_writer *writer, const struct x12_map_op *op, const char *item)
{
    const char *base = op->base == X12_MAP_ITEM ? item : writer->bases[op->base];
    return base == NULL ? NULL : base + op->offset;
}

static bool
is_empty(const struct x12_map_writer *writer, const struct x12_map_op *op, const char *item)
{
    const char *field = field_of(writer, op, item);
    switch ((enum x12_map_kind)op->kind) {
    case X12_MAP_TEXT:
    case X12_MAP_REST:
        return field == NULL || ((const struct text *)(const void *)field)->length == 0;
    case X12_MAP_MONEY:
    case X12_MAP_MILLI:
    case X12_MAP_NUMBER:
        return field == NULL || *(const int64_t *)(const void *)field == 0;
    case X12_MAP_DATE:
    case X12_MAP_DATES:
    case X12_MAP_PERIOD:
    case X12_MAP_MOMENT:
        return field == NULL || *(const int32_t *)(const void *)field == 0;
    case X12_MAP_CONSTANT:
    case X12_MAP_NONE:
    case X12_MAP_COMPOSITE:
    case X12_MAP_KIND_COUNT:
        break;
    }
    return true;
}

static bool
any_field(const struct x12_map_writer *writer, unsigned first, unsigned count, const char *item)
{
    for (unsigned i = 0; i < count; i++)
        if (!is_empty(writer, &writer->map->ops[first + i], item))
            return true;
    return false;
}

static void
write_period(struct x12_writer *out, int32_t from, int32_t to)
{
    char text[18] = "", last[9];
    if (from == 0) {
        x12_writer_element(out, (struct text){0});
        x12_writer_element(out, (struct text){0});
        return;
    }
    date_print(from, text);
    if (to != 0) {
        text[8] = '-';
        memcpy(text + 9, date_print(to, last).data, 9);
    }
    x12_writer_element(out, to == 0 ? TEXT("D8") : TEXT("RD8"));
    x12_writer_element(out, text_from(text));
}

static void
write_moment(struct x12_writer *out, int32_t date, struct text time)
{
    char text[13] = "";
    if (date != 0)
        date_print(date, text);
    if (date != 0 && time.length == 4)
        memcpy(text + 8, time.data, 4);
    x12_writer_element(out, date == 0 ? (struct text){0} : text[8] == '\0' ? TEXT("D8") : TEXT("DT"));
    x12_writer_element(out, text_from(text));
}

/* One element; `rest` stands in where the field is empty. */
static void
write_value(struct x12_map_writer *writer, const struct x12_map_op *op, const char *item, struct text rest)
{
    struct x12_writer *out = writer->writer;
    const char *field = field_of(writer, op, item);
    bool empty = is_empty(writer, op, item);
    switch ((enum x12_map_kind)op->kind) {
    case X12_MAP_CONSTANT:
        x12_writer_element(out, writer->map->constants[op->offset]);
        return;
    case X12_MAP_TEXT:
        if (empty)
            break;
        x12_writer_element(out, *(const struct text *)(const void *)field);
        return;
    case X12_MAP_MONEY:
        if (empty && (!op->always || rest.length > 0 || field == NULL))
            break;
        x12_writer_money(out, *(const int64_t *)(const void *)field);
        return;
    case X12_MAP_MILLI:
        if (empty && (!op->always || rest.length > 0 || field == NULL))
            break;
        x12_writer_milli(out, *(const int64_t *)(const void *)field);
        return;
    case X12_MAP_NUMBER:
        if (empty && (!op->always || rest.length > 0 || field == NULL))
            break;
        x12_writer_number(out, *(const uint64_t *)(const void *)field);
        return;
    case X12_MAP_DATE:
        if (empty)
            break;
        x12_writer_date(out, *(const int32_t *)(const void *)field);
        return;
    case X12_MAP_NONE:
    case X12_MAP_PERIOD:
    case X12_MAP_MOMENT:
    case X12_MAP_DATES: /* stands in components */
    case X12_MAP_REST:
    case X12_MAP_COMPOSITE:
    case X12_MAP_KIND_COUNT:
        break;
    }
    if (rest.length > 0)
        x12_writer_carried_elements(out, rest);
    else
        x12_writer_element(out, (struct text){0});
}

enum { COMPONENT_BYTES = TEXT_DIGITS_BYTES };
_Static_assert(COMPONENT_BYTES >= 18, "two dates with a dash");

/* One component in words, in `buffer` where it has to be made; empty when the field is. A constant stands with what
 * follows it (D8 with its date). */
static struct text
component_text(const struct x12_map_writer *writer, const struct x12_map_op *op, const struct x12_map_op *end, const char *item,
               char buffer[COMPONENT_BYTES])
{
    const char *field = field_of(writer, op, item);
    bool last = op + 1 == end || op[1].kind == X12_MAP_CONSTANT;
    if (op->kind == X12_MAP_CONSTANT)
        return last || !is_empty(writer, &op[1], item) ? writer->map->constants[op->offset] : (struct text){0};
    if (is_empty(writer, op, item))
        return (struct text){0};
    if (op->kind == X12_MAP_TEXT)
        return *(const struct text *)(const void *)field;
    if (op->kind == X12_MAP_NUMBER)
        return text_digits(*(const uint64_t *)(const void *)field, buffer);
    if (op->kind == X12_MAP_DATE)
        return date_print(*(const int32_t *)(const void *)field, buffer);
    if (op->kind != X12_MAP_DATES)
        return (struct text){0};
    char second[9];
    date_print(*(const int32_t *)(const void *)field, buffer);
    buffer[8] = '-';
    memcpy(buffer + 9, date_print(*(const int32_t *)(const void *)(field - op->offset + op->second), second).data, 8);
    return text_of(buffer, 17);
}

/* A composite: its components by field, otherwise by what is carried of it. */
static void
write_composite(struct x12_map_writer *writer, const struct x12_map_op *composite, const char *item,
                struct text rest)
{
    struct x12_writer *out = writer->writer;
    const struct x12_map_op *op = composite + 1, *end = op + composite->component;
    unsigned last = end[-1].component;
    char buffer[COMPONENT_BYTES];
    for (unsigned n = 1; n <= last || rest.length > 0; n++) {
        struct text t = text_cut(rest, X12_CARRIED_COMPONENT, &rest);
        if (op < end && op->component == n) {
            const char *field = op->kind == X12_MAP_TEXT ? field_of(writer, op, item) : NULL; /* most are texts */
            struct text own = field != NULL ? *(const struct text *)(const void *)field
                                            : component_text(writer, op, end, item, buffer);
            t = own.length > 0 ? own : t;
            op++;
        }
        if (n == 1)
            x12_writer_element(out, t);
        else
            x12_writer_component(out, t);
    }
}

/* A rest that ends before the segment does takes all its elements, given or not. Returns how many more than one it took. */
static unsigned
write_rest(struct x12_writer *out, const struct x12_map_op *op, struct text value)
{
    unsigned elements = op->component == 0 ? 0 : op->component - op->element + 1, given = value.length > 0;
    for (size_t i = 0; i < value.length; i++)
        given += value.data[i] == X12_CARRIED_ELEMENT;
    x12_writer_carried_elements(out, value);
    for (; given < elements; given++)
        x12_writer_element(out, (struct text){0});
    return elements > 1 ? elements - 1 : 0;
}

/* Elements from `at` on: of the operations, between and behind them what is carried. Returns the next
 * element. */
static unsigned
write_ops(struct x12_map_writer *writer, unsigned first, unsigned count, const char *item, struct text *rest)
{
    const struct x12_map_op *op = &writer->map->ops[first], *end = op + count;
    unsigned at = 1;
    for (; op < end; at++) {
        struct text carried = text_cut(*rest, X12_CARRIED_ELEMENT, rest);
        if (op->element > at) {
            if (carried.length > 0)
                x12_writer_carried_elements(writer->writer, carried);
            else
                x12_writer_element(writer->writer, (struct text){0});
            continue;
        }
        const char *field = field_of(writer, op, item);
        if (op->kind == X12_MAP_COMPOSITE) {
            write_composite(writer, op, item, carried);
            op += op->component;
        } else if (op->kind == X12_MAP_PERIOD) {
            const char *second = field == NULL ? NULL : field - op->offset + op->second;
            write_period(writer->writer, field == NULL ? 0 : *(const int32_t *)(const void *)field,
                         second == NULL ? 0 : *(const int32_t *)(const void *)second);
            text_cut(*rest, X12_CARRIED_ELEMENT, rest);
            at++;
        } else if (op->kind == X12_MAP_MOMENT) {
            const char *time = field == NULL ? NULL : field - op->offset + op->second;
            write_moment(writer->writer, field == NULL ? 0 : *(const int32_t *)(const void *)field,
                         time == NULL ? (struct text){0} : *(const struct text *)(const void *)time);
            text_cut(*rest, X12_CARRIED_ELEMENT, rest);
            at++;
        } else if (op->kind == X12_MAP_REST) {
            at += write_rest(writer->writer, op, field == NULL ? (struct text){0} : *(const struct text *)(const void *)field);
        } else {
            write_value(writer, op, item, carried);
        }
        op++;
    }
    return at;
}

static void
segment_id(const struct x12_place *place, char id[4])
{
    id[0] = (char)(place->segment & 0xFF);
    id[1] = (char)(place->segment >> 8 & 0xFF);
    id[2] = (char)(place->segment >> 16 & 0xFF);
    id[3] = 0;
}

static bool
same_head(const struct x12_map_writer *writer, const struct x12_map_place *rule, const char *a, const char *b)
{
    for (unsigned i = 0; i < rule->head_count; i++) {
        const struct x12_map_op *op = &writer->map->ops[rule->head_first + i];
        const struct text *one = (const struct text *)(const void *)(a + op->offset);
        const struct text *other = (const struct text *)(const void *)(b + op->offset);
        if (op->kind == X12_MAP_TEXT && !text_equal(*one, *other))
            return false;
    }
    return true;
}

/* The first item from `i` on that belongs to this place, by its test. */
static uint32_t
next_item(const struct x12_map_writer *writer, const struct x12_place *place, const struct x12_map_place *rule,
          const char *items, uint32_t count, uint32_t i)
{
    if (!rule->shared)
        return i;
    const struct x12_map_op *op = &writer->map->ops[rule->item_first], *end = op + rule->item_count;
    while (op < end && (op->kind != X12_MAP_TEXT || op->component != place->test_component || op->element != place->test_element))
        op++;
    if (op == end)
        return i;
    while (i < count) {
        const char *field = field_of(writer, op, items + (size_t)i * rule->list.item_size);
        if (x12_codes_hold(&place->test, x12_code(*(const struct text *)(const void *)field)))
            break;
        i++;
    }
    return i;
}

/* The segments of a list: as many items in each as it takes, items with the same head together. */
static void
write_items(struct x12_map_writer *writer, const struct x12_place *place, const struct x12_map_place *rule)
{
    const char *base = writer->bases[rule->list.base];
    if (base == NULL)
        return;
    const char *items = *(const char *const *)(const void *)(base + rule->list.offset);
    uint32_t count = *(const uint32_t *)(const void *)(base + rule->list.count_offset);
    char id[4];
    segment_id(place, id);
    for (uint32_t i = next_item(writer, place, rule, items, count, 0); i < count;) {
        const char *first = items + (size_t)i * rule->list.item_size;
        struct text none = {0};
        x12_writer_segment(writer->writer, id);
        unsigned at = write_ops(writer, rule->head_first, rule->head_count, first, &none);
        unsigned ops = rule->first;
        if (rule->count > 0)
            at = write_ops(writer, ops, rule->count, NULL, &none);
        for (unsigned group = 0; group < rule->group_times && i < count; group++) {
            const char *item = items + (size_t)i * rule->list.item_size;
            if (group > 0 && !same_head(writer, rule, first, item))
                break;
            for (unsigned start = rule->group_first + group * rule->group_by; at < start; at++)
                x12_writer_element(writer->writer, none);
            at += write_ops(writer, rule->item_first, rule->item_count, item, &none) - 1;
            i = next_item(writer, place, rule, items, count, i + 1);
        }
        x12_writer_end(writer->writer);
    }
}

static void
write_place(struct x12_map_writer *writer, const struct x12_place *place, bool forced)
{
    const struct x12_map_place *rule = &writer->map->places[place->number];
    flush_carried(writer, place->number);
    if (rule->kind != X12_MAP_PLACE_MAPPED || failed(writer))
        return;
    if (rule->list.item_size > 0) {
        write_items(writer, place, rule);
        return;
    }
    struct text rest = take_rest(writer, place->number);
    if (!forced && rest.length == 0 && !any_field(writer, rule->first, rule->count, NULL))
        return;
    char id[4];
    segment_id(place, id);
    x12_writer_segment(writer->writer, id);
    text_cut(rest, X12_CARRIED_ELEMENT, &rest);
    write_ops(writer, rule->first, rule->count, NULL, &rest);
    x12_writer_carried_elements(writer->writer, rest);
    x12_writer_end(writer->writer);
}

/* The first byte is zero and each is like the one before it. */
static bool
all_zero(const char *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static void write_loop(struct x12_map_writer *writer, uint16_t number, bool forced);

static void
write_inner_loop(struct x12_map_writer *writer, const struct x12_child *child)
{
    const struct x12_map_loop *rule = &writer->map->loops[child->loop];
    if (rule->driven)
        return;
    flush_carried(writer, child->place);
    if (rule->is_list) {
        const char *base = writer->bases[rule->each.base];
        uint32_t count = base == NULL ? 0 : *(const uint32_t *)(const void *)(base + rule->each.count_offset);
        const char *items =
            count == 0 ? NULL : *(const char *const *)(const void *)(base + rule->each.offset);
        for (uint32_t i = 0; i < count && !failed(writer); i++) {
            writer->bases[rule->slot] = items + (size_t)i * rule->each.item_size;
            write_loop(writer, child->loop, true);
        }
        writer->bases[rule->slot] = NULL;
    } else if (rule->into_size > 0) {
        const char *base = writer->bases[rule->into_base];
        if (base != NULL && !all_zero(base + rule->into_offset, rule->into_size))
            write_loop(writer, child->loop, true);
    } else if (rule->mapped) {
        write_loop(writer, child->loop, false);
    }
}

static void
write_loop(struct x12_map_writer *writer, uint16_t number, bool forced)
{
    const struct x12_guide *guide = writer->map->guide;
    const struct x12_loop *loop = &guide->loops[number];
    struct carried_window own, *outer = writer->window;
    const struct x12_map_list *adds = &writer->map->loops[number].adds;
    if (adds->item_size > 0) {
        const char *base = writer->bases[adds->base];
        uint32_t count = base == NULL ? 0 : *(const uint32_t *)(const void *)(base + adds->count_offset);
        writer->bases[writer->map->loops[number].adds_slot] =
            count == 0 ? NULL : *(const char *const *)(const void *)(base + adds->offset);
    }
    if (writer->map->loops[number].has_carried) {
        open_window(writer, number, &own);
        writer->window = &own;
    }
    const struct x12_map_loop_layout *layout = &writer->layout.loops[number];
    for (uint16_t i = 0; i < layout->written_count && !failed(writer); i++) {
        const struct x12_child *child = &loop->children[writer->layout.written[layout->written_first + i]];
        if (child->loop == X12_NO_LOOP)
            write_place(writer, &guide->places[child->place], forced && child == loop->children);
        else
            write_inner_loop(writer, child);
    }
    if (writer->map->loops[number].has_carried)
        flush_carried(writer, writer->layout.loops[number].end_place);
    writer->window = outer;
}

enum status
x12_map_write(struct x12_map_writer *writer, struct x12_writer *out, uint16_t loop,
              const void *const *records)
{
    memset(writer->bases, 0, sizeof writer->bases);
    for (unsigned i = 0; i < writer->map->record_count; i++)
        writer->bases[i] = records[i];
    writer->writer = out;
    writer->window = NULL;
    writer->fault = (struct x12_map_fault){0};
    write_loop(writer, loop, false);
    if (x12_writer_status(out) != STATUS_OK) {
        refuse(writer, writer->map->guide->loops[loop].name, out->fault);
        return x12_writer_status(out);
    }
    return writer->fault.place == NULL ? STATUS_OK : STATUS_INVALID;
}
