#include "tests/services/remittance_sample.h"

TestSuite(remittance, .init = open_bench, .fini = close_bench);

Test(remittance, a_paid_claim_is_posted_and_nothing_is_left_in_clearing)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
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
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
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
    begin(RA_HEAD("0001", "H", "0", "NON", "T1"));
    add_denied(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_denied remittance_posted");
    const struct control_answer *answer = ask("work.list", "denial");
    cr_assert_eq(answer->rows_count, 1);
    cr_assert_eq(bench_value(answer, 0, "cents")->number, 15000);
    cr_assert(value_is(answer, 0, "class", "timely"));
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_CLAIMS), 0);
    cr_assert_eq(balance("cash_cents"), 0);
    all_balances();
}

Test(remittance, the_same_remittance_twice_posts_once)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
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

Test(remittance, other_content_under_the_same_key_is_a_conflict_and_held)
{
    send_claim(7);
    send_claim(8);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(8);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted remittance_held");
    cr_assert_eq(item_of(8, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(balance("cash_cents"), 12000);
    cr_assert_eq(ask("work.list", "remittance")->rows_count, 1);
    cr_assert(value_is(ask("remit.list", NULL), 1, "state", "conflict"));
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
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
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

Test(remittance, a_claim_that_is_not_known_is_held_and_its_payment_stays_in_clearing)
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
    static const char *const accept[] = {"id", "remittance-1", "act", "accept", "reason", "kept until asked for", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", accept)->status, CONTROL_STATUS_DONE);
    cr_assert_eq(balance("clearing_cents"), 0);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance, a_payment_that_comes_before_the_word_of_sending_is_posted_with_it)
{
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
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

Test(remittance, a_payment_that_a_person_settled_is_not_posted_again)
{
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
    static const char *const accept[] = {"id", "remittance-1", "act", "accept", "reason", "kept", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", accept)->status, CONTROL_STATUS_DONE);
    send_claim(7);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(balance("clearing_cents"), 0);
    all_balances();
}

Test(remittance, a_claim_number_that_is_not_ours_is_not_shown_without_asking)
{
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add("CLP*PATIENT123*1*150*120**MC*ICN*11*1~CAS*CO*45*30~NM1*QC*1*DOE*JANE~");
    remit(end());
    cr_assert(value_is(ask("work.list", NULL), 0, "clm01", "***"));
    static const char *const reveal[] = {"id", "1", "reveal", "yes", NULL};
    cr_assert(value_is(bench_ask(bench, "work.show", reveal), 0, "clm01", "PATIENT123"));
}

Test(remittance, a_line_that_was_not_sent_or_another_charge_is_held)
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

static void
pay_then_reverse(void)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
    begin(RA_HEAD("0001", "H", "0", "NON", "T2"));
    add("CLP*%s*22*-150*-120**MC*ICN7*11*1~NM1*QC*1*DOE*JANE~SVC*HC:99213*-100*-80**-1~CAS*CO*45*-20~REF*6R*L1~"
        "SVC*HC:87804:QW*-50*-40**-1~CAS*CO*45*-10~REF*6R*L2~", clm01(7, 1));
}

Test(remittance, a_reversal_and_the_corrected_claim_leave_what_the_corrected_one_says)
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

Test(remittance, a_reversal_alone_opens_the_claim_again)
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

Test(remittance, a_second_payment_without_a_reversal_is_held)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
    begin(RA_HEAD("0001", "I", "120", "ACH", "T2"));
    add_paid(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted remittance_held remittance_posted");
    cr_assert_eq(item_of(7, 1).paid_cents, 12000);
    cr_assert_eq(balance("clearing_cents"), -12000);
    all_balances();
}

Test(remittance, a_denial_that_the_payer_changes_is_posted_anew)
{
    send_claim(7);
    begin(RA_HEAD("0001", "H", "0", "NON", "T1"));
    add_denied(7);
    remit(end());
    begin(RA_HEAD("0001", "I", "120", "ACH", "T2"));
    add_paid(7);
    remit(end());
    cr_assert_str_eq(bench_events(bench), "claim_denied remittance_posted claim_paid remittance_posted");
    cr_assert_eq(balance("denied_cents"), 0);
    cr_assert_eq(balance("contractual_cents"), 3000);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    all_balances();
}

Test(remittance, pieces_in_the_wrong_order_are_invisible_until_the_last_has_come)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    end();
    uint8_t digest[32];
    struct text whole = text_from(file);
    seal_digest(whole, digest);
    struct remit_chunk second = chunk_of(5, 2, text_of(whole.data + 300, whole.length - 300));
    second.last = true;
    second.digest = text_of(digest, 32);
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

Test(remittance, a_chunk_that_comes_twice_with_other_bytes_is_refused)
{
    struct remit_chunk chunk = chunk_of(5, 1, TEXT("ISA"));
    feed_chunk(&chunk);
    chunk.bytes = TEXT("GS*");
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, &chunk), STATUS_INVALID);
}

Test(remittance, bytes_that_do_not_give_the_digest_are_held)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    end();
    uint8_t digest[32] = {0};
    struct remit_chunk chunk = chunk_of(5, 1, text_from(file));
    chunk.last = true;
    chunk.digest = text_of(digest, 32);
    feed_chunk(&chunk);
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "remittance_held");
    cr_assert_eq(balance("cash_cents"), 0);
}

