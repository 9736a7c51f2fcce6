/* Daemons that answer over the real control socket, all in one thread of the test, and the command run
 * against them. */
#ifndef CLAIMLINE_TESTS_DAEMONS_H
#define CLAIMLINE_TESTS_DAEMONS_H

#include "services/claimline/claimline.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct daemons;
struct asked {
    struct daemons *daemons;
    enum claimline_daemon daemon;
    const struct control_request *request;
    struct control_rows rows;
};
typedef void answer_question(struct asked *asked);

struct daemons {
    char folder[256], config[300], runtime[300];
    struct control_server *servers[DAEMON_COUNT];
    answer_question *answer;
    pthread_t thread;
    atomic_bool end;
    atomic_int requests;
    char last[2000]; /* the last request: verb name=value ... key actor reason reveal, and role when given */
    char *out, *words;
};

static void
remember(struct daemons *daemons, const struct control_request *request)
{
    int length = snprintf(daemons->last, sizeof daemons->last, "%.*s", TEXT_ARGS(request->verb));
    for (uint32_t i = 0; i < request->arguments_count; i++)
        length += snprintf(daemons->last + length, sizeof daemons->last - (size_t)length, " %.*s=%.*s",
                           TEXT_ARGS(request->arguments[i].name), TEXT_ARGS(request->arguments[i].text));
    length += snprintf(daemons->last + length, sizeof daemons->last - (size_t)length,
                       " key:%zu actor:%.*s reason:%.*s reveal:%d", request->key.length, TEXT_ARGS(request->actor),
                       TEXT_ARGS(request->reason), request->reveal);
    if (request->role.length > 0)
        snprintf(daemons->last + length, sizeof daemons->last - (size_t)length, " role:%.*s", TEXT_ARGS(request->role));
}

struct served {
    struct daemons *daemons;
    enum claimline_daemon daemon;
};

static void
serve_one(void *context, uint64_t client, uid_t uid, pid_t pid, const struct control_request *request)
{
    struct served *served = context;
    struct daemons *daemons = served->daemons;
    struct asked asked = {.daemons = daemons, .daemon = served->daemon, .request = request};
    struct arena arena;
    struct control_answer answer;
    (void)uid;
    (void)pid;
    atomic_fetch_add(&daemons->requests, 1);
    remember(daemons, request);
    arena_init(&arena, 0);
    control_answer_begin(&asked.rows, &arena, &answer);
    daemons->answer(&asked);
    if (answer.status != 0) /* 0: this one never answers */
        control_reply(daemons->servers[served->daemon], client, &answer);
    arena_free(&arena);
}

static void *
serve_all(void *context)
{
    struct daemons *daemons = context;
    while (!daemons->end) {
        struct pollfd list[DAEMON_COUNT * (CONTROL_CLIENTS_LIMIT + 1)];
        size_t count = 0;
        for (int i = 0; i < DAEMON_COUNT; i++)
            if (daemons->servers[i] != NULL)
                count += control_poll_list(daemons->servers[i], list + count, CONTROL_CLIENTS_LIMIT + 1);
        poll(list, count, 5);
        for (int i = 0; i < DAEMON_COUNT; i++) {
            struct served served = {daemons, (enum claimline_daemon)i};
            if (daemons->servers[i] != NULL)
                control_work(daemons->servers[i], serve_one, &served);
        }
    }
    return NULL;
}

static void
put_text(const char *folder, const char *name, const char *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

static void
make_folder(const char *folder, const char *name, mode_t mode)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(mkdir(path, mode), 0, "%s", path);
}

