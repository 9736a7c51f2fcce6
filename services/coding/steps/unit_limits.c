/*
 * Step 6: assign: units against the Medically Unlikely Edits (NCCI Policy Manual, chapter I, section V). The adjudication
 * indicator says what is counted: 1 each line for itself, so that lines parted by 59, 76, 77, 91 or an anatomical modifier are
 * judged alone; 2 and 3 all lines of the procedure of the same patient, day and provider, whatever their modifiers and whichever
 * claim they stand on, but not lines of care alone (55). 2 is absolute, by policy or the words of the code; 3 is clinical, and may
 * be exceeded with a reason. Units of a line over several days are divided by the days.
 */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

enum { BY_LINE = 1, BY_POLICY = 2 };

static const uint16_t rules[] = {FINDING_CODING_UNITS_LINE, FINDING_CODING_UNITS_POLICY, FINDING_CODING_UNITS_DAY,
                                 FINDING_CODING_UNITS_EARLIER};
enum { RULES = sizeof rules / sizeof *rules };

struct limit {
    int32_t units;
    uint16_t indicator;
};

/* A supplier of equipment or of prostheses, by the taxonomy of the billing provider; such have a table of their own. */
static bool
is_supplier(const struct claim_body *body)
{
    return text_starts(body->billing.taxonomy, TEXT("332B")) || text_starts(body->billing.taxonomy, TEXT("335E"));
}

static enum coding_relation
table_of(const struct coding_case *c)
{
    if (c->setting == CODING_OUTPATIENT)
        return CODING_MUE_HOSPITAL;
    return is_supplier(c->body) ? CODING_MUE_SUPPLIER : CODING_MUE_PRACTITIONER;
}

/* What the table says of a procedure on a day; false: nothing. */
static bool
find_limit(struct coding_run *run, enum coding_relation table, uint64_t procedure, int32_t day, struct limit *limit)
{
    struct codeset_rows rows;
    struct codeset_data *data = coding_edition(run->c, table, day);
    if (data == NULL) {
        coding_lack_all(run, rules, RULES, CODING_LACK_EDITION);
        return false;
    }
    if (!coding_rows_in(run->c, data, procedure, &rows)) {
        if (coding_is_built_in(data))
            coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        return false;
    }
    for (uint32_t i = 0; i < rows.count; i++) {
        if (!codeset_holds(&rows.rows[i], day))
            continue;
        *limit = (struct limit){rows.numbers[i], rows.rows[i].kind};
        return true;
    }
    return false;
}

static int64_t
units_of(const struct billed *billed)
{
    if (billed->to == billed->from)
        return billed->quantity_milli;
    int64_t days = date_to_days(billed->to) - date_to_days(billed->from) + 1;
    int64_t whole = 1000 * days;
    return (billed->quantity_milli + whole / 2) / whole * 1000;
}

static bool
counts(const struct billed *billed)
{
    return (billed->marks & (BILLED_MINUTES | BILLED_CARE_ONLY)) == 0;
}

static struct text
words_of(struct coding_run *run, const struct billed *billed, int64_t units, int32_t limit)
{
    char code[CODESET_KEY_LENGTH + 1];
    if (units % 1000 == 0)
        return arena_print(run->findings->arena, "%s: %lld of %d", codeset_key_text(billed->procedure, code).data,
                           (long long)(units / 1000), (int)limit);
    return arena_print(run->findings->arena, "%s: %lld.%03d of %d", codeset_key_text(billed->procedure, code).data,
                       (long long)(units / 1000), (int)(units % 1000), (int)limit);
}

static void
raise(struct coding_run *run, uint16_t rule, const struct billed *billed, int64_t units, int32_t limit)
{
    if (coding_applies(run, rule, billed->from))
        coding_raise(run, rule, "line", billed->line, words_of(run, billed, units, limit));
}

/* Of the lines that are counted together the last one of this claim says it. */
static void
judge_day(struct coding_run *run, const struct billed_list *list, uint32_t at, const struct limit *limit)
{
    const struct billed *billed = &list->items[at];
    int64_t own = 0, earlier = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct billed *other = &list->items[i];
        if (other->procedure != billed->procedure || !counts(other) || !billed_together(billed, other))
            continue;
        if (i > at && i < list->own)
            return;
        *(i < list->own ? &own : &earlier) += units_of(other);
    }
    int64_t most = (int64_t)limit->units * 1000;
    if (own > most)
        raise(run, limit->indicator == BY_POLICY ? FINDING_CODING_UNITS_POLICY : FINDING_CODING_UNITS_DAY, billed, own, limit->units);
    else if (own + earlier > most)
        raise(run, FINDING_CODING_UNITS_EARLIER, billed, own + earlier, limit->units);
    else if (coding_history_open(run) && coding_applies(run, FINDING_CODING_UNITS_EARLIER, billed->from))
        coding_lacks(run, FINDING_CODING_UNITS_EARLIER, CODING_LACK_HISTORY);
}

/* Suppliers' goods have the limit 0 for a practitioner: whether he is a supplier, too, only his taxonomy tells. */
static bool
is_unclear(struct coding_run *run, const struct billed *billed, const struct limit *limit)
{
    struct limit other;
    return limit->units == 0 && run->c->setting == CODING_PROFESSIONAL && run->c->body->billing.taxonomy.length == 0 &&
           find_limit(run, CODING_MUE_SUPPLIER, billed->procedure, billed->from, &other) && other.units > 0;
}

void
coding_assign_unit_limits(struct coding_run *run)
{
    if (!coding_apply_any(run, rules, RULES, run->c->day))
        return;
    const struct billed_list *list = coding_billed(run);
    enum coding_relation table = table_of(run->c);
    for (uint32_t i = 0; i < list->own; i++) {
        const struct billed *billed = &list->items[i];
        struct limit limit;
        if (billed->procedure == 0 || billed->from == 0 || !counts(billed) ||
            !find_limit(run, table, billed->procedure, billed->from, &limit))
            continue;
        if (limit.units == 0 && !run->c->medicare)
            continue; /* what Medicare never pays (preventive visits), another payer may */
        if (is_unclear(run, billed, &limit))
            coding_lack_all(run, rules, RULES, CODING_LACK_PROVIDER);
        else if (limit.indicator != BY_LINE)
            judge_day(run, list, i, &limit);
        else if (units_of(billed) > (int64_t)limit.units * 1000)
            raise(run, FINDING_CODING_UNITS_LINE, billed, units_of(billed), limit.units);
    }
}
