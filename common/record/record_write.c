#include "common/date/date.h"
#include "common/money/money.h"
#include "common/record/record.h"
#include "common/record/record_text.h"
#include "common/record/wire.h"

#include <assert.h>

static const char over_bound[] = "past its bound";

/* A key takes at most 3 bytes, a number or the head of a text at most 9. */
enum { KEY_AND_HEAD_BYTES = 16 };

struct writer {
    struct sink sink;
    struct record_fault fault;
    enum status status;
};

static bool write_map(struct writer *writer, const struct record_type *type, const char *in, int depth);

static bool
refuse(struct writer *writer, const struct record_type *type, const struct record_field *field,
       const char *what)
{
    writer->status = what == over_bound || what == wire_deep ? STATUS_LIMIT : STATUS_INVALID;
    writer->fault = (struct record_fault){
        .record = type->name,
        .field = field == NULL ? NULL : field->name,
        .what = what,
        .offset = sink_length(&writer->sink),
    };
    return false;
}

static uint64_t
number_at(const struct record_field *field, const char *from)
{
    if (field->kind == RECORD_CODE) {
        uint32_t code;
        memcpy(&code, from, sizeof code);
        return code;
    }
    uint64_t number;
    memcpy(&number, from, sizeof number);
    return number;
}

static int64_t
signed_at(const struct record_field *field, const char *from)
{
    if (field->kind == RECORD_DATE) {
        int32_t date;
        memcpy(&date, from, sizeof date);
        return date;
    }
    int64_t number;
    memcpy(&number, from, sizeof number);
    return number;
}

static const char *
check_signed(const struct record_field *field, int64_t number)
{
    if (field->kind == RECORD_MONEY && (number > MONEY_LIMIT_CENTS || number < -MONEY_LIMIT_CENTS))
        return over_bound;
    if (field->kind == RECORD_DATE && !date_valid((int32_t)number))
        return record_no_day;
    return field->kind != RECORD_INSTANT || record_instant_valid(number) ? NULL : record_no_instant;
}

static inline void
put_key(struct sink *sink, uint16_t id)
{
    sink->at = wire_put_u64(sink->at, id);
}

/* Most texts are a few characters long: no call for them. */
static inline void
put_bytes(struct sink *sink, struct text text)
{
    uint8_t *to = sink->at;
    const char *from = text.data;
    size_t length = text.length;
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        memcpy(to, from, 8);
        memcpy(to + length - 8, from + length - 8, 8);
    } else if (length >= 4) {
        memcpy(to, from, 4);
        memcpy(to + length - 4, from + length - 4, 4);
    } else {
        for (size_t i = 0; i < length; i++)
            to[i] = (uint8_t)from[i];
    }
    sink->at = to + length;
}

static const char *
write_text(struct sink *sink, const struct record_field *field, const char *from, bool *given)
{
    struct text text;
    memcpy(&text, from, sizeof text);
    if (text.length == 0)
        return NULL;
    if (text.length > field->bound)
        return over_bound;
    *given = true;
    sink_room(sink, KEY_AND_HEAD_BYTES + text.length);
    put_key(sink, field->id);
    if (field->kind == RECORD_TEXT) {
        if (!record_text_clean(text))
            return record_control_character;
        sink->at = wire_put_str_head(sink->at, text.length);
    } else {
        sink->at = wire_put_bin_head(sink->at, text.length);
    }
    put_bytes(sink, text);
    return NULL;
}

bool
record_field_given(const struct record_field *field, const void *record)
{
    const char *in = record;
    static const char zero[sizeof(uint64_t)];
    struct text text;
    uint32_t count;
    switch ((enum record_kind)field->kind) {
    case RECORD_U64:
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_INSTANT:
        return memcmp(in + field->offset, zero, sizeof(uint64_t)) != 0;
    case RECORD_DATE:
    case RECORD_CODE:
        return memcmp(in + field->offset, zero, sizeof(uint32_t)) != 0;
    case RECORD_BOOL:
        return in[field->offset] != 0;
    case RECORD_TEXT:
    case RECORD_BYTES:
    case RECORD_SECTION:
        memcpy(&text, in + field->offset, sizeof text);
        return text.length != 0;
    case RECORD_ONE:
        return record_given(field->of, in + field->offset);
    case RECORD_LIST:
        memcpy(&count, in + field->count_offset, sizeof count);
        return count != 0;
    case RECORD_KIND_COUNT:
        break;
    }
    assert(false);
    return false;
}

bool
record_given(const struct record_type *type, const void *in)
{
    const char *from = in;
    size_t i = 0;
    /* Nearly all that is absent is all zero bytes, padding included. */
    while (i + 8 <= type->size && record_load_8(from + i) == 0)
        i += 8;
    if (i + 8 > type->size)
        return false;
    struct text unknown;
    memcpy(&unknown, from + type->unknown_offset, sizeof unknown);
    if (unknown.length != 0)
        return true;
    for (const struct record_field *field = type->fields; field < type->fields + type->field_count; field++) {
        if (record_field_given(field, from))
            return true;
    }
    return false;
}

static bool
write_list(struct writer *writer, const struct record_type *type, const struct record_field *field,
           const char *in, int depth, bool *given)
{
    uint32_t count;
    const char *items;
    memcpy(&count, in + field->count_offset, sizeof count);
    memcpy(&items, in + field->offset, sizeof items);
    if (count == 0)
        return true;
    assert(items != NULL);
    if (count > field->bound || depth + 1 > RECORD_DEPTH_LIMIT)
        return refuse(writer, type, field, count > field->bound ? over_bound : wire_deep);
    *given = true;
    sink_room(&writer->sink, KEY_AND_HEAD_BYTES);
    put_key(&writer->sink, field->id);
    writer->sink.at = wire_put_array_head(writer->sink.at, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!write_map(writer, field->of, items + (size_t)field->of->size * i, depth + 2))
            return false;
    }
    return true;
}

