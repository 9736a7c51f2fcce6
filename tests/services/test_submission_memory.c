/* What submission keeps in memory beside its rows and files: it may never say anything else than they do. */
#include "common/service/internal.h"
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

/* ---- rows of several claims ---- */

/* So many claims in one commit. */
static void
feed_together(uint64_t first, uint64_t count)
{
    struct claim claims[16];
    struct arena arena;
    arena_init(&arena, 0);
    for (uint64_t i = 0; i < count; i++)
        claims[i] = claim_named(first + i, "acme", "Doe", &arena);
    cr_assert_eq(bench_feed_batch(bench, STREAM_CLAIMS_SUBMISSION, &record_claim, claims, count), STATUS_OK);
    arena_free(&arena);
}

static uint64_t
rows_waiting(void)
{
    return store_table_count(service_store(bench_service(bench)), SUBMISSION_PENDING).rows;
}

static void
expect_all_out(uint64_t claims)
{
    run_at(noon + 1);
    run_at(noon + 10 * 60 * CLOCK_SECOND);
    for (uint64_t id = 1; id <= claims; id++) {
        char name[40];
        snprintf(name, sizeof name, "%09llu.837P.x12", (unsigned long long)(id - 1) / 3 + 1);
        cr_assert(out_holds("acme", name, clm01(id)), "%llu", (unsigned long long)id);
    }
    cr_assert_eq(balance("passed_on"), (int64_t)claims);
    cr_assert_eq(rows_waiting(), 0);
    cr_assert_eq(memory()->waiting[0].claims, 0);
}

Test(submission_memory, claims_of_one_commit_share_a_row)
{
    feed_together(1, 2);
    cr_assert_eq(rows_waiting(), 1);
    feed_together(3, 6);
    cr_assert_eq(rows_waiting(), 2);
    expect_all_out(8);
}

/* Three of them go out, and the two that are left get a row of their own. */
static void
cut_a_row(bool from_table)
{
    feed_together(1, 5);
    cr_assert_eq(rows_waiting(), 1);
    if (from_table)
        restart(false);
    cr_assert_eq(memory()->waiting[0].memo.whole, !from_table);
    run_at(noon + 1);
    cr_assert_eq(rows_waiting(), 1);
    cr_assert_eq(memory()->waiting[0].claims, 2);
}

Test(submission_memory, a_row_is_cut_where_a_batch_ends)
{
    cut_a_row(false);
    feed_together(6, 3); /* behind the row that was cut */
    cr_assert_eq(rows_waiting(), 2);
    expect_all_out(8);
}

Test(submission_memory, what_is_left_of_a_row_is_there_behind_a_restart)
{
    cut_a_row(false);
    restart(false);
    cr_assert_eq(memory()->waiting[0].claims, 2);
    feed_together(6, 3);
    expect_all_out(8);
}

Test(submission_memory, a_row_of_before_a_restart_is_cut_in_the_table)
{
    cut_a_row(true);
    feed_together(6, 3); /* a row each, until the table is empty */
    cr_assert_eq(rows_waiting(), 4);
    restart(true);
    cr_assert_eq(memory()->waiting[0].claims, 5);
    expect_all_out(8);
    feed_together(9, 2);
    cr_assert(memory()->waiting[0].memo.whole);
    cr_assert_eq(rows_waiting(), 1);
}

/* No room any more: those that came in this commit get their row before memory lets them go. */
Test(submission_memory, claims_without_a_row_outlive_the_memory)
{
    size_t bytes = (16 << 20) - 3000;
    memory()->memo_bytes = bytes;
    feed_together(1, 5);
    cr_assert_not(memory()->waiting[0].memo.whole);
    cr_assert_gt(rows_waiting(), 1);
    memory()->memo_bytes -= bytes;
    restart(false);
    cr_assert_eq(memory()->waiting[0].claims, 5);
    expect_all_out(5);
}

static char *
long_bytes(size_t length)
{
    char *bytes = malloc(length);
    cr_assert_not_null(bytes);
    memset(bytes, 0x81, length);
    return bytes;
}

Test(submission_memory, a_row_is_one_claim_or_each_behind_its_sequence_and_length)
{
    char *bytes = long_bytes(70000);
    struct pending_claim claims[] = {{.sequence = 7, .row = PENDING_NO_ROW, .claim = text_of(bytes, 40000)},
                                     {.sequence = 9, .row = PENDING_NO_ROW, .claim = text_of(bytes, 70000)},
                                     {.sequence = 10, .row = PENDING_NO_ROW, .claim = text_of(bytes, 1)}};
    cr_assert_eq(pending_row_fill(claims, 3), 2); /* it is over its size */
    cr_assert_eq(pending_row_fill(claims + 2, 1), 1);
    claims[1].row = 3;
    cr_assert_eq(pending_row_fill(claims, 3), 1);
    static const char packed[] = "\0\0\0\0\0\0\0\7\0\0\0\2\x81x\0\0\0\0\0\0\0\10\0\0\0\1\x82";
    struct text rest = text_of(packed, sizeof packed - 1), alone = TEXT("\x81xyz");
    struct pending_claim claim = {.sequence = 1};
    cr_assert_eq(pending_row_next(&rest, &claim), STATUS_OK);
    cr_assert(claim.sequence == 7 && text_is(claim.claim, "\x81x"));
    cr_assert_eq(pending_row_next(&rest, &claim), STATUS_OK);
    cr_assert(claim.sequence == 8 && text_is(claim.claim, "\x82"));
    cr_assert_eq(pending_row_next(&rest, &claim), STATUS_NOT_FOUND);
    cr_assert_eq(pending_row_next(&alone, &claim), STATUS_OK);
    cr_assert(claim.sequence == 8 && text_is(claim.claim, "\x81xyz"));
    cr_assert_eq(pending_row_next(&alone, &claim), STATUS_NOT_FOUND);
    for (size_t cut = 1; cut < sizeof packed - 1; cut++) {
        rest = text_of(packed, cut);
        enum status status = pending_row_next(&rest, &claim);
        while (status == STATUS_OK)
            status = pending_row_next(&rest, &claim);
        cr_assert_eq(status, cut == 14 ? STATUS_NOT_FOUND : STATUS_CORRUPT, "cut at %zu", cut);
    }
    free(bytes);
}

