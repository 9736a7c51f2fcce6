#include "common/npi/npi.h"

enum { DIGITS = 10, SUM_OF_PREFIX = 24 /* what 80840 adds */ };

bool
npi_checks(struct text npi)
{
    unsigned sum = SUM_OF_PREFIX;
    if (npi.length != DIGITS)
        return false;
    for (unsigned i = 0; i < DIGITS; i++) {
        unsigned digit = (unsigned)(npi.data[i] - '0');
        if (digit > 9)
            return false;
        if (i % 2 == 0)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

bool
npi_is_given_out(struct text npi)
{
    return npi_checks(npi) && (npi.data[0] == '1' || npi.data[0] == '2');
}
