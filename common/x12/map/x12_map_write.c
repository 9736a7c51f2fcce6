#include "common/x12/map/x12_map_writing.h"

void
x12_map_writer_open(struct x12_map_writer *writer, const struct x12_map *map)
{
    *writer = (struct x12_map_writer){.map = map};
    x12_map_layout_make(map, &writer->layout);
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
        const char *field = x12_map_field(writer, op, items + (size_t)i * rule->list.item_size);
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
        unsigned at = x12_map_write_elements(writer, rule->head_first, rule->head_count, first, &none);
        unsigned ops = rule->first;
        if (rule->count > 0)
            at = x12_map_write_elements(writer, ops, rule->count, NULL, &none);
        for (unsigned group = 0; group < rule->group_times && i < count; group++) {
            const char *item = items + (size_t)i * rule->list.item_size;
            if (group > 0 && !same_head(writer, rule, first, item))
                break;
            for (unsigned start = rule->group_first + group * rule->group_by; at < start; at++)
                x12_writer_element(writer->writer, none);
            at += x12_map_write_elements(writer, rule->item_first, rule->item_count, item, &none) - 1;
            i = next_item(writer, place, rule, items, count, i + 1);
        }
        x12_writer_end(writer->writer);
    }
}

static void
write_place(struct x12_map_writer *writer, const struct x12_place *place, bool forced)
{
    const struct x12_map_place *rule = &writer->map->places[place->number];
    if (x12_map_carries(writer))
        x12_map_carried_flush(writer, place->number);
    if (rule->kind != X12_MAP_PLACE_MAPPED || x12_map_failed(writer))
        return;
    if (rule->list.item_size > 0) {
        write_items(writer, place, rule);
        return;
    }
    struct text rest = x12_map_carries(writer) ? x12_map_carried_take(writer, place->number) : (struct text){0};
    if (!forced && rest.length == 0 && !x12_map_any_field(writer, rule->first, rule->count, NULL))
        return;
    char id[4];
    segment_id(place, id);
    x12_writer_segment(writer->writer, id);
    text_cut(rest, X12_CARRIED_ELEMENT, &rest);
    x12_map_write_elements(writer, rule->first, rule->count, NULL, &rest);
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
    if (x12_map_carries(writer))
        x12_map_carried_flush(writer, child->place);
    if (rule->is_list) {
        const char *base = writer->bases[rule->each.base];
        uint32_t count = base == NULL ? 0 : *(const uint32_t *)(const void *)(base + rule->each.count_offset);
        const char *items =
            count == 0 ? NULL : *(const char *const *)(const void *)(base + rule->each.offset);
        for (uint32_t i = 0; i < count && !x12_map_failed(writer); i++) {
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
        x12_map_carried_open(writer, number, &own);
        writer->window = &own;
    }
    const struct x12_map_loop_layout *layout = &writer->layout.loops[number];
    for (uint16_t i = 0; i < layout->written_count && !x12_map_failed(writer); i++) {
        const struct x12_child *child = &loop->children[writer->layout.written[layout->written_first + i]];
        if (child->loop == X12_NO_LOOP)
            write_place(writer, &guide->places[child->place], forced && child == loop->children);
        else
            write_inner_loop(writer, child);
    }
    if (writer->map->loops[number].has_carried && x12_map_carries(writer))
        x12_map_carried_flush(writer, writer->layout.loops[number].end_place);
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
        x12_map_refuse(writer, writer->map->guide->loops[loop].name, out->fault);
        return x12_writer_status(out);
    }
    return writer->fault.place == NULL ? STATUS_OK : STATUS_INVALID;
}
