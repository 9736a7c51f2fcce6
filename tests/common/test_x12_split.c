/* Cutting and joining interchanges: every part is clean, no claim is lost or doubled or changed. */
#include "common/x12/split/x12_split.h"
#include "schemas/x12/x12_837p.h"
#include "tests/common/x12_sample.h"

enum { PARTS = 64 };

struct buffer {
    char *bytes;
    size_t length;
};

struct parts {
    struct buffer part[PARTS];
    uint32_t claims[PARTS], count;
    uint64_t controls[PARTS];
    enum status open_says, write_says;
};

static enum status
append(struct buffer *buffer, const char *bytes, size_t length)
{
    buffer->bytes = realloc(buffer->bytes, buffer->length + length + 1);
    cr_assert_not_null(buffer->bytes);
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return STATUS_OK;
}

static enum status
open_part(void *context, uint32_t number)
{
    struct parts *parts = context;
    cr_assert_eq(number, parts->count + 1);
    cr_assert_lt(parts->count, (uint32_t)PARTS);
    parts->part[parts->count++] = (struct buffer){0};
    return parts->open_says;
}

static enum status
write_part(void *context, const char *bytes, size_t length)
{
    struct parts *parts = context;
    enum status status = append(&parts->part[parts->count - 1], bytes, length);
    return status == STATUS_OK ? parts->write_says : status;
}

static enum status
close_part(void *context, uint32_t number, uint32_t claims, uint64_t control)
{
    struct parts *parts = context;
    parts->claims[number - 1] = claims;
    parts->controls[number - 1] = control;
    return STATUS_OK;
}

static enum status
cut(struct text bytes, uint32_t claims, uint64_t control, struct parts *parts, char reason[X12_SPLIT_REASON])
{
    struct x12_split_options options = {claims, control};
    struct x12_split_target target = {open_part, write_part, close_part, parts};
    struct pieces pieces = {bytes, 100};
    return x12_split(&options, give_piece, &pieces, &target, reason);
}

static enum status
write_joined(void *context, const char *bytes, size_t length)
{
    return append(context, bytes, length);
}

/* The sample's interchange so many times, as one. */
static struct buffer
joined(struct text bytes, unsigned times)
{
    struct buffer out = {0};
    struct x12_join join;
    char reason[X12_SPLIT_REASON];
    x12_join_open(&join, 77, write_joined, &out);
    for (unsigned i = 0; i < times; i++) {
        struct pieces pieces = {bytes, 100};
        cr_assert_eq(x12_join_add(&join, give_piece, &pieces, reason), STATUS_OK, "%s", reason);
    }
    cr_assert_eq(join.claims, 2 * times);
    cr_assert_eq(x12_join_close(&join), STATUS_OK);
    return out;
}

/* The claims' own bytes, one after the other, without line ends. */
static struct buffer
claims_of(const struct buffer *file, struct buffer all)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = 1};
    enum x12_event event;
    x12_check_open_memory(&check, &options, text_of(file->bytes, file->length));
    while ((event = x12_check_next(&check)) != X12_EVENT_END) {
        cr_assert_neq(event, X12_EVENT_FAILED);
        for (size_t i = 0; event == X12_EVENT_CLAIM_END && i < check.claim.bytes.length; i++)
            if (check.claim.bytes.data[i] != '\n')
                append(&all, &check.claim.bytes.data[i], 1);
    }
    x12_check_close(&check);
    return all;
}

static void
expect_clean(const struct buffer *file, uint32_t claims)
{
    struct outcome outcome = run_text(text_of(file->bytes, file->length), 7);
    cr_assert_eq(outcome.last, X12_EVENT_END);
    cr_assert_eq(outcome.finding_count, 0, "finding %u in\n%.*s", outcome.findings[0], (int)file->length, file->bytes);
    cr_assert_eq(outcome.interchanges, 1);
    cr_assert_eq(outcome.claims, claims);
}

static void
free_parts(struct parts *parts)
{
    for (uint32_t i = 0; i < parts->count; i++)
        free(parts->part[i].bytes);
}

Test(x12_split, parts_are_clean_and_hold_every_claim_once_in_order)
{
    struct text bytes = sample("837p.edi");
    struct buffer whole = joined(bytes, 5), wanted = claims_of(&whole, (struct buffer){0});
    expect_clean(&whole, 10);
    for (uint32_t most = 1; most <= 11; most++) {
        struct parts parts = {0};
        char reason[X12_SPLIT_REASON];
        cr_assert_eq(cut(text_of(whole.bytes, whole.length), most, 0, &parts, reason), STATUS_OK, "%s", reason);
        cr_assert_eq(parts.count, (10 + most - 1) / most);
        struct buffer all = {0};
        for (uint32_t i = 0; i < parts.count; i++) {
            cr_assert_eq(parts.claims[i], i + 1 < parts.count ? most : 10 - most * (parts.count - 1));
            cr_assert_eq(parts.controls[i], 77 + i);
            expect_clean(&parts.part[i], parts.claims[i]);
            all = claims_of(&parts.part[i], all);
        }
        cr_assert_eq(all.length, wanted.length);
        cr_assert_eq(memcmp(all.bytes, wanted.bytes, all.length), 0);
        free(all.bytes);
        free_parts(&parts);
    }
    free(whole.bytes);
    free(wanted.bytes);
    release(bytes);
}

