/* services/claimline: the command against daemons that speak the real protocol. */
#include "tests/services/claimline_daemons.h"

#include "services/claimline/command.h"

#include <jansson.h>

enum { ALL = (1 << DAEMON_COUNT) - 1 };

static void
status_row(struct asked *asked, const char *reason, const char *advice)
{
    struct control_rows *rows = &asked->rows;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    control_row(rows);
    control_text(rows, "daemon", text_from(claimline_daemons[asked->daemon]));
    control_text(rows, "state", text_from(reason[0] == '\0' ? "running" : "degraded"));
    control_instant(rows, "since", ((int64_t)now.tv_sec - 7200) * 1000000);
    control_text(rows, "sentence", text_from("waiting for files"));
    control_number(rows, "in_per_second", 1200);
    control_number(rows, "out_per_second", 1100);
    control_number(rows, "queued", 3);
    control_number(rows, "held", 14);
    control_number(rows, "refused", 0);
    control_instant(rows, "oldest", ((int64_t)now.tv_sec - 600) * 1000000);
    control_number(rows, "restarts", 2);
    control_text(rows, "reason", text_from(reason));
    control_text(rows, "advice", text_from(advice));
}

static void
answer_status(struct asked *asked)
{
    status_row(asked, "", "");
}

Test(claimline, status_is_ok_when_all_daemons_are)
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

Test(claimline, ages_are_told_by_the_clock_of_the_daemon)
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

Test(claimline, status_answers_within_100_ms_with_daemons_down_and_mute)
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
    cr_expect(holds(daemons.out, "\nremittance  stopped      -"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\nclaims      silent"), "%s", daemons.out);
    cr_expect(holds(daemons.words, "coding: the outbox is full"), "%s", daemons.words);
    daemons_close(&daemons);
}

Test(claimline, status_is_stopped_when_nobody_is_there_and_tells_since_when)
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

/* Each line is one JSON object; the nth of them. */
static json_t *
json_line(const char *out, size_t n)
{
    json_t *found = NULL;
    size_t line = 0;
    for (const char *at = out; *at != '\0'; line++) {
        const char *end = strchr(at, '\n');
        cr_assert_not_null(end, "every line ends");
        json_error_t error;
        json_t *object = json_loadb(at, (size_t)(end - at), JSON_REJECT_DUPLICATES, &error);
        cr_assert(json_is_object(object), "line %zu: %s", line, error.text);
        if (line == n)
            found = object;
        else
            json_decref(object);
        at = end + 1;
    }
    return found;
}

static const char *
json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "(none)" : text;
}

Test(claimline, status_as_json_begins_with_the_whole)
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

Test(claimline, a_list_is_a_table_over_all_its_pages)
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

Test(claimline, a_limit_ends_the_paging_and_says_so)
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
answer_circle(struct asked *asked)
{
    control_row(&asked->rows);
    control_number(&asked->rows, "claim_id", 1);
    asked->rows.answer->next = TEXT("same");
}

Test(claimline, a_daemon_that_goes_in_circles_does_not_hold_us)
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

Test(claimline, work_is_gathered_from_four_daemons)
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

Test(claimline, a_daemon_that_is_down_is_named_and_the_others_are_shown)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL & ~(1u << DAEMON_CLAIMS), answer_work);
    cr_assert_eq(run_line(&daemons, "work list"), 2);
    cr_expect(holds(daemons.words, "claims does not run"), "%s", daemons.words);
    cr_expect(holds(daemons.words, "systemctl start claimline-claims"), "%s", daemons.words);
    cr_expect(holds(daemons.out, "remittance-12"), "%s", daemons.out);
    daemons_close(&daemons);
}

Test(claimline, an_answer_to_work_carries_values_reason_and_key)
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
    cr_expect_str_eq(daemons.last, "work.answer id=coding-12 act=reply text=it is there key:2 actor: reason: reveal:0 role:physician");
    cr_assert_eq(run_line(&daemons, "work return coding-12 --reason wrong_patient --key k4"), 0);
    cr_expect_str_eq(daemons.last, "work.return id=coding-12 key:2 actor: reason:wrong patient reveal:0");
    int before = atomic_load(&daemons.requests);
    cr_expect_eq(run_line(&daemons, "work assign claims-12-1 --to anna"), 64);
    cr_expect_eq(run_line(&daemons, "work answer coding-12 --text x --release"), 64);
    cr_expect_eq(atomic_load(&daemons.requests), before, "nothing was asked");
    daemons_close(&daemons);
}

static void
answer_by_status(struct asked *asked)
{
    static const uint32_t statuses[] = {CONTROL_STATUS_NOT_FOUND, CONTROL_STATUS_REFUSED,
                                        CONTROL_STATUS_WRONG, CONTROL_STATUS_BUSY, 9};
    uint64_t n;
    text_to_u64(control_argument(asked->request, "sequence"), &n);
    asked->rows.answer->status = statuses[n];
    asked->rows.answer->sentence = TEXT("because");
}

