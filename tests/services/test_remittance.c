/* How a remittance is posted: paid, reduced, denied, out of balance, adjusted above the claims. */
#include "tests/services/remittance_sample.h"

TestSuite(remittance, .init = open_bench, .fini = close_bench);

Test(remittance, a_paid_claim_is_posted_and_nothing_is_left_in_clearing)
{
    send_claim(7);
    remit_paid(7, "T1");
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted");
    struct remit_item item = item_of(7, 1);
    cr_assert_eq(item.state, REMIT_ITEM_STATE_PAID);
    cr_assert_eq(item.paid_cents, 12000);
    cr_assert_eq(item.contractual_cents, 3000);
    cr_assert_eq(balance("cash_cents"), 12000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(balance("receivable_cents"), 0);
    cr_assert_eq(balance("contractual_cents"), 3000);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(balance("queued"), 0);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance, a_paid_claim_says_what_was_paid_in_its_event)
{
    send_claim(7);
    remit_paid(7, "T1");
    const struct record_type *type;
    const struct event *event = bench_out(bench, STREAM_REMITTANCE_EVENTS, 0, &type);
    cr_assert_eq(type, &record_event);
    cr_assert_eq(event->kind, EVENT_KIND_CLAIM_PAID);
    cr_assert_eq(event->cents, 15000);
    cr_assert_eq(event->paid_cents, 12000);
    cr_assert_eq(event->identity.claim_id, 7);
    cr_assert(text_is(event->detail, clm01(7, 1)));
    event = bench_out(bench, STREAM_REMITTANCE_EVENTS, 1, &type);
    cr_assert_eq(event->kind, EVENT_KIND_REMITTANCE_POSTED);
    cr_assert_eq(event->cents, 12000);
}

Test(remittance, the_patients_share_makes_a_claim_reduced)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "95", "CHK", "T1"));
    add("CLP*%s*1*150*95*25*MC*ICN*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*100*55**1~CAS*CO*45*20~CAS*PR*3*25~REF*6R*L1~"
        "SVC*HC:87804:QW*50*40**1~CAS*CO*45*10~REF*6R*L2~", clm01(7, 1));
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_reduced remittance_posted");
    cr_assert_eq(balance("patient_cents"), 2500);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance, a_denied_line_is_work_with_amount_reason_and_deadline_and_its_coding_cause_is_told)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "80", "ACH", "T1"));
    add_partly_denied(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_partly_denied remittance_posted");
    const struct control_answer *answer = ask("denial.list", NULL);
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "cents")->number, 5000);
    cr_assert_eq(bench_value(answer, 0, "line")->number, 2);
    cr_assert_eq(bench_value(answer, 0, "deadline")->number, 20260531);
    cr_assert(value_is(answer, 0, "class", "coding"));
    cr_assert(value_is(answer, 0, "reason", "11"));
    cr_assert(value_is(answer, 0, "remark", "M76"));
    cr_assert(value_is(answer, 0, "queue", "biller"));
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_CLAIMS), 1);
    const struct denial_notice *notice = bench_out(bench, STREAM_REMITTANCE_CLAIMS, 0, NULL);
    cr_assert_eq(notice->line, 2);
    cr_assert_eq(notice->cents, 5000);
    cr_assert(text_is(notice->reason, "11"));
    cr_assert_eq(balance("held"), 1);
    cr_assert_eq(balance("denied_cents"), 5000);
    all_balances();
}

Test(remittance, a_denial_of_the_whole_claim_without_lines_is_one_work_item)
{
    send_claim(7);
    remit_denied(7);
    cr_assert_str_eq(bench_events(bench), "claim_denied remittance_posted");
    const struct control_answer *answer = ask("work.list", "denial");
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "cents")->number, 15000);
    cr_assert(value_is(answer, 0, "class", "timely"));
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_CLAIMS), 0);
    cr_assert_eq(balance("cash_cents"), 0);
    all_balances();
}

Test(remittance, what_does_not_balance_is_held_with_its_difference_and_the_corrected_one_posts)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "119", "ACH", "T1"));
    add_paid(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "remittance_held");
    const struct control_answer *answer = ask("work.list", "remittance");
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "difference_cents")->number, -100);
    cr_assert_eq(balance("cash_cents"), 0);
    cr_assert(value_is(ask("remit.list", NULL), 0, "state", "unbalanced"));
    cr_assert(value_is(ask("remit.list", NULL), 0, "place", "check"));
    remit_paid(7, "T1");
    cr_assert_str_eq(bench_events(bench), "remittance_held claim_paid remittance_posted");
    all_balances();
}

Test(remittance, an_unbalanced_set_does_not_stop_its_neighbours)
{
    for (uint64_t id = 1; id <= 3; id++)
        send_claim(id);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(1);
    end_set("0001");
    add(RA_HEAD("0002", "I", "99", "ACH", "T2"));
    add_paid(2);
    end_set("0002");
    add(RA_HEAD("0003", "I", "120", "ACH", "T3"));
    add_paid(3);
    end_set("0003");
    add(RA_END("3"));
    remit(file);
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted remittance_held claim_paid remittance_posted");
    cr_assert_eq(item_of(2, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(item_of(3, 1).state, REMIT_ITEM_STATE_PAID);
    all_balances();
}

Test(remittance, a_provider_adjustment_is_taken_from_the_payment)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "110", "ACH", "T1"));
    add_paid(7);
    add("PLB*1234567893*20261231*WO:OLD*15*L6*-5~");
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted");
    cr_assert_eq(balance("cash_cents"), 11000);
    cr_assert_eq(balance("provider_level_cents"), 1000);
    cr_assert_eq(balance("clearing_cents"), 0);
    all_balances();
}

Test(remittance, a_payment_of_zero_as_information_is_read_with_a_warning)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "0", "NON", "T1"));
    add_denied(7);
    remit(end());
    cr_assert(value_is(ask("remit.list", NULL), 0, "state", "posted"));
    cr_assert(value_is(ask("remit.list", NULL), 0, "finding", "REMITTANCE_ZERO_PAY_UNUSUAL"));
}
