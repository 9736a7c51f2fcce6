/* Cutting and joining any bytes: what is written ends whole, and no part holds more claims than it may. */
#include "common/x12/split/x12_split.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    const uint8_t *data;
    size_t size;
};

static enum status
give(void *context, char *buffer, size_t room, size_t *got)
{
    struct bytes *bytes = context;
    *got = bytes->size < room ? bytes->size : room;
    memcpy(buffer, bytes->data, *got);
    bytes->data += *got;
    bytes->size -= *got;
    return STATUS_OK;
}

struct parts {
    bool open;
    uint32_t count, most;
    size_t written;
};

static enum status
open_part(void *context, uint32_t number)
{
    struct parts *parts = context;
    assert(!parts->open && number == ++parts->count);
    parts->open = true;
    return STATUS_OK;
}

static enum status
write_part(void *context, const char *bytes, size_t length)
{
    struct parts *parts = context;
    (void)bytes;
    assert(parts->open);
    parts->written += length;
    return STATUS_OK;
}

static enum status
close_part(void *context, uint32_t number, uint32_t claims, uint64_t control)
{
    struct parts *parts = context;
    (void)control;
    assert(parts->open && number == parts->count && claims <= parts->most);
    parts->open = false;
    return STATUS_OK;
}

static enum status
write_joined(void *context, const char *bytes, size_t length)
{
    (void)bytes;
    *(size_t *)context += length;
    return STATUS_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char reason[X12_SPLIT_REASON];
    for (uint32_t most = 1; most <= 3; most += 2) {
        struct bytes bytes = {data, size};
        struct parts parts = {.most = most};
        struct x12_split_options options = {.claims = most};
        struct x12_split_target target = {open_part, write_part, close_part, &parts};
        enum status status = x12_split(&options, give, &bytes, &target, reason);
        assert(!parts.open && (status == STATUS_OK || status == STATUS_INVALID || status == STATUS_LIMIT));
    }
    struct x12_join join;
    size_t written = 0;
    x12_join_open(&join, 1, write_joined, &written);
    for (int i = 0; i < 2; i++) {
        struct bytes bytes = {data, size};
        enum status status = x12_join_add(&join, give, &bytes, reason);
        assert(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_LIMIT);
    }
    x12_join_close(&join);
    return 0;
}
