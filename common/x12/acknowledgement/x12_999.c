#include "common/x12/acknowledgement/x12_acknowledgement.h"

#include "common/x12/check/rules/x12_trigger.h"
#include "schemas/x12/x12_999.h"
#include "schemas/x12/x12_maps.h"

#include <stdio.h>

/* The bounds of the lists in set_answer; what is past them is not listed. */
enum { SEGMENTS_MAX = 1000, ELEMENTS_MAX = 100, CODES_MAX = 5, UNIT_BYTES = 35, LOOP_BYTES = 6 };

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

/* True for what can stand in an element of the answer. */
static bool
can_be_written(const struct x12_writer *out, char c)
{
    const struct x12_delimiters *d = &out->delimiters;
    return c >= ' ' && c <= '~' && c != d->element && c != d->component && c != d->repetition && c != d->segment;
}

/* What is said again of the sender's, up to what cannot be written or is too much. */
static struct text
echo(const struct x12_writer *out, const char *given, size_t most)
{
    struct text t = text_from(given);
    size_t length = 0;
    while (length < t.length && length < most && can_be_written(out, t.data[length]))
        length++;
    return text_of(t.data, length);
}

enum status
x12_999_begin(struct x12_999 *answer, struct x12_writer *out, const struct x12_group *group,
              struct text set_control)
{
    *answer = (struct x12_999){.out = out};
    x12_map_writer_open(&answer->map, &x12_map_999);
    arena_init(&answer->arena, 0);
    arena_init(&answer->claims_arena, 0);
    x12_writer_begin_set(out, text_from(x12_guide_999.set), set_control, x12_999_version());
    struct group_answer first = {.functional = echo(out, group->functional, 2),
                                 .control = number_of(group->control),
                                 .version = echo(out, group->version, 12)};
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

/* CTX of the business unit, behind those of situations: the claim that the segment stands in. */
static void
add_unit(const struct x12_999 *answer, const struct x12_set *set, struct text unit, struct segment_error *error)
{
    const char *name = unit_name(set);
    unit = text_head(text_trim(unit), UNIT_BYTES);
    for (size_t i = 0; i < unit.length; i++)
        if (!can_be_written(answer->out, unit.data[i])) /* counts as not known (X12 interpretation 2293) */
            return;
    if (name != NULL && unit.length > 0)
        error->contexts[error->contexts_count++] = (struct answer_context){.name = text_from(name), .value = unit};
}

/* IK303, CTX04: header and trailer stand in no loop of the guide. */
static struct text
loop_of(const char *loop)
{
    return strcmp(loop, "ST") == 0 ? (struct text){0} : text_head(text_from(loop), LOOP_BYTES);
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
                                    .loop = loop_of(finding->loop_id),
                                    .code = text_from(code)};
    if (error->segment.length < 2) /* IK301 has two characters at least */
        error->segment = TEXT("??");
    error->contexts = ARENA_ARRAY(&answer->arena, struct answer_context, 1);
    add_unit(answer, of, finding->unit, error);
    return error;
}

/* The data element's number; empty when it has none. */
static struct text
reference_of(struct arena *arena, const struct x12_guide *guide, const char *segment, unsigned element, unsigned component)
{
    char id[4];
    text_copy(text_from(segment), id, sizeof id);
    uint16_t number = guide == NULL || element == 0 ? 0
                                                    : x12_guide_element_number(guide, X12_ID(id[0], id[1], id[2]), element, component);
    return number == 0 ? (struct text){0} : arena_print(arena, "%u", (unsigned)number);
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
    element->repetition = finding->repetition;
    element->code = text_from(finding->code[0] != 0 ? finding->code : "7");
    element->reference =
        reference_of(&answer->arena, set->guide, finding->segment_id, finding->element, finding->component);
}

/* Elements of header and trailer have codes of their own in IK5; NULL for all others. */
static const char *
header_code(const struct finding *finding)
{
    static const char *const of_st[] = {NULL, "6", "7", "19"}, *const of_se[] = {NULL, "4", "3"};
    if (strcmp(finding->segment_id, "ST") == 0 && finding->element < 4)
        return of_st[finding->element];
    if (strcmp(finding->segment_id, "SE") == 0 && finding->element < 3)
        return of_se[finding->element];
    return NULL;
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
    const char *of_header = header_code(finding);
    if (of_header != NULL) {
        add_code(codes, of_header);
        return;
    }
    add_code(codes, finding->code[0] == 'I' ? "I5" : "5");
    const char *code = finding->element > 0 ? "8" : finding->code[0] != 0 ? finding->code : "2";
    struct segment_error *error = segment_of(answer, set, out, finding, code);
    if (error != NULL && finding->element > 0)
        add_element(answer, set, finding, error);
}

