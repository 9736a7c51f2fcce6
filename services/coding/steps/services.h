/*
 * Facts about kinds of service (schemas/coding-services.tsv): what is a visit, an operation, a test; where it is given; which
 * modifiers go with it and with each other. Keys are those of codeset_key.
 */
#ifndef CLAIMLINE_CODING_SERVICES_H
#define CLAIMLINE_CODING_SERVICES_H

#include "schemas/coding_services.h"
#include "services/coding/steps/coding.h"

/* The rows of a table whose spans hold a procedure on a day, one after another: `*at` is 0 before the first. NULL: no more. */
const struct coding_service *coding_service_next(enum coding_service_table table, uint64_t procedure, int32_t day, unsigned *at);
/* Is there one? */
bool coding_service_is(enum coding_service_table table, uint64_t procedure, int32_t day);
/* Is the value among those of the row? 0 is none. */
bool coding_service_says(const struct coding_service *row, uint64_t value);
/* Is the value among those of any row of the table, on that day? */
bool coding_service_lists(enum coding_service_table table, uint64_t value, int32_t day);

/* The row that says of two modifiers that they do not stand on one line; NULL: none does. */
const struct coding_service *coding_modifiers_apart(uint64_t first, uint64_t second, int32_t day);

/* A line as the rules about services see it. */
struct coding_line {
    const struct service_line *line;
    uint32_t ordinal; /* from 1 */
    int32_t day;      /* 0: not known */
    uint64_t procedure;    /* key; 0: none */
    uint64_t modifiers[4]; /* keys; 0: none */
    uint64_t place;        /* key of the line's place of service, else of the claim's; 0 of an institutional claim */
};
/* `index` from 0. */
struct coding_line coding_line_of(const struct coding_case *c, uint32_t index);
bool coding_line_has(const struct coding_line *line, uint64_t modifier);

/* The key of a code that is known here: CODING_KEY("QW"). */
#define CODING_KEY(code) codeset_key(TEXT(code))

#endif
