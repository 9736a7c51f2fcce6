/* Files in the spool folder: each ends as taken or refused, once, under a name of its own. */
#include "tests/services/intake_bench.h"

#include <dirent.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

Test(intake_spool, the_same_bytes_under_another_name_are_not_taken_again)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    feed(bench, "first.x12", 1, &claim, 1);
    feed(bench, "other.x12", 1, &claim, 1);
    feed(bench, "first.x12", 1, &claim, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    cr_expect_str_eq(bench_events(bench), "encounter_received");
    expect_in(bench, "done/other.x12.receipt.json", "\"outcome\": \"same\"");
    expect_in(bench, "done/other.x12.receipt.json", "\"first_file\": \"first.x12\"");
    expect_in(bench, "done/first.x12.receipt.json", "\"outcome\": \"taken\"");
    expect_in(bench, "done/first.x12.2.receipt.json", "\"outcome\": \"same\"");
    cr_expect_not(is_there(bench, "done/other.x12.ta1"));
    cr_expect(is_there(bench, "done/other.x12"));
    bench_close(bench);
}

/* The X12 sample as a test (ISA15 T), which is refused until the site takes them. */
static void
feed_test(struct bench *bench, const char *name)
{
    const struct sample_claim claim = {.number = "A1"};
    struct sample sample;
    sample_of(&sample, 1, &claim, 1);
    char *usage = strstr(sample.bytes, "*P*:~");
    cr_assert_not_null(usage);
    usage[1] = 'T';
    drop_and_settle(bench, name, sample.bytes, sample.length);
    sample_free(&sample);
}

Test(intake_spool, bytes_of_which_nothing_was_accepted_are_judged_again)
{
    struct bench *bench = open_bench("");
    char path[700];
    feed_test(bench, "test.x12");
    expect_in(bench, "refused/test.x12.receipt.json", "\"outcome\": \"refused\"");
    feed_test(bench, "test.x12");
    expect_in(bench, "refused/test.x12.2.receipt.json", "INTAKE_TEST_INTERCHANGE");
    snprintf(path, sizeof path, "%s/claimline.conf", bench_folder(bench));
    FILE *config = fopen(path, "a");
    cr_assert_not_null(config);
    fputs("accept_test = yes\n", config);
    fclose(config);
    bench_restart(bench, true);
    feed_test(bench, "third.x12");
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    expect_in(bench, "done/third.x12.receipt.json", "\"outcome\": \"taken\"");
    feed_test(bench, "fourth.x12");
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1, "once");
    expect_in(bench, "done/fourth.x12.receipt.json", "\"outcome\": \"same\"");
    bench_close(bench);
}

Test(intake_spool, a_name_that_was_used_gives_way_to_a_numbered_one)
{
    struct bench *bench = open_bench("");
    const struct sample_claim one = {.number = "A1"}, two = {.number = "A2"};
    feed(bench, "daily.x12", 1, &one, 1);
    feed(bench, "daily.x12", 2, &two, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2);
    expect_in(bench, "done/daily.x12.277ca", "TRN*2*A1~");
    expect_in(bench, "done/daily.x12.2.277ca", "TRN*2*A2~");
    bench_close(bench);
}

Test(intake_spool, no_answer_takes_the_place_of_a_file)
{
    struct bench *bench = open_bench("");
    const struct sample_claim one = {.number = "A1"}, two = {.number = "A2"}, three = {.number = "A3"};
    feed(bench, "daily.ta1", 1, &one, 1);
    feed(bench, "daily", 2, &two, 1);
    feed(bench, "api-3", 3, &three, 1);
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 3);
    expect_in(bench, "done/daily.ta1", "CLM*A1*");
    expect_in(bench, "done/daily.2", "CLM*A2*");
    expect_in(bench, "done/daily.2.ta1", "TA1*");
    expect_in(bench, "done/_api-3.ta1", "TA1*");
    bench_close(bench);
}

Test(intake_spool, what_is_no_interchange_is_refused_and_kept)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
    } cases[] = {
        {"words.txt", "hello\n", 6},
        {"empty.x12", "", 0},
        {"isa.x12", "ISA", 3},
        {"cut.x12", "ISA*00*          *00*          *ZZ*NORTHCLINIC    *ZZ*CLAIM", 59},
        {"zeros.bin", "\0\0\0\0\0\0\0\0", 8},
        {"json.json", "{\"resourceType\": \"Nothing\"}", 27},
    };
    struct bench *bench = open_bench("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[100];
        drop_and_settle(bench, cases[i].name, cases[i].bytes, cases[i].length);
        snprintf(name, sizeof name, "refused/%s", cases[i].name);
        cr_expect(is_there(bench, name), "%s", name);
        snprintf(name, sizeof name, "refused/%s.receipt.json", cases[i].name);
        expect_in(bench, name, "\"outcome\": \"refused\"");
    }
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    bench_close(bench);
}

