/* Lists over pages and daemons, and the work of people. */
#include "tests/services/claimline_daemons.h"

/* Three pages of 2, 2 and 1 claims. */
static void
answer_pages(struct asked *asked)
{
    uint64_t page = 0;
    struct control_rows *rows = &asked->rows;
    text_to_u64(asked->request->cursor, &page);
    for (uint64_t i = 2 * page + 1; i <= 2 * page + 2 && i <= 5; i++) {
        control_row(rows);
        control_number(rows, "claim_id", (int64_t)i);
        control_number(rows, "version", 1);
        control_text(rows, "state", text_from(i == 3 ? "partly denied" : "paid"));
        control_text(rows, "clm01", arena_print(rows->arena, "1A%llu", (unsigned long long)i));
        control_text(rows, "payer", text_from(i == 2 ? "caf\xc3\xa9" : i == 4 ? "bad\xff\x7f" : ""));
        control_money(rows, "cents", (int64_t)i * 10050);
        control_instant(rows, "since", 1700000000123456);
    }
    if (page < 2)
        asked->rows.answer->next = arena_print(rows->arena, "%llu", (unsigned long long)page + 1);
}

Test(claimline_list, a_list_is_a_table_over_all_its_pages)
{
    struct daemons daemons;
    daemons_open(&daemons, 1u << DAEMON_EVENTS, answer_pages);
    cr_assert_eq(run_line(&daemons, "claim list"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.out,
                     "CLAIM  V  STATE          CLM01  PAYER  AMOUNT  SINCE\n"
                     "    1  1  paid           1A1    -      100.50  2023-11-14T22:13:20Z\n"
                     "    2  1  paid           1A2    caf\xc3\xa9   201.00  2023-11-14T22:13:20Z\n"
                     "    3  1  partly denied  1A3    -      301.50  2023-11-14T22:13:20Z\n"
                     "    4  1  paid           1A4    bad??  402.00  2023-11-14T22:13:20Z\n"
                     "    5  1  paid           1A5    -      502.50  2023-11-14T22:13:20Z\n");
    cr_expect_eq(atomic_load(&daemons.requests), 3);
    daemons_close(&daemons);
}

Test(claimline_list, a_limit_ends_the_paging_and_says_so)
{
    struct daemons daemons;
    daemons_open(&daemons, 1u << DAEMON_EVENTS, answer_pages);
    cr_assert_eq(run_line(&daemons, "claim list --limit 4 --json"), 0);
    json_t *fourth = json_line(daemons.out, 3), *fifth = json_line(daemons.out, 4);
    cr_assert(fourth != NULL && fifth == NULL);
    cr_expect_eq(json_integer_value(json_object_get(fourth, "cents")), 40200);
    cr_expect_str_eq(json_text(fourth, "payer"), "bad??");
    cr_expect_str_eq(json_text(fourth, "since"), "2023-11-14T22:13:20.123456Z");
    cr_expect_str_eq(json_text(fourth, "daemon"), "events");
    cr_expect(holds(daemons.words, "events has more rows; raise --limit"), "%s", daemons.words);
    json_decref(fourth);
    cr_expect_eq(run_line(&daemons, "claim list --limit ten"), 64);
    daemons_close(&daemons);
}

static void
answer_waiting(struct asked *asked)
{
    control_row(&asked->rows);
    control_text(&asked->rows, "id", TEXT("coding-7"));
    control_text(&asked->rows, "queue", TEXT("coding"));
    control_number(&asked->rows, "claim_id", 7);
    control_instant(&asked->rows, "since", 1700000000000000);
}

/* The daemons' clock of a demo or a test stands in another year: what waits is as old as they say. */
Test(claimline_list, an_age_is_told_by_the_clock_of_the_daemons)
{
    struct daemons daemons;
    char text[900];
    daemons_open(&daemons, 1u << DAEMON_CODING, answer_waiting);
    cr_assert_eq(run_line(&daemons, "work list --queue coding"), 0, "%s", daemons.words);
    cr_expect_not(holds(daemons.out, " 3d "), "%s", daemons.out);
    snprintf(text, sizeof text, "[claimline]\nruntime = %s\nstate = %s/state\nclock_shift_seconds = %lld\n", daemons.runtime,
             daemons.folder, 1700000000LL + 3 * 86400 + 3600 - (long long)time(NULL));
    put_text(daemons.folder, "claimline.conf", text);
    cr_assert_eq(run_line(&daemons, "work list --queue coding"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, " 3d "), "%s", daemons.out);
    daemons_close(&daemons);
}

static void
answer_circle(struct asked *asked)
{
    control_row(&asked->rows);
    control_number(&asked->rows, "claim_id", 1);
    asked->rows.answer->next = TEXT("same");
}

Test(claimline_list, a_daemon_that_goes_in_circles_does_not_hold_us)
{
    struct daemons daemons;
    daemons_open(&daemons, 1u << DAEMON_EVENTS, answer_circle);
    cr_assert_eq(run_line(&daemons, "claim list --json"), 0);
    cr_assert_eq(atomic_load(&daemons.requests), 2);
    daemons_close(&daemons);
}

static void
answer_work(struct asked *asked)
{
    struct control_rows *rows = &asked->rows;
    const char *name = claimline_daemons[asked->daemon];
    if (text_is(asked->request->verb, "work.answer")) {
        rows->answer->sentence = TEXT("the claim goes on");
        return;
    }
    control_row(rows);
    control_text(rows, "id", arena_print(rows->arena, "%s-12", name));
    control_text(rows, "queue", text_from(asked->daemon == DAEMON_CODING ? "coding" : "biller"));
    control_text(rows, "kind", TEXT("query"));
    control_money(rows, "cents", 12345);
    control_date(rows, "deadline", asked->daemon == DAEMON_CODING ? 0 : 20261231);
    control_flag(rows, "urgent", true);
}

Test(claimline_list, work_is_gathered_from_four_daemons)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_work);
    cr_assert_eq(run_line(&daemons, "work list --queue coding"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\ncoding-12  coding  query  -"), "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "AMOUNT") || holds(daemons.out, "123.45"), "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "biller"), "%s", daemons.out);
    cr_expect_str_eq(daemons.last, "work.list queue=coding key:0 actor: reason: reveal:0");
    cr_assert_eq(run_line(&daemons, "work list --queue biller --limit 1 --json"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"id\":\"claims-12\""), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "work list --queue bills"), 64);
    cr_assert_eq(run_line(&daemons, "work list"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\ncoding-12      coding  query  -"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\nremittance-12  biller  query  -      -    123.45  2026-12-31  -         -"), "%s",
              daemons.out);
    cr_expect_not(holds(daemons.out, "intake"));
    cr_assert_eq(run_line(&daemons, "work show claims-12 --reveal"), 0);
    cr_expect(holds(daemons.out, "id               claims-12\nqueue            biller\n"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "urgent           yes\n"), "%s", daemons.out);
    cr_expect_str_eq(daemons.last, "work.show id=claims-12 key:0 actor: reason: reveal:1");
    cr_expect_eq(run_line(&daemons, "work show 12"), 64);
    cr_expect_eq(run_line(&daemons, "work show nobody-12"), 64);
    daemons_close(&daemons);
}

