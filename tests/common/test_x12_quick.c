/*
 * Most segments are passed by a quick look at masks, lengths and hashed codes, and read in whole marked blocks. These ways
 * must tell what the full ones tell, of sound files and of damaged ones.
 */
#include "common/x12/guide/x12_element.h"
#include "common/x12/x12_composite.h"
#include "tests/common/x12_sample.h"

enum { DAMAGED_TIMES = 400 };

static const char *const files[] = {"837p.edi", "837i.edi", "837d.edi", "835.edi", "999.edi", "277ca.edi", "276.edi", "277.edi"};

static uint32_t seed = 1;

static uint32_t
random_number(void)
{
    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

/* The checks of the segment's elements, by the quick look first, or in full as of a segment with odd characters. */
static uint32_t
judge(const struct x12_check *check, bool in_full, struct findings *findings)
{
    struct x12_characters characters;
    struct x12_segment segment = *check->segment;
    segment.has_odd |= in_full;
    segment.has_component |= in_full;
    x12_characters_init(&characters, check->reader.delimiters);
    x12_element_check(check->set.guide, check->step.place, &segment, &characters, check->walker.position, findings);
    return findings->count;
}

/* How many segments of known places there were. */
static unsigned
compare(struct text bytes, const char *name)
{
    struct x12_check check;
    struct x12_check_options options = {.snip = 2};
    struct arena arena;
    unsigned segments = 0;
    enum x12_event event;
    arena_init(&arena, 0);
    x12_check_open_memory(&check, &options, bytes);
    while ((event = x12_check_next(&check)) != X12_EVENT_END && event != X12_EVENT_FAILED) {
        if (event != X12_EVENT_SEGMENT || check.step.place == NULL)
            continue;
        struct findings quick, full;
        arena_reset(&arena);
        findings_init(&quick, &arena);
        findings_init(&full, &arena);
        cr_assert_eq(judge(&check, false, &quick), judge(&check, true, &full), "%s: %.*s", name, (int)check.segment->length,
                     check.segment->data);
        segments++;
    }
    x12_check_close(&check);
    arena_free(&arena);
    return segments;
}

static const char signs[] = "0123456789ABZaz.-:*~^ \x01\x1f\x7f\xc3";

Test(x12_quick, the_quick_look_passes_what_passes_in_full)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct text bytes = sample(files[i]);
        char *damaged = malloc(bytes.length);
        cr_assert_gt(compare(bytes, files[i]), 5, "%s", files[i]);
        for (int times = 0; times < DAMAGED_TIMES; times++) {
            memcpy(damaged, bytes.data, bytes.length);
            for (int k = 0; k < 3; k++)
                damaged[X12_ISA_BYTES + random_number() % (bytes.length - X12_ISA_BYTES)] = signs[random_number() % (sizeof signs - 1)];
            compare(text_of(damaged, bytes.length), files[i]);
        }
        free(damaged);
        release(bytes);
    }
}

/* All that the reader says of the segments, in one number. */
static uint64_t
digest_of(struct x12_reader *reader)
{
    uint64_t digest = 0;
    while (x12_reader_next(reader) == STATUS_OK) {
        const struct x12_segment *segment = &reader->segment;
        digest = digest * 31 + segment->id + segment->offset * 7 + segment->length + segment->present;
        digest = digest * 31 + segment->element_count + 64u * segment->has_odd + 128u * segment->has_component + 256u * segment->overflow;
        digest = digest * 31 + segment->components;
        for (unsigned n = 0; n <= segment->element_count; n++) {
            cr_assert_eq((segment->present >> n & 1) != 0, segment->elements[n].length > 0);
            digest = digest * 31 + segment->elements[n].length + (uint64_t)(segment->elements[n].data - segment->data) * 3;
        }
    }
    digest = digest * 31 + reader->failed;
    x12_reader_close(reader);
    return digest;
}

Test(x12_quick, whole_blocks_are_read_as_single_bytes)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct text bytes = sample(files[i]);
        char *damaged = malloc(bytes.length);
        for (int times = 0; times < DAMAGED_TIMES; times++) {
            struct x12_reader reader;
            memcpy(damaged, bytes.data, bytes.length);
            for (int k = 0; k < 3 && times > 0; k++)
                damaged[X12_ISA_BYTES + random_number() % (bytes.length - X12_ISA_BYTES)] = signs[random_number() % (sizeof signs - 1)];
            x12_reader_open_memory(&reader, text_of(damaged, bytes.length));
            const uint64_t whole = digest_of(&reader);
            struct pieces pieces = {text_of(damaged, bytes.length), 1 + random_number() % 63};
            x12_reader_open(&reader, give_piece, &pieces, 0);
            cr_assert_eq(digest_of(&reader), whole, "%s, %d", files[i], times);
        }
        free(damaged);
        release(bytes);
    }
}

/* The components by their marks, and one by one as x12_component searches them. */
static void
compare_components(const struct x12_segment *segment, struct text element, char separator)
{
    struct x12_composite composite = x12_composite_of(segment, element, separator);
    struct text part;
    unsigned n = 0;
    size_t bytes = 0;
    while (x12_composite_next(&composite, &part)) {
        cr_assert(text_equal(part, x12_component(element, separator, ++n)), "component %u of %.*s", n, TEXT_ARGS(element));
        bytes += part.length + 1;
    }
    cr_assert_eq(bytes, element.length + 1, "%u components of %.*s", n, TEXT_ARGS(element));
}

Test(x12_quick, components_are_found_wherever_they_stand)
{
    struct text isa = sample("837p.edi");
    for (int times = 0; times < 4000; times++) {
        char bytes[600] = {0};
        memcpy(bytes, isa.data, X12_ISA_BYTES);
        const char element = bytes[3], component = bytes[104], terminator = bytes[105];
        size_t used = X12_ISA_BYTES, length = 1 + random_number() % 300;
        const unsigned often = 2 + random_number() % 90;
        bytes[used++] = 'H';
        bytes[used++] = 'I';
        bytes[used++] = element;
        while (length-- > 0)
            bytes[used++] = random_number() % often == 0 ? component : random_number() % 40 == 0 ? element : 'A';
        bytes[used++] = terminator;
        struct x12_reader reader;
        x12_reader_open_memory(&reader, text_of(bytes, used + random_number() % 130)); /* blocks, or byte by byte at the end */
        cr_assert_eq(x12_reader_next(&reader), STATUS_OK);
        cr_assert_eq(x12_reader_next(&reader), STATUS_OK);
        for (unsigned n = 1; n <= reader.segment.element_count; n++)
            if (reader.segment.elements[n].length > 0)
                compare_components(&reader.segment, reader.segment.elements[n], component);
        x12_reader_close(&reader);
    }
    release(isa);
}
