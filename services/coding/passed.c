#include "services/coding/passed.h"

#include "common/clock/clock.h"
#include "common/date/date.h"
#include "services/coding/plan.h"

#include <ctype.h>

enum { HEAD_BYTES = 8 + 4 + 4, PATIENT_LIMIT = 256 };
#define PRUNE_AGAIN (600 * CLOCK_SECOND)

/* ---- who the patient is ---- */

/* Letters and digits alone, in capitals: senders write a member's number with blanks or hyphens or without. */
static size_t
add_plain(char *message, size_t length, struct text field)
{
    for (size_t i = 0; i < field.length && length < PATIENT_LIMIT - 1; i++)
        if (isalnum((unsigned char)field.data[i]))
            message[length++] = (char)toupper((unsigned char)field.data[i]);
    message[length++] = '\n';
    return length;
}

static bool
find_patient(struct service *service, const struct claim_body *body, int32_t birth_date, uint8_t patient[PASSED_PATIENT_BYTES])
{
    char message[PATIENT_LIMIT + 32] = "patient\n", day[11];
    bool dependent = body->patient.relationship.length > 0;
    uint8_t digest[32];
    if (body->subscriber.person.id.length == 0 || birth_date == 0)
        return false;
    size_t length = add_plain(message, strlen(message), body->subscriber.person.id);
    length = add_plain(message, length, date_print(birth_date, day));
    if (dependent)
        length = add_plain(message, length, body->patient.person.first_name);
    seal_index(store_seal(service_store(service)), text_of(message, length), digest);
    memcpy(patient, digest, PASSED_PATIENT_BYTES);
    return true;
}

/* ---- rows ---- */

static struct store_key
row_key(uint64_t claim_id, uint32_t version)
{
    return store_key_u32(store_key_u64(store_key(), claim_id), version);
}

/* Where rows are read from. */
struct reader {
    struct step *step; /* NULL: for a query */
    struct service *service;
    struct arena *arena;
};

static enum status
read_row(const struct reader *reader, uint64_t claim_id, uint32_t version, const struct past_claim **row)
{
    struct store_key key = row_key(claim_id, version);
    struct past_claim *claim = ARENA_ARRAY(reader->arena, struct past_claim, 1);
    *row = claim;
    if (reader->step != NULL)
        return step_get_record(reader->step, CODING_HISTORY, store_key_text(&key), &record_past_claim, claim);
    return service_get_record(reader->service, CODING_HISTORY, store_key_text(&key), reader->arena, &record_past_claim, claim);
}

static enum status
read_head(const struct reader *reader, struct passed *passed)
{
    struct text value, key = text_of(passed->patient, PASSED_PATIENT_BYTES);
    enum status status = reader->step != NULL
                             ? step_get(reader->step, CODING_HISTORY_PATIENTS, key, &value)
                             : service_get(reader->service, CODING_HISTORY_PATIENTS, key, reader->arena, &value);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    if (value.length != HEAD_BYTES)
        return STATUS_CORRUPT;
    passed->newest = store_u64(value, 0);
    passed->newest_version = (uint32_t)store_u16(value, 8) << 16 | store_u16(value, 10);
    passed->latest = (int32_t)((uint32_t)store_u16(value, 12) << 16 | store_u16(value, 14));
    return STATUS_OK;
}

/* ---- reading ---- */

static bool
stands_for_another(const struct claim_body *body)
{
    return text_is(body->frequency, "7") || text_is(body->frequency, "8");
}

/* The claim that this one replaces or takes back? */
static bool
is_replaced(const struct claim_body *body, const struct past_claim *row)
{
    return stands_for_another(body) && !row->replaced && row->form == body->form && row->group != 0 &&
           row->group == billed_npi(body->billing.id) && text_equal(row->account, body->patient_control_number);
}

/* The first day that any rule looks at. */
static int32_t
first_day(const struct coding_case *c)
{
    if (c->first_date == 0 || coding_history_wants_all(c->body))
        return 0;
    return date_add_days(c->first_date, -CODING_HISTORY_DAYS);
}

static enum status
read_rows(const struct reader *reader, struct passed *passed, const struct coding_case *c)
{
    struct past_claim *claims = arena_take_raw(reader->arena, PASSED_READ * sizeof *claims);
    uint64_t claim_id = passed->newest;
    uint32_t version = passed->newest_version, read = 0;
    int32_t from = first_day(c), latest = passed->latest;
    while (claim_id != 0 && latest >= from && read++ < PASSED_READ) {
        const struct past_claim *row;
        enum status status = read_row(reader, claim_id, version, &row);
        if (status == STATUS_NOT_FOUND)
            break; /* it was old, and is gone with all behind it */
        if (status != STATUS_OK)
            return status;
        if (row->claim_id == passed->identity.claim_id && row->version == passed->identity.version)
            passed->own = row;
        else if (passed->replaced == NULL && is_replaced(c->body, row))
            passed->replaced = row;
        else if (!row->replaced && row->claim_id != passed->identity.claim_id)
            claims[passed->history.count++] = *row;
        claim_id = row->older;
        version = (uint32_t)row->older_version;
        latest = row->latest;
    }
    passed->history.claims = claims;
    passed->history.partial = claim_id != 0 && latest >= from && read > PASSED_READ;
    return STATUS_OK;
}

