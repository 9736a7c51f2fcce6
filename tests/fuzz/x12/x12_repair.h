/* Counts and control numbers that agree again, so that a change is judged for itself and not for its
 * envelope. */
#ifndef CLAIMLINE_FUZZ_X12_REPAIR_H
#define CLAIMLINE_FUZZ_X12_REPAIR_H

#include "tests/fuzz/x12/x12_pieces.h"

/* SE01 and SE02, GE01 and GE02, IEA01 and IEA02. */
void x12_repair_envelope(struct x12_pieces *pieces);
/* HL01 counts within a set, HL02 names the level above, LX01 counts within a claim or level. */
void x12_repair_levels(struct x12_pieces *pieces);

#endif
