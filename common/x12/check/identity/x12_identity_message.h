/*
 * The bytes by which claims and payments are compared (common/x12/check/identity/x12_identity.h): made of what was kept, asked of
 * options.seen, and what the answer is a finding of. Private to common/x12.
 */
#ifndef CLAIMLINE_X12_IDENTITY_MESSAGE_H
#define CLAIMLINE_X12_IDENTITY_MESSAGE_H

#include "common/x12/check/identity/x12_identity.h"

static inline char
x12_identity_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void x12_identity_grow(struct x12_identity_buffer *buffer, size_t length);
/* Room for so many more bytes, at the buffer's end; valid until the next call. */
static inline char *
x12_identity_extend(struct x12_identity_buffer *buffer, size_t length)
{
    if (buffer->length + length > buffer->room)
        x12_identity_grow(buffer, length);
    buffer->length += length;
    return buffer->bytes + buffer->length - length;
}
/* A value with its length before it: upper-case, component separators, which differ from file to file, as units. */
void x12_identity_put(struct x12_identity_buffer *buffer, struct text value, char separator);
void x12_identity_put_days(struct x12_identity_buffer *buffer, uint64_t from, uint64_t to);

/* At the TRN of a payment. */
void x12_identity_trace(struct x12_check *check);

#endif
