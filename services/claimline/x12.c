/* claimline x12 show: interchanges as a tree of loops, segments and elements, a segment at a time. */
#include "services/claimline/command.h"
#include "services/claimline/listing.h"
#include "services/claimline/source.h"

#include "common/x12/check/x12_validate.h"
#include "common/x12/guide/x12_words.h"
#include "schemas/findings.h"

#include <assert.h>

/* Depths in the tree. */
enum { OF_INTERCHANGE = 0, OF_GROUP = 1, OF_SET = 2 };

/* One file on its way through the engine. */
struct showing {
    struct claimline *run;
    const char *file;
    struct source source;
    struct x12_check check;
    struct arena arena; /* of one segment */
    bool json, reveal;
    json_t *elements; /* of the segment at hand, with --json */
    unsigned depth;   /* of its elements */
    uint64_t interchanges;
    bool unknown_said;
};

/* One value: where it stands, what it is called, what it may be. */
struct value {
    unsigned element, component, repetition; /* component and repetition 0: there is but one */
    const struct x12_element_words *words;   /* NULL: the dictionary does not know it */
    const struct x12_element_rule *rule;     /* NULL: no guide speaks of it */
    bool private;
};

static void
put_value(struct showing *showing, const struct value *value, struct text text)
{
    struct text id = listing_clean(&showing->arena, showing->check.segment->elements[0]);
    struct text at = arena_print(&showing->arena, value->component > 0 ? "%.*s%02u-%u" : "%.*s%02u",
                                 TEXT_ARGS(id), value->element, value->component);
    const char *name = value->words == NULL ? NULL : value->words->name;
    bool masked = value->private && !showing->reveal;
    const char *code = masked || value->rule == NULL ? NULL : x12_words_code(value->rule->list, text);
    struct text shown = masked ? TEXT("***") : listing_clean(&showing->arena, text);
    if (!showing->json) {
        fprintf(showing->run->out, "%*s%.*s%s%s: %.*s%s%s%s\n", (int)(2 * showing->depth), "", TEXT_ARGS(at),
                name == NULL ? "" : " ", name == NULL ? "" : name, TEXT_ARGS(shown), code == NULL ? "" : " (",
                code == NULL ? "" : code, code == NULL ? "" : ")");
        return;
    }
    json_t *object = json_object();
    assert(object != NULL);
    json_object_set_new(object, "at", listing_json_text(at));
    if (value->repetition > 0)
        json_object_set_new(object, "repetition", json_integer(value->repetition));
    json_object_set_new(object, "name", name == NULL ? json_null() : json_string(name));
    json_object_set_new(object, "value", listing_json_text(masked ? shown : text));
    if (code != NULL)
        json_object_set_new(object, "words", json_string(code));
    json_array_append_new(showing->elements, object);
}

static void
put_composite(struct showing *showing, const struct value *whole, struct text text)
{
    const struct x12_element_words *words = whole->words;
    struct text rest = text;
    for (unsigned n = 1; rest.length > 0; n++) {
        struct text part = text_cut(rest, showing->check.reader.delimiters.component, &rest);
        struct value value = *whole;
        value.component = n;
        value.words = n <= words->component_count ? &words->components[n - 1] : NULL;
        value.rule =
            whole->rule != NULL && n <= whole->rule->component_count ? &whole->rule->components[n - 1] : NULL;
        value.private = whole->private || value.words == NULL || value.words->private;
        if (part.length > 0)
            put_value(showing, &value, part);
    }
}

static void
put_element(struct showing *showing, struct value *value, struct text text)
{
    char separator = showing->check.reader.delimiters.repetition;
    bool repeated = separator != 0 && memchr(text.data, separator, text.length) != NULL;
    struct text rest = text;
    while (rest.length > 0) {
        struct text part = repeated ? text_cut(rest, separator, &rest) : rest;
        if (!repeated)
            rest.length = 0;
        value->repetition += repeated;
        if (part.length > 0 && value->words != NULL && value->words->component_count > 0)
            put_composite(showing, value, part);
        else if (part.length > 0)
            put_value(showing, value, part);
    }
}