/* ---- rows of what was sent ---- */

static void
begin_step(void)
{
    struct service *service = bench_service(bench);
    cr_assert_eq(store_begin(service->store), STATUS_OK);
    step_begin(service, STEP_FRAME, (struct text){0});
}

static void
end_step(void)
{
    struct service *service = bench_service(bench);
    service->step_open = false;
    cr_assert_eq(store_step_apply(service->store), STATUS_OK);
    cr_assert_eq(store_commit(service->store), STATUS_OK);
}

static struct sent_row
sent_of(uint64_t claim_id, uint64_t version, int64_t cents)
{
    return (struct sent_row){
        .interchange = 1, .set = 1, .cents = cents, .identity = {.claim_id = claim_id, .version = version}};
}

static int64_t
cents_of(uint64_t claim_id, uint64_t version)
{
    struct sent_row sent;
    struct arena arena;
    arena_init(&arena, 0);
    enum status status = sent_show(bench_service(bench), claim_id, version, &arena, &sent);
    cr_assert(status == STATUS_OK || status == STATUS_NOT_FOUND);
    int64_t cents = status == STATUS_OK ? sent.cents : -1;
    cr_assert(cents < 0 || (sent.identity.claim_id == claim_id && sent.identity.version == version));
    arena_free(&arena);
    return cents;
}

static uint64_t
rows_sent(void)
{
    return store_table_count(service_store(bench_service(bench)), SUBMISSION_SENT).rows;
}

Test(submission_memory, claims_that_follow_each_other_share_a_row_of_what_was_sent)
{
    struct sent_row rows[] = {sent_of(6, 1, 61), sent_of(7, 1, 71), sent_of(7, 2, 72), sent_of(8, 1, 81), sent_of(30, 1, 301)};
    begin_step();
    cr_assert_eq(sent_put(&bench_service(bench)->step, rows, 5), STATUS_OK);
    end_step();
    cr_assert_eq(rows_sent(), 3);
    begin_step();
    struct sent_row again = sent_of(7, 1, 710), other = sent_of(5, 1, 51), read;
    cr_assert_eq(sent_put(&bench_service(bench)->step, &again, 1), STATUS_OK);
    cr_assert_eq(sent_put(&bench_service(bench)->step, &other, 1), STATUS_OK);
    cr_assert_eq(sent_get(&bench_service(bench)->step, 7, 1, &read), STATUS_OK); /* as the step itself sees it */
    cr_assert_eq(read.cents, 710);
    end_step();
    cr_assert_eq(rows_sent(), 3);
    cr_assert(cents_of(5, 1) == 51 && cents_of(6, 1) == 61 && cents_of(7, 1) == 710 && cents_of(7, 2) == 72);
    cr_assert(cents_of(8, 1) == 81 && cents_of(30, 1) == 301);
    cr_assert(cents_of(4, 1) == -1 && cents_of(6, 2) == -1 && cents_of(15, 1) == -1 && cents_of(31, 1) == -1);
}

Test(submission_memory, a_row_of_an_older_build_is_read_until_a_newer_one_takes_its_place)
{
    struct sent_row old = sent_of(7, 1, 70), fresh = sent_of(7, 1, 71);
    struct store_key key = submission_claim_key(7, 1);
    struct step *step = &bench_service(bench)->step;
    begin_step();
    step_put_record(step, SUBMISSION_SENT, store_key_text(&key), &record_sent_row, &old);
    end_step();
    cr_assert(cents_of(7, 1) == 70 && cents_of(7, 2) == -1);
    begin_step();
    struct sent_row read;
    cr_assert_eq(sent_get(step, 7, 1, &read), STATUS_OK);
    cr_assert_eq(read.cents, 70);
    cr_assert_eq(sent_put(step, &fresh, 1), STATUS_OK);
    end_step();
    cr_assert_eq(cents_of(7, 1), 71);
}

Test(submission_memory, a_cut_row_of_what_was_sent_is_corrupt)
{
    struct sent_row row = sent_of(7, 1, 70), read;
    struct store_key key = store_key_u64(store_key(), 7 / SENT_SHARE);
    struct step *step = &bench_service(bench)->step;
    struct text value;
    begin_step();
    cr_assert_eq(sent_put(step, &row, 1), STATUS_OK);
    cr_assert_eq(step_get(step, SUBMISSION_SENT, store_key_text(&key), &value), STATUS_OK);
    step_put(step, SUBMISSION_SENT, store_key_text(&key), text_of(value.data, value.length - 1));
    cr_assert_eq(sent_get(step, 7, 1, &read), STATUS_CORRUPT);
    cr_assert_eq(sent_put(step, &row, 1), STATUS_CORRUPT);
    end_step();
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
