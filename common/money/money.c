#include "common/money/money.h"

#include "common/text/text_word.h"

#include <inttypes.h>
#include <stdio.h>

bool
money_parse(struct text t, int64_t *cents)
{
    static const int64_t cents_of[] = {100, 10, 1};
    struct text_decimal quick;
    if (text_short_decimal(t, &quick) && quick.places <= 2) {
        *cents = (int64_t)quick.number * cents_of[quick.places];
        return true;
    }
    bool negative = t.length > 0 && t.data[0] == '-';
    size_t i = negative, digits = 0, places = 0;
    bool point = false;
    int64_t sum = 0;
    for (; i < t.length; i++) {
        if (t.data[i] == '.' && !point) {
            point = true;
            continue;
        }
        int digit = t.data[i] - '0';
        if (digit < 0 || digit > 9)
            return false;
        digits++;
        if (point && ++places > 2) {
            if (digit != 0)
                return false;
            continue;
        }
        sum = sum * 10 + digit;
        if (sum > MONEY_LIMIT_CENTS)
            return false;
    }
    if (digits == 0)
        return false;
    for (; places < 2; places++)
        sum *= 10;
    if (sum > MONEY_LIMIT_CENTS)
        return false;
    *cents = negative ? -sum : sum;
    return true;
}

static struct text
print(int64_t cents, char *buffer, bool shortest)
{
    uint64_t size = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
    char reversed[MONEY_TEXT_BYTES];
    size_t n = 0, length = 0;
    uint64_t whole = size / 100;
    unsigned rest = (unsigned)(size % 100);
    do {
        reversed[n++] = (char)('0' + whole % 10);
        whole /= 10;
    } while (whole > 0);
    if (cents < 0)
        buffer[length++] = '-';
    while (n > 0)
        buffer[length++] = reversed[--n];
    if (!shortest || rest != 0) {
        buffer[length++] = '.';
        buffer[length++] = (char)('0' + rest / 10);
        if (!shortest || rest % 10 != 0)
            buffer[length++] = (char)('0' + rest % 10);
    }
    buffer[length] = '\0';
    return text_of(buffer, length);
}

struct text
money_x12(int64_t cents, char buffer[MONEY_TEXT_BYTES])
{
    return print(cents, buffer, true);
}

struct text
money_print(int64_t cents, char buffer[MONEY_TEXT_BYTES])
{
    return print(cents, buffer, false);
}

bool
money_add(int64_t *total, int64_t cents)
{
    int64_t sum;
    if (__builtin_add_overflow(*total, cents, &sum))
        return false;
    *total = sum;
    return true;
}
