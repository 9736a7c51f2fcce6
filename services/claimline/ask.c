#include "services/claimline/ask.h"

#include "services/claimline/listing.h"
#include "services/claimline/option.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

const char *
ask_path(struct claimline *run, const char *daemon)
{
    return arena_print(&run->arena, "%s/control/%s.sock", run->runtime, daemon).data;
}

void
ask_argument(struct claimline *run, struct control_request *request, const char *name, const char *value)
{
    struct control_value *list = ARENA_ARRAY(&run->arena, struct control_value, request->arguments_count + 1);
    for (uint32_t i = 0; i < request->arguments_count; i++)
        list[i] = request->arguments[i];
    list[request->arguments_count++] =
        (struct control_value){.name = text_from(name), .kind = VALUE_KIND_TEXT, .text = text_from(value)};
    request->arguments = list;
}

void
ask_act(struct claimline *run, struct control_request *request)
{
    unsigned long long random[2] = {0, 0};
    if (!claimline_given(run, OPTION_KEY) && getrandom(random, sizeof random, 0) == (ssize_t)sizeof random)
        request->key = arena_print(&run->arena, "%016llx%016llx", random[0], random[1]);
    else
        request->key = text_from(claimline_option(run, OPTION_KEY, ""));
    request->actor = text_from(claimline_option(run, OPTION_ACTOR, ""));
    request->reason = text_from(claimline_option(run, OPTION_REASON, ""));
    request->role = text_from(claimline_option(run, OPTION_ROLE, ""));
}

int
ask_sets(struct claimline *run, struct control_request *request)
{
    const char *words = run->set_count > ASK_SETS_LIMIT ? "at most 50 values can be set at once" : NULL;
    for (size_t i = 0; i < run->set_count && words == NULL; i++) {
        const char *equals = strchr(run->sets[i], '=');
        if (equals == NULL || equals == run->sets[i])
            words = "--set takes FIELD=VALUE, for example diagnosis.2=E11.9";
        else
            ask_argument(run, request, arena_print(&run->arena, "set.%zu", i + 1).data, run->sets[i]);
    }
    if (words == NULL)
        return CLAIMLINE_DONE;
    claimline_say(run, "%s; see claimline %s %s --help", words, run->command->group, run->command->verb);
    return CLAIMLINE_USAGE;
}

void
ask_options(struct claimline *run, struct control_request *request, const struct ask_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (claimline_given(run, options[i].option))
            ask_argument(run, request, options[i].name, claimline_option(run, options[i].option, ""));
}

void
ask_explain(struct claimline *run, const char *daemon, enum status status)
{
    const char *path = ask_path(run, daemon);
    if (status == STATUS_NOT_FOUND)
        claimline_say(run, "%s does not run (nobody listens at %s); start it: systemctl start claimline-%s",
                      daemon, path, daemon);
    else if (status == STATUS_RETRY)
        claimline_say(run, "%s did not answer in time (%s); see its log: journalctl -u claimline-%s", daemon,
                      path, daemon);
    else if (status == STATUS_IO)
        claimline_say(run, "%s cannot be asked (%s: %s)", daemon, path,
                      access(path, W_OK) != 0 && errno == EACCES ? "you are not in the group of this socket"
                                                                 : "no connection");
    else if (status == STATUS_LIMIT)
        claimline_say(run, "the question does not fit its bounds, or the path of the socket is too long (%s)",
                      path);
    else
        claimline_say(run, "%s gave an answer that is none (%s)", daemon, status_name(status));
}

/* The exit of an answer, and words when it is not `done`. */
static int
judge(struct claimline *run, const char *daemon, const struct control_answer *answer)
{
    static const char *const words[CONTROL_STATUS_COUNT] = {
        [CONTROL_STATUS_NOT_FOUND] = "no such thing",
        [CONTROL_STATUS_REFUSED] = "refused",
        [CONTROL_STATUS_WRONG] = "the question is not understood",
        [CONTROL_STATUS_BUSY] = "busy, try again",
    };
    static const int exits[CONTROL_STATUS_COUNT] = {
        [CONTROL_STATUS_DONE] = CLAIMLINE_DONE,     [CONTROL_STATUS_NOT_FOUND] = CLAIMLINE_FOUND,
        [CONTROL_STATUS_REFUSED] = CLAIMLINE_FOUND, [CONTROL_STATUS_WRONG] = CLAIMLINE_FOUND,
        [CONTROL_STATUS_BUSY] = CLAIMLINE_CANNOT,
    };
    if (answer->status == CONTROL_STATUS_DONE)
        return CLAIMLINE_DONE;
    bool known = answer->status < CONTROL_STATUS_COUNT && words[answer->status] != NULL;
    const char *word = known ? words[answer->status] : "an answer of a newer version";
    struct text sentence = listing_clean(&run->arena, answer->sentence);
    if (sentence.length > 0)
        claimline_say(run, "%s: %s: %.*s", daemon, word, TEXT_ARGS(sentence));
    else
        claimline_say(run, "%s: %s", daemon, word);
    return known ? exits[answer->status] : CLAIMLINE_CANNOT;
}

int
ask_once(struct claimline *run, const char *daemon, const struct control_request *request,
         struct control_answer *answer)
{
    enum status status = control_ask(ask_path(run, daemon), request, ASK_MILLISECONDS, &run->arena, answer);
    if (status != STATUS_OK) {
        ask_explain(run, daemon, status);
        return CLAIMLINE_CANNOT;
    }
    return judge(run, daemon, answer);
}

