#include "common/x12/x12_reader.h"

#include "common/x12/x12_binary.h"
#include "common/x12/x12_isa.h"
#include "common/x12/x12_window.h"

#include <assert.h>
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { WINDOW_EXTRA_BYTES = 1 << 20, BLOCK_BYTES = 64 };

struct text
x12_component(struct text element, char separator, unsigned n)
{
    if (element.length == 0)
        return (struct text){0};
    const char *at = element.data, *end = element.data + element.length;
    while (n > 1) {
        const char *next = at < end ? memchr(at, separator, (size_t)(end - at)) : NULL;
        if (next == NULL)
            return (struct text){0};
        at = next + 1;
        n--;
    }
    const char *stop = at < end ? memchr(at, separator, (size_t)(end - at)) : NULL;
    return text_of(at, (size_t)((stop == NULL ? end : stop) - at));
}

void
x12_reader_open_memory(struct x12_reader *reader, struct text bytes)
{
    static const char nothing[1];
    *reader = (struct x12_reader){
        .window = bytes.length > 0 ? bytes.data : nothing,
        .pin_limit = SIZE_MAX,
        .source_ended = true,
    };
    reader->position = reader->window;
    reader->end = reader->window + bytes.length;
}

void
x12_reader_open(struct x12_reader *reader, x12_source source, void *context, size_t pin_limit)
{
    if (pin_limit == 0)
        pin_limit = X12_PIN_BYTES;
    size_t size = pin_limit + WINDOW_EXTRA_BYTES;
    char *buffer = malloc(size);
    assert(buffer != NULL);
    *reader = (struct x12_reader){
        .window = buffer,
        .position = buffer,
        .end = buffer,
        .buffer = buffer,
        .buffer_size = size,
        .pin_limit = pin_limit,
        .source = source,
        .context = context,
    };
}

void
x12_reader_resume(struct x12_reader *reader, struct x12_delimiters delimiters, uint64_t offset)
{
    assert(!reader->in_interchange && reader->position == reader->window);
    x12_isa_delimiters(reader, delimiters);
    reader->in_interchange = true;
    reader->window_offset = offset;
}

void
x12_reader_close(struct x12_reader *reader)
{
    free(reader->buffer);
    *reader = (struct x12_reader){.failed = STATUS_NOT_FOUND};
}

/* Adds the element from `start` to `end`; returns the count with it. The caller keeps count and mask in registers. */
static inline unsigned
add_element(struct x12_segment *segment, unsigned count, uint64_t *present, const char *start, const char *end)
{
    if (count > X12_ELEMENTS_MAX) {
        segment->overflow = true;
        return count;
    }
    segment->elements[count].data = start;
    segment->elements[count].length = (size_t)(end - start);
    *present |= (uint64_t)(end != start) << count;
    return count + 1;
}

/* Says of the bytes from `at` to `end`, the first at `first` in the segment, what the element checks would else have to
 * look for byte by byte. */
static inline void
look(struct x12_segment *segment, struct x12_delimiters d, size_t first, const char *at, const char *end)
{
    bool component = false, odd = false;
    for (; at < end; at++, first++) {
        component |= *at == d.component;
        if (*at == d.component && first < X12_MARKED_BYTES)
            segment->components |= UINT64_C(1) << first;
        odd |= ((uint8_t)*at < 0x20 || (uint8_t)*at >= 0x7F || *at == d.repetition) && *at != d.element;
    }
    segment->has_component |= component;
    segment->has_odd |= odd;
}

/*
 * Splits from `at`, which lies in the element that began at *start, up to the terminator or the end of what is filled.
 * Returns the terminator, or NULL when it is not there. Elements that are complete are added; *start follows.
 */
