#include "common/date/date.h"
#include "common/money/money.h"
#include "common/record/record.h"
#include "common/record/record_text.h"
#include "common/record/wire.h"

#include <assert.h>

static const char over_bound[] = "past its bound";

struct reader {
    struct wire wire;
    const uint8_t *start;
    struct arena *arena;
    struct record_fault fault;
    enum status status;
};

/* Fields of a newer version inside one map: at most one run more than there are known fields between them. */
struct unknown_runs {
    struct text runs[RECORD_FIELDS_LIMIT + 1];
    size_t length;
    uint32_t run_count, pairs;
    uint16_t last_id;
    bool ascending;
};

static bool read_map(struct reader *reader, const struct record_type *type, char *out, int depth,
                     bool *given);

/* The innermost place wins: it is the first to be said. */
static bool
refuse(struct reader *reader, const struct record_type *type, const struct record_field *field,
       const char *what)
{
    bool limit = what == over_bound || what == wire_deep || what == wire_large;
    reader->status = limit ? STATUS_LIMIT : STATUS_INVALID;
    reader->fault = (struct record_fault){
        .record = type->name,
        .field = field == NULL ? NULL : field->name,
        .what = what,
        .offset = (size_t)(reader->wire.at - reader->start),
    };
    return false;
}

static const char *
read_number(struct reader *reader, const struct record_field *field, char *to, bool *given)
{
    uint64_t number;
    const char *what = wire_u64(&reader->wire, &number);
    if (what != NULL)
        return what;
    *given = number != 0;
    if (field->kind == RECORD_CODE) {
        uint32_t code = (uint32_t)number;
        memcpy(to, &code, sizeof code);
        return number > UINT32_MAX ? over_bound : NULL;
    }
    memcpy(to, &number, sizeof number);
    return field->bound != 0 && number > field->bound ? over_bound : NULL;
}

static const char *
read_signed(struct reader *reader, const struct record_field *field, char *to, bool *given)
{
    int64_t number;
    const char *what = wire_i64(&reader->wire, &number);
    if (what != NULL)
        return what;
    *given = number != 0;
    if (field->kind == RECORD_DATE) {
        if (number < 0 || number > INT32_MAX)
            return record_no_day;
        int32_t date = (int32_t)number;
        memcpy(to, &date, sizeof date);
        return number == 0 || date_valid(date) ? NULL : record_no_day;
    }
    memcpy(to, &number, sizeof number);
    if (field->kind == RECORD_MONEY && (number > MONEY_LIMIT_CENTS || number < -MONEY_LIMIT_CENTS))
        return over_bound;
    return field->kind != RECORD_INSTANT || record_instant_valid(number) ? NULL : record_no_instant;
}

static const char *
read_text(struct reader *reader, const struct record_field *field, char *to, bool *given)
{
    struct text text;
    const char *what =
        field->kind == RECORD_TEXT ? wire_str(&reader->wire, &text) : wire_bin(&reader->wire, &text);
    if (what != NULL)
        return what;
    if (text.length > field->bound)
        return over_bound;
    *given = text.length != 0;
    if (*given)
        memcpy(to, &text, sizeof text);
    return field->kind != RECORD_TEXT || record_text_clean(text) ? NULL : record_control_character;
}

static bool
read_list(struct reader *reader, const struct record_type *type, const struct record_field *field, char *out,
          int depth, bool *given)
{
    uint32_t count;
    const char *what = depth + 1 > RECORD_DEPTH_LIMIT ? wire_deep : wire_array(&reader->wire, &count);
    if (what == NULL && count > field->bound)
        what = over_bound;
    if (what != NULL)
        return refuse(reader, type, field, what);
    *given = count != 0;
    if (count == 0)
        return true;
    char *items = arena_take(reader->arena, (size_t)field->of->size * count);
    memcpy(out + field->offset, &items, sizeof items);
    memcpy(out + field->count_offset, &count, sizeof count);
    for (uint32_t i = 0; i < count; i++) {
        bool unused;
        if (!read_map(reader, field->of, items + (size_t)field->of->size * i, depth + 2, &unused))
            return false;
    }
    return true;
}

static bool
read_field(struct reader *reader, const struct record_type *type, const struct record_field *field, char *out,
           int depth, bool *given)
{
    const char *what = NULL;
    char *to = out + field->offset;
    switch ((enum record_kind)field->kind) {
    case RECORD_U64:
    case RECORD_CODE:
        what = read_number(reader, field, to, given);
        break;
    case RECORD_I64:
    case RECORD_MONEY:
    case RECORD_DATE:
    case RECORD_INSTANT:
        what = read_signed(reader, field, to, given);
        break;
    case RECORD_BOOL:
        what = wire_bool(&reader->wire, given);
        if (what == NULL)
            memcpy(to, given, sizeof *given);
        break;
    case RECORD_TEXT:
    case RECORD_BYTES:
    case RECORD_SECTION:
        what = read_text(reader, field, to, given);
        break;
    case RECORD_ONE:
        return read_map(reader, field->of, to, depth + 1, given);
    case RECORD_LIST:
        return read_list(reader, type, field, out, depth, given);
    case RECORD_KIND_COUNT:
        assert(false);
    }
    return what == NULL || refuse(reader, type, field, what);
}

