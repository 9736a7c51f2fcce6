#include "common/link/socket.h"

#include <stdlib.h>

struct link_bell {
    void *socket;
};

enum status
link_bell_open(struct link_context *context, const char *path, struct link_bell **bell)
{
    struct link_bell *b = calloc(1, sizeof *b);
    if (b == NULL)
        return STATUS_INTERNAL;
    b->socket = socket_new(context, ZMQ_PUB);
    enum status status = b->socket == NULL ? STATUS_INTERNAL : socket_bind(b->socket, path);
    if (status != STATUS_OK) {
        link_bell_free(b);
        return status;
    }
    *bell = b;
    return STATUS_OK;
}

void
link_bell_ring(struct link_bell *bell, struct text message)
{
    zmq_send(bell->socket, message.data, message.length, ZMQ_DONTWAIT);
}

void
link_bell_free(struct link_bell *bell)
{
    if (bell == NULL)
        return;
    socket_close(bell->socket);
    free(bell);
}
