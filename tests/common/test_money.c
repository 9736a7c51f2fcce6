/* common/money: integer cents. */
#include "common/money/money.h"

#include <criterion/criterion.h>

Test(money, amounts_of_x12_are_read_and_others_refused)
{
    static const struct {
        const char *text;
        bool good;
        int64_t cents;
    } rows[] = {{"0", true, 0},
                {"12", true, 1200},
                {"12.", true, 1200},
                {"12.3", true, 1230},
                {"12.30", true, 1230},
                {"12.3000", true, 1230},
                {".5", true, 50},
                {"-.5", true, -50},
                {"-12.34", true, -1234},
                {"-0", true, 0},
                {"000012.34", true, 1234},
                {"999999999999.99", true, MONEY_LIMIT_CENTS},
                {"-999999999999.99", true, -MONEY_LIMIT_CENTS},
                {"1000000000000", false, 0},
                {"99999999999999999999999999", false, 0},
                {"1.234", false, 0},
                {"1.2.3", false, 0},
                {"", false, 0},
                {"-", false, 0},
                {".", false, 0},
                {"--1", false, 0},
                {"+1", false, 0},
                {"1,000", false, 0},
                {"1e3", false, 0},
                {" 1", false, 0},
                {"1 ", false, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t cents = 77;
        cr_expect_eq(money_parse(text_from(rows[i].text), &cents), rows[i].good, "%s", rows[i].text);
        cr_expect_eq(cents, rows[i].good ? rows[i].cents : 77, "%s", rows[i].text);
    }
}

Test(money, it_is_written_for_x12_and_for_people)
{
    static const struct {
        int64_t cents;
        const char *x12, *people;
    } rows[] = {{0, "0", "0.00"},
                {5, "0.05", "0.05"},
                {-5, "-0.05", "-0.05"},
                {50, "0.5", "0.50"},
                {100, "1", "1.00"},
                {1230, "12.3", "12.30"},
                {-123456, "-1234.56", "-1234.56"},
                {MONEY_LIMIT_CENTS, "999999999999.99", "999999999999.99"},
                {INT64_MIN, "-92233720368547758.08", "-92233720368547758.08"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buffer[MONEY_TEXT_BYTES];
        struct text x12 = money_x12(rows[i].cents, buffer);
        cr_expect_str_eq(buffer, rows[i].x12);
        cr_expect_eq(x12.length, strlen(rows[i].x12));
        money_print(rows[i].cents, buffer);
        cr_expect_str_eq(buffer, rows[i].people);
    }
}

Test(money, what_is_written_reads_back)
{
    for (int64_t cents = -250; cents <= 250; cents++) {
        char buffer[MONEY_TEXT_BYTES];
        int64_t back = 0;
        cr_assert(money_parse(money_x12(cents, buffer), &back));
        cr_assert_eq(back, cents);
        cr_assert(money_parse(money_print(cents, buffer), &back));
        cr_assert_eq(back, cents);
    }
}

Test(money, a_sum_that_overflows_leaves_the_total_as_it_was)
{
    int64_t total = INT64_MAX - 1;
    cr_assert(money_add(&total, 1));
    cr_assert_not(money_add(&total, 1));
    cr_assert_eq(total, INT64_MAX);
    total = INT64_MIN + 1;
    cr_assert_not(money_add(&total, -2));
    cr_assert_eq(total, INT64_MIN + 1);
}
