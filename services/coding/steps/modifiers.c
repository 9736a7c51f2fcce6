/*
 * Step 4: modifiers with the procedure and with each other: tables modifier_never and modifiers_apart, the plan of care of therapy, and the
 * professional and technical component by the fee schedule. Bilateral, assistant and the like are units of work: step 6.
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
            else if (first != second && apart && coding_modifiers_apart(first, second, line->day) != NULL)
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
none_of(struct coding_run *run, uint16_t rule, enum coding_service_table table, const struct coding_line *line)
{
    if (!coding_applies(run, rule, line->day))
        return;
    for (unsigned i = 0; i < 4; i++)
        if (coding_service_lists(table, line->modifiers[i], line->day))
            coding_raise(run, rule, "line", line->ordinal, coding_modifier(line->line, i));
}

/* A hospital bills for practitioners under revenue codes 096x to 098x (critical access hospitals, chapter 4, section 250.2). */
static bool
is_professional(const struct coding_line *line)
{
    static const char *const codes[] = {"096", "097", "098"};
    for (size_t i = 0; line->line->institutional_count > 0 && i < sizeof codes / sizeof *codes; i++)
        if (text_starts(line->line->institutional->revenue_code, text_from(codes[i])))
            return true;
    return false;
}

static void
therapy_plan(struct coding_run *run, const struct coding_line *line)
{
    const struct claim_body *body = run->c->body;
    char code[CODESET_KEY_LENGTH + 1];
    if (!coding_service_is(CODING_THERAPY, line->procedure, line->day) || !coding_applies(run, FINDING_CODING_THERAPY_PLAN, line->day))
        return;
    if (body->form == CLAIM_FORM_INSTITUTIONAL &&
        !coding_service_lists(CODING_BILL_THERAPY, codeset_key(body->place_of_service), line->day))
        return;
    for (unsigned i = 0; i < 4; i++)
        if (coding_service_lists(CODING_MODIFIER_THERAPY, line->modifiers[i], line->day))
            return;
    coding_raise(run, FINDING_CODING_THERAPY_PLAN, "line", line->ordinal, codeset_key_text(line->procedure, code));
}

/* The PC/TC indicator of the relative value file: 1 has both components. 0 is a physician's service, 2 the professional part alone,
 * 3 the technical part alone, 4 both at once, 5 incident to; none of these is cut by 26 or TC. 6 and 8 are interpretations: no TC. */
enum { NO_PARTS = -1, PHYSICIAN, BOTH_PARTS, PROFESSIONAL_PART, TECHNICAL_PART, BOTH_AT_ONCE, INCIDENT_TO, LABORATORY_READING,
             BLOOD_READING = 8 };

/* Of the line's procedure; NO_PARTS: the schedule does not tell, and if it is one that does not hold all, the rule lacks it. */
static int32_t
parts_of(struct coding_run *run, uint16_t rule, const struct coding_line *line)
{
    struct codeset_rows rows;
    if (!coding_rows(run, rule, CODING_FEES, line->day, line->procedure, &rows))
        return NO_PARTS;
    for (uint32_t i = 0; i < rows.count; i++)
        if (rows.rows[i].second == 0 && codeset_holds(&rows.rows[i], line->day))
            return rows.numbers[i * FEE_NUMBERS + FEE_PCTC];
    return NO_PARTS;
}

static void
component(struct coding_run *run, const struct coding_line *line)
{
    bool professional = coding_line_has(line, CODING_KEY("26")), technical = coding_line_has(line, CODING_KEY("TC"));
    if (!(professional || technical) || !coding_applies(run, FINDING_CODING_MODIFIER_COMPONENT, line->day))
        return;
    int32_t parts = parts_of(run, FINDING_CODING_MODIFIER_COMPONENT, line);
    bool whole = parts == PHYSICIAN || (parts >= PROFESSIONAL_PART && parts <= INCIDENT_TO);
    if (whole || (technical && (parts == LABORATORY_READING || parts == BLOOD_READING)))
        raise_with(run, FINDING_CODING_MODIFIER_COMPONENT, line, professional ? CODING_KEY("26") : CODING_KEY("TC"), line->procedure);
}

/* Of a hospital's patient the technical part, and what is incident to a physician's service, are the hospital's. */
static void
hospital_part(struct coding_run *run, const struct coding_line *line)
{
    char code[CODESET_KEY_LENGTH + 1], place[CODESET_KEY_LENGTH + 1];
    if (!coding_service_lists(CODING_PLACE_HOSPITAL, line->place, line->day) ||
        coding_service_is(CODING_VISIT, line->procedure, line->day) ||
        !coding_applies(run, FINDING_CODING_HOSPITAL_PART, line->day))
        return;
    int32_t parts = parts_of(run, FINDING_CODING_HOSPITAL_PART, line);
    bool hospitals = parts == TECHNICAL_PART || parts == BOTH_AT_ONCE || parts == INCIDENT_TO ||
                     (parts == BOTH_PARTS && !coding_line_has(line, CODING_KEY("26")));
    if (hospitals)
        coding_raise(run, FINDING_CODING_HOSPITAL_PART, "line", line->ordinal,
                     arena_print(run->findings->arena, "%s in place %s", codeset_key_text(line->procedure, code).data,
                                 codeset_key_text(line->place, place).data));
}

/* Both publications of CMS hold all of level II: the HCPCS file of a year, and the list of modifiers without days, which counts for
 * all. Lists of others may not. */
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
    therapy_plan(run, line);
    hospital_part(run, line);
    if (line->modifiers[0] == 0 && line->modifiers[1] == 0 && line->modifiers[2] == 0 && line->modifiers[3] == 0)
        return;
    exists(run, line);
    with_procedure(run, line);
    with_each_other(run, line);
    of_both_sides(run, line);
    none_of(run, FINDING_CODING_MODIFIER_OF_HOSPITAL, CODING_MODIFIER_HOSPITAL, line);
    if (!is_professional(line))
        none_of(run, FINDING_CODING_MODIFIER_OF_PRACTITIONER, CODING_MODIFIER_PRACTITIONER, line);
    component(run, line);
}
