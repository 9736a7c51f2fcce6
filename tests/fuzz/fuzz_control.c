/* Any bytes down the control socket of a daemon: it answers what is a request and ends with what is none. */
#include "common/control/control.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
serve(void *context, uint64_t client, uid_t uid, pid_t pid, const struct control_request *request)
{
    struct arena arena;
    struct control_answer answer;
    struct control_rows rows;
    (void)uid;
    (void)pid;
    assert(request->verb.length > 0);
    arena_init(&arena, 0);
    control_answer_begin(&rows, &arena, &answer);
    control_row(&rows);
    control_text(&rows, "verb", request->verb);
    for (uint32_t i = 0; i < request->arguments_count && i < 60; i++)
        control_text(&rows, "argument", request->arguments[i].text);
    control_reply(context, client, &answer);
    arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct control_server *server;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct pollfd list[CONTROL_CLIENTS_LIMIT + 1];
    char answers[4096];
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/claimline-fuzz-control-%d.sock", (int)getpid());
    enum status status = control_listen(address.sun_path, &server);
    assert(status == STATUS_OK);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert(fd >= 0);
    int result = connect(fd, (struct sockaddr *)&address, sizeof address);
    assert(result == 0);
    if (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        assert(sent > 0); /* what does not fit into the socket is a truncated request */
    }
    for (int i = 0; i < 40; i++) {
        control_work(server, serve, server);
        if (recv(fd, answers, sizeof answers, 0) == 0)
            break;
    }
    close(fd);
    control_work(server, serve, server);
    size_t open = control_poll_list(server, list, CONTROL_CLIENTS_LIMIT + 1);
    assert(open >= 1);
    control_server_free(server);
    return 0;
}
