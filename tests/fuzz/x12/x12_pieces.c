#include "tests/fuzz/x12/x12_pieces.h"

#include <ctype.h>

enum { ISA_SEARCH_BYTES = 64, ISA_REPETITION = 82, ISA_COMPONENT = 104, ISA_TERMINATOR = 105 };

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
blanks(struct text t)
{
    size_t n = 0;
    while (n < t.length && is_blank(t.data[n]))
        n++;
    return n;
}

/* An ISA at `at`: its delimiters. */
static bool
isa_at(struct text bytes, size_t at, struct x12_delimiters *d)
{
    const char *isa = bytes.data + at;
    if (bytes.length - at < X12_ISA_BYTES || memcmp(isa, "ISA", 3) != 0)
        return false;
    *d = (struct x12_delimiters){isa[3], isa[ISA_COMPONENT], isa[ISA_TERMINATOR], isa[ISA_REPETITION]};
    return d->element != d->segment && d->element != d->component && d->segment != d->component;
}

static bool
find_isa(struct text bytes, size_t *at, struct x12_delimiters *d)
{
    for (*at = 0; *at < ISA_SEARCH_BYTES && *at < bytes.length; ++*at)
        if (isa_at(bytes, *at, d))
            return true;
    return false;
}

bool
x12_pieces_cut(struct x12_pieces *pieces, struct text bytes)
{
    struct x12_delimiters d;
    size_t isa, at = 0;
    pieces->count = 0;
    pieces->used = 0;
    pieces->open = false;
    pieces->blank = (struct text){0};
    if (!find_isa(bytes, &isa, &d))
        return false;
    while (at < bytes.length) {
        if (pieces->count == PIECES_MAX)
            return false;
        struct text rest = text_of(bytes.data + at, bytes.length - at);
        size_t begin = at == 0 ? isa : at + blanks(rest);
        const char *from = bytes.data + at, *end = NULL;
        if (isa_at(bytes, begin, &d))
            end = bytes.data + begin + ISA_TERMINATOR;
        else
            end = memchr(from, d.segment, rest.length);
        pieces->open = end == NULL;
        size_t length = end == NULL ? rest.length : (size_t)(end - from);
        if (pieces->count == 1)
            pieces->blank = text_of(from, begin - at);
        pieces->items[pieces->count++] = (struct x12_piece){text_of(from, length), d};
        at += length + 1;
    }
    return true;
}

size_t
x12_pieces_join(const struct x12_pieces *pieces, uint8_t *out, size_t size)
{
    size_t used = 0;
    for (unsigned i = 0; i < pieces->count; i++) {
        const struct x12_piece *piece = &pieces->items[i];
        bool last = pieces->open && i + 1 == pieces->count;
        if (size - used < piece->text.length + !last)
            break;
        if (piece->text.length > 0)
            memcpy(out + used, piece->text.data, piece->text.length);
        used += piece->text.length;
        if (!last)
            out[used++] = (uint8_t)piece->delimiters.segment;
    }
    return used;
}

struct text
x12_pieces_keep(struct x12_pieces *pieces, struct text text)
{
    if (text.length == 0 || PIECES_ROOM_BYTES - pieces->used < text.length)
        return (struct text){0};
    char *to = pieces->room + pieces->used;
    memcpy(to, text.data, text.length);
    pieces->used += text.length;
    return text_of(to, text.length);
}

/* Room for `count` pieces before `at`. */
static bool
part(struct x12_pieces *pieces, unsigned at, unsigned count)
{
    if (at > pieces->count || count > PIECES_MAX - pieces->count)
        return false;
    memmove(&pieces->items[at + count], &pieces->items[at], (pieces->count - at) * sizeof pieces->items[0]);
    pieces->count += count;
    return true;
}

static struct x12_delimiters
delimiters_at(const struct x12_pieces *pieces, unsigned at)
{
    return pieces->items[at > 0 ? at - 1 : at].delimiters;
}

void
x12_pieces_insert(struct x12_pieces *pieces, unsigned at, struct text text)
{
    if (pieces->count == 0 || at > pieces->count)
        return;
    struct x12_delimiters d = delimiters_at(pieces, at);
    struct text kept = x12_pieces_keep(pieces, text);
    if (kept.length > 0 && part(pieces, at, 1))
        pieces->items[at] = (struct x12_piece){kept, d};
}

/* In other delimiters. */
static struct text
transcribe(struct x12_pieces *pieces, struct x12_piece piece, struct x12_delimiters to)
{
    const struct x12_delimiters from = piece.delimiters;
    struct text copy = x12_pieces_keep(pieces, piece.text);
    char *bytes = copy.length > 0 ? pieces->room + (copy.data - pieces->room) : NULL;
    for (size_t i = 0; i < copy.length; i++) {
        char c = bytes[i];
        if (c == from.element)
            bytes[i] = to.element;
        else if (c == from.component)
            bytes[i] = to.component;
        else if (c == from.repetition && !isalnum((unsigned char)c) && c != ' ')
            bytes[i] = to.repetition;
    }
    return copy;
}

