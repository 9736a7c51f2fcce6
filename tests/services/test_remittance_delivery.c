/* The bytes of a remittance come in chunks: in any order, doubled, cut, and over ends without warning. */
#include "tests/services/remittance_sample.h"

TestSuite(remittance_delivery, .init = open_bench, .fini = close_bench);

Test(remittance_delivery, pieces_in_the_wrong_order_are_invisible_until_the_last_has_come)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    end();
    uint8_t sum[SEAL_SUM_BYTES];
    struct text whole = text_from(file);
    seal_sum(whole, sum);
    struct remit_chunk second = chunk_of(5, 2, text_of(whole.data + 300, whole.length - 300));
    second.last = true;
    second.sum = text_of(sum, sizeof sum);
    feed_chunk(&second);
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "");
    struct remit_chunk first = chunk_of(5, 1, text_of(whole.data, 300));
    feed_chunk(&first);
    feed_chunk(&first); /* doubled */
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted");
    feed_chunk(&first); /* late */
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted");
    all_balances();
}

Test(remittance_delivery, a_chunk_that_comes_twice_with_other_bytes_is_refused)
{
    struct remit_chunk chunk = chunk_of(5, 1, TEXT("ISA"));
    feed_chunk(&chunk);
    chunk.bytes = TEXT("GS*");
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk), STATUS_INVALID);
}

Test(remittance_delivery, bytes_that_do_not_give_the_sum_are_held)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    end();
    uint8_t sum[SEAL_SUM_BYTES] = {0};
    struct remit_chunk chunk = chunk_of(5, 1, text_from(file));
    chunk.last = true;
    chunk.sum = text_of(sum, sizeof sum);
    feed_chunk(&chunk);
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "remittance_held");
    cr_assert_eq(balance("cash_cents"), 0);
}

Test(remittance_delivery, a_cut_file_is_held_at_every_length_and_the_whole_one_posts)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    end();
    size_t length = strlen(file), set_end = (size_t)(strstr(file, "GE*") - file);
    char *whole = strdup(file);
    for (size_t cut = 1; cut < set_end; cut += 37) {
        file[cut] = '\0';
        remit(file);
        memcpy(file, whole, length + 1);
        cr_assert_eq(balance("cash_cents"), 0, "cut at %zu", cut);
    }
    remit(whole);
    cr_assert_eq(balance("cash_cents"), 12000);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_PAID);
    all_balances();
    free(whole);
}

enum { MANY = 100 };

static void
make_many(void)
{
    for (uint64_t id = 1; id <= MANY; id++)
        send_claim(id);
    begin(RA_HEAD("0001", "I", "12000", "ACH", "T1"));
    for (uint64_t id = 1; id <= MANY; id++)
        add_paid(id);
    end();
}

Test(remittance_delivery, many_claims_in_many_pieces_post_once)
{
    make_many();
    feed_text(file, 7, true);
    bench_run(bench);
    cr_assert_eq(balance("ended"), MANY);
    cr_assert_eq(balance("cash_cents"), MANY * 12000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_EVENTS), MANY + 1);
    /* The staged pieces are gone. */
    cr_assert_eq(store_table_count(service_store(bench_service(bench)), service_table(bench_service(bench), REMITTANCE_CHUNKS)).rows, 0);
    cr_assert_eq(store_table_count(service_store(bench_service(bench)), service_table(bench_service(bench), REMITTANCE_UNITS)).rows, 0);
    all_balances();
}

Test(remittance_delivery, an_end_without_warning_between_chunks_loses_and_doubles_nothing)
{
    make_many();
    struct text whole = text_from(file);
    uint8_t sum[SEAL_SUM_BYTES];
    seal_sum(whole, sum);
    for (unsigned i = 0; i < 4; i++) {
        size_t each = whole.length / 4 + 1, from = i * each;
        struct remit_chunk chunk = chunk_of(5, i + 1, text_of(whole.data + from, from + each > whole.length ? whole.length - from : each));
        if (i == 3) {
            chunk.last = true;
            chunk.sum = text_of(sum, sizeof sum);
        }
        feed_chunk(&chunk);
        bench_restart(bench, false);
        bench_run(bench);
    }
    cr_assert_eq(balance("ended"), MANY);
    cr_assert_eq(balance("cash_cents"), MANY * 12000);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_EVENTS), MANY + 1);
    all_balances();
}

Test(remittance_delivery, an_end_without_warning_in_the_middle_of_posting_goes_on_where_it_stood)
{
    make_many();
    feed_text(file, 3, false);
    unsigned rounds = 0;
    while (run_a_little()) {
        cr_assert_lt(++rounds, 1000);
        all_balances();
        bench_restart(bench, false);
    }
    cr_assert_gt(rounds, 3);
    cr_assert_eq(balance("ended"), MANY);
    cr_assert_eq(balance("cash_cents"), MANY * 12000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_EVENTS), MANY + 1);
}

Test(remittance_delivery, an_aborted_batch_is_posted_again_from_the_last_commit)
{
    make_many();
    feed_text(file, 3, false);
    for (unsigned rounds = 0; run_a_little(); rounds++) {
        cr_assert_lt(rounds, 1000);
        take_and_abort();
    }
    cr_assert_eq(balance("ended"), MANY);
    cr_assert_eq(balance("cash_cents"), MANY * 12000);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_EVENTS), MANY + 1);
    all_balances();
}
