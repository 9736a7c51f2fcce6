/* Bit flips over a store: whatever is read is what was written, or is told. */
#include "tests/common/store_place.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Rows are written in several commits, some of them twice, so that stale pages lie about. */
enum { FLIP_ROWS = 60, FLIP_ENTRIES = 40, FLIP_VERSIONS = 3 };

static size_t
flip_value(char value[700], uint64_t number, int version)
{
    size_t length = 50 + number * 37 % 600;
    for (size_t i = 0; i < length; i++)
        value[i] = (char)(number * 7 + (uint64_t)version * 101 + i);
    return length;
}

static void
fill_for_flips(struct place *place)
{
    struct store *store = open_place(place);
    char value[700];
    for (int version = 0; version < FLIP_VERSIONS; version++) {
        cr_assert_eq(store_begin(store), STATUS_OK);
        for (uint64_t i = 0; i < FLIP_ROWS; i++) {
            if (version > 0 && i % 3 != (uint64_t)version - 1)
                continue;
            struct store_key key = store_key_u64(store_key(), i);
            store_step_begin(store);
            store_put(store, ROWS, store_key_text(&key), text_of(value, flip_value(value, i, version)));
            cr_assert_eq(store_step_apply(store), STATUS_OK);
        }
        cr_assert_eq(store_commit(store), STATUS_OK);
    }
    for (uint64_t i = 1; i <= FLIP_ENTRIES; i++) {
        cr_assert_eq(store_begin(store), STATUS_OK);
        store_step_begin(store);
        store_log_append(store, LOG, text_of(value, flip_value(value, i, 0)));
        cr_assert_eq(store_step_apply(store), STATUS_OK);
        cr_assert_eq(store_commit(store), STATUS_OK);
    }
    store_close(store);
}

enum flip_end { FLIP_UNCHANGED, FLIP_REFUSED = 10, FLIP_MISSING = 11, FLIP_STALE = 12, FLIP_SILENT = 30 };

static bool
check_entry(void *context, struct text key, struct text entry)
{
    char value[700];
    uint64_t number = store_u64(key, 0);
    size_t length = flip_value(value, number, 0);
    if (number > FLIP_ENTRIES || !text_equal(entry, text_of(value, length)))
        _exit(FLIP_SILENT);
    ++*(unsigned *)context;
    return true;
}

/* Opens the damaged store and reads everything by every way. Anything but what was written has to be told. */
static enum flip_end
read_after_flip(struct place *place)
{
    struct store *store;
    if (store_open(&place->options, &store, NULL) != STATUS_OK)
        return FLIP_REFUSED;
    bool refused = false, missing = false, stale = false;
    struct arena arena;
    arena_init(&arena, 0);
    for (uint64_t i = 0; i < FLIP_ROWS; i++) {
        struct store_key key = store_key_u64(store_key(), i);
        struct text value;
        enum status status = store_get(store, ROWS, store_key_text(&key), &arena, &value);
        missing |= status == STATUS_NOT_FOUND;
        refused |= status != STATUS_NOT_FOUND && status != STATUS_OK;
        if (status != STATUS_OK)
            continue;
        char wanted[700];
        int version = i % 3 < FLIP_VERSIONS - 1 ? (int)(i % 3) + 1 : 0;
        if (text_equal(value, text_of(wanted, flip_value(wanted, i, version))))
            continue;
        if (version == 0 || !text_equal(value, text_of(wanted, flip_value(wanted, i, 0))))
            return FLIP_SILENT;
        stale =
            true; /* a page of an earlier commit: its rows were sealed by us, only the sum of all can tell */
    }
    unsigned entries = 0;
    enum status status = store_log_scan(store, LOG, 1, &arena, check_entry, &entries);
    if (status == STATUS_OK && entries != FLIP_ENTRIES)
        return FLIP_SILENT;
    refused |= status != STATUS_OK;
    status = store_scrub(store, NULL);
    if ((missing || stale) && status == STATUS_OK)
        return FLIP_SILENT;
    return stale                            ? FLIP_STALE
           : missing                        ? FLIP_MISSING
           : refused || status != STATUS_OK ? FLIP_REFUSED
                                            : FLIP_UNCHANGED;
}

struct flip_counts {
    unsigned unchanged, refused, missing, stale, signalled;
};

static void
try_flip(struct place *place, const char *name, char *bytes, size_t length, size_t bit,
         struct flip_counts *counts)
{
    bytes[bit / 8] ^= (char)(1 << bit % 8);
    write_store_file(place->path, name, bytes, length);
    bytes[bit / 8] ^= (char)(1 << bit % 8);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        alarm(20); /* a damaged tree may be a circle */
        _exit(read_after_flip(place));
    }
    int ended;
    waitpid(child, &ended, 0);
    int code = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    cr_assert_neq(code, FLIP_SILENT, "bit %zu of %s came back as a silently wrong value", bit, name);
    counts->unchanged += code == FLIP_UNCHANGED;
    counts->refused += code == FLIP_REFUSED;
    counts->missing += code == FLIP_MISSING;
    counts->stale += code == FLIP_STALE;
    counts->signalled +=
        code != FLIP_UNCHANGED && code != FLIP_REFUSED && code != FLIP_MISSING && code != FLIP_STALE;
}

Test(store_flips, no_flipped_bit_is_a_silently_wrong_value)
{
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1); /* thousands of opens: the disk's syncs say nothing here */
    struct place place;
    make_place(&place, false);
    place.options.reserve_bytes = 64 << 10;
    fill_for_flips(&place);
    size_t data_length, mark_length;
    char *data = read_store_file(place.path, "data.mdb", &data_length);
    char *mark = read_store_file(place.path, "store.lock", &mark_length);
    struct flip_counts counts = {0};
    srand(11);
    for (unsigned i = 0; i < 4000; i++) {
        write_store_file(place.path, "store.lock", mark, mark_length);
        /* Every other one in the meta pages' first bytes, the tree's roots; the rest anywhere. */
        size_t bit = i % 4 == 0 ? (size_t)(i / 4 % 2) * 4096 * 8 + (size_t)rand() % (160 * 8)
                                : (size_t)rand() % (data_length * 8);
        try_flip(&place, "data.mdb", data, data_length, bit, &counts);
    }
    write_store_file(place.path, "data.mdb", data, data_length);
    for (size_t bit = 0; bit < mark_length * 8; bit++)
        try_flip(&place, "store.lock", mark, mark_length, bit, &counts);
    printf("flips: %u without effect, %u refused, %u missing and told, %u stale and told, %u ended the "
           "process\n",
           counts.unchanged, counts.refused, counts.missing, counts.stale, counts.signalled);
    cr_expect_gt(counts.refused, 500);
    free(data);
    free(mark);
    remove_place(&place);
}
