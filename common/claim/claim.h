/*
 * Where a claim version stands, judged from its events alone. The table answers for every pair of state and event
 * kind (schemas/records/event.rec); nobody else decides where a claim is: the timeline, the claim list and the tests
 * all ask it.
 *
 * Events of one claim come in causal order, but an answer may overtake another that it does not depend on (a 277CA
 * read after the 835). So what is merely late is ignored, money always counts for a claim that was ever fixed for
 * sending, and what cannot follow is a contradiction: the state stays, and the reader says so.
 */
#ifndef CLAIMLINE_CLAIM_H
#define CLAIMLINE_CLAIM_H

#include "common/text/text.h"
#include "schemas/records/event.h"

enum claim_state {
    CLAIM_NONE,          /* no event yet */
    CLAIM_RECEIVED,      /* intake has it */
    CLAIM_REFUSED,       /* intake refused it */
    CLAIM_HELD,          /* waits for a coder */
    CLAIM_CODED,         /* coding passed or released it */
    CLAIM_BUILT,         /* CLM01 given */
    CLAIM_EDIT,          /* held by a payer edit */
    CLAIM_BATCHED,       /* numbers, file and bytes fixed */
    CLAIM_SENT,          /* handed over */
    CLAIM_ACKNOWLEDGED,  /* 999 accepted its set */
    CLAIM_SET_REJECTED,  /* 999 rejected its set; it goes out again */
    CLAIM_ACCEPTED,      /* 277CA accepted it */
    CLAIM_REJECTED,      /* 277CA rejected it */
    CLAIM_SILENT,        /* no answer within the payer's usual time */
    CLAIM_PAID,
    CLAIM_REDUCED,       /* paid, with patient responsibility or less than expected */
    CLAIM_PARTLY_DENIED,
    CLAIM_DENIED,
    CLAIM_REVERSED,      /* the payer took its decision back; a new one is to come */
    CLAIM_ENDED,         /* ended without payment */
    CLAIM_STATE_COUNT
};

enum claim_answer_class { CLAIM_MOVES, CLAIM_IGNORED, CLAIM_CONTRADICTION };

/* Is the claim still somebody's to move: ours, a coder's, or the payer's to answer? False after a payment, a
 * refusal or an end; a denial is open, because somebody must act. */
bool claim_state_is_open(enum claim_state state);
/* Did a payer decide on it: paid, reduced, denied, partly denied? */
bool claim_state_is_decided(enum claim_state state);

/* Lower case with underscores, for answers and JSON. Static memory. */
const char *claim_state_name(enum claim_state state);
/* One sentence for people. */
const char *claim_state_sentence(enum claim_state state);
/* By name; false when there is none. */
bool claim_state_parse(struct text name, enum claim_state *state);

/* The cell of the table. `*next` is the state afterwards, the same unless the claim moves (it may move to the same).
 * An event kind of a newer version is ignored. */
enum claim_answer_class claim_state_next(enum claim_state state, uint32_t event_kind, enum claim_state *next);

#endif
