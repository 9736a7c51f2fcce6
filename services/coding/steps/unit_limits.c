/*
 * Step 6: assign: units against the Medically Unlikely Edits (NCCI Policy Manual, chapter I, section V). The adjudication
 * indicator says what is counted: 1 each line for itself, so that lines parted by 59, 76, 77, 91 or an anatomical modifier are
 * judged alone; 2 and 3 all lines of the procedure of the same patient, day and provider, whatever their modifiers and whichever
 * claim they stand on, but not lines of care alone (55). 2 is absolute for Medicare, by policy or the words of the code; 3 is clinical, and
 * may be exceeded with a reason, as 2 may for a payer who adopts a part of the edits. Units of a line over several days are divided by the days.
 */
#include "common/date/date.h"
#include "schemas/findings.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/services.h"
#include "services/coding/steps/sets.h"

enum { BY_LINE = 1, BY_POLICY = 2 };

static const uint16_t rules[] = {FINDING_CODING_UNITS_LINE, FINDING_CODING_UNITS_POLICY, FINDING_CODING_UNITS_DAY,
                                 FINDING_CODING_UNITS_EARLIER, FINDING_CODING_NEVER_PAID};
enum { RULES = sizeof rules / sizeof *rules };

struct limit {
    int32_t units;
    uint16_t indicator;
};

/* Suppliers have a table of their own. By the taxonomy of the billing provider: equipment, eyewear, hearing aids (332), pharmacies
 * (333), prostheses (335E). */
static bool
is_supplier(const struct claim_body *body)
{
    static const char *const beginnings[] = {"332", "333", "335E"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (text_starts(body->billing.taxonomy, text_from(beginnings[i])))
            return true;
    return false;
}

static enum coding_relation
table_of(const struct coding_case *c)
{
    if (c->setting == CODING_OUTPATIENT)
        return CODING_MUE_HOSPITAL;
    return is_supplier(c->body) ? CODING_MUE_SUPPLIER : CODING_MUE_PRACTITIONER;
}

enum said { SAID, SAID_NOTHING, SAID_NO_EDITION, SAID_NOT_HELD };

/* What the table says of a procedure on a day. */
static enum said
look_up(const struct coding_case *c, enum coding_relation table, uint64_t procedure, int32_t day, struct limit *limit)
{
    struct codeset_rows rows;
    struct codeset_data *data = coding_edition(c, table, day);
    if (data == NULL)
        return SAID_NO_EDITION;
    if (!coding_rows_in(c, data, procedure, &rows))
        return coding_is_built_in(data) ? SAID_NOT_HELD : SAID_NOTHING;
    for (uint32_t i = 0; i < rows.count; i++) {
        if (!codeset_holds(&rows.rows[i], day))
            continue;
        *limit = (struct limit){rows.numbers[i], rows.rows[i].kind};
        return SAID;
    }
    return SAID_NOTHING;
}

static void
say_lack(struct coding_run *run, enum said said)
{
    if (said == SAID_NO_EDITION || said == SAID_NOT_HELD)
        coding_lack_all(run, rules, RULES, said == SAID_NO_EDITION ? CODING_LACK_EDITION : CODING_LACK_CODE);
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
        raise(run, limit->indicator == BY_POLICY && run->c->medicare ? FINDING_CODING_UNITS_POLICY : FINDING_CODING_UNITS_DAY, billed, own,
              limit->units);
    else if (own + earlier > most)
        raise(run, FINDING_CODING_UNITS_EARLIER, billed, own + earlier, limit->units);
    else if (coding_history_open(run) && coding_applies(run, FINDING_CODING_UNITS_EARLIER, billed->from))
        coding_lacks(run, FINDING_CODING_UNITS_EARLIER, CODING_LACK_HISTORY);
}

static bool
is_at_home(const struct coding_case *c, const struct billed *billed)
{
    return coding_service_lists(CODING_PLACE_HOME, coding_line_of(c, billed->line - 1u).place, billed->from);
}

/* Practitioners are suppliers, too: of goods for the home, and of what as practitioners they are never paid for. Then the larger limit
 * holds, that of suppliers. False: it is not known. */
static bool
widen_limit(struct coding_run *run, const struct billed *billed, struct limit *limit)
{
    struct limit other;
    bool never = limit->units == 0;
    if (!never && (billed->number != 0 || !is_at_home(run->c, billed)))
        return true;
    enum said said = look_up(run->c, CODING_MUE_SUPPLIER, billed->procedure, billed->from, &other);
    if (said == SAID && other.units > limit->units)
        *limit = other;
    if (never && billed->number == 0)
        say_lack(run, said);
    return !never || billed->number != 0 || said == SAID || said == SAID_NOTHING;
}

/* GY: excluded by law, the denial is wanted (Medicare Claims Processing Manual, chapter 1, section 60.4). What Medicare never pays
 * (preventive visits), another payer may. */
static void
judge_never(struct coding_run *run, const struct billed *billed)
{
    char code[CODESET_KEY_LENGTH + 1];
    if (run->c->medicare && !coding_has_modifier(&run->c->body->lines[billed->line - 1], "GY") &&
        coding_applies(run, FINDING_CODING_NEVER_PAID, billed->from))
        coding_raise(run, FINDING_CODING_NEVER_PAID, "line", billed->line, codeset_key_text(billed->procedure, code));
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
        if (billed->procedure == 0 || billed->from == 0 || !counts(billed))
            continue;
        enum said said = look_up(run->c, table, billed->procedure, billed->from, &limit);
        say_lack(run, said);
        if (said != SAID || (table == CODING_MUE_PRACTITIONER && !widen_limit(run, billed, &limit)))
            continue;
        if (limit.units == 0)
            judge_never(run, billed);
        else if (limit.indicator != BY_LINE)
            judge_day(run, list, i, &limit);
        else if (units_of(billed) > (int64_t)limit.units * 1000)
            raise(run, FINDING_CODING_UNITS_LINE, billed, units_of(billed), limit.units);
    }
}
