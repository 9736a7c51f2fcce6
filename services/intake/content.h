/* Reading a taken file's sealed content from its beginning, as an X12 source. */
#ifndef CLAIMLINE_INTAKE_CONTENT_H
#define CLAIMLINE_INTAKE_CONTENT_H

#include "common/file/file.h"
#include "services/intake/intake.h"

struct content {
    struct file_reader *reader;
    struct text rest; /* of the chunk read last */
};

/* CORRUPT also when the content file is gone. */
enum status content_open(struct service *service, const struct file_row *row, struct content *content);
/* An x12_source. */
enum status content_source(void *context, char *buffer, size_t room, size_t *got);
void content_close(struct content *content);
/* After pass 2: it is not soon read again. */
void content_close_last(struct content *content);

#endif
