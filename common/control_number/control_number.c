#include "common/control_number/control_number.h"

#include <assert.h>
#include <stdio.h>

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { CELL_DIGITS = 2, ID_DIGITS = 13, VERSION_DIGITS = 4, ALL_DIGITS = CELL_DIGITS + ID_DIGITS + VERSION_DIGITS };
_Static_assert(ALL_DIGITS + 1 == CONTROL_NUMBER_LENGTH, "the layout fills CLM01");

static void
put_digits(char *at, unsigned digits, uint64_t value)
{
    for (unsigned i = digits; i-- > 0; value >>= 5)
        at[i] = letters[value & 31];
    assert(value == 0);
}

static int
letter_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char *at = c >= 'A' && c <= 'Z' ? strchr(letters, c) : NULL;
    return at == NULL ? -1 : (int)(at - letters);
}

static bool
take_digits(const char *at, unsigned digits, uint64_t *value)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < digits; i++) {
        int digit = letter_value(at[i]);
        if (digit < 0 || sum >> 59 != 0)
            return false;
        sum = sum << 5 | (unsigned)digit;
    }
    *value = sum;
    return true;
}

char
control_number_check(struct text characters)
{
    unsigned product = 36;
    for (size_t i = 0; i < characters.length; i++) {
        char c = characters.data[i];
        unsigned value;
        if (c >= '0' && c <= '9')
            value = (unsigned)(c - '0');
        else if (c >= 'A' && c <= 'Z')
            value = (unsigned)(c - 'A') + 10;
        else
            return 0;
        unsigned sum = (product + value) % 36;
        product = (sum == 0 ? 36 : sum) * 2 % 37;
    }
    unsigned check = (37 - product) % 36;
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[check];
}

struct text
control_number_compose(const struct control_number *number, char buffer[CONTROL_NUMBER_BYTES])
{
    assert(number->cell <= CONTROL_NUMBER_CELL_LIMIT);
    put_digits(buffer, CELL_DIGITS, number->cell);
    put_digits(buffer + CELL_DIGITS, ID_DIGITS, number->claim_id);
    put_digits(buffer + CELL_DIGITS + ID_DIGITS, VERSION_DIGITS, number->version);
    buffer[ALL_DIGITS] = control_number_check(text_of(buffer, ALL_DIGITS));
    buffer[CONTROL_NUMBER_LENGTH] = 0;
    return text_of(buffer, CONTROL_NUMBER_LENGTH);
}

bool
control_number_parse(struct text clm01, struct control_number *number)
{
    uint64_t cell, id, version;
    if (clm01.length != CONTROL_NUMBER_LENGTH || !take_digits(clm01.data, CELL_DIGITS, &cell) ||
        !take_digits(clm01.data + CELL_DIGITS, ID_DIGITS, &id) ||
        !take_digits(clm01.data + CELL_DIGITS + ID_DIGITS, VERSION_DIGITS, &version) || version > UINT16_MAX ||
        control_number_check(text_of(clm01.data, ALL_DIGITS)) != clm01.data[ALL_DIGITS])
        return false;
    *number = (struct control_number){.cell = (unsigned)cell, .claim_id = id, .version = (uint16_t)version};
    return true;
}

static bool
print_envelope(size_t fewest, uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES])
{
    if (number == 0 || number > CONTROL_NUMBER_ENVELOPE_LIMIT)
        return false;
    char digits[24];
    snprintf(digits, sizeof digits, "%09u", (unsigned)number);
    const char *at = digits;
    while (*at == '0' && strlen(at) > fewest)
        at++;
    memcpy(buffer, at, strlen(at) + 1);
    return true;
}

bool
control_number_interchange(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES])
{
    return print_envelope(9, number, buffer);
}

bool
control_number_group(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES])
{
    return print_envelope(1, number, buffer);
}

bool
control_number_set(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES])
{
    return print_envelope(4, number, buffer);
}

bool
control_number_envelope_parse(struct text digits, uint64_t *number)
{
    uint64_t value;
    if (digits.length > 9 || !text_to_u64(digits, &value) || value == 0)
        return false;
    *number = value;
    return true;
}
