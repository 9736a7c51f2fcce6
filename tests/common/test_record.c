/* common/record: one engine for all records, shown on small tables of its own and on the records of the
 * schemas. */
#include "common/money/money.h"
#include "common/record/record.h"
#include "tests/common/record_sample.h"

#include <criterion/criterion.h>
#include <msgpack.h>
#include <stdio.h>

#define BYTES(literal) ((struct text){(literal), sizeof(literal) - 1})

/* ---- two versions of a small record: what the newer one adds, the older one keeps ---- */

struct leaf {
    struct text unknown, word;
};
static const struct record_field leaf_fields[] = {
    {.name = "word", .id = 1, .kind = RECORD_TEXT, .bound = 4, .offset = offsetof(struct leaf, word)},
};
static const struct record_type record_leaf = {.name = "leaf",
                                               .fields = leaf_fields,
                                               .field_count = 1,
                                               .size = sizeof(struct leaf),
                                               .unknown_offset = offsetof(struct leaf, unknown)};

struct tree {
    struct text unknown;
    uint64_t number;
    int64_t offset, cents, seen;
    int32_t day;
    bool open;
    uint32_t color;
    struct text name, raw, packed;
    struct leaf one;
    struct leaf *leaves;
    uint32_t leaves_count;
};
static const char *const colors[] = {NULL, "red", "green"};
static const struct record_field tree_fields[] = {
    {.name = "number",
     .id = 1,
     .kind = RECORD_U64,
     .bound = 1000,
     .offset = offsetof(struct tree, number),
     .required = true},
    {.name = "offset", .id = 2, .kind = RECORD_I64, .offset = offsetof(struct tree, offset)},
    {.name = "cents", .id = 3, .kind = RECORD_MONEY, .offset = offsetof(struct tree, cents)},
    {.name = "day", .id = 4, .kind = RECORD_DATE, .offset = offsetof(struct tree, day)},
    {.name = "seen", .id = 5, .kind = RECORD_INSTANT, .offset = offsetof(struct tree, seen)},
    {.name = "open", .id = 6, .kind = RECORD_BOOL, .offset = offsetof(struct tree, open)},
    {.name = "color",
     .id = 7,
     .kind = RECORD_CODE,
     .bound = 2,
     .codes = colors,
     .offset = offsetof(struct tree, color)},
    {.name = "name",
     .id = 8,
     .kind = RECORD_TEXT,
     .bound = 40,
     .offset = offsetof(struct tree, name),
     .private = true},
    {.name = "raw", .id = 9, .kind = RECORD_BYTES, .bound = 4, .offset = offsetof(struct tree, raw)},
    {.name = "one", .id = 10, .kind = RECORD_ONE, .of = &record_leaf, .offset = offsetof(struct tree, one)},
    {.name = "leaves",
     .id = 12,
     .kind = RECORD_LIST,
     .of = &record_leaf,
     .bound = 20,
     .offset = offsetof(struct tree, leaves),
     .count_offset = offsetof(struct tree, leaves_count)},
    {.name = "packed",
     .id = 300,
     .kind = RECORD_SECTION,
     .of = &record_leaf,
     .bound = 64,
     .offset = offsetof(struct tree, packed)},
};
enum { TREE_FIELDS = sizeof tree_fields / sizeof *tree_fields };
static const struct record_type record_tree = {.name = "tree",
                                               .fields = tree_fields,
                                               .required = 1,
                                               .field_count = TREE_FIELDS,
                                               .size = sizeof(struct tree),
                                               .unknown_offset = offsetof(struct tree, unknown)};
/* The same record as a program knows it that was built when it had only its number. */
static const struct record_type record_old_tree = {.name = "tree",
                                                   .fields = tree_fields,
                                                   .required = 1,
                                                   .field_count = 1,
                                                   .size = sizeof(struct tree),
                                                   .unknown_offset = offsetof(struct tree, unknown)};
/* Known fields on both sides of unknown ones. */
static const struct record_field gap_fields[] = {
    {.name = "number",
     .id = 1,
     .kind = RECORD_U64,
     .offset = offsetof(struct tree, number),
     .required = true},
    {.name = "seen", .id = 5, .kind = RECORD_INSTANT, .offset = offsetof(struct tree, seen)},
};
static const struct record_type record_gap_tree = {.name = "tree",
                                                   .fields = gap_fields,
                                                   .required = 1,
                                                   .field_count = 2,
                                                   .size = sizeof(struct tree),
                                                   .unknown_offset = offsetof(struct tree, unknown)};

