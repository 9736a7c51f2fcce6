/* The mutations of the fuzzers: what they cannot help is kept whole, the same seed gives the same, nothing is
 * written beyond its room, and what comes out is still X12 that the engine reads to its end. */
#include "tests/common/x12_golden.h"
#include "tests/fuzz/x12/x12_invent.h"
#include "tests/fuzz/x12/x12_mutate.h"
#include "tests/fuzz/x12/x12_repair.h"

#include <criterion/logging.h>

enum { ROOM = 40000, SEEDS = 40, GUARD = 16 };

/* Instead of the engine's mutations: one byte more. */
static size_t
add_byte(uint8_t *data, size_t size, size_t room)
{
    if (size < room)
        data[size++] = 'A';
    return size;
}

/* Mutates into memory of exactly `room` bytes, with a guard behind it. */
static size_t
mutate(struct text bytes, size_t room, unsigned seed, uint8_t *out)
{
    size_t size = bytes.length < room ? bytes.length : room;
    memcpy(out, bytes.data, size);
    memset(out + room, 0xA5, GUARD);
    size = x12_mutate(out, size, room, seed, add_byte);
    cr_assert_leq(size, room);
    for (size_t i = 0; i < GUARD; i++)
        cr_assert_eq(out[room + i], 0xA5, "written beyond the room");
    return size;
}

Test(x12_mutator, what_is_cut_and_joined_comes_out_as_it_was)
{
    static char names[GOLDEN_FILES][GOLDEN_NAME];
    static struct x12_pieces pieces;
    static uint8_t out[ROOM];
    size_t count = golden_names(names);
    for (size_t i = 0; i < count; i++) {
        struct text bytes = sample(names[i]);
        for (size_t length = bytes.length; length > bytes.length - 3; length--) {
            cr_assert(x12_pieces_cut(&pieces, text_of(bytes.data, length)), "%s", names[i]);
            size_t size = x12_pieces_join(&pieces, out, sizeof out);
            cr_expect(text_equal(text_of(out, size), text_of(bytes.data, length)), "%s", names[i]);
        }
        release(bytes);
    }
    cr_assert_not(x12_pieces_cut(&pieces, TEXT("not an interchange")));
    cr_assert_not(x12_pieces_cut(&pieces, (struct text){0}));
}

Test(x12_mutator, the_same_seed_gives_the_same_within_its_room)
{
    static char names[GOLDEN_FILES][GOLDEN_NAME];
    static uint8_t one[ROOM + GUARD], other[ROOM + GUARD];
    size_t count = golden_names(names);
    unsigned changed = 0, seeds = 0;
    for (size_t i = 0; i < count; i++) {
        struct text bytes = sample(names[i]);
        for (unsigned seed = 1; seed <= SEEDS; seed++) {
            size_t room = seed % 4 == 0 ? 110 + seed : seed % 4 == 1 ? bytes.length : ROOM;
            size_t size = mutate(bytes, room, seed, one);
            (void)mutate(bytes, room, seed + 1, other); /* leaves nothing behind */
            size_t again = mutate(bytes, room, seed, other);
            cr_assert(text_equal(text_of(one, size), text_of(other, again)), "%s, seed %u", names[i], seed);
            changed += !text_equal(text_of(one, size), bytes);
            seeds++;
        }
        release(bytes);
    }
    cr_expect_gt(changed * 5, seeds * 4, "%u of %u", changed, seeds);
}

Test(x12_mutator, nearly_all_is_still_an_interchange_and_many_findings_are_met)
{
    static char names[GOLDEN_FILES][GOLDEN_NAME];
    static uint8_t out[ROOM + GUARD];
    static bool met[UINT16_MAX + 1];
    size_t count = golden_names(names);
    unsigned read = 0, accepted = 0, seeds = 0, kinds = 0;
    for (size_t i = 0; i < count; i++) {
        struct text bytes = sample(names[i]);
        for (unsigned seed = 1; seed <= SEEDS; seed++, seeds++) {
            struct outcome outcome = run_text(text_of(out, mutate(bytes, ROOM, seed, out)), 7);
            read += outcome.last == X12_EVENT_END;
            accepted += outcome.interchanges > 0 && outcome.accepted_interchanges == outcome.interchanges;
            for (uint32_t f = 0; f < outcome.finding_count; f++) {
                kinds += !met[outcome.findings[f]];
                met[outcome.findings[f]] = true;
            }
        }
        release(bytes);
    }
    cr_log_info("%u inputs: %u read to the end, %u envelopes accepted, %u kinds of findings", seeds, read,
                accepted, kinds);
    cr_expect_gt(read * 4, seeds * 3);
    cr_expect_gt(accepted * 2, seeds);
    cr_expect_gt(kinds, 150u);
}

