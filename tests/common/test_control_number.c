#include "common/control_number/control_number.h"

#include <criterion/criterion.h>

Test(control_number, a_number_is_read_back_as_it_was_composed)
{
    static const struct control_number cases[] = {
        {0, 0, 0}, {1, 1, 1}, {255, 123456789, 2}, {CONTROL_NUMBER_CELL_LIMIT, UINT64_MAX, UINT16_MAX}, {7, 1u << 31, 999},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buffer[CONTROL_NUMBER_BYTES];
        struct text clm01 = control_number_compose(&cases[i], buffer);
        struct control_number back = {0};
        cr_assert_eq(clm01.length, (size_t)CONTROL_NUMBER_LENGTH);
        cr_assert(control_number_parse(clm01, &back), "%s", buffer);
        cr_assert_eq(back.cell, cases[i].cell);
        cr_assert_eq(back.claim_id, cases[i].claim_id);
        cr_assert_eq(back.version, cases[i].version);
    }
}

Test(control_number, any_single_wrong_character_and_any_swap_of_neighbours_is_found)
{
    char buffer[CONTROL_NUMBER_BYTES];
    control_number_compose(&(struct control_number){3, UINT64_C(9876543210123), 4}, buffer);
    struct control_number back;
    for (size_t i = 0; i < CONTROL_NUMBER_LENGTH; i++) {
        for (const char *c = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*a "; *c != 0; c++) {
            char changed[CONTROL_NUMBER_BYTES];
            memcpy(changed, buffer, sizeof changed);
            changed[i] = *c;
            cr_expect_eq(control_number_parse(text_from(changed), &back), *c == buffer[i], "%s", changed);
        }
        char swapped[CONTROL_NUMBER_BYTES];
        memcpy(swapped, buffer, sizeof swapped);
        if (i + 1 < CONTROL_NUMBER_LENGTH && buffer[i] != buffer[i + 1]) {
            swapped[i] = buffer[i + 1];
            swapped[i + 1] = buffer[i];
            cr_expect_not(control_number_parse(text_from(swapped), &back), "%s", swapped);
        }
        cr_expect_not(control_number_parse(text_of(buffer, i), &back));
    }
}

Test(control_number, the_check_character_is_that_of_the_standard)
{
    /* Published examples of ISO 7064 MOD 37,36: the library and music identifiers that use it. */
    cr_assert_eq(control_number_check(TEXT("A12425GABC1234002")), 'M');
    cr_assert_eq(control_number_check(TEXT("a")), 0);
}

Test(control_number, envelope_numbers_have_the_width_of_their_element)
{
    char buffer[CONTROL_NUMBER_ENVELOPE_BYTES];
    cr_assert(control_number_interchange(42, buffer));
    cr_assert_str_eq(buffer, "000000042");
    cr_assert(control_number_group(42, buffer));
    cr_assert_str_eq(buffer, "42");
    cr_assert(control_number_set(42, buffer));
    cr_assert_str_eq(buffer, "0042");
    cr_assert(control_number_set(123456789, buffer));
    cr_assert_str_eq(buffer, "123456789");
    cr_assert_not(control_number_interchange(0, buffer));
    cr_assert_not(control_number_interchange(1000000000, buffer));
    uint64_t number = 0;
    cr_assert(control_number_envelope_parse(TEXT("000000042"), &number));
    cr_assert_eq(number, 42);
    cr_assert_not(control_number_envelope_parse(TEXT("000000000"), &number));
    cr_assert_not(control_number_envelope_parse(TEXT("0000000042"), &number));
    cr_assert_not(control_number_envelope_parse(TEXT("4a"), &number));
}
