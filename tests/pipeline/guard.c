#include "tests/pipeline/guard.h"

#include <stdio.h>
#include <stdlib.h>

static struct guard_entry *
place_of_hash(const struct guard *guard, uint64_t digest)
{
    return &guard->entries[(size_t)(digest * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (guard->room - 1)];
}

static struct guard_entry *
place_of(const struct guard *guard, uint64_t digest)
{
    size_t at = (size_t)(place_of_hash(guard, digest) - guard->entries);
    while (guard->entries[at].digest != 0 && guard->entries[at].digest != digest)
        at = (at + 1) & (guard->room - 1);
    return &guard->entries[at];
}

static void
grow(struct guard *guard)
{
    struct guard old = *guard;
    guard->room = old.room == 0 ? 4096 : old.room * 2;
    guard->entries = calloc(guard->room, sizeof *guard->entries);
    if (guard->entries == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    for (size_t i = 0; i < old.room; i++) {
        if (old.entries[i].digest != 0)
            *place_of(guard, old.entries[i].digest) = old.entries[i];
    }
    free(old.entries);
}

void
guard_expect(const struct guard *guard, uint64_t digest)
{
    if (guard->room > 0)
        __builtin_prefetch(place_of_hash(guard, digest + (digest == 0)));
}

const struct guard_entry *
guard_take(struct guard *guard, uint64_t digest, uint32_t serial, uint32_t ordinal)
{
    digest += digest == 0;
    if (guard->count * 10 >= guard->room * 7)
        grow(guard);
    struct guard_entry *entry = place_of(guard, digest);
    if (entry->digest == 0) {
        *entry = (struct guard_entry){digest, serial, ordinal};
        guard->count++;
    }
    return entry;
}

const struct guard_entry *
guard_find(const struct guard *guard, uint64_t digest)
{
    digest += digest == 0;
    if (guard->room == 0)
        return NULL;
    const struct guard_entry *entry = place_of(guard, digest);
    return entry->digest != 0 ? entry : NULL;
}

void
guard_free(struct guard *guard)
{
    free(guard->entries);
    *guard = (struct guard){0};
}
