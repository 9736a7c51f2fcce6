/*
 * Commands and queries of people: a plain unix stream socket a daemon, SO_PEERCRED says who. Messages are
 * records of schemas/records/control.rec (packed by common/record), each behind a u32 big endian length, at
 * most 1 MiB.
 *
 * A request names a verb ("status", "work.list", "work.answer") with named arguments, the page's cursor and,
 * for acts, an idempotency key. The answer is a status word, a sentence, rows of named typed values and the
 * next page's cursor. A connection serves one request after the other. The server never blocks: it is polled
 * by the frame.
 */
#ifndef CLAIMLINE_CONTROL_H
#define CLAIMLINE_CONTROL_H

#include "common/arena/arena.h"
#include "common/status/status.h"

#include <sys/types.h>

enum { CONTROL_MESSAGE_LIMIT = 1 << 20, CONTROL_CLIENTS_LIMIT = 64, CONTROL_PAGE_ROWS = 200 };

#include "schemas/records/control.h"

/* ---- the daemon's side ---- */
struct control_server;
/* Binds `path` (mode 0660; a stale socket file is replaced only under the daemon's lock, which the caller
 * holds). LIMIT: the path is too long for a socket. CONFLICT: something else stands there. IO. */
enum status control_listen(const char *path, struct control_server **server);
/* Closes all connections and removes the socket file. NULL is nothing. */
void control_server_free(struct control_server *server);
/* File descriptors to poll (listening and clients), at most CONTROL_CLIENTS_LIMIT + 1; returns their count.
 */
struct pollfd;
size_t control_poll_list(struct control_server *server, struct pollfd *list, size_t room);
/* Takes what is ready: accepts, reads, writes; at most one request a client. A complete request is handed to
 * `serve`, which answers now by control_reply or keeps `client` and answers later (after the commit of the
 * act); the request lives as long as the call. Bytes that are no request are answered `wrong` and the
 * connection ends. When all places are taken, a new client takes that of the one which has been silent
 * longest. */
typedef void control_serve(void *context, uint64_t client, uid_t uid, pid_t pid,
                           const struct control_request *request);
void control_work(struct control_server *server, control_serve *serve, void *context);
/* The answer of a client that asked; ignored when it is gone. An answer over CONTROL_MESSAGE_LIMIT becomes
 * `refused`. */
void control_reply(struct control_server *server, uint64_t client, const struct control_answer *answer);

/* ---- building an answer ---- */
/* Rows are gathered in an arena; names are static strings. Texts are copied, cut at 4096 bytes, control
 * characters become '?'. The fields behind `answer` belong to these functions. */
struct control_rows {
    struct arena *arena;
    struct control_answer *answer;
    size_t bytes; /* of the answer, not less than it will have */
    uint32_t row_room, value_room;
};
/* The answer is emptied and `done`. */
void control_answer_begin(struct control_rows *rows, struct arena *arena, struct control_answer *answer);
void control_row(struct control_rows *rows); /* begins a row */
void control_number(struct control_rows *rows, const char *name, int64_t number);
void control_text(struct control_rows *rows, const char *name, struct text value);
void control_money(struct control_rows *rows, const char *name, int64_t cents);
void control_instant(struct control_rows *rows, const char *name, int64_t instant);
void control_date(struct control_rows *rows, const char *name, int32_t date);
void control_flag(struct control_rows *rows, const char *name, bool value);
/* True when the page is full (rows or bytes): set `next` and stop. */
bool control_page_full(const struct control_rows *rows);
/* An argument by name; empty when not given. */
struct text control_argument(const struct control_request *request, const char *name);

/* ---- the command's side (blocking, with a timeout) ---- */
/* NOT_FOUND: no daemon listens there. RETRY: it did not answer in time, or ended before it did. IO: not
 * allowed to (errno). LIMIT, INVALID: the request is over its bounds, or the answer is not one. `*answer`
 * lies in the arena. */
enum status control_ask(const char *path, const struct control_request *request, int timeout_milliseconds,
                        struct arena *arena, struct control_answer *answer);

/* The same request to many at once, in the time of the slowest and at most the timeout. */
struct control_question {
    const char *path;
    enum status status;           /* as control_ask gives it */
    struct control_answer answer; /* when OK */
};
enum { CONTROL_QUESTIONS_LIMIT = 32 };
void control_ask_all(struct control_question *questions, size_t count, const struct control_request *request,
                     int timeout_milliseconds, struct arena *arena);

#endif
