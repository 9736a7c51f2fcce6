/* claimline clock accept: an operator's word that a clock which was moved is right as it is now. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

/* Did this daemon's clock jump? CANNOT when it does not say. */
static int
has_jumped(struct claimline *run, const char *daemon, bool *jumped)
{
    struct control_request request = {.verb = TEXT("status")};
    struct control_answer answer;
    int code = ask_once(run, daemon, &request, &answer);
    *jumped = code == CLAIMLINE_DONE && answer.rows_count > 0 && listing_number(&answer.rows[0], "clock_jump_seconds") != 0;
    return code;
}

static int
accept_one(struct claimline *run, const char *daemon, size_t *accepted)
{
    struct control_request request = {.verb = TEXT("clock.accept")};
    struct control_answer answer;
    bool jumped;
    int code = has_jumped(run, daemon, &jumped);
    if (!jumped)
        return code;
    ask_act(run, &request);
    code = ask_once(run, daemon, &request, &answer);
    if (code == CLAIMLINE_DONE) {
        listing_answer(run, daemon, &answer);
        ++*accepted;
    }
    return code;
}

/* All daemons, unless --daemon names one. */
static int
chosen(struct claimline *run, unsigned *bits)
{
    const char *name = claimline_option(run, OPTION_DAEMON, "all");
    enum claimline_daemon daemon = claimline_daemon_named(text_from(name));
    *bits = daemon == DAEMON_COUNT ? DAEMONS_ALL : DAEMON_BIT(daemon);
    if (daemon != DAEMON_COUNT || strcmp(name, "all") == 0)
        return CLAIMLINE_DONE;
    claimline_say(run, "\"%s\" is not a daemon; there are: all, intake, coding, claims, submission, remittance, events", name);
    return CLAIMLINE_USAGE;
}

int
clock_accept_run(struct claimline *run)
{
    unsigned bits;
    size_t accepted = 0;
    int code = chosen(run, &bits);
    if (code == CLAIMLINE_DONE && claimline_option(run, OPTION_REASON, "")[0] == '\0') {
        claimline_say(run, "--reason is needed: why the clock is right as it is");
        return CLAIMLINE_USAGE;
    }
    if (code == CLAIMLINE_DONE)
        code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    for (int i = 0; i < DAEMON_COUNT; i++)
        if (bits & DAEMON_BIT(i))
            code = claimline_worse(code, accept_one(run, claimline_daemons[i], &accepted));
    if (accepted == 0 && code == CLAIMLINE_DONE) {
        claimline_say(run, "no daemon says that the clock was moved");
        return CLAIMLINE_FOUND;
    }
    return code;
}
