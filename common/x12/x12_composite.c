#include "common/x12/x12_composite.h"

struct x12_composite_marks
x12_composite_search(const char *from, const char *end, char separator)
{
    struct x12_composite_marks found = {.base = from};
    for (; found.marks == 0; found.base += found.marks == 0 ? X12_MARKED_BYTES : 0) {
        const size_t left = (size_t)(end - found.base);
        for (size_t i = 0; i < X12_MARKED_BYTES && i <= left; i++)
            found.marks |= (uint64_t)(i == left || found.base[i] == separator) << i;
    }
    return found;
}
