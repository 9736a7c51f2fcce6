#include "common/record/record.h"

#include "common/record/record_text.h"
#include "common/record/wire.h"

#include <assert.h>

const char record_missing[] = "missing";
const char record_no_day[] = "not a day of the calendar";
const char record_no_instant[] = "not an instant from 1970 to 2999";
const char record_control_character[] = "a control character in a text";

bool
record_well_formed(struct text bytes)
{
    struct wire wire = wire_over(bytes);
    return wire_skip(&wire, RECORD_DEPTH_LIMIT, false) == NULL && wire.at == wire.end;
}

/* Stands on the value of field `id`; false when it is not there. */
static bool
seek(struct wire *wire, uint16_t id)
{
    uint32_t count;
    if (wire_map(wire, &count) != NULL)
        return false;
    for (; count > 0; count--) {
        uint16_t other;
        if (wire_id(wire, &other) != NULL)
            return false;
        if (other == id)
            return true;
        if (wire_skip(wire, RECORD_DEPTH_LIMIT - 1, false) != NULL)
            return false;
    }
    return false;
}

bool
record_peek_u64(struct text bytes, uint16_t id, uint64_t *value)
{
    struct wire wire = wire_over(bytes);
    return seek(&wire, id) && wire_u64(&wire, value) == NULL;
}

bool
record_peek_bytes(struct text bytes, uint16_t id, struct text *value)
{
    struct wire wire = wire_over(bytes);
    if (!seek(&wire, id))
        return false;
    const char *what = wire_str(&wire, value);
    if (what == wire_kind)
        what = wire_bin(&wire, value);
    return what == NULL;
}

static struct text
text_at(const char *in, size_t offset)
{
    struct text text;
    memcpy(&text, in + offset, sizeof text);
    return text;
}

static bool
list_equal(const struct record_field *field, const char *a, const char *b)
{
    uint32_t count, other;
    const char *items, *others;
    memcpy(&count, a + field->count_offset, sizeof count);
    memcpy(&other, b + field->count_offset, sizeof other);
    memcpy(&items, a + field->offset, sizeof items);
    memcpy(&others, b + field->offset, sizeof others);
    if (count != other)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        size_t at = (size_t)field->of->size * i;
        if (!record_equal(field->of, items + at, others + at))
            return false;
    }
    return true;
}

static bool
field_equal(const struct record_field *field, const char *a, const char *b)
{
    switch ((enum record_kind)field->kind) {
    case RECORD_U64:
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_INSTANT:
        return memcmp(a + field->offset, b + field->offset, sizeof(uint64_t)) == 0;
    case RECORD_DATE:
    case RECORD_CODE:
        return memcmp(a + field->offset, b + field->offset, sizeof(uint32_t)) == 0;
    case RECORD_BOOL:
        return a[field->offset] == b[field->offset];
    case RECORD_TEXT:
    case RECORD_BYTES:
    case RECORD_SECTION:
        return text_equal(text_at(a, field->offset), text_at(b, field->offset));
    case RECORD_ONE:
        return record_equal(field->of, a + field->offset, b + field->offset);
    case RECORD_LIST:
        return list_equal(field, a, b);
    case RECORD_KIND_COUNT:
        break;
    }
    assert(false);
    return false;
}

bool
record_equal(const struct record_type *type, const void *a, const void *b)
{
    for (const struct record_field *field = type->fields; field < type->fields + type->field_count; field++) {
        if (!field_equal(field, a, b))
            return false;
    }
    return text_equal(text_at(a, type->unknown_offset), text_at(b, type->unknown_offset));
}
