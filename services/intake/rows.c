/* Rows of files, and the names made of their digests. */
#include "services/intake/intake.h"

struct store_key
intake_number_key(uint64_t number)
{
    return store_key_u64(store_key(), number);
}

enum status
intake_read_row(struct service *service, uint64_t number, struct arena *arena, struct file_row *row)
{
    struct store_key key = intake_number_key(number);
    return service_get_record(service, INTAKE_FILES, store_key_text(&key), arena, &record_file_row, row);
}

enum status
intake_find_digest(struct service *service, const uint8_t digest[INTAKE_DIGEST_BYTES], uint64_t *number)
{
    struct arena scratch;
    struct text value;
    arena_init(&scratch, 0);
    enum status status =
        service_get(service, INTAKE_DIGESTS, text_of(digest, INTAKE_DIGEST_BYTES), &scratch, &value);
    if (status == STATUS_OK && value.length != 8)
        status = STATUS_CORRUPT;
    if (status == STATUS_OK)
        *number = store_u64(value, 0);
    arena_free(&scratch);
    return status;
}

void
intake_content_name(const uint8_t digest[INTAKE_DIGEST_BYTES], char name[INTAKE_CONTENT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < INTAKE_DIGEST_BYTES; i++) {
        name[2 * i] = digits[digest[i] >> 4];
        name[2 * i + 1] = digits[digest[i] & 15];
    }
    memcpy(name + (size_t)2 * INTAKE_DIGEST_BYTES, ".in", 4);
}

void
intake_put_received(struct step *step, struct file_row *row)
{
    row->number = (uint64_t)step_counter(step, COUNTER_FILES) + 1;
    row->received = step_time(step);
    row->stage = FILE_STAGE_RECEIVED;
    if (row->name.length == 0)
        row->name = arena_print(step_arena(step), "api-%llu", (unsigned long long)row->number);
    struct store_key key = intake_number_key(row->number);
    step_count(step, COUNTER_FILES, 1);
    step_put_record(step, INTAKE_FILES, store_key_text(&key), &record_file_row, row);
    step_put(step, INTAKE_OPEN, store_key_text(&key), TEXT("o"));
    step_put(step, INTAKE_DIGESTS, row->digest, store_key_text(&key));
}

struct text
intake_clean(struct arena *arena, struct text t, size_t limit)
{
    t = text_head(t, limit);
    char *copy = arena_take_raw(arena, t.length + 1);
    for (size_t i = 0; i < t.length; i++)
        copy[i] = (uint8_t)t.data[i] < 0x20 || (uint8_t)t.data[i] == 0x7F ? '?' : t.data[i];
    copy[t.length] = '\0';
    return text_of(copy, t.length);
}