Test(intake_spool, every_prefix_of_a_file_ends_as_taken_or_refused)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    struct sample sample;
    sample_of(&sample, 9, &claim, 1);
    for (size_t length = 1; length < sample.length; length += 37) {
        char name[64], refused[80];
        snprintf(name, sizeof name, "p%zu", length);
        snprintf(refused, sizeof refused, "refused/%s", name);
        drop_and_settle(bench, name, sample.bytes, length);
        cr_expect(is_there(bench, refused), "%zu bytes", length);
    }
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    sample_free(&sample);
    bench_close(bench);
}

/* Two interchanges with line ends between them: what stands last is taken too, however the file was copied. */
Test(intake_spool, a_file_of_any_length_is_copied_whole)
{
    enum { PIECE = 256 * 1024 };
    static const size_t lengths[] = {PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 16 * PIECE - 1, 16 * PIECE, 18 * PIECE + 5};
    struct bench *bench = open_bench("");
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char numbers[2][8], name[24], receipt[64], *bytes = malloc(lengths[i]);
        struct sample samples[2];
        for (unsigned k = 0; k < 2; k++) {
            snprintf(numbers[k], sizeof numbers[k], "L%u%u", i, k);
            sample_of(&samples[k], 100 + 2 * i + k, &(struct sample_claim){.number = numbers[k]}, 1);
        }
        cr_assert_not_null(bytes);
        memset(bytes, '\n', lengths[i]);
        memcpy(bytes, samples[0].bytes, samples[0].length);
        memcpy(bytes + lengths[i] - samples[1].length, samples[1].bytes, samples[1].length);
        snprintf(name, sizeof name, "long%u.x12", i);
        snprintf(receipt, sizeof receipt, "done/%s.receipt.json", name);
        drop_and_settle(bench, name, bytes, lengths[i]);
        expect_in(bench, receipt, "\"outcome\": \"taken\"");
        cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 2 * (i + 1), "%zu bytes", lengths[i]);
        for (unsigned k = 0; k < 2; k++)
            sample_free(&samples[k]);
        free(bytes);
    }
    bench_close(bench);
}

Test(intake_spool, unfinished_names_and_folders_are_left_alone)
{
    struct bench *bench = open_bench("");
    char path[700];
    drop(bench, "later.tmp", "ISA", 3);
    drop(bench, "later.part", "ISA", 3);
    path_of(bench, "folder", path);
    cr_assert_eq(mkdir(path, 0750), 0);
    settle(bench);
    cr_expect(is_there(bench, "later.tmp"));
    cr_expect(is_there(bench, "later.part"));
    cr_expect(is_there(bench, "folder"));
    cr_expect_eq(bench_ask(bench, "file.list", NULL)->rows_count, 0);
    bench_close(bench);
}

/* Root may read all: it looks with the eyes of nobody. */
static void
look_as_nobody(struct bench *bench)
{
    static const char *const parts[] = {"", "/state", "/state/intake", "/state/intake/spool", "/state/intake/spool/.taking"};
    char path[700];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(path, sizeof path, "%s%s", bench_folder(bench), parts[i]);
        cr_assert_eq(chmod(path, 0755), 0);
    }
    bool root = geteuid() == 0;
    if (root)
        cr_assert_eq(seteuid(65534), 0);
    settle(bench);
    if (root)
        cr_assert_eq(seteuid(0), 0);
}

Test(intake_spool, a_file_that_may_not_be_read_is_said_until_it_may)
{
    struct bench *bench = open_bench("");
    char path[700];
    drop(bench, "secret.x12", "x", 1);
    path_of(bench, "secret.x12", path);
    cr_assert_eq(chmod(path, 0), 0);
    look_as_nobody(bench);
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_expect(text_is(bench_value(status, 0, "reason")->text, "1 file(s) in the spool folder may not be read and are passed over"),
              "%.*s", TEXT_ARGS(bench_value(status, 0, "reason")->text));
    cr_assert_eq(chmod(path, 0640), 0);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
    bench_close(bench);
}

Test(intake_spool, links_and_pipes_are_no_files_and_that_is_said_until_they_are_gone)
{
    struct bench *bench = open_bench("");
    char link[700], pipe[700];
    path_of(bench, "link.x12", link);
    path_of(bench, "pipe.x12", pipe);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"), "its own folders are none of them");
    cr_assert_eq(symlink("/nowhere", link), 0);
    cr_assert_eq(mkfifo(pipe, 0640), 0);
    settle(bench);
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_expect(text_is(bench_value(status, 0, "reason")->text, "2 link(s), pipe(s) or the like in the spool folder are no files and are passed over"),
              "%.*s", TEXT_ARGS(bench_value(status, 0, "reason")->text));
    cr_assert(unlink(link) == 0 && unlink(pipe) == 0);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
    bench_close(bench);
}

