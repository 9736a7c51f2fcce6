#include "common/store/store_internal.h"

#include <assert.h>
#include <stdio.h>
#include <xxhash.h>

void (*store_seam)(const char *operation);

void
store_say(char reason[256], const char *format, ...)
{
    if (reason == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, 256, format, arguments);
    va_end(arguments);
}

struct store_hash
store_hash_row(struct text key, struct text sealed)
{
    /* The tag speaks for the ciphertext, so a long value costs no more than a short one. */
    enum { HEAD = 15, TAIL = 16 };
    uint8_t bytes[STORE_KEY_LIMIT + 8 + HEAD + TAIL];
    uint64_t length = sealed.length;
    size_t at = key.length <= STORE_KEY_LIMIT ? key.length : STORE_KEY_LIMIT;
    memcpy(bytes, key.data, at);
    memcpy(bytes + at, &length, sizeof length);
    at += sizeof length;
    if (sealed.length >= SEAL_OVERHEAD) {
        memcpy(bytes + at, sealed.data, HEAD);
        memcpy(bytes + at + HEAD, sealed.data + sealed.length - TAIL, TAIL);
        at += HEAD + TAIL;
    }
    XXH128_hash_t hash = XXH3_128bits(bytes, at);
    return (struct store_hash){hash.low64, hash.high64};
}

static void
count_row(struct store_count *count, struct store_hash hash, bool added)
{
    if (added) {
        count->rows++;
        count->digest[0] += hash.low;
        count->digest[1] += hash.high + (count->digest[0] < hash.low);
    } else {
        count->rows--;
        count->digest[1] -= hash.high + (count->digest[0] < hash.low);
        count->digest[0] -= hash.low;
    }
}

struct seal_bound
store_bound(const struct store *store, unsigned place, struct text key)
{
    struct text table = place == 0 ? TEXT("claimline") : text_from(store->names[place - 1]);
    return (struct seal_bound){{text_of(store->id, STORE_ID_BYTES), table, key}};
}

enum status
store_unseal(struct store *store, unsigned place, struct text key, struct text sealed, struct arena *arena,
             struct text *value)
{
    if (sealed.length < SEAL_OVERHEAD || sealed.length > (size_t)STORE_VALUE_LIMIT + SEAL_OVERHEAD + 4)
        return STATUS_CORRUPT;
    size_t length = sealed.length - SEAL_OVERHEAD;
    uint8_t *plain = arena_take_raw(arena, length + 1);
    struct seal_bound bound = store_bound(store, place, key);
    enum status status = seal_open(store->seal, &bound, sealed, plain);
    if (status != STATUS_OK)
        return status;
    plain[length] = 0;
    *value = text_of(plain, length);
    return STATUS_OK;
}

enum status
store_write_row(struct store *store, unsigned place, struct text key, struct text plain, bool last)
{
    struct store_backend *backend = store->backend;
    struct store_count *count = place == 0 ? NULL : &store->batch.tables[place - 1].count;
    size_t size = plain.length + SEAL_OVERHEAD;
    struct store_hash old;
    void *room = NULL;
    enum status status = backend->ops->insert(backend, place, key, size, last, &room, &old);
    if (status == STATUS_CONFLICT) {
        if (count != NULL)
            count_row(count, old, false);
        status = backend->ops->replace(backend, place, key, size, &room);
    }
    if (status != STATUS_OK)
        return status;
    struct seal_bound bound = store_bound(store, place, key);
    seal_close(store->seal, &bound, plain, room);
    if (count != NULL)
        count_row(count, store_hash_row(key, text_of(room, size)), true);
    return STATUS_OK;
}