void
x12_pieces_insert_from(struct x12_pieces *pieces, unsigned at, const struct x12_pieces *other, unsigned from,
                       unsigned count)
{
    if (from > other->count || count > other->count - from || pieces->count == 0 || at > pieces->count)
        return;
    struct x12_delimiters d = delimiters_at(pieces, at);
    if (!part(pieces, at, count))
        return;
    for (unsigned i = 0; i < count; i++) {
        struct x12_piece piece = other->items[from + i];
        bool isa = x12_piece_id(&piece) == X12_ID('I', 'S', 'A');
        pieces->items[at + i] =
            isa ? (struct x12_piece){x12_pieces_keep(pieces, piece.text), piece.delimiters}
                : (struct x12_piece){transcribe(pieces, piece, d), d};
        d = pieces->items[at + i].delimiters;
    }
}

void
x12_pieces_drop(struct x12_pieces *pieces, unsigned at, unsigned count)
{
    if (at > pieces->count || count > pieces->count - at)
        return;
    memmove(&pieces->items[at], &pieces->items[at + count],
            (pieces->count - at - count) * sizeof pieces->items[0]);
    pieces->count -= count;
}

void
x12_pieces_double(struct x12_pieces *pieces, unsigned at, unsigned count, unsigned to)
{
    if (at > pieces->count || count > pieces->count - at || !part(pieces, to, count))
        return;
    for (unsigned i = 0; i < count; i++) {
        unsigned from = at + i;
        pieces->items[to + i] = pieces->items[from < to ? from : from + count];
    }
}

void
x12_pieces_swap(struct x12_pieces *pieces, unsigned a, unsigned b)
{
    if (a >= pieces->count || b >= pieces->count)
        return;
    struct x12_piece piece = pieces->items[a];
    pieces->items[a] = pieces->items[b];
    pieces->items[b] = piece;
}

void
x12_pieces_change_delimiters(struct x12_pieces *pieces, struct x12_delimiters delimiters)
{
    for (unsigned i = 0; i < pieces->count; i++) {
        struct x12_piece *piece = &pieces->items[i];
        struct text text = transcribe(pieces, *piece, delimiters);
        if (text.length != piece->text.length)
            return;
        *piece = (struct x12_piece){text, delimiters};
    }
}

uint32_t
x12_piece_id(const struct x12_piece *piece)
{
    struct text id = x12_piece_element(piece, 0);
    size_t blank = blanks(id);
    const char *c = id.data + blank;
    if (id.length - blank == 2)
        return X12_ID(c[0], c[1], 0);
    return id.length - blank == 3 ? X12_ID(c[0], c[1], c[2]) : 0;
}

unsigned
x12_piece_elements(const struct x12_piece *piece)
{
    unsigned count = 0;
    for (size_t i = 0; i < piece->text.length && count < PIECE_ELEMENTS_MAX; i++)
        count += piece->text.data[i] == piece->delimiters.element;
    return count;
}

struct text
x12_piece_element(const struct x12_piece *piece, unsigned n)
{
    struct text rest = piece->text, element = text_cut(rest, piece->delimiters.element, &rest);
    while (n-- > 0)
        element = text_cut(rest, piece->delimiters.element, &rest);
    return element;
}

/* The elements of an ISA have fixed lengths: with blanks behind it, or cut. */
static struct text
fit(struct text value, size_t length, char out[X12_ISA_BYTES])
{
    length = length < X12_ISA_BYTES ? length : X12_ISA_BYTES;
    memset(out, ' ', length);
    if (value.length > 0)
        memcpy(out, value.data, value.length < length ? value.length : length);
    return text_of(out, length);
}

void
x12_pieces_set(struct x12_pieces *pieces, unsigned at, unsigned n, struct text value)
{
    char bytes[PIECE_BYTES_MAX];
    size_t used = 0;
    if (at >= pieces->count || n > PIECE_ELEMENTS_MAX)
        return;
    struct x12_piece *piece = &pieces->items[at];
    unsigned last = x12_piece_elements(piece);
    char fitted[X12_ISA_BYTES];
    if (n > 0 && x12_piece_id(piece) == X12_ID('I', 'S', 'A'))
        value = fit(value, x12_piece_element(piece, n).length, fitted);
    for (unsigned i = 0; i <= last || i <= n; i++) {
        struct text element = i == n ? value : x12_piece_element(piece, i);
        if (sizeof bytes - used < element.length + 1)
            return;
        if (i > 0)
            bytes[used++] = piece->delimiters.element;
        if (element.length > 0)
            memcpy(bytes + used, element.data, element.length);
        used += element.length;
    }
    struct text kept = x12_pieces_keep(pieces, text_of(bytes, used));
    if (kept.length > 0)
        piece->text = kept;
}

void
x12_pieces_shorten(struct x12_pieces *pieces, unsigned at, unsigned n)
{
    if (at >= pieces->count || n == 0)
        return;
    struct x12_piece *piece = &pieces->items[at];
    struct text cut = x12_piece_element(piece, n);
    if (cut.data != NULL && n <= x12_piece_elements(piece))
        piece->text.length = (size_t)(cut.data - piece->text.data) - 1;
}
