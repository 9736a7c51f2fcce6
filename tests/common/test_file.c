#include "common/file/file.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static struct seal *seal;

static void
open_folder(void)
{
    static const uint8_t master[SEAL_KEY_BYTES] = {1}, salt[SEAL_SALT_BYTES] = {2};
    uint8_t wrapped[SEAL_WRAPPED_BYTES];
    folder_make(folder);
    cr_assert_eq(seal_make_data_key(master, TEXT("test"), wrapped), STATUS_OK);
    cr_assert_eq(seal_open_data_key(master, TEXT("test"), wrapped, 1, &seal), STATUS_OK);
    cr_assert_eq(seal_add_start(seal, 1, salt, true), STATUS_OK);
}

static void
close_folder(void)
{
    seal_free(seal);
    folder_remove(folder);
}

TestSuite(file, .init = open_folder, .fini = close_folder);

static char *
make_bytes(size_t length)
{
    char *bytes = malloc(length + 1);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    return bytes;
}

static void
write_content(const char *name, const char *bytes, size_t length, size_t piece)
{
    struct file_writer *writer;
    cr_assert_eq(file_create(seal, folder, name, &writer), STATUS_OK);
    for (size_t at = 0; at < length; at += piece)
        cr_assert_eq(file_write(writer, text_of(bytes + at, length - at < piece ? length - at : piece)),
                     STATUS_OK);
    uint64_t size = 99;
    uint8_t digest[32], wanted[32];
    cr_assert_eq(file_finish(writer, &size, digest), STATUS_OK);
    seal_digest(text_of(bytes, length), wanted);
    cr_assert_eq(size, length);
    cr_assert(memcmp(digest, wanted, 32) == 0);
}

/* Reads to the end from `offset`; compares; returns the first status that is not OK. */
static enum status
read_content(const char *name, uint64_t offset, const char *bytes, size_t length)
{
    struct file_reader *reader;
    enum status status = file_open(seal, folder, name, &reader);
    if (status != STATUS_OK)
        return status;
    if (offset > 0)
        cr_assert_eq(file_seek(reader, offset), STATUS_OK);
    uint64_t at = offset < length ? offset : length;
    struct text chunk = {"", 1};
    while (status == STATUS_OK && chunk.length > 0) {
        status = file_read(reader, &chunk);
        if (status != STATUS_OK)
            break;
        cr_assert_leq(at + chunk.length, length, "more than was written");
        cr_assert(chunk.length == 0 || memcmp(chunk.data, bytes + at, chunk.length) == 0, "other bytes");
        at += chunk.length;
    }
    if (status == STATUS_OK) {
        cr_assert_eq(at, length, "a part is missing and nothing said so");
        cr_assert_eq(file_read(reader, &chunk), STATUS_OK);
        cr_assert_eq(chunk.length, 0);
    }
    file_close(reader);
    return status;
}

static const size_t sizes[] = {0,
                               1,
                               100,
                               FILE_CHUNK_BYTES - 1,
                               FILE_CHUNK_BYTES,
                               FILE_CHUNK_BYTES + 1,
                               3 * FILE_CHUNK_BYTES,
                               3 * FILE_CHUNK_BYTES + 1000,
                               (1 << 20) - 100,
                               (1 << 20) + 100,
                               (5 << 20) + 3333};

Test(file, what_is_written_is_read_from_any_offset)
{
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *bytes = make_bytes(sizes[i]);
        write_content("content", bytes, sizes[i], i % 2 ? 1000 : 200000);
        static const int64_t near[] = {-65537, -65536, -65535, -1, 0, 1, 65536};
        cr_assert_eq(read_content("content", 0, bytes, sizes[i]), STATUS_OK);
        for (size_t k = 0; k < sizeof near / sizeof near[0]; k++) {
            int64_t offset = (int64_t)sizes[i] + near[k];
            if (offset > 0)
                cr_assert_eq(read_content("content", (uint64_t)offset, bytes, sizes[i]), STATUS_OK,
                             "%zu at %ld", sizes[i], (long)offset);
        }
        free(bytes);
    }
}

