#include "common/date/date.h"

#include "common/text/text_word.h"

#include <assert.h>
#include <stdio.h>

static bool
is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

enum { FIRST_CENTURY = 18, LAST_CENTURY = 29 };

/* Most days of each month. */
static const uint8_t lengths[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/* A day of the month and the year in two parts. */
static inline bool
is_day(uint32_t century, uint32_t year, uint32_t month, uint32_t day)
{
    if (century < FIRST_CENTURY || century > LAST_CENTURY || month > 12 || day - 1 >= lengths[month])
        return false;
    return month != 2 || day < 29 || is_leap((int32_t)(century * 100 + year));
}

bool
date_valid(int32_t date)
{
    const uint32_t number = (uint32_t)date;
    return date > 0 && is_day(number / 1000000, number / 10000 % 100, number / 100 % 100, number % 100);
}

bool
date_parse(struct text t, int32_t *date)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    if (t.length != 8)
        return false;
    uint64_t word = text_word(t) ^ '0' * ones; /* digits become 0 to 9, the first lowest */
    if ((((word + 0x76 * ones) | word) & 0x80 * ones) != 0)
        return false;
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF); /* century, year, month, day */
    if (!is_day(word & 0xFF, word >> 16 & 0xFF, word >> 32 & 0xFF, (uint32_t)(word >> 48)))
        return false;
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    *date = (int32_t)((word * 10000 + (word >> 32)) & UINT32_MAX);
    return true;
}

bool
date_parse_iso(struct text t, int32_t *date)
{
    char plain[8];
    if (t.length != 10 || t.data[4] != '-' || t.data[7] != '-')
        return false;
    memcpy(plain, t.data, 4);
    memcpy(plain + 4, t.data + 5, 2);
    memcpy(plain + 6, t.data + 8, 2);
    return date_parse(text_of(plain, 8), date);
}

static void
digits(char *to, uint32_t number, int count)
{
    while (count-- > 0) {
        to[count] = (char)('0' + number % 10);
        number /= 10;
    }
}

struct text
date_print(int32_t date, char buffer[9])
{
    digits(buffer, (uint32_t)date, 8);
    buffer[8] = '\0';
    return text_of(buffer, 8);
}

struct text
date_print_iso(int32_t date, char buffer[11])
{
    digits(buffer, (uint32_t)date / 10000, 4);
    buffer[4] = '-';
    digits(buffer + 5, (uint32_t)date / 100 % 100, 2);
    buffer[7] = '-';
    digits(buffer + 8, (uint32_t)date % 100, 2);
    buffer[10] = '\0';
    return text_of(buffer, 10);
}

/* Days from the civil calendar, counted in 400-year eras that begin on 1 March. */
int32_t
date_to_days(int32_t date)
{
    assert(date_valid(date));
    int32_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    year -= month <= 2;
    int32_t era = year / 400, of_era = year - era * 400;
    int32_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int32_t
date_from_days(int32_t days)
{
    days += 719468;
    assert(days >= 0);
    int32_t era = days / 146097, of_era = days - era * 146097;
    int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int32_t shifted = (5 * of_year + 2) / 153;
    int32_t day = of_year - (153 * shifted + 2) / 5 + 1;
    int32_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (year + era * 400 + (month <= 2)) * 10000 + month * 100 + day;
}

int32_t
date_add_days(int32_t date, int32_t days)
{
    return date_from_days(date_to_days(date) + days);
}

int32_t
date_age_years(int32_t birth, int32_t day)
{
    return day / 10000 - birth / 10000 - (day % 10000 < birth % 10000);
}
