/*
 * Step 4: what the codes of a hospital's bill say of each other and of its type (schemas/coding-bills.tsv), and visits of one day that
 * nothing tells apart (I/OCE edit 42).
 */
#include "schemas/findings.h"
#include "services/coding/steps/bill.h"
#include "services/coding/steps/passes.h"
#include "services/coding/steps/services.h"

/* What a code asks for: a type of bill, or another code. */
static void
judge_wanted(struct coding_run *run, uint16_t rule, enum coding_bill_table table)
{
    const struct coding_case *c = run->c;
    const struct coding_bill_fact *fact;
    if (!coding_applies(run, rule, c->day))
        return;
    for (unsigned at = 0; (fact = bill_fact_next(c, table, &at)) != NULL;) {
        struct bill_found found = bill_find(c, bill_firsts(fact), fact->first_count);
        if (found.code.length > 0 && bill_find(c, bill_seconds(fact), fact->second_count).code.length == 0)
            coding_raise(run, rule, "claim", 0,
                         arena_print(run->findings->arena, "%s %.*s wants %s", bill_kind_words[found.kind], TEXT_ARGS(found.code),
                                     fact->words));
    }
}

static void
judge_apart(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct coding_bill_fact *fact;
    if (!coding_applies(run, FINDING_CODING_BILL_CODES_APART, c->day))
        return;
    for (unsigned at = 0; (fact = bill_fact_next(c, CODING_BILL_APART, &at)) != NULL;) {
        struct bill_found one = {0};
        for (unsigned i = 0; i < fact->first_count; i++) {
            struct bill_found other = bill_find(c, bill_firsts(fact) + i, 1);
            if (one.code.length > 0 && other.code.length > 0) {
                coding_raise(run, FINDING_CODING_BILL_CODES_APART, "claim", 0,
                             arena_print(run->findings->arena, "%s %.*s with %.*s", bill_kind_words[one.kind], TEXT_ARGS(one.code),
                                         TEXT_ARGS(other.code)));
                break;
            }
            if (other.code.length > 0)
                one = other;
        }
    }
}

void
coding_validate_bill_codes(struct coding_run *run)
{
    if (run->c->institutional == NULL)
        return;
    judge_wanted(run, FINDING_CODING_BILL_TYPE_OF_CODE, CODING_BILL_BILLS);
    judge_wanted(run, FINDING_CODING_BILL_CODE_MISSING, CODING_BILL_NEEDS);
    judge_apart(run);
}

/* ---- visits of one day ---- */

/* Visits that are paid as such in a hospital's outpatient department: emergency, clinic. */
static bool
is_visit(const struct coding_case *c, uint32_t i)
{
    const struct service_line *line = &c->body->lines[i];
    int32_t day = coding_line_date(c, line);
    return line->institutional_count > 0 && line->institutional->revenue_code.length > 0 && day != 0 &&
           coding_service_is(CODING_VISIT_OF_HOSPITAL, coding_procedure_key(c, i), day);
}

static bool
is_same_visit(const struct coding_case *c, uint32_t i, uint32_t k)
{
    const struct service_line *a = &c->body->lines[i], *b = &c->body->lines[k];
    return coding_line_date(c, a) == coding_line_date(c, b) && is_visit(c, k) &&
           text_equal(a->institutional->revenue_code, b->institutional->revenue_code);
}

void
coding_validate_visits_of_day(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->institutional == NULL || !text_is(c->body->place_of_service, "13") ||
        !coding_applies(run, FINDING_CODING_VISITS_OF_DAY, c->day) || bill_has_condition(c, "G0"))
        return;
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        if (!is_visit(c, i))
            continue;
        const struct service_line *line = &c->body->lines[i];
        bool several = line->quantity_milli >= 2000;
        for (uint32_t k = 0; k < i && !several; k++)
            several = is_same_visit(c, i, k);
        if (several)
            coding_raise(run, FINDING_CODING_VISITS_OF_DAY, "line", i + 1,
                         arena_print(run->findings->arena, "%.*s, revenue code %.*s", TEXT_ARGS(line->procedure),
                                     TEXT_ARGS(line->institutional->revenue_code)));
    }
}
