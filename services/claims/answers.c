/* What comes back of claims that were passed on: rejections before adjudication, and denials with a coding
 * cause. */
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "services/claims/edits.h"

bool
claims_status_is_coding(struct text status)
{
    /* Claim status codes (external code list 508): principal diagnosis, diagnosis, modifier, procedure,
     * diagnosis pointer, diagnoses for the services, HCPCS. */
    static const char *const codes[] = {"254", "255", "453", "454", "477", "488", "507"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (text_is(status, codes[i]))
            return true;
    return false;
}

/* The row goes back to a coder with its finding. */
static enum status
query(struct step *step, struct claim_row *row, uint32_t cause, struct text body)
{
    row->stage = CLAIM_STAGE_QUERIED;
    claims_row_put(step, row);
    return claims_ask_coding(step, row, cause, body);
}

/* Told by submission, which records the event; a claim that stands elsewhere by now was answered before. */
enum status
claims_take_answer(struct step *step, const void *record)
{
    const struct claim_answer *answer = record;
    struct arena *arena = step_arena(step);
    struct claim_row row;
    if (answer->answer != ANSWER_KIND_REJECTED)
        return STATUS_OK;
    enum status status = claims_row_get(step, answer->identity.claim_id, answer->identity.version, &row);
    if (status == STATUS_NOT_FOUND)
        return step_refuse(step, STATUS_INVALID, "no claim of this version was built here");
    if (status != STATUS_OK || row.stage != CLAIM_STAGE_PASSED_ON)
        return status;
    bool coding = claims_status_is_coding(answer->status);
    struct text detail =
        arena_print(arena, "%.*s:%.*s%s%.*s", TEXT_ARGS(answer->category), TEXT_ARGS(answer->status),
                    answer->entity.length > 0 ? ":" : "", TEXT_ARGS(answer->entity));
    claims_finding_keep(&row, coding ? FINDING_CLAIMS_REJECTED_CODING : FINDING_CLAIMS_REJECTED,
                        TEXT("claim"), detail, arena);
    if (coding)
        return query(step, &row, QUERY_CAUSE_REJECTION, row.body);
    struct claim_work work = {.rejected = true, .category = answer->category, .status = answer->status};
    row.stage = CLAIM_STAGE_REJECTED;
    claims_row_put(step, &row);
    claims_work_put(step, &row, &work);
    return STATUS_OK;
}

/* The body as the next version shall begin: a replacement of what the payer knows by its own number. */
static enum status
replacement(struct step *step, const struct claim_row *row, struct text original, struct text *bytes)
{
    struct claim_body body;
    if (record_read(&record_claim_body, row->body, step_arena(step), &body, NULL) != STATUS_OK)
        return STATUS_CORRUPT; /* it was read when it was built */
    if (original.length > 0) {
        body.frequency = TEXT("7");
        body.original_reference = original;
    }
    return record_write(&record_claim_body, &body, step_arena(step), bytes, NULL);
}

/* Several lines of one claim may be denied: each asks, and the questions join in coding. A version whose
 * successor is here was answered already. */
enum status
claims_take_denial(struct step *step, const void *record)
{
    const struct denial_notice *notice = record;
    struct arena *arena = step_arena(step);
    struct claim_row row, next;
    struct text body, place = TEXT("claim");
    enum status status = claims_row_get(step, notice->identity.claim_id, notice->identity.version, &row);
    if (status == STATUS_NOT_FOUND)
        return step_refuse(step, STATUS_INVALID, "no claim of this version was built here");
    if (status != STATUS_OK || row.stage == CLAIM_STAGE_ENDED || row.stage == CLAIM_STAGE_CORRECTED)
        return status;
    if (row.clm01.length == 0)
        return step_refuse(step, STATUS_INVALID, "this version of the claim was not sent");
    status = claims_row_get(step, notice->identity.claim_id, notice->identity.version + 1, &next);
    if (status != STATUS_NOT_FOUND)
        return status;
    status = replacement(step, &row, notice->payer_control_number, &body);
    if (status != STATUS_OK)
        return status;
    if (row.stage == CLAIM_STAGE_REJECTED) {
        struct store_key key = claims_key(row.identity.claim_id, row.identity.version);
        step_delete(step, CLAIMS_WORK, store_key_text(&key));
    }
    if (notice->line != 0)
        place = arena_print(arena, "line %u", (unsigned)notice->line);
    claims_finding_keep(&row, FINDING_CLAIMS_DENIED, place,
                        arena_print(arena, "%.*s-%.*s", TEXT_ARGS(notice->group), TEXT_ARGS(notice->reason)),
                        arena);
    return query(step, &row, QUERY_CAUSE_DENIAL, body);
}
