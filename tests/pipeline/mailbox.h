/* Files of the payer's folder: read whole, written so that they appear whole. */
#ifndef CLAIMLINE_TESTS_PIPELINE_MAILBOX_H
#define CLAIMLINE_TESTS_PIPELINE_MAILBOX_H

#include <stdbool.h>

#include "tests/pipeline/pen.h"

/* Replaces what the pen holds by the file's bytes. 0 or an errno value. */
int mailbox_load(struct pen *pen, const char *path);
/* Writes PATH.tmp and renames it to PATH; synced when `sync`. 0 or an errno value. */
int mailbox_store(const char *path, const char *bytes, size_t length, bool sync);
/* Names in the folder that end in .x12 and do not begin with a dot, sorted. NULL-terminated, to be given to
 * mailbox_free_names; NULL when the folder cannot be read (errno says why). */
char **mailbox_names(const char *folder);
void mailbox_free_names(char **names);

#endif
