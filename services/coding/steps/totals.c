/* Step 7: verify: the lines add up to the claim, and its dates agree with each other. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

static void
add_up(struct coding_run *run)
{
    const struct claim_body *body = run->c->body;
    int64_t sum = 0;
    if (body->lines_count == 0 || body->total_cents == 0 || !coding_applies(run, FINDING_CODING_TOTAL, run->c->day))
        return;
    for (uint32_t i = 0; i < body->lines_count; i++)
        if (__builtin_add_overflow(sum, body->lines[i].charge_cents, &sum))
            return;
    if (sum != body->total_cents)
        coding_raise(run, FINDING_CODING_TOTAL, "claim", 0, (struct text){0});
}

static void
line_dates(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    const struct institutional_claim *own = c->institutional;
    bool order = coding_applies(run, FINDING_CODING_LINE_DATES, c->day);
    bool birth = c->birth_date != 0 && coding_applies(run, FINDING_CODING_BEFORE_BIRTH, c->day);
    bool covered = own != NULL && own->statement_from != 0 && own->statement_to != 0 &&
                   coding_applies(run, FINDING_CODING_STATEMENT_COVERS, c->day);
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        int32_t first = line->date_from, last = line->date_to > first ? line->date_to : first;
        if (first == 0)
            continue;
        if (order && line->date_to != 0 && line->date_to < first)
            coding_raise(run, FINDING_CODING_LINE_DATES, "line", i + 1, coding_day(run, line->date_to));
        if (birth && first < c->birth_date)
            coding_raise(run, FINDING_CODING_BEFORE_BIRTH, "line", i + 1, coding_day(run, first));
        if (covered && (first < own->statement_from || last > own->statement_to))
            coding_raise(run, FINDING_CODING_STATEMENT_COVERS, "line", i + 1, coding_day(run, first < own->statement_from ? first : last));
    }
}

static void
statement(struct coding_run *run)
{
    const struct institutional_claim *own = run->c->institutional;
    if (own == NULL || !coding_applies(run, FINDING_CODING_STATEMENT_ORDER, run->c->day))
        return;
    if (own->statement_from != 0 && own->statement_to != 0 && own->statement_to < own->statement_from)
        coding_raise(run, FINDING_CODING_STATEMENT_ORDER, "statement", 0, coding_day(run, own->statement_to));
    else if (own->admission_date != 0 && own->statement_to != 0 && own->admission_date > own->statement_to)
        coding_raise(run, FINDING_CODING_STATEMENT_ORDER, "admission", 0, coding_day(run, own->admission_date));
}

/* 30 says that the patient is still there: of the first bill of several and of those that follow (frequencies 2 and 3), not of one
 * that goes up to the discharge (1 and 4). */
static void
discharge(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    if (c->institutional == NULL || c->institutional->patient_status.length == 0 ||
        !coding_applies(run, FINDING_CODING_STATUS_FREQUENCY, c->day))
        return;
    struct text frequency = c->body->frequency, status = c->institutional->patient_status;
    bool stays = text_is(status, "30"), whole = text_is(frequency, "1") || text_is(frequency, "4");
    bool interim = text_is(frequency, "2") || text_is(frequency, "3");
    if ((stays && whole) || (!stays && interim))
        coding_raise(run, FINDING_CODING_STATUS_FREQUENCY, "claim", 0,
                     arena_print(run->findings->arena, "%.*s, %.*s", TEXT_ARGS(status), TEXT_ARGS(frequency)));
}

void
coding_verify_totals(struct coding_run *run)
{
    add_up(run);
    line_dates(run);
    statement(run);
    discharge(run);
}
