/* A form of 837 bytes in which two writings of the same claims are equal: for the round-trip tests. */
#ifndef CLAIMLINE_TESTS_X12_CANONICAL_H
#define CLAIMLINE_TESTS_X12_CANONICAL_H

#include "common/arena/arena.h"

/*
 * Each claim as lines of text: what stands above it (billing provider, subscriber, patient levels without HL), the claim,
 * each of its lines. Trailing empties are dropped, decimals shortened, separators made the same; inside a level, a claim
 * or a line, segments that a guide lets stand in any order are sorted, each with the loop that it belongs to. The
 * splitter is its own and shares no code with common/x12.
 */
struct text x12_canonical(struct text bytes, struct arena *arena);

#endif
