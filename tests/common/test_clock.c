/* common/clock: instants in microseconds UTC. */
#include "common/clock/clock.h"

#include <criterion/criterion.h>
#include <time.h>

Test(clock, now_is_the_system_time_plus_the_shift)
{
    struct clock plain = {0}, shifted = {.shift_microseconds = -CLOCK_DAY};
    int64_t before = (int64_t)time(NULL) * CLOCK_SECOND;
    int64_t now = clock_now(&plain), yesterday = clock_now(&shifted);
    cr_assert_geq(now, before);
    cr_assert_lt(now, before + 5 * CLOCK_SECOND);
    cr_assert_geq(yesterday, before - CLOCK_DAY);
    cr_assert_lt(yesterday, before - CLOCK_DAY + 5 * CLOCK_SECOND);
    int64_t ticks = clock_ticks();
    cr_assert_geq(clock_ticks(), ticks);
}

Test(clock, a_jump_is_more_than_a_minute_within_a_boot_and_only_backwards_over_one)
{
    static const struct {
        const char *name;
        bool same_boot;
        int64_t instant_seconds, boot_seconds; /* by how much each went on */
        int64_t jump_seconds;
    } rows[] = {{"an hour passes", true, 3600, 3600, 0},
                {"half a minute forwards", true, 3630, 3600, 0},
                {"a minute to the second", true, 3660, 3600, 0},
                {"two minutes forwards", true, 3720, 3600, 120},
                {"half a minute back", true, 3570, 3600, 0},
                {"two minutes back", true, 3480, 3600, -120},
                {"back behind the last instant", true, -86400, 3600, -90000},
                {"a year later after a boot", false, 86400 * 365, 0, 0},
                {"a boot, and half a minute back", false, -30, 0, 0},
                {"a boot, and two minutes back", false, -120, 0, -120},
                {"a boot says nothing of the time since it", false, 10, 900000, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clock_mark before = {.boot = {1}, .instant = INT64_C(1764000000) * CLOCK_SECOND};
        before.offset = before.instant - 500 * CLOCK_SECOND;
        struct clock_mark after = {.boot = {rows[i].same_boot ? 1 : 2},
                                   .instant = before.instant + rows[i].instant_seconds * CLOCK_SECOND};
        after.offset = after.instant - (500 + rows[i].boot_seconds) * CLOCK_SECOND;
        cr_expect_eq(clock_jump(&before, &after), rows[i].jump_seconds * CLOCK_SECOND, "%s", rows[i].name);
    }
}

Test(clock, a_look_sees_what_is_shifted_and_nothing_else)
{
    struct clock clock = {0};
    struct clock_mark first = {0}, second = {0};
    clock_look(&clock, &first);
    clock = (struct clock){.shift_microseconds = CLOCK_DAY, .boot_shift_microseconds = CLOCK_DAY};
    clock_look(&clock, &second);
    cr_assert_eq(clock_jump(&first, &second), 0, "a day passed");
    clock.shift_microseconds += 120 * CLOCK_SECOND;
    clock_look(&clock, &second);
    int64_t jump = clock_jump(&first, &second);
    cr_assert(jump > 119 * CLOCK_SECOND && jump < 121 * CLOCK_SECOND, "%lld", (long long)jump);
}

Test(clock, an_instant_has_a_date_by_its_offset_from_utc)
{
    int64_t instant;
    cr_assert(clock_parse(TEXT("2024-03-01T02:30:00Z"), &instant));
    cr_assert_eq(clock_date(instant, 0), 20240301);
    cr_assert_eq(clock_date(instant, -5 * 3600), 20240229);
    cr_assert_eq(clock_date(instant, 22 * 3600), 20240302);
    cr_assert_eq(clock_date(-1, 0), 19691231);
    cr_assert_eq(clock_date(0, 0), 19700101);
    cr_assert_eq(clock_from_date(20240301), instant - INT64_C(9000) * CLOCK_SECOND);
}

Test(clock, instants_are_printed_and_read_back)
{
    static const struct {
        const char *text;
        int64_t instant;
    } rows[] = {{"1970-01-01T00:00:00.000000Z", 0},
                {"1969-12-31T23:59:59.999999Z", -1},
                {"2023-11-14T22:13:20.000000Z", INT64_C(1700000000000000)},
                {"2999-12-31T23:59:59.123456Z", INT64_C(32503679999123456)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buffer[CLOCK_TEXT_BYTES];
        int64_t instant = 0;
        cr_expect(text_is(clock_print(rows[i].instant, buffer), rows[i].text), "%s", buffer);
        cr_expect_eq(buffer[27], '\0');
        cr_expect(clock_parse(text_from(rows[i].text), &instant), "%s", rows[i].text);
        cr_expect_eq(instant, rows[i].instant, "%s", rows[i].text);
    }
}

Test(clock, fractions_of_any_length_to_six_are_read_and_other_texts_refused)
{
    static const char *const bad[] = {"",
                                      "2024-03-01",
                                      "2024-03-01T00:00:00",
                                      "2024-03-01 00:00:00Z",
                                      "2024-02-30T00:00:00Z",
                                      "2024-03-01T24:00:00Z",
                                      "2024-03-01T00:60:00Z",
                                      "2024-03-01T00:00:60Z",
                                      "2024-03-01T00:00:00.Z",
                                      "2024-03-01T00:00:00.1234567Z",
                                      "2024-03-01T00:00:00.1",
                                      "2024-03-01T00:00:00+01:00",
                                      "2024-03-01T0a:00:00Z"};
    int64_t instant = 5;
    cr_assert(clock_parse(TEXT("1970-01-01T00:00:01.5Z"), &instant));
    cr_assert_eq(instant, 1500000);
    cr_assert(clock_parse(TEXT("1970-01-01T00:00:01.05Z"), &instant));
    cr_assert_eq(instant, 1050000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_not(clock_parse(text_from(bad[i]), &instant), "%s", bad[i]);
    cr_assert_eq(instant, 1050000);
}
