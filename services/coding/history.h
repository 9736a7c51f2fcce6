/*
 * What people did: a row for each code changed and for each act on a held claim, by claim and, through an index, by person.
 * Rows are only ever added.
 */
#ifndef CLAIMLINE_CODING_HISTORY_H
#define CLAIMLINE_CODING_HISTORY_H

#include "common/service/service.h"
#include "schemas/records/coding.h"

enum { HISTORY_TEXT_BYTES = 1000, HISTORY_PERSON_BYTES = 64 };

/* Adds the row behind what stands there of the claim. Actor, instant and reason are those of the step; texts are cut to
 * their bounds. */
void history_add(struct step *step, uint64_t claim_id, const struct code_change *row);
/* The person of an actor: the name that was given ("web as anna": anna), else the login. Points into `actor`. */
struct text history_person(struct text actor);
/* The person of the running act. */
struct text history_actor(struct step *step);
/* Key of the first row of the claim; that of the claim behind it ends its rows. */
struct store_key history_claim_key(uint64_t claim_id);
/* Key in the index of the person's first row from that instant on. */
struct store_key history_person_key(struct text person, int64_t instant);
/* The claim, and the key in the table of changes, of a key of the index. False when it is none of that person. */
bool history_indexed(struct text key, struct text person, struct store_key *row);

#endif