static const char *
split(struct x12_reader *reader, const char *at, const char **start)
{
    struct x12_segment *segment = &reader->segment;
    const struct x12_delimiters d = reader->delimiters;
    const char *end = reader->end;
    unsigned count = segment->element_count;
    uint64_t present = segment->present;
    const char *from = *start;
    const char *first = at;
    for (; at < end; at++) {
        if (*at == d.element || *at == d.segment) {
            count = add_element(segment, count, &present, from, at);
            from = at + 1;
            if (*at == d.segment)
                break;
        }
    }
    look(segment, d, (size_t)(first - reader->position), first, at);
    segment->element_count = (uint16_t)count;
    segment->present = present;
    *start = from;
    return at < end ? at : NULL;
}

/* Without the blanks that stand before the terminator; the ISA keeps all its bytes. */
static void
trim_end(struct x12_segment *segment)
{
    struct text *last = &segment->elements[segment->element_count - 1];
    while (last->length > 0 && x12_window_is_blank(last->data[last->length - 1])) {
        last->length--;
        segment->length--;
    }
    if (last->length == 0)
        segment->present &= ~(UINT64_C(1) << (segment->element_count - 1));
}

static uint32_t
segment_id(struct text id)
{
    static const uint8_t allowed[256] = {
        ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1,
        ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,
        ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1,
        ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1,
    };
    const uint8_t *c = (const uint8_t *)id.data;
    const bool three = id.length == 3;
    if (!three && id.length != 2)
        return 0;
    const uint8_t third = three ? c[2] : 0;
    return allowed[c[0]] & allowed[c[1]] & (allowed[third] | !three) ? X12_ID(c[0], c[1], third) : 0;
}

/* Moves on the whole state when refill slid the window under a segment that is half read. */
static enum status
more_of_segment(struct x12_reader *reader, const char **at, const char **start)
{
    struct x12_segment *segment = &reader->segment;
    size_t scanned = (size_t)(*at - reader->position);
    if (scanned > X12_SEGMENT_BYTES_MAX)
        return x12_window_fail(reader, STATUS_LIMIT, "a segment is longer than 65,536 bytes",
                               reader->position);
    const char *before = reader->position;
    enum status status = x12_window_refill(reader);
    ptrdiff_t moved = before - reader->position;
    *at -= moved;
    *start -= moved;
    for (int i = 0; i < segment->element_count; i++)
        segment->elements[i].data -= moved;
    return status;
}

/* What stands at the position, which is no blank, up to the terminator. */
static enum status
read_segment(struct x12_reader *reader)
{
    struct x12_segment *segment = &reader->segment;
    const char *at = reader->position, *start = at, *hit;
    segment->element_count = 0;
    segment->overflow = segment->has_component = segment->has_odd = segment->torn = false;
    segment->passed_bytes = 0;
    segment->present = segment->components = 0;
    while ((hit = split(reader, at, &start)) == NULL) {
        at = reader->end;
        enum status status = more_of_segment(reader, &at, &start);
        if (status == STATUS_LIMIT && reader->failed == STATUS_OK)
            return x12_window_pin_passed(reader);
        if (status == STATUS_NOT_FOUND)
            return x12_window_fail(reader, STATUS_INVALID, "the file ends inside a segment", reader->end);
        if (status != STATUS_OK)
            return status;
    }
    if (hit - reader->position > X12_SEGMENT_BYTES_MAX)
        return x12_window_fail(reader, STATUS_LIMIT, "a segment is longer than 65,536 bytes",
                               reader->position);
    if (reader->pin != NULL && (size_t)(hit + 1 - reader->pin) > reader->pin_limit)
        return x12_window_pin_passed(reader);
    segment->data = reader->position;
    segment->length = (uint32_t)(hit - reader->position);
    segment->offset = reader->window_offset + (uint64_t)(reader->position - reader->window);
    segment->id = segment_id(segment->elements[0]);
    if (x12_window_is_blank(hit[-(hit > reader->position)]))
        trim_end(segment);
    segment->element_count--;
    reader->position = hit + 1;
    return STATUS_OK;
}

#ifdef __SSE2__
#define TOP_BIT (UINT64_C(1) << 63)

