/* services/claimline: the command against daemons that speak the real protocol: what it is told, accepts, and says of itself. */
#include "tests/services/claimline_daemons.h"

#include "services/claimline/command.h"

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
        {"zzzzzz", "\"zzzzzz\" is not a command; there are: init, submit, status, claim, work, coding, audit, events, "
                   "check, x12, codes, refused, link, clock, balance, doctor"},
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
