/* Temporary folders of tests: unique for each process, so that Criterion's parallel tests do not meet. */
#ifndef CLAIMLINE_TESTS_FOLDER_H
#define CLAIMLINE_TESTS_FOLDER_H

#include "common/text/text.h"

/* A fresh folder under TMPDIR (or /tmp), kept in `path`. */
void folder_make(char path[256]);
/* Deletes it and everything in it. */
void folder_remove(const char *path);
/* A credentials folder inside it, with one 32-byte key file 0400 of the given name. */
void folder_make_key(const char *folder, const char *name);
/* True when any regular file below `folder` holds `needle`. */
bool folder_holds(const char *folder, struct text needle);

#endif
