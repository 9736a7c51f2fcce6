/* A claim version is judged with the profiles as they are, and goes on, back to coding, or waits for a
 * biller. */
#include "common/control_number/control_number.h"
#include "common/date/date.h"
#include "schemas/findings.h"
#include "schemas/streams.h"
#include "services/claims/claims.h"
#include "services/claims/coverage.h"
#include "services/claims/edits.h"
#include "services/claims/fill.h"
#include "services/claims/proof.h"

enum { PLACE_BYTES = 60, DETAIL_BYTES = 120 };

struct judging {
    struct step *step;
    struct claim_row *row;
    const struct claims_order *order;
    const struct payer *payer;
    struct claim_body body;
    struct text clm01; /* that it will have */
    struct findings findings;
    bool coding; /* a finding is a coder's to answer */
};

static struct text
bounded(struct text t, size_t limit)
{
    if (t.length > limit)
        t.length = limit;
    return t;
}

void
claims_finding_keep(struct claim_row *row, uint16_t number, struct text place, struct text detail,
                    struct arena *arena)
{
    struct claim_finding *one = ARENA_ARRAY(arena, struct claim_finding, 1);
    *one = (struct claim_finding){
        .number = number, .place = bounded(place, PLACE_BYTES), .detail = bounded(detail, DETAIL_BYTES)};
    row->findings = one;
    row->findings_count = 1;
}

/* A diagnosis is known by its code, which is the finding's value: an answer may have given it another number. */
static bool
same_place(struct text asked, struct text place)
{
    struct text noun = TEXT("diagnosis ");
    return text_equal(asked, place) || (text_starts(asked, noun) && text_starts(place, noun));
}

/* Was this asked of the coder about the version before, who let it stand? Then a biller decides. */
static bool
answered(const struct claim_row *before, const struct finding *finding)
{
    for (uint32_t i = 0; before != NULL && i < before->findings_count; i++) {
        const struct claim_finding *asked = &before->findings[i];
        if (asked->number == finding->kind->number && same_place(asked->place, finding->place) &&
            text_equal(asked->detail, finding->detail))
            return true;
    }
    return false;
}

/* Is it in the way? A warning is not. */
static bool
stops(const struct judging *j, const struct finding *finding)
{
    if (finding->kind->number == FINDING_CLAIMS_ELIGIBILITY_SILENT)
        return j->payer->eligibility_holds || text_is(finding->place, COVERAGE_UNASKED);
    return finding->kind->severity > FINDING_WARNING;
}

static bool
stops_any(const struct judging *j)
{
    bool any = false;
    for (uint32_t i = 0; i < j->findings.count; i++)
        any |= stops(j, &j->findings.items[i]);
    return any;
}

/* Is it a coder's to answer? */
static bool
is_coding(const struct judging *j, const struct finding *finding)
{
    return stops(j, finding) && (edits_is_coding(finding->kind->number) || proof_is_coding(finding)) &&
           !answered(j->order->before, finding);
}

/* Into the row, what stops the claim first. */
static void
keep_findings(struct judging *j)
{
    struct claim_row *row = j->row;
    row->findings_count = 0;
    row->findings = NULL;
    if (j->findings.count == 0)
        return;
    row->findings = ARENA_ARRAY(step_arena(j->step), struct claim_finding, CLAIMS_FINDINGS_KEPT);
    for (int stopping = 1; stopping >= 0; stopping--)
        for (uint32_t i = 0; i < j->findings.count && row->findings_count < CLAIMS_FINDINGS_KEPT; i++) {
            const struct finding *finding = &j->findings.items[i];
            if (stops(j, finding) == (stopping != 0))
                row->findings[row->findings_count++] = (struct claim_finding){.number = finding->kind->number,
                                                                              .place = bounded(finding->place, PLACE_BYTES),
                                                                              .detail = bounded(finding->detail, DETAIL_BYTES),
                                                                              .coding = is_coding(j, finding)};
        }
}

static enum status
edit_event(struct judging *j)
{
    struct event event = {.identity = j->row->identity,
                          .kind = EVENT_KIND_CLAIM_EDIT,
                          .cents = j->row->total_cents,
                          .number = j->row->findings[0].number,
                          .code = j->row->payer,
                          .detail = j->coding ? TEXT("coder") : TEXT("biller")};
    return step_event(j->step, &event);
}

/* ---- to coding ---- */

enum status
claims_ask_coding(struct step *step, const struct claim_row *row, uint32_t cause, struct text body)
{
    enum status status = STATUS_OK;
    uint32_t asked = 0;
    for (uint32_t i = 0; i < row->findings_count && asked < CLAIMS_QUERIES_LIMIT && status == STATUS_OK;
         i++) {
        const struct claim_finding *finding = &row->findings[i];
        if (cause == QUERY_CAUSE_PAYER_EDIT && !finding->coding)
            continue;
        struct coding_query query = {.identity = row->identity,
                                     .cause = cause,
                                     .finding = finding->number,
                                     .place = finding->place,
                                     .detail = finding->detail,
                                     .body = body,
                                     .received = row->received,
                                     .local_date = row->local_date,
                                     .sender = row->sender};
        status = step_emit(step, STREAM_CLAIMS_CODING, &record_coding_query, &query);
        asked++;
    }
    return status;
}

/* The answer makes the next version in coding; this one is accounted for. */
static enum status
ask(struct judging *j)
{
    j->row->stage = CLAIM_STAGE_QUERIED;
    step_count(j->step, CLAIMS_ENDED, 1);
    claims_row_put(j->step, j->row);
    enum status status = edit_event(j);
    if (status != STATUS_OK)
        return status;
    return claims_ask_coding(j->step, j->row, QUERY_CAUSE_PAYER_EDIT, j->row->body);
}

