#include "common/link/wire.h"

#include <xxhash.h>

struct cursor {
    uint8_t *out;
    const uint8_t *in;
};

static void
put_number(struct cursor *c, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *c->out++ = (uint8_t)(number >> (8 * i));
}

static uint64_t
get_number(struct cursor *c, int bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < bytes; i++)
        number = number << 8 | *c->in++;
    return number;
}

static void
put_bytes(struct cursor *c, const void *bytes, size_t length)
{
    memcpy(c->out, bytes, length);
    c->out += length;
}

static void
get_bytes(struct cursor *c, void *bytes, size_t length)
{
    memcpy(bytes, c->in, length);
    c->in += length;
}

static void
put_identity(struct cursor *c, const struct link_identity *identity)
{
    put_bytes(c, identity->id, LINK_ID_BYTES);
    put_number(c, identity->incarnation, 8);
}

static void
get_identity(struct cursor *c, struct link_identity *identity)
{
    get_bytes(c, identity->id, LINK_ID_BYTES);
    identity->incarnation = get_number(c, 8);
}

size_t
wire_put_pull(const struct wire_pull *pull, uint8_t out[WIRE_PULL_BYTES])
{
    struct cursor c = {.out = out};
    put_number(&c, WIRE_VERSION, 1);
    put_number(&c, WIRE_PULL, 1);
    put_number(&c, pull->stream, 2);
    put_identity(&c, &pull->consumer);
    put_identity(&c, &pull->producer);
    put_number(&c, pull->session, 8);
    put_number(&c, pull->received, 8);
    put_number(&c, pull->durable, 8);
    put_number(&c, pull->boundary, 8);
    put_bytes(&c, pull->chain.bytes, LINK_CHAIN_BYTES);
    put_number(&c, pull->room, 4);
    put_number(&c, pull->again, 1);
    return (size_t)(c.out - out);
}

static bool
get_head(struct cursor *c, uint8_t kind, uint16_t *stream)
{
    uint8_t version = (uint8_t)get_number(c, 1), got = (uint8_t)get_number(c, 1);
    *stream = (uint16_t)get_number(c, 2);
    return version == WIRE_VERSION && got == kind;
}

enum status
wire_get_pull(struct text bytes, struct wire_pull *pull)
{
    struct cursor c = {.in = (const uint8_t *)bytes.data};
    if (bytes.length != WIRE_PULL_BYTES || !get_head(&c, WIRE_PULL, &pull->stream))
        return STATUS_INVALID;
    get_identity(&c, &pull->consumer);
    get_identity(&c, &pull->producer);
    pull->session = get_number(&c, 8);
    pull->received = get_number(&c, 8);
    pull->durable = get_number(&c, 8);
    pull->boundary = get_number(&c, 8);
    get_bytes(&c, pull->chain.bytes, LINK_CHAIN_BYTES);
    pull->room = (uint32_t)get_number(&c, 4);
    pull->again = get_number(&c, 1) != 0;
    return pull->boundary <= pull->durable && pull->boundary <= pull->received ? STATUS_OK : STATUS_INVALID;
}

void
wire_put_frame_head(const struct wire_frame *frame, uint8_t out[WIRE_FRAME_HEAD_BYTES])
{
    struct cursor c = {.out = out};
    put_number(&c, WIRE_VERSION, 1);
    put_number(&c, WIRE_FRAME, 1);
    put_number(&c, frame->stream, 2);
    put_identity(&c, &frame->producer);
    put_number(&c, frame->first, 8);
    put_number(&c, frame->last, 8);
    put_number(&c, frame->count, 4);
    put_bytes(&c, frame->before.bytes, LINK_CHAIN_BYTES);
    put_bytes(&c, frame->after.bytes, LINK_CHAIN_BYTES);
    put_number(&c, frame->oldest, 8);
}

/* `count` entries, each u32 length + bytes, must fill the bytes exactly. */
static bool
entries_fill(struct text bytes, uint32_t count)
{
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (bytes.length - at < 4)
            return false;
        struct cursor c = {.in = (const uint8_t *)bytes.data + at};
        uint64_t length = get_number(&c, 4);
        at += 4;
        if (bytes.length - at < length)
            return false;
        at += length;
    }
    return at == bytes.length;
}

enum status
wire_get_frame(struct text bytes, struct wire_frame *frame)
{
    struct cursor c = {.in = (const uint8_t *)bytes.data};
    if (bytes.length < WIRE_FRAME_HEAD_BYTES || !get_head(&c, WIRE_FRAME, &frame->stream))
        return STATUS_INVALID;
    get_identity(&c, &frame->producer);
    frame->first = get_number(&c, 8);
    frame->last = get_number(&c, 8);
    frame->count = (uint32_t)get_number(&c, 4);
    get_bytes(&c, frame->before.bytes, LINK_CHAIN_BYTES);
    get_bytes(&c, frame->after.bytes, LINK_CHAIN_BYTES);
    frame->oldest = get_number(&c, 8);
    frame->bytes = text_of(bytes.data + WIRE_FRAME_HEAD_BYTES, bytes.length - WIRE_FRAME_HEAD_BYTES);
    return entries_fill(frame->bytes, frame->count) ? STATUS_OK : STATUS_INVALID;
}

struct link_chain
link_chain_next(struct link_chain before, uint64_t first, uint32_t count, struct text bytes)
{
    uint8_t head[LINK_CHAIN_BYTES + 12];
    struct cursor c = {.out = head};
    struct link_chain next;
    XXH128_canonical_t canonical;
    put_bytes(&c, before.bytes, LINK_CHAIN_BYTES);
    put_number(&c, first, 8);
    put_number(&c, count, 4);
    XXH128_hash_t content = XXH3_128bits(bytes.data, bytes.length);
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_withSeed(head, sizeof head, content.low64 ^ content.high64 * 31));
    memcpy(next.bytes, canonical.digest, LINK_CHAIN_BYTES);
    return next;
}
