#include <criterion/criterion.h>

#include "common/npi/npi.h"
#include "common/text/text.h"

Test(npi, check_digit)
{
    cr_assert(npi_checks(TEXT("1234567893"))); /* the example of CMS's own calculation */
    cr_assert(npi_checks(TEXT("1245319599")));
    cr_assert_not(npi_checks(TEXT("1234567890")));
    cr_assert_not(npi_checks(TEXT("123456789")));
    cr_assert_not(npi_checks(TEXT("12345678933")));
    cr_assert_not(npi_checks(TEXT("12345678 3")));
    cr_assert_not(npi_checks(TEXT("")));
}

Test(npi, every_wrong_digit_is_found)
{
    char number[] = "1245319599";
    for (unsigned i = 0; i < 10; i++)
        for (char digit = '0'; digit <= '9'; digit++) {
            char right = number[i];
            number[i] = digit;
            cr_assert_eq(npi_checks(text_of(number, 10)), digit == right, "%s", number);
            number[i] = right;
        }
}

/* 3 adds 6, where 1 adds 2: the check digit is 4 less. */
Test(npi, given_out)
{
    cr_assert(npi_is_given_out(TEXT("1234567893")));
    cr_assert(npi_checks(TEXT("3234567899")));
    cr_assert_not(npi_is_given_out(TEXT("3234567899")));
    cr_assert_not(npi_is_given_out(TEXT("1234567890")));
}
