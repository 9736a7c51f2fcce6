#include "common/link/socket.h"

#include <stdlib.h>

struct link_api {
    void *socket;
};

enum status
link_api_open(struct link_context *context, const char *path, struct link_api **api)
{
    struct link_api *a = calloc(1, sizeof *a);
    if (a == NULL)
        return STATUS_INTERNAL;
    a->socket = socket_new(context, ZMQ_ROUTER);
    enum status status = a->socket == NULL ? STATUS_INTERNAL : socket_bind(a->socket, path);
    if (status != STATUS_OK) {
        link_api_free(a);
        return status;
    }
    *api = a;
    return STATUS_OK;
}

void *
link_api_socket(struct link_api *api)
{
    return api->socket;
}

static bool
has_more(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more != 0;
}

/* A request is one message: [identity][bytes], or with REQ's empty delimiter [identity][][bytes]. Extra parts are dropped. */
enum status
link_api_receive(struct link_api *api, struct arena *arena, struct link_peer *peer, struct text *bytes)
{
    for (;;) {
        int got = zmq_recv(api->socket, peer->bytes, sizeof peer->bytes, ZMQ_DONTWAIT);
        if (got < 0)
            return STATUS_NOT_FOUND;
        peer->length = (size_t)got;
        bool usable = (size_t)got <= sizeof peer->bytes, taken = false;
        while (has_more(api->socket)) {
            zmq_msg_t message;
            zmq_msg_init(&message);
            if (zmq_msg_recv(&message, api->socket, ZMQ_DONTWAIT) < 0)
                break;
            if (!taken && zmq_msg_size(&message) > 0) {
                *bytes = arena_copy(arena, text_of(zmq_msg_data(&message), zmq_msg_size(&message)));
                taken = true;
            }
            zmq_msg_close(&message);
        }
        if (usable && taken)
            return STATUS_OK;
    }
}

/* The answer carries REQ's empty delimiter, so that REQ and DEALER peers both read it. */
void
link_api_answer(struct link_api *api, const struct link_peer *peer, struct text bytes)
{
    if (zmq_send(api->socket, peer->bytes, peer->length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return;
    zmq_send(api->socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(api->socket, bytes.data, bytes.length, ZMQ_DONTWAIT);
}

void
link_api_free(struct link_api *api)
{
    if (api == NULL)
        return;
    socket_close(api->socket);
    free(api);
}
