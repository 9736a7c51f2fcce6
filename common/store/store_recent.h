/*
 * The newest frames of a log, kept as they were before they were sealed. An outbox is asked for each frame once, right
 * behind the commit that wrote it: from here it goes out without being read from the file and opened. A frame that is
 * not here any more (the consumer was away, the process began anew) comes from the tree.
 */
#ifndef CLAIMLINE_STORE_RECENT_H
#define CLAIMLINE_STORE_RECENT_H

#include "common/text/text.h"

#include <stdint.h>

enum { STORE_RECENT_FRAMES = 32 };

struct store_recent_frame {
    uint64_t first;
    uint32_t count;
    struct text bytes;
    char *buffer; /* owned; the bytes lie in it */
};

/* Oldest first; `limit` 0 keeps none. */
struct store_recent {
    size_t limit, bytes, count;
    struct store_recent_frame frames[STORE_RECENT_FRAMES];
};

/* Copies the frame; older ones make room. One larger than the limit is not kept. */
void store_recent_add(struct store_recent *recent, uint64_t first, uint32_t count, struct text bytes);
/* Takes over `buffer` (malloc'd), in which the frame lies. False: it is not kept, and the buffer stays the caller's. */
bool store_recent_take(struct store_recent *recent, uint64_t first, uint32_t count, struct text bytes, char *buffer);
/* Drops the frames that begin at or behind `next`: their batch was aborted, and their numbers are given again. */
void store_recent_cut(struct store_recent *recent, uint64_t next);
/* The frame that holds the entry `number`, or NULL. */
const struct store_recent_frame *store_recent_find(const struct store_recent *recent, uint64_t number);
void store_recent_free(struct store_recent *recent);

#endif
