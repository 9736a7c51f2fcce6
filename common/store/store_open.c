#include "common/store/store_internal.h"

#include <assert.h>
#include <stdlib.h>

static const char delta_suffix[] = ".delta";

static void
check_options(const struct store_options *options)
{
    size_t count = options->table_count;
    for (size_t i = 0; i < options->table_count; i++) {
        size_t more = options->tables[i].write_behind > 0 ? sizeof delta_suffix - 1 : 0;
        assert(strlen(options->tables[i].name) + more <= STORE_NAME_LIMIT);
        assert(more == 0 || options->tables[i].kind == STORE_GUARD);
        count += more > 0;
        for (size_t k = 0; k < i; k++)
            assert(strcmp(options->tables[i].name, options->tables[k].name) != 0);
    }
    assert(count <= STORE_TABLES);
}

/* A table written behind has a log beside it, with a descriptor of its own behind the plan's. */
static void
add_delta(struct store *store, unsigned table)
{
    unsigned delta = (unsigned)store->table_count++;
    size_t length = strlen(store->names[table]);
    memcpy(store->names[delta], store->names[table], length);
    memcpy(store->names[delta] + length, delta_suffix, sizeof delta_suffix);
    store->tables[delta] = (struct store_table){store->names[delta], STORE_LOG, 1, store->tables[table].retention, 0};
    store->windows[table] = store_window_make(table, delta, store->tables[table].write_behind);
    store->writes_behind = true;
}

static struct store *
make_store(const struct store_options *options, struct store_backend *backend)
{
    struct store *store = calloc(1, sizeof *store);
    assert(store != NULL);
    store->backend = backend;
    store->reserve_bytes = options->reserve_bytes == 0 ? (uint64_t)64 << 20 : options->reserve_bytes;
    store->table_count = options->table_count;
    for (size_t i = 0; i < options->table_count; i++) {
        store->tables[i] = options->tables[i];
        text_copy(text_from(options->tables[i].name), store->names[i], sizeof store->names[i]);
        store->tables[i].name = store->names[i];
    }
    for (unsigned i = 0; i < options->table_count; i++)
        if (options->tables[i].write_behind > 0)
            add_delta(store, i);
    store_writes_init(&store->writes);
    return store;
}

static void
free_store(struct store *store)
{
    seal_free(store->seal);
    store_writes_free(&store->writes);
    for (size_t i = 0; i < STORE_TABLES; i++) {
        free(store->pending[i].bytes);
        store_recent_free(&store->recent[i]);
        store_window_free(store->windows[i]);
    }
    free(store);
}

static void
close_store(struct store *store)
{
    store->backend->ops->close(store->backend);
    free_store(store);
}

static enum status
open_tables(struct store *store, bool create)
{
    const char *names[STORE_TABLES + 1] = {"claimline"};
    for (size_t i = 0; i < store->table_count; i++)
        names[i + 1] = store->names[i];
    return store->backend->ops->tables(store->backend, names, (unsigned)store->table_count + 1, create);
}

static enum status
write_clear(struct store *store, struct text key, const void *bytes, size_t length)
{
    void *room;
    struct store_hash old;
    enum status status = store->backend->ops->insert(store->backend, 0, key, length, false, &room, &old);
    if (status == STATUS_CONFLICT)
        status = store->backend->ops->replace(store->backend, 0, key, length, &room);
    if (status == STATUS_OK)
        memcpy(room, bytes, length);
    return status;
}

/* The rows of a new process: its start with a fresh salt, the descriptors, the state. */
static enum status
write_start(struct store *store)
{
    uint8_t salt[SEAL_SALT_BYTES], bytes[STORE_TABLES_BYTES];
    seal_random(salt, sizeof salt);
    store->batch.start++;
    struct store_key key = store_key_u32(store_key_bytes(store_key(), TEXT("start")), store->batch.start);
    enum status status = write_clear(store, store_key_text(&key), salt, sizeof salt);
    if (status == STATUS_OK)
        status = seal_add_start(store->seal, store->batch.start, salt, true);
    if (status != STATUS_OK)
        return status;
    size_t length = store_meta_write_tables(store->tables, store->table_count, bytes);
    status = store_write_row(store, 0, TEXT("tables"), text_of(bytes, length), false);
    store->batch.commit++;
    return status == STATUS_OK ? store_write_state(store) : status;
}

