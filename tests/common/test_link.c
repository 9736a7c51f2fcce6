#include "common/link/link.h"
#include "common/link/wire.h"

#include "common/clock/clock.h"
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* A producer's log in memory: frames of numbered entries. */
enum { FRAMES = 200, PER_FRAME = 5 };

struct log {
    char bytes[FRAMES][PER_FRAME * 12];
    size_t count;
    uint64_t served;
};

static void
add_frame(struct log *log)
{
    char *at = log->bytes[log->count];
    for (size_t i = 0; i < PER_FRAME; i++) {
        char digits[16];
        snprintf(digits, sizeof digits, "%08zu", log->count * PER_FRAME + i + 1);
        memcpy(at, "\0\0\0\10", 4);
        memcpy(at + 4, digits, 8);
        at += 12;
    }
    log->count++;
}

static enum status
frame_of(void *context, uint64_t number, struct arena *arena, uint64_t *first, uint32_t *count, struct text *bytes)
{
    struct log *log = context;
    size_t index = (size_t)(number - 1) / PER_FRAME;
    (void)arena;
    if (index >= log->count)
        return STATUS_NOT_FOUND;
    log->served++;
    *first = index * PER_FRAME + 1;
    *count = PER_FRAME;
    *bytes = text_of(log->bytes[index], PER_FRAME * 12);
    return STATUS_OK;
}

struct pair {
    char folder[256], path[300];
    struct link_context *context;
    struct log *log;
    struct link_producer *producer;
    struct link_consumer *consumer;
    struct link_cursor cursor;
    struct link_trim trim;
};

static const struct link_identity producer_identity = {{1}, 11}, consumer_identity = {{2}, 22};

static void
open_producer(struct pair *pair, struct link_identity self)
{
    struct link_source source = {frame_of, pair->log};
    cr_assert_eq(link_produce(pair->context, pair->path, 7, self, pair->trim, source, &pair->producer), STATUS_OK);
}

static void
open_consumer(struct pair *pair, struct link_identity self)
{
    cr_assert_eq(link_consume(pair->context, pair->path, 7, self, pair->cursor, &pair->consumer), STATUS_OK);
}

static void
open_pair(struct pair *pair)
{
    *pair = (struct pair){0};
    folder_make(pair->folder);
    snprintf(pair->path, sizeof pair->path, "%s/link.sock", pair->folder);
    pair->context = link_context_new();
    pair->log = calloc(1, sizeof *pair->log);
    open_producer(pair, producer_identity);
    open_consumer(pair, consumer_identity);
}

static void
close_pair(struct pair *pair)
{
    link_consumer_free(pair->consumer);
    link_producer_free(pair->producer);
    link_context_free(pair->context);
    free(pair->log);
    folder_remove(pair->folder);
}

/* Takes frames for up to `milliseconds` or until `until` is applied; checks that numbers come in order. */
static void
run(struct pair *pair, uint64_t until, int milliseconds, uint32_t room)
{
    int64_t end = clock_ticks() + milliseconds * 1000;
    while (pair->cursor.applied < until && clock_ticks() < end) {
        struct link_frame frame;
        while (link_consumer_receive(pair->consumer, &frame) == STATUS_OK) {
            cr_assert_eq(frame.first, pair->cursor.applied + 1);
            char expected[16];
            snprintf(expected, sizeof expected, "%08llu", (unsigned long long)frame.first);
            cr_assert_eq(memcmp(frame.bytes.data + 4, expected, 8), 0);
            pair->cursor.applied = pair->cursor.boundary = frame.first + frame.count - 1;
            pair->cursor.chain = frame.chain;
            pair->cursor.producer = link_consumer_producer(pair->consumer);
            link_frame_release(&frame);
        }
        link_consumer_pull(pair->consumer, &pair->cursor, room, clock_ticks());
        cr_assert_eq(link_producer_work(pair->producer, pair->log->count * PER_FRAME), STATUS_OK);
        struct link_poll items[] = {{.socket = link_consumer_socket(pair->consumer), .readable = true},
                                    {.socket = link_producer_socket(pair->producer), .readable = true}};
        link_poll(items, 2, 1000);
    }
}

Test(link, every_entry_comes_once_and_in_order)
{
    struct pair pair;
    open_pair(&pair);
    for (int i = 0; i < FRAMES; i++)
        add_frame(pair.log);
    run(&pair, FRAMES * PER_FRAME, 5000, 100);
    cr_assert_eq(pair.cursor.applied, FRAMES * PER_FRAME);
    cr_assert_eq(link_producer_stop(pair.producer), LINK_RUNNING);
    close_pair(&pair);
}

Test(link, a_consumer_that_lost_its_memory_gets_everything_behind_its_cursor_again)
{
    struct pair pair;
    open_pair(&pair);
    for (int i = 0; i < 20; i++)
        add_frame(pair.log);
    run(&pair, 50, 5000, 1 << 20);
    struct link_cursor durable = pair.cursor;
    run(&pair, 100, 5000, 1 << 20);
    cr_assert_eq(pair.cursor.applied, 100);
    link_consumer_free(pair.consumer);
    pair.cursor = durable; /* what came after was not durable */
    open_consumer(&pair, consumer_identity);
    run(&pair, 100, 5000, 1 << 20);
    cr_assert_eq(pair.cursor.applied, 100);
    close_pair(&pair);
}

