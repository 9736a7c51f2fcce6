/* A payer says nothing of a claim: submission asks him, and must know whom the claim is about. */
#include "services/claims/claims.h"
#include "services/claims/subject.h"

#include "common/claim/sent_lines.h"
#include "schemas/records/question.h"
#include "schemas/streams.h"

/* Type of bill of an institutional claim: CLM05-1 and CLM05-3. */
static struct text
bill_type(const struct claim_body *body, struct arena *arena)
{
    if (body->form != CLAIM_FORM_INSTITUTIONAL || body->place_of_service.length != 2 || body->frequency.length != 1)
        return (struct text){0};
    return arena_print(arena, "%.*s%.*s", TEXT_ARGS(body->place_of_service), TEXT_ARGS(body->frequency));
}

/* A version that went back to coding, was rejected or ended meanwhile needs no question. */
enum status
claims_take_wish(struct step *step, const void *record)
{
    const struct status_wish *wish = record;
    struct claim_row row;
    struct claim_body body;
    enum status status = claims_row_get(step, wish->identity.claim_id, wish->identity.version, &row);
    if (status == STATUS_NOT_FOUND)
        return step_refuse(step, STATUS_INVALID, "no claim of this version was built here");
    if (status != STATUS_OK || row.stage != CLAIM_STAGE_PASSED_ON)
        return status;
    if (record_read(&record_claim_body, row.body, step_arena(step), &body, NULL) != STATUS_OK)
        return STATUS_CORRUPT; /* it was read when it was built */
    struct status_question question = {.identity = row.identity,
                                       .clm01 = row.clm01,
                                       .payer = row.payer,
                                       .total_cents = row.total_cents,
                                       .bill_type = bill_type(&body, step_arena(step)),
                                       .subject = subject_of(&body),
                                       .times = wish->times,
                                       .lines = sent_lines_of(&body, step_arena(step)),
                                       .lines_count = body.lines_count};
    return step_emit(step, STREAM_CLAIMS_SUBMISSION, &record_status_question, &question);
}

/* Behind the question on the same way, so that it never overtakes it. */
enum status
claims_take_settled(struct step *step, const void *record)
{
    return step_emit(step, STREAM_CLAIMS_SUBMISSION, &record_status_settled, record);
}
