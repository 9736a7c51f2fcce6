/* When is a claim the same as an earlier one? */
#include "services/intake/intake.h"

/* Fields one after the other, each ended by a byte that no field holds. */
struct message {
    char *bytes;
    size_t length, room;
    struct arena *arena;
};

static void
add(struct message *message, struct text field)
{
    if (message->length + field.length + 1 > message->room) {
        size_t room = 2 * (message->room + field.length) + 256;
        char *more = arena_take_raw(message->arena, room);
        if (message->length > 0)
            memcpy(more, message->bytes, message->length);
        message->bytes = more;
        message->room = room;
    }
    if (field.length > 0)
        memcpy(message->bytes + message->length, field.data, field.length);
    message->length += field.length;
    message->bytes[message->length++] = '\n';
}

static void
add_number(struct message *message, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? (uint64_t)-number : (uint64_t)number;
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        digits[--at] = '-';
    add(message, text_of(digits + at, sizeof digits - at));
}

/* The same bill: type of bill and statement period. The frequency is part of the type: each bill of a stay is one of its own. */
static void
add_institutional(struct message *message, const struct claim_body *body)
{
    add(message, TEXT("institutional"));
    add(message, body->place_of_service);
    add(message, body->frequency);
    add_number(message, body->institutional->statement_from);
    add_number(message, body->institutional->statement_to);
}

/* The same treatment on another tooth is another treatment. */
static void
add_teeth(struct message *message, const struct dental_line *line)
{
    const struct text cavity[] = {line->oral_cavity_1, line->oral_cavity_2, line->oral_cavity_3, line->oral_cavity_4,
                                  line->oral_cavity_5};
    for (unsigned i = 0; i < 5; i++)
        add(message, cavity[i]);
    for (uint32_t i = 0; i < line->teeth_count; i++) {
        const struct tooth *tooth = &line->teeth[i];
        add(message, tooth->code);
        add(message, tooth->surface_1);
        add(message, tooth->surface_2);
        add(message, tooth->surface_3);
        add(message, tooth->surface_4);
        add(message, tooth->surface_5);
    }
}

static void
add_line(struct message *message, const struct service_line *line)
{
    add_number(message, line->date_from);
    add_number(message, line->date_to == 0 ? line->date_from : line->date_to);
    add(message, line->qualifier);
    add(message, line->procedure);
    add(message, line->modifier_1);
    add(message, line->modifier_2);
    add(message, line->modifier_3);
    add(message, line->modifier_4);
    add_number(message, line->charge_cents);
    add(message, line->rendering.id);
    if (line->institutional_count > 0)
        add(message, line->institutional->revenue_code);
    if (line->dental_count > 0)
        add_teeth(message, line->dental);
}

/* The day of the guard's key: of the first service, or of the statement, where lines may have none. */
static int32_t
first_day(const struct claim_body *body)
{
    int32_t day = 0;
    if (body->institutional_count > 0 && body->institutional->statement_from != 0)
        return body->institutional->statement_from;
    for (uint32_t i = 0; i < body->lines_count; i++) {
        int32_t date = body->lines[i].date_from;
        if (date != 0 && (day == 0 || date < day))
            day = date;
    }
    return day == 0 && body->dental_count > 0 ? body->dental->service_from : day;
}

void
duplicate_key(struct seal *seal, const struct claim_body *body, struct arena *arena,
              uint8_t key[DUPLICATE_KEY_BYTES])
{
    struct message message = {.arena = arena};
    uint8_t digest[32];
    int32_t day = first_day(body);
    add(&message, TEXT("claim"));
    add(&message, body->billing.id.length > 0 ? body->billing.id : body->billing.tax_id);
    add(&message, body->subscriber.person.id);
    add(&message, body->patient.person.last_name);
    add(&message, body->patient.person.first_name);
    add_number(&message, body->patient.birth_date);
    add(&message, body->rendering.id);
    if (text_is(body->frequency, "7") || text_is(body->frequency, "8")) {
        add(&message, body->frequency);
        add(&message, body->original_reference);
    }
    if (body->institutional_count > 0)
        add_institutional(&message, body);
    if (body->dental_count > 0)
        add_number(&message, body->dental->service_from);
    for (uint32_t i = 0; i < body->lines_count; i++)
        add_line(&message, &body->lines[i]);
    seal_index(seal, text_of(message.bytes, message.length), digest);
    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)((uint32_t)day >> (24 - 8 * i));
    memcpy(key + 4, digest, DUPLICATE_KEY_BYTES - 4);
}
