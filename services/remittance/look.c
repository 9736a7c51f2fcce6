#include "services/remittance/look.h"

static bool
look_at(void *context, struct text key, struct text value)
{
    struct look *look = context;
    struct remit_item item;
    if (look->count == LOOK_FOUND_MAX || look->looked == LOOK_ITEMS_MAX) {
        look->next = store_u64(key, 0);
        return false;
    }
    look->looked++;
    look->status = record_read(&record_remit_item, value, look->arena, &item, NULL);
    if (look->status != STATUS_OK) {
        look->status = STATUS_CORRUPT;
        return false;
    }
    if (look->wants(look, &item))
        look->found[look->count++] = (struct identity){.claim_id = item.identity.claim_id, .version = item.identity.version};
    return true;
}

enum status
look_through(struct step *step, struct look *look, uint64_t first, uint64_t last)
{
    struct text from = row_key_item(step, first, 0), end = row_key_item(step, last, UINT32_MAX);
    look->arena = step_arena(step);
    enum status status = step_scan(step, REMITTANCE_ITEMS, from, end, look_at, look);
    if (status == STATUS_OK)
        status = look->status;
    for (unsigned i = 0; i < look->count && status == STATUS_OK; i++)
        status = look->act(step, &look->found[i]);
    return status;
}
