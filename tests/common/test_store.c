#include "tests/common/store_place.h"

#include <stdlib.h>

static bool
count_visit(void *context, struct text key, struct text value)
{
    (void)key;
    (void)value;
    ++*(unsigned *)context;
    return true;
}

Test(store, a_step_of_many_writes_and_scans_is_not_quadratic)
{
    struct place place;
    make_place(&place, true);
    struct store *store = open_place(&place);
    struct arena arena;
    arena_init(&arena, 0);
    cr_assert_eq(store_begin(store), STATUS_OK);
    store_step_begin(store);
    enum { WRITES = 20000 };
    for (uint32_t i = 0; i < WRITES; i++) {
        struct store_key key = store_key_u32(store_key(), i * 2654435761u);
        store_put(store, ROWS, store_key_text(&key), TEXT("value"));
        struct store_key end = store_key_u32(store_key(), i * 2654435761u + 1);
        unsigned seen = 0;
        store_scan(store, ROWS, store_key_text(&key), store_key_text(&end), &arena, count_visit, &seen);
        cr_assert_eq(seen, 1);
    }
    cr_assert_eq(store_step_apply(store), STATUS_OK);
    cr_assert_eq(store_commit(store), STATUS_OK);
    cr_assert_eq(store_table_count(store, ROWS).rows, WRITES);
    store_close(store);
    arena_free(&arena);
    remove_place(&place);
}

static void
append_step(struct store *store, size_t length, unsigned count)
{
    char *entry = calloc(1, length);
    store_step_begin(store);
    for (unsigned i = 0; i < count; i++)
        store_log_append(store, LOG, text_of(entry, length));
    cr_assert_eq(store_step_apply(store), STATUS_OK);
    free(entry);
}

Test(store, entries_of_one_commit_are_one_value_or_several_of_a_mebibyte)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        struct store *store = open_place(&place);
        struct arena arena;
        arena_init(&arena, 0);
        cr_assert_eq(store_begin(store), STATUS_OK);
        for (unsigned i = 0; i < 10; i++)
            append_step(store, 100, 10);
        uint64_t first = 0;
        uint32_t count = 0;
        struct text frame;
        cr_assert_eq(store_log_frame(store, LOG, 5, &arena, &first, &count, &frame), STATUS_NOT_FOUND);
        cr_assert_eq(store_commit(store), STATUS_OK);
        cr_assert_eq(store_log_frame(store, LOG, 50, &arena, &first, &count, &frame), STATUS_OK);
        cr_assert(first == 1 && count == 100 && frame.length == 100 * 104);
        cr_assert_eq(store_begin(store), STATUS_OK);
        append_step(store, 1000, 5000);
        cr_assert_eq(store_log_frame(store, LOG, 101, &arena, &first, &count, &frame), STATUS_NOT_FOUND);
        append_step(store, 3 << 20, 1);
        cr_assert_eq(store_commit(store), STATUS_OK);
        uint64_t number = 101;
        unsigned values = 0;
        while (number < 5102) {
            cr_assert_eq(store_log_frame(store, LOG, number, &arena, &first, &count, &frame), STATUS_OK);
            cr_assert_eq(first, number);
            cr_assert(frame.length <= 1 << 20 || count == 1);
            number += count;
            values++;
        }
        cr_assert_eq(number, 5102);
        cr_assert_eq(store_table_count(store, LOG).rows, values + 1);
        cr_assert_eq(store_log_frame(store, LOG, 5102, &arena, &first, &count, &frame), STATUS_NOT_FOUND);
        arena_free(&arena);
        store_close(store);
        remove_place(&place);
    }
}

static void
keep_frame(struct store *store, struct arena *arena, uint64_t number, uint64_t wanted_first, uint32_t wanted_count, char byte)
{
    uint64_t first = 0;
    uint32_t count = 0;
    struct text frame = {0};
    cr_assert_eq(store_log_frame(store, LOG, number, arena, &first, &count, &frame), STATUS_OK);
    cr_assert_eq(first, wanted_first);
    cr_assert_eq(count, wanted_count);
    cr_assert_eq(frame.length, wanted_count * 5);
    for (uint32_t i = 0; i < wanted_count; i++)
        cr_assert(memcmp(frame.data + (size_t)i * 5, "\0\0\0\1", 4) == 0 && frame.data[(size_t)i * 5 + 4] == byte);
}

static void
append_bytes(struct store *store, unsigned count, char byte)
{
    store_step_begin(store);
    for (unsigned i = 0; i < count; i++)
        store_log_append_parts(store, LOG, (struct text){0}, text_of(&byte, 1));
    cr_assert_eq(store_step_apply(store), STATUS_OK);
}

