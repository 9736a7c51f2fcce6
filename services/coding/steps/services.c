#include "services/coding/steps/services.h"

/* The fifth character of a key, as the tables have it: five characters stand before seven blanks. */
static unsigned
ending_of(uint64_t key)
{
    return (unsigned)(key / UINT64_C(163840000000) % 40);
}

static bool
ends_alike(const struct coding_service_span *span, unsigned ending)
{
    return span->ending <= 12 ? ending >= 3 && ending <= 12 : ending == span->ending;
}

static bool
holds(const struct coding_service *row, int32_t day)
{
    return day == 0 || (day >= row->from && (row->to == 0 || day <= row->to));
}

const struct coding_service *
coding_service_next(enum coding_service_table table, uint64_t procedure, int32_t day, unsigned *at)
{
    const struct coding_service_place *place = &coding_service_places[table];
    const struct coding_service_span *spans = coding_service_spans + place->span_first;
    if (procedure == 0)
        return NULL;
    while (*at < place->span_count && spans[*at].first <= procedure) {
        const struct coding_service_span *span = &spans[(*at)++];
        const struct coding_service *row = &coding_services[span->row];
        if (procedure <= span->last && ends_alike(span, ending_of(procedure)) && holds(row, day))
            return row;
    }
    return NULL;
}

bool
coding_service_is(enum coding_service_table table, uint64_t procedure, int32_t day)
{
    unsigned at = 0;
    return coding_service_next(table, procedure, day, &at) != NULL;
}

bool
coding_service_says(const struct coding_service *row, uint64_t value)
{
    for (unsigned i = 0; value != 0 && i < row->value_count; i++)
        if (coding_service_values[row->value_first + i] == value)
            return true;
    return false;
}

bool
coding_service_lists(enum coding_service_table table, uint64_t value, int32_t day)
{
    const struct coding_service_place *place = &coding_service_places[table];
    for (unsigned i = 0; i < place->row_count; i++) {
        const struct coding_service *row = &coding_services[place->row_first + i];
        if (holds(row, day) && coding_service_says(row, value))
            return true;
    }
    return false;
}

const struct coding_service *
coding_modifiers_apart(uint64_t first, uint64_t second, int32_t day)
{
    const struct coding_service_place *place = &coding_service_places[CODING_MODIFIERS_APART];
    for (unsigned i = 0; i < place->row_count; i++) {
        const struct coding_service *row = &coding_services[place->row_first + i];
        if (holds(row, day) && coding_service_says(row, first) && coding_service_says(row, second))
            return row;
    }
    return NULL;
}

struct coding_line
coding_line_of(const struct coding_case *c, uint32_t index)
{
    const struct service_line *line = &c->body->lines[index];
    struct text place = line->place_of_service.length > 0 ? line->place_of_service : c->body->place_of_service;
    struct coding_line view = {.line = line,
                               .ordinal = index + 1,
                               .day = coding_line_date(c, line),
                               .procedure = coding_procedure_key(c, index),
                               .place = c->body->form == CLAIM_FORM_INSTITUTIONAL ? 0 : codeset_key(place)};
    for (unsigned i = 0; i < 4; i++) {
        struct text modifier = coding_modifier(line, i);
        view.modifiers[i] = modifier.length == 0 ? 0 : codeset_key(modifier);
    }
    return view;
}

bool
coding_line_has(const struct coding_line *line, uint64_t modifier)
{
    return modifier != 0 && (line->modifiers[0] == modifier || line->modifiers[1] == modifier || line->modifiers[2] == modifier ||
                             line->modifiers[3] == modifier);
}
