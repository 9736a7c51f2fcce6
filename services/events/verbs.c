/* Reading the log: from a number, by claim, and the list of claims with their states. */
#include "services/events/events.h"

#include "common/claim/claim.h"
#include "common/control_number/control_number.h"
#include "schemas/streams.h"

#include <assert.h>
#include <stdlib.h>

static const char *
daemon_of(uint16_t stream)
{
    for (size_t i = 0; i < stream_kind_count; i++)
        if (stream_kinds[i].number == stream)
            return stream_kinds[i].producer;
    return "";
}

static const char *
kind_name(uint32_t kind)
{
    return kind < EVENT_KIND_COUNT && event_kind_names[kind] != NULL ? event_kind_names[kind] : "unknown";
}

static void
event_row(struct control_rows *rows, const struct events_entry *entry)
{
    const struct event *event = &entry->event;
    control_row(rows);
    control_number(rows, "sequence", (int64_t)entry->number);
    control_instant(rows, "instant", event->instant);
    control_text(rows, "daemon", text_from(daemon_of(entry->stream)));
    control_text(rows, "kind", text_from(kind_name(event->kind)));
    control_number(rows, "stream", entry->stream);
    control_number(rows, "stream_sequence", (int64_t)entry->stream_sequence);
    if (event->identity.claim_id != 0) {
        control_number(rows, "claim_id", (int64_t)event->identity.claim_id);
        control_number(rows, "version", (int64_t)event->identity.version);
    }
    if (event->cents != 0)
        control_money(rows, "cents", event->cents);
    if (event->number != 0)
        control_number(rows, "number", (int64_t)event->number);
    if (event->code.length > 0)
        control_text(rows, "code", arena_copy(rows->arena, event->code));
    if (event->detail.length > 0)
        control_text(rows, "detail", arena_copy(rows->arena, event->detail));
    if (event->actor.length > 0)
        control_text(rows, "actor", arena_copy(rows->arena, event->actor));
    /* A payment of nothing is said, not left out. */
    bool adjudicated = event->kind >= EVENT_KIND_CLAIM_PAID && event->kind <= EVENT_KIND_CLAIM_PARTLY_DENIED;
    if (adjudicated || event->paid_cents != 0)
        control_money(rows, "paid_cents", event->paid_cents);
    if (adjudicated || event->patient_cents != 0)
        control_money(rows, "patient_cents", event->patient_cents);
}

struct reading {
    struct control_rows *rows;
    struct arena *arena;
    uint64_t next;
};

static bool
read_entry(void *context, struct text key, struct text value)
{
    struct reading *reading = context;
    struct events_entry entry;
    if (control_page_full(reading->rows)) {
        reading->next = store_u64(key, 0);
        return false;
    }
    if (events_entry_read(key, value, reading->arena, &entry) != STATUS_OK)
        return false;
    event_row(reading->rows, &entry);
    return true;
}

/* events.read: `from` (or the page's cursor) on, in log order. A number that is no longer kept is refused, not skipped. */
void
events_verb_read(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    uint64_t from = 1, first, end;
    struct text wanted = request->cursor.length > 0 ? request->cursor : control_argument(request, "from");
    struct arena arena;
    if (wanted.length > 0 && !text_to_u64(wanted, &from)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("from must be a number");
        return;
    }
    from = from == 0 ? 1 : from;
    service_log_range(service, EVENTS_LOG, &first, &end);
    if (from < first) {
        rows->answer->status = CONTROL_STATUS_REFUSED;
        rows->answer->sentence =
            arena_print(rows->arena, "the oldest event kept is %llu", (unsigned long long)first);
        return;
    }
    if (from >= end)
        return;
    arena_init(&arena, 0);
    struct reading reading = {rows, &arena, 0};
    service_log_scan(service, EVENTS_LOG, from, &arena, read_entry, &reading);
    arena_free(&arena);
    if (reading.next != 0)
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)reading.next);
}

struct timeline {
    struct control_rows *rows;
    uint64_t claim_id;
    /* the interchange that carried it, once its batch event was met */
    uint64_t control;
    char payer[24];
    uint64_t after; /* log number of the batch event */
};

static bool
timeline_entry(void *context, const struct events_entry *entry)
{
    struct timeline *timeline = context;
    const struct event *event = &entry->event;
    if (event->identity.claim_id != timeline->claim_id)
        return true;
    if (event->kind == EVENT_KIND_CLAIM_BATCHED) {
        timeline->control = event->number;
        text_copy(event->code, timeline->payer, sizeof timeline->payer);
        timeline->after = entry->number;
    }
    event_row(timeline->rows, entry);
    return true;
}

/* Events of the interchange itself (sent, TA1, 999): they carry ISA13 and payer instead of a claim. */
static bool
interchange_entry(void *context, const struct events_entry *entry)
{
    struct timeline *timeline = context;
    const struct event *event = &entry->event;
    if (event->number == timeline->control && text_is(event->code, timeline->payer) && entry->number > timeline->after)
        event_row(timeline->rows, entry);
    return true;
}

