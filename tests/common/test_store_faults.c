#include "tests/common/store_place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* LMDB syncs through this one; a test makes it fail. */
static int failing_syncs;
int fdatasync(int fd);
int
fdatasync(int fd)
{
    if (failing_syncs > 0) {
        failing_syncs--;
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

/* Each row has a sister in the table that is written behind, under a key in no order. */
static struct store_key
scattered_key(uint64_t number)
{
    return store_key_u64(store_key(), number * UINT64_C(0x9E3779B97F4A7C15));
}

static size_t
behind_length(size_t length)
{
    return length < STORE_BEHIND_VALUE ? length : STORE_BEHIND_VALUE;
}

static void
put_row(struct store *store, uint64_t number, size_t length)
{
    struct store_key key = store_key_u64(store_key(), number);
    char *value = malloc(length);
    memset(value, (int)number, length);
    store_put(store, ROWS, store_key_text(&key), text_of(value, length));
    key = scattered_key(number);
    store_put(store, BEHIND, store_key_text(&key), text_of(value, behind_length(length)));
    free(value);
}

static enum status
commit_rows(struct store *store, uint64_t from, uint64_t count, size_t length)
{
    enum status status = store_begin(store);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        store_step_begin(store);
        put_row(store, from + i, length);
        status = store_step_apply(store);
        if (status != STATUS_OK)
            store_abort(store);
    }
    return status == STATUS_OK ? store_commit(store) : status;
}

static bool
holds(struct store *store, unsigned table, struct store_key key, uint64_t number, size_t length)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct text value;
    bool has =
        store_get(store, table, store_key_text(&key), &arena, &value) == STATUS_OK && value.length == length;
    for (size_t i = 0; has && i < length; i++)
        has = (uint8_t)value.data[i] == (uint8_t)number;
    arena_free(&arena);
    return has;
}

static bool
has_row(struct store *store, uint64_t number, size_t length)
{
    return holds(store, ROWS, store_key_u64(store_key(), number), number, length) &&
           holds(store, BEHIND, scattered_key(number), number, behind_length(length));
}

Test(store_faults, a_missing_store_is_not_made_by_opening_it)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        prepare_place(&place, memory);
        struct store *store = NULL;
        char reason[256] = "";
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        cr_expect_null(store);
        cr_expect_not_null(strstr(reason, place.path), "%s", reason);
        cr_expect_neq(access(place.path, F_OK), 0);
        mkdir(place.path, 0700);
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        cr_expect_eq(rmdir(place.path), 0, "something was created in it");
        remove_place(&place);
    }
}

Test(store_faults, a_wrong_or_missing_key_is_named_and_changes_nothing)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        char path[512], reason[256] = "";
        struct store *store = NULL;
        snprintf(path, sizeof path, "%s/other", place.folder);
        int fd = open(path, O_WRONLY | O_CREAT, 0400);
        cr_assert_eq(write(fd, "0123456789abcdef0123456789abcdef", 32), 32);
        close(fd);
        place.options.credential_name = "other";
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        cr_expect_not_null(strstr(reason, "/other"), "%s", reason);
        place.options.credential_name = "absent";
        cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CONFIG);
        cr_expect_not_null(strstr(reason, "/absent"), "%s", reason);
        place.options.credential_name = "key";
        store = open_place(&place);
        cr_expect_eq(store_start(store), 2);
        cr_expect(!store_unclean(store));
        store_close(store);
        remove_place(&place);
    }
}

Test(store_faults, a_store_is_made_once)
{
    for (int memory = 0; memory < 2; memory++) {
        struct place place;
        make_place(&place, memory);
        struct store *store = open_place(&place);
        cr_assert_eq(commit_rows(store, 1, 5, 10), STATUS_OK);
        store_close(store);
        cr_expect_eq(store_create(&place.options), STATUS_CONFLICT);
        store = open_place(&place);
        cr_expect(has_row(store, 5, 10));
        store_close(store);
        remove_place(&place);
    }
}

