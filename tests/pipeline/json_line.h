/* Names and values of one line of JSON, as far as the checker needs them: nesting is flattened, escapes stay.
 */
#ifndef CLAIMLINE_TESTS_PIPELINE_JSON_LINE_H
#define CLAIMLINE_TESTS_PIPELINE_JSON_LINE_H

#include <stdbool.h>

#include "tests/pipeline/segment.h"

struct json_pair {
    struct slice name;
    struct slice
        value; /* without its quotes when it is a string; objects and arrays give no pair of their own */
    bool string;
};

struct json_line {
    const char *at;
    const char *end;
};

/* The next pair of the line, or false at its end or where it is no JSON. */
bool json_line_next(struct json_line *line, struct json_pair *pair);

#endif
