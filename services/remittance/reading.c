/*
 * A unit's chunks read as an 835: the checker walks it, the map makes records of it. Pass 1 (outside any step) balances
 * every set, and remembers the claims of those that may be posted as far as there is room (memo.h); pass 2 hands out claims,
 * from wherever the durable cursor says. A set that did not fit into the memo is read a second time.
 */
#include "services/remittance/remittance.h"

#include "common/x12/map/x12_map.h"
#include "schemas/x12/x12_maps.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct reading {
    struct service *service; /* pass 1 reads the last commit */
    struct step *step;       /* pass 2 the step at hand */
    uint64_t unit, chunks;
    /* the chunk at hand, copied: it outlives the step; of a unit that is whole in memory all of them, borrowed */
    uint64_t chunk; /* its number, or the last one's */
    char *bytes;
    const char *in;
    size_t length, used;
    struct arena arena;      /* pass 1: of one chunk */
    struct seal_sum *sum;    /* pass 1: of the whole unit */
    enum status failed;
    struct x12_check check;
    struct x12_map_reader map;
    uint64_t set, claim; /* where it stands: ordinals from 1 */
    /* pass 1 */
    struct remittance *state;
    struct judged_set *judged; /* the set at hand */
    struct seal_hash *content;
    char gathered[4096]; /* of the content, not yet in its hash: one call for many segments */
    size_t gathered_length;
    bool has_head;
    /* pass 2 */
    uint64_t wanted_set, skip; /* claims of it that are posted */
    reading_take *take;
    void *context;
    bool taken; /* a claim was handed out by the last event */
};

enum { CHUNK_BYTES = 262144 };

static enum status
next_chunk(struct reading *reading)
{
    struct text value;
    enum status status;
    struct store_key key = store_key_u32(store_key_u64(store_key(), reading->unit), (uint32_t)(reading->chunk + 1));
    if (reading->step != NULL) {
        struct arena_mark mark = arena_mark(step_arena(reading->step));
        status = step_get(reading->step, REMITTANCE_CHUNKS, store_key_text(&key), &value);
        if (status == STATUS_OK && value.length <= CHUNK_BYTES)
            memcpy(reading->bytes, value.data, value.length);
        arena_release(step_arena(reading->step), mark);
    } else {
        arena_reset(&reading->arena);
        status = service_get(reading->service, REMITTANCE_CHUNKS, store_key_text(&key), &reading->arena, &value);
        if (status == STATUS_OK && value.length <= CHUNK_BYTES)
            memcpy(reading->bytes, value.data, value.length);
    }
    if (status != STATUS_OK || value.length > CHUNK_BYTES)
        return STATUS_CORRUPT; /* a complete unit has all its chunks */
    reading->chunk++;
    reading->length = value.length;
    reading->used = 0;
    if (reading->sum != NULL)
        seal_sum_add(reading->sum, text_of(reading->bytes, reading->length));
    return STATUS_OK;
}

static enum status
source(void *context, char *buffer, size_t room, size_t *got)
{
    struct reading *reading = context;
    *got = 0;
    while (reading->used == reading->length) {
        if (reading->chunk == reading->chunks)
            return STATUS_OK;
        reading->failed = next_chunk(reading);
        if (reading->failed != STATUS_OK)
            return reading->failed;
    }
    *got = reading->length - reading->used < room ? reading->length - reading->used : room;
    memcpy(buffer, reading->in + reading->used, *got);
    reading->used += *got;
    return STATUS_OK;
}

static void
broken(struct reading *reading, const char *why)
{
    if (reading->judged != NULL && reading->judged->fault == NULL)
        reading->judged->fault = why;
}

static void
judge_head(struct reading *reading, const struct remittance_head *head)
{
    struct judged_set *set = reading->judged;
    reading->has_head = true;
    text_copy(head->trace, set->trace, sizeof set->trace);
    text_copy(head->payer_tax_id, set->payer_tax_id, sizeof set->payer_tax_id);
    text_copy(head->payee.id, set->payee, sizeof set->payee);
    set->effective_date = head->effective_date;
    balance_begin(&set->balance, head);
}

/* A slip in a name or a reference must not stop money. What holds the set is a fault where money and its identity stand;
 * one that hides behind an earlier, harmless fault makes an equation fail, for what could not be read counts as zero. */
static bool
matters(unsigned record, const struct x12_map_fault *fault)
{
    static const char *const head[] = {"BPR", "TRN", "N1*PE"}, *const claim[] = {"CLP", "CAS", "SVC"};
    const char *const *segments = record == X12_MAP_835_CLAIM ? claim : head;
    if (record == X12_MAP_835_PROVIDER)
        return true;
    const char *slash = strchr(fault->place, '/'), *segment = slash == NULL ? fault->place : slash + 1;
    for (unsigned i = 0; i < 3; i++)
        if (strncmp(segment, segments[i], strlen(segments[i])) == 0)
            return true;
    return false;
}

/* The memo is full: what stands of this set is of no use. */
static void
forget_set(struct reading *reading)
{
    reading->state->memo.length = reading->judged->memo_from;
}