/* A file of more than a block in a file system of memory, which may know no writes past the page cache. */
Test(file, a_long_file_is_written_in_any_file_system)
{
    static const char *const places[] = {"/dev/shm", "/run", "/var/tmp"};
    char own[256], *bytes = make_bytes(3 << 20);
    snprintf(own, sizeof own, "%s", folder);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(folder, sizeof folder, "%s/claimline-file-XXXXXX", places[i]);
        if (mkdtemp(folder) == NULL)
            continue;
        write_content("content", bytes, 3 << 20, 70000);
        cr_expect_eq(read_content("content", 0, bytes, 3 << 20), STATUS_OK, "%s", places[i]);
        folder_remove(folder);
    }
    snprintf(folder, sizeof folder, "%s", own);
    free(bytes);
}

Test(file, a_seek_back_reads_again)
{
    char *bytes = make_bytes(200000);
    write_content("content", bytes, 200000, 200000);
    struct file_reader *reader;
    struct text chunk;
    cr_assert_eq(file_open(seal, folder, "content", &reader), STATUS_OK);
    do
        cr_assert_eq(file_read(reader, &chunk), STATUS_OK);
    while (chunk.length > 0);
    cr_assert_eq(file_seek(reader, 70000), STATUS_OK);
    cr_assert_eq(file_read(reader, &chunk), STATUS_OK);
    cr_assert(chunk.length == 2 * FILE_CHUNK_BYTES - 70000 &&
              memcmp(chunk.data, bytes + 70000, chunk.length) == 0);
    file_close(reader);
    free(bytes);
}

static size_t
load(const char *name, char **bytes)
{
    char path[600];
    size_t length;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(file_get_plain(path, 1 << 24, bytes, &length), STATUS_OK);
    return length;
}

Test(file, every_cut_and_flip_is_corrupt)
{
    size_t length = FILE_CHUNK_BYTES + 500;
    char *bytes = make_bytes(length), *whole;
    write_content("content", bytes, length, length);
    size_t sealed = load("content", &whole);
    for (size_t cut = 0; cut < sealed; cut += cut < 200 || cut > sealed - 200 ? 1 : 997) {
        cr_assert_eq(file_put_plain(folder, "content", text_of(whole, cut)), STATUS_OK);
        cr_assert_eq(read_content("content", 0, bytes, length), STATUS_CORRUPT, "cut at %zu", cut);
    }
    for (size_t at = 0; at < sealed; at += at < 200 || at > sealed - 700 ? 1 : 991) {
        whole[at] ^= (char)(1 << at % 8);
        cr_assert_eq(file_put_plain(folder, "content", text_of(whole, sealed)), STATUS_OK);
        cr_assert_eq(read_content("content", 0, bytes, length), STATUS_CORRUPT, "flip at %zu", at);
        whole[at] ^= (char)(1 << at % 8);
    }
    char *longer = malloc(sealed + 1);
    memcpy(longer, whole, sealed);
    longer[sealed] = 0;
    cr_assert_eq(file_put_plain(folder, "content", text_of(longer, sealed + 1)), STATUS_OK);
    cr_assert_eq(read_content("content", 0, bytes, length), STATUS_CORRUPT, "a byte more");
    free(longer);
    free(whole);
    free(bytes);
}

