/*
 * Lists beside ICD-10-CM (CDC, CMS): the codes that are exempt from a present-on-admission indicator (guidelines, appendix I), and
 * the conversion table, which says for each code given out since October 2015 what stood for it before.
 *
 * Sets: `poa_exempt`: first = diagnosis. `icd10cm_conversion`: first = the new code, from = its first day, second = a code that was
 * used before, or the first of a span of them; numbers = key of the span's last code (codeset_key_of_numbers; that of `second` when
 * it is one code); words = what the table says, where it is more than one code.
 */
#ifndef CLAIMLINE_CODESET_ICD_LISTS_H
#define CLAIMLINE_CODESET_ICD_LISTS_H

#include "common/codeset/import/sheet.h"

struct poa_exempt {
    char code[8];
};

struct conversion {
    char code[8];
    int32_t from;
    struct text before; /* previous codes in prose, for icd_codes_read; empty: none ("None") */
};

extern const struct sheet_layout poa_exempt_layout, conversion_layout;

/* Fields in the order of the layouts. False: `wrong` says what. */
bool poa_exempt_read(const struct text *fields, struct poa_exempt *row, struct sheet_wrong *wrong);
/* A year is 1 October of it; a number of five digits is a day as workbooks count them (45017 is 2023-04-01). */
bool conversion_read(const struct text *fields, struct conversion *row, struct sheet_wrong *wrong);

#endif
