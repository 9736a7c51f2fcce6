/* The pieces that all of the payer's answers are made of. */
#ifndef CLAIMLINE_TESTS_PIPELINE_ANSWER_TEXT_H
#define CLAIMLINE_TESTS_PIPELINE_ANSWER_TEXT_H

#include "tests/pipeline/answer.h"

void answer_text_slice(struct pen *pen, struct slice slice);
/* A composite of the claim file, with our component separator. */
void answer_text_composite(struct pen *pen, struct slice slice, char separator);
void answer_text_date(struct pen *pen, int32_t date);
/* The envelope, back to the sender. ISA empties the pen. */
void answer_text_isa(struct pen *pen, const struct claim_file *file, const struct stamp *stamp);
void answer_text_gs(struct pen *pen, const struct claim_file *file, const struct stamp *stamp,
                    const char *kind, const char *version);
/* Starts counting segments; `version` is NULL where ST has no ST03. */
void answer_text_st(struct pen *pen, const char *kind, uint32_t set, const char *version);
void answer_text_se(struct pen *pen, uint32_t set);
void answer_text_iea(struct pen *pen, uint32_t groups, const struct stamp *stamp);
/* GE and IEA of an interchange with one group. */
void answer_text_ge(struct pen *pen, uint32_t sets, const struct stamp *stamp);
/* The payer's own number of a claim or set: the interchange and the place in it, from 0. */
void answer_text_payer_number(struct pen *pen, const struct stamp *stamp, uint32_t claim);

#endif
