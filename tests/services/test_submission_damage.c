/* Files of our own store that cannot be read: whose fault it is said to be, and what goes on meanwhile. */
#include "tests/services/submission_sample.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ISA(control) \
    "ISA*00*          *00*          *ZZ*ACME0          *ZZ*CLINIC         *251124*1200*^*00501*" control "*0*T*:~"
#define SET_999(set, code) \
    "ST*999*" set "*005010X231A1~AK1*HC*1*005010X222A1~AK2*837*0001*005010X222A1~IK5*" code "~AK9*A*1*1*1~SE*6*" set "~"
#define GS_999 "GS*FA*ACME0*CLINIC*20261124*1200*5*X*005010X231A1~"
#define FILE_999(control, code) ISA(control) GS_999 SET_999("0001", code) "GE*1*5~IEA*1*" control "~"

static void
open_usual(void)
{
    open_submission("[submission]\nresends = 0\n", "batch_claims = 2\nack_wait = 2d\n");
}

TestSuite(submission_damage, .init = open_usual, .fini = close_submission);

/* One round in which only this source moves. */
static void
run_source(const char *name)
{
    struct service *service = bench_service(bench);
    size_t steps;
    for (size_t i = 0; i < service->plan->source_count; i++) {
        const struct service_source *source = &service->plan->sources[i];
        service->source_ready[i] = strcmp(source->name, name) == 0 && source->poll(service) <= 0;
    }
    cr_assert_eq(batch_run(service, &steps), STATUS_OK);
    cr_assert_gt(steps, 0);
}

