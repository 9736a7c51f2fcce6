/*
 * The durable link between two daemons: a log with a cursor. ZeroMQ carries the bytes and promises nothing; the log
 * lies in the producer's store, the cursor in the consumer's store, in the same transaction as the effect. The only
 * user of zmq.h.
 *
 * The consumer pulls (DEALER to the producer's ROUTER, one ipc socket a stream):
 *   PULL{consumer id, producer id as known, incarnation as known, session, again, received, durable, boundary, chain, room}
 * The producer sends what lies after `received`, whole frames, as long as what is under way fits in `room` (one frame at
 * least), and may forget what lies at or before `durable`. Any message may be lost, doubled or delayed without harm:
 * PULL is repeated every LINK_PULL_MICROSECONDS without an answer.
 *
 * Each frame carries chain = H(chain before, first number, count, bytes). An id, incarnation, number or chain that does
 * not fit stops the link (link_stop) and says so; an operator's `link accept` is the only way on.
 *
 * Entries are numbered from 1. A frame is the entries of one commit (or part of it), each u32 big endian length + bytes.
 * Layout of the messages: INTERFACES in README.md of this folder.
 */
#ifndef CLAIMLINE_LINK_H
#define CLAIMLINE_LINK_H

#include "common/arena/arena.h"
#include "common/status/status.h"
#include "common/text/text.h"

enum {
    LINK_ID_BYTES = 16,
    LINK_CHAIN_BYTES = 16,
    LINK_PULL_MICROSECONDS = 250 * 1000,
    LINK_WINDOW_BYTES = 16 << 20,      /* largest room that a consumer grants */
    LINK_MESSAGE_LIMIT = 12 << 20,    /* MAXMSGSIZE: the largest frame and its head */
};

struct link_chain {
    uint8_t bytes[LINK_CHAIN_BYTES];
};
/* The chain after a frame. */
struct link_chain link_chain_next(struct link_chain before, uint64_t first, uint32_t count, struct text bytes);

/* Who a peer is: its store's id and incarnation. All zero: not met yet. */
struct link_identity {
    uint8_t id[LINK_ID_BYTES];
    uint64_t incarnation;
};

/* A consumer's place, durable in its store (row of the table `link`). */
struct link_cursor {
    struct link_identity producer;
    uint64_t applied;        /* last number whose effect is durable */
    uint64_t boundary;       /* last number of the last frame that was applied whole */
    struct link_chain chain; /* after that frame */
};

/* A producer's place, durable in its store: what was forgotten. */
struct link_trim {
    struct link_identity consumer;
    uint64_t forgotten;      /* last number forgotten: a frame's end */
    struct link_chain chain; /* after it */
};

/* Why a link stopped; a static sentence in link_stop_sentence. */
enum link_stop {
    LINK_RUNNING,
    LINK_OTHER_PRODUCER,    /* the producer's store is another one */
    LINK_OTHER_CONSUMER,    /* the consumer's store is another one */
    LINK_OTHER_INCARNATION, /* the peer was restored from a backup */
    LINK_GAP,               /* the producer no longer has what the consumer needs, or the consumer is ahead of the log */
    LINK_CHAIN,             /* same numbers, other content */
    LINK_UNKNOWN_RECORD,    /* a record type that the consumer does not know: upgrade consumers first */
    LINK_STOP_COUNT
};
const char *link_stop_sentence(enum link_stop stop);

/* The process's ZeroMQ context: one I/O thread. NULL when it cannot be made. */
struct link_context;
struct link_context *link_context_new(void);
void link_context_free(struct link_context *context);

/* What to poll: ZeroMQ sockets and plain descriptors together. */
struct link_poll {
    void *socket; /* or NULL: fd is meant */
    int fd;
    bool readable, writable; /* asked for */
    bool ready;              /* the answer */
};
/* Waits until one is ready or the time is over; EINTR counts as over. */
void link_poll(struct link_poll *items, size_t count, int64_t microseconds);

/* ---- the producer's end of a stream ---- */
struct link_producer;
struct link_source {
    /* The committed frame that holds entry `number`, in the arena: OK, NOT_FOUND, CORRUPT. */
    enum status (*frame)(void *context, uint64_t number, struct arena *arena, uint64_t *first, uint32_t *count,
                         struct text *bytes);
    void *context;
};
/* Binds `path` (a stale socket file is replaced: the caller holds the daemon's lock). `trim` as it is in the store. */
enum status link_produce(struct link_context *context, const char *path, uint16_t stream, struct link_identity self,
                         struct link_trim trim, struct link_source source, struct link_producer **producer);
