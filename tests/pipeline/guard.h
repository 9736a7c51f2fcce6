/* A set of 64-bit digests, each with who brought it first. Open addressing; grows by doubling. */
#ifndef CLAIMLINE_TESTS_PIPELINE_GUARD_H
#define CLAIMLINE_TESTS_PIPELINE_GUARD_H

#include <stddef.h>
#include <stdint.h>

struct guard_entry {
    uint64_t digest; /* 0: free */
    uint32_t serial, ordinal;
};

struct guard {
    struct guard_entry *entries;
    size_t room, count;
};

/* The entry of the digest, made with (serial, ordinal) when there was none. Valid until the next call. */
const struct guard_entry *guard_take(struct guard *guard, uint64_t digest, uint32_t serial, uint32_t ordinal);
/* The digest will soon be asked for: its place, which lies anywhere in a large table, is fetched meanwhile. */
void guard_expect(const struct guard *guard, uint64_t digest);
/* NULL when there is none. */
const struct guard_entry *guard_find(const struct guard *guard, uint64_t digest);
void guard_free(struct guard *guard);

#endif
