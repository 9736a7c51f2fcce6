/* Step 3: the dates that everything is judged by: they are there, and not after receipt. */
#include "schemas/findings.h"
#include "services/coding/steps/passes.h"

void
coding_edition_missing(struct coding_run *run, const char *noun, uint32_t ordinal, int32_t date)
{
    if (coding_applies(run, FINDING_CODING_EDITION_MISSING, date) && !coding_raised(run, FINDING_CODING_EDITION_MISSING))
        coding_raise(run, FINDING_CODING_EDITION_MISSING, noun, ordinal, coding_day(run, date));
}

static int32_t
latest_of(const struct coding_case *c, const struct service_line *line)
{
    int32_t date = coding_line_date(c, line);
    return line->date_to > date ? line->date_to : date;
}

bool
coding_line_dated(const struct coding_case *c, const struct service_line *line)
{
    return coding_line_date(c, line) != 0 && latest_of(c, line) <= c->received_date;
}

void
coding_locate_dates(struct coding_run *run)
{
    const struct coding_case *c = run->c;
    bool missing = coding_applies(run, FINDING_CODING_DATE_MISSING, c->day);
    bool future = coding_applies(run, FINDING_CODING_DATE_FUTURE, c->day);
    (void)coding_applies(run, FINDING_CODING_EDITION_MISSING, c->day); /* every look-up by date asks it */
    if (future && c->institutional != NULL && c->default_date > c->received_date)
        coding_raise(run, FINDING_CODING_DATE_FUTURE, "claim", 0, coding_day(run, c->default_date));
    for (uint32_t i = 0; i < c->body->lines_count; i++) {
        const struct service_line *line = &c->body->lines[i];
        int32_t latest = latest_of(c, line);
        if (missing && coding_line_date(c, line) == 0)
            coding_raise(run, FINDING_CODING_DATE_MISSING, "line", i + 1, (struct text){0});
        else if (future && latest > c->received_date)
            coding_raise(run, FINDING_CODING_DATE_FUTURE, "line", i + 1, coding_day(run, latest));
    }
}
