/* Where a rule of coding is written: for coders who doubt it and auditors who file it. */
#ifndef CLAIMLINE_CODING_SOURCE_H
#define CLAIMLINE_CODING_SOURCE_H

#include "common/text/text.h"

#include <stddef.h>

struct source {
    uint16_t finding;
    const char *where;
};
extern const struct source source_table[];
extern const size_t source_count;

/* Never empty: the source of the finding, else that of its step (1 to 7), else where the question came from. */
struct text source_of(uint64_t finding, unsigned step);

#endif
