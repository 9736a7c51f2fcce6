/*
 * MessagePack as bytes: a bounded cursor that reads tokens, and a sink in the arena that writes them. Inside
 * common/record only. A reading function gives NULL when it went well, else what is wrong as a constant
 * string; then the cursor stands where it stood or behind, never past the end.
 */
#ifndef CLAIMLINE_RECORD_WIRE_H
#define CLAIMLINE_RECORD_WIRE_H

#include "common/arena/arena.h"
#include "common/text/text.h"

extern const char wire_cut[];   /* the bytes end inside the value, or a claimed length passes their end */
extern const char wire_kind[];  /* a value of another kind */
extern const char wire_key[];   /* a map key that is no field number */
extern const char wire_twice[]; /* a field given twice */
extern const char wire_deep[];  /* nested deeper than RECORD_DEPTH_LIMIT */
extern const char wire_large[]; /* an integer outside of 64 bits of its sign */

struct wire {
    const uint8_t *at, *end;
};

static inline struct wire
wire_over(struct text bytes)
{
    const uint8_t *data = (const uint8_t *)bytes.data;
    return (struct wire){data, bytes.length == 0 ? data : data + bytes.length};
}

static inline size_t
wire_left(const struct wire *wire)
{
    return (size_t)(wire->end - wire->at);
}

/* Integers of any width and sign, as long as the value fits. */
const char *wire_u64_wide(struct wire *wire, uint64_t *value);
const char *wire_i64(struct wire *wire, int64_t *value);
const char *wire_bool(struct wire *wire, bool *value);
/* str or bin; the text points into the bytes. */
const char *wire_str_wide(struct wire *wire, struct text *value);
const char *wire_bin(struct wire *wire, struct text *value);

/* The shortest heads, which nearly all fields have, are read in place; the others by the functions named
 * _wide. */
static inline const char *
wire_u64(struct wire *wire, uint64_t *value)
{
    if (wire->at < wire->end && *wire->at < 0x80) {
        *value = *wire->at++;
        return NULL;
    }
    return wire_u64_wide(wire, value);
}

static inline const char *
wire_str(struct wire *wire, struct text *value)
{
    size_t left = wire_left(wire);
    if (left > 0 && (*wire->at & 0xe0) == 0xa0) {
        size_t length = *wire->at & 0x1f;
        if (length >= left)
            return wire_cut;
        *value = text_of(wire->at + 1, length);
        wire->at += 1 + length;
        return NULL;
    }
    return wire_str_wide(wire, value);
}

/* Head of a map or an array; the count is at most what the bytes left could hold. */
const char *wire_map(struct wire *wire, uint32_t *count);
const char *wire_array(struct wire *wire, uint32_t *count);
/* A field number as map key: 1 to 65535. */
const char *wire_id_wide(struct wire *wire, uint16_t *id);

static inline const char *
wire_id(struct wire *wire, uint16_t *id)
{
    if (wire->at < wire->end && *wire->at < 0x80 && *wire->at != 0) {
        *id = *wire->at++;
        return NULL;
    }
    return wire_id_wide(wire, id);
}

/* Over one value of any kind with at most `depth` containers inside each other. Strict: floats and extension
 * types are of another kind, and each map's keys are field numbers, each once. */
const char *wire_skip(struct wire *wire, int depth, bool strict);
/* Over `count` pairs whose keys are field numbers, strictly; the numbers must differ. */
const char *wire_skip_fields(struct wire *wire, uint32_t count, int depth);
/* True when the field numbers of `count` well-formed pairs differ. */
bool wire_ids_differ(struct wire wire, uint32_t count);

/* ---- writing ---- */

struct sink {
    uint8_t *data, *at, *end;
    struct arena *arena;
};

enum { SINK_START_BYTES = 4096 };

void sink_open(struct sink *sink, struct arena *arena, size_t first_bytes);
/* Moves to twice the room, and at least `more` bytes beyond what is written. */
void sink_grow(struct sink *sink, size_t more);
/* What was written; the room that was not used goes back to the arena, from which nothing else was taken
 * since. */
struct text sink_close(struct sink *sink);

/* Makes sure that `more` bytes can be written. */
static inline void
sink_room(struct sink *sink, size_t more)
{
    if ((size_t)(sink->end - sink->at) < more)
        sink_grow(sink, more);
}

static inline size_t
sink_length(const struct sink *sink)
{
    return (size_t)(sink->at - sink->data);
}

static inline uint8_t *
wire_put_big(uint8_t *at, uint64_t value, int bytes)
{
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(value >> shift);
    return at;
}

/* The uppermost bytes of the word, and what follows of it over the next. */
static inline uint8_t *
wire_put_top(uint8_t *at, uint64_t word, int bytes)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(at, &word, sizeof word);
    return at + bytes;
}

/* Into memory with room for 9 bytes, all of which may be written; they give the place after. */
static inline uint8_t *
wire_put_u64(uint8_t *at, uint64_t value)
{
    if (value < 0x80) {
        *at++ = (uint8_t)value;
        return at;
    }
    int bytes = value <= UINT8_MAX ? 0 : value <= UINT16_MAX ? 1 : value <= UINT32_MAX ? 2 : 3;
    *at++ = (uint8_t)(0xcc + bytes);
    return wire_put_top(at, value << (64 - (8 << bytes)), 1 << bytes);
}

static inline uint8_t *
wire_put_i64(uint8_t *at, int64_t value)
{
    if (value >= 0)
        return wire_put_u64(at, (uint64_t)value);
    if (value >= -32) {
        *at++ = (uint8_t)value;
        return at;
    }
    int bytes = value >= INT8_MIN ? 0 : value >= INT16_MIN ? 1 : value >= INT32_MIN ? 2 : 3;
    *at++ = (uint8_t)(0xd0 + bytes);
    return wire_put_top(at, (uint64_t)value << (64 - (8 << bytes)), 1 << bytes);
}

static inline uint8_t *
wire_put_str_head(uint8_t *at, size_t length)
{
    if (length < 32) {
        *at++ = (uint8_t)(0xa0 | length);
        return at;
    }
    int bytes = length <= UINT8_MAX ? 0 : length <= UINT16_MAX ? 1 : 2;
    *at++ = (uint8_t)(0xd9 + bytes);
    return wire_put_big(at, length, 1 << bytes);
}

static inline uint8_t *
wire_put_bin_head(uint8_t *at, size_t length)
{
    int bytes = length <= UINT8_MAX ? 0 : length <= UINT16_MAX ? 1 : 2;
    *at++ = (uint8_t)(0xc4 + bytes);
    return wire_put_big(at, length, 1 << bytes);
}

static inline uint8_t *
wire_put_array_head(uint8_t *at, uint32_t count)
{
    if (count < 16) {
        *at++ = (uint8_t)(0x90 | count);
        return at;
    }
    *at++ = count <= UINT16_MAX ? 0xdc : 0xdd;
    return wire_put_big(at, count, count <= UINT16_MAX ? 2 : 4);
}

#endif
