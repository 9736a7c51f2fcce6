/* The plan: tables, keys, and the order of work on a file. */
#include "services/intake/intake.h"

#include "common/clock/clock.h"
#include "common/file/file.h"
#include "common/log/log.h"
#include "schemas/records/event.h"
#include "schemas/streams.h"
#include "services/intake/bundle.h"

enum { GUARD_BEHIND = 256 * 1024 };
enum { AGAIN_MICROSECONDS = 1000 * 1000, BUSY_MICROSECONDS = 100 * 1000, CHAIN_MICROSECONDS = 50 * 1000 };

static bool
take_first(void *context, struct text key, struct text value)
{
    (void)value;
    *(uint64_t *)context = store_u64(key, 0);
    return false;
}

/* The oldest file that is not done. */
static enum status
find_open(struct service *service, struct intake_state *state)
{
    struct arena scratch;
    uint64_t number = 0;
    arena_init(&scratch, 0);
    enum status status =
        service_scan(service, INTAKE_OPEN, (struct text){0}, (struct text){0}, &scratch, take_first, &number);
    arena_free(&scratch);
    if (status != STATUS_OK)
        return status;
    if (number == 0)
        return STATUS_NOT_FOUND;
    arena_reset(&state->arena);
    return intake_read_row(service, number, &state->arena, &state->row);
}

/* Reads the row again; true when it has come to the stage. A file that was not recorded before is found by
 * its digest. */
static bool
reached(struct service *service, struct intake_state *state, uint32_t stage)
{
    struct arena scratch;
    struct file_row row;
    uint64_t number = state->row.number;
    arena_init(&scratch, 0);
    enum status status = STATUS_OK;
    if (number == 0)
        status = intake_find_digest(service, (const uint8_t *)state->row.digest.data, &number);
    if (status == STATUS_NOT_FOUND) {
        arena_free(&scratch);
        return false;
    }
    if (status == STATUS_OK)
        status = intake_read_row(service, number, &scratch, &row);
    bool there = status == STATUS_OK && row.stage >= stage;
    arena_free(&scratch);
    if (status != STATUS_OK)
        state->failed = status;
    else if (there)
        find_open(service, state);
    return there;
}

static void
end_work(struct intake_state *state)
{
    receive_end(state->receive);
    judge_end(state->judge);
    walk_end(state->walk);
    state->receive = NULL;
    state->judge = NULL;
    state->walk = NULL;
}

/* Trouble outside the batch. A full disk waits, and so does a folder that cannot be read or written, which are said
 * (spool_trouble), and a file that somebody still writes to; the rest ends the process by the next step. What is on its way begins anew from what is durable. */
static int64_t
meet_trouble(struct intake_state *state, enum status status)
{
    end_work(state);
    state->stage = STAGE_IDLE;
    if (status == STATUS_FULL || status == STATUS_RETRY || status == STATUS_BUSY || status == STATUS_IO) {
        state->stuck = status == STATUS_IO;
        state->no_room = status == STATUS_FULL;
        state->again = clock_ticks() + AGAIN_MICROSECONDS;
        return AGAIN_MICROSECONDS;
    }
    state->failed = status;
    return 0;
}

enum { GO_ON = -1 };

static int64_t
poll_idle(struct service *service, struct intake_state *state)
{
    enum status status = find_open(service, state);
    if (status == STATUS_OK) {
        state->stage = state->row.stage == FILE_STAGE_RECEIVED ? STAGE_JUDGING : STAGE_TAKING;
        return GO_ON;
    }
    if (status != STATUS_NOT_FOUND)
        return meet_trouble(state, status);
    if (service_busy(service))
        return BUSY_MICROSECONDS;
    status = receive_begin(service, &state->receive);
    if (status == STATUS_NOT_FOUND) {
        state->stuck = state->no_room = false;
        return service_config_number(service, "look");
    }
    if (status != STATUS_OK)
        return meet_trouble(state, status);
    arena_reset(&state->arena);
    state->row = (struct file_row){0};
    state->stage = STAGE_RECEIVING;
    return GO_ON;
}

/* The same bytes under another name: a receipt that names the first, nothing else. */
static enum status
answer_same(struct service *service, struct intake_state *state)
{
    struct file_row first;
    enum status status = intake_read_row(service, state->row.number, &state->arena, &first);
    if (status == STATUS_OK)
        status = receipt_write_same(service, &state->row, &first);
    if (status == STATUS_OK)
        status = spool_settle(&state->folders, state->row.name, false);
    return status;
}

