/* The interchange in which an answer goes back to the sender of a file: one at a time, with one group in it, numbered from 1 (what
 * `claimline check` writes is looked at, not sent). */
#ifndef CLAIMLINE_LETTER_H
#define CLAIMLINE_LETTER_H

#include "common/x12/check/x12_validate.h"
#include "common/x12/x12_writer.h"
#include "services/claimline/claimline.h"

#include <stdio.h>

struct letter {
    FILE *file;       /* NULL: this answer is not wanted */
    const char *path; /* of the command line */
    bool borrowed;    /* the run's own output ("-"): not to be closed */
    int32_t date;     /* of the answer, local */
    char time[5];
    struct x12_writer writer;
    bool open;
    uint64_t control; /* of the last one */
    uint32_t sets;
};

/* By an option that names the file; when it is not given nothing is opened. False, with words: cannot be written. The letter is
 * zeroed by the caller, and does not move once it is opened. */
bool letter_open(struct letter *letter, struct claimline *run, enum claimline_option option);
/* Begins an interchange to the sender of the one that `check` reads, unless one is begun. No functional id: without a group (TA1). */
void letter_begin(struct letter *letter, const struct x12_check *check, struct text functional, struct text version);
/* The control number of the next set, in `buffer`. */
struct text letter_next_set(struct letter *letter, char buffer[12]);
/* Ends the interchange, if one is begun. False when it could not be written. */
bool letter_end(struct letter *letter, bool with_group);
/* False when something could not be written. */
bool letter_close(struct letter *letter);

#endif
