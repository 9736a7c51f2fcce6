/* common/arena: memory of one step. */
#include "common/arena/arena.h"

#include <criterion/criterion.h>
#include <signal.h>

static struct arena arena;

static void
set_up(void)
{
    arena_init(&arena, 0);
}

static void
tear_down(void)
{
    arena_free(&arena);
}

TestSuite(arena, .init = set_up, .fini = tear_down);

Test(arena, what_is_taken_is_zeroed_aligned_and_apart)
{
    char *before = NULL;
    for (int i = 0; i < 2; i++) {
        for (size_t size = 0; size < 300; size++) {
            char *memory = arena_take(&arena, size);
            cr_assert_eq((uintptr_t)memory % 16, 0);
            for (size_t at = 0; at < size; at++)
                cr_assert_eq(memory[at], 0);
            memset(memory, 0xaa, size);
            if (before != NULL && size > 1)
                cr_assert_eq((uint8_t)before[0], 0xaa, "size %zu", size);
            before = size > 0 ? memory : before;
        }
        arena_reset(&arena);
        before = NULL;
    }
}

Test(arena, nothing_is_allocated_before_the_first_take)
{
    cr_assert_eq(arena.total_bytes, 0);
    arena_take(&arena, 1);
    cr_assert_gt(arena.total_bytes, 0);
}

Test(arena, a_warm_arena_keeps_its_blocks_over_a_reset)
{
    for (int i = 0; i < 10; i++)
        arena_take(&arena, 30000);
    size_t total = arena.total_bytes;
    for (int round = 0; round < 5; round++) {
        arena_reset(&arena);
        for (int i = 0; i < 10; i++)
            arena_take(&arena, 30000);
        cr_assert_eq(arena.total_bytes, total);
    }
}

Test(arena, about_a_mebibyte_of_blocks_is_kept_over_a_reset)
{
    enum { MEBIBYTE = 1 << 20, BLOCK = 1 << 16 };
    for (int i = 0; i < 100; i++)
        arena_take(&arena, 60000);
    cr_assert_gt(arena.total_bytes, 2 * MEBIBYTE);
    arena_reset(&arena);
    cr_assert_leq(arena.total_bytes, MEBIBYTE + BLOCK);
    arena_free(&arena);
    cr_assert_eq(arena.total_bytes, 0);
    arena_take(&arena, 5000000);
    arena_reset(&arena);
    cr_assert_eq(arena.total_bytes, 0);
}

Test(arena, release_gives_back_what_was_taken_after_the_mark)
{
    struct arena_mark empty = arena_mark(&arena);
    char *first = arena_take(&arena, 64);
    struct arena_mark mark = arena_mark(&arena);
    char *second = arena_take(&arena, 64);
    arena_take(&arena, 200000);
    arena_release(&arena, mark);
    cr_assert_eq((char *)arena_take(&arena, 64), second);
    arena_release(&arena, empty);
    cr_assert_eq((char *)arena_take(&arena, 64), first);
}

Test(arena, copies_are_terminated_and_prints_are_whole)
{
    char long_text[5000];
    memset(long_text, 'x', sizeof long_text);
    struct text copy = arena_copy(&arena, TEXT("J10.1"));
    cr_assert_str_eq(copy.data, "J10.1");
    cr_assert_eq(copy.length, 5);
    cr_assert_str_eq(arena_copy(&arena, (struct text){0}).data, "");
    struct text printed = arena_print(&arena, "%d/%.*s", 7, (int)sizeof long_text, long_text);
    cr_assert_eq(printed.length, sizeof long_text + 2);
    cr_assert_eq(printed.data[printed.length], '\0');
}

Test(arena, past_its_limit_the_process_ends, .signal = SIGABRT)
{
    arena_free(&arena);
    arena_init(&arena, 100000);
    arena_take(&arena, 1000);
    arena_take(&arena, 100000);
}