Test(x12_split, a_part_has_the_levels_of_its_claims_and_no_others)
{
    struct text bytes = sample("837p.edi");
    struct parts parts = {0};
    char reason[X12_SPLIT_REASON];
    cr_assert_eq(cut(bytes, 1, 500, &parts, reason), STATUS_OK, "%s", reason);
    cr_assert_eq(parts.count, 2);
    char *first = parts.part[0].bytes, *second = parts.part[1].bytes;
    first[parts.part[0].length] = second[parts.part[1].length] = '\0';
    cr_assert_not_null(strstr(first, "ISAAC"));
    cr_assert_null(strstr(first, "QUENTAL"));
    cr_assert_null(strstr(second, "ISAAC"));
    cr_assert_not_null(strstr(second, "HL*1**20*1~"));
    cr_assert_not_null(strstr(second, "HL*2*1*22*1~"));
    cr_assert_not_null(strstr(second, "HL*3*2*23*0~"));
    cr_assert_not_null(strstr(second, "*000000501*0*T*:~"));
    cr_assert_not_null(strstr(second, "GE*1*501~"));
    free_parts(&parts);
    release(bytes);
}

Test(x12_split, what_cannot_be_cut_is_said)
{
    struct text bytes = sample("835.edi"), claims = sample("837p.edi"), cut_off = text_of(claims.data, claims.length - 60);
    struct parts parts = {0};
    char reason[X12_SPLIT_REASON];
    cr_assert_eq(cut(bytes, 1, 0, &parts, reason), STATUS_INVALID);
    cr_assert_not_null(strstr(reason, "835"));
    cr_assert_eq(cut(text_of("rubbish", 7), 1, 0, &parts, reason), STATUS_INVALID);
    cr_assert_eq(parts.count, 0);
    cr_assert_eq(cut(cut_off, 1, 0, &parts, reason), STATUS_INVALID);
    free_parts(&parts);
    struct parts full = {.write_says = STATUS_FULL}, closed = {.open_says = STATUS_IO};
    cr_assert_eq(cut(claims, 1, 0, &full, reason), STATUS_FULL);
    cr_assert_eq(cut(claims, 1, 0, &closed, reason), STATUS_IO);
    free_parts(&full);
    release(bytes);
    release(claims);
}

Test(x12_split, interchanges_of_several_kinds_are_joined_group_by_group)
{
    struct text remittance = sample("835.edi"), claims = sample("837p.edi"), other = replaced(claims, "EXAMPLEPAYER ", "ANOTHERPAYER ", true);
    struct text same = replaced(remittance, "ISA*", "ISA*", false);
    struct buffer out = {0};
    struct x12_join join;
    char reason[X12_SPLIT_REASON];
    struct pieces pieces = {remittance, 100};
    x12_join_open(&join, 0, write_joined, &out);
    cr_assert_eq(x12_join_add(&join, give_piece, &pieces, reason), STATUS_OK, "%s", reason);
    pieces.rest = same;
    cr_assert_eq(x12_join_add(&join, give_piece, &pieces, reason), STATUS_OK, "%s", reason);
    pieces.rest = other;
    cr_assert_eq(x12_join_add(&join, give_piece, &pieces, reason), STATUS_INVALID);
    cr_assert_not_null(strstr(reason, "ANOTHERPAYER"));
    cr_assert_eq(join.sets, 2);
    cr_assert_eq(x12_join_close(&join), STATUS_OK);
    struct outcome outcome = run_text(text_of(out.bytes, out.length), 7);
    cr_assert_eq(outcome.finding_count, 0, "finding %u", outcome.findings[0]);
    cr_assert_eq(outcome.accepted_sets, 2);
    x12_join_open(&join, 0, write_joined, &out);
    cr_assert_eq(x12_join_close(&join), STATUS_INVALID, "nothing was added");
    free(out.bytes);
    release(remittance);
    release(same);
    release(claims);
    release(other);
}

/* A document that the reader reads past is not there to be written: it must not go missing unseen. */
Test(x12_split, a_document_too_large_to_keep_is_not_joined)
{
    enum { BYTES = 70000 };
    struct text bytes = sample("275.edi");
    const char *at = strstr(bytes.data, "\nBIN*") + 1, *end = strchr(at, '~');
    char *large = malloc(bytes.length + BYTES + 32);
    size_t length = (size_t)(at - bytes.data);
    memcpy(large, bytes.data, length);
    length += (size_t)sprintf(large + length, "BIN*%d*", (int)BYTES);
    memset(large + length, '~', BYTES);
    length += BYTES;
    strcpy(large + length, end);
    length += strlen(end);
    struct x12_join join;
    struct buffer out = {0};
    char reason[X12_SPLIT_REASON];
    struct pieces small = {bytes, 100}, big = {text_of(large, length), 4096};
    x12_join_open(&join, 1, write_joined, &out);
    cr_assert_eq(x12_join_add(&join, give_piece, &small, reason), STATUS_OK, "%s", reason);
    cr_assert_eq(x12_join_add(&join, give_piece, &big, reason), STATUS_INVALID);
    cr_assert_not_null(strstr(reason, "70000"), "%s", reason);
    x12_join_close(&join);
    free(out.bytes);
    free(large);
    release(bytes);
}