Test(store_faults, a_second_process_is_busy_and_harms_nothing)
{
    struct place place;
    make_place(&place, false);
    struct store *store = open_place(&place);
    cr_assert_eq(commit_rows(store, 1, 5, 10), STATUS_OK);
    pid_t child = fork();
    if (child == 0) {
        struct store *second = NULL;
        char reason[256] = "";
        enum status status = store_open(&place.options, &second, reason);
        _exit(status == STATUS_BUSY && strstr(reason, "another process") != NULL ? 0 : 1);
    }
    int ended;
    waitpid(child, &ended, 0);
    cr_expect(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    cr_expect_eq(commit_rows(store, 6, 5, 10), STATUS_OK);
    cr_expect(has_row(store, 10, 10));
    store_close(store);
    remove_place(&place);
}

/* The child commits numbered rows and entries, and tells of each commit only after it. */
static void
commit_for_ever(struct place *place, int pipe_end)
{
    struct store *store;
    if (store_open(&place->options, &store, NULL) != STATUS_OK)
        _exit(1);
    uint64_t first, next;
    store_log_range(store, LOG, &first, &next);
    for (uint64_t number = next;; number += 3) {
        store_begin(store);
        for (uint64_t i = 0; i < 3; i++) {
            store_step_begin(store);
            put_row(store, number + i, 100 + (number + i) % 5000);
            store_log_append(store, LOG, TEXT("entry"));
            if (store_step_apply(store) != STATUS_OK)
                _exit(2);
        }
        if (store_commit(store) != STATUS_OK)
            _exit(3);
        uint64_t told = number + 2;
        if (write(pipe_end, &told, sizeof told) != sizeof told)
            _exit(4);
    }
}

Test(store_faults, what_was_reported_before_a_kill_is_there_after_it)
{
    struct place place;
    make_place(&place, false);
    uint64_t told = 0;
    srand(7);
    for (int round = 0; round < 25; round++) {
        int ends[2];
        cr_assert_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            commit_for_ever(&place, ends[1]);
        }
        close(ends[1]);
        /* Every other one is killed while it commits, however slow the machine is; the rest anywhere. */
        struct pollfd first_told = {ends[0], POLLIN, 0};
        if (round % 2 == 0)
            poll(&first_told, 1, 20000);
        usleep((useconds_t)(2000 + rand() % 60000));
        kill(child, SIGKILL);
        int ended;
        waitpid(child, &ended, 0);
        cr_assert(WIFSIGNALED(ended), "the child ended by itself: %d", WEXITSTATUS(ended));
        uint64_t number;
        while (read(ends[0], &number, sizeof number) == sizeof number)
            told = number;
        close(ends[0]);
        struct store *store = open_place(&place);
        uint64_t first, next;
        store_log_range(store, LOG, &first, &next);
        cr_assert(next > told && (next - 1) % 3 == 0, "told %lu, next %lu", (unsigned long)told,
                  (unsigned long)next);
        for (uint64_t i = 1; i < next; i++)
            cr_assert(has_row(store, i, 100 + i % 5000), "row %lu is lost", (unsigned long)i);
        cr_assert_eq(store_table_count(store, ROWS).rows, next - 1);
        char reason[256] = "";
        cr_assert_eq(store_scrub(store, reason), STATUS_OK, "%s", reason);
        store_close(store);
    }
    cr_assert(told >= 39, "too few commits were told of: %lu", (unsigned long)told);
    remove_place(&place);
}

static unsigned seam_left;

static void
end_at_seam(const char *operation)
{
    (void)operation;
    if (--seam_left == 0)
        _exit(42);
}

Test(store_faults, a_process_that_ends_at_any_call_leaves_a_whole_commit)
{
    struct place place;
    prepare_place(&place, false);
    unsigned at;
    bool finished = false;
    for (at = 1; !finished; at++) {
        cr_assert_eq(store_create(&place.options), STATUS_OK);
        pid_t child = fork();
        if (child == 0) {
            struct store *store = open_place(&place);
            seam_left = at;
            store_seam = end_at_seam;
            for (uint64_t batch = 0; batch < 4; batch++)
                commit_rows(store, 1 + 4 * batch, 4, 500);
            _exit(0);
        }
        int ended;
        waitpid(child, &ended, 0);
        cr_assert(WIFEXITED(ended) && (WEXITSTATUS(ended) == 42 || WEXITSTATUS(ended) == 0));
        finished = WEXITSTATUS(ended) == 0;
        struct store *store = open_place(&place);
        cr_expect(store_unclean(store));
        uint64_t rows = store_table_count(store, ROWS).rows;
        cr_assert_eq(rows % 4, 0, "call %u left %lu rows", at, (unsigned long)rows);
        for (uint64_t i = 1; i <= rows; i++)
            cr_assert(has_row(store, i, 500));
        cr_assert_eq(store_scrub(store, NULL), STATUS_OK);
        store_close(store);
        folder_remove(place.path);
    }
    printf("ended at each of %u calls\n", at - 2);
    cr_expect_gt(at, 40);
    remove_place(&place);
}

