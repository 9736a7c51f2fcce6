/* What people are shown and answer: denials, held remittances, silent payers, long lists. */
#include "tests/services/remittance_sample.h"

TestSuite(remittance_work, .init = open_bench, .fini = close_bench);

Test(remittance_work, a_silent_payer_becomes_work_after_its_usual_time)
{
    send_claim(7);
    send_claim(8);
    remit_paid(8, "T1");
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
    cr_assert(value_is(bench_ask(bench, "work.show", (const char *const[]){"id", id, NULL}), 0, "acts", "close"));
    /* Its payment after all settles the work. */
    remit_paid(7, "T2");
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_PAID);
    cr_assert(value_is(bench_ask(bench, "work.show", (const char *const[]){"id", id, NULL}), 0, "act", "decided"));
    cr_assert_null(bench_value(bench_ask(bench, "work.show", (const char *const[]){"id", id, NULL}), 0, "acts"), "it is done");
    all_balances();
}

/* The payer has these claims for adjudication (277CA). */
static void
accept_claims(uint64_t first, uint64_t last)
{
    struct accepted_claim claims[8];
    struct claims_accepted accepted = {.claims = claims};
    for (uint64_t id = first; id <= last; id++)
        claims[accepted.claims_count++] = (struct accepted_claim){.claim_id = id, .version = 1};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claims_accepted, &accepted), STATUS_OK);
    bench_run(bench);
}

/* As builds before `claims_accepted` told of it. */
static void
accept_alone(uint64_t id)
{
    struct claim_answer accepted = {.identity = {.claim_id = id, .version = 1}, .clm01 = text_from(clm01(id, 1)),
                                    .payer = TEXT("acme"), .answer = ANSWER_KIND_ACCEPTED};
    cr_assert_eq(bench_feed(bench, STREAM_SUBMISSION_REMITTANCE, &record_claim_answer, &accepted), STATUS_OK);
    bench_run(bench);
}

Test(remittance_work, an_acceptance_ends_a_silence_also_behind_a_restart_and_no_other)
{
    for (uint64_t id = 7; id <= 11; id++)
        send_claim(id);
    remit_paid(9, "T1");
    accept_claims(7, 7);
    bench_set_time(bench, noon + 31 * CLOCK_DAY);
    bench_run(bench);
    cr_assert_eq(ask("work.list", "silent")->rows_count, 4);
    bench_restart(bench, false);
    accept_alone(8);
    accept_alone(9);
    accept_claims(9, 12);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_SILENT);
    cr_assert_eq(item_of(8, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(item_of(9, 1).state, REMIT_ITEM_STATE_PAID);
    cr_assert_eq(item_of(10, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(item_of(11, 1).state, REMIT_ITEM_STATE_OPEN);
    cr_assert_eq(ask("work.list", "silent")->rows_count, 1);
    all_balances();
}

Test(remittance_work, a_claim_told_of_late_falls_silent_as_those_before_it_did)
{
    send_claim(7);
    bench_set_time(bench, noon + 31 * CLOCK_DAY);
    bench_run(bench);
    send_claim(8); /* sent in the same hour as the other */
    bench_run(bench);
    cr_assert_str_eq(bench_events(bench), "claim_silent claim_silent");
    accept_claims(8, 8);
    cr_assert_eq(item_of(8, 1).state, REMIT_ITEM_STATE_OPEN);
    accept_claims(7, 7);
    cr_assert_eq(item_of(7, 1).state, REMIT_ITEM_STATE_OPEN);
    all_balances();
}

Test(remittance_work, many_silent_claims_are_found_in_bounded_steps)
{
    for (uint64_t id = 1; id <= 300; id++)
        send_claim(id * 40);
    bench_set_time(bench, noon + 31 * CLOCK_DAY);
    bench_run(bench);
    cr_assert_eq(bench_out_count(bench, STREAM_REMITTANCE_EVENTS), 300);
    cr_assert_eq(store_table_count(service_store(bench_service(bench)), service_table(bench_service(bench), REMITTANCE_BUCKETS)).rows, 0);
    all_balances();
}

Test(remittance_work, a_denial_is_written_off_with_a_reason_and_never_without)
{
    send_claim(7);
    remit_denied(7);
    cr_assert_eq(answer_work("remittance-1", "write-off", NULL)->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(answer_work("remittance-1", "accept", "r")->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(answer_work("remittance-77", "close", "r")->status, CONTROL_STATUS_NOT_FOUND);
    cr_assert_eq(balance("denied_cents"), 15000);
    cr_assert_eq(answer_work("remittance-1", "write-off", "too late")->status, CONTROL_STATUS_DONE);
    cr_assert_eq(balance("denied_cents"), 0);
    cr_assert_eq(balance("write_off_cents"), 15000);
    cr_assert_eq(balance("held"), 0);
    cr_assert_eq(balance("ended"), 1);
    cr_assert_eq(answer_work("remittance-1", "write-off", "too late")->status, CONTROL_STATUS_NOT_FOUND);
    cr_assert_str_eq(bench_events(bench), "claim_denied remittance_posted claim_ended work_done");
    all_balances();
}

Test(remittance_work, a_held_remittance_is_never_forced)
{
    send_claim(7);
    begin(RA_HEAD("0001", "I", "119", "ACH", "T1"));
    add_paid(7);
    remit(end());
    cr_assert_eq(answer_work("remittance-1", "accept", "r")->status, CONTROL_STATUS_REFUSED);
    cr_assert_eq(answer_work("remittance-1", "end", "a new one came")->status, CONTROL_STATUS_DONE);
    cr_assert_eq(balance("cash_cents"), 0);
    cr_assert_eq(ask("work.list", NULL)->rows_count, 0);
}

Test(remittance_work, a_claim_is_shown_by_number_and_by_clm01)
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

Test(remittance_work, long_lists_come_in_pages_without_gap_or_double)
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

Test(remittance_work, the_age_of_the_oldest_is_that_of_the_first_work)
{
    cr_assert_eq(bench_value(bench_ask(bench, "status", NULL), 0, "oldest_held")->number, 0);
    send_claim(7);
    remit_denied(7);
    int64_t since = bench_value(bench_ask(bench, "status", NULL), 0, "oldest_held")->number;
    cr_assert(since >= noon && since < noon + 60 * CLOCK_SECOND);
}
