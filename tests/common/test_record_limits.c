/* What is no record, or past a bound, is refused with its place and reason, in reading and in writing. */
#include "common/money/money.h"
#include "tests/common/record_sample.h"
#include "tests/common/record_tree.h"

TestSuite(record_limits, .init = set_up, .fini = tear_down);

Test(record_limits, every_prefix_of_a_record_is_refused)
{
    struct record_sample sample;
    struct claim_body back;
    struct text bytes;
    struct record_fault fault;
    record_sample_fill(&sample);
    cr_assert_eq(record_write(&record_claim_body, &sample.claim, &arena, &bytes, &fault), STATUS_OK);
    cr_assert_eq(record_read(&record_claim_body, bytes, &arena, &back, NULL), STATUS_OK);
    cr_assert(record_equal(&record_claim_body, &sample.claim, &back));
    for (size_t length = 0; length < bytes.length; length++) {
        struct text prefix = text_of(bytes.data, length);
        cr_assert_neq(read_exact(&record_claim_body, prefix, &back, &fault), STATUS_OK, "length %zu", length);
        cr_assert_leq(fault.offset, length);
        cr_assert_not(record_well_formed(prefix), "length %zu", length);
    }
}

struct refusal {
    const char *name;
    const char *bytes;
    size_t length;
    enum status status;
    const char *record, *field, *what;
};
#define REFUSE(name, bytes, status, record, field, what)                                                     \
    {                                                                                                        \
        name, bytes, sizeof(bytes) - 1, status, record, field, what                                          \
    }

