#include "common/x12/check/x12_validate.h"

#include "common/x12/check/rules/x12_claim_rules.h"
#include "common/x12/guide/x12_element_quick.h"
#include "schemas/findings.h"

#include <assert.h>
#include <stdlib.h>

static void
open_state(struct x12_check *check, const struct x12_check_options *options)
{
    *check = (struct x12_check){.options = *options, .status = STATUS_OK};
    if (check->options.snip == 0)
        check->options.snip = 7;
    check->state = calloc(1, sizeof *check->state);
    assert(check->state != NULL);
    check->state->last = X12_EVENT_COUNT;
    check->state->taken = true;
    struct x12_state *state = check->state;
    arena_init(&state->interchange_arena, 0);
    arena_init(&state->group_arena, 0);
    arena_init(&state->set_arena, 0);
    arena_init(&state->claim_arena, 0);
    for (int i = 0; i < X12_LEVELS; i++)
        arena_init(&state->level_arenas[i], 0);
    x12_identity_open(&state->identity);
}

void
x12_check_open(struct x12_check *check, const struct x12_check_options *options, x12_source source,
               void *context)
{
    open_state(check, options);
    x12_reader_open(&check->reader, source, context, options->pin_limit);
}

void
x12_check_open_memory(struct x12_check *check, const struct x12_check_options *options, struct text bytes)
{
    open_state(check, options);
    x12_reader_open_memory(&check->reader, bytes);
    if (options->pin_limit > 0)
        check->reader.pin_limit = options->pin_limit;
}

void
x12_check_close(struct x12_check *check)
{
    struct x12_state *state = check->state;
    arena_free(&state->interchange_arena);
    arena_free(&state->group_arena);
    arena_free(&state->set_arena);
    arena_free(&state->claim_arena);
    for (int i = 0; i < X12_LEVELS; i++)
        arena_free(&state->level_arenas[i]);
    x12_identity_close(&state->identity);
    free(state);
    check->state = NULL;
    x12_reader_close(&check->reader);
}

/* What stands beyond types 1 and 2. */
static void
look_deeper(struct x12_check *check)
{
    struct x12_state *state = check->state;
    if (state->rules != NULL)
        state->rules->calls->segment(check);
    if (state->situations != NULL)
        x12_situations_segment(check);
    if (state->external.guide != 0)
        x12_external_segment(check);
    if (check->options.edits != NULL && check->options.snip >= 7)
        x12_edits_segment(check);
    if (state->identity.parts != NULL)
        x12_identity_segment(check);
}

/* The segment in its place: elements, numbering, rules. */
static void
check_place(struct x12_check *check)
{
    const struct x12_place *place = check->step.place;
    struct x12_state *state = check->state;
    if (check->options.snip < 2)
        return;
    if (state->claims != NULL && !state->in_claim && place->number < X12_PLACES_ABOVE)
        state->above[place->number] = check->walker.position;
    if (!check->set.elements_known &&
        !x12_element_passes(place, check->segment, state->characters.delimiters.component) &&
        !x12_element_judge(check->set.guide, place, check->segment, &state->characters, check->walker.position,
                           &check->set.findings))
        check->set.accepted = false;
    if (check->segment->torn)
        x12_emit(check, FINDING_X12_BINARY_LENGTH, check->segment->element_count, 0, "5",
                 x12_element(check->segment, check->segment->element_count - 1u), false);
    if (place->segment == X12_ID('H', 'L', 0))
        x12_numbers_level(check);
    else if (place->segment == X12_ID('L', 'X', 0) && state->in_claim)
        x12_numbers_line(check);
    if (state->deeper)
        look_deeper(check);
}

static const struct x12_rules *
rules_of(const struct x12_guide *guide)
{
    static const struct x12_rules *const all[] = {&x12_rules_837p, &x12_rules_837i, &x12_rules_837d, &x12_rules_835};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i]->guide == guide)
            return all[i];
    }
    return NULL;
}

static void
begin_set(struct x12_check *check)
{
    struct x12_state *state = check->state;
    x12_envelope_st(check);
    state->in_set = true;
    state->level = 0;
    state->hl_count = 0;
    state->rules = NULL;
    state->situations = NULL;
    state->claims = NULL;
    state->external.guide = 0;
    memset(state->hl_numbers, 0, sizeof state->hl_numbers);
    memset(state->above, 0, sizeof state->above);
    x12_identity_set_begin(check);
    if (check->set.guide == NULL)
        return;
    x12_walker_begin(&check->walker, check->set.guide, check->reader.delimiters.component,
                     check->options.snip >= 2 ? &check->set.findings : NULL);
    const struct x12_rules *rules = rules_of(check->set.guide);
    state->claims = rules != NULL ? rules->claims : NULL;
    state->rules = check->options.snip >= 3 ? rules : NULL;
    if (state->rules != NULL)
        state->rules->calls->set_begin(check);
    if (check->options.snip >= 4)
        x12_situations_begin(check);
    if (check->options.snip >= 5)
        x12_external_begin(check);
    state->deeper = check->options.snip >= 3;
}