void link_producer_free(struct link_producer *producer);
void *link_producer_socket(struct link_producer *producer);
/* Takes PULLs and sends what may be sent. `last` is the last committed number. Call when the socket is ready and after every
 * commit. CORRUPT when a frame does not open. */
enum status link_producer_work(struct link_producer *producer, uint64_t last);
/* What may be forgotten now; OK when it moved past what the store knows, NOT_FOUND when not. The caller forgets up to
 * trim->forgotten (`*bytes` in whole frames) and keeps *trim in the same commit, then says so by link_producer_forgot. */
enum status link_producer_trim(struct link_producer *producer, struct link_trim *trim, uint64_t *bytes);
void link_producer_forgot(struct link_producer *producer, const struct link_trim *trim);
enum link_stop link_producer_stop(const struct link_producer *producer);
/* An operator's word: the consumer as it is now is the right one. Durable by the caller through link_producer_trim. */
void link_producer_accept(struct link_producer *producer);
uint64_t link_producer_durable(const struct link_producer *producer);

/* ---- the consumer's end ---- */
struct link_consumer;
struct link_frame {
    uint64_t first;
    uint32_t count;
    struct text bytes;       /* entries; owned by the frame */
    struct link_chain chain; /* after it */
    void *message;           /* internal */
};
/* Connects (the producer need not be there). `cursor` as it is in the store. */
enum status link_consume(struct link_context *context, const char *path, uint16_t stream, struct link_identity self,
                         struct link_cursor cursor, struct link_consumer **consumer);
void link_consumer_free(struct link_consumer *consumer);
void *link_consumer_socket(struct link_consumer *consumer);
/* The next frame in order, to be given back with link_frame_release: OK, NOT_FOUND (nothing there now). Frames out of order or seen before are dropped. */
enum status link_consumer_receive(struct link_consumer *consumer, struct link_frame *frame);
void link_frame_release(struct link_frame *frame);
/* Asks for more: `cursor` is what is durable now, `room` the bytes that may be under way or waiting. Sends only when
 * something changed or the time has come (`now` of clock_ticks). Returns microseconds until the next needed call. */
int64_t link_consumer_pull(struct link_consumer *consumer, const struct link_cursor *cursor, uint32_t room, int64_t now);
enum link_stop link_consumer_stop(const struct link_consumer *consumer);
void link_consumer_set_stop(struct link_consumer *consumer, enum link_stop stop);
/* An operator's word: take the producer as it is now, from its oldest kept entry. *cursor is what to make durable. */
void link_consumer_accept(struct link_consumer *consumer, struct link_cursor *cursor);
/* The producer's identity as met in this process, to be kept in the cursor; zero before the first frame. */
struct link_identity link_consumer_producer(const struct link_consumer *consumer);
/* Has the producer answered since the start, and its last committed number as it told. */
bool link_consumer_met(const struct link_consumer *consumer, uint64_t *last);

/* Set by fault tests: called before every send and receive. */
extern void (*link_seam)(const char *operation);

/* ---- doorbell: a PUB that promises nothing ---- */
struct link_bell;
enum status link_bell_open(struct link_context *context, const char *path, struct link_bell **bell);
void link_bell_ring(struct link_bell *bell, struct text message);
void link_bell_free(struct link_bell *bell);

/* ---- a request socket (the API of intake): ROUTER, plain messages ---- */
struct link_api;
enum status link_api_open(struct link_context *context, const char *path, struct link_api **api);
void *link_api_socket(struct link_api *api);
/* The next request: who asked (to be given back to link_api_answer) and its bytes in the arena. NOT_FOUND when none. */
struct link_peer {
    uint8_t bytes[64];
    size_t length;
};
enum status link_api_receive(struct link_api *api, struct arena *arena, struct link_peer *peer, struct text *bytes);
/* Dropped when the peer is gone: it asks again. */
void link_api_answer(struct link_api *api, const struct link_peer *peer, struct text bytes);
void link_api_free(struct link_api *api);

#endif
