#include "services/events/events.h"

#include "schemas/streams.h"

enum { CACHE_SLOTS = 4096 };

/* Index rows known to be there: claim block -> log block, so that a row is put once and not for every event. */
struct events_state {
    struct {
        uint64_t claim_block, log_block;
    } cache[CACHE_SLOTS];
};

static void
index_block(struct step *step, uint64_t claim_block, uint64_t number)
{
    struct events_state *state = step_state(step);
    uint64_t log_block = number / EVENTS_BLOCK;
    size_t slot = (size_t)(claim_block % CACHE_SLOTS);
    if (state->cache[slot].claim_block == claim_block + 1 && state->cache[slot].log_block == log_block)
        return;
    struct store_key key = store_key_u64(store_key_u64(store_key(), claim_block), log_block);
    step_put(step, EVENTS_INDEX, store_key_text(&key), TEXT("i"));
    state->cache[slot].claim_block = claim_block + 1;
    state->cache[slot].log_block = log_block;
}

/* Kinds that speak of an interchange and of every claim in it. */
static bool
is_of_interchange(const struct event *event)
{
    return event->identity.claim_id == 0 &&
           (event->kind == EVENT_KIND_CLAIM_SENT || event->kind == EVENT_KIND_CLAIM_ACKNOWLEDGED ||
            event->kind == EVENT_KIND_CLAIM_SET_REJECTED || event->kind == EVENT_KIND_INTERCHANGE_ANSWERED ||
            event->kind == EVENT_KIND_INTERCHANGE_RESENT || event->kind == EVENT_KIND_INQUIRY_SENT ||
            event->kind == EVENT_KIND_INQUIRY_ANSWERED);
}

static struct store_key
interchange_key(uint64_t control, uint64_t number)
{
    return store_key_u64(store_key_u64(store_key(), EVENTS_INTERCHANGES + control), number);
}

static void
put_number(char *out, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        out[i] = (char)number;
        number >>= 8;
    }
}

static enum status
append(struct step *step, const void *record)
{
    const struct event *event = record;
    struct text bytes = step_input(step);
    char *entry = arena_take_raw(step_arena(step), EVENTS_HEAD_BYTES + bytes.length), bell[8];
    put_number(entry, step_stream(step), 2);
    put_number(entry + 2, step_sequence(step), 8);
    memcpy(entry + EVENTS_HEAD_BYTES, bytes.data, bytes.length);
    uint64_t number = step_log_append(step, EVENTS_LOG, text_of(entry, EVENTS_HEAD_BYTES + bytes.length));
    uint64_t claim_id = event->identity.claim_id;
    if (claim_id != 0)
        index_block(step, claim_id / EVENTS_BLOCK, number);
    if (is_of_interchange(event)) {
        struct store_key key = interchange_key(event->number, number);
        step_put(step, EVENTS_INDEX, store_key_text(&key), text_of(entry, EVENTS_HEAD_BYTES + bytes.length));
    }
    if ((int64_t)claim_id > step_counter(step, EVENTS_HIGHEST_CLAIM))
        step_count(step, EVENTS_HIGHEST_CLAIM, (int64_t)claim_id - step_counter(step, EVENTS_HIGHEST_CLAIM));
    step_count(step, EVENTS_TAKEN, 1);
    step_count(step, EVENTS_PASSED_ON, 1);
    put_number(bell, number, 8);
    service_doorbell(step_service(step), text_of(bell, sizeof bell));
    return STATUS_OK;
}

/* The event behind must be in the log first. */
static bool
ready(struct service *service, uint16_t stream, uint16_t event_stream, uint64_t event_sequence)
{
    return event_stream == 0 || event_stream == stream || service_applied(service, event_stream) >= event_sequence;
}

static void
forget_cache(struct service *service)
{
    memset(service_state(service), 0, sizeof(struct events_state));
}

