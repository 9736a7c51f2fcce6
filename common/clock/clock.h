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
    int64_t shift_microseconds;      /* added to CLOCK_REALTIME; 0 in production */
    int64_t boot_shift_microseconds; /* added to CLOCK_BOOTTIME; 0 but in tests, whose time passes by being set */
    int64_t held_instant;            /* it stands still here; 0: it goes. Tests whose every byte is to be the same */
};

/* The present instant of this clock. */
int64_t clock_now(const struct clock *clock);
/* Monotonic microseconds, for durations only. */
int64_t clock_ticks(void);

/*
 * Was the clock moved? Within one boot of the machine the instant and the time since the boot grow alike, whatever slews
 * the clock and however long the machine sleeps: their difference changes only when somebody sets the clock. A change
 * by more than CLOCK_JUMP is a jump. Over a boot nothing is known of the time between, and only a clock that went back
 * by more than that jumped.
 */
#define CLOCK_JUMP (INT64_C(60) * CLOCK_SECOND)
enum { CLOCK_BOOT_BYTES = 16 };

struct clock_mark {
    uint8_t boot[CLOCK_BOOT_BYTES]; /* id of this boot of the machine; set by the caller */
    int64_t offset;                 /* the instant minus the time since the boot */
    int64_t instant;                /* latest known */
};
/* Sets offset and instant to what they are now; that a clock is held changes no offset. */
void clock_look(const struct clock *clock, struct clock_mark *mark);
/* Microseconds by which the clock was moved between two marks, negative when back; 0 when it did not jump. */
int64_t clock_jump(const struct clock_mark *before, const struct clock_mark *after);

/* The calendar date (yyyymmdd, see date.h) of an instant, `offset_seconds` east of UTC. */
int32_t clock_date(int64_t instant, int32_t offset_seconds);
/* Midnight UTC at the start of a date. */
int64_t clock_from_date(int32_t date);
/* "2026-11-23T21:45:35.123456Z", terminated. */
struct text clock_print(int64_t instant, char buffer[CLOCK_TEXT_BYTES]);
/* Reads what clock_print writes, and without fraction; false when not so. */
bool clock_parse(struct text t, int64_t *instant);

#endif
