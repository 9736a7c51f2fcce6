#include "common/store/store_window.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

enum { FIRST_ROOM = 256, SLICE_LEAST = 64, SLICE_MOST = 8192 };

static void
half_free(struct store_window_half *half)
{
    free(half->rows);
    free(half->index);
    *half = (struct store_window_half){0};
}

/* The key's place in the index: of its row, or free. */
static uint32_t *
half_slot(const struct store_window_half *half, struct text key)
{
    uint32_t mask = half->slots - 1, at = (uint32_t)XXH3_64bits(key.data, key.length) & mask;
    while (half->index[at] != 0 && !text_equal(store_window_key(&half->rows[half->index[at] - 1]), key))
        at = (at + 1) & mask;
    return &half->index[at];
}

static void
half_index_anew(struct store_window_half *half)
{
    memset(half->index, 0, half->slots * sizeof *half->index);
    for (uint32_t i = 0; i < half->count; i++)
        *half_slot(half, store_window_key(&half->rows[i])) = i + 1;
}

static void
half_grow(struct store_window_half *half)
{
    half->room = half->room == 0 ? FIRST_ROOM : 2 * half->room;
    half->slots = 2 * half->room;
    half->rows = realloc(half->rows, half->room * sizeof *half->rows);
    half->index = realloc(half->index, half->slots * sizeof *half->index);
    assert(half->rows != NULL && half->index != NULL);
    half_index_anew(half);
}

static const struct store_window_row *
half_find(const struct store_window_half *half, struct text key)
{
    if (half->count == 0)
        return NULL;
    uint32_t number = *half_slot(half, key);
    return number == 0 ? NULL : &half->rows[number - 1];
}

static void
half_clear(struct store_window_half *half)
{
    half->count = 0;
    if (half->slots > 0)
        memset(half->index, 0, half->slots * sizeof *half->index);
}

struct store_window *
store_window_make(unsigned table, unsigned delta, uint32_t limit)
{
    struct store_window *window = calloc(1, sizeof *window);
    assert(window != NULL && limit > 0);
    window->table = table;
    window->delta = delta;
    window->limit = limit;
    return window;
}

void
store_window_free(struct store_window *window)
{
    if (window == NULL)
        return;
    half_free(&window->young);
    half_free(&window->old);
    store_filter_free(&window->filter);
    free(window->order);
    free(window);
}

const struct store_window_row *
store_window_find(const struct store_window *window, struct text key)
{
    const struct store_window_row *row = half_find(&window->young, key);
    return row != NULL ? row : half_find(&window->old, key);
}

void
store_window_put(struct store_window *window, struct text key, struct text value, bool deleted)
{
    struct store_window_half *half = &window->young;
    assert(key.length <= STORE_WINDOW_KEY && value.length <= STORE_WINDOW_VALUE);
    if (half->count == half->room)
        half_grow(half);
    struct store_window_row *row = &half->rows[half->count++];
    row->key_length = (uint8_t)key.length;
    row->value_length = (uint8_t)value.length;
    row->deleted = deleted;
    memcpy(row->key, key.data, key.length);
    if (value.length > 0)
        memcpy(row->value, value.data, value.length);
    *half_slot(half, key) = half->count;
}

uint32_t
store_window_slice(const struct store_window *window)
{
    uint32_t left = window->order_count - window->drained;
    uint32_t added = window->young.count - window->young_committed;
    uint32_t slice = added + added / 4 + SLICE_LEAST;
    if (slice > SLICE_MOST)
        slice = SLICE_MOST;
    return slice < left ? slice : left;
}

const struct store_window_row *
store_window_drain(struct store_window *window)
{
    assert(window->drained < window->order_count);
    return &window->old.rows[window->order[window->drained++]];
}

/* A row by the first bytes of its key, which nearly always decide. */
struct place {
    uint64_t prefix;
    uint32_t number;
};

static uint64_t
prefix_of(const struct store_window_row *row)
{
    uint64_t prefix = 0;
    for (uint8_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < row->key_length ? (uint8_t)row->key[i] : 0);
    return prefix;
}

static int
compare_places(const void *a, const void *b, void *context)
{
    const struct place *one = a, *two = b;
    const struct store_window_row *rows = context;
    if (one->prefix != two->prefix)
        return one->prefix < two->prefix ? -1 : 1;
    int order = text_compare(store_window_key(&rows[one->number]), store_window_key(&rows[two->number]));
    return order != 0 ? order : one->number < two->number ? -1 : 1;
}

/* The old half's order: a key's last row. */
static void
put_in_order(struct store_window *window)
{
    const struct store_window_half *old = &window->old;
    struct place *places = malloc(old->count * sizeof *places);
    window->order = realloc(window->order, old->count * sizeof *window->order);
    assert(places != NULL && window->order != NULL);
    uint32_t count = 0;
    for (uint32_t i = 0; i < old->count; i++)
        if (half_find(old, store_window_key(&old->rows[i])) == &old->rows[i])
            places[count++] = (struct place){prefix_of(&old->rows[i]), i};
    qsort_r(places, count, sizeof *places, compare_places, old->rows);
    for (uint32_t i = 0; i < count; i++)
        window->order[i] = places[i].number;
    window->order_count = count;
    window->drained = window->drained_committed = 0;
    free(places);
}

void
store_window_committed(struct store_window *window, uint64_t next)
{
    window->young_committed = window->young.count;
    window->drained_committed = window->drained;
    if (window->old.count > 0 && window->drained == window->order_count) {
        half_clear(&window->old);
        window->order_count = window->drained = window->drained_committed = 0;
        window->forget_before = window->old_end;
    }
    if (window->old.count > 0 || window->young.count < window->limit)
        return;
    struct store_window_half empty = window->old;
    window->old = window->young;
    window->young = empty;
    window->young_committed = 0;
    window->old_end = next;
    put_in_order(window);
}

void
store_window_aborted(struct store_window *window)
{
    window->drained = window->drained_committed;
    if (window->young.count == window->young_committed)
        return;
    window->young.count = window->young_committed;
    half_index_anew(&window->young);
}

size_t
store_window_write(struct text key, struct text value, bool deleted, char entry[STORE_WINDOW_ENTRY])
{
    assert(key.length <= STORE_WINDOW_KEY && value.length <= STORE_WINDOW_VALUE);
    entry[0] = (char)key.length;
    entry[1] = (char)value.length;
    entry[2] = (char)deleted;
    memcpy(entry + 3, key.data, key.length);
    if (value.length > 0)
        memcpy(entry + 3 + key.length, value.data, value.length);
    return 3 + key.length + value.length;
}

enum status
store_window_read(struct text entry, struct text *key, struct text *value, bool *deleted)
{
    if (entry.length < 3)
        return STATUS_CORRUPT;
    size_t key_length = (uint8_t)entry.data[0], value_length = (uint8_t)entry.data[1];
    if (key_length == 0 || key_length > STORE_WINDOW_KEY || value_length > STORE_WINDOW_VALUE ||
        entry.length != 3 + key_length + value_length || (uint8_t)entry.data[2] > 1)
        return STATUS_CORRUPT;
    *deleted = entry.data[2] != 0;
    *key = text_of(entry.data + 3, key_length);
    *value = text_of(entry.data + 3 + key_length, value_length);
    return STATUS_OK;
}
