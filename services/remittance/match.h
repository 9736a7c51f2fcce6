/*
 * Which line that we sent a line of the remittance answers: by our line control number (REF*6R); else by procedure,
 * modifiers and charge, as billed (SVC06 where the payer judged another code); else by procedure and charge, modifiers
 * dropped. An institutional line is told from another with the same procedure by its revenue code (SVC04), one without a
 * procedure by the revenue code in its place (SVC01 with NU), and one that the payer answers by revenue code alone by
 * that. A sent line answers one line of the remittance, but a payer may split a line and name it by REF*6R again.
 */
#ifndef CLAIMLINE_REMITTANCE_MATCH_H
#define CLAIMLINE_REMITTANCE_MATCH_H

#include "common/text/text.h"
#include "schemas/records/claim.h"
#include "schemas/records/remittance.h"

enum { MATCH_NONE = UINT32_MAX };

/* `matches` has room for `count`: the index of the sent line, or MATCH_NONE. Returns how many were not matched. */
uint32_t match_lines(const struct sent_line *sent, uint32_t sent_count, const struct remittance_line *lines,
                     uint32_t count, uint32_t *matches);

#endif