/* The runs are not cleared: most records know all their fields, and this is done for each. */
static void
begin_unknown(struct unknown_runs *unknown)
{
    unknown->length = 0;
    unknown->run_count = unknown->pairs = 0;
    unknown->last_id = 0;
    unknown->ascending = true;
}

/* Over one pair that the table does not know; `pair` is where its key begins. */
static __attribute__((noinline)) const char *
keep_unknown(struct reader *reader, struct unknown_runs *unknown, const uint8_t *pair, uint16_t id, int depth)
{
    const char *what = wire_skip(&reader->wire, RECORD_DEPTH_LIMIT - depth, true);
    if (what != NULL)
        return what;
    size_t length = (size_t)(reader->wire.at - pair);
    struct text *last = unknown->run_count == 0 ? NULL : &unknown->runs[unknown->run_count - 1];
    if (last != NULL && last->data + last->length == (const char *)pair)
        last->length += length;
    else
        unknown->runs[unknown->run_count++] = text_of(pair, length);
    unknown->length += length;
    unknown->ascending = unknown->ascending && id > unknown->last_id;
    unknown->last_id = id;
    unknown->pairs++;
    return NULL;
}

static __attribute__((noinline)) bool
take_unknown(struct reader *reader, const struct record_type *type, const struct unknown_runs *unknown,
             char *out)
{
    struct text all = unknown->runs[0];
    if (unknown->run_count > 1) {
        char *joined = arena_take_raw(reader->arena, unknown->length), *at = joined;
        for (uint32_t i = 0; i < unknown->run_count; i++) {
            memcpy(at, unknown->runs[i].data, unknown->runs[i].length);
            at += unknown->runs[i].length;
        }
        all = text_of(joined, unknown->length);
    }
    if (!unknown->ascending && !wire_ids_differ(wire_over(all), unknown->pairs))
        return refuse(reader, type, NULL, wire_twice);
    memcpy(out + type->unknown_offset, &all, sizeof all);
    return true;
}

static bool
missing(struct reader *reader, const struct record_type *type, uint64_t given)
{
    int first = __builtin_ctzll(type->required & ~given);
    return refuse(reader, type, &type->fields[first], record_missing);
}

/* `out` is zeroed. `*given`: it holds anything. */
static bool
read_map(struct reader *reader, const struct record_type *type, char *out, int depth, bool *given)
{
    struct unknown_runs unknown;
    unknown.run_count = 0;
    uint32_t count;
    uint64_t seen = 0, filled = 0;
    const char *what = depth > RECORD_DEPTH_LIMIT ? wire_deep : wire_map(&reader->wire, &count);
    if (what != NULL)
        return refuse(reader, type, NULL, what);
    for (; count > 0; count--) {
        uint16_t id;
        const uint8_t *pair = reader->wire.at;
        what = wire_id(&reader->wire, &id);
        if (what != NULL)
            return refuse(reader, type, NULL, what);
        int place = record_place(type, id);
        if (place < 0) {
            if (unknown.run_count == 0)
                begin_unknown(&unknown);
            what = keep_unknown(reader, &unknown, pair, id, depth);
            if (what != NULL)
                return refuse(reader, type, NULL, what);
            continue;
        }
        const struct record_field *field = &type->fields[place];
        if (seen >> place & 1)
            return refuse(reader, type, field, wire_twice);
        bool holds = false;
        if (!read_field(reader, type, field, out, depth, &holds))
            return false;
        seen |= UINT64_C(1) << place;
        filled |= (uint64_t)holds << place;
    }
    if (unknown.run_count > 0 && !take_unknown(reader, type, &unknown, out))
        return false;
    *given = filled != 0 || unknown.run_count > 0;
    return (type->required & ~filled) == 0 || missing(reader, type, filled);
}

enum status
record_read(const struct record_type *type, struct text bytes, struct arena *arena, void *out,
            struct record_fault *fault)
{
    struct reader reader = {.wire = wire_over(bytes), .arena = arena, .status = STATUS_OK};
    bool given;
    assert(type->field_count <= RECORD_FIELDS_LIMIT);
    reader.start = reader.wire.at;
    memset(out, 0, type->size);
    if (bytes.length > RECORD_BYTES_LIMIT)
        refuse(&reader, type, NULL, over_bound);
    else if (read_map(&reader, type, out, 1, &given) && reader.wire.at != reader.wire.end)
        refuse(&reader, type, NULL, "followed by more bytes");
    if (reader.status != STATUS_OK && fault != NULL)
        *fault = reader.fault;
    return reader.status;
}