static void
put_elements(struct showing *showing, const struct x12_segment_words *words, const struct x12_place *place)
{
    const struct x12_segment *segment = showing->check.segment;
    bool isa = segment->id == X12_ID('I', 'S', 'A'); /* holds the delimiters, and blanks */
    for (unsigned i = 1; i <= segment->element_count; i++) {
        struct value value = {.element = i};
        if (words != NULL && i <= words->element_count)
            value.words = &words->elements[i - 1];
        if (place != NULL && i <= place->element_count)
            value.rule = &place->elements[i - 1];
        value.private = value.words == NULL || value.words->private;
        struct text text = isa ? text_trim(segment->elements[i]) : segment->elements[i];
        if (isa && text.length > 0)
            put_value(showing, &value, text);
        else if (text.length > 0)
            put_element(showing, &value, text);
    }
}

/* A pair of bounds goes by the name of the loop around it, and is no step of the tree. */
static bool
is_step(const struct x12_walker *walker, uint8_t level)
{
    return level > 0 && strcmp(walker->frames[level].loop->name, walker->frames[level - 1].loop->name) != 0;
}

/* "2000A/2000B/2000C"; *steps: how many. Empty outside of sets and at their own segments. */
static struct text
path(struct showing *showing, unsigned *steps)
{
    const struct x12_walker *walker = &showing->check.walker;
    struct text text = {0};
    *steps = 0;
    for (uint8_t level = 1; showing->check.set.guide != NULL && level < walker->depth; level++) {
        if (!is_step(walker, level))
            continue;
        text = arena_print(&showing->arena, "%.*s%s%s", TEXT_ARGS(text), *steps > 0 ? "/" : "",
                           walker->frames[level].loop->name);
        ++*steps;
    }
    return text;
}

static void
put_object(struct showing *showing, bool in_set, struct text way, const struct x12_place *place,
           const char *title)
{
    const struct x12_check *check = &showing->check;
    json_t *object = json_object();
    assert(object != NULL);
    json_object_set_new(object, "file", json_string(showing->file));
    json_object_set_new(object, "interchange", listing_json_text(text_from(check->interchange.control)));
    json_object_set_new(object, "set",
                        in_set ? listing_json_text(text_from(check->set.control)) : json_null());
    json_object_set_new(object, "path", listing_json_text(way));
    json_object_set_new(object, "place", place == NULL ? json_null() : json_string(place->name));
    json_object_set_new(object, "segment", listing_json_text(check->segment->elements[0]));
    json_object_set_new(object, "title", title == NULL ? json_null() : json_string(title));
    json_object_set_new(object, "offset", json_integer((json_int_t)check->segment->offset));
    if (check->segment->id == X12_ID('I', 'S', 'A')) { /* the two that are no values of the ISA */
        const char delimiters[] = {check->reader.delimiters.element, check->reader.delimiters.segment};
        json_object_set_new(object, "delimiters", listing_json_text(text_of(delimiters, sizeof delimiters)));
    }
    json_object_set_new(object, "elements", showing->elements);
    listing_json_line(showing->run, object);
}

/* The segment at hand, which stands at this depth. */
static void
put_segment(struct showing *showing, unsigned depth, bool in_set, struct text way,
            const struct x12_place *place)
{
    const struct x12_check *check = &showing->check;
    const struct x12_segment_words *words = x12_words_segment(check->segment->id);
    const char *title = place != NULL ? place->title : words != NULL ? words->name : NULL;
    showing->depth = depth + 1;
    showing->elements = showing->json ? json_array() : NULL;
    if (!showing->json) {
        struct text id = listing_clean(&showing->arena, check->segment->elements[0]);
        bool stray = in_set && place == NULL && check->set.guide != NULL;
        fprintf(showing->run->out, "%*s%.*s%s%s%s\n", (int)(2 * depth), "", TEXT_ARGS(id),
                title == NULL ? "" : " ", title == NULL ? "" : title,
                stray ? " (has no place here in the guide)" : "");
    }
    put_elements(showing, words, place);
    if (showing->json)
        put_object(showing, in_set, way, place, title);
}

/* A segment of a set, below the loop that it opens. */
static void
put_in_set(struct showing *showing)
{
    const struct x12_check *check = &showing->check;
    unsigned steps;
    struct text way = path(showing, &steps);
    uint8_t level = check->set.guide == NULL ? 0 : check->walker.depth;
    if (!showing->json && check->step.opened && level > 1 && is_step(&check->walker, (uint8_t)(level - 1))) {
        const struct x12_loop *loop = check->walker.frames[level - 1].loop;
        fprintf(showing->run->out, "%*s%s %s\n", (int)(2 * (OF_SET + steps - 1)), "", loop->name,
                loop->title);
    }
    put_segment(showing, OF_SET + steps, true, way, check->step.place);
}

