/* The answers that `claimline check` writes: 999 of the sets, TA1 of interchanges that are rejected, 277CA of
 * the claims. */
#ifndef CLAIMLINE_ANSWER_H
#define CLAIMLINE_ANSWER_H

#include "common/x12/check/x12_validate.h"
#include "services/claimline/claimline.h"

struct answer;

/* By the options --999 and --277ca; NULL when neither is given. `*code` is CANNOT, with words, when a file
 * cannot be written. */
struct answer *answer_open(struct claimline *run, int *code);
/* A file begins: its first pass is told event by event. NULL answers are nothing, here and below. */
void answer_begin(struct answer *answer, const char *file);
void answer_event(struct answer *answer, const struct x12_check *check, enum x12_event event);
/* The second pass over the same file, for the 277CA, whose totals stand before its claims; codes, edits and what was
 * seen before are those of `judges`. */
void answer_claims(struct answer *answer, const struct x12_check_options *judges, int fd);
/* Writes what is left and frees. CANNOT with words when something could not be written. */
int answer_close(struct answer *answer);

#endif
