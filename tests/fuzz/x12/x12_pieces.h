/*
 * X12 bytes cut into segments that can be dropped, moved and changed one by one, and put together again. For
 * fuzzing: any bytes that hold an ISA can be cut, however broken the rest is, and what is not changed comes
 * out as it came in.
 */
#ifndef CLAIMLINE_FUZZ_X12_PIECES_H
#define CLAIMLINE_FUZZ_X12_PIECES_H

#include "common/x12/x12_reader.h"

enum { PIECES_MAX = 2048, PIECES_ROOM_BYTES = 512 * 1024, PIECE_BYTES_MAX = 4096, PIECE_ELEMENTS_MAX = 64 };

/* A segment with the blanks before it, without its terminator; BIN data is cut like any. */
struct x12_piece {
    struct text text;
    struct x12_delimiters delimiters;
};

struct x12_pieces {
    struct x12_piece items[PIECES_MAX];
    unsigned count;
    bool open;         /* behind the last piece no terminator stands */
    struct text blank; /* what stands before most segments: nothing or a line end */
    /* private: memory of new texts */
    size_t used;
    char room[PIECES_ROOM_BYTES];
};

/* Texts point into `bytes`, which must stay. False when they hold no ISA of 106 bytes with sound delimiters
 * near their beginning, or too many segments. */
bool x12_pieces_cut(struct x12_pieces *pieces, struct text bytes);
/* As many whole pieces as fit into `size` bytes; returns the bytes written. */
size_t x12_pieces_join(const struct x12_pieces *pieces, uint8_t *out, size_t size);

/* A copy in the pieces' own memory; empty when that is full. */
struct text x12_pieces_keep(struct x12_pieces *pieces, struct text text);
/* Each leaves the pieces as they are when there is no room or no such piece. An inserted text stands before
 * piece `at` and takes the delimiters of its neighbour. */
void x12_pieces_insert(struct x12_pieces *pieces, unsigned at, struct text text);
void x12_pieces_insert_from(struct x12_pieces *pieces, unsigned at, const struct x12_pieces *other,
                            unsigned from, unsigned count);
void x12_pieces_drop(struct x12_pieces *pieces, unsigned at, unsigned count);
void x12_pieces_double(struct x12_pieces *pieces, unsigned at, unsigned count, unsigned to);
void x12_pieces_swap(struct x12_pieces *pieces, unsigned a, unsigned b);
/* All delimiters of all pieces, in the ISA too. */
void x12_pieces_change_delimiters(struct x12_pieces *pieces, struct x12_delimiters delimiters);

/* X12_ID of a piece; 0: it has none. */
uint32_t x12_piece_id(const struct x12_piece *piece);
/* How many elements it has; the id is element 0. */
unsigned x12_piece_elements(const struct x12_piece *piece);
/* Element n, 0 the id with its blanks; empty when there are fewer. */
struct text x12_piece_element(const struct x12_piece *piece, unsigned n);
/* Element n becomes `value`; what is missing before it is added empty. In an ISA it keeps its length. */
void x12_pieces_set(struct x12_pieces *pieces, unsigned at, unsigned n, struct text value);
/* Without the elements from n on. */
void x12_pieces_shorten(struct x12_pieces *pieces, unsigned at, unsigned n);

#endif