static int64_t
sequence_of(const struct control_row *row)
{
    return row->values[0].number;
}

static int
by_sequence(const void *a, const void *b)
{
    int64_t one = sequence_of(a), other = sequence_of(b);
    return (one > other) - (one < other);
}

void
events_verb_timeline(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    struct control_number number;
    struct text id = control_argument(request, "id");
    struct timeline timeline = {.rows = rows};
    if (control_number_parse(id, &number))
        timeline.claim_id = number.claim_id;
    else if (!text_to_u64(id, &timeline.claim_id)) {
        rows->answer->status = CONTROL_STATUS_WRONG;
        rows->answer->sentence = TEXT("id must be a claim id or a CLM01");
        return;
    }
    events_of_block(service, timeline.claim_id / EVENTS_BLOCK, rows->arena, timeline_entry, &timeline);
    if (timeline.control != 0)
        events_of_block(service, EVENTS_INTERCHANGE_BLOCK + timeline.control / EVENTS_BLOCK, rows->arena, interchange_entry,
                        &timeline);
    if (rows->answer->rows_count == 0) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("no event speaks of this claim");
        return;
    }
    qsort(rows->answer->rows, rows->answer->rows_count, sizeof *rows->answer->rows, by_sequence);
}

/* One claim of the block as its events so far leave it. */
struct standing {
    enum claim_state state;
    uint64_t version;
    int64_t cents, paid_cents, since;
    char clm01[24], payer[24];
};

struct listing {
    struct standing *claims; /* EVENTS_BLOCK of them */
    uint64_t first;          /* claim id of claims[0] */
};

static bool
fold(void *context, const struct events_entry *entry)
{
    struct listing *listing = context;
    const struct event *event = &entry->event;
    struct standing *claim = &listing->claims[event->identity.claim_id - listing->first];
    enum claim_state next;
    if (event->identity.version > claim->version) { /* a later version: its own life begins */
        claim->version = event->identity.version;
        if (claim->state != CLAIM_NONE)
            claim->state = CLAIM_CODED;
    }
    if (claim_state_next(claim->state, event->kind, &next) == CLAIM_MOVES) {
        if (next != claim->state)
            claim->since = event->instant;
        claim->state = next;
    }
    if (event->kind == EVENT_KIND_ENCOUNTER_RECEIVED || event->kind == EVENT_KIND_CLAIM_BUILT)
        claim->cents = event->cents;
    if (event->kind == EVENT_KIND_CLAIM_BUILT) {
        text_copy(event->detail, claim->clm01, sizeof claim->clm01);
        text_copy(event->code, claim->payer, sizeof claim->payer);
    }
    if (event->paid_cents != 0)
        claim->paid_cents = event->paid_cents;
    return true;
}

static void
standing_row(struct control_rows *rows, uint64_t claim_id, const struct standing *claim)
{
    control_row(rows);
    control_number(rows, "claim_id", (int64_t)claim_id);
    control_number(rows, "version", (int64_t)claim->version);
    control_text(rows, "state", text_from(claim_state_name(claim->state)));
    control_text(rows, "clm01", arena_copy(rows->arena, text_from(claim->clm01)));
    control_text(rows, "payer", arena_copy(rows->arena, text_from(claim->payer)));
    control_money(rows, "cents", claim->cents);
    control_money(rows, "paid_cents", claim->paid_cents);
    control_instant(rows, "since", claim->since);
}

/* claim.list: claims by id, newest state of each; `state` shows only those. The cursor is the next claim id. */
void
events_verb_list(struct service *service, const struct control_request *request, struct control_rows *rows)
{
    enum { HIGHEST_CLAIM = 2 };
    uint64_t from = 0, highest = (uint64_t)service_counter(service, HIGHEST_CLAIM);
    struct text wanted = control_argument(request, "state");
    struct listing listing = {.claims = calloc(EVENTS_BLOCK, sizeof(struct standing))};
    assert(listing.claims != NULL);
    text_to_u64(request->cursor, &from);
    for (int blocks = 0; from <= highest && !control_page_full(rows); blocks++) {
        uint64_t block = from / EVENTS_BLOCK;
        if (blocks == 4) /* a page reads a bounded piece of the log; the next one goes on */
            break;
        memset(listing.claims, 0, EVENTS_BLOCK * sizeof(struct standing));
        listing.first = block * EVENTS_BLOCK;
        events_of_block(service, block, rows->arena, fold, &listing);
        for (; from < (block + 1) * EVENTS_BLOCK && from <= highest && !control_page_full(rows); from++) {
            const struct standing *claim = &listing.claims[from - listing.first];
            if (claim->state != CLAIM_NONE && (wanted.length == 0 || text_is(wanted, claim_state_name(claim->state))))
                standing_row(rows, from, claim);
        }
    }
    free(listing.claims);
    if (from <= highest)
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)from);
}
