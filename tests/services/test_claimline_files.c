/* services/claimline: what it does with files: submit, init, doctor. */
#include "tests/services/claimline_daemons.h"

Test(claimline_submit, a_file_appears_in_the_spool_folder_whole)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    make_folder(daemons.folder, "spool", 0750);
    put_text(daemons.folder, "monday.837", "ISA*...");
    cr_expect_eq(run_on(&daemons, "submit --json", "monday.837"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "{\"file\":\"monday.837\",\"spooled\":\""), "%s", daemons.out);
    cr_expect(is_there(&daemons, "spool/monday.837"));
    cr_expect(is_there(&daemons, "monday.837"), "the sender keeps his file");
    char path[600], bytes[20] = "";
    snprintf(path, sizeof path, "%s/spool/monday.837", daemons.folder);
    FILE *file = fopen(path, "r");
    cr_expect_eq(fread(bytes, 1, sizeof bytes, file), 7);
    fclose(file);
    cr_expect_str_eq(bytes, "ISA*...");
    cr_expect_eq(run_on(&daemons, "submit", "monday.837"), 1, "one of the name waits there");
    cr_expect(holds(daemons.words, "File exists"), "%s", daemons.words);
    put_text(daemons.folder, "tues\tday.837", "ISA*...");
    cr_expect_eq(run_on(&daemons, "submit", "tues\tday.837"), 0, "%s", daemons.words);
    cr_expect(is_there(&daemons, "spool/tues?day.837"), "under the name that intake gives its answers");
    daemons_close(&daemons);
}

Test(claimline_submit, what_cannot_be_taken_is_said_and_leaves_nothing)
{
    struct daemons daemons;
    char path[600];
    daemons_open(&daemons, 0, answer_nothing);
    put_text(daemons.folder, "a.837", "x");
    put_text(daemons.folder, "b.tmp", "x");
    cr_expect_eq(run_on(&daemons, "submit", "a.837"), 2, "no spool folder");
    make_folder(daemons.folder, "spool", 0750);
    cr_expect_eq(run_on(&daemons, "submit", "missing.837"), 2);
    cr_expect(holds(daemons.words, "missing.837: cannot be read (No such file"), "%s", daemons.words);
    cr_expect_eq(run_on(&daemons, "submit", "spool"), 2);
    cr_expect_eq(run_on(&daemons, "submit", "b.tmp"), 1);
    snprintf(path, sizeof path, "%s/pipe.837", daemons.folder);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(run_on(&daemons, "submit --wait", "pipe.837"), 2, "nobody writes to it, and it is not waited for");
    cr_expect(holds(daemons.words, "pipe.837: cannot be read (it is no file)"), "%s", daemons.words);
    snprintf(path, sizeof path, "%s/spool", daemons.folder);
    cr_expect_eq(rmdir(path), 0, "the spool folder is empty");
    daemons_close(&daemons);
}

static const char *receipt_text;

/* Intake in small: takes the file a while later and answers it. */
static void *
take_later(void *context)
{
    struct daemons *daemons = context;
    char from[600], to[600];
    for (int i = 0; i < 500 && !is_there(daemons, "spool/monday.837"); i++)
        usleep(10000);
    snprintf(from, sizeof from, "%s/spool/monday.837", daemons->folder);
    snprintf(to, sizeof to, "%s/spool/done/monday.837", daemons->folder);
    rename(from, to);
    put_text(daemons->folder, "spool/done/monday.837.999", "ISA*");
    put_text(daemons->folder, "spool/done/monday.837.receipt.json", receipt_text);
    return NULL;
}

Test(claimline_submit, waiting_ends_with_the_receipt_and_lists_the_answers)
{
    struct daemons daemons;
    pthread_t intake;
    daemons_open(&daemons, 0, answer_nothing);
    make_folder(daemons.folder, "spool", 0750);
    make_folder(daemons.folder, "spool/done", 0750);
    put_text(daemons.folder, "spool/done/monday.837x.999", "of another");
    put_text(daemons.folder, "spool/done/monday.837.b.receipt.json", "of another"); /* answered in the same second */
    put_text(daemons.folder, "monday.837", "ISA*...");
    receipt_text = "{\"outcome\": \"taken\", \"sets\": 1, \"accepted_sets\": 1, \"accepted_claims\": 2, \"refused_claims\": 0}";
    pthread_create(&intake, NULL, take_later, &daemons);
    cr_expect_eq(run_on(&daemons, "submit --wait --json", "monday.837"), 0, "%s", daemons.words);
    cr_expect_str_eq(daemons.words, "");
    pthread_join(intake, NULL);
    cr_expect(holds(daemons.out, "/spool/done/monday.837.999\"}"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "/spool/done/monday.837.receipt.json\"}"), "%s", daemons.out);
    cr_expect_not(holds(daemons.out, "monday.837x"));
    cr_expect_not(holds(daemons.out, "monday.837.b"));
    daemons_close(&daemons);
}

