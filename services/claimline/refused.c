/* claimline refused show and replay, link accept: acts on one daemon that a stream's name leads to. */
#include "services/claimline/ask.h"
#include "services/claimline/listing.h"

#include "common/config/nearest.h"
#include "schemas/streams.h"

#include <assert.h>

enum { STREAMS_LIMIT = 64 };

static const struct stream_kind *
find_stream(struct claimline *run, const char *name)
{
    const char *names[STREAMS_LIMIT];
    assert(stream_kind_count <= STREAMS_LIMIT);
    for (size_t i = 0; i < stream_kind_count; i++) {
        names[i] = stream_kinds[i].name;
        if (strcmp(names[i], name) == 0)
            return &stream_kinds[i];
    }
    const char *near = nearest_name(text_from(name), names, stream_kind_count);
    claimline_say(run, "\"%s\" is not a stream; %s %s", name, near == NULL ? "one is" : "did you mean",
                  near == NULL ? names[0] : near);
    return NULL;
}

static int
ask_refused(struct claimline *run, const char *verb, bool act, struct control_answer *answer,
            const char **daemon)
{
    struct control_request request = {.verb = text_from(verb), .reveal = claimline_given(run, OPTION_REVEAL)};
    const struct stream_kind *stream = find_stream(run, run->arguments[0]);
    if (stream == NULL)
        return CLAIMLINE_USAGE;
    *daemon = stream->consumer;
    ask_argument(run, &request, "stream", run->arguments[0]);
    ask_argument(run, &request, "sequence", run->arguments[1]);
    if (act)
        ask_act(run, &request);
    int code = claimline_configure(run);
    return code != CLAIMLINE_DONE ? code : ask_once(run, *daemon, &request, answer);
}

int
refused_show_run(struct claimline *run)
{
    struct control_answer answer;
    const char *daemon;
    int code = ask_refused(run, "refused.show", false, &answer, &daemon);
    if (code == CLAIMLINE_DONE)
        listing_rows(run, daemon, &answer, NULL);
    return code;
}

int
refused_replay_run(struct claimline *run)
{
    struct control_answer answer;
    const char *daemon;
    int code = ask_refused(run, "refused.replay", true, &answer, &daemon);
    if (code == CLAIMLINE_DONE)
        listing_answer(run, daemon, &answer);
    return code;
}

/* Is this end of the stream stopped? CANNOT when it does not say. */
static int
is_stopped(struct claimline *run, const char *daemon, const char *stream, bool *stopped)
{
    struct control_request request = {.verb = TEXT("link.show")};
    struct control_answer answer;
    int code = ask_once(run, daemon, &request, &answer);
    *stopped = false;
    for (uint32_t i = 0; code == CLAIMLINE_DONE && i < answer.rows_count; i++)
        if (text_is(listing_text(&answer.rows[i], "stream"), stream) &&
            text_is(listing_text(&answer.rows[i], "state"), "stopped"))
            *stopped = true;
    return code;
}

int
link_accept_run(struct claimline *run)
{
    const struct stream_kind *stream = find_stream(run, run->arguments[0]);
    if (stream == NULL)
        return CLAIMLINE_USAGE;
    const char *ends[] = {stream->producer, stream->consumer};
    size_t accepted = 0;
    int code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    for (size_t i = 0; i < 2; i++) {
        bool stopped;
        struct control_answer answer;
        int asked = is_stopped(run, ends[i], stream->name, &stopped);
        if (asked == CLAIMLINE_DONE && stopped) {
            struct control_request request = {.verb = TEXT("link.accept")};
            ask_argument(run, &request, "stream", stream->name);
            ask_act(run, &request);
            asked = ask_once(run, ends[i], &request, &answer);
            if (asked == CLAIMLINE_DONE) {
                listing_answer(run, ends[i], &answer);
                accepted++;
            }
        }
        code = claimline_worse(code, asked);
    }
    if (accepted == 0 && code == CLAIMLINE_DONE) {
        claimline_say(run, "neither end of %s is stopped", stream->name);
        return CLAIMLINE_FOUND;
    }
    return code;
}
