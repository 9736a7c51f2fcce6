#include "common/x12/x12_acknowledgement.h"

#include "schemas/x12/x12_999.h"
#include "schemas/x12/x12_maps.h"

#include <stdio.h>

/* The bounds of the lists in set_answer; what is past them is not listed. */
enum { SEGMENTS_MAX = 1000, ELEMENTS_MAX = 100, CODES_MAX = 5, UNIT_BYTES = 35 };

struct text
x12_999_version(void)
{
    return text_from(x12_guide_999.name);
}

static enum status
write_loop(struct x12_999 *answer, uint16_t loop, const struct group_answer *group,
           const struct set_answer *set)
{
    const void *records[] = {[X12_MAP_999_GROUP] = group, [X12_MAP_999_ANSWER] = set};
    return x12_map_write(&answer->map, answer->out, loop, records);
}

/* A whole number, 0 when it is none. */
static uint64_t
number_of(const char *digits)
{
    uint64_t number = 0;
    text_to_u64(text_from(digits), &number);
    return number;
}

enum status
x12_999_begin(struct x12_999 *answer, struct x12_writer *out, const struct x12_group *group,
              struct text set_control)
{
    *answer = (struct x12_999){.out = out};
    x12_map_writer_open(&answer->map, &x12_map_999);
    arena_init(&answer->arena, 0);
    x12_writer_begin_set(out, text_from(x12_guide_999.set), set_control, x12_999_version());
    struct group_answer first = {.functional = text_from(group->functional),
                                 .control = number_of(group->control),
                                 .version = text_from(group->version)};
    if (first.version.length > 12)
        first.version.length = 12;
    return write_loop(answer, X12_999_LOOP_ST, &first, NULL);
}

static void
add_code(struct text codes[CODES_MAX], const char *code)
{
    for (unsigned i = 0; i < CODES_MAX; i++) {
        if (codes[i].length == 0)
            codes[i] = text_from(code);
        if (text_is(codes[i], code))
            return;
    }
}

/* CTX01-1 of the business unit: what the guide of the answered set calls a claim; NULL when it has no name for it. */
static const char *
unit_name(const struct x12_set *set)
{
    if (set->guide == NULL)
        return NULL;
    return strcmp(set->guide->set, "837") == 0                                              ? "CLM01"
           : strcmp(set->guide->set, "276") == 0 || strcmp(set->guide->set, "277") == 0 ? "TRN02"
                                                                                        : NULL;
}

/* A number that cannot be written counts as not known (X12 interpretation 2293). */
static bool
can_be_written(const struct x12_writer *out, struct text t)
{
    const struct x12_delimiters *d = &out->delimiters;
    for (size_t i = 0; i < t.length; i++)
        if (t.data[i] < ' ' || t.data[i] > '~' || t.data[i] == d->element || t.data[i] == d->component ||
            t.data[i] == d->repetition || t.data[i] == d->segment)
            return false;
    return t.length > 0;
}

/* CTX of the business unit: the claim that the segment stands in. */
static void
add_unit(struct x12_999 *answer, const struct x12_set *set, const struct finding *finding, struct segment_error *error)
{
    const char *name = unit_name(set);
    struct text unit = text_trim(finding->unit);
    if (unit.length > UNIT_BYTES)
        unit.length = UNIT_BYTES;
    if (name == NULL || !can_be_written(answer->out, unit))
        return;
    error->contexts = ARENA_ARRAY(&answer->arena, struct answer_context, 1);
    error->contexts[0] = (struct answer_context){.name = text_from(name), .value = unit};
    error->contexts_count = 1;
}

static bool
of_segment(const struct segment_error *error, const struct finding *finding)
{
    return error->position == finding->segment_position && text_is(error->segment, finding->segment_id);
}

/* The IK3 for a finding: one for all element errors of a segment, one for each error of a segment as a whole. */
static struct segment_error *
segment_of(struct x12_999 *answer, const struct x12_set *of, struct set_answer *set, const struct finding *finding,
           const char *code)
{
    for (uint32_t i = set->segments_count; i-- > 0;) {
        struct segment_error *error = &set->segments[i];
        if (of_segment(error, finding) && text_is(error->code, code))
            return error;
    }
    if (set->segments_count == SEGMENTS_MAX)
        return NULL;
    struct segment_error *error = &set->segments[set->segments_count++];
    *error = (struct segment_error){.segment = text_from(finding->segment_id),
                                    .position = finding->segment_position,
                                    .loop = text_from(finding->loop_id),
                                    .code = text_from(code)};
    if (error->segment.length < 2) /* IK301 has two characters at least */
        error->segment = TEXT("??");
    if (text_is(error->loop, "ST")) /* header and trailer stand in no loop of the guide */
        error->loop.length = 0;
    if (error->loop.length > 6)
        error->loop.length = 6;
    add_unit(answer, of, finding, error);
    return error;
}