static void
remember(struct reading *reading, const struct remittance_claim *claim)
{
    struct memo *memo = &reading->state->memo;
    if (!memo->full && !memo_add(memo, claim))
        forget_set(reading);
}

static enum status
give(void *context, const struct x12_map_reader *map, unsigned record, const void *value, const struct x12_map_fault *fault)
{
    struct reading *reading = context;
    (void)map;
    if (fault != NULL && fault->place != NULL && matters(record, fault))
        broken(reading, fault->what);
    if (record == X12_MAP_835_CLAIM) {
        reading->claim++;
        if (reading->judged != NULL) {
            balance_claim(&reading->judged->balance, value);
            remember(reading, value);
        } else if (reading->take != NULL && reading->set == reading->wanted_set && reading->claim > reading->skip) {
            reading->taken = true;
            return reading->take(reading->context, value);
        }
    } else if (reading->judged != NULL && record == X12_MAP_835_HEAD) {
        judge_head(reading, value);
    } else if (reading->judged != NULL && record == X12_MAP_835_PROVIDER) {
        balance_provider(&reading->judged->balance, value);
    }
    return STATUS_OK;
}

static struct reading *
reading_open(struct service *service, struct step *step, uint64_t unit, uint64_t chunks)
{
    struct reading *reading = calloc(1, sizeof *reading);
    assert(reading != NULL);
    reading->service = service;
    reading->step = step;
    reading->unit = unit;
    reading->chunks = chunks;
    reading->in = reading->bytes = malloc(CHUNK_BYTES);
    assert(reading->bytes != NULL);
    arena_init(&reading->arena, 0);
    /* The equations are judged here, and a slip in a contact segment must not stop money: syntax and envelope decide. */
    struct x12_check_options options = {.snip = 1};
    x12_check_open(&reading->check, &options, source, reading);
    x12_map_reader_open(&reading->map, &x12_map_835, give, reading);
    return reading;
}

static void
end_sum(struct reading *reading, uint8_t sum[SEAL_SUM_BYTES])
{
    if (reading->sum != NULL)
        seal_sum_end(reading->sum, sum);
    reading->sum = NULL;
}

void
reading_free(struct reading *reading)
{
    uint8_t digest[32], sum[SEAL_SUM_BYTES];
    if (reading == NULL)
        return;
    end_sum(reading, sum);
    if (reading->content != NULL)
        seal_hash_end(reading->content, digest);
    x12_map_reader_close(&reading->map);
    x12_check_close(&reading->check);
    arena_free(&reading->arena);
    free(reading->bytes);
    free(reading);
}

/* ---- pass 1 ---- */

static void
begin_set(struct reading *reading)
{
    struct remittance *state = reading->state;
    if (state->set_count == state->set_room) {
        state->set_room = state->set_room == 0 ? 16 : state->set_room * 2;
        state->sets = realloc(state->sets, state->set_room * sizeof *state->sets);
        assert(state->sets != NULL);
    }
    reading->judged = &state->sets[state->set_count++];
    *reading->judged = (struct judged_set){.memo_from = state->memo.length};
    reading->has_head = false;
    reading->content = seal_hash_begin();
    reading->gathered_length = 0;
}

/* What the payer makes anew when it sends the same remittance again is no content: set number, date of production,
 * contacts. */
static bool
is_content(const struct x12_segment *segment)
{
    if (segment->id == X12_ID('S', 'T', 0) || segment->id == X12_ID('S', 'E', 0) || segment->id == X12_ID('P', 'E', 'R'))
        return false;
    return segment->id != X12_ID('D', 'T', 'M') || !text_is(x12_element(segment, 1), "405");
}

static void
flush_content(struct reading *reading)
{
    seal_hash_add(reading->content, text_of(reading->gathered, reading->gathered_length));
    reading->gathered_length = 0;
}

/* The segment's bytes and a line end. */
static void
add_content(struct reading *reading, const struct x12_segment *segment)
{
    if (segment->length >= sizeof reading->gathered - reading->gathered_length)
        flush_content(reading);
    if (segment->length >= sizeof reading->gathered) {
        seal_hash_add(reading->content, text_of(segment->data, segment->length));
        seal_hash_add(reading->content, TEXT("\n"));
        return;
    }
    memcpy(reading->gathered + reading->gathered_length, segment->data, segment->length);
    reading->gathered_length += segment->length;
    reading->gathered[reading->gathered_length++] = '\n';
}

static void
judge_balance(struct judged_set *set)
{
    if (balance_end(&set->balance) || pieces_may_be(&set->balance))
        return;
    const struct balance_difference *first = &set->balance.differences[0];
    const char *name = balance_equation_name(first->equation);
    if (first->line > 0)
        snprintf(set->place, sizeof set->place, "%s %u of claim %u", name, first->line, first->claim);
    else if (first->claim > 0)
        snprintf(set->place, sizeof set->place, "%s %u", name, first->claim);
    else
        snprintf(set->place, sizeof set->place, "%s", name);
}

