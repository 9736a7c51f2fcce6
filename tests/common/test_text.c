/* common/text: pointer and length. */
#include "common/text/text.h"

#include <criterion/criterion.h>

Test(text, order_is_bytewise_and_a_prefix_comes_first)
{
    static const struct {
        struct text a, b;
        int order;
    } rows[] = {
        {{"", 0}, {"", 0}, 0},      {{NULL, 0}, {"", 0}, 0},        {{"", 0}, {"a", 1}, -1},
        {{"a", 1}, {"a", 1}, 0},    {{"a", 1}, {"ab", 2}, -1},      {{"b", 1}, {"ab", 2}, 1},
        {{"\xff", 1}, {"a", 1}, 1}, {{"a\0b", 3}, {"a\0c", 3}, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int there = text_compare(rows[i].a, rows[i].b), back = text_compare(rows[i].b, rows[i].a);
        cr_expect_eq((there > 0) - (there < 0), rows[i].order, "row %zu", i);
        cr_expect_eq((back > 0) - (back < 0), -rows[i].order, "row %zu", i);
        cr_expect_eq(text_equal(rows[i].a, rows[i].b), rows[i].order == 0, "row %zu", i);
    }
}

Test(text, it_is_trimmed_of_blanks_and_tabs_at_both_ends)
{
    static const char *const rows[][2] = {
        {"", ""}, {" ", ""}, {" \t a b\t", "a b"}, {"a", "a"}, {"\na ", "\na"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect(text_is(text_trim(text_from(rows[i][0])), rows[i][1]), "row %zu", i);
    cr_expect_eq(text_trim((struct text){0}).length, 0);
}

Test(text, only_digits_that_fit_are_numbers)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t value;
    } rows[] = {{"0", true, 0},
                {"007", true, 7},
                {"18446744073709551615", true, UINT64_MAX},
                {"18446744073709551616", false, 0},
                {"99999999999999999999", false, 0},
                {"", false, 0},
                {"-1", false, 0},
                {"+1", false, 0},
                {" 1", false, 0},
                {"1a", false, 0},
                {"0x1", false, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t value = 42;
        cr_expect_eq(text_to_u64(text_from(rows[i].text), &value), rows[i].good, "%s", rows[i].text);
        cr_expect_eq(value, rows[i].good ? rows[i].value : 42, "%s", rows[i].text);
    }
}

Test(text, a_copy_is_terminated_and_cut_to_its_buffer)
{
    char buffer[4] = "xyz";
    cr_assert_str_eq(text_copy(TEXT("ab"), buffer, sizeof buffer), "ab");
    cr_assert_str_eq(text_copy(TEXT("abcdef"), buffer, sizeof buffer), "abc");
    cr_assert_str_eq(text_copy((struct text){0}, buffer, sizeof buffer), "");
    buffer[0] = 'q';
    text_copy(TEXT("ab"), buffer, 0);
    cr_assert_eq(buffer[0], 'q');
}

Test(text, it_is_cut_at_separators_one_after_the_other)
{
    static const char *const parts[] = {"a", "", "bc", ""};
    struct text rest = TEXT("a**bc*");
    for (size_t i = 0; i < 4; i++)
        cr_assert(text_is(text_cut(rest, '*', &rest), parts[i]), "part %zu", i);
    cr_assert_eq(rest.length, 0);
    cr_assert(text_is(text_cut(TEXT("whole"), '*', &rest), "whole"));
    cr_assert_eq(rest.length, 0);
    cr_assert_eq(text_cut((struct text){0}, '*', &rest).length, 0);
}

Test(text, it_starts_with_its_own_head_only)
{
    cr_assert(text_starts(TEXT("claim"), TEXT("cl")));
    cr_assert(text_starts(TEXT("claim"), (struct text){0}));
    cr_assert_not(text_starts(TEXT("cl"), TEXT("claim")));
    cr_assert_not(text_starts(TEXT("claim"), TEXT("la")));
}
