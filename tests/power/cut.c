/*
 * power-cut TRACE_LOG SEED CUTS: chooses the cuts of a record, and writes an image for each on request.
 * Speaks lines: says  {"operations":N,"syncs":N,"cuts":N,"marks":["word",...]} takes FOLDER (there, empty)
 *   says  {"cut":I,"number":N,"marks":M,"page_odds":..,"name_odds":..,"at":"what was begun last"}; M marks
 * came before says  {"end":true} when there are no more The same record, seed and number of cuts give the
 * same images. Exit 1 when the record cannot be followed.
 */
#include "tests/power/world.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct event {
    uint64_t number;
    const struct trace_entry *entry;
    bool end;
};

struct record {
    struct event *events;
    size_t count, room;
    uint64_t numbers;
    size_t operations, syncs;
    uint64_t ready; /* number of the mark "ready": what came before is rare, and cut more often */
};

static int
by_number(const void *a, const void *b)
{
    const struct event *left = a, *right = b;
    return left->number < right->number ? -1 : left->number > right->number;
}

static void
add_event(struct record *record, uint64_t number, const struct trace_entry *entry, bool end)
{
    if (record->count == record->room) {
        record->room = record->room == 0 ? 4096 : 2 * record->room;
        record->events = realloc(record->events, record->room * sizeof *record->events);
        assert(record->events != NULL);
    }
    record->events[record->count++] = (struct event){number, entry, end};
    if (number >= record->numbers)
        record->numbers = number + 1;
}

/* An entry need not be aligned in the file: each gets memory of its own. */
static const struct trace_entry *
take_entry(const uint8_t *bytes, size_t left, size_t *length)
{
    struct trace_entry head;
    if (left < sizeof head)
        return NULL;
    memcpy(&head, bytes, sizeof head);
    *length = sizeof head + head.path_length + head.other_length + head.data_length;
    if (head.magic != TRACE_MAGIC || head.kind >= TRACE_KIND_COUNT || *length > left)
        return NULL;
    struct trace_entry *entry = malloc(*length);
    assert(entry != NULL);
    memcpy(entry, bytes, *length);
    return entry;
}

static bool
read_record(const char *path, struct record *record)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        return false;
    size_t size = (size_t)about.st_size, length;
    uint8_t *bytes = size == 0 ? NULL : mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED || bytes == NULL)
        return false;
    for (size_t at = 0; at < size; at += length) {
        const struct trace_entry *entry = take_entry(bytes + at, size - at, &length);
        if (entry == NULL) {
            fprintf(stderr, "power-cut: the record is damaged at %zu\n", at);
            return false;
        }
        add_event(record, entry->begun, entry, false);
        add_event(record, entry->ended, entry, true);
        record->operations += entry->kind != TRACE_MARK;
        record->syncs += entry->kind == TRACE_SYNC;
    }
    munmap(bytes, size);
    close(fd);
    qsort(record->events, record->count, sizeof *record->events, by_number);
    return true;
}

static void
say_record(struct record *record, size_t cuts)
{
    printf("{\"operations\":%zu,\"syncs\":%zu,\"cuts\":%zu,\"marks\":[", record->operations, record->syncs,
           cuts);
    const char *between = "";
    for (size_t i = 0; i < record->count; i++) {
        const struct trace_entry *entry = record->events[i].entry;
        if (entry->kind != TRACE_MARK || record->events[i].end)
            continue;
        const char *word = (const char *)(entry + 1);
        printf("%s\"%.*s\"", between, (int)entry->data_length, word);
        between = ",";
        if (entry->data_length == 5 && memcmp(word, "ready", 5) == 0)
            record->ready = i;
    }
    printf("]}\n");
    fflush(stdout);
}

static int
by_size(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return left < right ? -1 : left > right;
}

/* A cut stands before an event of the list. Half of them anywhere, a tenth where the stores are made, the
 * rest beside the begin or end of a sync or of a write that is durable at return. */
