#include "common/store/store_meta.h"

#include <assert.h>
#include <xxhash.h>

static const char magic[4] = {'C', 'L', 'S', 'T'};

/* A place in bytes being written or read; a read past the end gives zeros and sticks. */
struct place {
    uint8_t *out;
    const uint8_t *in;
    size_t left;
    bool short_of;
};

static void
put(struct place *place, uint64_t number, size_t width)
{
    for (size_t i = 0; i < width; i++)
        *place->out++ = (uint8_t)(number >> (8 * (width - 1 - i)));
}

static void
put_bytes(struct place *place, const void *bytes, size_t length)
{
    memcpy(place->out, bytes, length);
    place->out += length;
}

static const uint8_t *
take_bytes(struct place *place, size_t length)
{
    if (place->left < length) {
        place->short_of = true;
        return NULL;
    }
    const uint8_t *at = place->in;
    place->in += length;
    place->left -= length;
    return at;
}

static uint64_t
take(struct place *place, size_t width)
{
    const uint8_t *at = take_bytes(place, width);
    uint64_t number = 0;
    for (size_t i = 0; at != NULL && i < width; i++)
        number = number << 8 | at[i];
    return number;
}

static struct place
read_place(struct text bytes)
{
    return (struct place){.in = (const uint8_t *)bytes.data, .left = bytes.length};
}

static enum status
ended(const struct place *place)
{
    return place->short_of || place->left != 0 ? STATUS_CORRUPT : STATUS_OK;
}

void
store_meta_label(const struct store_identity *identity, uint8_t label[STORE_IDENTITY_LABEL])
{
    struct place place = {.out = label};
    put_bytes(&place, magic, sizeof magic);
    put(&place, identity->format, 2);
    put_bytes(&place, identity->id, STORE_ID_BYTES);
    put(&place, identity->key_number, 2);
}

void
store_meta_write_identity(const struct store_identity *identity, uint8_t out[STORE_IDENTITY_BYTES])
{
    store_meta_label(identity, out);
    struct place place = {.out = out + STORE_IDENTITY_LABEL};
    put_bytes(&place, identity->wrapped, SEAL_WRAPPED_BYTES);
    put(&place, XXH3_64bits(out, STORE_IDENTITY_BYTES - 8), 8);
}

enum status
store_meta_read_identity(struct text bytes, struct store_identity *identity)
{
    if (bytes.length != STORE_IDENTITY_BYTES || memcmp(bytes.data, magic, sizeof magic) != 0)
        return STATUS_CORRUPT;
    if (store_u64(bytes, STORE_IDENTITY_BYTES - 8) != XXH3_64bits(bytes.data, STORE_IDENTITY_BYTES - 8))
        return STATUS_CORRUPT;
    struct place place = read_place(bytes);
    take_bytes(&place, sizeof magic);
    identity->format = (uint16_t)take(&place, 2);
    memcpy(identity->id, take_bytes(&place, STORE_ID_BYTES), STORE_ID_BYTES);
    identity->key_number = (uint16_t)take(&place, 2);
    memcpy(identity->wrapped, take_bytes(&place, SEAL_WRAPPED_BYTES), SEAL_WRAPPED_BYTES);
    return STATUS_OK;
}

size_t
store_meta_write_tables(const struct store_table *tables, size_t count, uint8_t out[STORE_TABLES_BYTES])
{
    struct place place = {.out = out};
    put(&place, count, 2);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(tables[i].name);
        assert(length > 0 && length <= STORE_NAME_LIMIT);
        put(&place, length, 1);
        put_bytes(&place, tables[i].name, length);
        put(&place, tables[i].kind, 1);
        put(&place, tables[i].format, 2);
        put(&place, tables[i].retention, 1);
    }
    return (size_t)(place.out - out);
}

