/*
 * The bills of one stay. An interim bill (CLM05-3 2 first, 3 continuing, 4 last) is a claim of its own; what shows it with the others is
 * kept here: a keyed hash over billing provider, member, patient, type of bill without the frequency, and day of admission. A claim
 * without a day of admission stands alone.
 */
#include "services/intake/intake.h"

enum { STAY_BYTES = 16, BILL_BYTES = 9, BILLS_SHOWN = 100 };

static bool
is_interim(const struct claim_body *body)
{
    return body->institutional_count > 0 && body->institutional->admission_date != 0 && body->frequency.length == 1 &&
           body->frequency.data[0] >= '2' && body->frequency.data[0] <= '4';
}

static struct text
stay_of(struct step *step, const struct claim_body *body)
{
    uint8_t digest[32];
    const struct party *patient = body->patient.person.last_name.length > 0 ? &body->patient.person : &body->subscriber.person;
    struct text message = arena_print(
        step_arena(step), "stay\n%.*s\n%.*s\n%.*s\n%.*s\n%d\n%.*s\n%d\n", TEXT_ARGS(body->billing.id.length > 0 ? body->billing.id : body->billing.tax_id),
        TEXT_ARGS(body->subscriber.person.id), TEXT_ARGS(patient->last_name), TEXT_ARGS(patient->first_name),
        (int)(patient == &body->patient.person ? body->patient.birth_date : body->subscriber.birth_date), TEXT_ARGS(body->place_of_service),
        (int)body->institutional->admission_date);
    seal_index(store_seal(service_store(step_service(step))), message, digest);
    return arena_copy(step_arena(step), text_of(digest, STAY_BYTES));
}

static struct store_key
bill_key(struct text stay, uint64_t claim_id)
{
    return store_key_u64(store_key_bytes(store_key(), stay), claim_id);
}

void
stay_keep(struct step *step, uint64_t claim_id, const struct claim_body *body)
{
    if (!is_interim(body))
        return;
    struct text stay = stay_of(step, body);
    struct store_key bill = bill_key(stay, claim_id), claim = intake_number_key(claim_id);
    uint32_t days[] = {(uint32_t)body->institutional->statement_from, (uint32_t)body->institutional->statement_to};
    uint8_t value[BILL_BYTES] = {(uint8_t)body->frequency.data[0]};
    for (unsigned i = 0; i < 8; i++)
        value[1 + i] = (uint8_t)(days[i / 4] >> (24 - 8 * (i % 4)));
    step_put(step, INTAKE_STAYS, store_key_text(&bill), text_of(value, sizeof value));
    step_put(step, INTAKE_STAY_OF, store_key_text(&claim), stay);
}

enum status
stay_forget(struct step *step, uint64_t claim_id)
{
    struct text stay;
    struct store_key claim = intake_number_key(claim_id);
    enum status status = step_get(step, INTAKE_STAY_OF, store_key_text(&claim), &stay);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    struct store_key bill = bill_key(stay, claim_id);
    step_delete(step, INTAKE_STAYS, store_key_text(&bill));
    step_delete(step, INTAKE_STAY_OF, store_key_text(&claim));
    return STATUS_OK;
}

struct showing {
    struct control_rows *rows;
    bool reveal;
    unsigned shown;
};

static bool
show_bill(void *context, struct text key, struct text value)
{
    struct showing *showing = context;
    struct control_rows *rows = showing->rows;
    if (value.length != BILL_BYTES || showing->shown++ == BILLS_SHOWN || control_page_full(rows))
        return false;
    control_row(rows);
    control_text(rows, "row", TEXT("bill of the stay"));
    control_number(rows, "claim_id", (int64_t)store_u64(key, STAY_BYTES));
    control_text(rows, "frequency", arena_copy(rows->arena, text_of(value.data, 1)));
    if (showing->reveal) {
        control_date(rows, "from", (int32_t)(store_u64(value, 1) >> 32));
        control_date(rows, "to", (int32_t)(store_u64(value, 1) & UINT32_MAX));
    }
    return true;
}

void
stay_show(struct service *service, uint64_t claim_id, bool reveal, struct control_rows *rows)
{
    struct text stay;
    struct arena scratch;
    struct showing showing = {.rows = rows, .reveal = reveal};
    struct store_key claim = intake_number_key(claim_id);
    arena_init(&scratch, 0);
    if (service_get(service, INTAKE_STAY_OF, store_key_text(&claim), &scratch, &stay) == STATUS_OK) {
        struct store_key from = bill_key(stay, 0), to = bill_key(stay, UINT64_MAX);
        service_scan(service, INTAKE_STAYS, store_key_text(&from), store_key_text(&to), &scratch, show_bill, &showing);
    }
    arena_free(&scratch);
}
