#include "common/link/socket.h"
#include "common/link/wire.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* A frame from the trim on whose chain is known: it was sent, or walked over to find the consumer's place. */
struct known {
    uint64_t last;
    size_t size;
    struct link_chain after;
};

struct link_producer {
    void *socket;
    uint16_t stream;
    struct link_identity self;
    struct link_source source;
    struct link_trim trim; /* as in the store */
    bool trim_changed;     /* the consumer became known, or was accepted */
    enum link_stop stop;
    struct arena arena;

    struct known *known; /* ascending, from the trim */
    size_t known_count, known_room, known_sent; /* the first known_sent of them were sent to this session */

    bool met; /* a consumer asked; peer, session and the rest are its */
    struct link_peer peer;
    uint64_t session, received, durable, boundary;
    uint32_t room;
    struct link_identity offered; /* the consumer as it says it is, for accept */
    bool greet;
};

enum status
link_produce(struct link_context *context, const char *path, uint16_t stream, struct link_identity self,
             struct link_trim trim, struct link_source source, struct link_producer **producer)
{
    struct link_producer *p = calloc(1, sizeof *p);
    if (p == NULL)
        return STATUS_INTERNAL;
    p->socket = socket_new(context, ZMQ_ROUTER);
    enum status status = p->socket == NULL ? STATUS_INTERNAL : socket_bind(p->socket, path);
    if (status != STATUS_OK) {
        socket_close(p->socket);
        free(p);
        return status;
    }
    p->stream = stream;
    p->self = self;
    p->source = source;
    p->trim = trim;
    p->boundary = p->durable = trim.forgotten;
    arena_init(&p->arena, 0);
    *producer = p;
    return STATUS_OK;
}

void
link_producer_free(struct link_producer *p)
{
    if (p == NULL)
        return;
    socket_close(p->socket);
    arena_free(&p->arena);
    free(p->known);
    free(p);
}

void *
link_producer_socket(struct link_producer *p)
{
    return p->socket;
}

static uint64_t
known_end(const struct link_producer *p)
{
    return p->known_count == 0 ? p->trim.forgotten : p->known[p->known_count - 1].last;
}

/* Index of the frame that ends at `last`, or SIZE_MAX. */
static size_t
known_find(const struct link_producer *p, uint64_t last)
{
    size_t low = 0, high = p->known_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->known[middle].last < last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->known_count && p->known[low].last == last ? low : SIZE_MAX;
}

static struct link_chain
known_chain(const struct link_producer *p, size_t count)
{
    return count == 0 ? p->trim.chain : p->known[count - 1].after;
}

static void
known_add(struct link_producer *p, struct known frame)
{
    if (p->known_count == p->known_room) {
        p->known_room = p->known_room == 0 ? 64 : p->known_room * 2;
        p->known = realloc(p->known, p->known_room * sizeof *p->known);
        assert(p->known != NULL);
    }
    p->known[p->known_count++] = frame;
}

/* Fetches the frame after the first `index` known ones; makes it known when it was not. */
static enum status
fetch(struct link_producer *p, size_t index, uint64_t *first, uint32_t *count, struct text *bytes)
{
    uint64_t number = (index == 0 ? p->trim.forgotten : p->known[index - 1].last) + 1;
    enum status status = p->source.frame(p->source.context, number, &p->arena, first, count, bytes);
    if (status != STATUS_OK)
        return status;
    if (*first != number || *count == 0)
        return STATUS_CORRUPT;
    if (index == p->known_count) {
        struct link_chain after = link_chain_next(known_chain(p, index), *first, *count, *bytes);
        known_add(p, (struct known){*first + *count - 1, bytes->length, after});
    }
    return STATUS_OK;
}

