/* A file, or standard input as "-", as a source of bytes for the X12 engine. */
#ifndef CLAIMLINE_SOURCE_H
#define CLAIMLINE_SOURCE_H

#include "common/x12/x12_reader.h"
#include "services/claimline/claimline.h"

enum { SOURCE_HEAD_BYTES = 256 };

struct source {
    int fd;
    bool failed; /* reading gave an error */
    char head[SOURCE_HEAD_BYTES]; /* read ahead, and not yet given */
    size_t head_length;
};

/* False with words when it cannot be opened or is no file; then there is nothing to close. */
bool source_open(struct source *source, struct claimline *run, const char *file);
/* An x12_source; the context is the struct source. */
enum status source_read(void *context, char *buffer, size_t room, size_t *got);
/* The first bytes, at most SOURCE_HEAD_BYTES of them, before anything was read; they are given again by source_read. Their number. */
size_t source_head(struct source *source, char *head);
void source_close(struct source *source);

#endif
