/*
 * Step 7: verify: the same service twice, on one claim or on a former one: same patient, day, procedure, modifiers and provider,
 * and no modifier that says that it was done again (Medicare Claims Processing Manual, chapter 1, section 120).
 */
#include "schemas/findings.h"
#include "services/coding/steps/bill.h"
#include "services/coding/steps/history.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/sets.h"

static bool
is_same(const struct billed *a, const struct billed *b)
{
    return a->procedure == b->procedure && a->modifiers == b->modifiers && billed_together(a, b);
}

/* Nothing is paid of a line without charge, and what was done again says so. */
static bool
can_double(const struct billed *billed)
{
    return billed->procedure != 0 && billed->charge_cents != 0 && (billed->marks & BILLED_REPEATED) == 0;
}

/* Lines that differ in place, diagnoses or what else stands on them (another drug of the code, another note) are not the same. */
static bool
rest_is_same(const struct service_line *a, const struct service_line *b)
{
    if (!text_equal(a->place_of_service, b->place_of_service) || a->carried_count != b->carried_count)
        return false;
    for (unsigned i = 0; i < 4; i++)
        if (coding_pointer(a, i) != coding_pointer(b, i))
            return false;
    for (uint32_t i = 0; i < a->carried_count; i++)
        if (!text_equal(a->carried[i].segment, b->carried[i].segment))
            return false;
    return true;
}

static void
judge_claim(struct coding_run *run, const struct billed_list *list, uint32_t at)
{
    const struct billed *billed = &list->items[at];
    char code[CODESET_KEY_LENGTH + 1];
    for (uint32_t i = 0; i < at; i++) {
        const struct billed *other = &list->items[i];
        if (!is_same(billed, other) || other->charge_cents != billed->charge_cents || other->quantity_milli != billed->quantity_milli ||
            !rest_is_same(&run->c->body->lines[i], &run->c->body->lines[at]))
            continue;
        coding_raise(run, FINDING_CODING_LINE_TWICE, "line", billed->line, codeset_key_text(billed->procedure, code));
        return;
    }
}

static void
judge_history(struct coding_run *run, const struct billed_list *list, const struct billed *billed)
{
    char code[CODESET_KEY_LENGTH + 1];
    for (uint32_t i = list->own; i < list->count; i++) {
        const struct billed *other = &list->items[i];
        if (!is_same(billed, other))
            continue;
        coding_raise(run, FINDING_CODING_LINE_EARLIER, "line", billed->line,
                     arena_print(run->findings->arena, "%s, claim %llu", codeset_key_text(billed->procedure, code).data,
                                 (unsigned long long)other->past->claim_id));
        return;
    }
}

void
coding_verify_duplicates(struct coding_run *run)
{
    bool own = coding_applies(run, FINDING_CODING_LINE_TWICE, run->c->day);
    /* Condition code G0: a second visit of a day to a hospital that has nothing to do with the first. */
    bool earlier = coding_applies(run, FINDING_CODING_LINE_EARLIER, run->c->day) && !bill_has_condition(run->c, "G0");
    if (!own && !earlier)
        return;
    const struct billed_list *list = coding_billed(run);
    for (uint32_t i = 0; i < list->own; i++) {
        if (own && can_double(&list->items[i]))
            judge_claim(run, list, i);
        if (earlier && can_double(&list->items[i]))
            judge_history(run, list, &list->items[i]);
    }
    if (earlier && coding_history_open(run))
        coding_lacks(run, FINDING_CODING_LINE_EARLIER, CODING_LACK_HISTORY);
}