/* Sockets for the daemons whose bits are set. */
static void
daemons_open(struct daemons *daemons, unsigned bits, answer_question *answer)
{
    char path[400], text[900];
    memset(daemons, 0, sizeof *daemons);
    unsetenv("NO_COLOR");
    folder_make(daemons->folder);
    daemons->answer = answer;
    snprintf(daemons->runtime, sizeof daemons->runtime, "%s/run", daemons->folder);
    snprintf(daemons->config, sizeof daemons->config, "%s/claimline.conf", daemons->folder);
    snprintf(
        text, sizeof text,
        "[claimline]\nruntime = %s\nstate = %s/state\nsite = 7\n[intake]\nspool = %s/spool\nlook = 50ms\n",
        daemons->runtime, daemons->folder, daemons->folder);
    put_text(daemons->folder, "claimline.conf", text);
    make_folder(daemons->folder, "run", 0750);
    make_folder(daemons->runtime, "control", 0750);
    for (int i = 0; i < DAEMON_COUNT; i++) {
        snprintf(path, sizeof path, "%s/control/%s.sock", daemons->runtime, claimline_daemons[i]);
        if (bits & 1u << i)
            cr_assert_eq(control_listen(path, &daemons->servers[i]), STATUS_OK);
    }
    cr_assert_eq(pthread_create(&daemons->thread, NULL, serve_all, daemons), 0);
}

static void
daemons_close(struct daemons *daemons)
{
    daemons->end = true;
    pthread_join(daemons->thread, NULL);
    for (int i = 0; i < DAEMON_COUNT; i++)
        control_server_free(daemons->servers[i]);
    free(daemons->out);
    free(daemons->words);
    folder_remove(daemons->folder);
}

/* Runs the command with these words (cut at blanks; '_' stands for a blank in a word) behind --config; its
 * data and words are in out and words. */
static int
run_line(struct daemons *daemons, const char *line)
{
    char copy[1000], *arguments[40] = {(char[]){"claimline"}, (char[]){"--config"}, daemons->config};
    int count = 3;
    size_t out_size, words_size;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        for (char *at = word; *at != '\0'; at++)
            *at = *at == '_' ? ' ' : *at;
        arguments[count++] = word;
    }
    free(daemons->out);
    free(daemons->words);
    FILE *out = open_memstream(&daemons->out, &out_size),
         *words = open_memstream(&daemons->words, &words_size);
    int code = claimline_run(count, arguments, out, words);
    fclose(out);
    fclose(words);
    return code;
}

/* The sockets of these daemons are for their groups alone, the others for everybody. */
static inline void
bar_strangers(struct daemons *daemons, unsigned bits)
{
    char path[700];
    cr_assert_eq(chmod(daemons->folder, 0755), 0);
    cr_assert_eq(chmod(daemons->runtime, 0755), 0);
    snprintf(path, sizeof path, "%s/control", daemons->runtime);
    cr_assert_eq(chmod(path, 0755), 0);
    for (int i = 0; i < DAEMON_COUNT; i++) {
        snprintf(path, sizeof path, "%s/control/%s.sock", daemons->runtime, claimline_daemons[i]);
        if (daemons->servers[i] != NULL)
            cr_assert_eq(chmod(path, bits & 1u << i ? 0 : 0666), 0, "%s", path);
    }
}

/* The same by somebody who is in no group of the sockets. */
static inline int
run_as_stranger(struct daemons *daemons, const char *line)
{
    bool root = geteuid() == 0;
    if (root)
        cr_assert_eq(seteuid(65534), 0);
    int code = run_line(daemons, line);
    if (root)
        cr_assert_eq(seteuid(0), 0);
    return code;
}

static inline int64_t
milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline bool
holds(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

enum { ALL = (1 << DAEMON_COUNT) - 1 };

static inline void
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

static inline void
answer_status(struct asked *asked)
{
    status_row(asked, "", "");
}

/* Each line is one JSON object; the nth of them. */
static inline json_t *
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

static inline const char *
json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "(none)" : text;
}

static inline void
answer_nothing(struct asked *asked)
{
    control_row(&asked->rows);
    control_text(&asked->rows, "reason", TEXT(""));
}

static inline bool
is_there(struct daemons *daemons, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", daemons->folder, name);
    return access(path, F_OK) == 0;
}

static inline int
run_on(struct daemons *daemons, const char *before, const char *name)
{
    char line[900];
    snprintf(line, sizeof line, "%s %s/%s", before, daemons->folder, name);
    return run_line(daemons, line);
}

#endif
