/*
 * Open questions to a physician or a biller, a sentence a finding. A question to a physician names no diagnosis, no
 * procedure, no code, no expected answer and no money, and can be answered by words alone: "Guidelines for Achieving a
 * Compliant Query Practice" of AHIMA and ACDIS. What is not a matter of documentation has no question to the physician.
 */
#ifndef CLAIMLINE_CODING_QUESTION_H
#define CLAIMLINE_CODING_QUESTION_H

#include "common/text/text.h"
#include "schemas/records/coding.h"

#include <stddef.h>

struct question {
    uint16_t finding;
    const char *physician, *biller; /* NULL: this finding is no question to them */
};
extern const struct question question_table[];
extern const size_t question_count;

/* The sentence of the finding for that queue; empty when it has none. A finding that coding did not make (a payer's
 * edit, rejection or denial) has the general one. */
struct text question_for(enum work_queue queue, uint64_t finding);

/* To the biller, when a coder added lines. */
extern const char question_of_charges[];
/* Does the queue's question come from here? It names no claim then, and is no secret. */
bool question_is_ours(enum work_queue queue, uint64_t finding, struct text question);

#endif
