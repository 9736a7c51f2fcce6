#include "common/store/store_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { KEEP_BYTES = 4 << 20 };

static void
check_log(const struct store *store, unsigned table)
{
    assert(table < store->table_count && store->tables[table].kind == STORE_LOG);
}

static void
write_u32(char *out, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        out[i] = (char)(number >> (24 - 8 * i));
}

/* Four bytes stand before the entries, where a value's count goes: the first value is sealed where it lies.
 */
static void
pending_room(struct store_pending *pending, size_t more)
{
    size_t needed = 4 + pending->length + more;
    if (needed <= pending->size)
        return;
    size_t size = pending->size != 0 ? pending->size : pending->usual != 0 ? pending->usual : 16 * 1024;
    while (size < needed)
        size *= 2;
    pending->bytes = realloc(pending->bytes, size);
    assert(pending->bytes != NULL);
    pending->size = size;
}

static struct text
pending_entries(const struct store_pending *pending)
{
    return pending->length == 0 ? (struct text){0} : text_of(pending->bytes + 4, pending->length);
}

static void
touch(struct store *store, unsigned table)
{
    static_assert(STORE_TABLES <= 64, "a bit a table");
    store->step_logs |= UINT64_C(1) << table;
}

uint64_t
store_log_append_parts(struct store *store, unsigned table, struct text head, struct text body)
{
    check_log(store, table);
    assert(store->phase == STORE_STEP && head.length + body.length <= STORE_VALUE_LIMIT - 8);
    store_pass_seam("append");
    return store_log_add(store, table, head, body);
}

uint64_t
store_log_append(struct store *store, unsigned table, struct text entry)
{
    return store_log_append_parts(store, table, (struct text){0}, entry);
}

uint64_t
store_log_add(struct store *store, unsigned table, struct text head, struct text body)
{
    struct store_pending *pending = &store->pending[table];
    pending_room(pending, 4 + head.length + body.length);
    char *at = pending->bytes + 4 + pending->length;
    write_u32(at, (uint32_t)(head.length + body.length));
    if (head.length > 0)
        memcpy(at + 4, head.data, head.length);
    if (body.length > 0)
        memcpy(at + 4 + head.length, body.data, body.length);
    pending->length += 4 + head.length + body.length;
    touch(store, table);
    return pending->first + pending->count++;
}

void
store_log_forget(struct store *store, unsigned table, uint64_t before)
{
    check_log(store, table);
    assert(store->phase == STORE_STEP);
    store_pass_seam("forget");
    if (before > store->pending[table].forget_before)
        store->pending[table].forget_before = before;
    touch(store, table);
}

void
store_log_range(struct store *store, unsigned table, uint64_t *first, uint64_t *next)
{
    check_log(store, table);
    const struct store_state *state = store_in_batch(store) ? &store->batch : &store->committed;
    *first = state->tables[table].first;
    *next = store->pending[table].first + store->pending[table].count;
}

void
store_log_drop_step(struct store *store)
{
    for (uint64_t touched = store->step_logs; touched != 0; touched &= touched - 1) {
        struct store_pending *pending = &store->pending[__builtin_ctzll(touched)];
        pending->length = pending->applied_length;
        pending->count = pending->applied_count;
        pending->forget_before = 0;
    }
}

void
store_log_reset(struct store *store)
{
    for (size_t i = 0; i < store->table_count; i++) {
        struct store_pending *pending = &store->pending[i];
        char *bytes = pending->bytes;
        size_t size = pending->size;
        if (size > KEEP_BYTES) {
            free(bytes);
            bytes = NULL;
            size = 0;
        }
        *pending = (struct store_pending){bytes, .size = size, .usual = pending->usual, .first = store->committed.tables[i].next};
        store_recent_cut(&store->recent[i], pending->first);
    }
}