/* Marks the 64 bytes at `at`; they stay good for the segments that follow in them. */
static inline void
mark_block(struct x12_reader *reader, const char *at)
{
    const __m128i *spread = (const __m128i *)(const void *)reader->spread;
    const __m128i element = _mm_loadu_si128(spread), terminator = _mm_loadu_si128(spread + 1),
                  component = _mm_loadu_si128(spread + 2), repetition = _mm_loadu_si128(spread + 3),
                  low = _mm_set1_epi8(0x20), delete = _mm_set1_epi8(0x7F);
    struct x12_marks marks = {.block = at};
    for (int i = 0; i < 4; i++) {
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i));
        __m128i terminators = _mm_cmpeq_epi8(block, terminator);
        __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(block, element), terminators);
        /* Signed: below 0x20 are also all bytes from 0x80 on. */
        __m128i odd = _mm_or_si128(_mm_cmplt_epi8(block, low), _mm_cmpeq_epi8(block, delete));
        odd = _mm_andnot_si128(ends, _mm_or_si128(odd, _mm_cmpeq_epi8(block, repetition)));
        __m128i components = _mm_cmpeq_epi8(block, component);
        marks.ends |= (uint64_t)(uint32_t)_mm_movemask_epi8(ends) << 16 * i;
        marks.terminators |= (uint64_t)(uint32_t)_mm_movemask_epi8(terminators) << 16 * i;
        marks.odd |= (uint64_t)(uint32_t)_mm_movemask_epi8(odd) << 16 * i;
        marks.components |= (uint64_t)(uint32_t)_mm_movemask_epi8(components) << 16 * i;
    }
    reader->marks = marks;
}

/* True when the byte at `at` lies in a marked block, which then is in reader->marks. */
static inline bool
in_block(struct x12_reader *reader, const char *at)
{
    if ((uintptr_t)at - (uintptr_t)reader->marks.block < BLOCK_BYTES)
        return true;
    if (reader->end - at < BLOCK_BYTES)
        return false;
    mark_block(reader, at);
    return true;
}

/* Splits from `at`, in the marked block, up to the terminator when that lies in whole blocks; returns it, else NULL. */
static inline const char *
split_blocks(struct x12_reader *reader, const char *at)
{
    struct x12_segment *segment = &reader->segment;
    const struct x12_marks *marks = &reader->marks;
    struct text *element = segment->elements, *const limit = element + X12_ELEMENTS_MAX + 1;
    const char *block = marks->block, *from = at;
    uint64_t present = 0, odd = 0, last, ahead = UINT64_MAX << (at - block);
    segment->has_component = false;
    segment->components = 0;
    for (;;) {
        last = marks->terminators & ahead;
        const uint64_t within = ahead & (last ^ (last - 1)); /* up to the first terminator, or all */
        const uint64_t components = marks->components & within;
        odd |= marks->odd & within;
        if (components != 0) {
            const ptrdiff_t behind = block - at;
            segment->has_component = true;
            if (behind < X12_MARKED_BYTES)
                segment->components |= behind > 0 ? components << behind : components >> -behind;
        }
        for (uint64_t mask = marks->ends & within; mask != 0; mask &= mask - 1) {
            const char *hit = block + (unsigned)__builtin_ctzll(mask);
            if (element == limit)
                return NULL;
            const size_t length = (size_t)(hit - from);
            element->data = from;
            element->length = length;
            element++;
            present = present >> 1 | ((0 - length) & TOP_BIT); /* the top bit of a length that is not 0, negated, is set */
            from = hit + 1;
        }
        if (last != 0)
            break;
        block += BLOCK_BYTES;
        if (reader->end - block < BLOCK_BYTES)
            return NULL;
        mark_block(reader, block);
        ahead = UINT64_MAX;
    }
    const unsigned count = (unsigned)((uintptr_t)element - (uintptr_t)segment->elements) / sizeof *element;
    segment->present = present >> (-count & 63);
    segment->has_odd = odd != 0;
    segment->element_count = (uint16_t)(count - 1);
    return from - 1;
}

/* Segments that are not only split: what begins and ends an interchange, and binary data. */
static inline bool
is_special(uint32_t id)
{
    return id == X12_ID('I', 'S', 'A') || id == X12_ID('I', 'E', 'A') || id == X12_ID('B', 'I', 'N') ||
           id == X12_ID('B', 'D', 'S');
}

