/* common/duplicate: the first of what is the same, in memory and in a file without a name, through a second pass. */
#include "common/duplicate/duplicate.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANY = 20000, EACH_SET = 100 };

static bool
looked(const struct x12_seen *seen, const char *message, uint64_t offset, bool refused, struct x12_seen_first *first)
{
    struct text one = text_from(message);
    return seen->look(seen->context, &one, 1, offset, refused, first) == 1;
}

static void
begin(const struct x12_seen *seen, const char *control)
{
    seen->set_begin(seen->context, text_from(control));
}

Test(duplicate, the_first_is_named_by_file_set_and_byte)
{
    struct x12_seen_first first = {0};
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    duplicate_file(duplicate, "one.edi");
    begin(seen, "0001");
    cr_expect_not(looked(seen, "a", 100, false, &first));
    cr_expect_not(looked(seen, "b", 200, false, &first));
    seen->set_end(seen->context, true);
    begin(seen, "0002");
    cr_expect(looked(seen, "b", 900, false, &first));
    cr_expect(strcmp(first.file, "one.edi") == 0 && strcmp(first.set, "0001") == 0 && first.offset == 200 && !first.refused);
    seen->set_end(seen->context, true);
    duplicate_file(duplicate, "two.edi");
    begin(seen, "0001");
    cr_expect(looked(seen, "a", 50, false, &first), "of another file");
    cr_expect(strcmp(first.file, "one.edi") == 0 && first.offset == 100);
    cr_expect(looked(seen, "b", 60, false, &first) && first.offset == 200, "the first, not the last");
    cr_expect_not(looked(seen, "", 70, false, &first));
    cr_expect_eq(duplicate_count(duplicate), 3);
    duplicate_close(duplicate);
}

Test(duplicate, two_messages_are_asked_at_once)
{
    struct x12_seen_first firsts[2];
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    const struct text ab[2] = {TEXT("a"), TEXT("b")}, cb[2] = {TEXT("c"), TEXT("b")};
    duplicate_file(duplicate, "it");
    begin(seen, "1");
    cr_expect_eq(seen->look(seen->context, ab, 2, 10, false, firsts), 0);
    cr_expect_eq(seen->look(seen->context, cb, 2, 20, false, firsts), 2);
    cr_expect_eq(firsts[1].offset, 10);
    cr_expect_eq(seen->look(seen->context, ab, 2, 30, false, firsts), 3);
    duplicate_close(duplicate);
}

Test(duplicate, a_second_pass_says_the_same_and_is_no_repetition)
{
    struct x12_seen_first first;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    duplicate_file(duplicate, "it");
    for (int pass = 0; pass < 2; pass++) {
        cr_expect_eq(seen->set_begin(seen->context, TEXT("1")), 1);
        cr_expect_not(looked(seen, "a", 10, false, &first), "pass %d", pass);
        cr_expect(looked(seen, "a", 20, false, &first) && first.offset == 10, "pass %d", pass);
        seen->set_end(seen->context, true);
        duplicate_again(duplicate);
    }
    duplicate_file(duplicate, "next");
    cr_expect_eq(seen->set_begin(seen->context, TEXT("1")), 2);
    cr_expect(looked(seen, "a", 5, false, &first) && strcmp(first.file, "it") == 0 && first.offset == 10);
    duplicate_close(duplicate);
}

Test(duplicate, what_was_refused_gives_its_place_to_what_is_taken)
{
    struct x12_seen_first first;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    duplicate_file(duplicate, "it");
    for (int pass = 0; pass < 2; pass++) {
        begin(seen, "1");
        cr_expect_not(looked(seen, "a", 10, true, &first));
        cr_expect_eq(looked(seen, "a", 20, false, &first), pass == 0, "the second time the place is its own");
        cr_expect(pass == 1 || (first.refused && first.offset == 10));
        cr_expect(looked(seen, "a", 30, false, &first));
        cr_expect(!first.refused && first.offset == 20, "now it is of one that was taken");
        duplicate_again(duplicate);
    }
    duplicate_close(duplicate);
}

Test(duplicate, a_rejected_set_refuses_all_that_stood_in_it)
{
    struct x12_seen_first first;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    duplicate_file(duplicate, "it");
    for (int pass = 0; pass < 2; pass++) {
        begin(seen, "1");
        cr_expect_not(looked(seen, "a", 10, false, &first));
        seen->set_end(seen->context, false);
        begin(seen, "2");
        cr_expect_eq(looked(seen, "a", 20, false, &first), pass == 0);
        cr_expect(pass == 1 || first.refused);
        seen->set_end(seen->context, true);
        begin(seen, "3");
        cr_expect(looked(seen, "a", 30, false, &first) && !first.refused && strcmp(first.set, "2") == 0);
        seen->set_end(seen->context, true);
        duplicate_again(duplicate);
    }
    duplicate_close(duplicate);
}

Test(duplicate, a_rejected_group_refuses_its_sets_and_no_other)
{
    struct x12_seen_first first;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    static const char *const messages[] = {"a", "b", "c", "d"};
    duplicate_file(duplicate, "it");
    for (unsigned i = 0; i < 4; i++) {
        begin(seen, "1");
        cr_expect_not(looked(seen, messages[i], 10, false, &first));
        seen->set_end(seen->context, true);
    }
    seen->reject(seen->context, 0, 4); /* no set began */
    seen->reject(seen->context, 2, 3);
    begin(seen, "2");
    for (unsigned i = 0; i < 4; i++) {
        cr_expect(looked(seen, messages[i], 10 + i, false, &first));
        cr_expect_eq(first.refused, i == 1 || i == 2, "%u", i);
    }
    duplicate_close(duplicate);
}

