/* One claim of an accepted set: refused with a finding, or accepted, guarded and passed on. */
#include "services/intake/intake.h"

#include "schemas/findings.h"
#include "schemas/records/event.h"
#include "schemas/streams.h"

enum { GUARD_BYTES = 9, DETAIL_DIGEST_BYTES = 8 };

void
judgement_write(const struct judgement *judgement, uint8_t bytes[JUDGEMENT_BYTES])
{
    bytes[0] = judgement->accepted;
    bytes[1] = (uint8_t)(judgement->finding >> 8);
    bytes[2] = (uint8_t)judgement->finding;
    for (int i = 0; i < 8; i++)
        bytes[3 + i] = (uint8_t)(judgement->related >> (56 - 8 * i));
}

bool
judgement_read(struct text bytes, struct judgement *judgement)
{
    if (bytes.length != JUDGEMENT_BYTES)
        return false;
    *judgement = (struct judgement){
        .accepted = bytes.data[0] != 0,
        .finding = (uint16_t)((uint8_t)bytes.data[1] << 8 | (uint8_t)bytes.data[2]),
        .related = store_u64(bytes, 3),
    };
    return true;
}

struct guard {
    uint64_t claim_id;
    bool held;
};

static enum status
read_guard(struct step *step, struct text key, struct guard *guard)
{
    struct text value;
    enum status status = step_get(step, INTAKE_GUARD, key, &value);
    if (status != STATUS_OK)
        return status;
    if (value.length != GUARD_BYTES)
        return STATUS_CORRUPT;
    guard->claim_id = store_u64(value, 0);
    guard->held = value.data[8] != 0;
    return STATUS_OK;
}

static void
put_guard(struct step *step, struct text key, const struct guard *guard)
{
    uint8_t value[GUARD_BYTES];
    for (int i = 0; i < 8; i++)
        value[i] = (uint8_t)(guard->claim_id >> (56 - 8 * i));
    value[8] = guard->held;
    step_put(step, INTAKE_GUARD, key, text_of(value, sizeof value));
}

static struct identity
identity_of(struct step *step, const struct given_claim *given)
{
    struct service *service = step_service(step);
    struct identity identity = {
        .organisation = service_organisation(service),
        .site = service_site(service),
        .cell = service_cell(service),
        .encounter_id = given->claim_id,
        .claim_id = given->claim_id,
        .version = 1,
    };
    if (given->body != NULL) {
        char message[64] = "account\n";
        uint8_t digest[32];
        struct text number = given->body->patient_control_number;
        size_t length = number.length < 50 ? number.length : 50;
        if (length > 0)
            memcpy(message + 8, number.data, length);
        seal_index(store_seal(service_store(service)), text_of(message, 8 + length), digest);
        identity.account = store_u64(text_of(digest, sizeof digest), 0);
    }
    return identity;
}

/* "3fa1b2c4d5e6f708/12": the file's digest and the claim's place in it. */
static struct text
claim_origin(struct step *step, const struct given_claim *given)
{
    char name[INTAKE_CONTENT_BYTES], digits[TEXT_DIGITS_BYTES];
    enum { HEAD = 2 * DETAIL_DIGEST_BYTES };
    struct text ordinal = text_digits(given->ordinal, digits);
    char *origin = arena_take_raw(step_arena(step), HEAD + 1 + ordinal.length);
    intake_content_name((const uint8_t *)given->row->digest.data, name);
    memcpy(origin, name, HEAD);
    origin[HEAD] = '/';
    memcpy(origin + HEAD + 1, ordinal.data, ordinal.length);
    return text_of(origin, HEAD + 1 + ordinal.length);
}

static enum status
tell(struct step *step, const struct given_claim *given, const struct identity *identity, uint32_t kind,
     uint64_t number)
{
    struct event event = {
        .identity = *identity,
        .kind = kind,
        .cents = given->body == NULL ? 0 : given->body->total_cents,
        .number = number,
        .detail = claim_origin(step, given),
    };
    return step_event(step, &event);
}

