#include "common/x12/check/edits/x12_edits_row.h"
#include "common/x12/check/x12_state.h"
#include "schemas/findings.h"
#include "schemas/x12/x12_837d.h"
#include "schemas/x12/x12_837i.h"
#include "schemas/x12/x12_837p.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const char no_place[] = "no such place in the guide";

/* Places of the same segment in the same loop, or of the loop, for who has written one that there is not. */
static void
suggest(const struct x12_edits *edits, struct text name, char reason[X12_EDITS_REASON_BYTES])
{
    struct text rest, head = text_cut(name, '*', &rest);
    size_t length = strlen(reason);
    const char *given = reason + length, *joint = "; allowed: ";
    for (unsigned i = 0; i < X12_EDIT_GUIDES; i++)
        for (uint16_t k = 0; k < edits->guides[i].guide->place_count; k++) {
            struct text place = text_from(edits->guides[i].guide->places[k].name);
            bool fits = text_starts(place, head) && (place.length == head.length || place.data[head.length] == '*');
            if (!fits || strstr(given, place.data) != NULL || length + place.length + 12 >= X12_EDITS_REASON_BYTES)
                continue;
            length += (size_t)snprintf(reason + length, X12_EDITS_REASON_BYTES - length, "%s%s", joint, place.data);
            joint = ", ";
        }
    if (strcmp(joint, ", ") != 0)
        snprintf(reason + length, X12_EDITS_REASON_BYTES - length, "%s2300/REF*G1 and the like: a loop, a segment, the first code of its qualifier", joint);
}

/* Are all the places of the row in the guide, with these elements and components? */
static const char *
missing_place(const struct x12_guide *guide, const struct x12_edit *edit, struct text *wrong)
{
    for (unsigned i = 0; i < (unsigned)edit->must_count + edit->when_count; i++) {
        const struct x12_edit_term *term = &edit->terms[i];
        const struct x12_place *place = x12_guide_place(guide, term->name);
        *wrong = term->name;
        if (place == NULL)
            return no_place;
        if (term->element > place->element_count)
            return "the segment has fewer elements there";
        if (term->element > 0 && term->last > place->elements[term->element - 1].component_count)
            return "the element has fewer components there";
    }
    return NULL;
}

static const char *
add_value(struct x12_edits *edits, unsigned guide, const struct x12_edit *edit, struct text *wrong)
{
    const struct x12_guide *of = edits->guides[guide].guide;
    const struct x12_edit_term *term = &edit->terms[0];
    const struct x12_place *place = x12_guide_place(of, term->name);
    struct x12_edit_value *value = arena_take(&edits->arena, sizeof *value);
    *value = (struct x12_edit_value){.element = term->element,
                                     .component = term->first,
                                     .limit = edit->limit,
                                     .finding = x12_edit_finding(edit),
                                     .row = edit->row,
                                     .code = edit->code};
    if (edit->verb == X12_EDIT_ALLOW)
        value->codes = x12_edit_codes(&edits->arena, term->codes, &value->spans, &value->code_count);
    *wrong = term->codes;
    if (edit->verb == X12_EDIT_ALLOW && value->codes == NULL)
        return "no codes; allowed: codes of 1 to 8 characters or spans A..B, separated by commas";
    if (edits->guides[guide].values == NULL)
        edits->guides[guide].values = ARENA_ARRAY(&edits->arena, const struct x12_edit_value *, of->place_count);
    const struct x12_edit_value **at = &edits->guides[guide].values[place->number];
    value->next = *at;
    *at = value;
    return NULL;
}

static const char *
add_row(struct x12_edits *edits, const struct x12_edit *edit, struct text *wrong)
{
    const char *fault = NULL, *missing = NULL;
    unsigned added = 0;
    for (unsigned i = 0; i < X12_EDIT_GUIDES && fault == NULL; i++) {
        if (!edit->guides[i])
            continue;
        const char *none = missing_place(edits->guides[i].guide, edit, wrong);
        missing = none != NULL ? none : missing;
        if (none != NULL && edit->guides_given)
            return none;
        if (none != NULL)
            continue;
        fault = edit->verb >= X12_EDIT_ALLOW ? add_value(edits, i, edit, wrong) : x12_edit_add(edits, i, edit, wrong);
        added++;
    }
    return fault != NULL || added > 0 ? fault : missing;
}

uint16_t
x12_edit_finding(const struct x12_edit *edit)
{
    static const uint16_t errors[X12_EDIT_VERB_COUNT] = {FINDING_X12_PAYER_NEEDS, FINDING_X12_PAYER_FORBIDS,
                                                         FINDING_X12_PAYER_ALLOWS, FINDING_X12_PAYER_LENGTH};
    return edit->warns ? FINDING_X12_PAYER_WARNS : errors[edit->verb];
}

/* Where codes stand that are a coder's to choose, with the claim status code that says so (code source 508): of 2300 and 2400. */
static const struct {
    const char *segment;
    uint8_t element, first, last; /* 0: any */
    const char *status;
} coders[] = {
    {"HI*ABK", 1, 0, 0, "254"}, {"HI*ABK", 0, 0, 0, "255"}, {"HI*ABF", 0, 0, 0, "255"}, {"HI*ABJ", 0, 0, 0, "255"},
    {"HI*APR", 0, 0, 0, "255"}, {"HI*ABN", 0, 0, 0, "255"}, {"HI*BBR", 0, 0, 0, "454"}, {"HI*BBQ", 0, 0, 0, "454"},
    {"HI*BP", 0, 0, 0, "454"},  {"SV1", 1, 2, 2, "454"},    {"SV1", 1, 3, 6, "453"},    {"SV1", 7, 0, 0, "477"},
    {"SV2", 2, 2, 2, "454"},    {"SV2", 2, 3, 6, "453"},    {"SV3", 1, 2, 2, "454"},    {"SV3", 1, 3, 6, "453"},
    {"SV3", 11, 0, 0, "477"},
};

