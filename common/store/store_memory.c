/*
 * The memory model: what is committed lives in a registry of the process under the store's name and survives
 * close and open; what is not is lost with the handle. Rows are undone from a journal when a transaction is
 * aborted. For tests and the simulation only, so it is plain: sorted arrays of rows.
 */
#include "common/store/store_backend.h"
#include "common/store/store_meta.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct memory_row {
    uint32_t key_length;
    size_t size;
    char bytes[]; /* key, then sealed value */
};

struct memory_table {
    char name[STORE_NAME_LIMIT + 1];
    struct memory_row **rows;
    size_t count, room;
};

/* What stood under a key before a write; row NULL: nothing. */
struct memory_undo {
    unsigned table;
    struct memory_row *row; /* the one before; owned by the journal */
    const char *key_bytes;  /* of a row that was added, into that row */
    uint32_t key_length;
};

struct memory_store {
    struct memory_store *next;
    char *name;
    bool open, finished;
    struct memory_table tables[STORE_TABLES + 1];
    unsigned table_count;
};

struct store_memory {
    struct store_backend base;
    struct memory_store *kept;
    unsigned numbers[STORE_TABLES + 1]; /* the backend's tables in the kept ones */
    struct memory_undo *journal;
    size_t journal_count, journal_room;
    bool writing;
};

struct store_cursor {
    struct memory_table *table;
    size_t at;
};

/* The only mutable global of the store: it stands for the disk. */
static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct memory_store *registry;

static struct store_memory *
of(struct store_backend *backend)
{
    return (struct store_memory *)backend;
}

static struct memory_table *
table_of(struct store_backend *backend, unsigned table)
{
    return &of(backend)->kept->tables[of(backend)->numbers[table]];
}

static struct text
row_key(const struct memory_row *row)
{
    return text_of(row->bytes, row->key_length);
}

static struct text
row_value(const struct memory_row *row)
{
    return text_of(row->bytes + row->key_length, row->size);
}

