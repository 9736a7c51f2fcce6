#include "tests/pipeline/digest.h"

#include <string.h>

static const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);

uint64_t
digest_mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t
digest_bytes(uint64_t start, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t state = start ^ (length * golden);
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        state = (state ^ word) * UINT64_C(0x9fb21c651e98df25);
        state ^= state >> 32;
        at += 8;
        length -= 8;
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < length; i++)
        tail |= (uint64_t)at[i] << (8 * i);
    return digest_mix((state ^ tail) * UINT64_C(0x9fb21c651e98df25));
}

static uint64_t
fold(uint64_t state, const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
    state = (state ^ word) * UINT64_C(0x9fb21c651e98df25);
    return state ^ state >> 32;
}

uint64_t
digest_content(const void *bytes, size_t length)
{
    enum { LANES = 4, TURN = 8 * LANES };
    const unsigned char *at = bytes;
    uint64_t lanes[LANES] = {golden, 2 * golden, 3 * golden, 4 * golden}, state = length;
    for (; length >= TURN; at += TURN, length -= TURN)
        for (int i = 0; i < LANES; i++)
            lanes[i] = fold(lanes[i], at + 8 * i);
    for (int i = 0; i < LANES; i++)
        state = digest_mix(state ^ lanes[i]);
    return digest_bytes(state, at, length);
}

uint64_t
digest_draw(uint64_t base, uint32_t n)
{
    return digest_mix(base + (n + 1) * golden);
}