/* A frame kept in memory must never be one of a batch that was given up: its numbers are given again. */
Test(store, a_kept_frame_is_the_one_that_was_committed)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        struct store *store = open_place(&place);
        struct arena arena;
        arena_init(&arena, 0);
        store_log_keep(store, LOG, 64);
        cr_assert_eq(store_begin(store), STATUS_OK);
        append_bytes(store, 3, 'a');
        cr_assert_eq(store_commit(store), STATUS_OK);
        keep_frame(store, &arena, 2, 1, 3, 'a');
        cr_assert_eq(store_begin(store), STATUS_OK);
        append_bytes(store, 2, 'b');
        store_abort(store);
        cr_assert_eq(store_begin(store), STATUS_OK);
        append_bytes(store, 4, 'c');
        cr_assert_eq(store_commit(store), STATUS_OK);
        keep_frame(store, &arena, 5, 4, 4, 'c');
        keep_frame(store, &arena, 1, 1, 3, 'a');
        /* Larger than what is kept: it comes from the tree, and so do those that made room. */
        cr_assert_eq(store_begin(store), STATUS_OK);
        append_bytes(store, 13, 'd');
        cr_assert_eq(store_commit(store), STATUS_OK);
        for (char byte = 'e'; byte < 'z'; byte++) {
            cr_assert_eq(store_begin(store), STATUS_OK);
            append_bytes(store, 5, byte);
            cr_assert_eq(store_commit(store), STATUS_OK);
        }
        keep_frame(store, &arena, 20, 8, 13, 'd');
        keep_frame(store, &arena, 1, 1, 3, 'a');
        keep_frame(store, &arena, 21, 21, 5, 'e');
        keep_frame(store, &arena, 125, 121, 5, 'y');
        store_close(store);
        arena_free(&arena);
        remove_place(&place);
    }
}

Test(store, a_log_forgets_whole_values_from_the_front)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        struct store *store = open_place(&place);
        for (unsigned i = 0; i < 10; i++) {
            cr_assert_eq(store_begin(store), STATUS_OK);
            append_step(store, 50, 10);
            cr_assert_eq(store_commit(store), STATUS_OK);
        }
        static const struct {
            uint64_t before, first, rows;
        } cases[] = {{1, 1, 10}, {10, 1, 10},  {11, 11, 9},   {35, 31, 7},
                     {5, 31, 7}, {100, 91, 1}, {101, 101, 0}, {500, 101, 0}};
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            cr_assert_eq(store_begin(store), STATUS_OK);
            store_step_begin(store);
            store_log_forget(store, LOG, cases[i].before);
            cr_assert_eq(store_step_apply(store), STATUS_OK);
            cr_assert_eq(store_commit(store), STATUS_OK);
            uint64_t first, next;
            store_log_range(store, LOG, &first, &next);
            cr_expect_eq(first, cases[i].first, "before %lu", (unsigned long)cases[i].before);
            cr_expect_eq(next, 101);
            cr_expect_eq(store_table_count(store, LOG).rows, cases[i].rows);
        }
        store_close(store);
        store = open_place(&place);
        cr_assert_eq(store_begin(store), STATUS_OK);
        append_step(store, 50, 1);
        cr_assert_eq(store_commit(store), STATUS_OK);
        uint64_t first, next;
        store_log_range(store, LOG, &first, &next);
        cr_expect(first == 101 && next == 102);
        store_close(store);
        remove_place(&place);
    }
}

Test(store, numbers_of_a_dropped_step_are_given_again)
{
    struct place place;
    make_place(&place, true);
    struct store *store = open_place(&place);
    cr_assert_eq(store_begin(store), STATUS_OK);
    for (int i = 0; i < 3; i++) {
        store_step_begin(store);
        cr_assert_eq(store_log_append(store, LOG, TEXT("a")), 1);
        cr_assert_eq(store_log_append(store, LOG, TEXT("b")), 2);
        store_step_drop(store);
    }
    append_step(store, 1, 2);
    store_step_begin(store);
    cr_assert_eq(store_log_append(store, LOG, TEXT("c")), 3);
    cr_assert_eq(store_step_apply(store), STATUS_OK);
    cr_assert_eq(store_commit(store), STATUS_OK);
    store_close(store);
    remove_place(&place);
}

Test(store, time_and_counters_and_identity_survive)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        struct store *store = open_place(&place);
        uint8_t id[STORE_ID_BYTES];
        memcpy(id, store_id(store), sizeof id);
        uint64_t incarnation = store_incarnation(store);
        cr_assert_eq(store_begin(store), STATUS_OK);
        store_set_time(store, 1234567);
        store_step_begin(store);
        store_counter_add(store, 63, 5);
        store_counter_add(store, 0, -2);
        cr_assert_eq(store_counter(store, 63), 5);
        cr_assert_eq(store_step_apply(store), STATUS_OK);
        cr_assert_eq(store_commit(store), STATUS_OK);
        store_close(store);
        store = open_place(&place);
        cr_expect_eq(store_time(store), 1234567);
        cr_expect_eq(store_counter(store, 63), 5);
        cr_expect_eq(store_counter(store, 0), -2);
        cr_expect_eq(store_incarnation(store), incarnation);
        cr_expect(memcmp(store_id(store), id, sizeof id) == 0);
        store_close(store);
        remove_place(&place);
    }
}

