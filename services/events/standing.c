/* The list of claims: where each stands, folded from its events and those of the interchange that it is in. */
#include "services/events/events.h"

#include "common/claim/claim.h"

#include <assert.h>
#include <stdlib.h>

/* One claim of the block as its events so far leave it. */
struct standing {
    enum claim_state state;
    uint64_t version;
    int64_t cents, paid_cents, since;
    size_t carrier; /* the interchange that it is in: place in `carriers` from 1; 0 none */
    char clm01[24], payer[24];
};

struct carrier {
    uint64_t control;
    char payer[24];
};

/* An event of an interchange, to be folded in its place among those of the claims. */
struct told {
    uint64_t number, next_control;
    size_t carrier;
    uint32_t kind;
    int64_t instant;
};

struct listing {
    struct service *service;
    struct standing *claims; /* EVENTS_BLOCK of them */
    uint64_t first;          /* claim id of claims[0] */
    struct carrier *carriers;
    size_t carrier_count, carrier_room;
    struct told *told; /* by number; those before `told_done` are folded */
    size_t told_count, told_room, told_done;
    uint64_t at; /* log number that is being folded */
};

/* Room for one more. */
static void *
grown(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room == 0 ? 64 : *room * 2;
    items = realloc(items, *room * size);
    assert(items != NULL);
    return items;
}

static bool
gather_told(void *context, const struct events_entry *entry)
{
    struct listing *listing = context;
    const struct event *event = &entry->event;
    if (entry->number <= listing->at || !text_is(event->code, listing->carriers[listing->carrier_count - 1].payer))
        return true;
    listing->told = grown(listing->told, listing->told_count, &listing->told_room, sizeof *listing->told);
    size_t place = listing->told_count++;
    for (; place > listing->told_done && listing->told[place - 1].number > entry->number; place--)
        listing->told[place] = listing->told[place - 1];
    listing->told[place] = (struct told){.number = entry->number, .next_control = event->next_number,
                                         .carrier = listing->carrier_count, .kind = event->kind, .instant = event->instant};
    return true;
}

/* The place of an interchange from 1; what was told of it is gathered when it is met first. */
static size_t
carrier_of(struct listing *listing, uint64_t control, struct text payer)
{
    for (size_t i = listing->carrier_count; i > 0; i--)
        if (listing->carriers[i - 1].control == control && text_is(payer, listing->carriers[i - 1].payer))
            return i;
    listing->carriers =
        grown(listing->carriers, listing->carrier_count, &listing->carrier_room, sizeof *listing->carriers);
    struct carrier *carrier = &listing->carriers[listing->carrier_count++];
    carrier->control = control;
    text_copy(payer, carrier->payer, sizeof carrier->payer);
    size_t place = listing->carrier_count;
    events_of_interchange(listing->service, control, gather_told, listing);
    return place;
}

static void
move(struct standing *claim, uint32_t kind, int64_t instant)
{
    enum claim_state next;
    if (claim_state_next(claim->state, kind, &next) != CLAIM_MOVES)
        return;
    if (next != claim->state)
        claim->since = instant;
    claim->state = next;
}

/* Folds what was told of interchanges before the event `number` of the log. */
static void
fold_told(struct listing *listing, uint64_t number)
{
    while (listing->told_done < listing->told_count && listing->told[listing->told_done].number < number) {
        struct told told = listing->told[listing->told_done++];
        size_t next = told.carrier;
        listing->at = told.number;
        if (told.kind == EVENT_KIND_INTERCHANGE_RESENT) {
            char payer[24];
            memcpy(payer, listing->carriers[told.carrier - 1].payer, sizeof payer);
            next = carrier_of(listing, told.next_control, text_from(payer));
        }
        for (size_t i = 0; i < EVENTS_BLOCK; i++) {
            if (listing->claims[i].carrier != told.carrier)
                continue;
            move(&listing->claims[i], told.kind, told.instant);
            listing->claims[i].carrier = next;
        }
    }
}

static bool
fold(void *context, const struct events_entry *entry)
{
    struct listing *listing = context;
    const struct event *event = &entry->event;
    struct standing *claim = &listing->claims[event->identity.claim_id - listing->first];
    fold_told(listing, entry->number);
    listing->at = entry->number;
    if (event->identity.version > claim->version) { /* a later version: its own life begins */
        claim->version = event->identity.version;
        claim->carrier = 0;
        if (claim->state != CLAIM_NONE)
            claim->state = CLAIM_CODED;
    }
    move(claim, event->kind, event->instant);
    if (event->kind == EVENT_KIND_CLAIM_BATCHED)
        claim->carrier = carrier_of(listing, event->number, event->code);
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

/* Where the claims of a block stand. */
static void
fold_block(struct listing *listing, uint64_t block, struct arena *arena)
{
    memset(listing->claims, 0, EVENTS_BLOCK * sizeof(struct standing));
    listing->first = block * EVENTS_BLOCK;
    listing->carrier_count = listing->told_count = listing->told_done = 0;
    events_of_block(listing->service, block, arena, fold, listing);
    fold_told(listing, UINT64_MAX);
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
    uint64_t from = 0, highest = (uint64_t)service_counter(service, EVENTS_HIGHEST_CLAIM);
    struct text wanted = control_argument(request, "state");
    struct listing listing = {.service = service, .claims = calloc(EVENTS_BLOCK, sizeof(struct standing))};
    assert(listing.claims != NULL);
    text_to_u64(request->cursor, &from);
    for (int blocks = 0; from <= highest && !control_page_full(rows); blocks++) {
        uint64_t block = from / EVENTS_BLOCK;
        if (blocks == 4) /* a page reads a bounded piece of the log; the next one goes on */
            break;
        fold_block(&listing, block, rows->arena);
        for (; from < (block + 1) * EVENTS_BLOCK && from <= highest && !control_page_full(rows); from++) {
            const struct standing *claim = &listing.claims[from - listing.first];
            if (claim->state != CLAIM_NONE && (wanted.length == 0 || text_is(wanted, claim_state_name(claim->state))))
                standing_row(rows, from, claim);
        }
    }
    free(listing.claims);
    free(listing.carriers);
    free(listing.told);
    if (from <= highest)
        rows->answer->next = arena_print(rows->arena, "%llu", (unsigned long long)from);
}
