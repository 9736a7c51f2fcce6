/*
 * The bytes of an edition's file and of `current`. Private to common/codeset (and its tests). A file belongs to machines of its
 * byte order: `order` tells, another one is refused; it is made anew by an import.
 *
 * An edition: a block with the header; then, each at a multiple of 64 bytes: keys (u64, different first codes, ascending);
 * index (u32: for each value of the first `index_characters` characters in base 40 the first key that is not below it, one more
 * at the end); starts (u32: the first row of each key, one more at the end); rows; numbers (i32, number_count a row); words
 * (u16 length, then bytes; the first is empty, so that 0 is none); checks (XXH3 of each block after the header's).
 *
 * `current` is text: "claimline-codes" TAB 2; a line an edition (set, edition, file, first day, last day, codes, rows, headers,
 * never, source, SHA-256 of the source, importer, instant, records read, of them passed over: twice, reserved, continued), fields between
 * tabs; 1 is the same without the last four, and is read; at last "end" TAB XXH3 of all before, in hex.
 */
#ifndef CLAIMLINE_CODESET_FORMAT_H
#define CLAIMLINE_CODESET_FORMAT_H

#include "common/codeset/codeset.h"

enum {
    CODESET_BLOCK_BYTES = 16384,
    CODESET_ALIGN = 64,
    CODESET_BASE = 40,
    CODESET_POINTER_BYTES_MAX = 1 << 20,
};
#define CODESET_MAGIC "CLCODES1"
#define CODESET_ORDER 0x0102030405060708ull
#define CODESET_CURRENT "current"
#define CODESET_NEXT "next" /* before it is renamed */
#define CODESET_FILE_END ".codes"

struct codeset_section {
    uint64_t offset, bytes;
};

enum codeset_part { PART_KEYS, PART_INDEX, PART_STARTS, PART_ROWS, PART_NUMBERS, PART_WORDS, PART_CHECKS, PART_COUNT };

struct codeset_file_header {
    char magic[8];
    uint64_t order;
    struct codeset_about about;
    uint32_t index_characters, block_bytes;
    struct codeset_section parts[PART_COUNT];
    uint64_t checks_digest; /* XXH3 of the part of checks */
    uint64_t digest;        /* XXH3 of this header up to here */
};

/* Entries of the index for a number of characters. */
static inline uint64_t
codeset_index_entries(uint32_t characters)
{
    uint64_t entries = 1;
    for (uint32_t i = 0; i < characters; i++)
        entries *= CODESET_BASE;
    return entries;
}

/* What the first characters are divided by. */
static inline uint64_t
codeset_index_divisor(uint32_t characters)
{
    uint64_t divisor = 1;
    for (uint32_t i = characters; i < CODESET_KEY_LENGTH; i++)
        divisor *= CODESET_BASE;
    return divisor;
}

#endif
