/* The known name that a mistyped one most likely means, for "did you mean". */
#ifndef CLAIMLINE_NEAREST_H
#define CLAIMLINE_NEAREST_H

#include "common/text/text.h"

enum { NEAREST_NAME_LIMIT = 64 };

/* Single changes (insert, delete, replace, swap of neighbours) from one to the other; names over
 * NEAREST_NAME_LIMIT are as far as can be. */
size_t nearest_distance(struct text a, struct text b);
/* The nearest of `names`, the first of equals; NULL when none is near enough (a third of the longer one, at
 * least one). */
const char *nearest_name(struct text word, const char *const *names, size_t count);

#endif