static int64_t
poll_receiving(struct service *service, struct intake_state *state)
{
    enum status status = receive_slice(service, state->receive, &state->arena, &state->row);
    if (status == STATUS_RETRY)
        return 1;
    receive_end(state->receive);
    state->receive = NULL;
    if (status == STATUS_CONFLICT) {
        status = answer_same(service, state);
        if (status != STATUS_OK)
            return meet_trouble(state, status);
        state->stage = STAGE_IDLE;
        return GO_ON;
    }
    if (status != STATUS_OK)
        return meet_trouble(state, status);
    state->stage = STAGE_JUDGING;
    return GO_ON;
}

static int64_t
poll_judging(struct service *service, struct intake_state *state)
{
    enum status status = STATUS_OK;
    if (state->row.format == INPUT_FORMAT_FHIR)
        status = bundle_judge(service, &state->arena, &state->row);
    else if (state->judge == NULL)
        status = judge_begin(service, &state->row, &state->judge);
    if (status == STATUS_OK && state->judge != NULL)
        status = judge_slice(state->judge, &state->arena, &state->row);
    if (status == STATUS_RETRY)
        return 1;
    if (status != STATUS_OK)
        return meet_trouble(state, status);
    judge_end(state->judge);
    state->judge = NULL;
    state->stage = STAGE_JUDGED;
    return GO_ON;
}

static int64_t
poll_taking(struct service *service, struct intake_state *state)
{
    enum status status = STATUS_OK;
    if (state->walk == NULL)
        status = walk_begin(service, &state->row, &state->walk);
    if (status == STATUS_OK)
        status = walk_slice(state->walk);
    if (status == STATUS_OK)
        return 0;
    if (status == STATUS_RETRY)
        return 1;
    if (status != STATUS_NOT_FOUND)
        return meet_trouble(state, status);
    state->stage = STAGE_FINISHING;
    return GO_ON;
}

static int64_t
poll_finishing(struct intake_state *state)
{
    enum status status = walk_finish(state->walk);
    if (status == STATUS_OK && state->row.source != ENCOUNTER_SOURCE_API)
        status = spool_settle(&state->folders, state->row.name, state->row.refused);
    else if (status == STATUS_OK)
        status = file_sync_folder(state->row.refused ? state->folders.refused : state->folders.done);
    if (status != STATUS_OK)
        return meet_trouble(state, status);
    state->stage = STAGE_FINISHED;
    return GO_ON;
}

/* After the verdict: from the store, since the API may have recorded the same bytes meanwhile. */
static int64_t
poll_judged(struct service *service, struct intake_state *state)
{
    bool recorded = state->row.number != 0;
    if (!reached(service, state, recorded ? FILE_STAGE_JUDGED : FILE_STAGE_RECEIVED))
        return 0;
    state->stage = STAGE_IDLE;
    return GO_ON;
}

/* Has the last step become durable? */
static int64_t
poll_finished(struct service *service, struct intake_state *state)
{
    if (!reached(service, state, FILE_STAGE_DONE))
        return 0;
    end_work(state);
    state->stuck = state->no_room = false;
    state->stage = STAGE_IDLE;
    return GO_ON;
}

static int64_t
poll_stage(struct service *service, struct intake_state *state)
{
    switch (state->stage) {
    case STAGE_IDLE:
        return poll_idle(service, state);
    case STAGE_RECEIVING:
        return poll_receiving(service, state);
    case STAGE_JUDGING:
        return poll_judging(service, state);
    case STAGE_JUDGED:
        return poll_judged(service, state);
    case STAGE_TAKING:
        return poll_taking(service, state);
    case STAGE_FINISHING:
        return poll_finishing(state);
    case STAGE_FINISHED:
        return poll_finished(service, state);
    }
    return 0;
}

static int64_t
files_poll(struct service *service)
{
    struct intake_state *state = service_state(service);
    int64_t began = clock_ticks(), wait = GO_ON;
    if (began < state->again)
        return state->again - began;
    while (wait == GO_ON && state->failed == STATUS_OK) {
        wait = poll_stage(service, state);
        if (wait == GO_ON && clock_ticks() - began > CHAIN_MICROSECONDS)
            wait = 1;
    }
    return state->failed != STATUS_OK ? 0 : wait;
}

/* The row of the file: of a file of the folder it is made now, of an API request it is there. NOT_FOUND: all
 * was done. */