static bool
write_field(struct writer *writer, const struct record_type *type, const struct record_field *field,
            const char *in, int depth, bool *given)
{
    struct sink *sink = &writer->sink;
    const char *from = in + field->offset, *what = NULL;
    switch ((enum record_kind)field->kind) {
    case RECORD_U64:
    case RECORD_CODE: {
        uint64_t number = number_at(field, from);
        if (number == 0)
            return true;
        if (field->kind == RECORD_U64 && field->bound != 0 && number > field->bound)
            return refuse(writer, type, field, over_bound);
        put_key(sink, field->id);
        sink->at = wire_put_u64(sink->at, number);
        return *given = true;
    }
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_DATE:
    case RECORD_INSTANT: {
        int64_t number = signed_at(field, from);
        what = number == 0 ? NULL : check_signed(field, number);
        if (number == 0 || what != NULL)
            break;
        put_key(sink, field->id);
        sink->at = wire_put_i64(sink->at, number);
        return *given = true;
    }
    case RECORD_BOOL:
        if (*from == 0)
            return true;
        put_key(sink, field->id);
        *sink->at++ = 0xc3;
        return *given = true;
    case RECORD_TEXT:
    case RECORD_BYTES:
    case RECORD_SECTION:
        what = write_text(sink, field, from, given);
        break;
    case RECORD_ONE:
        *given = record_given(field->of, from);
        if (!*given)
            return true;
        put_key(sink, field->id);
        return write_map(writer, field->of, from, depth + 1);
    case RECORD_LIST:
        return write_list(writer, type, field, in, depth, given);
    case RECORD_KIND_COUNT:
        assert(false);
    }
    return what == NULL || refuse(writer, type, field, what);
}

/* What a newer version left: whole pairs, none of which this table knows. */
static bool
write_unknown(struct writer *writer, const struct record_type *type, struct text unknown, int depth,
              uint32_t *pairs)
{
    struct wire wire = wire_over(unknown);
    while (wire.at < wire.end) {
        uint16_t id;
        const char *what = wire_id(&wire, &id);
        if (what == NULL)
            what =
                record_place(type, id) >= 0 ? wire_twice : wire_skip(&wire, RECORD_DEPTH_LIMIT - depth, true);
        if (what != NULL)
            return refuse(writer, type, NULL, what);
        ++*pairs;
    }
    wire = wire_over(unknown);
    if (!wire_ids_differ(wire, *pairs))
        return refuse(writer, type, NULL, wire_twice);
    sink_room(&writer->sink, unknown.length);
    put_bytes(&writer->sink, unknown);
    return true;
}

/* The head stands before what it counts: room is left for the larger one, and closed when the small one does.
 */
static void
put_map_head(struct sink *sink, size_t head_at, size_t reserved, uint32_t count)
{
    uint8_t *head = sink->data + head_at;
    size_t body = sink_length(sink) - head_at - reserved;
    size_t bytes = count < 16 ? 1 : count <= UINT16_MAX ? 3 : 5;
    if (bytes > reserved) {
        sink_room(sink, bytes - reserved);
        head = sink->data + head_at;
    }
    if (bytes != reserved) {
        memmove(head + bytes, head + reserved, body);
        sink->at = head + bytes + body;
    }
    if (count < 16) {
        *head = (uint8_t)(0x80 | count);
    } else {
        *head = bytes == 3 ? 0xde : 0xdf;
        wire_put_big(head + 1, count, (int)bytes - 1);
    }
}

static bool
write_map(struct writer *writer, const struct record_type *type, const char *in, int depth)
{
    struct sink *sink = &writer->sink;
    if (depth > RECORD_DEPTH_LIMIT)
        return refuse(writer, type, NULL, wire_deep);
    uint32_t count = 0;
    uint64_t filled = 0;
    size_t head_at = sink_length(sink), reserved = type->field_count > 15 ? 3 : 1;
    sink_room(sink, reserved);
    sink->at += reserved;
    for (int i = 0; i < type->field_count; i++) {
        bool given = false;
        sink_room(sink, KEY_AND_HEAD_BYTES);
        if (!write_field(writer, type, &type->fields[i], in, depth, &given))
            return false;
        filled |= (uint64_t)given << i;
        count += given;
    }
    if ((type->required & ~filled) != 0)
        return refuse(writer, type, &type->fields[__builtin_ctzll(type->required & ~filled)], record_missing);
    struct text unknown;
    memcpy(&unknown, in + type->unknown_offset, sizeof unknown);
    if (unknown.length > 0) {
        uint32_t pairs = 0;
        if (!write_unknown(writer, type, unknown, depth, &pairs))
            return false;
        count += pairs;
    }
    put_map_head(sink, head_at, reserved, count);
    return sink_length(sink) <= RECORD_BYTES_LIMIT || refuse(writer, type, NULL, over_bound);
}

enum status
record_write(const struct record_type *type, const void *in, struct arena *arena, struct text *bytes,
             struct record_fault *fault)
{
    struct writer writer = {.status = STATUS_OK};
    assert(type->field_count <= RECORD_FIELDS_LIMIT);
    sink_open(&writer.sink, arena, SINK_START_BYTES);
    if (write_map(&writer, type, in, 1))
        *bytes = sink_close(&writer.sink);
    else if (fault != NULL)
        *fault = writer.fault;
    return writer.status;
}