/* ---- to a biller ---- */

static enum status
hold(struct judging *j)
{
    j->row->stage = CLAIM_STAGE_HELD;
    if (j->order->dry)
        return STATUS_OK;
    struct claim_work work = {0};
    step_count(j->step, CLAIMS_HELD, 1);
    claims_row_put(j->step, j->row);
    claims_work_put(j->step, j->row, &work);
    return edit_event(j);
}

/* ---- to submission ---- */

static enum status
build(struct judging *j)
{
    struct claim_row *row = j->row;
    row->stage = CLAIM_STAGE_PASSED_ON;
    row->clm01 = j->clm01;
    row->built = step_time(j->step);
    struct claim claim = {.identity = row->identity,
                          .clm01 = row->clm01,
                          .payer = row->payer,
                          .total_cents = row->total_cents,
                          .body = row->body,
                          .received = row->received,
                          .sender = row->sender,
                          .due_date = row->due_date,
                          .corrects = edits_is_correction(&j->body) ? row->identity.version - 1 : 0};
    struct event event = {.identity = row->identity,
                          .kind = EVENT_KIND_CLAIM_BUILT,
                          .cents = row->total_cents,
                          .code = row->payer,
                          .detail = row->clm01};
    step_count(j->step, CLAIMS_PASSED_ON, 1);
    claims_row_put(j->step, row);
    enum status status = step_event(j->step, &event);
    return status == STATUS_OK ? step_emit(j->step, STREAM_CLAIMS_SUBMISSION, &record_claim, &claim) : status;
}

/* ---- the judgement ---- */

/* The profile's part; the packed body stays as it came when nothing was filled in. */
static enum status
complete(struct judging *j)
{
    const struct claims *state = step_state(j->step);
    const struct provider *provider = NULL;
    if (state->providers != NULL && j->body.billing.id.length > 0)
        provider = provider_by_npi(state->providers, j->body.billing.id);
    if (provider == NULL || !fill_billing(&j->body.billing, provider))
        return STATUS_OK;
    enum status status = record_write(&record_claim_body, &j->body, step_arena(j->step), &j->row->body, NULL);
    return status == STATUS_OK ? STATUS_OK
                               : step_refuse(j->step, status, "the completed claim is out of its bounds");
}

/* The number under which the payer will know the claim. */
static struct text
number_of(const struct judging *j)
{
    char buffer[CONTROL_NUMBER_BYTES];
    struct control_number number = {.cell = service_cell(step_service(j->step)),
                                    .claim_id = j->row->identity.claim_id,
                                    .version = (uint16_t)j->row->identity.version};
    return arena_copy(step_arena(j->step), control_number_compose(&number, buffer));
}

/* What the profile's keys and rows say; a biller may let his part of it be. */
static void
apply_edits(struct judging *j)
{
    struct edits_case c = {.body = &j->body, .payer = j->payer, .due_date = j->row->due_date};
    uint32_t kept = 0;
    c.today = service_local_date(step_service(j->step), step_time(j->step));
    edits_find(&c, &j->findings);
    proof_find(&(struct proof){.body = &j->body, .payer = j->payer, .clm01 = j->clm01, .today = c.today}, &j->findings);
    for (uint32_t i = 0; i < j->findings.count; i++) {
        struct finding *finding = &j->findings.items[i];
        bool coding = is_coding(j, finding);
        if (stops(j, finding) && !coding && j->order->release)
            continue;
        j->coding |= coding;
        j->findings.items[kept++] = *finding;
    }
    j->findings.count = kept;
}

/* Asked only when no coder must look first; not when a biller lets the claim go, nor about a claim that the payer has and that
 * is to be replaced or voided. */
static enum status
check_eligibility(struct judging *j)
{
    struct claims_eligibility_case c = {.body = &j->body, .payer = j->payer, .anew = j->order->anew};
    if (j->payer == NULL || !j->payer->eligibility || j->coding || j->order->release ||
        edits_is_correction(&j->body))
        return STATUS_OK;
    return claims_eligibility(j->step, j->row, &c, &j->findings);
}

enum status
claims_judge(struct step *step, struct claim_row *row, const struct claims_order *order)
{
    const struct claims *state = step_state(step);
    struct judging j = {.step = step, .row = row, .order = order};
    if (record_read(&record_claim_body, row->body, step_arena(step), &j.body, NULL) != STATUS_OK)
        return step_refuse(step, STATUS_INVALID, "the body is not a claim");
    findings_init(&j.findings, step_arena(step));
    row->total_cents = j.body.total_cents;
    j.clm01 = number_of(&j);
    j.payer = payer_by_id(state->payers, j.body.payer.id);
    if (j.payer == NULL) {
        row->payer = (struct text){0};
        findings_add(&j.findings, FINDING_CLAIMS_PAYER_UNKNOWN, TEXT("payer"), j.body.payer.id);
    } else {
        int32_t last = edits_last_service(&j.body);
        row->payer = j.payer->name;
        row->due_date = last == 0 ? 0 : date_add_days(last, (int32_t)j.payer->timely_filing_days);
        enum status status = complete(&j);
        if (status != STATUS_OK)
            return status;
        apply_edits(&j);
    }
    row->stage = 0;
    enum status status = check_eligibility(&j);
    if (status != STATUS_OK || row->stage == CLAIM_STAGE_WAITING)
        return status;
    keep_findings(&j);
    if (j.coding)
        return ask(&j);
    return stops_any(&j) ? hold(&j) : build(&j);
}