static void
add_element(struct x12_999 *answer, const struct x12_set *set, const struct finding *finding,
            struct segment_error *error)
{
    if (error->elements_count == ELEMENTS_MAX)
        return;
    if (error->elements == NULL)
        error->elements = ARENA_ARRAY(&answer->arena, struct element_error, ELEMENTS_MAX);
    struct element_error *element = &error->elements[error->elements_count++];
    element->element = finding->element;
    element->component = finding->component;
    element->code = text_from(finding->code[0] != 0 ? finding->code : "7");
    const char *id = finding->segment_id;
    uint16_t number = set->guide == NULL ? 0
                                         : x12_guide_element_number(set->guide, X12_ID(id[0], id[1], id[2]),
                                                                    finding->element, finding->component);
    if (number > 0)
        element->reference = arena_print(&answer->arena, "%u", (unsigned)number);
}

static void
add_finding(struct x12_999 *answer, const struct x12_set *set, const struct finding *finding,
            struct set_answer *out, struct text codes[CODES_MAX])
{
    if (finding->kind->severity != FINDING_ERROR || finding->kind->snip > 2)
        return;
    if (finding->segment_id[0] == 0) {
        add_code(codes, finding->code[0] != 0 ? finding->code : "5");
        return;
    }
    add_code(codes, finding->code[0] == 'I' ? "I5" : "5");
    const char *code = finding->element > 0 ? "8" : finding->code[0] != 0 ? finding->code : "2";
    struct segment_error *error = segment_of(answer, set, out, finding, code);
    if (error != NULL && finding->element > 0)
        add_element(answer, set, finding, error);
}

enum status
x12_999_set(struct x12_999 *answer, const struct x12_set *set)
{
    arena_reset(&answer->arena);
    struct set_answer out = {.set = text_from(set->id),
                             .control = text_from(set->control),
                             .version = text_from(set->version),
                             .code = set->accepted ? TEXT("A") : TEXT("R")};
    struct text codes[CODES_MAX] = {{0}};
    uint32_t room = set->findings.count < SEGMENTS_MAX ? set->findings.count : SEGMENTS_MAX;
    out.segments = ARENA_ARRAY(&answer->arena, struct segment_error, room + 1);
    for (uint32_t i = 0; i < set->findings.count; i++)
        add_finding(answer, set, &set->findings.items[i], &out, codes);
    if (!set->accepted && codes[0].length == 0)
        codes[0] = TEXT("5");
    out.error_1 = codes[0];
    out.error_2 = codes[1];
    out.error_3 = codes[2];
    out.error_4 = codes[3];
    out.error_5 = codes[4];
    answer->sets++;
    answer->accepted += set->accepted;
    return write_loop(answer, X12_999_LOOP_2000, NULL, &out);
}

enum status
x12_999_end(struct x12_999 *answer, const struct x12_group *group)
{
    struct text codes[CODES_MAX] = {{0}};
    for (uint32_t i = 0; i < group->findings.count; i++) {
        const struct finding *finding = &group->findings.items[i];
        if (finding->kind->severity == FINDING_ERROR && finding->code[0] != 0)
            add_code(codes, finding->code);
    }
    bool all = answer->accepted == answer->sets, none = answer->accepted == 0;
    struct group_answer last = {.code = !group->accepted || (none && !all) ? TEXT("R")
                                        : all                              ? TEXT("A")
                                                                           : TEXT("P"),
                                .included = group->included > 0 ? group->included : answer->sets,
                                .received = answer->sets,
                                .accepted = group->accepted ? answer->accepted : 0,
                                .error_1 = codes[0],
                                .error_2 = codes[1],
                                .error_3 = codes[2],
                                .error_4 = codes[3],
                                .error_5 = codes[4]};
    enum status status = write_loop(answer, X12_999_LOOP_ST, &last, NULL);
    x12_writer_end_set(answer->out);
    arena_free(&answer->arena);
    return status != STATUS_OK ? status : x12_writer_status(answer->out);
}
