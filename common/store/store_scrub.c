#include "common/store/store_internal.h"

#include <assert.h>

/* What the rows of one table add up to, and where its log has come to. */
struct sum {
    struct store_count count;
    uint64_t next;
};

static enum status
check_row(struct store *store, unsigned table, struct text key, struct text sealed, struct arena *arena,
          struct sum *sum)
{
    /* A walk over the leaves passes rows that a damaged branch hides from a search, so each is searched for
     * too. */
    struct text plain, entries, found;
    enum status status = store->backend->ops->get(store->backend, store_place(table), key, &found);
    if (status != STATUS_OK || found.data != sealed.data || found.length != sealed.length)
        return STATUS_CORRUPT;
    status = store_unseal(store, store_place(table), key, sealed, arena, &plain);
    if (status == STATUS_OK && store->tables[table].kind == STORE_LOG) {
        uint32_t count = 0;
        status = key.length != 8 || store_u64(key, 0) != sum->next
                     ? STATUS_CORRUPT
                     : store_meta_read_frame(plain, &count, &entries);
        sum->next += count;
    }
    struct store_hash hash = store_hash_row(key, sealed);
    sum->count.rows++;
    sum->count.digest[0] += hash.low;
    sum->count.digest[1] += hash.high + (sum->count.digest[0] < hash.low);
    return status;
}

static enum status
scrub_table(struct store *store, unsigned table, struct arena *arena, char reason[256])
{
    const struct store_table_state *state = &store->committed.tables[table];
    const struct store_backend_ops *ops = store->backend->ops;
    struct sum sum = {.next = state->first};
    struct store_cursor *cursor;
    enum status status = ops->cursor(store->backend, store_place(table), &cursor);
    if (status != STATUS_OK)
        return status;
    struct text key = {0}, sealed;
    enum store_move move = STORE_MOVE_FIRST;
    while ((status = ops->move(cursor, move, &key, &sealed)) == STATUS_OK) {
        struct arena_mark mark = arena_mark(arena);
        status = check_row(store, table, key, sealed, arena, &sum);
        arena_release(arena, mark);
        if (status != STATUS_OK)
            break;
        move = STORE_MOVE_NEXT;
    }
    ops->end(cursor);
    if (status != STATUS_NOT_FOUND) {
        store_say(reason, "table %s: row %llu came back changed", store->names[table],
                  (unsigned long long)sum.count.rows);
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    }
    if (store->tables[table].kind == STORE_LOG && sum.next != state->next) {
        store_say(reason, "table %s: entries end at %llu, not at %llu", store->names[table],
                  (unsigned long long)sum.next, (unsigned long long)state->next);
        return STATUS_CORRUPT;
    }
    if (sum.count.rows != state->count.rows || sum.count.digest[0] != state->count.digest[0] ||
        sum.count.digest[1] != state->count.digest[1]) {
        store_say(reason, "table %s: %llu rows do not add up to the %llu that were committed",
                  store->names[table], (unsigned long long)sum.count.rows,
                  (unsigned long long)state->count.rows);
        return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

enum status
store_scrub(struct store *store, char reason[256])
{
    assert(!store_in_batch(store));
    store_pass_seam("scrub");
    enum status status = store_view_begin(store);
    if (status != STATUS_OK)
        return status;
    struct arena arena;
    arena_init(&arena, 0);
    for (unsigned i = 0; i < store->table_count && status == STATUS_OK; i++)
        status = scrub_table(store, i, &arena, reason);
    arena_free(&arena);
    store_view_end(store);
    return status;
}
