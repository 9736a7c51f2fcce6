/* Digests and draws of the pipeline's test programs: 64 bits, fixed for ever, because seeds are written down.
 */
#ifndef CLAIMLINE_TESTS_PIPELINE_DIGEST_H
#define CLAIMLINE_TESTS_PIPELINE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* A 64-bit digest of bytes; not meant against people who look for collisions. */
uint64_t digest_bytes(uint64_t start, const void *bytes, size_t length);
/* Of the content of files, to know the same again: each multiplication of the one above waits for the one before, here only every
 * fourth does. */
uint64_t digest_content(const void *bytes, size_t length);
/* The finaliser of splitmix64. */
uint64_t digest_mix(uint64_t value);
/* Draw number `n` of the stream `base`: a pure function of both. */
uint64_t digest_draw(uint64_t base, uint32_t n);

#endif