Test(claimline_submit, waiting_for_a_file_of_which_nothing_was_accepted_is_no_success)
{
    static const struct {
        const char *receipt, *says;
        int code;
    } cases[] = {
        {"{\"outcome\": \"taken\", \"sets\": 1, \"accepted_sets\": 1, \"accepted_claims\": 0, \"refused_claims\": 3}", "monday.837: all 3 claims were refused; see ", 1},
        {"{\"outcome\": \"taken\", \"sets\": 2, \"accepted_sets\": 0, \"accepted_claims\": 0, \"refused_claims\": 0}", "monday.837: no set was accepted", 1},
        {"{\"outcome\": \"taken\", \"sets\": 2, \"accepted_sets\": 1, \"accepted_claims\": 1, \"refused_claims\": 2}", "monday.837: 2 of 3 claims were refused; see ", 0},
        {"{\"outcome\": \"same\", \"first_file\": \"sunday.837\"}",
         "monday.837: the same bytes were taken before, as sunday.837; they were not taken again", 0},
        {"{\"outcome\": \"refused\", \"sentence\": \"It is none.\", \"fault\": \"no ISA\", \"remedy\": \"Send one.\"}",
         "monday.837: refused: It is none. (no ISA) Send one.; see ", 1},
        {"{\"outcome\": \"refused\", \"sentence\": \"Nothing in it.\", \"remedy\": \"See.\", \"interchanges\": [{\"accepted\": true}, "
         "{\"accepted\": false, \"sentence\": \"It is a test.\", \"remedy\": \"Send it with P.\"}]}",
         "monday.837: refused: It is a test. Send it with P.; see ", 1},
        {"{}", "monday.837: the receipt ", 2},
        {"no JSON", "monday.837: the receipt ", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct daemons daemons;
        pthread_t intake;
        daemons_open(&daemons, 0, answer_nothing);
        make_folder(daemons.folder, "spool", 0750);
        make_folder(daemons.folder, "spool/done", 0750);
        put_text(daemons.folder, "monday.837", "ISA*...");
        receipt_text = cases[i].receipt;
        pthread_create(&intake, NULL, take_later, &daemons);
        cr_expect_eq(run_on(&daemons, "submit --wait", "monday.837"), cases[i].code, "%zu: %s", i, daemons.words);
        pthread_join(intake, NULL);
        cr_expect(holds(daemons.words, cases[i].says), "%s, not %s", daemons.words, cases[i].says);
        daemons_close(&daemons);
    }
}

Test(claimline_option, a_text_that_does_not_fit_its_record_is_named_with_its_bound)
{
    struct daemons daemons;
    char words[1200], *line[] = {(char[]){"claimline"}, (char[]){"--config"}, NULL, (char[]){"work"}, (char[]){"note"}, (char[]){"coding-1"},
                                 (char[]){"--text"}, (char[]){"x"}, (char[]){"--reason"}, words};
    static const struct {
        size_t length;
        char last;
        const char *says;
    } cases[] = {{401, 'x', "--reason has 401 bytes; at most 400 are kept"},
                 {20, '\n', "--reason has a control character (a line break, a tab) at byte 20"},
                 {400, 'x', NULL}};
    daemons_open(&daemons, 0, answer_nothing);
    line[2] = daemons.config;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said = NULL;
        size_t size;
        memset(words, 'x', cases[i].length);
        words[cases[i].length - 1] = cases[i].last;
        words[cases[i].length] = '\0';
        FILE *out = open_memstream(&said, &size);
        int code = claimline_run(10, line, out, out);
        fclose(out);
        if (cases[i].says != NULL)
            cr_expect(code == 64 && holds(said, cases[i].says), "%d: %s", code, said);
        else
            cr_expect(code == 2, "only that no daemon is there: %d: %s", code, said);
        free(said);
    }
    daemons_close(&daemons);
}

