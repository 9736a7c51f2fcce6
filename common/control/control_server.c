#include "common/control/control.h"

#include "common/control/control_message.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A connection is reading a request, or waiting for the daemon's answer, or writing it; never two of them. */
enum client_state { CLIENT_FREE, CLIENT_READING, CLIENT_WAITING, CLIENT_WRITING };

struct client {
    enum client_state state;
    int fd;
    uint64_t number; /* of the connection, never used again */
    uint64_t turn;   /* when it last did anything */
    uid_t uid;
    pid_t pid;
    char head[CONTROL_HEAD_BYTES];
    char *bytes;         /* malloc'd: what is read or written */
    size_t length, done; /* of bytes; reading counts the head too */
    bool last;           /* ends after this answer */
};

struct control_server {
    int fd;
    struct sockaddr_un address;
    uint64_t turn, next_number;
    struct client clients[CONTROL_CLIENTS_LIMIT];
    struct arena arena;
};

static bool
clear_path(const char *path, enum status *status)
{
    struct stat found;
    *status = STATUS_OK;
    if (lstat(path, &found) == 0) {
        if (!S_ISSOCK(found.st_mode))
            *status = STATUS_CONFLICT;
        else if (unlink(path) != 0)
            *status = STATUS_IO;
    } else if (errno != ENOENT) {
        *status = STATUS_IO;
    }
    return *status == STATUS_OK;
}

enum status
control_listen(const char *path, struct control_server **out)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    enum status status;
    if (strlen(path) >= sizeof address.sun_path)
        return STATUS_LIMIT;
    memcpy(address.sun_path, path, strlen(path));
    if (!clear_path(path, &status))
        return status;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* The mode of the socket before bind is that of the file, so it is never open to all for a moment. */
    if (fd < 0 || fchmod(fd, 0660) != 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0660) != 0 || listen(fd, CONTROL_CLIENTS_LIMIT) != 0) {
        if (fd >= 0)
            close(fd);
        return STATUS_IO;
    }
    struct control_server *server = calloc(1, sizeof *server);
    assert(server != NULL);
    server->fd = fd;
    server->address = address;
    arena_init(&server->arena, 0);
    *out = server;
    return STATUS_OK;
}

static void
drop(struct client *client)
{
    close(client->fd);
    free(client->bytes);
    *client = (struct client){0};
}

void
control_server_free(struct control_server *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < CONTROL_CLIENTS_LIMIT; i++)
        if (server->clients[i].state != CLIENT_FREE)
            drop(&server->clients[i]);
    close(server->fd);
    unlink(server->address.sun_path);
    arena_free(&server->arena);
    free(server);
}

size_t
control_poll_list(struct control_server *server, struct pollfd *list, size_t room)
{
    static const short events[] = {
        [CLIENT_READING] = POLLIN, [CLIENT_WAITING] = 0, [CLIENT_WRITING] = POLLOUT};
    size_t count = 0;
    if (room > 0)
        list[count++] = (struct pollfd){.fd = server->fd, .events = POLLIN};
    for (size_t i = 0; i < CONTROL_CLIENTS_LIMIT && count < room; i++) {
        const struct client *client = &server->clients[i];
        if (client->state == CLIENT_READING || client->state == CLIENT_WRITING)
            list[count++] = (struct pollfd){.fd = client->fd, .events = events[client->state]};
    }
    return count;
}

/* A free place, or that of the client that has been silent longest; one that waits for its answer keeps its
 * place. */
static struct client *
find_place(struct control_server *server)
{
    struct client *oldest = NULL;
    for (size_t i = 0; i < CONTROL_CLIENTS_LIMIT; i++) {
        struct client *client = &server->clients[i];
        if (client->state == CLIENT_FREE)
            return client;
        if (client->state != CLIENT_WAITING && (oldest == NULL || client->turn < oldest->turn))
            oldest = client;
    }
    if (oldest != NULL)
        drop(oldest);
    return oldest;
}

