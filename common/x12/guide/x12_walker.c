#include "common/x12/guide/x12_walker.h"

#include "common/x12/guide/x12_element.h"
#include "common/x12/x12_composite.h"
#include "schemas/findings.h"

#include <assert.h>

enum { NO_SEGMENT = 0xFF, COUNTS_CLEARED = 32 };
_Static_assert(X12_CHILDREN_MAX % COUNTS_CLEARED == 0, "counts are cleared in pieces");

/* How far an unknown loop reaches: to the next segment of this rank or a lower one. */
static uint8_t
loop_rank(uint32_t id)
{
    switch (id) {
    case X12_ID('S', 'E', 0):
        return 1;
    case X12_ID('H', 'L', 0):
    case X12_ID('A', 'K', '2'):
        return 2;
    case X12_ID('C', 'L', 'M'):
    case X12_ID('C', 'L', 'P'):
    case X12_ID('E', 'B', 0):
    case X12_ID('E', 'Q', 0):
        return 3;
    case X12_ID('L', 'S', 0):
    case X12_ID('L', 'X', 0):
    case X12_ID('S', 'V', 'C'):
    case X12_ID('S', 'B', 'R'):
        return 4;
    case X12_ID('N', 'M', '1'):
    case X12_ID('N', '1', 0):
    case X12_ID('S', 'V', 'D'):
    case X12_ID('L', 'I', 'N'):
    case X12_ID('L', 'Q', 0):
    case X12_ID('T', 'R', 'N'):
    case X12_ID('I', 'K', '3'):
    case X12_ID('I', 'K', '4'):
    case X12_ID('I', 'I', 'I'):
    case X12_ID('L', 'E', 0): /* ends an unknown loop inside its bounds; with unknown bounds it is skipped */
        return 5;
    default:
        return 9;
    }
}

static uint8_t
segment_number(const struct x12_guide *guide, uint32_t id)
{
    uint32_t slot = id * guide->hash_multiplier >> 24;
    return id != 0 && guide->segments[slot] == id ? guide->segment_numbers[slot] : NO_SEGMENT;
}

/* Component n of an element of the segment; the empty text when there are fewer. */
static inline struct text
component(const struct x12_segment *segment, struct text element, char separator, unsigned n)
{
    struct text found = {0};
    if (element.length == 0)
        return found;
    struct x12_composite composite = x12_composite_of(segment, element, separator);
    while (n-- > 0)
        if (!x12_composite_next(&composite, &found))
            return (struct text){0};
    return found;
}

/* The qualifier of the segment, as a candidate's test wants it. */
static uint64_t
qualifier(const struct x12_walker *walker, const struct x12_candidate *candidate,
          const struct x12_segment *segment)
{
    struct text value = x12_element(segment, candidate->element);
    if (candidate->component > 0)
        value = component(segment, value, walker->component, candidate->component);
    return x12_code(value);
}

static void
report_in(struct x12_walker *walker, uint16_t number, const char *loop, const struct x12_segment *segment, const char *code)
{
    if (walker->findings == NULL)
        return;
    struct text value = x12_element(segment, segment->id == X12_ID('H', 'L', 0) ? 3 : 1);
    walker->failed |=
        x12_report(walker->findings, number, loop, segment, walker->position, 0, 0, code, value, true);
}

/* In the loop that is open. */
static void
report(struct x12_walker *walker, uint16_t number, const struct x12_segment *segment, const char *code)
{
    report_in(walker, number, walker->depth > 0 ? walker->frames[walker->depth - 1].loop->name : NULL, segment, code);
}

static void
open_loop(struct x12_walker *walker, const struct x12_loop *loop)
{
    assert(walker->depth < X12_DEPTH_MAX);
    struct x12_frame *frame = &walker->frames[walker->depth++];
    frame->loop = loop;
    frame->cells = &walker->guide->index[loop->number * walker->guide->segment_count];
    frame->group = 0;
    frame->passed = 0;
    frame->first_position = walker->position;
    for (unsigned i = 0; i < loop->child_count; i += COUNTS_CLEARED) /* few: no call for them */
        memset(&frame->counts[i], 0, sizeof frame->counts[0] * COUNTS_CLEARED);
    frame->counts[0] = 1;
}

/* At the segment that came instead. */
static void __attribute__((noinline))
say_missing(struct x12_walker *walker, const struct x12_loop *loop, const struct x12_child *child,
            const struct x12_segment *segment)
{
    const struct x12_place *place = &walker->guide->places[child->place];
    bool inner = child->loop != X12_NO_LOOP;
    struct x12_segment missing = {.offset = segment->offset};
    missing.elements[0] = text_of(&place->segment, place->segment >> 16 != 0 ? 3 : 2);
    walker->failed |= x12_report(walker->findings, inner ? FINDING_X12_LOOP_MISSING : FINDING_X12_SEGMENT_MISSING,
                                 inner ? walker->guide->loops[child->loop].name : loop->name, &missing,
                                 walker->position, 0, 0, inner ? "I7" : "3", text_from(place->title), false);
}

/* The turn of the children before `group` is over: says what the loop lacks of them. */
static inline void
pass_required(struct x12_walker *walker, struct x12_frame *frame, uint16_t group, const struct x12_segment *segment)
{
    const struct x12_loop *loop = frame->loop;
    for (; frame->passed < loop->required_count; frame->passed++) {
        const struct x12_required *required = &loop->required[frame->passed];
        if (required->group >= group)
            return;
        if (frame->counts[required->ordinal] == 0 && walker->findings != NULL)
            say_missing(walker, loop, &loop->children[required->ordinal], segment);
    }
}