/* A store that nobody has opened yet: everything of it is written here. */
static enum status
fill_new(struct store *store, const uint8_t master[SEAL_KEY_BYTES])
{
    struct store_identity identity = {.format = STORE_FORMAT, .key_number = 1};
    seal_random(identity.id, sizeof identity.id);
    memcpy(store->id, identity.id, sizeof identity.id);
    uint8_t label[STORE_IDENTITY_LABEL], row[STORE_IDENTITY_BYTES];
    store_meta_label(&identity, label);
    enum status status = seal_make_data_key(master, text_of(label, sizeof label), identity.wrapped);
    if (status == STATUS_OK)
        status = seal_open_data_key(master, text_of(label, sizeof label), identity.wrapped, 1, &store->seal);
    if (status == STATUS_OK)
        status = open_tables(store, true);
    store_meta_write_identity(&identity, row);
    if (status == STATUS_OK)
        status = write_clear(store, TEXT("store"), row, sizeof row);
    seal_random(&store->batch.incarnation, sizeof store->batch.incarnation);
    for (size_t i = 0; i < STORE_TABLES; i++)
        store->batch.tables[i].first = store->batch.tables[i].next = 1;
    return status == STATUS_OK ? write_start(store) : status;
}

enum status
store_create(const struct store_options *options)
{
    check_options(options);
    store_pass_seam("create");
    uint8_t master[SEAL_KEY_BYTES];
    enum status status = seal_read_key(options->credential_directory, options->credential_name, master);
    if (status != STATUS_OK)
        return status;
    struct store_backend *backend;
    status = options->memory ? store_memory_create(options, &backend) : store_lmdb_create(options, &backend);
    if (status != STATUS_OK) {
        seal_wipe(master, sizeof master);
        return status;
    }
    struct store *store = make_store(options, backend);
    status = backend->ops->begin(backend);
    if (status == STATUS_OK) {
        status = fill_new(store, master);
        if (status == STATUS_OK)
            status = backend->ops->commit(backend, store->batch.commit);
        else
            backend->ops->abort(backend);
    }
    seal_wipe(master, sizeof master);
    enum status finished = options->memory ? store_memory_finish(backend, status == STATUS_OK)
                                           : store_lmdb_finish(backend, status == STATUS_OK);
    free_store(store);
    return status == STATUS_OK ? finished : status;
}

