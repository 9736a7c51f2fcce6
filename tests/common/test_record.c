/* common/record: one engine for all records, shown on small tables of its own and on the records of the schemas. */
#include "schemas/records.h"
#include "tests/common/record_tree.h"

TestSuite(record, .init = set_up, .fini = tear_down);

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
