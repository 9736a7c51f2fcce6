#include "common/link/socket.h"
#include "common/link/wire.h"

#include "common/clock/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

struct link_consumer {
    void *socket;
    uint16_t stream;
    struct link_identity self;
    uint64_t session;
    enum link_stop stop;
    struct link_identity producer; /* as met in this process, or as kept */
    struct link_identity offered;  /* as the producer says it is, for accept */
    uint64_t offered_oldest;
    struct link_chain offered_chain; /* before its oldest */

    uint64_t received;       /* end of the last frame taken */
    struct link_chain chain; /* after it */
    bool met;
    uint64_t producer_last;

    /* what was asked last, so that a PULL goes out only when it says something new */
    uint64_t asked_received, asked_boundary;
    uint32_t asked_room;
    bool asked, answered;
    int64_t asked_at;
};

enum status
link_consume(struct link_context *context, const char *path, uint16_t stream, struct link_identity self,
             struct link_cursor cursor, struct link_consumer **consumer)
{
    struct link_consumer *c = calloc(1, sizeof *c);
    if (c == NULL)
        return STATUS_INTERNAL;
    c->socket = socket_new(context, ZMQ_DEALER);
    enum status status = c->socket == NULL ? STATUS_INTERNAL : socket_connect(c->socket, path);
    if (status != STATUS_OK) {
        socket_close(c->socket);
        free(c);
        return status;
    }
    ssize_t got = getrandom(&c->session, sizeof c->session, 0);
    assert(got == sizeof c->session);
    c->stream = stream;
    c->self = self;
    c->producer = cursor.producer;
    c->received = cursor.boundary;
    c->chain = cursor.chain;
    *consumer = c;
    return STATUS_OK;
}

void
link_consumer_free(struct link_consumer *c)
{
    if (c == NULL)
        return;
    socket_close(c->socket);
    free(c);
}

void *
link_consumer_socket(struct link_consumer *c)
{
    return c->socket;
}

static bool
identity_empty(const struct link_identity *identity)
{
    static const struct link_identity none;
    return memcmp(identity->id, none.id, LINK_ID_BYTES) == 0 && identity->incarnation == 0;
}

static enum link_stop
check_identity(struct link_consumer *c, const struct wire_frame *frame)
{
    c->offered = frame->producer;
    c->offered_oldest = frame->oldest;
    if (frame->count == 0)
        c->offered_chain = frame->before;
    if (identity_empty(&c->producer))
        c->producer = frame->producer;
    if (memcmp(frame->producer.id, c->producer.id, LINK_ID_BYTES) != 0)
        return LINK_OTHER_PRODUCER;
    if (frame->producer.incarnation != c->producer.incarnation)
        return LINK_OTHER_INCARNATION;
    if (frame->last < c->received || frame->oldest > c->received + 1)
        return LINK_GAP;
    return LINK_RUNNING;
}

/* True when the frame is the next one; false when it is to be dropped. */
static bool
take_frame(struct link_consumer *c, const struct wire_frame *frame)
{
    if (frame->stream != c->stream)
        return false;
    c->met = c->answered = true;
    enum link_stop stop = check_identity(c, frame);
    if (stop != LINK_RUNNING) {
        c->stop = stop;
        return false;
    }
    if (frame->last > c->producer_last)
        c->producer_last = frame->last;
    if (frame->count == 0 || frame->first != c->received + 1)
        return false; /* a greeting; seen before; or one in between was lost and is asked for again */
    struct link_chain after = link_chain_next(c->chain, frame->first, frame->count, frame->bytes);
    if (memcmp(frame->before.bytes, c->chain.bytes, LINK_CHAIN_BYTES) != 0 ||
        memcmp(frame->after.bytes, after.bytes, LINK_CHAIN_BYTES) != 0) {
        c->stop = LINK_CHAIN;
        return false;
    }
    c->received += frame->count;
    c->chain = after;
    return true;
}

enum status
link_consumer_receive(struct link_consumer *c, struct link_frame *out)
{
    for (;;) {
        zmq_msg_t *message = malloc(sizeof *message);
        assert(message != NULL);
        zmq_msg_init(message);
        if (c->stop != LINK_RUNNING || zmq_msg_recv(message, c->socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(message);
            free(message);
            return STATUS_NOT_FOUND;
        }
        if (link_seam != NULL)
            link_seam("receive");
        struct wire_frame frame;
        if (wire_get_frame(text_of(zmq_msg_data(message), zmq_msg_size(message)), &frame) == STATUS_OK &&
            take_frame(c, &frame)) {
            *out = (struct link_frame){frame.first, frame.count, frame.bytes, frame.after, message};
            return STATUS_OK;
        }
        zmq_msg_close(message);
        free(message);
    }
}

void
link_frame_release(struct link_frame *frame)
{
    if (frame->message == NULL)
        return;
    zmq_msg_close(frame->message);
    free(frame->message);
    frame->message = NULL;
}

int64_t
link_consumer_pull(struct link_consumer *c, const struct link_cursor *cursor, uint32_t room, int64_t now)
{
    if (c->stop != LINK_RUNNING)
        return LINK_PULL_MICROSECONDS;
    bool waiting = c->asked_room > 0 && !c->answered;
    bool late = !c->asked || now - c->asked_at >= LINK_PULL_MICROSECONDS;
    bool news = c->received != c->asked_received || cursor->boundary != c->asked_boundary ||
                (room == 0) != (c->asked_room == 0);
    if (!late && !news)
        return LINK_PULL_MICROSECONDS - (now - c->asked_at);
    struct wire_pull pull = {.stream = c->stream,
                             .consumer = c->self,
                             .producer = c->producer,
                             .session = c->session,
                             .received = c->received,
                             .durable = cursor->applied,
                             .boundary = cursor->boundary,
                             .chain = cursor->chain,
                             .room = room,
                             .again = late && (waiting || !c->asked || c->producer_last > c->received)};
    uint8_t bytes[WIRE_PULL_BYTES];
    size_t length = wire_put_pull(&pull, bytes);
    if (link_seam != NULL)
        link_seam("send");
    if (zmq_send(c->socket, bytes, length, ZMQ_DONTWAIT) < 0)
        return LINK_PULL_MICROSECONDS / 10; /* not connected yet */
    c->asked = true;
    c->answered = false;
    c->asked_at = now;
    c->asked_received = c->received;
    c->asked_boundary = cursor->boundary;
    c->asked_room = room;
    return LINK_PULL_MICROSECONDS;
}

enum link_stop
link_consumer_stop(const struct link_consumer *c)
{
    return c->stop;
}

void
link_consumer_set_stop(struct link_consumer *c, enum link_stop stop)
{
    c->stop = stop;
}

void
link_consumer_accept(struct link_consumer *c, struct link_cursor *cursor)
{
    if (c->stop == LINK_OTHER_PRODUCER || c->stop == LINK_OTHER_INCARNATION || c->stop == LINK_GAP) {
        c->producer = c->offered;
        c->received = c->offered_oldest == 0 ? 0 : c->offered_oldest - 1;
        c->chain = c->offered_chain;
        c->producer_last = 0;
    }
    *cursor = (struct link_cursor){c->producer, c->received, c->received, c->chain};
    c->stop = LINK_RUNNING;
    c->asked = false;
}

struct link_identity
link_consumer_producer(const struct link_consumer *c)
{
    return c->producer;
}

bool
link_consumer_met(const struct link_consumer *c, uint64_t *last)
{
    *last = c->producer_last;
    return c->met;
}
