/*
 * National Provider Identifiers: the one place that knows their check digit (45 CFR 162.406: ten digits, the last of which is the ISO
 * Luhn check digit; CMS, NPI check digit calculation: over the prefix 80840 and the first nine).
 */
#ifndef CLAIMLINE_NPI_H
#define CLAIMLINE_NPI_H

#include "common/text/text.h"

/* Ten digits with a right check digit: what intake asks of one. */
bool npi_checks(struct text npi);
/* That, and the first digit is 1 or 2, as of all that are given out: another may be a typing error with a lucky check digit. */
bool npi_is_given_out(struct text npi);

#endif