static struct arena arena;

static void
set_up(void)
{
    arena_init(&arena, 0);
}

static void
tear_down(void)
{
    arena_free(&arena);
}

TestSuite(record, .init = set_up, .fini = tear_down);

/* Memory of exactly the size of the bytes, so that the sanitizer sees a read past them. */
static struct text
exact(struct text bytes)
{
    char *copy = malloc(bytes.length > 0 ? bytes.length : 1);
    if (bytes.length > 0)
        memcpy(copy, bytes.data, bytes.length);
    return text_of(copy, bytes.length);
}

static void
drop(struct text bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

static enum status
read_exact(const struct record_type *type, struct text bytes, void *out, struct record_fault *fault)
{
    struct text copy = exact(bytes);
    enum status status = record_read(type, copy, &arena, out, fault);
    drop(copy);
    return status;
}

static struct tree
full_tree(struct leaf leaves[2])
{
    leaves[0] = (struct leaf){.word = TEXT("oak")};
    leaves[1] = (struct leaf){0};
    return (struct tree){.number = 1000,
                         .offset = -33,
                         .cents = -5,
                         .day = 20240229,
                         .seen = INT64_C(1700000000000000),
                         .open = true,
                         .color = 2,
                         .name = TEXT("MUSTER\x1dM\xc3\xbcLLER"),
                         .raw = BYTES("\0\x01\xff"),
                         .one = {.word = TEXT("elm")},
                         .leaves = leaves,
                         .leaves_count = 2,
                         .packed = BYTES("\x81\x01\xa3"
                                         "fir")};
}

Test(record, a_record_is_the_bytes_of_its_fields_in_order_with_shortest_numbers)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves);
    struct text bytes;
    static const char expected[] = "\x8c\x01\xcd\x03\xe8\x02\xd0\xdf\x03\xfb\x04\xce\x01\x34\xd7\x65\x05\xcf"
                                   "\x00\x06\x0a\x24\x18\x1e\x40\x00"
                                   "\x06\xc3\x07\x02\x08\xae"
                                   "MUSTER\x1dM\xc3\xbcLLER"
                                   "\x09\xc4\x03\x00\x01\xff\x0a\x81\x01\xa3"
                                   "elm"
                                   "\x0c\x92\x81\x01\xa3"
                                   "oak"
                                   "\x80"
                                   "\xcd\x01\x2c\xc4\x06\x81\x01\xa3"
                                   "fir";
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    cr_assert_eq(bytes.length, sizeof expected - 1);
    cr_assert_arr_eq(bytes.data, expected, sizeof expected - 1);
}

Test(record, what_was_written_reads_back_equal_and_writes_the_same_bytes)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves), back;
    struct text bytes, again;
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_tree, bytes, &arena, &back, NULL), STATUS_OK);
    cr_assert(record_equal(&record_tree, &tree, &back));
    cr_assert_eq(record_write(&record_tree, &back, &arena, &again, NULL), STATUS_OK);
    cr_assert(text_equal(bytes, again));
    back.leaves[1].word = TEXT("x");
    cr_assert_not(record_equal(&record_tree, &tree, &back));
}

Test(record, every_prefix_of_a_record_is_refused)
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

Test(record, bytes_that_are_no_record_are_refused_with_the_place_and_the_reason)
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

Test(record, five_bytes_that_claim_gigabytes_take_no_memory)
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

Test(record, depth_eight_is_read_and_depth_nine_is_not)
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

Test(record, a_record_inside_itself_ends_at_the_depth_limit_in_reading_and_writing)
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

Test(record, numbers_of_any_width_and_fields_in_any_order_are_read)
{
    static const char *const wide[] = {
        "\xcc\x07", "\xcd\x00\x07", "\xce\x00\x00\x00\x07", "\xcf\x00\x00\x00\x00\x00\x00\x00\x07",
        "\xd0\x07", "\xd1\x00\x07", "\xd2\x00\x00\x00\x07", "\xd3\x00\x00\x00\x00\x00\x00\x00\x07"};
    static const size_t lengths[] = {2, 3, 5, 9, 2, 3, 5, 9};
    for (size_t i = 0; i < 8; i++) {
        char bytes[32] = "\x82\x02";
        size_t n = 2;
        memcpy(bytes + n, wide[i], lengths[i]);
        n += lengths[i];
        memcpy(bytes + n, "\xcd\x00\x01", 3);
        n += 3;
        memcpy(bytes + n, wide[i], lengths[i]);
        n += lengths[i];
        struct tree tree;
        struct text again;
        cr_assert_eq(read_exact(&record_tree, text_of(bytes, n), &tree, NULL), STATUS_OK, "width %zu", i);
        cr_assert_eq(tree.number, 7);
        cr_assert_eq(tree.offset, 7);
        cr_assert_eq(record_write(&record_tree, &tree, &arena, &again, NULL), STATUS_OK);
        cr_assert(text_equal(again, BYTES("\x82\x01\x07\x02\x07")));
    }
}

