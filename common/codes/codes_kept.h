/* What a user's files gave, by system. Private to common/codes. */
#ifndef CLAIMLINE_CODES_KEPT_H
#define CLAIMLINE_CODES_KEPT_H

#include "common/codes/codes_lists.h"

struct codes_kept {
    struct codes_list_row *rows; /* NULL: no file; else at least room for one */
    uint32_t count;
    int32_t from, to;
    bool complete;
    char edition[CODES_EDITION_BYTES];
};

struct codes_lists {
    struct codes_kept kept[CODES_SYSTEM_COUNT];
    struct codes_published published; /* ask NULL: none */
};

#endif
