#include "services/coding/history.h"

#include "services/coding/plan.h"

enum { ACTOR_BYTES = 80, PLACE_BYTES = 60, CODE_BYTES = 60, INDEXED_BYTES = 8 + 8 + 4 };

struct text
history_person(struct text actor)
{
    static const char as[] = " as ";
    for (size_t i = 0; i + sizeof as - 1 < actor.length; i++)
        if (memcmp(actor.data + i, as, sizeof as - 1) == 0)
            return text_head(text_of(actor.data + i + 4, actor.length - i - 4), HISTORY_PERSON_BYTES);
    return text_head(actor, HISTORY_PERSON_BYTES);
}

struct text
history_actor(struct step *step)
{
    return history_person(step_actor(step));
}

struct store_key
history_claim_key(uint64_t claim_id)
{
    return store_key_u64(store_key(), claim_id);
}

/* The name ends with a byte that no name has, so that no person's rows stand among another's. */
struct store_key
history_person_key(struct text person, int64_t instant)
{
    struct store_key key = store_key_bytes(store_key(), text_head(person, HISTORY_PERSON_BYTES));
    return store_key_u64(store_key_bytes(key, text_of("\0", 1)), (uint64_t)instant);
}

bool
history_indexed(struct text key, struct text person, struct store_key *row)
{
    person = text_head(person, HISTORY_PERSON_BYTES);
    if (key.length != person.length + 1 + INDEXED_BYTES || memcmp(key.data, person.data, person.length) != 0 ||
        key.data[person.length] != '\0')
        return false;
    const char *at = key.data + person.length + 1;
    *row = store_key_bytes(store_key(), text_of(at + 8, 8));
    *row = store_key_bytes(*row, text_of(at, 8));
    *row = store_key_bytes(*row, text_of(at + 16, 4));
    return true;
}

static bool
count_one(void *context, struct text key, struct text value)
{
    (void)key;
    (void)value;
    ++*(uint32_t *)context;
    return true;
}

/* Acts of one commit share the step time, so a claim may have rows of this instant already. */
static uint32_t
next_ordinal(struct step *step, uint64_t claim_id)
{
    uint64_t instant = (uint64_t)step_time(step);
    struct store_key from = store_key_u64(history_claim_key(claim_id), instant);
    struct store_key to = store_key_u64(history_claim_key(claim_id), instant + 1);
    uint32_t count = 0;
    step_scan(step, CODING_CHANGES, store_key_text(&from), store_key_text(&to), count_one, &count);
    return count;
}

void
history_add(struct step *step, uint64_t claim_id, const struct code_change *given)
{
    struct code_change row = *given;
    uint32_t ordinal = next_ordinal(step, claim_id);
    row.place = text_head(row.place, PLACE_BYTES);
    row.before = text_head(row.before, CODE_BYTES);
    row.after = text_head(row.after, CODE_BYTES);
    row.text = text_head(row.text, HISTORY_TEXT_BYTES);
    row.actor = text_head(step_actor(step), ACTOR_BYTES);
    row.instant = step_time(step);
    row.reason = step_reason(step);
    struct store_key key = store_key_u64(history_claim_key(claim_id), (uint64_t)row.instant);
    key = store_key_u32(key, ordinal);
    step_put_record(step, CODING_CHANGES, store_key_text(&key), &record_code_change, &row);
    struct store_key index = history_person_key(history_person(row.actor), row.instant);
    index = store_key_u32(store_key_u64(index, claim_id), ordinal);
    char act = (char)row.act; /* so that who looks for releases need not read the rows */
    step_put(step, CODING_CHANGES_BY_PERSON, store_key_text(&index), text_of(&act, 1));
}
