/*
 * The bytes that a reader of X12 looks at: a window that slides over a source, or all of them when they lie
 * in memory. Private to common/x12; the state is in struct x12_reader.
 */
#ifndef CLAIMLINE_X12_WINDOW_H
#define CLAIMLINE_X12_WINDOW_H

#include "common/x12/x12_reader.h"

/* Remembers what is wrong at `at` and returns the status, which is final. */
enum status x12_window_fail(struct x12_reader *reader, enum status status, const char *fault, const char *at);
/* The pinned bytes would pass their limit: the pin is dropped; LIMIT without a fault, which is not final. */
enum status x12_window_pin_passed(struct x12_reader *reader);
/* Room at the end of the window: what lies before the pin, or before the next byte to read, is given up. */
void x12_window_slide(struct x12_reader *reader);
/* More bytes behind `end`; position and end may move. NOT_FOUND when the source has no more; LIMIT when the
 * window is full. */
enum status x12_window_refill(struct x12_reader *reader);
/* At least `count` bytes behind the position; as x12_window_refill. */
enum status x12_window_need(struct x12_reader *reader, size_t count);

/* A byte that may stand between segments. */
static inline bool
x12_window_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The position on the first byte that is none of them; inline, since one is looked for behind each segment. As x12_window_refill. */
static inline enum status
x12_window_skip_blanks(struct x12_reader *reader)
{
    for (;;) {
        while (reader->position < reader->end && x12_window_is_blank(*reader->position))
            reader->position++;
        if (reader->position < reader->end)
            return STATUS_OK;
        enum status status = x12_window_refill(reader);
        if (status != STATUS_OK)
            return status;
    }
}

#endif