struct first {
    struct arena *arena;
    int64_t instant;
};

static bool
take_first(void *context, struct text key, struct text value)
{
    struct first *first = context;
    struct past_claim row;
    (void)key;
    if (record_read(&record_past_claim, value, first->arena, &row, NULL) == STATUS_OK)
        first->instant = row.instant;
    return false;
}

/* Since when there is a history; only asked for where a rule wants to know how long it is. */
static int32_t
first_kept(const struct reader *reader)
{
    struct first first = {.arena = reader->arena};
    struct text all = {0};
    if (reader->step != NULL)
        step_scan(reader->step, CODING_HISTORY, all, all, take_first, &first);
    else
        service_scan(reader->service, CODING_HISTORY, all, all, reader->arena, take_first, &first);
    return first.instant == 0 ? 0 : service_local_date(reader->service, first.instant);
}

static enum status
read_all(const struct reader *reader, struct passed *passed, const struct identity *identity, const struct coding_case *c)
{
    const struct coding *state = service_state(reader->service);
    bool kind = c->setting == CODING_PROFESSIONAL || c->setting == CODING_OUTPATIENT;
    *passed = (struct passed){.identity = *identity};
    if (!kind || state->history_days == 0 || !find_patient(reader->service, c->body, c->birth_date, passed->patient))
        return STATUS_OK;
    passed->keeps = true;
    passed->given = &passed->history;
    enum status status = read_head(reader, passed);
    if (status == STATUS_OK && passed->newest != 0)
        status = read_rows(reader, passed, c);
    if (stands_for_another(c->body) && passed->replaced == NULL)
        passed->history.partial = true;
    if (status == STATUS_OK && coding_history_wants_all(c->body))
        passed->history.since = first_kept(reader);
    return status;
}

enum status
passed_read(struct passed *passed, struct step *step, const struct identity *identity, const struct coding_case *c)
{
    struct reader reader = {.step = step, .service = step_service(step), .arena = step_arena(step)};
    return read_all(&reader, passed, identity, c);
}

enum status
passed_look(struct passed *passed, struct service *service, struct arena *arena, const struct identity *identity,
            const struct coding_case *c)
{
    struct reader reader = {.service = service, .arena = arena};
    return read_all(&reader, passed, identity, c);
}

/* ---- keeping ---- */

static void
mark_replaced(struct step *step, const struct past_claim *row)
{
    struct past_claim marked = *row;
    struct store_key key = row_key(row->claim_id, (uint32_t)row->version);
    marked.replaced = true;
    step_put_record(step, CODING_HISTORY, store_key_text(&key), &record_past_claim, &marked);
}

/* Former versions of this claim; there are few, and most claims have none. */
static enum status
mark_versions(struct step *step, const struct identity *identity)
{
    struct reader reader = {.step = step, .service = step_service(step), .arena = step_arena(step)};
    for (uint32_t version = 1; version < identity->version; version++) {
        const struct past_claim *row;
        enum status status = read_row(&reader, identity->claim_id, version, &row);
        if (status == STATUS_OK && !row->replaced)
            mark_replaced(step, row);
        else if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
    }
    return STATUS_OK;
}

static int32_t
take_lines(const struct claim_body *body, struct past_claim *row, struct arena *arena)
{
    int32_t default_day = 0, last = 0;
    if (body->institutional_count > 0 && body->institutional->statement_from == body->institutional->statement_to)
        default_day = body->institutional->statement_to;
    row->lines = ARENA_ARRAY(arena, struct past_line, body->lines_count);
    for (uint32_t i = 0; i < body->lines_count; i++) {
        const struct service_line *line = &body->lines[i];
        uint64_t procedure = codeset_key(line->procedure);
        int32_t from = line->date_from != 0 ? line->date_from : default_day;
        if (procedure == 0 || from == 0)
            continue;
        int32_t to = line->date_to > from ? line->date_to : 0;
        row->lines[row->lines_count++] = (struct past_line){.procedure = procedure,
                                                            .modifiers = billed_modifiers(line),
                                                            .date_from = from,
                                                            .date_to = to,
                                                            .quantity_milli = line->quantity_milli,
                                                            .charge_cents = line->charge_cents,
                                                            .provider = billed_provider(body, line),
                                                            .minutes = text_is(line->unit, "MJ")};
        last = to > last ? to : from > last ? from : last;
    }
    return last;
}