Test(claimline, what_a_daemon_says_becomes_an_exit_code)
{
    static const struct {
        const char *words;
        int code;
    } cases[] = {
        {"no such thing", 1}, {"refused", 1}, {"not understood", 1}, {"busy", 2}, {"newer version", 2}};
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_by_status);
    cr_expect_eq(run_line(&daemons, "refused replay nowhere 1"), 64);
    cr_expect(holds(daemons.words, "\"nowhere\" is not a stream"), "%s", daemons.words);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char sequence[8],
            *arguments[] = {
                (char[]){"claimline"}, (char[]){"--config"},      daemons.config, (char[]){"refused"},
                (char[]){"replay"},    (char[]){"coding_claims"}, sequence};
        size_t size;
        char *words = NULL;
        snprintf(sequence, sizeof sequence, "%zu", i);
        FILE *to = open_memstream(&words, &size);
        cr_expect_eq(claimline_run(7, arguments, to, to), cases[i].code, "%s", cases[i].words);
        fclose(to);
        cr_expect(holds(words, cases[i].words), "%s", words);
        cr_expect(holds(words, "claims: "), "%s", words);
        free(words);
    }
    daemons_close(&daemons);
}

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
        }
    } else if (asked->daemon == DAEMON_CLAIMS) {
        control_row(rows);
        control_text(rows, "state", TEXT("built"));
    } else {
        rows->answer->status =
            asked->daemon == DAEMON_CODING ? CONTROL_STATUS_NOT_FOUND : CONTROL_STATUS_WRONG;
    }
}

Test(claimline, the_timeline_of_a_claim_and_its_states)
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

Test(claimline, events_come_in_order_without_gap)
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

Test(claimline, events_as_json_are_cloud_events_and_can_be_followed)
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

static void
answer_balance(struct asked *asked)
{
    struct control_rows *rows = &asked->rows;
    control_row(rows);
    control_number(rows, "taken", 10);
    control_number(rows, "difference", 0);
    if (asked->daemon == DAEMON_REMITTANCE) {
        control_money(rows, "debits_cents", 1000);
        control_money(rows, "difference_cents", getenv("CLAIMLINE_TEST_OFF") != NULL ? 1 : 0);
    }
}

Test(claimline, a_balance_that_is_off_by_a_cent_is_said)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_balance);
    cr_expect_eq(run_line(&daemons, "balance"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "\nremittance     10"), "the row that does not say whose it is: %s",
              daemons.out);
    setenv("CLAIMLINE_TEST_OFF", "1", 1);
    cr_expect_eq(run_line(&daemons, "balance --json"), 1);
    cr_expect(holds(daemons.words, "remittance does not balance"), "%s", daemons.words);
    cr_expect(holds(daemons.out, "\"difference_cents\":1"), "%s", daemons.out);
    daemons_close(&daemons);
    daemons_open(&daemons, ALL & ~(1u << DAEMON_INTAKE), answer_balance);
    cr_expect_eq(run_line(&daemons, "balance"), 2, "what is not seen is not balanced");
    daemons_close(&daemons);
}

static void
answer_links(struct asked *asked)
{
    struct control_rows *rows = &asked->rows;
    if (text_is(asked->request->verb, "link.accept")) {
        rows->answer->sentence = TEXT("accepted");
        return;
    }
    control_row(rows);
    control_text(rows, "stream", TEXT("intake_coding"));
    control_text(rows, "state", text_from(asked->daemon == DAEMON_CODING ? "stopped" : "running"));
}

static int
run_link_accept(struct daemons *daemons, const char *stream)
{
    char name[40], *arguments[] = {(char[]){"claimline"}, (char[]){"link"}, (char[]){"accept"}, name,
                                   (char[]){"--config"},  daemons->config};
    size_t size;
    snprintf(name, sizeof name, "%s", stream);
    free(daemons->words);
    FILE *words = open_memstream(&daemons->words, &size);
    int code = claimline_run(6, arguments, words, words);
    fclose(words);
    return code;
}

Test(claimline, a_link_is_accepted_at_the_end_that_stopped)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_links);
    cr_expect_eq(run_link_accept(&daemons, "intake_coding"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.words, "coding: accepted"), "%s", daemons.words);
    cr_expect(holds(daemons.last, "link.accept stream=intake_coding key:32"), "%s", daemons.last);
    cr_expect_eq(run_link_accept(&daemons, "claims_submission"), 1);
    cr_expect(holds(daemons.words, "neither end of claims_submission is stopped"), "%s", daemons.words);
    cr_expect_eq(run_link_accept(&daemons, "intake_codng"), 64);
    cr_expect(holds(daemons.words, "did you mean intake_coding"), "%s", daemons.words);
    daemons_close(&daemons);
}

static void
answer_clock(struct asked *asked)
{
    struct control_rows *rows = &asked->rows;
    if (text_is(asked->request->verb, "clock.accept")) {
        rows->answer->sentence = TEXT("accepted");
        return;
    }
    status_row(asked, "the clock was moved by 125 s forwards", "claimline clock accept");
    control_number(rows, "clock_jump_seconds",
                   asked->daemon == DAEMON_SUBMISSION || asked->daemon == DAEMON_CODING ? 125 : 0);
}

