/* Numbers and dates on the command lines of the programs here. False when it is none, or out of its bounds; nothing is written then. */
#ifndef CLAIMLINE_TESTS_PIPELINE_OPTION_H
#define CLAIMLINE_TESTS_PIPELINE_OPTION_H

#include <stdbool.h>
#include <stdint.h>

bool option_number(const char *text, uint64_t least, uint64_t most, uint64_t *number);
/* yyyymmdd, 1900 to 2099. */
bool option_date(const char *text, int32_t *date);
bool option_small(const char *text, uint64_t least, uint64_t most, uint32_t *number);

#endif
