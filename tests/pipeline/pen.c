#include "tests/pipeline/pen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(struct pen *pen, size_t more)
{
    if (pen->length + more <= pen->room)
        return;
    size_t room = pen->room != 0 ? pen->room : 65536;
    while (room < pen->length + more)
        room *= 2;
    char *bytes = realloc(pen->bytes, room);
    if (bytes == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    pen->bytes = bytes;
    pen->room = room;
}

void
pen_free(struct pen *pen)
{
    free(pen->bytes);
    *pen = (struct pen){0};
}

void
pen_bytes(struct pen *pen, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    reserve(pen, length);
    memcpy(pen->bytes + pen->length, bytes, length);
    pen->length += length;
}

void
pen_put(struct pen *pen, const char *string)
{
    pen_bytes(pen, string, strlen(string));
}

void
pen_character(struct pen *pen, char character)
{
    reserve(pen, 1);
    pen->bytes[pen->length++] = character;
}

void
pen_number(struct pen *pen, uint64_t value, int width)
{
    char digits[32];
    int at = (int)sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0 || ((int)sizeof digits - at < width && at > 0));
    pen_bytes(pen, digits + at, sizeof digits - (size_t)at);
}

void
pen_cents(struct pen *pen, int64_t cents)
{
    uint64_t value = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    if (cents < 0)
        pen_character(pen, '-');
    pen_number(pen, value / 100, 1);
    uint64_t rest = value % 100;
    if (rest == 0)
        return;
    pen_character(pen, '.');
    pen_character(pen, (char)('0' + rest / 10));
    if (rest % 10 != 0)
        pen_character(pen, (char)('0' + rest % 10));
}

void
pen_end(struct pen *pen)
{
    pen_character(pen, '~');
    pen->segments++;
}
