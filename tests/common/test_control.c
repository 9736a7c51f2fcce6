/* common/control: what tools and daemons say to each other over a unix socket, with a real server in a
 * thread. */
#include "common/control/control.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct fake {
    char folder[256], path[300];
    struct control_server *server;
    pthread_t thread;
    atomic_bool end;
    uint64_t kept; /* a client that is answered later */
    atomic_int requests;
};

static void
serve(void *context, uint64_t client, uid_t uid, pid_t pid, const struct control_request *request)
{
    struct fake *fake = context;
    struct arena arena;
    struct control_answer answer;
    struct control_rows rows;
    atomic_fetch_add(&fake->requests, 1);
    if (text_is(request->verb, "later")) {
        fake->kept = client;
        return;
    }
    if (text_is(request->verb, "never"))
        return;
    arena_init(&arena, 0);
    control_answer_begin(&rows, &arena, &answer);
    control_row(&rows);
    control_text(&rows, "verb", request->verb);
    control_text(&rows, "claim", control_argument(request, "claim"));
    control_number(&rows, "uid", uid);
    control_number(&rows, "pid", pid);
    control_money(&rows, "cents", -1250);
    control_instant(&rows, "since", 1700000000000000);
    control_date(&rows, "deadline", 20261231);
    control_flag(&rows, "open", true);
    if (text_is(request->verb, "long"))
        for (int i = 0; !control_page_full(&rows); i++) {
            static char big[5000];
            control_row(&rows);
            memset(big, 'x', sizeof big);
            control_text(&rows, "big", text_of(big, sizeof big));
            for (int j = 0; j < 10; j++)
                control_number(&rows, "n", j);
        }
    if (text_is(request->verb, "huge"))
        for (int i = 0; i < 16; i++) {
            control_row(&rows);
            for (int j = 0; j < 64; j++) {
                static char big[4096];
                memset(big, 'x', sizeof big);
                control_text(&rows, "big", text_of(big, sizeof big));
            }
        }
    control_reply(fake->server, client, &answer);
    arena_free(&arena);
}

static void *
run(void *context)
{
    struct fake *fake = context;
    while (!fake->end) {
        struct pollfd list[CONTROL_CLIENTS_LIMIT + 1];
        size_t count = control_poll_list(fake->server, list, CONTROL_CLIENTS_LIMIT + 1);
        poll(list, count, 5);
        control_work(fake->server, serve, fake);
        if (fake->kept != 0) {
            struct control_answer answer = {.status = CONTROL_STATUS_DONE,
                                            .sentence = TEXT("after the commit")};
            control_reply(fake->server, fake->kept + 1000, &answer); /* nobody */
            control_reply(fake->server, fake->kept, &answer);
            fake->kept = 0;
        }
    }
    return NULL;
}

static void
open_fake(struct fake *fake)
{
    memset(fake, 0, sizeof *fake);
    folder_make(fake->folder);
    snprintf(fake->path, sizeof fake->path, "%s/coding.sock", fake->folder);
    cr_assert_eq(control_listen(fake->path, &fake->server), STATUS_OK);
    cr_assert_eq(pthread_create(&fake->thread, NULL, run, fake), 0);
}

static void
close_fake(struct fake *fake)
{
    fake->end = true;
    pthread_join(fake->thread, NULL);
    control_server_free(fake->server);
    cr_expect_neq(access(fake->path, F_OK), 0, "the socket file is removed");
    folder_remove(fake->folder);
}

static int64_t
milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status
ask(const char *path, const char *verb, int timeout, struct arena *arena, struct control_answer *answer)
{
    struct control_value argument = {.name = TEXT("claim"), .kind = VALUE_KIND_TEXT, .text = TEXT("1-17")};
    struct control_request request = {.verb = text_from(verb), .arguments = &argument, .arguments_count = 1};
    return control_ask(path, &request, timeout, arena, answer);
}

Test(control, a_question_is_answered_with_typed_rows)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer;
    arena_init(&arena, 0);
    open_fake(&fake);
    cr_assert_eq(ask(fake.path, "work.list", 2000, &arena, &answer), STATUS_OK);
    cr_assert_eq(answer.status, CONTROL_STATUS_DONE);
    cr_assert_eq(answer.rows_count, 1);
    const struct control_value *values = answer.rows[0].values;
    cr_assert_eq(answer.rows[0].values_count, 8);
    cr_assert(text_is(values[0].text, "work.list"));
    cr_assert(text_is(values[1].text, "1-17"));
    cr_assert_eq(values[2].number, (int64_t)getuid());
    cr_assert_eq(values[3].number, (int64_t)getpid());
    cr_assert_eq(values[4].number, -1250);
    cr_assert_eq(values[4].kind, VALUE_KIND_MONEY);
    cr_assert_eq(values[6].number, 20261231);
    cr_assert_eq(values[7].kind, VALUE_KIND_FLAG);
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, the_socket_is_for_owner_and_group_alone)
{
    struct fake fake;
    struct stat found;
    open_fake(&fake);
    cr_assert_eq(stat(fake.path, &found), 0);
    cr_assert_eq(found.st_mode & 0777, 0660);
    close_fake(&fake);
}