Test(store_faults, a_full_map_in_the_middle_leaves_the_last_commit)
{
    struct place place;
    make_place(&place, false);
    place.options.map_bytes = 1 << 20;
    struct store *store = open_place(&place);
    uint64_t rows = 0;
    enum status status;
    while ((status = commit_rows(store, rows + 1, 64, 1000)) == STATUS_OK)
        rows += 64;
    cr_assert_eq(status, STATUS_FULL);
    cr_assert_gt(rows, 100);
    cr_expect_gt(store_use_per_mille(store), 500);
    cr_expect_eq(store_table_count(store, ROWS).rows, rows);
    /* Halved until it fits, down to a single row. */
    for (uint64_t count = 32; count > 0; count /= 2) {
        status = commit_rows(store, rows + 1, count, 1000);
        rows += status == STATUS_OK ? count : 0;
        cr_assert(status == STATUS_OK || status == STATUS_FULL);
    }
    for (uint64_t i = 1; i <= rows; i++)
        cr_assert(has_row(store, i, 1000));
    cr_assert(!has_row(store, rows + 1, 1000));
    cr_assert_eq(store_scrub(store, NULL), STATUS_OK);
    store_close(store);
    place.options.map_bytes = 4 << 20;
    store = open_place(&place);
    cr_expect_eq(commit_rows(store, rows + 1, 64, 1000), STATUS_OK);
    store_close(store);
    remove_place(&place);
}

static void
write_ballast(const char *path, size_t bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    static const char block[65536] = {1};
    for (size_t done = 0; done < bytes && write(fd, block, sizeof block) > 0; done += sizeof block)
        ;
    close(fd);
}

/* In a child with its own mounts: a disk of 12 MiB that fills up. Exit codes name what went wrong. */
static void
work_on_a_small_disk(struct place *place)
{
    char ballast[512];
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        _exit(77);
    mkdir(place->path, 0700);
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", place->path, "tmpfs", 0, "size=12m") != 0)
        _exit(77);
    struct store *store;
    if (store_create(&place->options) != STATUS_OK || store_open(&place->options, &store, NULL) != STATUS_OK)
        _exit(1);
    snprintf(ballast, sizeof ballast, "%s/ballast", place->path);
    write_ballast(ballast, 4 << 20);
    uint64_t rows = 0, tight_at = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && rows < 100000) {
        status = store_begin(store);
        if (store_tight(store) && tight_at == 0)
            tight_at = rows;
        if (status != STATUS_OK)
            break;
        for (int i = 0; i < 8; i++) {
            store_step_begin(store);
            put_row(store, rows + 1 + (uint64_t)i, 3000);
            if (store_step_apply(store) != STATUS_OK)
                _exit(2);
        }
        if (store_commit(store) != STATUS_OK) /* a full disk is met before, never here */
            _exit(3);
        rows += 8;
    }
    /* Told of well before it is met. */
    if (status != STATUS_FULL || tight_at < 100 || rows < tight_at + 100)
        _exit(4);
    if (store_begin(store) != STATUS_FULL || !has_row(store, rows, 3000))
        _exit(5);
    unlink(ballast);
    if (commit_rows(store, rows + 1, 16, 3000) != STATUS_OK || store_tight(store))
        _exit(6);
    /* A single batch that is larger than what is left is refused before it writes. */
    status = commit_rows(store, rows + 17, 5000, 3000);
    if (status != STATUS_FULL || has_row(store, rows + 17, 3000))
        _exit(7);
    if (commit_rows(store, rows + 17, 16, 3000) != STATUS_OK || store_scrub(store, NULL) != STATUS_OK)
        _exit(8);
    store_close(store);
    umount(place->path);
    _exit(0);
}