Test(record, an_older_program_passes_on_what_it_does_not_know)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves), old, back;
    struct text bytes, passed;
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_old_tree, bytes, &arena, &old, NULL), STATUS_OK);
    cr_assert_gt(old.unknown.length, 0);
    cr_assert_eq(record_write(&record_old_tree, &old, &arena, &passed, NULL), STATUS_OK);
    cr_assert(text_equal(bytes, passed));
    old.number = 12;
    cr_assert_eq(record_write(&record_old_tree, &old, &arena, &passed, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_tree, passed, &arena, &back, NULL), STATUS_OK);
    tree.number = 12;
    cr_assert(record_equal(&record_tree, &tree, &back));
}

Test(record, unknown_fields_between_known_ones_are_gathered_and_kept)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves), old, back;
    struct text bytes, passed;
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    cr_assert_eq(record_read(&record_gap_tree, bytes, &arena, &old, NULL), STATUS_OK);
    cr_assert_eq(old.seen, tree.seen);
    cr_assert_eq(record_write(&record_gap_tree, &old, &arena, &passed, NULL), STATUS_OK);
    cr_assert_eq(passed.length, bytes.length);
    cr_assert_eq(record_read(&record_tree, passed, &arena, &back, NULL), STATUS_OK);
    cr_assert(record_equal(&record_tree, &tree, &back));
}

Test(record, many_unknown_fields_in_falling_order_are_kept_and_a_repeat_is_found)
{
    enum { COUNT = 500 };
    uint8_t bytes[5 + COUNT * 4];
    struct tree tree;
    size_t n = 0;
    bytes[n++] = 0xde;
    bytes[n++] = (COUNT + 1) >> 8;
    bytes[n++] = (COUNT + 1) & 0xff;
    for (int i = 0; i < COUNT; i++) {
        int id = 2 + COUNT - i;
        bytes[n++] = 0xcd;
        bytes[n++] = (uint8_t)(id >> 8);
        bytes[n++] = (uint8_t)id;
        bytes[n++] = 1;
    }
    bytes[n++] = 1;
    bytes[n++] = 1;
    cr_assert_eq(read_exact(&record_old_tree, text_of(bytes, n), &tree, NULL), STATUS_OK);
    cr_assert_eq(tree.unknown.length, COUNT * 4);
    memcpy(bytes + 3, bytes + 3 + 400, 3);
    struct record_fault fault;
    cr_assert_eq(read_exact(&record_old_tree, text_of(bytes, n), &tree, &fault), STATUS_INVALID);
    cr_assert_str_eq(fault.what, "given twice");
}

struct bad_write {
    const char *name;
    struct tree tree;
    enum status status;
    const char *field, *what;
};

Test(record, values_past_their_bounds_are_not_written)
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

Test(record, a_record_over_one_mebibyte_is_neither_written_nor_read)
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

Test(record, an_absent_nested_record_is_not_written_even_with_dirty_padding)
{
    struct tree tree;
    struct text bytes;
    memset(&tree, 0, sizeof tree);
    tree.number = 1;
    /* Only the pointer of an empty text, which says nothing. */
    tree.one.word = text_of("x", 0);
    cr_assert_not(record_given(&record_leaf, &tree.one));
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    cr_assert(text_equal(bytes, BYTES("\x81\x01\x01")));
}

