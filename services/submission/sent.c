#include "services/submission/sent.h"

#include "services/submission/submission.h"

#include <assert.h>

enum { HEAD_BYTES = 1 + 2 + 2 };

struct entry {
    unsigned place;
    uint64_t version;
    struct text packed;
};

static struct store_key
row_key(uint64_t claim_id)
{
    return store_key_u64(store_key(), claim_id / SENT_SHARE);
}

/* The next entry of a row; NOT_FOUND behind the last. */
static enum status
next_entry(struct text *rest, struct entry *entry)
{
    if (rest->length == 0)
        return STATUS_NOT_FOUND;
    if (rest->length < HEAD_BYTES)
        return STATUS_CORRUPT;
    size_t length = store_u16(*rest, 3), left = rest->length - HEAD_BYTES;
    *entry = (struct entry){.place = (uint8_t)rest->data[0],
                            .version = store_u16(*rest, 1),
                            .packed = text_of(rest->data + HEAD_BYTES, length)};
    if (entry->place >= SENT_SHARE || length > left)
        return STATUS_CORRUPT;
    *rest = text_of(rest->data + HEAD_BYTES + length, left - length);
    return STATUS_OK;
}

static bool
is_of(const struct entry *entry, uint64_t claim_id, uint64_t version)
{
    return entry->place == claim_id % SENT_SHARE && entry->version == version;
}

static enum status
find(struct text row, uint64_t claim_id, uint64_t version, struct text *packed)
{
    struct entry entry;
    enum status status;
    while ((status = next_entry(&row, &entry)) == STATUS_OK)
        if (is_of(&entry, claim_id, version)) {
            *packed = entry.packed;
            return STATUS_OK;
        }
    return status;
}

static enum status
read(struct text packed, struct arena *arena, struct sent_row *sent)
{
    return record_read(&record_sent_row, packed, arena, sent, NULL) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

enum status
sent_get(struct step *step, uint64_t claim_id, uint64_t version, struct sent_row *sent)
{
    struct store_key key = row_key(claim_id), older = submission_claim_key(claim_id, version);
    struct text row, packed;
    enum status status = step_get(step, SUBMISSION_SENT, store_key_text(&key), &row);
    if (status == STATUS_OK)
        status = find(row, claim_id, version, &packed);
    if (status == STATUS_NOT_FOUND)
        status = step_get(step, SUBMISSION_SENT, store_key_text(&older), &packed);
    return status == STATUS_OK ? read(packed, step_arena(step), sent) : status;
}

enum status
sent_show(struct service *service, uint64_t claim_id, uint64_t version, struct arena *arena, struct sent_row *sent)
{
    struct store_key key = row_key(claim_id), older = submission_claim_key(claim_id, version);
    struct text row, packed;
    enum status status = service_get(service, SUBMISSION_SENT, store_key_text(&key), arena, &row);
    if (status == STATUS_OK)
        status = find(row, claim_id, version, &packed);
    if (status == STATUS_NOT_FOUND)
        status = service_get(service, SUBMISSION_SENT, store_key_text(&older), arena, &packed);
    return status == STATUS_OK ? read(packed, arena, sent) : status;
}

static char *
put_entry(char *at, const struct entry *entry)
{
    size_t length = entry->packed.length;
    assert(length <= UINT16_MAX && entry->version <= UINT16_MAX);
    at[0] = (char)entry->place;
    at[1] = (char)(entry->version >> 8);
    at[2] = (char)entry->version;
    at[3] = (char)(length >> 8);
    at[4] = (char)length;
    memcpy(at + HEAD_BYTES, entry->packed.data, length);
    return at + HEAD_BYTES + length;
}

static struct entry
pack(struct step *step, const struct sent_row *sent)
{
    struct entry entry = {.place = sent->identity.claim_id % SENT_SHARE, .version = sent->identity.version};
    enum status status = record_write(&record_sent_row, sent, step_arena(step), &entry.packed, NULL);
    assert(status == STATUS_OK); /* rows are our own */
    return entry;
}

/* The row of `before` with these entries, each in the place of the one that it had. */
static enum status
put_row(struct step *step, uint64_t claim_id, const struct entry *fresh, size_t count)
{
    struct store_key key = row_key(claim_id);
    struct text before = {0};
    struct entry entry;
    enum status status = step_get(step, SUBMISSION_SENT, store_key_text(&key), &before);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    size_t room = before.length;
    for (size_t i = 0; i < count; i++)
        room += HEAD_BYTES + fresh[i].packed.length;
    char *bytes = arena_take_raw(step_arena(step), room), *at = bytes;
    while ((status = next_entry(&before, &entry)) == STATUS_OK) {
        bool stays = true;
        for (size_t i = 0; i < count; i++)
            stays = stays && (entry.place != fresh[i].place || entry.version != fresh[i].version);
        at = stays ? put_entry(at, &entry) : at;
    }
    for (size_t i = 0; i < count; i++)
        at = put_entry(at, &fresh[i]);
    if (status == STATUS_NOT_FOUND)
        step_put(step, SUBMISSION_SENT, store_key_text(&key), text_of(bytes, (size_t)(at - bytes)));
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status
sent_put(struct step *step, const struct sent_row *sent, size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK;) {
        struct entry fresh[SENT_SHARE];
        uint64_t claim_id = sent[i].identity.claim_id;
        size_t some = 0;
        while (i < count && some < SENT_SHARE && sent[i].identity.claim_id / SENT_SHARE == claim_id / SENT_SHARE)
            fresh[some++] = pack(step, &sent[i++]);
        status = put_row(step, claim_id, fresh, some);
    }
    return status;
}
