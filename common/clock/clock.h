/*
 * Instants: int64_t microseconds since 1970-01-01 UTC. The clock is an input of the frame, never of domain code: a
 * handler gets its step's time. A fixed or shifted clock lets the demo and the tests live inside a code edition.
 */
#ifndef CLAIMLINE_CLOCK_H
#define CLAIMLINE_CLOCK_H

#include "common/text/text.h"

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_DAY (INT64_C(86400) * CLOCK_SECOND)
enum { CLOCK_TEXT_BYTES = 32 };

struct clock {
    int64_t shift_microseconds; /* added to CLOCK_REALTIME; 0 in production */
};

/* The present instant of this clock. */
int64_t clock_now(const struct clock *clock);
/* Monotonic microseconds, for durations only. */
int64_t clock_ticks(void);

/* The calendar date (yyyymmdd, see date.h) of an instant, `offset_seconds` east of UTC. */
int32_t clock_date(int64_t instant, int32_t offset_seconds);
/* Midnight UTC at the start of a date. */
int64_t clock_from_date(int32_t date);
/* "2026-11-23T21:45:35.123456Z", terminated. */
struct text clock_print(int64_t instant, char buffer[CLOCK_TEXT_BYTES]);
/* Reads what clock_print writes, and without fraction; false when not so. */
bool clock_parse(struct text t, int64_t *instant);

#endif