/* Loops that the last step closed, from state->closing on. True when a claim ended: the rest follows after
 * its event. */
static bool
close_loops(struct x12_check *check)
{
    struct x12_state *state = check->state;
    while (state->closing < check->step.closed_count) {
        uint16_t loop = check->step.closed[state->closing++];
        if (state->rules != NULL)
            state->rules->calls->loop_end(check, loop);
        if (state->situations != NULL)
            x12_situations_close(check, loop);
        if (state->external.guide != 0)
            x12_external_close(check, loop);
        if (check->set.guide->loops[loop].claim && state->in_claim) {
            x12_claim_end(check);
            return true;
        }
    }
    return false;
}

static void
finish_set(struct x12_check *check)
{
    struct x12_state *state = check->state;
    if (check->set.guide != NULL && check->walker.failed)
        check->set.accepted = false;
    if (state->rules != NULL)
        state->rules->calls->set_end(check);
    check->group.accepted_sets += check->set.accepted;
    x12_identity_set_end(check);
    state->in_set = false;
    state->level = 0;
    x12_reader_release(&check->reader);
}

/* The end of the set; its open claim ends first. `cut`: without an SE. */
static enum x12_event
end_set(struct x12_check *check, bool cut)
{
    struct x12_state *state = check->state;
    if (check->set.guide != NULL) {
        if (!state->walk_ended) {
            x12_walker_end(&check->walker, &check->step);
            state->closing = 0;
            state->walk_ended = true;
        }
        if (close_loops(check))
            return X12_EVENT_CLAIM_END;
    }
    state->walk_ended = false;
    state->trailer_seen = false;
    if (cut) {
        x12_emit_whole(check, &check->set.findings, FINDING_X12_SET_TRAILER_MISSING, "SE", "2",
                       (struct text){0});
        check->set.accepted = false;
    }
    finish_set(check);
    return X12_EVENT_SET_END;
}

/* What is still open when a segment comes that cannot stand in it; one event a call, COUNT when all is
 * closed. */
static enum x12_event
unwind(struct x12_check *check, bool group, bool interchange)
{
    struct x12_state *state = check->state;
    if (state->in_set)
        return end_set(check, true);
    if (group && state->in_group) {
        x12_emit_whole(check, &check->group.findings, FINDING_X12_GROUP_TRAILER_MISSING, "GE", "3",
                       (struct text){0});
        check->group.accepted = false;
        state->in_group = false;
        return X12_EVENT_GROUP_END;
    }
    if (interchange && state->in_interchange) {
        x12_emit_whole(check, &check->interchange.findings, FINDING_X12_INTERCHANGE_TRAILER_MISSING, "IEA",
                       "023", (struct text){0});
        check->interchange.accepted = false;
        state->in_interchange = false;
        return X12_EVENT_INTERCHANGE_END;
    }
    return X12_EVENT_COUNT;
}

/* A segment where the envelope has no place for it: said once an interchange. */
static void
misplaced(struct x12_check *check)
{
    struct x12_state *state = check->state;
    check->interchange.accepted = false;
    if (state->structure_said)
        return;
    state->structure_said = true;
    x12_emit_whole(check, &check->interchange.findings, FINDING_X12_INTERCHANGE_STRUCTURE, "ISA", "022",
                   check->segment->elements[0]);
}

static inline void
walk(struct x12_check *check)
{
    check->state->walked = true;
    check->state->closing = 0;
    check->set.segment_count++;
    if (check->set.guide != NULL)
        x12_walker_step(&check->walker, check->segment, &check->step);
    else
        check->step = (struct x12_step){.place = NULL};
}

/* A segment of the set that was walked; a claim that it closes comes first. */
static enum x12_event
take_segment(struct x12_check *check)
{
    struct x12_state *state = check->state;
    if (check->step.closed_count > 0) {
        if (close_loops(check))
            return X12_EVENT_CLAIM_END;
        if (!state->in_claim)
            x12_reader_release(&check->reader);
    }
    if (check->step.opened) {
        x12_claim_level(check, check->step.loop);
        if (check->set.guide->loops[check->step.loop].claim)
            x12_claim_begin(check);
        if (state->situations != NULL)
            x12_situations_open(check, check->step.loop);
    }
    if (check->step.place != NULL)
        check_place(check);
    state->taken = true;
    state->trailer_seen = check->segment->id == X12_ID('S', 'E', 0);
    state->steady = !state->trailer_seen;
    if (state->trailer_seen)
        x12_envelope_se(check);
    return X12_EVENT_SEGMENT;
}

