/*
 * Step 6: assign: what the indicators of the Medicare physician fee schedule say of a modifier beside its procedure (Medicare
 * Claims Processing Manual, chapter 12, sections 40.6 to 40.8, and chapter 23, addendum: MPFSDB record layout, fields 21 to 25).
 * Only a line that has such a modifier is looked up.
 */
#include "common/codeset/import/fees.h"
#include "schemas/findings.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

enum { NOT_A_CONCEPT = 9 };

/* One row: with this mark, an indicator of these values means this. */
static const struct indicator {
    uint16_t mark;
    uint8_t number; /* enum fee_number */
    uint16_t values; /* bit n: the value n */
    uint16_t rule;
} indicators[] = {
    {BILLED_BILATERAL, FEE_BILATERAL, 1 << 0 | 1 << NOT_A_CONCEPT, FINDING_CODING_BILATERAL_NOT},
    {BILLED_BILATERAL, FEE_BILATERAL, 1 << 2, FINDING_CODING_BILATERAL_ALREADY},
    {BILLED_MULTIPLE, FEE_MULTIPLE, 1 << 0 | 1 << NOT_A_CONCEPT, FINDING_CODING_MULTIPLE_NOT},
    {BILLED_ASSISTANT, FEE_ASSISTANT, 1 << 1 | 1 << NOT_A_CONCEPT, FINDING_CODING_ASSISTANT_NOT},
    {BILLED_ASSISTANT, FEE_ASSISTANT, 1 << 0, FINDING_CODING_ASSISTANT_DOCUMENTS},
    {BILLED_CO_SURGEON, FEE_CO_SURGEON, 1 << 0 | 1 << NOT_A_CONCEPT, FINDING_CODING_CO_SURGEON_NOT},
    {BILLED_CO_SURGEON, FEE_CO_SURGEON, 1 << 1, FINDING_CODING_CO_SURGEON_DOCUMENTS},
    {BILLED_TEAM, FEE_TEAM, 1 << 0 | 1 << NOT_A_CONCEPT, FINDING_CODING_TEAM_NOT},
    {BILLED_TEAM, FEE_TEAM, 1 << 1, FINDING_CODING_TEAM_DOCUMENTS},
};
enum {
    INDICATORS = sizeof indicators / sizeof *indicators,
    MARKS = BILLED_BILATERAL | BILLED_MULTIPLE | BILLED_ASSISTANT | BILLED_CO_SURGEON | BILLED_TEAM
};

/* Numbers of a code that the schedule prices, or that it leaves to another one (E: drugs): of the others the indicators say nothing.
 * False: there are none. */
static bool
numbers_of(struct coding_run *run, struct codeset_data *data, const struct billed *billed, const int32_t **numbers)
{
    struct codeset_rows all, rows;
    if (!coding_rows_in(run->c, data, billed->procedure, &all) || codeset_narrow(data, &all, 0, &rows) != STATUS_OK)
        return false;
    *numbers = rows.numbers;
    uint16_t kind = rows.rows[0].kind;
    return codeset_holds(&rows.rows[0], billed->from) && (kind == 'A' || kind == 'R' || kind == 'T' || kind == 'C' || kind == 'E');
}

static struct text
words_of(struct coding_run *run, const struct billed *billed, uint16_t mark)
{
    char code[CODESET_KEY_LENGTH + 1], modifier[3] = "";
    for (uint64_t rest = billed->modifiers; rest != 0; rest >>= 16) {
        if ((billed_marks((uint16_t)rest) & mark) == 0)
            continue;
        modifier[0] = (char)(rest >> 8 & 0xff);
        modifier[1] = (char)(rest & 0xff);
    }
    return arena_print(run->findings->arena, "%s-%s", codeset_key_text(billed->procedure, code).data, modifier);
}

/* True: modifier 50 has no meaning on it. */
static bool
judge(struct coding_run *run, const struct billed *billed)
{
    const int32_t *numbers = NULL;
    bool looked = false, known = false, no_sides = false;
    for (unsigned i = 0; i < INDICATORS; i++) {
        const struct indicator *indicator = &indicators[i];
        if ((billed->marks & indicator->mark) == 0 || !coding_applies(run, indicator->rule, billed->from))
            continue;
        struct codeset_data *data = coding_edition(run->c, CODING_FEES, billed->from);
        if (data == NULL) {
            coding_lacks(run, indicator->rule, billed->from == 0 ? CODING_LACK_DATE : CODING_LACK_EDITION);
            continue;
        }
        known = looked ? known : numbers_of(run, data, billed, &numbers);
        looked = true;
        if (!known && coding_is_built_in(data))
            coding_lacks(run, indicator->rule, CODING_LACK_CODE);
        int32_t value = known ? numbers[indicator->number] : -1;
        if (value >= 0 && value <= NOT_A_CONCEPT && (indicator->values >> value & 1) != 0) {
            coding_raise(run, indicator->rule, "line", billed->line, words_of(run, billed, indicator->mark));
            no_sides = no_sides || indicator->rule == FINDING_CODING_BILATERAL_NOT;
        }
    }
    return no_sides;
}

void
coding_assign_fee_indicators(struct coding_run *run)
{
    if (run->c->setting != CODING_PROFESSIONAL)
        return;
    const struct billed_list *list = coding_billed(run);
    for (uint32_t i = 0; i < list->own; i++) {
        const struct billed *billed = &list->items[i];
        if ((billed->marks & MARKS) == 0 || billed->procedure == 0)
            continue;
        bool no_sides = judge(run, billed);
        /* Both sides are one unit; units of what has no sides (drugs) are something else. */
        if (!no_sides && (billed->marks & BILLED_BILATERAL) != 0 && coding_applies(run, FINDING_CODING_BILATERAL_UNITS, billed->from) &&
            billed->quantity_milli > 1000)
            coding_raise(run, FINDING_CODING_BILATERAL_UNITS, "line", billed->line, words_of(run, billed, BILLED_BILATERAL));
    }
}
