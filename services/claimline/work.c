/* claimline work: the list of what waits for people, and what they decide about an item of it. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

/* A coder's or physician's list has no amounts: what a question asks must not hang on what the answer is worth. */
#define WORK_DAEMONS                                                                                                                   \
    (DAEMON_BIT(DAEMON_CODING) | DAEMON_BIT(DAEMON_CLAIMS) | DAEMON_BIT(DAEMON_SUBMISSION) | DAEMON_BIT(DAEMON_REMITTANCE))
static const struct command_query list_of_all = {
    WORK_DAEMONS, "work.list", NULL,
    "id:ID|queue:QUEUE|kind:KIND|claim_id:CLAIM|age:AGE|cents:AMOUNT|deadline:DEADLINE|assigned:ASSIGNED|sentence:WHAT|"
    "suggestion:SUGGESTION",
    "deadline"};
static const struct command_query list_without_amounts = {
    DAEMON_BIT(DAEMON_CODING), "work.list", NULL,
    "id:ID|queue:QUEUE|kind:KIND|claim_id:CLAIM|step:STEP|number:FINDING|age:AGE|deadline:DEADLINE|answer_by:ANSWER BY|"
    "assigned:ASSIGNED|sentence:WHAT|suggestion:SUGGESTION",
    "deadline"};

int
work_list_run(struct claimline *run)
{
    const char *queue = claimline_option(run, OPTION_QUEUE, "");
    bool coding = strcmp(queue, "coding") == 0 || strcmp(queue, "physician") == 0 || claimline_given(run, OPTION_ASSIGNED);
    return ask_query(run, coding ? &list_without_amounts : &list_of_all);
}

static int
usage(struct claimline *run, const char *words)
{
    claimline_say(run, "%s; see claimline work %s --help", words, run->command->verb);
    return CLAIMLINE_USAGE;
}

/* Charges are a biller's answer to a question; codes are a coder's. */
static bool
sets_charges(const struct claimline *run)
{
    static const char charge[] = ".charge=", total[] = "claim.total=";
    for (size_t i = 0; i < run->set_count; i++)
        if (strstr(run->sets[i], charge) == NULL && strncmp(run->sets[i], total, sizeof total - 1) != 0)
            return false;
    return true;
}

/* The id, the act and its values. */
static int
build(struct claimline *run, struct control_request *request)
{
    bool release = claimline_given(run, OPTION_RELEASE), end = claimline_given(run, OPTION_END);
    const char *other = claimline_option(run, OPTION_ACT, NULL);
    const char *reply = claimline_option(run, OPTION_TEXT, NULL);
    bool sets = run->set_count > 0, replies = reply != NULL || (sets && sets_charges(run));
    if ((sets || release || replies) + end + (other != NULL) != 1 || (replies && release))
        return usage(run,
                     "an answer is one of --set FIELD=VALUE (once or more), --release, --end, --text WORDS (a biller's with --set), --act ACT");
    ask_argument(run, request, "id", run->arguments[0]);
    ask_argument(run, request, "act", other != NULL ? other : replies ? "reply" : end ? "end" : "release");
    if (reply != NULL)
        ask_argument(run, request, "text", reply);
    if (sets && release)
        ask_argument(run, request, "over", "yes");
    ask_act(run, request);
    return ask_sets(run, request);
}

/* The daemon of the id; DAEMON_COUNT with words. */
static enum claimline_daemon
daemon_of(struct claimline *run)
{
    struct text rest, id = text_from(run->arguments[0]);
    enum claimline_daemon daemon = claimline_daemon_named(text_cut(id, '-', &rest));
    if (daemon != DAEMON_COUNT && rest.length > 0)
        return daemon;
    usage(run, "the id of a work item looks like coding-12");
    return DAEMON_COUNT;
}

static int
ask(struct claimline *run, enum claimline_daemon daemon, const struct control_request *request)
{
    struct control_answer answer;
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    code = ask_once(run, claimline_daemons[daemon], request, &answer);
    if (code == CLAIMLINE_DONE)
        listing_answer(run, claimline_daemons[daemon], &answer);
    else if (code == CLAIMLINE_FOUND) /* what an answer was refused for */
        listing_refusal(run, claimline_daemons[daemon], &answer);
    return code;
}

int
work_answer_run(struct claimline *run)
{
    struct control_request request = {.verb = TEXT("work.answer"), .reveal = claimline_given(run, OPTION_REVEAL)};
    enum claimline_daemon daemon = daemon_of(run);
    if (daemon == DAEMON_COUNT)
        return CLAIMLINE_USAGE;
    int code = build(run, &request);
    return code == CLAIMLINE_DONE ? ask(run, daemon, &request) : code;
}

/* work assign, release, note, query, return: only coding has queues of people. */
int
work_act_run(struct claimline *run)
{
    static const struct ask_option values[] = {{OPTION_TO, "to"}, {OPTION_TEXT, "text"}, {OPTION_FINDING, "finding"}};
    struct control_request request = {.verb = arena_print(&run->arena, "work.%s", run->command->verb)};
    enum claimline_daemon daemon = daemon_of(run);
    if (daemon == DAEMON_COUNT)
        return CLAIMLINE_USAGE;
    if (daemon != DAEMON_CODING)
        return usage(run, "only held claims of coding (coding-12) can be assigned, noted, asked about and sent back");
    ask_argument(run, &request, "id", run->arguments[0]);
    ask_options(run, &request, values, sizeof values / sizeof *values);
    ask_act(run, &request);
    return ask(run, daemon, &request);
}