/* Walks over kept frames until the one that ends at `last` is known. */
static enum status
walk_to(struct link_producer *p, uint64_t last)
{
    while (known_end(p) < last) {
        uint64_t first;
        uint32_t count;
        struct text bytes;
        enum status status = fetch(p, p->known_count, &first, &count, &bytes);
        arena_reset(&p->arena);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static bool
identity_empty(const struct link_identity *identity)
{
    static const struct link_identity none;
    return memcmp(identity->id, none.id, LINK_ID_BYTES) == 0 && identity->incarnation == 0;
}

static enum link_stop
check_identity(struct link_producer *p, const struct wire_pull *pull)
{
    p->offered = pull->consumer;
    if (identity_empty(&p->trim.consumer)) {
        p->trim.consumer = pull->consumer;
        p->trim_changed = true;
    }
    if (memcmp(pull->consumer.id, p->trim.consumer.id, LINK_ID_BYTES) != 0)
        return LINK_OTHER_CONSUMER;
    if (pull->consumer.incarnation != p->trim.consumer.incarnation)
        return LINK_OTHER_INCARNATION;
    if (identity_empty(&pull->producer))
        return LINK_RUNNING;
    if (memcmp(pull->producer.id, p->self.id, LINK_ID_BYTES) != 0)
        return LINK_OTHER_PRODUCER;
    return pull->producer.incarnation == p->self.incarnation ? LINK_RUNNING : LINK_OTHER_INCARNATION;
}

/* Does the consumer's place fit the log? Its chain must be ours at its boundary. */
static enum status
check_place(struct link_producer *p, const struct wire_pull *pull, uint64_t last)
{
    if (pull->boundary > last || pull->durable > last || pull->received > last || pull->boundary < p->trim.forgotten) {
        p->stop = LINK_GAP;
        return STATUS_OK;
    }
    uint64_t target = pull->received > pull->boundary ? pull->received : pull->boundary;
    enum status status = walk_to(p, target);
    if (status != STATUS_OK)
        return status;
    bool start = pull->boundary == p->trim.forgotten;
    size_t at = start ? 0 : known_find(p, pull->boundary);
    struct link_chain chain = start ? p->trim.chain : at == SIZE_MAX ? (struct link_chain){{0}} : p->known[at].after;
    if (at == SIZE_MAX || memcmp(chain.bytes, pull->chain.bytes, LINK_CHAIN_BYTES) != 0)
        p->stop = LINK_CHAIN;
    return STATUS_OK;
}

static enum status
take_pull(struct link_producer *p, const struct link_peer *peer, const struct wire_pull *pull, uint64_t last)
{
    if (pull->stream != p->stream)
        return STATUS_OK;
    p->stop = check_identity(p, pull);
    if (p->stop == LINK_RUNNING) {
        enum status status = check_place(p, pull, last);
        if (status != STATUS_OK)
            return status;
    }
    bool fresh = !p->met || pull->session != p->session;
    p->peer = *peer;
    p->met = true;
    p->session = pull->session;
    p->greet |= fresh || pull->again || p->stop != LINK_RUNNING;
    if (p->stop != LINK_RUNNING)
        return STATUS_OK;
    if (pull->boundary > p->boundary)
        p->boundary = pull->boundary;
    p->durable = pull->durable;
    p->room = pull->room;
    if (fresh || pull->again || pull->received > p->received)
        p->received = pull->received;
    if (fresh || pull->again) {
        size_t at = p->received == p->trim.forgotten ? 0 : known_find(p, p->received) + 1;
        p->known_sent = at; /* SIZE_MAX + 1 = 0 cannot be: check_place walked to received */
    }
    return STATUS_OK;
}

/* False when the peer is gone or its pipe is full. */
static bool
send_frame(struct link_producer *p, const struct wire_frame *frame)
{
    zmq_msg_t message;
    if (link_seam != NULL)
        link_seam("send");
    if (zmq_send(p->socket, p->peer.bytes, p->peer.length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        if (errno == EHOSTUNREACH)
            p->met = false;
        return false;
    }
    zmq_msg_init_size(&message, WIRE_FRAME_HEAD_BYTES + frame->bytes.length);
    uint8_t *out = zmq_msg_data(&message);
    wire_put_frame_head(frame, out);
    if (frame->bytes.length > 0)
        memcpy(out + WIRE_FRAME_HEAD_BYTES, frame->bytes.data, frame->bytes.length);
    if (zmq_msg_send(&message, p->socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&message);
        return false;
    }
    return true;
}

static size_t
bytes_under_way(const struct link_producer *p)
{
    size_t sum = 0;
    for (size_t i = p->known_sent; i > 0 && p->known[i - 1].last > p->received; i--)
        sum += p->known[i - 1].size;
    return sum;
}

static enum status
send_more(struct link_producer *p, uint64_t last)
{
    struct wire_frame head = {.stream = p->stream, .producer = p->self, .last = last, .oldest = p->trim.forgotten + 1,
                              .before = p->trim.chain};
    if (p->greet && send_frame(p, &head))
        p->greet = false;
    size_t under_way = bytes_under_way(p);
    while (p->met && p->stop == LINK_RUNNING && p->room > 0) {
        uint64_t end = p->known_sent == 0 ? p->trim.forgotten : p->known[p->known_sent - 1].last;
        if (end >= last || under_way >= p->room)
            break;
        struct wire_frame frame = head;
        enum status status = fetch(p, p->known_sent, &frame.first, &frame.count, &frame.bytes);
        if (status != STATUS_OK) {
            arena_reset(&p->arena);
            return status;
        }
        if (under_way > 0 && under_way + frame.bytes.length > p->room) {
            arena_reset(&p->arena);
            break;
        }
        frame.before = known_chain(p, p->known_sent);
        frame.after = p->known[p->known_sent].after;
        bool sent = send_frame(p, &frame);
        under_way += frame.bytes.length;
        arena_reset(&p->arena);
        if (!sent)
            break;
        p->known_sent++;
    }
    return STATUS_OK;
}

enum status
link_producer_work(struct link_producer *p, uint64_t last)
{
    zmq_msg_t message;
    for (;;) {
        struct link_peer peer;
        struct wire_pull pull;
        int got = zmq_recv(p->socket, peer.bytes, sizeof peer.bytes, ZMQ_DONTWAIT);
        if (got < 0 || (size_t)got > sizeof peer.bytes)
            break;
        if (link_seam != NULL)
            link_seam("receive");
        peer.length = (size_t)got;
        int more = 0;
        size_t more_size = sizeof more;
        zmq_getsockopt(p->socket, ZMQ_RCVMORE, &more, &more_size);
        if (!more)
            continue;
        zmq_msg_init(&message);
        if (zmq_msg_recv(&message, p->socket, ZMQ_DONTWAIT) < 0)
            break;
        enum status status = wire_get_pull(text_of(zmq_msg_data(&message), zmq_msg_size(&message)), &pull);
        zmq_msg_close(&message);
        if (status == STATUS_OK)
            status = take_pull(p, &peer, &pull, last);
        if (status != STATUS_OK && status != STATUS_INVALID)
            return status;
    }
    return p->met ? send_more(p, last) : STATUS_OK;
}

enum status
link_producer_trim(struct link_producer *p, struct link_trim *trim, uint64_t *bytes)
{
    *bytes = 0;
    if (p->boundary <= p->trim.forgotten && !p->trim_changed)
        return STATUS_NOT_FOUND;
    *trim = p->trim;
    size_t at = p->boundary > p->trim.forgotten ? known_find(p, p->boundary) : SIZE_MAX;
    if (at != SIZE_MAX) {
        trim->forgotten = p->boundary;
        trim->chain = p->known[at].after;
        for (size_t i = 0; i <= at; i++)
            *bytes += p->known[i].size;
    }
    return STATUS_OK;
}

void
link_producer_forgot(struct link_producer *p, const struct link_trim *trim)
{
    size_t gone = 0;
    while (gone < p->known_count && p->known[gone].last <= trim->forgotten)
        gone++;
    if (gone > 0)
        memmove(p->known, p->known + gone, (p->known_count - gone) * sizeof *p->known);
    p->known_count -= gone;
    p->known_sent = p->known_sent > gone ? p->known_sent - gone : 0;
    p->trim = *trim;
    p->trim_changed = false;
    if (p->received < trim->forgotten)
        p->received = trim->forgotten;
}

enum link_stop
link_producer_stop(const struct link_producer *p)
{
    return p->stop;
}

void
link_producer_accept(struct link_producer *p)
{
    if (p->stop == LINK_OTHER_CONSUMER || p->stop == LINK_OTHER_INCARNATION) {
        p->trim.consumer = p->offered;
        p->trim_changed = true;
    }
    p->stop = LINK_RUNNING;
    p->met = false; /* the next PULL starts anew */
}

uint64_t
link_producer_durable(const struct link_producer *p)
{
    return p->durable;
}
