/*
 * Calendar dates without a time zone: int32_t yyyymmdd (20261123), 0 = none. They compare as numbers; arithmetic
 * goes over day numbers (days since 1970-01-01). The Gregorian calendar, years 1800 to 2999.
 */
#ifndef CLAIMLINE_DATE_H
#define CLAIMLINE_DATE_H

#include "common/text/text.h"

bool date_valid(int32_t date);
/* "20261123" (X12 D8); false when not a real day. `*date` only written on true. */
bool date_parse(struct text t, int32_t *date);
/* "2026-11-23" (FHIR, people). */
bool date_parse_iso(struct text t, int32_t *date);
/* "20261123", terminated. */
struct text date_print(int32_t date, char buffer[9]);
/* "2026-11-23", terminated. */
struct text date_print_iso(int32_t date, char buffer[11]);

int32_t date_to_days(int32_t date);
int32_t date_from_days(int32_t days);
int32_t date_add_days(int32_t date, int32_t days);
/* Whole years between birth and day; negative when day is before birth. */
int32_t date_age_years(int32_t birth, int32_t day);

#endif
