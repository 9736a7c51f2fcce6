#include "common/store/store_recent.h"

#include <assert.h>
#include <stdlib.h>

static void
drop(struct store_recent *recent, size_t from, size_t count)
{
    struct store_recent_frame *frames = &recent->frames[from];
    for (size_t i = 0; i < count; i++) {
        recent->bytes -= frames[i].bytes.length;
        free(frames[i].buffer);
    }
    memmove(frames, frames + count, (recent->count - from - count) * sizeof *frames);
    recent->count -= count;
}

bool
store_recent_take(struct store_recent *recent, uint64_t first, uint32_t count, struct text bytes, char *buffer)
{
    size_t gone = 0, left = recent->bytes;
    if (bytes.length == 0 || bytes.length > recent->limit)
        return false;
    while (left + bytes.length > recent->limit || recent->count - gone == STORE_RECENT_FRAMES)
        left -= recent->frames[gone++].bytes.length;
    drop(recent, 0, gone);
    recent->frames[recent->count++] = (struct store_recent_frame){first, count, bytes, buffer};
    recent->bytes += bytes.length;
    return true;
}

void
store_recent_add(struct store_recent *recent, uint64_t first, uint32_t count, struct text bytes)
{
    if (bytes.length == 0 || bytes.length > recent->limit)
        return;
    char *copy = malloc(bytes.length);
    assert(copy != NULL);
    memcpy(copy, bytes.data, bytes.length);
    store_recent_take(recent, first, count, text_of(copy, bytes.length), copy);
}

void
store_recent_cut(struct store_recent *recent, uint64_t next)
{
    size_t kept = recent->count;
    while (kept > 0 && recent->frames[kept - 1].first >= next)
        kept--;
    drop(recent, kept, recent->count - kept);
}

const struct store_recent_frame *
store_recent_find(const struct store_recent *recent, uint64_t number)
{
    for (size_t i = recent->count; i > 0; i--) {
        const struct store_recent_frame *frame = &recent->frames[i - 1];
        if (number >= frame->first && number - frame->first < frame->count)
            return frame;
    }
    return NULL;
}

void
store_recent_free(struct store_recent *recent)
{
    drop(recent, 0, recent->count);
}
