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

/* Signs that only a few of CMS's codes have, in the order of ASCII. There is no room for them in the base (41^12 has more than 64
 * bits), so each is three digits that no other code has: "!", a blank, its place here. */
static const char signs[] = "#$%&()*+<>@";
enum { SIGN_DIGITS = 3, SIGN_LEAD = 1 };

/* Place of a sign, from 1; 0: it is none. */
static uint64_t
sign_of(char c)
{
    const char *at = c == '\0' ? NULL : strchr(signs, c);
    return at == NULL ? 0 : (uint64_t)(at - signs) + 1;
}

/* Of a code with signs. */
static uint64_t
key_with_signs(struct text code)
{
    uint64_t key = 0;
    uint32_t digits = 0;
    for (size_t i = 0; i < code.length; i++) {
        uint64_t digit = digit_of(code.data[i]), sign = digit != 0 ? 0 : sign_of(code.data[i]);
        uint32_t room = sign != 0 ? SIGN_DIGITS : 1;
        if ((digit == 0 && sign == 0) || digits + room > CODESET_KEY_LENGTH)
            return 0;
        key = sign != 0 ? ((key * CODESET_BASE + SIGN_LEAD) * CODESET_BASE) * CODESET_BASE + sign : key * CODESET_BASE + digit;
        digits += room;
    }
    return key * codeset_index_divisor(digits);
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
            return key_with_signs(code);
        key = key * CODESET_BASE + digit;
    }
    return key * codeset_index_divisor((uint32_t)code.length);
}

struct text
codeset_key_text(uint64_t key, char buffer[CODESET_KEY_LENGTH + 1])
{
    size_t count = 0, length = 0;
    uint8_t digits[CODESET_KEY_LENGTH + SIGN_DIGITS] = {0};
    for (size_t i = CODESET_KEY_LENGTH; i > 0; i--) {
        digits[i - 1] = (uint8_t)(key % CODESET_BASE);
        key /= CODESET_BASE;
        if (digits[i - 1] != 0 && count < i)
            count = i;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t sign = digits[i] == SIGN_LEAD && digits[i + 1] == 0 ? digits[i + 2] : 0;
        bool is_sign = sign > 0 && sign < sizeof signs;
        buffer[length++] = is_sign ? signs[sign - 1] : alphabet[digits[i]];
        i += is_sign ? SIGN_DIGITS - 1 : 0;
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
