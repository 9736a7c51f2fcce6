/*
 * Reading X12 as a stream of segments, without copying. The bytes come from memory or, chunk by chunk, from a
 * source; memory does not grow with the file. Delimiters come from the ISA by position (it has 106 bytes);
 * nothing is found by searching for text. The reader knows segments and elements, no guide: who wants places
 * and findings uses x12_check (common/x12/check/x12_validate.h), which reads through this.
 *
 * The data of a BIN or BDS segment is counted, not searched for delimiters (common/x12/x12_binary.h). Of a
 * segment longer than X12_SEGMENT_BYTES_MAX it is read past and not kept.
 *
 * Tolerated: a UTF-8 byte order mark, CR, LF, tabs and blanks between segments and before a terminator,
 * several interchanges in one file, each with its own delimiters, and what editors leave behind the last IEA
 * (NUL, ^Z).
 */
#ifndef CLAIMLINE_X12_READER_H
#define CLAIMLINE_X12_READER_H

#include "common/status/status.h"
#include "common/text/text.h"

enum {
    X12_ELEMENTS_MAX = 40,         /* of one segment; the longest in use (MIA) has 24 */
    X12_SEGMENT_BYTES_MAX = 65536, /* without terminator */
    X12_ISA_BYTES = 106,
    X12_MARKED_BYTES = 64,         /* of a segment, in which its component separators are told */
    X12_PIN_BYTES = 1 << 20, /* default limit of pinned bytes */
};

/* A segment id as a number: X12_ID('N','M','1'), X12_ID('N','3',0). */
#define X12_ID(a, b, c) ((uint32_t)(uint8_t)(a) | (uint32_t)(uint8_t)(b) << 8 | (uint32_t)(uint8_t)(c) << 16)

struct x12_delimiters {
    char element, component, segment;
    char repetition; /* 0 when the version (before 00402) or ISA11 gives none */
};

struct x12_segment {
    const char *data;       /* first byte of the id; valid until the next read, or while pinned */
    uint32_t length;        /* without terminator and the blanks before it */
    uint32_t id;            /* X12_ID; 0 when the id is not 2 or 3 upper-case letters and digits */
    uint64_t offset;        /* of data in the file */
    uint16_t element_count; /* elements[1] to elements[element_count]; trailing empty ones are counted */
    bool has_component;     /* the component separator occurs in it */
    bool has_odd;           /* a repetition separator, control character or byte above 0x7E occurs in it */
    uint64_t present;       /* bit n: element n is not empty; bit 0 is the id */
    uint64_t components;    /* bit n: data[n] is the component separator; of the first X12_MARKED_BYTES (x12_composite.h) */
    bool torn; /* binary data that does not end where its length says; it goes on to the terminator */
    uint64_t passed_bytes; /* of binary data that was read past: its element is empty; else 0 */
    bool overflow;         /* more than X12_ELEMENTS_MAX: the rest is not in elements, but in data */
    struct text elements[X12_ELEMENTS_MAX + 1]; /* [0] is the id; beyond element_count undefined */
};

/* Element n (1 is the first after the id); the empty text when the segment ends before it. */
static inline struct text
x12_element(const struct x12_segment *segment, unsigned n)
{
    return n <= segment->element_count ? segment->elements[n] : (struct text){0};
}

/* Component n (from 1) of a composite element; the empty text when there are fewer. */
struct text x12_component(struct text element, char separator, unsigned n);

/* Gives up to `room` bytes (room > 0) into buffer; *got = 0 at the end. Any status but OK ends the reading
 * with it. */
typedef enum status (*x12_source)(void *context, char *buffer, size_t room, size_t *got);

/* Of the 64 bytes at `block` a bit each: the ends of elements, those of them that end the segment, component
 * separators, bytes that are odd in a plain element. Private to the reader. */
struct x12_marks {
    const char *block; /* NULL: none */
    uint64_t ends, terminators, components, odd;
};

struct x12_reader {
    struct x12_segment segment;       /* the last one read */
    struct x12_delimiters delimiters; /* of the current interchange */
    bool in_interchange;              /* an ISA was read and its IEA was not */
    bool byte_order_mark;             /* one stands before the first ISA: passed over */
    const char *fault;                /* after INVALID or LIMIT: one plain sentence, static; else NULL */
    uint64_t fault_offset;            /* byte offset in the file */
    /* private */
    const char *window, *position, *end; /* end: what is filled */
    uint64_t window_offset;              /* of window[0] in the file */
    struct x12_marks marks;
    uint8_t spread[4][16]; /* element, segment, component, repetition, each in all bytes of a register */
    const char *pin;
    size_t pin_limit;
    char *buffer; /* NULL when reading memory */
    size_t buffer_size;
    x12_source source;
    void *context;
    bool source_ended;
    enum status failed; /* sticks */
};

/* Reads bytes that lie in memory; nothing is allocated and segments point into it. */
void x12_reader_open_memory(struct x12_reader *reader, struct text bytes);
/* Reads a source. pin_limit 0 takes X12_PIN_BYTES. Allocates one window of pin_limit + 1 MiB (untouched pages
 * cost nothing). */
void x12_reader_open(struct x12_reader *reader, x12_source source, void *context, size_t pin_limit);
/* Goes on in the middle of an interchange: the source stands at a segment's first byte, `offset` in the file.
 */
void x12_reader_resume(struct x12_reader *reader, struct x12_delimiters delimiters, uint64_t offset);
void x12_reader_close(struct x12_reader *reader);

/*
 * The next segment into reader->segment.
 * OK; NOT_FOUND at the end of the input (also when an interchange was cut between two segments: see
 * in_interchange); INVALID: not X12 at this place, or cut inside a segment (fault says which; final); LIMIT:
 * a segment longer than X12_SEGMENT_BYTES_MAX (final), or the pinned bytes would pass their limit: the pin is
 * dropped and the next call gives the segment; reader->fault is NULL in that case;
 * any other status: what the source said (final).
 */
enum status x12_reader_next(struct x12_reader *reader);

/* From the last segment read on, bytes stay where they are, contiguous, until released. May move that segment
 * (its texts are moved along), so take texts from it after this. */
void x12_reader_pin(struct x12_reader *reader);
/* What was pinned up to and without the last segment read; empty when nothing is pinned. */
struct text x12_reader_pinned(const struct x12_reader *reader);
void x12_reader_release(struct x12_reader *reader);

#endif