static void
put_head(struct step *step, const struct passed *passed, int32_t latest)
{
    struct store_key head = store_key_u64(store_key(), passed->identity.claim_id);
    head = store_key_u32(store_key_u32(head, (uint32_t)passed->identity.version), (uint32_t)latest);
    step_put(step, CODING_HISTORY_PATIENTS, text_of(passed->patient, PASSED_PATIENT_BYTES), store_key_text(&head));
}

enum status
passed_keep(struct step *step, const struct passed *passed, const struct claim_body *body)
{
    if (!passed->keeps)
        return STATUS_OK;
    if (passed->replaced != NULL)
        mark_replaced(step, passed->replaced);
    enum status status = mark_versions(step, &passed->identity);
    if (status != STATUS_OK || text_is(body->frequency, "8"))
        return status;
    struct past_claim row = {.claim_id = passed->identity.claim_id,
                             .version = passed->identity.version,
                             .patient = text_of(passed->patient, PASSED_PATIENT_BYTES),
                             .instant = step_time(step),
                             .form = body->form,
                             .group = billed_npi(body->billing.id),
                             .specialty = text_head(billed_specialty(body), 10),
                             .account = body->patient_control_number};
    int32_t last = take_lines(body, &row, step_arena(step));
    if (row.lines_count == 0)
        return STATUS_OK;
    row.older = passed->own != NULL ? passed->own->older : passed->newest;
    row.older_version = passed->own != NULL ? passed->own->older_version : passed->newest_version;
    row.latest = last > passed->latest ? last : passed->latest;
    struct store_key key = row_key(row.claim_id, (uint32_t)row.version);
    step_put_record(step, CODING_HISTORY, store_key_text(&key), &record_past_claim, &row);
    if (passed->own == NULL)
        put_head(step, passed, row.latest);
    return STATUS_OK;
}

/* ---- forgetting ---- */

int64_t
passed_poll(struct service *service)
{
    const struct coding *state = service_state(service);
    int64_t left = state->prune_at - service_now(service);
    return left < 0 || left > PRUNE_AGAIN ? 0 : left; /* the clock may have been set back */
}

struct pruning {
    struct arena *arena;
    int64_t before;
    uint32_t looked, count;
    struct old_row {
        struct store_key key;
        uint8_t patient[PASSED_PATIENT_BYTES];
    } *old;
};

static bool
look_at(void *context, struct text key, struct text value)
{
    struct pruning *pruning = context;
    struct past_claim row;
    bool read = record_read(&record_past_claim, value, pruning->arena, &row, NULL) == STATUS_OK;
    if (read && row.instant < pruning->before && row.patient.length == PASSED_PATIENT_BYTES) {
        struct old_row *old = &pruning->old[pruning->count++];
        old->key = store_key_bytes(store_key(), key);
        memcpy(old->patient, row.patient.data, PASSED_PATIENT_BYTES);
    }
    return ++pruning->looked < PASSED_PRUNED;
}

/* When the patient has no newer row, he is forgotten, too. */
static enum status
forget(struct step *step, const struct old_row *old)
{
    struct passed passed = {0};
    struct reader reader = {.step = step, .service = step_service(step), .arena = step_arena(step)};
    memcpy(passed.patient, old->patient, PASSED_PATIENT_BYTES);
    enum status status = read_head(&reader, &passed);
    struct store_key newest = row_key(passed.newest, passed.newest_version);
    if (text_equal(store_key_text(&newest), store_key_text(&old->key)))
        step_delete(step, CODING_HISTORY_PATIENTS, text_of(passed.patient, PASSED_PATIENT_BYTES));
    step_delete(step, CODING_HISTORY, store_key_text(&old->key));
    return status;
}

/* The oldest rows stand in front, since claim ids grow. */
enum status
passed_prune(struct step *step)
{
    struct coding *state = step_state(step);
    struct pruning pruning = {.arena = step_arena(step), .before = step_time(step) - state->history_days * CLOCK_DAY};
    pruning.old = ARENA_ARRAY(step_arena(step), struct old_row, PASSED_PRUNED);
    enum status status = step_scan(step, CODING_HISTORY, (struct text){0}, (struct text){0}, look_at, &pruning);
    for (uint32_t i = 0; status == STATUS_OK && i < pruning.count; i++)
        status = forget(step, &pruning.old[i]);
    if (status != STATUS_OK || pruning.count > 0)
        return status;
    state->prune_at = step_time(step) + PRUNE_AGAIN;
    return STATUS_NOT_FOUND;
}
