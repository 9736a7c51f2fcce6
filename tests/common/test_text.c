/* common/text: pointer and length. */
#include "common/text/text_word.h"

#include <criterion/criterion.h>
#include <stdlib.h>

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

Test(text, a_short_one_is_a_word_with_its_first_character_lowest)
{
    cr_assert_eq(text_word((struct text){0}), 0);
    for (size_t length = 0; length <= TEXT_WORD_BYTES; length++) {
        char *exact = malloc(length + (length == 0)); /* its own block, so that a read past the end is seen */
        uint64_t word = 0;
        for (size_t i = 0; i < length; i++) {
            exact[i] = (char)(0xF1 + i);
            word |= (uint64_t)(0xF1 + i) << 8 * i;
        }
        cr_expect_eq(text_word(text_of(exact, length)), word, "length %zu", length);
        free(exact);
    }
}

Test(text, a_short_decimal_has_digits_and_at_most_one_point)
{
    static const struct {
        const char *text;
        uint64_t number;
        unsigned digits, places;
    } rows[] = {{"0", 0, 1, 0},       {"412.5", 4125, 4, 1}, {"12345678", 12345678, 8, 0}, {".5", 5, 1, 1},
                {"12.", 12, 2, 0},    {"007", 7, 3, 0},      {"1234567.", 1234567, 7, 0},  {".1234567", 1234567, 7, 7},
                {"99.99", 9999, 4, 2}};
    static const char *const none[] = {"", ".", "-1", "1.2.3", "12a", "a12", "1 ", "+1", "123456789", "1:2", "1/2", "\xb1"};
    struct text_decimal decimal;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert(text_short_decimal(text_from(rows[i].text), &decimal), "%s", rows[i].text);
        cr_expect_eq(decimal.number, rows[i].number, "%s", rows[i].text);
        cr_expect_eq(decimal.digits, rows[i].digits, "%s", rows[i].text);
        cr_expect_eq(decimal.places, rows[i].places, "%s", rows[i].text);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_not(text_short_decimal(text_from(none[i]), &decimal), "%s", none[i]);
}
