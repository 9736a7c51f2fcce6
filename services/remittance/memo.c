#include "services/remittance/memo.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

struct field {
    uint16_t offset;
    bool cents; /* else a text, of at most 255 bytes */
};

#define TEXT_OF(record, name) {offsetof(struct record, name), false}
#define CENTS_OF(record, name) {offsetof(struct record, name), true}
#define FIELDS(list) list, sizeof(list) / sizeof *(list)

static const struct field claim_fields[] = {
    TEXT_OF(remittance_claim, clm01),
    TEXT_OF(remittance_claim, status),
    CENTS_OF(remittance_claim, charge_cents),
    CENTS_OF(remittance_claim, paid_cents),
    TEXT_OF(remittance_claim, payer_control_number),
    TEXT_OF(remittance_claim, inpatient_remark_1),
    TEXT_OF(remittance_claim, outpatient_remark_1),
};
static const struct field line_fields[] = {
    TEXT_OF(remittance_line, qualifier),           TEXT_OF(remittance_line, procedure),
    TEXT_OF(remittance_line, modifier_1),          TEXT_OF(remittance_line, modifier_2),
    TEXT_OF(remittance_line, modifier_3),          TEXT_OF(remittance_line, modifier_4),
    CENTS_OF(remittance_line, charge_cents),       CENTS_OF(remittance_line, paid_cents),
    TEXT_OF(remittance_line, revenue_code),        TEXT_OF(remittance_line, original_procedure),
    TEXT_OF(remittance_line, original_modifier_1), TEXT_OF(remittance_line, original_modifier_2),
    TEXT_OF(remittance_line, original_modifier_3), TEXT_OF(remittance_line, original_modifier_4),
    TEXT_OF(remittance_line, control_number),
};
static const struct field adjustment_fields[] = {
    TEXT_OF(adjustment, group),
    TEXT_OF(adjustment, reason),
    CENTS_OF(adjustment, cents),
};
static const struct field remark_fields[] = {TEXT_OF(remark, qualifier), TEXT_OF(remark, code)};

enum { FIELD_BYTES_MAX = 256, STRUCT_BYTES_MAX = 16 * FIELD_BYTES_MAX, COUNT_BYTES = 4 };

/* Room for one more struct or count; false past the limit. */
static bool
make_room(struct memo *memo)
{
    size_t limit = memo->limit_bytes == 0 ? MEMO_BYTES_MAX : memo->limit_bytes;
    if (memo->full || memo->length > limit) {
        memo->full = true;
        return false;
    }
    if (memo->room - memo->length < STRUCT_BYTES_MAX) {
        memo->room = memo->room == 0 ? 16 * STRUCT_BYTES_MAX : memo->room * 2;
        memo->bytes = realloc(memo->bytes, memo->room);
        assert(memo->bytes != NULL);
    }
    return true;
}

static void
put_count(struct memo *memo, uint32_t count)
{
    if (!make_room(memo))
        return;
    memcpy(memo->bytes + memo->length, &count, COUNT_BYTES);
    memo->length += COUNT_BYTES;
}

static void
put_struct(struct memo *memo, const struct field *fields, size_t count, const void *from)
{
    if (!make_room(memo))
        return;
    char *out = memo->bytes + memo->length;
    for (size_t i = 0; i < count; i++) {
        const char *field = (const char *)from + fields[i].offset;
        if (fields[i].cents) {
            memcpy(out, field, sizeof(int64_t));
            out += sizeof(int64_t);
            continue;
        }
        const struct text *t = (const struct text *)(const void *)field;
        assert(t->length < FIELD_BYTES_MAX);
        *out++ = (char)t->length;
        if (t->length > 0)
            memcpy(out, t->data, t->length);
        out += t->length;
    }
    memo->length = (size_t)(out - memo->bytes);
}

static void
put_adjustments(struct memo *memo, const struct adjustment *adjustments, uint32_t count)
{
    put_count(memo, count);
    for (uint32_t i = 0; i < count; i++)
        put_struct(memo, FIELDS(adjustment_fields), &adjustments[i]);
}

bool
memo_add(struct memo *memo, const struct remittance_claim *claim)
{
    size_t from = memo->length;
    put_count(memo, 0); /* the length, known at the end */
    put_struct(memo, FIELDS(claim_fields), claim);
    put_adjustments(memo, claim->adjustments, claim->adjustments_count);
    put_count(memo, claim->lines_count);
    for (uint32_t i = 0; i < claim->lines_count; i++) {
        const struct remittance_line *line = &claim->lines[i];
        uint32_t remarks = line->remarks_count > 0 ? 1 : 0; /* a denial names the first */
        put_struct(memo, FIELDS(line_fields), line);
        put_adjustments(memo, line->adjustments, line->adjustments_count);
        put_count(memo, remarks);
        if (remarks > 0)
            put_struct(memo, FIELDS(remark_fields), line->remarks);
    }
    if (memo->full) {
        memo->length = from;
        return false;
    }
    uint32_t length = (uint32_t)(memo->length - from);
    memcpy(memo->bytes + from, &length, COUNT_BYTES);
    return true;
}

static uint32_t
get_count(const char **at)
{
    uint32_t count;
    memcpy(&count, *at, COUNT_BYTES);
    *at += COUNT_BYTES;
    return count;
}

static void
get_struct(const char **at, const struct field *fields, size_t count, void *to)
{
    const char *in = *at;
    for (size_t i = 0; i < count; i++) {
        char *field = (char *)to + fields[i].offset;
        if (fields[i].cents) {
            memcpy(field, in, sizeof(int64_t));
            in += sizeof(int64_t);
            continue;
        }
        size_t length = (uint8_t)*in++;
        if (length > 0)
            *(struct text *)(void *)field = text_of(in, length);
        in += length;
    }
    *at = in;
}

static struct adjustment *
get_adjustments(const char **at, struct arena *arena, uint32_t *count)
{
    *count = get_count(at);
    struct adjustment *adjustments = ARENA_ARRAY(arena, struct adjustment, *count);
    for (uint32_t i = 0; i < *count; i++)
        get_struct(at, FIELDS(adjustment_fields), &adjustments[i]);
    return adjustments;
}

void
memo_read(const struct memo *memo, size_t *at, struct arena *arena, struct remittance_claim *claim)
{
    const char *in = memo->bytes + *at + COUNT_BYTES;
    *claim = (struct remittance_claim){0};
    memo_pass(memo, at);
    get_struct(&in, FIELDS(claim_fields), claim);
    claim->adjustments = get_adjustments(&in, arena, &claim->adjustments_count);
    claim->lines_count = get_count(&in);
    claim->lines = ARENA_ARRAY(arena, struct remittance_line, claim->lines_count);
    for (uint32_t i = 0; i < claim->lines_count; i++) {
        struct remittance_line *line = &claim->lines[i];
        get_struct(&in, FIELDS(line_fields), line);
        line->adjustments = get_adjustments(&in, arena, &line->adjustments_count);
        line->remarks_count = get_count(&in);
        if (line->remarks_count > 0) {
            line->remarks = ARENA_ARRAY(arena, struct remark, 1);
            get_struct(&in, FIELDS(remark_fields), line->remarks);
        }
    }
    assert(in == memo->bytes + *at);
}

void
memo_pass(const struct memo *memo, size_t *at)
{
    const char *in = memo->bytes + *at;
    assert(*at < memo->length);
    *at += get_count(&in);
}

void
memo_clear(struct memo *memo)
{
    free(memo->bytes);
    *memo = (struct memo){.limit_bytes = memo->limit_bytes};
}
