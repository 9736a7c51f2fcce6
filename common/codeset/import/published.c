/* Names of published files. */
#include "common/codeset/import/published.h"

#include "common/codeset/codeset_run.h"
#include "common/date/date.h"

#include <ctype.h>
#include <stdio.h>

static bool
digits(const char *at, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (at[i] < '0' || at[i] > '9')
            return false;
    return true;
}

static int32_t
number(const char *at, unsigned count)
{
    int32_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value = value * 10 + (at[i] - '0');
    return value;
}

/* A day at this place of a name; 0: none. */
static int32_t
day_at(const char *at)
{
    int32_t day = 0;
    if (digits(at, 4) && at[4] == '-' && digits(at + 5, 2) && at[7] == '-' && digits(at + 8, 2))
        day = number(at, 4) * 10000 + number(at + 5, 2) * 100 + number(at + 8, 2);
    else if (digits(at, 2) && at[2] == '-' && digits(at + 3, 2) && at[5] == '-' && digits(at + 6, 4))
        day = number(at + 6, 4) * 10000 + number(at, 2) * 100 + number(at + 3, 2);
    else if (digits(at, 8) && !digits(at + 8, 1))
        day = number(at, 8);
    return day > 19900101 && day < 21000101 && date_valid(day) ? day : 0;
}

/* The first day of the quarter in which a day lies. */
static int32_t
quarter_begin(int32_t day)
{
    int32_t month = day / 100 % 100;
    return day / 10000 * 10000 + ((month - 1) / 3 * 3 + 1) * 100 + 1;
}

/* The first day of the quarter that is named here: "V2024Q3", "v302r0"; 0: none. */
static int32_t
quarter_at(const char *at)
{
    int32_t year = 0, quarter = 0;
    if (at[0] != 'v' && at[0] != 'V')
        return 0;
    if (digits(at + 1, 4) && (at[5] == 'Q' || at[5] == 'q') && digits(at + 6, 1)) {
        year = number(at + 1, 4);
        quarter = at[6] - '0';
    } else if (digits(at + 1, 3) && (at[4] == 'r' || at[4] == 'R')) {
        year = 1994 + number(at + 1, 2);
        quarter = at[3] - '0' + 1;
    }
    return year > 1990 && year < 2100 && quarter >= 1 && quarter <= 4 ? year * 10000 + (quarter * 3 - 2) * 100 + 1 : 0;
}

/* The first digit of a run. */
static bool
begins_number(const char *name, size_t i)
{
    return digits(name + i, 1) && (i == 0 || !digits(name + i - 1, 1));
}

bool
published_quarter(const char *name, struct published_edition *edition)
{
    int32_t day = 0, begin = 0;
    for (size_t i = 0; name[i] != '\0' && day == 0; i++)
        day = begins_number(name, i) ? day_at(name + i) : quarter_at(name + i);
    if (day == 0)
        return false;
    begin = quarter_begin(day);
    codeset_quarter(begin, &edition->from, &edition->to);
    if (begin != day) {
        begin = date_add_days(edition->to, 1);
        codeset_quarter(begin, &edition->from, &edition->to);
    }
    edition->from = day;
    snprintf(edition->name, sizeof edition->name, "%dQ%d", begin / 10000, begin / 100 % 100 / 3 + 1);
    return true;
}

bool
published_version_of(struct text version, struct published_edition *edition)
{
    struct text release;
    struct text major = text_cut(version, '.', &release);
    uint64_t number = 0, part = 0;
    if (!text_to_u64(major, &number) || number < 24 || number > 99)
        return false;
    if (release.length > 0 && (!text_to_u64(release, &part) || part > 9))
        return false;
    codeset_fiscal_year(1983 + (int32_t)number, &edition->from, &edition->to);
    if (part > 0)
        edition->from = (1983 + (int32_t)number) * 10000 + 401;
    if (release.length > 0)
        snprintf(edition->name, sizeof edition->name, "v%d.%d", (int)number, (int)part);
    else
        snprintf(edition->name, sizeof edition->name, "v%d", (int)number);
    return true;
}

bool
published_version(const char *name, struct published_edition *edition)
{
    for (size_t i = 0; name[i] != '\0'; i++) {
        if ((name[i] != 'v' && name[i] != 'V') || !digits(name + i + 1, 2) || digits(name + i + 3, 1))
            continue;
        size_t length = name[i + 3] == '.' && digits(name + i + 4, 1) && !digits(name + i + 5, 1) ? 4 : 2;
        if (published_version_of(text_of(name + i + 1, length), edition))
            return true;
    }
    return false;
}

static bool
give_fiscal_year(int32_t year, struct published_edition *edition)
{
    codeset_fiscal_year(year, &edition->from, &edition->to);
    snprintf(edition->name, sizeof edition->name, "FY%d", year);
    return true;
}

bool
published_fiscal_year(const char *name, bool bare, struct published_edition *edition)
{
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (toupper((unsigned char)name[i]) != 'F' || toupper((unsigned char)name[i + 1]) != 'Y')
            continue;
        const char *at = name + i + 2;
        at += *at == '_' || *at == '-' || *at == ' ';
        if (digits(at, 4) && !digits(at + 4, 1) && number(at, 2) == 20)
            return give_fiscal_year(number(at, 4), edition);
        if (digits(at, 2) && !digits(at + 2, 1))
            return give_fiscal_year(2000 + number(at, 2), edition);
    }
    int32_t year = bare ? codeset_name_number(name, 4, 2010, 2099) : 0;
    return year != 0 && give_fiscal_year(year, edition);
}

bool
published_year(const char *name, struct published_edition *edition)
{
    int32_t year = codeset_name_number(name, 4, 2000, 2099);
    if (year == 0)
        year = codeset_name_number(name, 2, 10, 99);
    if (year == 0)
        return false;
    year += year < 100 ? 2000 : 0;
    edition->from = year * 10000 + 101;
    edition->to = year * 10000 + 1231;
    snprintf(edition->name, sizeof edition->name, "%d", year);
    return true;
}

bool
published_given(const struct codeset_reading *reading)
{
    return reading->import->options.edition != NULL && reading->import->options.from != 0;
}

enum status
published_unknown(struct codeset_reading *reading, struct published_edition *edition, const char *what)
{
    *edition = (struct published_edition){0};
    if (published_given(reading))
        return STATUS_OK;
    return codeset_wrong(reading, "the name does not tell %s: rename the file, or give --edition, --first and --last", what);
}

static bool
digit_or_letter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

bool
published_procedure(struct text code)
{
    for (size_t i = 0; i < code.length; i++)
        if (!digit_or_letter(code.data[i]))
            return false;
    return code.length == 5;
}

bool
published_diagnosis(struct text field, char buffer[8], struct text *code)
{
    size_t length = 0;
    field = text_trim(field);
    for (size_t i = 0; i < field.length; i++) {
        if (field.data[i] == '.' && i == 3)
            continue;
        if (length == 7 || !digit_or_letter(field.data[i]))
            return false;
        buffer[length++] = field.data[i];
    }
    if (length < 3 || buffer[0] < 'A' || (buffer[1] > '9' && buffer[2] > '9')) /* "QA0" came with FY2026 */
        return false;
    buffer[length] = '\0';
    *code = text_of(buffer, length);
    return true;
}