/* The place of the first row at or above the key. */
static size_t
place_of(const struct memory_table *table, struct text key)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_compare(row_key(table->rows[middle]), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
holds(const struct memory_table *table, size_t place, struct text key)
{
    return place < table->count && text_equal(row_key(table->rows[place]), key);
}

static void
insert_at(struct memory_table *table, size_t place, struct memory_row *row)
{
    if (table->count == table->room) {
        table->room = table->room == 0 ? 16 : 2 * table->room;
        table->rows = realloc(table->rows, table->room * sizeof(struct memory_row *));
        assert(table->rows != NULL);
    }
    memmove(table->rows + place + 1, table->rows + place,
            (table->count - place) * sizeof(struct memory_row *));
    table->rows[place] = row;
    table->count++;
}

static struct memory_row *
remove_at(struct memory_table *table, size_t place)
{
    struct memory_row *row = table->rows[place];
    table->count--;
    memmove(table->rows + place, table->rows + place + 1,
            (table->count - place) * sizeof(struct memory_row *));
    return row;
}

static struct memory_row *
make_row(struct text key, size_t size)
{
    struct memory_row *row = malloc(sizeof *row + key.length + size);
    assert(row != NULL);
    row->key_length = (uint32_t)key.length;
    row->size = size;
    memcpy(row->bytes, key.data, key.length);
    return row;
}

static void
note(struct store_memory *memory, struct memory_undo undo)
{
    if (memory->journal_count == memory->journal_room) {
        memory->journal_room = memory->journal_room == 0 ? 64 : 2 * memory->journal_room;
        memory->journal = realloc(memory->journal, memory->journal_room * sizeof *memory->journal);
        assert(memory->journal != NULL);
    }
    memory->journal[memory->journal_count++] = undo;
}

static enum status
memory_tables(struct store_backend *backend, const char *const *names, unsigned count, bool create)
{
    struct memory_store *kept = of(backend)->kept;
    for (unsigned i = 0; i < count; i++) {
        unsigned number = 0;
        while (number < kept->table_count && strcmp(kept->tables[number].name, names[i]) != 0)
            number++;
        if (number == kept->table_count) {
            if (!create)
                return STATUS_NOT_FOUND;
            assert(number <= STORE_TABLES);
            text_copy(text_from(names[i]), kept->tables[number].name, sizeof kept->tables[number].name);
            kept->table_count++;
        }
        of(backend)->numbers[i] = number;
    }
    return STATUS_OK;
}

static enum status
memory_reserve(struct store_backend *backend, uint64_t wanted, uint64_t least, uint64_t *room)
{
    (void)backend;
    (void)least;
    *room = wanted;
    return STATUS_OK;
}

static enum status
memory_begin(struct store_backend *backend)
{
    assert(!of(backend)->writing);
    of(backend)->writing = true;
    return STATUS_OK;
}

static enum status
memory_commit(struct store_backend *backend, uint64_t number)
{
    struct store_memory *memory = of(backend);
    (void)number;
    for (size_t i = 0; i < memory->journal_count; i++)
        free(memory->journal[i].row);
    memory->journal_count = 0;
    memory->writing = false;
    return STATUS_OK;
}

static void
memory_abort(struct store_backend *backend)
{
    struct store_memory *memory = of(backend);
    while (memory->journal_count > 0) {
        struct memory_undo undo = memory->journal[--memory->journal_count];
        struct memory_table *table = &memory->kept->tables[undo.table];
        struct text key = undo.row != NULL ? row_key(undo.row) : text_of(undo.key_bytes, undo.key_length);
        size_t place = place_of(table, key);
        bool there = holds(table, place, key);
        if (undo.row == NULL) {
            assert(there);
            free(remove_at(table, place));
        } else if (there) {
            free(table->rows[place]);
            table->rows[place] = undo.row;
        } else {
            insert_at(table, place, undo.row);
        }
    }
    memory->writing = false;
}

static enum status
memory_view(struct store_backend *backend)
{
    (void)backend;
    return STATUS_OK;
}

static void
memory_unview(struct store_backend *backend)
{
    (void)backend;
}

static enum status
memory_get(struct store_backend *backend, unsigned table, struct text key, struct text *sealed)
{
    struct memory_table *rows = table_of(backend, table);
    size_t place = place_of(rows, key);
    if (!holds(rows, place, key))
        return STATUS_NOT_FOUND;
    *sealed = row_value(rows->rows[place]);
    return STATUS_OK;
}

static enum status
memory_insert(struct store_backend *backend, unsigned table, struct text key, size_t size, bool last,
              void **room, struct store_hash *old)
{
    struct store_memory *memory = of(backend);
    struct memory_table *rows = table_of(backend, table);
    size_t place = place_of(rows, key);
    if (last && place < rows->count)
        return STATUS_CORRUPT;
    if (holds(rows, place, key)) {
        *old = store_hash_row(key, row_value(rows->rows[place]));
        return STATUS_CONFLICT;
    }
    struct memory_row *row = make_row(key, size);
    insert_at(rows, place, row);
    note(memory, (struct memory_undo){memory->numbers[table], NULL, row->bytes, row->key_length});
    *room = row->bytes + row->key_length;
    return STATUS_OK;
}

static enum status
memory_replace(struct store_backend *backend, unsigned table, struct text key, size_t size, void **room)
{
    struct store_memory *memory = of(backend);
    struct memory_table *rows = table_of(backend, table);
    size_t place = place_of(rows, key);
    assert(holds(rows, place, key));
    struct memory_row *row = make_row(key, size);
    note(memory, (struct memory_undo){memory->numbers[table], rows->rows[place], NULL, 0});
    rows->rows[place] = row;
    *room = row->bytes + row->key_length;
    return STATUS_OK;
}

static enum status
memory_erase(struct store_backend *backend, unsigned table, struct text key, struct store_hash *old)
{
    struct store_memory *memory = of(backend);
    struct memory_table *rows = table_of(backend, table);
    size_t place = place_of(rows, key);
    if (!holds(rows, place, key))
        return STATUS_NOT_FOUND;
    struct memory_row *row = remove_at(rows, place);
    *old = store_hash_row(key, row_value(row));
    note(memory, (struct memory_undo){memory->numbers[table], row, NULL, 0});
    return STATUS_OK;
}

static uint64_t
memory_rows(struct store_backend *backend, unsigned table)
{
    return table_of(backend, table)->count;
}

static enum status
memory_cursor(struct store_backend *backend, unsigned table, struct store_cursor **cursor)
{
    struct store_cursor *made = malloc(sizeof *made);
    assert(made != NULL);
    *made = (struct store_cursor){table_of(backend, table), 0};
    *cursor = made;
    return STATUS_OK;
}

static enum status
memory_move(struct store_cursor *cursor, enum store_move move, struct text *key, struct text *sealed)
{
    size_t count = cursor->table->count, at = cursor->at;
    switch (move) {
    case STORE_MOVE_FIRST:
        at = 0;
        break;
    case STORE_MOVE_LAST:
        at = count - 1; /* SIZE_MAX when there is none */
        break;
    case STORE_MOVE_SEEK:
        at = place_of(cursor->table, *key);
        break;
    case STORE_MOVE_NEXT:
        at++;
        break;
    case STORE_MOVE_PREVIOUS:
        at--;
        break;
    }
    if (at >= count)
        return STATUS_NOT_FOUND;
    cursor->at = at;
    *key = row_key(cursor->table->rows[at]);
    *sealed = row_value(cursor->table->rows[at]);
    return STATUS_OK;
}

static void
memory_end(struct store_cursor *cursor)
{
    free(cursor);
}

static unsigned
memory_use_per_mille(struct store_backend *backend)
{
    (void)backend;
    return 0;
}

static uint64_t
memory_marked_commit(struct store_backend *backend)
{
    (void)backend;
    return 0;
}

static bool
memory_commit_failed(struct store_backend *backend)
{
    (void)backend;
    return false;
}

static void
memory_close(struct store_backend *backend)
{
    struct store_memory *memory = of(backend);
    if (memory->writing)
        memory_abort(backend);
    pthread_mutex_lock(&registry_lock);
    memory->kept->open = false;
    pthread_mutex_unlock(&registry_lock);
    free(memory->journal);
    free(memory);
}

static const struct store_backend_ops memory_ops = {
    .tables = memory_tables,
    .reserve = memory_reserve,
    .begin = memory_begin,
    .commit = memory_commit,
    .abort = memory_abort,
    .view = memory_view,
    .unview = memory_unview,
    .get = memory_get,
    .insert = memory_insert,
    .replace = memory_replace,
    .erase = memory_erase,
    .rows = memory_rows,
    .cursor = memory_cursor,
    .move = memory_move,
    .end = memory_end,
    .use_per_mille = memory_use_per_mille,
    .marked_commit = memory_marked_commit,
    .commit_failed = memory_commit_failed,
    .close = memory_close,
};

static struct store_backend *
make(struct memory_store *kept)
{
    struct store_memory *memory = calloc(1, sizeof *memory);
    assert(memory != NULL);
    memory->base.ops = &memory_ops;
    memory->kept = kept;
    kept->open = true;
    return &memory->base;
}

/* The link that points at the store of that name, or at the end. */
static struct memory_store **
find(const char *name)
{
    struct memory_store **at = &registry;
    while (*at != NULL && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

enum status
store_memory_create(const struct store_options *options, struct store_backend **backend)
{
    pthread_mutex_lock(&registry_lock);
    struct memory_store **at = find(options->path);
    bool there = *at != NULL;
    if (!there) {
        struct memory_store *made = calloc(1, sizeof *made);
        assert(made != NULL);
        made->name = strdup(options->path);
        assert(made->name != NULL);
        *at = made;
        *backend = make(made);
    }
    pthread_mutex_unlock(&registry_lock);
    return there ? STATUS_CONFLICT : STATUS_OK;
}

enum status
store_memory_finish(struct store_backend *backend, bool keep)
{
    struct memory_store *kept = of(backend)->kept;
    kept->finished = keep;
    memory_close(backend);
    if (!keep)
        store_forget_memory(kept->name);
    return STATUS_OK;
}

enum status
store_memory_open(const struct store_options *options, struct store_backend **backend, char reason[256])
{
    pthread_mutex_lock(&registry_lock);
    struct memory_store *kept = *find(options->path);
    enum status status = kept == NULL || !kept->finished ? STATUS_CONFIG
                         : kept->open                    ? STATUS_BUSY
                                                         : STATUS_OK;
    if (status == STATUS_OK)
        *backend = make(kept);
    pthread_mutex_unlock(&registry_lock);
    if (status == STATUS_CONFIG)
        store_say(reason, "there is no store in memory under %s", options->path);
    else if (status == STATUS_BUSY)
        store_say(reason, "the store in memory under %s is open", options->path);
    return status;
}

void
store_forget_memory(const char *path)
{
    pthread_mutex_lock(&registry_lock);
    struct memory_store **at = find(path);
    struct memory_store *gone = *at;
    if (gone != NULL) {
        assert(!gone->open);
        *at = gone->next;
        for (unsigned i = 0; i < gone->table_count; i++) {
            for (size_t row = 0; row < gone->tables[i].count; row++)
                free(gone->tables[i].rows[row]);
            free(gone->tables[i].rows);
        }
        free(gone->name);
        free(gone);
    }
    pthread_mutex_unlock(&registry_lock);
}