static const struct refusal refusals[] = {
    REFUSE("empty", "", STATUS_INVALID, "tree", NULL, "claims more bytes than there are"),
    REFUSE("no map", "\x01", STATUS_INVALID, "tree", NULL, "of another kind"),
    REFUSE("array of 926 million", "\xdd\x37\x33\xff\x0a", STATUS_INVALID, "tree", NULL, "of another kind"),
    REFUSE("map of 926 million", "\xdf\x37\x33\xff\x0a", STATUS_INVALID, "tree", NULL,
           "claims more bytes than there are"),
    REFUSE("list of 926 million", "\x82\x01\x01\x0c\xdd\x37\x33\xff\x0a", STATUS_INVALID, "tree", "leaves",
           "claims more bytes than there are"),
    REFUSE("text of 4 GiB", "\x82\x01\x01\x08\xdb\xff\xff\xff\xff", STATUS_INVALID, "tree", "name",
           "claims more bytes than there are"),
    REFUSE("bytes after it", "\x81\x01\x01\x00", STATUS_INVALID, "tree", NULL, "followed by more bytes"),
    REFUSE("required missing", "\x80", STATUS_INVALID, "tree", "number", "missing"),
    REFUSE("required is zero", "\x81\x01\x00", STATUS_INVALID, "tree", "number", "missing"),
    REFUSE("number given twice", "\x82\x01\x01\x01\x02", STATUS_INVALID, "tree", "number", "given twice"),
    REFUSE("unknown given twice", "\x83\x01\x01\x0b\x01\x0b\x02", STATUS_INVALID, "tree", NULL,
           "given twice"),
    REFUSE("unknown given twice apart", "\x85\x01\x01\x0d\x01\x02\x01\x0b\x01\x0d\x02", STATUS_INVALID,
           "tree", NULL, "given twice"),
    REFUSE("twice inside an unknown", "\x82\x01\x01\x0b\x83\x02\x01\x01\x01\x02\x01", STATUS_INVALID, "tree",
           NULL, "given twice"),
    REFUSE("key zero", "\x82\x01\x01\x00\x01", STATUS_INVALID, "tree", NULL, "a key that is no field number"),
    REFUSE("key over 65535", "\x82\x01\x01\xce\x00\x01\x00\x00\x01", STATUS_INVALID, "tree", NULL,
           "a key that is no field number"),
    REFUSE("key below zero", "\x82\x01\x01\xff\x01", STATUS_INVALID, "tree", NULL,
           "a key that is no field number"),
    REFUSE("key is a text", "\x82\x01\x01\xa1x\x01", STATUS_INVALID, "tree", NULL,
           "a key that is no field number"),
    REFUSE("past the largest", "\x81\x01\xcd\x03\xe9", STATUS_LIMIT, "tree", "number", "past its bound"),
    REFUSE("below zero", "\x81\x01\xff", STATUS_LIMIT, "tree", "number", "larger than 64 bits of its sign"),
    REFUSE("offset over 63 bits", "\x82\x01\x01\x02\xcf\x80\x00\x00\x00\x00\x00\x00\x00", STATUS_LIMIT,
           "tree", "offset", "larger than 64 bits of its sign"),
    REFUSE("money over its limit", "\x82\x01\x01\x03\xcf\x00\x00\x5a\xf3\x10\x7a\x40\x00", STATUS_LIMIT,
           "tree", "cents", "past its bound"),
    REFUSE("money under its limit", "\x82\x01\x01\x03\xd3\xff\xff\xa5\x0c\xef\x85\xc0\x00", STATUS_LIMIT,
           "tree", "cents", "past its bound"),
    REFUSE("30 February", "\x82\x01\x01\x04\xce\x01\x34\xd7\x66", STATUS_INVALID, "tree", "day",
           "not a day of the calendar"),
    REFUSE("day below zero", "\x82\x01\x01\x04\xff", STATUS_INVALID, "tree", "day",
           "not a day of the calendar"),
    REFUSE("instant before 1970", "\x82\x01\x01\x05\xff", STATUS_INVALID, "tree", "seen",
           "not an instant from 1970 to 2999"),
    REFUSE("instant after 2999", "\x82\x01\x01\x05\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", STATUS_INVALID,
           "tree", "seen", "not an instant from 1970 to 2999"),
    REFUSE("bool as number", "\x82\x01\x01\x06\x01", STATUS_INVALID, "tree", "open", "of another kind"),
    REFUSE("code over 32 bits", "\x82\x01\x01\x07\xcf\x00\x00\x00\x01\x00\x00\x00\x00", STATUS_LIMIT, "tree",
           "color", "past its bound"),
    REFUSE("text over its bound",
           "\x82\x01\x01\x0a\x81\x01\xa5"
           "maple",
           STATUS_LIMIT, "leaf", "word", "past its bound"),
    REFUSE("control in short text",
           "\x82\x01\x01\x08\xa2"
           "a\n",
           STATUS_INVALID, "tree", "name", "a control character in a text"),
    REFUSE("control in middle text",
           "\x82\x01\x01\x08\xa6"
           "abc\x1c"
           "ef",
           STATUS_INVALID, "tree", "name", "a control character in a text"),
    REFUSE("control in long text",
           "\x82\x01\x01\x08\xab"
           "abcdefgh\0jk",
           STATUS_INVALID, "tree", "name", "a control character in a text"),
    REFUSE("text as bytes", "\x82\x01\x01\x08\xc4\x01x", STATUS_INVALID, "tree", "name", "of another kind"),
    REFUSE("bytes as text", "\x82\x01\x01\x09\xa1x", STATUS_INVALID, "tree", "raw", "of another kind"),
    REFUSE("bytes over bound",
           "\x82\x01\x01\x09\xc4\x05"
           "12345",
           STATUS_LIMIT, "tree", "raw", "past its bound"),
    REFUSE("nested is a number", "\x82\x01\x01\x0a\x01", STATUS_INVALID, "leaf", NULL, "of another kind"),
    REFUSE("list is a map", "\x82\x01\x01\x0c\x80", STATUS_INVALID, "tree", "leaves", "of another kind"),
    REFUSE("list over its bound",
           "\x82\x01\x01\x0c\xdc\x00\x15\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
           "\x80\x80\x80\x80",
           STATUS_LIMIT, "tree", "leaves", "past its bound"),
    REFUSE("nil", "\x82\x01\x01\x02\xc0", STATUS_INVALID, "tree", "offset", "of another kind"),
    REFUSE("float", "\x82\x01\x01\x02\xca\0\0\0\0", STATUS_INVALID, "tree", "offset", "of another kind"),
    REFUSE("float in an unknown", "\x82\x01\x01\x0b\xca\0\0\0\0", STATUS_INVALID, "tree", NULL,
           "of another kind"),
    REFUSE("extension in an unknown", "\x82\x01\x01\x0b\xd4\x01\x01", STATUS_INVALID, "tree", NULL,
           "of another kind"),
    REFUSE("reserved byte in an unknown", "\x82\x01\x01\x0b\xc1", STATUS_INVALID, "tree", NULL,
           "of another kind"),
    REFUSE("depth 9", "\x82\x01\x01\x0b\x91\x91\x91\x91\x91\x91\x91\x91\x01", STATUS_LIMIT, "tree", NULL,
           "nested too deep"),
};

