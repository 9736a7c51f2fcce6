/* Asking daemons over their control sockets, page by page. */
#ifndef CLAIMLINE_ASK_H
#define CLAIMLINE_ASK_H

#include "services/claimline/command.h"

enum { ASK_MILLISECONDS = 5000, ASK_STATUS_MILLISECONDS = 80, ASK_LIMIT_ROWS = 1000, ASK_SETS_LIMIT = 50 };

/* RUNTIME/control/DAEMON.sock, in the run's arena. */
const char *ask_path(struct claimline *run, const char *daemon);
/* A text argument of the request; the list lies in the run's arena. */
void ask_argument(struct claimline *run, struct control_request *request, const char *name,
                  const char *value);
/* actor, role, reason and key of an act from the options; without --key a fresh one. */
void ask_act(struct claimline *run, struct control_request *request);

/* Each --set FIELD=VALUE as argument set.N; USAGE with words when one is none, or there are more than 50. */
int ask_sets(struct claimline *run, struct control_request *request);
/* The options that are given, as arguments of the names beside them. */
struct ask_option {
    enum claimline_option option;
    const char *name;
};
void ask_options(struct claimline *run, struct control_request *request, const struct ask_option *options, size_t count);

/* One request, one answer. Words are said about all but `done`; the exit is that of the answer. */
int ask_once(struct claimline *run, const char *daemon, const struct control_request *request,
             struct control_answer *answer);
/* The same without words when the daemon does not know the thing or the verb; `*answer` then has no rows. */
int ask_quietly(struct claimline *run, const char *daemon, const struct control_request *request,
                struct control_answer *answer);
/* What went wrong with a daemon, in words. */
void ask_explain(struct claimline *run, const char *daemon, enum status status);

/* All pages, until there is none or `*left` rows were visited (it is counted down; `*more` says that some are
 * left). A row lives as long as the call of `visit` unless `keep`, then as long as the run. */
typedef void ask_visit(void *context, const char *daemon, const struct control_row *row);
struct ask_pages {
    const char *daemon;
    struct control_request request;
    uint64_t *left;
    uint64_t from;     /* the first page begins at this id or number; 0: at the beginning */
    const char *queue; /* only rows of this queue are visited; NULL: all */
    bool keep, more;
    ask_visit *visit;
    void *context;
};
int ask_pages(struct claimline *run, struct ask_pages *pages);
/* Only the page that the request names. */
int ask_one_page(struct claimline *run, struct ask_pages *pages);

/* A command that is a question: asks its daemons and shows the rows. */
int ask_query(struct claimline *run, const struct command_query *query);

#endif
