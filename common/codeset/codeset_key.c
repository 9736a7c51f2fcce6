#include "common/codeset/codeset_format.h"

/* In the order of ASCII; the value of a character is its place, 0 is the blank that fills up. */
static const char alphabet[] = " !-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ~";
_Static_assert(sizeof alphabet - 1 == CODESET_BASE, "one character a digit");

static uint64_t
digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (uint64_t)(c - '0') + 3;
    if (c >= 'A' && c <= 'Z')
        return (uint64_t)(c - 'A') + 13;
    return c == '!' ? 1 : c == '-' ? 2 : c == '~' ? 39 : 0;
}

uint64_t
codeset_key(struct text code)
{
    uint64_t key = 0;
    if (code.length == 0 || code.length > CODESET_KEY_LENGTH)
        return 0;
    for (size_t i = 0; i < code.length; i++) {
        uint64_t digit = digit_of(code.data[i]);
        if (digit == 0)
            return 0;
        key = key * CODESET_BASE + digit;
    }
    return key * codeset_index_divisor((uint32_t)code.length);
}

struct text
codeset_key_text(uint64_t key, char buffer[CODESET_KEY_LENGTH + 1])
{
    size_t length = 0;
    for (size_t i = CODESET_KEY_LENGTH; i > 0; i--) {
        uint64_t digit = key % CODESET_BASE;
        key /= CODESET_BASE;
        buffer[i - 1] = alphabet[digit];
        if (digit != 0 && length < i)
            length = i;
    }
    buffer[length] = '\0';
    return text_of(buffer, length);
}

uint64_t
codeset_key_after(uint64_t key, size_t length)
{
    uint64_t step = codeset_index_divisor((uint32_t)length);
    return key - key % step + step;
}

void
codeset_key_to_numbers(uint64_t key, int32_t numbers[2])
{
    numbers[0] = (int32_t)(uint32_t)(key >> 32);
    numbers[1] = (int32_t)(uint32_t)key;
}

uint64_t
codeset_key_of_numbers(const int32_t numbers[2])
{
    return (uint64_t)(uint32_t)numbers[0] << 32 | (uint32_t)numbers[1];
}