Test(file, chunks_in_another_order_or_under_another_name_are_corrupt)
{
    size_t length = 3 * FILE_CHUNK_BYTES, step = 4 + FILE_CHUNK_BYTES + SEAL_OVERHEAD;
    char *bytes = make_bytes(length), *whole;
    write_content("content", bytes, length, length);
    size_t sealed = load("content", &whole);
    cr_assert_eq(file_put_plain(folder, "other", text_of(whole, sealed)), STATUS_OK);
    cr_expect_eq(read_content("other", 0, bytes, length), STATUS_CORRUPT);
    char *swapped = malloc(sealed);
    memcpy(swapped, whole, sealed);
    memcpy(swapped + 4, whole + 4 + step, step);
    memcpy(swapped + 4 + step, whole + 4, step);
    cr_assert_eq(file_put_plain(folder, "content", text_of(swapped, sealed)), STATUS_OK);
    cr_expect_eq(read_content("content", 0, bytes, length), STATUS_CORRUPT);
    /* A whole chunk left out. */
    memcpy(swapped, whole, 4);
    memcpy(swapped + 4, whole + 4 + step, sealed - 4 - step);
    cr_assert_eq(file_put_plain(folder, "content", text_of(swapped, sealed - step)), STATUS_OK);
    cr_expect_eq(read_content("content", 0, bytes, length), STATUS_CORRUPT);
    free(swapped);
    free(whole);
    free(bytes);
}

static unsigned
count_files(void)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct text *names;
    size_t count;
    cr_assert_eq(file_list(folder, 100, &arena, &names, &count), STATUS_OK);
    arena_free(&arena);
    return (unsigned)count;
}

Test(file, nothing_stands_under_the_name_before_the_end)
{
    struct file_writer *writer;
    struct file_reader *reader;
    cr_assert_eq(file_create(seal, folder, "content", &writer), STATUS_OK);
    cr_assert_eq(file_write(writer, TEXT("abc")), STATUS_OK);
    cr_expect_eq(file_open(seal, folder, "content", &reader), STATUS_NOT_FOUND);
    cr_expect_eq(count_files(), 0);
    file_discard(writer);
    cr_expect_eq(rmdir(folder), 0, "something was left");
    cr_expect_eq(file_create(seal, folder, "content", &writer), STATUS_IO);
    cr_expect_eq(mkdir(folder, 0700), 0);
}

Test(file, a_full_disk_leaves_nothing_under_the_name)
{
    signal(SIGXFSZ, SIG_IGN);
    enum { LIMIT = 2500 * 1000, LENGTH = 5 << 20 }; /* behind some blocks */
    struct rlimit before, small = {LIMIT, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &before);
    char *bytes = make_bytes(LENGTH);
    struct file_writer *writer;
    struct file_reader *reader;
    cr_assert_eq(file_create(seal, folder, "content", &writer), STATUS_OK);
    setrlimit(RLIMIT_FSIZE, &small);
    cr_expect_eq(file_write(writer, text_of(bytes, LENGTH)), STATUS_FULL);
    cr_expect_eq(file_finish(writer, NULL, NULL), STATUS_FULL);
    cr_expect_eq(file_put_plain(folder, "plain", text_of(bytes, LENGTH)), STATUS_FULL);
    setrlimit(RLIMIT_FSIZE, &before);
    cr_expect_eq(file_open(seal, folder, "content", &reader), STATUS_NOT_FOUND);
    cr_expect_eq(rmdir(folder), 0, "something was left");
    cr_expect_eq(mkdir(folder, 0700), 0);
    free(bytes);
}

Test(file, no_plain_text_stands_in_a_content_file)
{
    static const char canary[] = "CANARY-Maria-Musterfrau-1955-12-30";
    write_content("content", canary, sizeof canary - 1, 10);
    cr_expect(!folder_holds(folder, TEXT("Musterfrau")));
    cr_assert_eq(file_put_plain(folder, "plain", TEXT("CANARY-Maria-Musterfrau-1955-12-30")), STATUS_OK);
    cr_expect(folder_holds(folder, TEXT("Musterfrau")), "the search finds what is there");
}

Test(file, removing_takes_the_unfinished_one_too)
{
    cr_assert_eq(file_put_plain(folder, "content", TEXT("a")), STATUS_OK);
    cr_assert_eq(file_put_plain(folder, "content.part", TEXT("a")), STATUS_OK);
    cr_expect_eq(file_remove(folder, "content"), STATUS_OK);
    cr_expect_eq(file_remove(folder, "content"), STATUS_OK);
    cr_expect_eq(rmdir(folder), 0);
    cr_expect_eq(mkdir(folder, 0700), 0);
}

