/*
 * X12 bytes that benches read: one set of so many claims of four lines, the same at each call. The caller frees them.
 */
#ifndef TESTS_BENCH_INVENTED_X12_H
#define TESTS_BENCH_INVENTED_X12_H

#include "common/text/text.h"

/* Four diagnoses; a new subscriber each claim, a billing provider each hundred. */
struct text invented_837p(unsigned claims);
/* Stays with diagnoses, a procedure, codes of occurrence, value and condition. */
struct text invented_837i(unsigned claims);
/* Payments with adjustments of each line; they balance. */
struct text invented_835(unsigned claims);

#endif