/* A content file that a former process sealed is opened outside of any read of the store, which holds that process's salt. */
Test(store, what_a_former_start_sealed_opens_outside_of_a_read)
{
    static const struct seal_bound bound = {{{"file", 4}, {"0", 1}, {"", 0}}};
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        uint8_t sealed[5 + SEAL_OVERHEAD], plain[5];
        make_place(&place, memory);
        struct store *store = open_place(&place);
        seal_close(store_seal(store), &bound, TEXT("claim"), sealed);
        store_close(store);
        for (int starts = 0; starts < 2; starts++) {
            store = open_place(&place);
            struct text whole = text_of(sealed, sizeof sealed);
            cr_expect_eq(seal_open(store_seal(store), &bound, whole, plain), STATUS_OK);
            cr_expect(memcmp(plain, "claim", 5) == 0);
            store_close(store);
        }
        remove_place(&place);
    }
}

static unsigned seam_calls;

static void
count_seam(const char *operation)
{
    cr_assert(operation[0] != '\0');
    seam_calls++;
}

Test(store, the_seam_is_passed_before_every_operation)
{
    struct place place;
    make_place(&place, true);
    struct store *store = open_place(&place);
    struct arena arena;
    arena_init(&arena, 0);
    struct text value;
    seam_calls = 0;
    store_seam = count_seam;
    store_begin(store); /* 1 */
    store_step_begin(store);
    store_put(store, ROWS, TEXT("key"), TEXT("value"));  /* 2 */
    store_get(store, ROWS, TEXT("key"), &arena, &value); /* 3 */
    store_delete(store, ROWS, TEXT("other"));            /* 4 */
    store_log_append(store, LOG, TEXT("entry"));         /* 5 */
    cr_assert_eq(store_step_apply(store), STATUS_OK);    /* 6 */
    cr_assert_eq(store_commit(store), STATUS_OK);        /* 7 */
    cr_expect_eq(seam_calls, 7);
    store_seam = NULL;
    store_close(store);
    arena_free(&arena);
    remove_place(&place);
}

Test(store, another_plan_is_refused_with_its_reason)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        struct store_table changed[TABLES];
        struct store *store = NULL;
        char reason[256];
        memcpy(changed, tables, sizeof changed);
        place.options.tables = changed;
        changed[BULK].format = 2; /* the store has 3 */
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        cr_expect_not_null(strstr(reason, "bulk"));
        changed[BULK].format = 3;
        changed[ROWS].kind = STORE_LOG;
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        changed[ROWS].kind = STORE_ORDERED;
        place.options.table_count = TABLES - 1;
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        cr_assert_null(store);
        /* A table more, and another order: the store learns it, the counts go with the names. */
        struct store_table more[TABLES + 1] = {
            tables[BULK], tables[LOG],    {"new", STORE_ORDERED, 1, 0, 0}, tables[GUARD],
            tables[ROWS], tables[BEHIND]};
        place.options.tables = tables;
        place.options.table_count = TABLES;
        store = open_place(&place);
        cr_assert_eq(store_begin(store), STATUS_OK);
        store_step_begin(store);
        store_put(store, ROWS, TEXT("key"), TEXT("value"));
        store_log_append(store, LOG, TEXT("entry"));
        cr_assert_eq(store_step_apply(store), STATUS_OK);
        cr_assert_eq(store_commit(store), STATUS_OK);
        store_close(store);
        place.options.tables = more;
        place.options.table_count = TABLES + 1;
        store = open_place(&place);
        cr_expect_eq(store_table_count(store, 4).rows, 1);
        cr_expect_eq(store_table_count(store, 1).rows, 1);
        cr_expect_eq(store_scrub(store, reason), STATUS_OK);
        store_close(store);
        remove_place(&place);
    }
}

/* BEHIND has a window of 48 rows: what is not in its tree yet is told, in a batch that was given up not. */
Test(store, rows_that_are_not_in_their_tree_yet_are_counted)
{
    struct place place;
    make_place(&place, false);
    struct store *store = open_place(&place);
    cr_assert_eq(store_behind_count(store), 0);
    uint64_t most = 0;
    for (uint64_t i = 0; i < 400; i++) {
        struct store_key key = store_key_u64(store_key(), i * UINT64_C(0x9E3779B97F4A7C15));
        cr_assert_eq(store_begin(store), STATUS_OK);
        store_step_begin(store);
        store_put(store, BEHIND, store_key_text(&key), TEXT("v"));
        store_put(store, ROWS, store_key_text(&key), TEXT("v"));
        cr_assert_eq(store_step_apply(store), STATUS_OK);
        if (i == 20) {
            store_abort(store);
            cr_assert_eq(store_behind_count(store), 20);
            continue;
        }
        cr_assert_eq(store_commit(store), STATUS_OK);
        if (i < 20)
            cr_assert_eq(store_behind_count(store), i + 1);
        most = store_behind_count(store) > most ? store_behind_count(store) : most;
        cr_assert_geq(store_behind_count(store) + store_table_count(store, BEHIND).rows, i);
    }
    cr_assert(most >= 48 && most <= 2 * 48, "%llu", (unsigned long long)most);
    uint64_t before = store_behind_count(store);
    store_drop_unclean(store);
    store = open_place(&place);
    cr_assert_geq(store_behind_count(store), before, "the log fills the window again");
    store_close(store);
    remove_place(&place);
}
