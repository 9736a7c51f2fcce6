/* The relations that are built in, as scripts/generate-relations writes them. Private to common/codeset and its tests. */
#ifndef CLAIMLINE_CODESET_STARTER_H
#define CLAIMLINE_CODESET_STARTER_H

#include "common/codeset/codeset.h"

struct codeset_starter_row {
    const char *first, *second;
    const char *numbers; /* between blanks; "@J10" is the two numbers of a key, "@" those of none */
    const char *words;
    int32_t from, to;
    uint16_t kind;
};

struct codeset_starter_set {
    const char *name;
    const char *read; /* published editions in which the rows stand: "v37 v41.1" */
    int32_t from, to;
    const struct codeset_starter_row *rows;
    size_t count;
};

extern const struct codeset_starter_set codeset_starter_sets[];
extern const size_t codeset_starter_count;

#endif
