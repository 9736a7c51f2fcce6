#include "common/store/store_writes.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_NODES = 64, FIRST_BYTES = 16 * 1024, KEEP_NODES = 16 * 1024, KEEP_BYTES = 4 << 20 };

static void
start_empty(struct store_writes *writes)
{
    writes->nodes[0] = (struct store_write){0};
    writes->count = 1;
    writes->used = 0;
}

void
store_writes_init(struct store_writes *writes)
{
    *writes = (struct store_writes){.dice = 0x9E3779B97F4A7C15u, .room = FIRST_NODES, .size = FIRST_BYTES};
    writes->nodes = malloc(FIRST_NODES * sizeof *writes->nodes);
    writes->bytes = malloc(FIRST_BYTES);
    assert(writes->nodes != NULL && writes->bytes != NULL);
    start_empty(writes);
}

void
store_writes_free(struct store_writes *writes)
{
    free(writes->nodes);
    free(writes->bytes);
    *writes = (struct store_writes){0};
}

void
store_writes_clear(struct store_writes *writes)
{
    if (writes->room > KEEP_NODES || writes->size > KEEP_BYTES) {
        store_writes_free(writes);
        store_writes_init(writes);
    }
    start_empty(writes);
}

static int
order(const struct store_writes *writes, uint32_t node, unsigned table, struct text key)
{
    if (writes->nodes[node].table != table)
        return writes->nodes[node].table < table ? -1 : 1;
    return text_compare(store_writes_key(writes, node), key);
}

/* Leaves in `before` the last node below the key on each level; gives the node after it on the lowest. */
static uint32_t
descend(const struct store_writes *writes, unsigned table, struct text key,
        uint32_t before[STORE_WRITES_LEVELS])
{
    uint32_t at = 0, known_above = 0;
    for (int level = STORE_WRITES_LEVELS - 1; level >= 0; level--) {
        uint32_t next = writes->nodes[at].next[level];
        while (next != 0 && next != known_above && order(writes, next, table, key) < 0) {
            at = next;
            next = writes->nodes[at].next[level];
        }
        known_above = next;
        before[level] = at;
    }
    return writes->nodes[at].next[0];
}

uint32_t
store_writes_seek(const struct store_writes *writes, unsigned table, struct text key)
{
    uint32_t before[STORE_WRITES_LEVELS];
    return store_writes_empty(writes) ? 0 : descend(writes, table, key, before);
}

uint32_t
store_writes_find(const struct store_writes *writes, unsigned table, struct text key)
{
    uint32_t node = store_writes_seek(writes, table, key);
    return node != 0 && order(writes, node, table, key) == 0 ? node : 0;
}

static size_t
keep_bytes(struct store_writes *writes, struct text bytes)
{
    size_t at = writes->used;
    if (writes->size - at < bytes.length) {
        size_t size = writes->size;
        while (size - at < bytes.length)
            size *= 2;
        writes->bytes = realloc(writes->bytes, size);
        assert(writes->bytes != NULL);
        writes->size = size;
    }
    if (bytes.length > 0)
        memcpy(writes->bytes + at, bytes.data, bytes.length);
    writes->used += bytes.length;
    return at;
}

/* One level more for every fourth node: two bits of the dice a level. */
static unsigned
throw_levels(struct store_writes *writes)
{
    writes->dice ^= writes->dice << 13;
    writes->dice ^= writes->dice >> 7;
    writes->dice ^= writes->dice << 17;
    unsigned levels = 1;
    for (uint64_t bits = writes->dice >> 20; levels < STORE_WRITES_LEVELS && (bits & 3) == 0; bits >>= 2)
        levels++;
    return levels;
}

static uint32_t
add_node(struct store_writes *writes, unsigned table, struct text key,
         const uint32_t before[STORE_WRITES_LEVELS])
{
    if (writes->count == writes->room) {
        writes->room *= 2;
        writes->nodes = realloc(writes->nodes, writes->room * sizeof *writes->nodes);
        assert(writes->nodes != NULL);
    }
    uint32_t node = writes->count++;
    struct store_write *made = &writes->nodes[node];
    *made = (struct store_write){
        .key_at = keep_bytes(writes, key), .key_length = (uint32_t)key.length, .table = (uint16_t)table};
    unsigned levels = throw_levels(writes);
    for (unsigned level = 0; level < levels; level++) {
        made->next[level] = writes->nodes[before[level]].next[level];
        writes->nodes[before[level]].next[level] = node;
    }
    return node;
}

void
store_writes_set(struct store_writes *writes, unsigned table, struct text key, struct text value,
                 bool deleted)
{
    uint32_t before[STORE_WRITES_LEVELS];
    uint32_t node = descend(writes, table, key, before);
    if (node == 0 || order(writes, node, table, key) != 0)
        node = add_node(writes, table, key, before);
    writes->nodes[node].value_at = keep_bytes(writes, value);
    writes->nodes[node].value_length = (uint32_t)value.length;
    writes->nodes[node].deleted = deleted;
}
