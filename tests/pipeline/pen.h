/* A growing buffer that X12 text is written into: '*' elements, ':' components, '^' repeats, '~' ends. */
#ifndef CLAIMLINE_TESTS_PIPELINE_PEN_H
#define CLAIMLINE_TESTS_PIPELINE_PEN_H

#include <stddef.h>
#include <stdint.h>

struct pen {
    char *bytes;
    size_t length;
    size_t room;
    uint32_t segments; /* ended since the caller last set it */
};

/* All of them end the process when memory is out: these are test programs. */
void pen_free(struct pen *pen);
void pen_bytes(struct pen *pen, const char *bytes, size_t length);
void pen_put(struct pen *pen, const char *string);
void pen_character(struct pen *pen, char character);
/* `value` in decimal, with leading zeros to `width`. */
void pen_number(struct pen *pen, uint64_t value, int width);
/* Cents as X12's R: no trailing zeros, no point without decimals. */
void pen_cents(struct pen *pen, int64_t cents);
/* Ends a segment. */
void pen_end(struct pen *pen);

#endif