Test(duplicate, known_adds_nothing)
{
    struct x12_seen_first first;
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){0});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    duplicate_file(duplicate, "it");
    begin(seen, "1");
    cr_expect_not(seen->known(seen->context, TEXT("a")));
    cr_expect_not(looked(seen, "a", 10, false, &first));
    cr_expect(seen->known(seen->context, TEXT("a")));
    cr_expect_not(seen->known(seen->context, TEXT("b")));
    cr_expect_eq(duplicate_count(duplicate), 1);
    duplicate_close(duplicate);
}

static const char *
message_of(unsigned i)
{
    static char message[64];
    snprintf(message, sizeof message, "PATIENT-NAME-OF-%u", i);
    return message;
}

/* Twice so many, EACH_SET a set: none the first time, each at its place the second. */
static void
fill_and_find(struct duplicate *duplicate)
{
    struct x12_seen_first first;
    const struct x12_seen *seen = duplicate_seen(duplicate);
    char control[12];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(control, sizeof control, "%04u", i / EACH_SET);
        if (i % EACH_SET == 0)
            begin(seen, control);
        cr_assert_not(looked(seen, message_of(i), UINT64_C(1) << 40 | i, false, &first), "%u", i);
    }
    begin(seen, "LAST");
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(control, sizeof control, "%04u", i / EACH_SET);
        cr_assert(looked(seen, message_of(i), i, false, &first), "%u", i);
        cr_assert(first.offset == (UINT64_C(1) << 40 | i) && strcmp(first.set, control) == 0, "%u at %" PRIu64, i, first.offset);
    }
    cr_expect_eq(duplicate_count(duplicate), MANY);
    cr_expect_eq(duplicate_status(duplicate), STATUS_OK);
}

static unsigned
names_in(const char *folder)
{
    DIR *open = opendir(folder);
    unsigned count = 0;
    cr_assert_not_null(open);
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    return count;
}

/* Bytes of this process that are mapped from files in the folder; of those, whether any is the word. */
static size_t
mapped_from(const char *folder, const char *word, bool *holds)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[600];
    size_t total = 0;
    *holds = false;
    cr_assert_not_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t from, to;
        if (strstr(line, folder) == NULL || sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &from, &to) != 2)
            continue;
        cr_expect_not_null(strstr(line, "(deleted)"), "%s", line);
        total += to - from;
        *holds |= memmem((const void *)from, to - from, word, strlen(word)) != NULL;
    }
    fclose(maps);
    return total;
}

Test(duplicate, above_its_bound_it_lies_in_a_file_without_a_name_that_says_nothing, .timeout = 120)
{
    static const size_t bounds[] = {1, 4096, 100000};
    char folder[256];
    bool holds;
    folder_make(folder);
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){.folder = folder, .memory_bytes = bounds[i]});
        duplicate_file(duplicate, "it");
        fill_and_find(duplicate);
        cr_expect(duplicate_in_file(duplicate));
        cr_expect_eq(names_in(folder), 2u, "nothing but . and ..");
        cr_expect_geq(mapped_from(folder, "PATIENT-NAME", &holds), (size_t)MANY * 32);
        cr_expect_not(holds);
        cr_expect(mapped_from(folder, "0199", &holds) > 0 && (i > 1 || holds), "the list of sets is looked through as well");
        duplicate_close(duplicate);
        cr_expect_eq(mapped_from(folder, "", &holds), 0u);
    }
    folder_remove(folder);
}

Test(duplicate, below_its_bound_there_is_no_file, .timeout = 120)
{
    char folder[256];
    bool holds;
    folder_make(folder);
    struct duplicate *duplicate = duplicate_open(&(struct duplicate_options){.folder = folder});
    duplicate_file(duplicate, "it");
    fill_and_find(duplicate);
    cr_expect_not(duplicate_in_file(duplicate));
    cr_expect_eq(mapped_from(folder, "", &holds), 0u);
    duplicate_close(duplicate);
    folder_remove(folder);
}

Test(duplicate, without_room_for_the_file_it_says_so_and_finds_nothing_more)
{
    struct x12_seen_first first;
    struct duplicate *duplicate =
        duplicate_open(&(struct duplicate_options){.folder = "/nonexistent-folder-of-a-test", .memory_bytes = 40000});
    const struct x12_seen *seen = duplicate_seen(duplicate);
    duplicate_file(duplicate, "it");
    begin(seen, "1");
    unsigned kept = 0;
    while (kept < MANY && duplicate_status(duplicate) == STATUS_OK)
        kept += !looked(seen, message_of(kept), kept, false, &first);
    cr_expect_gt(kept, 600u);
    cr_expect_lt(kept, 1000u);
    cr_expect_eq(duplicate_status(duplicate), STATUS_IO);
    cr_expect_not(looked(seen, message_of(0), 99999, false, &first));
    cr_expect_not(seen->known(seen->context, text_from(message_of(0))));
    begin(seen, "2");
    seen->set_end(seen->context, true);
    duplicate_close(duplicate);
}
