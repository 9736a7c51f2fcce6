#include "common/seal/seal.h"

#include <assert.h>
#include <xxhash.h>

static void
put_sum(XXH128_hash_t hash, uint8_t sum[SEAL_SUM_BYTES])
{
    XXH128_canonical_t canonical;
    static_assert(sizeof canonical.digest == SEAL_SUM_BYTES, "a sum is what the library gives");
    XXH128_canonicalFromHash(&canonical, hash);
    memcpy(sum, canonical.digest, SEAL_SUM_BYTES);
}

void
seal_sum(struct text message, uint8_t sum[SEAL_SUM_BYTES])
{
    put_sum(XXH3_128bits(message.data, message.length), sum);
}

/* The library's own state under our name. */
struct seal_sum *
seal_sum_begin(void)
{
    XXH3_state_t *state = XXH3_createState();
    assert(state != NULL);
    XXH3_128bits_reset(state);
    return (struct seal_sum *)state;
}

void
seal_sum_add(struct seal_sum *running, struct text piece)
{
    if (piece.length > 0)
        XXH3_128bits_update((XXH3_state_t *)running, piece.data, piece.length);
}

void
seal_sum_end(struct seal_sum *running, uint8_t sum[SEAL_SUM_BYTES])
{
    put_sum(XXH3_128bits_digest((XXH3_state_t *)running), sum);
    XXH3_freeState((XXH3_state_t *)running);
}
