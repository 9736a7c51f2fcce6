/* `claimline status` against daemons that speak the real protocol. */
#include "tests/services/claimline_daemons.h"

Test(claimline_status, status_is_ok_when_all_daemons_are)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_status);
    cr_assert_eq(run_line(&daemons, "status"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.words, "");
    cr_expect(holds(daemons.out, "OK\n\nDAEMON      STATE    IN/S"), "%s", daemons.out);
    cr_expect(
        holds(
            daemons.out,
            "\ncoding      running  1200   1100       3    14        0  10min          2  waiting for files"),
        "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "\033"), "no colour into a file");
    daemons_close(&daemons);
}

static void
answer_a_shifted_clock(struct asked *asked)
{
    struct control_rows *rows = &asked->rows;
    control_row(rows);
    control_text(rows, "state", TEXT("degraded"));
    control_instant(rows, "now", 1500000000000000);
    control_instant(rows, "since", 1500000000000000 - 7200000000);
    control_instant(rows, "oldest", 1500000000000000 - 180000000);
    control_text(rows, "reason", TEXT("the outbox is full"));
}

Test(claimline_status, ages_are_told_by_the_clock_of_the_daemon)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_a_shifted_clock);
    cr_assert_eq(run_line(&daemons, "status"), 1);
    cr_expect(holds(daemons.out, "DEGRADED: intake: the outbox is full; since 2017-07-14T00:40:00Z (2h)"), "%s", daemons.out);
    cr_expect(holds(daemons.out, " 3min "), "%s", daemons.out);
    daemons_close(&daemons);
}

static void
answer_with_a_mute(struct asked *asked)
{
    if (asked->daemon == DAEMON_CLAIMS)
        asked->rows.answer->status = 0;
    else if (asked->daemon == DAEMON_CODING)
        status_row(asked, "the outbox is full", "see claims");
    else
        status_row(asked, "", "");
}

Test(claimline_status, status_answers_within_100_ms_with_daemons_down_and_mute)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL & ~(1u << DAEMON_REMITTANCE), answer_with_a_mute);
    int64_t before = milliseconds();
    int code = run_line(&daemons, "status");
    int64_t took = milliseconds() - before;
    cr_expect_lt(took, 100, "%lld ms", (long long)took);
    cr_expect_eq(code, 1);
    cr_expect(
        holds(daemons.out,
              "DEGRADED: claims: it does not answer; since unknown; do: journalctl -u claimline-claims\n"),
        "%s", daemons.out);
    cr_expect(holds(daemons.out, "\nremittance  stopped      -      -  unknown     -        -"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\nclaims      silent"), "%s", daemons.out);
    cr_expect(holds(daemons.words, "coding: the outbox is full"), "%s", daemons.words);
    daemons_close(&daemons);
}

/* A work list, and a daemon before that has not answered. */
static void
answer_of_work(struct asked *asked)
{
    control_row(&asked->rows);
    control_text(&asked->rows, "state", TEXT("running"));
    control_number(&asked->rows, "held", 2);
    control_number(&asked->rows, "work", 21);
}

Test(claimline_status, held_is_what_waits_for_a_person_and_a_queue_that_nobody_tells_is_unknown)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_of_work);
    cr_expect_eq(run_line(&daemons, "status"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\nsubmission  running  -     -      unknown    21  -        -"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_status, status_is_stopped_when_nobody_is_there_and_tells_since_when)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_status);
    make_folder(daemons.folder, "state", 0750);
    make_folder(daemons.folder, "state/intake", 0750);
    make_folder(daemons.folder, "state/intake/store", 0750);
    put_text(daemons.folder, "state/intake/store/data.mdb", "x");
    cr_expect_eq(run_line(&daemons, "status"), 1);
    cr_expect(holds(daemons.out, "STOPPED: intake: it does not run; since 20"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "(0s); do: systemctl start claimline-intake\n"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_status, daemons_that_may_not_be_asked_are_not_called_stopped)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_status);
    bar_strangers(&daemons, ALL);
    cr_expect_eq(run_as_stranger(&daemons, "status"), 1);
    cr_expect(holds(daemons.out, "UNKNOWN: intake: its socket may not be used by you"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "do: join the group of "), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline_status, status_as_json_begins_with_the_whole)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL & ~(1u << DAEMON_EVENTS), answer_status);
    cr_expect_eq(run_line(&daemons, "status --json"), 1);
    json_t *whole = json_line(daemons.out, 0), *coding = json_line(daemons.out, 2),
           *events = json_line(daemons.out, 6);
    cr_assert(whole != NULL && coding != NULL && events != NULL);
    cr_expect_str_eq(json_text(whole, "status"), "DEGRADED");
    cr_expect_str_eq(json_text(whole, "worst"), "events");
    cr_expect(json_is_null(json_object_get(whole, "since")));
    cr_expect_str_eq(json_text(coding, "daemon"), "coding");
    cr_expect_eq(json_integer_value(json_object_get(coding, "in_per_second")), 1200);
    cr_expect_str_eq(json_text(events, "state"), "stopped");
    json_decref(whole);
    json_decref(coding);
    json_decref(events);
    daemons_close(&daemons);
}
