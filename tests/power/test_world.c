/* The file system model: what survives a cut when nothing lucky happens (odds 0), and when all does. */
#include "tests/power/world.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ENTRIES = 32 };

static struct place {
    struct world *world;
    struct trace_entry *entries[ENTRIES];
    size_t count;
    uint64_t number;
} place;

static void
set_up(void)
{
    place = (struct place){.world = world_new(1000), .number = 1};
}

static void
tear_down(void)
{
    world_free(place.world);
    for (size_t i = 0; i < place.count; i++)
        free(place.entries[i]);
}

TestSuite(world, .init = set_up, .fini = tear_down);

/* Begins an operation; its end is told by `end`. */
static struct trace_entry *
begin(enum trace_kind kind, unsigned flags, uint64_t handle, int64_t offset, const char *path,
      const char *other, const char *data)
{
    size_t a = strlen(path), b = strlen(other), c = strlen(data);
    struct trace_entry *entry = malloc(sizeof *entry + a + b + c + 1);
    *entry = (struct trace_entry){.magic = TRACE_MAGIC,
                                  .kind = (uint16_t)kind,
                                  .flags = (uint16_t)flags,
                                  .begun = place.number++,
                                  .ended = UINT64_MAX,
                                  .handle = handle,
                                  .offset = offset,
                                  .path_length = (uint32_t)a,
                                  .other_length = (uint32_t)b,
                                  .data_length = (uint32_t)c};
    if (kind == TRACE_OPEN)
        entry->handle = entry->begun;
    char *bytes = (char *)(entry + 1);
    memcpy(bytes, path, a);
    memcpy(bytes + a, other, b);
    memcpy(bytes + a + b, data, c);
    place.entries[place.count++] = entry;
    char reason[512] = "";
    cr_assert(world_begin(place.world, entry, reason), "%s", reason);
    return entry;
}

static void
end(struct trace_entry *entry)
{
    entry->ended = place.number++;
    world_end(place.world, entry);
}

static uint64_t
do_open(const char *path, int flags)
{
    struct trace_entry *entry = begin(TRACE_OPEN, 0, 0, flags, path, "", "");
    end(entry);
    return entry->handle;
}

static void
do_write(uint64_t handle, int64_t offset, const char *data, unsigned flags)
{
    end(begin(TRACE_WRITE, flags, handle, offset, "", "", data));
}

static void
do_sync(uint64_t handle)
{
    end(begin(TRACE_SYNC, 0, handle, 0, "", "", ""));
}

/* The content of a file in an image with these odds; "-" when it is not there. */
static const char *
image(unsigned odds, const char *path)
{
    static char content[65536];
    char folder[256], whole[512];
    uint64_t dice = 7;
    folder_make(folder);
    cr_assert(world_image(place.world, (struct world_odds){odds, odds}, &dice, folder));
    snprintf(whole, sizeof whole, "%s%s", folder, path);
    int fd = open(whole, O_RDONLY);
    ssize_t got = fd < 0 ? 0 : read(fd, content, sizeof content - 1);
    content[got] = '\0';
    if (fd >= 0)
        close(fd);
    folder_remove(folder);
    return fd < 0 ? "-" : content;
}

Test(world, a_write_without_a_sync_may_be_lost)
{
    uint64_t file = do_open("/a", O_CREAT);
    do_sync(file);
    do_write(file, 0, "new", 0);
    cr_expect_str_eq(image(0, "/a"), "");
    cr_expect_str_eq(image(WORLD_SURE, "/a"), "new");
    do_sync(file);
    cr_expect_str_eq(image(0, "/a"), "new");
}

Test(world, a_sync_covers_only_what_ended_before_it_began)
{
    uint64_t file = do_open("/a", O_CREAT);
    struct trace_entry *sync = begin(TRACE_SYNC, 0, file, 0, "", "", "");
    do_write(file, 0, "late", 0);
    end(sync);
    cr_expect_str_eq(image(0, "/a"), "");
}

Test(world, a_sync_that_has_not_ended_promises_nothing)
{
    uint64_t file = do_open("/a", O_CREAT);
    do_sync(file);
    do_write(file, 0, "new", 0);
    begin(TRACE_SYNC, 0, file, 0, "", "", "");
    cr_expect_str_eq(image(0, "/a"), "");
}

Test(world, a_durable_write_takes_along_its_page_and_no_other)
{
    uint64_t file = do_open("/a", O_CREAT);
    do_sync(file);
    do_write(file, 4096, "other page", 0);
    do_write(file, 0, "12", 0);
    do_write(file, 2, "34", TRACE_DURABLE);
    cr_expect_str_eq(image(0, "/a"), "1234");
}

Test(world, the_sync_of_a_file_makes_its_name_durable_but_no_rename)
{
    uint64_t folder = do_open("/", O_DIRECTORY), file = do_open("/a.tmp", O_CREAT);
    do_write(file, 0, "whole", 0);
    cr_expect_str_eq(image(0, "/a.tmp"), "-");
    do_sync(file);
    end(begin(TRACE_RENAME, 0, 0, 0, "/a.tmp", "/a", ""));
    do_sync(file);
    cr_expect_str_eq(image(0, "/a"), "-");
    cr_expect_str_eq(image(0, "/a.tmp"), "whole");
    cr_expect_str_eq(image(WORLD_SURE, "/a"), "whole");
    do_sync(folder);
    cr_expect_str_eq(image(0, "/a"), "whole");
    cr_expect_str_eq(image(0, "/a.tmp"), "-");
}

Test(world, a_rename_that_survives_without_the_bytes_shows_an_empty_file)
{
    uint64_t folder = do_open("/", O_DIRECTORY), file = do_open("/a.tmp", O_CREAT);
    do_write(file, 0, "whole", 0);
    end(begin(TRACE_RENAME, 0, 0, 0, "/a.tmp", "/a", ""));
    do_sync(folder);
    cr_expect_str_eq(image(0, "/a"), "");
}

Test(world, what_another_machine_did_is_durable)
{
    uint64_t file = do_open("/a", O_CREAT);
    do_write(file, 0, "ours", 0);
    end(begin(TRACE_RENAME, TRACE_FROM_OUTSIDE, 0, 0, "/a", "/b", ""));
    cr_expect_str_eq(image(0, "/b"), "ours");
}

Test(world, a_lost_truncation_keeps_the_old_bytes)
{
    uint64_t file = do_open("/a", O_CREAT);
    do_write(file, 0, "old bytes", 0);
    do_sync(file);
    file = do_open("/a", O_TRUNC);
    do_write(file, 0, "new", 0);
    cr_expect_str_eq(image(0, "/a"), "old bytes");
    cr_expect_str_eq(image(WORLD_SURE, "/a"), "new");
}
