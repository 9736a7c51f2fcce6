/* The timeline of a claim, and the log of events. */
#include "tests/services/claimline_daemons.h"

static void
answer_claim(struct asked *asked)
{
    struct control_rows *rows = &asked->rows;
    if (text_is(control_argument(asked->request, "id"), "404")) {
        rows->answer->status =
            asked->daemon == DAEMON_EVENTS ? CONTROL_STATUS_DONE : CONTROL_STATUS_NOT_FOUND;
        return;
    }
    if (asked->daemon == DAEMON_EVENTS) {
        static const char *const kinds[] = {"encounter_received", "coding_passed", "claim_built"};
        for (int i = 0; i < 3; i++) {
            control_row(rows);
            control_number(rows, "sequence", i + 1);
            control_instant(rows, "instant", 1700000000000000 + i);
            control_text(rows, "kind", text_from(kinds[i]));
            control_number(rows, "version", 1);
            control_money(rows, "cents", 123400);
        }
    } else if (asked->daemon == DAEMON_CLAIMS) {
        control_row(rows);
        control_text(rows, "state", TEXT("built"));
        control_money(rows, "expected_cents", 98700);
    } else {
        rows->answer->status =
            asked->daemon == DAEMON_CODING ? CONTROL_STATUS_NOT_FOUND : CONTROL_STATUS_WRONG;
    }
}

Test(claimline_timeline, the_timeline_of_a_claim_and_its_states)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_claim);
    cr_assert_eq(run_line(&daemons, "claim show 17"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.words, "");
    cr_expect(holds(daemons.out, "\n    3  2023-11-14T22:13:20Z  -       claim_built         1"), "%s",
              daemons.out);
    cr_expect(holds(daemons.out, "\nclaims\nstate            built\n"), "%s", daemons.out);
    cr_assert_eq(run_line(&daemons, "claim show 17 --json"), 0);
    json_t *last = json_line(daemons.out, 3);
    cr_assert_not_null(last);
    cr_expect_str_eq(json_text(last, "part"), "state");
    cr_expect_str_eq(json_text(last, "daemon"), "claims");
    json_decref(last);
    cr_expect_eq(run_line(&daemons, "claim show 404"), 1);
    cr_expect(holds(daemons.words, "no claim 404"), "%s", daemons.words);
    daemons_close(&daemons);
}

/* What coders and physicians answer must not hang on what the claim is worth. */
Test(claimline_timeline, billers_alone_see_amounts_and_a_physician_the_visit)
{
    static const struct {
        const char *line;
        bool amounts;
    } cases[] = {
        {"claim show 17", false},
        {"claim show 17 --role biller", true},
        {"claim show 17 --role coder", false},
        {"claim show 17 --role auditor", false},
        {"claim show 17 --role coder --json", false},
        {"claim show 17 --json", false},
        {"claim show 17 --role biller --json", true},
    };
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_claim);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(run_line(&daemons, cases[i].line), 0, "%s", daemons.words);
        cr_expect(holds(daemons.out, "built"), "%s", cases[i].line);
        cr_expect_eq(holds(daemons.out, "1234") || holds(daemons.out, "987") || holds(daemons.out, "AMOUNT"), cases[i].amounts,
                     "%s: %s", cases[i].line, daemons.out);
    }
    /* To a physician neither the timeline nor what other daemons have: it would name what was found and what a payer did. */
    cr_expect_eq(run_line(&daemons, "claim show 17 --role physician"), 1);
    cr_expect_not(holds(daemons.out, "built"), "%s", daemons.out);
    daemons_close(&daemons);
}

/* Ten events, three a page; the log grows by one with each question past the end. */
static void
answer_events(struct asked *asked)
{
    static uint64_t last = 10;
    uint64_t from = 0;
    text_to_u64(control_argument(asked->request, "from"), &from);
    if (from > last)
        last++;
    for (uint64_t i = from; i <= last && i < from + 3; i++) {
        struct control_rows *rows = &asked->rows;
        control_row(rows);
        control_number(rows, "sequence", (int64_t)i);
        control_instant(rows, "instant", 1700000000000000);
        control_text(rows, "daemon", TEXT("remittance"));
        control_number(rows, "stream", 15);
        control_text(rows, "kind", TEXT("claim_partly_denied"));
        control_number(rows, "claim_id", 17);
        control_number(rows, "version", 2);
        control_money(rows, "cents", 5000);
        control_text(rows, "code", TEXT(""));
    }
}

Test(claimline_timeline, events_come_in_order_without_gap)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_events);
    cr_assert_eq(run_line(&daemons, "events --from 2 --limit 9"), 0, "%s", daemons.words);
    const char *at = daemons.out;
    for (int i = 2; i <= 10; i++) {
        cr_expect_eq(strtol(at, NULL, 10), i);
        at = strchr(at, '\n') + 1;
    }
    cr_expect_str_eq(at, "");
    cr_expect(
        holds(daemons.out,
              "2023-11-14T22:13:20Z  remittance  claim_partly_denied    17         v2   amount=50.00\n"),
        "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_timeline, events_as_json_are_cloud_events_and_can_be_followed)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_events);
    cr_assert_eq(run_line(&daemons, "events --from 9 --limit 4 --follow --json"), 0, "%s", daemons.words);
    json_t *event = json_line(daemons.out, 3);
    cr_assert(event != NULL && json_line(daemons.out, 4) == NULL);
    cr_expect_str_eq(json_text(event, "specversion"), "1.0");
    cr_expect_str_eq(json_text(event, "id"), "12");
    cr_expect_str_eq(json_text(event, "source"), "/claimline/remittance");
    cr_expect_str_eq(json_text(event, "type"), "org.claimline.claim.partly_denied.v1");
    cr_expect_str_eq(json_text(event, "subject"), "17");
    cr_expect_str_eq(json_text(event, "time"), "2023-11-14T22:13:20.000000Z");
    json_t *data = json_object_get(event, "data");
    cr_expect_eq(json_integer_value(json_object_get(data, "cents")), 5000);
    cr_expect_null(json_object_get(data, "code"));
    json_decref(event);
    daemons_close(&daemons);
}
