#include "common/arena/arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 64 * 1024, KEEP_BYTES = 1024 * 1024 };

void
arena_init(struct arena *arena, size_t limit_bytes)
{
    *arena = (struct arena){.limit_bytes = limit_bytes};
}

static void
free_from(struct arena *arena, struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;
        arena->total_bytes -= block->size;
        free(block);
        block = next;
    }
}

void
arena_free(struct arena *arena)
{
    free_from(arena, arena->first);
    *arena = (struct arena){.limit_bytes = arena->limit_bytes};
}

void
arena_reset(struct arena *arena)
{
    size_t kept = 0;
    struct arena_block **link = &arena->first;
    while (*link != NULL && kept + (*link)->size <= KEEP_BYTES) {
        kept += (*link)->size;
        link = &(*link)->next;
    }
    free_from(arena, *link);
    *link = NULL;
    arena->current = arena->first;
    arena->used = 0;
}

static void
next_block(struct arena *arena, size_t size)
{
    struct arena_block *next = arena->current == NULL ? arena->first : arena->current->next;
    if (next == NULL || next->size < size) {
        size_t bytes = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        assert(arena->limit_bytes == 0 || arena->total_bytes + bytes <= arena->limit_bytes);
        struct arena_block *block = malloc(sizeof *block + bytes);
        assert(block != NULL);
        block->size = bytes;
        block->next = next;
        if (arena->current == NULL)
            arena->first = block;
        else
            arena->current->next = block;
        arena->total_bytes += bytes;
        next = block;
    }
    arena->current = next;
    arena->used = 0;
}

void *
arena_take_block(struct arena *arena, size_t size)
{
    assert(size <= SIZE_MAX / 2);
    size = (size + ARENA_ALIGN_BYTES - 1) & ~(size_t)(ARENA_ALIGN_BYTES - 1);
    next_block(arena, size);
    arena->used = size;
    return arena->current->data;
}

void *
arena_take(struct arena *arena, size_t size)
{
    void *memory = arena_take_raw(arena, size);
    memset(memory, 0, size);
    return memory;
}

struct text
arena_copy(struct arena *arena, struct text t)
{
    char *copy = arena_take_raw(arena, t.length + 1);
    if (t.length > 0)
        memcpy(copy, t.data, t.length);
    copy[t.length] = '\0';
    return text_of(copy, t.length);
}

struct text
arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *copy = arena_take_raw(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(copy, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text_of(copy, (size_t)length);
}

struct arena_mark
arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->current, arena->used};
}

void
arena_release(struct arena *arena, struct arena_mark mark)
{
    arena->current = mark.current == NULL ? arena->first : mark.current;
    arena->used = mark.current == NULL ? 0 : mark.used;
}
