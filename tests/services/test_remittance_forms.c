/* Payments of institutional and dental claims: by line, by revenue code alone, by claim alone (DRG). */
#include "tests/services/remittance_sample.h"

/* A stay of 3200.00: a bed by revenue code, the same procedure under two revenue codes. */
static void
send_stay(uint64_t id)
{
    struct sent_line lines[] = {
        {.number = 1, .procedure = TEXT("0120"), .revenue_code = TEXT("0120"), .charge_cents = 240000},
        {.number = 2, .procedure = TEXT("99283"), .revenue_code = TEXT("0450"), .charge_cents = 40000},
        {.number = 3, .procedure = TEXT("99283"), .revenue_code = TEXT("0456"), .charge_cents = 40000},
    };
    struct claim_sent sent = {.identity = {.claim_id = id, .version = 1},
                              .clm01 = text_from(clm01(id, 1)),
                              .payer = TEXT("acme"),
                              .total_cents = 320000,
                              .sent = noon,
                              .lines = lines,
                              .lines_count = 3,
                              .interchange = 1};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_sent, &sent), STATUS_OK);
}

Test(remittance_forms, a_stay_is_paid_by_the_lines_of_its_revenue_codes)
{
    open_bench();
    send_stay(7);
    begin(RA_HEAD("0001", "I", "2700", "ACH", "EFT1"));
    add("CLP*%s*1*3200*2700*100*MA*ICN7*11*1**DRG1~NM1*QC*1*DOE*JANE~MIA*0***0~"
        "SVC*NU:0120*2400*2400**2~DTM*472*20260201~"
        "SVC*HC:99283*400*0*0456*1~DTM*472*20260201~CAS*CO*45*300~CAS*PR*1*100~"
        "SVC*HC:99283*400*300*0450*1~DTM*472*20260201~CAS*CO*45*100~",
        clm01(7, 1));
    remit(end());
    struct remit_item item = item_of(7, 1);
    cr_expect_eq(item.state, REMIT_ITEM_STATE_REDUCED);
    cr_expect_eq(item.paid_cents, 270000);
    cr_expect_eq(item.contractual_cents, 40000);
    cr_expect_eq(item.patient_cents, 10000);
    cr_expect_eq(balance("ended"), 1);
    all_balances();
    close_bench();
}

Test(remittance_forms, a_denied_line_is_the_one_of_its_revenue_code)
{
    open_bench();
    send_stay(7);
    begin(RA_HEAD("0001", "I", "2700", "ACH", "EFT1"));
    add("CLP*%s*1*3200*2700**MA*ICN7*11*1~NM1*QC*1*DOE*JANE~SVC*NU:0120*2400*2400**2~DTM*472*20260201~"
        "SVC*HC:99283*400*0*0456*1~DTM*472*20260201~CAS*CO*50*400~"
        "SVC*HC:99283*400*300*0450*1~DTM*472*20260201~CAS*CO*45*100~",
        clm01(7, 1));
    remit(end());
    const struct control_answer *work = ask("work.list", "denial");
    cr_assert_eq(work->rows_count, 1);
    cr_expect_eq(bench_value(work, 0, "line")->number, 3, "the line with 0456");
    all_balances();
    close_bench();
}

Test(remittance_forms, a_stay_paid_by_its_group_has_no_lines)
{
    open_bench();
    send_stay(7);
    begin(RA_HEAD("0001", "I", "2000", "ACH", "EFT1"));
    add("CLP*%s*1*3200*2000*200*MA*ICN7*11*1**418*1.5~CAS*CO*45*1000~CAS*PR*1*200~NM1*QC*1*DOE*JANE~", clm01(7, 1));
    remit(end());
    struct remit_item item = item_of(7, 1);
    cr_expect_eq(item.state, REMIT_ITEM_STATE_REDUCED);
    cr_expect_eq(item.paid_cents, 200000);
    cr_expect_eq(item.contractual_cents, 100000);
    all_balances();
    close_bench();
}

Test(remittance_forms, a_denied_stay_names_its_inpatient_remark)
{
    open_bench();
    send_stay(7);
    begin(RA_HEAD("0001", "H", "0", "NON", "EFT1"));
    add("CLP*%s*1*3200*0**MA*ICN7*11*1~CAS*CO*16*3200~NM1*QC*1*DOE*JANE~MIA*0****MA130~", clm01(7, 1));
    remit(end());
    const struct control_answer *work = ask("work.list", "denial");
    cr_assert_eq(work->rows_count, 1);
    cr_expect(value_is(work, 0, "remark", "MA130"));
    all_balances();
    close_bench();
}

Test(remittance_forms, a_revenue_code_that_was_not_billed_is_held)
{
    open_bench();
    send_stay(7);
    begin(RA_HEAD("0001", "I", "3200", "ACH", "EFT1"));
    add("CLP*%s*1*3200*3200**MA*ICN7*11*1~NM1*QC*1*DOE*JANE~SVC*NU:0130*2400*2400**2~DTM*472*20260201~"
        "SVC*HC:99283*400*400*0456*1~DTM*472*20260201~SVC*HC:99283*400*400*0450*1~DTM*472*20260201~",
        clm01(7, 1));
    remit(end());
    cr_expect_eq(ask("work.list", "unmatched")->rows_count, 1);
    cr_expect_eq(item_of(7, 1).state, REMIT_ITEM_STATE_OPEN);
    all_balances();
    close_bench();
}

Test(remittance_forms, a_dental_claim_is_paid_by_its_procedures)
{
    open_bench();
    struct sent_line line = {.number = 1, .procedure = TEXT("D2392"), .charge_cents = 19000};
    struct claim_sent sent = {.identity = {.claim_id = 8, .version = 1}, .clm01 = text_from(clm01(8, 1)),
                              .payer = TEXT("acme"), .total_cents = 19000, .sent = noon, .lines = &line,
                              .lines_count = 1, .interchange = 1};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_sent, &sent), STATUS_OK);
    begin(RA_HEAD("0001", "I", "150", "ACH", "EFT1"));
    add("CLP*%s*1*190*150**12*ICN8*11*1~NM1*QC*1*DOE*JANE~SVC*AD:D2392*190*150**1~DTM*472*20260201~CAS*CO*45*40~", clm01(8, 1));
    remit(end());
    cr_expect_eq(item_of(8, 1).state, REMIT_ITEM_STATE_PAID);
    all_balances();
    close_bench();
}