Test(file, plain_files_are_replaced_whole_and_read_within_a_limit)
{
    char path[600], *bytes = NULL;
    size_t length = 0;
    snprintf(path, sizeof path, "%s/plain", folder);
    cr_expect_eq(file_get_plain(path, 10, &bytes, &length), STATUS_NOT_FOUND);
    cr_expect_eq(file_put_plain(folder, "plain", TEXT("first")), STATUS_OK);
    cr_expect_eq(file_put_plain(folder, "plain", TEXT("0123456789")), STATUS_OK);
    cr_expect_eq(file_get_plain(path, 9, &bytes, &length), STATUS_LIMIT);
    cr_expect_null(bytes);
    cr_assert_eq(file_get_plain(path, 10, &bytes, &length), STATUS_OK);
    cr_expect(length == 10 && memcmp(bytes, "0123456789", 10) == 0);
    free(bytes);
    cr_expect_eq(file_get_plain(folder, 10, &bytes, &length), STATUS_IO, "a folder is not a file");
    /* A file whose size is not told. */
    cr_expect_eq(file_get_plain("/proc/self/maps", 20, &bytes, &length), STATUS_LIMIT);
    cr_assert_eq(file_get_plain("/proc/self/maps", 1 << 20, &bytes, &length), STATUS_OK);
    cr_expect_gt(length, 200);
    free(bytes);
}

Test(file, moving_never_replaces)
{
    char inner[300], deep[400];
    snprintf(inner, sizeof inner, "%s/inner", folder);
    snprintf(deep, sizeof deep, "%s/a/b/c", inner);
    cr_assert_eq(file_make_folder(deep), STATUS_OK);
    cr_assert_eq(file_make_folder(deep), STATUS_OK);
    struct stat about;
    cr_assert(stat(deep, &about) == 0 && S_ISDIR(about.st_mode));
    cr_expect_eq(about.st_mode & 07027, 0, "open to more than its group");
    file_put_plain(folder, "one", TEXT("1"));
    file_put_plain(folder, "two", TEXT("2"));
    cr_expect_eq(file_move(folder, "one", inner, "one"), STATUS_OK);
    cr_expect_eq(file_move(folder, "one", inner, "one"), STATUS_NOT_FOUND);
    cr_expect_eq(file_move(folder, "two", inner, "one"), STATUS_CONFLICT);
    cr_expect_eq(count_files(), 1); /* "two"; the folder "inner" is no file */
    char path[600];
    snprintf(path, sizeof path, "%s/two/x", folder);
    cr_expect_eq(file_make_folder(path), STATUS_IO, "a file stands in the way");
}

Test(file, a_folder_is_listed_in_order_without_what_is_unfinished)
{
    static const char *const names[] = {"b", "a", ".hidden", "c.tmp", "d.part", "B", "aa"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_assert_eq(file_put_plain(folder, names[i], TEXT("")), STATUS_OK);
    char other[600];
    snprintf(other, sizeof other, "%s/a-folder", folder);
    cr_assert_eq(mkdir(other, 0700), 0);
    snprintf(other, sizeof other, "%s/a-pipe", folder);
    cr_assert_eq(mkfifo(other, 0600), 0);
    struct arena arena;
    arena_init(&arena, 0);
    struct text *listed;
    size_t count;
    cr_assert_eq(file_list(folder, 10, &arena, &listed, &count), STATUS_OK);
    cr_assert_eq(count, 4);
    cr_expect(text_is(listed[0], "B") && text_is(listed[1], "a") && text_is(listed[2], "aa") &&
              text_is(listed[3], "b"));
    cr_assert_eq(file_list(folder, 2, &arena, &listed, &count), STATUS_OK);
    cr_expect_eq(count, 2);
    char path[600];
    snprintf(path, sizeof path, "%s/absent", folder);
    cr_expect_eq(file_list(path, 2, &arena, &listed, &count), STATUS_NOT_FOUND);
    arena_free(&arena);
}
