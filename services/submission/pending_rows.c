#include "services/submission/pending_rows.h"

#include "services/submission/submission.h"

struct store_key
pending_row_key(const struct payer *payer, uint64_t sequence)
{
    return store_key_u64(submission_payer_key(payer->name), sequence);
}

size_t
pending_row_fill(const struct pending_claim *claims, size_t count)
{
    size_t filled = 0, bytes = 0;
    while (filled < count && claims[filled].row == PENDING_NO_ROW && bytes < PENDING_ROW_BYTES)
        bytes += PENDING_HEAD_BYTES + claims[filled++].claim.length;
    return filled;
}

static char *
put_head(char *at, const struct pending_claim *claim)
{
    struct store_key head = store_key_u32(store_key_u64(store_key(), claim->sequence), (uint32_t)claim->claim.length);
    memcpy(at, head.bytes, PENDING_HEAD_BYTES);
    return at + PENDING_HEAD_BYTES;
}

static struct text
pack(struct arena *arena, const struct pending_claim *claims, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += PENDING_HEAD_BYTES + claims[i].claim.length;
    char *packed = arena_take_raw(arena, bytes), *at = packed;
    for (size_t i = 0; i < count; i++) {
        at = put_head(at, &claims[i]);
        memcpy(at, claims[i].claim.data, claims[i].claim.length);
        at += claims[i].claim.length;
    }
    return text_of(packed, bytes);
}

void
pending_row_put(struct step *step, const struct payer *payer, struct pending_claim *claims, size_t count)
{
    struct store_key key = pending_row_key(payer, claims[0].sequence);
    step_put(step, SUBMISSION_PENDING, store_key_text(&key),
             count == 1 ? claims[0].claim : pack(step_arena(step), claims, count));
    for (size_t i = 0; i < count; i++)
        claims[i].row = claims[0].sequence;
}

enum status
pending_row_next(struct text *rest, struct pending_claim *claim)
{
    if (rest->length == 0)
        return STATUS_NOT_FOUND;
    if ((uint8_t)rest->data[0] >= 0x80) { /* the row is this claim */
        claim->claim = *rest;
        *rest = (struct text){0};
        return STATUS_OK;
    }
    if (rest->length < PENDING_HEAD_BYTES)
        return STATUS_CORRUPT;
    size_t length = (size_t)store_u16(*rest, 8) << 16 | store_u16(*rest, 10);
    if (length > rest->length - PENDING_HEAD_BYTES)
        return STATUS_CORRUPT;
    claim->sequence = store_u64(*rest, 0);
    claim->claim = text_of(rest->data + PENDING_HEAD_BYTES, length);
    *rest = text_of(rest->data + PENDING_HEAD_BYTES + length, rest->length - PENDING_HEAD_BYTES - length);
    return STATUS_OK;
}