int
ask_quietly(struct claimline *run, const char *daemon, const struct control_request *request,
            struct control_answer *answer)
{
    *answer = (struct control_answer){0};
    enum status status = control_ask(ask_path(run, daemon), request, ASK_MILLISECONDS, &run->arena, answer);
    if (status != STATUS_OK) {
        ask_explain(run, daemon, status);
        return CLAIMLINE_CANNOT;
    }
    if (answer->status == CONTROL_STATUS_NOT_FOUND || answer->status == CONTROL_STATUS_WRONG) {
        answer->rows_count = 0;
        return CLAIMLINE_DONE;
    }
    return judge(run, daemon, answer);
}

/* Asks for one page and visits its rows; `next` is its answer's. */
static int
ask_page(struct claimline *run, struct ask_pages *pages, struct text *next)
{
    struct control_answer answer;
    int code = ask_once(run, pages->daemon, &pages->request, &answer);
    if (code != CLAIMLINE_DONE)
        return code;
    for (uint32_t i = 0; i < answer.rows_count && *pages->left > 0; i++) {
        const struct control_row *row = &answer.rows[i];
        if (pages->queue != NULL && !text_is(listing_text(row, "queue"), pages->queue))
            continue;
        pages->visit(pages->context, pages->daemon, row);
        --*pages->left;
    }
    pages->more = *pages->left == 0 && answer.next.length > 0;
    *next = answer.next;
    return CLAIMLINE_DONE;
}

int
ask_one_page(struct claimline *run, struct ask_pages *pages)
{
    struct text next;
    return ask_page(run, pages, &next);
}

int
ask_pages(struct claimline *run, struct ask_pages *pages)
{
    char cursor[256] = "";
    if (pages->from > 0)
        snprintf(cursor, sizeof cursor, "%llu", (unsigned long long)pages->from);
    for (;;) {
        struct arena_mark mark = arena_mark(&run->arena);
        struct text next;
        pages->request.cursor = text_from(cursor);
        int code = ask_page(run, pages, &next);
        if (code != CLAIMLINE_DONE)
            return code;
        bool same = text_is(next, cursor); /* a daemon that goes round in circles must not hold us */
        if (next.length == 0 || *pages->left == 0 || same || next.length >= sizeof cursor)
            return CLAIMLINE_DONE;
        text_copy(next, cursor, sizeof cursor);
        if (!pages->keep)
            arena_release(&run->arena, mark);
    }
}

/* "coding-12" names coding. */
static const char *
daemon_of_id(struct claimline *run, const char *id)
{
    struct text rest;
    enum claimline_daemon daemon = claimline_daemon_named(text_cut(text_from(id), '-', &rest));
    if (daemon != DAEMON_COUNT && rest.length > 0)
        return claimline_daemons[daemon];
    claimline_say(
        run, "\"%s\" is not an id of a work item; they look like coding-12, see claimline work list", id);
    return NULL;
}

static int
ask_daemon(struct claimline *run, const struct command_query *query, const char *daemon,
           struct listing *listing, uint64_t from, uint64_t *left)
{
    struct ask_pages pages = {
        .daemon = daemon,
        .request = {.verb = text_from(query->verb), .reveal = claimline_given(run, OPTION_REVEAL)},
        .left = left,
        .keep = !claimline_given(run, OPTION_JSON),
        .from = from,
        .queue = claimline_option(run, OPTION_QUEUE, NULL),
        .visit = listing_row,
        .context = listing};
    if (query->argument != NULL && run->argument_count > 0)
        ask_argument(run, &pages.request, query->argument, run->arguments[0]);
    if (pages.queue != NULL)
        ask_argument(run, &pages.request, "queue", pages.queue);
    if (claimline_given(run, OPTION_ASSIGNED))
        ask_argument(run, &pages.request, "assigned", claimline_option(run, OPTION_ASSIGNED, ""));
    int code = ask_pages(run, &pages);
    if (pages.more)
        claimline_say(run, "%s has more rows; raise --limit", daemon);
    return code;
}

static int
known_queue(struct claimline *run)
{
    static const char *const queues[] = {"coding", "physician", "biller"};
    const char *queue = claimline_option(run, OPTION_QUEUE, queues[0]);
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++)
        if (strcmp(queue, queues[i]) == 0)
            return CLAIMLINE_DONE;
    claimline_say(run, "\"%s\" is not a queue; there are: coding, physician, biller", queue);
    return CLAIMLINE_USAGE;
}

int
ask_query(struct claimline *run, const struct command_query *query)
{
    uint64_t left, from = 0;
    struct listing listing;
    int code = option_number(run, OPTION_LIMIT, ASK_LIMIT_ROWS, &left);
    if (code == CLAIMLINE_DONE)
        code = option_number(run, OPTION_FROM, 0, &from);
    if (code == CLAIMLINE_DONE)
        code = known_queue(run);
    if (code == CLAIMLINE_DONE)
        code = claimline_configure(run);
    if (code != CLAIMLINE_DONE)
        return code;
    listing_begin(&listing, run, query->columns);
    if (query->daemons == 0) {
        const char *daemon = daemon_of_id(run, run->arguments[0]);
        if (daemon == NULL)
            return CLAIMLINE_USAGE;
        code = ask_daemon(run, query, daemon, &listing, from, &left);
    }
    for (int i = 0; i < DAEMON_COUNT; i++)
        if (query->daemons & DAEMON_BIT(i))
            code = claimline_worse(code, ask_daemon(run, query, claimline_daemons[i], &listing, from, &left));
    if (query->order != NULL)
        listing_sort(&listing, query->order);
    listing_end(&listing);
    return code;
}
