/* The numbers of a row of a code set: for programs as they are kept, for people as far as they say something to them. */
#ifndef CLAIMLINE_CODE_NUMBERS_H
#define CLAIMLINE_CODE_NUMBERS_H

#include "common/codeset/codeset.h"
#include "services/claimline/claimline.h"

/* "units=2 indicator=3": each under its name in codeset_kinds; two numbers that are a code as the code. In the arena. */
struct text code_numbers_kept(struct claimline *run, const char *set, const int32_t *numbers, uint32_t count);
/* "codes E08 to E13, fifth character 5", "ages 9 to 64", "work 1.30, global XXX"; empty when they only serve to apply the row. In the arena. */
struct text code_numbers_said(struct claimline *run, const char *set, const struct codeset_row *row, const int32_t *numbers, uint32_t count);

#endif
