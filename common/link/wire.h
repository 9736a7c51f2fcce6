/* The messages of the link, byte by byte. Internal to common/link; README.md describes the layout. */
#ifndef CLAIMLINE_LINK_WIRE_H
#define CLAIMLINE_LINK_WIRE_H

#include "common/link/link.h"

enum { WIRE_VERSION = 1, WIRE_PULL = 1, WIRE_FRAME = 2, WIRE_HELLO = 3 };
enum { WIRE_PULL_BYTES = 4 + 24 + 24 + 8 + 8 + 8 + 8 + 16 + 4 + 1, WIRE_FRAME_HEAD_BYTES = 4 + 24 + 8 + 8 + 4 + 16 + 16 + 8 };

struct wire_pull {
    uint16_t stream;
    struct link_identity consumer, producer; /* producer as known; zero = not met */
    uint64_t session;                        /* of the consumer's process */
    uint64_t received, durable, boundary;
    struct link_chain chain;
    uint32_t room;
    bool again; /* send from `received` on, whatever you think is under way */
};

/* A HELLO is a FRAME of count 0: who I am and what my last number is. */
struct wire_frame {
    uint16_t stream;
    struct link_identity producer;
    uint64_t first, last; /* of the frame; the producer's last committed number */
    uint32_t count;
    struct link_chain before, after;
    uint64_t oldest; /* first number still kept */
    struct text bytes;
};

size_t wire_put_pull(const struct wire_pull *pull, uint8_t out[WIRE_PULL_BYTES]);
/* INVALID when the bytes are not a PULL. */
enum status wire_get_pull(struct text bytes, struct wire_pull *pull);
void wire_put_frame_head(const struct wire_frame *frame, uint8_t out[WIRE_FRAME_HEAD_BYTES]);
/* INVALID when not a FRAME or its entries do not fill its bytes. */
enum status wire_get_frame(struct text bytes, struct wire_frame *frame);

#endif
