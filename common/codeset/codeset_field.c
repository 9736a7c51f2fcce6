/* Fields that many layouts share. */
#include "common/codeset/codeset_import.h"
#include "common/date/date.h"

#include <limits.h>
#include <strings.h>

static bool
all_zero(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '0')
            return false;
    }
    return true;
}

/* M/D/CCYY */
static bool
american(struct text text, int32_t *day)
{
    uint64_t parts[3];
    struct text rest = text;
    for (size_t i = 0; i < 3; i++) {
        struct text part = text_cut(rest, '/', &rest);
        if (part.length > 4 || !text_to_u64(part, &parts[i]))
            return false;
    }
    int32_t made = (int32_t)(parts[2] * 10000 + parts[0] * 100 + parts[1]);
    if (rest.length > 0 || parts[0] > 12 || parts[1] > 31 || !date_valid(made))
        return false;
    *day = made;
    return true;
}

/* CCYYDDD */
static bool
day_of_year(struct text text, int32_t *day)
{
    uint64_t number;
    if (text.length != 7 || !text_to_u64(text, &number) || number % 1000 == 0 || !date_valid((int32_t)(number / 1000) * 10000 + 101))
        return false;
    int32_t made = date_add_days((int32_t)(number / 1000) * 10000 + 101, (int32_t)(number % 1000) - 1);
    if (made / 10000 != (int32_t)(number / 1000))
        return false;
    *day = made;
    return true;
}

bool
codeset_day(struct text text, int32_t *day)
{
    text = text_trim(text);
    if (all_zero(text) || text_is(text, "*")) {
        *day = 0;
        return true;
    }
    return date_parse(text, day) || date_parse_iso(text, day) || american(text, day) || day_of_year(text, day);
}

bool
codeset_decimal(struct text text, unsigned decimals, int32_t *number)
{
    text = text_trim(text);
    bool minus = text.length > 0 && text.data[0] == '-';
    size_t i = minus || (text.length > 0 && text.data[0] == '+') ? 1 : 0, digits = 0, behind = 0;
    bool point = false;
    int64_t value = 0;
    for (; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        digits++;
        behind += point;
        if (behind <= decimals)
            value = value * 10 + (c - '0');
        else if (behind == decimals + 1)
            value += c >= '5';
        if (value > INT32_MAX)
            return false;
    }
    for (; behind < decimals; behind++) {
        value *= 10;
        if (value > INT32_MAX)
            return false;
    }
    if (digits == 0)
        return false;
    *number = (int32_t)(minus ? -value : value);
    return true;
}

bool
codeset_number(struct text text, int32_t *number)
{
    return (text.length == 0 || memchr(text.data, '.', text.length) == NULL) && codeset_decimal(text, 0, number);
}

bool
codeset_code(struct text text, char buffer[CODESET_KEY_LENGTH + 1], struct text *code)
{
    size_t length = 0;
    text = text_trim(text);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.')
            continue;
        if (length == CODESET_KEY_LENGTH)
            return false;
        buffer[length++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    buffer[length] = '\0';
    *code = text_of(buffer, length);
    return true;
}

void
codeset_fiscal_year(int32_t year, int32_t *from, int32_t *to)
{
    *from = (year - 1) * 10000 + 1001;
    *to = year * 10000 + 930;
}

void
codeset_quarter(int32_t day, int32_t *from, int32_t *to)
{
    int32_t year = day / 10000, first = (day / 100 % 100 - 1) / 3 * 3 + 1;
    *from = year * 10000 + first * 100 + 1;
    *to = date_add_days(first == 10 ? (year + 1) * 10000 + 101 : year * 10000 + (first + 3) * 100 + 1, -1);
}

int32_t
codeset_name_number(const char *name, unsigned digits, int32_t low, int32_t high)
{
    for (const char *at = name; *at != '\0';) {
        size_t run = strspn(at, "0123456789");
        int32_t number = 0;
        for (size_t i = 0; i < run && run == digits && digits < 9; i++)
            number = number * 10 + (at[i] - '0');
        if (run == digits && number >= low && number <= high)
            return number;
        at += run > 0 ? run : 1;
    }
    return 0;
}

bool
codeset_name_has(const char *name, const char *words)
{
    return codeset_head_has(text_from(name), words);
}

bool
codeset_head_has(struct text head, const char *words)
{
    size_t length = strlen(words);
    for (size_t i = 0; i + length <= head.length; i++) {
        if (strncasecmp(head.data + i, words, length) == 0)
            return true;
    }
    return false;
}
