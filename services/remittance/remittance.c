/* The plan of the remittance daemon. */
#include "services/remittance/remittance.h"

#include "common/clock/clock.h"
#include "schemas/streams.h"

static const struct config_key keys[] = {
    {"remittance", "rest_wait", CONFIG_DURATION, "2d", CLOCK_SECOND, 60 * CLOCK_DAY, NULL,
     "How long the pieces of a payment wait for the rest before they become work."},
};

static const struct store_table tables[REMITTANCE_TABLE_COUNT] = {
    [REMITTANCE_ITEMS] = {.name = "items", .kind = STORE_ORDERED, .format = 2}, /* 1: none knew up to where they fell silent */
    [REMITTANCE_CHUNKS] = {.name = "chunks", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [REMITTANCE_UNITS] = {.name = "units", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [REMITTANCE_SETS] = {.name = "sets", .kind = STORE_ORDERED, .format = 1},
    [REMITTANCE_GUARDS] = {.name = "guards", .kind = STORE_GUARD, .format = 1},
    [REMITTANCE_LEDGER] = {.name = "ledger", .kind = STORE_LOG, .format = 1},
    [REMITTANCE_WORK] = {.name = "work", .kind = STORE_ORDERED, .format = 1},
    [REMITTANCE_DONE] = {.name = "done", .kind = STORE_ORDERED, .format = 1},
    [REMITTANCE_BUCKETS] = {.name = "buckets", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [REMITTANCE_EARLY] = {.name = "early", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [REMITTANCE_PAYMENTS] = {.name = "payments", .kind = STORE_ORDERED, .format = 1},
    [REMITTANCE_PIECE_CLAIMS] = {.name = "piece_claims", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [REMITTANCE_ASKING] = {.name = "asking", .kind = STORE_ORDERED, .format = 1, .retention = 1},
    [REMITTANCE_READY] = {.name = "ready", .kind = STORE_ORDERED, .format = 1, .retention = 1},
};

static const struct service_input inputs[] = {
    {STREAM_SUBMISSION_REMITTANCE, &record_claim_sent, item_handle_sent},
    {STREAM_SUBMISSION_REMITTANCE, &record_claim_answer, item_handle_answer},
    {STREAM_SUBMISSION_REMITTANCE, &record_claims_accepted, item_handle_accepted},
    {STREAM_SUBMISSION_REMITTANCE, &record_remit_chunk, unit_handle_chunk},
};

static const uint16_t outputs[] = {STREAM_REMITTANCE_CLAIMS, STREAM_REMITTANCE_EVENTS};

static const struct service_due dues[] = {{REMITTANCE_DUE_SILENCE, "silence", item_handle_silence},
                                          {REMITTANCE_DUE_REST, "the rest of a payment", pieces_handle_rest},
                                          {REMITTANCE_DUE_ASKING, "a question to a payer", asking_handle}};

static int64_t
oldest(struct service *service, struct arena *arena)
{
    struct remit_work work;
    enum status status =
        service_first(service, REMITTANCE_WORK, (struct text){0}, arena, NULL, &record_remit_work, &work);
    return status == STATUS_OK ? work.opened : 0;
}

static const struct service_source sources[] = {{.name = "remittances", .poll = unit_poll, .step = unit_step}};

static const char *const counters[REMITTANCE_COUNTER_COUNT] = {
    [REMITTANCE_TAKEN] = "taken",
    [REMITTANCE_MADE] = "made",
    [REMITTANCE_PASSED_ON] = "passed_on",
    [REMITTANCE_ENDED] = "ended",
    [REMITTANCE_HELD] = "held",
    [REMITTANCE_QUEUED] = "queued",
    [REMITTANCE_REFUSED] = "refused",
    [REMITTANCE_DEBITS_CENTS] = "debits_cents",
    [REMITTANCE_CREDITS_CENTS] = "credits_cents",
    [REMITTANCE_WORK_NUMBER] = "work_number",
    [REMITTANCE_WORK_OPEN] = "work_open",
    [REMITTANCE_ACCOUNTS] = "account_none",
    [REMITTANCE_ACCOUNTS + LEDGER_RECEIVABLE] = "receivable_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_CHARGES] = "charges_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_CASH] = "cash_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_CLEARING] = "clearing_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_CONTRACTUAL] = "contractual_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_DENIED] = "denied_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_PATIENT] = "patient_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_PROVIDER_LEVEL] = "provider_level_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_OTHER_REDUCTION] = "other_reduction_cents",
    [REMITTANCE_ACCOUNTS + LEDGER_WRITE_OFF] = "write_off_cents",
    [REMITTANCE_SILENT_UP_TO] = "silent_up_to",
};

static enum status
start(struct service *service, char reason[512])
{
    struct remittance *state = service_state(service);
    enum status status = payers_load_beside(service_config_folder(service), &state->payers, reason);
    for (size_t i = 0; status == STATUS_OK && i < state->payers->count; i++)
        state->asks |= state->payers->items[i].status_inquiry;
    return status;
}

static void
stop(struct service *service)
{
    struct remittance *state = service_state(service);
    unit_forget(state);
    staged_clear(&state->staged);
    payers_free(state->payers);
    state->payers = NULL;
}

static void
dropped(struct service *service)
{
    struct remittance *state = service_state(service);
    reading_free(state->reading);
    state->reading = NULL;
    state->bucket.hour = 0;
    staged_clear(&state->staged);
}

static struct text
sentence_now(struct service *service, struct arena *arena)
{
    return arena_print(arena, "%lld claims await their payer, %lld work items are open",
                       (long long)service_counter(service, REMITTANCE_QUEUED),
                       (long long)service_counter(service, REMITTANCE_WORK_OPEN));
}

const struct service_plan remittance_plan = {
    .name = "remittance",
    .sentence = "reads the payers' 835, posts payments to the ledger, makes denials and silence work",
    SERVICE_LIST(key, keys),
    SERVICE_LIST(table, tables),
    SERVICE_LIST(input, inputs),
    SERVICE_LIST(output, outputs),
    SERVICE_LIST(due, dues),
    SERVICE_LIST(verb, remittance_verbs),
    SERVICE_LIST(source, sources),
    SERVICE_LIST(counter, counters),
    .state_size = sizeof(struct remittance),
    .start = start,
    .stop = stop,
    .dropped = dropped,
    .sentence_now = sentence_now,
    .oldest = oldest,
    .work_table = 1 + REMITTANCE_WORK,
};
