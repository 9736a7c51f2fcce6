#include "common/control/control.h"

#include "common/control/control_message.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT_AGAIN_MILLISECONDS = 5 };

/* One connection on its way through a question. */
struct call {
    struct control_question *question;
    int fd;    /* -1: over, the question's status says how; unless `full` */
    bool full; /* the daemon's queue of connections is full, as while it commits: connect again */
    size_t sent, received;
    char head[CONTROL_HEAD_BYTES];
    char *bytes; /* in the arena */
    size_t length;
};

static int64_t
milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
finish(struct call *call, enum status status)
{
    if (call->fd >= 0)
        close(call->fd);
    call->fd = -1;
    call->question->status = status;
}

static void
begin(struct call *call)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(call->question->path);
    call->full = false;
    if (length >= sizeof address.sun_path) {
        finish(call, STATUS_LIMIT);
        return;
    }
    memcpy(address.sun_path, call->question->path, length);
    call->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (call->fd < 0) {
        finish(call, STATUS_IO);
        return;
    }
    if (connect(call->fd, (struct sockaddr *)&address, sizeof address) == 0)
        return;
    int error = errno;
    if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR)
        finish(call, STATUS_NOT_FOUND);
    else if (error == EAGAIN) {
        finish(call, STATUS_RETRY);
        call->full = true;
    } else
        finish(call, STATUS_IO);
    errno = error;
}

static void
send_more(struct call *call, struct text message)
{
    ssize_t sent = send(call->fd, message.data + call->sent, message.length - call->sent, MSG_NOSIGNAL);
    if (sent >= 0)
        call->sent += (size_t)sent;
    else if (errno != EAGAIN && errno != EINTR)
        finish(call, STATUS_RETRY);
}

/* Reads to the end of head, then of body; true when the answer is whole. */
static bool
receive_more(struct call *call, struct arena *arena)
{
    bool in_head = call->received < CONTROL_HEAD_BYTES;
    char *to = in_head ? call->head + call->received : call->bytes + call->received - CONTROL_HEAD_BYTES;
    size_t wanted = (in_head ? 0 : call->length) + CONTROL_HEAD_BYTES - call->received;
    ssize_t got = recv(call->fd, to, wanted, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            finish(call, STATUS_RETRY);
        return false;
    }
    call->received += (size_t)got;
    if (in_head && call->received == CONTROL_HEAD_BYTES) {
        call->length = control_message_length(call->head);
        if (call->length == 0 || call->length > CONTROL_MESSAGE_LIMIT) {
            finish(call, STATUS_INVALID);
            return false;
        }
        call->bytes = arena_take_raw(arena, call->length);
    }
    return call->received == CONTROL_HEAD_BYTES + call->length && !in_head;
}

static void
go_on(struct call *call, struct text message, struct arena *arena)
{
    if (call->sent < message.length) {
        send_more(call, message);
        return;
    }
    if (receive_more(call, arena))
        finish(call, record_read(&record_control_answer, text_of(call->bytes, call->length), arena,
                                 &call->question->answer, NULL) == STATUS_OK
                         ? STATUS_OK
                         : STATUS_INVALID);
}

static void
talk(struct call *calls, size_t count, struct text message, int64_t deadline, struct arena *arena)
{
    for (;;) {
        struct pollfd list[CONTROL_QUESTIONS_LIMIT];
        size_t open = 0, full = 0;
        for (size_t i = 0; i < count; i++) {
            bool sending = calls[i].sent < message.length;
            list[i] = (struct pollfd){.fd = calls[i].fd, .events = sending ? POLLOUT : POLLIN};
            open += calls[i].fd >= 0;
            full += calls[i].full;
        }
        int64_t left = deadline - milliseconds_now();
        if ((open == 0 && full == 0) || left <= 0)
            return;
        if (full > 0 && left > CONNECT_AGAIN_MILLISECONDS)
            left = CONNECT_AGAIN_MILLISECONDS;
        if (poll(list, count, (int)left) < 0 && errno != EINTR)
            return;
        for (size_t i = 0; i < count; i++)
            if (calls[i].full)
                begin(&calls[i]);
            else if (calls[i].fd >= 0 && list[i].revents != 0)
                go_on(&calls[i], message, arena);
    }
}

void
control_ask_all(struct control_question *questions, size_t count, const struct control_request *request,
                int timeout_milliseconds, struct arena *arena)
{
    struct call calls[CONTROL_QUESTIONS_LIMIT] = {0};
    struct text packed;
    assert(count <= CONTROL_QUESTIONS_LIMIT);
    int64_t deadline = milliseconds_now() + timeout_milliseconds;
    enum status status = record_write(&record_control_request, request, arena, &packed, NULL);
    if (status == STATUS_OK && packed.length > CONTROL_MESSAGE_LIMIT)
        status = STATUS_LIMIT;
    if (status != STATUS_OK) {
        for (size_t i = 0; i < count; i++)
            questions[i].status = status;
        return;
    }
    char *message = arena_take_raw(arena, CONTROL_HEAD_BYTES + packed.length);
    control_message_head(message, packed.length);
    memcpy(message + CONTROL_HEAD_BYTES, packed.data, packed.length);
    for (size_t i = 0; i < count; i++) {
        calls[i] = (struct call){.question = &questions[i], .fd = -1};
        begin(&calls[i]);
    }
    talk(calls, count, text_of(message, CONTROL_HEAD_BYTES + packed.length), deadline, arena);
    for (size_t i = 0; i < count; i++)
        if (calls[i].fd >= 0)
            finish(&calls[i], STATUS_RETRY);
}

enum status
control_ask(const char *path, const struct control_request *request, int timeout_milliseconds,
            struct arena *arena, struct control_answer *answer)
{
    struct control_question question = {.path = path};
    control_ask_all(&question, 1, request, timeout_milliseconds, arena);
    if (question.status == STATUS_OK)
        *answer = question.answer;
    return question.status;
}
