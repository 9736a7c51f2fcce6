/* Any bytes as a user's file of codes: it is read, and then every code is judged, or refused with one line of reason. */
#include "common/codes/codes_lists.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct codes_lists *lists = codes_lists_new();
    char reason[512];
    memset(reason, 'x', sizeof reason);
    enum status status = codes_lists_read(lists, "f", text_of(data, size), reason);
    if (status == STATUS_OK)
        status = codes_lists_read(lists, "f", text_of(data, size), reason);
    if (status != STATUS_OK)
        assert(memchr(reason, '\0', sizeof reason) != NULL && strncmp(reason, "f:", 2) == 0);
    struct text bytes = text_of(data, size);
    while (bytes.length > 0) {
        struct text word = text_cut(bytes, ',', &bytes);
        for (unsigned system = 0; system < CODES_SYSTEM_COUNT; system++)
            assert(codes_lists_judge(lists, system, word, 20240101, 20240131).verdict < CODES_VERDICT_COUNT);
    }
    codes_lists_free(lists);
    return 0;
}