Test(control, an_answer_may_come_after_the_commit)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer;
    arena_init(&arena, 0);
    open_fake(&fake);
    cr_assert_eq(ask(fake.path, "later", 2000, &arena, &answer), STATUS_OK);
    cr_assert(text_is(answer.sentence, "after the commit"));
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, a_page_is_full_before_its_message_is)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer;
    arena_init(&arena, 0);
    open_fake(&fake);
    cr_assert_eq(ask(fake.path, "long", 5000, &arena, &answer), STATUS_OK);
    cr_assert_eq(answer.status, CONTROL_STATUS_DONE);
    cr_assert_eq(answer.rows_count, CONTROL_PAGE_ROWS);
    cr_assert_eq(answer.rows[1].values[0].text.length, 4096);
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, an_answer_over_the_limit_is_refused_not_sent)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer;
    arena_init(&arena, 0);
    open_fake(&fake);
    cr_assert_eq(ask(fake.path, "huge", 5000, &arena, &answer), STATUS_OK);
    cr_assert_eq(answer.status, CONTROL_STATUS_REFUSED);
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, nobody_there_and_no_answer_are_told_apart)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer = {.status = 99};
    char stale[300], too_long[300];
    arena_init(&arena, 0);
    open_fake(&fake);
    cr_assert_eq(ask("/nonexistent/x.sock", "x", 1000, &arena, &answer), STATUS_NOT_FOUND);
    snprintf(stale, sizeof stale, "%s/stale.sock", fake.folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", stale);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    cr_assert_eq(ask(stale, "x", 1000, &arena, &answer), STATUS_NOT_FOUND);
    memset(too_long, 'x', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    cr_assert_eq(ask(too_long, "x", 1000, &arena, &answer), STATUS_LIMIT);
    int64_t before = milliseconds();
    cr_assert_eq(ask(fake.path, "never", 80, &arena, &answer), STATUS_RETRY);
    cr_assert_lt(milliseconds() - before, 100);
    cr_assert_geq(milliseconds() - before, 79);
    cr_assert_eq(answer.status, 99, "written only on success");
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, many_are_asked_in_the_time_of_the_slowest)
{
    struct fake fakes[2];
    struct arena arena;
    struct control_request request = {.verb = TEXT("status")};
    arena_init(&arena, 0);
    open_fake(&fakes[0]);
    open_fake(&fakes[1]);
    int mute = socket(AF_UNIX, SOCK_STREAM, 0); /* listens and never answers */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s/mute.sock", fakes[0].folder);
    cr_assert_eq(bind(mute, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(mute, 4), 0);
    struct control_question questions[4] = {{.path = fakes[0].path},
                                            {.path = address.sun_path},
                                            {.path = "/nonexistent"},
                                            {.path = fakes[1].path}};
    int64_t before = milliseconds();
    control_ask_all(questions, 4, &request, 80, &arena);
    cr_assert_lt(milliseconds() - before, 100);
    cr_expect_eq(questions[0].status, STATUS_OK);
    cr_expect_eq(questions[1].status, STATUS_RETRY);
    cr_expect_eq(questions[2].status, STATUS_NOT_FOUND);
    cr_expect_eq(questions[3].status, STATUS_OK);
    cr_expect(text_is(questions[3].answer.rows[0].values[0].text, "status"));
    close(mute);
    close_fake(&fakes[0]);
    close_fake(&fakes[1]);
    arena_free(&arena);
}

Test(control, a_second_server_replaces_a_stale_socket_and_nothing_else)
{
    struct fake fake;
    char path[300];
    struct control_server *server;
    open_fake(&fake);
    snprintf(path, sizeof path, "%s/file", fake.folder);
    FILE *file = fopen(path, "w");
    fclose(file);
    cr_assert_eq(control_listen(path, &server), STATUS_CONFLICT);
    cr_assert_eq(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/no/such.sock", fake.folder);
    cr_assert_eq(control_listen(path, &server), STATUS_IO);
    close_fake(&fake);
}

static int
connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval limit = {.tv_sec = 5};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%.107s", path);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}

/* One answer off a plain socket; false when the peer ended. */
static bool
read_answer(int fd, struct arena *arena, struct control_answer *answer)
{
    unsigned char head[4];
    if (recv(fd, head, 4, MSG_WAITALL) != 4)
        return false;
    size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    char *bytes = arena_take(arena, length);
    return recv(fd, bytes, length, MSG_WAITALL) == (ssize_t)length &&
           record_read(&record_control_answer, text_of(bytes, length), arena, answer, NULL) == STATUS_OK;
}

static size_t
pack(const char *verb, struct arena *arena, char *buffer)
{
    struct control_request request = {.verb = text_from(verb)};
    struct text packed;
    cr_assert_eq(record_write(&record_control_request, &request, arena, &packed, NULL), STATUS_OK);
    memcpy(buffer, (char[]){0, 0, 0, (char)packed.length}, 4);
    memcpy(buffer + 4, packed.data, packed.length);
    return 4 + packed.length;
}

Test(control, requests_sent_together_or_byte_by_byte_are_answered_in_order)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer;
    char bytes[200];
    arena_init(&arena, 0);
    open_fake(&fake);
    int fd = connect_to(fake.path);
    size_t length = pack("first", &arena, bytes);
    length += pack("second", &arena, bytes + length);
    cr_assert_eq(send(fd, bytes, length, 0), (ssize_t)length);
    cr_assert(read_answer(fd, &arena, &answer) && text_is(answer.rows[0].values[0].text, "first"));
    cr_assert(read_answer(fd, &arena, &answer) && text_is(answer.rows[0].values[0].text, "second"));
    length = pack("third", &arena, bytes);
    for (size_t i = 0; i < length; i++) {
        cr_assert_eq(send(fd, bytes + i, 1, 0), 1);
        usleep(500);
    }
    cr_assert(read_answer(fd, &arena, &answer) && text_is(answer.rows[0].values[0].text, "third"));
    close(fd);
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, what_is_no_request_is_answered_wrong_and_ends)
{
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {{"\0\0\0\0", 4},
                 {"\xff\xff\xff\xff", 4},
                 {"\0\x10\0\1", 4},
                 {"\0\0\0\1\xc1", 5},
                 {"\0\0\0\1\x80", 5}};
    struct fake fake;
    struct arena arena;
    arena_init(&arena, 0);
    open_fake(&fake);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct control_answer answer;
        int fd = connect_to(fake.path);
        cr_assert_eq(send(fd, cases[i].bytes, cases[i].length, 0), (ssize_t)cases[i].length);
        cr_assert(read_answer(fd, &arena, &answer), "case %zu", i);
        cr_assert_eq(answer.status, CONTROL_STATUS_WRONG);
        cr_assert(text_starts(answer.sentence, TEXT("this is not a request")));
        cr_assert_not(read_answer(fd, &arena, &answer), "the connection ends");
        close(fd);
    }
    cr_assert_eq(atomic_load(&fake.requests), 0);
    close_fake(&fake);
    arena_free(&arena);
}

Test(control, idle_clients_do_not_keep_others_out)
{
    struct fake fake;
    struct arena arena;
    struct control_answer answer;
    int idle[CONTROL_CLIENTS_LIMIT + 6];
    arena_init(&arena, 0);
    open_fake(&fake);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        idle[i] = connect_to(fake.path);
    cr_assert_eq(ask(fake.path, "still", 3000, &arena, &answer), STATUS_OK);
    cr_assert_not(read_answer(idle[0], &arena, &answer), "the one silent longest was let go");
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        close(idle[i]);
    close_fake(&fake);
    arena_free(&arena);
}

static void *
accept_late(void *context)
{
    struct control_server *server = context;
    struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    nanosleep(&pause, NULL);
    for (int i = 0; i < 400; i++) {
        struct fake fake = {.server = server};
        control_work(server, serve, &fake);
        nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
    }
    return NULL;
}

/* As while a daemon commits: nobody accepts, the queue is full, and the question waits its turn. */
Test(control, a_full_queue_of_connections_is_waited_for)
{
    char folder[256], path[300];
    struct control_server *server;
    struct arena arena;
    struct control_answer answer;
    pthread_t thread;
    int idle[CONTROL_CLIENTS_LIMIT + 1];
    arena_init(&arena, 0);
    folder_make(folder);
    snprintf(path, sizeof path, "%s/coding.sock", folder);
    cr_assert_eq(control_listen(path, &server), STATUS_OK);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        idle[i] = connect_to(path);
    cr_assert_eq(ask(path, "full", 30, &arena, &answer), STATUS_RETRY);
    cr_assert_eq(pthread_create(&thread, NULL, accept_late, server), 0);
    cr_expect_eq(ask(path, "full", 5000, &arena, &answer), STATUS_OK);
    pthread_join(thread, NULL);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        close(idle[i]);
    control_server_free(server);
    folder_remove(folder);
    arena_free(&arena);
}

Test(control, control_characters_in_texts_become_marks)
{
    struct arena arena;
    struct control_answer answer;
    struct control_rows rows;
    struct text packed;
    arena_init(&arena, 0);
    control_answer_begin(&rows, &arena, &answer);
    for (int i = 0; i < 40; i++) {
        control_row(&rows);
        for (int j = 0; j < 64; j++)
            control_text(&rows, "t", text_of("a\x1b[31m\n\0b", 9));
    }
    cr_assert_eq(answer.rows_count, 40);
    cr_assert_eq(answer.rows[39].values_count, 64);
    cr_assert(text_is(answer.rows[39].values[63].text, "a?[31m??b"));
    cr_assert(text_is(answer.rows[0].values[0].text, "a?[31m??b"));
    cr_assert_eq(record_write(&record_control_answer, &answer, &arena, &packed, NULL), STATUS_OK);
    cr_assert_leq(packed.length, rows.bytes + 100);
    arena_free(&arena);
}
