/*
 * Step 4: modifiers with the procedure and with each other: tables modifier_never and modifiers_apart, and the professional and
 * technical component by the fee schedule. Bilateral, assistant and the like are units of work: step 6.
 */
#include "common/codeset/import/fees.h"
#include "schemas/findings.h"
#include "services/coding/steps/diagnosis.h"
#include "services/coding/steps/line_rules.h"
#include "services/coding/steps/sets.h"

#include <string.h>

static void
raise_with(struct coding_run *run, uint16_t rule, const struct coding_line *line, uint64_t first, uint64_t second)
{
    char one[CODESET_KEY_LENGTH + 1], other[CODESET_KEY_LENGTH + 1];
    codeset_key_text(first, one);
    codeset_key_text(second, other);
    coding_raise(run, rule, "line", line->ordinal, arena_print(run->findings->arena, "%s with %s", one, other));
}

static void
with_procedure(struct coding_run *run, const struct coding_line *line)
{
    unsigned at = 0;
    const struct coding_service *row;
    if (!coding_applies(run, FINDING_CODING_MODIFIER_OF_PROCEDURE, line->day))
        return;
    while ((row = coding_service_next(CODING_MODIFIER_NEVER, line->procedure, line->day, &at)) != NULL)
        for (unsigned i = 0; i < 4; i++)
            if (coding_service_says(row, line->modifiers[i]))
                raise_with(run, FINDING_CODING_MODIFIER_OF_PROCEDURE, line, line->modifiers[i], line->procedure);
}

/* Do both stand in one row of modifiers_apart? */
static bool
are_apart(uint64_t first, uint64_t second, int32_t day)
{
    const struct coding_service_place *place = &coding_service_places[CODING_MODIFIERS_APART];
    for (unsigned i = 0; i < place->row_count; i++) {
        const struct coding_service *row = &coding_services[place->row_first + i];
        bool holds = day == 0 || (day >= row->from && (row->to == 0 || day <= row->to));
        if (holds && coding_service_says(row, first) && coding_service_says(row, second))
            return true;
    }
    return false;
}

static void
with_each_other(struct coding_run *run, const struct coding_line *line)
{
    bool apart = coding_applies(run, FINDING_CODING_MODIFIERS_APART, line->day);
    bool twice = coding_applies(run, FINDING_CODING_MODIFIER_TWICE, line->day);
    for (unsigned i = 1; i < 4; i++) {
        for (unsigned k = 0; k < i; k++) {
            uint64_t first = line->modifiers[k], second = line->modifiers[i];
            if (first == 0 || second == 0)
                continue;
            if (first == second && twice)
                coding_raise(run, FINDING_CODING_MODIFIER_TWICE, "line", line->ordinal, coding_modifier(line->line, i));
            else if (first != second && apart && are_apart(first, second, line->day))
                raise_with(run, FINDING_CODING_MODIFIERS_APART, line, first, second);
        }
    }
}

/* A line is of one side; RT or LT beside a modifier of the other. */
static void
of_both_sides(struct coding_run *run, const struct coding_line *line)
{
    if (!coding_applies(run, FINDING_CODING_LINE_OF_BOTH_SIDES, line->day))
        return;
    for (unsigned i = 0; i < 4; i++) {
        struct text side = coding_modifier(line->line, i);
        if (!text_is(side, "RT") && !text_is(side, "LT"))
            continue;
        enum diagnosis_side other = text_is(side, "RT") ? SIDE_LEFT : SIDE_RIGHT;
        for (unsigned k = 0; k < 4; k++) {
            if (diagnosis_modifier_side(coding_modifier(line->line, k)) != other)
                continue;
            raise_with(run, FINDING_CODING_LINE_OF_BOTH_SIDES, line, line->modifiers[i], line->modifiers[k]);
            return;
        }
    }
}

static void
of_hospital(struct coding_run *run, const struct coding_line *line)
{
    if (!coding_applies(run, FINDING_CODING_MODIFIER_OF_HOSPITAL, line->day))
        return;
    for (unsigned i = 0; i < 4; i++)
        if (coding_service_lists(CODING_MODIFIER_HOSPITAL, line->modifiers[i], line->day))
            coding_raise(run, FINDING_CODING_MODIFIER_OF_HOSPITAL, "line", line->ordinal, coding_modifier(line->line, i));
}

