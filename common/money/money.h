/*
 * Money: int64_t cents, checked. Never floating point. X12 amounts (data type R, at most 18 characters) and
 * decimals in JSON come in as text.
 */
#ifndef CLAIMLINE_MONEY_H
#define CLAIMLINE_MONEY_H

#include "common/text/text.h"

/* Largest amount accepted from outside: 999,999,999,999.99, so that sums of a million never overflow. */
#define MONEY_LIMIT_CENTS INT64_C(99999999999999)
enum { MONEY_TEXT_BYTES = 24 };

/* "-12.3", "12", ".5", "12.30": optional minus, digits, at most one point, at most 2 places that are not zero.
 * False when not so or past the limit; `*cents` only written on true. */
bool money_parse(struct text t, int64_t *cents);

/* As X12 writes it: no trailing zeros after the point, no point when whole ("12.3", "12", "-0.05"). */
struct text money_x12(int64_t cents, char buffer[MONEY_TEXT_BYTES]);
/* As people read it: always two places ("12.30"). */
struct text money_print(int64_t cents, char buffer[MONEY_TEXT_BYTES]);

/* Sum into `*total`; false on overflow, `*total` unchanged. */
bool money_add(int64_t *total, int64_t cents);

#endif