static const char *
coders_status(const struct x12_edit_term *term)
{
    struct text segment, loop = text_cut(term->name, '/', &segment);
    bool ours = text_is(loop, "2300") || text_is(loop, "2400");
    for (size_t i = 0; ours && i < sizeof coders / sizeof *coders; i++)
        if (text_is(segment, coders[i].segment) && (coders[i].element == 0 || coders[i].element == term->element) &&
            (coders[i].first == 0 || (coders[i].first <= term->first && term->first <= coders[i].last)))
            return coders[i].status;
    return NULL;
}

/* A coder's when every place that would mend it is. */
static const char *
status_of(const struct x12_edit *edit)
{
    const char *status = coders_status(&edit->terms[0]);
    for (unsigned i = 1; i < edit->must_count; i++)
        if (coders_status(&edit->terms[i]) == NULL)
            return "21";
    return status == NULL ? "21" : status;
}

/* One row; NULL or what is wrong with it. */
static const char *
take_row(struct x12_edits *edits, const char *profile, const struct x12_edit_row *row, struct text *wrong)
{
    struct x12_edit edit;
    const char *fault = x12_edit_read(text_from(row->text), &edit, wrong);
    if (fault != NULL)
        return fault;
    edit.row = arena_print(&edits->arena, "%.40s, row %.30s", profile, row->name).data;
    edit.code = status_of(&edit);
    return add_row(edits, &edit, wrong);
}

static void
explain(const struct x12_edits *edits, const char *fault, struct text wrong, char reason[X12_EDITS_REASON_BYTES])
{
    const char *quote = wrong.length > 0 ? "\"" : "";
    snprintf(reason, X12_EDITS_REASON_BYTES, "%s%.*s%s%s%s", quote, wrong.length > 60 ? 60 : (int)wrong.length,
             wrong.length > 0 ? wrong.data : "", quote, wrong.length > 0 ? ": " : "", fault);
    if (fault == no_place)
        suggest(edits, wrong, reason);
}

enum status
x12_edits_make(const char *profile, const struct x12_edit_row *rows, size_t count, struct x12_edits **out, size_t *wrong_row,
               char reason[X12_EDITS_REASON_BYTES])
{
    struct arena scratch;
    struct x12_edits *edits = calloc(1, sizeof *edits);
    const char *fault = NULL;
    struct text wrong = {0};
    assert(edits != NULL);
    arena_init(&scratch, 0);
    arena_init(&edits->arena, 0);
    edits->scratch = &scratch;
    edits->guides[0].guide = &x12_guide_837p;
    edits->guides[1].guide = &x12_guide_837i;
    edits->guides[2].guide = &x12_guide_837d;
    for (size_t i = 0; i < count && fault == NULL; i++) {
        *wrong_row = i;
        fault = i >= X12_EDITS_LIMIT ? "more than 256 edits" : take_row(edits, profile, &rows[i], &wrong);
    }
    for (unsigned i = 0; i < X12_EDIT_GUIDES && fault == NULL; i++)
        x12_edit_settle(edits, i);
    if (fault != NULL)
        explain(edits, fault, wrong, reason);
    arena_free(&scratch);
    edits->scratch = NULL;
    if (fault != NULL) {
        x12_edits_free(edits);
        return STATUS_CONFIG;
    }
    *out = edits;
    return STATUS_OK;
}

void
x12_edits_free(struct x12_edits *edits)
{
    if (edits == NULL)
        return;
    arena_free(&edits->arena);
    free(edits);
}

static unsigned
guide_of(const struct x12_edits *edits, const struct x12_guide *guide)
{
    unsigned i = 0;
    while (i < X12_EDIT_GUIDES && edits->guides[i].guide != guide)
        i++;
    return i;
}

bool
x12_edits_hold_for(const struct x12_edits *edits, struct text version)
{
    unsigned i = guide_of(edits, x12_guide_find(version, (struct text){0}));
    return i < X12_EDIT_GUIDES && (edits->guides[i].rules != NULL || edits->guides[i].values != NULL);
}

const struct x12_situations *
x12_edits_rules(const struct x12_edits *edits, const struct x12_guide *guide)
{
    unsigned i = guide_of(edits, guide);
    return i < X12_EDIT_GUIDES ? edits->guides[i].rules : NULL;
}

static bool
is_allowed(const struct x12_edit_value *value, struct text given)
{
    if (value->limit > 0)
        return given.length <= value->limit;
    uint64_t code = x12_code(given);
    if (!value->spans)
        return x12_codes_hold(&(struct x12_codes){.items = value->codes, .count = value->code_count}, code);
    for (unsigned i = 0; i + 1 < value->code_count; i += 2)
        if (code != 0 && value->codes[i] <= __builtin_bswap64(code) && __builtin_bswap64(code) <= value->codes[i + 1])
            return true;
    return false;
}

void
x12_edits_segment(struct x12_check *check)
{
    const struct x12_edits *edits = check->options.edits;
    unsigned guide = guide_of(edits, check->set.guide);
    if (guide == X12_EDIT_GUIDES || edits->guides[guide].values == NULL)
        return;
    for (const struct x12_edit_value *value = edits->guides[guide].values[check->step.place->number]; value != NULL; value = value->next) {
        struct text given = x12_element(check->segment, value->element);
        if (value->component > 0)
            given = x12_component(given, check->reader.delimiters.component, value->component);
        if (given.length > 0 && !is_allowed(value, given))
            x12_emit(check, value->finding, value->element, value->component, value->code, text_from(value->row), false);
    }
}
