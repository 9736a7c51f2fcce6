/* No room on a disk, and what else a person must mend: what is said, that it goes out later, and once. */
#include "tests/services/inquiry_sample.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *full_folder; /* part of the paths below which there is no room */

ssize_t
write(int fd, const void *bytes, size_t length)
{
    char link[64], place[700];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t found = full_folder != NULL ? readlink(link, place, sizeof place - 1) : 0;
    place[found < 0 ? 0 : found] = '\0';
    if (full_folder != NULL && strstr(place, full_folder) != NULL) {
        errno = ENOSPC;
        return -1;
    }
    return (ssize_t)syscall(SYS_write, fd, bytes, length);
}

static void
open_usual(void)
{
    open_submission("[submission]\nresends = 1\n", "batch_claims = 2\nack_wait = 1d\nstatus_inquiry = yes\ninquiry_wait = 1min\n");
}

TestSuite(submission_room, .init = open_usual, .fini = close_submission);

static void
expect_says(const char *field, const char *words)
{
    const struct control_value *said = bench_value(bench_ask(bench, "status", NULL), 0, field);
    char line[1000] = "";
    if (said != NULL)
        text_copy(said->text, line, sizeof line);
    cr_expect_not_null(strstr(line, words), "%s: %s", words, line);
}

static void
expect_well(void)
{
    cr_expect(value_is(bench_ask(bench, "status", NULL), 0, "state", "running"));
}

/* Longer than the pause between two tries. */
static void
wait_a_little(void)
{
    usleep(1100000);
    bench_run(bench);
    check_balance();
}

static void
feed_two(uint64_t first, const char *payer)
{
    feed_claim(first, payer);
    feed_claim(first + 1, payer);
    bench_run(bench);
    check_balance();
}

Test(submission_room, claims_for_whose_interchange_there_is_no_room_are_said_and_go_out_later)
{
    full_folder = "/content/";
    feed_two(1, "acme");
    feed_two(3, "other");
    expect_says("reason", "there is no room on the disk for interchanges (");
    expect_says("reason", "/content): 4 claims and 0 questions wait, the first for payer acme");
    expect_says("advice", "free space on the disk of that folder");
    cr_expect_str_eq(names_in("acme", "out"), "");
    cr_expect_eq(balance("queued"), 4);
    restart(false);
    bench_run(bench); /* the first payer's */
    bench_run(bench);
    expect_says("reason", "4 claims and 0 questions wait");
    full_folder = NULL;
    wait_a_little();
    expect_well();
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_expect_str_eq(names_in("other", "out"), "000000001.837P.x12");
    cr_expect_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    cr_expect_eq(balance("queued"), 0);
    restart(false);
    wait_a_little();
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837P.x12");
}

Test(submission_room, questions_for_whose_interchange_there_is_no_room_are_said_and_go_out_later)
{
    struct status_question question = question_about(1, "acme");
    full_folder = "/content/";
    cr_assert_eq(bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_status_question, &question), STATUS_OK);
    run_at(noon + 2 * 60 * CLOCK_SECOND);
    expect_says("reason", "0 claims and 1 questions wait, the first for payer acme");
    full_folder = NULL;
    wait_a_little();
    expect_well();
    cr_expect_str_eq(names_in("acme", "out"), "000000001.276.x12");
}

Test(submission_room, what_is_made_goes_out_while_there_is_no_room_to_make_more)
{
    feed_two(1, "acme");
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    full_folder = "/content/";
    feed_two(3, "acme");
    expect_says("reason", "2 claims and 0 questions wait");
    run_at(noon + 2 * CLOCK_DAY); /* nobody answered: it goes out again */
    cr_expect_str_eq(names_in("acme", "out"), "000000001-1.837P.x12 000000001.837P.x12");
    expect_says("reason", "2 claims and 0 questions wait");
}

Test(submission_room, an_interchange_that_is_sent_anew_without_room_is_refused_to_the_person_who_asked)
{
    feed_two(1, "acme");
    run_at(noon + 2 * CLOCK_DAY);
    run_at(noon + 4 * CLOCK_DAY);
    cr_assert(value_is(bench_ask(bench, "work.list", NULL), 0, "kind", "unanswered"));
    full_folder = "/content/";
    const struct control_answer *answer = ASK(bench, "work.answer", "id", "submission-1", "act", "resend", "reason", "again");
    cr_expect_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_expect(text_starts(answer->sentence, TEXT("there is no room on the disk for it")), "%.*s", TEXT_ARGS(answer->sentence));
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 1);
    full_folder = NULL;
    cr_expect_eq(ASK(bench, "work.answer", "id", "submission-1", "act", "resend", "reason", "again")->status, CONTROL_STATUS_DONE);
    bench_run(bench);
    cr_expect_eq(valid_claims("acme", "000000002.837P.x12"), 2);
}

static void
expect_full_folder_of_acme(void)
{
    char path[400];
    expect_says("reason", "there is no room in the folder of payer acme (");
    expect_says("reason", "): 1 interchange(s) wait");
    expect_says("advice", "free space on the disk of that folder");
    cr_expect_str_eq(names_in("acme", "staged"), "");
    cr_expect_str_eq(names_in("acme", "out"), "");
    cr_expect_str_eq(names_in("other", "out"), "000000001.837P.x12");
    snprintf(path, sizeof path, "%s/acme/staged/.000000001.837P.x12.tmp", payer_folder);
    cr_expect_neq(access(path, F_OK), 0, "half a file takes no room");
}

