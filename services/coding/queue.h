/*
 * The queues of held claims. A claim waits for one at a time: the coder, the physician, the biller. Only the coder's answer
 * moves it on; a question to another one comes back with their words.
 */
#ifndef CLAIMLINE_CODING_QUEUE_H
#define CLAIMLINE_CODING_QUEUE_H

#include "common/service/service.h"
#include "schemas/records/coding.h"

/* That of the row; the coder's when it names none. */
enum work_queue queue_of(const struct held_claim *held);
/* The role in which the request acts on the row: the one it gives, else that of the row's queue. */
struct text queue_role(const struct control_request *request, const struct held_claim *held);
/* NULL, or why a request of this role may not do what is the queue's own (its answer). */
const char *queue_refusal(const struct control_request *request, const struct held_claim *held);
/* The reply of a physician or biller (work.answer, act reply), who may give it: recorded, the row put as it is in `held`, and the claim
 * is the coder's again. */
enum status queue_reply(struct step *step, const struct control_request *request, struct control_rows *rows,
                        struct held_claim *held);

/* The coder who added lines is done with the codes: the claim goes to the biller, who says what is charged for them. The row is put as it
 * is in `held`. */
enum status queue_ask_charges(struct step *step, const struct control_request *request, struct control_rows *rows,
                              struct held_claim *held);

service_act queue_assign, queue_release, queue_note, queue_query, queue_return;

#endif