enum status
store_meta_read_tables(struct text bytes, struct store_described tables[STORE_TABLES], size_t *count)
{
    struct place place = read_place(bytes);
    size_t claimed = take(&place, 2);
    if (claimed > STORE_TABLES)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < claimed; i++) {
        size_t length = take(&place, 1);
        const uint8_t *name = take_bytes(&place, length);
        if (name == NULL || length == 0 || length > STORE_NAME_LIMIT || memchr(name, 0, length) != NULL)
            return STATUS_CORRUPT;
        tables[i] = (struct store_described){0};
        memcpy(tables[i].name, name, length);
        tables[i].kind = (uint8_t)take(&place, 1);
        tables[i].format = (uint16_t)take(&place, 2);
        tables[i].retention = (uint8_t)take(&place, 1);
    }
    *count = claimed;
    return ended(&place);
}

size_t
store_meta_write_state(const struct store_state *state, size_t table_count, uint8_t out[STORE_STATE_BYTES])
{
    struct place place = {.out = out};
    put(&place, state->commit, 8);
    put(&place, (uint64_t)state->time, 8);
    put(&place, state->incarnation, 8);
    put(&place, state->start, 4);
    put(&place, state->open, 1);
    for (size_t i = 0; i < STORE_COUNTERS; i++)
        put(&place, (uint64_t)state->counters[i], 8);
    put(&place, table_count, 2);
    for (size_t i = 0; i < table_count; i++) {
        const struct store_table_state *table = &state->tables[i];
        put(&place, table->count.rows, 8);
        put(&place, table->count.digest[0], 8);
        put(&place, table->count.digest[1], 8);
        put(&place, table->first, 8);
        put(&place, table->next, 8);
    }
    return (size_t)(place.out - out);
}

enum status
store_meta_read_state(struct text bytes, struct store_state *state, size_t *table_count)
{
    struct place place = read_place(bytes);
    *state = (struct store_state){0};
    state->commit = take(&place, 8);
    state->time = (int64_t)take(&place, 8);
    state->incarnation = take(&place, 8);
    state->start = (uint32_t)take(&place, 4);
    uint64_t open = take(&place, 1);
    if (open > 1)
        return STATUS_CORRUPT;
    state->open = open != 0;
    for (size_t i = 0; i < STORE_COUNTERS; i++)
        state->counters[i] = (int64_t)take(&place, 8);
    size_t claimed = take(&place, 2);
    if (claimed > STORE_TABLES)
        return STATUS_CORRUPT;
    for (size_t i = 0; i < claimed; i++) {
        struct store_table_state *table = &state->tables[i];
        table->count.rows = take(&place, 8);
        table->count.digest[0] = take(&place, 8);
        table->count.digest[1] = take(&place, 8);
        table->first = take(&place, 8);
        table->next = take(&place, 8);
        if (table->first > table->next)
            return STATUS_CORRUPT;
    }
    *table_count = claimed;
    return ended(&place);
}

bool
store_meta_next_entry(struct text *rest, struct text *entry)
{
    if (rest->length < 4)
        return false;
    struct place place = read_place(*rest);
    size_t length = take(&place, 4);
    if (length > rest->length - 4)
        return false;
    *entry = text_of(rest->data + 4, length);
    *rest = text_of(rest->data + 4 + length, rest->length - 4 - length);
    return true;
}

enum status
store_meta_read_frame(struct text value, uint32_t *count, struct text *entries)
{
    struct place place = read_place(value);
    uint32_t claimed = (uint32_t)take(&place, 4);
    if (place.short_of)
        return STATUS_CORRUPT;
    struct text rest = text_of(place.in, place.left), entry;
    *entries = rest;
    for (uint32_t i = 0; i < claimed; i++)
        if (!store_meta_next_entry(&rest, &entry))
            return STATUS_CORRUPT;
    if (rest.length != 0 || claimed == 0)
        return STATUS_CORRUPT;
    *count = claimed;
    return STATUS_OK;
}