/* CTX of the situation: the segment, and its element, that made something required. */
static void
add_trigger(struct x12_999 *answer, const struct x12_check *check, const struct x12_trigger_place *place, uint32_t from,
            struct answer_context *contexts, uint32_t *count)
{
    uint32_t position = x12_trigger_find(check, place, from);
    if (position == 0) /* its position is not known, and CTX03 is required */
        return;
    contexts[(*count)++] = (struct answer_context){
        .name = TEXT("SITUATIONAL TRIGGER"),
        .segment = text_from(place->segment),
        .position = position,
        .loop = loop_of(place->loop),
        .element = place->element,
        .component = place->component,
        .reference = reference_of(&answer->claims_arena, check->set.guide, place->segment, place->element, place->component)};
}

/* A segment that is missing is said where the claim or line begins, an element at its segment. */
static void
add_situation(struct x12_999 *answer, const struct x12_check *check, const struct finding *finding, const struct x12_trigger *rule)
{
    const struct x12_trigger_place *missing = &rule->missing;
    struct arena *arena = &answer->claims_arena;
    bool there = missing->element == 0 || strcmp(finding->segment_id, missing->segment) == 0;
    uint32_t position =
        there ? finding->segment_position : x12_trigger_find(check, missing, finding->segment_position);
    if (position == 0)
        return;
    struct segment_error *error = &answer->situations[answer->situation_count++];
    *error = (struct segment_error){.segment = text_from(missing->segment),
                                    .position = position,
                                    .loop = loop_of(missing->loop),
                                    .code = missing->element == 0 ? TEXT("I6") : TEXT("8"),
                                    .contexts = ARENA_ARRAY(arena, struct answer_context, 2)};
    if (missing->element == 0) {
        add_trigger(answer, check, &rule->trigger, finding->segment_position, error->contexts, &error->contexts_count);
    } else {
        struct element_error *element = error->elements = ARENA_ARRAY(arena, struct element_error, 1);
        error->elements_count = 1;
        *element = (struct element_error){
            .element = missing->element,
            .component = missing->component,
            .code = TEXT("I9"),
            .reference = reference_of(arena, check->set.guide, missing->segment, missing->element, missing->component),
            .contexts = ARENA_ARRAY(arena, struct answer_context, 1)};
        add_trigger(answer, check, &rule->trigger, position, element->contexts, &element->contexts_count);
    }
    add_unit(answer, &check->set, arena_copy(arena, check->claim.control), error);
}

void
x12_999_claim(struct x12_999 *answer, const struct x12_check *check)
{
    for (uint32_t i = 0; i < check->claim.findings.count; i++) {
        const struct finding *finding = &check->claim.findings.items[i];
        const struct x12_trigger *rule = x12_trigger_of(finding->kind->number, check->set.guide);
        if (rule == NULL || finding->kind->severity != FINDING_ERROR || answer->situation_count == SEGMENTS_MAX)
            continue;
        if (answer->situations == NULL)
            answer->situations = ARENA_ARRAY(&answer->claims_arena, struct segment_error, SEGMENTS_MAX);
        add_situation(answer, check, finding, rule);
    }
}

/* What the claims lack, among the other errors in the order of the segments. */
static void
add_situations(const struct x12_999 *answer, struct set_answer *out)
{
    for (uint32_t i = 0; i < answer->situation_count && out->segments_count < SEGMENTS_MAX; i++) {
        uint32_t at = out->segments_count++;
        for (; at > 0 && out->segments[at - 1].position > answer->situations[i].position; at--)
            out->segments[at] = out->segments[at - 1];
        out->segments[at] = answer->situations[i];
    }
}

enum status
x12_999_set(struct x12_999 *answer, const struct x12_set *set)
{
    arena_reset(&answer->arena);
    struct set_answer out = {.set = echo(answer->out, set->id, 3),
                             .control = echo(answer->out, set->control, 9),
                             .version = echo(answer->out, set->version, 35),
                             .code = !set->accepted                  ? TEXT("R")
                                     : answer->situation_count > 0 ? TEXT("E")
                                                                   : TEXT("A")};
    struct text codes[CODES_MAX] = {{0}};
    uint32_t room = set->findings.count + answer->situation_count;
    if (room > SEGMENTS_MAX)
        room = SEGMENTS_MAX;
    out.segments = ARENA_ARRAY(&answer->arena, struct segment_error, room + 1);
    for (uint32_t i = 0; i < set->findings.count; i++)
        add_finding(answer, set, &set->findings.items[i], &out, codes);
    add_situations(answer, &out);
    if (answer->situation_count > 0)
        add_code(codes, "I5");
    if (!set->accepted && codes[0].length == 0)
        codes[0] = TEXT("5");
    out.error_1 = codes[0];
    out.error_2 = codes[1];
    out.error_3 = codes[2];
    out.error_4 = codes[3];
    out.error_5 = codes[4];
    answer->sets++;
    answer->accepted += set->accepted;
    answer->noted += set->accepted && answer->situation_count > 0;
    enum status status = write_loop(answer, X12_999_LOOP_2000, NULL, &out);
    arena_reset(&answer->claims_arena);
    answer->situations = NULL;
    answer->situation_count = 0;
    return status;
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
                                        : !all                             ? TEXT("P")
                                        : answer->noted > 0                ? TEXT("E")
                                                                           : TEXT("A"),
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
    arena_free(&answer->claims_arena);
    return status != STATUS_OK ? status : x12_writer_status(answer->out);
}
