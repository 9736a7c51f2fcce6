/* What comes a second time for a claim: repeats, conflicts, reversals, corrections, new versions. */
#include "tests/services/remittance_sample.h"

TestSuite(remittance_repeat, .init = open_bench, .fini = close_bench);

Test(remittance_repeat, the_same_remittance_twice_posts_once)
{
    send_claim(7);
    remit_paid(7, "T1");
    int64_t debits = balance("debits_cents");
    remit(file);
    /* And under another set number, with another date of production. */
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    memcpy(strstr(file, "DTM*405*20260301") + 8, "20260309", 8);
    add_paid(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted");
    cr_assert_eq(balance("debits_cents"), debits);
    const struct control_answer *answer = ask("remit.list", NULL);
    cr_assert_eq(answer->rows_count, 3);
    cr_assert(value_is(answer, 0, "state", "posted"));
    cr_assert(value_is(answer, 1, "state", "repeated"));
    cr_assert(value_is(answer, 2, "state", "repeated"));
    all_balances();
}

Test(remittance_repeat, other_content_under_the_same_key_is_a_conflict_and_held)
{
    send_claim(7);
    send_claim(8);
    remit_paid(7, "T1");
    remit_paid(8, "T1");
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted remittance_held");
    cr_assert_eq(item_of(8, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(balance("cash_cents"), 12000);
    cr_assert_eq(ask("work.list", "remittance")->rows_count, 1);
    cr_assert(value_is(ask("remit.list", NULL), 1, "state", "conflict"));
    all_balances();
}

static void
pay_then_reverse(void)
{
    send_claim(7);
    remit_paid(7, "T1");
    begin(RA_HEAD("0001", "H", "0", "NON", "T2"));
    add("CLP*%s*22*-150*-120**MC*ICN7*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*-100*-80**-1~CAS*CO*45*-20~REF*6R*L1~"
        "SVC*HC:87804:QW*-50*-40**-1~CAS*CO*45*-10~REF*6R*L2~", clm01(7, 1));
}

Test(remittance_repeat, a_reversal_and_the_corrected_claim_leave_what_the_corrected_one_says)
{
    pay_then_reverse();
    add_partly_denied(7);
    add("PLB*1234567893*20261231*FB:T2*-40~");
    remit(end());
    cr_assert_str_eq(bench_events(bench),
                     "claim_paid remittance_posted claim_reversed claim_partly_denied remittance_posted");
    struct remit_item item = item_of(7, 1);
    cr_assert_eq(item.paid_cents, 8000);
    cr_assert_eq(balance("receivable_cents"), 0);
    cr_assert_eq(balance("contractual_cents"), 2000);
    cr_assert_eq(balance("denied_cents"), 5000);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(balance("cash_cents"), 12000);
    cr_assert_eq(balance("provider_level_cents"), -4000);
    cr_assert_eq(balance("held"), 1);
    all_balances();
}

Test(remittance_repeat, a_reversal_alone_opens_the_claim_again)
{
    pay_then_reverse();
    add("PLB*1234567893*20261231*FB:T2*-120~");
    remit(end());
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_REVERSED);
    cr_assert_eq(balance("queued"), 1);
    cr_assert_eq(balance("receivable_cents"), 15000);
    cr_assert_eq(balance("contractual_cents"), 0);
    all_balances();
}

Test(remittance_repeat, a_second_payment_without_a_reversal_is_held)
{
    send_claim(7);
    remit_paid(7, "T1");
    remit_paid(7, "T2");
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted remittance_held remittance_posted");
    cr_assert_eq(item_of(7, 1).paid_cents, 12000);
    cr_assert_eq(balance("clearing_cents"), -12000);
    all_balances();
}

Test(remittance_repeat, a_denial_that_the_payer_changes_is_posted_anew)
{
    send_claim(7);
    remit_denied(7);
    remit_paid(7, "T2");
    cr_assert_str_eq(bench_events(bench), "claim_denied remittance_posted claim_paid remittance_posted");
    cr_assert_eq(balance("denied_cents"), 0);
    cr_assert_eq(balance("contractual_cents"), 3000);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance_repeat, a_rejected_claim_owes_nothing_until_it_is_sent_again)
{
    send_claim(7);
    struct claim_answer rejected = {.identity = {.claim_id = 7, .version = 1}, .clm01 = text_from(clm01(7, 1)),
                                    .payer = TEXT("acme"), .answer = ANSWER_KIND_REJECTED};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_answer, &rejected), STATUS_OK);
    cr_assert_eq(balance("receivable_cents"), 0);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_answer, &rejected), STATUS_OK);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(send_version(7, 2), STATUS_OK);
    cr_assert_eq(balance("receivable_cents"), 15000);
    cr_assert_eq(balance("taken"), 2);
    all_balances();
}

Test(remittance_repeat, a_corrected_version_takes_the_place_of_a_denied_one)
{
    send_claim(7);
    remit_denied(7);
    cr_assert_eq(send_version(7, 2), STATUS_OK);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_CLOSED);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    cr_assert_eq(balance("denied_cents"), 0);
    cr_assert_eq(balance("charges_cents"), -15000);
    cr_assert_eq(balance("receivable_cents"), 15000);
    all_balances();
}

Test(remittance_repeat, a_claim_sent_again_is_counted_once)
{
    send_claim(7);
    send_claim(7);
    cr_assert_eq(balance("taken"), 1);
    cr_assert_eq(balance("receivable_cents"), 15000);
    all_balances();
}