Test(remittance, a_cut_file_is_held_at_every_length_and_the_whole_one_posts)
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

Test(remittance, many_claims_in_many_pieces_post_once)
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

Test(remittance, an_end_without_warning_between_chunks_loses_and_doubles_nothing)
{
    make_many();
    struct text whole = text_from(file);
    uint8_t digest[32];
    seal_digest(whole, digest);
    for (unsigned i = 0; i < 4; i++) {
        size_t each = whole.length / 4 + 1, from = i * each;
        struct remit_chunk chunk = chunk_of(5, i + 1, text_of(whole.data + from, from + each > whole.length ? whole.length - from : each));
        if (i == 3) {
            chunk.last = true;
            chunk.digest = text_of(digest, 32);
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

Test(remittance, an_end_without_warning_in_the_middle_of_posting_goes_on_where_it_stood)
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

Test(remittance, an_aborted_batch_is_posted_again_from_the_last_commit)
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

Test(remittance, a_silent_payer_becomes_work_after_its_usual_time)
{
    send_claim(7);
    send_claim(8);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(8);
    remit(end());
    bench_set_time(bench, noon + 29 * CLOCK_DAY);
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted");
    bench_set_time(bench, noon + 31 * CLOCK_DAY);
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_paid remittance_posted claim_silent");
    const struct control_answer *work = ask("work.list", "silent");
    cr_assert_eq(work->rows_count, 1);
    char id[40];
    text_copy(bench_value(work, 0, "id")->text, id, sizeof id);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_SILENT);
    cr_assert_eq(balance("queued"), 1);
    /* Its payment after all settles the work. */
    begin(RA_HEAD("0001", "I", "120", "ACH", "T2"));
    add_paid(7);
    remit(end());
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_PAID);
    cr_assert(value_is(bench_ask(bench, "work.show", (const char *const[]){"id", id, NULL}), 0, "act", "decided"));
    all_balances();
}

Test(remittance, many_silent_claims_are_found_in_bounded_steps)
{
    for (uint64_t id = 1; id <= 300; id++)
        send_claim(id * 40);
    bench_set_time(bench, noon + 31 * CLOCK_DAY);
    bench_run(bench);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_EVENTS), 300);
    cr_assert_eq(store_table_count(service_store(bench_service(bench)), service_table(bench_service(bench), REMITTANCE_BUCKETS)).rows, 0);
    all_balances();
}

Test(remittance, a_rejected_claim_owes_nothing_until_it_is_sent_again)
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

Test(remittance, a_corrected_version_takes_the_place_of_a_denied_one)
{
    send_claim(7);
    begin(RA_HEAD("0001", "H", "0", "NON", "T1"));
    add_denied(7);
    remit(end());
    cr_assert_eq(send_version(7, 2), STATUS_OK);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_CLOSED);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    cr_assert_eq(balance("denied_cents"), 0);
    cr_assert_eq(balance("charges_cents"), -15000);
    cr_assert_eq(balance("receivable_cents"), 15000);
    all_balances();
}

Test(remittance, a_claim_sent_again_is_counted_once)
{
    send_claim(7);
    send_claim(7);
    cr_assert_eq(balance("taken"), 1);
    cr_assert_eq(balance("receivable_cents"), 15000);
    all_balances();
}

