/* Payments for which there is no claim as it was sent: held, shown, settled. */
#include "tests/services/remittance_sample.h"

TestSuite(remittance_unmatched, .init = open_bench, .fini = close_bench);

Test(remittance_unmatched, a_claim_that_is_not_known_is_held_and_its_payment_stays_in_clearing)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "240", "ACH", "T1"));
    add_paid(99);
    add_paid(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "remittance_held claim_paid remittance_posted");
    cr_assert_eq(balance("cash_cents"), 24000);
    cr_assert_eq(balance("clearing_cents"), -12000);
    const struct control_answer *answer = ask("work.list", "unmatched");
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "cents")->number, 12000);
    all_balances();
    cr_assert_eq(answer_work("remittance-1", "accept", "kept until asked for")->status, CONTROL_STATUS_DONE);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance_unmatched, a_payment_that_comes_before_the_word_of_sending_is_posted_with_it)
{
    remit_paid(7, "T1");
    cr_assert_eq(balance("clearing_cents"), -12000);
    cr_assert_eq(ask("work.list", "unmatched")->rows_count, 1);
    bench_restart(bench, false);
    send_claim(7);
    cr_assert_str_eq(bench_events(bench), "remittance_held remittance_posted claim_paid");
    cr_assert_eq(item_of(7, 1).paid_cents, 12000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance_unmatched, a_payment_that_a_person_settled_is_not_posted_again)
{
    remit_paid(7, "T1");
    cr_assert_eq(answer_work("remittance-1", "accept", "kept")->status, CONTROL_STATUS_DONE);
    send_claim(7);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(balance("clearing_cents"), 0);
    all_balances();
}

Test(remittance_unmatched, a_claim_number_that_is_not_ours_is_not_shown_without_asking)
{
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add("CLP*PATIENT123*1*150*120**MC*ICN*11*1~CAS*CO*45*30~NM1*QC*1*DOE*JANE~");
    remit(end());
    cr_assert(value_is(ask("work.list", NULL), 0, "clm01", "***"));
    static const char *const reveal[] = {"id", "1", "reveal", "yes", NULL};
    cr_assert(value_is(bench_ask(bench, "work.show", reveal), 0, "clm01", "PATIENT123"));
    cr_assert(value_is(bench_ask(bench, "work.show", reveal), 0, "acts", "accept"), "its payment stands in clearing");
}

Test(remittance_unmatched, a_line_that_was_not_sent_or_another_charge_is_held)
{
    send_claim(7);
    send_claim(8);
    begin(RA_HEAD("0001", "I", "230", "ACH", "T1"));
    add("CLP*%s*1*150*120**MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99214*150*120**1~CAS*CO*45*30~", clm01(7, 1));
    add("CLP*%s*1*140*110**MC*ICN*11*1~CAS*CO*45*30~NM1*QC*1*DOE*JANE~", clm01(8, 1));
    remit(end());
    const struct control_answer *answer = ask("work.list", "unmatched");
    cr_assert_eq(answer->rows_count, 2);
    cr_assert_eq(bench_value(answer, 0, "difference_cents")->number, 15000);
    cr_assert_eq(bench_value(answer, 1, "difference_cents")->number, -1000);
    cr_assert_eq(balance("clearing_cents"), -23000);
    cr_assert_eq(balance("queued"), 2);
    all_balances();
}
