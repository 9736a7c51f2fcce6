#include "common/store/store_internal.h"

#include <assert.h>

void
store_step_begin(struct store *store)
{
    assert(store->phase == STORE_BATCH);
    store->phase = STORE_STEP;
}

static void
end_step(struct store *store, enum store_phase phase)
{
    if (!store_writes_empty(&store->writes))
        store_writes_clear(&store->writes);
    if (store->step_counts)
        memset(store->step_counters, 0, sizeof store->step_counters);
    store->step_logs = 0;
    store->step_counts = false;
    store->phase = phase;
}

void
store_step_drop(struct store *store)
{
    assert(store->phase == STORE_STEP);
    if (store->step_logs != 0)
        store_log_drop_step(store);
    end_step(store, STORE_BATCH);
}

enum status
store_learn_last(struct store *store, unsigned table)
{
    struct store_last *last = &store->last[table];
    if (last->known)
        return STATUS_OK;
    struct store_cursor *cursor;
    const struct store_backend_ops *ops = store->backend->ops;
    enum status status = ops->cursor(store->backend, store_place(table), &cursor);
    if (status != STATUS_OK)
        return status;
    struct text key, sealed;
    status = ops->move(cursor, STORE_MOVE_LAST, &key, &sealed);
    if (status == STATUS_OK && key.length > STORE_KEY_LIMIT)
        status = STATUS_CORRUPT;
    if (status == STATUS_OK) {
        memcpy(last->bytes, key.data, key.length);
        last->length = (uint8_t)key.length;
    }
    last->known = status == STATUS_OK || status == STATUS_NOT_FOUND;
    last->none = status == STATUS_NOT_FOUND;
    ops->end(cursor);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status
apply_put(struct store *store, unsigned table, struct text key, struct text value)
{
    enum status status = store_learn_last(store, table);
    if (status != STATUS_OK)
        return status;
    struct store_last *last = &store->last[table];
    bool above = store_is_above(last, key);
    status = store_write_row(store, store_place(table), key, value, above);
    if (above) {
        memcpy(last->bytes, key.data, key.length);
        last->length = (uint8_t)key.length;
        last->none = false;
    }
    return status;
}

static enum status
apply_writes(struct store *store)
{
    const struct store_writes *writes = &store->writes;
    enum status status = STATUS_OK;
    for (uint32_t node = store_writes_next(writes, 0); node != 0 && status == STATUS_OK;
         node = store_writes_next(writes, node)) {
        unsigned table = writes->nodes[node].table;
        struct text key = store_writes_key(writes, node);
        if (store->windows[table] != NULL)
            store_behind_put(store, table, key, store_writes_value(writes, node), writes->nodes[node].deleted);
        else
            status = writes->nodes[node].deleted ? store_erase_row(store, store_place(table), key)
                                                 : apply_put(store, table, key, store_writes_value(writes, node));
    }
    return status;
}

enum status
store_reserve_more(struct store *store, uint64_t bytes, uint64_t rows)
{
    enum { PAGE = 4096 };
    store->batch_bytes += bytes + rows * PAGE;
    if (store->batch_bytes <= store->batch_reserved / 2)
        return STATUS_OK;
    return store->backend->ops->reserve(store->backend, 4 * store->batch_bytes, 2 * store->batch_bytes,
                                        &store->batch_reserved);
}

enum status
store_step_apply(struct store *store)
{
    assert(store->phase == STORE_STEP);
    store_pass_seam("apply");
    enum status status = store_reserve_more(store, store->writes.used, store->writes.count - 1);
    if (store->writes_behind)
        store_behind_log(store);
    if (status == STATUS_OK && store->step_logs != 0)
        status = store_log_apply(store);
    if (status == STATUS_OK)
        status = apply_writes(store);
    for (unsigned i = 0; store->step_counts && i < STORE_COUNTERS; i++)
        store->batch.counters[i] += store->step_counters[i];
    store->changed |= store->step_logs != 0 || store->step_counts || !store_writes_empty(&store->writes);
    end_step(store, status == STATUS_OK ? STORE_BATCH : STORE_BROKEN);
    return status;
}

void
store_put(struct store *store, unsigned table, struct text key, struct text value)
{
    assert(store->phase == STORE_STEP);
    assert(table < store->table_count && store->tables[table].kind != STORE_LOG);
    assert(key.length > 0 && key.length <= STORE_KEY_LIMIT && value.length <= STORE_VALUE_LIMIT);
    assert(store->windows[table] == NULL ||
           (key.length <= STORE_BEHIND_KEY && value.length <= STORE_BEHIND_VALUE));
    store_pass_seam("put");
    store_writes_set(&store->writes, table, key, value, false);
}

void
store_delete(struct store *store, unsigned table, struct text key)
{
    assert(store->phase == STORE_STEP);
    assert(table < store->table_count && store->tables[table].kind != STORE_LOG);
    assert(key.length > 0 && key.length <= STORE_KEY_LIMIT);
    assert(store->windows[table] == NULL || key.length <= STORE_BEHIND_KEY);
    store_pass_seam("delete");
    store_writes_set(&store->writes, table, key, (struct text){0}, true);
}

void
store_counter_add(struct store *store, unsigned counter, int64_t difference)
{
    assert(store->phase == STORE_STEP && counter < STORE_COUNTERS);
    store->step_counters[counter] += difference;
    store->step_counts = true;
}
