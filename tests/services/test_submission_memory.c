/* What submission keeps in memory beside its rows and files: it may never say anything else than they do. */
#include "services/submission/content.h"
#include "tests/services/submission_sample.h"

#include <unistd.h>

static void
open_usual(void)
{
    open_submission("[submission]\nresends = 0\n", "batch_claims = 3\nack_wait = 2d\n");
}

TestSuite(submission_memory, .init = open_usual, .fini = close_submission);

static struct submission *
memory(void)
{
    return service_state(bench_service(bench));
}

/* Everything but the set's and the envelope's numbers and times, which grow. */
static char *
claims_of(const char *name)
{
    char *bytes = read_out("acme", name), *claims = strdup(strstr(bytes, "~HL*1*"));
    free(bytes);
    *strstr(claims, "~SE*") = '\0';
    return claims;
}

static void
feed_three(void)
{
    for (uint64_t id = 1; id <= 3; id++)
        feed_named(id, "acme", id == 2 ? "Moe" : "Doe");
}

/* Of the same three claims: as they stand in memory, and behind a restart from their rows and the content file. */
Test(submission_memory, a_batch_is_the_same_from_memory_and_from_its_rows)
{
    feed_three();
    cr_assert(memory()->waiting[0].memo.whole);
    cr_assert_eq(memory()->waiting[0].memo.count, 3);
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    cr_assert_eq(memory()->waiting[0].memo.count, 0);
    cr_assert_eq(memory()->recent.count, 0); /* it was written to staged/ */
    char *first = claims_of("000000001.837P.x12");
    close_submission();
    open_usual();
    feed_three();
    restart(false);
    cr_assert_not(memory()->waiting[0].memo.whole);
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    char *second = claims_of("000000001.837P.x12");
    cr_assert_str_eq(first, second);
    cr_assert_eq(balance("passed_on"), 3);
    free(first);
    free(second);
}

Test(submission_memory, what_a_full_batch_leaves_goes_out_once_and_in_order)
{
    for (uint64_t id = 1; id <= 10; id++)
        feed_claim(id, "acme");
    run_at(noon + 1);
    cr_assert_str_eq(names_in("acme", "out"), "000000001.837P.x12 000000002.837P.x12 000000003.837P.x12");
    cr_assert(memory()->waiting[0].memo.whole);
    cr_assert_eq(memory()->waiting[0].memo.count, 1);
    cr_assert_eq(memory()->waiting[0].claims, 1);
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    for (uint64_t id = 1; id <= 10; id++) {
        char name[40];
        snprintf(name, sizeof name, "%09llu.837P.x12", (unsigned long long)(id - 1) / 3 + 1);
        cr_assert(out_holds("acme", name, clm01(id)), "%llu", (unsigned long long)id);
    }
    cr_assert_eq(balance("passed_on"), 10);
    cr_assert_eq(memory()->memo_bytes, 0);
}

/* Rows of before a start are not in memory: what comes behind them waits for the rows to go. */
Test(submission_memory, what_comes_behind_a_restart_stands_behind_the_rows_of_before)
{
    feed_claim(1, "acme");
    restart(true);
    feed_claim(2, "acme");
    cr_assert_not(memory()->waiting[0].memo.whole);
    cr_assert_eq(memory()->waiting[0].claims, 2);
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 2);
    feed_claim(3, "acme");
    cr_assert(memory()->waiting[0].memo.whole);
    run_at(noon + 20 * 60 * CLOCK_SECOND);
    cr_assert_eq(valid_claims("acme", "000000002.837P.x12"), 1);
    cr_assert_eq(balance("passed_on"), 3);
}

Test(submission_memory, more_than_there_is_room_for_is_read_from_the_rows)
{
    memory()->memo_bytes = 16 << 20;
    feed_three();
    cr_assert_not(memory()->waiting[0].memo.whole);
    memory()->memo_bytes = 0;
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    cr_assert_eq(valid_claims("acme", "000000001.837P.x12"), 3);
    cr_assert_eq(balance("passed_on"), 3);
}

/* ---- content files ---- */

static struct text
opened(struct content_recent *recent, const char *name, struct content_reader **reader)
{
    struct text chunk = {0};
    struct seal *seal = store_seal(service_store(bench_service(bench)));
    enum status status = content_open(recent, seal, memory()->content_folder, text_from(name), reader);
    cr_assert(status == STATUS_OK || status == STATUS_NOT_FOUND);
    if (status == STATUS_NOT_FOUND)
        *reader = NULL;
    else
        cr_assert_eq(content_read(*reader, &chunk), STATUS_OK);
    return chunk;
}

static bool
is_kept(struct content_recent *recent, const char *name, const char *bytes)
{
    struct content_reader *reader;
    struct text chunk = opened(recent, name, &reader);
    bool kept = reader != NULL && text_is(chunk, bytes);
    content_close(reader, true);
    return kept;
}

Test(submission_memory, the_newest_files_are_kept_and_the_last_word_of_a_name_counts)
{
    struct content_recent recent = {0};
    char name[40];
    for (int i = 0; i <= CONTENT_RECENT; i++) {
        snprintf(name, sizeof name, "file-%d", i);
        content_keep(&recent, name, strdup(name), strlen(name));
    }
    cr_assert_not(is_kept(&recent, "file-0", "file-0"));
    cr_assert(is_kept(&recent, "file-1", "file-1"));
    content_keep(&recent, "file-1", strdup("other"), 5);
    cr_assert(is_kept(&recent, "file-1", "other"));
    content_keep(&recent, "long", calloc(1, CONTENT_RECENT_BYTES), CONTENT_RECENT_BYTES);
    cr_assert_eq(recent.count, 1);
    content_keep(&recent, "longer", calloc(1, CONTENT_RECENT_BYTES + 1), CONTENT_RECENT_BYTES + 1);
    cr_assert_eq(recent.count, 1);
    content_let_go(&recent, TEXT("long"));
    cr_assert_eq(recent.count, 0);
    cr_assert_eq(recent.bytes, 0);
}

Test(submission_memory, a_reader_ends_its_file_though_memory_has_let_it_go)
{
    struct content_recent recent = {0};
    struct content_reader *reader;
    content_keep(&recent, "file", strdup("0123456789"), 10);
    cr_assert(text_is(opened(&recent, "file", &reader), "0123456789"));
    content_forget(&recent);
    struct text chunk;
    cr_assert_eq(content_seek(reader, 7), STATUS_OK);
    cr_assert_eq(content_read(reader, &chunk), STATUS_OK);
    cr_assert(text_is(chunk, "789"));
    cr_assert_eq(content_read(reader, &chunk), STATUS_OK);
    cr_assert_eq(chunk.length, 0);
    cr_assert_eq(content_seek(reader, 70), STATUS_OK);
    cr_assert_eq(content_read(reader, &chunk), STATUS_OK);
    cr_assert_eq(chunk.length, 0);
    content_close(reader, true);
    cr_assert_not(is_kept(&recent, "file", "0123456789"));
}
