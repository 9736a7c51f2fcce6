/* Reading the log: from a number, and by claim. */
#include "services/events/events.h"

#include "common/control_number/control_number.h"
#include "schemas/streams.h"

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
    if (event->next_number != 0)
        control_number(rows, "next_number", (int64_t)event->next_number);
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

/* An interchange that a version of the claim was in, and since when until when (log numbers). */
struct span {
    uint64_t control, version, after, until;
    char payer[24];
};

enum { SPANS = 64 };
struct timeline {
    struct control_rows *rows;
    uint64_t claim_id;
    struct span spans[SPANS]; /* in the order of their beginning */
    size_t count, at;         /* the one being joined */
};

static void
add_span(struct timeline *timeline, uint64_t control, struct text payer, uint64_t version, uint64_t after)
{
    if (timeline->count == SPANS)
        return;
    struct span *span = &timeline->spans[timeline->count++];
    *span = (struct span){.control = control, .version = version, .after = after, .until = UINT64_MAX};
    text_copy(payer, span->payer, sizeof span->payer);
}

static bool
timeline_entry(void *context, const struct events_entry *entry)
{
    struct timeline *timeline = context;
    const struct event *event = &entry->event;
    if (event->identity.claim_id != timeline->claim_id)
        return true;
    if (event->kind == EVENT_KIND_CLAIM_BATCHED || event->kind == EVENT_KIND_STATUS_ASKED)
        add_span(timeline, event->number, event->code, event->identity.version, entry->number);
    event_row(timeline->rows, entry);
    return true;
}

/* Events of the interchange itself carry ISA13 and payer instead of a claim. Sent anew under new numbers, it hands the
 * claim on to the interchange that takes its place. */
static bool
interchange_entry(void *context, const struct events_entry *entry)
{
    struct timeline *timeline = context;
    struct span *span = &timeline->spans[timeline->at];
    const struct event *event = &entry->event;
    if (entry->number <= span->after || entry->number > span->until || !text_is(event->code, span->payer))
        return true;
    event_row(timeline->rows, entry);
    control_number(timeline->rows, "version", (int64_t)span->version);
    if (event->kind == EVENT_KIND_INTERCHANGE_RESENT) {
        span->until = entry->number;
        add_span(timeline, event->next_number, event->code, span->version, entry->number);
    }
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
    for (; timeline.at < timeline.count; timeline.at++)
        events_of_interchange(service, timeline.spans[timeline.at].control, interchange_entry, &timeline);
    if (rows->answer->rows_count == 0) {
        rows->answer->status = CONTROL_STATUS_NOT_FOUND;
        rows->answer->sentence = TEXT("no event speaks of this claim");
        return;
    }
    qsort(rows->answer->rows, rows->answer->rows_count, sizeof *rows->answer->rows, by_sequence);
}
