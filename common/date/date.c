#include "common/date/date.h"

#include "common/text/text_word.h"

#include <assert.h>
#include <stdio.h>

static bool
is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool
date_valid(int32_t date)
{
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    if (year < 1800 || year > 2999 || month < 1 || month > 12 || day < 1)
        return false;
    return day <= lengths[month - 1] + (month == 2 && is_leap(year));
}

bool
date_parse(struct text t, int32_t *date)
{
    struct text_decimal day;
    if (t.length != 8 || !text_short_decimal(t, &day) || day.digits != 8 || !date_valid((int32_t)day.number))
        return false;
    *date = (int32_t)day.number;
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