static void
expect_one_went_out(void)
{
    wait_a_little();
    expect_well();
    cr_expect_str_eq(names_in("acme", "staged"), "");
    cr_expect_str_eq(names_in("acme", "out"), "000000001.837P.x12");
    cr_expect_eq(valid_claims("acme", "000000001.837P.x12"), 2);
}

Test(submission_room, a_payers_full_disk_is_said_and_holds_nobody_else)
{
    full_folder = "/acme/staged/";
    feed_two(1, "acme");
    feed_two(3, "other");
    expect_full_folder_of_acme();
    restart(false);
    bench_run(bench);
    expect_full_folder_of_acme();
    full_folder = NULL;
    expect_one_went_out();
}

/* Counts the claims of all files in out/. */
static unsigned
claims_out(const char *payer)
{
    char names[4096];
    unsigned claims = 0;
    snprintf(names, sizeof names, "%s", names_in(payer, "out"));
    for (char *name = strtok(names, " "); name != NULL; name = strtok(NULL, " "))
        claims += valid_claims(payer, name);
    return claims;
}

/* From 1M to 1G. */
static void
enlarge_map(void)
{
    char path[700], *text;
    size_t length;
    snprintf(path, sizeof path, "%s/claimline.conf", bench_folder(bench));
    cr_assert_eq(file_get_plain(path, 1 << 16, &text, &length), STATUS_OK);
    char *size = memmem(text, length, "map_bytes = 1M", 14);
    cr_assert_not_null(size);
    size[13] = 'G';
    cr_assert_eq(file_put_plain(bench_folder(bench), "claimline.conf", text_of(text, length)), STATUS_OK);
    free(text);
}

/* The commit finds no room, not the steps before it. */
Test(submission_map, claims_of_a_store_that_is_full_wait_for_a_larger_map)
{
    struct arena arena;
    uint64_t id = 0;
    arena_init(&arena, 0);
    open_submission("[submission]\nmap_bytes = 1M\n", "batch_claims = 5000\n");
    enum status status = STATUS_OK;
    while (status == STATUS_OK && id < 5000) {
        arena_reset(&arena);
        struct claim claim = claim_named(++id, "acme", "Doe", &arena);
        status = bench_feed(bench, STREAM_CLAIMS_SUBMISSION, &record_claim, &claim);
    }
    arena_free(&arena);
    cr_assert_eq(status, STATUS_RETRY, "after %llu claims", (unsigned long long)id);
    expect_says("reason", "the disk or the store's map is full");
    expect_says("advice", "raise map_bytes");
    enlarge_map();
    restart(false);
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    expect_well();
    cr_expect_eq(claims_out("acme"), (unsigned)id - 1, "all that were taken, once: %llu", (unsigned long long)id);
    close_submission();
}

/* Half a block is left for it. */
Test(submission_room, a_real_file_system_that_is_full_is_said_too)
{
    char path[400], filler[500];
    static const char block[4096];
    snprintf(path, sizeof path, "%s/acme", payer_folder);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("room", path, "tmpfs", 0, "size=64k") != 0)
        cr_skip_test("no file system can be mounted here");
    snprintf(filler, sizeof filler, "%s/acme/in", payer_folder);
    cr_assert_eq(file_make_folder(filler), STATUS_OK);
    snprintf(filler, sizeof filler, "%s/acme/filler", payer_folder);
    int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    while (write(fd, block, sizeof block) > 0)
        ;
    cr_assert_eq(errno, ENOSPC);
    close(fd);
    feed_two(1, "acme");
    feed_two(3, "other");
    expect_full_folder_of_acme();
    cr_assert_eq(unlink(filler), 0);
    expect_one_went_out();
    cr_assert_eq(umount2(path, MNT_DETACH), 0);
}

Test(submission_room, a_file_for_whose_copy_there_is_no_room_waits_in_its_folder)
{
    full_folder = "/content/";
    payer_puts("acme", "a.999", "this is no X12", 14);
    bench_run(bench);
    expect_says("reason", "there is no room on the disk for our copy (");
    expect_says("reason", "/content) of 1 file(s) from payers, the last of acme");
    cr_expect_str_eq(names_in("acme", "in"), "a.999");
    full_folder = NULL;
    bench_run(bench);
    expect_well();
    cr_expect_str_eq(names_in("acme", "in"), "");
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 1);
}

Test(submission_room, a_file_that_cannot_leave_in_is_said)
{
    char done[400];
    snprintf(done, sizeof done, "%s/acme/in/done", payer_folder);
    payer_puts("acme", "done", "x", 1);
    payer_puts("acme", "a.999", "this is no X12", 14);
    bench_run(bench);
    bench_run(bench);
    expect_says("reason", "the folder of payer acme cannot be written (in/done/)");
    cr_assert_eq(unlink(done), 0);
    bench_run(bench);
    expect_well();
    cr_expect_str_eq(names_in("acme", "in/done"), "a.999");
    cr_expect_eq(bench_ask(bench, "work.list", NULL)->rows_count, 1);
}