Test(claimline_list, a_daemon_that_is_down_is_named_and_the_others_are_shown)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL & ~(1u << DAEMON_CLAIMS), answer_work);
    cr_assert_eq(run_line(&daemons, "work list"), 2);
    cr_expect(holds(daemons.words, "claims does not run"), "%s", daemons.words);
    cr_expect(holds(daemons.words, "systemctl start claimline-claims"), "%s", daemons.words);
    cr_expect(holds(daemons.out, "remittance-12"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_list, an_answer_to_work_carries_values_reason_and_key)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_work);
    cr_assert_eq(run_line(&daemons, "work answer coding-12 --set diagnosis.2=E11.9 --set=line.1.modifier=QW "
                                    "--reason why_so --actor anna"),
                 0, "%s", daemons.words);
    cr_expect_str_eq(
        daemons.last,
        "work.answer id=coding-12 act=release set.1=diagnosis.2=E11.9 set.2=line.1.modifier=QW key:32 "
        "actor:anna reason:why so reveal:0");
    cr_expect(holds(daemons.words, "coding: the claim goes on"), "%s", daemons.words);
    cr_assert_eq(run_line(&daemons, "work answer coding-12 --set diagnosis.2= --release --reason seen --key k1"), 0);
    cr_expect_str_eq(daemons.last,
                     "work.answer id=coding-12 act=release over=yes set.1=diagnosis.2= key:2 actor: reason:seen reveal:0");
    cr_assert_eq(run_line(&daemons, "work answer coding-12 --release --key k1 --json"), 0);
    cr_expect_str_eq(daemons.last, "work.answer id=coding-12 act=release key:2 actor: reason: reveal:0");
    cr_expect_str_eq(daemons.out,
                     "{\"daemon\":\"coding\",\"status\":\"done\",\"sentence\":\"the claim goes on\"}\n");
    cr_assert_eq(run_line(&daemons, "work answer submission-1 --act resend"), 0);
    cr_expect(holds(daemons.last, "act=resend"));
    int before = atomic_load(&daemons.requests);
    static const char *const wrong[] = {
        "work answer coding-12",         "work answer coding-12 --end --release",
        "work answer coding-12 --set x", "work answer coding-12 --set =x",
        "work answer 12 --end",          "work answer coding-12 --end --act resend"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_eq(run_line(&daemons, wrong[i]), 64, "%s", wrong[i]);
    cr_expect_eq(atomic_load(&daemons.requests), before, "nothing was asked");
    daemons_close(&daemons);
}

Test(claimline, acts_on_held_claims_carry_their_values_and_the_role)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_work);
    cr_assert_eq(run_line(&daemons, "work assign coding-12 --to anna --key k1"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.last, "work.assign id=coding-12 to=anna key:2 actor: reason: reveal:0");
    cr_assert_eq(run_line(&daemons, "work query coding-12 --to physician --finding 3020 --role coder --key k2"), 0);
    cr_expect_str_eq(daemons.last,
                     "work.query id=coding-12 to=physician finding=3020 key:2 actor: reason: reveal:0 role:coder");
    cr_assert_eq(run_line(&daemons, "work answer coding-12 --text it_is_there --role physician --key k3"), 0);
    cr_expect_str_eq(daemons.last,
                     "work.answer id=coding-12 act=reply text=it is there key:2 actor: reason: reveal:0 role:physician");
    cr_assert_eq(run_line(&daemons, "work return coding-12 --reason wrong_patient --key k4"), 0);
    cr_expect_str_eq(daemons.last, "work.return id=coding-12 key:2 actor: reason:wrong patient reveal:0");
    int before = atomic_load(&daemons.requests);
    cr_expect_eq(run_line(&daemons, "work assign claims-12-1 --to anna"), 64);
    cr_expect_eq(run_line(&daemons, "work answer coding-12 --text x --release"), 64);
    cr_expect_eq(atomic_load(&daemons.requests), before, "nothing was asked");
    daemons_close(&daemons);
}
