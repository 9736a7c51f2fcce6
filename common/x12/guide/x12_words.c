#include "common/x12/guide/x12_words.h"

#include <assert.h>

const struct x12_segment_words *
x12_words_segment(uint32_t id)
{
    uint16_t low = 0, high = x12_segment_words_count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (x12_segment_words[middle].id < id)
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    return low < x12_segment_words_count && x12_segment_words[low].id == id ? &x12_segment_words[low] : NULL;
}

const char *
x12_words_code(uint16_t list, struct text code)
{
    assert(list < x12_code_words_count);
    const struct x12_code_words *words = &x12_code_words[list];
    uint64_t number = x12_code(code);
    uint16_t low = 0, high = words->count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (words->codes[middle] < number)
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    return low < words->count && words->codes[low] == number ? words->names[low] : NULL;
}
