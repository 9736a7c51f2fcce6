/* A payment that comes in several ST: it waits for its rest, is posted once, and is never forced. */
#include "tests/services/remittance_sample.h"

static void
open_pieces(void)
{
    open_bench();
    for (uint64_t id = 1; id <= 4; id++)
        send_claim(id);
}

TestSuite(remittance_pieces, .init = open_pieces, .fini = close_bench);

#define HEAD(control, amount) RA_HEAD(control, "I", amount, "ACH", "T1")

/* A file of one set that pays claim `id` 120.00 of the payment. */
static void
remit_piece(const char *head, uint64_t id)
{
    begin(head);
    add_paid(id);
    remit(end());
}

static bool
set_is(size_t row, const char *state)
{
    return value_is(ask("remit.list", NULL), row, "state", state);
}

static uint64_t
rows_of(enum remittance_table table)
{
    struct service *service = bench_service(bench);
    return store_table_count(service_store(service), service_table(service, table)).rows;
}

/* Nothing that was staged is left. */
static void
nothing_is_staged(void)
{
    cr_assert_eq(rows_of(REMITTANCE_CHUNKS), 0);
    cr_assert_eq(rows_of(REMITTANCE_UNITS), 0);
    cr_assert_eq(rows_of(REMITTANCE_PIECE_CLAIMS), 0);
    cr_assert_eq(rows_of(REMITTANCE_READY), 0);
}

static void
two_are_paid(void)
{
    cr_assert_eq(item_of(1, 1).state, REMIT_ITEM_STATE_PAID);
    cr_assert_eq(item_of(2, 1).state, REMIT_ITEM_STATE_PAID);
    cr_assert_eq(balance("cash_cents"), 24000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(balance("ended"), 2);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    nothing_is_staged();
    all_balances();
}

/* The time in which the rest is waited for has passed. */
static void
wait_for_rest(void)
{
    noon += 2 * CLOCK_DAY + CLOCK_SECOND;
    bench_set_time(bench, noon);
    bench_run(bench);
}

Test(remittance_pieces, two_pieces_in_one_file_post_once_together)
{
    begin(HEAD("0001", "240"));
    add_paid(1);
    end_set("0001");
    add(HEAD("0002", "240"));
    add_paid(2);
    end_set("0002");
    add(RA_END("2"));
    remit(file);
    cr_assert_str_eq(bench_events(bench), "remittance_waiting claim_paid remittance_posted claim_paid remittance_posted");
    cr_assert(set_is(0, "posted") && set_is(1, "posted"));
    two_are_paid();
    remit(file);
    cr_assert(set_is(2, "repeated") && set_is(3, "repeated"));
    two_are_paid();
}

Test(remittance_pieces, two_pieces_in_two_files_post_when_the_second_has_come)
{
    remit_piece(HEAD("0001", "240"), 1);
    cr_assert_str_eq(bench_events(bench), "remittance_waiting");
    cr_assert(set_is(0, "waiting"));
    cr_assert_eq(bench_value(ask("remit.list", NULL), 0, "difference_cents")->number, 12000);
    cr_assert_eq(balance("cash_cents"), 0);
    cr_assert_eq(item_of(1, 1).state, REMIT_ITEM_STATE_OPEN);
    remit_piece(HEAD("0001", "240"), 2);
    two_are_paid();
}

Test(remittance_pieces, the_order_in_which_pieces_come_does_not_matter)
{
    feed_text((remit_piece(HEAD("0001", "240"), 2), begin(HEAD("0001", "240")), add_paid(1), end()), 3, true);
    bench_run(bench);
    two_are_paid();
    cr_assert(set_is(0, "posted") && set_is(1, "posted"));
}

Test(remittance_pieces, a_piece_that_comes_twice_counts_once)
{
    remit_piece(HEAD("0001", "240"), 1);
    remit_piece(HEAD("0001", "240"), 1);
    cr_assert(set_is(0, "waiting") && set_is(1, "repeated"));
    cr_assert_eq(balance("cash_cents"), 0);
    remit_piece(HEAD("0001", "240"), 2);
    two_are_paid();
    remit_piece(HEAD("0001", "240"), 2);
    remit_piece(HEAD("0001", "240"), 1);
    cr_assert(set_is(3, "repeated") && set_is(4, "repeated"));
    two_are_paid();
}

Test(remittance_pieces, a_provider_adjustment_may_stand_in_any_piece)
{
    begin(HEAD("0001", "230"));
    add_paid(1);
    add("PLB*1234567893*20261231*L6:X*10~");
    remit(end());
    cr_assert(set_is(0, "waiting"));
    remit_piece(HEAD("0001", "230"), 2);
    cr_assert_eq(balance("cash_cents"), 23000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(balance("ended"), 2);
    nothing_is_staged();
    all_balances();
}

Test(remittance_pieces, a_piece_of_adjustments_alone_completes_the_payment)
{
    begin(HEAD("0001", "130"));
    add("PLB*1234567893*20261231*L6:X*-10~");
    remit(end());
    remit_piece(HEAD("0001", "130"), 1);
    cr_assert(set_is(0, "posted") && set_is(1, "posted"));
    cr_assert_eq(balance("cash_cents"), 13000);
    cr_assert_eq(balance("clearing_cents"), 0);
    nothing_is_staged();
    all_balances();
}

Test(remittance_pieces, a_rest_that_never_comes_is_work_with_the_missing_amount)
{
    remit_piece(HEAD("0001", "240"), 1);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    wait_for_rest();
    const struct control_answer *answer = ask("work.list", "waiting");
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "cents")->number, 24000);
    cr_assert_eq(bench_value(answer, 0, "difference_cents")->number, 12000);
    cr_assert_eq(balance("cash_cents"), 0);
    cr_assert_eq(answer_work("remittance-1", "accept", "asked the payer")->status, CONTROL_STATUS_REFUSED);
    all_balances();
    /* It comes late: nobody needs to do anything. */
    remit_piece(HEAD("0001", "240"), 2);
    two_are_paid();
}

