#include "common/clock/clock.h"
#include "common/date/date.h"
#include "common/money/money.h"
#include "common/record/record.h"
#include "common/record/wire.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* JavaScript and JSON tools keep integers exactly up to here; larger ones are written as strings. */
#define JSON_INTEGER_LIMIT INT64_C(9007199254740991)

static void write_record(struct sink *sink, const struct record_type *type, const char *in, bool reveal);

static void
put(struct sink *sink, struct text text)
{
    sink_room(sink, text.length);
    if (text.length > 0)
        memcpy(sink->at, text.data, text.length);
    sink->at += text.length;
}

static void
put_quoted(struct sink *sink, struct text plain)
{
    put(sink, TEXT("\""));
    put(sink, plain);
    put(sink, TEXT("\""));
}

/* Bytes of the UTF-8 character at `at`; 0 when it is none. */
static size_t
utf8_length(const uint8_t *at, size_t left)
{
    size_t bytes = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : 0;
    if (bytes == 0 || bytes > left)
        return 0;
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    bool overlong = (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xf0 && at[1] < 0x90);
    bool outside = (*at == 0xed && at[1] >= 0xa0) || (*at == 0xf4 && at[1] >= 0x90);
    return overlong || outside ? 0 : bytes;
}

static void
put_string(struct sink *sink, struct text text)
{
    put(sink, TEXT("\""));
    for (size_t i = 0; i < text.length;) {
        const uint8_t *at = (const uint8_t *)text.data + i;
        size_t bytes = utf8_length(at, text.length - i);
        char escaped[8];
        if (bytes == 0) {
            put(sink, TEXT("\\ufffd"));
            i++;
            continue;
        }
        if (*at == '"' || *at == '\\')
            put(sink, text_of(escaped, (size_t)snprintf(escaped, sizeof escaped, "\\%c", *at)));
        else if (*at < 0x20 || *at == 0x7f)
            put(sink, text_of(escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", *at)));
        else
            put(sink, text_of(at, bytes));
        i += bytes;
    }
    put(sink, TEXT("\""));
}

static void
put_hexadecimal(struct sink *sink, struct text bytes)
{
    static const char digits[] = "0123456789abcdef";
    sink_room(sink, bytes.length * 2 + 2);
    *sink->at++ = '"';
    for (size_t i = 0; i < bytes.length; i++) {
        uint8_t byte = (uint8_t)bytes.data[i];
        *sink->at++ = (uint8_t)digits[byte >> 4];
        *sink->at++ = (uint8_t)digits[byte & 15];
    }
    *sink->at++ = '"';
}

static void
put_number(struct sink *sink, uint64_t size, bool negative)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%s%" PRIu64, negative ? "-" : "", size);
    struct text number = text_of(digits, (size_t)length);
    if (size > (uint64_t)JSON_INTEGER_LIMIT)
        put_quoted(sink, number);
    else
        put(sink, number);
}

static void
put_code(struct sink *sink, const struct record_field *field, uint32_t code)
{
    if (code <= field->bound && field->codes[code] != NULL)
        put_string(sink, text_from(field->codes[code]));
    else
        put_number(sink, code, false);
}

static void
put_section(struct sink *sink, const struct record_field *field, struct text bytes, bool reveal)
{
    /* In an arena of its own: a sink must be the last thing in its arena when it is closed. */
    struct arena arena;
    arena_init(&arena, 0);
    char *inner = arena_take(&arena, field->of->size);
    if (record_read(field->of, bytes, &arena, inner, NULL) == STATUS_OK)
        write_record(sink, field->of, inner, reveal);
    else
        put(sink, TEXT("\"not readable\""));
    arena_free(&arena);
}

static void
put_list(struct sink *sink, const struct record_field *field, const char *in, bool reveal)
{
    uint32_t count;
    const char *items;
    memcpy(&count, in + field->count_offset, sizeof count);
    memcpy(&items, in + field->offset, sizeof items);
    put(sink, TEXT("["));
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            put(sink, TEXT(","));
        write_record(sink, field->of, items + (size_t)field->of->size * i, reveal);
    }
    put(sink, TEXT("]"));
}

static void
put_scalar(struct sink *sink, const struct record_field *field, const char *from)
{
    char buffer[CLOCK_TEXT_BYTES + MONEY_TEXT_BYTES];
    int64_t number;
    int32_t small;
    memcpy(&small, from, sizeof small);
    if (field->kind == RECORD_CODE) {
        put_code(sink, field, (uint32_t)small);
        return;
    }
    if (field->kind == RECORD_DATE) {
        put_quoted(sink, date_print_iso(small, buffer));
        return;
    }
    memcpy(&number, from, sizeof number);
    if (field->kind == RECORD_MONEY)
        put_quoted(sink, money_print(number, buffer));
    else if (field->kind == RECORD_INSTANT)
        put_quoted(sink, clock_print(number, buffer));
    else if (field->kind == RECORD_I64 && number < 0)
        put_number(sink, -(uint64_t)number, true);
    else
        put_number(sink, (uint64_t)number, false);
}

static void
put_value(struct sink *sink, const struct record_field *field, const char *in, bool reveal)
{
    const char *from = in + field->offset;
    struct text text;
    if (field->private && !reveal) {
        put(sink, TEXT("\"***\""));
        return;
    }
    switch ((enum record_kind)field->kind) {
    case RECORD_U64:
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_DATE:
    case RECORD_INSTANT:
    case RECORD_CODE:
        put_scalar(sink, field, from);
        return;
    case RECORD_BOOL:
        put(sink, *from != 0 ? TEXT("true") : TEXT("false"));
        return;
    case RECORD_TEXT:
        memcpy(&text, from, sizeof text);
        put_string(sink, text);
        return;
    case RECORD_BYTES:
        memcpy(&text, from, sizeof text);
        put_hexadecimal(sink, text);
        return;
    case RECORD_SECTION:
        memcpy(&text, from, sizeof text);
        put_section(sink, field, text, reveal);
        return;
    case RECORD_ONE:
        write_record(sink, field->of, from, reveal);
        return;
    case RECORD_LIST:
        put_list(sink, field, in, reveal);
        return;
    case RECORD_KIND_COUNT:
        break;
    }
    assert(false);
}

static void
write_record(struct sink *sink, const struct record_type *type, const char *in, bool reveal)
{
    struct text unknown;
    bool first = true;
    put(sink, TEXT("{"));
    for (const struct record_field *field = type->fields; field < type->fields + type->field_count; field++) {
        if (!record_field_given(field, in))
            continue;
        put(sink, first ? TEXT("\"") : TEXT(",\""));
        put(sink, text_from(field->name));
        put(sink, TEXT("\":"));
        put_value(sink, field, in, reveal);
        first = false;
    }
    memcpy(&unknown, in + type->unknown_offset, sizeof unknown);
    if (unknown.length > 0) {
        put(sink, first ? TEXT("\"unknown_bytes\":") : TEXT(",\"unknown_bytes\":"));
        put_number(sink, unknown.length, false);
    }
    put(sink, TEXT("}"));
}

struct text
record_json(const struct record_type *type, const void *in, bool reveal, struct arena *arena)
{
    struct sink sink;
    sink_open(&sink, arena, SINK_START_BYTES);
    write_record(&sink, type, in, reveal);
    return sink_close(&sink);
}
