/* The filter of a guard's keys: alone, and in a store whose tree takes several commits to read. */
#include "common/store/store_filter.h"
#include "tests/common/store_place.h"

enum { ROWS_MANY = 12000 };

static struct text
number_key(char bytes[16], uint32_t number)
{
    uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15u; /* in no order */
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(mixed >> (8 * i));
    memcpy(bytes + 8, &number, 4);
    return text_of(bytes, 12);
}

static void
fill(struct store_filter *filter, uint32_t from, uint32_t to)
{
    char bytes[16];
    cr_assert(store_filter_wants(filter, to));
    for (uint32_t i = from; i < to; i++)
        store_filter_read(filter, number_key(bytes, i));
    store_filter_end(filter);
    store_filter_committed(filter);
}

static uint32_t
count_held(const struct store_filter *filter, uint32_t from, uint32_t to)
{
    char bytes[16];
    uint32_t held = 0;
    for (uint32_t i = from; i < to; i++)
        held += store_filter_may_hold(filter, number_key(bytes, i));
    return held;
}

Test(store_filter, holds_what_was_added_and_little_else)
{
    struct store_filter filter = {0};
    char bytes[16];
    cr_assert_eq(count_held(&filter, 0, 100), 100, "it does not answer before it was filled");
    fill(&filter, 0, STORE_FILTER_LEAST / 2);
    cr_assert_not(store_filter_wants(&filter, STORE_FILTER_LEAST));
    for (uint32_t i = STORE_FILTER_LEAST / 2; i < STORE_FILTER_LEAST; i++)
        store_filter_add(&filter, number_key(bytes, i));
    cr_assert_eq(count_held(&filter, 0, STORE_FILTER_LEAST), STORE_FILTER_LEAST);
    uint32_t wrong = count_held(&filter, 1000000, 1100000);
    cr_assert_lt(wrong, 2000, "%u of 100,000 keys that are not there are searched for", wrong);
    store_filter_free(&filter);
}

Test(store_filter, a_larger_one_takes_the_place_of_one_that_is_full)
{
    struct store_filter filter = {0};
    char bytes[16];
    fill(&filter, 0, 1000);
    cr_assert(store_filter_wants(&filter, STORE_FILTER_LEAST + 1));
    store_filter_read(&filter, number_key(bytes, 0));
    store_filter_add(&filter, number_key(bytes, 5000));
    store_filter_committed(&filter);
    cr_assert_eq(count_held(&filter, 0, 1000), 1000, "the old one answers until the new one is whole");
    cr_assert_eq(count_held(&filter, 5000, 5001), 1);
    for (uint32_t i = 1; i < 1000; i++)
        store_filter_read(&filter, number_key(bytes, i));
    store_filter_end(&filter);
    store_filter_aborted(&filter);
    cr_assert(store_filter_wants(&filter, STORE_FILTER_LEAST + 1), "what was read in a batch that is gone is read again");
    cr_assert_eq(filter.position_length, 12);
    cr_assert_eq(memcmp(filter.position, number_key(bytes, 0).data, 12), 0);
    for (uint32_t i = 1; i < 1000; i++)
        store_filter_read(&filter, number_key(bytes, i));
    store_filter_end(&filter);
    store_filter_committed(&filter);
    cr_assert_geq(filter.ready.room, 2 * (STORE_FILTER_LEAST + 1));
    cr_assert_eq(count_held(&filter, 0, 1000), 1000);
    cr_assert_eq(count_held(&filter, 5000, 5001), 1);
    store_filter_free(&filter);
}

static void
change(struct store *store, uint32_t from, uint32_t to, bool deletes)
{
    char bytes[16];
    cr_assert_eq(store_begin(store), STATUS_OK);
    store_step_begin(store);
    for (uint32_t i = from; i < to; i++)
        if (deletes)
            store_delete(store, BEHIND, number_key(bytes, i));
        else
            store_put(store, BEHIND, number_key(bytes, i), TEXT("here"));
    cr_assert_eq(store_step_apply(store), STATUS_OK);
}

static void
check_rows(struct store *store, struct arena *arena, uint32_t from, uint32_t to, enum status wanted)
{
    for (uint32_t i = from; i < to; i++) {
        char bytes[16];
        struct text value;
        enum status status = store_get(store, BEHIND, number_key(bytes, i), arena, &value);
        cr_assert_eq(status, wanted, "row %u: %s", i, status_name(status));
        arena_reset(arena);
    }
}

/* Rows are asked for while the filter is read from the tree, with batches that are given up between: a row that such a batch
 * had deleted is there again, and must be found. */
Test(store_filter, no_row_is_missed_while_it_is_filled)
{
    struct place place;
    struct arena arena;
    arena_init(&arena, 0);
    make_place(&place, false);
    struct store *store = open_place(&place);
    for (uint32_t i = 0; i < ROWS_MANY; i += 500) {
        change(store, i, i + 500, false);
        cr_assert_eq(store_commit(store), STATUS_OK);
    }
    store_drop_unclean(store);
    store = open_place(&place);
    for (uint32_t round = 0; round < 40; round++) {
        uint32_t gone = round * 100;
        change(store, gone, gone + 100, true);
        if (round % 3 == 1) {
            store_abort(store);
            check_rows(store, &arena, gone, gone + 100, STATUS_OK);
            change(store, gone, gone + 100, true);
        }
        cr_assert_eq(store_commit(store), STATUS_OK);
        check_rows(store, &arena, 0, gone + 100, STATUS_NOT_FOUND);
        check_rows(store, &arena, gone + 100, ROWS_MANY, STATUS_OK);
        check_rows(store, &arena, ROWS_MANY, ROWS_MANY + 50, STATUS_NOT_FOUND);
    }
    store_close(store);
    remove_place(&place);
    arena_free(&arena);
}