Test(link, a_producer_that_restarts_goes_on_and_forgets_only_what_is_durable)
{
    struct pair pair;
    struct link_trim trim;
    uint64_t bytes;
    open_pair(&pair);
    for (int i = 0; i < 10; i++)
        add_frame(pair.log);
    run(&pair, 50, 5000, 1 << 20);
    run(&pair, 51, 300, 1 << 20); /* one more PULL says that 50 are durable */
    cr_assert_eq(link_producer_trim(pair.producer, &trim, &bytes), STATUS_OK);
    cr_assert_eq(trim.forgotten, 50);
    cr_assert_eq(bytes, 10 * PER_FRAME * 12);
    link_producer_forgot(pair.producer, &trim);
    link_producer_free(pair.producer);
    pair.trim = trim;
    open_producer(&pair, producer_identity);
    for (int i = 0; i < 10; i++)
        add_frame(pair.log);
    run(&pair, 100, 5000, 1 << 20);
    cr_assert_eq(pair.cursor.applied, 100);
    close_pair(&pair);
}

Test(link, nothing_comes_while_there_is_no_room)
{
    struct pair pair;
    open_pair(&pair);
    add_frame(pair.log);
    run(&pair, 5, 400, 0);
    cr_assert_eq(pair.cursor.applied, 0);
    run(&pair, 5, 5000, 1);
    cr_assert_eq(pair.cursor.applied, 5, "room for less than a frame still brings one");
    close_pair(&pair);
}

Test(link, another_producer_stops_the_link_until_it_is_accepted)
{
    struct pair pair;
    struct link_identity other = {{9}, 99};
    open_pair(&pair);
    for (int i = 0; i < 4; i++)
        add_frame(pair.log);
    run(&pair, 20, 5000, 1 << 20);
    link_producer_free(pair.producer);
    open_producer(&pair, other);
    add_frame(pair.log);
    run(&pair, 25, 600, 1 << 20);
    cr_assert_eq(pair.cursor.applied, 20);
    cr_assert_eq(link_consumer_stop(pair.consumer), LINK_OTHER_PRODUCER);
    link_consumer_accept(pair.consumer, &pair.cursor);
    cr_assert_eq(pair.cursor.applied, 0, "from the oldest that the new producer keeps");
    run(&pair, 25, 5000, 1 << 20);
    cr_assert_eq(pair.cursor.applied, 25);
    close_pair(&pair);
}

Test(link, another_consumer_or_incarnation_is_not_served)
{
    struct link_identity others[] = {{{3}, 22}, {{2}, 23}};
    enum link_stop expected[] = {LINK_OTHER_CONSUMER, LINK_OTHER_INCARNATION};
    for (size_t i = 0; i < 2; i++) {
        struct pair pair;
        open_pair(&pair);
        add_frame(pair.log);
        run(&pair, 5, 5000, 1 << 20);
        link_consumer_free(pair.consumer);
        open_consumer(&pair, others[i]);
        add_frame(pair.log);
        run(&pair, 10, 400, 1 << 20);
        cr_assert_eq(pair.cursor.applied, 5);
        cr_assert_eq(link_producer_stop(pair.producer), expected[i]);
        link_producer_accept(pair.producer);
        run(&pair, 10, 5000, 1 << 20);
        cr_assert_eq(pair.cursor.applied, 10);
        close_pair(&pair);
    }
}

Test(link, other_content_under_the_same_numbers_stops_the_link)
{
    struct pair pair;
    open_pair(&pair);
    for (int i = 0; i < 4; i++)
        add_frame(pair.log);
    run(&pair, 20, 5000, 1 << 20);
    link_producer_free(pair.producer);
    pair.log->bytes[2][11]++; /* what the consumer has applied was rewritten */
    open_producer(&pair, producer_identity);
    add_frame(pair.log);
    run(&pair, 25, 600, 1 << 20);
    cr_assert_eq(pair.cursor.applied, 20);
    cr_assert_eq(link_producer_stop(pair.producer), LINK_CHAIN);
    close_pair(&pair);
}

Test(link, a_consumer_ahead_of_the_log_stops_it)
{
    struct pair pair;
    open_pair(&pair);
    for (int i = 0; i < 4; i++)
        add_frame(pair.log);
    run(&pair, 20, 5000, 1 << 20);
    link_producer_free(pair.producer);
    pair.log->count = 2; /* an older copy of the producer's store */
    open_producer(&pair, producer_identity);
    run(&pair, 25, 600, 1 << 20);
    cr_assert_eq(link_producer_stop(pair.producer), LINK_GAP);
    close_pair(&pair);
}

Test(link, messages_cut_at_any_byte_are_refused)
{
    struct wire_pull pull = {.stream = 7, .consumer = consumer_identity, .received = 9, .durable = 5, .boundary = 5, .room = 100}, back;
    uint8_t bytes[WIRE_PULL_BYTES];
    size_t length = wire_put_pull(&pull, bytes);
    cr_assert_eq(length, WIRE_PULL_BYTES);
    cr_assert_eq(wire_get_pull(text_of(bytes, length), &back), STATUS_OK);
    cr_assert_eq(back.received, 9);
    for (size_t cut = 0; cut < length; cut++)
        cr_assert_eq(wire_get_pull(text_of(bytes, cut), &back), STATUS_INVALID);

    uint8_t message[WIRE_FRAME_HEAD_BYTES + 12];
    struct wire_frame frame = {.stream = 7, .producer = producer_identity, .first = 1, .last = 1, .count = 1}, got;
    wire_put_frame_head(&frame, message);
    memcpy(message + WIRE_FRAME_HEAD_BYTES, "\0\0\0\10abcdefgh", 12);
    cr_assert_eq(wire_get_frame(text_of(message, sizeof message), &got), STATUS_OK);
    for (size_t cut = 0; cut < sizeof message; cut++)
        cr_assert_eq(wire_get_frame(text_of(message, cut), &got), STATUS_INVALID);
    message[WIRE_FRAME_HEAD_BYTES] = 0xff; /* an entry that claims four gigabytes */
    cr_assert_eq(wire_get_frame(text_of(message, sizeof message), &got), STATUS_INVALID);
}
