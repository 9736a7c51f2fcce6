/*
 * Mutations that know X12: segments and loops dropped, doubled, moved and put in, values as the guides of the
 * build have them, and an envelope that mostly agrees with what it holds. The same seed and bytes give the
 * same result.
 */
#ifndef CLAIMLINE_FUZZ_X12_MUTATE_H
#define CLAIMLINE_FUZZ_X12_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Changes `size` bytes in place, which have room for `room`; returns the new size. LLVMFuzzerMutate is one.
 */
typedef size_t (*mutate_bytes)(uint8_t *data, size_t size, size_t room);

/* In place, at most `room` bytes; returns the new size. `fallback` changes bytes that hold no interchange,
 * some of the values, and a share of the rest. */
size_t x12_mutate(uint8_t *data, size_t size, size_t room, unsigned seed, mutate_bytes fallback);
/* Segments of `other` put into `data`, or in the place of some; into `out`. 0: one of the two is no
 * interchange. */
size_t x12_cross(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size, uint8_t *out,
                 size_t room, unsigned seed);

#endif