Test(remittance_pieces, the_missing_amount_of_open_work_shrinks_with_each_piece)
{
    remit_piece(HEAD("0001", "360"), 1);
    wait_for_rest();
    cr_assert_eq(bench_value(ask("work.list", "waiting"), 0, "difference_cents")->number, 24000);
    remit_piece(HEAD("0001", "360"), 2);
    cr_assert_eq(bench_value(ask("work.list", "waiting"), 0, "difference_cents")->number, 12000);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 1);
}

Test(remittance_pieces, pieces_that_a_person_drops_are_gone_and_may_come_again)
{
    remit_piece(HEAD("0001", "240"), 1);
    wait_for_rest();
    cr_assert_eq(answer_work("remittance-1", "close", "asked the payer")->status, CONTROL_STATUS_DONE);
    bench_run(bench);
    cr_assert(set_is(0, "dropped"));
    cr_assert_eq(rows_of(REMITTANCE_PAYMENTS), 0);
    nothing_is_staged();
    remit_piece(HEAD("0001", "240"), 2);
    remit_piece(HEAD("0001", "240"), 1);
    two_are_paid();
}

Test(remittance_pieces, pieces_that_a_person_releases_wait_on)
{
    remit_piece(HEAD("0001", "240"), 1);
    wait_for_rest();
    cr_assert_eq(answer_work("remittance-1", "release", "asked the payer")->status, CONTROL_STATUS_DONE);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    cr_assert(set_is(0, "waiting"));
    wait_for_rest();
    cr_assert_eq(ask("work.list", "waiting")->rows_count, 1);
    remit_piece(HEAD("0001", "240"), 2);
    two_are_paid();
}

Test(remittance_pieces, a_piece_that_exceeds_the_payment_is_held_and_the_others_wait_on)
{
    remit_piece(HEAD("0001", "250"), 1);
    remit_piece(HEAD("0001", "250"), 2);
    remit_piece(HEAD("0001", "250"), 3);
    cr_assert(set_is(0, "waiting") && set_is(1, "waiting") && set_is(2, "conflict"));
    const struct control_answer *answer = ask("work.list", "remittance");
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "difference_cents")->number, -11000);
    cr_assert_eq(balance("cash_cents"), 0);
    begin(HEAD("0001", "250"));
    add("PLB*1234567893*20261231*L6:X*-10~");
    remit(end());
    cr_assert_eq(balance("cash_cents"), 25000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(item_of(3, 1).state, REMIT_ITEM_STATE_OPEN);
    nothing_is_staged();
    all_balances();
}

Test(remittance_pieces, another_amount_under_the_same_key_is_held_with_the_difference)
{
    remit_piece(HEAD("0001", "240"), 1);
    remit_piece(HEAD("0001", "260"), 2);
    remit_piece(HEAD("0001", "120"), 3); /* balances alone, but names another payment */
    cr_assert(set_is(0, "waiting") && set_is(1, "conflict") && set_is(2, "conflict"));
    const struct control_answer *answer = ask("work.list", "remittance");
    cr_assert_eq(bench_value(answer, 0, "difference_cents")->number, 2000);
    cr_assert_eq(bench_value(answer, 1, "difference_cents")->number, -12000);
    remit_piece(HEAD("0001", "240"), 2);
    cr_assert_eq(balance("cash_cents"), 24000);
    cr_assert_eq(item_of(3, 1).state, REMIT_ITEM_STATE_OPEN);
    remit_piece(HEAD("0001", "260"), 4); /* and after it was posted */
    cr_assert_eq(bench_value(ask("work.list", "remittance"), 2, "difference_cents")->number, 2000);
    cr_assert_eq(balance("cash_cents"), 24000);
    nothing_is_staged();
    all_balances();
}