static size_t
choose_cut(const struct record *record, uint64_t *dice)
{
    uint64_t kind = world_dice(dice) % 10;
    if (kind == 0 && record->ready > 0)
        return world_dice(dice) % record->ready;
    if (kind < 6)
        return world_dice(dice) % (record->count + 1);
    for (;;) {
        size_t i = world_dice(dice) % record->count;
        const struct trace_entry *entry = record->events[i].entry;
        if (entry->kind == TRACE_SYNC || (entry->flags & TRACE_DURABLE) != 0)
            return i + world_dice(dice) % 2;
    }
}

static struct world_odds
choose_odds(uint64_t *dice)
{
    static const unsigned odds[] = {0, 100, 500, 900, WORLD_SURE};
    return (struct world_odds){odds[world_dice(dice) % 5], odds[world_dice(dice) % 5]};
}

static const char *
kind_name(unsigned kind)
{
    static const char *const names[TRACE_KIND_COUNT] = {"open", "write",  "size",  "grow", "sync",   "rename",
                                                        "link", "unlink", "mkdir", "mark", "unknown"};
    return names[kind];
}

static bool
serve(const struct record *record, const size_t *cuts, size_t count, uint64_t seed)
{
    struct world *world = world_new(record->numbers);
    char folder[4096], room[4096], reason[512] = "";
    size_t at = 0, marks = 0;
    const struct trace_entry *last = NULL;
    bool good = true;
    for (size_t i = 0; i < count && good && fgets(folder, sizeof folder, stdin) != NULL; i++) {
        folder[strcspn(folder, "\n")] = '\0';
        for (; at < cuts[i] && good; at++) {
            const struct event *event = &record->events[at];
            if (event->end) {
                world_end(world, event->entry);
                continue;
            }
            marks += event->entry->kind == TRACE_MARK;
            last = event->entry->kind == TRACE_MARK ? last : event->entry;
            good = world_begin(world, event->entry, reason);
        }
        uint64_t dice = seed ^ (i + 1) * 0xD1342543DE82EF95u;
        struct world_odds odds = choose_odds(&dice);
        if (good && !world_image(world, odds, &dice, folder)) {
            snprintf(reason, sizeof reason, "cannot write the image %.300s: %s", folder, strerror(errno));
            good = false;
        }
        if (good)
            printf("{\"cut\":%zu,\"number\":%zu,\"marks\":%zu,\"page_odds\":%u,\"name_odds\":%u,\"at\":\"%s "
                   "%s\"}\n",
                   i, cuts[i], marks, odds.page, odds.name, last == NULL ? "" : kind_name(last->kind),
                   last == NULL ? "" : world_path(world, last, room));
        fflush(stdout);
    }
    if (good)
        printf("{\"end\":true}\n");
    else
        fprintf(stderr, "power-cut: %s\n", reason);
    world_free(world);
    return good;
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: power-cut LOG SEED CUTS\n");
        return 64;
    }
    struct record record = {0};
    uint64_t seed = strtoull(argv[2], NULL, 10), dice = seed;
    size_t count = strtoull(argv[3], NULL, 10);
    if (!read_record(argv[1], &record) || record.syncs == 0) {
        fprintf(stderr, "power-cut: %s holds no record\n", argv[1]);
        return 1;
    }
    say_record(&record, count);
    size_t *cuts = calloc(count + 1, sizeof *cuts);
    assert(cuts != NULL);
    for (size_t i = 0; i < count; i++)
        cuts[i] = choose_cut(&record, &dice);
    qsort(cuts, count, sizeof *cuts, by_size);
    bool good = serve(&record, cuts, count, seed);
    for (size_t i = 0; i < record.count; i++)
        if (record.events[i].end)
            free((void *)(uintptr_t)record.events[i].entry);
    free(record.events);
    free(cuts);
    return good ? 0 : 1;
}
