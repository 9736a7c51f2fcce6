/* The plan of the claims daemon: what comes in, and where it goes. */
#include "services/claims/claims.h"

#include "schemas/streams.h"

#include <stdio.h>

struct store_key
claims_key(uint64_t claim_id, uint64_t version)
{
    return store_key_u32(store_key_u64(store_key(), claim_id), (uint32_t)version);
}

enum status
claims_row_get(struct step *step, uint64_t claim_id, uint64_t version, struct claim_row *row)
{
    struct store_key key = claims_key(claim_id, version);
    return step_get_record(step, CLAIMS_ROWS, store_key_text(&key), &record_claim_row, row);
}

void
claims_row_put(struct step *step, const struct claim_row *row)
{
    struct store_key key = claims_key(row->identity.claim_id, row->identity.version);
    step_put_record(step, CLAIMS_ROWS, store_key_text(&key), &record_claim_row, row);
}

void
claims_work_put(struct step *step, const struct claim_row *row, struct claim_work *work)
{
    struct store_key key = claims_key(row->identity.claim_id, row->identity.version);
    work->identity = row->identity;
    work->finding = row->findings[0].number;
    work->place = row->findings[0].place;
    work->detail = row->findings[0].detail;
    work->since = step_time(step);
    work->total_cents = row->total_cents;
    work->due_date = row->due_date;
    work->payer = row->payer;
    step_put_record(step, CLAIMS_WORK, store_key_text(&key), &record_claim_work, work);
}

static enum status
take_coded(struct step *step, const void *record)
{
    const struct coded_encounter *coded = record;
    struct claim_row before, row = {.identity = coded->identity,
                                    .received = coded->received,
                                    .local_date = coded->local_date,
                                    .sender = coded->sender,
                                    .body = coded->body,
                                    .expected_cents = coded->expected_cents,
                                    .expected_lines = coded->expected_lines};
    struct claims_order order = {0};
    step_count(step, CLAIMS_TAKEN, 1);
    /* Intake numbers claims once; later versions are made here and in coding, and must not meet. */
    if (row.identity.version > 1) {
        enum status status = claims_row_get(step, row.identity.claim_id, row.identity.version, &before);
        if (status == STATUS_OK)
            return step_refuse(step, STATUS_INVALID, "this version of the claim is here already");
        if (status == STATUS_NOT_FOUND)
            status = claims_row_get(step, row.identity.claim_id, row.identity.version - 1, &before);
        if (status == STATUS_OK)
            order.before = &before;
        else if (status != STATUS_NOT_FOUND)
            return status;
    }
    return claims_judge(step, &row, &order);
}

static enum status
start(struct service *service, char reason[512])
{
    struct claims *state = service_state(service);
    char folder[700];
    enum status status = payers_load_beside(service_config_folder(service), &state->payers, reason);
    if (status != STATUS_OK)
        return status;
    snprintf(folder, sizeof folder, "%s/providers", service_config_folder(service));
    status = providers_load(folder, &state->providers, reason);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void
stop(struct service *service)
{
    struct claims *state = service_state(service);
    payers_free(state->payers);
    providers_free(state->providers);
}

static struct text
sentence_now(struct service *service, struct arena *arena)
{
    const struct claims *state = service_state(service);
    return arena_print(arena, "%lld claims wait for a biller; %zu payer profiles",
                       (long long)service_counter(service, CLAIMS_HELD), state->payers->count);
}

static int64_t
oldest(struct service *service, struct arena *arena)
{
    struct claim_work work;
    enum status status = service_first(service, CLAIMS_WORK, (struct text){0}, arena, NULL, &record_claim_work, &work);
    return status == STATUS_OK ? work.since : 0;
}

static const struct store_table tables[CLAIMS_TABLE_COUNT] = {
    [CLAIMS_ROWS] = {"claims.rows", STORE_ORDERED, 1, 2, 0},
    [CLAIMS_WORK] = {"claims.work", STORE_ORDERED, 1, 1, 0},
    [CLAIMS_SUBSCRIBERS] = {"claims.subscribers", STORE_ORDERED, 1, 1, 0},
    [CLAIMS_WAITING] = {"claims.waiting", STORE_ORDERED, 1, 1, 0},
};
static const struct service_input inputs[] = {
    {STREAM_REMITTANCE_CLAIMS, &record_denial_notice, claims_take_denial},
    {STREAM_REMITTANCE_CLAIMS, &record_status_wish, claims_take_wish},
    {STREAM_REMITTANCE_CLAIMS, &record_status_settled, claims_take_settled},
    {STREAM_SUBMISSION_CLAIMS, &record_claim_answer, claims_take_answer},
    {STREAM_SUBMISSION_CLAIMS, &record_eligibility_answer, claims_take_eligibility},
    {STREAM_CODING_CLAIMS, &record_coded_encounter, take_coded},
};
static const uint16_t outputs[] = {STREAM_CLAIMS_SUBMISSION, STREAM_CLAIMS_CODING, STREAM_CLAIMS_EVENTS};
static const struct service_due dues[] = {
    {CLAIMS_DUE_SILENT, "a payer's word on a patient", claims_eligibility_silent},
    {CLAIMS_DUE_GO_ON, "claims that waited for it", claims_eligibility_go_on},
};
static const struct service_verb verbs[] = {{"work.list", claims_work_list, NULL},
                                            {"work.show", claims_work_show, NULL},
                                            {"work.answer", NULL, claims_work_answer},
                                            {"claim.show", claims_claim_show, NULL}};
static const char *const counters[CLAIMS_COUNTER_COUNT] = {"taken", "made",   "passed_on", "ended",
                                                           "held",  "queued", "refused"};

const struct service_plan claims_plan = {
    .name = "claims",
    .sentence = "builds claims by the rules of their payers",
    SERVICE_LIST(table, tables),
    SERVICE_LIST(input, inputs),
    SERVICE_LIST(output, outputs),
    SERVICE_LIST(due, dues),
    SERVICE_LIST(verb, verbs),
    SERVICE_LIST(counter, counters),
    .state_size = sizeof(struct claims),
    .start = start,
    .stop = stop,
    .sentence_now = sentence_now,
    .oldest = oldest,
};
