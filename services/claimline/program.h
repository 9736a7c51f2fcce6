/* The daemons' programs, run for a moment: --init, --check-config. */
#ifndef CLAIMLINE_PROGRAM_H
#define CLAIMLINE_PROGRAM_H

#include "services/claimline/claimline.h"

enum { PROGRAM_WORDS_BYTES = 700 };

/* Path of claimline-DAEMON: beside this program, in ../libexec/claimline of it, or where it is installed.
 * NULL when it is nowhere. In the run's arena. */
const char *program_find(struct claimline *run, const char *daemon);
/* Runs `path --config FILE OPTION` with CREDENTIALS_DIRECTORY (NULL: as it is) and waits. Its exit code, or
 * -1 when it could not be run or was killed; `words` is the first of what it said on standard error, on one
 * line. */
int program_run(struct claimline *run, const char *path, const char *option, const char *credentials,
                char words[PROGRAM_WORDS_BYTES]);

#endif