static enum x12_event
take_envelope(struct x12_check *check)
{
    struct x12_state *state = check->state;
    uint32_t id = check->segment->id;
    state->taken = true;
    switch (id) {
    case X12_ID('I', 'S', 'A'):
        x12_envelope_isa(check);
        state->in_interchange = true;
        state->structure_said = false;
        return X12_EVENT_INTERCHANGE;
    case X12_ID('I', 'E', 'A'):
        x12_envelope_iea(check);
        state->in_interchange = false;
        return X12_EVENT_INTERCHANGE_END;
    case X12_ID('G', 'S', 0):
        x12_envelope_gs(check);
        state->in_group = true;
        return X12_EVENT_GROUP;
    case X12_ID('G', 'E', 0):
        if (!state->in_group)
            break;
        x12_envelope_ge(check);
        state->in_group = false;
        return X12_EVENT_GROUP_END;
    case X12_ID('S', 'T', 0):
        if (!state->in_group)
            break;
        begin_set(check);
        state->begun = true;
        state->taken = false;
        return X12_EVENT_SET;
    case X12_ID('T', 'A', '1'):
        if (state->in_group)
            break;
        x12_envelope_ta1(check);
        return X12_EVENT_TA1;
    default:
        break;
    }
    misplaced(check);
    return X12_EVENT_COUNT;
}

static bool
is_envelope(uint32_t id)
{
    return id == X12_ID('I', 'S', 'A') || id == X12_ID('I', 'E', 'A') || id == X12_ID('G', 'S', 0) || id == X12_ID('G', 'E', 0);
}

/* The segment at hand: first what it ends without a trailer, then itself. COUNT: nothing to tell. */
static enum x12_event
handle(struct x12_check *check)
{
    struct x12_state *state = check->state;
    uint32_t id = check->segment->id;
    bool isa = id == X12_ID('I', 'S', 'A'), envelope = is_envelope(id);
    if (state->begun || (state->in_set && !envelope && id != X12_ID('S', 'T', 0))) {
        state->begun = false;
        if (!state->walked)
            walk(check);
        return take_segment(check);
    }
    if (envelope || state->in_set) {
        enum x12_event event =
            unwind(check, isa || id == X12_ID('I', 'E', 'A') || id == X12_ID('G', 'S', 0), isa);
        if (event != X12_EVENT_COUNT)
            return event;
    }
    return take_envelope(check);
}

/* False at the end of the input, or when it cannot be read on. */
static inline bool
read_next(struct x12_check *check)
{
    struct x12_state *state = check->state;
    enum status status = x12_reader_next(&check->reader);
    if (status == STATUS_LIMIT && check->reader.fault == NULL) {
        check->claim.too_large = true;
        status = x12_reader_next(&check->reader);
    }
    check->segment = &check->reader.segment;
    state->taken = false;
    state->walked = false;
    if (status == STATUS_OK)
        return true;
    state->ended = true;
    state->failure = status;
    return false;
}

/* Any event. */
static enum x12_event __attribute__((noinline))
find_event(struct x12_check *check)
{
    struct x12_state *state = check->state;
    enum x12_event event = X12_EVENT_COUNT;
    while (state->last == X12_EVENT_COUNT && event == X12_EVENT_COUNT) {
        if (state->trailer_seen)
            return end_set(check, false);
        if (!state->ended && state->taken)
            read_next(check);
        event = state->ended ? unwind(check, true, true) : handle(check);
        if (event != X12_EVENT_COUNT || !state->ended)
            continue;
        if (state->failure == STATUS_NOT_FOUND) {
            state->last = X12_EVENT_END;
        } else {
            check->status = state->failure;
            check->fault = check->reader.fault;
            check->fault_offset = check->reader.fault_offset;
            state->last = X12_EVENT_FAILED;
        }
    }
    if (event != X12_EVENT_SEGMENT && event != X12_EVENT_CLAIM_END)
        x12_identity_envelope(check, event);
    return event != X12_EVENT_COUNT ? event : state->last;
}

enum x12_event
x12_check_next(struct x12_check *check)
{
    struct x12_state *state = check->state;
    if (state->steady) { /* nearly always: the next segment of the set */
        state->steady = false;
        if (read_next(check) && !is_envelope(check->segment->id) && check->segment->id != X12_ID('S', 'T', 0)) {
            walk(check);
            return take_segment(check);
        }
    }
    return find_event(check);
}