/* The daemons' programs beside this test program would be found; it stands alone, so init and doctor say that
 * they are not there. With real daemons they are shown by the demo and the pipeline tests. */
Test(claimline_init, without_programs_nothing_is_made_and_it_says_so)
{
    struct daemons daemons;
    daemons_open(&daemons, 0, answer_nothing);
    cr_expect_eq(run_line(&daemons, "init"), 2);
    cr_expect(holds(daemons.out, "the program claimline-coding is neither beside this one nor in"), "%s",
              daemons.out);
    cr_expect_not(is_there(&daemons, "keys/claimline-coding.key"));
    cr_expect_not(is_there(&daemons, "state"));
    daemons_close(&daemons);
}

Test(claimline_init, what_is_there_is_kept_and_a_lost_key_is_never_replaced)
{
    struct daemons daemons;
    char name[100], keys[600];
    daemons_open(&daemons, 0, answer_nothing);
    make_folder(daemons.folder, "state", 0750);
    make_folder(daemons.folder, "keys", 0700);
    snprintf(keys, sizeof keys, "%s/keys", daemons.folder);
    for (int i = 0; i < DAEMON_COUNT; i++) {
        snprintf(name, sizeof name, "state/%s", claimline_daemons[i]);
        make_folder(daemons.folder, name, 0750);
        snprintf(name, sizeof name, "state/%s/store", claimline_daemons[i]);
        make_folder(daemons.folder, name, 0750);
        snprintf(name, sizeof name, "claimline-%s.key", claimline_daemons[i]);
        folder_make_key(keys, name);
    }
    cr_expect_eq(run_line(&daemons, "init --json"), 0, "%s", daemons.words);
    cr_expect(holds(daemons.out, "{\"daemon\":\"intake\",\"key\":\"kept\",\"store\":\"kept\""), "%s",
              daemons.out);
    snprintf(name, sizeof name, "%s/keys/claimline-coding.key", daemons.folder);
    unlink(name);
    cr_expect_eq(run_line(&daemons, "init --json"), 2);
    cr_expect(holds(daemons.out, "\"daemon\":\"coding\",\"key\":\"missing\",\"store\":\"kept\""), "%s",
              daemons.out);
    cr_expect_not(is_there(&daemons, "keys/claimline-coding.key"));
    daemons_close(&daemons);
}

static bool
says(const char *out, const char *check, const char *state, const char *what)
{
    char head[100];
    snprintf(head, sizeof head, "{\"check\":\"%s\",\"state\":\"%s\",\"what\":\"", check, state);
    for (const char *at = strstr(out, head); at != NULL; at = strstr(at + 1, head)) {
        const char *end = strchr(at, '\n'), *found = strstr(at, what);
        if (found != NULL && found < end)
            return true;
    }
    return false;
}

static void
answer_one_ill_and_one_mute(struct asked *asked)
{
    if (asked->daemon == DAEMON_CLAIMS)
        asked->rows.answer->status = 0;
    else
        status_row(asked, asked->daemon == DAEMON_CODING ? "the outbox is full" : "", "");
}

static void
expect_socket(struct daemons *daemons, const char *state, const char *what, const char *advice)
{
    char words[300];
    cr_expect(says(daemons->out, "socket", state, what), "%s: %s", what, daemons->out);
    snprintf(words, sizeof words, "%s\",\"advice\":\"%s\"}", what, advice);
    cr_expect(holds(daemons->out, words), "%s: %s", words, daemons->out);
}

Test(claimline_doctor, of_each_socket_it_says_what_is_wrong_and_what_to_do)
{
    struct daemons daemons;
    daemons_open(&daemons, ALL & ~(1u << DAEMON_INTAKE), answer_one_ill_and_one_mute);
    bar_strangers(&daemons, 1u << DAEMON_SUBMISSION);
    cr_expect_eq(run_as_stranger(&daemons, "doctor --json"), 1, "%s", daemons.words);
    expect_socket(&daemons, "wrong", "intake does not run", "systemctl start claimline-intake");
    expect_socket(&daemons, "warning", "coding is not well", "claimline status");
    expect_socket(&daemons, "wrong", "/run/control/claims.sock", "journalctl -u claimline-claims");
    cr_expect(says(daemons.out, "socket", "wrong", "claims does not answer at "), "%s", daemons.out);
    expect_socket(&daemons, "warning", "/run/control/submission.sock: the socket may not be used by you", "run doctor as root, or join its group");
    expect_socket(&daemons, "ok", "events answers", "");
    daemons_close(&daemons);
}

