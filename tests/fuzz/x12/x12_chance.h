/* Random numbers of a given seed, and of nothing else. */
#ifndef CLAIMLINE_FUZZ_X12_CHANCE_H
#define CLAIMLINE_FUZZ_X12_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

static inline struct chance
chance_of(unsigned seed)
{
    return (struct chance){(seed + UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xBF58476D1CE4E5B9) | 1};
}

/* 0 to below - 1; 0 when below is 0. xorshift64*. */
static inline unsigned
chance_below(struct chance *chance, unsigned below)
{
    uint64_t x = chance->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    chance->state = x;
    x *= UINT64_C(0x2545F4914F6CDD1D);
    return below == 0 ? 0 : (unsigned)((x >> 32) * below >> 32);
}

/* True once in n. */
static inline bool
chance_one_in(struct chance *chance, unsigned n)
{
    return chance_below(chance, n) == 0;
}

#endif