static void
end_set(struct reading *reading)
{
    struct judged_set *set = reading->judged;
    flush_content(reading);
    seal_hash_end(reading->content, set->digest);
    reading->content = NULL;
    if (!reading->has_head || set->trace[0] == '\0')
        broken(reading, "the set is no remittance with a trace number");
    else if (!reading->check.set.accepted)
        broken(reading, "the set breaks its envelope or is cut");
    else if (reading->check.set.claim_count != set->balance.claim_count)
        broken(reading, "a claim of the set could not be read");
    if (set->fault == NULL)
        judge_balance(set);
    set->remembered = set->fault == NULL && !reading->state->memo.full;
    if (!set->remembered)
        forget_set(reading);
    reading->judged = NULL;
}

static void
judge_event(struct reading *reading, enum x12_event event)
{
    if (event == X12_EVENT_SET)
        begin_set(reading);
    enum status status = x12_map_event(&reading->map, &reading->check, event);
    assert(status == STATUS_OK); /* `give` never fails here */
    if (event == X12_EVENT_SEGMENT && reading->content != NULL && is_content(reading->check.segment))
        add_content(reading, reading->check.segment);
    if (event == X12_EVENT_SET_END && reading->judged != NULL)
        end_set(reading);
}

/* Instead of its chunks one by one, what memory has of all of them. */
static void
take_staged(struct reading *reading)
{
    struct text whole;
    if (!staged_whole(&reading->state->staged, reading->unit, reading->chunks, &whole))
        return;
    reading->in = whole.data;
    reading->length = whole.length;
    reading->chunk = reading->chunks;
    seal_sum_add(reading->sum, whole);
}

enum status
reading_judge(struct service *service, uint64_t unit, const struct remit_unit *row, struct remittance *state)
{
    uint8_t sum[SEAL_SUM_BYTES];
    struct reading *reading = reading_open(service, NULL, unit, row->last);
    reading->state = state;
    reading->sum = seal_sum_begin();
    take_staged(reading);
    state->set_count = 0;
    memo_clear(&state->memo);
    enum x12_event event;
    do {
        event = x12_check_next(&reading->check);
        judge_event(reading, event);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    while (reading->failed == STATUS_OK && reading->chunk < reading->chunks)
        reading->failed = next_chunk(reading); /* what stands behind a fault is part of the sum */
    end_sum(reading, sum);
    state->sum_differs = !text_equal(row->sum, text_of(sum, sizeof sum));
    state->unit = unit;
    enum status status = reading->failed;
    reading_free(reading);
    staged_drop(&state->staged, unit);
    return status;
}

/* ---- pass 2 ---- */

/* To the claim behind `claims_done`, when it does not stand there. */
static void
find_remembered(struct memo *memo, const struct judged_set *set, const struct remit_unit *row)
{
    if (memo->set == row->set && memo->claim == row->claims_done)
        return;
    memo->set = row->set;
    memo->at = set->memo_from;
    for (memo->claim = 0; memo->claim < row->claims_done; memo->claim++)
        memo_pass(memo, &memo->at);
}

static enum status
remembered_claims(struct step *step, struct remittance *state, const struct remit_unit *row, unsigned limit, reading_take *take,
                  void *context, bool *ended)
{
    struct memo *memo = &state->memo;
    const struct judged_set *set = &state->sets[row->set - 1];
    enum status status = STATUS_OK;
    find_remembered(memo, set, row);
    for (; limit > 0 && memo->claim < set->balance.claim_count && status == STATUS_OK; limit--) {
        struct remittance_claim claim;
        memo_read(memo, &memo->at, step_arena(step), &claim);
        memo->claim++;
        status = take(context, &claim);
    }
    *ended = memo->claim == set->balance.claim_count;
    return status;
}

enum status
reading_claims(struct step *step, struct remittance *state, uint64_t unit, const struct remit_unit *row, unsigned limit,
               reading_take *take, void *context, bool *ended)
{
    if (state->sets[row->set - 1].remembered)
        return remembered_claims(step, state, row, limit, take, context, ended);
    struct reading *reading = state->reading;
    if (reading != NULL && (reading->unit != unit || reading->set > row->set ||
                            (reading->set == row->set && reading->claim != row->claims_done))) {
        reading_free(reading);
        reading = NULL;
    }
    if (reading == NULL)
        reading = reading_open(NULL, step, unit, row->last);
    state->reading = reading;
    reading->step = step;
    reading->wanted_set = row->set;
    reading->skip = row->claims_done;
    reading->take = take;
    reading->context = context;
    *ended = false;
    enum status status = STATUS_OK;
    while (limit > 0 && !*ended && status == STATUS_OK) {
        enum x12_event event = x12_check_next(&reading->check);
        if (event == X12_EVENT_SET) {
            reading->set++;
            reading->claim = 0;
        }
        reading->taken = false;
        status = x12_map_event(&reading->map, &reading->check, event);
        limit -= reading->taken;
        *ended = event == X12_EVENT_SET_END && reading->set == row->set;
        if (event == X12_EVENT_END || event == X12_EVENT_FAILED)
            status = STATUS_CORRUPT; /* pass 1 read this set to its end */
    }
    return status;
}