Test(claimline, a_clock_is_accepted_by_all_who_say_that_it_was_moved_or_by_one)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL, answer_clock);
    cr_expect_eq(run_line(&daemons, "clock accept --reason set_by_hand --actor Meyer"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.words, "coding: accepted") && holds(daemons.words, "submission: accepted"), "%s", daemons.words);
    cr_expect_not(holds(daemons.words, "intake: accepted"), "%s", daemons.words);
    cr_expect_eq(run_line(&daemons, "clock accept --daemon submission --reason set_by_hand --actor Meyer"), 0);
    cr_expect_str_eq(daemons.last, "clock.accept key:32 actor:Meyer reason:set by hand reveal:0");
    cr_expect_not(holds(daemons.words, "coding"), "%s", daemons.words);
    cr_expect_eq(run_line(&daemons, "clock accept --daemon claims --reason x --json"), 1);
    cr_expect(holds(daemons.words, "no daemon says that the clock was moved"), "%s", daemons.words);
    daemons_close(&daemons);
    daemons_open(&daemons, ALL & ~(1u << DAEMON_CLAIMS), answer_clock);
    cr_expect_eq(run_line(&daemons, "clock accept --reason x"), 2, "one of them cannot say");
    cr_expect(holds(daemons.words, "submission: accepted"), "%s", daemons.words);
    daemons_close(&daemons);
}

Test(claimline, every_command_has_help_with_examples_and_exits)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_status);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        char line[200], usage[200];
        const char *verb = command->verb == NULL ? "" : command->verb;
        snprintf(line, sizeof line, "%s %s --help", command->group, verb);
        snprintf(usage, sizeof usage, "usage: claimline %s%s%s [options]", command->group,
                 command->verb == NULL ? "" : " ", verb);
        cr_expect_eq(run_line(&daemons, line), 0, "%s", line);
        cr_expect(holds(daemons.out, usage), "%s: %s", line, daemons.out);
        cr_expect(holds(daemons.out, "\nexamples:\n  claimline "), "%s", line);
        cr_expect(holds(daemons.out, "\n  64  "), "%s", line);
        cr_expect(holds(daemons.out, "--json"), "%s", line);
        cr_expect_str_eq(daemons.words, "", "%s", line);
        cr_expect_eq((command->query != NULL) + (command->run != NULL), 1, "%s", line);
    }
    cr_expect_eq(run_line(&daemons, "--help"), 0);
    for (size_t i = 0; i < command_count; i++)
        cr_expect(holds(daemons.out, command_table[i].sentence), "%s", command_table[i].group);
    cr_expect_eq(run_line(&daemons, "help work list"), 0);
    cr_expect(holds(daemons.out, "usage: claimline work list"));
    cr_expect_eq(run_line(&daemons, "--version"), 0);
    cr_expect(holds(daemons.out, "claimline 0."));
    daemons_close(&daemons);
}

Test(claimline, a_mistyped_line_is_64_with_the_nearest_word)
{
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"", "a command is missing"},
        {"stauts", "\"stauts\" is not a command; did you mean claimline status?"},
        {"work lst", "\"work lst\" is not a command; did you mean claimline work list?"},
        {"work", "claimline work needs one of: list, show, answer"},
        {"zzzzzz", "\"zzzzzz\" is not a command; there are: init, submit, status, claim, work, events, "
                   "check, x12, refused, link, clock, balance, doctor"},
        {"status extra", "usage: claimline status"},
        {"claim show", "usage: claimline claim show ID"},
        {"refused show a", "usage: claimline refused show STREAM SEQUENCE"},
        {"clock accept", "--reason is needed"},
        {"clock accept --daemon codng --reason x", "\"codng\" is not a daemon; there are: all, intake"},
        {"status --jsn", "--jsn is not an option; did you mean --json?"},
        {"status --zzzzzzz", "--zzzzzzz is not an option; see claimline --help"},
        {"status -j", "-j is not an option"},
        {"status --json=yes", "--json takes no value"},
        {"status --follow", "claimline status takes no --follow"},
        {"claim list --limit", "--limit needs a value: --limit N"},
        {"events --from x", "--from takes a whole number, not \"x\""},
        {"work list -- --limit", "usage: claimline work list"},
    };
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_status);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(run_line(&daemons, cases[i].line), 64, "%s", cases[i].line);
        cr_expect(holds(daemons.words, cases[i].words), "%s: %s", cases[i].line, daemons.words);
        cr_expect_str_eq(daemons.out, "", "%s", cases[i].line);
    }
    daemons_close(&daemons);
}

Test(claimline, a_wrong_configuration_is_said_with_its_place)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_status);
    put_text(daemons.folder, "claimline.conf", "[claimline]\nruntime = here\n");
    cr_expect_eq(run_line(&daemons, "status"), 2);
    cr_expect(holds(daemons.words, "claimline.conf:2: [claimline] runtime: \"here\" is not an absolute path"),
              "%s", daemons.words);
    unlink(daemons.config);
    cr_expect_eq(run_line(&daemons, "status"), 2);
    cr_expect(holds(daemons.words, "cannot be read"), "%s", daemons.words);
    daemons_close(&daemons);
}