/* The PC/TC indicator of the relative value file: 1 has both components. 0 is a physician's service, 2 the professional part alone,
 * 3 the technical part alone, 4 both at once, 5 incident to; none of these is cut by 26 or TC. 6 and 8 are interpretations: no TC. */
static void
component(struct coding_run *run, const struct coding_line *line)
{
    bool professional = coding_line_has(line, CODING_KEY("26")), technical = coding_line_has(line, CODING_KEY("TC"));
    struct codeset_rows rows;
    if (!(professional || technical) || !coding_applies(run, FINDING_CODING_MODIFIER_COMPONENT, line->day) ||
        !coding_rows(run, FINDING_CODING_MODIFIER_COMPONENT, CODING_FEES, line->day, line->procedure, &rows))
        return;
    for (uint32_t i = 0; i < rows.count; i++) {
        if (rows.rows[i].second != 0 || !codeset_holds(&rows.rows[i], line->day))
            continue;
        int32_t indicator = rows.numbers[i * FEE_NUMBERS + FEE_PCTC];
        bool whole = indicator == 0 || (indicator >= 2 && indicator <= 5), reading = indicator == 6 || indicator == 8;
        if (whole || (technical && reading))
            raise_with(run, FINDING_CODING_MODIFIER_COMPONENT, line, professional ? CODING_KEY("26") : CODING_KEY("TC"),
                       line->procedure);
        return;
    }
}

/* Both publications of CMS hold all of level II: the HCPCS file of a year, and the list of modifiers without days, which counts for all. Lists
 * of others may not. */
static bool
holds_level_two(const struct coding_case *c, int32_t day)
{
    const struct codeset *modifiers = c->sets == NULL ? NULL : c->sets->sets[CODES_MODIFIER];
    const struct codeset_data *data = modifiers == NULL || day == 0 ? NULL : codeset_on(modifiers, day);
    const char *importer = data == NULL ? "" : codeset_edition_about(data)->importer;
    return strcmp(importer, "hcpcs") == 0 || strcmp(importer, "modifiers") == 0;
}

/* On a line of transport any place where it begins with any where it ends: such pairs stand in no list. */
static bool
is_journey(const struct coding_line *line, struct text modifier)
{
    return coding_service_is(CODING_TRANSPORT_ORIGIN, line->procedure, line->day) &&
           coding_service_lists(CODING_TRANSPORT_ORIGIN, codeset_key(text_of(modifier.data, 1)), line->day) &&
           coding_service_lists(CODING_TRANSPORT_DESTINATION, codeset_key(text_of(modifier.data + 1, 1)), line->day);
}

/* A modifier of level II begins with a letter; so do P1 to P6 of CPT. */
static void
exists(struct coding_run *run, const struct coding_line *line)
{
    if (!coding_applies(run, FINDING_CODING_MODIFIER_UNKNOWN, line->day))
        return;
    for (unsigned i = 0; i < 4; i++) {
        struct text modifier = coding_modifier(line->line, i);
        if (modifier.length != 2 || modifier.data[0] < 'A' || modifier.data[0] > 'Z' ||
            coding_service_lists(CODING_MODIFIER_PHYSICAL_STATUS, line->modifiers[i], 0) || is_journey(line, modifier))
            continue;
        enum codes_verdict verdict = coding_ask(run->c, CODES_MODIFIER, modifier, line->day).verdict;
        if (verdict != CODES_NOT_HELD && verdict != CODES_EDITION_MISSING && verdict != CODES_UNKNOWN)
            continue;
        if (holds_level_two(run->c, line->day))
            coding_raise(run, FINDING_CODING_MODIFIER_UNKNOWN, "line", line->ordinal, modifier);
        else
            coding_lacks(run, FINDING_CODING_MODIFIER_UNKNOWN, CODING_LACK_CODE);
    }
}

void
coding_line_modifiers(struct coding_run *run, const struct coding_line *line)
{
    if (line->modifiers[0] == 0 && line->modifiers[1] == 0 && line->modifiers[2] == 0 && line->modifiers[3] == 0)
        return;
    exists(run, line);
    with_procedure(run, line);
    with_each_other(run, line);
    of_both_sides(run, line);
    of_hospital(run, line);
    component(run, line);
}
