/*
 * Step 4: drugs. What was discarded of a single-dose container: JW, or JZ when nothing was (Medicare Claims Processing Manual, chapter
 * 17, section 40.1); which drugs come in such containers says a list that the user loads (`codes|single_dose|...`, common/codeset).
 * The National Drug Code where the payer's profile asks for it (loop 2410, LIN*N4).
 */
#include "common/payer/payer.h"
#include "schemas/findings.h"
#include "services/coding/steps/line_rules.h"
#include "services/coding/steps/sets.h"
#include "services/coding/steps/wants.h"

/* Does a line of the same drug and day have the modifier; is there one without JW? */
struct drug_lines {
    bool discarded, whole, given; /* JW; JZ; a line that is not JW */
};

static struct drug_lines
lines_of(const struct coding_case *c, const struct coding_line *drug)
{
    struct drug_lines lines = {0};
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        if (coding_procedure_key(c, i) != drug->procedure || coding_line_date(c, &c->body->lines[i]) != drug->day)
            continue;
        bool discarded = coding_has_modifier(&c->body->lines[i], "JW");
        lines.discarded = lines.discarded || discarded;
        lines.whole = lines.whole || coding_has_modifier(&c->body->lines[i], "JZ");
        lines.given = lines.given || !discarded;
    }
    return lines;
}

/* A drug that the loaded list does not hold needs neither. */
static bool
is_single_dose(struct coding_run *run, const struct coding_line *line)
{
    struct codeset_rows rows;
    struct codeset_data *data = coding_edition(run->c, CODING_SINGLE_DOSE, line->day);
    if (data == NULL) {
        coding_lacks(run, FINDING_CODING_JZ_MISSING, CODING_LACK_TABLE);
        return false;
    }
    if (!coding_rows_in(run->c, data, line->procedure, &rows))
        return false;
    for (uint32_t i = 0; i < rows.count; i++)
        if (codeset_holds(&rows.rows[i], line->day))
            return true;
    return false;
}

/* J, Q and C codes; those are paid for apart from the service. */
static bool
is_drug(struct text procedure)
{
    return procedure.length == 5 && (procedure.data[0] == 'J' || procedure.data[0] == 'Q' || procedure.data[0] == 'C');
}

static void
discarded(struct coding_run *run, const struct coding_line *line)
{
    bool jz = coding_applies(run, FINDING_CODING_JZ_MISSING, line->day);
    bool both = coding_applies(run, FINDING_CODING_JW_AND_JZ, line->day), alone = coding_applies(run, FINDING_CODING_JW_ALONE, line->day);
    if (!(jz || both || alone))
        return;
    struct drug_lines lines = lines_of(run->c, line);
    bool last = coding_line_has(line, CODING_KEY("JW")), none = coding_line_has(line, CODING_KEY("JZ"));
    if (both && none && lines.discarded && !last)
        coding_raise(run, FINDING_CODING_JW_AND_JZ, "line", line->ordinal, line->line->procedure);
    if (alone && last && !lines.given)
        coding_raise(run, FINDING_CODING_JW_ALONE, "line", line->ordinal, line->line->procedure);
    if (jz && !lines.discarded && !lines.whole && is_single_dose(run, line))
        coding_raise(run, FINDING_CODING_JZ_MISSING, "line", line->ordinal, line->line->procedure);
}

/* LIN02 is N4, LIN03 the code (X222A1 and X223A2, loop 2410). */
static bool
has_ndc(const struct service_line *line)
{
    for (uint32_t i = 0; i < line->carried_count; i++)
        if (text_is(line->carried[i].loop, "2410") && text_starts(line->carried[i].segment, TEXT("LIN\x1d\x1dN4\x1d")))
            return true;
    return false;
}

static void
national(struct coding_run *run, const struct coding_line *line)
{
    const struct coding_wants *wants = run->c->wants;
    if (wants == NULL || wants->ndc.length == 0 || !coding_applies(run, FINDING_CODING_NDC_MISSING, line->day))
        return;
    if (payer_lists_code(wants->ndc, line->line->procedure) && !has_ndc(line->line))
        coding_raise(run, FINDING_CODING_NDC_MISSING, "line", line->ordinal, line->line->procedure);
}

void
coding_line_drug(struct coding_run *run, const struct coding_line *line)
{
    if (is_drug(line->line->procedure))
        discarded(run, line);
    national(run, line);
}
