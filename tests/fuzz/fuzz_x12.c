/* Reader, walker and checks over any bytes: whole from memory and in pieces from a source, which must tell
 * the same. */
#include "common/x12/x12_validate.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
    const uint8_t *data;
    size_t size, piece;
};

static enum status
give(void *context, char *buffer, size_t room, size_t *got)
{
    struct pieces *pieces = context;
    size_t size = pieces->piece < room ? pieces->piece : room;
    *got = size < pieces->size ? size : pieces->size;
    memcpy(buffer, pieces->data, *got);
    pieces->data += *got;
    pieces->size -= *got;
    return STATUS_OK;
}

static uint64_t
drain(struct x12_check *check, size_t size)
{
    uint64_t digest = 0, events = 0;
    enum x12_event event;
    int open_sets = 0;
    do {
        event = x12_check_next(check);
        digest = digest * 31 + (uint64_t)event;
        /* Each byte gives at most one segment, each segment a handful of events. */
        assert(++events < 16 * size + 16);
        switch (event) {
        case X12_EVENT_SEGMENT:
            digest = digest * 31 + check->segment->length + check->segment->offset;
            assert(open_sets == 1);
            break;
        case X12_EVENT_SET:
            assert(open_sets++ == 0);
            break;
        case X12_EVENT_SET_END:
            assert(open_sets-- == 1);
            digest = digest * 31 + check->set.findings.count;
            break;
        case X12_EVENT_CLAIM_END:
            digest = digest * 31 + check->claim.findings.count + check->claim.bytes.length;
            break;
        default:
            break;
        }
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    assert(open_sets == 0);
    x12_check_close(check);
    return digest;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct x12_check_options options = {.snip = 7, .pin_limit = 4096, .today = 20261123, .codes = codes_lists_builtin()};
    struct x12_check check;
    if (size > 100000)
        return 0;
    x12_check_open_memory(&check, &options, text_of(data, size));
    uint64_t whole = drain(&check, size);
    struct pieces pieces = {data, size, 1 + size % 61};
    x12_check_open(&check, &options, give, &pieces);
    uint64_t pieced = drain(&check, size);
    assert(whole == pieced);
    return 0;
}