static const char *
content_path(const char *head)
{
    static char path[700];
    char folder[600];
    struct arena arena;
    struct text *names;
    size_t count = 0, found = 0;
    arena_init(&arena, 0);
    snprintf(folder, sizeof folder, "%s/content", service_state_folder(bench_service(bench)));
    cr_assert_eq(file_list(folder, 64, &arena, &names, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (text_starts(names[i], text_from(head))) {
            snprintf(path, sizeof path, "%s/%.*s", folder, TEXT_ARGS(names[i]));
            found++;
        }
    cr_assert_eq(found, 1, "%s", head);
    arena_free(&arena);
    return path;
}

/* A bit of the only content file of this name turns; twice: it is whole again. As after a start, no file is in memory. */
static void
turn_bit(const char *head, off_t at)
{
    struct submission *state = service_state(bench_service(bench));
    uint8_t byte;
    content_forget(&state->recent);
    int fd = open(content_path(head), O_RDWR | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    if (at < 0)
        at += lseek(fd, 0, SEEK_END);
    cr_assert_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 1;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static bool
status_says(const char *words)
{
    const struct control_value *reason = bench_value(bench_ask(bench, "status", NULL), 0, "reason");
    char line[400];
    if (reason == NULL)
        return false;
    text_copy(reason->text, line, sizeof line);
    return strstr(line, words) != NULL;
}

static void
expect_well(void)
{
    cr_assert(value_is(bench_ask(bench, "status", NULL), 0, "state", "running"));
}

/* Longer than a damaged file is left alone at first. */
static void
wait_a_little(void)
{
    usleep(1100000);
    bench_run(bench);
    check_balance();
}

static void
send_two(void)
{
    feed_claim(1, "acme");
    feed_claim(2, "acme");
    run_at(noon);
    bench_drain(bench);
}

/* ---- what payers sent ---- */

static void
put_damaged(const char *file, off_t at)
{
    payer_puts("acme", "a.999", file, strlen(file));
    run_source("inbox");
    turn_bit("inbox-", at);
}

static void
expect_held_answer(void)
{
    cr_assert_str_eq(bench_events(bench), "");
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    cr_assert(status_says("our copy of 1 file(s) from payers cannot be read, the first of acme, SHA-256 "));
}

Test(submission_damage, a_copy_that_cannot_be_read_is_not_the_payers_fault_and_is_taken_when_it_can)
{
    send_two();
    put_damaged(FILE_999("000000005", "R*5"), 60);
    bench_run(bench);
    expect_held_answer();
    restart(true);
    bench_run(bench);
    expect_held_answer();
    turn_bit("inbox-", 60);
    wait_a_little();
    cr_assert_str_eq(bench_events(bench), "claim_set_rejected");
    expect_well();
}

Test(submission_damage, other_answers_do_not_wait_for_it)
{
    send_two();
    put_damaged(FILE_999("000000005", "R*5"), 60);
    payer_puts("acme", "b.999", FILE_999("000000006", "A"), strlen(FILE_999("000000006", "A")));
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    cr_assert(status_says("our copy of 1 file(s)"));
}

Test(submission_damage, a_copy_that_is_gone_is_made_anew_when_the_file_is_put_into_in_again)
{
    char in[400], done[400];
    send_two();
    put_damaged(FILE_999("000000005", "R*5"), 60);
    cr_assert_eq(unlink(content_path("inbox-")), 0);
    bench_run(bench);
    expect_held_answer();
    snprintf(in, sizeof in, "%s/acme/in/a.999", payer_folder);
    snprintf(done, sizeof done, "%s/acme/in/done/a.999", payer_folder);
    cr_assert_eq(rename(done, in), 0);
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_set_rejected");
    expect_well();
}

Test(submission_damage, what_the_payer_cut_is_still_work)
{
    static const char cut[] = ISA("000000005") GS_999 "ST*999*0001*0050";
    send_two();
    payer_puts("acme", "a.999", cut, strlen(cut));
    bench_run(bench);
    cr_assert(value_is(bench_ask(bench, "work.list", NULL), 0, "kind", "unreadable"));
    expect_well();
}

/* A long 835 behind a 999, and damage in its last part: neither half of it may count before all can be read. */
Test(submission_damage, of_a_long_file_all_counts_once)
{
    enum { SEGMENTS = 20000 };
    char *file = malloc(SEGMENTS * 16 + 2000);
    int length = sprintf(file, "%s", ISA("000000005") GS_999 SET_999("0001", "A") "GE*1*5~"
                         "GS*HP*ACME0*CLINIC*20261124*1200*9*X*005010X221A1~ST*835*0001~");
    for (int i = 0; i < SEGMENTS; i++)
        length += sprintf(file + length, "LX*%05d~", i);
    length += sprintf(file + length, "SE*%d*0001~GE*1*9~IEA*2*000000005~", SEGMENTS + 2);
    send_two();
    put_damaged(file, -200);
    bench_run(bench);
    cr_assert_eq(bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE), 0);
    cr_assert(status_says("our copy of 1 file(s)"));
    turn_bit("inbox-", -200);
    wait_a_little();
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    size_t bytes = 0, count = bench_out_count(bench, STREAM_SUBMISSION_REMITTANCE);
    for (size_t i = 0; i < count; i++) {
        const struct remit_chunk *chunk = bench_out(bench, STREAM_SUBMISSION_REMITTANCE, i, NULL);
        bytes += chunk->bytes.length;
        cr_assert_eq(chunk->last, i + 1 == count);
    }
    cr_assert_eq(bytes, (size_t)length - strlen(GS_999 SET_999("0001", "A") "GE*1*5~"));
    expect_well();
    free(file);
}

static struct inbox_row
inbox_row_of(uint64_t number)
{
    static struct arena arena;
    struct inbox_row row;
    struct store_key key = submission_number_key(number);
    cr_assert_eq(service_get_record(bench_service(bench), SUBMISSION_INBOX, store_key_text(&key), &arena, &record_inbox_row, &row),
                 STATUS_OK);
    return row;
}

/* More than is read at once: what stands before the damage is applied, and not again when the rest can be read. */
Test(submission_damage, answers_before_the_damage_count_once)
{
    enum { SETS = 20000 };
    char *file = malloc(SETS * 200 + 1000);
    int length = sprintf(file, "%s", ISA("000000005") GS_999);
    for (int i = 1; i < SETS; i++)
        length += sprintf(file + length, SET_999("%05d", "A"), i, i);
    length += sprintf(file + length, "%s", SET_999("20000", "R*5"));
    length += sprintf(file + length, "GE*%d*5~IEA*1*000000005~", SETS);
    send_two();
    put_damaged(file, -5000);
    bench_run(bench);
    struct inbox_row row = inbox_row_of(1);
    cr_assert(row.cursor > 0 && row.cursor < SETS, "%llu", (unsigned long long)row.cursor);
    cr_assert_eq(row.done, 0);
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    cr_assert(status_says("our copy of 1 file(s)"));
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 0);
    turn_bit("inbox-", -5000);
    wait_a_little();
    row = inbox_row_of(1);
    cr_assert_eq(row.cursor, SETS);
    cr_assert_neq(row.done, 0);
    cr_assert_eq(row.fault.length, 0);
    cr_assert_str_eq(bench_events(bench), "claim_acknowledged");
    expect_well();
    free(file);
}

/* ---- what goes to payers ---- */

/* The first of two interchanges of acme is damaged before it is written into its folder. */
static void
make_damaged(void)
{
    for (uint64_t id = 1; id <= 2; id++)
        feed_claim(id, "acme");
    run_source("fix");
    turn_bit("interchange-000000000001", 500);
    for (uint64_t id = 3; id <= 4; id++)
        feed_claim(id, "acme");
    for (uint64_t id = 5; id <= 6; id++)
        feed_claim(id, "other");
    bench_run(bench);
    check_balance();
}

Test(submission_damage, an_interchange_that_cannot_be_read_waits_alone)
{
    make_damaged();
    cr_assert_str_eq(names_in("acme", "out"), "000000002.837P.x12");
    cr_assert_eq(valid_claims("acme", "000000002.837P.x12"), 2);
    cr_assert_eq(valid_claims("other", "000000001.837P.x12"), 2);
    cr_assert(status_says("our content of 1 interchange(s) to payers cannot be read, the first to acme: ISA13 000000001, 2 claims"));
    cr_assert_not(status_says("folder"));
    restart(false);
    bench_run(bench);
    cr_assert_str_eq(names_in("acme", "out"), "000000002.837P.x12");
    turn_bit("interchange-000000000001", 500);
    wait_a_little();
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.837P.x12");
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    expect_well();
}

static bool
advice_says(const char *words)
{
    const struct control_value *advice = bench_value(bench_ask(bench, "status", NULL), 0, "advice");
    char line[400];
    if (advice == NULL)
        return false;
    text_copy(advice->text, line, sizeof line);
    return strstr(line, words) != NULL;
}

Test(submission_damage, each_damage_has_its_own_advice)
{
    make_damaged();
    put_damaged(FILE_999("000000005", "R*5"), 60);
    bench_run(bench);
    cr_assert(status_says("our content of 1 interchange(s)") && advice_says("from a backup"));
    turn_bit("interchange-000000000001", 500);
    wait_a_little();
    cr_assert(status_says("our copy of 1 file(s)") && advice_says("into in/ again"));
    turn_bit("inbox-", 60);
    restart(true);
    bench_run(bench);
    expect_well();
}

Test(submission_damage, a_folder_that_cannot_be_written_still_holds_all_of_its_payer)
{
    char folder[400], away[400];
    snprintf(folder, sizeof folder, "%s/acme", payer_folder);
    snprintf(away, sizeof away, "%s/away", payer_folder);
    cr_assert_eq(rename(folder, away), 0);
    make_damaged();
    cr_assert(status_says("the folder of payer acme"));
    cr_assert_eq(rename(away, folder), 0);
    wait_a_little();
    cr_assert_str_eq(names_in("acme", "out"), "000000002.837P.x12");
}

Test(submission_damage, more_files_than_go_out_at_once_all_go_out)
{
    enum { FILES = 300 };
    char folder[400], away[400];
    snprintf(folder, sizeof folder, "%s/acme", payer_folder);
    snprintf(away, sizeof away, "%s/away", payer_folder);
    cr_assert_eq(rename(folder, away), 0);
    for (uint64_t i = 0; i < FILES; i++) {
        feed_claim(2 * i + 1, "acme");
        feed_claim(2 * i + 2, "acme");
        run_source("fix");
    }
    feed_claim(2 * FILES + 1, "other");
    feed_claim(2 * FILES + 2, "other");
    bench_run(bench);
    cr_assert_str_eq(names_in("other", "out"), "000000001.837P.x12"); /* it does not wait for a share that is away */
    restart(false);
    cr_assert_eq(rename(away, folder), 0);
    wait_a_little();
    cr_assert(out_holds("acme", "000000001.837P.x12", "ISA*"));
    cr_assert(out_holds("acme", "000000300.837P.x12", "ISA*"));
}

Test(submission_damage, an_interchange_that_cannot_be_read_is_not_sent_anew_and_the_person_is_told)
{
    send_two();
    turn_bit("interchange-000000000001", 500);
    run_at(noon + 3 * CLOCK_DAY);
    cr_assert(value_is(bench_ask(bench, "work.list", NULL), 0, "kind", "unanswered"));
    const struct control_answer *answer = ASK(bench, "work.answer", "id", "submission-1", "act", "resend", "reason", "mended");
    cr_assert_eq(answer->status, CONTROL_STATUS_REFUSED);
    cr_assert_gt(answer->sentence.length, 0);
    cr_assert_eq(bench_ask(bench, "work.list", NULL)->rows_count, 1);
    turn_bit("interchange-000000000001", 500);
    answer = ASK(bench, "work.answer", "id", "submission-1", "act", "resend", "reason", "mended");
    cr_assert_eq(answer->status, CONTROL_STATUS_DONE);
}
