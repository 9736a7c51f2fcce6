/*
 * Text from outside: a pointer and a length into memory that somebody else owns. Not terminated, may hold any
 * byte. Also used for plain bytes (keys, packed values). A text lives as long as the memory it points into.
 */
#ifndef CLAIMLINE_TEXT_H
#define CLAIMLINE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    const char *data;
    size_t length;
};

/* A text over a string literal. */
#define TEXT(literal) ((struct text){("" literal), sizeof(literal) - 1})
/* For printf("%.*s", TEXT_ARGS(t)). */
#define TEXT_ARGS(t) (int)(t).length, (t).data

static inline struct text
text_of(const void *data, size_t length)
{
    return (struct text){data, length};
}

/* Over a terminated string; NULL gives the empty text. */
static inline struct text
text_from(const char *string)
{
    return string == NULL ? (struct text){0} : (struct text){string, strlen(string)};
}

static inline bool
text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool
text_is(struct text a, const char *string)
{
    return text_equal(a, text_from(string));
}

/* Bytewise order; a proper prefix comes first. Negative, zero, positive. */
int text_compare(struct text a, struct text b);

bool text_starts(struct text whole, struct text head);

/* At most `limit` bytes of it. */
static inline struct text
text_head(struct text t, size_t limit)
{
    return (struct text){t.data, t.length < limit ? t.length : limit};
}

/* Without blanks and tabs at both ends. */
struct text text_trim(struct text t);

/* Decimal digits only, no sign; false when empty, not digits or above UINT64_MAX. `*value` only written on true. */
bool text_to_u64(struct text t, uint64_t *value);

/* A number's decimal digits, at the end of `buffer`. */
enum { TEXT_DIGITS_BYTES = 20 };
static inline struct text
text_digits(uint64_t number, char buffer[TEXT_DIGITS_BYTES])
{
    char *at = buffer + TEXT_DIGITS_BYTES;
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return text_of(at, (size_t)(buffer + TEXT_DIGITS_BYTES - at));
}

/* Copies into `buffer` of `size` bytes and terminates; cuts what does not fit. Returns buffer. */
char *text_copy(struct text t, char *buffer, size_t size);

/* What stands between the start and the first `separator`; `*rest` is what follows it (empty when none). */
struct text text_cut(struct text t, char separator, struct text *rest);

#endif