/* How much of `entries` goes into one value: whole entries, up to the size of a frame, at least one. */
static size_t
cut_frame(struct text entries, uint32_t *count)
{
    struct text rest = entries, entry;
    size_t taken = 0;
    *count = 0;
    while (store_meta_next_entry(&rest, &entry)) {
        if (*count > 0 && taken + 4 + entry.length > STORE_FRAME_BYTES)
            break;
        taken += 4 + entry.length;
        ++*count;
    }
    return taken;
}

/* Among the recent ones. A long frame that is all of the buffer goes there with it, and is not copied. */
static void
keep_frame(struct store *store, unsigned table, uint32_t count, struct text frame)
{
    enum { LONG_BYTES = 64 * 1024 };
    struct store_recent *recent = &store->recent[table];
    struct store_pending *pending = &store->pending[table];
    bool all = frame.data == pending->bytes + 4 && frame.length == pending->length;
    if (!all || frame.length < LONG_BYTES || frame.length > recent->limit) {
        store_recent_add(recent, pending->first, count, frame);
        return;
    }
    char *buffer = realloc(pending->bytes, 4 + frame.length);
    assert(buffer != NULL);
    store_recent_take(recent, pending->first, count, text_of(buffer + 4, frame.length), buffer);
    pending->usual = frame.length < pending->size / 4 ? pending->size / 2 : pending->size;
    pending->bytes = NULL;
    pending->size = 0;
}

static enum status
write_frame(struct store *store, unsigned table, uint64_t first, uint32_t count, char *entries, size_t length)
{
    /* The four bytes before the entries are the end of what was just sealed, or the place kept for this. */
    write_u32(entries - 4, count);
    struct store_key key = store_key_u64(store_key(), first);
    return store_write_row(store, store_place(table), store_key_text(&key), text_of(entries - 4, 4 + length),
                           true);
}

enum status
store_log_flush(struct store *store, unsigned table, bool all)
{
    struct store_pending *pending = &store->pending[table];
    size_t done = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && pending->applied_length - done > (all ? 0 : STORE_FRAME_BYTES)) {
        uint32_t count;
        char *entries = pending->bytes + 4 + done;
        size_t length = cut_frame(text_of(entries, pending->applied_length - done), &count);
        status = write_frame(store, table, pending->first, count, entries, length);
        if (status == STATUS_OK)
            keep_frame(store, table, count, text_of(entries, length));
        done += length;
        pending->first += count;
        pending->count -= count;
        pending->applied_count -= count;
    }
    if (done > 0) {
        if (done < pending->length)
            memmove(pending->bytes + 4, pending->bytes + 4 + done, pending->length - done);
        pending->length -= done;
        pending->applied_length -= done;
    }
    return status;
}

/* Erases values from the front while the next value, or what is not in a value yet, begins at or below
 * `before`. */
enum status
store_log_forget_values(struct store *store, unsigned table, uint64_t before)
{
    const struct store_backend_ops *ops = store->backend->ops;
    struct store_table_state *state = &store->batch.tables[table];
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < STORE_FORGET_LIMIT && status == STATUS_OK && state->first < before; i++) {
        struct store_cursor *cursor;
        status = ops->cursor(store->backend, store_place(table), &cursor);
        if (status != STATUS_OK)
            return status;
        struct text key, sealed;
        struct store_key front = store_key();
        uint64_t end = store->pending[table].first;
        status = ops->move(cursor, STORE_MOVE_FIRST, &key, &sealed);
        if (status == STATUS_OK && (key.length != 8 || store_u64(key, 0) != state->first))
            status = STATUS_CORRUPT;
        if (status == STATUS_OK) {
            front = store_key_bytes(front, key);
            enum status more = ops->move(cursor, STORE_MOVE_NEXT, &key, &sealed);
            if (more == STATUS_OK)
                end = key.length == 8 ? store_u64(key, 0) : 0;
            status = more == STATUS_NOT_FOUND ? STATUS_OK : more;
        }
        ops->end(cursor);
        if (status == STATUS_NOT_FOUND) /* all that is left is not in a value yet */
            return STATUS_OK;
        if (status != STATUS_OK || end > before)
            return status;
        status = store_erase_row(store, store_place(table), store_key_text(&front));
        state->first = end;
    }
    return status;
}

