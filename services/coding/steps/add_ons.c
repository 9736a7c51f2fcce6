/*
 * Step 6: assign: add-on codes (NCCI Policy Manual, chapter I, section R; CMS add-on code edits). An add-on code is paid only
 * beside a primary procedure of the same patient and day by the same practitioner, or another of his group. Type 1: one of
 * those that are listed; type 2: the contractor says which (CCCCC); type 3: some are listed, the contractor may have more.
 */
#include "schemas/findings.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

enum { LISTED = 1 };

static const uint16_t rules[] = {FINDING_CODING_ADD_ON_ALONE, FINDING_CODING_ADD_ON_NOTHING};
enum { RULES = sizeof rules / sizeof *rules };

/* Everything that is on this claim is of one group; of a former claim the billing provider says it. */
static bool
same_group(const struct coding_case *c, const struct billed *billed, const struct billed *other)
{
    if (other->past == NULL)
        return true;
    uint64_t group = billed_npi(c->body->billing.id);
    return (billed->provider != 0 && billed->provider == other->provider) || (group != 0 && group == other->past->group);
}

static bool
is_add_on(struct coding_run *run, struct codeset_data *data, uint64_t procedure, int32_t day, struct codeset_rows *rows)
{
    if (!coding_rows_in(run->c, data, procedure, rows))
        return false;
    for (uint32_t i = 0; i < rows->count; i++)
        if (codeset_holds(&rows->rows[i], day))
            return true;
    return false;
}

static bool
is_listed(struct codeset_data *data, const struct codeset_rows *rows, uint64_t procedure, int32_t day)
{
    struct codeset_rows found;
    if (codeset_narrow(data, rows, procedure, &found) != STATUS_OK)
        return false;
    for (uint32_t i = 0; i < found.count; i++)
        if (codeset_holds(&found.rows[i], day))
            return true;
    return false;
}

/* Do only the primaries that are listed count? */
static bool
only_listed(const struct codeset_rows *rows, int32_t day)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (codeset_holds(&rows->rows[i], day) && rows->rows[i].kind != LISTED)
            return false;
    return true;
}

static void
judge(struct coding_run *run, const struct billed_list *list, const struct billed *billed, struct codeset_data *data)
{
    struct codeset_rows rows, unused;
    char code[CODESET_KEY_LENGTH + 1];
    if (!is_add_on(run, data, billed->procedure, billed->from, &rows)) {
        if (coding_is_built_in(data)) /* whether it is one is not known */
            coding_lack_all(run, rules, RULES, CODING_LACK_CODE);
        return;
    }
    bool listed = only_listed(&rows, billed->from);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct billed *other = &list->items[i];
        if (other->procedure == 0 || other->procedure == billed->procedure || other->from > billed->to || other->to < billed->from ||
            other->from == 0 || !same_group(run->c, billed, other))
            continue;
        if (is_listed(data, &rows, other->procedure, billed->from) ||
            (!listed && !is_add_on(run, data, other->procedure, billed->from, &unused)))
            return;
    }
    uint16_t rule = listed ? FINDING_CODING_ADD_ON_ALONE : FINDING_CODING_ADD_ON_NOTHING;
    if (!coding_applies(run, rule, billed->from))
        return;
    if (run->c->history != NULL && run->c->history->partial)
        coding_lacks(run, rule, CODING_LACK_HISTORY);
    else
        coding_raise(run, rule, "line", billed->line, codeset_key_text(billed->procedure, code));
}

void
coding_assign_add_ons(struct coding_run *run)
{
    if (!coding_apply_any(run, rules, RULES, run->c->day))
        return;
    const struct billed_list *list = coding_billed(run);
    for (uint32_t i = 0; i < list->own; i++) {
        const struct billed *billed = &list->items[i];
        if (billed->procedure == 0 || billed->from == 0)
            continue;
        struct codeset_data *data = coding_edition(run->c, CODING_ADD_ON, billed->from);
        if (data == NULL)
            coding_lack_all(run, rules, RULES, CODING_LACK_EDITION);
        else
            judge(run, list, billed, data);
    }
}
