/* The folder of code lists that `claimline check` judges with. */
#ifndef CLAIMLINE_CODE_FILES_H
#define CLAIMLINE_CODE_FILES_H

#include "common/codes/codes_lists.h"
#include "services/claimline/claimline.h"

/* Reads every file of `folder` (NULL: none, and only what is built in judges) whose name does not begin with a point, in the order
 * of their names. DONE: `*lists` is the caller's, to be freed. CANNOT with words, file and line: one of them is wrong. */
int code_files_read(struct claimline *run, const char *folder, struct codes_lists **lists);

#endif
