#include "common/x12/check/identity/x12_identity_message.h"

#include "common/x12/check/x12_state.h"
#include "schemas/findings.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- buffers ---- */

void
x12_identity_grow(struct x12_identity_buffer *buffer, size_t length)
{
    buffer->room = 2 * (buffer->length + length) + 1024;
    buffer->bytes = realloc(buffer->bytes, buffer->room);
    assert(buffer->bytes != NULL);
}

/* With its length before it, so that what follows cannot be taken for its end. Returns where the bytes go. */
static char *
put_length(struct x12_identity_buffer *buffer, size_t length)
{
    uint32_t given = (uint32_t)length;
    *x12_identity_extend(buffer, 1) = (char)(length < 255 ? length : 255);
    if (length >= 255)
        memcpy(x12_identity_extend(buffer, sizeof given), &given, sizeof given);
    return x12_identity_extend(buffer, length);
}

/* Bytes as they are. */
static void
put_bytes(struct x12_identity_buffer *buffer, struct text bytes)
{
    char *out = put_length(buffer, bytes.length);
    if (bytes.length > 0)
        memcpy(out, bytes.data, bytes.length);
}

/* Upper-case; component separators, which differ from file to file, are units. */
void
x12_identity_put(struct x12_identity_buffer *buffer, struct text value, char separator)
{
    char *out = put_length(buffer, value.length);
    for (size_t i = 0; i < value.length; i++)
        out[i] = value.data[i] == separator ? 0x1F : x12_identity_upper(value.data[i]);
}

void
x12_identity_put_days(struct x12_identity_buffer *buffer, uint64_t from, uint64_t to)
{
    uint64_t days[2] = {from, to};
    memcpy(x12_identity_extend(buffer, sizeof days), days, sizeof days);
}

/* ---- messages ---- */

static struct x12_identity *
identity_of(struct x12_check *check)
{
    return &check->state->identity;
}

static struct text
kept_value(const struct x12_identity *identity, enum x12_identity_name name)
{
    return text_of(identity->values[name].bytes, identity->values[name].length);
}

static void
put_values(struct x12_identity *identity, enum x12_identity_name first, enum x12_identity_name last)
{
    for (unsigned name = first; name <= last; name++) {
        const struct x12_identity_value *value = &identity->values[name];
        char *out = x12_identity_extend(&identity->message, value->length + 1u);
        *out++ = (char)value->length;
        if (value->length > 0)
            memcpy(out, value->bytes, value->length);
    }
}

/* The next message, of one kind; those of different kinds never meet. */
static void
begin_message(struct x12_check *check, char kind)
{
    struct x12_identity *identity = identity_of(check);
    *x12_identity_extend(&identity->message, 1) = kind;
    x12_identity_put(&identity->message, text_from(check->set.guide->name), 0);
    *x12_identity_extend(&identity->message, 1) = check->interchange.test ? 'T' : 'P';
}

static bool
look(struct x12_check *check, uint64_t offset, bool refused, struct x12_seen_first *first)
{
    const struct x12_seen *seen = check->options.seen;
    const struct x12_identity_buffer *message = &identity_of(check)->message;
    struct text one = text_of(message->bytes, message->length);
    return seen->look(seen->context, &one, 1, offset, refused, first) != 0;
}

/* "set 0001, byte 1234 of FILE"; of a long name its end. */
static struct text
words(const struct x12_seen_first *first, char buffer[80])
{
    int length = snprintf(buffer, 80, "set %.9s, byte %" PRIu64 " of ", first->set, first->offset);
    const char *file = first->file;
    size_t room = 79 - (size_t)length, size = strlen(file);
    length += snprintf(buffer + length, room + 1, "%s", size > room ? file + size - room : file);
    return text_of(buffer, (size_t)length);
}

/* ---- payments ---- */

void
x12_identity_trace(struct x12_check *check)
{
    struct x12_identity *identity = identity_of(check);
    struct x12_seen_first first;
    char buffer[80];
    struct text number = x12_element(check->segment, 2);
    if (number.length == 0)
        return;
    identity->message.length = 0;
    begin_message(check, 'T');
    x12_identity_put(&identity->message, number, 0);
    x12_identity_put(&identity->message, x12_element(check->segment, 3), 0);
    put_values(identity, X12_IDENTITY_DATE, X12_IDENTITY_DATE);
    if (look(check, check->segment->offset, false, &first) && !first.refused)
        x12_emit(check, FINDING_X12_PAYMENT_DUPLICATE, 2, 0, "", words(&first, buffer), false);
}

/* The number of the set makes a message one of this 835 alone. */
static void
begin_paid_message(struct x12_check *check, char kind)
{
    struct x12_identity *identity = identity_of(check);
    identity->message.length = 0;
    begin_message(check, kind);
    memcpy(x12_identity_extend(&identity->message, sizeof identity->set), &identity->set, sizeof identity->set);
    put_values(identity, X12_IDENTITY_CONTROL, X12_IDENTITY_CONTROL);
    put_values(identity, X12_IDENTITY_REFERENCE, X12_IDENTITY_REFERENCE);
}