enum status
store_log_apply(struct store *store)
{
    enum status status = STATUS_OK;
    for (uint64_t touched = store->step_logs; touched != 0 && status == STATUS_OK; touched &= touched - 1) {
        unsigned i = (unsigned)__builtin_ctzll(touched);
        struct store_pending *pending = &store->pending[i];
        store->batch_bytes += pending->length - pending->applied_length;
        pending->applied_length = pending->length;
        pending->applied_count = pending->count;
        store->batch.tables[i].next = pending->first + pending->count;
        if (pending->applied_length > 2 * STORE_FRAME_BYTES)
            status = store_log_flush(store, i, false);
        uint64_t before = pending->forget_before;
        pending->forget_before = 0;
        if (status == STATUS_OK && before > 0)
            status = store_log_forget_values(store, i, before);
    }
    return status;
}

/* The cursor's value that holds `number`: the last one that begins at or below it. */
static enum status
find_value(struct store *store, struct store_cursor *cursor, uint64_t number, struct text *key,
           struct text *sealed)
{
    const struct store_backend_ops *ops = store->backend->ops;
    struct store_key wanted = store_key_u64(store_key(), number);
    *key = store_key_text(&wanted);
    enum status status = ops->move(cursor, STORE_MOVE_SEEK, key, sealed);
    if (status == STATUS_OK && (key->length != 8 || store_u64(*key, 0) != number))
        status = ops->move(cursor, STORE_MOVE_PREVIOUS, key, sealed);
    else if (status == STATUS_NOT_FOUND)
        status = ops->move(cursor, STORE_MOVE_LAST, key, sealed);
    return status;
}

static enum status
open_value(struct store *store, unsigned table, struct text key, struct text sealed, struct arena *arena,
           uint64_t *first, uint32_t *count, struct text *entries)
{
    struct text plain;
    enum status status = key.length != 8
                             ? STATUS_CORRUPT
                             : store_unseal(store, store_place(table), key, sealed, arena, &plain);
    if (status == STATUS_OK)
        status = store_meta_read_frame(plain, count, entries);
    if (status == STATUS_OK)
        *first = store_u64(key, 0);
    return status;
}

void
store_log_keep(struct store *store, unsigned table, size_t bytes)
{
    check_log(store, table);
    store->recent[table].limit = bytes;
}

enum status
store_log_frame(struct store *store, unsigned table, uint64_t number, struct arena *arena, uint64_t *first,
                uint32_t *count, struct text *frame)
{
    check_log(store, table);
    store_pass_seam("frame");
    const struct store_table_state *state = &store->committed.tables[table];
    if (number < state->first || number >= state->next)
        return STATUS_NOT_FOUND;
    const struct store_recent_frame *recent = store_recent_find(&store->recent[table], number);
    if (recent != NULL) {
        *first = recent->first;
        *count = recent->count;
        *frame = recent->bytes;
        return STATUS_OK;
    }
    enum status status = store_view_begin(store);
    if (status != STATUS_OK)
        return status;
    struct store_cursor *cursor;
    status = store->backend->ops->cursor(store->backend, store_place(table), &cursor);
    if (status == STATUS_OK) {
        struct text key, sealed, entries;
        uint64_t begins;
        uint32_t holds;
        status = find_value(store, cursor, number, &key, &sealed);
        /* Inside a batch that forgot the front it is gone; anywhere else a missing value is a lost row. */
        if (status == STATUS_NOT_FOUND &&
            number >= (store_in_batch(store) ? store->batch.tables[table].first : 0))
            status = STATUS_CORRUPT;
        if (status == STATUS_OK)
            status = open_value(store, table, key, sealed, arena, &begins, &holds, &entries);
        if (status == STATUS_OK && number - begins >= holds)
            status = STATUS_CORRUPT;
        if (status == STATUS_OK) {
            *first = begins;
            *count = holds;
            *frame = entries;
        }
        store->backend->ops->end(cursor);
    }
    store_view_end(store);
    return status;
}

