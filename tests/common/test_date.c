/* common/date: calendar dates as yyyymmdd. */
#include "common/date/date.h"

#include <criterion/criterion.h>

Test(date, days_of_the_calendar_are_valid_and_others_not)
{
    static const struct {
        int32_t date;
        bool valid;
    } rows[] = {{20240229, true},  {20230229, false}, {20000229, true},   {19000229, false},
                {20240230, false}, {20240431, false}, {20240430, true},   {20241231, true},
                {20241301, false}, {20240001, false}, {20240100, false},  {18000101, true},
                {17991231, false}, {29991231, true},  {30000101, false},  {0, false},
                {-1, false},       {20240132, false}, {INT32_MIN, false}, {INT32_MAX, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(date_valid(rows[i].date), rows[i].valid, "%d", rows[i].date);
}

Test(date, both_notations_are_read_and_written)
{
    static const char *const bad[] = {"",           "2024022",  "202402290",  "20230229",   "2024-2-9",
                                      "2024/02/29", "20240a29", "2024-02-30", "-2024-01-1", "99999999"};
    int32_t date = 7;
    char plain[9], iso[11];
    cr_assert(date_parse(TEXT("20240229"), &date));
    cr_assert_eq(date, 20240229);
    cr_assert(date_parse_iso(TEXT("1999-12-31"), &date));
    cr_assert_eq(date, 19991231);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(date_parse(text_from(bad[i]), &date), "%s", bad[i]);
        cr_expect_not(date_parse_iso(text_from(bad[i]), &date), "%s", bad[i]);
    }
    cr_assert_eq(date, 19991231);
    cr_assert(text_is(date_print(20240105, plain), "20240105"));
    cr_assert_str_eq(plain, "20240105");
    cr_assert(text_is(date_print_iso(20240105, iso), "2024-01-05"));
    cr_assert_str_eq(iso, "2024-01-05");
}

Test(date, day_numbers_run_without_gap_through_all_years)
{
    cr_assert_eq(date_to_days(19700101), 0);
    cr_assert_eq(date_to_days(20000301), 11017);
    cr_assert_eq(date_from_days(-1), 19691231);
    int32_t count = 0;
    for (int32_t days = date_to_days(18000101); days <= date_to_days(29991231); days++, count++) {
        int32_t date = date_from_days(days);
        cr_assert(date_valid(date), "%d", date);
        cr_assert_eq(date_to_days(date), days, "%d", date);
    }
    cr_assert_eq(count, 438291);
}

Test(date, adding_days_crosses_months_leap_days_and_years)
{
    cr_assert_eq(date_add_days(20240228, 1), 20240229);
    cr_assert_eq(date_add_days(20230228, 1), 20230301);
    cr_assert_eq(date_add_days(20241231, 1), 20250101);
    cr_assert_eq(date_add_days(20240101, -1), 20231231);
    cr_assert_eq(date_add_days(20240101, 366), 20250101);
}

Test(date, age_counts_whole_years_and_turns_on_the_birthday)
{
    cr_assert_eq(date_age_years(20000615, 20240614), 23);
    cr_assert_eq(date_age_years(20000615, 20240615), 24);
    cr_assert_eq(date_age_years(20240229, 20250228), 0);
    cr_assert_eq(date_age_years(20240229, 20250301), 1);
    cr_assert_eq(date_age_years(20240615, 20240615), 0);
    cr_assert_lt(date_age_years(20240616, 20240615), 0);
}
