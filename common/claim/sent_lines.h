/*
 * The service lines of a claim (2400) as they go to the payer, for who must know them again in his answers: by LX01, our line control
 * number (REF*6R), procedure with modifiers, revenue code and charge.
 */
#ifndef CLAIMLINE_SENT_LINES_H
#define CLAIMLINE_SENT_LINES_H

#include "common/arena/arena.h"
#include "schemas/records/claim.h"
#include "schemas/records/claim_body.h"

/* body->lines_count of them, in the arena; texts lie where those of the body do. */
struct sent_line *sent_lines_of(const struct claim_body *body, struct arena *arena);

#endif
