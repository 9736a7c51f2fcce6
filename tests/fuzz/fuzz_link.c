/* The messages of the link: whatever the bytes are, they are refused or read within their bounds. */
#include "common/link/wire.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_pull pull;
    struct wire_frame frame;
    struct text bytes = text_of(data, size);
    if (wire_get_pull(bytes, &pull) == STATUS_OK) {
        uint8_t again[WIRE_PULL_BYTES];
        assert(wire_put_pull(&pull, again) == size && memcmp(again, data, size - 1) == 0);
    }
    if (wire_get_frame(bytes, &frame) == STATUS_OK) {
        size_t sum = 0;
        for (size_t at = 0; at < frame.bytes.length;) {
            const uint8_t *entry = (const uint8_t *)frame.bytes.data + at;
            size_t length = (size_t)entry[0] << 24 | (size_t)entry[1] << 16 | (size_t)entry[2] << 8 | entry[3];
            at += 4 + length;
            sum++;
            assert(at <= frame.bytes.length);
        }
        assert(sum == frame.count);
    }
    return 0;
}