Test(record_limits, bytes_that_are_no_record_are_refused_with_the_place_and_the_reason)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *row = &refusals[i];
        struct record_fault fault = {0};
        struct tree tree;
        enum status status = read_exact(&record_tree, text_of(row->bytes, row->length), &tree, &fault);
        cr_expect_eq(status, row->status, "%s: status %d", row->name, status);
        cr_expect_str_eq(fault.what == NULL ? "" : fault.what, row->what, "%s: %s", row->name, fault.what);
        cr_expect_str_eq(fault.record == NULL ? "" : fault.record, row->record, "%s", row->name);
        cr_expect(row->field == NULL ? fault.field == NULL
                                     : fault.field != NULL && strcmp(fault.field, row->field) == 0,
                  "%s: field %s", row->name, fault.field == NULL ? "none" : fault.field);
        cr_expect_leq(fault.offset, row->length, "%s", row->name);
    }
}

Test(record_limits, five_bytes_that_claim_gigabytes_take_no_memory)
{
    struct control_answer answer;
    static const char *const claims[] = {"\xdd\x37\x33\xff\x0a", "\xdf\x37\x33\xff\x0a",
                                         "\xdb\x37\x33\xff\x0a", "\xc6\x37\x33\xff\x0a"};
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(read_exact(&record_control_answer, text_of(claims[i], 5), &answer, NULL),
                     STATUS_INVALID);
        cr_assert_not(record_well_formed(text_of(claims[i], 5)));
    }
    cr_assert_eq(read_exact(&record_control_answer, BYTES("\x81\x03\xdd\x00\x00\x03\xe8"), &answer, NULL),
                 STATUS_INVALID);
    cr_assert_eq(arena.total_bytes, 0);
}