static enum status
row_to_judge(struct step *step, const struct intake_state *state, struct file_row *row)
{
    *row = state->row;
    if (row->number == 0) {
        struct text known;
        enum status status = step_get(step, INTAKE_DIGESTS, row->digest, &known);
        if (status == STATUS_NOT_FOUND)
            intake_put_received(step, row);
        return status == STATUS_OK ? STATUS_NOT_FOUND : status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    struct store_key key = intake_number_key(row->number);
    struct file_row now;
    enum status status = step_get_record(step, INTAKE_FILES, store_key_text(&key), &record_file_row, &now);
    if (status != STATUS_OK)
        return status;
    return now.stage == FILE_STAGE_RECEIVED ? STATUS_OK : STATUS_NOT_FOUND;
}

/* The verdict of pass 1, with the numbers that the rest of the work stands on. */
static enum status
step_judged(struct step *step, struct intake_state *state)
{
    struct file_row row;
    uint64_t first;
    enum status status = row_to_judge(step, state, &row);
    if (status != STATUS_OK)
        return status;
    struct store_key key = intake_number_key(row.number);
    row.stage = FILE_STAGE_JUDGED;
    row.judged = step_time(step);
    row.first_claim = (uint64_t)step_counter(step, COUNTER_CLAIMS) + 1;
    row.control = (uint64_t)step_counter(step, COUNTER_CONTROL) + 1;
    service_log_range(step_service(step), INTAKE_JUDGEMENTS, &first, &row.first_judgement);
    step_count(step, COUNTER_CLAIMS, (int64_t)row.claims);
    step_count(step, COUNTER_CONTROL, 3 * (int64_t)row.interchanges_count);
    if (row.claims > 0) {
        struct store_key claim = intake_number_key(row.first_claim);
        step_put(step, INTAKE_CLAIMS, store_key_text(&claim), store_key_text(&key));
    }
    step_put_record(step, INTAKE_FILES, store_key_text(&key), &record_file_row, &row);
    return STATUS_OK;
}

static enum status
step_finished(struct step *step, struct intake_state *state)
{
    struct store_key key = intake_number_key(state->row.number);
    struct service *service = step_service(step);
    struct file_row row;
    enum status status = step_get_record(step, INTAKE_FILES, store_key_text(&key), &record_file_row, &row);
    if (status != STATUS_OK)
        return status;
    if (row.stage == FILE_STAGE_DONE)
        return STATUS_NOT_FOUND;
    row.stage = FILE_STAGE_DONE;
    row.done = step_time(step);
    walk_counts(state->walk, &row.accepted_claims, &row.refused_claims);
    if (row.refused)
        step_count(step, COUNTER_FILES_REFUSED, 1);
    if (row.accepted_claims == 0) /* the same bytes are judged again: what refused them may have been mended here */
        step_delete(step, INTAKE_DIGESTS, row.digest);
    step_put_record(step, INTAKE_FILES, store_key_text(&key), &record_file_row, &row);
    step_delete(step, INTAKE_OPEN, store_key_text(&key));
    store_log_forget(service_store(service), service_table(service, INTAKE_JUDGEMENTS),
                     row.first_judgement + row.claims);
    return STATUS_OK;
}

static enum status
files_step(struct step *step)
{
    struct intake_state *state = step_state(step);
    if (state->failed != STATUS_OK)
        return state->failed;
    switch (state->stage) {
    case STAGE_JUDGED:
        return step_judged(step, state);
    case STAGE_TAKING:
        return state->walk == NULL ? STATUS_NOT_FOUND : walk_step(state->walk, step);
    case STAGE_FINISHED:
        return step_finished(step, state);
    case STAGE_IDLE:
    case STAGE_RECEIVING:
    case STAGE_JUDGING:
    case STAGE_FINISHING:
        break;
    }
    return STATUS_NOT_FOUND;
}

static enum status
start(struct service *service, char reason[512])
{
    struct intake_state *state = service_state(service);
    arena_init(&state->arena, 0);
    enum status status = spool_open(service, &state->folders, reason);
    return status == STATUS_OK ? api_open(service, reason) : status;
}

static void
stop(struct service *service)
{
    struct intake_state *state = service_state(service);
    end_work(state);
    api_close(service);
    arena_free(&state->arena);
}

/* A batch is gone: a walk that ran ahead of the store begins anew. The other stages look at the store
 * themselves. */
static void
dropped(struct service *service)
{
    struct intake_state *state = service_state(service);
    if (state->walk != NULL && state->stage == STAGE_TAKING && !walk_in_step(state->walk)) {
        walk_end(state->walk);
        state->walk = NULL;
    }
}

static struct text
sentence_now(struct service *service, struct arena *arena)
{
    const struct intake_state *state = service_state(service);
    int64_t files = service_counter(service, COUNTER_FILES), claims = service_counter(service, COUNTER_TAKEN);
    if (service_busy(service))
        return TEXT("no room: new files wait in the folder, the API answers busy");
    if (state->stage == STAGE_IDLE)
        return arena_print(arena, "waiting for files; %lld taken with %lld accepted claims", (long long)files,
                           (long long)claims);
    return arena_print(arena, "working on file %llu; %lld claims accepted so far",
                       (unsigned long long)state->row.number, (long long)claims);
}

/* Of the file being worked on: the others lie in the folder and were not taken yet. */
static int64_t
oldest(struct service *service, struct arena *arena)
{
    const struct intake_state *state = service_state(service);
    (void)arena;
    return state->stage == STAGE_IDLE ? 0 : state->row.received;
}

static const struct config_key keys[] = {
    {"intake", "spool", CONFIG_PATH, "", 0, 400, NULL,
     "Folder where files appear by rename; empty: STATE/intake/spool. Answers lie in its done/ and "
     "refused/."},
    {"intake", "look", CONFIG_DURATION, "50ms", 1000, 60 * CLOCK_SECOND, NULL,
     "How often the folder is looked at."},
    {"intake", "accept_test", CONFIG_BOOL, "no", 0, 0, NULL, "Take interchanges marked as test (ISA15 T)."},
    {"intake", "api", CONFIG_BOOL, "yes", 0, 0, NULL, "Serve the ZeroMQ API (RUNTIME/api/intake.sock)."},
    {"intake", "name", CONFIG_TEXT, "CLAIMLINE", 1, 60, NULL, "Our name in acknowledgements."},
    {"intake", "etin", CONFIG_TEXT, "CLAIMLINE", 1, 80, NULL, "Our identifier in acknowledgements."},
};
static const struct store_table tables[INTAKE_TABLES] = {
    [INTAKE_FILES] = {"intake.files", STORE_ORDERED, 1, 1, 0},
    [INTAKE_OPEN] = {"intake.open", STORE_ORDERED, 1, 1, 0},
    [INTAKE_DIGESTS] = {"intake.digests", STORE_GUARD, 1, 1, 0},
    [INTAKE_REFERENCES] = {"intake.references", STORE_GUARD, 1, 1, 0},
    [INTAKE_GUARD] = {"intake.guard", STORE_GUARD, 1, 1, GUARD_BEHIND},
    [INTAKE_JUDGEMENTS] = {"intake.judgements", STORE_LOG, 1, 2, 0},
    [INTAKE_CLAIMS] = {"intake.claims", STORE_ORDERED, 1, 1, 0},
    [INTAKE_STAYS] = {"intake.stays", STORE_ORDERED, 1, 1, 0},
    [INTAKE_STAY_OF] = {"intake.stay_of", STORE_ORDERED, 1, 1, 0},
};
static const struct service_input inputs[] = {{STREAM_CODING_INTAKE, &record_hold_notice, take_hold_notice}};
static const uint16_t outputs[] = {STREAM_INTAKE_CODING, STREAM_INTAKE_EVENTS};
static const struct service_source sources[] = {
    {.name = "api", .poll = api_poll, .step = api_step}, /* says busy itself */
    {.name = "files", .poll = files_poll, .step = files_step, .takes_input = true},
};
static const struct service_verb verbs[] = {
    {"file.list", verb_file_list, NULL},
    {"file.show", verb_file_show, NULL},
    {"refused.files", verb_refused_files, NULL},
    {"claim.show", verb_claim_show, NULL},
};
static const char *const counters[INTAKE_COUNTERS] = {
    [COUNTER_TAKEN] = "taken",
    [COUNTER_PASSED_ON] = "passed_on",
    [COUNTER_FILES] = "files",
    [COUNTER_CLAIMS] = "claims",
    [COUNTER_CONTROL] = "answer_control",
    [COUNTER_CLAIMS_REFUSED] = "claims_refused",
    [COUNTER_FILES_REFUSED] = "files_refused",
    [COUNTER_REPLACED] = "claims_replaced",
};

const struct service_plan intake_plan = {
    .name = "intake",
    .sentence = "takes encounters in, answers what it took, passes them on to coding",
    SERVICE_LIST(key, keys),
    SERVICE_LIST(table, tables),
    SERVICE_LIST(input, inputs),
    SERVICE_LIST(output, outputs),
    SERVICE_LIST(verb, verbs),
    SERVICE_LIST(source, sources),
    SERVICE_LIST(counter, counters),
    .state_size = sizeof(struct intake_state),
    .start = start,
    .stop = stop,
    .dropped = dropped,
    .sentence_now = sentence_now,
    .oldest = oldest,
    .trouble = spool_trouble,
};
