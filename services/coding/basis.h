/*
 * What a judgement did not go by: the rules that could not be assessed and why, and those that are switched off. Kept once for all
 * claims of which it was the same; a verdict (held claim, released claim, event coding_passed) names its key.
 */
#ifndef CLAIMLINE_CODING_BASIS_H
#define CLAIMLINE_CODING_BASIS_H

#include "common/service/service.h"
#include "schemas/records/coding.h"
#include "services/coding/steps/coding.h"

enum { BASIS_CACHE = 1024 };

/* The key, its row put when it has none; 0: every rule that applies was assessed, and none is switched off. */
uint64_t basis_keep(struct step *step, const struct coding_run *run);
/* As a record, for a judgement that is not kept. */
struct coding_basis basis_of(const struct coding_run *run, struct arena *arena);
/* False: there is no such row. */
bool basis_find(struct service *service, uint64_t key, struct arena *arena, struct coding_basis *basis);

#endif
