/* A message of the control socket: a u32 big endian length, then so many bytes. Used by control_server.c and
 * control_client.c alone. */
#ifndef CLAIMLINE_CONTROL_MESSAGE_H
#define CLAIMLINE_CONTROL_MESSAGE_H

#include "common/control/control.h"

enum { CONTROL_HEAD_BYTES = 4 };

static inline void
control_message_head(char head[CONTROL_HEAD_BYTES], size_t length)
{
    for (int i = 0; i < CONTROL_HEAD_BYTES; i++)
        head[i] = (char)(length >> (24 - 8 * i));
}

static inline size_t
control_message_length(const char head[CONTROL_HEAD_BYTES])
{
    size_t length = 0;
    for (int i = 0; i < CONTROL_HEAD_BYTES; i++)
        length = length << 8 | (unsigned char)head[i];
    return length;
}

#endif
