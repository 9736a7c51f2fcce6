/*
 * Numbers that travel to payers and come back: our claim number CLM01 and the control numbers of the envelope.
 *
 * CLM01 has a fixed layout of 20 characters, all upper-case letters and digits:
 *
 *     cell 2 | claim id 13 | version 4 | check 1
 *
 * The numbers are written in base 32 with Crockford's letters (no I, L, O, U), so that nobody misreads them. The check
 * character is ISO 7064 MOD 37,36 over the 19 before it: it finds every single wrong character and every swap of two
 * neighbours. A payer sends CLM01 back in 277CA and 835, and the claim and its version are read from it without a
 * look-up.
 */
#ifndef CLAIMLINE_CONTROL_NUMBER_H
#define CLAIMLINE_CONTROL_NUMBER_H

#include "common/text/text.h"

enum {
    CONTROL_NUMBER_LENGTH = 20,
    CONTROL_NUMBER_BYTES = CONTROL_NUMBER_LENGTH + 1,
    CONTROL_NUMBER_CELL_LIMIT = 1023,
    CONTROL_NUMBER_ENVELOPE_BYTES = 10, /* nine digits and the end */
    CONTROL_NUMBER_ENVELOPE_LIMIT = 999999999,
};

struct control_number {
    unsigned cell; /* at most CONTROL_NUMBER_CELL_LIMIT (assert) */
    uint64_t claim_id;
    uint16_t version;
};

/* Writes CLM01, terminated, into the buffer; the text lies over the buffer. */
struct text control_number_compose(const struct control_number *number, char buffer[CONTROL_NUMBER_BYTES]);
/* Reads CLM01 back. False when it is not one of ours: length, letters, check character, or a version over 65535.
 * `*number` is only written on true. */
bool control_number_parse(struct text clm01, struct control_number *number);
/* The check character of ISO 7064 MOD 37,36 for upper-case letters and digits; 0 when there is another character. */
char control_number_check(struct text characters);

/* ISA13: exactly nine digits, from 1. False (nothing written) when the number is 0 or over the limit. */
bool control_number_interchange(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES]);
/* GS06: one to nine digits without leading zeros. */
bool control_number_group(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES]);
/* ST02: four to nine digits, padded to four. */
bool control_number_set(uint64_t number, char buffer[CONTROL_NUMBER_ENVELOPE_BYTES]);
/* Reads one to nine digits back, leading zeros allowed; false when it is not so, or 0. */
bool control_number_envelope_parse(struct text digits, uint64_t *number);

#endif
