#include "common/store/store_filter.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

enum { BLOCK_WORDS = 8, BLOCK_BITS = 64 * BLOCK_WORDS, PROBES = 6, PROBE_BITS = 9 };

static void
bits_free(struct store_filter_bits *bits)
{
    free(bits->words);
    *bits = (struct store_filter_bits){0};
}

static void
bits_make(struct store_filter_bits *bits, uint64_t rows)
{
    uint64_t room = STORE_FILTER_LEAST;
    while (room < 2 * rows && room < STORE_FILTER_MOST)
        room *= 2;
    bits->room = room;
    bits->blocks = room * STORE_FILTER_ROW_BITS / BLOCK_BITS;
    size_t size = bits->blocks * BLOCK_WORDS * sizeof *bits->words;
    bits->words = aligned_alloc(BLOCK_WORDS * sizeof *bits->words, size);
    assert(bits->words != NULL);
    memset(bits->words, 0, size);
}

static uint64_t *
block_of(const struct store_filter_bits *bits, XXH128_hash_t hash)
{
    return bits->words + (uint64_t)((unsigned __int128)hash.low64 * bits->blocks >> 64) * BLOCK_WORDS;
}

static void
bits_set(struct store_filter_bits *bits, XXH128_hash_t hash)
{
    uint64_t *block = block_of(bits, hash), probes = hash.high64;
    for (int i = 0; i < PROBES; i++, probes >>= PROBE_BITS)
        block[probes >> 6 & (BLOCK_WORDS - 1)] |= (uint64_t)1 << (probes & 63);
}

static bool
bits_all_set(const struct store_filter_bits *bits, XXH128_hash_t hash)
{
    const uint64_t *block = block_of(bits, hash);
    uint64_t probes = hash.high64;
    for (int i = 0; i < PROBES; i++, probes >>= PROBE_BITS)
        if ((block[probes >> 6 & (BLOCK_WORDS - 1)] >> (probes & 63) & 1) == 0)
            return false;
    return true;
}

void
store_filter_free(struct store_filter *filter)
{
    bits_free(&filter->ready);
    bits_free(&filter->made);
}

bool
store_filter_may_hold(const struct store_filter *filter, struct text key)
{
    return filter->ready.words == NULL || bits_all_set(&filter->ready, XXH3_128bits(key.data, key.length));
}

void
store_filter_add(struct store_filter *filter, struct text key)
{
    XXH128_hash_t hash = XXH3_128bits(key.data, key.length);
    if (filter->ready.words != NULL)
        bits_set(&filter->ready, hash);
    if (filter->made.words != NULL)
        bits_set(&filter->made, hash);
}

bool
store_filter_wants(struct store_filter *filter, uint64_t rows)
{
    if (filter->made.words != NULL)
        return !filter->whole;
    if (filter->ready.words != NULL && (rows <= filter->ready.room || filter->ready.room >= STORE_FILTER_MOST))
        return false;
    bits_make(&filter->made, rows);
    filter->position_length = filter->position_committed_length = 0;
    filter->whole = false;
    return true;
}

void
store_filter_read(struct store_filter *filter, struct text key)
{
    assert(key.length <= STORE_FILTER_KEY);
    bits_set(&filter->made, XXH3_128bits(key.data, key.length));
    memcpy(filter->position, key.data, key.length);
    filter->position_length = key.length;
}

void
store_filter_end(struct store_filter *filter)
{
    filter->whole = true;
}

void
store_filter_committed(struct store_filter *filter)
{
    memcpy(filter->position_committed, filter->position, filter->position_length);
    filter->position_committed_length = filter->position_length;
    if (!filter->whole)
        return;
    bits_free(&filter->ready);
    filter->ready = filter->made;
    filter->made = (struct store_filter_bits){0};
    filter->whole = false;
}

void
store_filter_aborted(struct store_filter *filter)
{
    memcpy(filter->position, filter->position_committed, filter->position_committed_length);
    filter->position_length = filter->position_committed_length;
    filter->whole = false;
}
