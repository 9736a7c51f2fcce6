/* How an edition lies in memory: what scripts/generate-codes writes. Included by common/codes alone. */
#ifndef CLAIMLINE_CODES_EDITION_H
#define CLAIMLINE_CODES_EDITION_H

#include "common/codes/codes.h"

enum { CODES_LENGTH_LIMIT = 8, CODES_BUCKETS = 36 * 36 };

/* A code's period. Rows are sorted by key, then period. */
struct codes_row {
    uint64_t key;    /* the code's bytes, big endian, padded with zero: sorts as the code does */
    uint32_t words;  /* offset into the edition's words; 0 = none */
    uint16_t period; /* index into periods */
    uint16_t header; /* not billable in this period */
};

struct codes_period {
    int32_t from, to; /* 0 = open */
};

struct codes_set_rows {
    const char *name;
    int32_t coverage_from, coverage_to;
    bool complete;
    const struct codes_row *rows;
    /* Where the codes begin whose first two characters, read in base 36, are at least the index; one more at the end. */
    const uint32_t *buckets;
};

struct codes_edition {
    const char *name;
    struct codes_set_rows sets[CODES_SET_COUNT];
    const struct codes_period *periods;
    const char *words;
    const struct codes_symptom *symptoms;
    uint32_t symptom_count;
    const struct codes_age *ages;
    uint32_t age_count;
};

extern const struct codes_edition codes_edition_starter;

#endif
