/*
 * Questions to payers: 276 about a claim, 270 about a subscriber. They wait in SUBMISSION_QUESTIONS for others of their kind
 * and payer, become an interchange as claims do (fixed, staged, handed over), and are known again in the answer by their
 * trace number (TRN02), which is never given twice.
 *
 * inquiry.c does what both kinds share; status_inquiry.c and eligibility_inquiry.c know what stands in them. Internal to
 * services/submission.
 */
#ifndef CLAIMLINE_SUBMISSION_INQUIRY_H
#define CLAIMLINE_SUBMISSION_INQUIRY_H

#include "common/x12/map/x12_inquiry.h"
#include "services/submission/submission.h"

/* An interchange of questions that is being made. */
struct inquiry_making {
    struct step *step;
    const struct payer *payer;
    uint32_t kind; /* INTERCHANGE_KIND_... */
    uint64_t number, control;
    uint64_t first_trace, last_trace; /* of the questions so far */
    uint64_t sequence;                /* of the question at hand, on the stream of claims */
    struct x12_inquiry set;
    struct arena arena; /* of one question */
};

/* Trace numbers: Q, the number with cell and check character as in a CLM01. False: not one of ours. */
struct text inquiry_trace(struct step *step, uint64_t number);
bool inquiry_trace_parse(struct text trace, uint64_t *number);

/* A question came: it waits for its payer's next interchange of this kind. */
enum status inquiry_take(struct step *step, uint32_t kind, struct text payer);
/* The question of a trace, when it was put to this payer; NOT_FOUND. */
enum status inquiry_find(struct step *step, struct text payer, struct text trace, uint32_t kind, uint64_t *number,
                         struct asked_row *row);
void inquiry_put(struct step *step, uint64_t number, const struct asked_row *row);
/* The questions of a rejected interchange are in the one that takes its place: their answers are its. */
enum status inquiry_move(struct step *step, const struct outgoing_interchange *old, struct outgoing_interchange *row);
/* Who is asked and who asks, by the payer's profile. */
struct party inquiry_payer(const struct payer *payer);
struct party inquiry_submitter(const struct payer *payer);
/* A level of an answer that refuses all questions of an interchange, named by BHT03: NOT_FOUND when it is none of ours. */
enum status inquiry_interchange(struct step *step, struct text payer, struct text reference, struct outgoing_interchange *row);

/* One packed question into the set under this trace, and what follows of it: rows, event. INVALID: it cannot be written, and
 * nothing was. */
enum status status_inquiry_add(struct inquiry_making *making, struct text packed, uint64_t trace);
/* It could not: work, or the answer that there is none. */
enum status status_inquiry_drop(struct inquiry_making *making, struct text packed);

/* status_reply.c: what is known of the claim; a row of its own when nothing is. */
enum status status_row_get(struct step *step, const struct identity *identity, struct text clm01, struct text payer,
                           struct status_row *row);
void status_row_put(struct step *step, const struct status_row *row);
/* The open work that questions and answers about the claim made; NOT_FOUND: none, or a person has answered it. */
enum status status_work_get(struct step *step, const struct status_row *row, struct submission_work *work);

enum status eligibility_inquiry_add(struct inquiry_making *making, struct text packed, uint64_t trace);
enum status eligibility_inquiry_drop(struct inquiry_making *making, struct text packed);

#endif