static void
accept_clients(struct control_server *server)
{
    for (int i = 0; i < CONTROL_CLIENTS_LIMIT; i++) {
        struct ucred peer;
        socklen_t size = sizeof peer;
        int fd = accept4(server->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        struct client *client = find_place(server);
        if (client == NULL || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
            close(fd);
            continue;
        }
        *client = (struct client){.state = CLIENT_READING,
                                  .fd = fd,
                                  .number = ++server->next_number,
                                  .turn = ++server->turn,
                                  .uid = peer.uid,
                                  .pid = peer.pid};
    }
}

/* Reads towards `wanted` bytes at `to` of which `have` are there; how many there are now, or -1 when the peer
 * is gone. */
static ssize_t
read_some(const struct client *client, char *to, size_t have, size_t wanted)
{
    ssize_t got = recv(client->fd, to + have, wanted - have, 0);
    if (got > 0)
        return (ssize_t)have + got;
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? (ssize_t)have : -1;
}

static void
write_answer(struct control_server *server, struct client *client)
{
    ssize_t sent =
        send(client->fd, client->bytes + client->done, client->length - client->done, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        drop(client);
        return;
    }
    if (sent > 0) {
        client->done += (size_t)sent;
        client->turn = ++server->turn;
    }
    if (client->done < client->length)
        return;
    if (client->last) {
        drop(client);
        return;
    }
    free(client->bytes);
    client->bytes = NULL;
    client->length = client->done = 0;
    client->state = CLIENT_READING;
}

static void
reply(struct control_server *server, struct client *client, const struct control_answer *answer)
{
    static const struct control_answer too_long = {
        .status = CONTROL_STATUS_REFUSED, .sentence = {"the answer does not fit into a message", 38}};
    struct text packed;
    struct arena_mark mark = arena_mark(&server->arena);
    if (record_write(&record_control_answer, answer, &server->arena, &packed, NULL) != STATUS_OK ||
        packed.length > CONTROL_MESSAGE_LIMIT) {
        enum status status = record_write(&record_control_answer, &too_long, &server->arena, &packed, NULL);
        assert(status == STATUS_OK);
    }
    free(client->bytes);
    client->length = CONTROL_HEAD_BYTES + packed.length;
    client->bytes = malloc(client->length);
    assert(client->bytes != NULL);
    control_message_head(client->bytes, packed.length);
    memcpy(client->bytes + CONTROL_HEAD_BYTES, packed.data, packed.length);
    client->done = 0;
    client->state = CLIENT_WRITING;
    arena_release(&server->arena, mark);
    write_answer(server, client);
}

void
control_reply(struct control_server *server, uint64_t number, const struct control_answer *answer)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_LIMIT; i++) {
        struct client *client = &server->clients[i];
        if (client->state == CLIENT_WAITING && client->number == number) {
            reply(server, client, answer);
            return;
        }
    }
}

static void
reply_wrong(struct control_server *server, struct client *client, struct text sentence)
{
    struct control_answer answer = {.status = CONTROL_STATUS_WRONG, .sentence = sentence};
    client->last = true;
    reply(server, client, &answer);
}

static void
hand_over(struct control_server *server, struct client *client, control_serve *serve, void *context)
{
    struct control_request request;
    struct record_fault fault;
    struct text bytes = text_of(client->bytes, client->length);
    enum status status = record_read(&record_control_request, bytes, &server->arena, &request, &fault);
    if (status == STATUS_OK) {
        /* While it waits its bytes stay where they are, so `request` holds for the whole call; a reply frees
         * them. */
        char *kept = client->bytes;
        client->bytes = NULL;
        client->state = CLIENT_WAITING;
        serve(context, client->number, client->uid, client->pid, &request);
        free(kept);
    } else {
        reply_wrong(server, client,
                    arena_print(&server->arena, "this is not a request: %s %s %s", fault.record,
                                fault.field == NULL ? "" : fault.field, fault.what));
    }
    arena_reset(&server->arena);
}

/* Never reads past the end of a request: what follows it stays in the socket, where poll sees it. */
static void
read_request(struct control_server *server, struct client *client, control_serve *serve, void *context)
{
    if (client->done < CONTROL_HEAD_BYTES) {
        ssize_t have = read_some(client, client->head, client->done, CONTROL_HEAD_BYTES);
        if (have < 0) {
            drop(client);
            return;
        }
        if ((size_t)have > client->done)
            client->turn = ++server->turn;
        client->done = (size_t)have;
        if (client->done < CONTROL_HEAD_BYTES)
            return;
        client->length = control_message_length(client->head);
        if (client->length == 0 || client->length > CONTROL_MESSAGE_LIMIT) {
            reply_wrong(server, client, TEXT("this is not a request: its length is out of bounds"));
            return;
        }
        client->bytes = malloc(client->length);
        assert(client->bytes != NULL);
    }
    ssize_t have = read_some(client, client->bytes, client->done - CONTROL_HEAD_BYTES, client->length);
    if (have < 0) {
        drop(client);
        return;
    }
    if ((size_t)have + CONTROL_HEAD_BYTES > client->done)
        client->turn = ++server->turn;
    client->done = (size_t)have + CONTROL_HEAD_BYTES;
    if ((size_t)have == client->length)
        hand_over(server, client, serve, context);
}

void
control_work(struct control_server *server, control_serve *serve, void *context)
{
    for (size_t i = 0; i < CONTROL_CLIENTS_LIMIT; i++) {
        struct client *client = &server->clients[i];
        if (client->state == CLIENT_WRITING)
            write_answer(server, client);
        else if (client->state == CLIENT_READING)
            read_request(server, client, serve, context);
    }
    accept_clients(server);
}