enum status
events_entry_read(struct text key, struct text value, struct arena *arena, struct events_entry *entry)
{
    if (key.length != 8 || value.length < EVENTS_HEAD_BYTES)
        return STATUS_CORRUPT;
    entry->number = store_u64(key, 0);
    entry->stream = store_u16(value, 0);
    entry->stream_sequence = store_u64(value, 2);
    struct text packed = text_of(value.data + EVENTS_HEAD_BYTES, value.length - EVENTS_HEAD_BYTES);
    return record_read(&record_event, packed, arena, &entry->event, NULL) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

struct block_walk {
    struct service *service;
    struct arena *arena;
    uint64_t claim_block, log_end;
    events_visit *visit;
    void *context;
    bool stopped;
    enum status status;
};

static bool
visit_entry(void *context, struct text key, struct text value)
{
    struct block_walk *walk = context;
    struct events_entry entry;
    if (store_u64(key, 0) >= walk->log_end)
        return false;
    walk->status = events_entry_read(key, value, walk->arena, &entry);
    if (walk->status != STATUS_OK)
        return false;
    uint64_t claim_id = entry.event.identity.claim_id;
    if (claim_id == 0 || claim_id / EVENTS_BLOCK != walk->claim_block)
        return true;
    walk->stopped = !walk->visit(walk->context, &entry);
    return !walk->stopped;
}

struct block_list {
    uint64_t *blocks;
    size_t count, room;
    struct arena *arena;
};

static bool
gather_block(void *context, struct text key, struct text value)
{
    struct block_list *list = context;
    (void)value;
    list->blocks[list->count++] = store_u64(key, 8);
    return list->count < list->room;
}

enum status
events_of_block(struct service *service, uint64_t claim_block, struct arena *arena, events_visit *visit, void *context)
{
    enum { BLOCKS = 4096 };
    struct store_key from = store_key_u64(store_key(), claim_block), to = store_key_u64(store_key(), claim_block + 1);
    struct block_list list = {ARENA_ARRAY(arena, uint64_t, BLOCKS), 0, BLOCKS, arena};
    struct arena scratch;
    arena_init(&scratch, 0);
    struct block_walk walk = {service, &scratch, claim_block, 0, visit, context, false, STATUS_OK};
    enum status status = service_scan(service, EVENTS_INDEX, store_key_text(&from), store_key_text(&to), &scratch,
                                      gather_block, &list);
    for (size_t i = 0; i < list.count && status == STATUS_OK && !walk.stopped; i++) {
        uint64_t first = list.blocks[i] * EVENTS_BLOCK;
        walk.log_end = first + EVENTS_BLOCK;
        status = service_log_scan(service, EVENTS_LOG, first == 0 ? 1 : first, &scratch, visit_entry, &walk);
        if (status == STATUS_OK)
            status = walk.status;
    }
    arena_free(&scratch);
    return status;
}

struct interchange_walk {
    struct arena *arena;
    events_visit *visit;
    void *context;
    enum status status;
};

static bool
visit_indexed(void *context, struct text key, struct text value)
{
    struct interchange_walk *walk = context;
    struct events_entry entry;
    walk->status = events_entry_read(text_of(key.data + 8, key.length - 8), value, walk->arena, &entry);
    return walk->status == STATUS_OK && walk->visit(walk->context, &entry);
}

enum status
events_of_interchange(struct service *service, uint64_t control, events_visit *visit, void *context)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    struct interchange_walk walk = {&scratch, visit, context, STATUS_OK};
    struct store_key from = interchange_key(control, 0), to = interchange_key(control + 1, 0);
    enum status status = service_scan(service, EVENTS_INDEX, store_key_text(&from), store_key_text(&to), &scratch,
                                      visit_indexed, &walk);
    arena_free(&scratch);
    return status == STATUS_OK ? walk.status : status;
}

static const struct store_table tables[] = {
    [EVENTS_LOG] = {"events.log", STORE_LOG, 1, 0, 0},
    [EVENTS_INDEX] = {"events.index", STORE_ORDERED, 1, 0, 0},
};
static const struct service_input inputs[] = {
    {STREAM_INTAKE_EVENTS, &record_event, append},     {STREAM_CODING_EVENTS, &record_event, append},
    {STREAM_CLAIMS_EVENTS, &record_event, append},     {STREAM_SUBMISSION_EVENTS, &record_event, append},
    {STREAM_REMITTANCE_EVENTS, &record_event, append},
};
static const struct service_verb verbs[] = {
    {"events.read", events_verb_read, NULL},
    {"claim.timeline", events_verb_timeline, NULL},
    {"claim.list", events_verb_list, NULL},
};
static const char *const counters[EVENTS_COUNTERS] = {"taken", "passed_on", "highest_claim"};

const struct service_plan events_plan = {
    .name = "events",
    .sentence = "keeps the one ordered log of claim events",
    SERVICE_LIST(table, tables),
    SERVICE_LIST(input, inputs),
    SERVICE_LIST(verb, verbs),
    SERVICE_LIST(counter, counters),
    .patience = 40 * 1000,
    .state_size = sizeof(struct events_state),
    .dropped = forget_cache,
    .ready = ready,
};
