/*
 * Segments with binary data, BIN and BDS: an element says how many bytes the next one has, and those bytes
 * may be anything, delimiters too. They are counted, never searched. A segment of up to X12_SEGMENT_BYTES_MAX
 * is given whole; of a longer one the data is read past and not kept, in memory that does not grow.
 *
 * When the data does not end where its length says, the segment goes on to the next terminator and is called
 * torn: a length that is too small so harms nothing else; one that is too large hides what follows.
 *
 * Private to common/x12.
 */
#ifndef CLAIMLINE_X12_BINARY_H
#define CLAIMLINE_X12_BINARY_H

#include "common/x12/x12_reader.h"

/* What stands before the data. */
struct x12_binary {
    size_t head_bytes;   /* from the id to the separator before the data; 0: no binary segment */
    unsigned elements;   /* before the data, the length included */
    uint64_t data_bytes; /* as announced */
};

/* Looks whether the segment at the position is one; a BIN or BDS without a length of 1 to 15 digits is not.
 * OK, or LIMIT: the pinned bytes reach their limit here. */
enum status x12_binary_find(struct x12_reader *reader, struct x12_binary *binary);
/* Reads it into reader->segment; the statuses of x12_reader_next. */
enum status x12_binary_read(struct x12_reader *reader, const struct x12_binary *binary);

#endif