/* A segment of the envelope, whose places are a guide of their own. */
static void
put_envelope(struct showing *showing, unsigned depth)
{
    const struct x12_place *place = NULL;
    for (uint16_t i = 0; i < x12_guide_envelope.place_count; i++)
        if (x12_guide_envelope.places[i].segment == showing->check.segment->id)
            place = &x12_guide_envelope.places[i];
    put_segment(showing, depth, false, (struct text){0}, place);
}

/* Trailers come as events also when they are missing: then another segment is at hand. */
static void
put_trailer(struct showing *showing, uint32_t id, unsigned depth)
{
    if (showing->check.segment->id == id)
        put_envelope(showing, depth);
}

/* A set that has no tree, said once a file. */
static void
say_unknown(struct showing *showing)
{
    if (showing->check.set.guide != NULL || showing->unknown_said)
        return;
    showing->unknown_said = true;
    struct text version = listing_clean(&showing->arena, text_from(showing->check.set.version));
    claimline_say(showing->run,
                  "%s: the guide %.*s is not one that is read here; its segments are shown without loops",
                  showing->file, TEXT_ARGS(version));
}

/* What the tree does not show, in words. */
static void
say_hidden(struct showing *showing)
{
    const struct x12_interchange *interchange = &showing->check.interchange;
    for (uint32_t i = 0; i < interchange->findings.count; i++) {
        if (interchange->findings.items[i].kind->number == FINDING_X12_INTERCHANGE_STRUCTURE)
            claimline_say(showing->run,
                          "%s: interchange %s has segments outside of its sets; they are not shown (see "
                          "claimline check)",
                          showing->file, interchange->control);
    }
}

static void
show_event(struct showing *showing, enum x12_event event)
{
    switch (event) {
    case X12_EVENT_INTERCHANGE:
        showing->interchanges++;
        put_envelope(showing, OF_INTERCHANGE);
        break;
    case X12_EVENT_TA1:
    case X12_EVENT_GROUP:
        put_envelope(showing, OF_GROUP);
        break;
    case X12_EVENT_SEGMENT:
        put_in_set(showing);
        break;
    case X12_EVENT_GROUP_END:
        put_trailer(showing, X12_ID('G', 'E', 0), OF_GROUP);
        break;
    case X12_EVENT_INTERCHANGE_END:
        put_trailer(showing, X12_ID('I', 'E', 'A'), OF_INTERCHANGE);
        say_hidden(showing);
        break;
    case X12_EVENT_SET:
        say_unknown(showing);
        break;
    case X12_EVENT_CLAIM_END:
    case X12_EVENT_SET_END:
    case X12_EVENT_END:
    case X12_EVENT_FAILED:
    case X12_EVENT_COUNT:
        break;
    }
}

static int
show_file(struct claimline *run, struct showing *showing, const char *file)
{
    const struct x12_check_options options = {.snip = 1};
    *showing = (struct showing){.run = run,
                                .file = file,
                                .json = claimline_given(run, OPTION_JSON),
                                .reveal = claimline_given(run, OPTION_REVEAL)};
    if (!source_open(&showing->source, run, file))
        return CLAIMLINE_CANNOT;
    if (!showing->json && run->argument_count > 1)
        fprintf(run->out, "%s\n", file);
    arena_init(&showing->arena, 0);
    x12_check_open(&showing->check, &options, source_read, &showing->source);
    enum x12_event event;
    do {
        event = x12_check_next(&showing->check);
        show_event(showing, event);
        arena_reset(&showing->arena);
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    if (event == X12_EVENT_FAILED)
        claimline_say(run, "%s: cannot be read from byte %llu on: %s", file,
                      (unsigned long long)showing->check.fault_offset,
                      showing->source.failed ? "the file gives an error" : showing->check.fault);
    else if (showing->interchanges == 0)
        claimline_say(run, "%s: holds no interchange", file);
    x12_check_close(&showing->check);
    arena_free(&showing->arena);
    source_close(&showing->source);
    return event == X12_EVENT_FAILED || showing->interchanges == 0 ? CLAIMLINE_CANNOT : CLAIMLINE_DONE;
}

int
x12_show_run(struct claimline *run)
{
    struct showing *showing = arena_take(&run->arena, sizeof *showing);
    int code = CLAIMLINE_DONE;
    for (size_t i = 0; i < run->argument_count; i++)
        code = claimline_worse(code, show_file(run, showing, run->arguments[i]));
    return code;
}
