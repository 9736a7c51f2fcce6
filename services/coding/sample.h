/*
 * Audits: a seeded random sample of what a person released, or of what was released of a department; a second review that does
 * not see the first one's codes; how far both agree. Of claims that a person answered: one that passed by itself leaves no row.
 */
#ifndef CLAIMLINE_CODING_SAMPLE_H
#define CLAIMLINE_CODING_SAMPLE_H

#include "common/service/service.h"
#include "schemas/records/coding.h"

/* Row of the index by department; called with each release. */
void sample_released(struct step *step, const struct released_claim *released);

/* audit.sample: `coder` or `department`, `size`, `seed`, `from`, `to`. Draws and keeps it. */
service_act sample_draw;
/* audit.review: `id` of the sample, `claim`, `set.1` ... as in edit.h: diagnosis.N, line.N.procedure, line.N.modifier. Once a claim,
 * never by its coder. */
service_act sample_review;
/* audit.list; audit.show: the claims of `id`, without codes; audit.result: each code of the reviewed ones, then the rates. */
service_query sample_list, sample_show, sample_result;

#endif