Test(record, a_value_is_peeked_without_reading_the_rest)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves);
    struct text bytes, value;
    uint64_t number = 99;
    cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
    cr_assert(record_peek_u64(bytes, 1, &number));
    cr_assert_eq(number, 1000);
    cr_assert_not(record_peek_u64(bytes, 8, &number));
    cr_assert_not(record_peek_u64(bytes, 2, &number), "a negative number is none");
    cr_assert_not(record_peek_u64(bytes, 11, &number));
    cr_assert_eq(number, 1000);
    cr_assert(record_peek_bytes(bytes, 8, &value));
    cr_assert(text_equal(value, tree.name));
    cr_assert(record_peek_bytes(bytes, 300, &value));
    cr_assert(text_equal(value, tree.packed));
    cr_assert_not(record_peek_bytes(bytes, 1, &value));
    for (size_t length = 0; length < bytes.length; length++) {
        struct text prefix = exact(text_of(bytes.data, length));
        cr_assert_not(record_peek_bytes(prefix, 300, &value));
        drop(prefix);
    }
}

Test(record, json_shows_values_as_people_read_them_and_masks_private_ones)
{
    struct leaf leaves[2];
    struct tree tree = full_tree(leaves);
    struct text json = record_json(&record_tree, &tree, true, &arena);
    cr_assert(text_is(json,
                      "{\"number\":1000,\"offset\":-33,\"cents\":\"-0.05\",\"day\":\"2024-02-29\","
                      "\"seen\":\"2023-11-14T22:13:20.000000Z\",\"open\":true,\"color\":\"green\","
                      "\"name\":\"MUSTER\\u001dM\xc3\xbcLLER\",\"raw\":\"0001ff\",\"one\":{\"word\":\"elm\"},"
                      "\"leaves\":[{\"word\":\"oak\"},{}],\"packed\":{\"word\":\"fir\"}}"),
              "%.*s", TEXT_ARGS(json));
    tree.leaves_count = 0;
    tree.color = 9;
    tree.packed = TEXT("?");
    tree.unknown = BYTES("\x0b\x01");
    json = record_json(&record_tree, &tree, false, &arena);
    cr_assert(text_is(json,
                      "{\"number\":1000,\"offset\":-33,\"cents\":\"-0.05\",\"day\":\"2024-02-29\","
                      "\"seen\":\"2023-11-14T22:13:20.000000Z\",\"open\":true,\"color\":9,\"name\":\"***\","
                      "\"raw\":\"0001ff\",\"one\":{\"word\":\"elm\"},\"packed\":\"not readable\","
                      "\"unknown_bytes\":2}"),
              "%.*s", TEXT_ARGS(json));
}

Test(record, json_escapes_quotes_controls_and_bytes_that_are_no_utf8)
{
    struct leaf leaf = {.word = TEXT("a\"\\\x7f")};
    cr_assert(text_is(record_json(&record_leaf, &leaf, false, &arena), "{\"word\":\"a\\\"\\\\\\u007f\"}"));
    leaf.word = BYTES("\xff\xc0\x80\xe2");
    cr_assert(text_is(record_json(&record_leaf, &leaf, false, &arena),
                      "{\"word\":\"\\ufffd\\ufffd\\ufffd\\ufffd\"}"));
    leaf.word = BYTES("\xe2\x82\xac");
    cr_assert(text_is(record_json(&record_leaf, &leaf, false, &arena), "{\"word\":\"\xe2\x82\xac\"}"));
    struct tree tree = {.number = 1, .offset = INT64_MIN};
    cr_assert(text_is(record_json(&record_tree, &tree, false, &arena),
                      "{\"number\":1,\"offset\":\"-9223372036854775808\"}"));
}

Test(record, no_patient_name_is_in_the_json_of_a_claim_unless_asked_for)
{
    struct record_sample sample;
    record_sample_fill(&sample);
    struct text masked = arena_copy(&arena, record_json(&record_claim_body, &sample.claim, false, &arena));
    struct text shown = arena_copy(&arena, record_json(&record_claim_body, &sample.claim, true, &arena));
    cr_assert_null(strstr(masked.data, "CANARY"));
    cr_assert_null(strstr(masked.data, "J101"));
    cr_assert_not_null(strstr(masked.data, "\"total_cents\":\"246.91\""));
    cr_assert_not_null(strstr(shown.data, "CANARY"));
}

/* ---- msgpack-c as the oracle: it packs what we pack, from its own reading of our bytes ---- */

static void
assert_same_bytes(struct text bytes)
{
    msgpack_unpacked unpacked;
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    size_t offset = 0;
    msgpack_unpacked_init(&unpacked);
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
    cr_assert_eq(msgpack_unpack_next(&unpacked, bytes.data, bytes.length, &offset), MSGPACK_UNPACK_SUCCESS);
    cr_assert_eq(offset, bytes.length);
    cr_assert_eq(msgpack_pack_object(&packer, unpacked.data), 0);
    cr_assert_eq(buffer.size, bytes.length);
    cr_assert_arr_eq(buffer.data, bytes.data, bytes.length);
    msgpack_sbuffer_destroy(&buffer);
    msgpack_unpacked_destroy(&unpacked);
}

