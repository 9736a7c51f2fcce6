/*
 * Memory of one step: taken piece by piece, thrown away all at once. An arena keeps its blocks over a reset, so a
 * warm one does not call malloc.
 */
#ifndef CLAIMLINE_ARENA_H
#define CLAIMLINE_ARENA_H

#include "common/text/text.h"

#include <stdarg.h>

enum { ARENA_ALIGN_BYTES = 16 };

/* Private to the arena. */
struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(ARENA_ALIGN_BYTES) char data[];
};

struct arena {
    struct arena_block *first, *current;
    size_t used;        /* in the current block */
    size_t limit_bytes; /* over all blocks; 0 = no limit */
    size_t total_bytes; /* in blocks */
};

/* An empty arena; nothing is allocated before the first take. A limit of 0 means none. */
void arena_init(struct arena *arena, size_t limit_bytes);
/* Frees all blocks. */
void arena_free(struct arena *arena);
/* All that was taken is void; up to 1 MiB of blocks is kept. */
void arena_reset(struct arena *arena);

/* Zeroed memory, aligned to 16, valid until reset. Never NULL: past the limit or without memory the process ends
 * by assert, so callers bound what they take by what they were given (a record is at most 1 MiB). */
void *arena_take(struct arena *arena, size_t size);
/* From the next block; for arena_take_raw. */
void *arena_take_block(struct arena *arena, size_t size);
/* As arena_take, without zeroing. */
static inline void *
arena_take_raw(struct arena *arena, size_t size)
{
    const struct arena_block *block = arena->current;
    const size_t taken = (size + ARENA_ALIGN_BYTES - 1) & ~(size_t)(ARENA_ALIGN_BYTES - 1);
    if (block == NULL || size > block->size || block->size - arena->used < taken)
        return arena_take_block(arena, size);
    void *memory = arena->current->data + arena->used;
    arena->used += taken;
    return memory;
}
#define ARENA_ARRAY(arena, type, count) ((type *)arena_take((arena), sizeof(type) * (size_t)(count)))

/* A copy, terminated by a zero byte that the length does not count. */
struct text arena_copy(struct arena *arena, struct text t);
/* printf into the arena. */
struct text arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A place to return to: what was taken after the mark is void after arena_release. */
struct arena_mark {
    struct arena_block *current;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

#endif
