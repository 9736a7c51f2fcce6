#include "tests/pipeline/option.h"

#include <errno.h>
#include <stdlib.h>

bool
option_number(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < least || value > most)
        return false;
    *number = value;
    return true;
}

bool
option_date(const char *text, int32_t *date)
{
    uint64_t value;
    if (!option_number(text, 19000101, 20991231, &value) || value / 100 % 100 < 1 || value / 100 % 100 > 12 ||
        value % 100 < 1 || value % 100 > 31)
        return false;
    *date = (int32_t)value;
    return true;
}

bool
option_small(const char *text, uint64_t least, uint64_t most, uint32_t *number)
{
    uint64_t value;
    if (!option_number(text, least, most, &value))
        return false;
    *number = (uint32_t)value;
    return true;
}
