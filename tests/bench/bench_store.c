/*
 * What the store costs: rows and log entries a second with a sync at every commit, one get, one seal.
 * bench_store [--json] [--seconds N]; works in a fresh folder under TMPDIR.
 */
#include "common/store/store.h"
#include "tests/support/folder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS, LOG, TABLES, BATCH = 1024 };
static const struct store_table tables[TABLES] = {{"rows", STORE_ORDERED, 1, 1, 0},
                                                  {"log", STORE_LOG, 1, 1, 0}};

static double
seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
must(enum status status)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bench_store: %s\n", status_name(status));
    exit(1);
}

struct figures {
    double ascending, random, appends, get_ns, seal_ns, open_ns;
};

static uint64_t
mix(uint64_t number)
{
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9u;
    return number ^ number >> 27;
}

/* One row a step, as most handlers do. */
static double
put_rows(struct store *store, bool random, double limit, uint64_t *rows)
{
    char value[200] = {1};
    uint64_t number = random ? 1u << 30 : 0;
    double begun = seconds();
    while (seconds() - begun < limit) {
        must(store_begin(store));
        for (int i = 0; i < BATCH; i++, number++) {
            struct store_key key = store_key_u64(store_key(), random ? mix(number) : number);
            store_step_begin(store);
            store_put(store, ROWS, store_key_text(&key), text_of(value, sizeof value));
            must(store_step_apply(store));
        }
        must(store_commit(store));
    }
    *rows = number;
    return (double)(number - (random ? 1u << 30 : 0)) / (seconds() - begun);
}

static double
append_entries(struct store *store, double limit)
{
    static char entry[1200];
    uint64_t count = 0;
    double begun = seconds();
    while (seconds() - begun < limit) {
        uint64_t first, next;
        must(store_begin(store));
        store_log_range(store, LOG, &first, &next);
        for (int i = 0; i < BATCH; i++, count++) {
            store_step_begin(store);
            store_log_append(store, LOG, text_of(entry, sizeof entry));
            if (i == 0 && next > 16 * BATCH)
                store_log_forget(store, LOG, next - 16 * BATCH);
            must(store_step_apply(store));
        }
        must(store_commit(store));
    }
    return (double)count / (seconds() - begun);
}

static double
get_rows(struct store *store, uint64_t rows)
{
    enum { GETS = 200000 };
    struct arena arena;
    arena_init(&arena, 0);
    double begun = seconds();
    for (uint64_t i = 0; i < GETS; i++) {
        struct store_key key = store_key_u64(store_key(), mix(i) % rows);
        struct text value;
        must(store_get(store, ROWS, store_key_text(&key), &arena, &value));
        arena_reset(&arena);
    }
    double each = (seconds() - begun) / GETS * 1e9;
    arena_free(&arena);
    return each;
}

static void
seal_values(struct store *store, struct figures *figures)
{
    enum { SEALS = 500000 };
    uint8_t plain[200] = {1}, sealed[200 + SEAL_OVERHEAD];
    struct seal_bound bound = {{text_of(store_id(store), STORE_ID_BYTES), TEXT("rows"), TEXT("12345678")}};
    double begun = seconds();
    for (int i = 0; i < SEALS; i++)
        seal_close(store_seal(store), &bound, text_of(plain, sizeof plain), sealed);
    figures->seal_ns = (seconds() - begun) / SEALS * 1e9;
    begun = seconds();
    for (int i = 0; i < SEALS; i++)
        must(seal_open(store_seal(store), &bound, text_of(sealed, sizeof sealed), plain));
    figures->open_ns = (seconds() - begun) / SEALS * 1e9;
}

int
main(int argc, char **argv)
{
    bool json = false;
    double limit = 3;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            limit = atof(argv[++i]);
    }
    char folder[256], path[300];
    folder_make(folder);
    folder_make_key(folder, "key");
    snprintf(path, sizeof path, "%s/state", folder);
    struct store_options options = {.path = path,
                                    .credential_directory = folder,
                                    .credential_name = "key",
                                    .tables = tables,
                                    .table_count = TABLES};
    struct store *store;
    must(store_create(&options));
    must(store_open(&options, &store, NULL));
    struct figures figures;
    uint64_t rows, unused;
    seal_values(store, &figures);
    figures.ascending = put_rows(store, false, limit, &rows);
    figures.get_ns = get_rows(store, rows);
    figures.appends = append_entries(store, limit);
    figures.random = put_rows(store, true, limit, &unused);
    store_close(store);
    folder_remove(folder);
    printf(json ? "{\"puts_per_second\":%.0f,\"random_puts_per_second\":%.0f,\"appends_per_second\":%.0f,"
                  "\"get_ns\":%.0f,\"seal_ns\":%.0f,\"open_ns\":%.0f}\n"
                : "puts, 1,024 rows of 200 B a commit, ascending keys  %9.0f /s\n"
                  "                                       random keys  %9.0f /s\n"
                  "log appends, 1,024 of 1.2 KB a commit               %9.0f /s\n"
                  "get of 200 B, outside a batch                       %9.0f ns\n"
                  "seal of 200 B                                       %9.0f ns\n"
                  "open of 200 B                                       %9.0f ns\n",
           figures.ascending, figures.random, figures.appends, figures.get_ns, figures.seal_ns,
           figures.open_ns);
    return 0;
}
