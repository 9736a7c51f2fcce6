/*
 * What was sent of each claim version (SUBMISSION_SENT). Claims whose ids follow each other mostly go into the same interchange and are
 * answered in the same file, so SENT_SHARE of them share a row: key claim id / SENT_SHARE u64, value one entry behind the other, each
 * the claim's place in the row u8, version u16, length u16, the packed sent_row. Rows of older builds (key claim id u64, version
 * u32) are read as well.
 */
#ifndef CLAIMLINE_SUBMISSION_SENT_H
#define CLAIMLINE_SUBMISSION_SENT_H

#include "common/service/service.h"
#include "schemas/records/submission_state.h"

enum { SENT_SHARE = 8 };

/* In a step; texts in its arena. OK, NOT_FOUND, CORRUPT. */
enum status sent_get(struct step *step, uint64_t claim_id, uint64_t version, struct sent_row *sent);
/* As of the last commit; texts in the arena. */
enum status sent_show(struct service *service, uint64_t claim_id, uint64_t version, struct arena *arena, struct sent_row *sent);
/* Puts them, new or in the place of what stood there; quickest when the ids of a row follow each other. OK, CORRUPT. */
enum status sent_put(struct step *step, const struct sent_row *sent, size_t count);

#endif
