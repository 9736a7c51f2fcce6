/* Published code sets, as the passes ask them. They lie in the folder that is open (editions.c); a pass only reads. */
#ifndef CLAIMLINE_CODING_SETS_H
#define CLAIMLINE_CODING_SETS_H

#include "common/codeset/codeset.h"

struct coding_sets {
    const struct codeset *sets[CODES_SET_COUNT]; /* NULL: no edition of it */
    const char *name;                            /* of this state of the folder; NULL: the starter edition alone */
    bool damaged;                                /* a file has changed on disk: nothing that was judged since counts */
};

/* Takes the sets out of an open folder; NULL: none. */
void coding_sets_take(struct coding_sets *sets, const struct codeset_folder *folder);
/* What is kept with a verdict, at most 32 bytes: the folder's name, or that of the starter edition. */
struct text coding_sets_name(const struct coding_sets *sets);

#endif
