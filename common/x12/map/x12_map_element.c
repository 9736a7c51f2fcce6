/* Elements and components of one segment, from the fields that the map names. */
#include "common/x12/map/x12_map_writing.h"

#include "common/date/date.h"

static bool
is_empty(const struct x12_map_writer *writer, const struct x12_map_op *op, const char *item)
{
    const char *field = x12_map_field(writer, op, item);
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

bool
x12_map_any_field(const struct x12_map_writer *writer, unsigned first, unsigned count, const char *item)
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
    const char *field = x12_map_field(writer, op, item);
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
    const char *field = x12_map_field(writer, op, item);
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
            const char *field = op->kind == X12_MAP_TEXT ? x12_map_field(writer, op, item) : NULL; /* most are texts */
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

unsigned
x12_map_write_elements(struct x12_map_writer *writer, unsigned first, unsigned count, const char *item, struct text *rest)
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
        const char *field = x12_map_field(writer, op, item);
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