Test(x12_mutator, crossing_takes_from_both_and_keeps_within_its_room)
{
    static uint8_t one[ROOM + GUARD], other[ROOM];
    struct text claim = sample("golden/837p_office_visit.edi"),
                payment = sample("golden/835_other_delimiters.edi");
    unsigned mixed = 0;
    for (unsigned seed = 1; seed <= 200; seed++) {
        size_t room = seed % 3 == 0 ? claim.length : ROOM;
        memset(one + room, 0xA5, GUARD);
        size_t size = x12_cross((const uint8_t *)claim.data, claim.length, (const uint8_t *)payment.data,
                                payment.length, one, room, seed);
        size_t again = x12_cross((const uint8_t *)claim.data, claim.length, (const uint8_t *)payment.data,
                                 payment.length, other, room, seed);
        cr_assert(size > 0 && size <= room && one[room] == 0xA5);
        cr_assert(text_equal(text_of(one, size), text_of(other, again)), "seed %u", seed);
        mixed += !text_equal(text_of(one, size), claim);
    }
    cr_expect_gt(mixed, 150u);
    cr_expect_eq(
        x12_cross((const uint8_t *)"no", 2, (const uint8_t *)payment.data, payment.length, one, ROOM, 1), 0u);
    release(claim);
    release(payment);
}

Test(x12_mutator, counts_levels_and_control_numbers_are_repaired)
{
    static struct x12_pieces pieces;
    static uint8_t out[ROOM];
    struct text bytes = sample("golden/837p_children.edi");
    cr_assert(x12_pieces_cut(&pieces, bytes));
    for (unsigned i = 0; i < pieces.count; i++) {
        switch (x12_piece_id(&pieces.items[i])) {
        case X12_ID('S', 'E', 0):
        case X12_ID('G', 'E', 0):
        case X12_ID('I', 'E', 'A'):
            x12_pieces_set(&pieces, i, 1, TEXT("99"));
            x12_pieces_set(&pieces, i, 2, TEXT("77"));
            break;
        case X12_ID('H', 'L', 0):
            x12_pieces_set(&pieces, i, 1, TEXT("9"));
            x12_pieces_set(&pieces, i, 2, TEXT("8"));
            break;
        default:
            break;
        }
    }
    struct outcome broken = run_text(text_of(out, x12_pieces_join(&pieces, out, sizeof out)), 7);
    cr_assert(broken.accepted_sets == 0 && broken.accepted_interchanges == 0);
    x12_repair_levels(&pieces);
    x12_repair_envelope(&pieces);
    struct outcome whole = run_text(text_of(out, x12_pieces_join(&pieces, out, sizeof out)), 7);
    cr_expect(whole.sets == whole.accepted_sets && whole.accepted_interchanges == 1 &&
              whole.finding_count == 0);
    release(bytes);
}

/* How many segments of a set that was made up stand where the guide has a place for them. */
static unsigned
placed(const struct x12_guide *guide, unsigned seed, unsigned *segments)
{
    static struct x12_pieces pieces;
    static uint8_t out[sizeof pieces.room];
    struct chance chance = chance_of(seed);
    struct text bytes = sample("golden/837p_office_visit.edi");
    struct x12_check check;
    enum x12_event event;
    unsigned good = 0;
    cr_assert(x12_pieces_cut(&pieces, bytes));
    x12_pieces_drop(&pieces, 2, pieces.count - 4); /* all between GS and GE */
    x12_pieces_set(&pieces, 1, 1, text_from(guide->functional));
    x12_pieces_set(&pieces, 1, 8, text_from(guide->name));
    struct x12_invent invent = {&chance, guide, pieces.items[0].delimiters};
    x12_invent_loop(&invent, &pieces, 2, 0, 6);
    x12_repair_levels(&pieces);
    x12_repair_envelope(&pieces);
    x12_check_open_memory(&check, &(struct x12_check_options){.snip = 7},
                          text_of(out, x12_pieces_join(&pieces, out, sizeof out)));
    while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED) {
        *segments += event == X12_EVENT_SEGMENT;
        good += event == X12_EVENT_SEGMENT && check.step.place != NULL;
    }
    x12_check_close(&check);
    release(bytes);
    return good;
}

Test(x12_mutator, sets_of_every_guide_are_made_up_and_mostly_fit_it)
{
    for (uint16_t i = 0; i < x12_guide_count; i++) {
        unsigned segments = 0, good = 0;
        for (unsigned seed = 1; seed <= 20; seed++)
            good += placed(x12_guides[i], seed, &segments);
        cr_log_info("%s: %u of %u segments have a place", x12_guides[i]->name, good, segments);
        cr_expect(segments > 50 && good * 10 > segments * 8, "%s: %u of %u", x12_guides[i]->name, good,
                  segments);
    }
}