/* One walk over a log's entries. */
struct walk {
    struct store *store;
    unsigned table;
    uint64_t from, next; /* the first number wanted; the number expected next */
    struct arena *arena;
    store_visit *visit;
    void *context;
    bool going;
};

static void
visit_entries(struct walk *walk, uint64_t number, struct text entries)
{
    struct text entry;
    while (walk->going && store_meta_next_entry(&entries, &entry)) {
        if (number >= walk->from) {
            struct arena_mark mark = arena_mark(walk->arena);
            struct store_key *key = arena_take_raw(walk->arena, sizeof *key);
            *key = store_key_u64(store_key(), number);
            walk->going = walk->visit(walk->context, store_key_text(key), entry);
            if (walk->going)
                arena_release(walk->arena, mark);
        }
        number++;
    }
}

static enum status
walk_values(struct walk *walk, struct store_cursor *cursor)
{
    struct text key, sealed;
    enum status status = find_value(walk->store, cursor, walk->next, &key, &sealed);
    while (status == STATUS_OK && walk->going) {
        struct arena_mark mark = arena_mark(walk->arena);
        uint64_t first;
        uint32_t count;
        struct text entries;
        status = open_value(walk->store, walk->table, key, sealed, walk->arena, &first, &count, &entries);
        /* The first value may begin before what is wanted; after it there is no gap. */
        if (status == STATUS_OK && (first > walk->next || walk->next - first >= count ||
                                    (first < walk->next && walk->next != walk->from)))
            status = STATUS_CORRUPT;
        if (status != STATUS_OK)
            return status;
        visit_entries(walk, first, entries);
        walk->next = first + count;
        if (walk->going) {
            arena_release(walk->arena, mark);
            status = walk->store->backend->ops->move(cursor, STORE_MOVE_NEXT, &key, &sealed);
        }
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void
walk_pending(struct walk *walk)
{
    const struct store_pending *pending = &walk->store->pending[walk->table];
    uint64_t number = pending->first;
    size_t at = 0;
    while (walk->going && at < pending->length) {
        struct text entries = pending_entries(pending), entry;
        entries = text_of(entries.data + at, entries.length - at);
        bool whole = store_meta_next_entry(&entries, &entry);
        assert(whole);
        at += 4 + entry.length;
        if (number >= walk->from) {
            struct arena_mark mark = arena_mark(walk->arena);
            struct store_key *key = arena_take_raw(walk->arena, sizeof *key);
            *key = store_key_u64(store_key(), number);
            walk->going = walk->visit(walk->context, store_key_text(key), arena_copy(walk->arena, entry));
            if (walk->going)
                arena_release(walk->arena, mark);
        }
        number++;
    }
}

enum status
store_log_scan(struct store *store, unsigned table, uint64_t from, struct arena *arena, store_visit *visit,
               void *context)
{
    check_log(store, table);
    store_pass_seam("scan");
    enum status status = store_view_begin(store);
    if (status != STATUS_OK)
        return status;
    const struct store_state *state = store_in_batch(store) ? &store->batch : &store->committed;
    uint64_t first = state->tables[table].first;
    if (from < first)
        from = first;
    struct walk walk = {store, table, from, from, arena, visit, context, true};
    struct store_cursor *cursor;
    status = store->backend->ops->cursor(store->backend, store_place(table), &cursor);
    if (status == STATUS_OK) {
        if (from < store->pending[table].first)
            status = walk_values(&walk, cursor);
        /* Values end where what is pending begins, or one is missing. */
        if (status == STATUS_OK && walk.going && walk.next < store->pending[table].first)
            status = STATUS_CORRUPT;
        store->backend->ops->end(cursor);
    }
    if (status == STATUS_OK && walk.going)
        walk_pending(&walk);
    store_view_end(store);
    return status;
}
