/* Sockets as the link wants them: LINGER 0, bounded marks, MAXMSGSIZE. Internal to common/link. */
#ifndef CLAIMLINE_LINK_SOCKET_H
#define CLAIMLINE_LINK_SOCKET_H

#include "common/link/link.h"

#include <zmq.h>

struct link_context {
    void *zmq;
};

/* NULL when it cannot be made. */
void *socket_new(struct link_context *context, int type);
/* Binds ipc://path, replacing a stale socket file; mode 0660. */
enum status socket_bind(void *socket, const char *path);
enum status socket_connect(void *socket, const char *path);
void socket_close(void *socket);

#endif
