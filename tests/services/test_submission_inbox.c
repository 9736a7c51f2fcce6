/* A payer's file that somebody writes to while it is taken out of in/. */
#include "services/submission/submission.h"
#include "tests/services/submission_sample.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LONG = 5 << 20, SHORT = 1000 };

static void
open_usual(void)
{
    open_submission("[submission]\nresends = 0\n", "ack_wait = 2d\n");
}

TestSuite(submission_inbox, .init = open_usual, .fini = close_submission);

static char path[600];
static int changes_left; /* how often the file changes between its two readings, each time by its first byte and its length */
static bool in_place;    /* the length and the time of its change stay as they were */

static void
change_file(void)
{
    struct stat before;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_assert_eq(fstat(fd, &before), 0);
    char byte = (char)('a' + changes_left);
    cr_assert_eq(pwrite(fd, &byte, 1, 0), 1);
    if (in_place)
        cr_assert_eq(futimens(fd, (const struct timespec[]){before.st_atim, before.st_mtim}), 0);
    else
        cr_assert_eq(pwrite(fd, &byte, 1, before.st_size), 1);
    close(fd);
}

/* Submission goes back to the beginning of a long file through this one. */
off_t
lseek(int fd, off_t offset, int whence)
{
    if (changes_left > 0 && offset == 0 && whence == SEEK_SET) {
        change_file();
        changes_left--;
    }
    return (off_t)syscall(SYS_lseek, fd, offset, whence);
}

static void
put_file(size_t length)
{
    char *bytes = malloc(length);
    memset(bytes, 'x', length);
    payer_puts("acme", "answer", bytes, length);
    snprintf(path, sizeof path, "%s/acme/in/answer", payer_folder);
    free(bytes);
}

/* So many looks into in/, each followed by the steps that it gives. */
static void
look(int times)
{
    struct service *service = bench_service(bench);
    size_t steps;
    for (; times > 0; times--) {
        for (size_t i = 0; i < submission_plan.source_count; i++) {
            const struct service_source *source = &submission_plan.sources[i];
            service->source_ready[i] = source->poll == inbox_poll && source->poll(service) <= 0;
        }
        cr_assert_eq(batch_run(service, &steps), STATUS_OK);
    }
}

/* What was recorded as the n-th file of the payers. */
static bool
recorded(uint64_t number, struct inbox_row *row)
{
    static struct arena arena;
    struct store_key key = submission_number_key(number);
    return service_get_record(bench_service(bench), SUBMISSION_INBOX, store_key_text(&key), &arena, &record_inbox_row, row) == STATUS_OK;
}

/* It is the whole file as it is in in/done/ now, and nothing else was recorded. */
static void
expect_one_file(void)
{
    struct inbox_row row;
    char done[600], *bytes;
    size_t length;
    uint8_t digest[32];
    snprintf(done, sizeof done, "%s/acme/in/done/answer", payer_folder);
    cr_assert_eq(file_get_plain(done, 2 * LONG, &bytes, &length), STATUS_OK);
    struct seal_hash *hash = seal_hash_begin();
    seal_hash_add(hash, text_of(bytes, length));
    seal_hash_end(hash, digest);
    cr_assert(recorded(1, &row));
    cr_assert_eq(row.size, length);
    cr_assert(text_equal(row.digest, text_of((const char *)digest, sizeof digest)));
    cr_assert_not(recorded(2, &row));
    cr_assert_eq(access(path, F_OK), -1);
    free(bytes);
}

Test(submission_inbox, a_file_that_grows_between_its_two_readings_is_taken_as_it_ends)
{
    put_file(LONG);
    changes_left = 2;
    look(4);
    cr_assert_eq(changes_left, 0);
    expect_one_file();
}

Test(submission_inbox, nor_is_one_whose_length_and_time_are_as_before)
{
    put_file(LONG);
    changes_left = 1;
    in_place = true;
    look(3);
    cr_assert_eq(changes_left, 0);
    expect_one_file();
}

/* The rest of a file that was not renamed into in/, but written there: it comes as a file of its own, and is not lost. */
Test(submission_inbox, what_is_written_after_it_was_copied_is_taken_again_as_another_file)
{
    struct inbox_row row;
    put_file(SHORT);
    look(1);
    cr_assert(recorded(1, &row));
    change_file();
    look(3);
    cr_assert(recorded(2, &row));
    cr_assert_eq(row.size, SHORT + 1);
    cr_assert_eq(access(path, F_OK), -1);
}