Test(record, the_bytes_are_those_of_msgpack_c)
{
    static const int64_t edges[] = {
        1,         31, 127, 128, 255,  256,  65535,  65536,  UINT32_MAX, INT64_C(1) << 32,
        INT64_MAX, -1, -32, -33, -128, -129, -32768, -32769, INT32_MIN,  INT64_C(-4294967296),
        INT64_MIN};
    static const size_t lengths[] = {1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 255, 256, 4000, 65535, 65536, 200000};
    static char filler[200000];
    struct text bytes;
    memset(filler, 'x', sizeof filler);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        struct tree tree = {.number = 1, .offset = edges[i]};
        cr_assert_eq(record_write(&record_tree, &tree, &arena, &bytes, NULL), STATUS_OK);
        assert_same_bytes(bytes);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct remit_chunk chunk = {.unit = UINT64_MAX,
                                    .payer = text_of(filler, lengths[i] > 20 ? 20 : lengths[i]),
                                    .number = 1,
                                    .bytes = text_of(filler, lengths[i])};
        struct control_value value = {
            .name = TEXT("x"), .kind = 1, .text = text_of(filler, lengths[i] > 4096 ? 4096 : lengths[i])};
        cr_assert_eq(record_write(&record_remit_chunk, &chunk, &arena, &bytes, NULL), STATUS_OK);
        assert_same_bytes(bytes);
        cr_assert_eq(record_write(&record_control_value, &value, &arena, &bytes, NULL), STATUS_OK);
        assert_same_bytes(bytes);
    }
}

Test(record, a_whole_claim_has_the_bytes_of_msgpack_c)
{
    struct record_sample sample;
    struct text bytes;
    record_sample_fill(&sample);
    cr_assert_eq(record_write(&record_claim_body, &sample.claim, &arena, &bytes, NULL), STATUS_OK);
    assert_same_bytes(bytes);
    /* A list of 40 and a map of more than 15 fields. */
    struct service_line lines[40];
    for (int i = 0; i < 40; i++)
        lines[i] = (struct service_line){.number = (uint64_t)i + 1,
                                         .qualifier = TEXT("HC"),
                                         .procedure = TEXT("99213"),
                                         .modifier_1 = TEXT("25"),
                                         .modifier_2 = TEXT("59"),
                                         .modifier_3 = TEXT("GT"),
                                         .modifier_4 = TEXT("QW"),
                                         .description = TEXT("X"),
                                         .charge_cents = 1,
                                         .unit = TEXT("UN"),
                                         .quantity_milli = 1000,
                                         .place_of_service = TEXT("11"),
                                         .pointer_1 = 1,
                                         .pointer_2 = 2,
                                         .pointer_3 = 3,
                                         .pointer_4 = 4,
                                         .emergency = TEXT("Y")};
    sample.claim.lines = lines;
    sample.claim.lines_count = 40;
    cr_assert_eq(record_write(&record_claim_body, &sample.claim, &arena, &bytes, NULL), STATUS_OK);
    assert_same_bytes(bytes);
    static struct claim_body back;
    cr_assert_eq(record_read(&record_claim_body, bytes, &arena, &back, NULL), STATUS_OK);
    cr_assert(record_equal(&record_claim_body, &sample.claim, &back));
}

Test(record, all_bytes_changed_one_at_a_time_are_refused_or_written_again_as_a_record)
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

Test(record, every_record_that_travels_alone_is_found_by_its_number)
{
    int found = 0;
    for (uint32_t number = 0; number <= UINT16_MAX; number++) {
        const struct record_type *type = record_by_number((uint16_t)number);
        if (type == NULL)
            continue;
        found++;
        cr_assert_eq(type->number, number);
        cr_assert_leq(type->field_count, RECORD_FIELDS_LIMIT);
        for (int i = 1; i < type->field_count; i++)
            cr_assert_lt(type->fields[i - 1].id, type->fields[i].id, "%s", type->name);
    }
    cr_assert_gt(found, 5);
    cr_assert_eq(record_by_number(RECORD_NUMBER_ENCOUNTER), &record_encounter);
    cr_assert_str_eq(claim_form_names[CLAIM_FORM_PROFESSIONAL], "professional");
}
