#include "common/clock/clock.h"

#include "common/date/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t
read_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

int64_t
clock_now(const struct clock *clock)
{
    return clock->held_instant != 0 ? clock->held_instant : read_clock(CLOCK_REALTIME) + clock->shift_microseconds;
}

int64_t
clock_ticks(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* The two clocks cannot be read at once. Where the process was stopped between, it looks again. */
void
clock_look(const struct clock *clock, struct clock_mark *mark)
{
    int64_t before, now, after;
    do {
        before = read_clock(CLOCK_BOOTTIME);
        now = read_clock(CLOCK_REALTIME);
        after = read_clock(CLOCK_BOOTTIME);
    } while (after - before > CLOCK_SECOND);
    mark->offset = now + clock->shift_microseconds - (before + clock->boot_shift_microseconds);
    mark->instant = clock->held_instant != 0 ? clock->held_instant : now + clock->shift_microseconds;
}

int64_t
clock_jump(const struct clock_mark *before, const struct clock_mark *after)
{
    bool same_boot = memcmp(before->boot, after->boot, CLOCK_BOOT_BYTES) == 0;
    int64_t moved = same_boot ? after->offset - before->offset : after->instant - before->instant;
    return moved < -CLOCK_JUMP || (same_boot && moved > CLOCK_JUMP) ? moved : 0;
}

static int64_t
floor_days(int64_t instant)
{
    return instant / CLOCK_DAY - (instant % CLOCK_DAY < 0);
}

int32_t
clock_date(int64_t instant, int32_t offset_seconds)
{
    return date_from_days((int32_t)floor_days(instant + offset_seconds * CLOCK_SECOND));
}

int64_t
clock_from_date(int32_t date)
{
    return date_to_days(date) * CLOCK_DAY;
}

struct text
clock_print(int64_t instant, char buffer[CLOCK_TEXT_BYTES])
{
    char day[11];
    int64_t rest = instant - floor_days(instant) * CLOCK_DAY;
    date_print_iso(clock_date(instant, 0), day);
    int length = snprintf(buffer, CLOCK_TEXT_BYTES, "%sT%02d:%02d:%02d.%06dZ", day, (int)(rest / (3600 * CLOCK_SECOND)),
                          (int)(rest / (60 * CLOCK_SECOND) % 60), (int)(rest / CLOCK_SECOND % 60),
                          (int)(rest % CLOCK_SECOND));
    return text_of(buffer, (size_t)length);
}

bool
clock_parse(struct text t, int64_t *instant)
{
    uint64_t hour, minute, second, fraction = 0;
    int32_t date;
    if (t.length < 20 || !date_parse_iso(text_of(t.data, 10), &date) || t.data[10] != 'T' || t.data[13] != ':' ||
        t.data[16] != ':' || t.data[t.length - 1] != 'Z')
        return false;
    if (!text_to_u64(text_of(t.data + 11, 2), &hour) || !text_to_u64(text_of(t.data + 14, 2), &minute) ||
        !text_to_u64(text_of(t.data + 17, 2), &second) || hour > 23 || minute > 59 || second > 59)
        return false;
    if (t.length != 20) {
        size_t places = t.length - 21;
        if (t.data[19] != '.' || places == 0 || places > 6 || !text_to_u64(text_of(t.data + 20, places), &fraction))
            return false;
        for (; places < 6; places++)
            fraction *= 10;
    }
    *instant = clock_from_date(date) + (int64_t)(hour * 3600 + minute * 60 + second) * CLOCK_SECOND + (int64_t)fraction;
    return true;
}