Test(remittance, a_denial_is_written_off_with_a_reason_and_never_without)
{
    send_claim(7);
    begin(RA_HEAD("0001", "H", "0", "NON", "T1"));
    add_denied(7);
    remit(end());
    static const char *const without[] = {"id", "remittance-1", "act", "write-off", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", without)->status, CONTROL_STATUS_REFUSED);
    static const char *const accept[] = {"id", "remittance-1", "act", "accept", "reason", "r", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", accept)->status, CONTROL_STATUS_REFUSED);
    static const char *const unknown[] = {"id", "remittance-77", "act", "close", "reason", "r", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", unknown)->status, CONTROL_STATUS_NOT_FOUND);
    cr_assert_eq(balance("denied_cents"), 15000);
    static const char *const off[] = {"id", "remittance-1", "act", "write-off", "reason", "too late", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", off)->status, CONTROL_STATUS_DONE);
    cr_assert_eq(balance("denied_cents"), 0);
    cr_assert_eq(balance("write_off_cents"), 15000);
    cr_assert_eq(balance("held"), 0);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(bench_ask(bench, "work.answer", off)->status, CONTROL_STATUS_NOT_FOUND);
    cr_assert_str_eq(bench_events(bench), "claim_denied remittance_posted claim_ended work_done");
    all_balances();
}

Test(remittance, a_held_remittance_is_never_forced)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "119", "ACH", "T1"));
    add_paid(7);
    remit(end());
    static const char *const accept[] = {"id", "remittance-1", "act", "accept", "reason", "r", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", accept)->status, CONTROL_STATUS_REFUSED);
    static const char *const close_it[] = {"id", "remittance-1", "act", "end", "reason", "a new one came", NULL};
    cr_assert_eq(bench_ask(bench, "work.answer", close_it)->status, CONTROL_STATUS_DONE);
    cr_assert_eq(balance("cash_cents"), 0);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
}

Test(remittance, a_claim_is_shown_by_number_and_by_clm01)
{
    send_claim(7);
    const char *const by_number[] = {"id", "7", NULL}, *const by_clm01[] = {"id", clm01(7, 1), NULL},
                      *const other[] = {"id", "8", NULL};
    const struct control_answer *answer = bench_ask(bench, "claim.show", by_number);
    cr_assert_eq(answer->rows_count, 1);
    cr_assert(value_is(answer, 0, "state", "open"));
    cr_assert_eq(bench_ask(bench, "claim.show", by_clm01)->rows_count, 1);
    cr_assert_eq(bench_ask(bench, "claim.show", other)->status, CONTROL_STATUS_NOT_FOUND);
}

/* All pages of a list; the id or trace of each row goes to `seen`. Returns the number of pages. */
static unsigned
pages_of(const char *verb, const char *name, unsigned *rows_seen)
{
    char cursor[64] = "", last[64] = "";
    unsigned pages = 0;
    *rows_seen = 0;
    do {
        struct arena arena;
        struct control_rows rows;
        struct control_answer answer;
        struct control_request request = {.verb = text_from(verb), .cursor = text_from(cursor)};
        arena_init(&arena, 0);
        control_answer_begin(&rows, &arena, &answer);
        for (unsigned i = 0; i < REMITTANCE_VERBS; i++)
            if (strcmp(remittance_verbs[i].verb, verb) == 0)
                remittance_verbs[i].query(bench_service(bench), &request, &rows);
        cr_assert_eq(answer.status, CONTROL_STATUS_DONE);
        cr_assert_leq(answer.rows_count, CONTROL_PAGE_ROWS);
        for (uint32_t i = 0; i < answer.rows_count; i++) {
            char now[64];
            text_copy(bench_value(&answer, i, name)->text, now, sizeof now);
            cr_assert_str_neq(now, last);
            strcpy(last, now);
        }
        *rows_seen += answer.rows_count;
        pages++;
        text_copy(answer.next, cursor, sizeof cursor);
        arena_free(&arena);
    } while (cursor[0] != '\0');
    return pages;
}

Test(remittance, long_lists_come_in_pages_without_gap_or_double)
{
    enum { SETS = 450 };
    begin("");
    for (unsigned i = 1; i <= SETS; i++) {
        char control[16];
        snprintf(control, sizeof control, "%04u", i);
        add(RA_HEAD("%s", "I", "120", "ACH", "T%u"), control, i);
        add("CLP*UNKNOWN%u*1*150*120**MC*ICN*11*1~CAS*CO*45*30~NM1*QC*1*DOE*JANE~", i);
        end_set(control);
    }
    add(RA_END("450"));
    remit(file);
    unsigned rows;
    cr_assert_eq(pages_of("work.list", "id", &rows), 3);
    cr_assert_eq(rows, SETS);
    cr_assert_eq(pages_of("remit.list", "trace", &rows), 3);
    cr_assert_eq(rows, SETS);
    cr_assert_eq(balance("clearing_cents"), -SETS * 12000);
    all_balances();
}

Test(remittance, the_age_of_the_oldest_is_that_of_the_first_work)
{
    cr_assert_eq(bench_value(bench_ask(bench, "status", NULL), 0, "oldest_held")->number, 0);
    send_claim(7);
    begin(RA_HEAD("0001", "H", "0", "NON", "T1"));
    add_denied(7);
    remit(end());
    int64_t since = bench_value(bench_ask(bench, "status", NULL), 0, "oldest_held")->number;
    cr_assert(since >= noon && since < noon + 60 * CLOCK_SECOND);
}
