/* A small record of every kind of field, and as older programs know it, for the tests of records. A file of tests that includes this
 * begins with `TestSuite(NAME, .init = set_up, .fini = tear_down)`. */
#ifndef CLAIMLINE_TESTS_RECORD_TREE_H
#define CLAIMLINE_TESTS_RECORD_TREE_H

#include "common/record/record.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(literal) ((struct text){(literal), sizeof(literal) - 1})

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

static inline void
set_up(void)
{
    arena_init(&arena, 0);
}

static inline void
tear_down(void)
{
    arena_free(&arena);
}

/* Memory of exactly the size of the bytes, so that the sanitizer sees a read past them. */
static inline struct text
exact(struct text bytes)
{
    char *copy = malloc(bytes.length > 0 ? bytes.length : 1);
    if (bytes.length > 0)
        memcpy(copy, bytes.data, bytes.length);
    return text_of(copy, bytes.length);
}

static inline void
drop(struct text bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

static inline enum status
read_exact(const struct record_type *type, struct text bytes, void *out, struct record_fault *fault)
{
    struct text copy = exact(bytes);
    enum status status = record_read(type, copy, &arena, out, fault);
    drop(copy);
    return status;
}

static inline struct tree
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

#endif
