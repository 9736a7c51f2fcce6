/*
 * Which line of ours a service line of a 277 (2220D) is: the one whose line control number (REF*6R) is its REF*FJ; where we sent none, the
 * one with that LX01; else the one of the same procedure with modifiers, revenue code and charge, then without the modifiers. Each of
 * ours is found once by its content, but a payer may speak of it several times by its number.
 */
#ifndef CLAIMLINE_STATUS_LINES_H
#define CLAIMLINE_STATUS_LINES_H

#include "schemas/records/acknowledgement.h"
#include "schemas/records/claim.h"

/* numbers[i] is the LX01 of lines[i]; 0: none of ours. `taken`: sent_count of them, all false; room for the work. */
void status_lines_match(const struct sent_line *sent, uint32_t sent_count, const struct status_line *lines, uint32_t count,
                        bool *taken, uint64_t *numbers);

#endif
