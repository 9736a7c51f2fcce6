/* Which claims a payer is to be asked about, and when. */
#include "tests/services/remittance_sample.h"

#include "schemas/records/question.h"

static void
open_asking(const char *keys)
{
    static char profile[1024];
    snprintf(profile, sizeof profile, ACME "%s", keys);
    const char *files[] = {"payers/acme.conf", profile, NULL};
    bench = bench_open(&remittance_plan, "[remittance]\n", files);
    cr_assert(clock_parse(TEXT("2026-03-01T12:00:00Z"), &noon));
    bench_set_time(bench, noon);
}

static void
run_at(int64_t instant)
{
    bench_set_time(bench, instant);
    bench_run(bench);
    all_balances();
}

/* What claims was told to ask about, as "7:1 8:1" (claim and how-manieth time), and what was decided, as "7 settled"; forgotten then. */
static const char *
wishes(void)
{
    static char text[1 << 14];
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < bench_out_count(bench, STREAM_REMITTANCE_CLAIMS); i++) {
        const struct record_type *type;
        const void *record = bench_out(bench, STREAM_REMITTANCE_CLAIMS, i, &type);
        const struct status_wish *wish = record;
        const struct status_settled *settled = record;
        cr_assert(type == &record_status_wish || type == &record_status_settled);
        bool wished = type == &record_status_wish;
        uint64_t id = wished ? wish->identity.claim_id : settled->identity.claim_id;
        cr_assert(text_is(wished ? wish->clm01 : settled->clm01, clm01(id, 1)) && text_is(wished ? wish->payer : settled->payer, "acme"));
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%llu", i == 0 ? "" : " ", (unsigned long long)id);
        if (wished)
            length += (size_t)snprintf(text + length, sizeof text - length, ":%llu", (unsigned long long)wish->times);
        else
            length += (size_t)snprintf(text + length, sizeof text - length, " settled");
    }
    bench_drain(bench);
    return text;
}

static uint64_t
buckets(void)
{
    return store_table_count(service_store(bench_service(bench)), service_table(bench_service(bench), REMITTANCE_ASKING)).rows;
}

Test(remittance_asking, a_claim_without_a_word_is_asked_about_again_and_again_until_it_is_enough)
{
    open_asking("status_inquiry = yes\nstatus_after = 14d\nstatus_every = 7d\nstatus_times = 3\n");
    send_claim(7);
    run_at(noon + 14 * CLOCK_DAY - CLOCK_SECOND);
    cr_assert_str_eq(wishes(), "");
    run_at(noon + 14 * CLOCK_DAY + 3600 * CLOCK_SECOND);
    cr_assert_str_eq(wishes(), "7:1");
    run_at(noon + 20 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "");
    run_at(noon + 22 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "7:2");
    run_at(noon + 31 * CLOCK_DAY); /* it is silent by now, and open still */
    cr_assert_str_eq(wishes(), "7:3");
    run_at(noon + 100 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "");
    cr_assert_eq(buckets(), 0);
    close_bench();
}

Test(remittance_asking, what_was_decided_is_not_asked_about)
{
    open_asking("status_inquiry = yes\n");
    send_claim(7);
    send_claim(8);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(8);
    remit(end());
    run_at(noon + 15 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "7:1");
    begin(RA_HEAD("0001", "I", "120", "ACH", "T2"));
    add_paid(7);
    remit(end());
    cr_assert_str_eq(wishes(), "7 settled"); /* and not 8, about which nobody was asked */
    run_at(noon + 60 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "");
    cr_assert_eq(buckets(), 0);
    close_bench();
}

/* Asked about, sent again as the payer's interchange was lost, and then paid before the next question. */
Test(remittance_asking, what_was_sent_again_is_settled_too)
{
    open_asking("status_inquiry = yes\n");
    send_claim(7);
    run_at(noon + 15 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "7:1");
    noon += 16 * CLOCK_DAY;
    send_claim(7);
    begin(RA_HEAD("0001", "I", "120", "ACH", "T1"));
    add_paid(7);
    remit(end());
    cr_assert_str_eq(wishes(), "7 settled");
    close_bench();
}

/* Their looks overlap: ids lie together in ranges. */
Test(remittance_asking, claims_sent_at_other_times_are_asked_about_once_each)
{
    open_asking("status_inquiry = yes\nstatus_times = 2\n");
    send_claim(7);
    noon += 3 * CLOCK_DAY;
    send_claim(8);
    noon -= 3 * CLOCK_DAY;
    run_at(noon + 15 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "7:1");
    run_at(noon + 18 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "8:1");
    run_at(noon + 23 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "7:2");
    run_at(noon + 26 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "8:2");
    run_at(noon + 90 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "");
    close_bench();
}

Test(remittance_asking, many_claims_are_found_in_bounded_steps)
{
    open_asking("status_inquiry = yes\nstatus_times = 2\n");
    for (uint64_t id = 1; id <= 300; id++)
        send_claim(id * 40);
    run_at(noon + 15 * CLOCK_DAY);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_CLAIMS), 300);
    bench_drain(bench);
    bench_restart(bench, false);
    run_at(noon + 23 * CLOCK_DAY);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_CLAIMS), 300);
    cr_assert_eq(buckets(), 0);
    close_bench();
}

Test(remittance_asking, nothing_is_kept_where_no_payer_is_asked)
{
    open_asking("");
    send_claim(7);
    cr_assert_eq(buckets(), 0);
    run_at(noon + 60 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "");
    close_bench();
}

Test(remittance_asking, a_profile_that_asks_no_more_ends_the_looks)
{
    open_asking("status_inquiry = yes\n");
    send_claim(7);
    char path[512];
    snprintf(path, sizeof path, "%s/payers/acme.conf", bench_folder(bench));
    FILE *profile = fopen(path, "w");
    fputs(ACME, profile);
    fclose(profile);
    bench_restart(bench, true);
    run_at(noon + 60 * CLOCK_DAY);
    cr_assert_str_eq(wishes(), "");
    cr_assert_eq(buckets(), 0);
    close_bench();
}
