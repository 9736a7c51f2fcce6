/* claimline work answer: what a coder or biller decides about a work item. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

enum { SETS_LIMIT = 50 };

static int
usage(struct claimline *run, const char *words)
{
    claimline_say(run, "%s; see claimline work answer --help", words);
    return CLAIMLINE_USAGE;
}

/* The id, the act and its values. */
static int
build(struct claimline *run, struct control_request *request)
{
    bool release = claimline_given(run, OPTION_RELEASE), end = claimline_given(run, OPTION_END);
    const char *other = claimline_option(run, OPTION_ACT, NULL);
    if ((run->set_count > 0 || release) + end + (other != NULL) != 1)
        return usage(run,
                     "an answer is one of --set FIELD=VALUE (once or more), --release, --end, --act ACT");
    if (run->set_count > SETS_LIMIT)
        return usage(run, "at most 50 values can be set at once");
    ask_argument(run, request, "id", run->arguments[0]);
    ask_argument(run, request, "act", other != NULL ? other : end ? "end" : "release");
    for (size_t i = 0; i < run->set_count; i++) {
        const char *equals = strchr(run->sets[i], '=');
        if (equals == NULL || equals == run->sets[i])
            return usage(run, "--set takes FIELD=VALUE, for example diagnosis.2=E11.9");
        ask_argument(run, request, arena_print(&run->arena, "set.%zu", i + 1).data, run->sets[i]);
    }
    ask_act(run, request);
    return CLAIMLINE_DONE;
}

int
work_answer_run(struct claimline *run)
{
    struct control_request request = {.verb = TEXT("work.answer")};
    struct control_answer answer;
    struct text rest, id = text_from(run->arguments[0]);
    enum claimline_daemon daemon = claimline_daemon_named(text_cut(id, '-', &rest));
    if (daemon == DAEMON_COUNT || rest.length == 0)
        return usage(run, "the id of a work item looks like coding-12");
    int code = build(run, &request);
    if (code == CLAIMLINE_DONE)
        code = claimline_configure(run);
    if (code == CLAIMLINE_DONE)
        code = ask_once(run, claimline_daemons[daemon], &request, &answer);
    if (code == CLAIMLINE_DONE)
        listing_answer(run, claimline_daemons[daemon], &answer);
    return code;
}
