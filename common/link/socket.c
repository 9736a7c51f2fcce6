#include "common/link/socket.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void (*link_seam)(const char *operation);

struct link_context *
link_context_new(void)
{
    struct link_context *context = calloc(1, sizeof *context);
    if (context == NULL)
        return NULL;
    context->zmq = zmq_ctx_new();
    if (context->zmq == NULL) {
        free(context);
        return NULL;
    }
    zmq_ctx_set(context->zmq, ZMQ_IO_THREADS, 1);
    zmq_ctx_set(context->zmq, ZMQ_BLOCKY, 0);
    return context;
}

void
link_context_free(struct link_context *context)
{
    if (context == NULL)
        return;
    zmq_ctx_term(context->zmq);
    free(context);
}

void *
socket_new(struct link_context *context, int type)
{
    void *socket = zmq_socket(context->zmq, type);
    if (socket == NULL)
        return NULL;
    int none = 0, one = 1, mark = 64, reconnect = 20, reconnect_most = 200;
    int64_t largest = LINK_MESSAGE_LIMIT;
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &mark, sizeof mark);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, sizeof mark);
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &reconnect, sizeof reconnect);
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL_MAX, &reconnect_most, sizeof reconnect_most);
    if (type == ZMQ_ROUTER)
        zmq_setsockopt(socket, ZMQ_ROUTER_MANDATORY, &one, sizeof one);
    if (type == ZMQ_DEALER)
        zmq_setsockopt(socket, ZMQ_IMMEDIATE, &one, sizeof one);
    return socket;
}

/* ipc paths are bounded by sockaddr_un (108 bytes with the end). */
static bool
address(const char *path, char out[128])
{
    int length = snprintf(out, 128, "ipc://%s", path);
    return length > 0 && length < 6 + 107;
}

enum status
socket_bind(void *socket, const char *path)
{
    char name[128];
    if (!address(path, name))
        return STATUS_CONFIG;
    unlink(path);
    if (zmq_bind(socket, name) != 0)
        return STATUS_IO;
    chmod(path, 0660);
    return STATUS_OK;
}

enum status
socket_connect(void *socket, const char *path)
{
    char name[128];
    if (!address(path, name))
        return STATUS_CONFIG;
    return zmq_connect(socket, name) == 0 ? STATUS_OK : STATUS_IO;
}

void
socket_close(void *socket)
{
    if (socket != NULL)
        zmq_close(socket);
}

enum { POLL_LIMIT = 128 };

void
link_poll(struct link_poll *items, size_t count, int64_t microseconds)
{
    zmq_pollitem_t list[POLL_LIMIT];
    size_t n = count < POLL_LIMIT ? count : POLL_LIMIT;
    for (size_t i = 0; i < n; i++)
        list[i] = (zmq_pollitem_t){items[i].socket, items[i].fd,
                                   (short)((items[i].readable ? ZMQ_POLLIN : 0) | (items[i].writable ? ZMQ_POLLOUT : 0)), 0};
    /* zmq_poll counts in milliseconds; a shorter wait is rounded up so that the loop does not spin. */
    long wait = microseconds <= 0 ? 0 : (long)((microseconds + 999) / 1000);
    int ready = zmq_poll(list, (int)n, wait);
    for (size_t i = 0; i < count; i++)
        items[i].ready = ready > 0 && i < n && list[i].revents != 0;
}

const char *
link_stop_sentence(enum link_stop stop)
{
    static const char *const sentences[] = {
        "running",
        "the producer's store is not the one that was consumed before",
        "the consumer's store is not the one that was served before",
        "the peer was restored from a backup",
        "the producer no longer has what the consumer needs next, or the consumer is ahead of the log",
        "the same numbers carry other content than before",
        "a record type came that this daemon does not know; upgrade consumers before producers",
    };
    static_assert(sizeof sentences / sizeof *sentences == LINK_STOP_COUNT, "a sentence for every stop");
    return sentences[stop];
}
