/* Random work on a store, held against a plain map after each step. */
#include "tests/common/store_place.h"

#include <stdlib.h>

/* The plain model: what a value holds follows from its seed, so the model keeps seeds; 0 is absent. */
enum { KEYS = 300, ENTRIES = 6000, MODEL_TABLES = 3, SHORT = 2 };
struct model {
    uint32_t rows[MODEL_TABLES][KEYS];
    uint64_t first, next;
    uint32_t entries[ENTRIES];
    int64_t counters[3];
};
static const unsigned model_tables[MODEL_TABLES] = {ROWS, BULK, BEHIND}; /* the last has short rows */

struct run {
    struct place place;
    struct store *store;
    struct arena arena;
    struct text keys[KEYS]; /* in order */
    struct model committed, batch, step;
    uint64_t dice;
};

static uint32_t
roll(struct run *run, uint32_t sides)
{
    run->dice = run->dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(run->dice >> 33) % sides;
}

static struct text
value_of(struct arena *arena, uint32_t seed)
{
    size_t length = seed % 7 == 0 ? seed % 9000 : seed % 300;
    char *bytes = arena_take(arena, length + 1);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)((seed + i * 31) >> (i % 3 * 8));
    return text_of(bytes, length);
}

static int
compare_keys(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* A table written behind has short keys and values. */
static struct text
key_in(const struct run *run, unsigned table, uint32_t key)
{
    struct text whole = run->keys[key];
    bool cut = table >= SHORT && whole.length > STORE_BEHIND_KEY; /* the order stays */
    return text_of(whole.data, cut ? STORE_BEHIND_KEY : whole.length);
}

static struct text
value_in(struct arena *arena, unsigned table, uint32_t seed)
{
    struct text whole = value_of(arena, seed);
    if (table >= SHORT && whole.length > STORE_BEHIND_VALUE)
        whole.length = STORE_BEHIND_VALUE;
    return whole;
}

static void
make_keys(struct run *run)
{
    for (uint32_t i = 0; i < KEYS; i++) {
        size_t length = 3 + i * 7 % 60;
        char *bytes = malloc(length);
        for (size_t k = 0; k < length; k++)
            bytes[k] = (char)(k < 2 ? roll(run, 4) : roll(run, 256));
        bytes[length - 2] = (char)(i >> 8);
        bytes[length - 1] = (char)i;
        run->keys[i] = text_of(bytes, length);
    }
    qsort(run->keys, KEYS, sizeof run->keys[0], compare_keys);
}

struct expect {
    struct run *run;
    unsigned table;
    uint32_t at, end; /* next key number of the model, and where to stop */
    unsigned stop_after, seen;
};

static bool
expect_row(void *context, struct text key, struct text value)
{
    struct expect *expect = context;
    struct run *run = expect->run;
    while (expect->at < expect->end && run->step.rows[expect->table][expect->at] == 0)
        expect->at++;
    cr_assert(expect->at < expect->end, "a row that the model does not have");
    cr_assert(text_equal(key, key_in(run, expect->table, expect->at)));
    struct text wanted = value_in(&run->arena, expect->table, run->step.rows[expect->table][expect->at]);
    cr_assert(text_equal(value, wanted));
    expect->at++;
    return ++expect->seen != expect->stop_after;
}

static void
check_scan(struct run *run, unsigned table, uint32_t from, uint32_t to, unsigned stop_after)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct expect expect = {run, table, from, to, stop_after, 0};
    struct text end = to == KEYS ? (struct text){0} : key_in(run, table, to);
    struct text begin = from == 0 ? (struct text){0} : key_in(run, table, from);
    cr_assert_eq(store_scan(run->store, model_tables[table], begin, end, &arena, expect_row, &expect),
                 STATUS_OK);
    while (expect.seen != stop_after && expect.at < to)
        cr_assert_eq(run->step.rows[table][expect.at++], 0, "a row is missing from the scan");
    arena_free(&arena);
    arena_reset(&run->arena);
}

static void
check_get(struct run *run, unsigned table, uint32_t key)
{
    struct text value;
    enum status status =
        store_get(run->store, model_tables[table], key_in(run, table, key), &run->arena, &value);
    uint32_t seed = run->step.rows[table][key];
    cr_assert_eq(status, seed == 0 ? STATUS_NOT_FOUND : STATUS_OK);
    if (seed != 0)
        cr_assert(text_equal(value, value_in(&run->arena, table, seed)));
    arena_reset(&run->arena);
}

struct expect_log {
    struct run *run;
    uint64_t number;
    unsigned left;
};

static bool
expect_entry(void *context, struct text key, struct text value)
{
    struct expect_log *expect = context;
    cr_assert_eq(store_u64(key, 0), expect->number);
    cr_assert(text_equal(value, value_of(&expect->run->arena, expect->run->step.entries[expect->number])));
    expect->number++;
    return --expect->left != 0;
}

static void
check_log(struct run *run)
{
    uint64_t first, next;
    store_log_range(run->store, LOG, &first, &next);
    cr_assert_eq(next, run->step.next);
    cr_assert(first >= 1 && first <= next);
    run->step.first = first;
    uint64_t from = first + roll(run, (uint32_t)(next - first) + 3);
    struct expect_log expect = {run, from, 1 + roll(run, 200)};
    unsigned limit = expect.left;
    struct arena arena;
    arena_init(&arena, 0);
    cr_assert_eq(store_log_scan(run->store, LOG, from, &arena, expect_entry, &expect), STATUS_OK);
    uint64_t wanted = from >= next ? 0 : next - from < limit ? next - from : limit;
    cr_assert_eq(limit - expect.left, wanted);
    arena_free(&arena);
    arena_reset(&run->arena);
}