Test(intake_spool, an_answer_that_cannot_be_put_is_said_and_put_later)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    char done[700];
    path_of(bench, "done", done);
    cr_assert_eq(rmdir(done), 0);
    cr_assert_eq(symlink("nowhere/at/all", done), 0); /* where the folder should be */
    feed(bench, "one.x12", 1, &claim, 1);
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_expect(text_starts(bench_value(status, 0, "reason")->text, TEXT("a folder cannot be read or written: ")), "%.*s",
              TEXT_ARGS(bench_value(status, 0, "reason")->text));
    cr_assert_eq(unlink(done), 0);
    cr_assert_eq(mkdir(done, 0750), 0);
    usleep(1100 * 1000);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    bench_close(bench);
}

static bool disk_is_full; /* that of the content files */

ssize_t
write(int fd, const void *bytes, size_t length)
{
    char link[64], place[700];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t found = disk_is_full ? readlink(link, place, sizeof place - 1) : 0;
    place[found < 0 ? 0 : found] = '\0';
    if (strstr(place, "/content/") != NULL) {
        errno = ENOSPC;
        return -1;
    }
    return (ssize_t)syscall(SYS_write, fd, bytes, length);
}

Test(intake_spool, a_file_for_which_there_is_no_room_is_said_and_taken_later)
{
    struct bench *bench = open_bench("");
    const struct sample_claim claim = {.number = "A1"};
    disk_is_full = true;
    feed(bench, "one.x12", 1, &claim, 1);
    const struct control_answer *status = bench_ask(bench, "status", NULL);
    cr_expect(text_starts(bench_value(status, 0, "reason")->text, TEXT("there is no room on the disk for a file of the spool folder")), "%.*s",
              TEXT_ARGS(bench_value(status, 0, "reason")->text));
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 0);
    disk_is_full = false;
    usleep(1100 * 1000);
    settle(bench);
    cr_expect(text_is(bench_value(bench_ask(bench, "status", NULL), 0, "state")->text, "running"));
    cr_expect_eq(bench_out_count(bench, STREAM_INTAKE_CODING), 1);
    bench_close(bench);
}

Test(intake_spool, without_room_new_files_wait_in_the_folder)
{
    struct bench *bench = open_bench("outbox_records = 16\n");
    struct sample_claim claims[40];
    char numbers[40][8];
    for (int i = 0; i < 40; i++) {
        snprintf(numbers[i], sizeof numbers[i], "A%d", i);
        claims[i] = (struct sample_claim){.number = numbers[i]};
    }
    feed(bench, "many.x12", 1, claims, 40);
    feed(bench, "waits.x12", 2, claims, 1);
    cr_expect(is_there(bench, "waits.x12"));
    cr_expect_not(is_there(bench, "done/waits.x12.receipt.json"));
    bench_close(bench);
}

/* Drops every file below the folder, as s1, s2, ... */
static void
drop_below(struct bench *bench, const char *folder, unsigned *count)
{
    DIR *list = opendir(folder);
    cr_assert_not_null(list, "%s", folder);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        char path[1200], name[32], *bytes;
        struct stat stat_of;
        size_t length;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &stat_of) != 0)
            continue;
        if (S_ISDIR(stat_of.st_mode)) {
            drop_below(bench, path, count);
        } else if (file_get_plain(path, 64 << 20, &bytes, &length) == STATUS_OK) {
            snprintf(name, sizeof name, "s%u", ++*count);
            drop(bench, name, bytes, length);
            free(bytes);
        }
    }
    closedir(list);
}

Test(intake_spool, every_sample_ends_as_taken_or_refused)
{
    const char *samples = getenv("CLAIMLINE_SAMPLES");
    char folder[600];
    unsigned count = 0;
    if (samples == NULL)
        cr_skip_test("CLAIMLINE_SAMPLES is not set");
    struct bench *bench = open_bench("accept_test = yes\noutbox_records = 100000\n");
    snprintf(folder, sizeof folder, "%s/x12", samples);
    drop_below(bench, folder, &count);
    settle(bench);
    for (unsigned n = 1; n <= count; n++) {
        char done[64], refused[64];
        snprintf(done, sizeof done, "done/s%u.receipt.json", n);
        snprintf(refused, sizeof refused, "refused/s%u.receipt.json", n);
        cr_expect(is_there(bench, done) || is_there(bench, refused), "s%u", n);
    }
    cr_expect_gt(count, 100);
    cr_expect_eq(bench_balance(bench, "taken"), (int64_t)bench_out_count(bench, STREAM_INTAKE_CODING));
    bench_close(bench);
}