Test(record_limits, depth_eight_is_read_and_depth_nine_is_not)
{
    struct tree tree;
    cr_assert_eq(
        read_exact(&record_tree, BYTES("\x82\x01\x01\x0b\x91\x91\x91\x91\x91\x91\x91\x01"), &tree, NULL),
        STATUS_OK);
    cr_assert(record_well_formed(BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x01")));
    cr_assert_not(record_well_formed(BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x01")));
    char deep[100000];
    memset(deep, 0x91, sizeof deep);
    cr_assert_not(record_well_formed(text_of(deep, sizeof deep)));
}

/* A record whose table holds itself can only be read to the depth limit. */
struct loop {
    struct text unknown;
    struct loop *inner;
    uint32_t inner_count;
};
extern const struct record_type record_loop;
static const struct record_field loop_fields[] = {
    {.name = "inner",
     .id = 1,
     .kind = RECORD_LIST,
     .of = &record_loop,
     .bound = 10,
     .offset = offsetof(struct loop, inner),
     .count_offset = offsetof(struct loop, inner_count)},
};
const struct record_type record_loop = {.name = "loop",
                                        .fields = loop_fields,
                                        .field_count = 1,
                                        .size = sizeof(struct loop),
                                        .unknown_offset = offsetof(struct loop, unknown)};

Test(record_limits, a_record_inside_itself_ends_at_the_depth_limit_in_reading_and_writing)
{
    struct loop loops[6] = {{.inner = NULL}}, back;
    struct text bytes;
    struct record_fault fault;
    for (int i = 0; i < 5; i++)
        loops[i] = (struct loop){.inner = &loops[i + 1], .inner_count = 1};
    cr_assert_eq(record_write(&record_loop, &loops[2], &arena, &bytes, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_loop, bytes, &arena, &back, NULL), STATUS_OK);
    cr_assert_eq(record_write(&record_loop, &loops[0], &arena, &bytes, &fault), STATUS_LIMIT);
    cr_assert_str_eq(fault.what, "nested too deep");
    static const char nested[] = "\x81\x01\x91\x81\x01\x91\x81\x01\x91\x81\x01\x91\x81\x01\x91\x80";
    cr_assert_eq(read_exact(&record_loop, BYTES(nested), &back, &fault), STATUS_LIMIT);
    cr_assert_str_eq(fault.what, "nested too deep");
}

struct bad_write {
    const char *name;
    struct tree tree;
    enum status status;
    const char *field, *what;
};

Test(record_limits, values_past_their_bounds_are_not_written)
{
    static struct leaf many[21];
    static const struct bad_write rows[] = {
        {"missing", {.number = 0}, STATUS_INVALID, "number", "missing"},
        {"number", {.number = 1001}, STATUS_LIMIT, "number", "past its bound"},
        {"money", {.number = 1, .cents = MONEY_LIMIT_CENTS + 1}, STATUS_LIMIT, "cents", "past its bound"},
        {"negative money",
         {.number = 1, .cents = -MONEY_LIMIT_CENTS - 1},
         STATUS_LIMIT,
         "cents",
         "past its bound"},
        {"day", {.number = 1, .day = 20230229}, STATUS_INVALID, "day", "not a day of the calendar"},
        {"instant", {.number = 1, .seen = -1}, STATUS_INVALID, "seen", "not an instant from 1970 to 2999"},
        {"text", {.number = 1, .one = {.word = {"maple", 5}}}, STATUS_LIMIT, "word", "past its bound"},
        {"control",
         {.number = 1, .name = {"a\tb", 3}},
         STATUS_INVALID,
         "name",
         "a control character in a text"},
        {"list", {.number = 1, .leaves = many, .leaves_count = 21}, STATUS_LIMIT, "leaves", "past its bound"},
        {"unknown cut",
         {.unknown = {"\x0b", 1}, .number = 1},
         STATUS_INVALID,
         NULL,
         "claims more bytes than there are"},
        {"unknown twice",
         {.unknown = {"\x0b\x01\x0b\x01", 4}, .number = 1},
         STATUS_INVALID,
         NULL,
         "given twice"},
        {"unknown known", {.unknown = {"\x02\x01", 2}, .number = 1}, STATUS_INVALID, NULL, "given twice"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record_fault fault = {0};
        struct text bytes;
        cr_expect_eq(record_write(&record_tree, &rows[i].tree, &arena, &bytes, &fault), rows[i].status, "%s",
                     rows[i].name);
        cr_expect_str_eq(fault.what, rows[i].what, "%s: %s", rows[i].name, fault.what);
        cr_expect(rows[i].field == NULL ? fault.field == NULL : strcmp(fault.field, rows[i].field) == 0, "%s",
                  rows[i].name);
    }
}

Test(record_limits, a_record_over_one_mebibyte_is_neither_written_nor_read)
{
    static char filler[600000];
    struct encounter encounter = {.identity = {.claim_id = 1, .version = 1},
                                  .source = ENCOUNTER_SOURCE_FHIR,
                                  .received = 1,
                                  .local_date = 20240101};
    static struct remit_chunk chunk;
    struct text bytes;
    struct record_fault fault;
    encounter.body = text_of(filler, 524288);
    cr_assert_eq(record_write(&record_encounter, &encounter, &arena, &bytes, &fault), STATUS_OK);
    cr_assert_gt(bytes.length, 524288);
    encounter.body.length++;
    cr_assert_eq(record_write(&record_encounter, &encounter, &arena, &bytes, &fault), STATUS_LIMIT);
    cr_assert_str_eq(fault.field, "body");
    static char large[RECORD_BYTES_LIMIT + 1];
    cr_assert_eq(record_read(&record_remit_chunk, text_of(large, sizeof large), &arena, &chunk, &fault),
                 STATUS_LIMIT);
}

Test(record_limits, all_bytes_changed_one_at_a_time_are_refused_or_written_again_as_a_record)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves), back, twice;
    struct text bytes, again;
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    bytes = arena_copy(&arena, bytes);
    for (size_t at = 0; at < bytes.length; at++) {
        for (int value = 0; value < 256; value++) {
            struct text changed = exact(bytes);
            ((char *)(uintptr_t)changed.data)[at] = (char)value;
            if (record_read(&record_tree, changed, &arena, &back, NULL) == STATUS_OK) {
                cr_assert_eq(record_write(&record_tree, &back, &arena, &again, NULL), STATUS_OK);
                cr_assert_eq(record_read(&record_tree, again, &arena, &twice, NULL), STATUS_OK);
                cr_assert(record_equal(&record_tree, &back, &twice));
                cr_assert(record_well_formed(changed));
            }
            drop(changed);
        }
    }
}
