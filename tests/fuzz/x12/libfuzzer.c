/* What libFuzzer calls when it is linked in: the mutations that know X12 instead of those of bytes. */
#include "tests/fuzz/x12/x12_mutate.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t room, unsigned seed);

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    return x12_mutate(data, size, room, seed, LLVMFuzzerMutate);
}

size_t
LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size,
                          uint8_t *out, size_t room, unsigned seed)
{
    return x12_cross(data, size, other, other_size, out, room, seed);
}
