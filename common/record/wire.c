#include "common/record/wire.h"

#include <assert.h>

const char wire_cut[] = "claims more bytes than there are";
const char wire_kind[] = "of another kind";
const char wire_key[] = "a key that is no field number";
const char wire_twice[] = "given twice";
const char wire_deep[] = "nested too deep";
const char wire_large[] = "larger than 64 bits of its sign";

static uint64_t
big(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* Both readings of an integer: its 64 bits, and whether it is below zero. */
static const char *
integer(struct wire *wire, uint64_t *bits, bool *negative)
{
    size_t left = wire_left(wire);
    if (left == 0)
        return wire_cut;
    uint8_t head = *wire->at;
    *negative = false;
    if (head < 0x80 || head >= 0xe0) {
        *negative = head >= 0xe0;
        *bits = (uint64_t)(int8_t)head;
        wire->at++;
        return NULL;
    }
    if (head < 0xcc || head > 0xd3)
        return wire_kind;
    size_t bytes = (size_t)1 << (head & 3);
    if (left - 1 < bytes)
        return wire_cut;
    uint64_t value = big(wire->at + 1, bytes);
    if (head >= 0xd0) {
        unsigned unused = 64 - 8 * (unsigned)bytes;
        value = (uint64_t)((int64_t)(value << unused) >> unused);
        *negative = (int64_t)value < 0;
    }
    *bits = value;
    wire->at += 1 + bytes;
    return NULL;
}

const char *
wire_u64_wide(struct wire *wire, uint64_t *value)
{
    bool negative;
    uint64_t bits;
    const char *what = integer(wire, &bits, &negative);
    if (what != NULL)
        return what;
    if (negative)
        return wire_large;
    *value = bits;
    return NULL;
}

const char *
wire_i64(struct wire *wire, int64_t *value)
{
    bool negative;
    uint64_t bits;
    const char *what = integer(wire, &bits, &negative);
    if (what != NULL)
        return what;
    if (!negative && bits > INT64_MAX)
        return wire_large;
    *value = (int64_t)bits;
    return NULL;
}

const char *
wire_bool(struct wire *wire, bool *value)
{
    if (wire->at == wire->end)
        return wire_cut;
    if (*wire->at != 0xc2 && *wire->at != 0xc3)
        return wire_kind;
    *value = *wire->at++ == 0xc3;
    return NULL;
}

/* The length that follows a head in 1 << `power` bytes. */
static const char *
length_after_head(struct wire *wire, int power, size_t *length)
{
    size_t bytes = (size_t)1 << power;
    if (wire_left(wire) - 1 < bytes)
        return wire_cut;
    *length = big(wire->at + 1, bytes);
    wire->at += 1 + bytes;
    return NULL;
}

static const char *
take_bytes(struct wire *wire, size_t length, struct text *value)
{
    if (length > wire_left(wire))
        return wire_cut;
    *value = text_of(wire->at, length);
    wire->at += length;
    return NULL;
}

const char *
wire_str_wide(struct wire *wire, struct text *value)
{
    size_t length;
    if (wire->at == wire->end)
        return wire_cut;
    uint8_t head = *wire->at;
    if (head < 0xd9 || head > 0xdb)
        return wire_kind;
    const char *what = length_after_head(wire, head - 0xd9, &length);
    return what != NULL ? what : take_bytes(wire, length, value);
}

const char *
wire_bin(struct wire *wire, struct text *value)
{
    size_t length;
    if (wire->at == wire->end)
        return wire_cut;
    if (*wire->at < 0xc4 || *wire->at > 0xc6)
        return wire_kind;
    const char *what = length_after_head(wire, *wire->at - 0xc4, &length);
    return what != NULL ? what : take_bytes(wire, length, value);
}

/* Heads of containers: `fix` to fix + 15 carry the count, `wide` has 16 bits and wide + 1 has 32. */
static const char *
container(struct wire *wire, uint8_t fix, uint8_t wide, size_t least_bytes, uint32_t *count)
{
    if (wire->at == wire->end)
        return wire_cut;
    uint8_t head = *wire->at;
    size_t claimed = head & 0x0f;
    if ((head & 0xf0) == fix) {
        wire->at++;
    } else if (head == wide || head == wide + 1) {
        const char *what = length_after_head(wire, head - wide + 1, &claimed);
        if (what != NULL)
            return what;
    } else {
        return wire_kind;
    }
    if (claimed > wire_left(wire) / least_bytes)
        return wire_cut;
    *count = (uint32_t)claimed;
    return NULL;
}

const char *
wire_map(struct wire *wire, uint32_t *count)
{
    return container(wire, 0x80, 0xde, 2, count);
}

const char *
wire_array(struct wire *wire, uint32_t *count)
{
    return container(wire, 0x90, 0xdc, 1, count);
}

const char *
wire_id_wide(struct wire *wire, uint16_t *id)
{
    uint64_t number;
    const char *what = wire_u64(wire, &number);
    if (what != NULL)
        return what == wire_cut ? wire_cut : wire_key;
    if (number == 0 || number > UINT16_MAX)
        return wire_key;
    *id = (uint16_t)number;
    return NULL;
}

static const char *
skip_bytes(struct wire *wire, size_t length)
{
    if (length > wire_left(wire))
        return wire_cut;
    wire->at += length;
    return NULL;
}

enum { LOOSE = 0x80 };

/* Whole length of a value by its head, where that says it; LOOSE marks floats and extension types, which a
 * record does not hold. 0: the reserved c1, and what has a length after its head. str of up to 31 bytes are
 * done by arithmetic. */
static const uint8_t fixed_bytes[256] = {
    [0x00 ... 0x7f] = 1, [0xe0 ... 0xff] = 1, [0xc0] = 1,          [0xc2 ... 0xc3] = 1, [0xca] = LOOSE | 5,
    [0xcb] = LOOSE | 9,  [0xcc] = 2,          [0xcd] = 3,          [0xce] = 5,          [0xcf] = 9,
    [0xd0] = 2,          [0xd1] = 3,          [0xd2] = 5,          [0xd3] = 9,          [0xd4] = LOOSE | 3,
    [0xd5] = LOOSE | 4,  [0xd6] = LOOSE | 6,  [0xd7] = LOOSE | 10, [0xd8] = LOOSE | 18,
};

/* bin c4 to c6, ext c7 to c9 and str d9 to db with lengths of 1, 2 and 4 bytes. */
static __attribute__((noinline)) const char *
skip_with_length(struct wire *wire, uint8_t head, bool strict)
{
    bool bin = head >= 0xc4 && head <= 0xc6, ext = head >= 0xc7 && head <= 0xc9,
         str = head >= 0xd9 && head <= 0xdb;
    if (!bin && !str && (!ext || strict))
        return wire_kind;
    size_t length;
    const char *what = length_after_head(wire, head - (bin ? 0xc4 : ext ? 0xc7 : 0xd9), &length);
    return what != NULL ? what : skip_bytes(wire, length + ext); /* an extension has a byte for its type */
}

static __attribute__((noinline)) const char *
skip_container(struct wire *wire, bool map, int depth, bool strict)
{
    if (depth <= 0)
        return wire_deep;
    uint32_t count;
    const char *what = map ? wire_map(wire, &count) : wire_array(wire, &count);
    if (what != NULL)
        return what;
    if (map && strict)
        return wire_skip_fields(wire, count, depth - 1);
    uint64_t values = map ? 2 * (uint64_t)count : count;
    for (uint64_t i = 0; i < values && what == NULL; i++)
        what = wire_skip(wire, depth - 1, strict);
    return what;
}

const char *
wire_skip(struct wire *wire, int depth, bool strict)
{
    size_t left = wire_left(wire);
    if (left == 0)
        return wire_cut;
    uint8_t head = *wire->at, fixed = fixed_bytes[head];
    if ((head & 0xe0) == 0xa0)
        return skip_bytes(wire, 1 + (size_t)(head & 0x1f));
    if (fixed != 0)
        return strict && (fixed & LOOSE) != 0 ? wire_kind : skip_bytes(wire, fixed & ~LOOSE);
    bool map = (head & 0xf0) == 0x80 || head == 0xde || head == 0xdf;
    bool array = (head & 0xf0) == 0x90 || head == 0xdc || head == 0xdd;
    return map || array ? skip_container(wire, map, depth, strict) : skip_with_length(wire, head, strict);
}

const char *
wire_skip_fields(struct wire *wire, uint32_t count, int depth)
{
    struct wire from = *wire;
    uint16_t id, last = 0;
    bool ascending = true;
    for (uint32_t i = 0; i < count; i++) {
        const char *what = wire_id(wire, &id);
        if (what == NULL)
            what = wire_skip(wire, depth, true);
        if (what != NULL)
            return what;
        ascending = ascending && id > last;
        last = id;
    }
    return ascending || wire_ids_differ(from, count) ? NULL : wire_twice;
}

static bool
few_ids_differ(struct wire wire, uint32_t count)
{
    uint16_t seen[32];
    for (uint32_t i = 0; i < count; i++) {
        if (wire_id(&wire, &seen[i]) != NULL || wire_skip(&wire, INT8_MAX, false) != NULL)
            return false;
        for (uint32_t before = 0; before < i; before++) {
            if (seen[before] == seen[i])
                return false;
        }
    }
    return true;
}

bool
wire_ids_differ(struct wire wire, uint32_t count)
{
    if (count <= 32)
        return few_ids_differ(wire, count);
    uint64_t seen[(UINT16_MAX + 1) / 64] = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint16_t id;
        if (wire_id(&wire, &id) != NULL || wire_skip(&wire, INT8_MAX, false) != NULL)
            return false;
        uint64_t bit = UINT64_C(1) << (id % 64);
        if (seen[id / 64] & bit)
            return false;
        seen[id / 64] |= bit;
    }
    return true;
}

void
sink_open(struct sink *sink, struct arena *arena, size_t first_bytes)
{
    sink->arena = arena;
    sink->data = sink->at = arena_take_raw(arena, first_bytes);
    sink->end = sink->data + first_bytes;
}

void
sink_grow(struct sink *sink, size_t more)
{
    size_t length = sink_length(sink), room = (size_t)(sink->end - sink->data) * 2;
    if (room < length + more)
        room = length + more;
    uint8_t *data = arena_take_raw(sink->arena, room);
    memcpy(data, sink->data, length);
    *sink = (struct sink){data, data + length, data + room, sink->arena};
}

struct text
sink_close(struct sink *sink)
{
    struct text written = text_of(sink->data, sink_length(sink));
    size_t unused = (size_t)(sink->end - sink->at) & ~(size_t)15;
    struct arena_mark mark = arena_mark(sink->arena);
    assert(mark.used >= unused);
    mark.used -= unused;
    arena_release(sink->arena, mark);
    return written;
}
