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
