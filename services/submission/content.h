/*
 * Our sealed content files: sent interchanges, and what payers sent. What was just written is also kept in memory as it
 * was before it was sealed, so that who reads it within seconds need not read and open the file: up to CONTENT_RECENT_BYTES,
 * the oldest go first. After a start and after an aborted batch memory holds none, and the file is read.
 */
#ifndef CLAIMLINE_SUBMISSION_CONTENT_H
#define CLAIMLINE_SUBMISSION_CONTENT_H

#include "common/file/file.h"

enum { CONTENT_RECENT = 32, CONTENT_RECENT_BYTES = 16 << 20 };

struct content_recent {
    struct content_kept *kept[CONTENT_RECENT]; /* in the order of their coming */
    size_t count, bytes;
};

/* The file `name` was written whole and holds these bytes, malloc'd: they are the memory's from here on, or freed. */
void content_keep(struct content_recent *recent, const char *name, char *bytes, size_t length);
/* It is not read again soon. */
void content_let_go(struct content_recent *recent, struct text name);
void content_forget(struct content_recent *recent);

/* Reading, from memory or from the file: as file_open, file_read and file_seek. */
struct content_reader;
enum status content_open(struct content_recent *recent, struct seal *seal, const char *folder, struct text name,
                         struct content_reader **reader);
enum status content_read(struct content_reader *reader, struct text *chunk);
enum status content_seek(struct content_reader *reader, uint64_t offset);
/* `last`: as file_close_last. */
void content_close(struct content_reader *reader, bool last);

#endif