Test(claimline_doctor, every_ill_thing_is_named_with_what_to_do)
{
    struct daemons daemons;
    char path[600], text[900];
    daemons_open(&daemons, 1u << DAEMON_CODING, answer_nothing);
    make_folder(daemons.folder, "state", 0750);
    make_folder(daemons.folder, "state/coding", 0755);
    make_folder(daemons.folder, "state/coding/store", 0750);
    make_folder(daemons.folder, "keys", 0700);
    snprintf(path, sizeof path, "%s/keys", daemons.folder);
    folder_make_key(path, "claimline-coding.key");
    folder_make_key(path, "claimline-claims.key");
    snprintf(path, sizeof path, "%s/keys/claimline-claims.key", daemons.folder);
    chmod(path, 0444);
    put_text(daemons.folder, "keys/claimline-events.key", "short");
    make_folder(daemons.folder, "payers", 0750);
    make_folder(daemons.folder, "acme", 0750);
    make_folder(daemons.folder, "acme/out", 0750);
    static const char payer[] = "[payer]\ntitle = ACME\nid = ACME1\nsender = WE\nreceiver = ACME\nsubmitter_name = WE\n"
                                "submitter_phone = 5555550100\n";
    snprintf(text, sizeof text, "%sfolder = %s/acme\n", payer, daemons.folder);
    put_text(daemons.folder, "payers/acme.conf", text);
    cr_expect_eq(run_line(&daemons, "doctor --json"), 1);
    cr_expect(says(daemons.out, "configuration", "wrong", "claimline-coding is missing"), "%s", daemons.out);
    cr_expect(says(daemons.out, "key", "ok", "claimline-coding.key"), "%s", daemons.out);
    cr_expect(says(daemons.out, "key", "wrong", "claimline-claims.key has mode 0444"), "%s", daemons.out);
    cr_expect(says(daemons.out, "key", "wrong", "claimline-events.key has 5 bytes instead of 32"), "%s",
              daemons.out);
    cr_expect(says(daemons.out, "key", "wrong", "claimline-intake.key: No such file"), "%s", daemons.out);
    cr_expect(says(daemons.out, "store", "wrong", "/state/coding is open to others (mode 0755)"), "%s",
              daemons.out);
    cr_expect(says(daemons.out, "store", "wrong", "/state/intake/store: No such file"), "%s", daemons.out);
    cr_expect(says(daemons.out, "socket", "ok", "coding answers"), "%s", daemons.out);
    cr_expect(says(daemons.out, "socket", "wrong", "intake does not run"), "%s", daemons.out);
    cr_expect(says(daemons.out, "spool", "wrong", "/spool: No such file"), "%s", daemons.out);
    cr_expect(says(daemons.out, "payer", "ok", "/acme/out"), "%s", daemons.out);
    cr_expect(says(daemons.out, "payer", "wrong", "/acme/in: No such file"), "%s", daemons.out);
    snprintf(text, sizeof text, "[payer]\ntitle = B\nid = B1\nsender = WE\nreceiver = B\nsubmitter_name = WE\nsubmitter_phone = 5555550100\n"
                               "folder = %s/acme/\n", daemons.folder);
    put_text(daemons.folder, "payers/b.conf", text);
    cr_expect_eq(run_line(&daemons, "doctor --json"), 1);
    cr_expect(says(daemons.out, "payer", "wrong", "acme and b have the same"), "%s", daemons.out);
    snprintf(text, sizeof text, "%s/payers/b.conf", daemons.folder);
    cr_assert_eq(unlink(text), 0);
    make_folder(daemons.folder, "providers", 0750);
    put_text(daemons.folder, "providers/we.conf", "[provider]\nnpi = 1234567890\n");
    snprintf(text, sizeof text, "%sfolder = %s/acme\nreciever = X\n", payer, daemons.folder);
    put_text(daemons.folder, "payers/acme.conf", text);
    cr_expect_eq(run_line(&daemons, "doctor --json"), 1);
    cr_expect(says(daemons.out, "payer", "wrong", "reciever: is not a key here"), "%s", daemons.out);
    cr_expect(says(daemons.out, "provider", "wrong", "name: is missing"), "%s", daemons.out);
    cr_expect(holds(daemons.out, "\"check\":\"disk\"") && holds(daemons.out, "\"check\":\"clock\""));
    daemons_close(&daemons);
}