Test(remittance_pieces, a_claim_does_not_stand_in_two_pieces)
{
    remit_piece(HEAD("0001", "240"), 1);
    begin(HEAD("0001", "240"));
    add_paid(3);
    memcpy(strstr(file, "*120**MC"), "*110**MC", 8);
    memcpy(strstr(file, "*100*80**1"), "*100*70**1", 10);
    memcpy(strstr(file, "CO*45*20"), "CO*45*30", 8);
    add("CLP*%s*1*150*10**MC*ICN1*11*1~CAS*CO*45*140~NM1*QC*1*DOE*JANE~", clm01(1, 1));
    remit(end());
    cr_assert(set_is(0, "waiting") && set_is(1, "conflict"));
    cr_assert_eq(ask("work.list", "remittance")->rows_count, 1);
    cr_assert_eq(rows_of(REMITTANCE_PIECE_CLAIMS), 1);
    remit_piece(HEAD("0001", "240"), 2);
    cr_assert_eq(balance("cash_cents"), 24000);
    cr_assert_eq(item_of(3, 1).state, REMIT_ITEM_STATE_OPEN);
    nothing_is_staged();
    all_balances();
}

Test(remittance_pieces, a_whole_one_takes_the_place_of_pieces_that_wait)
{
    remit_piece(HEAD("0001", "240"), 1);
    begin(HEAD("0001", "240"));
    add_paid(1);
    add_paid(2);
    remit(end());
    cr_assert(set_is(0, "conflict") && set_is(1, "posted"));
    cr_assert_eq(balance("cash_cents"), 24000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(balance("ended"), 2);
    cr_assert_eq(ask("work.list", "remittance")->rows_count, 1);
    remit_piece(HEAD("0001", "240"), 1); /* the piece again: other content under a posted key */
    cr_assert(set_is(2, "conflict"));
    cr_assert_eq(balance("cash_cents"), 24000);
    nothing_is_staged();
    all_balances();
    wait_for_rest();
    cr_assert_eq(ask("work.list", "waiting")->rows_count, 0);
}

Test(remittance_pieces, a_set_beside_a_waiting_one_does_not_wait)
{
    begin(HEAD("0001", "240"));
    add_paid(1);
    end_set("0001");
    add(RA_HEAD("0002", "I", "120", "ACH", "T2"));
    add_paid(3);
    end_set("0002");
    add(RA_END("2"));
    remit(file);
    cr_assert(set_is(0, "waiting") && set_is(1, "posted"));
    cr_assert_eq(balance("cash_cents"), 12000);
    remit_piece(HEAD("0001", "240"), 2);
    cr_assert_eq(balance("cash_cents"), 36000);
    nothing_is_staged();
    all_balances();
}

enum { MANY = 60 };

/* Three pieces of 20 claims: two in one file, the third in another; and one that doubles a claim of the first. */
static void
feed_many(void)
{
    for (uint64_t id = 5; id <= MANY; id++)
        send_claim(id);
    begin(HEAD("0001", "7200"));
    for (uint64_t id = 1; id <= 20; id++)
        add_paid(id);
    end_set("0001");
    add(HEAD("0002", "7200"));
    for (uint64_t id = 21; id <= 40; id++)
        add_paid(id);
    end_set("0002");
    add(RA_END("2"));
    feed_text(file, 3, true);
    begin(HEAD("0001", "7200"));
    for (uint64_t id = 41; id <= 58; id++)
        add_paid(id);
    add_paid(7);
    feed_text(end(), 2, false);
    begin(HEAD("0001", "7200"));
    for (uint64_t id = 41; id <= MANY; id++)
        add_paid(id);
    feed_text(end(), 2, false);
}

static void
many_are_posted(void)
{
    cr_assert_eq(balance("ended"), MANY);
    cr_assert_eq(balance("cash_cents"), MANY * 12000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 1);
    nothing_is_staged();
    all_balances();
}

Test(remittance_pieces, an_end_without_warning_at_any_commit_posts_all_of_them_once)
{
    feed_many();
    unsigned rounds = 0;
    while (run_a_little()) {
        cr_assert_lt(++rounds, 1000);
        all_balances();
        bench_restart(bench, false);
    }
    cr_assert_gt(rounds, 10);
    many_are_posted();
}

Test(remittance_pieces, an_aborted_batch_stages_and_posts_again_from_the_last_commit)
{
    feed_many();
    for (unsigned rounds = 0; run_a_little(); rounds++) {
        cr_assert_lt(rounds, 1000);
        take_and_abort();
    }
    many_are_posted();
}