/* The event goes before the record, so that whoever handles the record tells what comes after it. */
static enum status
pass_on(struct step *step, const struct given_claim *given, struct text body, struct text key,
        uint64_t replaces)
{
    struct encounter encounter = {
        .identity = identity_of(step, given),
        .source = given->row->source,
        .sender = given->sender,
        .received = step_time(step),
        .local_date = service_local_date(step_service(step), step_time(step)),
        .replaces = replaces,
        .body = body,
        .documents = (struct document *)(uintptr_t)given->documents,
        .documents_count = given->document_count,
        .duplicate_key = key,
    };
    enum status status = tell(step, given, &encounter.identity, EVENT_KIND_ENCOUNTER_RECEIVED, 0);
    return status == STATUS_OK ? step_emit(step, STREAM_INTAKE_CODING, &record_encounter, &encounter)
                               : status;
}

static void
append_judgement(struct step *step, const struct judgement *judgement)
{
    uint8_t bytes[JUDGEMENT_BYTES];
    judgement_write(judgement, bytes);
    step_log_append(step, INTAKE_JUDGEMENTS, text_of(bytes, sizeof bytes));
}

static enum status
refuse(struct step *step, const struct given_claim *given, struct judgement *judgement, uint16_t finding,
       uint64_t related)
{
    struct identity identity = identity_of(step, given);
    *judgement = (struct judgement){false, finding, related};
    append_judgement(step, judgement);
    step_count(step, COUNTER_CLAIMS_REFUSED, 1);
    return tell(step, given, &identity, EVENT_KIND_ENCOUNTER_REFUSED, finding);
}

enum status
take_claim(struct step *step, const struct given_claim *given, struct judgement *judgement)
{
    uint8_t bytes[DUPLICATE_KEY_BYTES];
    struct text body, key = text_of(bytes, sizeof bytes);
    struct guard guard = {0};
    if (given->finding != 0 || given->body == NULL)
        return refuse(step, given, judgement,
                      given->finding != 0 ? given->finding : FINDING_INTAKE_FIELD_BOUNDS, 0);
    if (record_write(&record_claim_body, given->body, step_arena(step), &body, NULL) != STATUS_OK ||
        body.length > INTAKE_SECTION_LIMIT)
        return refuse(step, given, judgement, FINDING_INTAKE_FIELD_BOUNDS, 0);
    duplicate_key(store_seal(service_store(step_service(step))), given->body, step_arena(step), bytes);
    enum status status = read_guard(step, key, &guard);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK && !guard.held)
        return refuse(step, given, judgement, FINDING_INTAKE_DUPLICATE, guard.claim_id);
    uint64_t replaces = status == STATUS_OK ? guard.claim_id : 0;
    status = pass_on(step, given, body, key, replaces);
    if (status == STATUS_OK && replaces != 0)
        status = stay_forget(step, replaces);
    if (status != STATUS_OK)
        return status;
    stay_keep(step, given->claim_id, given->body);
    guard = (struct guard){given->claim_id, false};
    put_guard(step, key, &guard);
    *judgement = (struct judgement){true, 0, replaces};
    append_judgement(step, judgement);
    step_count(step, COUNTER_TAKEN, 1);
    step_count(step, COUNTER_PASSED_ON, 1);
    if (replaces != 0)
        step_count(step, COUNTER_REPLACED, 1);
    return STATUS_OK;
}

/* What coding says of a claim counts only while the guard is that claim's: a replacement has taken it over
 * else. */
enum status
take_hold_notice(struct step *step, const void *record)
{
    const struct hold_notice *notice = record;
    struct guard guard;
    enum status status = read_guard(step, notice->duplicate_key, &guard);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && guard.claim_id != notice->identity.claim_id))
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    switch (notice->change) {
    case HOLD_CHANGE_HELD:
    case HOLD_CHANGE_RELEASED:
        guard.held = notice->change == HOLD_CHANGE_HELD;
        put_guard(step, notice->duplicate_key, &guard);
        break;
    case HOLD_CHANGE_ENDED:
        step_delete(step, INTAKE_GUARD, notice->duplicate_key);
        break;
    default: /* of a newer version */
        break;
    }
    return STATUS_OK;
}