Test(store_faults, a_full_disk_is_met_before_a_batch_and_gone_when_there_is_room)
{
    struct place place;
    prepare_place(&place, false);
    pid_t child = fork();
    if (child == 0)
        work_on_a_small_disk(&place);
    int ended;
    waitpid(child, &ended, 0);
    remove_place(&place);
    cr_assert(WIFEXITED(ended));
    if (WEXITSTATUS(ended) == 77)
        cr_skip_test("no file system can be mounted here");
    cr_assert_eq(WEXITSTATUS(ended), 0, "at check %d", WEXITSTATUS(ended));
}

Test(store_faults, a_failed_sync_is_fatal_and_the_next_process_reads_everything_again)
{
    struct place place;
    make_place(&place, false);
    struct store *store = open_place(&place);
    cr_assert_eq(commit_rows(store, 1, 10, 500), STATUS_OK);
    failing_syncs = 1;
    cr_assert_eq(commit_rows(store, 11, 10, 500), STATUS_IO);
    store_drop_unclean(store);
    store = open_place(&place);
    cr_expect(store_unclean(store));
    for (uint64_t i = 1; i <= 10; i++)
        cr_expect(has_row(store, i, 500));
    cr_expect_eq(store_table_count(store, ROWS).rows, 10);
    cr_assert_eq(commit_rows(store, 11, 10, 500), STATUS_OK);
    cr_expect(has_row(store, 20, 500));
    store_close(store);
    remove_place(&place);
}

Test(store_faults, a_data_file_older_than_what_was_reported_is_refused)
{
    struct place place;
    make_place(&place, false);
    struct store *store = open_place(&place);
    cr_assert_eq(commit_rows(store, 1, 10, 100), STATUS_OK);
    store_close(store);
    size_t length;
    char *older = read_store_file(place.path, "data.mdb", &length);
    store = open_place(&place);
    cr_assert_eq(commit_rows(store, 11, 10, 100), STATUS_OK);
    store_close(store);
    write_store_file(place.path, "data.mdb", older, length);
    free(older);
    char reason[256] = "";
    store = NULL;
    cr_expect_eq(store_open(&place.options, &store, reason), STATUS_CORRUPT);
    cr_expect_not_null(strstr(reason, "older"), "%s", reason);
    remove_place(&place);
}

Test(store_faults, a_cut_data_file_is_corrupt_and_never_a_signal)
{
    struct place place;
    make_place(&place, false);
    struct store *store = open_place(&place);
    cr_assert_eq(commit_rows(store, 1, 200, 1000), STATUS_OK);
    store_close(store);
    size_t length;
    char *whole = read_store_file(place.path, "data.mdb", &length);
    for (size_t cut = 0; cut < length; cut += length / 37) {
        write_store_file(place.path, "data.mdb", whole, cut);
        store = NULL;
        enum status status = store_open(&place.options, &store, NULL);
        if (status == STATUS_OK) {
            cr_expect_eq(store_scrub(store, NULL), STATUS_CORRUPT, "cut at %zu", cut);
            store_drop_unclean(store);
        } else {
            cr_expect_eq(status, STATUS_CORRUPT, "cut at %zu", cut);
        }
        char mark[400];
        snprintf(mark, sizeof mark, "%s/store.lock", place.path);
        unlink(mark);
    }
    free(whole);
    remove_place(&place);
}

Test(store_faults, no_plain_value_stands_in_any_file_of_the_store)
{
    struct place place;
    make_place(&place, false);
    struct store *store = open_place(&place);
    cr_assert_eq(store_begin(store), STATUS_OK);
    store_step_begin(store);
    struct text canary = TEXT("CANARY-Maria-Musterfrau-1955-12-30");
    store_put(store, ROWS, TEXT("key-in-clear"), canary);
    store_put(store, GUARD, TEXT("guard"), canary);
    store_log_append(store, LOG, canary);
    cr_assert_eq(store_step_apply(store), STATUS_OK);
    cr_assert_eq(store_commit(store), STATUS_OK);
    store_close(store);
    cr_expect(!folder_holds(place.folder, canary));
    cr_expect(!folder_holds(place.path, TEXT("Musterfrau")));
    cr_expect(folder_holds(place.path, TEXT("key-in-clear")), "the search finds what is there");
    remove_place(&place);
}
