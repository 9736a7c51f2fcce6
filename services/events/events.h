/*
 * The events daemon: one ordered, durable, replayable log of what happened to every claim, and the joined timeline.
 *
 * An event is appended only after the event behind it (its cause: stream and sequence), so the order is causal over all
 * daemons. The log's numbers have no gap and never change; replay from any kept number gives the same bytes.
 */
#ifndef CLAIMLINE_EVENTS_H
#define CLAIMLINE_EVENTS_H

#include "common/service/service.h"

extern const struct service_plan events_plan;

/* The plan's tables. */
enum events_table {
    EVENTS_LOG,   /* LOG: stream u16, stream sequence u64, the packed event */
    EVENTS_INDEX, /* key: claim block (claim id / 1024) u64, log block (log number / 1024) u64 -> "i": where the events of
                     these claims stand. One row serves about a thousand events, so the index costs almost nothing.
                     Behind all claims: EVENTS_INTERCHANGES + ISA13 u64, log number u64 -> the entry of the log */
};
enum events_counter { EVENTS_TAKEN, EVENTS_PASSED_ON, EVENTS_HIGHEST_CLAIM, EVENTS_COUNTERS };
enum { EVENTS_BLOCK = 1024, EVENTS_HEAD_BYTES = 10 };
/* Events of an interchange (sent, TA1, 999, resent) carry its ISA13 and no claim; there are a few for thousands of
 * claims, so the index holds them whole. */
#define EVENTS_INTERCHANGES (UINT64_C(1) << 61)

/* An entry of the log. */
struct events_entry {
    uint64_t number;
    uint16_t stream;
    uint64_t stream_sequence;
    struct event event;
};
/* Reads an entry; texts point into `value`, lists into the arena. */
enum status events_entry_read(struct text key, struct text value, struct arena *arena, struct events_entry *entry);

/* Visits the events of the claims of one block in log order, until `visit` returns false. */
typedef bool events_visit(void *context, const struct events_entry *entry);
enum status events_of_block(struct service *service, uint64_t claim_block, struct arena *arena, events_visit *visit,
                            void *context);

/* Visits the events of the interchanges with this ISA13 in log order, whatever their payer (the event's code). */
enum status events_of_interchange(struct service *service, uint64_t control, events_visit *visit, void *context);

/* The verbs (verbs.c; the list in standing.c). */
void events_verb_read(struct service *service, const struct control_request *request, struct control_rows *rows);
void events_verb_timeline(struct service *service, const struct control_request *request, struct control_rows *rows);
void events_verb_list(struct service *service, const struct control_request *request, struct control_rows *rows);

#endif