static void
check_all(struct run *run)
{
    for (unsigned table = 0; table < MODEL_TABLES; table++)
        check_scan(run, table, 0, KEYS, 0);
    for (uint32_t key = 0; key < KEYS; key++)
        check_get(run, SHORT, key);
    check_log(run);
    for (unsigned i = 0; i < 3; i++)
        cr_assert_eq(store_counter(run->store, i), run->step.counters[i]);
}

static void
one_write(struct run *run)
{
    unsigned table = roll(run, MODEL_TABLES);
    uint32_t key = roll(run, KEYS);
    switch (roll(run, 10)) {
    case 0:
    case 1:
    case 2:
    case 3: {
        uint32_t seed = 1 + roll(run, 1u << 30);
        store_put(run->store, model_tables[table], key_in(run, table, key),
                  value_in(&run->arena, table, seed));
        run->step.rows[table][key] = seed;
        break;
    }
    case 4:
    case 5:
        store_delete(run->store, model_tables[table], key_in(run, table, key));
        run->step.rows[table][key] = 0;
        break;
    case 6:
        if (run->step.next < ENTRIES) {
            uint32_t seed = 1 + roll(run, 1u << 30);
            cr_assert_eq(store_log_append(run->store, LOG, value_of(&run->arena, seed)), run->step.next);
            run->step.entries[run->step.next++] = seed;
        }
        break;
    case 7: {
        unsigned counter = roll(run, 3);
        int64_t difference = (int64_t)roll(run, 100) - 50;
        store_counter_add(run->store, counter, difference);
        run->step.counters[counter] += difference;
        break;
    }
    case 8:
        check_get(run, table, key);
        break;
    case 9: {
        uint32_t to = roll(run, KEYS + 1);
        if (key < to)
            check_scan(run, table, key, to, roll(run, 5));
        break;
    }
    }
    arena_reset(&run->arena);
}

static void
one_step(struct run *run)
{
    store_step_begin(run->store);
    run->step = run->batch;
    uint32_t writes = roll(run, 40) == 0 ? 2000 : roll(run, 12);
    for (uint32_t i = 0; i < writes; i++)
        one_write(run);
    if (roll(run, 8) == 0)
        store_log_forget(run->store, LOG, run->step.next - roll(run, (uint32_t)run->step.next));
    if (roll(run, 20) == 0)
        check_all(run);
    if (roll(run, 5) == 0) {
        store_step_drop(run->store);
        run->step = run->batch;
    } else {
        cr_assert_eq(store_step_apply(run->store), STATUS_OK);
        run->batch = run->step;
    }
    check_get(run, roll(run, MODEL_TABLES), roll(run, KEYS));
    if (roll(run, 20) == 0)
        check_all(run);
}

static void
reopen(struct run *run)
{
    bool clean = roll(run, 2);
    uint32_t start = store_start(run->store);
    if (clean)
        store_close(run->store);
    else
        store_drop_unclean(run->store);
    run->store = open_place(&run->place);
    cr_assert_eq(store_unclean(run->store), !clean);
    cr_assert_eq(store_start(run->store), start + 1);
    run->batch = run->step = run->committed;
}

static void
run_model(bool memory, uint64_t seed, unsigned batches)
{
    struct run *run = calloc(1, sizeof *run);
    run->dice = seed;
    arena_init(&run->arena, 0);
    make_keys(run);
    make_place(&run->place, memory);
    run->store = open_place(&run->place);
    cr_assert(!store_unclean(run->store));
    run->committed.first = run->committed.next = 1;
    run->batch = run->committed;
    for (unsigned batch = 0; batch < batches; batch++) {
        cr_assert_eq(store_begin(run->store), STATUS_OK);
        store_set_time(run->store, batch);
        for (uint32_t steps = 1 + roll(run, 10); steps > 0; steps--)
            one_step(run);
        if (roll(run, 30) == 0) {
            reopen(run);
        } else if (roll(run, 5) == 0) {
            store_abort(run->store);
            run->batch = run->committed;
        } else {
            cr_assert_eq(store_commit(run->store), STATUS_OK);
            run->committed = run->batch;
        }
        run->step = run->batch;
        if (roll(run, 5) == 0)
            check_all(run);
        if (roll(run, 20) == 0)
            reopen(run);
        if (roll(run, 20) == 0) {
            char reason[256] = "";
            cr_assert_eq(store_scrub(run->store, reason), STATUS_OK, "%s", reason);
        }
    }
    check_all(run);
    store_close(run->store);
    remove_place(&run->place);
    arena_free(&run->arena);
    for (unsigned i = 0; i < KEYS; i++)
        free((void *)(uintptr_t)run->keys[i].data);
    free(run);
}

Test(store_model, random_work_on_disk_is_as_on_a_plain_map)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        run_model(false, seed, 250);
}

Test(store_model, random_work_in_memory_is_as_on_a_plain_map)
{
    for (uint64_t seed = 1; seed <= 6; seed++)
        run_model(true, seed, 400);
}