static void
judge_paid(struct x12_check *check, struct text bytes)
{
    struct x12_identity *identity = identity_of(check);
    const struct x12_seen *seen = check->options.seen;
    struct x12_seen_first first;
    char buffer[80];
    bool reversal = text_is(kept_value(identity, X12_IDENTITY_STATUS), "22");
    begin_paid_message(check, 'R');
    if (reversal) {
        (void)look(check, check->claim.offset, false, &first);
        return;
    }
    if (seen->known(seen->context, text_of(identity->message.bytes, identity->message.length)))
        return;
    begin_paid_message(check, 'B');
    put_bytes(&identity->message, bytes);
    if (look(check, check->claim.offset, false, &first))
        x12_emit_at(check, &check->state->claim_anchor, FINDING_X12_CLAIM_PAID_TWICE, "2100", 1, "", words(&first, buffer),
                    false);
}

/* ---- claims ---- */

static bool
is_replacement(const struct x12_identity *identity)
{
    struct text frequency = kept_value(identity, X12_IDENTITY_FREQUENCY);
    return text_is(frequency, "7") || text_is(frequency, "8");
}

/* What both messages begin with. */
static void
put_destination(struct x12_check *check, char kind)
{
    struct x12_identity *identity = identity_of(check);
    bool numbered = identity->values[X12_IDENTITY_PROVIDER].length > 0;
    begin_message(check, kind);
    put_values(identity, X12_IDENTITY_TURN, X12_IDENTITY_PAYER);
    put_values(identity, numbered ? X12_IDENTITY_PROVIDER : X12_IDENTITY_PROVIDER_TAX,
               numbered ? X12_IDENTITY_PROVIDER : X12_IDENTITY_PROVIDER_TAX);
    put_values(identity, X12_IDENTITY_CHARGE, X12_IDENTITY_CHARGE);
    put_values(identity, X12_IDENTITY_FREQUENCY, X12_IDENTITY_PREDETERMINATION);
    x12_identity_put_days(&identity->message, identity->from, identity->to);
}

static void
put_same(struct x12_check *check)
{
    struct x12_identity *identity = identity_of(check);
    put_destination(check, 'C');
    put_values(identity, X12_IDENTITY_CONTROL, X12_IDENTITY_CONTROL);
    if (is_replacement(identity))
        put_values(identity, X12_IDENTITY_REFERENCE, X12_IDENTITY_REFERENCE);
}

static int
by_bytes(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void
put_lines(struct x12_identity *identity)
{
    const struct x12_identity_buffer *lines = &identity->lines;
    uint32_t start, end = (uint32_t)lines->length;
    arena_reset(&identity->arena);
    struct text *sorted = ARENA_ARRAY(&identity->arena, struct text, identity->line_count);
    for (uint32_t i = identity->line_count; i > 0; i--) {
        memcpy(&start, identity->starts.bytes + (i - 1) * sizeof start, sizeof start);
        sorted[i - 1] = text_of(lines->bytes + start, end - start);
        end = start;
    }
    qsort(sorted, identity->line_count, sizeof *sorted, by_bytes);
    for (uint32_t i = 0; i < identity->line_count; i++)
        put_bytes(&identity->message, sorted[i]);
}

static void
put_alike(struct x12_check *check)
{
    struct x12_identity *identity = identity_of(check);
    put_destination(check, 'S');
    put_values(identity, X12_IDENTITY_MEMBER, X12_IDENTITY_PATIENT_BIRTH);
    put_values(identity, X12_IDENTITY_FACILITY, X12_IDENTITY_FACILITY);
    put_values(identity, X12_IDENTITY_RENDERING, X12_IDENTITY_RENDERING);
    put_lines(identity);
}

static bool
says_enough(const struct x12_identity *identity)
{
    return !is_replacement(identity) && identity->from != 0 && identity->line_count > 0 &&
           identity->values[X12_IDENTITY_MEMBER].length + identity->values[X12_IDENTITY_MEMBER_LAST].length > 0;
}

static void
judge_claim(struct x12_check *check)
{
    struct x12_identity *identity = identity_of(check);
    const struct x12_anchor *anchor = &check->state->claim_anchor;
    const struct x12_seen *seen = check->options.seen;
    struct x12_seen_first firsts[2];
    char buffer[80];
    if (identity->values[X12_IDENTITY_PROVIDER].length + identity->values[X12_IDENTITY_PROVIDER_TAX].length == 0)
        return;
    identity->message.length = 0;
    put_same(check);
    const size_t length = identity->message.length;
    if (says_enough(identity))
        put_alike(check);
    const char *bytes = identity->message.bytes;
    const struct text messages[2] = {text_of(bytes, length), text_of(bytes + length, identity->message.length - length)};
    unsigned found = seen->look(seen->context, messages, messages[1].length > 0 ? 2 : 1, check->claim.offset, check->claim.refused,
                                firsts);
    if (found & 1)
        x12_emit_at(check, anchor, firsts[0].refused ? FINDING_X12_CLAIM_AGAIN : FINDING_X12_CLAIM_DUPLICATE, "2300", 1, "54",
                    words(&firsts[0], buffer), false);
    else if (found & 2 && !firsts[1].refused)
        x12_emit_at(check, anchor, FINDING_X12_CLAIM_DUPLICATE_SUSPECTED, "2300", 1, "54", words(&firsts[1], buffer), false);
}

void
x12_identity_claim_end(struct x12_check *check, struct text bytes)
{
    if (check->claim.too_large)
        return;
    if (identity_of(check)->payments)
        judge_paid(check, bytes);
    else
        judge_claim(check);
}