static void
close_loop(struct x12_walker *walker, const struct x12_segment *segment, struct x12_step *step)
{
    struct x12_frame *frame = &walker->frames[walker->depth - 1];
    pass_required(walker, frame, UINT16_MAX, segment);
    step->said[step->closed_count] = walker->findings != NULL ? walker->findings->count : 0;
    step->closed[step->closed_count++] = frame->loop->number;
    walker->depth--;
}

void
x12_walker_begin(struct x12_walker *walker, const struct x12_guide *guide, char component,
                 struct findings *findings)
{
    walker->guide = guide;
    walker->findings = findings;
    walker->component = component;
    walker->position = 0;
    walker->depth = 0;
    walker->skip_rank = 0;
    walker->failed = false;
}

/* What a segment is looked for with. The qualifier is at the same place for all candidates of a segment id. */
struct search {
    const struct x12_walker *walker;
    const struct x12_segment *segment;
    uint64_t code;
    bool known; /* the code was read */
};

/* The first child of the frame, of `group` or a later one, that the segment is; NULL when none. */
static inline const struct x12_candidate *
find_child(struct search *search, const struct x12_frame *frame, uint8_t number, uint16_t group)
{
    const struct x12_index cell = frame->cells[number];
    const struct x12_candidate *candidate = &search->walker->guide->candidates[cell.first];
    for (unsigned left = cell.count; left > 0; left--, candidate++) {
        if (candidate->codes.count > 0) {
            if (!search->known)
                search->code = qualifier(search->walker, candidate, search->segment);
            search->known = true;
            if (search->code != candidate->code &&
                (candidate->codes.count == 1 || !x12_codes_hold(&candidate->codes, search->code)))
                continue;
        }
        if (candidate->group >= group)
            return candidate;
    }
    return NULL;
}

/* Is the segment, which has no place from here on, one whose turn in an open loop is over? */
static bool __attribute__((noinline))
is_late(const struct x12_walker *walker, uint8_t number, const struct x12_segment *segment)
{
    struct search search = {.walker = walker, .segment = segment};
    for (uint8_t level = 0; level < walker->depth; level++)
        if (find_child(&search, &walker->frames[level], number, 0) != NULL)
            return true;
    return false;
}

static inline void
match(struct x12_walker *walker, struct x12_frame *frame, const struct x12_candidate *child, const struct x12_segment *segment,
      struct x12_step *step)
{
    const struct x12_guide *guide = walker->guide;
    while (&walker->frames[walker->depth] > frame + 1)
        close_loop(walker, segment, step);
    if (child->group > frame->group)
        pass_required(walker, frame, child->group, segment);
    step->before = walker->findings != NULL ? walker->findings->count : 0;
    frame->group = child->group;
    uint16_t *count = &frame->counts[child->ordinal];
    if (child->max == 0)
        *count = 1; /* no limit: that it was there */
    else if (*count < child->max)
        ++*count;
    else if (child->loop != X12_NO_LOOP)
        report_in(walker, FINDING_X12_LOOP_TOO_MANY, guide->loops[child->loop].name, segment, "4");
    else
        report(walker, FINDING_X12_SEGMENT_TOO_MANY, segment, "5");
    step->place = &guide->places[child->place];
    if (child->loop != X12_NO_LOOP) {
        step->opened = true;
        step->loop = child->loop;
        open_loop(walker, &guide->loops[child->loop]);
    } else {
        step->loop = frame->loop->number;
    }
}

/* The segment matched nothing. */
static void
stay(const struct x12_walker *walker, struct x12_step *step)
{
    step->loop = walker->frames[walker->depth - 1].loop->number;
}

void
x12_walker_step(struct x12_walker *walker, const struct x12_segment *segment, struct x12_step *step)
{
    const struct x12_guide *guide = walker->guide;
    step->place = NULL;
    step->closed_count = 0;
    step->opened = false;
    walker->position++;
    walker->offset = segment->offset;
    if (walker->depth == 0) {
        open_loop(walker, &guide->loops[0]);
        step->place = &guide->places[guide->loops[0].children[0].place];
        step->opened = true;
        step->loop = 0;
        return;
    }
    if (walker->skip_rank > 0 && loop_rank(segment->id) > walker->skip_rank) {
        stay(walker, step);
        return;
    }
    uint8_t number = segment_number(guide, segment->id);
    if (number == NO_SEGMENT) {
        stay(walker, step);
        report(walker, FINDING_X12_SEGMENT_UNKNOWN, segment, "1");
        return;
    }
    struct search search = {.walker = walker, .segment = segment};
    for (struct x12_frame *frame = &walker->frames[walker->depth]; frame > walker->frames;) {
        frame--;
        const struct x12_candidate *child = find_child(&search, frame, number, frame->group);
        if (child != NULL) {
            walker->skip_rank = 0;
            match(walker, frame, child, segment, step);
            return;
        }
    }
    stay(walker, step);
    const bool late = is_late(walker, number, segment);
    report(walker, late ? FINDING_X12_SEGMENT_OUT_OF_ORDER : FINDING_X12_SEGMENT_UNEXPECTED, segment,
           late ? "7" : "2");
    uint8_t rank = loop_rank(segment->id);
    walker->skip_rank = rank < 9 ? rank : walker->skip_rank;
}

void
x12_walker_end(struct x12_walker *walker, struct x12_step *step)
{
    struct x12_segment nothing = {.offset = walker->offset};
    step->place = NULL;
    step->closed_count = 0;
    step->opened = false;
    while (walker->depth > 0)
        close_loop(walker, &nothing, step);
}