/* The next segment, if it is one of the many: inside an interchange, in the window with some bytes behind it, no
 * envelope, no binary data, nothing to trim. False: it is not, and nothing was read. */
static inline bool
read_quickly(struct x12_reader *reader)
{
    struct x12_segment *segment = &reader->segment;
    const char *at = reader->position;
    if (!in_block(reader, at))
        return false;
    while ((uint8_t)*at <= ' ' && x12_window_is_blank(*at))
        if (!in_block(reader, ++at))
            return false;
    const char *hit = split_blocks(reader, at);
    const size_t length = hit == NULL ? 0 : (size_t)(hit - at);
    if (length - 1 >= X12_SEGMENT_BYTES_MAX || ((uint8_t)hit[-1] <= ' ' && x12_window_is_blank(hit[-1])) ||
        (reader->pin != NULL && (size_t)(hit + 1 - reader->pin) > reader->pin_limit))
        return false;
    const uint32_t id = segment_id(segment->elements[0]);
    if (is_special(id))
        return false;
    segment->id = id;
    segment->data = at;
    segment->length = (uint32_t)length;
    segment->offset = reader->window_offset + (uint64_t)(at - reader->window);
    segment->overflow = segment->torn = false;
    segment->passed_bytes = 0;
    reader->position = hit + 1;
    return true;
}
#else
static inline bool
read_quickly(struct x12_reader *reader)
{
    (void)reader;
    return false;
}
#endif

/* Any segment. */
static enum status __attribute__((noinline))
read_next(struct x12_reader *reader)
{
    enum status status;
    struct x12_binary binary = {0};
    if (!reader->in_interchange) {
        status = x12_isa_find(reader);
    } else {
        if (reader->position < reader->end && *reader->position == '\n')
            reader->position++;
        if (reader->position < reader->end && !x12_window_is_blank(*reader->position))
            status = STATUS_OK;
        else
            status = x12_window_skip_blanks(reader);
        /* A segment ISA inside an interchange begins the next one: the IEA was lost. */
        if (status == STATUS_OK && *reader->position == 'I' && x12_window_need(reader, 4) == STATUS_OK &&
            memcmp(reader->position, "ISA", 3) == 0 && reader->position[3] == reader->delimiters.element)
            status = x12_isa_read(reader);
        if (status == STATUS_OK && *reader->position == 'B')
            status = x12_binary_find(reader, &binary);
    }
    if (status == STATUS_LIMIT && reader->failed == STATUS_OK)
        return x12_window_pin_passed(reader);
    if (status == STATUS_OK)
        status = binary.head_bytes > 0 ? x12_binary_read(reader, &binary) : read_segment(reader);
    if (status != STATUS_OK)
        return status;
    if (reader->segment.id == X12_ID('I', 'E', 'A'))
        reader->in_interchange = false;
    return STATUS_OK;
}

enum status
x12_reader_next(struct x12_reader *reader)
{
    if (reader->failed != STATUS_OK)
        return reader->failed;
    return reader->in_interchange && read_quickly(reader) ? STATUS_OK : read_next(reader);
}

void
x12_reader_pin(struct x12_reader *reader)
{
    struct x12_segment *segment = &reader->segment;
    reader->pin = segment->data;
    if (reader->buffer == NULL ||
        reader->buffer_size - (size_t)(segment->data - reader->buffer) >= reader->pin_limit)
        return;
    ptrdiff_t moved = segment->data - reader->buffer;
    x12_window_slide(reader);
    reader->pin = reader->buffer;
    segment->data -= moved;
    for (int i = 0; i <= segment->element_count; i++)
        segment->elements[i].data -= moved;
}

struct text
x12_reader_pinned(const struct x12_reader *reader)
{
    if (reader->pin == NULL)
        return (struct text){0};
    return text_of(reader->pin, (size_t)(reader->segment.data - reader->pin));
}

void
x12_reader_release(struct x12_reader *reader)
{
    reader->pin = NULL;
}