static enum status
read_meta(struct store *store, struct text key, struct arena *arena, struct text *value)
{
    struct text sealed;
    enum status status = store->backend->ops->get(store->backend, 0, key, &sealed);
    if (status == STATUS_OK)
        status = store_unseal(store, 0, key, sealed, arena, value);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static enum status
open_identity(struct store *store, const struct store_options *options, char reason[256])
{
    struct text row;
    struct store_identity identity;
    enum status status = store->backend->ops->get(store->backend, 0, TEXT("store"), &row);
    if (status == STATUS_OK)
        status = store_meta_read_identity(row, &identity);
    if (status != STATUS_OK) {
        store_say(reason, "the first row of the store %s is damaged", options->path);
        return STATUS_CORRUPT;
    }
    if (identity.format > STORE_FORMAT) {
        store_say(reason, "the store %s has format %u, this program knows %u", options->path, identity.format,
                  STORE_FORMAT);
        return STATUS_CONFIG;
    }
    uint8_t master[SEAL_KEY_BYTES], label[STORE_IDENTITY_LABEL];
    status = seal_read_key(options->credential_directory, options->credential_name, master);
    if (status != STATUS_OK) {
        store_say(reason, "the credential %s/%s is missing, not of 32 bytes, or open to others",
                  options->credential_directory, options->credential_name);
        return STATUS_CONFIG;
    }
    store_meta_label(&identity, label);
    status = seal_open_data_key(master, text_of(label, sizeof label), identity.wrapped, identity.key_number,
                                &store->seal);
    seal_wipe(master, sizeof master);
    if (status != STATUS_OK)
        store_say(reason, "the credential %s/%s does not open the store %s", options->credential_directory,
                  options->credential_name, options->path);
    memcpy(store->id, identity.id, sizeof identity.id);
    return status;
}

static enum status
match_table(const struct store_described *described, const struct store_table *table, char reason[256])
{
    if (described->kind != (uint8_t)table->kind) {
        store_say(reason, "table %s of the store is of another kind", table->name);
        return STATUS_CONFIG;
    }
    if (described->format != table->format) {
        store_say(reason, "table %s of the store has format %u, this program knows %u", table->name,
                  described->format, table->format);
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}

/* The state's counts follow the descriptors that were stored with it; from here on they follow the plan's. */
static enum status
order_state(struct store *store, const struct store_described *described, size_t count,
            const struct store_state *stored, char reason[256])
{
    store->committed = *stored;
    size_t known = 0;
    for (size_t i = 0; i < store->table_count; i++) {
        struct store_table_state *state = &store->committed.tables[i];
        *state = (struct store_table_state){.first = 1, .next = 1};
        for (size_t k = 0; k < count; k++) {
            if (strcmp(described[k].name, store->names[i]) != 0)
                continue;
            enum status status = match_table(&described[k], &store->tables[i], reason);
            if (status != STATUS_OK)
                return status;
            *state = stored->tables[k];
            known++;
        }
    }
    if (known != count) {
        store_say(reason, "the store has a table that this program does not know");
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}

static enum status
read_state(struct store *store, const char *path, char reason[256])
{
    struct arena arena;
    arena_init(&arena, 0);
    struct text tables, state;
    struct store_described described[STORE_TABLES];
    struct store_state stored;
    size_t count = 0, state_count = 0;
    enum status status = read_meta(store, TEXT("tables"), &arena, &tables);
    if (status == STATUS_OK)
        status = store_meta_read_tables(tables, described, &count);
    if (status == STATUS_OK)
        status = read_meta(store, TEXT("state"), &arena, &state);
    if (status == STATUS_OK)
        status = store_meta_read_state(state, &stored, &state_count);
    if (status == STATUS_OK && count != state_count)
        status = STATUS_CORRUPT;
    arena_free(&arena);
    if (status != STATUS_OK) {
        store_say(reason, "the state of the store %s is damaged", path);
        return status;
    }
    if (stored.commit < store->backend->ops->marked_commit(store->backend)) {
        store_say(reason, "the store %s is older than what it last reported as durable", path);
        return STATUS_CORRUPT;
    }
    return order_state(store, described, count, &stored, reason);
}

/* Rows are counted by the tree and by us; a log's values begin where they should and end before the next
 * number. */
static enum status
verify_tables(struct store *store, const char *path, char reason[256])
{
    enum status status = STATUS_OK;
    struct arena arena;
    arena_init(&arena, 0);
    for (unsigned i = 0; i < store->table_count && status == STATUS_OK; i++) {
        const struct store_table_state *state = &store->committed.tables[i];
        if (store->backend->ops->rows(store->backend, store_place(i)) != state->count.rows)
            status = STATUS_CORRUPT;
        store->pending[i].first = state->next;
        if (status == STATUS_OK && store->tables[i].kind == STORE_LOG && state->first < state->next) {
            uint64_t first;
            uint32_t count;
            struct text frame;
            status = store_log_frame(store, i, state->first, &arena, &first, &count, &frame);
            if (status == STATUS_OK && first != state->first)
                status = STATUS_CORRUPT;
            if (status == STATUS_OK)
                status = store_log_frame(store, i, state->next - 1, &arena, &first, &count, &frame);
            if (status == STATUS_OK && first + count != state->next)
                status = STATUS_CORRUPT;
        }
        if (status != STATUS_OK)
            store_say(reason, "table %s of the store %s does not fit its counts", store->names[i], path);
    }
    arena_free(&arena);
    return status;
}

/* Everything of an open that happens inside one transaction. */
static enum status
open_inside(struct store *store, const struct store_options *options, char reason[256])
{
    /* What was committed is read before any table is made, so that a refusal changes nothing. */
    const char *own[] = {"claimline"};
    enum status status = store->backend->ops->tables(store->backend, own, 1, false);
    if (status == STATUS_NOT_FOUND || status == STATUS_INTERNAL)
        status = STATUS_CORRUPT;
    if (status == STATUS_CORRUPT)
        store_say(reason, "the store %s has no table of its own", options->path);
    if (status == STATUS_OK)
        status = open_identity(store, options, reason);
    if (status != STATUS_OK)
        return status;
    seal_set_finder(store->seal, store_find_salt, store);
    status = read_state(store, options->path, reason);
    if (status == STATUS_OK) {
        status = open_tables(store, true);
        if (status != STATUS_OK)
            store_say(reason, "the tables of the store %s cannot be opened: %s", options->path,
                      status_name(status));
    }
    if (status != STATUS_OK)
        return status;
    store->phase = STORE_BATCH; /* reads go through the transaction that is open */
    store->batch = store->committed;
    status = verify_tables(store, options->path, reason);
    if (status != STATUS_OK)
        return status;
    status = store_behind_load(store);
    if (status != STATUS_OK) {
        store_say(reason, "what the store %s had not put in its place yet cannot be read", options->path);
        return status;
    }
    store->unclean = store->committed.open;
    store->batch.open = true;
    status = write_start(store);
    if (status != STATUS_OK)
        store_say(reason, "the store %s cannot be written: %s", options->path, status_name(status));
    return status;
}

enum status
store_open(const struct store_options *options, struct store **opened, char reason[256])
{
    check_options(options);
    store_pass_seam("open");
    struct store_backend *backend;
    enum status status = options->memory ? store_memory_open(options, &backend, reason)
                                         : store_lmdb_open(options, &backend, reason);
    if (status != STATUS_OK)
        return status;
    struct store *store = make_store(options, backend);
    bool look = backend->ops->commit_failed(backend);
    status = store_reserve(store);
    if (status == STATUS_OK)
        status = backend->ops->begin(backend);
    if (status != STATUS_OK) {
        store_say(reason, "the store %s cannot begin a transaction: %s", options->path, status_name(status));
        close_store(store);
        return status;
    }
    status = open_inside(store, options, reason);
    if (status == STATUS_OK) {
        status = backend->ops->commit(backend, store->batch.commit);
        if (status != STATUS_OK)
            store_say(reason, "the store %s cannot commit: %s", options->path, status_name(status));
    } else {
        backend->ops->abort(backend);
    }
    store->phase = STORE_IDLE;
    store->committed = store->batch;
    /* After a commit that failed in the last process, the whole store is read again from the disk. */
    if (status == STATUS_OK && look)
        status = store_scrub(store, reason);
    if (status != STATUS_OK) {
        close_store(store);
        return status;
    }
    *opened = store;
    return STATUS_OK;
}

void
store_drop_unclean(struct store *store)
{
    if (store_in_batch(store))
        store_abort(store);
    close_store(store);
}

void
store_close(struct store *store)
{
    if (store == NULL)
        return;
    store_pass_seam("close");
    if (store_in_batch(store))
        store_abort(store);
    /* A clean end that cannot be written leaves the store marked as open: the next start then recovers. */
    struct store_backend *backend = store->backend;
    if (backend->ops->begin(backend) == STATUS_OK) {
        store->batch = store->committed;
        store->batch.open = false;
        store->batch.commit++;
        if (store_write_state(store) == STATUS_OK)
            (void)backend->ops->commit(backend, store->batch.commit);
        else
            backend->ops->abort(backend);
    }
    close_store(store);
}
