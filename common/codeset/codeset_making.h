/* A builder from within. Private to common/codeset. */
#ifndef CLAIMLINE_CODESET_MAKING_H
#define CLAIMLINE_CODESET_MAKING_H

#include "common/codeset/codeset_builder.h"
#include "common/codeset/codeset_format.h"

struct codeset_gathered {
    uint64_t first;
    struct codeset_row row;
    uint32_t number; /* in the order of giving: where its numbers stand */
};

struct codeset_builder {
    struct codeset_about about;
    struct codeset_gathered *rows;
    size_t count, room;
    bool sorted;
    int32_t *numbers; /* number_count a row, in the order of giving */
    char *words;      /* as they will stand in the file */
    size_t words_bytes, words_room;
    uint32_t *slots; /* a hash table of offsets into words */
    size_t slot_count, slot_room;
    struct codeset_read read;
    char cleaned[CODESET_WORDS_LIMIT];
};

/* By first, second, from, kind, then as given. For qsort. */
int codeset_gathered_order(const void *left, const void *right);

#endif
