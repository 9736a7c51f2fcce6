/*
 * Bytes that may be more than should lie in memory: up to a bound they are memory, above it a mapped file without a
 * name, which the kernel may write out and drop. Private to common/duplicate.
 */
#ifndef CLAIMLINE_DUPLICATE_SPACE_H
#define CLAIMLINE_DUPLICATE_SPACE_H

#include "common/status/status.h"

#include <stdbool.h>
#include <stddef.h>

struct duplicate_space {
    char *bytes; /* zeroed when made */
    size_t length;
    bool in_file;
};

/* `length` > 0. The file is made in `folder`, has no name there (or loses it at once), and its blocks are reserved, so
 * that a full disk is told here. FULL, IO. */
enum status duplicate_space_make(struct duplicate_space *space, size_t length, size_t memory_bytes, const char *folder);
/* Also of one that was never made (all zero). */
void duplicate_space_free(struct duplicate_space *space);

#endif
