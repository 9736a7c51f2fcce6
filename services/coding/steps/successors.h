/*
 * What stands in place of a diagnosis code that ended: all codes that the conversion table says it became, and all that it was divided
 * into. The table does not know those that say more than the old code did ("in remission"), and below a code there are not those that it
 * went to elsewhere.
 */
#ifndef CLAIMLINE_SUCCESSORS_H
#define CLAIMLINE_SUCCESSORS_H

#include "services/coding/steps/coding.h"

enum { SUCCESSORS_SAID = 8, SUCCESSORS_BYTES = 96 };

/* Those that may be billed on `day` in place of a code that ended on `ended` (or soon after), in their order with a blank between them,
 * terminated: at most SUCCESSORS_SAID, then "and 3 more". Empty: none is known. Looked for in the sets and edition of the case. */
void successors_say(const struct coding_case *c, struct text code, int32_t ended, int32_t day, char said[SUCCESSORS_BYTES]);

#endif
