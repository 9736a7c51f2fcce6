/* Tables written behind: how windows (store_window.h) stand between steps and tree. */
#include "common/store/store_internal.h"

#include <assert.h>

enum { FILTER_SLICE = 2048 }; /* rows of the tree that a commit reads into a filter */

void
store_behind_log(struct store *store)
{
    const struct store_writes *writes = &store->writes;
    for (uint32_t node = store_writes_next(writes, 0); node != 0; node = store_writes_next(writes, node)) {
        const struct store_window *window = store->windows[writes->nodes[node].table];
        char entry[STORE_WINDOW_ENTRY];
        if (window == NULL)
            continue;
        size_t length = store_window_write(store_writes_key(writes, node), store_writes_value(writes, node),
                                           writes->nodes[node].deleted, entry);
        store_log_add(store, window->delta, (struct text){0}, text_of(entry, length));
    }
}

void
store_behind_put(struct store *store, unsigned table, struct text key, struct text value, bool deleted)
{
    store_window_put(store->windows[table], key, value, deleted);
}

enum status
store_behind_get(struct store *store, unsigned table, struct text key, struct arena *arena, struct text *value)
{
    const struct store_window *window = store->windows[table];
    const struct store_window_row *row = window == NULL ? NULL : store_window_find(window, key);
    if (row == NULL)
        return window == NULL || store_filter_may_hold(&window->filter, key) ? STATUS_RETRY : STATUS_NOT_FOUND;
    if (row->deleted)
        return STATUS_NOT_FOUND;
    *value = arena_copy(arena, store_window_value(row));
    return STATUS_OK;
}

static void
gather_half(const struct store_window_half *half, unsigned table, struct store_writes *gathered)
{
    for (uint32_t i = 0; i < half->count; i++)
        store_writes_set(gathered, table, store_window_key(&half->rows[i]), store_window_value(&half->rows[i]),
                         half->rows[i].deleted);
}

void
store_behind_gather(const struct store *store, unsigned table, struct store_writes *gathered)
{
    const struct store_writes *own = &store->writes;
    store_writes_init(gathered);
    gather_half(&store->windows[table]->old, table, gathered);
    gather_half(&store->windows[table]->young, table, gathered);
    for (uint32_t node = store_writes_next(own, 0); node != 0; node = store_writes_next(own, node))
        if (own->nodes[node].table == table)
            store_writes_set(gathered, table, store_writes_key(own, node), store_writes_value(own, node),
                             own->nodes[node].deleted);
}

static enum status
fill_filter(struct store *store, struct store_window *window)
{
    const struct store_backend_ops *ops = store->backend->ops;
    struct store_filter *filter = &window->filter;
    struct store_cursor *cursor;
    if (!store_filter_wants(filter, ops->rows(store->backend, store_place(window->table))))
        return STATUS_OK;
    enum status status = ops->cursor(store->backend, store_place(window->table), &cursor);
    if (status != STATUS_OK)
        return status;
    struct text sealed, key = text_of(filter->position, filter->position_length);
    enum store_move move = key.length == 0 ? STORE_MOVE_FIRST : STORE_MOVE_SEEK;
    for (uint32_t i = 0; i < FILTER_SLICE && status == STATUS_OK; i++, move = STORE_MOVE_NEXT) {
        status = ops->move(cursor, move, &key, &sealed);
        if (status == STATUS_OK && key.length > STORE_FILTER_KEY)
            status = STATUS_CORRUPT;
        if (status == STATUS_OK)
            store_filter_read(filter, key);
    }
    ops->end(cursor);
    if (status != STATUS_NOT_FOUND)
        return status;
    store_filter_end(filter);
    return STATUS_OK;
}

static enum status
drain(struct store *store, struct store_window *window)
{
    /* Where the disk is nearly full the slice waits, and the young half grows: what there is, is for the steps. */
    uint32_t slice = store->tight ? 0 : store_window_slice(window);
    enum status status = slice == 0 ? STATUS_OK : store_reserve_more(store, 0, slice);
    if (status == STATUS_FULL) {
        slice = 0;
        status = STATUS_OK;
    }
    for (uint32_t i = 0; i < slice && status == STATUS_OK; i++) {
        const struct store_window_row *row = store_window_drain(window);
        unsigned place = store_place(window->table);
        struct text key = store_window_key(row);
        if (!row->deleted)
            store_filter_add(&window->filter, key);
        status = row->deleted ? store_erase_row(store, place, key)
                              : store_write_row(store, place, key, store_window_value(row), false);
    }
    if (status == STATUS_OK && store->batch.tables[window->delta].first < window->forget_before)
        status = store_log_forget_values(store, window->delta, window->forget_before);
    return status == STATUS_OK ? fill_filter(store, window) : status;
}

enum status
store_behind_drain(struct store *store)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; store->writes_behind && i < store->table_count && status == STATUS_OK; i++)
        if (store->windows[i] != NULL)
            status = drain(store, store->windows[i]);
    return status;
}

void
store_behind_end(struct store *store, bool committed)
{
    for (size_t i = 0; store->writes_behind && i < store->table_count; i++) {
        struct store_window *window = store->windows[i];
        if (window == NULL)
            continue;
        if (committed) {
            store_window_committed(window, store->committed.tables[window->delta].next);
            store_filter_committed(&window->filter);
        } else {
            store_window_aborted(window);
            store_filter_aborted(&window->filter);
        }
    }
}

struct load {
    struct store_window *window;
    bool fits;
};

static bool
load_entry(void *context, struct text number, struct text entry)
{
    struct load *load = context;
    struct text key, value;
    bool deleted;
    (void)number;
    load->fits = store_window_read(entry, &key, &value, &deleted) == STATUS_OK;
    if (load->fits)
        store_window_put(load->window, key, value, deleted);
    return load->fits;
}

enum status
store_behind_load(struct store *store)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < store->table_count && status == STATUS_OK; i++) {
        struct load load = {store->windows[i], true};
        struct arena arena;
        if (load.window == NULL)
            continue;
        arena_init(&arena, 0);
        status = store_log_scan(store, load.window->delta, 1, &arena, load_entry, &load);
        arena_free(&arena);
        if (status == STATUS_OK && !load.fits)
            status = STATUS_CORRUPT;
        if (status == STATUS_OK)
            store_window_committed(load.window, store->batch.tables[load.window->delta].next);
    }
    return status;
}

uint64_t
store_behind_count(const struct store *store)
{
    uint64_t rows = 0;
    for (unsigned i = 0; i < STORE_TABLES; i++)
        if (store->windows[i] != NULL)
            rows += store->windows[i]->young_committed + store->windows[i]->order_count - store->windows[i]->drained_committed;
    return rows;
}