enum status
store_erase_row(struct store *store, unsigned place, struct text key)
{
    struct store_hash old;
    enum status status = store->backend->ops->erase(store->backend, place, key, &old);
    if (status == STATUS_OK)
        count_row(&store->batch.tables[place - 1].count, old, false);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
store_write_state(struct store *store)
{
    uint8_t bytes[STORE_STATE_BYTES];
    size_t length = store_meta_write_state(&store->batch, store->table_count, bytes);
    return store_write_row(store, 0, TEXT("state"), text_of(bytes, length), false);
}

bool
store_find_salt(void *context, uint32_t start, uint8_t salt[SEAL_SALT_BYTES])
{
    struct store *store = context;
    struct store_key key = store_key_u32(store_key_bytes(store_key(), TEXT("start")), start);
    struct text kept;
    /* Content files are opened outside of any read of the store. */
    if (store_view_begin(store) != STATUS_OK)
        return false;
    enum status status = store->backend->ops->get(store->backend, 0, store_key_text(&key), &kept);
    bool found = status == STATUS_OK && kept.length == SEAL_SALT_BYTES;
    if (found)
        memcpy(salt, kept.data, SEAL_SALT_BYTES);
    store_view_end(store);
    return found;
}

enum status
store_reserve(struct store *store)
{
    /* A quarter of the reserve is enough to begin: a full disk is felt first by those who look (store_tight).
     */
    enum status status = store->backend->ops->reserve(store->backend, store->reserve_bytes,
                                                      store->reserve_bytes / 4, &store->batch_reserved);
    store->tight = status == STATUS_FULL || store->batch_reserved < store->reserve_bytes;
    return status;
}

bool
store_tight(const struct store *store)
{
    return store->tight;
}

enum status
store_begin(struct store *store)
{
    assert(store->phase == STORE_IDLE && store->views == 0);
    store_pass_seam("begin");
    struct store_backend *backend = store->backend;
    enum status status = store_reserve(store);
    if (status == STATUS_OK)
        status = backend->ops->begin(backend);
    if (status != STATUS_OK)
        return status;
    store->batch = store->committed;
    store->changed = false;
    store->batch_bytes = 0;
    store->phase = STORE_BATCH;
    return STATUS_OK;
}

/* Memory follows the transaction: what was cached from it is dropped with it. */
static void
end_batch(struct store *store)
{
    store_log_reset(store);
    store->phase = STORE_IDLE;
}

static void
forget_last_keys(struct store *store)
{
    for (size_t i = 0; i < store->table_count; i++)
        store->last[i].known = false;
}

enum status
store_commit(struct store *store)
{
    assert(store->phase == STORE_BATCH);
    store_pass_seam("commit");
    struct store_backend *backend = store->backend;
    if (!store->changed) {
        backend->ops->abort(backend);
        end_batch(store);
        return STATUS_OK;
    }
    enum status status = store_behind_drain(store);
    for (unsigned i = 0; i < store->table_count && status == STATUS_OK; i++)
        status = store_log_flush(store, i, true);
    store->batch.commit++;
    if (status == STATUS_OK)
        status = store_write_state(store);
    if (status != STATUS_OK) {
        store_abort(store);
        return status;
    }
    status = backend->ops->commit(backend, store->batch.commit);
    if (status == STATUS_OK)
        store->committed = store->batch;
    else
        forget_last_keys(store);
    store_behind_end(store, status == STATUS_OK);
    end_batch(store);
    return status;
}

void
store_abort(struct store *store)
{
    assert(store_in_batch(store));
    store_pass_seam("abort");
    if (store->phase == STORE_STEP)
        store_step_drop(store);
    store->backend->ops->abort(store->backend);
    forget_last_keys(store);
    store_behind_end(store, false);
    end_batch(store);
}

enum status
store_view_begin(struct store *store)
{
    if (store_in_batch(store) || store->views > 0) {
        store->views += !store_in_batch(store);
        return STATUS_OK;
    }
    enum status status = store->backend->ops->view(store->backend);
    store->views = status == STATUS_OK;
    return status;
}

void
store_view_end(struct store *store)
{
    if (!store_in_batch(store) && --store->views == 0)
        store->backend->ops->unview(store->backend);
}

enum status
store_get(struct store *store, unsigned table, struct text key, struct arena *arena, struct text *value)
{
    assert(table < store->table_count && store->tables[table].kind != STORE_LOG);
    assert(key.length > 0 && key.length <= STORE_KEY_LIMIT);
    store_pass_seam("get");
    if (store->phase == STORE_STEP) {
        uint32_t own = store_writes_find(&store->writes, table, key);
        if (own != 0 && store->writes.nodes[own].deleted)
            return STATUS_NOT_FOUND;
        if (own != 0) {
            *value = arena_copy(arena, store_writes_value(&store->writes, own));
            return STATUS_OK;
        }
    }
    enum status status = store_behind_get(store, table, key, arena, value);
    if (status != STATUS_RETRY)
        return status;
    /* Keys grow with time, and who asks for a new one is answered without the tree. */
    if (store_in_batch(store) && store->windows[table] == NULL) {
        status = store_learn_last(store, table);
        if (status != STATUS_OK || store_is_above(&store->last[table], key))
            return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    }
    status = store_view_begin(store);
    if (status != STATUS_OK)
        return status;
    struct text sealed;
    status = store->backend->ops->get(store->backend, store_place(table), key, &sealed);
    if (status == STATUS_OK)
        status = store_unseal(store, store_place(table), key, sealed, arena, value);
    store_view_end(store);
    return status;
}

/* Two ordered rows of rows, the kept and those not in the tree yet (the step's own; before them a window's), walked as
 * one. */
struct scan {
    struct store *store;
    const struct store_writes *writes;
    unsigned table;
    struct text to;
    struct store_cursor *cursor;
    struct text key, sealed; /* of the kept row at the cursor */
    bool kept;               /* there is one */
    uint32_t own;            /* the step's own row; 0 = none */
};

static bool
scan_below(const struct scan *scan, struct text key)
{
    return scan->to.length == 0 || text_compare(key, scan->to) < 0;
}

static enum status
scan_move(struct scan *scan, enum store_move move)
{
    enum status status = scan->store->backend->ops->move(scan->cursor, move, &scan->key, &scan->sealed);
    scan->kept = status == STATUS_OK && scan_below(scan, scan->key);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void
scan_own(struct scan *scan, uint32_t node)
{
    const struct store_writes *writes = scan->writes;
    bool fits = node != 0 && writes->nodes[node].table == scan->table &&
                scan_below(scan, store_writes_key(writes, node));
    scan->own = fits ? node : 0;
}

/* The lower of the two; the step's own word when both speak of one key. `*shown` is false for a deleted row.
 */
static enum status
scan_take(struct scan *scan, struct arena *arena, struct text *key, struct text *value, bool *shown)
{
    const struct store_writes *writes = scan->writes;
    int order = !scan->kept      ? 1
                : scan->own == 0 ? -1
                                 : text_compare(scan->key, store_writes_key(writes, scan->own));
    enum status status = STATUS_OK;
    *shown = true;
    if (order < 0) {
        *key = arena_copy(arena, scan->key);
        status = store_unseal(scan->store, store_place(scan->table), *key, scan->sealed, arena, value);
    } else {
        *shown = !writes->nodes[scan->own].deleted;
        if (*shown) {
            *key = arena_copy(arena, store_writes_key(writes, scan->own));
            *value = arena_copy(arena, store_writes_value(writes, scan->own));
        }
    }
    if (status == STATUS_OK && order <= 0)
        status = scan_move(scan, STORE_MOVE_NEXT);
    if (order >= 0)
        scan_own(scan, store_writes_next(writes, scan->own));
    return status;
}

enum status
store_scan(struct store *store, unsigned table, struct text from, struct text to, struct arena *arena,
           store_visit *visit, void *context)
{
    assert(table < store->table_count && store->tables[table].kind != STORE_LOG);
    assert(from.length <= STORE_KEY_LIMIT);
    store_pass_seam("scan");
    struct store_writes gathered;
    bool behind = store->windows[table] != NULL;
    struct scan scan = {.store = store, .writes = behind ? &gathered : &store->writes, .table = table, .to = to};
    enum status status = store_view_begin(store);
    if (status != STATUS_OK)
        return status;
    if (behind)
        store_behind_gather(store, table, &gathered);
    status = store->backend->ops->cursor(store->backend, store_place(table), &scan.cursor);
    if (status == STATUS_OK) {
        scan.key = from;
        status = scan_move(&scan, from.length == 0 ? STORE_MOVE_FIRST : STORE_MOVE_SEEK);
        if (behind || store->phase == STORE_STEP)
            scan_own(&scan, store_writes_seek(scan.writes, table, from));
        bool going = true;
        while (status == STATUS_OK && going && (scan.kept || scan.own != 0)) {
            struct arena_mark mark = arena_mark(arena);
            struct text key, value;
            bool shown;
            status = scan_take(&scan, arena, &key, &value, &shown);
            if (status == STATUS_OK && shown)
                going = visit(context, key, value);
            if (going)
                arena_release(arena, mark);
        }
        store->backend->ops->end(scan.cursor);
    }
    if (behind)
        store_writes_free(&gathered);
    store_view_end(store);
    return status;
}

const uint8_t *
store_id(const struct store *store)
{
    return store->id;
}

struct seal *
store_seal(struct store *store)
{
    return store->seal;
}

bool
store_unclean(const struct store *store)
{
    return store->unclean;
}

unsigned
store_use_per_mille(const struct store *store)
{
    return store->backend->ops->use_per_mille(store->backend);
}

int64_t
store_counter(const struct store *store, unsigned counter)
{
    assert(counter < STORE_COUNTERS);
    if (!store_in_batch(store))
        return store->committed.counters[counter];
    int64_t value = store->batch.counters[counter];
    return store->step_counts ? value + store->step_counters[counter] : value;
}

struct store_count
store_table_count(const struct store *store, unsigned table)
{
    assert(table < store->table_count);
    return store->committed.tables[table].count;
}

uint32_t
store_start(const struct store *store)
{
    return store->committed.start;
}

void
store_set_time(struct store *store, int64_t instant)
{
    assert(store_in_batch(store));
    store->batch.time = instant;
}

int64_t
store_time(const struct store *store)
{
    return store_in_batch(store) ? store->batch.time : store->committed.time;
}

uint64_t
store_incarnation(const struct store *store)
{
    return store->committed.incarnation;
}

struct store_key
store_key(void)
{
    struct store_key key;
    key.length = 0;
    return key;
}

static struct store_key
key_number(struct store_key key, uint64_t number, size_t width)
{
    assert(key.length + width <= sizeof key.bytes);
    for (size_t i = 0; i < width; i++)
        key.bytes[key.length + i] = (uint8_t)(number >> (8 * (width - 1 - i)));
    key.length += width;
    return key;
}

struct store_key
store_key_u64(struct store_key key, uint64_t number)
{
    return key_number(key, number, 8);
}

struct store_key
store_key_u32(struct store_key key, uint32_t number)
{
    return key_number(key, number, 4);
}

struct store_key
store_key_bytes(struct store_key key, struct text bytes)
{
    assert(key.length + bytes.length <= sizeof key.bytes);
    if (bytes.length > 0)
        memcpy(key.bytes + key.length, bytes.data, bytes.length);
    key.length += bytes.length;
    return key;
}
